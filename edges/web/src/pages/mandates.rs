//! 服務代理人: the mandates a person gives, and for officers those given at the counter or on paper.

use crate::looking::Sight;
use crate::pages::deputy_new::{chosen, find, people};
use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope, tell};
use access::{Action, Mandate, MandateAct, MandateState, Never, NewMandate, Topic, Way};
use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use kernel::{PersonId, Text};
use personnel::Person;
use readlog::Purpose;
use time::{Date, Duration};
use webkit::{
    Answer, Cell, Choice, Form, Link, Notice, Page, Sample, Table, Tag, Tone, WebError, done, html, html_with,
};

/// Days before the end from which a mandate is said to end soon.
const SOON_DAYS: i64 = 14;

/// The page, of a principal or of an officer.
#[derive(Template)]
#[template(path = "mandates.html")]
pub struct MandatesPage {
    page: Page,
    form: Form,
    /// Where the forms go: `/mydata/mandates` or `/mandates`.
    base: &'static str,
    /// Whether it is an officer's.
    witnessed: bool,
    people: Vec<Choice>,
    topics: Vec<Choice>,
    never: Vec<Text>,
    ways: Vec<Choice>,
    table: Table,
    /// Mandates that can be taken back.
    open: Vec<Choice>,
    /// Mandates that can be renewed.
    renewable: Vec<Choice>,
    /// Mandates that the principal can confirm.
    unconfirmed: Vec<Choice>,
    /// What agents did.
    acts: Table,
    /// The code for the agent, shown once.
    code: Option<String>,
}

/// What the page shows.
#[derive(Default)]
struct Shown {
    mandates: Vec<Mandate>,
    acts: Vec<MandateAct>,
    found: Vec<Person>,
    code: Option<String>,
}

impl MandatesPage {
    fn new(page: Page, form: Form, witnessed: bool, shown: Shown) -> Self {
        let today = kernel::office_date(page.now);
        let (base, title) = match witnessed {
            true => ("/mandates", Text::new("受理委任", "Mandates given before an officer")),
            false => ("/mydata/mandates", Text::new("服務代理人", "Service agents")),
        };
        let page = page.titled(title).checked(&form);
        let page = if witnessed { page } else { page.under(Link::new("/mydata", Text::new("我的資料", "MyData"))) };
        let line = |mandate: &Mandate| Choice::new(mandate.id, in_a_line(&page, mandate, witnessed));
        let standing = |mandate: &&Mandate, states: &[MandateState]| states.contains(&mandate.state(today));
        let of = |states: &[MandateState]| -> Vec<Choice> {
            shown.mandates.iter().filter(|mandate| standing(mandate, states)).map(line).collect()
        };
        let limited =
            |mandate: &&Mandate| mandate.is_limited() && mandate.state(today) == MandateState::Counts && !witnessed;
        Self {
            base,
            witnessed,
            people: people(&shown.found),
            topics: Topic::ALL.map(|topic| Choice::new(topic.code(), topic.label())).into(),
            never: Never::ALL.map(Never::label).into(),
            ways: [Way::Counter, Way::Paper].map(|way| Choice::new(way.code(), way.label())).into(),
            table: table(&page, &shown.mandates, today),
            open: of(&[MandateState::Offered, MandateState::Counts]),
            renewable: if witnessed { Vec::new() } else { of(&[MandateState::Counts, MandateState::Over]) },
            unconfirmed: shown.mandates.iter().filter(limited).map(line).collect(),
            acts: acts(&page, &shown.acts),
            code: shown.code,
            form,
            page,
        }
    }
}

/// A mandate among others: several may name the same people.
fn in_a_line(page: &Page, mandate: &Mandate, witnessed: bool) -> Text {
    let (agent, what, last) = (agent_name(mandate), topics(mandate), page.date(last_day(mandate)));
    let by = if witnessed { format!("{} → ", mandate.principal.1) } else { String::new() };
    Text::new(
        format!("{by}{}：{}（至{last}）", agent.zh, what.zh),
        format!("{by}{}: {} (until {last})", agent.en, what.en),
    )
}

fn last_day(mandate: &Mandate) -> Date {
    mandate.until_on.previous_day().unwrap_or(mandate.until_on)
}

fn agent_name(mandate: &Mandate) -> Text {
    match &mandate.agent {
        Some((_, name)) => webkit::same(name),
        None => Text::new("尚未接受", "not taken up yet"),
    }
}

