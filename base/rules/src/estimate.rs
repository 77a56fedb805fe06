//! One person's retirement: what is due once, what is paid monthly over the years, and what another law makes of it.

mod benefits;
mod difference;
mod effects;
mod running;
mod survivors;
mod table;

use kernel::Refusal;
use time::Date;

use self::running::Running;
pub use self::{
    difference::{Difference, Side, UntilReassessed, difference, until_reassessed},
    effects::{Answered, Effect, Figures, effects},
    survivors::{Annuity, Due, DueInService, InService, Survivors, death_in_service, survivors},
    table::{Candidate, Horizon, Outcome, Row, When, candidates, table},
};
use crate::{
    Ledger, SchemeLaw, Silent, Stop,
    entitlement::{self, Entitlement},
    facts::{Benefit, Event, Facts},
    income::{self, Income},
    s0080034::a075_loss::{self, Right},
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
    /// What is left to the survivors, if the facts tell of a death.
    pub survivors: Option<Survivors>,
}

impl Estimate {
    /// All that is paid before a day, NT dollars: what is paid once, and the payments of the first days of months. What is held back counts
    /// once the cause is over, and what an offence took once probation is.
    pub fn paid_until(&self, day: Date) -> i64 {
        let (mut paid, mut held, mut is_held) = (self.once.total(), self.once.lost, false);
        for (at, income) in self.line.iter().enumerate().take_while(|(_, income)| income.paid_for < day) {
            let until = self.line.get(at + 1).map_or(day, |next| next.paid_for.min(day));
            let months = i64::from(running::payments(income.paid_for, until));
            let back = income.taken.iter().filter(|taken| taken.why.is_paid_later()).map(|taken| taken.amount);
            let back: i64 = back.sum();
            if is_held && back == 0 {
                paid += std::mem::take(&mut held);
            }
            is_held = back > 0;
            held += back * months;
            paid += income.total() * months;
        }
        paid
    }

    /// The first month of the pension, or of the deposit if none is drawn, NT dollars.
    pub fn first_monthly(&self) -> i64 {
        let first = self.line.iter().rev().find(|income| self.starts_on.is_none_or(|day| income.paid_for <= day));
        first.or(self.line.first()).map_or(0, Income::total)
    }
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
    /// What an offence takes of all this; paid later if probation ends well.
    pub lost: i64,
    /// What goes to the divorced spouse.
    pub divorce: i64,
}

impl Once {
    /// All of it.
    pub fn total(self) -> i64 {
        self.old + self.new + self.cash + self.compensation + self.injury - self.lost - self.divorce
    }
}

/// What one choice gives until a day, with every step that makes the income of the first payment.
///
/// # Errors
/// The ground or the kind is not open, facts are missing or contradict each other, or the law needs a value that is not known.
pub fn estimate(law: &SchemeLaw, facts: &Facts, until: Date, ledger: &mut impl Ledger) -> Result<Estimate, Stop> {
    let entitlement = assessed(law, facts, ledger)?;
    let mut once = Once::default();
    let running = Running::new(law, (facts, &entitlement, &mut once), ledger)?;
    let mut estimate = Estimate { entitlement, once, starts_on: None, line: Vec::new(), survivors: None };
    let Some(running) = running else { return Ok(estimate) };
    estimate.starts_on = running.starts_on();
    estimate.line = running.line(law, until)?;
    if let Some(first) = estimate.line.iter().find(|income| estimate.starts_on.is_none_or(|day| income.paid_for >= day))
    {
        running.on(law, first.paid_for, ledger)?;
    }
    if let Some(died_on) = facts.died_on {
        estimate.survivors = Some(survivors(law, facts, died_on, ledger)?);
    }
    Ok(estimate)
}

/// The income of one payment day.
///
/// # Errors
/// As [`estimate`]; a day before retirement.
pub fn income_on(law: &SchemeLaw, facts: &Facts, day: Date, ledger: &mut impl Ledger) -> Result<Option<Income>, Stop> {
    let entitlement = assessed(law, facts, ledger)?;
    if facts.events.is_empty() && facts.died_on.is_none() {
        let income = benefits::monthly(law, (facts, &entitlement), ledger)?;
        return income.map(|income| income::on(law, &income, day, ledger)).transpose();
    }
    let running = Running::new(law, (facts, &entitlement, &mut Once::default()), ledger)?;
    running.map(|running| running.on(law, day, ledger)).transpose()
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
    for event in &facts.events {
        if let Event::Lost(lost) = event
            && a075_loss::is_lost((lost.cause, lost.on), Right::Claim, facts.effective_on, ledger)
        {
            let (zh, en) = ("已喪失申請退撫給與之權利", "The right to claim is lost");
            let place = law.cited("s0080034/75/1", "h0150049/75/1");
            return Err(Refusal::new("pension/right-lost", zh, en).field("events").cite(place).into());
        }
    }
    let entitlement = entitlement::assess(law, facts, ledger)?;
    match entitlement.refusal.clone() {
        Some(refusal) => Err(Stop::Refused(refusal)),
        None => Ok(entitlement),
    }
}

#[cfg(test)]
mod tests;
