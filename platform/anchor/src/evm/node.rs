//! One node: what is asked of it by JSON-RPC, and what is made of its answers.

use crate::error::Away;
use alloy_primitives::{Address, B256};
use fetch::Client;
use serde_json::{Value, json};

/// Why a question brought no answer.
#[derive(Debug, thiserror::Error)]
pub(super) enum NodeFault {
    /// No answer, or one that is none.
    #[error(transparent)]
    Away(#[from] Away),
    /// The node refused, in its words.
    #[error("{0}")]
    Refused(Away),
}

impl From<NodeFault> for Away {
    fn from(fault: NodeFault) -> Self {
        match fault {
            NodeFault::Away(away) | NodeFault::Refused(away) => away,
        }
    }
}

/// A block, as far as it is needed, and the whole of it.
#[derive(Clone, Debug)]
pub(super) struct Block {
    pub hash: B256,
    pub number: u64,
    pub timestamp: u64,
    pub base_fee: Option<u128>,
    pub whole: Value,
}

/// A receipt, as far as it is needed, and the whole of it.
#[derive(Clone, Debug)]
pub(super) struct Receipt {
    pub transaction_hash: B256,
    pub block_hash: B256,
    pub block_number: u64,
    pub index: usize,
    pub succeeded: bool,
    pub whole: Value,
}

/// Largest receipt kept; one of ours has a few hundred bytes.
const RECEIPT_BYTES_MAX: usize = 16 * 1024;

pub(super) struct Node {
    url: String,
    host: String,
    client: Client,
}

impl Node {
    pub(super) fn new(url: String, client: Client) -> Self {
        let host = fetch::host_of(&url).unwrap_or_else(|_| "the node".to_owned());
        Self { url, host, client }
    }

    pub(super) fn host(&self) -> &str {
        &self.host
    }

    async fn ask(&self, method: &str, parameters: Value) -> Result<Value, NodeFault> {
        let question = json!({ "id": 1, "jsonrpc": "2.0", "method": method, "params": parameters });
        let body = question.to_string().into_bytes();
        let reply = self.client.post(&self.url, "application/json", &[], body).await.map_err(Away::from)?;
        let none = || Away::new(format!("{} answers {method} with something else than JSON-RPC", self.host));
        let mut answer: Value = serde_json::from_slice(&reply.body).map_err(|_| none())?;
        if let Some(error) = answer.get("error").filter(|error| !error.is_null()) {
            let words = error["message"].as_str().unwrap_or("no reason given");
            return Err(NodeFault::Refused(Away::new(format!("{} refuses {method}: {words}", self.host))));
        }
        if answer["id"] != json!(1) {
            return Err(none().into());
        }
        answer.get_mut("result").map(Value::take).ok_or_else(|| none().into())
    }

    /// A part of an answer that is not what it has to be.
    fn odd(&self, what: &str) -> Away {
        Away::new(format!("{} answers with a {what} that cannot be read", self.host))
    }

    fn number(&self, value: &Value, what: &str) -> Result<u128, Away> {
        let digits = value.as_str().and_then(|text| text.strip_prefix("0x"));
        digits.and_then(|digits| u128::from_str_radix(digits, 16).ok()).ok_or_else(|| self.odd(what))
    }

    fn short_number(&self, value: &Value, what: &str) -> Result<u64, Away> {
        self.number(value, what)?.try_into().map_err(|_| self.odd(what))
    }

    fn hash(&self, value: &Value, what: &str) -> Result<B256, Away> {
        value.as_str().and_then(|text| text.parse().ok()).ok_or_else(|| self.odd(what))
    }

    pub(super) async fn chain_id(&self) -> Result<u64, NodeFault> {
        let id = self.ask("eth_chainId", json!([])).await?;
        Ok(self.short_number(&id, "chain id")?)
    }

    pub(super) async fn gas_price(&self) -> Result<u128, Away> {
        self.number(&self.ask("eth_gasPrice", json!([])).await?, "gas price")
    }

    pub(super) async fn nonce_pending(&self, of: Address) -> Result<u64, Away> {
        self.short_number(&self.ask("eth_getTransactionCount", json!([of, "pending"])).await?, "nonce")
    }

    pub(super) async fn nonce_at(&self, of: Address, block: u64) -> Result<u64, Away> {
        let count = self.ask("eth_getTransactionCount", json!([of, format!("{block:#x}")])).await?;
        self.short_number(&count, "nonce")
    }

    pub(super) async fn send(&self, raw: &str) -> Result<B256, NodeFault> {
        let hash = self.ask("eth_sendRawTransaction", json!([raw])).await?;
        Ok(self.hash(&hash, "transaction hash")?)
    }

    pub(super) async fn receipt(&self, of: B256) -> Result<Option<Receipt>, Away> {
        let whole = self.ask("eth_getTransactionReceipt", json!([of])).await?;
        if whole.is_null() || whole["blockHash"].is_null() {
            return Ok(None);
        }
        if whole.to_string().len() > RECEIPT_BYTES_MAX {
            return Err(self.odd("receipt"));
        }
        let receipt = Receipt {
            transaction_hash: self.hash(&whole["transactionHash"], "transaction hash")?,
            block_hash: self.hash(&whole["blockHash"], "block hash")?,
            block_number: self.short_number(&whole["blockNumber"], "block number")?,
            index: self.short_number(&whole["transactionIndex"], "index")?.try_into().map_err(|_| self.odd("index"))?,
            succeeded: self.number(&whole["status"], "status")? == 1,
            whole,
        };
        if receipt.transaction_hash == of { Ok(Some(receipt)) } else { Err(self.odd("receipt")) }
    }

    async fn block_by(&self, which: &str, with_transactions: bool) -> Result<Option<Block>, NodeFault> {
        let whole = self.ask("eth_getBlockByNumber", json!([which, with_transactions])).await?;
        if whole.is_null() {
            return Ok(None);
        }
        let base_fee = whole.get("baseFeePerGas").filter(|fee| !fee.is_null());
        Ok(Some(Block {
            hash: self.hash(&whole["hash"], "block hash")?,
            number: self.short_number(&whole["number"], "block number")?,
            timestamp: self.short_number(&whole["timestamp"], "time")?,
            base_fee: base_fee.map(|fee| self.number(fee, "base fee")).transpose()?,
            whole,
        }))
    }

    pub(super) async fn block(&self, number: u64, with_transactions: bool) -> Result<Option<Block>, Away> {
        let block = self.block_by(&format!("{number:#x}"), with_transactions).await?;
        if block.as_ref().is_some_and(|block| block.number != number) { Err(self.odd("block")) } else { Ok(block) }
    }

    pub(super) async fn latest(&self) -> Result<Block, Away> {
        self.block_by("latest", false).await?.ok_or_else(|| self.odd("newest block"))
    }

    /// The newest final block; none while there is none.
    pub(super) async fn finalized(&self) -> Result<Option<u64>, NodeFault> {
        match self.block_by("finalized", false).await {
            Ok(block) => Ok(block.map(|block| block.number)),
            // Before a chain has final blocks, geth says so with an error.
            Err(NodeFault::Refused(words)) if words.to_string().contains("finalized block not found") => Ok(None),
            Err(fault) => Err(fault),
        }
    }
}
