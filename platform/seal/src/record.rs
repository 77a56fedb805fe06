//! The record of an order: salted fields, the two roots over them, the summary on the paper, and the commitment
//! that enters the register (docs/verification.md, section 1).
//!
//! This is the hot path of sealing: the JSON is written by hand into buffers that are kept between records, and no
//! JSON tree is built. `tests::text_is_written_as_rfc_8785_has_it` holds the writing against an RFC 8785 library.

use std::borrow::Cow;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64U;
use kernel::Random;
pub use tlog::hash::Hash;
use tlog::hash::{sha256, sha256_of};

use crate::summary::Summary;

/// Bytes of one salt.
pub const SALT_BYTES: usize = 16;
/// Characters of one digest in base64url without padding.
pub const DIGEST_CHARS: usize = 43;
/// Most fields a record may have; a bound for readers of strangers' files.
pub const FIELDS_MAX: usize = 256;

/// Names of the fields this crate itself looks at. All other names belong to the module that makes the record.
pub mod name {
    /// 發文字號. Not part of the content root: it is given after approval.
    pub const DOCUMENT_NUMBER: &str = "document_number";
    /// 發文日期, `YYYY-MM-DD`. Not part of the content root: it is given after approval.
    pub const ISSUED_ON: &str = "issued_on";
    /// Name of the issuing agency.
    pub const ISSUING_AGENCY: &str = "issuing_agency";
    /// Name of the person or body the order is for.
    pub const RECIPIENT: &str = "recipient";
    /// Reason (事由).
    pub const REASON: &str = "reason";
    /// Outcome.
    pub const OUTCOME: &str = "outcome";
    /// Legal basis.
    pub const LEGAL_BASIS: &str = "legal_basis";
}

/// One named text of a record. Its `Debug` shows the name only: the text may be personal.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    /// Name, ASCII snake case.
    pub name: Cow<'static, str>,
    /// Text as printed.
    pub value: String,
}

impl std::fmt::Debug for Field {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Field({}: ‹redacted›)", self.name)
    }
}

impl Field {
    /// A field of the record.
    pub fn new(name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        Self { name: name.into(), value: value.into() }
    }
}

/// The salts of one record: 16 bytes for the summary, then 16 for each field in the order of the fields.
///
/// They are drawn once, before approval, for all fields including the two that are filled in at sealing, and kept
/// with the record: without them the order cannot be shown, and destroying them erases it.
#[derive(Clone, PartialEq, Eq)]
pub struct Salts(Vec<u8>);

impl Salts {
    /// Draws salts for a record of `fields` fields with one call of the random source.
    pub fn draw(random: &dyn Random, fields: usize) -> Self {
        let mut bytes = vec![0; SALT_BYTES * (fields + 1)];
        random.fill(&mut bytes);
        Self(bytes)
    }

    /// Salts as they were stored. `None` if this is not 16 bytes for the summary and each of `fields` fields.
    pub fn stored(bytes: Vec<u8>, fields: usize) -> Option<Self> {
        (bytes.len() == SALT_BYTES * (fields + 1)).then_some(Self(bytes))
    }

    /// The bytes to store: 16 · (fields + 1).
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The salt of the summary.
    pub fn summary(&self) -> [u8; SALT_BYTES] {
        self.0[..SALT_BYTES].try_into().expect("there is always a summary salt")
    }

    /// The salts of the fields, in order.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = &[u8]> {
        self.0[SALT_BYTES..].chunks_exact(SALT_BYTES)
    }
}

impl std::fmt::Debug for Salts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Salts(‹redacted›)")
    }
}

/// What the register and the approval need of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Over the digests of all fields.
    pub fields_root: Hash,
    /// Over the digests of all fields except document number and date of issue: what the approver approves.
    pub content_root: Hash,
    /// Salted hash of the summary.
    pub summary_commit: Hash,
    /// What the leaf commits to.
    pub commitment: Hash,
}

/// Writes records into hashes; keeps its buffers, so one scribe per thread serves a whole batch.
#[derive(Default)]
pub struct Scribe {
    json: Vec<u8>,
    encoded: Vec<u8>,
    digests: Vec<([u8; DIGEST_CHARS], bool)>,
    summary: Vec<u8>,
}

impl Scribe {
    /// Seals a record. `fields` and `salts` are in the same order and number.
    ///
    /// # Panics
    /// If there are not as many salts as fields.
    pub fn seal(&mut self, fields: &[Field], salts: &Salts, summary: &Summary<'_>) -> Sealed {
        self.digest_fields(fields, salts);
        self.summary.clear();
        summary.write_cbor(&mut self.summary);
        let summary_commit = summary_commit(&salts.summary(), &self.summary);
        let fields_root = self.root(|_| true);
        let content_root = self.root(|content| content);
        Sealed { fields_root, content_root, summary_commit, commitment: commitment(&summary_commit, &fields_root) }
    }

    /// The content root alone, before document number and date of issue are known (their values do not count, but
    /// the fields must be in the list so that every field meets its own salt).
    ///
    /// # Panics
    /// If there are not as many salts as fields.
    pub fn content_root(&mut self, fields: &[Field], salts: &Salts) -> Hash {
        self.digest_fields(fields, salts);
        self.root(|content| content)
    }

