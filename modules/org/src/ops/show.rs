//! Everything on file about one agency, for its page.

use crate::decide::{FieldChange, changes};
use crate::ops::tree;
use crate::{error::Error, model::Agency, names, store};
use db::Db;
use kernel::AgencyCode;
use time::{Date, OffsetDateTime};

/// One agency in full.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AgencyFile {
    /// Present values.
    pub agency: Agency,
    /// 簡稱, as derived from the name and the superior's; longest first.
    pub short_names: Vec<String>,
    /// Since which edition the list leaves it out.
    pub missing_since_on: Option<Date>,
    /// Superiors from the top, the agency itself last.
    pub path: Vec<(AgencyCode, String)>,
    /// Directly below.
    pub children: Vec<tree::Node>,
    /// What changed over time, newest first; the last entry is the first known state and lists no changes.
    pub history: Vec<Version>,
    /// Agencies it took over from, whichever side says so.
    pub predecessors: Vec<Relative>,
    /// Agencies that took over from it, whichever side says so.
    pub successors: Vec<Relative>,
}

/// A state of the agency.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Version {
    /// Since when the values count; `None` where the list does not say.
    pub valid_from: Option<Date>,
    /// When the import that brought them was made.
    pub recorded_at: OffsetDateTime,
    /// The values.
    pub agency: Agency,
    /// What differs from the state before.
    pub changes: Vec<FieldChange>,
}

/// The other side of a reorganisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Relative {
    /// 機關代碼.
    pub code: AgencyCode,
    /// 機關名稱.
    pub name: String,
    /// Since when, where the list says so.
    pub on: Option<Date>,
    /// Whether the code has a page of its own.
    pub listed: bool,
}

/// The agency's page; `on` is the day that decides who counts as closed.
///
/// # Errors
/// When the database fails.
pub async fn show(db: &Db, code: AgencyCode, on: Date) -> Result<Option<AgencyFile>, Error> {
    let Some(agency) = store::agency_fetch(&mut db.begin().await?, &[code]).await?.pop() else {
        return Ok(None);
    };
    let path = tree::path(db, code).await?;
    let superior = path.iter().rev().nth(1).map_or("", |(_, name)| name);
    Ok(Some(AgencyFile {
        short_names: names::short_names(&agency.name, superior),
        missing_since_on: store::agency_missing_since(&mut db.begin().await?, code).await?,
        children: tree::children(db, Some(code), on).await?,
        history: history(store::version_list(&mut db.begin().await?, code).await?),
        predecessors: predecessors(db, &agency).await?,
        successors: successors(db, &agency).await?,
        path,
        agency,
    }))
}

fn history(states: Vec<(Agency, Option<Date>, OffsetDateTime)>) -> Vec<Version> {
    let before: Vec<Option<Agency>> =
        states.iter().skip(1).map(|(agency, ..)| Some(agency.clone())).chain([None]).collect();
    states
        .into_iter()
        .zip(before)
        .map(|((agency, valid_from, recorded_at), before)| {
            let changes = before.map(|before| changes(&before, &agency)).unwrap_or_default();
            Version { valid_from, recorded_at, agency, changes }
        })
        .collect()
}

async fn predecessors(db: &Db, agency: &Agency) -> Result<Vec<Relative>, Error> {
    let others = store::agency_linked(&mut db.begin().await?, agency.code, false).await?;
    let mut relatives: Vec<Relative> = others
        .into_iter()
        .map(|other| {
            let on = other.successor.as_ref().and_then(|link| link.on);
            Relative { code: other.code, name: other.name, on, listed: true }
        })
        .collect();
    add_own(db, &mut relatives, agency.predecessor.as_ref()).await?;
    Ok(relatives)
}

async fn successors(db: &Db, agency: &Agency) -> Result<Vec<Relative>, Error> {
    let others = store::agency_linked(&mut db.begin().await?, agency.code, true).await?;
    let mut relatives: Vec<Relative> = others
        .into_iter()
        .map(|other| Relative { code: other.code, name: other.name, on: other.effective_on, listed: true })
        .collect();
    add_own(db, &mut relatives, agency.successor.as_ref()).await?;
    Ok(relatives)
}

/// Adds the agency's own word on the other side, unless the other side already said the same.
async fn add_own(db: &Db, relatives: &mut Vec<Relative>, link: Option<&crate::model::Link>) -> Result<(), Error> {
    let Some(link) = link.filter(|link| relatives.iter().all(|relative| relative.code != link.code)) else {
        return Ok(());
    };
    let other = store::agency_fetch(&mut db.begin().await?, &[link.code]).await?.pop();
    let name = other.as_ref().map_or(link.name.clone(), |other| other.name.clone());
    relatives.push(Relative { code: link.code, name, on: link.on, listed: other.is_some() });
    Ok(())
}
