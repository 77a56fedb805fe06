//! Passkeys: a device of the person's own, registered in a session opened by card, opens the less sensitive part of the own record.
//!
//! The device names the person (a discoverable credential), so nobody types an account name and nothing can be tried out.

mod store;

use crate::gate::{Attempt, Key};
use crate::ops::{Opened, hash};
use crate::session::{self, Assurance, Method, Visit};
use crate::{AccessError, Actor, SignInRefusal};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Db, DbError};
use kernel::{Clock, PersonId, Random};
use serde::Serialize;
use serde::de::DeserializeOwned;
use time::{Duration, OffsetDateTime};
use webauthn_rs::prelude::{
    DiscoverableAuthentication, Passkey, PasskeyRegistration, PublicKeyCredential, RegisterPublicKeyCredential, Url,
    Uuid, Webauthn, WebauthnBuilder,
};

/// Minutes within which the device must answer.
const CEREMONY_MINUTES_MAX: i64 = 5;
/// Passkeys one person may have.
pub const PASSKEYS_MAX: i64 = 10;
/// Characters of the name a person gives a passkey.
const LABEL_CHARS_MAX: usize = 60;

/// Registers passkeys and checks their answers.
#[derive(Debug)]
pub struct Passkeys {
    webauthn: Webauthn,
}

/// A device is being asked.
#[derive(Clone, Debug)]
pub struct Ceremony {
    /// What must come back with the answer.
    pub ticket: String,
    /// What the browser hands to the device (JSON).
    pub options: String,
}

/// A passkey as its holder sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PasskeyLine {
    /// Its number.
    pub id: i64,
    /// The name its holder gave it.
    pub label: String,
    /// When it was registered.
    pub registered_at: OffsetDateTime,
    /// When it last opened a session.
    pub used_at: Option<OffsetDateTime>,
}

impl Passkeys {
    /// Passkeys for the platform at this address. None where browsers know no passkeys: without HTTPS, and under a bare IP address;
    /// this machine itself is reached as `localhost`.
    #[must_use]
    pub fn new(public: &str, name: &str) -> Option<Self> {
        let mut url = Url::parse(public).ok()?;
        let is_loopback = url.host_str().is_some_and(|host| {
            host == "localhost"
                || host.trim_matches(['[', ']']).parse::<std::net::IpAddr>().is_ok_and(|ip| ip.is_loopback())
        });
        if is_loopback {
            url.set_host(Some("localhost")).ok()?;
        } else if url.scheme() != "https" {
            return None;
        }
        let host = url.domain()?.to_owned();
        let webauthn = WebauthnBuilder::new(&host, &url).ok()?.rp_name(name).build().ok()?;
        Some(Self { webauthn })
    }

    /// Asks the person's device for a new passkey. The card must have answered in this session.
    ///
    /// # Errors
    /// [`AccessError::Refused`] without a card or with too many passkeys, otherwise when the database is away.
    pub async fn begin_registration(
        &self,
        db: &Db,
        clock: &dyn Clock,
        random: &dyn Random,
        actor: &Actor,
    ) -> Result<Ceremony, AccessError> {
        let visit = Visit::default();
        let attempt = Attempt::new(db, clock.now(), Method::Passkey, &visit);
        let held = store::passkey_credentials(db.pool(), actor.person).await?;
        let is_full = i64::try_from(held.len()).unwrap_or(i64::MAX) >= PASSKEYS_MAX;
        if actor.session.assurance(attempt.now) < Assurance::Card || is_full {
            return Err(attempt.refused(SignInRefusal::NotLetIn).await);
        }
        let mut handle = [0; 16];
        random.fill(&mut handle);
        let handle = store::user_handle(db.pool(), actor.person, Uuid::from_bytes(handle)).await?;
        let (options, state) = self
            .webauthn
            .start_passkey_registration(handle, &actor.name, &actor.name, Some(held))
            .map_err(|cause| AccessError::Passkey(cause.into()))?;
        let mut options = serde_json::to_value(options).map_err(|cause| AccessError::Passkey(cause.into()))?;
        // The library leaves this to chance; without it the device could not name the person when signing in.
        let selection = &mut options["publicKey"]["authenticatorSelection"];
        selection["residentKey"] = "required".into();
        selection["requireResidentKey"] = true.into();
        let person = Some(actor.person);
        begun(db, random, attempt.now, person, &options, &state).await
    }

