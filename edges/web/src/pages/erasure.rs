//! Proposing that what an order says be destroyed, and the second person's decision.

use crate::pages::erasures::{rule_words, state};
use crate::pages::{order, order_sample, sights};
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope, tell};
use access::{Action, Decision, Scope};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::Text;
use orders::{Erasure, ErasureRule, Issued, NewErasure, Person};
use personnel::PersonnelError;
use webkit::{Answer, Form, Link, Notice, Page, Sample, SummaryRow, Tag, WebError, done, html, html_with, same};

fn orders_link() -> Link {
    Link::new("/orders", Text::new("令", "Orders"))
}

fn by(me: &Me) -> Person {
    Person { id: me.person, name: me.actor.name.clone() }
}

/// The form of a proposal.
#[derive(Template)]
#[template(path = "erasure_new.html")]
pub struct ErasureNewPage {
    page: Page,
    form: Form,
    id: String,
    subject: String,
    rule: Text,
}

impl ErasureNewPage {
    fn new(page: Page, form: Form, order: &Issued, rule: ErasureRule) -> Self {
        let page = page
            .titled(Text::new("擬辦內容銷毀", "Propose an erasure"))
            .under(orders_link())
            .under(Link::new(format!("/orders/{}", order.id), same(order.label())))
            .checked(&form);
        let subject = format!("{}　{}君", order.label(), order.text(orders::field::RECIPIENT));
        Self { id: order.id.to_string(), subject, rule: rule_words(rule), form, page }
    }
}

impl Sample for ErasureNewPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let order = order_sample::order("谷辣斯·尤達卡·示範", 12_345);
        let rule = ErasureRule { enabled: true, backup_days: Some(35) };
        let mut faulty = Form::of([("basis", "個人資料保護法第11條第3項")]);
        faulty.fault("reason", Text::new("請以1至500字說明銷毀事由。", "Please say why in 1 to 500 characters."));
        vec![
            ("usual", Self::new(page.clone(), Form::new(), &order, rule)),
            ("faulty", Self::new(page.clone(), faulty, &order, rule)),
        ]
    }
}

async fn to_erase(me: &Me, id: &str) -> Result<(Issued, ErasureRule), WebError> {
    let order = order::open(me, Action::ProposeErasure, id).await?;
    orders::intact(&order)?;
    let rule = orders::erasure_rule(&me.db).await.map_err(told("read the rule of erasure"))?;
    me.looks_at(sights::order(&order, "erasure", "擬辦令之內容銷毀")).await?;
    Ok((order, rule))
}

/// `GET /orders/{id}/erase`
pub async fn form(me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let (order, rule) = to_erase(&me, &id).await?;
    html(&ErasureNewPage::new(page, Form::new(), &order, rule))
}

/// `POST /orders/{id}/erase`
pub async fn send(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (order, rule) = to_erase(&me, &id).await?;
    let new = NewErasure { basis: form.trimmed("basis").to_owned(), reason: form.trimmed("reason").to_owned() };
    match proposed(&app, &me, &order, &new).await {
        Ok(number) => {
            let said = Text::new("已提案，待首長確認後銷毀。", "Proposed; the head has to confirm it.");
            Ok(done(&format!("/erasures/{number}"), &Notice::success(said)))
        }
        Err(error) => {
            on_form(&mut form, "propose an erasure", error)?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &ErasureNewPage::new(page, form, &order, rule))
        }
    }
}

async fn proposed(app: &App, me: &Me, order: &Issued, new: &NewErasure) -> Result<i64, PersonnelError> {
    let mut tx = me.db.begin().await?;
    let number = orders::propose_erasure(&mut tx, order, &by(me), new, app.now()).await?;
    personnel::may_erase(&mut tx, order).await?;
    tx.commit().await?;
    Ok(number)
}

/// An erasure, and the second person's two buttons.
#[derive(Template)]
#[template(path = "erasure.html")]
pub struct ErasurePage {
    page: Page,
    form: Form,
    id: i64,
    order: Link,
    state: Tag,
    facts: Vec<SummaryRow>,
    rule: Text,
    /// The reader may decide, and nobody has.
    may_decide: bool,
}

impl ErasurePage {
    fn new(page: Page, form: Form, erasure: &Erasure, rule: ErasureRule, may_decide: bool) -> Self {
        let parent = Link::new("/erasures", Text::new("內容銷毀案", "Erasures"));
        let title = Text::new("令之內容銷毀", "Erasure of an order");
        let page = page.titled(title).under(orders_link()).under(parent).checked(&form);
        let mut facts = vec![
            SummaryRow::new(Text::new("發文字號", "Number"), erasure.number.to_string()),
            SummaryRow::new(Text::new("法令依據（公開）", "Legal basis (public)"), erasure.basis.as_str()),
            SummaryRow::new(Text::new("事由", "Why"), erasure.reason.as_str()),
            SummaryRow::new(Text::new("提案人", "Proposed by"), erasure.proposed_by.name.as_str()),
            SummaryRow::new(Text::new("提案時間", "Proposed"), page.moment(erasure.proposed_at)),
        ];
        if let Some((who, at, _)) = &erasure.decided {
            facts.push(SummaryRow::new(Text::new("決定人", "Decided by"), who.name.as_str()));
            facts.push(SummaryRow::new(Text::new("決定時間", "Decided"), page.moment(*at)));
        }
        let until = erasure.backups_until.map(|day| page.long_date(day));
        let row =
            |day: String| SummaryRow::new(Text::new("備份最遲留存至", "Backups hold it until, at the latest"), day);
        facts.extend(until.map(row));
        Self {
            id: erasure.id,
            order: Link::new(format!("/orders/{}", erasure.order), Text::new("檢視此令", "Look at the order")),
            state: state(erasure),
            rule: rule_words(rule),
            may_decide: may_decide && erasure.decided.is_none(),
            facts,
            form,
            page,
        }
    }
}

