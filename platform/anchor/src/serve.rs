//! What the public may fetch of the anchors: `anchors/list.json`, `anchors/<n>.json`, and for time stamps the token and the data it
//! is for, as `openssl ts -verify` reads them.

use crate::{
    error::Fault,
    evidence::file_of,
    sink::Kind,
    store::{self, Row, State},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64U};
use db::Tx;
use serde_json::{Value, json};
use time::format_description::well_known::Rfc3339;

/// Most anchors named in the list; older ones keep their addresses.
const LIST_MAX: u32 = 5000;

/// A public file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicFile {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub mime: &'static str,
}

impl PublicFile {
    fn json(value: &Value) -> Result<Self, Fault> {
        let bytes = serde_json_canonicalizer::to_vec(value).map_err(|error| Fault::Damaged(error.to_string()))?;
        Ok(Self { bytes, mime: "application/json" })
    }
}

/// The public file at `path` (`anchors/…`); `None` if there is none.
///
/// # Errors
/// When the database is away or a row is damaged.
pub async fn resource(tx: &mut Tx, path: &str) -> Result<Option<PublicFile>, Fault> {
    let Some(name) = path.strip_prefix("anchors/") else { return Ok(None) };
    if name == "list.json" {
        let rows = store::list(tx, LIST_MAX).await?;
        let anchors: Vec<Value> = rows.iter().map(line).collect();
        return PublicFile::json(&json!({ "anchors": anchors, "format": "renshi-anchors/1" })).map(Some);
    }
    let Some((number, kind)) = name.split_once('.') else { return Ok(None) };
    let Some(no) = number.parse::<i64>().ok().filter(|no| no.to_string() == number) else { return Ok(None) };
    let Some(row) = store::confirmed(tx, no).await? else { return Ok(None) };
    Ok(match kind {
        "json" => file_of(&row).as_ref().map(PublicFile::json).transpose()?,
        "payload" => Some(PublicFile { bytes: row.head.payload().to_vec(), mime: "application/octet-stream" }),
        "tst" if row.kind == Kind::Rfc3161 => {
            let token = row.evidence.as_ref().and_then(|evidence| B64U.decode(evidence["token"].as_str()?).ok());
            token.map(|bytes| PublicFile { bytes, mime: "application/timestamp-reply" })
        }
        _ => None,
    })
}

/// Every path of the anchors that is served at one moment.
///
/// # Errors
/// When the database is away or a row is damaged.
pub async fn paths(tx: &mut Tx) -> Result<Vec<String>, Fault> {
    let mut paths = vec!["anchors/list.json".to_owned()];
    for row in store::list(tx, LIST_MAX).await?.iter().filter(|row| row.state == State::Confirmed) {
        paths.push(format!("anchors/{}.json", row.no));
        if row.kind == Kind::Rfc3161 {
            paths.extend([format!("anchors/{}.payload", row.no), format!("anchors/{}.tst", row.no)]);
        }
    }
    Ok(paths)
}

/// An anchor in the list. What is on its way is only "waiting": how and why is the operator's.
fn line(row: &Row) -> Value {
    let confirmed = row.state == State::Confirmed;
    json!({
        "anchor": row.no,
        "due_at": row.due_at.format(&Rfc3339).unwrap_or_default(),
        "kind": row.kind.word(),
        "origin": row.head.origin,
        "place": row.place,
        "proved_at": row.proved_at.and_then(|at| at.format(&Rfc3339).ok()),
        "reason": row.reason,
        "root": B64U.encode(row.head.root),
        "sink": row.sink,
        "size": row.head.size,
        "state": if confirmed { "confirmed" } else { "waiting" },
    })
}