    fn digest_fields(&mut self, fields: &[Field], salts: &Salts) {
        assert_eq!(fields.len(), salts.fields().len(), "every field has its salt");
        self.digests.clear();
        for (field, salt) in fields.iter().zip(salts.fields()) {
            write_disclosure(&mut self.json, &mut self.encoded, salt, &field.name, &field.value);
            self.digests.push((digest_of(&self.encoded), is_content(&field.name)));
        }
        self.digests.sort_unstable();
    }

    /// SHA-256 over the JCS list of the chosen digests. Digests are base64url text: nothing in them needs escaping.
    fn root(&mut self, chosen: impl Fn(bool) -> bool) -> Hash {
        self.json.clear();
        self.json.push(b'[');
        for (digest, content) in &self.digests {
            if chosen(*content) {
                push_quoted(&mut self.json, digest);
            }
        }
        close_list(&mut self.json);
        sha256(&self.json)
    }
}

/// The disclosures of a record, in the order of its fields (base64url text each).
///
/// # Panics
/// If there are not as many salts as fields.
pub fn disclosures(fields: &[Field], salts: &Salts) -> Vec<String> {
    assert_eq!(fields.len(), salts.fields().len(), "every field has its salt");
    let (mut json, mut encoded) = (Vec::new(), Vec::new());
    let disclose = |(field, salt): (&Field, &[u8])| {
        write_disclosure(&mut json, &mut encoded, salt, &field.name, &field.value);
        String::from_utf8(encoded.clone()).expect("base64url is ASCII")
    };
    fields.iter().zip(salts.fields()).map(disclose).collect()
}

/// The digest of a disclosure: base64url text of its SHA-256.
pub fn digest_of(disclosure: &[u8]) -> [u8; DIGEST_CHARS] {
    let mut text = [0; DIGEST_CHARS];
    B64U.encode_slice(sha256(disclosure), &mut text).expect("32 bytes are 43 characters");
    text
}

/// Root over digests in any order: SHA-256 of the JCS list of them, sorted.
pub fn root_of(mut digests: Vec<&[u8]>) -> Hash {
    digests.sort_unstable();
    let mut json = vec![b'['];
    for digest in digests {
        push_quoted(&mut json, digest);
    }
    close_list(&mut json);
    sha256(&json)
}

/// Does this field count for the content root?
pub fn is_content(field: &str) -> bool {
    field != name::DOCUMENT_NUMBER && field != name::ISSUED_ON
}

/// Reads a disclosure back: its salt, name and value. `None` unless the text is exactly what this crate would write.
pub fn open_disclosure(disclosure: &str) -> Option<Field> {
    let json = B64U.decode(disclosure).ok()?;
    let (salt, name, value): (String, String, String) = serde_json::from_slice(&json).ok()?;
    let salt = B64U.decode(salt).ok().filter(|salt| salt.len() == SALT_BYTES)?;
    let (mut again, mut encoded) = (Vec::new(), Vec::new());
    write_disclosure(&mut again, &mut encoded, &salt, &name, &value);
    (encoded == disclosure.as_bytes()).then(|| Field::new(name, value))
}

/// The salted hash of the summary.
pub fn summary_commit(salt: &[u8; SALT_BYTES], summary: &[u8]) -> Hash {
    sha256_of(&[b"gov-order/s1", salt, summary])
}

/// What the leaf commits to.
pub fn commitment(summary_commit: &Hash, fields_root: &Hash) -> Hash {
    sha256_of(&[b"gov-order/c1", summary_commit, fields_root])
}

/// Writes `["<salt>","<name>","<value>"]` to `json` and its base64url to `encoded`.
fn write_disclosure(json: &mut Vec<u8>, encoded: &mut Vec<u8>, salt: &[u8], name: &str, value: &str) {
    json.clear();
    json.extend_from_slice(b"[\"");
    append_b64u(json, salt);
    json.extend_from_slice(b"\",");
    write_text(json, name);
    json.push(b',');
    write_text(json, value);
    json.push(b']');
    encoded.clear();
    append_b64u(encoded, json);
}

fn append_b64u(out: &mut Vec<u8>, bytes: &[u8]) {
    let start = out.len();
    out.resize(start + (bytes.len() * 4).div_ceil(3), 0);
    B64U.encode_slice(bytes, &mut out[start..]).expect("the length is exact");
}

fn push_quoted(json: &mut Vec<u8>, text: &[u8]) {
    json.push(b'"');
    json.extend_from_slice(text);
    json.extend_from_slice(b"\",");
}

/// Turns the comma after the last element into the bracket.
fn close_list(json: &mut Vec<u8>) {
    if json.last() == Some(&b',') {
        json.pop();
    }
    json.push(b']');
}

