//! A platform asked by HTTP: it is sent the checkpoint as JSON and answers with a receipt, which is kept.

use crate::{
    error::Away,
    payload::{Head, hex},
    sink::{Answer, Confirmed, Kind, Seen, Sink},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64U};
use fetch::Client;
use serde_json::{Value, json};
use std::time::Duration;
use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Longest reference taken out of a receipt.
const REFERENCE_MAX: usize = 200;

/// How the platform says that what it took in stands.
#[derive(Clone, Debug)]
pub struct Confirmation {
    /// Address asked; `{reference}` stands for the reference of the receipt.
    pub url: String,
    /// Where in its answer the state stands (RFC 6901).
    pub pointer: String,
    /// The state that means it stands.
    pub value: String,
}

/// What the platform is.
#[derive(Clone, Debug)]
pub struct HttpSetting {
    /// Name of the sink.
    pub name: String,
    /// Address the checkpoint is sent to.
    pub url: String,
    /// Value of the `Authorization` header.
    pub authorization: Option<String>,
    /// Where in the receipt its reference stands (RFC 6901), such as `/txHash`.
    pub reference: Option<String>,
    /// How to learn that it stands; the receipt alone says so if none.
    pub confirmation: Option<Confirmation>,
}

/// Sends checkpoints to a platform.
#[derive(Clone, Debug)]
pub struct HttpSink {
    setting: HttpSetting,
    client: Client,
}

impl HttpSink {
    /// A sink that asks through this client.
    #[must_use]
    pub fn new(setting: HttpSetting, client: Client) -> Self {
        Self { setting, client }
    }

    fn headers<'a>(&'a self, key: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut headers = vec![("accept", "application/json"), ("idempotency-key", key)];
        headers.extend(self.setting.authorization.as_deref().map(|value| ("authorization", value)));
        headers
    }

    async fn ask_whether_it_stands(&self, confirmation: &Confirmation, receipt: &Value) -> Result<bool, Away> {
        let reference = receipt["reference"].as_str().unwrap_or_default();
        let url = confirmation.url.replace("{reference}", reference);
        let reply = self.client.get(&url, &self.headers("")[..1]).await?;
        let answer: Value = serde_json::from_slice(&reply.body).map_err(|_| Away::new("the state is no JSON"))?;
        Ok(answer.pointer(&confirmation.pointer).and_then(Value::as_str) == Some(confirmation.value.as_str()))
    }
}

/// What is sent.
fn message(head: &Head) -> Value {
    json!({
        "checkpoint": head.checkpoint,
        "format": "renshi-anchor-request/1",
        "origin": head.origin,
        "payload": hex(&head.payload()),
        "payload_sha256": hex(&head.check_hash()),
        "root": hex(&head.root),
        "size": head.size,
    })
}

/// A reference is put into an address: letters, digits and a few marks.
fn reference(text: &str) -> Result<String, Away> {
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    if text.is_empty() || text.len() > REFERENCE_MAX || !text.chars().all(plain) {
        return Err(Away::new("the reference of the receipt is not one that can be kept"));
    }
    Ok(text.to_owned())
}

impl Sink for HttpSink {
    fn name(&self) -> &str {
        &self.setting.name
    }

    fn kind(&self) -> Kind {
        Kind::Http
    }

    /// The key is that of the checkpoint: a request repeated after a crash is known by it as the same.
    fn prepare<'a>(&'a self, head: &'a Head, _now: OffsetDateTime) -> Answer<'a, Value> {
        Box::pin(async move { Ok(json!({ "key": hex(&head.check_hash()), "message": message(head) })) })
    }

    fn submit<'a>(&'a self, _head: &'a Head, kept: &'a Value, now: OffsetDateTime) -> Answer<'a, Value> {
        Box::pin(async move {
            let key = kept["key"].as_str().unwrap_or_default();
            let body = kept["message"].to_string().into_bytes();
            let reply = self.client.post(&self.setting.url, "application/json", &self.headers(key), body).await?;
            let mut receipt = json!({
                "body": B64U.encode(&reply.body),
                "content_type": reply.content_type,
                "received": now.format(&Rfc3339).map_err(|error| Away::new(error.to_string()))?,
                "status": reply.status,
            });
            if let Some(pointer) = &self.setting.reference {
                let answer: Value =
                    serde_json::from_slice(&reply.body).map_err(|_| Away::new("the receipt is no JSON"))?;
                let found = answer.pointer(pointer).and_then(Value::as_str);
                receipt["reference"] =
                    reference(found.ok_or_else(|| Away::new("the receipt has no reference"))?)?.into();
            }
            let mut kept = kept.clone();
            kept["receipt"] = receipt;
            Ok(kept)
        })
    }

    fn check<'a>(&'a self, _head: &'a Head, kept: &'a Value, now: OffsetDateTime) -> Answer<'a, Seen> {
        Box::pin(async move {
            let receipt = &kept["receipt"];
            if let Some(confirmation) = &self.setting.confirmation
                && !self.ask_whether_it_stands(confirmation, receipt).await?
            {
                return Ok(Seen::Waiting);
            }
            let host = fetch::host_of(&self.setting.url)?;
            let place = match receipt["reference"].as_str() {
                Some(reference) => format!("{host}, {reference}"),
                None => host,
            };
            let received = receipt["received"].as_str().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
            // The address stays with us: it may carry a secret of the platform's.
            Ok(Seen::Confirmed(Confirmed { evidence: kept.clone(), place, time: received.unwrap_or(now) }))
        })
    }

    fn poll(&self) -> Duration {
        Duration::from_secs(30)
    }
}
