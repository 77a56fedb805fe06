//! The bytes that are hashed: entries, subjects, days (`docs/verification.md`, section 10). Pure.

use crate::model::{Entry, Named, ReaderKind};
use aws_lc_rs::hmac;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::PersonId;
use serde::Serialize;
use time::{Date, OffsetDateTime, UtcOffset, format_description::BorrowedFormatItem, macros::format_description};
use tlog::hash::{Hash, sha256, sha256_of};
use tlog::tile::root_of;
use tlog::tree::data_hash;

const DAY: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
const INSTANT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:6]Z");

/// Base64url without padding.
pub(crate) fn b64u(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// JCS (RFC 8785).
pub(crate) fn jcs(value: &impl Serialize) -> String {
    serde_json_canonicalizer::to_string(value).expect("texts and whole numbers always have a canonical form")
}

/// The first character of a name and two circles, whatever its length: 王○○.
#[must_use]
pub fn masked_name(name: &str) -> String {
    name.chars().take(1).chain("○○".chars()).collect()
}

/// Sixteen bytes that say nothing about the secret they are made from, nor about one another.
fn salt(entry: &Entry, what: &[u8]) -> [u8; 16] {
    let key = hmac::Key::new(hmac::HMAC_SHA256, &entry.secret);
    *hmac::sign(&key, what).as_ref().first_chunk().expect("HMAC-SHA256 gives 32 bytes")
}

/// The salt of one subject; whoever has it can show that the entry is about this person, and learns of no other.
pub(crate) fn subject_salt(entry: &Entry, person: PersonId) -> [u8; 16] {
    salt(entry, &[b"subject".as_slice(), &person.0.to_be_bytes()].concat())
}

fn subject_hash(entry: &Entry, person: PersonId) -> Hash {
    data_hash(&[subject_salt(entry, person).as_slice(), &person.0.to_be_bytes()].concat())
}

/// The leaf hashes of the subjects, sorted, so that their order tells nothing.
pub(crate) fn subject_hashes(entry: &Entry) -> Vec<(Hash, PersonId)> {
    let mut hashes: Vec<_> = entry.subjects.iter().map(|person| (subject_hash(entry, *person), *person)).collect();
    hashes.sort_unstable();
    hashes
}

/// Who the reader, the person deputised for and the principal are, behind a salt: bound, and not shown.
fn identity(entry: &Entry) -> Hash {
    let reader = &entry.reader;
    let pair = |named: Option<&Named>| (named.map(|named| named.person.0), named.map(|named| named.name.clone()));
    let (acting_for, agent_of) = (pair(reader.acting_for.as_ref()), pair(reader.agent_of.as_ref()));
    let who = (reader.person.map(|p| p.0), &reader.name, acting_for.0, acting_for.1, agent_of.0, agent_of.1);
    sha256_of(&[&salt(entry, b"identity"), jcs(&who).as_bytes()])
}

/// An entry as it is hashed.
#[derive(Serialize)]
struct Statement<'a> {
    acting_for: String,
    agency: String,
    agency_name: &'a str,
    agent_of: String,
    at: String,
    entry: i64,
    fields: &'a [String],
    format: &'static str,
    identity: String,
    kind: &'static str,
    purpose: &'a str,
    purpose_words: &'a str,
    reader: String,
    request: &'a str,
    role: &'a str,
    role_name: &'a str,
    salt: String,
    subjects: usize,
    subjects_root: String,
    via: &'static str,
    via_name: &'a str,
}

/// The canonical text of an entry. It names no subject, and persons that read by their masked names only: it may be handed to
/// everybody the entry is about.
pub(crate) fn statement(entry: &Entry) -> String {
    let reader = &entry.reader;
    let hashes: Vec<Hash> = subject_hashes(entry).into_iter().map(|(hash, _)| hash).collect();
    let masked = |named: Option<&Named>| named.map_or_else(String::new, |named| masked_name(&named.name));
    jcs(&Statement {
        acting_for: masked(reader.acting_for.as_ref()),
        agency: reader.agency.map_or_else(String::new, |code| code.to_string()),
        agency_name: &reader.agency_name,
        agent_of: masked(reader.agent_of.as_ref()),
        at: instant(entry.at),
        entry: entry.id.0,
        fields: &entry.fields,
        format: "renshi-read/1",
        identity: b64u(&identity(entry)),
        kind: reader.kind.word(),
        purpose: &entry.purpose.code,
        purpose_words: &entry.purpose.words,
        reader: shown_name(entry),
        request: &entry.request,
        role: &reader.role,
        role_name: &reader.role_name,
        salt: b64u(&salt(entry, b"entry")),
        subjects: hashes.len(),
        subjects_root: b64u(&root_of(&hashes)),
        via: entry.via.word(),
        via_name: &entry.via_name,
    })
}

