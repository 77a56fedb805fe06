//! Deposits, ceilings, cuts, price steps and the monthly income.

use kernel::Refusal;
use statute::{PERCENT, Rational};

use super::{Asked, Kind};
use crate::{
    Quantity, Steps, Stop,
    facts::Level,
    income::{self, Facts as IncomeFacts, Income, Payer},
    names,
    police_act::a035_ceiling,
    s0080034::{
        a004_floor, a004_monthly_income, a036_deposit_lump,
        a036_deposit_monthly::{self, Deposit},
        a037_replacement_rate::{self, Facts},
        a039_order_of_cuts::{self, Parts},
        a040_savings::{self, BankRates},
        a067_price_steps,
    },
    s0080035::{a005_insurance_annuity, a036_two_retirements},
    s0080036::{a004_deposit_months, a008_deposit},
};

fn replacement(asked: &Asked, steps: &mut Steps) -> Result<Rational, Stop> {
    let months = asked.months()?;
    if asked.kind == Kind::Police {
        return a035_ceiling::rate(asked.law, months, asked.on, steps);
    }
    let act_from = asked.law.a037_replacement_rate.act_from.on(asked.on)?.value;
    let before = asked.kind == Kind::CivilBefore;
    let retired_on = if before { act_from.previous_day().unwrap_or(act_from) } else { act_from };
    a037_replacement_rate::rate(asked.law, Facts { months, retired_on, paid_for: asked.on }, steps)
}

pub(super) fn repl_pct(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Share(replacement(asked, steps)?))
}

pub(super) fn repl_cap(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let rate = replacement(asked, steps)?;
    let drawn = (asked.pay()?, asked.share()?);
    Ok(Quantity::Money(a037_replacement_rate::ceiling_at(asked.law, drawn, rate, asked.on, steps)?))
}

pub(super) fn deduct_part(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Part = fn(Parts, Parts) -> i64;
    const PARTS: &[(&str, Part)] = &[
        ("total", |left, _| left.total()),
        ("interest", |left, _| left.interest),
        ("compensation", |left, _| left.compensation),
        ("old", |left, _| left.old),
        ("new", |left, _| left.new),
        ("cut_total", |_, lost| lost.total()),
        ("cut_interest", |_, lost| lost.interest),
        ("cut_compensation", |_, lost| lost.compensation),
        ("cut_old", |_, lost| lost.old),
        ("cut_new", |_, lost| lost.new),
    ];
    let money = |key| asked.inputs.money(key);
    let parts = Parts {
        interest: money("interest")?,
        compensation: money("compensation")?,
        old: money("old")?,
        new: money("new")?,
        annuity: money("annuity")?,
    };
    let of = asked.inputs.word("part", PARTS)?;
    let left = a039_order_of_cuts::cut(parts, money("cap")?, steps);
    Ok(Quantity::Money(of(left, left.lost(parts))))
}

/// The first column: interest at the new rate, cut by what exceeds the ceiling, and the deposit that is left.
pub(super) fn first_year_case(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    #[derive(Clone, Copy)]
    enum Want {
        InterestLeft,
        Principal,
        CutInterest,
        CutPension,
    }
    let words = [
        ("interest_left", Want::InterestLeft),
        ("principal", Want::Principal),
        ("cut_interest", Want::CutInterest),
        ("cut_pension", Want::CutPension),
    ];
    let want = asked.inputs.word("want", &words)?;
    let first = asked.law.a037_replacement_rate.act_from.entries().next().map_or(asked.on, |(_, from)| from.value);
    let original = asked.inputs.money("original_interest")?;
    let excess = asked.inputs.money("excess_over_cap")?;
    let principal = a036_deposit_monthly::original_principal(asked.law, original, first, steps)?;
    let rate = a036_deposit_monthly::rate(asked.law, first, steps)?;
    let interest = a008_deposit::interest(asked.law, principal, rate, first, steps)?;
    // The pension only has to be large enough to bear what the interest cannot.
    let parts = Parts { interest, old: excess, ..Parts::default() };
    let left = a039_order_of_cuts::cut(parts, parts.total() - excess, steps);
    let lost = left.lost(parts);
    Ok(Quantity::Money(match want {
        Want::InterestLeft => left.interest,
        Want::Principal => a008_deposit::principal(asked.law, left.interest, rate, first, steps)?,
        Want::CutInterest => lost.interest,
        Want::CutPension => lost.old,
    }))
}

