//! # Contributions to the fund (退撫基金費用)
//!
//! ## The law says
//! Article 7 II (teachers 8 II): twice the pay times a rate between 12 and 18 %, of which the government pays 65 and the person 35 %. Article 8
//! (teachers 9): the rate is announced.
//!
//! ## How we read it
//! Each side's share is rounded for itself.
//!
//! ## Example
//! 54,160 at 15 %: 5,687 a month.

use statute::{Rational, Valued};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// How many times the pay contributions are taken of.
    base_times: Rational = "s0080034/a007/contribution-base-times", "h0150049/a008/contribution-base-times";
    /// Part paid by the person.
    own: Rational = "s0080034/a007/own-share", "h0150049/a008/own-share";
    /// Part paid by the government.
    government: Rational = "s0080034/a007/government-share", "h0150049/a008/government-share";
    /// The announced rate.
    rate: Rational = "s0080034/a008/contribution-rate", "h0150049/a009/contribution-rate";
    /// Rounding of each side's share.
    rounding: statute::Rounding = "s0080034/rounding/contribution";
}

/// One side's share.
pub static RULE: Rule = Rule {
    id: "s0080034/a007_contribution",
    title: ("每月退撫基金費用", "monthly contribution to the fund"),
    law: &["s0080034/7/2", "h0150049/8/2"],
    formula: ("{last-pay} × 倍數 × {rate} × 負擔比率", "{last-pay} × times × {rate} × share of the side"),
};

/// The announced rate.
pub static RATE: Rule = Rule {
    id: "s0080034/a007_contribution",
    title: ("退撫基金實際提撥費率", "rate of contributions to the fund"),
    law: &["s0080034/8/1", "h0150049/9/1"],
    formula: ("{contribution-rate}", "{contribution-rate}"),
};

/// Who pays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The person.
    Own,
    /// The government.
    Government,
}

/// A month's contribution of one side at the announced rate of a day, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn contribution(
    law: &SchemeLaw,
    (pay, side): (i64, Side),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let rate = law.a007_contribution.rate.on(on)?;
    ledger.write(|| RATE.gives(Quantity::Share(rate.value)).given(names::PAID_FOR, Quantity::Day(on)).uses(rate));
    contribution_at(law, (pay, side), rate.value, on, ledger)
}

/// A month's contribution of one side at a named rate, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn contribution_at(
    law: &SchemeLaw,
    (pay, side): (i64, Side),
    rate: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let values = &law.a007_contribution;
    let share: &Valued<Rational> = match side {
        Side::Own => values.own.on(on)?,
        Side::Government => values.government.on(on)?,
    };
    let (times, rounding) = (values.base_times.on(on)?, values.rounding.on(on)?);
    let due = rounding.value.dollars(times.value * pay * rate * share.value);
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(due)).given(names::LAST_PAY, Quantity::Money(pay));
        step.given(names::RATE, Quantity::Share(rate)).uses(times).uses(share).rounded(rounding)
    });
    Ok(due)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn the_rate_changes_on_its_days() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let at = |side, on| contribution(law.of(scheme), (50_000, side), on, &mut Steps::default()).unwrap();
            for (on, own, government) in [
                (date!(2018 - 07 - 01), 4200, 7800),
                (date!(2020 - 12 - 31), 4200, 7800),
                (date!(2021 - 01 - 01), 4550, 8450),
                (date!(2021 - 12 - 31), 4550, 8450),
                (date!(2022 - 01 - 01), 4900, 9100),
                (date!(2022 - 12 - 31), 4900, 9100),
                (date!(2023 - 01 - 01), 5250, 9750),
            ] {
                assert_eq!((at(Side::Own, on), at(Side::Government, on)), (own, government), "{on}");
            }
        }
    }
}
