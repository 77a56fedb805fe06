//! Waits after failed sign-ins. They are kept in the database, so it does not matter which instance is asked.
//!
//! What is unknown here waits exactly as what is known: a wait tells nobody that a card, an account or a passkey exists.

use crate::ops::hash;
use crate::session::{Method, Outcome, Visit, store};
use crate::{AccessError, Denied, SignInRefusal};
use db::{Db, DbError, Tx};
use kernel::PersonId;
use std::net::{IpAddr, Ipv6Addr};
use time::{Duration, OffsetDateTime};

/// The longest wait.
const WAIT_MINUTES_MAX: i64 = 15;
/// Hours without a failure after which the count begins anew.
const FORGET_HOURS: i64 = 1;

/// What failures are counted for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// The machine. A whole office may share one address, so much is borne.
    Address(IpAddr),
    /// A card whose signature was good: a certificate alone, which is public, can shut nobody out.
    Card([u8; 32]),
    /// An account at the portal, or a passkey, once its proof was good.
    Account([u8; 32]),
}

impl Key {
    /// Failures without a wait.
    const fn borne(&self) -> i32 {
        match self {
            Self::Address(_) => 20,
            Self::Card(_) | Self::Account(_) => 4,
        }
    }

    fn hash(&self) -> [u8; 32] {
        match self {
            Self::Address(IpAddr::V4(address)) => hash(format!("address {address}").as_bytes()),
            // A machine commands a whole /64 of addresses.
            Self::Address(IpAddr::V6(address)) => {
                let net = Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX));
                hash(format!("address {net}/64").as_bytes())
            }
            Self::Card(fingerprint) => hash(&[b"card ", &fingerprint[..]].concat()),
            Self::Account(account) => hash(&[b"account ", &account[..]].concat()),
        }
    }
}

/// The key of a visit's address, if it is known.
pub(crate) fn address(visit: &Visit) -> Vec<Key> {
    visit.address.map(Key::Address).into_iter().collect()
}

/// How long to wait after so many failures in a row: nothing at first, then twice as long each time.
fn wait(failures: i32, borne: i32) -> Duration {
    let over = u32::try_from(failures - borne).unwrap_or(0);
    let longest = Duration::minutes(WAIT_MINUTES_MAX);
    if over == 0 { Duration::ZERO } else { Duration::seconds(1 << over.min(20)).min(longest) }
}

/// One attempt to get in: what it is counted for, and how it is told.
pub(crate) struct Attempt<'a> {
    pub db: &'a Db,
    pub now: OffsetDateTime,
    pub method: Method,
    pub visit: &'a Visit,
    pub keys: Vec<Key>,
    /// Whom a good proof belongs to, even if it does not let in.
    pub person: Option<PersonId>,
}

impl<'a> Attempt<'a> {
    pub(crate) fn new(db: &'a Db, now: OffsetDateTime, method: Method, visit: &'a Visit) -> Self {
        Self { db, now, method, visit, keys: address(visit), person: None }
    }

    /// Goes on unless one of the keys has to wait.
    ///
    /// # Errors
    /// [`AccessError::Refused`] with the time to wait; it is noted, not counted.
    pub(crate) async fn not_held(&self) -> Result<(), AccessError> {
        self.none_held(&self.keys).await
    }

    /// Goes on unless what has just proved good has to wait. The address does not matter then: many people may sit behind one, and whoever
    /// fails from there must not shut the others out.
    ///
    /// # Errors
    /// As [`Attempt::not_held`].
    pub(crate) async fn proof_not_held(&self) -> Result<(), AccessError> {
        let keys: Vec<Key> = self.keys.iter().filter(|key| !matches!(key, Key::Address(_))).cloned().collect();
        self.none_held(&keys).await
    }

    /// The refusal of a proof that is not good. Where one of the keys has to wait it is told so, and nothing is counted.
    pub(crate) async fn not_good(&self, why: SignInRefusal) -> AccessError {
        match self.not_held().await {
            Ok(()) => self.refused(why).await,
            Err(held) => held,
        }
    }

    async fn none_held(&self, keys: &[Key]) -> Result<(), AccessError> {
        let keys: Vec<Vec<u8>> = keys.iter().map(|key| key.hash().to_vec()).collect();
        match store::backoff_until(self.db.pool(), &keys).await? {
            Some(until) if until > self.now => {
                let mut tx = self.db.begin().await?;
                let outcome = (self.method, Outcome::Held);
                let number = store::attempt_insert(&mut tx, self.now, outcome, self.person, self.visit).await?;
                tx.commit().await?;
                let denied = Denied { why: SignInRefusal::NotLetIn, number, retry_after: Some(until - self.now) };
                Err(AccessError::Refused(denied))
            }
            _ => Ok(()),
        }
    }

    /// Notes and counts a refusal.
    pub(crate) async fn refused(&self, why: SignInRefusal) -> AccessError {
        match self.note(why).await {
            Ok(denied) => AccessError::Refused(denied),
            Err(cause) => AccessError::Store(cause),
        }
    }

    async fn note(&self, why: SignInRefusal) -> Result<Denied, DbError> {
        let mut tx = self.db.begin().await?;
        let outcome = (self.method, Outcome::Refused);
        let number = store::attempt_insert(&mut tx, self.now, outcome, self.person, self.visit).await?;
        for key in &self.keys {
            let hash = key.hash();
            let failures =
                store::backoff_failed(&mut tx, &hash, self.now, self.now - Duration::hours(FORGET_HOURS)).await?;
            let wait = wait(failures, key.borne());
            if wait > Duration::ZERO {
                store::backoff_wait(&mut tx, &hash, self.now + wait).await?;
            }
        }
        tx.commit().await?;
        Ok(Denied { why, number, retry_after: None })
    }

    /// Forgets the failures of what has now proved good. The address is not forgiven: others may sit behind it.
    pub(crate) async fn passed(&self, tx: &mut Tx) -> Result<(), DbError> {
        for key in self.keys.iter().filter(|key| !matches!(key, Key::Address(_))) {
            store::backoff_clear(tx, &key.hash()).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wait_doubles_and_has_an_end() {
        let seconds = |failures| wait(failures, 4).whole_seconds();
        let first: Vec<i64> = (1..=9).map(seconds).collect();
        assert_eq!(first, [0, 0, 0, 0, 2, 4, 8, 16, 32]);
        assert_eq!(seconds(14), 900);
        assert_eq!(seconds(i32::MAX), 900);
    }

    #[test]
    fn a_net_of_one_machine_is_one_key_and_keys_do_not_mix() {
        let key = |text: &str| Key::Address(text.parse().unwrap()).hash();
        assert_eq!(key("2001:db8::1"), key("2001:db8::ffff:1"));
        assert_ne!(key("2001:db8:0:1::1"), key("2001:db8::1"));
        assert_ne!(key("192.0.2.1"), key("192.0.2.2"));
        assert_ne!(Key::Card([1; 32]).hash(), Key::Card([2; 32]).hash());
    }
}