/// Writes a JSON string as RFC 8785 section 3.2.2.2 has it: only `"`, `\` and control characters are escaped, the
/// short form where there is one, lower-case hexadecimal otherwise.
pub(crate) fn write_text(json: &mut Vec<u8>, text: &str) {
    json.push(b'"');
    let bytes = text.as_bytes();
    // One pass without a branch, which the compiler turns into vector instructions, is all that most texts need.
    if bytes.iter().fold(false, |found, &byte| found | needs_escape(byte)) {
        write_escaped(json, bytes);
    } else {
        json.extend_from_slice(bytes);
    }
    json.push(b'"');
}

fn needs_escape(byte: u8) -> bool {
    (byte < 0x20) | (byte == b'"') | (byte == b'\\')
}

#[cold]
fn write_escaped(json: &mut Vec<u8>, bytes: &[u8]) {
    let mut written = 0;
    for (at, &byte) in bytes.iter().enumerate().filter(|(_, byte)| needs_escape(**byte)) {
        json.extend_from_slice(&bytes[written..at]);
        write_escape(json, byte);
        written = at + 1;
    }
    json.extend_from_slice(&bytes[written..]);
}

fn write_escape(json: &mut Vec<u8>, byte: u8) {
    let short = match byte {
        b'"' => b'"',
        b'\\' => b'\\',
        0x08 => b'b',
        0x09 => b't',
        0x0a => b'n',
        0x0c => b'f',
        0x0d => b'r',
        _ => {
            let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
            return json.extend_from_slice(&[b'\\', b'u', b'0', b'0', digit(byte >> 4), digit(byte & 15)]);
        }
    };
    json.extend_from_slice(&[b'\\', short]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::SeededRandom;
    use proptest::prelude::*;

    fn fields() -> Vec<Field> {
        vec![
            Field::new(name::DOCUMENT_NUMBER, "範府人考字第1150000123號"),
            Field::new(name::ISSUED_ON, "2026-03-02"),
            Field::new(name::RECIPIENT, "王𠮷明"),
            Field::new(name::REASON, "辦理「人事\\資訊」\n業務"),
        ]
    }

    #[test]
    fn the_content_root_does_not_depend_on_number_and_date() {
        let salts = Salts::draw(&SeededRandom::new(1), 4);
        let mut changed = fields();
        changed[0].value = "另一字號".into();
        changed[1].value.clear();
        let mut scribe = Scribe::default();
        let (one, two) = (fields(), changed);
        let sealed = scribe.seal(&one, &salts, &Summary::of(&one));
        let other = scribe.seal(&two, &salts, &Summary::of(&two));
        assert_eq!(sealed.content_root, other.content_root);
        assert_eq!(sealed.content_root, scribe.content_root(&two, &salts));
        assert_ne!(sealed.fields_root, other.fields_root);
        assert_ne!(sealed.commitment, other.commitment);
    }

    #[test]
    fn roots_from_disclosures_are_the_roots_of_the_record() {
        let fields = fields();
        let salts = Salts::draw(&SeededRandom::new(2), fields.len());
        let sealed = Scribe::default().seal(&fields, &salts, &Summary::of(&fields));
        let shown = disclosures(&fields, &salts);
        let digests: Vec<_> = shown.iter().map(|text| digest_of(text.as_bytes())).collect();
        assert_eq!(root_of(digests.iter().map(|digest| &digest[..]).collect()), sealed.fields_root);
        assert_eq!(root_of(digests[2..].iter().map(|digest| &digest[..]).collect()), sealed.content_root);
        assert_eq!(shown.iter().map(|text| open_disclosure(text).unwrap()).collect::<Vec<_>>(), fields);
    }

    #[test]
    fn a_disclosure_written_otherwise_is_not_read() {
        let spaced = B64U.encode(br#"["AAAAAAAAAAAAAAAAAAAAAA", "name","value"]"#);
        let escaped = B64U.encode(br#"["AAAAAAAAAAAAAAAAAAAAAA","n\u0061me","value"]"#);
        let short = B64U.encode(br#"["AAAA","name","value"]"#);
        for text in [spaced, escaped, short, "====".into()] {
            assert_eq!(open_disclosure(&text), None);
        }
    }

    #[test]
    fn stored_salts_have_the_exact_length() {
        assert!(Salts::stored(vec![0; 48], 2).is_some());
        assert!(Salts::stored(vec![0; 32], 2).is_none());
    }

    proptest! {
        #[test]
        fn text_is_written_as_rfc_8785_has_it(text in "\\PC*|[\\x00-\\x7f]*|(.|\\n){0,20}") {
            let mut written = Vec::new();
            write_text(&mut written, &text);
            prop_assert_eq!(written, serde_json_canonicalizer::to_vec(&text).unwrap());
        }

        #[test]
        fn disclosures_are_as_rfc_8785_has_them(salt in any::<[u8; 16]>(), name in "[a-z_]{1,12}", value in "(.|\\n)*") {
            let (mut json, mut encoded) = (Vec::new(), Vec::new());
            write_disclosure(&mut json, &mut encoded, &salt, &name, &value);
            let plain = serde_json_canonicalizer::to_vec(&(B64U.encode(salt), &name, &value)).unwrap();
            prop_assert_eq!(std::str::from_utf8(&encoded).unwrap(), B64U.encode(plain));
        }
    }
}
