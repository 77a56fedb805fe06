//! How the database stands, for whoever looks after it: who we are there, over what, under which clock, and what is still to be applied.

use crate::{Db, DbError, MIGRATIONS, Migration, query, query_as};
use sqlx::Row;
use time::OffsetDateTime;

/// The role of scoped transactions.
const SCOPED_ROLE: &str = "renshi_scoped";

/// The answers. Nothing is changed by asking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The role we are.
    pub user: String,
    /// Whether the role may do everything.
    pub superuser: bool,
    /// Whether row security does not hold for the role.
    pub bypasses_row_security: bool,
    /// The role of scoped transactions, if it is there.
    pub scoped: Option<ScopedRole>,
    /// Whether we came over a network and not through a socket of this machine.
    pub over_network: bool,
    /// Whether this connection is encrypted.
    pub encrypted: bool,
    /// Whether the server lets somebody in over a network without asking for proof; `None` if we may not know.
    pub trusts_network: Option<bool>,
    /// The server's clock.
    pub now: OffsetDateTime,
    /// Steps of this program that were not applied yet, `module/name`.
    pub pending: Vec<String>,
    /// Steps that were applied and that this program does not know: it is older than the database.
    pub unknown: Vec<String>,
}

/// How the role of scoped transactions is made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopedRole {
    /// Whether somebody could sign in as it.
    pub may_log_in: bool,
    /// Whether row security does not hold for it.
    pub bypasses_row_security: bool,
    /// Whether we may become it.
    pub member: bool,
}

impl Db {
    /// Looks at the connection, the roles and the migrations. `sets` are the modules' migrations, as given to [`Db::migrate`].
    ///
    /// # Errors
    /// When the database is away.
    pub async fn standing(&self, sets: &[&[Migration]]) -> Result<Standing, DbError> {
        let mut tx = self.begin().await?;
        let me = query(
            "SELECT current_user::text AS name, r.rolsuper, r.rolbypassrls, inet_client_addr() IS NOT NULL AS network, \
             coalesce((SELECT s.ssl FROM pg_stat_ssl s WHERE s.pid = pg_backend_pid()), false) AS encrypted, \
             clock_timestamp() AS clock FROM pg_roles r WHERE r.rolname = current_user",
        )
        .fetch_one(&mut *tx)
        .await?;
        let scoped = query(
            "SELECT rolcanlogin, rolbypassrls OR rolsuper AS bypasses, pg_has_role(current_user, oid, 'MEMBER') AS member \
             FROM pg_roles WHERE rolname = $1",
        )
        .bind(SCOPED_ROLE)
        .fetch_optional(&mut *tx)
        .await?;
        let may_look: bool =
            query("SELECT has_table_privilege('pg_hba_file_rules', 'SELECT')").fetch_one(&mut *tx).await?.get(0);
        let trusts_network = if may_look {
            let row = query(
                "SELECT current_setting('listen_addresses') <> '' AND EXISTS \
                 (SELECT FROM pg_hba_file_rules WHERE type LIKE 'host%' AND auth_method = 'trust')",
            );
            // The file of rules is another right than the view; whoever may not read it does not know.
            row.fetch_one(&mut *tx).await.ok().map(|row| row.get(0))
        } else {
            None
        };
        tx.rollback().await?;
        let (pending, unknown) = self.steps(sets).await?;
        Ok(Standing {
            user: me.get("name"),
            superuser: me.get("rolsuper"),
            bypasses_row_security: me.get("rolbypassrls"),
            scoped: scoped.map(|row| ScopedRole {
                may_log_in: row.get("rolcanlogin"),
                bypasses_row_security: row.get("bypasses"),
                member: row.get("member"),
            }),
            over_network: me.get("network"),
            encrypted: me.get("encrypted"),
            trusts_network,
            now: me.get("clock"),
            pending,
            unknown,
        })
    }

    async fn steps(&self, sets: &[&[Migration]]) -> Result<(Vec<String>, Vec<String>), DbError> {
        let ledger: bool =
            query("SELECT to_regclass('renshi.migration') IS NOT NULL").fetch_one(self.pool()).await?.get(0);
        let applied: Vec<(String, String)> = if ledger {
            query_as("SELECT module, name FROM renshi.migration ORDER BY module, name").fetch_all(self.pool()).await?
        } else {
            Vec::new()
        };
        let steps: Vec<&Migration> = MIGRATIONS.iter().chain(sets.iter().copied().flatten()).collect();
        let is_applied =
            |step: &Migration| applied.iter().any(|(module, name)| module == step.module && name == step.name);
        let is_known =
            |(module, name): &&(String, String)| steps.iter().any(|step| *module == step.module && *name == step.name);
        let pending =
            steps.iter().filter(|step| !is_applied(step)).map(|step| format!("{}/{}", step.module, step.name));
        let unknown = applied.iter().filter(|step| !is_known(step)).map(|(module, name)| format!("{module}/{name}"));
        Ok((pending.collect(), unknown.collect()))
    }
}
