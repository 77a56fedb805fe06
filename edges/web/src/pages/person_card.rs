//! The cards of a person, as the personnel office registers and ends them.

use crate::pages::people::of_mine;
use crate::pages::sights;
use crate::session::Me;
use crate::{App, scope};
use access::{Action, CardsOf, NewCode, OpenCode, RegisteredCard};
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kernel::{PersonId, Text};
use personnel::Person;
use webkit::{
    Answer, Cell, Choice, Form, Link, Notice, Page, Sample, SummaryRow, Table, Tag, Tone, WebError, done, html,
    html_with, same,
};

/// Bytes of a fingerprint that are shown: enough to tell a person's cards apart.
const SHOWN_BYTES: usize = 6;

/// The cards and the code.
#[derive(Template)]
#[template(path = "person_card.html")]
pub struct PersonCardPage {
    page: Page,
    form: Form,
    person: PersonId,
    facts: Vec<SummaryRow>,
    cards: Table,
    /// The cards that can be ended.
    open: Vec<Choice>,
    /// Whether a code is open.
    waiting: bool,
    /// A code that was given out just now.
    code: Option<String>,
}

impl PersonCardPage {
    fn new(page: Page, form: Form, (person, name): (PersonId, &str), of: &CardsOf, code: Option<String>) -> Self {
        let page = page
            .titled(Text::new("憑證卡片", "Certificate cards"))
            .under(Link::new("/people", Text::new("人員", "People")))
            .under(Link::new(format!("/people/{person}"), same(name)))
            .checked(&form);
        let state = match of.code {
            Some(OpenCode { until_at, .. }) => {
                let until = page.moment(until_at);
                Text::new(format!("已發給，{until}前有效"), format!("given out, counts until {until}"))
            }
            None => Text::new("無", "none"),
        };
        let facts = vec![
            SummaryRow::new(Text::new("姓名", "Name"), same(name)),
            SummaryRow::new(Text::new("登記碼", "Code"), state),
        ];
        let choice = |card: &RegisteredCard| Choice::new(full(card), same(shown(card)));
        let open = of.cards.iter().filter(|card| card.ended_at.is_none()).map(choice).collect();
        Self { cards: table(&page, &of.cards), facts, open, waiting: of.code.is_some(), code, person, form, page }
    }
}

fn full(card: &RegisteredCard) -> String {
    card.fingerprint.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn shown(card: &RegisteredCard) -> String {
    card.fingerprint[..SHOWN_BYTES].iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

fn table(page: &Page, cards: &[RegisteredCard]) -> Table {
    let heads = vec![
        Text::new("憑證指紋", "Fingerprint"),
        Text::new("憑證機構", "Authority"),
        Text::new("登記時間", "Registered"),
        Text::new("狀態", "State"),
    ];
    let mut table = Table::new(Text::new("本機關登記的卡片", "Cards registered here"), heads)
        .when_empty(Text::new("本機關沒有登記此人的卡片。", "This agency registered no card."));
    for card in cards {
        let state = match card.ended_at {
            None => Tag::new(Tone::Good, Text::new("有效", "Registered")),
            Some(_) => Tag::new(Tone::Faded, Text::new("已終止", "Ended")),
        };
        let authority = card.authority.clone().unwrap_or_default();
        let cells =
            vec![Cell::Code(shown(card)), authority.into(), Cell::Code(page.moment(card.registered_at)), state.into()];
        table.row(full(card), shown(card), cells);
    }
    table
}

impl Sample for PersonCardPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let card = |first, ended_at| RegisteredCard {
            fingerprint: [first; 32],
            authority: Some("MOICA".to_owned()),
            registered_at: page.now,
            ended_at,
        };
        let cards = vec![card(0xa7, None), card(0x3c, Some(page.now))];
        let code = Some(OpenCode { issued_at: page.now, until_at: page.now });
        let person = (PersonId(7), "王小明");
        let draw = |of: CardsOf, code: Option<&str>| {
            Self::new(page.clone(), Form::new(), person, &of, code.map(str::to_owned))
        };
        vec![
            ("usual", draw(CardsOf { cards: cards.clone(), code: None }, None)),
            ("issued", draw(CardsOf { cards, code }, Some("7K2M-9QXR-4T0H"))),
            ("empty", draw(CardsOf { cards: Vec::new(), code: None }, None)),
        ]
    }
}

