//! Key statements: an authority's first one, and how a later one replaces it.

use crate::{
    error::Fault,
    log::{self, Issuer, Staged, issuer_of},
    store::{self, IssuerRow},
};
use db::Tx;
use tlog::{
    hash::{Hash, ZERO, ed25519_verify},
    issuer::{End, Replaces, Statement},
    leaf::{Id, Kind, auth, by_id, signed_bytes},
    state::{State, fold},
};

/// Orders whose leaves are read together.
const CHUNK: usize = 4096;

/// What an authority says about its keys; the log gives it a number.
#[derive(Clone, Debug)]
pub struct NewIssuer {
    /// Agency code.
    pub agency: String,
    /// SHA-256 of the DER certificate of the CA whose cards may approve.
    pub card_ca: Hash,
    /// DER certificate (P-256) that signs documents.
    pub document_certificate: Vec<u8>,
    /// Name of the agency.
    pub name: String,
    /// Ed25519 public key that signs leaves.
    pub seal_key: [u8; 32],
    /// A random id for the authority's key events; whoever replaces keys goes on under the id of the first.
    pub id: Id,
}

/// How the old keys end.
pub enum Ending<'a> {
    /// As planned: the old seal key signs the bytes it is given.
    Endorse(&'a dyn Fn(&[u8]) -> Option<[u8; 64]>),
    /// In an emergency: what entered under the old keys at a time or later is revoked.
    RevokeFrom {
        /// Milliseconds since 1970 UTC.
        time_ms: u64,
        /// Why, for those whose keys they were; it is not published.
        reason: &'a str,
    },
}

/// What a replacement did.
#[derive(Clone, Debug)]
pub struct Replaced {
    /// The new statement.
    pub issuer: Issuer,
    /// Number of the old one.
    pub old: u16,
    /// How many orders are revoked with the old keys.
    pub revoked: usize,
}

/// Adds an authority's first key statement and stages its type 7 leaf. `sign` makes the Ed25519 signature of the seal key over the bytes
/// it is given.
///
/// # Errors
/// When all 65,535 numbers are taken, or the signature is not by the seal key of the statement.
pub async fn add_issuer(
    tx: &mut Tx,
    new: NewIssuer,
    sign: impl FnOnce(&[u8]) -> Option<[u8; 64]>,
) -> Result<Issuer, Fault> {
    let number = next(tx).await?;
    let id = new.id;
    let statement = statement(new, number, None);
    let (staged, signature) = key_event(&statement, id, ZERO, sign)?;
    log::stage(tx, &[staged]).await?;
    keep(tx, &statement, signature, id).await?;
    Ok(Issuer { statement, signature, entry: None })
}

/// Replaces an authority's newest key statement, in the caller's transaction. Until it ends, nothing can be staged under the old number,
/// and afterwards nothing can at all. In an emergency the type 3 leaves of what was issued under the old keys are signed with the new one
/// and commit to the new statement.
///
/// # Errors
/// [`Fault::Waiting`] while leaves under the old keys (or their own) are not in the log yet: sequence and try again. Otherwise when the
/// authority has no statement, or a signature is not by the key it should be by.
pub async fn replace_issuer(
    tx: &mut Tx,
    new: NewIssuer,
    ending: Ending<'_>,
    sign: impl Fn(&[u8]) -> Option<[u8; 64]>,
) -> Result<Replaced, Fault> {
    let number = next(tx).await?;
    let old = issuer_of(tx, &new.agency).await?;
    let Some(Issuer { statement: old, entry, .. }) = old else {
        return Err(Fault::Unstageable("the authority has no key statement to replace"));
    };
    store::issuer_close(tx, old.issuer).await?;
    let (Some(before), 0) = (entry, store::staged_under(tx, old.issuer).await?) else {
        return Err(Fault::Waiting);
    };
    let statement = succeed(statement(new, number, None), &old, &ending)?;
    let (staged, signature) = key_event(&statement, before.leaf.id, before.leaf.hash(), &sign)?;
    // Staged first, so that it also enters the log first.
    store::staged_insert(tx, &[staged]).await?;
    keep(tx, &statement, signature, before.leaf.id).await?;
    let revoked = match ending {
        Ending::Endorse(_) => 0,
        Ending::RevokeFrom { time_ms, reason } => {
            store::issuer_reason(tx, statement.issuer, reason).await?;
            revoke(tx, &statement, (old.issuer, time_ms), &sign).await?
        }
    };
    log::wake(tx).await?;
    Ok(Replaced { issuer: Issuer { statement, signature, entry: None }, old: old.issuer, revoked })
}

