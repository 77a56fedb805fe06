//! The monthly income of one payment day, put together from the rules, and how it changes over the years.
//!
//! The parts come in as they were determined (`a028_old_scheme`, `a029_new_scheme`, `a034_compensation`, `a031_early_reduction`); what is done
//! here is the order of the acts: deposit rate, filling up to the last column, ceiling, cuts, guaranteed minimum, price steps.

use kernel::Refusal;
use statute::{Edition, Rational, Series, StatuteFault};
use time::Date;

use crate::{
    Law, Ledger, Scheme, SchemeLaw, Silent, Stop,
    police_act::a035_ceiling,
    s0080034::{
        a004_floor, a004_monthly_income,
        a036_deposit_lump::{self, Tiers},
        a036_deposit_monthly::{self, Deposit},
        a037_replacement_rate as ceiling,
        a039_order_of_cuts::{self, Parts},
        a067_price_steps as prices,
    },
    s0080036::a008_deposit,
};

/// What somebody's monthly income depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// First day of retirement.
    pub retired_on: Date,
    /// First day of the monthly pension; later than retirement if it is deferred (展期).
    pub starts_on: Date,
    /// All credited months.
    pub months: u32,
    /// Last pay of the grade: at retirement, or of 2018 for who retired before the act.
    pub last_pay: i64,
    /// Current pay of the grade, if the ceiling of police holds.
    pub police_pay: Option<i64>,
    /// Part drawn monthly: 1, a half, or 0 for a lump sum.
    pub part: Rational,
    /// Whether the pension is a reduced one (減額).
    pub reduced: bool,
    /// Monthly compensation of the part drawn.
    pub compensation: i64,
    /// Old-scheme monthly pension of the part drawn.
    pub old: i64,
    /// New-scheme monthly pension of the part drawn.
    pub new: i64,
    /// Social insurance annuity that counts.
    pub annuity: i64,
    /// Insurance benefit on deposit before the act's rates, all of it.
    pub insurance_deposit: i64,
    /// Lump sum on deposit before the act's rates.
    pub lump_deposit: i64,
}

/// The income of one payment day, NT dollars a month.
#[derive(Debug, Clone, PartialEq)]
pub struct Income {
    /// Day of the payment.
    pub paid_for: Date,
    /// Deposit beside the monthly pension.
    pub deposit: Deposit,
    /// Deposit of the lump sum.
    pub lump: Tiers,
    /// What is paid after the cuts, before price steps.
    pub parts: Parts,
    /// Price steps on the old-scheme part.
    pub raise_old: i64,
    /// Price steps on the new-scheme part.
    pub raise_new: i64,
    /// Ceiling of the whole.
    pub ceiling: i64,
    /// Guaranteed minimum of the whole, if it is known.
    pub floor: Option<i64>,
    /// What the law needs here and is not known: the guaranteed minimum of some years.
    pub missing: Option<StatuteFault>,
}

/// Who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payer {
    /// The bank that keeps the deposits.
    Bank,
    /// The payer of old-scheme pensions.
    OldScheme,
    /// The pension fund.
    Fund,
    /// The insurer of the annuity.
    Insurer,
}

impl Payer {
    /// All payers.
    pub const ALL: &[Self] = &[Self::Bank, Self::OldScheme, Self::Fund, Self::Insurer];
}

impl Income {
    /// What one payer pays.
    pub fn paid_by(&self, payer: Payer) -> i64 {
        match payer {
            Payer::Bank => self.parts.interest,
            Payer::OldScheme => self.parts.compensation + self.parts.old + self.raise_old,
            Payer::Fund => self.parts.new + self.raise_new,
            Payer::Insurer => self.parts.annuity,
        }
    }

    /// All that is paid.
    pub fn total(&self) -> i64 {
        self.parts.total() + self.raise_old + self.raise_new
    }

    fn is_like(&self, other: &Self) -> bool {
        *self == Self { paid_for: self.paid_for, ..other.clone() }
    }
}

/// Limits of the income on a day, for a part drawn.
#[derive(Debug, Clone, Copy)]
struct Limits {
    ceiling: i64,
    floor: Option<i64>,
}

impl Facts {
    fn ceiling_facts(&self, paid_for: Date) -> ceiling::Facts {
        ceiling::Facts { months: self.months, retired_on: self.retired_on, paid_for }
    }

    fn lump_part(&self) -> Rational {
        Rational::from_integer(1) - self.part
    }
}

fn nothing() -> Rational {
    Rational::from_integer(0)
}

