//! Sessions: how one is opened, how sure we are who it is, how its token changes, how it ends.
//!
//! A token is good until its successor was used. So an answer that never arrived costs nobody the session, and a token that turns up
//! after its successor was used is a copy: the session ends and the person is told.

mod decide;
mod list;
mod model;
mod open;
pub(crate) mod store;

pub use list::{AttemptLine, SessionLine, attempts_of, end_other_sessions, end_session, sessions_of};
pub use model::{
    Assurance, FRESH_CARD_MINUTES_MAX, Method, Outcome, SESSION_HOURS_MAX, SESSION_IDLE_MINUTES_MAX, Session,
    TOKEN_GRACE_SECONDS_MAX, TOKEN_MINUTES_MAX, Visit, WEAK_SESSION_HOURS_MAX, WEAK_SESSION_IDLE_MINUTES_MAX,
};
pub(crate) use open::{New, open, raise};
pub use open::{actor_of, renew, sign_out, sweep};
