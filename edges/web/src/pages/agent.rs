//! The service agent's side: whom one acts for, and the principal's pages as far as the mandate goes.

use crate::looking::Sight;
use crate::pages::mandates::{sample, state_tag, topics};
use crate::pages::mydata_order::{content, standing_tag};
use crate::pages::review::outcome_name;
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, tell};
use access::{AgentFor, Mandate, Topic};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use db::Db;
use kernel::{OrderId, PersonId, Text};
use orders::{Delivery, Family, Issued, Standing, field};
use readlog::Purpose;
use webkit::{
    Answer, Cell, Form, Link, Notice, Page, Sample, SummaryRow, Table, Tag, WebError, done, html, html_with, same,
};

/// Whom one acts for.
#[derive(Template)]
#[template(path = "agent.html")]
pub struct AgentPage {
    page: Page,
    form: Form,
    table: Table,
}

impl AgentPage {
    fn new(page: Page, form: Form, mandates: &[Mandate]) -> Self {
        let page = page.titled(Text::new("我代理的人", "People I act for")).checked(&form);
        let today = kernel::office_date(page.now);
        let heads = vec![
            Text::new("委任人", "Principal"),
            Text::new("事項", "For"),
            Text::new("最後一日", "Until"),
            Text::new("狀態", "State"),
        ];
        let mut table = Table::new(Text::new("委任", "Mandates"), heads)
            .when_empty(Text::new("沒有人委任您。", "Nobody has given you a mandate."));
        for mandate in mandates {
            let counts = mandate.state(today) == access::MandateState::Counts;
            let name = &mandate.principal.1;
            let who: Cell = match counts {
                true => Link::new(format!("/agent/{}", mandate.id), same(name)).into(),
                false => name.as_str().into(),
            };
            let last = mandate.until_on.previous_day().unwrap_or(mandate.until_on);
            let cells =
                vec![who, topics(mandate).into(), Cell::Code(page.date(last)), state_tag(mandate, today).into()];
            table.row(mandate.id, name, cells);
        }
        Self { page, form, table }
    }
}

impl Sample for AgentPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let mandates = [sample(page, 3, 90, Some("示範乙")), sample(page, 1, -3, Some("示範乙"))];
        let mut faulty = Form::of([("code", "abc")]);
        faulty.fault("code", Text::new("代碼不正確、已使用或已失效。", "The code is wrong, used or no longer good."));
        vec![
            ("usual", Self::new(page.clone(), Form::new(), &mandates)),
            ("empty", Self::new(page.clone(), Form::new(), &[])),
            ("faulty", Self::new(page.clone(), faulty, &[])),
        ]
    }
}

/// `GET /agent`
pub async fn show(me: Me, page: Page) -> Answer {
    let mandates = access::mandates_of_agent(&me.db, me.person).await.map_err(WebError::fault("list mandates"))?;
    html(&AgentPage::new(page, Form::new(), &mandates))
}

/// `POST /agent`: takes a mandate up with its code.
pub async fn take(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let code = form.trimmed("code").to_owned();
    match access::take_mandate(&me.db, &code, (me.person, &me.name), app.now()).await {
        Ok(mandate) => {
            if mandate.is_limited() {
                tell::of_taken_mandate(&app, &mandate).await?;
            }
            let words = Text::new(
                "已接受委任。您的每次查閱及辦理都會通知委任人。",
                "Taken up. Whatever you see or do is reported.",
            );
            Ok(done("/agent", &Notice::success(words)))
        }
        Err(error) => {
            on_form(&mut form, "take up a mandate", error)?;
            let mandates =
                access::mandates_of_agent(&me.db, me.person).await.map_err(WebError::fault("list mandates"))?;
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &AgentPage::new(page, form, &mandates))
        }
    }
}

/// A principal's pages.
#[derive(Template)]
#[template(path = "agent_principal.html")]
pub struct AgentPrincipalPage {
    page: Page,
    id: i64,
    name: String,
    orders: Option<Table>,
    records: Option<Table>,
    delivers: bool,
    /// Whether only one agency's rows are shown, until the principal confirms.
    limited: bool,
}

/// A line of somebody's record: outcome and when it was decided.
type Line = (String, time::Date);

