//! # Deposit of who draws a monthly pension (支領月退休金者之優惠存款)
//!
//! ## The law says
//! Article 36 I: the insurance benefit bears 9 %, from 2021 on nothing. II: except for a reduced pension, an income below the ceiling of
//! annex 3's last column is filled up to it with interest at 18 %; who was below it before the act keeps deposit and 18 %. III: likewise up
//! to the guaranteed minimum. V (1): halves are measured by the part drawn monthly.
//!
//! ## How we read it
//! What fills the gap is interest on at most the original deposit. The original income is the pension with 18 % interest (細則 35 IV). Which
//! column is the last after the freeze of 2025-12-28 is open: reading `last-column`. For halves the teachers' 36 V (1) names paragraph I only, but
//! divides the limits of II and III as well, and so reads like the civil servants'.
//!
//! ## Example
//! Pension 30,000, deposit 1,000,000, last column 40,000, in 2021: 10,000 at 18 % would need 666,666.

use statute::Rational;
use time::Date;

use super::a037_replacement_rate as ceiling;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Silent, Stop, names, s0080036::a008_deposit};

crate::law::values! {
    /// Interest rate of who draws a monthly pension.
    rate: Rational = "s0080034/a036/monthly-rate", "h0150049/a036/monthly-rate";
    /// The full rate, 18 %.
    full_rate: Rational = "s0080034/a036/full-rate", "h0150049/a036/full-rate";
}

/// The deposit and its rate.
pub static RULE: Rule = Rule {
    id: "s0080034/a036_deposit_monthly",
    title: ("支領月退休金者公保養老給付優存利率", "deposit rate of who draws a monthly pension"),
    law: &["s0080034/36/1", "h0150049/36/1"],
    formula: ("年息 {monthly-rate}", "{monthly-rate} a year"),
};

/// The deposit behind an interest that was paid at the full rate.
pub static ORIGINAL: Rule = Rule {
    id: "s0080034/a036_deposit_monthly",
    title: ("原儲存之優惠存款金額", "deposit before the act's rates"),
    law: &["s0080034/36/2", "h0150049/36/2"],
    formula: ("{original-interest} × 12 ÷ {full-rate}", "{original-interest} × 12 ÷ {full-rate}"),
};

/// Filling up to a target.
pub static FILLED: Rule = Rule {
    id: "s0080034/a036_deposit_monthly",
    title: ("每月退休所得低於最末年上限或最低保障金額時之優存利息", "interest that fills the income up"),
    law: &["s0080034/36/2", "s0080034/36/3", "h0150049/36/2", "h0150049/36/3"],
    formula: (
        "{limit} − {income}（原金額低於 {limit} 者，原儲存金額 × {full-rate} ÷ 12）",
        "{limit} − {income} (if the original income was below {limit}, the original deposit × {full-rate} ÷ 12)",
    ),
};

/// A deposit as it is at one rate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deposit {
    /// NT dollars deposited.
    pub principal: i64,
    /// Yearly rate.
    pub rate: Rational,
    /// Interest of a month, NT dollars.
    pub interest: i64,
}

/// What the deposit of who draws a monthly pension depends on; amounts are those of the part drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Deposit before the act's rates.
    pub principal: i64,
    /// All that is drawn monthly besides the interest.
    pub pension: i64,
    /// Whether the pension is a reduced one (減額).
    pub reduced: bool,
}

/// The rate of a day.
///
/// # Errors
/// No value was in force that day.
pub fn rate(law: &SchemeLaw, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let rate = law.a036_deposit_monthly.rate.on(on)?;
    ledger.write(|| RULE.gives(Quantity::Share(rate.value)).given(names::PAID_FOR, Quantity::Day(on)).uses(rate));
    Ok(rate.value)
}

/// The deposit that bore an interest at the full rate, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn original_principal(law: &SchemeLaw, interest: i64, on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let full = law.a036_deposit_monthly.full_rate.on(on)?;
    let principal = a008_deposit::principal(law, interest, full.value, on, &mut Silent)?;
    let rounding = law.a008_deposit.principal_rounding.on(on)?;
    ledger.write(|| {
        let step = ORIGINAL.gives(Quantity::Money(principal));
        step.given(names::ORIGINAL_INTEREST, Quantity::Money(interest)).uses(full).rounded(rounding)
    });
    Ok(principal)
}

/// The deposit under paragraphs I and II.
///
/// # Errors
/// No value was in force that day.
pub fn deposit(
    law: &SchemeLaw,
    facts: Facts,
    (last_pay, part, of): (i64, Rational, ceiling::Facts),
    ledger: &mut impl Ledger,
) -> Result<Deposit, Stop> {
    let on = of.paid_for;
    if facts.principal == 0 {
        let rate = rate(law, on, &mut Silent)?;
        return Ok(Deposit { principal: 0, rate, interest: 0 });
    }
    let rate = rate(law, on, ledger)?;
    let interest = a008_deposit::interest(law, facts.principal, rate, on, ledger)?;
    let principal = if interest == 0 { 0 } else { facts.principal };
    let plain = Deposit { principal, rate, interest };
    if facts.reduced {
        return Ok(plain);
    }
    let last = ceiling::ceiling_in(law, (last_pay, part), of, law.a037_replacement_rate.last_column.on(on)?, ledger)?;
    match facts.pension + interest < last {
        true => filled(law, facts, last, on, ledger),
        false => Ok(plain),
    }
}

/// The deposit that fills the income up to a target at the full rate, at most the original one.
///
/// # Errors
/// No value was in force that day.
pub fn filled(law: &SchemeLaw, facts: Facts, target: i64, on: Date, ledger: &mut impl Ledger) -> Result<Deposit, Stop> {
    let full = law.a036_deposit_monthly.full_rate.on(on)?;
    let whole = a008_deposit::interest(law, facts.principal, full.value, on, ledger)?;
    let gap = target - facts.pension;
    let interest = whole.min(gap).max(0);
    ledger.write(|| {
        let step = FILLED.gives(Quantity::Money(interest)).given(names::LIMIT, Quantity::Money(target));
        let step = step.given(names::INCOME, Quantity::Money(facts.pension));
        step.given(names::ORIGINAL_INCOME, Quantity::Money(facts.pension + whole)).uses(full)
    });
    let principal = match interest == whole {
        true => facts.principal,
        false => a008_deposit::principal(law, interest, full.value, on, ledger)?,
    };
    Ok(Deposit { principal, rate: full.value, interest: if principal == 0 { 0 } else { interest } })
}

/// What the income would be at the full rate: 原金額.
///
/// # Errors
/// No value was in force that day.
pub fn original_income(law: &SchemeLaw, facts: Facts, on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let full = law.a036_deposit_monthly.full_rate.on(on)?;
    Ok(facts.pension + a008_deposit::interest(law, facts.principal, full.value, on, ledger)?)
}
