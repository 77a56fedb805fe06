//! Serves the gallery of the parts, without a program behind it: `cargo run -p webkit --example gallery -- 8090`.

use std::sync::Arc;

use webkit::{AssetIndex, Gallery, Site};

/// What `node build.mjs` made.
#[derive(rust_embed::RustEmbed)]
#[folder = "../../edges/web/assets/"]
struct Assets;

#[tokio::main]
async fn main() -> std::io::Result<()> {
    let port = std::env::args().nth(1).and_then(|port| port.parse().ok()).unwrap_or(8090_u16);
    let mut site = Arc::into_inner(webkit::test_site()).expect("nobody else has it yet");
    site.assets = AssetIndex::of::<Assets>();
    let site: Arc<Site> = Arc::new(site);
    let router = axum::Router::new()
        .route("/assets/{file}", webkit::assets::<Assets, _>())
        .merge(webkit::routes())
        .merge(Gallery::new().routes())
        .with_state(Arc::clone(&site));
    let router = webkit::harden(webkit::pages(router, &site), "");
    let listener = tokio::net::TcpListener::bind(("127.0.0.1", port)).await?;
    println!("http://{}/gallery", listener.local_addr()?);
    axum::serve(listener, router).await
}
