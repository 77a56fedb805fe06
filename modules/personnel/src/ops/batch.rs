//! What came in together: an uploaded file, or a row typed by hand, with the cases it made.

use crate::model::CaseLine;
use crate::{PersonnelError, store};
use db::Db;
use kernel::{BatchId, PersonId};
use time::OffsetDateTime;

/// A batch with its cases.
#[derive(Clone, Debug)]
pub struct BatchFile {
    /// Who took it in, and alone may take it back.
    pub officer: PersonId,
    /// File name, or how it was typed.
    pub source: String,
    /// When.
    pub taken_at: OffsetDateTime,
    /// Its cases, newest first.
    pub cases: Vec<CaseLine>,
}

/// A batch with its cases; whether the reader may see it is for the page to check.
///
/// # Errors
/// When the database is away or a row does not read back.
pub async fn batch(db: &Db, id: BatchId) -> Result<Option<BatchFile>, PersonnelError> {
    let Some((officer, source, taken_at)) = store::batch_fetch(&mut db.begin().await?, id).await? else {
        return Ok(None);
    };
    let cases = store::lines_of_batch(&mut db.begin().await?, id).await?;
    Ok(Some(BatchFile { officer: PersonId(officer), source, taken_at, cases }))
}
