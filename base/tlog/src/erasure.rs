//! Erasure statements: what the leaf says by which an authority destroys what an order says (`docs/verification.md`, section 5).

use crate::{
    hash::{Hash, sha256_of},
    leaf::{Id, Kind, Leaf},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::{Deserialize, Serialize};

const FORMAT: &str = "renshi-erasure/1";
/// Longest statement read, in bytes.
const BYTES_MAX: usize = 2048;

/// What is public of an erasure. It says nothing about anybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Erasure {
    /// Agency code.
    pub agency: String,
    /// The last day on which a backup of the platform may hold the content, `YYYY-MM-DD`.
    pub backups_until: String,
    /// Act and article.
    pub basis: String,
    /// The day it was destroyed, `YYYY-MM-DD`.
    pub erased_on: String,
    /// The order.
    pub id: Id,
}

/// The members in the order of JCS, which is that of their names.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Members {
    agency: String,
    backups_until: String,
    basis: String,
    erased_on: String,
    format: String,
    id: String,
}

impl Erasure {
    /// The canonical text.
    #[must_use]
    pub fn canonical(&self) -> String {
        let members = Members {
            agency: self.agency.clone(),
            backups_until: self.backups_until.clone(),
            basis: self.basis.clone(),
            erased_on: self.erased_on.clone(),
            format: FORMAT.to_owned(),
            id: URL_SAFE_NO_PAD.encode(self.id),
        };
        serde_json_canonicalizer::to_string(&members).expect("texts are JSON")
    }

    /// Reads the canonical text; `None` if it is not one, byte for byte.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let members: Members = serde_json::from_str(text).ok().filter(|_| text.len() <= BYTES_MAX)?;
        let id = URL_SAFE_NO_PAD.decode(&members.id).ok()?.try_into().ok()?;
        let Members { agency, backups_until, basis, erased_on, format, .. } = members;
        let erasure = Self { agency, backups_until, basis, erased_on, id };
        let fits = format == FORMAT && is_day(&erasure.backups_until) && is_day(&erasure.erased_on);
        (fits && erasure.canonical() == text).then_some(erasure)
    }

    /// What the type 8 leaf commits to.
    #[must_use]
    pub fn commitment(&self) -> Hash {
        sha256_of(&[b"gov-order/x1", self.canonical().as_bytes()])
    }

    /// Whether this is the statement of that leaf.
    #[must_use]
    pub fn is_of(&self, leaf: &Leaf) -> bool {
        leaf.kind == Kind::Erasure && leaf.id == self.id && leaf.commitment == self.commitment()
    }

    /// Where a log serves the statement about the order `id`.
    #[must_use]
    pub fn path(id: &Id) -> String {
        format!("erasures/{:032x}.json", u128::from_be_bytes(*id))
    }

    /// The order whose statement stands at this path.
    #[must_use]
    pub fn id_of(path: &str) -> Option<Id> {
        let name = path.strip_prefix("erasures/")?.strip_suffix(".json")?;
        let id = u128::from_str_radix(name, 16).ok()?.to_be_bytes();
        (Self::path(&id) == path).then_some(id)
    }
}

/// `YYYY-MM-DD` in its shape; which days there are is the reader's calendar to say.
fn is_day(text: &str) -> bool {
    let shape = |(at, byte): (usize, u8)| if at == 4 || at == 7 { byte == b'-' } else { byte.is_ascii_digit() };
    text.len() == 10 && text.bytes().enumerate().all(shape)
}

#[cfg(test)]
mod tests {
    use super::Erasure;

    fn erasure() -> Erasure {
        Erasure {
            agency: "A58000000A".into(),
            backups_until: "2026-12-28".into(),
            basis: "個人資料保護法第11條第3項".into(),
            erased_on: "2026-11-23".into(),
            id: [7; 16],
        }
    }

    #[test]
    fn the_statement_is_as_the_public_page_says_and_has_one_form() {
        let wanted = r#"{"agency":"A58000000A","backups_until":"2026-12-28","basis":"個人資料保護法第11條第3項","erased_on":"2026-11-23","format":"renshi-erasure/1","id":"BwcHBwcHBwcHBwcHBwcHBw"}"#;
        assert_eq!(erasure().canonical(), wanted);
        assert_eq!(Erasure::parse(wanted), Some(erasure()));
        for (was, is) in [
            (":\"A", ": \"A"),
            ("erasure/1", "erasure/2"),
            ("2026-12-28", "2026-12-8"),
            ("w\"}", "\"}"),
            ("12-28", "ab-28"),
        ] {
            assert_eq!(Erasure::parse(&wanted.replace(was, is)), None, "{is}");
        }
    }

    #[test]
    fn a_path_names_one_order() {
        let path = Erasure::path(&[7; 16]);
        assert_eq!(path, "erasures/07070707070707070707070707070707.json");
        assert_eq!(Erasure::id_of(&path), Some([7; 16]));
        for other in [
            "erasures/7.json",
            "erasures/+7070707070707070707070707070707.json",
            "erasures/../x.json",
            "issuers/1.json",
        ] {
            assert_eq!(Erasure::id_of(other), None, "{other}");
        }
    }
}
