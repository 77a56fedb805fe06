//! Signing in: a challenge, and the card's signature over it.

use super::hash;
use crate::model::CHALLENGE_MINUTES_MAX;
use crate::{AccessError, Authorities, SignInRefusal, store};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Db, DbError};
use kernel::{Clock, PersonId, Random};
use time::Duration;

/// What the card signs begins with this line, so that a signature made for signing in can never pass for an approval.
const PURPOSE: &str = "renshi-signin/1\n";

/// A fresh challenge: the text the card is to sign.
///
/// # Errors
/// When the database is away.
pub async fn challenge(db: &Db, clock: &dyn Clock, random: &dyn Random) -> Result<String, DbError> {
    let mut nonce = [0; 32];
    random.fill(&mut nonce);
    store::challenge_insert(db.pool(), &nonce, clock.now()).await?;
    Ok(format!("{PURPOSE}{}", URL_SAFE_NO_PAD.encode(nonce)))
}

/// Opens a session for the holder of the card that signed the challenge. Returns the person and the session token.
///
/// The challenge is used up even if the card turns out not to be registered.
///
/// # Errors
/// [`AccessError::Refused`] when the card or the challenge is not good, [`AccessError::Store`] when the database is away.
pub async fn sign_in(
    db: &Db,
    clock: &dyn Clock,
    random: &dyn Random,
    authorities: &Authorities,
    cms: &[u8],
) -> Result<(PersonId, String), AccessError> {
    let now = clock.now();
    let refused = |why| AccessError::Refused(why);
    let signed = authorities.verify(cms, now).map_err(|fault| refused(fault.into()))?;
    let nonce = nonce_of(&signed.content).ok_or_else(|| refused(SignInRefusal::StaleChallenge))?;
    let mut tx = db.begin().await?;
    let fresh = store::challenge_use(&mut tx, &nonce, now, now - Duration::minutes(CHALLENGE_MINUTES_MAX)).await?;
    // Committed at once: asking the authority takes a while, and a challenge is used up whatever it says.
    tx.commit().await?;
    if !fresh {
        return Err(refused(SignInRefusal::StaleChallenge));
    }
    authorities.standing(db, random, &signed, now).await?.map_err(|fault| refused(fault.into()))?;
    let mut tx = db.begin().await?;
    let fingerprint = signed.certificate.fingerprint;
    let Some((person, _)) = store::card_holder(&mut tx, &fingerprint).await? else {
        return Err(refused(SignInRefusal::NotRegistered));
    };
    let mut token = [0; 32];
    random.fill(&mut token);
    store::session_insert(&mut tx, &hash(&token), person, &fingerprint, now).await?;
    db::event(&mut tx, now, "SignedIn", &person.to_string(), &serde_json::json!({})).await?;
    tx.commit().await?;
    Ok((PersonId(person), URL_SAFE_NO_PAD.encode(token)))
}

fn nonce_of(content: &[u8]) -> Option<[u8; 32]> {
    let text = std::str::from_utf8(content).ok()?.strip_prefix(PURPOSE)?;
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
