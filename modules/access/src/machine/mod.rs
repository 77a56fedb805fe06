//! Machines of partner systems: a certificate that stands for a system with the role of a partner.

mod store;

use crate::model::{Actor, Office, Reach, Role};
use crate::session::{Assurance, Method, Session};
use crate::tree::Tree;
use db::{Db, DbError, Tx};
use kernel::{Clock, PersonId, office_date};
use std::sync::Arc;
use time::{Date, OffsetDateTime};

/// A partner's system, to be registered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewMachine {
    /// SHA-256 of its certificate.
    pub fingerprint: [u8; 32],
    /// Name of the system, as people read it in their read log.
    pub name: String,
    /// How far it reaches.
    pub reach: Reach,
    /// First day.
    pub from_on: Date,
    /// The day on which it no longer counts.
    pub until_on: Option<Date>,
}

/// Registers a machine. False if its certificate was registered before.
///
/// # Errors
/// When the database refuses.
pub async fn register_machine(tx: &mut Tx, new: &NewMachine, at: OffsetDateTime) -> Result<bool, DbError> {
    let done = store::machine_insert(tx, new, at).await?;
    if done {
        let payload = serde_json::json!({ "agency": new.reach.agency().as_str() });
        db::event(tx, at, "MachineRegistered", &new.name, &payload).await?;
    }
    Ok(done)
}

/// Ends a machine: its certificate opens nothing from now on. False if there is none or it was ended before.
///
/// # Errors
/// When the database refuses.
pub async fn end_machine(tx: &mut Tx, fingerprint: &[u8; 32], at: OffsetDateTime) -> Result<bool, DbError> {
    let done = store::machine_end(tx, fingerprint, at).await?;
    if done {
        db::event(tx, at, "MachineEnded", "machine", &serde_json::json!({})).await?;
    }
    Ok(done)
}

/// The partner's system behind a certificate, with the one office it holds today; none if it is not registered, ended, or not in its days.
///
/// # Errors
/// When the database is away.
pub async fn machine_of(
    db: &Db,
    clock: &dyn Clock,
    tree: &Arc<Tree>,
    fingerprint: &[u8; 32],
) -> Result<Option<Actor>, DbError> {
    let now = clock.now();
    let found = store::machine_fetch(db.pool(), fingerprint, office_date(now)).await?;
    Ok(found.map(|(name, reach)| Actor {
        // No person: row security finds nothing that is somebody's own.
        person: PersonId(0),
        name,
        offices: vec![Office::own(Role::Partner, reach)],
        mandates: Vec::new(),
        assurance: Assurance::Card,
        session: Session::opened(Method::Card, now),
        tree: Arc::clone(tree),
    }))
}
