//! Signing in: a challenge, and the card's signature over it.

use crate::gate::{Attempt, Key};
use crate::model::{Actor, CHALLENGE_MINUTES_MAX};
use crate::session::{self, Method, Visit};
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

/// A session that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// For whom.
    pub person: PersonId,
    /// Its token, for the cookie.
    pub token: String,
    /// Attempts in the person's name that failed, and copies of tokens that turned up, since the sign-in before.
    pub warnings: i64,
}

/// Opens a session for the holder of the card that signed the challenge.
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
    visit: &Visit,
) -> Result<Opened, AccessError> {
    let mut attempt = Attempt::new(db, clock.now(), Method::Card, visit);
    let Proof { person, holder, card } = prove(&mut attempt, random, authorities, cms).await?;
    let mut tx = db.begin().await?;
    attempt.passed(&mut tx).await?;
    let warnings = session::store::attempt_warnings(&mut tx, person).await?;
    let new = session::New { person, holder: &holder, method: Method::Card, card: Some(&card) };
    let token = session::open(&mut tx, random, attempt.now, &new, visit).await?;
    tx.commit().await?;
    Ok(Opened { person, token, warnings })
}

/// The card again, within a session: returns the token that stands for the fresh proof; the old one never gains by it.
///
/// # Errors
/// [`AccessError::Refused`] when the card or the challenge is not good or the card is not the person's own,
/// [`AccessError::Store`] when the database is away.
pub async fn sign_in_again(
    db: &Db,
    (clock, random): (&dyn Clock, &dyn Random),
    authorities: &Authorities,
    cms: &[u8],
    (actor, token): (&Actor, &str),
    visit: &Visit,
) -> Result<String, AccessError> {
    let mut attempt = Attempt::new(db, clock.now(), Method::Card, visit);
    let proof = prove(&mut attempt, random, authorities, cms).await?;
    if proof.person != actor.person {
        return Err(attempt.refused(SignInRefusal::NotYours).await);
    }
    let mut tx = db.begin().await?;
    attempt.passed(&mut tx).await?;
    let by = (proof.person, &proof.card);
    let raised = session::raise(&mut tx, random, attempt.now, (&actor.session, token), by, visit).await?;
    tx.commit().await?;
    match raised {
        Some(token) => Ok(token),
        // The token was replaced by another request meanwhile; the browser holds the new one and asks once more.
        None => Err(attempt.refused(SignInRefusal::StaleChallenge).await),
    }
}

/// Whose card answered.
struct Proof {
    person: PersonId,
    holder: String,
    card: [u8; 32],
}

async fn prove(
    attempt: &mut Attempt<'_>,
    random: &dyn Random,
    authorities: &Authorities,
    cms: &[u8],
) -> Result<Proof, AccessError> {
    let (db, now) = (attempt.db, attempt.now);
    let signed = match authorities.verify(cms, now) {
        Ok(signed) => signed,
        Err(fault) => return Err(attempt.not_good(fault.into()).await),
    };
    let Some(nonce) = nonce_of(&signed.content) else {
        return Err(attempt.not_good(SignInRefusal::StaleChallenge).await);
    };
    let card = signed.certificate.fingerprint;
    let mut tx = db.begin().await?;
    let fresh = store::challenge_use(&mut tx, &nonce, now, now - Duration::minutes(CHALLENGE_MINUTES_MAX)).await?;
    let holder = store::card_holder(&mut tx, &card).await?;
    // Committed at once: asking the authority takes a while, and a challenge is used up whatever it says.
    tx.commit().await?;
    attempt.person = holder.as_ref().map(|(person, ..)| PersonId(*person));
    if !fresh {
        // Somebody may be replaying what they overheard: that must not make the card wait.
        return Err(attempt.not_good(SignInRefusal::StaleChallenge).await);
    }
    attempt.keys.push(Key::Card(card));
    attempt.proof_not_held().await?;
    if let Err(fault) = authorities.standing(db, random, &signed, now).await? {
        return Err(attempt.refused(fault.into()).await);
    }
    match holder {
        Some((person, holder, true)) => Ok(Proof { person: PersonId(person), holder, card }),
        _ => {
            authorities.wait_for_code(db, cms, &signed, now).await?;
            Err(attempt.refused(SignInRefusal::NotLetIn).await)
        }
    }
}

fn nonce_of(content: &[u8]) -> Option<[u8; 32]> {
    let text = std::str::from_utf8(content).ok()?.strip_prefix(PURPOSE)?;
    URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok()
}
