//! What a stranger is given of an anchor, and how it is checked without us.

use crate::{
    evm, file,
    payload::{Head, hex},
    rfc3161,
    sink::Kind,
    store::Row,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64U};
use kernel::Text;
use serde_json::{Value, json};
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

const FORMAT: &str = "renshi-anchor/1";

/// Why evidence proves nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Wrong {
    /// A part is missing or is not what it has to be.
    #[error("the evidence cannot be read: {0}")]
    Malformed(&'static str),
    /// A part does not fit the others.
    #[error("the evidence does not hold: {0}")]
    Untrue(&'static str),
    /// A time stamp is not good.
    #[error("the time stamp does not hold: {0}")]
    Stamp(String),
}

/// Whom a verifier trusts.
#[derive(Clone, Debug, Default)]
pub struct Trust {
    /// Certificates (DER) of the authorities above time-stamping authorities.
    pub stamp_roots: Vec<Vec<u8>>,
}

/// Evidence that holds.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The checkpoint that is anchored.
    pub head: Head,
    /// What kind of place it is in.
    pub kind: Kind,
    /// The latest time at which the checkpoint can have been made, by the word of the other side.
    pub time: OffsetDateTime,
    /// What was proved, and what is left to be compared.
    pub says: Text,
}

/// The published file of a confirmed anchor; none if it is not confirmed.
pub(crate) fn file_of(row: &Row) -> Option<Value> {
    let time = |at: Option<OffsetDateTime>| at.and_then(|at| at.format(&Rfc3339).ok());
    Some(json!({
        "anchor": row.no,
        "checkpoint": row.head.checkpoint,
        "evidence": row.evidence.as_ref()?,
        "format": FORMAT,
        "kind": row.kind.word(),
        "origin": row.head.origin,
        "place": row.place.as_ref()?,
        "proved_at": time(row.proved_at)?,
        "reason": row.reason,
        "root": B64U.encode(row.head.root),
        "sink": row.sink,
        "size": row.head.size,
    }))
}

/// Checks the published file of an anchor.
///
/// # Errors
/// What does not hold.
pub fn check(file: &[u8], trust: &Trust) -> Result<Checked, Wrong> {
    let value: Value = serde_json::from_slice(file).map_err(|_| Wrong::Malformed("no JSON"))?;
    let canonical = serde_json_canonicalizer::to_vec(&value).map_err(|_| Wrong::Malformed("no JSON"))?;
    if canonical != file || value["format"] != FORMAT {
        return Err(Wrong::Malformed("format"));
    }
    let text = |name: &'static str| value[name].as_str().map(str::to_owned).ok_or(Wrong::Malformed(name));
    let root = B64U.decode(text("root")?).ok().and_then(|root| root.try_into().ok()).ok_or(Wrong::Malformed("root"))?;
    let size = value["size"].as_u64().ok_or(Wrong::Malformed("size"))?;
    let head = Head { origin: text("origin")?, size, root, checkpoint: text("checkpoint")? };
    let kind = Kind::of(&text("kind")?).ok_or(Wrong::Malformed("kind"))?;
    check_note(&head)?;
    let evidence = &value["evidence"];
    let (time, says) = match kind {
        Kind::Evm => chain(&head, evidence)?,
        Kind::Rfc3161 => stamp(&head, evidence, trust)?,
        Kind::File => page(&head, evidence)?,
        Kind::Http => receipt(&head, evidence)?,
    };
    Ok(Checked { head, kind, time, says })
}

/// The first lines of the signed note are origin, size and root; its signature is the business of who knows the log's key.
fn check_note(head: &Head) -> Result<(), Wrong> {
    let root = base64::engine::general_purpose::STANDARD.encode(head.root);
    let starts = format!("{}\n{}\n{root}\n", head.origin, head.size);
    if head.checkpoint.starts_with(&starts) { Ok(()) } else { Err(Wrong::Untrue("the checkpoint is another one")) }
}

fn instant(seconds: u64) -> Result<OffsetDateTime, Wrong> {
    let at = i64::try_from(seconds).ok().and_then(|seconds| OffsetDateTime::from_unix_timestamp(seconds).ok());
    at.ok_or(Wrong::Malformed("time"))
}

fn chain(head: &Head, evidence: &Value) -> Result<(OffsetDateTime, Text), Wrong> {
    let shown = evm::proof::check(head, evidence)?;
    let evm::proof::Shown { chain_id, block, hash, proved, .. } = shown;
    let says = if proved {
        Text::new(
            format!("交易在區塊 {block} 內（已由區塊標頭證明）；請向鏈 {chain_id} 的任一節點核對該區塊雜湊值為 {hash}"),
            format!(
                "the transaction is in block {block}, proved by its header; compare with any node of chain {chain_id} that the block's hash is {hash}"
            ),
        )
    } else {
        Text::new(
            format!("交易載有此檢查點；請向鏈 {chain_id} 的任一節點核對交易在區塊 {block}（{hash}）內"),
            format!(
                "the transaction carries the checkpoint; compare with any node of chain {chain_id} that it is in block {block} ({hash})"
            ),
        )
    };
    Ok((instant(shown.timestamp)?, says))
}

fn stamp(head: &Head, evidence: &Value, trust: &Trust) -> Result<(OffsetDateTime, Text), Wrong> {
    let token = evidence["token"].as_str().and_then(|text| B64U.decode(text).ok()).ok_or(Wrong::Malformed("token"))?;
    let known = !trust.stamp_roots.is_empty();
    let roots = known.then_some(trust.stamp_roots.as_slice());
    let stamp = rfc3161::check(&token, &head.check_hash(), roots).map_err(|fault| Wrong::Stamp(fault.to_string()))?;
    let says = if known {
        Text::new(
            format!("時戳由受信任的時戳機構簽署，序號 {}", stamp.serial),
            format!("stamped by a trusted time-stamping authority, serial number {}", stamp.serial),
        )
    } else {
        Text::new(
            "時戳的簽章與內容相符；沒有給定信任的機構憑證，所以沒有查驗是誰簽的",
            "the stamp's signature and imprint hold; no trusted authority was given, so who signed it was not checked",
        )
    };
    Ok((stamp.time, says))
}

fn page(head: &Head, evidence: &Value) -> Result<(OffsetDateTime, Text), Wrong> {
    let written = evidence["written"].as_str().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    let written = written.ok_or(Wrong::Malformed("written"))?;
    if evidence["page"].as_str() != Some(file::page(head, written).as_str()) {
        return Err(Wrong::Untrue("the page is of another checkpoint"));
    }
    let says = Text::new(
        format!("請與公開的公告核對，核對碼 {}", hex(&head.check_hash())),
        format!("compare with the published notice; its check is {}", hex(&head.check_hash())),
    );
    Ok((written, says))
}

fn receipt(head: &Head, evidence: &Value) -> Result<(OffsetDateTime, Text), Wrong> {
    let message = &evidence["message"];
    if message["payload"].as_str() != Some(hex(&head.payload()).as_str()) {
        return Err(Wrong::Untrue("another checkpoint was sent"));
    }
    let received = evidence["receipt"]["received"].as_str().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
    let says = Text::new(
        "收據是登錄簿保存的；請向該平臺核對",
        "the receipt is as the register kept it; compare with the platform",
    );
    Ok((received.ok_or(Wrong::Malformed("received"))?, says))
}
