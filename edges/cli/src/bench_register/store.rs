//! A chain of hashes in a table, to compare with.

use db::{Db, DbError};

/// Makes the table.
pub(super) async fn chain_create(db: &Db) -> Result<(), DbError> {
    let table =
        "CREATE TABLE chain (no bigint PRIMARY KEY, prev bytea NOT NULL, hash bytea NOT NULL, content bytea NOT NULL)";
    db::query(table).execute(db.pool()).await?;
    Ok(())
}

/// One row of the chain.
pub(super) struct Link {
    pub(super) prev: Vec<u8>,
    pub(super) hash: Vec<u8>,
    pub(super) content: Vec<u8>,
}

/// Appends links from number `first` on.
pub(super) async fn chain_append(db: &Db, first: i64, links: Vec<Link>) -> Result<(), DbError> {
    let column = |of: fn(&Link) -> &Vec<u8>| links.iter().map(of).cloned().collect::<Vec<_>>();
    db::query(
        "INSERT INTO chain SELECT $1 + at, prev, hash, content \
         FROM unnest($2::bytea[], $3::bytea[], $4::bytea[]) WITH ORDINALITY AS new (prev, hash, content, at)",
    )
    .bind(first)
    .bind(column(|link| &link.prev))
    .bind(column(|link| &link.hash))
    .bind(column(|link| &link.content))
    .execute(db.pool())
    .await?;
    Ok(())
}
