//! The authorities whose cards are accepted, and whether they still stand by a card.
//!
//! Whether a card is revoked is asked of its authority when the card answers (OCSP), or looked up in the newest list of the authority
//! (CRL), which is fetched in the background. If neither can say anything that counts, the card is refused.

mod refresh;
mod store;

use db::{Db, DbError};
use fetch::{Client, FetchError};
use kernel::Random;
use seal::revocation::ocsp::{self, Answer, Question, Status};
use seal::revocation::{RevocationFault, authority_key, serial_of};
use seal::{CardAuthority, CardFault, CardSigned, CardTrust, verify_card};
use std::time::Duration as Wait;
use store::Place;
use time::{Duration, OffsetDateTime};

/// Longest wait for an answer about one card: somebody is standing in front of the page.
const ANSWER_SECONDS_MAX: u64 = 5;
/// Longest wait for a list.
const LIST_SECONDS_MAX: u64 = 120;
/// Number in the log where no answer came at all.
const UNREACHABLE: u16 = 221;

/// A family of cards, such as MOICA's.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its authority: certificates and rules.
    pub authority: CardAuthority,
    /// How to learn which of its cards are revoked.
    pub revocation: Revocation,
}

/// How to learn which cards of a family are revoked.
#[derive(Clone, Debug)]
pub enum Revocation {
    /// Not at all: for the platform's own authority, whose cards are ended here, and where the operator says so.
    Off,
    /// From these sources.
    From(Sources),
}

/// Where an authority says which of its cards are revoked.
#[derive(Clone, Debug)]
pub struct Sources {
    /// Who answers about single cards.
    pub responder: Option<Responder>,
    /// Addresses of lists.
    pub lists: Vec<String>,
    /// How often lists are fetched and open sessions asked about.
    pub refresh: Duration,
    /// How long what is out of date still counts. Zero: not at all.
    pub grace: Duration,
}

/// Who answers about single cards.
#[derive(Clone, Debug)]
pub struct Responder {
    /// Its address.
    pub url: String,
    /// Whether a nonce is sent, which then must come back.
    pub nonce: bool,
    /// Whether the authority is named by SHA-1, as most responders expect.
    pub sha_1: bool,
}

/// The authorities whose cards sign in and approve.
#[derive(Debug)]
pub struct Authorities {
    trust: CardTrust,
    families: Vec<Family>,
    /// For answers, and for lists.
    clients: (Client, Client),
}

impl Authorities {
    /// Accepts the cards of these families.
    ///
    /// # Errors
    /// If an address of a source is none.
    pub fn new(families: Vec<Family>) -> Result<Self, FetchError> {
        let mut hosts = Vec::new();
        for family in &families {
            let Revocation::From(sources) = &family.revocation else { continue };
            let responder = sources.responder.iter().map(|responder| &responder.url);
            for url in responder.chain(&sources.lists) {
                hosts.push(fetch::host_of(url)?);
            }
        }
        // What comes is signed, so it may come in the clear, as it does from most authorities.
        let client = |bytes_max, seconds| {
            let timeout = Wait::from_secs(seconds);
            Client::new(fetch::Setting { hosts: hosts.clone(), bytes_max, timeout, plain: true, ..Default::default() })
        };
        let clients = (
            client(ocsp::OCSP_BYTES_MAX, ANSWER_SECONDS_MAX)?,
            client(seal::revocation::crl::CRL_BYTES_MAX, LIST_SECONDS_MAX)?,
        );
        let trust = CardTrust::new(families.iter().map(|family| family.authority.clone()).collect());
        Ok(Self { trust, families, clients })
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
        db: &Db,
        random: &dyn Random,
        card: &CardSigned,
        now: OffsetDateTime,
    ) -> Result<Result<(), CardFault>, DbError> {
        let family = self.families.iter().find(|family| family.authority.name() == card.authority);
        let (Some(family), Some(issuer)) = (family, card.issuers.first()) else {
            return Ok(Err(CardFault::UnknownAuthority));
        };
        let Ok(key) = authority_key(issuer) else { return Ok(Err(CardFault::UnknownAuthority)) };
        let place = Place { authority_key: key.to_vec(), serial: card.serial.clone() };
        store::card_named(db.pool(), card, &place).await?;
        let judged = match &family.revocation {
            Revocation::Off => Ok(()),
            Revocation::From(sources) => self.ask(db, random, sources, (card, &place), now).await?,
        };
        if judged == Err(CardFault::Revoked) {
            store::sessions_end_revoked(db.pool(), now).await?;
        }
        Ok(judged.inspect_err(|fault| note(*fault)))
    }

