//! `renshi bench readlog`: how long writing down who looked holds up a page of 50 people.

use crate::Failure;
use crate::assemble::Running;
use crate::chance::SystemRandom;
use crate::journey;
use axum::body::{Body, to_bytes};
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, SET_COOKIE};
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

/// Measures the page as it is, how long of that it waited for its entry (the header `server-timing`), and the writing alone, by turns.
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
    // Under another name than its own the site answers nothing.
    let host = app.public.trim_start_matches("http://").to_owned();
    let form = Request::post("/signin").header(HOST, &host).header(CONTENT_TYPE, "application/x-www-form-urlencoded");
    let answer = site.clone().oneshot(form.body(Body::from(format!("card={}", officer.id)))?).await?;
    let cookie = answer.headers().get(SET_COOKIE).ok_or("the officer could not sign in")?.to_str()?;
    let cookie = cookie.split(';').next().unwrap_or_default().to_owned();

    let query = PeopleQuery { agencies: &[officer.agency], words: "", limit: PAGE, offset: 0 };
    let (people, _) = personnel::people(&app.db, query).await?;
    let people: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let (mut pages, mut writes) = (Vec::with_capacity(rounds), Vec::with_capacity(rounds));
    let mut waits = Vec::with_capacity(rounds);
    for _ in 0..rounds {
        let started = Instant::now();
        let request = Request::get("/people").header(HOST, &host).header(COOKIE, &cookie).body(Body::empty())?;
        let answer = site.clone().oneshot(request).await?;
        if answer.status() != StatusCode::OK {
            return Err(format!("the page answered {}", answer.status()).into());
        }
        waits.push(waited(answer.headers().get("server-timing").and_then(|value| value.to_str().ok()))?);
        to_bytes(answer.into_body(), usize::MAX).await?;
        pages.push(started.elapsed());
        writes.push(write(app, &people).await?);
    }
    let (page, wait, write) = (median(pages), median(waits), median(writes));
    println!("{} people on a page, {rounds} pages, medians of one run", people.len());
    println!("the page with its entry in the log  {:>8.2} ms", millis(page));
    println!("of that, waiting for the entry      {:>8.2} ms", millis(wait));
    println!("an entry written alone              {:>8.2} ms", millis(write));
    let without = page.saturating_sub(wait);
    println!("the log adds                        {:>8.1} %", 100.0 * millis(wait) / millis(without));
    let bytes = app.db.schema_bytes("readlog").await? / i64::try_from(2 * rounds)?;
    println!("an entry of {} people takes         {bytes:>8} bytes", people.len());
    Ok(())
}

fn waited(header: Option<&str>) -> Result<Duration, Failure> {
    let millis: f64 =
        header.and_then(|text| text.strip_prefix("readlog;dur=")).ok_or("the page did not say")?.parse()?;
    Ok(Duration::from_secs_f64(millis / 1000.0))
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
