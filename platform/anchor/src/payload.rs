//! What is anchored: origin, size and root of a checkpoint, in 64 bytes.

use aws_lc_rs::digest::{SHA256, digest};

/// Length of the payload.
pub const PAYLOAD_BYTES: usize = 64;
const MARK: &[u8; 4] = b"TLA1";
/// How much of SHA-256(origin) the payload carries.
const ORIGIN_BYTES: usize = 20;

/// A checkpoint to be anchored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Name of the log.
    pub origin: String,
    /// Leaves.
    pub size: u64,
    /// RFC 6962 root over them.
    pub root: [u8; 32],
    /// The signed note.
    pub checkpoint: String,
}

/// SHA-256.
pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    digest(&SHA256, bytes).as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// Lower-case hexadecimal.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Reads hexadecimal, with or without `0x`.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("0x").unwrap_or(text);
    if !digits.len().is_multiple_of(2) || !digits.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = digits.as_bytes().as_chunks::<2>().0;
    pairs.iter().map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok()).collect()
}

impl Head {
    /// `"TLA1" ‖ SHA-256(origin)[0..20] ‖ size ‖ root`.
    #[must_use]
    pub fn payload(&self) -> [u8; PAYLOAD_BYTES] {
        let parts = [MARK, &self.origin_hash()[..ORIGIN_BYTES], &self.size.to_be_bytes(), &self.root];
        parts.concat().try_into().expect("4 + 20 + 8 + 32")
    }

    /// SHA-256 of the origin.
    #[must_use]
    pub fn origin_hash(&self) -> [u8; 32] {
        sha256(self.origin.as_bytes())
    }

    /// SHA-256 of the payload: what a time stamp is made for and what a printed page is compared by.
    #[must_use]
    pub fn check_hash(&self) -> [u8; 32] {
        sha256(&self.payload())
    }

    /// SHA-256 of the signed note.
    #[must_use]
    pub fn note_hash(&self) -> [u8; 32] {
        sha256(self.checkpoint.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_payload_is_as_published() {
        let head = Head { origin: "orders.example/2026".into(), size: 258, root: [7; 32], checkpoint: String::new() };
        let payload = head.payload();
        assert_eq!(&payload[..4], b"TLA1");
        // printf orders.example/2026 | sha256sum
        assert_eq!(hex(&payload[4..24]), hex(&sha256(b"orders.example/2026")[..20]));
        assert_eq!(payload[24..32], [0, 0, 0, 0, 0, 0, 1, 2]);
        assert_eq!(payload[32..], [7; 32]);
    }

    #[test]
    fn hexadecimal_comes_back_and_nothing_else_does() {
        assert_eq!(unhex("0x00ff"), Some(vec![0, 255]));
        assert_eq!(unhex("+f"), None);
        assert_eq!(unhex("abc"), None);
    }
}