pub(super) fn principal_for(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let (interest, rate) = (asked.inputs.money("interest")?, asked.inputs.number("rate")?);
    Ok(Quantity::Money(a008_deposit::principal(asked.law, interest, rate, asked.on, steps)?))
}

pub(super) fn monthly_interest(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let (principal, rate) = (asked.inputs.money("principal")?, asked.inputs.number("rate")?);
    Ok(Quantity::Money(a008_deposit::interest(asked.law, principal, rate, asked.on, steps)?))
}

pub(super) fn lump_payee_interest(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(a036_deposit_lump::Tiers) -> i64;
    const WANTS: &[(&str, Want)] = &[
        ("total", |tiers| tiers.interest()),
        ("base_principal", |tiers| tiers.base.principal),
        ("base_interest", |tiers| tiers.base.interest),
        ("excess_principal", |tiers| tiers.excess.principal),
        ("excess_interest", |tiers| tiers.excess.interest),
    ];
    let want = asked.inputs.word("want", WANTS)?;
    let (principal, floor) = (asked.inputs.money("principal")?, asked.inputs.money("floor_amount")?);
    let rate = asked.inputs.number("rate")?;
    Ok(Quantity::Money(want(a036_deposit_lump::tiers(asked.law, principal, floor, rate, asked.on, steps)?)))
}

pub(super) fn cpi_step(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let amounts = (asked.inputs.money("amount")?, asked.inputs.money("excluded")?);
    let rate = asked.percent("pct")?;
    Ok(Quantity::Money(a067_price_steps::increase(asked.law, amounts, rate, asked.on, steps)?))
}

pub(super) fn cpi_sum(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let rates: Vec<Rational> = asked.inputs.numbers("_")?.into_iter().map(|rate| rate / PERCENT).collect();
    Ok(Quantity::Share(a067_price_steps::sum(asked.law, &rates, asked.on, steps)?))
}

pub(super) fn total(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let whole = |part: &Rational| part.is_integer().then(|| (names::ITEM, part.to_integer()));
    let parts: Option<Vec<_>> = asked.inputs.numbers("_")?.iter().map(whole).collect();
    let parts = parts
        .ok_or_else(|| Refusal::new("pension/input", "輸入「_」不是整數元", "input \"_\" is not whole dollars"))?;
    Ok(Quantity::Money(a004_monthly_income::total(&parts, steps)))
}

pub(super) fn floor(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Money(a004_floor::amount(asked.law, asked.on, asked.share()?, steps)?))
}

pub(super) fn cpi_growth(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Share(a067_price_steps::cumulative(asked.law, asked.on, steps)?))
}

/// An amount with all price steps up to the day asked for.
pub(super) fn cpi_raised(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let amounts = (asked.inputs.money("amount")?, asked.inputs.money("excluded")?);
    let times = (retired_on(asked)?, asked.on);
    Ok(Quantity::Money(a067_price_steps::raised(asked.law, amounts, times, steps)?))
}

pub(super) fn deposit_amount(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let (months, pay) = (asked.inputs.months("pre_")?, asked.pay()?);
    Ok(Quantity::Money(a004_deposit_months::amount(asked.law, months, pay, asked.on, steps)?))
}

pub(super) fn insurance_annuity(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let inputs = &asked.inputs;
    let expectancy = inputs.has("expectancy").then(|| inputs.number("expectancy")).transpose()?;
    if expectancy.is_some_and(|years| *years.numer() <= 0) {
        let (zh, en) = ("輸入「expectancy」不是正數", "input \"expectancy\" is not above zero");
        return Err(Refusal::new("pension/input", zh, en).field("expectancy").into());
    }
    let (credited_months, months) = (inputs.months("credited_")?, asked.months()?);
    let (lump, age) = (inputs.money("lump")?, inputs.count("age")?);
    let facts = a005_insurance_annuity::Facts { lump, credited_months, months, age, expectancy };
    Ok(Quantity::Money(a005_insurance_annuity::monthly(asked.law, facts, asked.on, steps)?))
}