/// How a mandate stands, with a warning before it ends.
pub fn state_tag(mandate: &Mandate, today: Date) -> Tag {
    match mandate.state(today) {
        MandateState::Offered => Tag::new(Tone::Waiting, Text::new("待代理人接受", "Waiting for the agent")),
        MandateState::Counts if mandate.is_limited() => {
            Tag::new(Tone::Waiting, Text::new("待本人確認，僅限受理機關之資料", "To be confirmed; of one agency only"))
        }
        MandateState::Counts if mandate.days_left(today) <= SOON_DAYS => {
            let days = mandate.days_left(today);
            Tag::new(Tone::Warn, Text::new(format!("{days}日後到期"), format!("Ends in {days} days")))
        }
        MandateState::Counts => Tag::new(Tone::Good, Text::new("有效", "In force")),
        MandateState::Over => Tag::new(Tone::Faded, Text::new("已到期", "Over")),
        MandateState::Revoked => Tag::new(Tone::Faded, Text::new("已撤回", "Revoked")),
    }
}

/// The topics of a mandate in words.
pub fn topics(mandate: &Mandate) -> Text {
    let labels: Vec<Text> = mandate.topics.iter().map(|topic| topic.label()).collect();
    let zh: Vec<&str> = labels.iter().map(|label| label.zh.as_ref()).collect();
    let en: Vec<&str> = labels.iter().map(|label| label.en.as_ref()).collect();
    Text::new(zh.join("、"), en.join(", "))
}

fn table(page: &Page, mandates: &[Mandate], today: Date) -> Table {
    let heads = vec![
        Text::new("委任人", "Given by"),
        Text::new("代理人", "Agent"),
        Text::new("事項", "For"),
        Text::new("最後一日", "Until"),
        Text::new("方式", "How"),
        Text::new("狀態", "State"),
    ];
    let mut table =
        Table::new(Text::new("委任", "Mandates"), heads).when_empty(Text::new("沒有委任。", "No mandate was given."));
    for mandate in mandates {
        let agent = agent_name(mandate);
        let agent = match mandate.conflict {
            true => Text::new(
                format!("{}（本機關人事人員，請留意利益衝突）", agent.zh),
                format!("{} (an officer of the agency: mind the conflict)", agent.en),
            ),
            false => agent,
        };
        let way = mandate.way.label();
        let way = match mandate.witness.is_empty() {
            true => way,
            false => Text::new(
                format!("{}（見證：{}）", way.zh, mandate.witness),
                format!("{} (witness: {})", way.en, mandate.witness),
            ),
        };
        let cells = vec![
            mandate.principal.1.as_str().into(),
            agent.into(),
            topics(mandate).into(),
            Cell::Code(page.date(last_day(mandate))),
            way.into(),
            state_tag(mandate, today).into(),
        ];
        table.row(mandate.id, mandate.id, cells);
    }
    table
}

fn acts(page: &Page, acts: &[MandateAct]) -> Table {
    let heads = vec![Text::new("時間", "When"), Text::new("代理人", "Agent"), Text::new("事項", "What")];
    let mut table = Table::new(Text::new("代理人為您查閱及辦理", "What agents saw and did for you"), heads);
    for act in acts {
        let label = act.topic.label();
        let what = Text::new(format!("{}：{}", label.zh, act.what), format!("{}: {}", label.en, act.what));
        table.row(
            act.at.unix_timestamp(),
            &act.agent_name,
            vec![Cell::Code(page.moment(act.at)), act.agent_name.as_str().into(), what.into()],
        );
    }
    table
}

/// A mandate for samples.
pub fn sample(page: &Page, id: i64, days: i64, agent: Option<&str>) -> Mandate {
    let today = kernel::office_date(page.now);
    Mandate {
        id,
        principal: (PersonId(7), "示範甲".into()),
        agent: agent.map(|name| (PersonId(8), name.to_owned())),
        agency: None,
        topics: vec![Topic::Orders, Topic::Delivery],
        from_on: today - Duration::days(60),
        until_on: today + Duration::days(days),
        days: 60,
        way: if days < 0 { Way::Online } else { Way::Counter },
        witness: if days < 0 { String::new() } else { "王承辦".into() },
        conflict: days < 0,
        confirmed_at: (days < 90).then_some(page.now),
        revoked_at: None,
    }
}

