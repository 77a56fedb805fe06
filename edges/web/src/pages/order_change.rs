//! Drafting a change of an order: 更正, 撤銷, 廢止, 註銷, each with what the law asks.

use crate::App;
use crate::pages::award_row::{self, RowChoices};
use crate::pages::sights;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{pages, scope};
use access::Action;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{AgencyCode, Text};
use orders::{Amendment, Family, Issued};
use personnel::{AwardRow, NewChange, Typed};
use statute::{Act, Citation};
use std::collections::BTreeSet;
use time::Date;
use webkit::{Answer, Form, Link, Notice, Page, Sample, WebError, done, html, html_with, same};

/// The form of one kind of change.
#[derive(Template)]
#[template(path = "order_change.html")]
pub struct OrderChangePage {
    page: Page,
    form: Form,
    action: String,
    back: String,
    /// What is changed: number and person.
    subject: String,
    /// What the law says of it.
    law: Text,
    asks: Asks,
    choices: RowChoices,
    /// Where the case goes next.
    next: Text,
}

/// Which fields the form has beside the reason.
struct Asks {
    /// The day from which the time to do it runs, and what day that is.
    known_on: Option<Text>,
    effective_on: bool,
    row: bool,
}

impl OrderChangePage {
    fn new(page: Page, form: Form, order: &Issued, amendment: Amendment, choices: RowChoices) -> Self {
        let label = amendment.label();
        let title = Text::new(format!("{}令", label.zh), format!("{} an order", label.en));
        let back = format!("/orders/{}", order.id);
        let page = page
            .titled(title)
            .under(Link::new("/orders", Text::new("令", "Orders")))
            .under(Link::new(&back, same(order.label())))
            .checked(&form);
        Self {
            action: format!("{back}/change/{}", amendment.code()),
            subject: format!(
                "{}　{}君　{}",
                order.label(),
                order.text(orders::field::RECIPIENT),
                order.text(orders::field::OUTCOME)
            ),
            law: law(amendment, order.family, kernel::office_date(page.now)),
            asks: Asks {
                known_on: known_on(amendment, order.family),
                effective_on: amendment == Amendment::Repeal,
                row: amendment == Amendment::Correct,
            },
            next: next(amendment),
            back,
            choices,
            form,
            page,
        }
    }
}

/// What day is asked for, where the law sets a time.
fn known_on(amendment: Amendment, family: Family) -> Option<Text> {
    personnel::time_limit(amendment, family).map(|_| match amendment {
        Amendment::Repeal => Text::new("廢止原因發生之日期", "Day on which the ground arose"),
        _ => Text::new("知悉原因之日期", "Day on which the ground became known"),
    })
}

/// One sentence of law for each kind of change, and the time within which it must be made.
fn law(amendment: Amendment, family: Family, today: Date) -> Text {
    let rule = rule(amendment, family);
    let limit = personnel::time_limit(amendment, family).and_then(|key| statute::months(key, today).ok());
    let Some(months) = limit else { return rule };
    let (zh, en) = match amendment {
        Amendment::Repeal => ("廢止原因發生後", "the day the ground arose"),
        _ => ("知有原因時起", "knowing the ground"),
    };
    let (n, citation) = (months.value, months.citation);
    Text::new(
        format!("{}應自{zh}{n}個月內為之（{citation}）。", rule.zh),
        format!("{} It must be done within {n} months of {en} ({}).", rule.en, citation.english()),
    )
}

fn rule(amendment: Amendment, family: Family) -> Text {
    let cited = |zh: &str, en: &str, citation: Citation| {
        Text::new(format!("{zh}（{citation}）"), format!("{en} ({})", citation.english()))
    };
    let article = |n| Act::A0030055.article(n);
    match (amendment, family) {
        (Amendment::Correct, _) => cited(
            "行政處分如有誤寫、誤算或其他類此之顯然錯誤者，得隨時更正之；不得改變獎懲結果或類別。更正後之令取代原令。",
            "An obvious error in writing or calculation may be corrected at any time, but not the outcome or the category. The corrected order replaces this one.",
            article(101).paragraph(1),
        ),
        (Amendment::Revoke, _) => cited(
            "違法之處分，於法定救濟期間經過後，原處分機關得依職權撤銷之，溯及既往失其效力。",
            "An unlawful decision may be revoked by the agency, also after the remedy period, as if it had never been.",
            article(117),
        ),
        (Amendment::Repeal, Family::Award) => cited(
            "合法之授益處分，有法定情形之一者，得自廢止時或指定較後之日起廢止之。",
            "A lawful benefit may be repealed from the day of the repeal or a later one, in the cases the law names.",
            article(123),
        ),
        (Amendment::Repeal, Family::Penalty) => cited(
            "合法之非授益處分，得自廢止時或指定較後之日起廢止之。",
            "A lawful decision that grants no benefit may be repealed from the day of the repeal or a later one.",
            article(122),
        ),
        (Amendment::Cancel, _) => cited(
            "處分經撤銷、廢止或因其他原因失其效力後，得收回所發給之證書並作成註銷之標示。",
            "Once a decision has lost its effect, the paper issued for it may be taken back and marked as cancelled.",
            article(130),
        ),
    }
}

