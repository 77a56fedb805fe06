//! A time-stamping authority (RFC 3161), such as a government's.

mod ask;
mod check;

pub use check::{Stamp, StampFault, check};

use crate::{
    error::Away,
    payload::Head,
    sink::{Answer, Confirmed, Kind, Seen, Sink},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as B64U};
use const_oid::ObjectIdentifier;
use fetch::Client;
use kernel::Random;
use serde_json::{Value, json};
use std::{sync::Arc, time::Duration};
use time::OffsetDateTime;

/// The authority and whom we trust to say so.
#[derive(Clone, Debug)]
pub struct StampSetting {
    /// Name of the sink.
    pub name: String,
    /// Name of the authority, for people.
    pub authority: String,
    /// Its address.
    pub url: String,
    /// The policy under which it is to stamp; its own choice if none.
    pub policy: Option<ObjectIdentifier>,
    /// Certificates (DER) of the authorities above it.
    pub roots: Vec<Vec<u8>>,
}

/// Has checkpoints stamped.
pub struct StampSink {
    setting: StampSetting,
    client: Client,
    random: Arc<dyn Random>,
}

impl StampSink {
    /// A sink that asks through this client.
    #[must_use]
    pub fn new(setting: StampSetting, client: Client, random: Arc<dyn Random>) -> Self {
        Self { setting, client, random }
    }

    async fn ask(&self, head: &Head, kept: &Value) -> Result<Value, Away> {
        let bytes = |name: &str| kept[name].as_str().and_then(|text| B64U.decode(text).ok());
        let damaged = || Away::new("what was kept of the request is damaged");
        let (request, nonce) = (bytes("request").ok_or_else(damaged)?, bytes("nonce").ok_or_else(damaged)?);
        let accept = [("accept", "application/timestamp-reply")];
        let reply = self.client.post(&self.setting.url, "application/timestamp-query", &accept, request).await?;
        let token = ask::token(&reply.body).map_err(odd)?;
        let stamp = check(&token, &head.check_hash(), Some(&self.setting.roots)).map_err(odd)?;
        if stamp.nonce.as_deref() != Some(nonce.as_slice()) {
            return Err(Away::new("the stamp answers another request: its nonce is a different one"));
        }
        if self.setting.policy.is_some_and(|policy| policy != stamp.policy) {
            return Err(Away::new(format!("the stamp was made under another policy, {}", stamp.policy)));
        }
        Ok(json!({ "token": B64U.encode(token) }))
    }
}

fn odd(fault: StampFault) -> Away {
    Away::new(format!("the time-stamping authority's answer: {fault}"))
}

impl Sink for StampSink {
    fn name(&self) -> &str {
        &self.setting.name
    }

    fn kind(&self) -> Kind {
        Kind::Rfc3161
    }

    fn prepare<'a>(&'a self, head: &'a Head, _now: OffsetDateTime) -> Answer<'a, Value> {
        Box::pin(async move {
            let mut nonce = [0; 8];
            self.random.fill(&mut nonce);
            // A positive number in its shortest form: no sign bit and no zero in front.
            nonce[0] = nonce[0] & 0x3f | 0x40;
            let request = ask::request(&head.check_hash(), self.setting.policy, &nonce).map_err(odd)?;
            Ok(json!({ "nonce": B64U.encode(nonce), "request": B64U.encode(request) }))
        })
    }

    /// A request that is repeated is stamped once more; only one stamp is kept.
    fn submit<'a>(&'a self, head: &'a Head, kept: &'a Value, _now: OffsetDateTime) -> Answer<'a, Value> {
        Box::pin(self.ask(head, kept))
    }

    fn check<'a>(&'a self, head: &'a Head, kept: &'a Value, _now: OffsetDateTime) -> Answer<'a, Seen> {
        Box::pin(async move {
            let token = kept["token"].as_str().and_then(|text| B64U.decode(text).ok());
            let token = token.ok_or_else(|| Away::new("what was kept of the stamp is damaged"))?;
            let stamp = check(&token, &head.check_hash(), Some(&self.setting.roots)).map_err(odd)?;
            let place = format!("{}, {}", self.setting.authority, stamp.serial);
            let evidence =
                json!({ "authority": self.setting.authority, "serial": stamp.serial, "token": B64U.encode(token) });
            Ok(Seen::Confirmed(Confirmed { evidence, place, time: stamp.time }))
        })
    }

    fn poll(&self) -> Duration {
        Duration::from_secs(5)
    }
}