impl Sample for MandatesPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let all = || {
            vec![
                sample(page, 4, 300, None),
                sample(page, 3, 90, Some("谷辣斯·尤達卡·示範")),
                sample(page, 2, 9, Some("示範乙")),
                sample(page, 1, -3, Some("示範丙")),
            ]
        };
        let act = MandateAct {
            agent_name: "示範乙".into(),
            topic: Topic::Orders,
            what: "範府人考字第1150012345號".into(),
            at: page.now,
        };
        let case = super::case_sample::file(page, personnel::CaseState::Undone);
        let found: Vec<Person> = case.rows.into_iter().take(3).map(|row| row.person).collect();
        let mut faulty = Form::of([("q", "示範"), ("way", "counter")]);
        faulty.fault("topics", Text::new("請至少選擇一項委任事項。", "Please choose what the agent may do."));
        let code = Some("q83vEjRWeJCrze8S".to_owned());
        let draw = |form, witnessed, shown| Self::new(page.clone(), form, witnessed, shown);
        vec![
            ("own", draw(Form::new(), false, Shown { mandates: all(), acts: vec![act], ..Shown::default() })),
            ("empty", draw(Form::new(), false, Shown::default())),
            ("code", draw(Form::new(), false, Shown { mandates: all(), code, ..Shown::default() })),
            ("officer", draw(Form::of([("q", "示範")]), true, Shown { mandates: all(), found, ..Shown::default() })),
            ("faulty", draw(faulty, false, Shown::default())),
        ]
    }
}

async fn own(me: &Me) -> Result<Shown, WebError> {
    let mandates = access::mandates_of_principal(&me.db, me.person).await.map_err(WebError::fault("list mandates"))?;
    let acts = access::mandate_acts(&me.db, me.person).await.map_err(WebError::fault("list acts of agents"))?;
    Ok(Shown { mandates, acts, ..Shown::default() })
}

/// `GET /mydata/mandates`
pub async fn show(me: Me, page: Page) -> Answer {
    html(&MandatesPage::new(page, Form::new(), false, own(&me).await?))
}

/// `POST /mydata/mandates`: gives, confirms, renews or takes back.
pub async fn keep(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let mut shown = own(&me).await?;
    let named = |form: &Form, field: &str| -> Option<Mandate> {
        let id: i64 = form.value(field).parse().ok()?;
        shown.mandates.iter().find(|mandate| mandate.id == id).cloned()
    };
    if let Some(mandate) = named(&form, "revoke") {
        return revoked(&app, &me, &mandate, "/mydata/mandates").await;
    }
    if let Some(mandate) = named(&form, "confirm") {
        let confirmed = access::confirm_mandate(&me.db, &mandate, me.person, app.now()).await;
        confirmed.map_err(WebError::fault("confirm a mandate"))?;
        let words = Text::new("已確認，委任及於各機關之資料。", "Confirmed; it counts for what every agency holds.");
        return Ok(done("/mydata/mandates", &Notice::success(words)));
    }
    if let Some(mandate) = named(&form, "renew") {
        let renewed = access::renew_mandate(&me.db, &mandate, me.person, app.now()).await;
        renewed.map_err(WebError::fault("renew a mandate"))?;
        let words = Text::new("已展延，期間與原委任相同。", "Renewed for as long as it was given.");
        return Ok(done("/mydata/mandates", &Notice::success(words)));
    }
    let person = personnel::person(&me.db, me.person).await.map_err(told("find oneself"))?;
    let agency = person.map(|person| person.agency.to_string()).unwrap_or_default();
    let by = Given { principal: me.person, name: &me.name, agency: &agency, witness: None };
    match give(&app, &me, &mut form, &by).await? {
        Some(code) => {
            shown = own(&me).await?;
            shown.code = Some(code);
            html(&MandatesPage::new(page, Form::new(), false, shown))
        }
        None => html_with(StatusCode::UNPROCESSABLE_ENTITY, &MandatesPage::new(page, form, false, shown)),
    }
}

async fn revoked(app: &App, me: &Me, mandate: &Mandate, next: &str) -> Answer {
    let revoked = access::revoke_mandate(&me.db, mandate, me.person, app.now()).await;
    revoked.map_err(WebError::fault("revoke a mandate"))?;
    let words = Text::new("已撤回，立即失效。", "Revoked; it is over at once.");
    Ok(done(next, &Notice::success(words)))
}

