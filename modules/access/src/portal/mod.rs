//! An existing government portal vouches for a person (OpenID Connect: authorization code, PKCE, state and nonce).
//!
//! An account belongs to a person only because the person said so in a session opened by card; a name or a mail address in what the portal
//! says is never looked at.

mod ask;
mod store;

use crate::gate::{Attempt, Key};
use crate::ops::{Opened, hash};
use crate::session::{self, Assurance, Method, Visit};
use crate::{AccessError, Actor, SignInRefusal};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Db, DbError};
use fetch::Client;
use kernel::{Clock, PersonId, Random, Text};
use openidconnect::core::CoreProviderMetadata;
use std::fmt;
use std::sync::Arc;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

pub(crate) use store::sweep;

/// Minutes within which somebody who went to the portal must be back.
pub(crate) const PORTAL_MINUTES_MAX: i64 = 10;

/// What has to be known about the portal.
pub struct PortalSetting {
    /// As people know it.
    pub name: Text,
    /// The issuer, as the portal's own configuration document has it.
    pub issuer: String,
    /// Our name there.
    pub client_id: String,
    /// Our secret there, if we have one.
    pub client_secret: Option<String>,
    /// Scopes to ask for beside `openid`.
    pub scopes: Vec<String>,
    /// Where the portal sends people back to.
    pub redirect: String,
}

impl fmt::Debug for PortalSetting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PortalSetting")
            .field("issuer", &self.issuer)
            .field("client_id", &self.client_id)
            .finish_non_exhaustive()
    }
}

/// The portal.
#[derive(Debug)]
pub struct Portal {
    setting: PortalSetting,
    client: Client,
    /// The portal's configuration and keys, and when they were read.
    known: Mutex<Option<(OffsetDateTime, Arc<CoreProviderMetadata>)>>,
}

