//! The statements of auditors.

use super::{COLUMNS, entry_row};
use crate::error::Error;
use crate::model::Entry;
use crate::ops::AuditQuery;
use db::{AssertSqlSafe, Tx, query, query_scalar};

const WHERE: &str = "WHERE agency = ANY($1) AND ($2::int8[] IS NULL OR subjects && $2) \
     AND ($3 = '' OR position($3 IN reader_name) > 0) AND ($4 = '' OR position($4 IN purpose_words) > 0) \
     AND ($5::date IS NULL OR read_on >= $5) AND ($6::date IS NULL OR read_on <= $6)";

/// Binds what [`WHERE`] asks for.
macro_rules! bound {
    ($statement:expr, $asked:expr) => {
        $statement
            .bind($asked.agencies.iter().map(ToString::to_string).collect::<Vec<_>>())
            .bind($asked.about.map(|people| people.iter().map(|person| person.0).collect::<Vec<_>>()))
            .bind($asked.reader)
            .bind($asked.purpose)
            .bind($asked.period.from)
            .bind($asked.period.until)
    };
}

/// How many entries there are, counted up to `most`.
pub(crate) async fn count(tx: &mut Tx, asked: &AuditQuery<'_>, most: u32) -> Result<u32, Error> {
    let text = format!("SELECT count(*) FROM (SELECT 1 FROM readlog.entry {WHERE} LIMIT $7) AS first");
    let found: i64 =
        bound!(query_scalar(AssertSqlSafe(text)), asked).bind(i64::from(most)).fetch_one(&mut **tx).await?;
    Ok(u32::try_from(found).unwrap_or(most))
}

/// The entries, newest first. The secret stays where it is: whoever audits needs none.
pub(crate) async fn list(tx: &mut Tx, asked: &AuditQuery<'_>, limit: u32, offset: u32) -> Result<Vec<Entry>, Error> {
    let columns = COLUMNS.replace("secret", "''::bytea AS secret");
    let text = format!("SELECT {columns} FROM readlog.entry {WHERE} ORDER BY no DESC LIMIT $7 OFFSET $8");
    let statement = bound!(query(AssertSqlSafe(text)), asked).bind(i64::from(limit)).bind(i64::from(offset));
    statement.fetch_all(&mut **tx).await?.iter().map(entry_row).collect()
}
