//! Agencies (機關): the published list of agency codes, its history, search and hierarchy.
//!
//! Owns:     schema `org`: editions of the published list, every state an agency had in them, the search terms.
//! Promises: an edition is taken whole or not at all, and only as it was shown; nothing that was once on file is forgotten; the
//!           hierarchy is what 主管機關代碼 says and has no circles.
//! Never:    reads anything from the digits of a code; deletes an agency that an edition leaves out.
//! Serves:   personnel and access (who belongs where), the web and command-line edges.
//! Start at: [`import`], [`search`], [`Agency`].

mod check;
mod decide;
mod error;
mod list;
mod model;
mod names;
mod ops;
mod store;

pub use decide::{Base, Change, Diff, FieldChange, MISSING_SHARE_MAX};
pub use error::Error;
pub use model::{Agency, Counts, Edition, Field, Finding, Link};
pub use names::{TermKind, fold, short_names};
pub use ops::import::{
    Confirmation, Outcome, Preview, Remark, RemarkReason, RemarkText, Upload, editions, import, preview, remarks,
};
pub use ops::look_up::{agencies, agency, subtree, subtree_contains, superiors};
pub use ops::search::{Found, HITS_MAX, Hit, search};
pub use ops::show::{AgencyFile, Relative, Version, show};
pub use ops::tree::{Node, children, path};
pub use ops::upload::{KeptUpload, drop_upload, keep_upload, kept_upload};

/// The tables of this module.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { module: "org", name: "create_agency", sql: include_str!("../migrations/create_agency.sql") },
    db::Migration { module: "org", name: "keep_upload", sql: include_str!("../migrations/keep_upload.sql") },
    db::Migration { module: "org", name: "fill_tree", sql: include_str!("../migrations/fill_tree.sql") },
];
