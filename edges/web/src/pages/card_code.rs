//! A good card that is nobody's yet: its holder types the code from the personnel office.

use crate::{App, tell};
use access::BindRefusal;
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::Text;
use webkit::{Answer, Form, Notice, Page, Sample, WebError, done, html_with};

/// The form for the code.
#[derive(Template)]
#[template(path = "card_code.html")]
pub struct CardCodePage {
    page: Page,
    form: Form,
    /// What stands for the answer the card gave a moment ago.
    ticket: String,
    /// Where the person wanted to go.
    next: String,
}

impl CardCodePage {
    /// The form for the card under this ticket.
    pub fn new(page: Page, form: Form, ticket: String, next: String) -> Self {
        let page = page.titled(Text::new("登記卡片", "Register your card")).checked(&form);
        Self { page, form, ticket, next }
    }
}

impl Sample for CardCodePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let ticket = || "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA".to_owned();
        let mut wrong = Form::of([("code", "7K2M-9QXR-4T0H")]);
        wrong.refuse(&BindRefusal::WrongCode.refusal().field("code"));
        vec![
            ("usual", Self::new(page.clone(), Form::new(), ticket(), String::new())),
            ("wrong", Self::new(page.clone(), wrong, ticket(), String::new())),
        ]
    }
}

/// `POST /signin/register`: binds the card that answered, if the code is right. The person then signs in as usual.
pub async fn bind(State(app): State<App>, page: Page, mut form: Form) -> Answer {
    let ticket = form.value("ticket").to_owned();
    let next = form.value("next").to_owned();
    let bound = access::bind_card(&app.db, &ticket, form.value("code"), app.now()).await;
    match bound.map_err(WebError::fault("bind a card"))? {
        Ok(person) => {
            tell::of_card(&app, person).await?;
            let words = Text::new("卡片已登記，請以此卡片登入。", "Your card is registered. Please sign in with it.");
            let to = if next.is_empty() {
                "/signin".to_owned()
            } else {
                format!("/signin?next={}", super::document::encode(&next))
            };
            Ok(done(&to, &Notice::success(words)))
        }
        Err(refused) => {
            form.refuse(&refused.refusal().field("code"));
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &CardCodePage::new(page, form, ticket, next))
        }
    }
}