/// The monthly income of a payment day.
///
/// # Errors
/// The day lies before retirement; a value of law is not known or was not in force.
pub fn on(law: &SchemeLaw, facts: &Facts, paid_for: Date, ledger: &mut impl Ledger) -> Result<Income, Stop> {
    if paid_for < facts.retired_on {
        let (zh, en) = ("給付日期早於退休生效日", "the payment is for a day before retirement");
        return Err(Refusal::new("pension/not-retired", zh, en).field("paid_for").into());
    }
    let (mut parts, deposit, limits, missing) = monthly_side(law, facts, paid_for, ledger)?;
    let (lump, lump_limits, lump_missing) = lump_side(law, facts, paid_for, ledger)?;
    let (raise_old, raise_new) = match paid_for < facts.starts_on {
        true => (0, 0),
        false => raises(law, facts, parts, paid_for, ledger)?,
    };
    if paid_for < facts.starts_on {
        parts = Parts { interest: parts.interest, annuity: parts.annuity, ..Parts::default() };
    }
    parts.interest += lump.interest();
    let paid = [parts.interest, parts.compensation, parts.old, parts.new, parts.annuity, raise_old, raise_new];
    a004_monthly_income::total(&paid, ledger);
    let floor = limits.floor.zip(lump_limits.floor).map(|(monthly, lump)| monthly + lump);
    Ok(Income {
        paid_for,
        deposit,
        lump,
        parts,
        raise_old,
        raise_new,
        ceiling: limits.ceiling + lump_limits.ceiling,
        floor,
        missing: missing.or(lump_missing),
    })
}

type Side<T> = Result<(T, Limits, Option<StatuteFault>), Stop>;

fn limits(law: &SchemeLaw, facts: &Facts, part: Rational, on: Date, ledger: &mut impl Ledger) -> Side<()> {
    if part == nothing() {
        return Ok(((), Limits { ceiling: 0, floor: Some(0) }, None));
    }
    let police = facts.police_pay.filter(|_| a035_ceiling::governs(law, on));
    let ceiling = match police {
        Some(pay) => {
            let rate = a035_ceiling::rate(law, facts.months, on, ledger)?;
            ceiling::ceiling_at(law, (pay, part), rate, on, ledger)?
        }
        None => ceiling::ceiling(law, (facts.last_pay, part), facts.ceiling_facts(on), ledger)?,
    };
    match a004_floor::amount(law, facts.retired_on, part, ledger) {
        Ok(floor) => Ok(((), Limits { ceiling, floor: Some(floor) }, None)),
        Err(Stop::Missing(fault @ StatuteFault::Unknown { .. })) => {
            Ok(((), Limits { ceiling, floor: None }, Some(fault)))
        }
        Err(stop) => Err(stop),
    }
}

