//! From the route table to a running server.

use crate::host::{self, Hosts};
use crate::limit::{self, Limit};
use crate::session::{guard, recognise};
use crate::{App, Route, routes, visit};
use axum::Router;
use axum::extract::Request;
use axum::middleware::{Next, from_fn, from_fn_with_state};
use rust_embed::RustEmbed;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use webkit::Gallery;

/// For how long a connection may be silent, or be in the middle of the head of a request. Longer than a proxy keeps one for the next request.
const PATIENCE: Duration = Duration::from_secs(75);

/// Style sheets and scripts, built by `edges/web/ui/build.mjs`.
#[derive(RustEmbed)]
#[folder = "assets/"]
pub struct Assets;

/// Samples of every page.
#[must_use]
pub fn gallery() -> Gallery {
    crate::pages::gallery(Gallery::new())
}

/// The whole site.
pub fn router(app: App) -> Router {
    let mut router = Router::new();
    for Route { path, action, shows, handler } in routes() {
        let app = app.clone();
        let guarded = handler.layer(from_fn(move |request: Request, next: Next| {
            guard(app.clone(), (path, action, shows), request, next)
        }));
        router = router.route(path, guarded);
    }
    if app.site.demo {
        router = router.merge(gallery().routes());
    }
    let (site, public) = (app.site.clone(), app.public.clone());
    let router =
        router.merge(webkit::routes()).route("/assets/{file}", webkit::assets::<Assets, App>()).with_state(app.clone());
    // Inside the session and the dressing of errors: who sends too much is told so on a page of the site.
    let (limit, clock) = (Arc::new(Limit::new(app.posts_per_minute)), Arc::clone(&app.clock));
    let router = router.layer(from_fn(move |request: Request, next: Next| {
        limit::check(Arc::clone(&limit), Arc::clone(&clock), request, next)
    }));
    let router = webkit::pages(router, &site);
    let (proxies, hosts) = (app.proxies.clone(), Arc::new(Hosts::of(&public, site.demo)));
    let router = router
        .layer(from_fn_with_state(app, recognise))
        .layer(from_fn(move |request: Request, next: Next| host::check(Arc::clone(&hosts), request, next)))
        .layer(from_fn(move |request: Request, next: Next| visit::note(proxies.clone(), request, next)));
    webkit::harden(router, &public)
}

/// Answers requests until `stop` resolves, then finishes those under way.
///
/// # Errors
/// When the listener fails.
pub async fn serve(
    app: App,
    listener: TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> std::io::Result<()> {
    listen::answer(listener, router(app), PATIENCE, stop).await;
    Ok(())
}