    /// [`Authorities::verify`] and [`Authorities::standing`] in one.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn check(
        &self,
        db: &Db,
        random: &dyn Random,
        cms: &[u8],
        now: OffsetDateTime,
    ) -> Result<Result<CardSigned, CardFault>, DbError> {
        let card = match self.verify(cms, now) {
            Ok(card) => card,
            Err(fault) => return Ok(Err(fault)),
        };
        Ok(self.standing(db, random, &card, now).await?.map(|()| card))
    }

    /// The card is good and nobody's: it waits for a code of the personnel office.
    pub(crate) async fn wait_for_code(
        &self,
        db: &Db,
        cms: &[u8],
        card: &CardSigned,
        now: OffsetDateTime,
    ) -> Result<(), DbError> {
        let family = self.families.iter().find(|family| family.authority.name() == card.authority);
        let fragment_asked = family.is_some_and(|family| family.authority.asks_fragment());
        crate::binding::wait_for_code(db, cms, card, fragment_asked, now).await
    }

    async fn ask(
        &self,
        db: &Db,
        random: &dyn Random,
        sources: &Sources,
        (card, place): (&CardSigned, &Place),
        now: OffsetDateTime,
    ) -> Result<Result<(), CardFault>, DbError> {
        // An intermediate that its root revoked vouches for nobody.
        for pair in card.issuers.windows(2) {
            let (Ok(above), Ok(serial)) = (authority_key(&pair[1]), serial_of(&pair[0])) else { continue };
            if store::is_listed(db.pool(), &Place { authority_key: above.to_vec(), serial }).await? {
                return Ok(Err(CardFault::Revoked));
            }
        }
        if let Some(responder) = &sources.responder
            && let Some(answer) = self.answer(random, responder, sources, &card.issuers[0], &place.serial, now).await
        {
            store::answer_keep(db.pool(), place, &answer, now).await?;
            return match answer.status {
                Status::Good => self.unless_known_revoked(db, place).await,
                Status::Revoked(..) => Ok(Err(CardFault::Revoked)),
                Status::Unknown => Ok(Err(CardFault::Unchecked)),
            };
        }
        self.look_up(db, sources, (card, place), now).await
    }

    /// A responder may hand out an answer from before the revocation: what a list or a later answer says of it counts all the same.
    async fn unless_known_revoked(&self, db: &Db, place: &Place) -> Result<Result<(), CardFault>, DbError> {
        let kept = store::answer_fetch(db.pool(), place).await?;
        let revoked = kept.is_some_and(|(status, _)| status == "revoked") || store::is_listed(db.pool(), place).await?;
        Ok(if revoked { Err(CardFault::Revoked) } else { Ok(()) })
    }

    /// What is known here, as far as it still counts.
    async fn look_up(
        &self,
        db: &Db,
        sources: &Sources,
        (card, place): (&CardSigned, &Place),
        now: OffsetDateTime,
    ) -> Result<Result<(), CardFault>, DbError> {
        let answered = store::answer_fetch(db.pool(), place).await?;
        let (status, until) = answered.unwrap_or_else(|| ("unknown".to_owned(), OffsetDateTime::UNIX_EPOCH));
        if status == "revoked" || store::is_listed(db.pool(), place).await? {
            return Ok(Err(CardFault::Revoked));
        }
        let counts_after = now - sources.grace;
        let answered = status == "good" && until > counts_after;
        if answered || store::has_list(db.pool(), &place.authority_key, &card.crl_points, counts_after).await? {
            return Ok(Ok(()));
        }
        Ok(Err(CardFault::Unchecked))
    }

    /// Asks the responder; none if it says nothing that counts, which is noted in the log.
    async fn answer(
        &self,
        random: &dyn Random,
        responder: &Responder,
        sources: &Sources,
        ca: &[u8],
        serial: &[u8],
        now: OffsetDateTime,
    ) -> Option<Answer> {
        let mut nonce = [0; 32];
        random.fill(&mut nonce);
        let nonce = responder.nonce.then_some(&nonce[..]);
        let question = Question { ca, serial, nonce, sha_1: responder.sha_1 };
        let request = ocsp::request(&question).inspect_err(|fault| note_source(&responder.url, *fault)).ok()?;
        let accept = [("accept", "application/ocsp-response")];
        let reply = match self.clients.0.post(&responder.url, "application/ocsp-request", &accept, request).await {
            Ok(reply) => reply,
            Err(fault) => {
                note_unreachable(&fault);
                return None;
            }
        };
        let judged = ocsp::judge(&reply.body, &question, sources.refresh, now);
        judged.inspect_err(|fault| note_source(&responder.url, *fault)).ok()
    }
}

/// One line for the operator to count by; nothing in it says whose card it was.
fn note(fault: CardFault) {
    tracing::warn!(code = fault.code(), number = fault.number(), "a card was not accepted");
}

fn note_source(url: &str, fault: RevocationFault) {
    tracing::warn!(
        code = fault.code(),
        number = fault.number(),
        url,
        "an authority's word on revoked cards does not count"
    );
}

fn note_unreachable(fault: &FetchError) {
    tracing::warn!(code = "revocation/unreachable", number = UNREACHABLE, %fault, "an authority cannot be asked about cards");
}
