//! An EVM chain, asked by JSON-RPC.
//!
//! The transaction is signed and stored before it is sent. Until it stands, only transactions with the same nonce are ever sent in its
//! place, and of those a chain takes one: a checkpoint is anchored once, whatever the program or the node forget.

mod node;
pub mod proof;
mod tx;

pub use tx::{Account, KeyFault, Style};

use crate::{
    error::Away,
    payload::Head,
    sink::{Answer, Confirmed, Kind, Seen, Sink},
};
use alloy_primitives::{Address, B256};
use node::{Block, Node, NodeFault, Receipt};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::time::Duration;
use time::OffsetDateTime;

/// When a block counts as being there for good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Finality {
    /// The chain says so itself: the block tag `finalized`.
    Tag,
    /// This many blocks were built on it.
    Blocks(u64),
}

/// What the chain is and how it is written to.
#[derive(Clone, Debug)]
pub struct EvmSetting {
    /// Name of the sink.
    pub name: String,
    /// Name of the chain, for people.
    pub chain: String,
    /// Its number; a node of another chain is not believed and no transaction is valid on another one.
    pub chain_id: u64,
    /// The event contract; a bare transaction to the account itself if none.
    pub contract: Option<Address>,
    /// Legacy (type 0, EIP-155) or EIP-1559 (type 2).
    pub style: Style,
    /// Gas allowed for a transaction.
    pub gas_limit: u64,
    /// Most wei for a unit of gas; dearer than that, the anchor waits.
    pub gas_price_max: u128,
    /// A fixed price in wei instead of the node's; for chains that want one, such as zero.
    pub gas_price: Option<u128>,
    /// Tip in wei for a unit of gas (EIP-1559).
    pub tip: u128,
    /// When a block counts.
    pub finality: Finality,
    /// How many of the nodes must name the block.
    pub agree: usize,
    /// Whether the node's block must prove itself: header to hash, transactions to header. Chains whose header is hashed in another
    /// way cannot.
    pub proof: bool,
    /// After how long without a block a transaction is sent again at a higher price.
    pub raise_after: Duration,
    /// Pause between two looks.
    pub poll: Duration,
}

/// Writes checkpoints into a chain.
pub struct EvmSink {
    setting: EvmSetting,
    account: Account,
    nodes: Vec<Node>,
}

/// A transaction that was perhaps sent. All of one anchor have the same nonce.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Sent {
    hash: B256,
    raw: String,
    /// Wei for a unit of gas that it offers at most.
    price: String,
}

/// What is kept of an anchor on the way.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Kept {
    nonce: u64,
    sent: Vec<Sent>,
    /// When the newest of them was made, in seconds since 1970.
    at: i64,
    /// Whether a node was given the newest of them.
    tried: bool,
}

impl Kept {
    fn read(value: &Value) -> Result<Self, Away> {
        Self::deserialize(value).map_err(|_| Away::new("what was kept of the transaction is damaged"))
    }

    fn value(&self) -> Value {
        serde_json::to_value(self).expect("numbers and texts")
    }
}

/// A block in which our transaction is.
struct Mined {
    receipt: Receipt,
    raw: String,
    block: Block,
}

impl EvmSink {
    /// A sink with its account and the nodes it asks, in the order of preference: address and client of each.
    #[must_use]
    pub fn new(setting: EvmSetting, account: Account, nodes: Vec<(String, fetch::Client)>) -> Self {
        let nodes = nodes.into_iter().map(|(url, client)| Node::new(url, client)).collect();
        Self { setting, account, nodes }
    }

    /// The account that pays.
    #[must_use]
    pub fn address(&self) -> Address {
        self.account.address()
    }

    /// The first node that answers and is of our chain.
    async fn node(&self) -> Result<&Node, Away> {
        let mut last = Away::new("no node is configured");
        for node in &self.nodes {
            match node.chain_id().await {
                Ok(id) if id == self.setting.chain_id => return Ok(node),
                Ok(id) => {
                    last = Away::new(format!(
                        "{} says it is of chain {id} and not {}",
                        node.host(),
                        self.setting.chain_id
                    ));
                }
                Err(fault) => last = fault.into(),
            }
        }
        Err(last)
    }

