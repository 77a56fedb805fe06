//! The code on the paper (docs/verification.md, section 8): base-41, the address of mode S, and the summary that only
//! the holder of the paper can open.

use aws_lc_rs::aead::{AES_128_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use kernel::Random;
use tlog::hash::Hash;
use tlog::leaf::Id;

use crate::record::SALT_BYTES;
use crate::summary::SUMMARY_BYTES_MAX;

/// The alphabet: those of a QR code's alphanumeric characters that need no escape in an address.
const ALPHABET: &[u8; 41] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$*+-:";
/// Bytes of an AES-GCM tag.
const TAG_BYTES: usize = 16;

/// Two bytes become three characters, most significant first; a last single byte becomes two.
pub fn base41(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len().div_ceil(2) * 3);
    for pair in bytes.chunks(2) {
        let number = pair.iter().fold(0, |number, &byte| number * 256 + usize::from(byte));
        let digits = [number / 1681, number / 41 % 41, number % 41];
        let digits = if pair.len() == 2 { &digits[..] } else { &digits[1..] };
        text.extend(digits.iter().map(|&digit| char::from(ALPHABET[digit])));
    }
    text
}

/// Reads base-41 back. `None` if a character is none of the alphabet or a group stands for no bytes.
pub fn from_base41(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::with_capacity(text.len() / 3 * 2 + 1);
    for group in text.as_bytes().chunks(3) {
        let digit = |character: &u8| ALPHABET.iter().position(|letter| letter == character);
        let number = group.iter().try_fold(0, |number, character| Some(number * 41 + digit(character)?))?;
        match group.len() {
            3 => bytes.extend(u16::try_from(number).ok()?.to_be_bytes()),
            2 => bytes.push(u8::try_from(number).ok()?),
            _ => return None,
        }
    }
    Some(bytes)
}

/// The key that opens the summary of one order; printed on the paper, never sent to a server.
#[derive(Clone, PartialEq, Eq)]
pub struct ViewKey([u8; 16]);

impl ViewKey {
    /// Draws a key. It serves one order only: the nonce of its encryption is fixed.
    pub fn draw(random: &dyn Random) -> Self {
        let mut key = [0; 16];
        random.fill(&mut key);
        Self(key)
    }

    /// A key as it was stored.
    pub fn stored(key: [u8; 16]) -> Self {
        Self(key)
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    fn cipher(&self) -> LessSafeKey {
        LessSafeKey::new(UnboundKey::new(&AES_128_GCM, &self.0).expect("the key has 16 bytes"))
    }

    /// Encrypts what the paper shows: `summary_salt ‖ fields_root ‖ summary`, bound to the order's id.
    pub fn seal(&self, id: &Id, opened: &OpenedSummary) -> Vec<u8> {
        let mut text = [&opened.salt[..], &opened.fields_root, &opened.summary].concat();
        let sealed = self.cipher().seal_in_place_append_tag(nonce(), Aad::from(id), &mut text);
        sealed.expect("a summary is far below the limit of the cipher");
        text
    }

    /// Opens what [`ViewKey::seal`] made. `None` if key, id or text are not the ones.
    pub fn open(&self, id: &Id, sealed: &[u8]) -> Option<OpenedSummary> {
        if sealed.len() > SUMMARY_BYTES_MAX + SALT_BYTES + 32 + TAG_BYTES {
            return None;
        }
        let mut text = sealed.to_vec();
        let text = self.cipher().open_in_place(nonce(), Aad::from(id), &mut text).ok()?;
        let (salt, rest) = text.split_first_chunk()?;
        let (fields_root, summary) = rest.split_first_chunk()?;
        Some(OpenedSummary { salt: *salt, fields_root: *fields_root, summary: summary.to_vec() })
    }
}

impl std::fmt::Debug for ViewKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ViewKey(‹redacted›)")
    }
}

fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

/// What the view key opens. The commitment of the order follows from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OpenedSummary {
    /// Salt of the summary.
    pub salt: [u8; SALT_BYTES],
    /// Root over all fields.
    pub fields_root: Hash,
    /// The CBOR map.
    pub summary: Vec<u8>,
}

