//! Service, base numbers, pensions, pay, contributions, insurance.

use kernel::Refusal;

use super::Asked;
use crate::{
    Quantity, SchemeLaw, Steps, Stop,
    pay_table::pay_point::{self, Rung},
    s0070001::a016_lump_months::{self, Insured},
    s0080011::a004_cash_compensation,
    s0080034::{
        a007_contribution::{self, Side},
        a015_continued_bases, a028_old_scheme, a029_new_scheme, a031_early_reduction, a034_compensation,
    },
};

pub(super) fn old_lump_bases(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Bases(a028_old_scheme::lump_bases(asked.law, asked.months()?, asked.on, steps)?))
}

pub(super) fn old_monthly_pct(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Share(a028_old_scheme::monthly_rate(asked.law, asked.months()?, asked.on, steps)?))
}

pub(super) fn old_lump(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.pay()?, asked.months()?, asked.share()?);
    Ok(Quantity::Money(a028_old_scheme::lump(asked.law, facts, asked.on, steps)?))
}

pub(super) fn old_monthly(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.pay()?, asked.months()?, asked.share()?);
    Ok(Quantity::Money(a028_old_scheme::monthly(asked.law, facts, asked.on, steps)?))
}

pub(super) fn new_lump_bases(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Bases(a029_new_scheme::lump_bases(asked.law, asked.credited()?, asked.on, steps)?))
}

pub(super) fn new_monthly_pct(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Share(a029_new_scheme::monthly_rate(asked.law, asked.credited()?, asked.on, steps)?))
}

pub(super) fn new_lump(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.pay()?, asked.credited()?, asked.share()?);
    Ok(Quantity::Money(a029_new_scheme::lump(asked.law, facts, asked.on, steps)?))
}

pub(super) fn new_monthly(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.pay()?, asked.credited()?, asked.share()?);
    Ok(Quantity::Money(a029_new_scheme::monthly(asked.law, facts, asked.on, steps)?))
}

pub(super) fn reduced_monthly(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let left = a031_early_reduction::part_left(asked.law, asked.inputs.months("early_")?, asked.on, steps)?;
    let facts = (asked.pay()?, asked.credited()?, asked.share()? * left);
    Ok(Quantity::Money(a029_new_scheme::monthly(asked.law, facts, asked.on, steps)?))
}

pub(super) fn continued_old_bases(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.inputs.number("prev_bases")?, asked.inputs.months("total_old_")?);
    Ok(Quantity::Bases(a015_continued_bases::bases(asked.law, facts, asked.on, steps)?))
}

fn insured(asked: &Asked) -> Result<Insured, Refusal> {
    let inputs = &asked.inputs;
    let (old, middle, new) = (inputs.months("pre_")?, inputs.months("")?, inputs.months("new_")?);
    Ok(Insured { old, middle, new, deposited: inputs.yes("deposited")? })
}

pub(super) fn insurance_months(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Number(a016_lump_months::months(asked.law, insured(asked)?, asked.on, steps)?))
}

pub(super) fn self_contribution(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let of = (asked.pay()?, Side::Own);
    Ok(Quantity::Money(match asked.inputs.has("rate_pct") {
        true => a007_contribution::contribution_at(asked.law, of, asked.percent("rate_pct")?, asked.on, steps)?,
        false => a007_contribution::contribution(asked.law, of, asked.on, steps)?,
    }))
}

pub(super) fn pay_of_point(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let on = asked.inputs.roc_year("year")?.unwrap_or(asked.on);
    let rung = match asked.inputs.has("scale") {
        true => Rung::Salary(asked.inputs.count("scale")?),
        false => Rung::Point(asked.inputs.count("point")?),
    };
    Ok(Quantity::Money(pay_point::pay(asked.law, rung, on, steps)?))
}

pub(super) fn government_contribution(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let of = (asked.pay()?, Side::Government);
    Ok(Quantity::Money(a007_contribution::contribution(asked.law, of, asked.on, steps)?))
}

pub(super) fn insurance_lump(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let of = (insured(asked)?, asked.pay()?);
    Ok(Quantity::Money(a016_lump_months::lump(asked.law, of, asked.on, steps)?))
}

pub(super) fn early_part(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let early = asked.inputs.months("early_")?;
    Ok(Quantity::Share(a031_early_reduction::part_left(asked.law, early, asked.on, steps)?))
}

pub(super) fn cash_compensation(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let of = (asked.pay()?, asked.months()?);
    Ok(Quantity::Money(a004_cash_compensation::amount(asked.law, of, asked.on, steps)?))
}

/// Compensation at once, monthly or from the fund, for who retired on the day asked for.
pub(super) fn compensation(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Kind = fn(&SchemeLaw, a034_compensation::Facts, &mut Steps) -> Result<i64, Stop>;
    const KINDS: &[(&str, Kind)] = &[
        ("monthly", |law, facts, steps| a034_compensation::monthly(law, facts, steps)),
        ("once", |law, facts, steps| a034_compensation::once(law, facts, steps)),
        ("fund", |law, facts, steps| a034_compensation::from_fund(law, facts, steps)),
    ];
    let kind = asked.inputs.word("want", KINDS)?;
    let (credited, average_pay, part) = (asked.credited()?, asked.pay()?, asked.share()?);
    let facts = a034_compensation::Facts { retired_on: asked.on, credited, average_pay, part };
    Ok(Quantity::Money(kind(asked.law, facts, steps)?))
}
