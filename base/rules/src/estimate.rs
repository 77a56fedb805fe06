//! One person's retirement: what is due once, what is paid monthly over the years, and what another law makes of it.

mod benefits;
mod difference;

use kernel::Refusal;
use statute::Rational;
use time::Date;

pub use self::difference::{Difference, Provisional, Side, difference, provisional};
use crate::{
    Ledger, SchemeLaw, Silent, Stop,
    entitlement::{self, Entitlement},
    facts::{Benefit, Facts},
    income::{self, Income},
};

/// What one choice gives.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// Eligibility, service and pay.
    pub entitlement: Entitlement,
    /// Paid once on the effective day, NT dollars.
    pub once: Once,
    /// First day of the monthly pension; `None` if none is drawn.
    pub starts_on: Option<Date>,
    /// The monthly income over the years: one entry for each day on which it changes.
    pub line: Vec<Income>,
}

/// What is paid once, NT dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Once {
    /// Lump sum for old-scheme service, by the government.
    pub old: i64,
    /// Lump sum for new-scheme service, by the fund.
    pub new: i64,
    /// 其他現金給與補償金.
    pub cash: i64,
    /// 補償金 paid at once: the fund's, and the government's if it was chosen so; with a deferred pension paid when that starts (細則 33 IV).
    pub compensation: i64,
    /// Lump sum on top by injury on duty.
    pub injury: i64,
}

impl Once {
    /// All of it.
    pub fn total(self) -> i64 {
        self.old + self.new + self.cash + self.compensation + self.injury
    }
}

/// What one choice gives until a day, with every step that makes the income of the first payment.
///
/// # Errors
/// The ground or the kind is not open, facts are missing or contradict each other, or the law needs a value that is not known.
pub fn estimate(law: &SchemeLaw, facts: &Facts, until: Date, ledger: &mut impl Ledger) -> Result<Estimate, Stop> {
    let entitlement = assessed(law, facts, ledger)?;
    let once = benefits::once(law, (facts, &entitlement), ledger)?;
    let mut estimate = Estimate { entitlement, once, starts_on: None, line: Vec::new() };
    let Some(income) = benefits::monthly(law, (facts, &estimate.entitlement), ledger)? else { return Ok(estimate) };
    estimate.starts_on = (income.part > Rational::from_integer(0)).then_some(income.starts_on);
    estimate.line = income::line(law, &income, until)?;
    if let Some(first) = estimate.line.iter().find(|income| estimate.starts_on.is_none_or(|day| income.paid_for >= day))
    {
        income::on(law, &income, first.paid_for, ledger)?;
    }
    Ok(estimate)
}

/// The income of one payment day.
///
/// # Errors
/// As [`estimate`]; a day before retirement.
pub fn income_on(law: &SchemeLaw, facts: &Facts, day: Date, ledger: &mut impl Ledger) -> Result<Option<Income>, Stop> {
    let entitlement = assessed(law, facts, ledger)?;
    let income = benefits::monthly(law, (facts, &entitlement), ledger)?;
    income.map(|income| income::on(law, &income, day, ledger)).transpose()
}

/// A kind that may be chosen.
#[derive(Debug, Clone, PartialEq)]
pub struct Choice {
    /// The kind.
    pub benefit: Benefit,
    /// What it gives, or why it gives nothing.
    pub estimate: Result<Estimate, Stop>,
}

/// Every kind that may be chosen, each with what it gives or why it gives nothing.
///
/// # Errors
/// The ground is not met, or the facts do not say what it needs.
pub fn options(law: &SchemeLaw, facts: &Facts, until: Date) -> Result<Vec<Choice>, Stop> {
    let open = entitlement::assess(law, facts, &mut Silent)?.open;
    let estimated = open.iter().map(|benefit| {
        let facts = Facts { benefit, ..facts.clone() };
        Choice { benefit, estimate: estimate(law, &facts, until, &mut Silent) }
    });
    Ok(estimated.collect())
}

fn assessed(law: &SchemeLaw, facts: &Facts, ledger: &mut impl Ledger) -> Result<Entitlement, Stop> {
    let entitlement = entitlement::assess(law, facts, ledger)?;
    match entitlement.refusal.clone().or_else(|| left_out(facts)) {
        Some(refusal) => Err(Stop::Refused(refusal)),
        None => Ok(entitlement),
    }
}

/// What is not joined to an estimate, and refused rather than passed over.
fn left_out(facts: &Facts) -> Option<Box<Refusal>> {
    let (field, zh, en) = if !facts.events.is_empty() {
        ("events", "退休後之事件", "events after retirement")
    } else if facts.died_on.is_some() {
        ("died_on", "退休後亡故", "a death after retirement")
    } else {
        return None;
    };
    let (zh, en) = (
        format!("本試算尚未納入{zh}，請洽人事單位"),
        format!("Not estimated here: {en}; please ask the personnel office"),
    );
    Some(Box::new(Refusal::new("pension/not-estimated", zh, en).field(field)))
}

#[cfg(test)]
mod tests;
