//! The hierarchy, one level at a time. It comes from 主管機關代碼; the digits of the codes say something else in a third of the rows.

use crate::{error::Error, store};
use db::Db;
use kernel::AgencyCode;
use time::Date;

/// One line of the tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Node {
    /// 機關代碼.
    pub code: AgencyCode,
    /// 機關名稱.
    pub name: String,
    /// Closed on the day asked for.
    pub closed: bool,
    /// 機關裁撤日期, where known.
    pub closed_on: Option<Date>,
    /// Open agencies directly below.
    pub below_open: i64,
    /// Closed agencies directly below.
    pub below_closed: i64,
}

/// The agencies directly under `parent`, or with `None` those at the top; open ones first, in code order.
///
/// # Errors
/// When the database fails.
pub async fn children(db: &Db, parent: Option<AgencyCode>, on: Date) -> Result<Vec<Node>, Error> {
    let rows = store::node_list(&mut db.begin().await?, parent, on).await?;
    Ok(rows.into_iter().filter_map(node).collect())
}

fn node((code, name, closed, closed_on, below_open, below_closed): store::NodeRow) -> Option<Node> {
    Some(Node { code: AgencyCode::parse(&code).ok()?, name, closed, closed_on, below_open, below_closed })
}

/// The agency's superiors with their names, the topmost first and the agency itself last; empty for an unknown code.
///
/// # Errors
/// When the database fails.
pub async fn path(db: &Db, code: AgencyCode) -> Result<Vec<(AgencyCode, String)>, Error> {
    let mut path = store::path_list(&mut db.begin().await?, code).await?;
    path.reverse();
    Ok(path)
}