    /// Keeps the passkey with which the device answered.
    ///
    /// # Errors
    /// [`AccessError::Refused`] when the answer is not good, otherwise when the database is away.
    pub async fn finish_registration(
        &self,
        db: &Db,
        clock: &dyn Clock,
        actor: &Actor,
        (ticket, answer): (&str, &str),
        label: &str,
    ) -> Result<(), AccessError> {
        let visit = Visit::default();
        let mut attempt = Attempt::new(db, clock.now(), Method::Passkey, &visit);
        attempt.person = Some(actor.person);
        let state = used(db, attempt.now, ticket).await?;
        let Some((Some(person), state)) = state.filter(|(person, _)| *person == Some(actor.person)) else {
            return Err(attempt.refused(SignInRefusal::StaleChallenge).await);
        };
        let state: PasskeyRegistration = read(&state)?;
        let answer: Option<RegisterPublicKeyCredential> = serde_json::from_str(answer).ok();
        let passkey = answer.and_then(|answer| self.webauthn.finish_passkey_registration(&answer, &state).ok());
        let Some(passkey) = passkey else { return Err(attempt.refused(SignInRefusal::BadPasskey).await) };
        let mut tx = db.begin().await?;
        let credential = write(&passkey)?;
        let kept = store::PasskeyRow { label: &label_of(label), id: passkey.cred_id(), credential: &credential };
        if !store::passkey_insert(&mut tx, (person, &actor.name), &kept, attempt.now).await? {
            tx.rollback().await?;
            return Err(attempt.refused(SignInRefusal::BadPasskey).await);
        }
        db::event(&mut tx, attempt.now, "PasskeyRegistered", &person.to_string(), &serde_json::json!({})).await?;
        tx.commit().await?;
        Ok(())
    }

    /// Asks whatever device is there to name the person and prove it.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn begin_sign_in(
        &self,
        db: &Db,
        clock: &dyn Clock,
        random: &dyn Random,
    ) -> Result<Ceremony, AccessError> {
        let (options, state) =
            self.webauthn.start_discoverable_authentication().map_err(|cause| AccessError::Passkey(cause.into()))?;
        let options = serde_json::to_value(options).map_err(|cause| AccessError::Passkey(cause.into()))?;
        begun(db, random, clock.now(), None, &options, &state).await
    }

    /// Opens a session for the person whose device answered.
    ///
    /// # Errors
    /// [`AccessError::Refused`] when the answer is not good or the passkey is not known, otherwise when the database is away.
    pub async fn finish_sign_in(
        &self,
        db: &Db,
        (clock, random): (&dyn Clock, &dyn Random),
        (ticket, answer): (&str, &str),
        visit: &Visit,
    ) -> Result<Opened, AccessError> {
        let mut attempt = Attempt::new(db, clock.now(), Method::Passkey, visit);
        let state = used(db, attempt.now, ticket).await?;
        let Some((None, state)) = state else { return Err(attempt.not_good(SignInRefusal::StaleChallenge).await) };
        let state: DiscoverableAuthentication = read(&state)?;
        let answer: Option<PublicKeyCredential> = serde_json::from_str(answer).ok();
        let named = answer.as_ref().and_then(|answer| self.webauthn.identify_discoverable_authentication(answer).ok());
        let (Some(answer), Some((handle, id))) = (&answer, named) else {
            return Err(attempt.not_good(SignInRefusal::NotLetIn).await);
        };
        let Some(found) = store::passkey_fetch(db.pool(), handle, id).await? else {
            return Err(attempt.not_good(SignInRefusal::NotLetIn).await);
        };
        let mut passkey: Passkey = read(&found.credential)?;
        let Ok(result) = self.webauthn.finish_discoverable_authentication_v2(answer, state, &passkey) else {
            return Err(attempt.not_good(SignInRefusal::NotLetIn).await);
        };
        passkey.update_credential(&result);
        attempt.person = Some(found.person);
        attempt.keys.push(Key::Account(hash(id)));
        attempt.proof_not_held().await?;
        let mut tx = db.begin().await?;
        attempt.passed(&mut tx).await?;
        store::passkey_used(&mut tx, found.id, &write(&passkey)?, attempt.now).await?;
        let warnings = session::store::attempt_warnings(&mut tx, found.person).await?;
        let new = session::New { person: found.person, holder: &found.holder, method: Method::Passkey, card: None };
        let token = session::open(&mut tx, random, attempt.now, &new, visit).await?;
        tx.commit().await?;
        Ok(Opened { person: found.person, token, warnings })
    }
}

