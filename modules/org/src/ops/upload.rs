//! A file with an edition, kept between its preview and its import so that it need not be sent twice.

use crate::{error::Error, store};
use db::Db;
use kernel::PersonId;
use time::{Date, Duration, OffsetDateTime};

/// Hours a file waits to be imported.
const UPLOAD_HOURS_MAX: i64 = 72;

/// A kept file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptUpload {
    /// Its name.
    pub file_name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// The day the edition stands for.
    pub published_on: Date,
}

impl KeptUpload {
    /// The file as [`crate::preview`] and [`crate::import`] take it.
    #[must_use]
    pub fn as_upload(&self) -> crate::Upload<'_> {
        crate::Upload { file_name: &self.file_name, bytes: &self.bytes, published_on: self.published_on }
    }
}

/// Keeps a file for the person who sent it. Files that were kept too long are removed on the way. Returns the id.
///
/// # Errors
/// When the database fails.
pub async fn keep_upload(
    db: &Db,
    person: PersonId,
    upload: crate::Upload<'_>,
    now: OffsetDateTime,
) -> Result<i64, Error> {
    let mut tx = db.begin().await?;
    store::upload_sweep(&mut tx, now - Duration::hours(UPLOAD_HOURS_MAX)).await?;
    let id = store::upload_insert(&mut tx, person, upload, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// The file a person kept under this id.
///
/// # Errors
/// When the database fails.
pub async fn kept_upload(db: &Db, id: i64, person: PersonId) -> Result<Option<KeptUpload>, Error> {
    let found = store::upload_fetch(&mut db.begin().await?, id, person).await?;
    Ok(found.map(|(file_name, bytes, published_on)| KeptUpload { file_name, bytes, published_on }))
}

/// Forgets a kept file.
///
/// # Errors
/// When the database fails.
pub async fn drop_upload(db: &Db, id: i64, person: PersonId) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    store::upload_delete(&mut tx, id, person).await?;
    tx.commit().await?;
    Ok(())
}
