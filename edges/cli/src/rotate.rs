//! `renshi keep keys --rotate` and `--revoke-from`: an authority's keys are replaced.
//!
//! The order of writes: the new keys into a file of their own; the statement, and what it revokes, into the register in one transaction;
//! the files into their new places. Whatever was done before a crash is done, and the same command finishes the rest; in between the
//! authority can issue nothing, because its file and its statement differ.

use crate::Failure;
use crate::assemble::{Running, hold_fast, new_issuer, new_keys};
use crate::in_token::Places;
use kernel::AgencyCode;
use register::issuer::{Ending, Replaced, replace_issuer};
use seal::AgencyKeys;
use std::sync::Arc;
use std::time::Duration;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use web::App;

/// How long leaves on their way are waited for: a server beside us takes them in within a second.
const TRIES: u32 = 120;
const PAUSE: Duration = Duration::from_millis(250);
/// Characters of a reason.
const REASON_CHARS_MAX: usize = 500;

/// Why the keys end.
pub enum Why {
    /// It is time.
    Planned,
    /// They are lost or in false hands since this moment, for this reason.
    Emergency(OffsetDateTime, String),
}

impl Why {
    /// Reads the two options of the command.
    ///
    /// # Errors
    /// When the moment is none or in the future, or the reason is empty or too long.
    pub fn read(revoke_from: Option<&str>, reason: Option<String>, now: OffsetDateTime) -> Result<Self, Failure> {
        let Some(text) = revoke_from else { return Ok(Self::Planned) };
        let from = OffsetDateTime::parse(text, &Rfc3339)
            .map_err(|_| "--revoke-from takes a moment like 2026-11-24T08:00:00+08:00")?;
        if from > now || from.unix_timestamp() < 0 {
            return Err("--revoke-from takes a moment that is past".into());
        }
        let reason = reason.unwrap_or_default().trim().to_owned();
        if !(1..=REASON_CHARS_MAX).contains(&reason.chars().count()) {
            return Err(format!("--reason takes 1 to {REASON_CHARS_MAX} characters").into());
        }
        Ok(Self::Emergency(from, reason))
    }
}

/// Replaces the keys of an authority; says what was done.
///
/// # Errors
/// When the authority has no keys in the register, the old keys cannot endorse the new ones, or a file or the database is away.
pub async fn rotate(
    running: &Running,
    agency: AgencyCode,
    name: &str,
    why: &Why,
    places: Option<&Places>,
) -> Result<String, Failure> {
    let app = &running.app;
    let mut tx = app.db.begin().await?;
    let known = register::log::issuer_of(&mut tx, agency.as_str()).await?;
    drop(tx);
    let known = known.ok_or("the agency has no keys in the register; `renshi keep keys` makes them")?.statement;
    let next = app.keys.next(agency)?;
    if let (Some(next), Some(old)) = (&next, known.replaces)
        && next.seal_key() == known.seal_key
    {
        app.keys.turn(agency, old.issuer)?;
        return Ok(format!("what was begun is finished: {name} signs under key statement {}", known.issuer));
    }
    if matches!(why, Why::Emergency(..)) {
        // Whoever had the old file may have had this one.
        app.keys.forget_next(agency)?;
    }
    let next = match app.keys.next(agency)? {
        Some(next) => next,
        None => prepare(running, agency, name, places)?,
    };
    let replaced = replace(app, agency, name, &next, why).await?;
    app.keys.turn(agency, replaced.old)?;
    let (new, old) = (replaced.issuer.statement.issuer, replaced.old);
    while web::pass(app).await? {}
    Ok(match why {
        Why::Planned => format!("{name} signs under key statement {new} from now on; {old} endorsed it and has ended"),
        Why::Emergency(..) => format!(
            "{name} signs under key statement {new} from now on; {old} is revoked, and with it {} orders. Tell the agency and everybody who \
             watches the register",
            replaced.revoked
        ),
    })
}

fn prepare(
    running: &Running,
    agency: AgencyCode,
    name: &str,
    places: Option<&Places>,
) -> Result<Arc<AgencyKeys>, Failure> {
    let app = &running.app;
    let keys = new_keys(running, agency, name, places)?;
    let same = app.keys.keys(agency).is_ok_and(|present| present.seal_key() == keys.seal_key());
    if same {
        return Err("the token has the present keys at these addresses; name places for new ones".into());
    }
    app.keys.prepare(agency, &keys)?;
    Ok(app.keys.next(agency)?.ok_or("the new keys are gone")?)
}

async fn replace(app: &App, agency: AgencyCode, name: &str, next: &AgencyKeys, why: &Why) -> Result<Replaced, Failure> {
    let present = match why {
        Why::Planned => Some(app.keys.keys(agency)?),
        Why::Emergency(..) => None,
    };
    let endorse = |bytes: &[u8]| present.as_ref().and_then(|keys| keys.sign(bytes).ok());
    for _ in 0..TRIES {
        let ending = match why {
            Why::Planned => Ending::Endorse(&endorse),
            Why::Emergency(from, reason) => {
                Ending::RevokeFrom { time_ms: u64::try_from(from.unix_timestamp())? * 1000, reason }
            }
        };
        let mut tx = app.db.begin().await?;
        hold_fast(app, &mut tx).await?;
        let new = new_issuer(app, agency, name, next);
        match replace_issuer(&mut tx, new, ending, |bytes| next.sign(bytes).ok()).await {
            Ok(replaced) => {
                let payload = serde_json::json!({
                    "issuer": replaced.issuer.statement.issuer, "replaces": replaced.old, "revoked": replaced.revoked,
                });
                db::event(&mut tx, app.now(), "AuthorityKeysReplaced", agency.as_str(), &payload).await?;
                tx.commit().await?;
                return Ok(replaced);
            }
            Err(register::Fault::Waiting) => drop(tx),
            Err(fault) => return Err(fault.into()),
        }
        if !web::pass(app).await? {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Err(register::Fault::Waiting.into())
}