/// Keys that were revoked in an emergency.
#[derive(Clone, Debug)]
pub struct Revoked {
    /// The statement of the keys that came after them; it says from when on they are revoked.
    pub by: Statement,
    /// Why, in the operator's words.
    pub reason: String,
}

/// The keys of these agencies that were revoked here, the newest first. Of a register that was rebuilt from a copy the reasons are lost, and
/// what was revoked before is not listed.
///
/// # Errors
/// When what is stored is not a key statement.
pub async fn revoked(tx: &mut Tx, agencies: &[String]) -> Result<Vec<Revoked>, Fault> {
    let rows = store::issuers_with_reason(tx, agencies).await?;
    let one = |(row, reason)| Ok(Revoked { by: log::parsed(&row)?, reason });
    rows.into_iter().map(one).collect()
}

async fn next(tx: &mut Tx) -> Result<u16, Fault> {
    store::issuer_next(tx).await?.ok_or(Fault::Unstageable("all issuer numbers are taken"))
}

fn statement(new: NewIssuer, issuer: u16, replaces: Option<Replaces>) -> Statement {
    let NewIssuer { agency, card_ca, document_certificate, name, seal_key, id: _ } = new;
    Statement { agency, card_ca, document_certificate, issuer, name, replaces, seal_key }
}

fn succeed(mut statement: Statement, old: &Statement, ending: &Ending<'_>) -> Result<Statement, Fault> {
    let mut ended = |end| statement.replaces = Some(Replaces { issuer: old.issuer, end });
    match ending {
        Ending::RevokeFrom { time_ms, .. } => ended(End::RevokedFrom(*time_ms)),
        Ending::Endorse(endorse) => {
            // What is signed leaves the endorsement out, so any serves to find the bytes.
            ended(End::Endorsed([0; 64]));
            let signature = endorse(&statement.endorsed_bytes()).ok_or(Fault::KeyAway)?;
            statement.replaces = Some(Replaces { issuer: old.issuer, end: End::Endorsed(signature) });
        }
    }
    match statement.check_succession(old) {
        Ok(()) => Ok(statement),
        Err(_) => Err(Fault::Unstageable("the new key statement does not rightly replace the old one")),
    }
}

fn key_event(
    statement: &Statement,
    id: Id,
    prev: Hash,
    sign: impl FnOnce(&[u8]) -> Option<[u8; 64]>,
) -> Result<(Staged, [u8; 64]), Fault> {
    let (issuer, commitment) = (statement.issuer, statement.commitment());
    let signed = signed_bytes(Kind::Key, issuer, &id, &commitment, &prev);
    let signature = sign(&signed).ok_or(Fault::KeyAway)?;
    if !ed25519_verify(&statement.seal_key, &signed, &signature) {
        return Err(Fault::Unstageable("the key statement is not signed by its own seal key"));
    }
    let auth = auth(&signature, &statement.seal_key);
    Ok((Staged { kind: Kind::Key, issuer, id, commitment, prev, auth }, signature))
}

async fn keep(tx: &mut Tx, statement: &Statement, signature: [u8; 64], id: Id) -> Result<(), Fault> {
    let (number, agency, text) = (statement.issuer, statement.agency.clone(), statement.canonical());
    store::issuer_insert(tx, &IssuerRow { number, agency, statement: text, signature, id }).await
}

/// Stages a type 3 leaf for each order that entered under the old number at the time or later and is not revoked yet.
async fn revoke(
    tx: &mut Tx,
    new: &Statement,
    (old, time_ms): (u16, u64),
    sign: impl Fn(&[u8]) -> Option<[u8; 64]>,
) -> Result<usize, Fault> {
    let (issuer, commitment) = (new.issuer, new.commitment());
    let mut revoked = 0;
    for ids in store::issued_under(tx, old, time_ms).await?.chunks(CHUNK) {
        let mut staged = Vec::with_capacity(ids.len());
        for (id, chain) in by_id(log::entries(store::leaves_of(tx, ids).await?)) {
            let folded = fold(chain.iter().map(|entry| &entry.leaf));
            let Some(folded) = folded.filter(|folded| folded.state != State::Revoked) else { continue };
            let newest = folded.counted.last().map(|at| chain[*at].leaf.hash());
            let Some(prev) = newest else { continue };
            let signed = signed_bytes(Kind::Revoke, issuer, &id, &commitment, &prev);
            let signature = sign(&signed).ok_or(Fault::KeyAway)?;
            let auth = auth(&signature, &new.seal_key);
            staged.push(Staged { kind: Kind::Revoke, issuer, id, commitment, prev, auth });
        }
        log::stage(tx, &staged).await?;
        revoked += staged.len();
    }
    Ok(revoked)
}
