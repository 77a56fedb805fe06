//! api: what partner systems (介接系統) may ask, by machine certificate over mutual TLS.
//!
//! Owns:     the TLS listener for machines and the addresses under `/api/v1`.
//! Promises: no certificate of a configured authority, no connection; no registered machine, no answer; the same policies, reach and
//!           read log as the pages; unknown and forbidden look alike.
//! Never:    gives more than the fields of the interface (`openapi.json`).
//! Serves:   `edges/cli`, which starts it.
//! Start at: [`routes`], [`serve`].

mod answer;
mod pension;
mod routes;
mod tls;

pub use routes::{Route, routes};
pub use tls::{Machine, MachineFault, MachineFiles, MachineListener};

use access::Tree;
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn};
use db::Db;
use kernel::{Clock, Random};
use std::sync::Arc;
use std::time::Duration;

/// For how long a connection may be silent, or be in the middle of the head of a request.
const PATIENCE: Duration = Duration::from_secs(75);

/// What the interface works with.
#[derive(Clone)]
pub struct Api {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The random source.
    pub random: Arc<dyn Random>,
    /// The agencies as decisions need them, as read last.
    pub tree: Arc<dyn Fn() -> Arc<Tree> + Send + Sync>,
}

/// The interface without its listener.
pub fn router(api: Api) -> Router {
    let mut router = Router::new();
    for Route { path, action, handler } in routes() {
        let api = api.clone();
        let guarded = handler.layer(from_fn(move |request: Request, next: Next| {
            answer::guard(api.clone(), (path, action), request, next)
        }));
        router = router.route(path, guarded);
    }
    router.fallback(async || answer::Problem::Unknown).with_state(api)
}

/// Answers machines until `stop` resolves, then finishes the requests under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    api: Api,
    listener: MachineListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    listen::answer(listener, router(api), PATIENCE, stop).await;
    Ok(())
}
