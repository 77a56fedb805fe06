//! SHA-256, Ed25519 and ML-DSA-44 as this register uses them, and nothing else of a cryptographic library.

use aws_lc_rs::{
    digest,
    signature::{ED25519, ML_DSA_44, UnparsedPublicKey},
};

/// A SHA-256 value, 32 bytes.
pub type Hash = [u8; 32];

/// No hash: the `prev` of a first event, the `auth` of a leaf in which the log itself speaks.
pub const ZERO: Hash = [0; 32];

/// SHA-256 of one piece of data.
#[must_use]
pub fn sha256(data: &[u8]) -> Hash {
    digest::digest(&digest::SHA256, data).as_ref().try_into().expect("SHA-256 gives 32 bytes")
}

/// SHA-256 of the concatenation of `parts`.
#[must_use]
pub fn sha256_of(parts: &[&[u8]]) -> Hash {
    let mut context = digest::Context::new(&digest::SHA256);
    for part in parts {
        context.update(part);
    }
    context.finish().as_ref().try_into().expect("SHA-256 gives 32 bytes")
}

/// The id of an Ed25519 key: SHA-256 of its 32 raw bytes (`docs/verification.md`, section 2).
#[must_use]
pub fn key_id(public_key: &[u8; 32]) -> Hash {
    sha256(public_key)
}

/// Whether `signature` is a valid Ed25519 signature (RFC 8032, cofactorless, `s` below the group order).
#[must_use]
pub fn ed25519_verify(public_key: &[u8; 32], message: &[u8], signature: &[u8; 64]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key).verify(message, signature).is_ok()
}

/// Whether `signature` is a valid ML-DSA-44 signature (FIPS 204, pure mode, empty context) by this raw public key.
#[must_use]
pub fn ml_dsa_44_verify(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ML_DSA_44, public_key).verify(message, signature).is_ok()
}
