//! What proves an order: the bundle for who may read it, the public proof for everybody else, and the address of the QR code.

use super::issue::summary;
use crate::model::Issued;
use crate::{OrdersError, store};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64U;
use db::{Db, Tx};
use kernel::OrderId;
use register::log::{Head, Located};
use seal::approval;
use seal::bundle::{Bundle, IssuerProof, Logged};
use seal::qr::{OpenedSummary, ViewKey};
use seal::record::{Hash, Salts, Scribe, disclosures};
use serde_json::{Value, json};
use tlog::leaf::{Entry, Kind};

/// What is stored of an order beside its paper.
pub(super) struct Secrets {
    pub issuer: u16,
    approval: i64,
    approval_index: u64,
    pub salts: Salts,
    view_key: ViewKey,
    pub signature: [u8; 64],
}

pub(super) async fn secrets(tx: &mut Tx, order: &Issued) -> Result<Secrets, OrdersError> {
    crate::erasure::intact(order)?;
    let damaged = |what: &str| OrdersError::Damaged(order.id, what.to_owned());
    let row = store::secrets_fetch(tx, order.id).await?.ok_or_else(|| damaged("it is gone"))?;
    let (issuer, approval, approval_index, salts, view_key, signature) = row;
    Ok(Secrets {
        issuer: issuer.try_into().map_err(|_| damaged("issuer"))?,
        approval,
        approval_index: approval_index.try_into().map_err(|_| damaged("place in the approval"))?,
        salts: Salts::stored(salts, order.fields.len()).ok_or_else(|| damaged("salts"))?,
        view_key: ViewKey::stored(view_key.try_into().map_err(|_| damaged("view key"))?),
        signature: signature.try_into().map_err(|_| damaged("signature"))?,
    })
}

/// Proofs of one order's leaves for the newest checkpoint of its shard that enough witnesses cosigned.
struct Place {
    head: Head,
    issue: Logged,
    issuer: IssuerProof,
    /// Those in a later shard with that one's checkpoint.
    events: Vec<(Logged, Option<String>)>,
    amends: Option<Logged>,
}

/// None while the order is still on its way into the register, or not yet witnessed.
async fn place(db: &Db, order: &Issued, issuer: u16) -> Result<Option<Place>, OrdersError> {
    let mut tx = db.begin().await?;
    let entries = entries(&mut tx, order.id).await?;
    let Some(issue) = entries.iter().find(|entry| entry.leaf.kind == Kind::Issue).copied() else { return Ok(None) };
    let head = register::witness::provable_of(&mut tx, issue.shard).await?;
    // What entered after this checkpoint is for the next one.
    if !issue.is_in(&head) {
        return Ok(None);
    }
    let statement = register::log::issuer_in(&mut tx, issue.shard, issuer).await?;
    let Some(statement) = statement else { return Err(OrdersError::Damaged(order.id, "no key statement".into())) };
    let Some(key) = statement.entry else { return Ok(None) };
    let amends = match order.amends {
        Some((old, _)) => {
            let found = entry_amending(&mut tx, old, &issue.leaf.commitment).await?;
            // The two leaves of a change may fall into two passes of the sequencer, though never into two shards.
            let Some(found) = found.filter(|entry| entry.is_in(&head)) else { return Ok(None) };
            Some(found)
        }
        None => None,
    };
    let own = |entry: &&Located| entry.leaf.kind != Kind::Issue && entry.is_in(&head);
    let later: Vec<Located> = entries.iter().filter(own).copied().collect();
    let all: Vec<Located> = [issue, key].into_iter().chain(amends).chain(later).collect();
    let mut logged = logged_in(&mut tx, &head, all).await?.into_iter();
    let mut next = || logged.next().expect("one path for each leaf");
    let issue = next();
    let issuer = IssuerProof { statement: statement.statement, signature: statement.signature, logged: next() };
    let amends = order.amends.is_some().then(&mut next);
    let mut events: Vec<(Logged, Option<String>)> = logged.map(|event| (event, None)).collect();
    for shard in head.shard + 1..=entries.last().map_or(0, |entry| entry.shard) {
        let head = register::witness::provable_of(&mut tx, shard).await?;
        let here = entries.iter().filter(|entry| entry.is_in(&head)).copied().collect();
        let here = logged_in(&mut tx, &head, here).await?;
        events.extend(here.into_iter().map(|event| (event, Some(head.note.clone()))));
    }
    Ok(Some(Place { head, issue, issuer, amends, events }))
}

