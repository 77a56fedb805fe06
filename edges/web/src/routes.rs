//! The route table: every address, the permission it needs, and who answers. Routes exist nowhere else (`cargo xtask tidy`).

use crate::{App, pages};
use access::Action::{self, PrepareCase, ReadPublic, SignIn};
use axum::routing::{MethodRouter, get, post};

/// An address of the site.
pub struct Route {
    /// The path, in axum's form.
    pub path: &'static str,
    /// What a reader must be permitted to do.
    pub action: Action,
    /// Who answers.
    pub handler: MethodRouter<App>,
}

/// All addresses, in the order of the menu.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        route("/", ReadPublic, get(pages::home::show)),
        route("/signin", SignIn, get(pages::sign_in::show).post(pages::sign_in::answer)),
        route("/signout", SignIn, post(pages::sign_in::sign_out)),
        route("/log/{*path}", ReadPublic, get(pages::log::resource)),
        route("/demo/awards.csv", PrepareCase, get(pages::demo::sample_file)),
    ]
}

const fn route(path: &'static str, action: Action, handler: MethodRouter<App>) -> Route {
    Route { path, action, handler }
}
