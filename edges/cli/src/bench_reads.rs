//! `renshi bench readlog`: what writing down who looked costs of a page of 50 people.

use crate::Failure;
use crate::assemble::Running;
use crate::chance::SystemRandom;
use crate::journey;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, SET_COOKIE};
use axum::http::{Request, StatusCode};
use kernel::{PersonId, Text};
use personnel::PeopleQuery;
use readlog::{Purpose, Read, Reader, Via};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use tower::ServiceExt;
use web::Card;

/// People on the page.
const PAGE: u32 = 50;

/// Measures the page as it is, and the writing alone, by turns, and prints the share.
///
/// # Errors
/// When storage fails or the page is not shown.
pub async fn run(running: &Running, rounds: usize) -> Result<(), Failure> {
    let app = &running.app;
    let staffs = journey::appoint(running, &BTreeSet::new()).await?;
    let officer = &staffs.values().next().ok_or("nobody is appointed")?.officer;
    journey::card_of(running, officer).await?;
    let cards = app.cards.as_ref().ok_or("the bench has a box of cards")?;
    let agency = app.agency_name(officer.agency).await?;
    let part = Text::new("人事人員", "Personnel officer");
    cards.lay(Card { person: officer.id, name: officer.name.clone(), part, agency });
    let site = web::router(app.clone());
    let form = Request::post("/signin").header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = site.clone().oneshot(form.body(Body::from(format!("card={}", officer.id)))?).await?;
    let cookie = answer.headers().get(SET_COOKIE).ok_or("the officer could not sign in")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();

    let query = PeopleQuery { agencies: &[officer.agency], words: "", limit: PAGE, offset: 0 };
    let (people, _) = personnel::people(&app.db, query).await?;
    let people: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let (mut pages, mut writes) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    for _ in 0..rounds {
        let started = Instant::now();
        let request = Request::get("/people").header(COOKIE, &cookie).body(Body::empty())?;
        let answer = site.clone().oneshot(request).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("the page answered {}", answer.status()).into());
        }
        to_bytes(answer.into_body(), usize::MAX).await?;
        pages.push(started.elapsed());
        writes.push(write(app, &people).await?);
    }
    let (page, write) = (median(pages), median(writes));
    println!("{} people on a page, {rounds} pages, medians of one run", people.len());
    println!("the page with its entry in the log  {:>8.2} ms", millis(page));
    println!("the entry alone                     {:>8.2} ms", millis(write));
    let without = page.saturating_sub(write);
    println!("the log adds                        {:>8.1} %", 100.0 * millis(write) / millis(without));
    let bytes = app.db.schema_bytes("readlog").await? / i64::try_from(2 * rounds)?;
    println!("an entry of {} people takes         {bytes:>8} bytes", people.len());
    Ok(())
}

async fn write(app: &web::App, people: &[PersonId]) -> Result<Duration, Failure> {
    let (reader, purpose) = (Reader::system("bench"), Purpose::new("bench", "量測"));
    let started = Instant::now();
    let read = Read {
        at: app.now(),
        reader: &reader,
        subjects: people,
        purpose: &purpose,
        fields: &["姓名", "身分證字號（部分）", "服務機關", "單位", "職稱", "官職等"],
        via: Via::Page("/people"),
        request: "0123456789abcdef",
    };
    readlog::record(&app.db, &SystemRandom, &read).await?;
    Ok(started.elapsed())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1000.0
}
