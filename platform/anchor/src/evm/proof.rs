//! A transaction in a block, proved by the block's header: what a stranger checks without asking any node of ours.

use crate::{evidence::Wrong, payload::Head};
use alloy_consensus::{Header, Transaction as _, TxEnvelope};
use alloy_eips::eip2718::{Decodable2718 as _, Encodable2718 as _};
use alloy_primitives::{Address, B256, Bytes, keccak256};
use alloy_rlp::Decodable as _;
use alloy_trie::{
    HashBuilder, Nibbles,
    proof::{ProofRetainer, verify_proof},
    root::adjust_index_for_rlp,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Header and path from its transactions root to the transaction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// RLP of the header; its Keccak-256 is the block's hash.
    pub header: Bytes,
    /// Place of the transaction in the block.
    pub index: u64,
    /// Nodes of the transactions trie, from the root on.
    pub path: Vec<Bytes>,
}

/// Makes the proof from a block as a node gives it, with whole transactions.
///
/// # Errors
/// When the block is not what its hash says.
pub fn prove(block: &Value, index: usize) -> Result<Proof, String> {
    let header = Header::deserialize(block).map_err(|error| format!("the block's header cannot be read: {error}"))?;
    if serde_json::to_value(header.hash_slow()).ok().as_ref() != block.get("hash") {
        return Err(
            "the block's header does not give its hash: set proof = false for a chain that hashes otherwise".into()
        );
    }
    let listed = block["transactions"].as_array().ok_or("the block lists no transactions")?;
    let mut encoded = Vec::with_capacity(listed.len());
    for transaction in listed {
        let read = TxEnvelope::deserialize(transaction)
            .map_err(|error| format!("a transaction of the block cannot be read: {error}"))?;
        encoded.push(read.encoded_2718());
    }
    if index >= encoded.len() {
        return Err("the block is shorter than the receipt says".into());
    }
    let mut trie = HashBuilder::default().with_proof_retainer(ProofRetainer::new(vec![key(index)]));
    for at in (0..encoded.len()).map(|at| adjust_index_for_rlp(at, encoded.len())) {
        trie.add_leaf(key(at), &encoded[at]);
    }
    if trie.root() != header.transactions_root {
        return Err("the block's transactions are not those of its header".into());
    }
    let path = trie.take_proof_nodes().into_nodes_sorted().into_iter().map(|(_, node)| node).collect();
    Ok(Proof { header: alloy_rlp::encode(&header).into(), index: index as u64, path })
}

fn key(index: usize) -> Nibbles {
    Nibbles::unpack(alloy_rlp::encode_fixed_size(&index))
}

/// What the evidence proves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Shown {
    /// Number of the chain, from the transaction's signature.
    pub chain_id: u64,
    /// Number of the block.
    pub block: u64,
    /// Its hash.
    pub hash: B256,
    /// Its time, seconds since 1970.
    pub timestamp: u64,
    /// Who signed the transaction.
    pub sender: Address,
    /// Whether header and path were there and hold: then only whether the block is one of the chain is left to ask.
    pub proved: bool,
}

/// Checks the evidence of an anchor in a chain: the transaction carries the checkpoint and is in the block. That the block is one of the
/// chain, any node or block explorer can be asked.
///
/// # Errors
/// What does not hold.
pub fn check(head: &Head, evidence: &Value) -> Result<Shown, Wrong> {
    let text = |value: &Value, what: &'static str| value.as_str().map(str::to_owned).ok_or(Wrong::Malformed(what));
    let raw = text(&evidence["transaction"]["raw"], "transaction")?;
    let raw = crate::payload::unhex(&raw).ok_or(Wrong::Malformed("transaction"))?;
    let mut rest = raw.as_slice();
    let transaction = TxEnvelope::decode_2718(&mut rest).map_err(|_| Wrong::Malformed("transaction"))?;
    if !rest.is_empty() || text(&evidence["transaction"]["hash"], "hash")? != transaction.tx_hash().to_string() {
        return Err(Wrong::Untrue("the transaction has another hash"));
    }
    let input: &[u8] = transaction.input();
    if input != head.payload() && input != super::tx::call(head) {
        return Err(Wrong::Untrue("the transaction does not carry this checkpoint"));
    }
    let sender = alloy_consensus::transaction::SignerRecoverable::recover_signer(&transaction)
        .map_err(|_| Wrong::Untrue("the transaction is not signed"))?;
    let chain_id = transaction.chain_id().ok_or(Wrong::Untrue("the transaction names no chain"))?;
    let block = &evidence["block"];
    let mut shown = Shown {
        chain_id,
        block: block["number"].as_u64().ok_or(Wrong::Malformed("block number"))?,
        hash: text(&block["hash"], "block hash")?.parse().map_err(|_| Wrong::Malformed("block hash"))?,
        timestamp: block["timestamp"].as_u64().ok_or(Wrong::Malformed("block time"))?,
        sender,
        proved: false,
    };
    if evidence["chain_id"].as_u64() != Some(chain_id) {
        return Err(Wrong::Untrue("the transaction is for another chain"));
    }
    if !evidence["proof"].is_null() {
        let proof = Proof::deserialize(&evidence["proof"]).map_err(|_| Wrong::Malformed("proof"))?;
        check_proof(&proof, &raw, &shown)?;
        shown.proved = true;
    }
    Ok(shown)
}

fn check_proof(proof: &Proof, raw: &[u8], shown: &Shown) -> Result<(), Wrong> {
    let mut rest = proof.header.as_ref();
    let header = Header::decode(&mut rest).map_err(|_| Wrong::Malformed("header"))?;
    if !rest.is_empty() || keccak256(&proof.header) != shown.hash {
        return Err(Wrong::Untrue("the header is not that of the block"));
    }
    if (header.number, header.timestamp) != (shown.block, shown.timestamp) {
        return Err(Wrong::Untrue("the block has another number or time"));
    }
    let index = usize::try_from(proof.index).map_err(|_| Wrong::Malformed("index"))?;
    verify_proof(header.transactions_root, key(index), Some(raw.to_vec()), &proof.path)
        .map_err(|_| Wrong::Untrue("the transaction is not in the block"))
}
