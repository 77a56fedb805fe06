//! Fetching what authorities say of revoked cards, in the background.

use super::store::{self, Place};
use super::{Authorities, Family, Revocation, Sources, UNREACHABLE, note_source, note_unreachable};
use crate::ops::hash;
use db::{Db, DbError};
use kernel::Random;
use seal::revocation::crl::Crl;
use seal::revocation::{RevocationFault, authority_key};
use time::{Duration, OffsetDateTime};

/// How soon a source that failed is tried again, if that is sooner than usual.
const RETRY: Duration = Duration::minutes(1);
/// How long an answer is kept after it stopped counting.
const ANSWERS_KEPT: Duration = Duration::days(1);

impl Authorities {
    /// Fetches the lists that are due, asks about the cards with open sessions, and ends the sessions of revoked ones. Several instances
    /// may try at once. How many sessions were ended.
    ///
    /// # Errors
    /// When the database is away. An authority that cannot be reached is no error here: it is noted in the log.
    pub async fn refresh(&self, db: &Db, random: &dyn Random, now: OffsetDateTime) -> Result<u64, DbError> {
        for family in &self.families {
            let Revocation::From(sources) = &family.revocation else { continue };
            for url in &sources.lists {
                let (due, retry) = (now - sources.refresh, now - RETRY.min(sources.refresh));
                if store::source_claim(db.pool(), url, now, due, retry).await? {
                    let fault = self.fetch_list(db, family, url, now).await?;
                    store::source_note(db.pool(), url, now, fault).await?;
                }
            }
            self.ask_again(db, random, family, sources, now).await?;
        }
        store::answer_sweep(db.pool(), now - ANSWERS_KEPT).await?;
        let ended = store::sessions_end_revoked(db.pool(), now).await?;
        if ended > 0 {
            tracing::info!(ended, "sessions of revoked cards were ended");
        }
        Ok(ended)
    }

    /// Fetches one list and puts it in place of the last; the number of what went wrong, if something did.
    async fn fetch_list(
        &self,
        db: &Db,
        family: &Family,
        url: &str,
        now: OffsetDateTime,
    ) -> Result<Option<u16>, DbError> {
        let body = match self.clients.1.get(url, &[]).await {
            Ok(reply) => reply.body,
            Err(fault) => {
                note_unreachable(&fault);
                return Ok(Some(UNREACHABLE));
            }
        };
        let digest = hash(&body);
        let certificates: Vec<Vec<u8>> = family.authority.certificates().map(<[u8]>::to_vec).collect();
        // Large lists take a while to read; other requests should not wait for it.
        let read = tokio::task::spawn_blocking(move || read_list(&body, &certificates, now)).await;
        let kept = match read.unwrap_or(Err(RevocationFault::Malformed("the list cannot be read"))) {
            Ok((key, list)) if store::list_replace(db, url, &key, &list, &digest).await? => Ok(()),
            // An older list than the one at hand: somebody may want a revocation forgotten.
            Ok(_) => Err(RevocationFault::Stale),
            Err(fault) => Err(fault),
        };
        Ok(kept.inspect_err(|fault| note_source(url, *fault)).err().map(RevocationFault::number))
    }

    /// Asks about the cards of open sessions about which nothing was heard for a while.
    async fn ask_again(
        &self,
        db: &Db,
        random: &dyn Random,
        family: &Family,
        sources: &Sources,
        now: OffsetDateTime,
    ) -> Result<(), DbError> {
        let Some(responder) = &sources.responder else { return Ok(()) };
        for place in store::open_cards(db.pool(), family.authority.name(), now - sources.refresh).await? {
            let issuer = family.authority.certificates().find(|der| is_key(der, &place));
            let Some(issuer) = issuer else { continue };
            // If the responder is away, it is so for the other cards too.
            let Some(answer) = self.answer(random, responder, sources, issuer, &place.serial, now).await else {
                break;
            };
            store::answer_keep(db.pool(), &place, &answer, now).await?;
        }
        Ok(())
    }
}

fn is_key(ca: &[u8], place: &Place) -> bool {
    authority_key(ca).is_ok_and(|key| key.as_slice() == place.authority_key)
}

/// The list, and the key of the authority among these that signed it.
fn read_list(body: &[u8], certificates: &[Vec<u8>], now: OffsetDateTime) -> Result<([u8; 32], Crl), RevocationFault> {
    let mut fault = RevocationFault::Issuer;
    for ca in certificates {
        match Crl::read(body, ca, now) {
            Ok(list) => return Ok((authority_key(ca)?, list)),
            Err(RevocationFault::Issuer) => {}
            Err(why) => fault = why,
        }
    }
    Err(fault)
}