/// What somebody goes to the portal for.
#[derive(Clone, Copy, Debug)]
pub enum Purpose<'a> {
    /// To sign in, and then to this page.
    SignIn(&'a str),
    /// To link the account there with the person signed in here.
    Link(&'a Actor),
}

/// Somebody is on the way to the portal.
#[derive(Clone, Debug)]
pub struct Begun {
    /// Where to.
    pub url: String,
    /// What must come back with the same browser.
    pub state: String,
}

/// Somebody came back from the portal.
#[derive(Clone, Debug)]
pub enum Returned {
    /// Signed in, and wanted to go there.
    SignedIn(Opened, String),
    /// The account is now linked.
    Linked,
}

impl Portal {
    /// A portal that is asked through `client`, which must be allowed to ask the portal's hosts.
    #[must_use]
    pub fn new(setting: PortalSetting, client: Client) -> Self {
        Self { setting, client, known: Mutex::default() }
    }

    /// As people know it.
    #[must_use]
    pub fn name(&self) -> &Text {
        &self.setting.name
    }

    /// Sends somebody to the portal.
    ///
    /// # Errors
    /// When the portal or the database is away.
    pub async fn begin(
        &self,
        db: &Db,
        clock: &dyn Clock,
        random: &dyn Random,
        purpose: Purpose<'_>,
    ) -> Result<Begun, AccessError> {
        let now = clock.now();
        let secrets = ask::Secrets { state: secret(random), nonce: secret(random), verifier: secret(random) };
        let url = self.address(&secrets, now).await?;
        let (person, next) = match purpose {
            Purpose::SignIn(next) => (None, next),
            Purpose::Link(actor) => (Some(actor.person), ""),
        };
        store::flow_insert(db.pool(), &hash(secrets.state.as_bytes()), &secrets, person, next, now).await?;
        Ok(Begun { url, state: secrets.state })
    }

    /// Receives somebody from the portal. `state` is what came back and what the browser kept; both must be the same. `actor` is who is
    /// signed in, for linking.
    ///
    /// # Errors
    /// [`AccessError::Refused`] when what came back is not good or the account is not linked with anybody;
    /// [`AccessError::Portal`] when the portal is away, [`AccessError::Store`] when the database is.
    pub async fn receive(
        &self,
        db: &Db,
        (clock, random): (&dyn Clock, &dyn Random),
        (state, kept): (&str, &str),
        code: &str,
        actor: Option<&Actor>,
        visit: &Visit,
    ) -> Result<Returned, AccessError> {
        let mut attempt = Attempt::new(db, clock.now(), Method::Portal, visit);
        attempt.not_held().await?;
        let state_hash = hash(state.as_bytes());
        let not_before = attempt.now - Duration::minutes(PORTAL_MINUTES_MAX);
        // A state that the browser does not hold is not used up: it may be on its way in the browser it belongs to.
        let flow = if state_hash == hash(kept.as_bytes()) {
            store::flow_use(db.pool(), &state_hash, attempt.now, not_before).await?
        } else {
            None
        };
        let Some(flow) = flow else { return Err(attempt.refused(SignInRefusal::StaleChallenge).await) };
        let account = match self.account(code, &flow, attempt.now).await {
            Ok(account) => account,
            Err(ask::Fault::NotGood) => return Err(attempt.refused(SignInRefusal::BadPortal).await),
            Err(ask::Fault::Away(cause)) => return Err(AccessError::Portal(cause)),
        };
        match flow.person {
            Some(person) => self.link(&attempt, account, (person, actor)).await,
            None => {
                attempt.keys.push(Key::Account(account));
                let opened = self.sign_in(&mut attempt, random, account).await?;
                Ok(Returned::SignedIn(opened, flow.next))
            }
        }
    }

    async fn sign_in(
        &self,
        attempt: &mut Attempt<'_>,
        random: &dyn Random,
        account: [u8; 32],
    ) -> Result<Opened, AccessError> {
        attempt.not_held().await?;
        let mut tx = attempt.db.begin().await?;
        let Some((person, holder)) = store::account_holder(&mut tx, &account, attempt.now).await? else {
            tx.rollback().await?;
            return Err(attempt.refused(SignInRefusal::NotLetIn).await);
        };
        attempt.passed(&mut tx).await?;
        let warnings = session::store::attempt_warnings(&mut tx, person).await?;
        let new = session::New { person, holder: &holder, method: Method::Portal, card: None };
        let token = session::open(&mut tx, random, attempt.now, &new, attempt.visit).await?;
        tx.commit().await?;
        Ok(Opened { person, token, warnings })
    }

    /// Only the person who went comes back to be linked, in a session in which the card has answered.
    async fn link(
        &self,
        attempt: &Attempt<'_>,
        account: [u8; 32],
        (person, actor): (PersonId, Option<&Actor>),
    ) -> Result<Returned, AccessError> {
        let by_card = |actor: &&Actor| actor.session.assurance(attempt.now) >= Assurance::Card;
        let Some(actor) = actor.filter(|actor| actor.person == person).filter(by_card) else {
            return Err(attempt.refused(SignInRefusal::StaleChallenge).await);
        };
        let mut tx = attempt.db.begin().await?;
        if !store::account_insert(&mut tx, &account, person, &actor.name, attempt.now).await? {
            tx.rollback().await?;
            return Err(attempt.refused(SignInRefusal::NotLetIn).await);
        }
        db::event(&mut tx, attempt.now, "PortalLinked", &person.to_string(), &serde_json::json!({})).await?;
        tx.commit().await?;
        Ok(Returned::Linked)
    }
}

/// Ends the link of a person with all accounts at the portal; false if there was none.
///
/// # Errors
/// When the database is away.
pub async fn unlink_portal(db: &Db, clock: &dyn Clock, person: PersonId) -> Result<bool, DbError> {
    let mut tx = db.begin().await?;
    let ended = store::account_delete(&mut tx, person, clock.now()).await?;
    if ended {
        db::event(&mut tx, clock.now(), "PortalUnlinked", &person.to_string(), &serde_json::json!({})).await?;
    }
    tx.commit().await?;
    Ok(ended)
}

/// When the person linked an account at the portal, if one is linked.
///
/// # Errors
/// When the database is away.
pub async fn portal_linked_at(db: &Db, person: PersonId) -> Result<Option<OffsetDateTime>, DbError> {
    store::account_linked_at(db.pool(), person).await
}

fn secret(random: &dyn Random) -> String {
    let mut bytes = [0; 32];
    random.fill(&mut bytes);
    URL_SAFE_NO_PAD.encode(bytes)
}
