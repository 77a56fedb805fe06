//! The monthly income of one payment day, put together from the rules, and how it changes over the years.
//!
//! The parts come in as they were determined (`a028_old_scheme`, `a029_new_scheme`, `a034_compensation`, `a031_early_reduction`); what is done
//! here is the order of the acts: deposit rate, filling up to the last column, ceiling, cuts, guaranteed minimum, the ceiling of two retirements
//! together, price steps. The ceiling of two retirements is taken whole, whatever part of either is drawn monthly.

use kernel::{Refusal, Text};
use statute::{Edition, Rational, Series, StatuteFault};
use time::Date;

use crate::{
    Law, Ledger, Scheme, SchemeLaw, Silent, Stop,
    facts::Level,
    names,
    police_act::a035_ceiling,
    s0080034::{
        a004_floor, a004_monthly_income,
        a036_deposit_lump::{self, Tiers},
        a036_deposit_monthly::{self, Deposit},
        a037_replacement_rate as ceiling,
        a039_order_of_cuts::{self, Parts},
        a067_price_steps as prices,
    },
    s0080035::a036_two_retirements,
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
    /// The grade whose current pay the ceiling of police is taken of, if that ceiling holds.
    pub police_pay: Option<Level>,
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
    /// No ceiling holds, by injury on duty.
    pub free_of_ceiling: bool,
    /// An earlier retirement that is drawn monthly beside this one.
    pub earlier: Option<Earlier>,
}

/// An earlier retirement that is drawn monthly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Earlier {
    /// Its monthly income by its own decision.
    pub parts: Parts,
    /// Its last pay of the grade, NT dollars.
    pub last_pay: i64,
    /// Credited months of all retirements together.
    pub months: u32,
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
    /// Ceiling of the whole; none by injury on duty.
    pub ceiling: Option<i64>,
    /// Guaranteed minimum of the whole, if it is known.
    pub floor: Option<i64>,
    /// What the law needs here and is not known: the guaranteed minimum of some years.
    pub missing: Option<StatuteFault>,
    /// What is left of an earlier retirement's income under the ceiling of both.
    pub earlier: Option<Parts>,
    /// What events take of it.
    pub taken: Vec<Taken>,
}

/// What an event takes of one payer's amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Taken {
    /// Why.
    pub why: Why,
    /// Whose amount.
    pub from: Payer,
    /// NT dollars.
    pub amount: i64,
}

/// Why less is paid than due.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// 涉貪瀆罪剝奪或減少 (79).
    Offence,
    /// 離婚配偶分配之扣減 (83).
    Divorce,
    /// 再任停止領受 (77).
    ReEmployed,
    /// 停止領受權利 (76).
    Stopped,
    /// 喪失權利 (75).
    Lost,
    /// 暫停發給, paid later (71, 72).
    HeldBack,
}

impl Why {
    /// The statute's words, and English.
    pub fn text(self) -> Text {
        match self {
            Self::Offence => Text::new("涉貪瀆罪減少", "lost for an offence"),
            Self::Divorce => Text::new("離婚配偶分配扣減", "taken for the divorced spouse"),
            Self::ReEmployed => Text::new("再任停止領受", "stopped by re-employment"),
            Self::Stopped => Text::new("停止領受權利", "stopped"),
            Self::Lost => Text::new("喪失權利", "right lost"),
            Self::HeldBack => Text::new("暫停發給（俟後補發）", "held back, paid later"),
        }
    }

    /// Whether it is paid once the cause is over: of an offence, a probation that was not revoked.
    pub fn is_paid_later(self) -> bool {
        matches!(self, Self::HeldBack | Self::Offence)
    }
}

/// Who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
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
        let taken = self.taken.iter().filter(|taken| taken.from == payer).map(|taken| taken.amount);
        self.due_from(payer) - taken.sum::<i64>()
    }

    /// What is due from one payer before events take anything.
    pub fn due_from(&self, payer: Payer) -> i64 {
        match payer {
            Payer::Bank => self.parts.interest,
            Payer::OldScheme => self.parts.compensation + self.parts.old + self.raise_old,
            Payer::Fund => self.parts.new + self.raise_new,
            Payer::Insurer => self.parts.annuity,
        }
    }

    /// All that is paid.
    pub fn total(&self) -> i64 {
        self.due() - self.taken.iter().map(|taken| taken.amount).sum::<i64>()
    }

    /// All that is due before events take anything.
    pub fn due(&self) -> i64 {
        self.parts.total() + self.raise_old + self.raise_new
    }

    /// The pension itself with its compensation and price steps, before events: what a divorce and a re-employment take from.
    pub fn pension(&self) -> i64 {
        self.due_from(Payer::OldScheme) + self.due_from(Payer::Fund)
    }

    pub(crate) fn is_like(&self, other: &Self) -> bool {
        *self == Self { paid_for: self.paid_for, ..other.clone() }
    }
}

