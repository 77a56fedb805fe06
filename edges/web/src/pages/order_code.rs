//! The code for checking off line, to be printed or kept beside an order (docs/verification.md, section 11).

use crate::App;
use crate::pages::document::bundle_of;
use crate::pages::mydata_order::own;
use crate::pages::sights;
use crate::session::Me;
use askama::Template;
use axum::extract::{Path, State};
use kernel::Text;
use pdf::{MODULE_MM_MIN, qr_svg_dense};
use seal::bundle::Bundle;
use seal::code::Code;
use webkit::{Answer, Link, Page, Sample, WebError, html};

/// The page of the code.
#[derive(Template)]
#[template(path = "order_code.html")]
pub struct OrderCodePage {
    page: Page,
    /// The drawing, made here from the text and nothing else.
    svg: String,
    text: String,
    /// Whether it carries the way to a sealed tile (mode M).
    sealed: bool,
    side_mm: String,
    /// Where a browser checks it.
    check: String,
}

impl OrderCodePage {
    fn new(page: Page, id: &str, text: String, sealed: bool) -> Result<Self, WebError> {
        let qr = qr_svg_dense(&text, MODULE_MM_MIN).map_err(WebError::fault("draw a code"))?;
        let side_mm = format!("{:.1}", qr.side_mm);
        let svg = qr.svg.replacen(
            "<svg ",
            &format!("<svg role=\"img\" aria-labelledby=\"code-of\" width=\"{side_mm}mm\" height=\"{side_mm}mm\" "),
            1,
        );
        let parent = Link::new(format!("/mydata/orders/{id}"), Text::new("令", "Order"));
        let page = page.titled(Text::new("離線查驗條碼", "Code for checking off line")).under(parent);
        let check = text.find("/Q/").map_or_else(|| "/Q/".to_owned(), |at| text[at..].to_owned());
        Ok(Self { page, svg, text, sealed, side_mm, check })
    }
}

impl Sample for OrderCodePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let text = |letters: usize| format!("HTTPS://ORDERS.EXAMPLE.GOV.TW/Q/#{}", "0Z$*+-:1".repeat(letters / 8));
        let of = |letters, sealed| Self::new(page.clone(), "0", text(letters), sealed).expect("it fits into a code");
        vec![("sealed", of(1000, true)), ("immediate", of(600, false))]
    }
}

/// `GET /mydata/orders/{id}/code`
pub async fn show(State(app): State<App>, page: Page, me: Me, Path(id): Path<String>) -> Answer {
    let (order, _) = own(&me, &id).await?;
    let bundle = bundle_of(&app, &order).await?;
    let bundle = Bundle::parse(&bundle).map_err(WebError::fault("read an own bundle"))?;
    let code = Code::of(&bundle).ok_or(WebError::NotFound)?;
    me.takes("離線查驗條碼", sights::order(&order, "own_file", "取得自己的令")).await?;
    html(&OrderCodePage::new(page, &id, code.address(&app.public), code.path.is_some())?)
}