impl AgentPrincipalPage {
    fn new(
        page: Page,
        agent: &AgentFor,
        inbox: Option<&[(Issued, Delivery)]>,
        lines: Option<&[Line]>,
        delivers: bool,
    ) -> Self {
        let (id, name, limited) = (agent.mandate, agent.name.clone(), agent.within.is_some());
        let page = page.titled(Text::new(format!("代理 {name}"), format!("Acting for {name}"))).under(parent());
        let orders = inbox.map(|inbox| orders_table(&page, id, inbox));
        let records = lines.map(|lines| records_table(&page, lines));
        Self { page, id, name, orders, records, delivers, limited }
    }
}

fn parent() -> Link {
    Link::new("/agent", Text::new("我代理的人", "People I act for"))
}

fn orders_table(page: &Page, id: i64, inbox: &[(Issued, Delivery)]) -> Table {
    let heads = vec![Text::new("令", "Order"), Text::new("獎懲", "Outcome"), Text::new("發文日期", "Issued")];
    let mut table =
        Table::new(Text::new("已送達之令", "Orders delivered"), heads).when_empty(Text::new("沒有令。", "No orders."));
    for (order, _) in inbox {
        let link = Link::new(format!("/agent/{id}/orders/{}", order.id), same(order.label()));
        let outcome = outcome_name(order.text(field::OUTCOME_CODE));
        table.row(order.id, order.label(), vec![link.into(), outcome.into(), Cell::Code(page.date(order.issued_on))]);
    }
    table
}

fn records_table(page: &Page, lines: &[Line]) -> Table {
    let heads = vec![Text::new("獎懲", "Outcome"), Text::new("核定日期", "Decided")];
    let mut table = Table::new(Text::new("獎懲紀錄", "Awards and penalties"), heads)
        .when_empty(Text::new("沒有已送達的獎懲。", "No award or penalty was delivered yet."));
    for (at, (outcome, on)) in lines.iter().enumerate() {
        table.row(at, outcome, vec![outcome_name(outcome).into(), Cell::Code(page.date(on))]);
    }
    table
}

fn sample_agent() -> AgentFor {
    AgentFor { mandate: 3, principal: PersonId(7), name: "示範甲".into(), powers: Vec::new(), within: None }
}

impl Sample for AgentPrincipalPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        use super::order_sample::{delivered, orders};
        let inbox: Vec<_> = orders().into_iter().map(|order| (order, delivered(true))).collect();
        let lines = [("4010".to_owned(), page.now.date())];
        let draw = |inbox, lines, delivers| Self::new(page.clone(), &sample_agent(), inbox, lines, delivers);
        let limited = AgentFor { within: kernel::AgencyCode::parse("A58000000A").ok(), ..sample_agent() };
        vec![
            ("limited", Self::new(page.clone(), &limited, Some(inbox.as_slice()), None, false)),
            ("all", draw(Some(inbox.as_slice()), Some(lines.as_slice()), true)),
            ("orders", draw(Some([].as_slice()), None, false)),
        ]
    }
}

/// An order of a principal.
#[derive(Template)]
#[template(path = "agent_order.html")]
pub struct AgentOrderPage {
    page: Page,
    name: String,
    tag: Tag,
    content: Vec<SummaryRow>,
}

impl AgentOrderPage {
    fn new(page: Page, agent: &AgentFor, order: &Issued, standing: Standing) -> Self {
        let back = Link::new(format!("/agent/{}", agent.mandate), same(&agent.name));
        let page = page.titled(same(order.label())).under(back);
        let content = content(&page, order);
        Self { name: agent.name.clone(), tag: standing_tag(standing), content, page }
    }
}

impl Sample for AgentOrderPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let order = super::order_sample::order("示範甲", 12_345);
        vec![("usual", Self::new(page.clone(), &sample_agent(), &order, Standing::Valid))]
    }
}

/// The principal's rows for a topic, once the principal has been told and the look written down.
async fn reach(app: &App, me: &Me, mandate: &str, topic: Topic, what: &str) -> Result<(AgentFor, Db), WebError> {
    let id = mandate.parse().map_err(|_| WebError::NotFound)?;
    let (agent, reach) = access::agent_reach(me, id, topic).ok_or(WebError::NotAllowed)?;
    report(app, me, &agent, topic, what).await?;
    Ok((agent, app.db.scoped(reach)))
}

