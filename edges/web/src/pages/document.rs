//! What can be taken home of an order: the paper as PDF and the bundle that proves it. For the officer's and the person's pages alike;
//! whether the reader may have it is decided by the page that asks.

use crate::App;
use crate::refusal::page;
use axum::http::header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use kernel::Refusal;
use orders::{Issued, PaperSetting};
use webkit::WebError;

/// Media type of a spreadsheet in the open format.
pub const ODS: &str = "application/vnd.oasis.opendocument.spreadsheet";

/// The PDF of an order, signed, with its bundle inside.
///
/// # Errors
/// A refusal while the order is on its way into the register; a fault when the paper cannot be made.
pub async fn pdf_of(app: &App, order: &Issued) -> Result<Vec<u8>, WebError> {
    let bundle = bundle_of(app, order).await?;
    // Keys may have been replaced since: the paper is signed with those of the key statement in its bundle.
    let stated = seal::bundle::Bundle::parse(&bundle).map_err(WebError::fault("read a bundle"))?.issuer.statement;
    let keys = app.keys.keys_with(order.agency, &stated.document_certificate);
    let keys = keys.map_err(WebError::fault("find the keys of the agency"))?;
    let address =
        orders::address(&app.db, order, &app.public).await.map_err(page("make the address of the QR code"))?;
    let (app, order) = (app.clone(), order.clone());
    // Typesetting takes some 20 ms of a core, which a thread that answers others cannot spare.
    let printing = tokio::task::spawn_blocking(move || {
        let setting =
            PaperSetting { address: &address, watermark: app.watermark(), banner: app.banner(), now: app.now() };
        orders::paper_pdf(&app.press, &keys, &order, &bundle, setting)
    });
    printing.await.map_err(WebError::fault("print an order"))?.map_err(page("print an order"))
}

/// The bundle of an order as JSON (docs/verification.md, section 6).
///
/// # Errors
/// A refusal while the order is on its way into the register.
pub async fn bundle_of(app: &App, order: &Issued) -> Result<Vec<u8>, WebError> {
    let bundle = orders::bundle(&app.db, order).await.map_err(page("make the bundle of an order"))?;
    match bundle {
        Some(bundle) => Ok(bundle),
        None if waits_for_witnesses(app, order).await? => Err(not_witnessed().into()),
        None => Err(on_its_way().into()),
    }
}

/// Whether the order is in the register, and above what enough witnesses have cosigned.
///
/// # Errors
/// When the register cannot be read.
pub async fn waits_for_witnesses(app: &App, order: &Issued) -> Result<bool, WebError> {
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    let fault = || WebError::fault("read the register");
    let found = register::log::locate(&mut tx, &[order.id.0]).await.map_err(fault())?;
    let Some(issue) = found.into_iter().flatten().next() else { return Ok(false) };
    let seen = register::witness::witnessed_size_of(&mut tx, issue.shard).await.map_err(fault())?;
    Ok(seen.is_some_and(|seen| issue.index >= seen))
}

fn not_witnessed() -> Refusal {
    Refusal::new(
        "orders/not-witnessed-yet",
        "此令已登錄，但尚未見證：登錄簿正等待外部見證者共同簽署，通常只需數秒，之後即可下載。",
        "This order is in the register but not yet witnessed: the register waits for its outside witnesses, usually for a few seconds. \
         It can be downloaded after that.",
    )
}

fn on_its_way() -> Refusal {
    Refusal::new(
        "orders/not-registered-yet",
        "此令正在進入登錄簿，通常只需數秒，請稍後再下載。",
        "This order is on its way into the register, usually for a few seconds only. Please download it a little later.",
    )
}

/// A file to be kept under this name, or shown by the browser if `inline`.
pub fn file(name: &str, mime: &'static str, inline: bool, bytes: Vec<u8>) -> Response {
    let way = if inline { "inline" } else { "attachment" };
    let disposition = format!("{way}; filename*=UTF-8''{}", encode(name));
    let headers =
        [(CONTENT_TYPE, mime.to_owned()), (CONTENT_DISPOSITION, disposition), (CACHE_CONTROL, "no-store".to_owned())];
    (headers, bytes).into_response()
}

/// Percent-encodes a file name (RFC 8187); also good for a query value.
pub fn encode(name: &str) -> String {
    let keep = |b: u8| b.is_ascii_alphanumeric() || b"-_.~".contains(&b);
    name.bytes().map(|b| if keep(b) { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}
