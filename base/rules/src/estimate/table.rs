//! Dates and kinds side by side: what each gives first, once, until a day, and to the survivors.

use kernel::Text;
use time::{Date, Duration};

use super::{Estimate, Survivors, estimate, survivors};
use crate::{
    SchemeLaw, Silent, Stop, entitlement,
    facts::{Benefit, Facts, Ground},
    h0150049::a021_term_days,
    months::{birthday, next_month},
    s0080034::{a019_mandatory, a027_average_pay},
};

/// Why a date is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum When {
    /// The first day on which voluntary retirement is open.
    Voluntary,
    /// The first day of voluntary retirement with a full monthly pension at once.
    FullPension,
    /// The day in the facts.
    Chosen,
    /// The latest day, by age.
    Mandatory,
}

impl When {
    /// In words.
    pub fn text(self) -> Text {
        match self {
            Self::Voluntary => Text::new("最早得自願退休", "earliest voluntary retirement"),
            Self::FullPension => Text::new("最早得領全額月退休金", "earliest full monthly pension"),
            Self::Chosen => Text::new("所填退休日", "the day given"),
            Self::Mandatory => Text::new("屆齡退休", "mandatory retirement"),
        }
    }
}

/// A date on which somebody might retire.
#[derive(Debug, Clone, PartialEq)]
pub struct Candidate {
    /// The effective day.
    pub on: Date,
    /// Why it is looked at.
    pub when: When,
    /// The facts as if retired on that day: service and pay go on as they are until then.
    pub facts: Facts,
}

/// How far the table looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Horizon {
    /// What is paid before that day is added up.
    pub until: Date,
    /// A death on that day is assumed for the survivors.
    pub died_on: Option<Date>,
}

/// One kind on one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// The date.
    pub candidate: Candidate,
    /// The kind.
    pub benefit: Benefit,
    /// What it gives, or why nothing.
    pub outcome: Result<Outcome, Stop>,
}

/// What one kind on one date gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// All of it.
    pub estimate: Estimate,
    /// The first month, NT dollars.
    pub first_monthly: i64,
    /// What is paid once, NT dollars.
    pub once: i64,
    /// All that is paid before the horizon, NT dollars.
    pub total: i64,
    /// What a death on the day assumed leaves.
    pub survivors: Option<Result<Survivors, Stop>>,
}

/// Every kind that is open on each date.
///
/// # Errors
/// The facts do not say what eligibility needs.
pub fn table(law: &SchemeLaw, facts: &Facts, horizon: Horizon) -> Result<Vec<Row>, Stop> {
    let mut rows = Vec::new();
    for candidate in candidates(law, facts)? {
        let open = entitlement::assess(law, &candidate.facts, &mut Silent)?.open;
        for benefit in open.iter() {
            let facts = Facts { benefit, ..candidate.facts.clone() };
            let outcome = outcome(law, &facts, horizon);
            rows.push(Row { candidate: candidate.clone(), benefit, outcome });
        }
    }
    Ok(rows)
}

fn outcome(law: &SchemeLaw, facts: &Facts, horizon: Horizon) -> Result<Outcome, Stop> {
    if let Some(problem) = facts.check(law)?.into_iter().next() {
        return Err(problem.into());
    }
    let estimate = estimate(law, facts, horizon.until, &mut Silent)?;
    let died_on = horizon.died_on.filter(|day| *day >= facts.effective_on);
    Ok(Outcome {
        first_monthly: estimate.first_monthly(),
        once: estimate.once.total(),
        total: estimate.paid_until(horizon.until),
        survivors: died_on.map(|day| survivors(law, facts, day, &mut Silent)),
        estimate,
    })
}

