//! Migrations go forward, are named by what they do and are applied once.

use crate::{Db, DbError, query, query_as, query_scalar, raw_sql};

/// One forward step of one module's tables.
#[derive(Clone, Copy, Debug)]
pub struct Migration {
    /// The crate that owns the tables; also the schema's name.
    pub module: &'static str,
    /// What it does, as the file is called.
    pub name: &'static str,
    /// The statements.
    pub sql: &'static str,
}

/// The platform's own tables: the outbox, the reach of scoped transactions.
pub const MIGRATIONS: &[Migration] = &[
    Migration { module: "outbox", name: "create_event", sql: include_str!("../migrations/create_event.sql") },
    Migration { module: "scope", name: "create_scope", sql: include_str!("../migrations/create_scope.sql") },
    Migration { module: "scope", name: "narrow_scope", sql: include_str!("../migrations/narrow_scope.sql") },
];

/// Why the tables could not be brought up to date.
#[derive(Debug, thiserror::Error)]
pub enum MigrateError {
    /// The database said no.
    #[error("migration `{module}/{name}` failed")]
    Statement {
        /// Whose migration.
        module: &'static str,
        /// Which one.
        name: &'static str,
        /// What the database said.
        #[source]
        source: DbError,
    },
    /// A migration that was applied before reads differently now.
    #[error("migration `{module}/{name}` was changed after it had been applied to this database")]
    Changed {
        /// Whose migration.
        module: &'static str,
        /// Which one.
        name: &'static str,
    },
    /// The bookkeeping itself could not be read or written.
    #[error("the list of migrations cannot be read or written")]
    Ledger(#[from] DbError),
}

/// One lock for the whole database: programs that start together take turns.
const LOCK: i64 = 0x7265_6e73_6869;

impl Db {
    /// Applies what is missing of `sets`, in the order given, in one transaction.
    ///
    /// # Errors
    /// When a statement fails or an applied migration was edited; then nothing is changed.
    pub async fn migrate(&self, sets: &[&[Migration]]) -> Result<(), MigrateError> {
        let mut tx = self.begin().await?;
        query("SELECT pg_advisory_xact_lock($1)").bind(LOCK).execute(&mut *tx).await?;
        raw_sql(
            "CREATE SCHEMA IF NOT EXISTS renshi; CREATE TABLE IF NOT EXISTS renshi.migration (\
             module text, name text, md5 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now(), \
             PRIMARY KEY (module, name))",
        )
        .execute(&mut *tx)
        .await?;
        let applied: Vec<(String, String, String)> =
            query_as("SELECT module, name, md5 FROM renshi.migration").fetch_all(&mut *tx).await?;
        for step in MIGRATIONS.iter().chain(sets.iter().copied().flatten()) {
            let md5: String = query_scalar("SELECT md5($1)").bind(step.sql).fetch_one(&mut *tx).await?;
            match applied.iter().find(|(module, name, _)| module == step.module && name == step.name) {
                Some((_, _, known)) if *known == md5 => {}
                Some(_) => return Err(MigrateError::Changed { module: step.module, name: step.name }),
                None => {
                    raw_sql(step.sql).execute(&mut *tx).await.map_err(|source| MigrateError::Statement {
                        module: step.module,
                        name: step.name,
                        source,
                    })?;
                    query("INSERT INTO renshi.migration (module, name, md5) VALUES ($1, $2, $3)")
                        .bind(step.module)
                        .bind(step.name)
                        .bind(md5)
                        .execute(&mut *tx)
                        .await?;
                }
            }
        }
        tx.commit().await?;
        Ok(())
    }
}