/// Limits of the income on a day, for a part drawn.
#[derive(Debug, Clone, Copy)]
struct Limits {
    ceiling: Option<i64>,
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
    let drawn = paid_for >= facts.starts_on;
    parts.interest += lump.interest();
    let mut earlier = None;
    if let Some(other) = facts.earlier.filter(|_| drawn) {
        let both = together(law, facts, (other, parts), paid_for, ledger)?;
        earlier = Some(both.0);
        parts = both.1;
    }
    let (raise_old, raise_new) = if drawn { raises(law, facts, parts, paid_for, ledger)? } else { (0, 0) };
    if !drawn {
        parts = Parts { interest: parts.interest, annuity: parts.annuity, ..Parts::default() };
    }
    let paid = [
        (names::INTEREST, parts.interest),
        (names::COMPENSATION, parts.compensation),
        (names::OLD_MONTHLY, parts.old),
        (names::NEW_MONTHLY, parts.new),
        (names::ANNUITY, parts.annuity),
        (names::RAISE_OLD, raise_old),
        (names::RAISE_NEW, raise_new),
    ];
    a004_monthly_income::total(&paid, ledger);
    let floor = limits.floor.zip(lump_limits.floor).map(|(monthly, lump)| monthly + lump);
    Ok(Income {
        paid_for,
        deposit,
        lump,
        parts,
        raise_old,
        raise_new,
        ceiling: limits.ceiling.zip(lump_limits.ceiling).map(|(monthly, lump)| monthly + lump),
        floor,
        missing: missing.or(lump_missing),
        earlier,
        taken: Vec::new(),
    })
}

/// The incomes of an earlier retirement and this one under the ceiling for all years, of the highest pay and by the higher rate: that of
/// the later retirement, which alone counts years beyond the thirty-fifth.
fn together(
    law: &SchemeLaw,
    facts: &Facts,
    (earlier, parts): (Earlier, Parts),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<(Parts, Parts), Stop> {
    let mut incomes = [earlier.parts, parts];
    let whole = Rational::from_integer(1);
    let (months, last_pay) = (earlier.months, earlier.last_pay.max(facts.last_pay));
    let police_pay = facts.police_pay;
    if let Some(ceiling) = ceiling_of(law, &Facts { months, last_pay, police_pay, ..*facts }, whole, on, ledger)? {
        a036_two_retirements::cut(law, &mut incomes, ceiling, ledger);
    }
    let [earlier, this] = incomes;
    Ok((earlier, this))
}

type Side<T> = Result<(T, Limits, Option<StatuteFault>), Stop>;

fn limits(law: &SchemeLaw, facts: &Facts, part: Rational, on: Date, ledger: &mut impl Ledger) -> Side<()> {
    if part == nothing() {
        return Ok(((), Limits { ceiling: Some(0), floor: Some(0) }, None));
    }
    let ceiling = ceiling_of(law, facts, part, on, ledger)?;
    match a004_floor::amount(law, facts.retired_on, part, ledger) {
        Ok(floor) => Ok(((), Limits { ceiling, floor: Some(floor) }, None)),
        Err(Stop::Missing(fault @ StatuteFault::Unknown { .. })) => {
            Ok(((), Limits { ceiling, floor: None }, Some(fault)))
        }
        Err(stop) => Err(stop),
    }
}

/// The ceiling of a part drawn, if one holds: that of police by the current pay of the grade once their table is in force.
fn ceiling_of(
    law: &SchemeLaw,
    facts: &Facts,
    part: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Option<i64>, Stop> {
    if facts.free_of_ceiling {
        return Ok(None);
    }
    let police = facts.police_pay.filter(|_| a035_ceiling::governs(law, on));
    Ok(Some(match police {
        Some(grade) => {
            let rate = a035_ceiling::rate(law, facts.months, on, ledger)?;
            let pay = grade.amount(law, on, ledger)?;
            ceiling::ceiling_at(law, (pay, part), rate, on, ledger)?
        }
        None => ceiling::ceiling(law, (facts.last_pay, part), facts.ceiling_facts(on), ledger)?,
    }))
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
    let parts = match limits.ceiling {
        Some(ceiling) if whole.total() > ceiling => a039_order_of_cuts::cut(whole, ceiling.max(least), ledger),
        _ => whole,
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
    let excess = limits.ceiling.map_or(0, |ceiling| tiers.interest() + annuity - ceiling.max(floor));
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
            let (mut then, ..) = monthly_side(law, facts, day, &mut Silent)?;
            if let Some(other) = facts.earlier {
                (_, then) = together(law, facts, (other, then), day, &mut Silent)?;
            }
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
pub fn until_reassessed(law: &Law) -> Result<Option<Law>, StatuteFault> {
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
        match facts.police_pay {
            Some(Level::Point(_) | Level::Salary(_)) => of(&law.pay_point.column),
            _ => Vec::new(),
        },
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
