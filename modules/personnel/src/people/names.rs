//! Names of many people at once, for lists that know only who is meant.

use super::store;
use crate::error::PersonnelError;
use db::Db;
use kernel::{AgencyCode, PersonId};
use std::collections::BTreeMap;

/// The names of those among some people who are or were on the roster of one of these agencies; nothing of the others.
///
/// # Errors
/// When the database is away.
pub async fn names_at(
    db: &Db,
    agencies: &[AgencyCode],
    people: &[PersonId],
) -> Result<BTreeMap<PersonId, String>, PersonnelError> {
    let codes: Vec<&str> = agencies.iter().map(AgencyCode::as_str).collect();
    let people: Vec<i64> = people.iter().map(|person| person.0).collect();
    Ok(store::names_at(&mut db.begin().await?, &codes, &people).await?)
}

/// Everybody who is or was on the roster of an agency.
///
/// # Errors
/// When the database is away.
pub async fn everybody_at(db: &Db, agency: &AgencyCode) -> Result<Vec<PersonId>, PersonnelError> {
    Ok(store::everybody_at(&mut db.begin().await?, agency.as_str()).await?)
}
