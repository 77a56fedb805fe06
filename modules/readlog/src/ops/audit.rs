//! What was read in the offices of agencies, for whoever audits them.

use crate::error::Error;
use crate::model::{Entry, Period};
use crate::store;
use db::Db;
use kernel::{AgencyCode, PersonId};

/// Most entries that one question finds; whoever needs older ones narrows the period.
pub const AUDIT_MAX: u32 = 1_000;

/// What an auditor asks.
#[derive(Clone, Copy, Debug)]
pub struct AuditQuery<'a> {
    /// Agencies in whose offices was read.
    pub agencies: &'a [AgencyCode],
    /// Only what was about one of these persons.
    pub about: Option<&'a [PersonId]>,
    /// Part of the reader's name; empty for all.
    pub reader: &'a str,
    /// Part of the purpose; empty for all.
    pub purpose: &'a str,
    /// When.
    pub period: Period,
}

/// What was read in offices of agencies, newest first, at most `limit` after the first `offset`; and how many entries there are, counted
/// up to [`AUDIT_MAX`]. Reads through the handle it is given: a scoped one finds nothing outside its reach.
///
/// # Errors
/// When the database is away or an entry is damaged.
pub async fn reads_at(db: &Db, query: AuditQuery<'_>, limit: u32, offset: u32) -> Result<(Vec<Entry>, u32), Error> {
    let mut tx = db.begin().await?;
    let found = store::audit::count(&mut tx, &query, AUDIT_MAX).await?;
    let limit = limit.min(AUDIT_MAX.saturating_sub(offset));
    let entries = store::audit::list(&mut tx, &query, limit, offset).await?;
    Ok((entries, found))
}