    /// What a unit of gas is offered now, and never more than allowed. With `above` at least an eighth more than that, or nodes refuse
    /// to replace what they have.
    async fn price(&self, node: &Node, above: Option<u128>) -> Result<u128, Away> {
        let setting = &self.setting;
        let now = match (setting.style, setting.gas_price) {
            (_, Some(fixed)) => fixed,
            (Style::Legacy, None) => node.gas_price().await?,
            (Style::Eip1559, None) => {
                let base = node.latest().await?.base_fee;
                let base = base.ok_or_else(|| Away::new("the chain has no base fee: set transaction = \"legacy\""))?;
                if base.saturating_add(setting.tip) > setting.gas_price_max {
                    return Err(too_dear(base.saturating_add(setting.tip), setting.gas_price_max));
                }
                // Twice the base fee outlasts six full blocks; the rest is not paid.
                base.saturating_mul(2).saturating_add(setting.tip).min(setting.gas_price_max)
            }
        };
        let wanted = above.map_or(now, |above| now.max(above + above.div_ceil(8)));
        if wanted > setting.gas_price_max { Err(too_dear(wanted, setting.gas_price_max)) } else { Ok(wanted) }
    }

    /// `raised` says how many transactions of this nonce were sent before: nodes replace one only if its tip is dearer too.
    fn sign(&self, head: &Head, nonce: u64, price: u128, raised: usize) -> Result<Sent, Away> {
        let setting = &self.setting;
        let tip = (0..raised).fold(setting.tip, |tip, _| tip.saturating_add(tip.div_ceil(8)));
        let (to, input) = match setting.contract {
            None => (self.account.address(), head.payload().to_vec()),
            Some(contract) => (contract, tx::call(head)),
        };
        let call = tx::Call { chain_id: setting.chain_id, nonce, price, gas_limit: setting.gas_limit, to, input };
        let (hash, raw) = self.account.sign(call, setting.style, tip)?;
        Ok(Sent { hash, raw: alloy_primitives::hex::encode_prefixed(raw), price: price.to_string() })
    }

    /// The block with one of our transactions, if there is one.
    async fn mined(&self, node: &Node, kept: &Kept) -> Result<Option<Mined>, Away> {
        for sent in &kept.sent {
            let Some(receipt) = node.receipt(sent.hash).await? else { continue };
            let Some(block) = node.block(receipt.block_number, true).await? else { return Ok(None) };
            // Between the two questions the chain may have been rewritten.
            if block.hash != receipt.block_hash {
                return Ok(None);
            }
            return Ok(Some(Mined { receipt, raw: sent.raw.clone(), block }));
        }
        Ok(None)
    }

    /// The newest block that counts; none while there is none.
    async fn settled(&self, node: &Node) -> Result<Option<u64>, Away> {
        match self.setting.finality {
            Finality::Tag => Ok(node.finalized().await?),
            Finality::Blocks(blocks) => Ok(node.latest().await?.number.checked_sub(blocks)),
        }
    }

    /// Whether enough nodes say so; `first` has. One that is away or of another chain says nothing.
    async fn agreed<'a, F: Future<Output = Result<bool, Away>>>(
        &'a self,
        first: &Node,
        says: impl Fn(&'a Node) -> F,
    ) -> bool {
        let mut count = 1;
        for node in self.nodes.iter().filter(|node| !std::ptr::eq(*node, first)) {
            if count >= self.setting.agree {
                break;
            }
            let ours = node.chain_id().await.is_ok_and(|id| id == self.setting.chain_id);
            count += usize::from(ours && says(node).await.unwrap_or(false));
        }
        count >= self.setting.agree
    }

    /// Whether a node says that the nonce was used for good, and by nothing of ours.
    async fn gave_up(&self, node: &Node, kept: &Kept) -> Result<bool, Away> {
        let Some(settled) = self.settled(node).await? else { return Ok(false) };
        Ok(node.nonce_at(self.account.address(), settled).await? > kept.nonce
            // Asked again: it may have come between the two questions.
            && self.mined(node, kept).await?.is_none())
    }