/// These leaves of one shard with their ways to its checkpoint.
async fn logged_in(tx: &mut Tx, head: &Head, leaves: Vec<Located>) -> Result<Vec<Logged>, OrdersError> {
    let indices: Vec<u64> = leaves.iter().map(|entry| entry.index).collect();
    let paths = register::log::inclusions(tx, &head.tree(), &indices).await?;
    let logged = |(Located { entry: Entry { index, leaf }, .. }, inclusion)| Logged { leaf, index, inclusion };
    Ok(leaves.into_iter().zip(paths).map(logged).collect())
}

async fn entries(tx: &mut Tx, id: OrderId) -> Result<Vec<Located>, OrdersError> {
    Ok(register::log::events(tx, &id.0).await?.into_iter().filter_map(|event| event.entry).collect())
}

/// The leaf that this order put under the id of the order it changes.
async fn entry_amending(tx: &mut Tx, old: OrderId, commitment: &Hash) -> Result<Option<Located>, OrdersError> {
    Ok(entries(tx, old).await?.into_iter().find(|entry| entry.leaf.commitment == *commitment))
}

/// The bundle of an order (docs/verification.md, section 6), with all fields shown. None while it is on its way into the register, or not yet
/// witnessed.
///
/// # Errors
/// When what is stored does not fit together, or the database is away.
pub async fn bundle(db: &Db, order: &Issued) -> Result<Option<Vec<u8>>, OrdersError> {
    let secrets = secrets(&mut db.begin().await?, order).await?;
    let Some(place) = place(db, order, secrets.issuer).await? else { return Ok(None) };
    let (cms, roots) = store::approval_fetch(&mut db.begin().await?, secrets.approval).await?;
    let roots: Vec<Hash> = roots.as_chunks::<32>().0.to_vec();
    let path = approval::Batch::new(&roots).path(secrets.approval_index);
    let path = path.ok_or_else(|| OrdersError::Damaged(order.id, "place in the approval".into()))?;
    let bundle = Bundle {
        disclosures: disclosures(&order.fields, &secrets.salts),
        withheld: Vec::new(),
        summary: summary(&order.fields, &order.masked_id).to_cbor(),
        summary_salt: secrets.salts.summary(),
        logged: place.issue,
        signature: secrets.signature,
        checkpoint: place.head.note,
        issuer: place.issuer,
        approval: approval::Proof { cms, index: secrets.approval_index, path },
        amends: place.amends,
    };
    Ok(Some(bundle.canonical()))
}

/// The address of the QR code (docs/verification.md, section 8). `public` is the address of the platform, such as
/// `https://orders.example.gov.tw`.
///
/// # Errors
/// When what is stored does not fit together, or the database is away.
pub async fn address(db: &Db, order: &Issued, public: &str) -> Result<String, OrdersError> {
    let secrets = secrets(&mut db.begin().await?, order).await?;
    let address = seal::qr::address("HOST", &order.id.0, &secrets.view_key);
    // The QR module knows hosts under HTTPS only; a demonstration on this machine has no certificate.
    Ok(address.replacen("HTTPS://HOST", &public.trim_end_matches('/').to_uppercase(), 1))
}

/// What is public about an order (docs/verification.md, section 8). None if there is no such order in the register,
/// or it is not yet witnessed.
///
/// # Errors
/// When what is stored does not fit together, or the database is away.
pub async fn proof(db: &Db, id: OrderId) -> Result<Option<Value>, OrdersError> {
    let Some(order) = store::issued_fetch(&mut db.begin().await?, id).await? else { return Ok(None) };
    if order.erased_at.is_some() {
        return erased(db, &order).await;
    }
    let secrets = secrets(&mut db.begin().await?, &order).await?;
    let Some(place) = place(db, &order, secrets.issuer).await? else { return Ok(None) };
    let sealed = Scribe::default().seal(&order.fields, &secrets.salts, &summary(&order.fields, &order.masked_id));
    let opened = OpenedSummary {
        salt: secrets.salts.summary(),
        fields_root: sealed.fields_root,
        summary: summary(&order.fields, &order.masked_id).to_cbor(),
    };
    let mut answer = public(db, &place, &secrets.signature).await?;
    answer["sealed_summary"] = B64U.encode(secrets.view_key.seal(&id.0, &opened)).into();
    Ok(Some(answer))
}

