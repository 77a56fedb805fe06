//! A view that does not move: a log that stands still, or one of which somebody shows only an old part.
//!
//! No signature tells it, so it proves nothing to others; whoever looks has a clock.

use crate::{MonitorError, Round, unreadable};
use register::audit::Audited;
use std::time::Duration;
use time::{OffsetDateTime, UtcOffset, macros::format_description};

/// Milliseconds between two snapshots of a log that grows: the contract's hour (docs/verification.md, section 5).
const SNAPSHOT_EVERY_MS: u64 = 60 * 60 * 1000;
/// Milliseconds after which a snapshot is late: for publication, witnesses and clocks that differ.
const LATE_AFTER_MS: u64 = 10 * 60 * 1000;

/// When a snapshot had to follow the first leaf after the newest one; none if there is no such leaf, or the shard is closed.
pub(crate) fn snapshot_due(log: &Audited) -> Result<Option<u64>, MonitorError> {
    if log.next_folder().is_some() {
        return Ok(None);
    }
    let snapshot = log.snapshot_leaf();
    let after = snapshot.map_or_else(|| log.first_own(), |snapshot| snapshot.index + 1);
    let Some(leaf) = log.leaf_at(after).map_err(unreadable)? else { return Ok(None) };
    Ok(Some(snapshot.map_or(leaf.time_ms, |snapshot| leaf.time_ms.max(snapshot.leaf.time_ms + SNAPSHOT_EVERY_MS))))
}

impl Round {
    /// Adds to the findings what the time of the one who looks says: that a snapshot is overdue, or that nothing was new for longer than
    /// `silent_after`, if that is asked for.
    pub fn look_at_the_time(&mut self, now: OffsetDateTime, silent_after: Option<Duration>) {
        let now_ms = u64::try_from(now.unix_timestamp_nanos() / 1_000_000).unwrap_or(0);
        let since = self.newest_ms;
        if since == 0 {
            return;
        }
        if let Some(due) = self.snapshot_due_ms.filter(|due| now_ms > due.saturating_add(LATE_AFTER_MS)) {
            self.findings.push(format!(
                "no status snapshot follows the newest leaves although one was due at {}: the log stands still, or an old part of it is shown",
                written(due)
            ));
        }
        let silent = Duration::from_millis(now_ms.saturating_sub(since));
        if silent_after.is_some_and(|most| silent > most) {
            self.findings.push(format!(
                "the log shows nothing new since {}: it stands still, or an old part of it is shown",
                written(since)
            ));
        }
    }
}

/// As people in Taipei read it.
fn written(ms: u64) -> String {
    let at = i64::try_from(ms / 1000).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    let format = format_description!("[year]-[month]-[day] [hour]:[minute] (UTC+8)");
    let taipei = UtcOffset::from_hms(8, 0, 0).expect("a constant");
    at.and_then(|at| at.to_offset(taipei).format(format).ok()).unwrap_or_else(|| format!("{ms} ms"))
}