async fn begun<S: Serialize>(
    db: &Db,
    random: &dyn Random,
    now: OffsetDateTime,
    person: Option<PersonId>,
    options: &serde_json::Value,
    state: &S,
) -> Result<Ceremony, AccessError> {
    let mut ticket = [0; 32];
    random.fill(&mut ticket);
    store::ceremony_insert(db.pool(), &hash(&ticket), person, &write(state)?, now).await?;
    Ok(Ceremony { ticket: URL_SAFE_NO_PAD.encode(ticket), options: options.to_string() })
}

/// Uses up a ceremony: whom it was for and what was asked.
async fn used(db: &Db, now: OffsetDateTime, ticket: &str) -> Result<Option<(Option<PersonId>, String)>, DbError> {
    let Ok(ticket) = URL_SAFE_NO_PAD.decode(ticket) else { return Ok(None) };
    store::ceremony_use(db.pool(), &hash(&ticket), now, now - Duration::minutes(CEREMONY_MINUTES_MAX)).await
}

fn write<T: Serialize>(value: &T) -> Result<String, AccessError> {
    serde_json::to_string(value).map_err(|cause| AccessError::Passkey(cause.into()))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, AccessError> {
    serde_json::from_str(text).map_err(|cause| AccessError::Passkey(cause.into()))
}

/// The name of a passkey: what the person wrote, or what it is.
fn label_of(written: &str) -> String {
    let label: String = written.trim().chars().filter(|c| !c.is_control()).take(LABEL_CHARS_MAX).collect();
    if label.is_empty() { "通行密鑰".to_owned() } else { label }
}

/// The person's passkeys, the oldest first.
///
/// # Errors
/// When the database is away.
pub async fn passkeys_of(db: &Db, person: PersonId) -> Result<Vec<PasskeyLine>, DbError> {
    store::passkey_list(db.pool(), person).await
}

/// Gives one of the person's own passkeys another name; false if there is no such passkey.
///
/// # Errors
/// When the database is away.
pub async fn rename_passkey(db: &Db, person: PersonId, id: i64, label: &str) -> Result<bool, DbError> {
    store::passkey_rename(db.pool(), person, id, &label_of(label)).await
}

/// Removes one of the person's own passkeys and ends the sessions opened by passkey; false if there is no such passkey.
///
/// # Errors
/// When the database is away.
pub async fn remove_passkey(db: &Db, clock: &dyn Clock, person: PersonId, id: i64) -> Result<bool, DbError> {
    let mut tx = db.begin().await?;
    let removed = store::passkey_delete(&mut tx, person, id, clock.now()).await?;
    if removed {
        db::event(&mut tx, clock.now(), "PasskeyRemoved", &person.to_string(), &serde_json::json!({})).await?;
    }
    tx.commit().await?;
    Ok(removed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passkeys_need_a_name_and_https() {
        assert!(Passkeys::new("https://orders.example.gov.tw", "人事").is_some());
        assert!(Passkeys::new("http://127.0.0.1:8640", "人事").is_some());
        assert!(Passkeys::new("http://localhost:8640", "人事").is_some());
        for none in ["http://orders.example.gov.tw", "https://192.0.2.1", "", "nonsense"] {
            assert!(Passkeys::new(none, "人事").is_none(), "{none}");
        }
    }

    #[test]
    fn a_label_is_short_plain_text() {
        assert_eq!(label_of("  我的手機\u{7} "), "我的手機");
        assert_eq!(label_of(" "), "通行密鑰");
        assert_eq!(label_of(&"字".repeat(100)).chars().count(), LABEL_CHARS_MAX);
    }
}
