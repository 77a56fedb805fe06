//! PostgreSQL behind one handle.
//!
//! Owns:     the private cluster the program can start itself, connections, migrations, row security, the outbox.
//! Promises: a database address replaces the private cluster and nothing else changes; a migration is applied once, in order,
//!           also when several programs start together.
//! Never:    knows a business table. Modules bring their own statements (`store.rs`) and migrations.
//! Serves:   every crate that stores something.
//! Start at: [`Db::connect`], [`Cluster::start`].

mod cluster;
mod copy;
mod look;
mod migrate;
mod outbox;
mod scope;

pub use cluster::{Cluster, ClusterError, Durability};
pub use copy::CopyRows;
pub use look::{ScopedRole, Standing};
pub use migrate::{MIGRATIONS, MigrateError, Migration};
pub use outbox::{Event, event, events, events_since};
pub use scope::{Outside, Reach, SCOPED_ROLE, replace_tree, step_back, step_out};
pub use sqlx::{
    Acquire, AssertSqlSafe, Database, Executor, Postgres, Row, postgres::PgRow, query, query_as, query_scalar, raw_sql,
};
pub use uuid::Uuid;

/// A transaction: rows, register leaf and event of one change commit together or not at all.
pub type Tx = sqlx::Transaction<'static, sqlx::Postgres>;
/// The pool for single reads outside a transaction.
pub type Pool = sqlx::PgPool;
/// What the database answered when it could not do something: always a fault, never a refusal.
pub type DbError = sqlx::Error;

/// The handle every module is given. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Db {
    pool: Pool,
    reach: Option<std::sync::Arc<Reach>>,
}

impl Db {
    /// Connects to `url` (`postgres://…`; a private cluster's [`Cluster::url`] is one too) with at most 16 connections.
    ///
    /// # Errors
    /// When no connection can be made within ten seconds.
    pub async fn connect(url: &str) -> Result<Self, DbError> {
        let pool = sqlx::postgres::PgPoolOptions::new()
            .max_connections(16)
            .acquire_timeout(std::time::Duration::from_secs(10))
            .connect(url)
            .await?;
        Ok(Self { pool, reach: None })
    }

    /// A handle that reaches only what is named: every transaction of it runs under row security.
    #[must_use]
    pub fn scoped(&self, reach: Reach) -> Self {
        Self { pool: self.pool.clone(), reach: Some(std::sync::Arc::new(reach)) }
    }

    /// What this handle is limited to; none if it is the program's own.
    #[must_use]
    pub fn reach(&self) -> Option<&Reach> {
        self.reach.as_deref()
    }

    /// Begins a transaction, within the reach of this handle.
    ///
    /// # Errors
    /// When no connection is free or the database is away.
    pub async fn begin(&self) -> Result<Tx, DbError> {
        let mut tx = self.pool.begin().await?;
        if let Some(reach) = &self.reach {
            scope::enter(&mut tx, reach).await?;
        }
        Ok(tx)
    }

    /// The pool, for the program's own statements that stand alone.
    ///
    /// # Panics
    /// On a scoped handle: a statement outside a transaction would run without row security.
    #[must_use]
    pub fn pool(&self) -> &Pool {
        assert!(self.reach.is_none(), "a scoped handle reads within a transaction");
        &self.pool
    }

    /// Bytes of all tables, indexes and toast of one schema.
    ///
    /// # Errors
    /// When the database is away.
    pub async fn schema_bytes(&self, schema: &str) -> Result<i64, DbError> {
        query_scalar(
            "SELECT coalesce(sum(pg_total_relation_size(c.oid)), 0)::int8 FROM pg_class c \
             JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = $1 AND c.relkind IN ('r', 'p')",
        )
        .bind(schema)
        .fetch_one(self.pool())
        .await
    }

    /// Closes every connection; used before the private cluster stops.
    pub async fn close(&self) {
        self.pool.close().await;
    }
}

/// Whether `error` says that a unique constraint was hit; `constraint` narrows it to one.
#[must_use]
pub fn is_unique_violation(error: &DbError, constraint: Option<&str>) -> bool {
    error
        .as_database_error()
        .is_some_and(|e| e.is_unique_violation() && constraint.is_none_or(|name| e.constraint() == Some(name)))
}