/// What is left to say of an erased order: everything but the summary, and what the leaf of the erasure commits to.
async fn erased(db: &Db, order: &Issued) -> Result<Option<Value>, OrdersError> {
    let damaged = |what: &str| OrdersError::Damaged(order.id, what.to_owned());
    let mut tx = db.begin().await?;
    let row = store::secrets_fetch(&mut tx, order.id).await?.ok_or_else(|| damaged("it is gone"))?;
    let statement = register::erasure::statement(&mut tx, &order.id.0).await?;
    tx.commit().await?;
    let issuer = row.0.try_into().map_err(|_| damaged("issuer"))?;
    let signature = row.5.try_into().map_err(|_| damaged("signature"))?;
    let Some(place) = place(db, order, issuer).await? else { return Ok(None) };
    let mut answer = public(db, &place, &signature).await?;
    answer["sealed_summary"] = Value::Null;
    // A register that was rebuilt from a copy without the statement knows of the erasure by its leaf alone.
    answer["erasure"] = statement.map(|said| B64U.encode(said.canonical())).into();
    Ok(Some(answer))
}

/// What is public of every order.
async fn public(db: &Db, place: &Place, signature: &[u8; 64]) -> Result<Value, OrdersError> {
    let mut answer = logged(&place.issue);
    let mut issuer = logged(&place.issuer.logged);
    issuer["statement"] = B64U.encode(place.issuer.statement.canonical()).into();
    issuer["signature"] = B64U.encode(place.issuer.signature).into();
    let events: Vec<Value> = place.events.iter().map(with_kind).collect();
    answer["format"] = "renshi-proof/1".into();
    answer["signature"] = B64U.encode(signature).into();
    answer["checkpoint"] = place.head.note.clone().into();
    answer["issuer"] = issuer;
    answer["events"] = events.into();
    answer["status"] = status(db, &place.head).await?;
    Ok(answer)
}

fn logged(logged: &Logged) -> Value {
    let inclusion: Vec<String> = logged.inclusion.iter().map(|hash| B64U.encode(hash)).collect();
    json!({ "leaf": B64U.encode(logged.leaf.encode()), "index": logged.index, "inclusion": inclusion })
}

fn with_kind((event, checkpoint): &(Logged, Option<String>)) -> Value {
    let mut value = logged(event);
    value["kind"] = event.leaf.kind.number().into();
    if let Some(checkpoint) = checkpoint {
        value["checkpoint"] = checkpoint.clone().into();
    }
    value
}

/// The newest status snapshot within a checkpoint, if there is one: of the running shard, which speaks of all before it.
async fn status(db: &Db, own: &Head) -> Result<Value, OrdersError> {
    let mut tx = db.begin().await?;
    let mut head = register::witness::provable(&mut tx).await?;
    loop {
        let found = register::log::newest_status(&mut tx, head.shard).await?;
        if let Some(entry) = found.filter(|entry| entry.index < head.checkpoint.size) {
            let inclusion = register::log::inclusion(&mut tx, &head.tree(), entry.index).await?;
            let mut value = logged(&Logged { leaf: entry.leaf, index: entry.index, inclusion });
            let (folder, file) = (register::serve::folder(&head), register::serve::status_path(&head));
            value["bits"] = format!("/log/{folder}{file}").into();
            if head.shard > own.shard {
                value["checkpoint"] = head.note.into();
            }
            return Ok(value);
        }
        // A shard that was opened just now has none yet.
        match head.shard.checked_sub(1).filter(|before| *before >= own.shard) {
            Some(before) => head = register::witness::provable_of(&mut tx, before).await?,
            None => return Ok(Value::Null),
        }
    }
}
