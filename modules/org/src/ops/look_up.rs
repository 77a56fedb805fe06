//! What other modules ask: agencies by code, and who is below whom.

use crate::{error::Error, model::Agency, store};
use db::Db;
use kernel::AgencyCode;

/// The agency of a code, if it ever was in the list.
///
/// # Errors
/// When the database fails.
pub async fn agency(db: &Db, code: AgencyCode) -> Result<Option<Agency>, Error> {
    Ok(store::agency_fetch(&mut db.begin().await?, &[code]).await?.pop())
}

/// The agencies of these codes, in code order; unknown codes are left out.
///
/// # Errors
/// When the database fails.
pub async fn agencies(db: &Db, codes: &[AgencyCode]) -> Result<Vec<Agency>, Error> {
    Ok(store::agency_fetch(&mut db.begin().await?, codes).await?)
}

/// Whether `code` is `top` or below it.
///
/// # Errors
/// When the database fails.
pub async fn subtree_contains(db: &Db, top: AgencyCode, code: AgencyCode) -> Result<bool, Error> {
    Ok(store::path_list(&mut db.begin().await?, code).await?.iter().any(|(above, _)| *above == top))
}

/// `top` and every agency below it, closed ones included, in code order; empty for an unknown code.
///
/// # Errors
/// When the database fails.
pub async fn subtree(db: &Db, top: AgencyCode) -> Result<Vec<AgencyCode>, Error> {
    Ok(store::subtree_list(&mut db.begin().await?, top).await?)
}

/// Every agency that has a superior in the list, with it.
///
/// # Errors
/// When the database fails.
pub async fn superiors(db: &Db) -> Result<Vec<(AgencyCode, AgencyCode)>, Error> {
    Ok(store::superior_list(&mut db.begin().await?).await?)
}
