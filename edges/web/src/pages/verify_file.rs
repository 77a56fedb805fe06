//! The public page that takes a PDF or a bundle (checked in the browser), or the code printed on the paper.

use crate::App;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use kernel::{OrderId, Text};
use webkit::{Answer, Form, Page, Sample, html, html_with};

/// The page.
#[derive(Template)]
#[template(path = "verify_file.html")]
pub struct VerifyFilePage {
    page: Page,
    form: Form,
    /// The keys of the register, one for each shard and line, and where their policies are served.
    log_key: String,
    policies: String,
}

impl VerifyFilePage {
    fn new(page: Page, form: Form, (log_key, policies): (String, String)) -> Self {
        let page = page.titled(Text::new("查驗令", "Verify an order")).checked(&form);
        Self { page, form, log_key, policies }
    }
}

impl Sample for VerifyFilePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let key = || {
            let key = "orders.example.gov.tw/2026+1a2b3c4d+AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEB";
            (key.to_owned(), "/log/policy.txt".to_owned())
        };
        let mut faulty = Form::of([("code", "ABCD-1234")]);
        faulty.fault("code", not_a_code());
        vec![("usual", Self::new(page.clone(), Form::new(), key())), ("faulty", Self::new(page.clone(), faulty, key()))]
    }
}

fn not_a_code() -> Text {
    Text::new(
        "查驗碼是 32 個 0 到 9、A 到 F 的字元，每四個一組。",
        "The code has 32 characters from 0 to 9 and A to F, in groups of four.",
    )
}

/// The order a printed code stands for, however it was typed: full-width characters, spaces and hyphens do not matter.
fn read_code(typed: &str) -> Option<OrderId> {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        other => other,
    };
    let joins = |c: &char| c.is_whitespace() || matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}');
    let digits: String = typed.chars().map(narrow).filter(|c| !joins(c)).map(|c| c.to_ascii_lowercase()).collect();
    digits.parse().ok()
}

/// `GET /verify`; with `?code=` the reader goes on to the page of that order.
pub async fn show(State(app): State<App>, page: Page, mut form: Form) -> Answer {
    let log_key = super::verify_order::log_keys(&app).await?;
    if !form.sent("code") {
        return html(&VerifyFilePage::new(page, form, log_key));
    }
    if let Some(id) = read_code(form.value("code")) {
        let path = seal::qr::path(&id.0).replacen("/Q/", "/q/", 1);
        return Ok(Redirect::to(&path).into_response());
    }
    form.fault("code", not_a_code());
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &VerifyFilePage::new(page, form, log_key))
}

#[cfg(test)]
mod tests {
    use super::read_code;

    #[test]
    fn a_code_is_read_however_it_is_typed() {
        let id = read_code("0123-4567-89AB-CDEF-0123-4567-89AB-CDEF").unwrap();
        assert_eq!(id.to_string(), "0123456789abcdef0123456789abcdef");
        assert_eq!(read_code(" ０１２３ 4567 89ab cdef　0123–4567 89ＡＢ CDEF "), Some(id));
        for wrong in ["", "0123", "0123-4567-89AB-CDEF-0123-4567-89AB-CDEG", "０"] {
            assert_eq!(read_code(wrong), None, "{wrong}");
        }
    }
}
