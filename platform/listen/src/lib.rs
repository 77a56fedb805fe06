//! Incoming HTTP connections, with a limit to how long one may say nothing.
//!
//! Owns:     the loop that accepts connections, and each connection until it is closed.
//! Promises: whoever connects and sends nothing, or a head that never ends, is gone after the time given; a request that has arrived is
//!           answered, however long that takes; after `stop` nobody new is let in and what is under way is finished.
//! Never:    looks into a request; limits how long its body or its answer takes: who routes it does.
//! Start at: [`answer`].

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    serve::Listener,
};
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    server::graceful::GracefulShutdown,
};
use std::{pin::pin, time::Duration};
use tower::ServiceExt as _;

/// Answers until `stop` resolves, then finishes what is under way. A connection on which no whole head of a request comes for `patience`,
/// be it the first one or the next, is closed. Handlers find the peer as `ConnectInfo<L::Addr>`.
pub async fn answer<L>(mut listener: L, router: Router, patience: Duration, stop: impl Future<Output = ()>)
where
    L: Listener,
    L::Addr: Clone + Sync + 'static,
{
    let mut http = http1::Builder::new();
    http.timer(TokioTimer::new()).header_read_timeout(patience);
    let under_way = GracefulShutdown::new();
    let mut stop = pin!(stop);
    loop {
        let (stream, peer) = tokio::select! {
            accepted = listener.accept() => accepted,
            () = &mut stop => break,
        };
        let router = router.clone();
        let service = service_fn(move |request: Request<Incoming>| {
            let mut request = request.map(Body::new);
            request.extensions_mut().insert(ConnectInfo(peer.clone()));
            router.clone().oneshot(request)
        });
        let connection = under_way.watch(http.serve_connection(TokioIo::new(stream), service));
        tokio::spawn(async move {
            if let Err(error) = connection.await {
                tracing::trace!(%error, "a connection ended before its time");
            }
        });
    }
    drop(listener);
    under_way.shutdown().await;
}