/// The reader's name as the person looked at sees it: persons masked, systems in full.
pub(crate) fn shown_name(entry: &Entry) -> String {
    match entry.reader.kind {
        ReaderKind::System | ReaderKind::Partner => entry.reader.name.clone(),
        ReaderKind::Own | ReaderKind::Office | ReaderKind::Agent => masked_name(&entry.reader.name),
    }
}

/// RFC 6962 leaf hash of an entry.
pub(crate) fn entry_hash(entry: &Entry) -> Hash {
    data_hash(statement(entry).as_bytes())
}

/// The digest of a day.
#[derive(Serialize)]
struct Day {
    count: u64,
    day: String,
    format: &'static str,
    root: String,
}

/// The canonical text of a closed day.
pub(crate) fn day_statement(day: Date, count: u64, root: &Hash) -> String {
    jcs(&Day { count, day: written(day), format: "renshi-readlog/1", root: b64u(root) })
}

/// What the leaf in the register commits to.
pub(crate) fn day_commitment(day: Date, count: u64, root: &Hash) -> Hash {
    sha256(day_statement(day, count, root).as_bytes())
}

/// A day as `YYYY-MM-DD`.
pub(crate) fn written(day: Date) -> String {
    day.format(DAY).expect("a date always has its text")
}

/// An instant in UTC, with six digits of the second: as exact as the database keeps it.
fn instant(at: OffsetDateTime) -> String {
    at.to_offset(UtcOffset::UTC).format(INSTANT).expect("an instant always has its text")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Purpose, ReadId, Reader, ViaKind};
    use time::macros::{date, datetime};

    fn entry() -> Entry {
        Entry {
            id: ReadId(12),
            at: datetime!(2026-11-23 10:00:00.5 +8),
            reader: Reader { kind: ReaderKind::Office, name: "王小明".into(), ..Reader::own(PersonId(7), "") },
            purpose: Purpose::new("award_case", "辦理獎懲"),
            fields: vec!["姓名".into()],
            via: ViaKind::Page,
            via_name: "/people".into(),
            request: String::new(),
            subjects: vec![PersonId(30), PersonId(31)],
            read_on: date!(2026 - 11 - 23),
            secret: vec![7; 32],
        }
    }

    #[test]
    fn a_statement_names_no_person() {
        let text = statement(&entry());
        assert!(text.contains("\"at\":\"2026-11-23T02:00:00.500000Z\"") && text.contains("王○○"), "{text}");
        assert!(!text.contains("小明") && !text.contains(":30") && !text.contains(":7,"), "{text}");
    }

    #[test]
    fn whatever_changes_changes_the_hash() {
        let change: [fn(&mut Entry); 16] = [
            |e| e.id = ReadId(13),
            |e| e.at += time::Duration::microseconds(1),
            |e| e.reader.person = Some(PersonId(8)),
            |e| e.reader.name = "王大明".into(),
            |e| e.reader.kind = ReaderKind::Agent,
            |e| e.reader.role = "head".into(),
            |e| e.reader.role_name = "首長".into(),
            |e| e.reader.agency_name = "x".into(),
            |e| e.reader.acting_for = Some(Named { person: PersonId(1), name: "王一".into() }),
            |e| e.reader.agent_of = Some(Named { person: PersonId(1), name: "王一".into() }),
            |e| e.purpose.words = "x".into(),
            |e| e.fields.push("x".into()),
            |e| e.via = ViaKind::Api,
            |e| e.request = "x".into(),
            |e| e.subjects[1] = PersonId(32),
            |e| e.secret[0] = 8,
        ];
        for (at, change) in change.into_iter().enumerate() {
            let mut other = entry();
            change(&mut other);
            assert_ne!(entry_hash(&other), entry_hash(&entry()), "change {at}");
        }
    }
}
