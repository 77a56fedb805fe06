//! Anchors of the register as the server sees them: the worker, and what is said of an order's anchors.

use crate::App;
use anchor::Covering;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64U};
use db::Tx;
use register::log::Tree;
use serde_json::{Value, json};
use std::time::Duration;
use time::format_description::well_known::Rfc3339;

/// Pause between two looks for what is due.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// What was not to be had from the database.
type Fault = Box<dyn std::error::Error + Send + Sync>;

/// The head of the register as anchors have it.
#[must_use]
pub fn head_of(head: register::log::Head) -> anchor::Head {
    let register::log::Head { checkpoint, note, .. } = head;
    anchor::Head { origin: checkpoint.origin, size: checkpoint.size, root: checkpoint.root, checkpoint: note }
}

/// One pass: what is due becomes due, and every sink gets a turn. A register that is not there yet is no fault.
///
/// # Errors
/// When the database is away.
pub async fn hold_fast(app: &App) -> Result<(), Fault> {
    let mut tx = app.db.begin().await?;
    let head = register::log::head(&mut tx).await.ok().map(head_of);
    drop(tx);
    Ok(anchor::pass(&app.db, &app.anchors, head.as_ref(), &app.clock).await?)
}

/// Passes until the task is dropped. Nothing waits for it: orders enter the register whether or not anything outside answers.
pub(crate) async fn work(app: App) {
    let mut failing = false;
    loop {
        let done = hold_fast(&app).await;
        if let (Err(fault), false) = (&done, failing) {
            tracing::error!(fault = fault.to_string(), "checkpoints cannot be anchored and it will be tried again");
        }
        failing = done.is_err();
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

/// The anchors whose tree holds the leaf of an order in a shard, each with the way from the leaf to the anchored root
/// (docs/verification.md, section 8).
///
/// # Errors
/// When the database is away.
pub(crate) async fn proofs(tx: &mut Tx, shard: u16, index: u64) -> Result<Vec<Value>, Fault> {
    let origin = register::log::head_of(tx, shard).await?.checkpoint.origin;
    let mut proofs = Vec::new();
    for Covering { no, sink, kind, size, root, place, proved_at } in anchor::covering(tx, &origin, index).await? {
        let inclusion = register::log::inclusion(tx, &Tree { shard, size, root }, index).await?;
        proofs.push(json!({
            "evidence": format!("/log/anchors/{no}.json"),
            "inclusion": inclusion.iter().map(|hash| B64U.encode(hash)).collect::<Vec<_>>(),
            "kind": kind.word(),
            "place": place,
            "proved_at": proved_at.format(&Rfc3339)?,
            "root": B64U.encode(root),
            "sink": sink,
            "size": size,
        }));
    }
    Ok(proofs)
}