impl Sample for ErasurePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let order = order_sample::order("示範甲", 12_345);
        let rule = ErasureRule { enabled: true, backup_days: Some(35) };
        let open = order_sample::erasure(&order, false);
        let mut own = Form::new();
        own.fault("do", Text::new("提案人不得自行確認。", "Whoever proposed it cannot confirm it."));
        vec![
            ("usual", Self::new(page.clone(), Form::new(), &open, rule, true)),
            ("reading", Self::new(page.clone(), Form::new(), &open, rule, false)),
            ("own", Self::new(page.clone(), own, &open, rule, true)),
            ("done", Self::new(page.clone(), Form::new(), &order_sample::erasure(&order, true), rule, true)),
        ]
    }
}

async fn open(me: &Me, action: Action, id: i64) -> Result<(Erasure, ErasureRule), WebError> {
    let found = orders::erasure(&me.db, id).await.map_err(told("find an erasure"))?;
    let erasure = found.ok_or(WebError::NotFound)?;
    scope::check(me, action, &erasure.agency)?;
    let rule = orders::erasure_rule(&me.db).await.map_err(told("read the rule of erasure"))?;
    me.looks_at(sights::erasure(&erasure)).await?;
    Ok((erasure, rule))
}

/// `GET /erasures/{id}`
pub async fn show(me: Me, Path(id): Path<i64>, page: Page) -> Answer {
    let (erasure, rule) = open(&me, Action::ReadCases, id).await?;
    let may = access::decide(Some(&me), Action::ConfirmErasure, Scope::Agency(&erasure.agency)) != Decision::Refuse;
    html(&ErasurePage::new(page, Form::new(), &erasure, rule, may))
}

/// `POST /erasures/{id}/decide`: `do` is `confirm` or `refuse`.
pub async fn decide(State(app): State<App>, me: Me, Path(id): Path<i64>, page: Page, mut form: Form) -> Answer {
    let (erasure, rule) = open(&me, Action::ConfirmErasure, id).await?;
    let confirm = match form.value("do") {
        "confirm" => true,
        "refuse" => false,
        _ => return Err(WebError::NotFound),
    };
    let decided = if confirm { confirmed(&app, &me, &erasure).await } else { refused(&app, &me, &erasure).await };
    match decided {
        Ok(Some(erasure)) => {
            tell::of_erasure(&app, &erasure).await?;
            let said = Text::new("內容已銷毀，並已通知當事人。", "The content is destroyed, and the person is told.");
            Ok(done(&format!("/erasures/{id}"), &Notice::success(said)))
        }
        Ok(None) => Ok(done("/erasures", &Notice::success(Text::new("已退回提案。", "Refused.")))),
        Err(error) => {
            on_form(&mut form, "decide an erasure", error)?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &ErasurePage::new(page, form, &erasure, rule, true))
        }
    }
}

/// The order and the award behind it, in one transaction; then the mail about it that lies in the outbox.
async fn confirmed(app: &App, me: &Me, erasure: &Erasure) -> Result<Option<Erasure>, PersonnelError> {
    let keys = app.keys.keys(erasure.agency).map_err(|fault| orders::OrdersError::Paper(fault.into()))?;
    let mut tx = me.db.begin().await?;
    if let Some(order) = orders::order_in(&mut tx, erasure.order).await? {
        personnel::may_erase(&mut tx, &order).await?;
    }
    let (done, destroyed) = orders::confirm_erasure(&mut tx, erasure.id, &by(me), &keys, app.now()).await?;
    personnel::erase_award(&mut tx, erasure.order).await?;
    tx.commit().await?;
    if let Err(fault) = orders::forget_mail(&app.outbox, &destroyed) {
        // What was destroyed is destroyed; the operator has to look at the folder.
        tracing::error!(%fault, erasure = erasure.id, "a mail about an erased order could not be removed from the outbox");
    }
    Ok(Some(done))
}

async fn refused(app: &App, me: &Me, erasure: &Erasure) -> Result<Option<Erasure>, PersonnelError> {
    let mut tx = me.db.begin().await?;
    orders::refuse_erasure(&mut tx, erasure.id, &by(me), app.now()).await?;
    tx.commit().await?;
    Ok(None)
}