fn next(amendment: Amendment) -> Text {
    match amendment {
        Amendment::Correct | Amendment::Cancel => {
            Text::new("存檔後建立變更案，送首長核定。", "This makes a case that goes to the head for approval.")
        }
        Amendment::Revoke | Amendment::Repeal => Text::new(
            "存檔後建立變更案，經考績委員會初核後送首長核定。",
            "This makes a case that goes to the committee and then to the head.",
        ),
    }
}

impl Sample for OrderChangePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let order = super::order_sample::order("谷辣斯·尤達卡·示範", 12_345);
        let row = super::case_sample::file(page, personnel::CaseState::Undone).rows.remove(3);
        let draw = |form, amendment| {
            Self::new(page.clone(), form, &order, amendment, RowChoices::new(&super::committee::sample_names()))
        };
        let mut faulty = Form::of([("known_on", "115/13/45")]);
        faulty.date("known_on");
        faulty.fault(
            "reason_of_change",
            Text::new("請敘明理由（500字以內）。", "Please give the reason (500 characters at most)."),
        );
        vec![
            ("correct", draw(award_row::filled(&row), Amendment::Correct)),
            ("revoke", draw(Form::new(), Amendment::Revoke)),
            ("repeal", draw(faulty, Amendment::Repeal)),
            ("cancel", draw(Form::new(), Amendment::Cancel)),
        ]
    }
}

/// The order, the kind of change, and the award as it is on file. A change that the standing does not allow gets its reason told.
async fn open(me: &Me, id: &str, code: &str) -> Result<(Issued, Amendment, AwardRow), WebError> {
    let order = pages::order::open(me, Action::PrepareCase, id).await?;
    let amendment = Amendment::parse(code).ok_or(WebError::NotFound)?;
    orders::intact(&order)?;
    orders::changeable(order.amends.map(|(_, own)| own))?;
    orders::amend(orders::standing(&me.db, order.id).await.map_err(told("read the register"))?, amendment)?;
    let row = personnel::award_of(&me.db, order.id).await.map_err(told("find the award of an order"))?;
    Ok((order, amendment, row.ok_or(WebError::NotFound)?))
}

/// `GET /orders/{id}/change/{code}`
pub async fn show(State(app): State<App>, me: Me, Path((id, code)): Path<(String, String)>, page: Page) -> Answer {
    let (order, amendment, row) = open(&me, &id, &code).await?;
    let form = if amendment == Amendment::Correct { award_row::filled(&row) } else { Form::new() };
    me.looks_at(sights::order(&order, "order_change", "擬辦變更令")).await?;
    html(&OrderChangePage::new(page, form, &order, amendment, award_row::choices(&app, &me).await?))
}

/// `POST /orders/{id}/change/{code}`
pub async fn draft(
    State(app): State<App>,
    me: Me,
    Path((id, code)): Path<(String, String)>,
    page: Page,
    mut form: Form,
) -> Answer {
    let (order, amendment, _) = open(&me, &id, &code).await?;
    let scope: BTreeSet<AgencyCode> = scope::agencies(&me, Action::PrepareCase).into_iter().collect();
    let new = new_change(&order, amendment, &mut form);
    if form.is_clean() {
        match personnel::draft_change(&me.db, me.person, &scope, &new, app.now()).await {
            Ok(Typed::Kept(case)) => {
                let said = Text::new("已建立變更案，請確認後送出。", "The case is drafted; look at it and send it on.");
                return Ok(done(&format!("/awards/case/{case}"), &Notice::success(said)));
            }
            Ok(Typed::Faulty(findings)) => award_row::note(&mut form, &findings),
            Err(error) => on_form(&mut form, "draft a change of an order", on_own_field(error))?,
        }
    }
    let page = OrderChangePage::new(page, form, &order, amendment, award_row::choices(&app, &me).await?);
    me.looks_at(sights::order(&order, "order_change", "擬辦變更令")).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &page)
}

/// What was typed; days that are none are noted on the form.
fn new_change(order: &Issued, amendment: Amendment, form: &mut Form) -> NewChange {
    NewChange {
        order: order.id,
        amendment,
        reason: form.trimmed("reason_of_change").to_owned(),
        known_on: form.date("known_on"),
        effective_on: form.date("effective_on"),
        corrected: (amendment == Amendment::Correct).then(|| award_row::cells(form)),
    }
}

/// The reason of the change has its own field here, because a correction has the reason of the award beside it.
fn on_own_field(error: personnel::PersonnelError) -> personnel::PersonnelError {
    match error {
        personnel::PersonnelError::Refused(no) if no.field.as_deref() == Some("reason") => {
            personnel::PersonnelError::Refused(no.field("reason_of_change"))
        }
        other => other,
    }
}
