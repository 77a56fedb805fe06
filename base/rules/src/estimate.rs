//! One person's retirement: what is due once, what is paid monthly over the years, and what another law makes of it.
//!
//! Left out, and refused rather than passed over: an earlier retirement, an injury on duty with its extra bases and its freedom from the ceiling,
//! and police, whose ceiling follows the current pay of the grade. Survivors, divorce, offences and re-employment have rules of their own that are
//! not joined to an estimate.

use kernel::{Refusal, Text};
use statute::{Rational, StatuteFault, Valued};
use time::Date;

use crate::{
    Law, Ledger, Rule, SchemeLaw, Silent, Step, Steps, Stop,
    entitlement::{self, Entitlement},
    facts::{Benefit, Facts, Ground, Post},
    income::{self, Income},
    s0080011::a004_cash_compensation,
    s0080034::{a004_floor, a028_old_scheme, a029_new_scheme, a031_early_reduction, a034_compensation, a042_severance},
    s0080035::a005_insurance_annuity,
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
}

impl Once {
    /// All of it.
    pub fn total(self) -> i64 {
        self.old + self.new + self.cash + self.compensation
    }
}

/// What one choice gives until a day, with every step that makes the income of the first payment.
///
/// # Errors
/// The ground or the kind is not open, facts are missing or contradict each other, or the law needs a value that is not known.
pub fn estimate(law: &SchemeLaw, facts: &Facts, until: Date, ledger: &mut impl Ledger) -> Result<Estimate, Stop> {
    let mut estimate = lump_side(law, facts, ledger)?;
    let Some(income) = monthly_facts(law, facts, &estimate.entitlement, ledger)? else { return Ok(estimate) };
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
    let income = monthly_facts(law, facts, &entitlement, ledger)?;
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

/// What an estimate would get wrong, because the rules for it are not joined here.
fn left_out(facts: &Facts) -> Option<Box<Refusal>> {
    let (field, zh, en) = if !facts.earlier.is_empty() {
        ("earlier", "曾辦理退休、資遣或領取退離給與者", "who was paid for earlier service")
    } else if facts.ground == Ground::OrderedInjury {
        ("ground", "因公傷病命令退休者", "an ordered retirement by injury on duty")
    } else if facts.post == Post::Police {
        ("post", "適用警察人員替代率者", "the ceiling of police, which follows the current pay")
    } else {
        return None;
    };
    let (zh, en) = (
        format!("本試算尚未納入{zh}，請洽人事單位"),
        format!("Not estimated here: {en}; please ask the personnel office"),
    );
    Some(Box::new(Refusal::new("pension/not-estimated", zh, en).field(field)))
}

/// What is paid once.
fn lump_side(law: &SchemeLaw, facts: &Facts, ledger: &mut impl Ledger) -> Result<Estimate, Stop> {
    let entitlement = assessed(law, facts, ledger)?;
    let on = a004_floor::pay_standard_on(law, facts.effective_on);
    let (pay, months, part) = (entitlement.average_pay, entitlement.given_for, entitlement.parts.lump);
    let mut once = Once::default();
    if facts.ground == Ground::Severance {
        let severance = a042_severance::severance(law, (pay, months), on, ledger)?;
        (once.old, once.new) = (severance.old, severance.new);
    } else if part > Rational::from_integer(0) {
        if months.old > 0 {
            once.old = a028_old_scheme::lump(law, (pay, months.old, part), on, ledger)?;
        }
        if months.new > 0 {
            once.new = a029_new_scheme::lump(law, (pay, months, part), on, ledger)?;
        }
    }
    if months.old > 0 && facts.effective_on >= on {
        once.cash = a004_cash_compensation::amount(law, (entitlement.last_pay, months.old), on, ledger)?;
    }
    if entitlement.parts.monthly > Rational::from_integer(0) && facts.effective_on >= on {
        let due = compensation_due(facts, &entitlement);
        once.compensation = a034_compensation::from_fund(law, due, ledger)?;
        if facts.compensation_at_once {
            once.compensation += a034_compensation::once(law, due, ledger)?;
        }
    }
    Ok(Estimate { entitlement, once, starts_on: None, line: Vec::new() })
}

fn compensation_due(facts: &Facts, entitlement: &Entitlement) -> a034_compensation::Facts {
    let (credited, average_pay) = (entitlement.given_for, entitlement.average_pay);
    a034_compensation::Facts { retired_on: facts.effective_on, credited, average_pay, part: entitlement.parts.monthly }
}

/// What the monthly income depends on; `None` if nothing is paid monthly.
fn monthly_facts(
    law: &SchemeLaw,
    facts: &Facts,
    entitlement: &Entitlement,
    ledger: &mut impl Ledger,
) -> Result<Option<income::Facts>, Stop> {
    if facts.ground == Ground::Severance {
        return Ok(None);
    }
    let on = a004_floor::pay_standard_on(law, facts.effective_on);
    let (pay, months, part) = (entitlement.average_pay, entitlement.given_for, entitlement.parts.monthly);
    let nothing = Rational::from_integer(0);
    let starting = entitlement.starting;
    let early = starting.map_or(0, |starting| starting.early_months);
    let reduced = matches!(facts.benefit, Benefit::Reduced | Benefit::HalfReduced);
    let deferred = matches!(facts.benefit, Benefit::Deferred | Benefit::HalfDeferred);
    let mut drawn = part;
    if reduced {
        drawn *= a031_early_reduction::part_left(law, early, on, ledger)?;
    }
    let (mut old, mut new, mut compensation) = (0, 0, 0);
    if part > nothing {
        old = a028_old_scheme::monthly(law, (pay, months.old, drawn), on, ledger)?;
        new = a029_new_scheme::monthly(law, (pay, months, drawn), on, ledger)?;
        if !facts.compensation_at_once {
            compensation = a034_compensation::monthly(law, compensation_due(facts, entitlement), ledger)?;
        }
    }
    let deposit = facts.deposit.unwrap_or_default();
    let annuity = match facts.insurance.filter(|insurance| insurance.annuity) {
        Some(insurance) => {
            let counted = a005_insurance_annuity::Facts {
                lump: insurance.lump.unwrap_or_default(),
                credited_months: insurance.credited_months,
                months: insurance.months,
                age: entitlement.age,
                expectancy: None,
            };
            a005_insurance_annuity::monthly(law, counted, on, ledger)?
        }
        None => 0,
    };
    let starts_on = starting.filter(|_| deferred).map_or(facts.effective_on, |starting| starting.on);
    Ok(Some(income::Facts {
        retired_on: facts.effective_on,
        starts_on,
        months: entitlement.credited.total(),
        last_pay: entitlement.last_pay,
        police_pay: None,
        part,
        reduced,
        compensation,
        old,
        new,
        annuity,
        insurance_deposit: deposit.insurance_principal,
        lump_deposit: deposit.lump_principal,
    }))
}

/// One payment under two laws.
#[derive(Debug, Clone)]
pub struct Difference {
    /// By the law before.
    pub before: Side,
    /// By the law after.
    pub after: Side,
}

/// One payment under one law.
#[derive(Debug, Clone)]
pub struct Side {
    /// The income; `None` if nothing is paid monthly.
    pub income: Option<Income>,
    /// All steps.
    pub steps: Steps,
}

/// What two laws make of one payment.
///
/// # Errors
/// As [`income_on`], under either law.
pub fn difference(laws: (&Law, &Law), facts: &Facts, day: Date) -> Result<Difference, Stop> {
    let side = |law: &Law| {
        let mut steps = Steps::default();
        let income = income_on(law.of(facts.scheme), facts, day, &mut steps)?;
        Ok::<_, Stop>(Side { income, steps })
    };
    Ok(Difference { before: side(laws.0)?, after: side(laws.1)? })
}

impl Difference {
    /// Why the figures differ: the steps of one rule whose values of law are others, before and after, in the order they were applied. The
    /// first step of a rule is held against the first, the second against the second: one law may cut where the other does not.
    pub fn causes(&self) -> Vec<(&Step, &Step)> {
        let is_of = |rule: &'static Rule| move |step: &&Step| std::ptr::eq(step.rule, rule);
        let before = &self.before.steps.0;
        let pairs = before.iter().enumerate().filter_map(|(at, step)| {
            let nth = before[..at].iter().filter(is_of(step.rule)).count();
            Some((step, self.after.steps.0.iter().filter(is_of(step.rule)).nth(nth)?))
        });
        pairs.filter(|(before, after)| before.used != after.used).collect()
    }
}

/// What payers go on paying until a case has been assessed anew under the amendment of 2025, and the letter that says so.
#[derive(Debug, Clone, PartialEq)]
pub struct Provisional {
    /// What is paid meanwhile, NT dollars a month.
    pub paid: i64,
    /// In words, with the letter.
    pub words: Valued<Text>,
}

/// What payers go on paying, where the column of annex 3 is what differs under the later law.
///
/// # Errors
/// As [`income_on`].
pub fn provisional(
    after: &Law,
    difference: &Difference,
    facts: &Facts,
    day: Date,
) -> Result<Option<Provisional>, Stop> {
    let causes = difference.causes();
    let column = causes.iter().flat_map(|(_, after)| &after.used).find(|used| used.key.ends_with(COLUMN));
    let (Some(column), Some(law)) = (column, income::until_assessed(after)?) else { return Ok(None) };
    let words = match statute::text(&format!("{}/{UNTIL_REASSESSED}", column.citation.act.folder()), day, &[]) {
        // What is paid beyond the year the letter speaks of nobody has said.
        Err(StatuteFault::Unknown { .. }) => return Ok(None),
        words => words?,
    };
    let income = income_on(law.of(facts.scheme), facts, day, &mut Silent)?;
    Ok(income.map(|income| Provisional { paid: income.total(), words }))
}

/// The column of annex 3, in the folder of either act.
const COLUMN: &str = "a037/column";
/// What is paid until a case has been re-assessed, in the folder of either act.
const UNTIL_REASSESSED: &str = "a037/until-reassessed";

#[cfg(test)]
mod tests;