/// Who gives a mandate, and before whom.
struct Given<'a> {
    principal: PersonId,
    name: &'a str,
    agency: &'a str,
    witness: Option<(PersonId, &'a str)>,
}

/// Gives what the form says; the code, or nothing with the reason on the form.
async fn give(app: &App, me: &Me, form: &mut Form, by: &Given<'_>) -> Result<Option<String>, WebError> {
    let never = form.values("topics").find_map(Never::parse);
    if let Some(never) = never {
        let label = never.label();
        let text = Text::new(format!("不得委任。{}。", label.zh), format!("This is never delegated. {}.", label.en));
        form.fault("topics", text);
        return Ok(None);
    }
    let Some(last) = form.date("until_on") else { return Ok(None) };
    let topics: Vec<Topic> = form.values("topics").filter_map(Topic::parse).collect();
    let evidence = form.trimmed("evidence").to_owned();
    let way = if by.witness.is_none() { Some(Way::Online) } else { Way::parse(form.value("way")) };
    let Some(way) = way else {
        form.fault("way", Text::new("請選擇委任方式。", "Please choose how it was given."));
        return Ok(None);
    };
    let new = NewMandate {
        principal: by.principal,
        name: by.name,
        agency: by.agency,
        topics: &topics,
        from_on: app.today(),
        until_on: last + Duration::days(1),
        way,
        evidence: &evidence,
        witness: by.witness,
    };
    match access::give_mandate(&me.db, app.random.as_ref(), &new, app.now()).await {
        Ok(code) => Ok(Some(code)),
        Err(error) => {
            on_form(form, "give a mandate", error)?;
            Ok(None)
        }
    }
}

async fn of_agencies(me: &Me, form: &Form) -> Result<Shown, WebError> {
    let agencies = scope::agencies(me, Action::WitnessMandate);
    let mandates = access::mandates_of_agencies(&me.db, &agencies).await.map_err(WebError::fault("list mandates"))?;
    let found = find(me, &agencies, form.trimmed("q")).await?;
    Ok(Shown { mandates, found, ..Shown::default() })
}

async fn looks(me: &Me, shown: &Shown) -> Result<(), WebError> {
    let given = shown.mandates.iter().map(|mandate| mandate.principal.0);
    let subjects = given.chain(shown.found.iter().map(|person| person.id)).collect();
    let purpose = Purpose::new("mandate", "受理服務代理人之委任");
    me.looks_at(Sight { subjects, agency: None, purpose, fields: &["姓名", "單位", "職稱", "委任"] }).await
}

/// `GET /mandates?q=`
pub async fn show_agency(me: Me, page: Page, form: Form) -> Answer {
    let shown = of_agencies(&me, &form).await?;
    looks(&me, &shown).await?;
    html(&MandatesPage::new(page, form, true, shown))
}

/// `POST /mandates`: what somebody gives before the officer, or takes back by phone.
pub async fn keep_agency(State(app): State<App>, me: Me, page: Page, mut form: Form) -> Answer {
    let agencies = scope::agencies(&me, Action::WitnessMandate);
    if let Ok(id) = form.value("revoke").parse::<i64>() {
        let shown = of_agencies(&me, &form).await?;
        let mandate = shown.mandates.iter().find(|mandate| mandate.id == id).ok_or(WebError::NotAllowed)?;
        let principal =
            personnel::person_at(&me.db, &agencies, mandate.principal.0).await.map_err(told("find a person"))?;
        scope::done_for(&me, Action::WitnessMandate, principal.map(|principal| principal.agency));
        return revoked(&app, &me, mandate, "/mandates").await;
    }
    if let Some(person) = chosen(&me, &agencies, &mut form).await? {
        scope::done_for(&me, Action::WitnessMandate, [person.agency]);
        let agency = person.agency.to_string();
        let witness = Some((me.person, me.name.as_str()));
        let by = Given { principal: person.id, name: &person.name, agency: &agency, witness };
        if let Some(code) = give(&app, &me, &mut form, &by).await? {
            tell::of_witnessed_mandate(&app, person.id).await?;
            let shown = Shown { code: Some(code), ..of_agencies(&me, &Form::new()).await? };
            looks(&me, &shown).await?;
            return html(&MandatesPage::new(page, Form::new(), true, shown));
        }
    }
    let shown = of_agencies(&me, &form).await?;
    looks(&me, &shown).await?;
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &MandatesPage::new(page, form, true, shown))
}
