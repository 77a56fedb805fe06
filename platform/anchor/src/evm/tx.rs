//! Transactions: made, signed, and the call of the event contract.

use crate::{error::Away, payload::Head};
use alloy_consensus::{SignableTransaction as _, TxEip1559, TxEnvelope, TxLegacy};
use alloy_eips::eip2718::Encodable2718 as _;
use alloy_primitives::{Address, B256, Bytes, Signature, TxKind, U256, keccak256};
use k256::ecdsa::SigningKey;

/// The event contract's one function (`platform/anchor/contract`).
const ANCHOR: &str = "anchor(bytes32,uint64,bytes32,bytes32)";

/// The form of a transaction.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    /// Type 0 with the chain's number in its signature (EIP-155).
    Legacy,
    /// Type 2 (EIP-1559).
    Eip1559,
}

/// A key file does not hold a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it does not hold a secp256k1 key as 64 hexadecimal digits")]
pub struct KeyFault;

/// The key that signs and pays.
pub struct Account {
    key: SigningKey,
}

/// A transaction before it is signed.
pub(super) struct Call {
    pub chain_id: u64,
    pub nonce: u64,
    /// Wei for a unit of gas, at most.
    pub price: u128,
    pub gas_limit: u64,
    pub to: Address,
    pub input: Vec<u8>,
}

impl Account {
    /// The account of a key, 64 hexadecimal digits.
    ///
    /// # Errors
    /// When it is no key.
    pub fn from_hex(text: &str) -> Result<Self, KeyFault> {
        let bytes = crate::payload::unhex(text.trim()).filter(|bytes| bytes.len() == 32).ok_or(KeyFault)?;
        Ok(Self { key: SigningKey::from_slice(&bytes).map_err(|_| KeyFault)? })
    }

    /// Its address.
    #[must_use]
    pub fn address(&self) -> Address {
        Address::from_public_key(self.key.verifying_key())
    }

    /// Hash and bytes of the signed transaction.
    pub(super) fn sign(&self, call: Call, style: Style, tip: u128) -> Result<(B256, Vec<u8>), Away> {
        let Call { chain_id, nonce, price, gas_limit, to, input } = call;
        let (to, input, value) = (TxKind::Call(to), Bytes::from(input), U256::ZERO);
        let signed: TxEnvelope = match style {
            Style::Legacy => {
                let tx = TxLegacy { chain_id: Some(chain_id), nonce, gas_price: price, gas_limit, to, value, input };
                let signature = self.signature(&tx.signature_hash())?;
                tx.into_signed(signature).into()
            }
            Style::Eip1559 => {
                let tx = TxEip1559 {
                    chain_id,
                    nonce,
                    gas_limit,
                    max_fee_per_gas: price,
                    max_priority_fee_per_gas: tip.min(price),
                    to,
                    value,
                    input,
                    access_list: Default::default(),
                };
                let signature = self.signature(&tx.signature_hash())?;
                tx.into_signed(signature).into()
            }
        };
        Ok((*signed.tx_hash(), signed.encoded_2718()))
    }

    fn signature(&self, hash: &B256) -> Result<Signature, Away> {
        let signed = self.key.sign_prehash_recoverable(hash.as_slice());
        signed.map(Signature::from).map_err(|_| Away::new("the transaction cannot be signed"))
    }
}

/// The call of the event contract: SHA-256 of the origin, size, root, SHA-256 of the signed note.
#[must_use]
pub(super) fn call(head: &Head) -> Vec<u8> {
    let mut size = [0; 32];
    size[24..].copy_from_slice(&head.size.to_be_bytes());
    let selector = &keccak256(ANCHOR)[..4];
    [selector, &head.origin_hash(), &size, &head.root, &head.note_hash()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_consensus::Transaction as _;
    use alloy_eips::eip2718::Decodable2718 as _;

    #[test]
    fn both_forms_are_read_back_with_sender_and_chain() {
        // The first development key of every local chain; its address is known.
        let account = Account::from_hex("0xac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80").unwrap();
        let known: Address = "0xf39Fd6e51aad88F6F4ce6aB8827279cffFb92266".parse().unwrap();
        assert_eq!(account.address(), known);
        for style in [Style::Legacy, Style::Eip1559] {
            let call = Call { chain_id: 1337, nonce: 5, price: 7, gas_limit: 60_000, to: known, input: vec![1; 64] };
            let (hash, raw) = account.sign(call, style, 9).unwrap();
            let read = TxEnvelope::decode_2718(&mut raw.as_slice()).unwrap();
            assert_eq!((read.chain_id(), read.nonce(), *read.tx_hash()), (Some(1337), 5, hash));
            assert_eq!(alloy_consensus::transaction::SignerRecoverable::recover_signer(&read).unwrap(), known);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for text in ["", "00", "zz", &"0".repeat(64), &"f".repeat(64)] {
            assert!(Account::from_hex(text).is_err(), "{text}");
        }
    }
}