/// The pension with its deposit after cuts and minimum, before price steps, as if drawn already.
fn monthly_side(
    law: &SchemeLaw,
    facts: &Facts,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<(Parts, Deposit, Limits, Option<StatuteFault>), Stop> {
    let ((), limits, missing) = limits(law, facts, facts.part, on, ledger)?;
    let (compensation, old, new) = (facts.compensation, facts.old, facts.new);
    let annuity = if facts.part == nothing() { 0 } else { facts.annuity };
    let pension = Parts { interest: 0, compensation, old, new, annuity };
    let rounding = law.a008_deposit.principal_rounding.on(on)?;
    let principal = rounding.value.dollars(facts.part * facts.insurance_deposit);
    let of = a036_deposit_monthly::Facts { principal, pension: pension.total(), reduced: facts.reduced };
    let drawn = (facts.last_pay, facts.part, facts.ceiling_facts(on));
    let mut deposit = a036_deposit_monthly::deposit(law, of, drawn, ledger)?;
    let whole = Parts { interest: deposit.interest, ..pension };
    let least = match limits.floor {
        Some(floor) => floor.min(a036_deposit_monthly::original_income(law, of, on, &mut Silent)?),
        None => 0,
    };
    let parts = if whole.total() > limits.ceiling {
        a039_order_of_cuts::cut(whole, limits.ceiling.max(least), ledger)
    } else {
        whole
    };
    if least > 0 && parts.total() <= least {
        let of = a036_deposit_monthly::Facts { pension: parts.pension(), ..of };
        deposit = a036_deposit_monthly::filled(law, of, least, on, ledger)?;
        let parts = Parts { interest: deposit.interest, ..parts };
        return Ok((parts, deposit, limits, missing));
    }
    if parts.interest < deposit.interest {
        let principal = a008_deposit::principal(law, parts.interest, deposit.rate, on, ledger)?;
        deposit = Deposit { principal, interest: parts.interest, ..deposit };
    }
    Ok((parts, deposit, limits, missing))
}

/// The deposit of the lump sum after cuts and minimum.
fn lump_side(law: &SchemeLaw, facts: &Facts, on: Date, ledger: &mut impl Ledger) -> Side<Tiers> {
    let ((), limits, missing) = limits(law, facts, facts.lump_part(), on, ledger)?;
    let annuity = if facts.part == nothing() { facts.annuity } else { 0 };
    let rounding = law.a008_deposit.principal_rounding.on(on)?;
    let principal = facts.lump_deposit + rounding.value.dollars(facts.lump_part() * facts.insurance_deposit);
    let floor = match (limits.floor, missing) {
        // Without the minimum nobody knows what of a deposit keeps the full rate.
        (None, Some(fault)) if principal > 0 => return Err(fault.into()),
        (floor, _) => floor.unwrap_or(0),
    };
    let mut tiers = a036_deposit_lump::deposit(law, principal, floor, on, ledger)?;
    let excess = tiers.interest() + annuity - limits.ceiling.max(floor);
    if excess > 0 {
        tiers = reduced(law, tiers, excess, on, ledger)?;
    }
    Ok((tiers, limits, None))
}

/// Takes interest from what exceeds the minimum, then from what is behind it, by lowering the deposits.
fn reduced(law: &SchemeLaw, tiers: Tiers, mut excess: i64, on: Date, ledger: &mut impl Ledger) -> Result<Tiers, Stop> {
    let mut lowered = tiers;
    for deposit in [&mut lowered.excess, &mut lowered.base] {
        let left = (deposit.interest - excess).max(0);
        excess -= deposit.interest - left;
        if left < deposit.interest {
            let principal = a008_deposit::principal(law, left, deposit.rate, on, ledger)?;
            *deposit = Deposit { principal, interest: left, ..*deposit };
        }
    }
    Ok(lowered)
}

/// What price steps are taken of: the amount of the old-scheme payer, what of it the reading leaves out, and the amount of the fund.
fn step_bases(law: &SchemeLaw, facts: &Facts, parts: Parts, on: Date) -> Result<(i64, i64, i64), Stop> {
    let left_out = match law.readings.answer(prices::STEP_BASE) {
        "pay-part-only" => {
            let fixed = law.a028_old_scheme.fixed_amount.on(on)?.value;
            let rounding = law.rounding.amount.on(on)?;
            parts.compensation + rounding.value.dollars(facts.part * fixed).min(parts.old)
        }
        _ => 0,
    };
    Ok((parts.old + parts.compensation, left_out, parts.new))
}

/// Price steps up to a day on the old- and the new-scheme part.
fn raises(
    law: &SchemeLaw,
    facts: &Facts,
    parts: Parts,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<(i64, i64), Stop> {
    if law.readings.answer(prices::STEP_LATER) == "amount" {
        let (mut by_old, mut by_new) = (0, 0);
        for made in prices::steps(law, facts.retired_on, on) {
            let (day, _) = made;
            let (then, ..) = monthly_side(law, facts, day, &mut Silent)?;
            let (old, left_out, new) = step_bases(law, facts, then, day)?;
            by_old += prices::step(law, (old + by_old, left_out), made, ledger)?;
            by_new += prices::step(law, (new + by_new, 0), made, ledger)?;
        }
        return Ok((by_old, by_new));
    }
    let times = (facts.retired_on, on);
    let (old, left_out, new) = step_bases(law, facts, parts, on)?;
    let by_old = prices::raised(law, (old, left_out), times, ledger)? - old;
    Ok((by_old, prices::raised(law, (new, 0), times, ledger)? - new))
}

/// The law payers go on paying by after the freeze of the ceiling, until a pension has been assessed anew: that of the day before
/// (銓敘部 115年1月2日部退三字第1145911715號函). What the new law adds is paid afterwards. `None` if the law given is not the new one.
///
/// # Errors
/// `law/` lacks a value that a rule names; a test keeps that from happening.
pub fn until_assessed(law: &Law) -> Result<Option<Law>, StatuteFault> {
    let frozen_from = &law.of(Scheme::Civil).a037_replacement_rate.frozen_from;
    let before = frozen_from.entries().next().and_then(|(_, from)| from.value.previous_day());
    before.map(|day| Law::of_edition(Edition { law: day, ..law.edition.clone() })).transpose()
}

/// The days from retirement or the act's first day to `until` on which the income may change, ascending.
pub fn days(law: &SchemeLaw, facts: &Facts, until: Date) -> Vec<Date> {
    fn of<T>(series: &Series<T>) -> Vec<Date> {
        series.changes()
    }
    let first = a004_floor::pay_standard_on(law, facts.retired_on);
    let series = [
        of(&law.a037_replacement_rate.column),
        of(&law.a036_deposit_monthly.rate),
        of(&law.a037_replacement_rate.last_column),
        of(&law.a036_deposit_lump.rate),
        of(&law.a067_price_steps.steps),
        of(&law.a035_ceiling.rates),
        vec![first, facts.starts_on],
    ];
    let mut days: Vec<Date> = series.into_iter().flatten().filter(|day| (first..=until).contains(day)).collect();
    days.sort_unstable();
    days.dedup();
    days
}

/// The income over the years: one entry for each day on which it changes.
///
/// # Errors
/// As [`on`].
pub fn line(law: &SchemeLaw, facts: &Facts, until: Date) -> Result<Vec<Income>, Stop> {
    let mut line: Vec<Income> = Vec::new();
    for day in days(law, facts, until) {
        let income = on(law, facts, day, &mut Silent)?;
        if !line.last().is_some_and(|last| last.is_like(&income)) {
            line.push(income);
        }
    }
    Ok(line)
}