/// The person, if the asker keeps the cards of the agency where the person serves; of who left, another agency does.
async fn holder(me: &Me, id: &str) -> Result<Person, WebError> {
    let person = of_mine(me, id).await?;
    if person.left_on.is_some() {
        return Err(WebError::NotAllowed);
    }
    scope::check(me, Action::RegisterCard, &person.agency)?;
    Ok(person)
}

async fn drawn(
    (app, me): (&App, &Me),
    page: Page,
    form: Form,
    person: &Person,
    code: Option<String>,
) -> Result<PersonCardPage, WebError> {
    let of = cards_of(app, person).await?;
    me.looks_at(sights::cards(person)).await?;
    Ok(PersonCardPage::new(page, form, (person.id, &person.name), &of, code))
}

/// What the person's agency registered; cards registered elsewhere are that agency's matter.
async fn cards_of(app: &App, person: &Person) -> Result<CardsOf, WebError> {
    let of = access::cards_of(&app.db, &person.agency, person.id, app.now()).await;
    of.map_err(WebError::fault("list cards"))
}

/// `GET /people/{id}/card`
pub async fn show(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let person = holder(&me, &id).await?;
    html(&drawn((&app, &me), page, Form::new(), &person, None).await?)
}

/// `POST /people/{id}/card/code`: gives out a code and shows it, this once.
pub async fn issue(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page) -> Answer {
    let person = holder(&me, &id).await?;
    let number = person.national_id.as_str();
    let fragment = number.get(number.len().saturating_sub(4)..).unwrap_or_default();
    let (agency, by) = (&person.agency, me.person);
    let new = NewCode { person: person.id, holder: &person.name, fragment, agency, by };
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    let code = access::issue_code(&mut tx, app.random.as_ref(), &new, app.now()).await;
    let code = code.map_err(WebError::fault("give out a code"))?;
    tx.commit().await.map_err(WebError::fault("give out a code"))?;
    html(&drawn((&app, &me), page, Form::new(), &person, Some(code)).await?)
}

/// `POST /people/{id}/card/withdraw`
pub async fn withdraw(State(app): State<App>, me: Me, Path(id): Path<String>) -> Answer {
    let person = holder(&me, &id).await?;
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    let withdrawn = access::withdraw_code(&mut tx, &person.agency, person.id, app.now()).await;
    withdrawn.map_err(WebError::fault("withdraw a code"))?;
    tx.commit().await.map_err(WebError::fault("withdraw a code"))?;
    let words = Text::new("登記碼已收回。", "The code was withdrawn.");
    Ok(done(&format!("/people/{}/card", person.id), &Notice::success(words)))
}

/// `POST /people/{id}/card/end`: ends one of the person's cards.
pub async fn end(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let person = holder(&me, &id).await?;
    let of = cards_of(&app, &person).await?;
    let named = form.value("card");
    let Some(card) = of.cards.iter().find(|card| card.ended_at.is_none() && full(card) == named) else {
        form.fault("card", Text::new("請選擇要終止的卡片。", "Choose the card to end."));
        return html_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn((&app, &me), page, form, &person, None).await?);
    };
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    access::end_card(&mut tx, &card.fingerprint, app.now()).await.map_err(WebError::fault("end a card"))?;
    tx.commit().await.map_err(WebError::fault("end a card"))?;
    let words = Text::new("卡片已終止。", "The card was ended.");
    Ok(done(&format!("/people/{}/card", person.id), &Notice::success(words)))
}
