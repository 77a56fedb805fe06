//! # Deposit of who drew a lump sum (支領一次退休金者之優惠存款)
//!
//! ## The law says
//! Article 36 IV: where the interest of lump sum and insurance benefit together exceeds the guaranteed minimum, the deposit behind the minimum
//! keeps 18 % and the rest bears 12, 10, 8 and from 2025 on 6 %; otherwise all of it keeps 18 %. V (2): halves are measured by the part drawn as
//! a lump sum.
//!
//! ## How we read it
//! The deposit is split once, in whole dollars; each part's interest is rounded for itself, as there is one account for each rate.
//!
//! ## Example
//! 3,500,000 and a minimum of 38,990: 2,599,333 at 18 %, 900,667 at 10 %: 38,990 and 7,506 a month.

use statute::Rational;
use time::Date;

use super::a036_deposit_monthly::Deposit;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names, s0080036::a008_deposit};

crate::law::values! {
    /// Rate of what exceeds the guaranteed minimum.
    rate: Rational = "s0080034/a036/lump-rate", "h0150049/a036/lump-rate";
}

/// The rate of what exceeds the minimum.
pub static RATE: Rule = Rule {
    id: "s0080034/a036_deposit_lump",
    title: ("支領一次退休金者超出最低保障金額部分之優存利率", "deposit rate of what exceeds the guaranteed minimum"),
    law: &["s0080034/36/4/1/2", "h0150049/36/4/1/2"],
    formula: ("年息 {lump-rate}", "{lump-rate} a year"),
};

/// The two parts.
pub static RULE: Rule = Rule {
    id: "s0080034/a036_deposit_lump",
    title: ("支領一次退休金者每月優存利息", "monthly interest of who drew a lump sum"),
    law: &["s0080034/36/4", "h0150049/36/4"],
    formula: (
        "{principal} 中最低保障金額 {floor} 之相應本金照 {full-rate}，其餘照 {yearly-rate}：{base-interest} + {excess-interest}",
        "of {principal}, what bears the minimum {floor} at {full-rate}, the rest at {yearly-rate}: {base-interest} + {excess-interest}",
    ),
};

/// A lump sum on deposit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tiers {
    /// What keeps the full rate.
    pub base: Deposit,
    /// What exceeds the guaranteed minimum.
    pub excess: Deposit,
}

impl Tiers {
    /// Interest of a month, NT dollars.
    pub fn interest(self) -> i64 {
        self.base.interest + self.excess.interest
    }
}

/// The two parts on a day; `floor` is the guaranteed minimum for the part drawn as a lump sum.
///
/// # Errors
/// No value was in force that day.
pub fn deposit(law: &SchemeLaw, principal: i64, floor: i64, on: Date, ledger: &mut impl Ledger) -> Result<Tiers, Stop> {
    let rate = law.a036_deposit_lump.rate.on(on)?;
    if principal > 0 {
        ledger.write(|| RATE.gives(Quantity::Share(rate.value)).given(names::PAID_FOR, Quantity::Day(on)).uses(rate));
    }
    tiers(law, principal, floor, rate.value, on, ledger)
}

/// The two parts at a named rate for what exceeds the minimum.
///
/// # Errors
/// No value was in force that day.
pub fn tiers(
    law: &SchemeLaw,
    principal: i64,
    floor: i64,
    rate: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Tiers, Stop> {
    let full = law.a036_deposit_monthly.full_rate.on(on)?;
    if principal == 0 {
        let none = |rate| Deposit { principal, rate, interest: 0 };
        return Ok(Tiers { base: none(full.value), excess: none(rate) });
    }
    let whole = a008_deposit::interest(law, principal, full.value, on, ledger)?;
    let behind = match whole > floor {
        true => a008_deposit::principal(law, floor, full.value, on, ledger)?.min(principal),
        false => principal,
    };
    let part = |principal, rate, ledger: &mut _| {
        a008_deposit::interest(law, principal, rate, on, ledger).map(|interest| Deposit { principal, rate, interest })
    };
    let base = part(behind, full.value, ledger)?;
    let excess = part(principal - behind, rate, ledger)?;
    let tiers = Tiers { base, excess };
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(tiers.interest())).given(names::PRINCIPAL, Quantity::Money(principal));
        let step = step.given(names::FLOOR, Quantity::Money(floor)).given(names::YEARLY_RATE, Quantity::Share(rate));
        let step = step.given(names::BASE_INTEREST, Quantity::Money(tiers.base.interest));
        step.given(names::EXCESS_INTEREST, Quantity::Money(tiers.excess.interest)).uses(full)
    });
    Ok(tiers)
}
