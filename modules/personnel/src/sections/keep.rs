//! Keeping and opening sealed sections. Who may, and for what, is the caller's to ask and to log before.

use super::field::{FieldFault, Row, Section, check_section};
use super::store::{self, At};
use crate::PersonnelError;
use crate::error::refuse;
use crate::people::store::entry_lock;
use db::Db;
use kernel::{AgencyCode, PersonId, Random, Refusal, office_date};
use time::OffsetDateTime;
use vault::{DataKey, KeyWrap, Place, wrap_new};

/// That a section is on file, and since when; nothing of what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SectionMark {
    /// Which.
    pub section: Section,
    /// How often it was kept; a change must name the version it changes.
    pub version: i32,
    /// Who changed it last.
    pub changer: String,
    /// When.
    pub changed_at: OffsetDateTime,
}

/// A section as it was kept. It has no printable form.
#[derive(Clone, PartialEq, Eq)]
pub struct OpenSection {
    /// Which, and how it came.
    pub mark: SectionMark,
    /// What it says.
    pub rows: Vec<Row>,
}

impl std::fmt::Debug for OpenSection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("OpenSection").field("mark", &self.mark).finish_non_exhaustive()
    }
}

/// The key of a person at an agency, as the ring names its owner.
pub(super) fn owner(agency: &str, person: i64) -> String {
    format!("personnel/{agency}/{person}")
}

fn place<'a>(section: Section, owner: &'a str) -> Place<'a> {
    Place { schema: "personnel", table: "section", column: section.code(), subject: owner }
}

/// Which sections an agency has of a person.
///
/// # Errors
/// When the database is away.
pub async fn section_marks(db: &Db, agency: &AgencyCode, person: PersonId) -> Result<Vec<SectionMark>, PersonnelError> {
    let rows = store::section_marks(&mut db.begin().await?, agency, person).await?;
    let mark = |(kind, version, changer, changed_at): store::Mark| {
        Some(SectionMark { section: Section::parse(&kind)?, version, changer, changed_at })
    };
    Ok(rows.into_iter().filter_map(mark).collect())
}

/// Opens a section; none if there is none.
///
/// # Errors
/// When the database is away, the key ring lacks the key, or what is stored was changed.
pub async fn open_section(
    db: &Db,
    ring: &dyn KeyWrap,
    agency: &AgencyCode,
    person: PersonId,
    section: Section,
) -> Result<Option<OpenSection>, PersonnelError> {
    let mut tx = db.begin().await?;
    let Some((sealed, version, changer, changed_at)) = store::section_fetch(&mut tx, agency, person, section).await?
    else {
        return Ok(None);
    };
    let Some(wrapped) = store::key_fetch(&mut tx, agency, person).await? else { return Ok(None) };
    let owner = owner(agency.as_str(), person.0);
    let plain = ring.unwrap(&owner, &wrapped)?.open(place(section, &owner), &sealed)?;
    let rows = serde_json::from_slice(&plain).map_err(|_| crate::store::damaged("section"))?;
    Ok(Some(OpenSection { mark: SectionMark { section, version, changer, changed_at }, rows }))
}

/// A section to keep.
#[derive(Clone, Copy)]
pub struct NewSection<'a> {
    /// The agency whose record it is.
    pub agency: &'a AgencyCode,
    /// The person.
    pub person: PersonId,
    /// Which section.
    pub section: Section,
    /// As typed.
    pub rows: &'a [Row],
    /// The version that was shown; 0 if there was none.
    pub seen: i32,
    /// Who keeps it, with the name as shown later.
    pub by: (PersonId, &'a str),
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Kept as this version.
    As(i32),
    /// Something is wrong; nothing was written.
    Faulty(Vec<FieldFault>),
}

/// Checks, seals and keeps a section. The person's key is made with the first one.
///
/// # Errors
/// Refusals: nobody who serves there, changed by somebody else meanwhile.
pub async fn keep_section(
    db: &Db,
    ring: &dyn KeyWrap,
    random: &dyn Random,
    new: NewSection<'_>,
    now: OffsetDateTime,
) -> Result<Kept, PersonnelError> {
    let rows = match check_section(new.section, new.rows, office_date(now)) {
        Ok(rows) => rows,
        Err(faults) => return Ok(Kept::Faulty(faults)),
    };
    let mut tx = db.begin().await?;
    if entry_lock(&mut tx, new.agency, new.person).await?.is_none() {
        return refuse(Refusal::new(
            "record/not-serving",
            "此員目前不在本機關任職，其資料不得變更。",
            "This person does not serve at the agency now; the record cannot be changed.",
        ));
    }
    let owner = owner(new.agency.as_str(), new.person.0);
    let key: DataKey = match store::key_fetch(&mut tx, new.agency, new.person).await? {
        Some(wrapped) => ring.unwrap(&owner, &wrapped)?,
        None => {
            let (key, wrapped) = wrap_new(ring, random, &owner)?;
            store::key_insert(&mut tx, new.agency, new.person, &wrapped, now).await?;
            key
        }
    };
    let plain = vault::Zeroizing::new(serde_json::to_vec(&rows).expect("texts are JSON"));
    let sealed = key.seal(random, place(new.section, &owner), &plain);
    let at = At { agency: new.agency, person: new.person, section: new.section };
    let Some(version) = store::section_write(&mut tx, at, new.seen, &sealed, new.by, now).await? else {
        return refuse(Refusal::new(
            "record/changed-meanwhile",
            "本項資料已由他人變更，請重新開啟後再修改。",
            "Somebody else changed this section meanwhile. Please open it again.",
        ));
    };
    let payload =
        serde_json::json!({ "agency": new.agency.as_str(), "section": new.section.code(), "version": version });
    db::event(&mut tx, now, "SectionKept", &new.person.to_string(), &payload).await?;
    tx.commit().await?;
    Ok(Kept::As(version))
}
