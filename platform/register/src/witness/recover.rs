//! Before anything is signed: does anybody outside know more of this log than this database, or something else?
//!
//! A database that was brought back from a backup does not know what was signed after it. Signing on from there would make a second log
//! under one name. Witnesses remember; only what carries the log's own signature counts, so none of them can stop the log by lying.

use super::round::{Witnessing, seconds};
use super::{ask, store};
use crate::error::Fault;
use crate::log::{self, Head};
use crate::shard;
use crate::standing::{Standing, standing};
use db::{Db, Tx};
use kernel::Clock;
use tlog::checkpoint::Checkpoint;
use tlog::note::Vkey;
use tlog::policy::Witness;

impl Witnessing {
    /// Asks every witness for the newest checkpoint of this log that it cosigned. If one is ahead of this database, or of another tree,
    /// a refusal is stored and nothing is signed ([`crate::sequence::sequence`]) until this finds nothing of the kind. Witnesses that do
    /// not answer hold nothing up. Returns whether signing may go on.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn recover(&self, db: &Db, clock: &dyn Clock) -> Result<bool, Fault> {
        let mut tx = db.begin().await?;
        let running = log::head(&mut tx).await?.checkpoint.origin;
        // Under the name of a shard that is to be opened nothing may have been signed yet.
        let awaited = shard::awaited(&mut tx).await?;
        drop(tx);
        let mut asked = tokio::task::JoinSet::new();
        for witness in self.policy.witnesses().filter(|witness| witness.url.is_some()) {
            for origin in [Some(running.clone()), awaited.clone()].into_iter().flatten() {
                let (client, witness) = (self.client.clone(), witness.clone());
                asked.spawn(async move {
                    let url = witness.url.clone().unwrap_or_default();
                    (ask::newest(&client, &url, &origin).await, witness)
                });
            }
        }
        let answers = asked.join_all().await;
        let mut tx = db.begin().await?;
        // Read after they answered: what was signed in the meantime is known here too.
        let head = log::head(&mut tx).await?;
        let (mut found, mut heard, mut silent) = (None, 0, 0);
        for (answer, witness) in answers {
            heard += usize::from(answer.is_ok());
            match answer {
                Ok(Some(note)) if found.is_none() => {
                    found = against(&mut tx, &note).await?.map(|against| (witness, against))
                }
                Ok(_) => {}
                Err(fault) => {
                    tracing::warn!(witness = witness.name, fault, "a witness was not heard before signing");
                    silent += 1;
                }
            }
        }
        let refused = store::refusal_fetch(&mut tx).await?.is_some();
        if let Some((witness, against)) = &found {
            let (zh, en) = words(witness, *against, &head);
            if !refused {
                tracing::error!("{en}");
            }
            store::refusal_put(&mut tx, seconds(clock), &zh, &en).await?;
        } else if silent == 0 && heard > 0 {
            // Not before: whoever knew better may be silent now, and that is no reason to go on.
            store::refusal_lift(&mut tx).await?;
        }
        if refused && heard + silent == 0 {
            tracing::error!(
                "nothing is signed, and no witness is left that could say otherwise; see `renshi register refusal`"
            );
        }
        let may = found.is_none() && (!refused || (silent == 0 && heard > 0));
        tx.commit().await?;
        Ok(may)
    }
}

/// What a checkpoint says against this database; nothing unless the log itself signed it.
async fn against(tx: &mut Tx, note: &str) -> Result<Option<Standing>, Fault> {
    match standing(tx, note).await {
        Ok(found) => Ok(Some(found).filter(|found| found.is_dangerous())),
        Err(Fault::NotOurs(_)) => begun_elsewhere(tx, note).await,
        Err(fault) => Err(fault),
    }
}

/// Whether a checkpoint is of the shard that is to be opened here, and holds leaves.
async fn begun_elsewhere(tx: &mut Tx, note: &str) -> Result<Option<Standing>, Fault> {
    let head = log::head(tx).await?;
    if !head.closed {
        return Ok(None);
    }
    let keys = shard::announced(tx, head.shard).await?.vkeys;
    let keys = keys.iter().filter_map(|key| key.parse::<Vkey>().ok());
    let sizes = keys.filter_map(|key| Some(Checkpoint::open(note, &key).ok()?.size));
    Ok(sizes.max().filter(|size| *size > 0).map(Standing::Ahead))
}

fn words(witness: &Witness, against: Standing, head: &Head) -> (String, String) {
    let (name, ours) = (&witness.name, head.checkpoint.size);
    match against {
        // Not dangerous, so never stored.
        Standing::Same => (String::new(), String::new()),
        Standing::Ahead(theirs) => (
            format!(
                "見證者「{name}」已見證本登錄簿 {theirs} 筆，但本資料庫只有 {ours} 筆：資料庫可能是由較舊的備份還原。為避免產生第二本\
                 登錄簿，已停止簽署。請改用較新的備份，或以 renshi register rebuild 由副本重建。"
            ),
            format!(
                "The witness `{name}` has cosigned {theirs} entries of this register, but this database holds {ours}: it was probably \
                 brought back from an older backup. So that there is no second register under one name, nothing is signed. Bring back a \
                 newer backup, or rebuild from a copy with `renshi register rebuild`."
            ),
        ),
        Standing::Forked(size) | Standing::Behind(size) => (
            format!(
                "見證者「{name}」所見證的前 {size} 筆與本資料庫不同：同一名稱下有兩本登錄簿。已停止簽署。請勿自行刪改資料，先保存\
                 兩者，再查明何者為真。"
            ),
            format!(
                "What the witness `{name}` cosigned as the first {size} entries differs from this database: there are two registers under \
                 one name. Nothing is signed. Change nothing; keep both, and find out which is the true one."
            ),
        ),
    }
}