impl OpenedSummary {
    /// The commitment that must stand in the order's leaf.
    pub fn commitment(&self) -> Hash {
        let summary = crate::record::summary_commit(&self.salt, &self.summary);
        crate::record::commitment(&summary, &self.fields_root)
    }
}

/// The path of an order's public page: `/Q/<base41(id)>`.
pub fn path(id: &Id) -> String {
    format!("/Q/{}", base41(id))
}

/// The text of a mode S code: `HTTPS://<HOST>/Q/<base41(id)>#<base41(view key)>`, all of it in a QR code's
/// alphanumeric characters except `#`. `host` is written in upper case.
pub fn address(host: &str, id: &Id, key: &ViewKey) -> String {
    format!("HTTPS://{}{}#{}", host.to_uppercase(), path(id), base41(&key.0))
}

/// Reads the id in the path of an address. `None` if it is none.
pub fn read_id(payload: &str) -> Option<Id> {
    from_base41(payload)?.try_into().ok()
}

/// Reads a mode S code: host, id, and the key if it is there. `None` if it is no such code.
pub fn read_address(text: &str) -> Option<(String, Id, Option<ViewKey>)> {
    let (scheme, rest) = text.split_at_checked(8)?;
    let (host, rest) = rest.split_once('/')?;
    let payload = rest.strip_prefix("Q/").or_else(|| rest.strip_prefix("q/"))?;
    let (id, key) = match payload.split_once('#') {
        Some((id, key)) => (id, Some(ViewKey(from_base41(key)?.try_into().ok()?))),
        None => (payload, None),
    };
    (scheme.eq_ignore_ascii_case("https://") && !host.is_empty()).then_some((host.to_lowercase(), read_id(id)?, key))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::SeededRandom;
    use proptest::prelude::*;

    #[test]
    fn base41_as_in_the_contract() {
        assert_eq!(base41(&[]), "");
        assert_eq!(base41(&[0]), "00");
        assert_eq!(base41(&[255]), "69");
        assert_eq!(base41(&[0, 0]), "000");
        assert_eq!(base41(&[255, 255]), "+:H");
        assert_eq!(base41(&[1, 2, 3]), "06C03");
        for wrong in ["0", "0000", "::", "+:I", ":::", "a00", "0 0", "０"] {
            assert_eq!(from_base41(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn the_key_of_the_paper_opens_its_own_summary_only() {
        let random = SeededRandom::new(4);
        let key = ViewKey::draw(&random);
        let opened = OpenedSummary { salt: [1; 16], fields_root: [2; 32], summary: vec![0xa0] };
        let sealed = key.seal(&[3; 16], &opened);
        assert_eq!(sealed.len(), 16 + 32 + 1 + TAG_BYTES);
        assert_eq!(key.open(&[3; 16], &sealed), Some(opened));
        assert_eq!(key.open(&[4; 16], &sealed), None);
        assert_eq!(ViewKey::draw(&random).open(&[3; 16], &sealed), None);
        assert_eq!(key.open(&[3; 16], &sealed[..47]), None);
    }

    #[test]
    fn an_address_is_read_back() {
        let key = ViewKey::stored([9; 16]);
        let text = address("renshi.example", &[8; 16], &key);
        assert!(text.starts_with("HTTPS://RENSHI.EXAMPLE/Q/"));
        assert_eq!(text.len(), "HTTPS://RENSHI.EXAMPLE/Q/".len() + 24 + 1 + 24);
        assert_eq!(read_address(&text), Some(("renshi.example".into(), [8; 16], Some(key))));
        assert_eq!(read_address(&text[..text.len() - 1]), None);
        assert_eq!(read_address("HTTP://RENSHI.EXAMPLE/Q/"), None);
    }

    proptest! {
        #[test]
        fn base41_is_read_back_and_has_one_form(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            prop_assert_eq!(from_base41(&base41(&bytes)), Some(bytes));
        }

        #[test]
        fn no_text_reads_as_bytes_that_are_written_otherwise(text in "[0-9A-Z$*+:-]{0,12}") {
            if let Some(bytes) = from_base41(&text) {
                prop_assert_eq!(base41(&bytes), text);
            }
        }

        #[test]
        fn no_text_makes_the_readers_panic(text in "\\PC{0,40}") {
            let _ = (from_base41(&text), read_address(&text));
        }
    }
}
