//! Whether a notice mail is ours: the person types the code it carries.

use crate::refusal::page as told;
use crate::session::Me;
use askama::Template;
use axum::http::StatusCode;
use kernel::Text;
use orders::Genuine;
use webkit::{Answer, Cell, Form, Link, Page, Sample, SummaryRow, html, html_with};

/// Longest code that is looked at, in characters; ours have 14.
const CODE_CHARS_MAX: usize = 40;

/// The page.
#[derive(Template)]
#[template(path = "mydata_mail.html")]
pub struct MyDataMailPage {
    page: Page,
    form: Form,
    found: Found,
}

/// What the code turned out to be.
enum Found {
    /// Nothing was asked yet.
    Unasked,
    /// A mail of ours.
    Ours(Vec<SummaryRow>),
    /// None.
    NotOurs,
}

impl MyDataMailPage {
    fn new(page: Page, form: Form, asked: Option<Option<Genuine>>) -> Self {
        let parent = Link::new("/mydata", Text::new("我的資料", "MyData"));
        let page = page.titled(Text::new("查驗通知信", "Check a notice mail")).under(parent).checked(&form);
        let found = match asked {
            None => Found::Unasked,
            Some(None) => Found::NotOurs,
            Some(Some(mail)) => Found::Ours(facts(&page, mail)),
        };
        Self { page, form, found }
    }
}

fn facts(page: &Page, mail: Genuine) -> Vec<SummaryRow> {
    let mut facts = vec![
        SummaryRow::new(Text::new("主旨", "Subject"), mail.subject),
        SummaryRow::new(Text::new("寄發時間", "Sent"), Cell::Code(page.moment(mail.queued_at))),
    ];
    if let Some(id) = mail.order {
        let link = Link::new(format!("/mydata/orders/{id}"), Text::new("閱覽這份令", "Read this order"));
        facts.push(SummaryRow::new(Text::new("所通知之令", "The order it is about"), link));
    }
    facts
}

impl Sample for MyDataMailPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let mail = Genuine {
            subject: "範例市政府文化觀光暨原住民族事務局中華民國115年3月2日個人獎勵令通知信(非社交工程演練)".into(),
            queued_at: page.now,
            order: Some(kernel::OrderId([7; 16])),
        };
        let typed = || Form::of([("code", "7K3M-9Q2T-AB4C")]);
        let mut faulty = Form::of([("code", "")]);
        faulty.fault("code", Text::new("請輸入信中的查驗碼。", "Type the code of the mail."));
        vec![
            ("unasked", Self::new(page.clone(), Form::new(), None)),
            ("ours", Self::new(page.clone(), typed(), Some(Some(mail)))),
            ("not_ours", Self::new(page.clone(), typed(), Some(None))),
            ("faulty", Self::new(page.clone(), faulty, None)),
        ]
    }
}

/// `GET /mydata/mail`
pub async fn show(page: Page) -> Answer {
    html(&MyDataMailPage::new(page, Form::new(), None))
}

/// `POST /mydata/mail`
pub async fn check(me: Me, page: Page, mut form: Form) -> Answer {
    let code = form.required("code", Text::new("請輸入信中的查驗碼。", "Type the code of the mail."));
    if code.chars().count() > CODE_CHARS_MAX {
        form.fault("code", Text::new("查驗碼是 12 個英數字。", "The code has 12 letters and digits."));
    }
    if !form.is_clean() {
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &MyDataMailPage::new(page, form, None));
    }
    let found = orders::check_code(&me.db, me.person, &code).await.map_err(told("look for a mail"))?;
    html(&MyDataMailPage::new(page, form, Some(found)))
}
