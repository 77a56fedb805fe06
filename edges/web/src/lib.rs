//! web: the pages, one module and one template each, and the public addresses of the register.
//!
//! Owns:     the route table with the permission of every route, sessions in cookies, the pages.
//! Promises: a route without a permission does not compile; what somebody may not know looks like what does not exist; every page
//!           works without JavaScript except the verification in the browser.
//! Never:    decides anything: a page asks a module and shows the answer.
//! Serves:   `edges/cli`, which starts it.
//! Start at: [`routes`], [`App`], [`serve`].

mod anchors;
mod app;
mod card_reader;
mod cards;
mod cookie;
mod host;
mod keyring;
mod limit;
mod log_keys;
mod looking;
mod pages;
mod refusal;
mod remind;
mod routes;
mod scope;
mod server;
mod session;
mod step_up;
mod tell;
mod visit;
mod work;

pub use anchors::{head_of, hold_fast};
pub use app::{App, KeptTree, Parts, service_name};
pub use cards::{Card, CardBox};
pub use keyring::{KeyRing, KeyRingFault, read_secret, write_secret};
pub use log_keys::LogKeys;
pub use looking::Shows;
pub use pages::portal::RETURN as PORTAL_RETURN;
pub use remind::{remind_of_mandates, remind_of_questions};
pub use routes::{Route, routes};
pub use server::{Assets, gallery, router, serve};
pub use work::{pass, work};
