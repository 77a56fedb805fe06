//! `renshi register refusal`: whether anything may be signed, and the word of an operator where no witness is left to give it.

use crate::Failure;
use crate::chance::SystemClock;
use db::Db;
use kernel::office_date;
use register::witness::{self, Lifted};
use std::fmt::Write as _;
use time::OffsetDateTime;

/// Lifts the refusal if a reason is given. What is to be said, and whether signing is refused now.
///
/// # Errors
/// When it may not be lifted, or the database is away.
pub(crate) async fn run(db: &Db, lift: Option<&str>) -> Result<(String, bool), Failure> {
    let mut tx = db.begin().await?;
    if let Some(reason) = lift {
        witness::lift(&mut tx, &SystemClock, reason).await?;
        tx.commit().await?;
        tx = db.begin().await?;
    }
    let refusal = witness::refusal(&mut tx).await?;
    let mut said = match &refusal {
        None => "Signing is not refused.\n".to_owned(),
        Some(refusal) => format!("Nothing has been signed since {}.\n{}\n", day(refusal.since), refusal.en),
    };
    if refusal.is_some() && !witness::policy(&mut tx).await?.witnesses().any(|witness| witness.url.is_some()) {
        said.push_str(
            "No witness is left in the policy that could be asked. Make sure that this database has all that was ever published or \
             cosigned, then: renshi register refusal --lift REASON\n",
        );
    }
    for Lifted { since, en, at, reason } in witness::lifted(&mut tx).await? {
        writeln!(said, "Lifted by hand on {}: {reason}\n  (refused on {}: {en})", day(at), day(since))?;
    }
    Ok((said, refusal.is_some()))
}

fn day(seconds: u64) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    at.map_or_else(|| seconds.to_string(), |at| office_date(at).to_string())
}
