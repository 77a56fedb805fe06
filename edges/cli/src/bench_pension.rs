//! `renshi bench pension`: whole assessments of one person on one core, with and without their reasons.

use rules::facts::Facts;
use rules::{Law, Silent, Steps, estimate, render};
use statute::Edition;
use std::hint::black_box;
use std::time::Instant;
use time::macros::date;

/// A civil servant with service of both schemes who retires at the mandatory age on a monthly pension.
const FACTS: &str = r#"{
    "scheme": "civil", "born_on": "1960-05-20", "effective_on": "2025-07-16", "ground": "mandatory", "benefit": "monthly",
    "service": [
        { "from": "1984-08-01", "until": "1986-06-01", "kind": "conscript" },
        { "from": "1988-09-01", "until": "2025-07-16", "kind": "civil" }
    ],
    "pay": { "last": { "point": 590 }, "history": [
        { "from": "1988-09-01", "until": "2020-01-01", "level": { "point": 550 } },
        { "from": "2020-01-01", "until": "2025-07-16", "level": { "point": 590 } }
    ] }
}"#;

/// Measures and prints. Each assessment goes from the facts to one month's income: service, eligibility, average pay, both pensions,
/// deposit, ceiling, cuts, price steps.
///
/// # Errors
/// When the rules give no figure.
pub fn run(rounds: usize) -> Result<(), crate::Failure> {
    let law = Law::of_edition(Edition::of(date!(2026 - 11 - 23)))?;
    let facts: Facts = serde_json::from_str(FACTS)?;
    let (law, day) = (law.of(facts.scheme), date!(2026 - 12 - 01));
    let started = Instant::now();
    for _ in 0..rounds {
        black_box(estimate::income_on(law, black_box(&facts), day, &mut Silent)?);
    }
    let silent = started.elapsed();
    let started = Instant::now();
    for _ in 0..rounds {
        let mut steps = Steps::default();
        black_box(estimate::income_on(law, black_box(&facts), day, &mut steps)?);
        black_box(steps);
    }
    let explained = started.elapsed();
    let mut steps = Steps::default();
    let income = estimate::income_on(law, &facts, day, &mut steps)?.ok_or("nothing is paid monthly")?;
    let started = Instant::now();
    for _ in 0..rounds.div_ceil(100) {
        black_box(steps.0.iter().map(|step| render::json(step, Some(facts.scheme))).collect::<Vec<_>>());
    }
    let written = started.elapsed() / u32::try_from(rounds.div_ceil(100))?;
    let rate = |taken: std::time::Duration| crate::bench::rate(rounds, taken.as_secs_f64());
    println!("an assessment without reasons  {:>9.0}/s on one core", rate(silent));
    println!(
        "an assessment with reasons     {:>9.0}/s on one core ({} steps, {} NT$ a month)",
        rate(explained),
        steps.0.len(),
        income.total()
    );
    println!("its reasons as JSON            {:>9.1} ms", written.as_secs_f64() * 1_000.0);
    Ok(())
}