    async fn look(&self, head: &Head, kept: &Value, now: OffsetDateTime) -> Result<Seen, Away> {
        let kept = Kept::read(kept)?;
        let node = self.node().await?;
        let Some(mined) = self.mined(node, &kept).await? else {
            return self.look_for_lost(node, head, kept, now).await;
        };
        let (number, hash) = (mined.block.number, mined.block.hash);
        if self.settled(node).await?.is_none_or(|settled| settled < number) {
            return Ok(Seen::Waiting);
        }
        let names = async |node: &Node| Ok(node.block(number, false).await?.is_some_and(|block| block.hash == hash));
        if !self.agreed(node, names).await {
            return Err(Away::new(format!("the nodes do not agree on block {number}")));
        }
        if !mined.receipt.succeeded {
            return Ok(Seen::Failed(Away::new(format!("the chain refused the transaction in block {number}"))));
        }
        self.confirmed(head, mined).map(Seen::Confirmed)
    }

    fn confirmed(&self, head: &Head, mined: Mined) -> Result<Confirmed, Away> {
        let Mined { receipt, raw, block } = mined;
        let time = OffsetDateTime::from_unix_timestamp(i64::try_from(block.timestamp).unwrap_or(i64::MAX))
            .map_err(|_| Away::new("the block has an impossible time"))?;
        let mut evidence = json!({
            "block": { "hash": block.hash, "number": block.number, "timestamp": block.timestamp },
            "chain": self.setting.chain,
            "chain_id": self.setting.chain_id,
            "proof": Value::Null,
            "receipt": receipt.whole,
            "transaction": { "hash": receipt.transaction_hash, "raw": raw },
        });
        if self.setting.proof {
            let proof = proof::prove(&block.whole, receipt.index).map_err(Away::new)?;
            evidence["proof"] = serde_json::to_value(proof).expect("bytes and numbers");
            // What is published was checked as a stranger will check it.
            proof::check(head, &evidence).map_err(|wrong| Away::new(format!("the node's block: {wrong}")))?;
        }
        let place = format!(
            "{}（chain {}）, block {}, {}",
            self.setting.chain, self.setting.chain_id, block.number, block.hash
        );
        Ok(Confirmed { evidence, place, time })
    }

    /// No block holds it: perhaps it waits, perhaps the node forgot it, perhaps its nonce was used by something else.
    async fn look_for_lost(&self, node: &Node, head: &Head, mut kept: Kept, now: OffsetDateTime) -> Result<Seen, Away> {
        if self.gave_up(node, &kept).await? {
            // A node that lies, or has lost its index of transactions, must not bring us to anchor a checkpoint twice.
            return if self.agreed(node, |node| self.gave_up(node, &kept)).await {
                Ok(Seen::Lost)
            } else {
                Err(Away::new("the nodes do not agree that its nonce was used by something else"))
            };
        }
        let newest = kept.sent.last().ok_or_else(|| Away::new("no transaction was kept"))?;
        let waited = now.unix_timestamp().saturating_sub(kept.at);
        if waited < i64::try_from(self.setting.raise_after.as_secs()).unwrap_or(i64::MAX) {
            return Ok(Seen::Again);
        }
        let before = newest.price.parse().unwrap_or(0);
        let price = match self.price(node, Some(before)).await {
            Ok(price) if price > before => price,
            // A node may have forgotten it; at this price it can still come into a block.
            _ => return Ok(Seen::Again),
        };
        kept.sent.push(self.sign(head, kept.nonce, price, kept.sent.len())?);
        (kept.at, kept.tried) = (now.unix_timestamp(), false);
        Ok(Seen::Replace(kept.value()))
    }
}

fn too_dear(price: u128, max: u128) -> Away {
    Away::new(format!("a unit of gas costs {price} wei, more than the {max} allowed"))
}

impl Sink for EvmSink {
    fn name(&self) -> &str {
        &self.setting.name
    }

