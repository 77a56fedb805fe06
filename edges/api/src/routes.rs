//! The route table of the interface: every address, the permission it needs, and who answers.

use crate::{Api, answer, pension};
use access::Action::{self, UseApi};
use axum::extract::DefaultBodyLimit;
use axum::routing::{MethodRouter, get, post};

/// An address of the interface.
pub struct Route {
    /// The path, in axum's form.
    pub path: &'static str,
    /// What the machine must be permitted to do.
    pub action: Action,
    /// Who answers.
    pub handler: MethodRouter<Api>,
}

/// All addresses.
#[must_use]
pub fn routes() -> Vec<Route> {
    vec![
        route("/api/v1/me", UseApi, get(answer::me)),
        route("/api/v1/people", UseApi, get(answer::people)),
        route("/api/v1/orders/{id}/state", UseApi, get(answer::order_state)),
        route("/api/v1/pension/estimate", UseApi, estimate()),
        route("/api/v1/openapi.json", UseApi, get(answer::openapi)),
    ]
}

fn estimate() -> MethodRouter<Api> {
    post(pension::estimate).layer(DefaultBodyLimit::max(pension::QUESTION_MAX))
}

const fn route(path: &'static str, action: Action, handler: MethodRouter<Api>) -> Route {
    Route { path, action, handler }
}