/// What is left of one of two retirements that together exceed the ceiling.
pub(super) fn two_retirements(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(&[Parts]) -> i64;
    const WANTS: &[(&str, Want)] = &[
        ("total", |incomes| incomes.iter().map(|parts| parts.total()).sum()),
        ("first", |incomes| incomes.first().map_or(0, |parts| parts.total())),
        ("second", |incomes| incomes.last().map_or(0, |parts| parts.total())),
    ];
    let parts = |of: &str| -> Result<Parts, Refusal> {
        let money = |item: &str| asked.inputs.money(&format!("{of}{item}"));
        let (interest, compensation) = (money("interest")?, money("compensation")?);
        Ok(Parts { interest, compensation, old: money("old")?, new: money("new")?, annuity: 0 })
    };
    let mut incomes = [parts("first_")?, parts("second_")?];
    a036_two_retirements::cut(asked.law, &mut incomes, asked.inputs.money("cap")?, steps);
    Ok(Quantity::Money(asked.inputs.word("want", WANTS)?(&incomes)))
}

pub(super) fn yearly_savings(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let inputs = &asked.inputs;
    let now = Deposit { principal: inputs.money("principal")?, rate: inputs.number("rate")?, interest: 0 };
    let bank = BankRates { deposit: inputs.number("deposit_rate")?, lending: inputs.number("lending_rate")? };
    let facts = a040_savings::Facts {
        original_principal: inputs.money("original_principal")?,
        now,
        pension_before: inputs.money("before")?,
        pension_now: inputs.money("after")?,
        months: asked.months()?,
        bank,
    };
    Ok(Quantity::Money(a040_savings::savings(asked.law, facts, asked.on, steps)?))
}

fn retired_on(asked: &Asked) -> Result<time::Date, Refusal> {
    let missing = || Refusal::new("pension/input", "缺少輸入「retired_on」", "input \"retired_on\" is missing");
    asked.inputs.day("retired_on")?.ok_or_else(|| missing().field("retired_on"))
}

/// The income of the day asked for, or a part of it.
pub(super) fn monthly_income(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(&Income) -> i64;
    const WANTS: &[(&str, Want)] = &[
        ("total", Income::total),
        ("bank", |income| income.paid_by(Payer::Bank)),
        ("old", |income| income.paid_by(Payer::OldScheme)),
        ("new", |income| income.paid_by(Payer::Fund)),
        ("principal", |income| income.deposit.principal),
        ("ceiling", |income| income.ceiling.unwrap_or_default()),
    ];
    let inputs = &asked.inputs;
    let want = inputs.word("want", WANTS)?;
    let retired_on = retired_on(asked)?;
    let part = asked.share()?;
    if *part.numer() < 0 || part > Rational::from_integer(1) {
        let (zh, en) = ("輸入「share」不在0與1之間", "input \"share\" is not between 0 and 1");
        return Err(Refusal::new("pension/input", zh, en).field("share").into());
    }
    let facts = IncomeFacts {
        retired_on,
        starts_on: inputs.day("starts_on")?.unwrap_or(retired_on),
        months: asked.months()?,
        last_pay: asked.pay()?,
        police_pay: (asked.kind == Kind::Police).then(|| inputs.money("current_pay").map(Level::Amount)).transpose()?,
        part,
        reduced: inputs.yes("reduced")?,
        compensation: inputs.money("compensation")?,
        old: inputs.money("old")?,
        new: inputs.money("new")?,
        annuity: inputs.money("annuity")?,
        insurance_deposit: inputs.money("insurance_deposit")?,
        lump_deposit: inputs.money("lump_deposit")?,
        free_of_ceiling: false,
        earlier: None,
    };
    Ok(Quantity::Money(want(&income::on(asked.law, &facts, asked.on, steps)?)))
}
