//! Row security: what a transaction on behalf of somebody may reach.
//!
//! A handle made by [`Db::scoped`](crate::Db::scoped) begins each transaction under the role `renshi_scoped` with the reach as settings of that
//! transaction. Tables with personal data carry a policy that compares their rows with it, so a statement that forgets its
//! filter finds nothing it should not. Names are neutral here: a node is whatever the owner of the tree says (agencies), an owner whoever
//! rows belong to (people).

use crate::{CopyRows, DbError, Tx, query, query_scalar};

/// The role of scoped transactions.
pub const SCOPED_ROLE: &str = "renshi_scoped";

/// What may be reached. Empty reaches nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reach {
    /// Nodes by themselves.
    pub exact: Vec<String>,
    /// Nodes with everything below them.
    pub under: Vec<String>,
    /// The owner whose own rows are reached.
    pub own: Option<i64>,
    /// Of all that, the rows of this one node alone.
    pub within: Option<String>,
}

/// Turns a transaction that has just begun into a scoped one.
pub(crate) async fn enter(tx: &mut Tx, reach: &Reach) -> Result<(), DbError> {
    query(
        "SELECT set_config('scope.exact', $1, true), set_config('scope.under', $2, true), set_config('scope.own', $3, true), \
         set_config('scope.within', $4, true), set_config('role', 'renshi_scoped', true)",
    )
    .bind(reach.exact.join(","))
    .bind(reach.under.join(","))
    .bind(reach.own.map(|own| own.to_string()).unwrap_or_default())
    .bind(reach.within.as_deref().unwrap_or_default())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A transaction that stepped out of its reach and has to step back.
#[derive(Debug)]
#[must_use = "the transaction has to step back into its reach"]
pub struct Outside(bool);

/// Steps out of a transaction's reach, for statements that need more and whose answer does not reach the reader: bulk writes, and look-ups
/// by id that only steer the program. Does nothing in a transaction of the program's own. When a statement fails before
/// [`step_back`], the transaction can only end, so nothing is left open.
///
/// # Errors
/// When the database is away.
pub async fn step_out(tx: &mut Tx) -> Result<Outside, DbError> {
    let role: String = query_scalar("SELECT current_setting('role')").fetch_one(&mut **tx).await?;
    let scoped = role == SCOPED_ROLE;
    if scoped {
        query("SET LOCAL ROLE NONE").execute(&mut **tx).await?;
    }
    Ok(Outside(scoped))
}

/// Steps back into the reach.
///
/// # Errors
/// When the database is away.
pub async fn step_back(tx: &mut Tx, outside: Outside) -> Result<(), DbError> {
    if outside.0 {
        query("SET LOCAL ROLE renshi_scoped").execute(&mut **tx).await?;
    }
    Ok(())
}

/// Replaces the tree: every pair of a node and one that is at or below it.
///
/// # Errors
/// When the database refuses.
pub async fn replace_tree(tx: &mut Tx, pairs: impl Iterator<Item = (String, String)>) -> Result<(), DbError> {
    query("DELETE FROM scope.below").execute(&mut **tx).await?;
    let mut rows = CopyRows::new();
    for (above, node) in pairs {
        rows.text(&above).text(&node).end();
    }
    rows.send(tx, "COPY scope.below (above, node) FROM STDIN").await?;
    Ok(())
}
