//! When a checkpoint is to be anchored: after every span of time in which the log grew, when a shard is frozen, before a key event, and
//! whenever the operator says so.

use crate::{error::Fault, payload::Head, store};
use db::Tx;
use time::OffsetDateTime;

/// Spans of time begin at midnight in Taipei.
const TAIPEI_HOURS: i64 = 8;

/// Why a checkpoint is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The span of time is over and the log grew.
    Daily,
    /// The shard is closed; this is its last checkpoint.
    Frozen,
    /// A key event follows.
    Key,
    /// The operator said so.
    Hand,
}

impl Reason {
    /// Its word in files and rows.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Daily => "daily",
            Self::Frozen => "frozen",
            Self::Key => "key",
            Self::Hand => "hand",
        }
    }
}

/// Makes a checkpoint due, in the caller's transaction. False if it was already, or if the log is empty.
///
/// # Errors
/// When the database is away.
pub async fn due(tx: &mut Tx, head: &Head, reason: Reason, now: OffsetDateTime) -> Result<bool, Fault> {
    if head.size == 0 { Ok(false) } else { store::due_insert(tx, head, reason, now).await }
}

/// Makes a checkpoint due if the log grew and the newest due one is of another span of `every_hours`: an earlier one, or a later one after
/// a clock that ran ahead was set right.
///
/// # Errors
/// When the database is away.
pub async fn due_by_time(tx: &mut Tx, head: &Head, every_hours: u32, now: OffsetDateTime) -> Result<bool, Fault> {
    let newest = store::due_newest(tx, &head.origin).await?;
    let over = newest.is_none_or(|(size, at)| size < head.size && span(at, every_hours) != span(now, every_hours));
    if over { due(tx, head, Reason::Daily, now).await } else { Ok(false) }
}

fn span(at: OffsetDateTime, every_hours: u32) -> i64 {
    let local = at.unix_timestamp() + TAIPEI_HOURS * 3600;
    local.div_euclid(i64::from(every_hours.max(1)) * 3600)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_day_begins_at_midnight_in_taipei() {
        let evening = datetime!(2026-11-23 15:59 UTC);
        assert_eq!(span(evening, 24), span(datetime!(2026-11-22 16:00 UTC), 24));
        assert_ne!(span(evening, 24), span(datetime!(2026-11-23 16:00 UTC), 24));
        assert_ne!(span(evening, 1), span(datetime!(2026-11-23 16:00 UTC), 1));
    }
}
