//! The summary: what is printed large on the paper, as a small CBOR map (docs/verification.md, section 1).

use std::borrow::Cow;

use minicbor::{Decoder, Encoder};

use crate::record::{Field, name};

/// Longest summary a reader accepts, in bytes.
pub const SUMMARY_BYTES_MAX: usize = 4096;

/// The texts of a summary. An empty text is left out of the map.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Summary<'a> {
    /// Key 1: kind of document (令).
    pub kind: Cow<'a, str>,
    /// Key 2: document number (發文字號).
    pub document_number: Cow<'a, str>,
    /// Key 3: date of issue, `YYYY-MM-DD`.
    pub issued_on: Cow<'a, str>,
    /// Key 4: issuing agency.
    pub issuing_agency: Cow<'a, str>,
    /// Key 5: recipient.
    pub recipient: Cow<'a, str>,
    /// Key 6: national id, masked.
    pub masked_id: Cow<'a, str>,
    /// Key 7: serving agency and title.
    pub serving: Cow<'a, str>,
    /// Key 8: reason.
    pub reason: Cow<'a, str>,
    /// Key 9: outcome.
    pub outcome: Cow<'a, str>,
    /// Key 10: legal basis.
    pub legal_basis: Cow<'a, str>,
}

/// The field of the record that each key repeats word for word; `None` where the summary alone has the text.
pub const REPEATED: [Option<&str>; 10] = [
    None,
    Some(name::DOCUMENT_NUMBER),
    Some(name::ISSUED_ON),
    Some(name::ISSUING_AGENCY),
    Some(name::RECIPIENT),
    None,
    None,
    Some(name::REASON),
    Some(name::OUTCOME),
    Some(name::LEGAL_BASIS),
];

impl<'a> Summary<'a> {
    /// The summary of a record: kind 令, the repeated keys taken from the fields; `masked_id` and `serving` are for
    /// the caller to fill in.
    pub fn of(fields: &'a [Field]) -> Self {
        let text = |name: &str| {
            let found = fields.iter().find(|field| field.name == name);
            Cow::Borrowed(found.map_or("", |field| field.value.as_str()))
        };
        Self {
            kind: "令".into(),
            document_number: text(name::DOCUMENT_NUMBER),
            issued_on: text(name::ISSUED_ON),
            issuing_agency: text(name::ISSUING_AGENCY),
            recipient: text(name::RECIPIENT),
            reason: text(name::REASON),
            outcome: text(name::OUTCOME),
            legal_basis: text(name::LEGAL_BASIS),
            ..Self::default()
        }
    }

    /// The texts in the order of their keys 1 to 10.
    pub fn texts(&self) -> [&str; 10] {
        [
            &self.kind,
            &self.document_number,
            &self.issued_on,
            &self.issuing_agency,
            &self.recipient,
            &self.masked_id,
            &self.serving,
            &self.reason,
            &self.outcome,
            &self.legal_basis,
        ]
    }

    /// Appends the CBOR map to `out`.
    pub fn write_cbor(&self, out: &mut Vec<u8>) {
        let texts = self.texts();
        let count = texts.iter().filter(|text| !text.is_empty()).count();
        let mut cbor = Encoder::new(out);
        cbor.map(count as u64).expect("a vector takes every byte");
        for (key, text) in (1u8..).zip(texts).filter(|(_, text)| !text.is_empty()) {
            cbor.u8(key).and_then(|cbor| cbor.str(text)).expect("a vector takes every byte");
        }
    }

    /// The CBOR map.
    pub fn to_cbor(&self) -> Vec<u8> {
        let mut out = Vec::new();
        self.write_cbor(&mut out);
        out
    }

    /// Reads a summary. `None` unless the bytes are exactly what [`Summary::to_cbor`] writes.
    pub fn parse(bytes: &'a [u8]) -> Option<Self> {
        if bytes.len() > SUMMARY_BYTES_MAX {
            return None;
        }
        let mut cbor = Decoder::new(bytes);
        let mut texts: [Cow<'a, str>; 10] = Default::default();
        for _ in 0..cbor.map().ok()?? {
            let key = usize::from(cbor.u8().ok()?);
            *texts.get_mut(key.checked_sub(1)?)? = cbor.str().ok()?.into();
        }
        let [
            kind,
            document_number,
            issued_on,
            issuing_agency,
            recipient,
            masked_id,
            serving,
            reason,
            outcome,
            legal_basis,
        ] = texts;
        let summary = Self {
            kind,
            document_number,
            issued_on,
            issuing_agency,
            recipient,
            masked_id,
            serving,
            reason,
            outcome,
            legal_basis,
        };
        // Whatever else CBOR allows (other orders, lengths, empty texts, bytes after the map) encodes differently.
        (summary.to_cbor() == bytes).then_some(summary)
    }

    /// A copy that borrows nothing.
    pub fn into_owned(self) -> Summary<'static> {
        Summary {
            kind: own(self.kind),
            document_number: own(self.document_number),
            issued_on: own(self.issued_on),
            issuing_agency: own(self.issuing_agency),
            recipient: own(self.recipient),
            masked_id: own(self.masked_id),
            serving: own(self.serving),
            reason: own(self.reason),
            outcome: own(self.outcome),
            legal_basis: own(self.legal_basis),
        }
    }
}

fn own(text: Cow<'_, str>) -> Cow<'static, str> {
    Cow::Owned(text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn empty_texts_are_left_out_and_keys_ascend() {
        let summary = Summary { kind: "令".into(), legal_basis: "法".into(), ..Summary::default() };
        assert_eq!(summary.to_cbor(), b"\xa2\x01\x63\xe4\xbb\xa4\x0a\x63\xe6\xb3\x95");
        assert_eq!(Summary::parse(&summary.to_cbor()), Some(summary));
    }

    #[test]
    fn other_encodings_of_the_same_map_are_refused() {
        for other in [
            &b"\xbf\x01\x63\xe4\xbb\xa4\xff"[..], // indefinite length
            b"\xa1\x18\x01\x63\xe4\xbb\xa4",      // long key
            b"\xa1\x01\x63\xe4\xbb\xa4\x00",      // bytes after the map
            b"\xa1\x01\x60",                      // empty text
            b"\xa2\x02\x61a\x01\x61b",            // descending keys
            b"\xa2\x01\x61a\x01\x61b",            // a key twice
            b"\xa1\x0b\x61a",                     // an unknown key
            b"\xa1\x00\x61a",
            b"\xa1\x01\x7f\x61a\xff",
        ] {
            assert_eq!(Summary::parse(other), None, "{other:x?}");
        }
    }

    proptest! {
        #[test]
        fn every_summary_is_read_back(texts in proptest::array::uniform5(".{0,30}")) {
            let [kind, recipient, serving, reason, outcome] = texts.each_ref().map(|text| text.as_str().into());
            let summary = Summary { kind, recipient, serving, reason, outcome, ..Summary::default() };
            let cbor = summary.to_cbor();
            prop_assert_eq!(Summary::parse(&cbor), Some(summary));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            if let Some(summary) = Summary::parse(&bytes) {
                prop_assert_eq!(summary.to_cbor(), bytes);
            }
        }
    }
}
