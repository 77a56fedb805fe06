//! Who holds an office, for work that must reach them.

use crate::model::Role;
use crate::store;
use db::{Db, DbError};
use kernel::{AgencyCode, PersonId};
use time::Date;

/// The persons who hold a role for this agency itself on a day, not by a reach from above.
///
/// # Errors
/// When the database is away.
pub async fn holders(db: &Db, role: Role, agency: &AgencyCode, on: Date) -> Result<Vec<PersonId>, DbError> {
    store::office_holders(db.pool(), role.code(), agency.as_str(), on).await
}