/// Writes the look into the read log as an agent's, and tells the principal what was seen or done; else it is not shown or done.
async fn report(app: &App, me: &Me, agent: &AgentFor, topic: Topic, what: &str) -> Result<(), WebError> {
    let label = topic.label().zh;
    let sight = Sight {
        subjects: vec![agent.principal],
        agency: None,
        purpose: Purpose::new("mandate", format!("服務代理人受委任：{label}")),
        fields: &[label.as_ref()],
    };
    me.as_agent(agent).looks_at(sight).await?;
    access::act_for(&app.db, (me.person, agent), topic, what, app.now())
        .await
        .map_err(WebError::fault("report the act of an agent"))
}

/// `GET /agent/{mandate}`: what the mandate's topics show.
pub async fn principal(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let number = id.parse().map_err(|_| WebError::NotFound)?;
    let may = |topic| access::agent_reach(&me, number, topic).map(|(agent, _)| agent);
    let agent = Topic::ALL.into_iter().find_map(may).ok_or(WebError::NotAllowed)?;
    let inbox = match may(Topic::Orders) {
        Some(_) => {
            let (agent, db) = reach(&app, &me, &id, Topic::Orders, "清單").await?;
            Some(orders::inbox(&db, agent.principal).await.map_err(told("list a principal's orders"))?)
        }
        None => None,
    };
    let lines = match may(Topic::Record) {
        Some(_) => {
            let (agent, db) = reach(&app, &me, &id, Topic::Record, "獎懲紀錄").await?;
            Some(delivered(&db, agent.principal).await?)
        }
        None => None,
    };
    let delivers = may(Topic::Delivery).is_some();
    html(&AgentPrincipalPage::new(page, &agent, inbox.as_deref(), lines.as_deref(), delivers))
}

/// The record as far as it was delivered.
async fn delivered(db: &Db, person: PersonId) -> Result<Vec<Line>, WebError> {
    let records = personnel::records(db, person).await.map_err(told("read a principal's record"))?;
    let inbox = orders::inbox(db, person).await.map_err(told("list a principal's orders"))?;
    let known = |id: OrderId| inbox.iter().any(|(order, _)| order.id == id);
    Ok(records.into_iter().filter(|(id, ..)| known(*id)).map(|(_, outcome, on, _)| (outcome, on)).collect())
}

/// `GET /agent/{mandate}/orders/{id}`. The agent's reading is not the person's: it is no first opening.
pub async fn order(State(app): State<App>, me: Me, Path((mandate, id)): Path<(String, String)>, page: Page) -> Answer {
    let number = mandate.parse().map_err(|_| WebError::NotFound)?;
    let (agent, reached) = access::agent_reach(&me, number, Topic::Orders).ok_or(WebError::NotAllowed)?;
    let db = app.db.scoped(reached);
    let id: OrderId = id.parse().map_err(|_| WebError::NotFound)?;
    let inbox = orders::inbox(&db, agent.principal).await.map_err(told("list a principal's orders"))?;
    let (order, _) = inbox.into_iter().find(|(order, _)| order.id == id).ok_or(WebError::NotAllowed)?;
    report(&app, &me, &agent, Topic::Orders, &order.label()).await?;
    let standing = orders::standing(&db, order.id).await.map_err(told("read the register"))?;
    html(&AgentOrderPage::new(page, &agent, &order, standing))
}

/// `POST /agent/{mandate}/delivery`: agrees to, or stops, electronic delivery of award orders for the principal.
pub async fn delivery(State(app): State<App>, me: Me, Path(id): Path<String>, form: Form) -> Answer {
    let agreed = match form.value("choice") {
        "agreed" => true,
        "stopped" => false,
        _ => return Err(WebError::NotFound),
    };
    let what = if agreed { "同意電子送達獎勵令" } else { "停止電子送達獎勵令" };
    let (agent, db) = reach(&app, &me, &id, Topic::Delivery, what).await?;
    let mut tx = db.begin().await.map_err(WebError::fault("reach the database"))?;
    orders::give_consent(&mut tx, agent.principal, Family::Award, agreed, app.now())
        .await
        .map_err(told("keep a consent"))?;
    tx.commit().await.map_err(WebError::fault("keep a consent"))?;
    let words =
        Text::new(format!("已代理{}{what}，並已通知本人。", agent.name), "Kept, and reported to the principal.");
    Ok(done(&format!("/agent/{id}"), &Notice::success(words)))
}