    fn kind(&self) -> Kind {
        Kind::Evm
    }

    /// The nonce is the chain's: after a restart nothing of ours is trusted more than what it has.
    fn prepare<'a>(&'a self, head: &'a Head, now: OffsetDateTime) -> Answer<'a, Value> {
        Box::pin(async move {
            let node = self.node().await?;
            let nonce = node.nonce_pending(self.account.address()).await?;
            let price = self.price(node, None).await?;
            let sent = self.sign(head, nonce, price, 0)?;
            Ok(Kept { nonce, sent: vec![sent], at: now.unix_timestamp(), tried: false }.value())
        })
    }

    fn submit<'a>(&'a self, _head: &'a Head, kept: &'a Value, _now: OffsetDateTime) -> Answer<'a, Value> {
        Box::pin(async move {
            let mut kept = Kept::read(kept)?;
            let newest = kept.sent.last().ok_or_else(|| Away::new("no transaction was kept"))?;
            match self.node().await?.send(&newest.raw).await {
                Ok(hash) if hash != newest.hash => {
                    return Err(Away::new("the node took the transaction under another hash"));
                }
                Ok(_) => {}
                // Sent before, or its nonce is used: which of both, the look after it shows.
                Err(NodeFault::Refused(words)) if is_old_news(&words.to_string()) => {}
                // Too cheap by now, or no money: looking after it makes it dearer, or says so the next time.
                Err(NodeFault::Refused(_)) if !kept.tried => {}
                Err(fault) => return Err(fault.into()),
            }
            kept.tried = true;
            Ok(kept.value())
        })
    }

    fn check<'a>(&'a self, head: &'a Head, kept: &'a Value, now: OffsetDateTime) -> Answer<'a, Seen> {
        Box::pin(self.look(head, kept, now))
    }

    fn poll(&self) -> Duration {
        self.setting.poll
    }

    fn recheck_every(&self) -> Option<Duration> {
        Some(Duration::from_secs(3600).max(self.setting.poll))
    }

    fn stands<'a>(&'a self, evidence: &'a Value) -> Answer<'a, bool> {
        Box::pin(async move {
            let block = &evidence["block"];
            let number = block["number"].as_u64().ok_or_else(|| Away::new("the evidence names no block"))?;
            // A node that lags behind says nothing.
            let gone = async |node: &Node| {
                Ok(node.block(number, false).await?.is_some_and(|there| json!(there.hash) != block["hash"]))
            };
            let node = self.node().await?;
            Ok(!gone(node).await? || !self.agreed(node, gone).await)
        })
    }
}

/// What geth, Besu, Nethermind, Erigon and anvil say of a transaction they have or had.
fn is_old_news(words: &str) -> bool {
    let words = words.to_ascii_lowercase();
    let known =
        ["already known", "known transaction", "already imported", "alreadyknown", "already in", "nonce too low"];
    known.iter().any(|phrase| words.contains(phrase))
}

/// Asks a node, of whoever's choice, whether the block of an anchor's evidence is one of its chain.
///
/// # Errors
/// When it does not answer, is of another chain, or the evidence names no block.
pub async fn is_in_chain(url: &str, file: &[u8]) -> Result<bool, Away> {
    let unread = || Away::new("the evidence names no block");
    let whole: Value = serde_json::from_slice(file).map_err(|_| unread())?;
    let evidence = &whole["evidence"];
    let (chain_id, number) =
        (evidence["chain_id"].as_u64().ok_or_else(unread)?, evidence["block"]["number"].as_u64().ok_or_else(unread)?);
    let hosts = vec![fetch::host_of(url)?];
    let client = fetch::Client::new(fetch::Setting { hosts, plain: true, ..fetch::Setting::default() })?;
    let node = Node::new(url.to_owned(), client);
    let own = node.chain_id().await?;
    if own != chain_id {
        return Err(Away::new(format!("the node is of chain {own} and not {chain_id}")));
    }
    let there = node.block(number, false).await?;
    Ok(there.is_some_and(|there| json!(there.hash) == evidence["block"]["hash"]))
}