/// The dates worth looking at, ascending, each once. Without the days of service and pay only the day in the facts can be calculated.
///
/// # Errors
/// A value of law that is missing.
pub fn candidates(law: &SchemeLaw, facts: &Facts) -> Result<Vec<Candidate>, Stop> {
    let chosen = Candidate { on: facts.effective_on, when: When::Chosen, facts: facts.clone() };
    if facts.service.is_empty() || facts.pay.history.is_empty() || facts.ground == Ground::Death {
        return Ok(vec![chosen]);
    }
    let mut found = vec![chosen];
    let age = a019_mandatory::age_of(law, facts.hazardous, facts.effective_on)?;
    let of = (facts.post, facts.born_on, age);
    let latest = a019_mandatory::latest_day(law, of, facts.effective_on, &mut Silent)?;
    let by_age = retiring(facts, latest, Ground::Mandatory);
    if is_open(law, &by_age, |_| true)? {
        found.push(Candidate { on: latest, when: When::Mandatory, facts: by_age });
    }
    for (when, full) in [(When::Voluntary, false), (When::FullPension, true)] {
        let wanted = |entitlement: &entitlement::Entitlement| !full || entitlement.open.has(Benefit::Monthly);
        if let Some(facts) = earliest(law, facts, latest, wanted)? {
            found.push(Candidate { on: facts.effective_on, when, facts });
        }
    }
    found.sort_by_key(|candidate| (candidate.on, candidate.when != When::Chosen));
    found.dedup_by_key(|candidate| candidate.on);
    Ok(found)
}

/// The facts as if retired on another day and ground: what lasted until the day given lasts until the other, and nothing has happened since.
fn retiring(facts: &Facts, on: Date, ground: Ground) -> Facts {
    let given = facts.effective_on;
    let end = |until: Date| if until >= given { on } else { until.min(on) };
    let mut moved = Facts {
        effective_on: on,
        ground,
        events: Vec::new(),
        died_on: None,
        filed_on: None,
        drop: None,
        ..facts.clone()
    };
    moved.pay.average = None;
    moved.service.iter_mut().for_each(|spell| spell.until = end(spell.until));
    moved.service.retain(|spell| spell.from < spell.until);
    moved.pay.history.iter_mut().for_each(|spell| spell.until = end(spell.until));
    moved.pay.history.retain(|spell| spell.from < spell.until);
    moved
}

/// Whether retirement is open with some kind, and more is met.
fn is_open(law: &SchemeLaw, facts: &Facts, wanted: impl Fn(&entitlement::Entitlement) -> bool) -> Result<bool, Stop> {
    // The ground alone is asked for: any kind that is open will do.
    let served = entitlement::served(law, facts, &mut Silent)?;
    let applicant = entitlement::applicant(facts, served);
    match entitlement::ground(law, facts, applicant, &mut Silent) {
        Err(Stop::Refused(_)) => return Ok(false),
        ground => ground?,
    }
    match entitlement::assess(law, facts, &mut Silent) {
        Ok(entitlement) => Ok(wanted(&entitlement)),
        Err(Stop::Refused(_)) => Ok(false),
        Err(missing) => Err(missing),
    }
}

/// The first day of voluntary retirement before the latest day on which more is met. Looked at are the days on which age, year or month turn,
/// then those before the first that fits; no day is given beyond the values of law that are known.
fn earliest(
    law: &SchemeLaw,
    facts: &Facts,
    latest: Date,
    wanted: impl Fn(&entitlement::Entitlement) -> bool,
) -> Result<Option<Facts>, Stop> {
    let first = facts.service.iter().map(|spell| spell.from).max().unwrap_or(facts.effective_on).next_day();
    let first = first.unwrap_or(Date::MAX).max(a027_average_pay::act_from(law)?);
    let term = |day| !facts.post.teaches() || facts.special_reason || a021_term_days::on_term_day(law, day).is_ok();
    let fits = |day| Ok::<_, Stop>(term(day) && is_open(law, &retiring(facts, day, Ground::Voluntary), &wanted)?);
    let (mut before, mut day) = (first, first);
    while day <= latest {
        let is_met = match fits(day) {
            // Beyond the values that are known nobody can say which day it will be.
            Err(Stop::Missing(_)) => return Ok(None),
            is_met => is_met?,
        };
        if is_met {
            while before < day && !fits(before)? {
                before += Duration::DAY;
            }
            return Ok(Some(retiring(facts, before, Ground::Voluntary)));
        }
        before = day.saturating_add(Duration::DAY);
        let month = next_month(day);
        let last = month.previous_day().unwrap_or(month);
        let years = u32::try_from(day.year() - facts.born_on.year()).unwrap_or_default();
        let turns = [last, month, birthday(facts.born_on, years), birthday(facts.born_on, years + 1)];
        day = turns.into_iter().filter(|turn| *turn > day).min().unwrap_or(Date::MAX);
    }
    Ok(None)
}
