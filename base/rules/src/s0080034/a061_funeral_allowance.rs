//! # Funeral allowance for death in service (殮葬補助費)
//!
//! ## The law says
//! Article 61 and the enforcement rules (細則 81, of teachers 81): seven months of the last pay, which counts at least as the fifth
//! step of the fifth grade (委任第五職等本俸五級).
//!
//! ## How we read it
//! That step is point 370 of the pay table; its amount on the day of death is given by the caller, who holds the pay table. It rests on
//! the text alone: no worked example was found.
//!
//! ## Example
//! A last pay of 24,000 where point 370 is worth 28,120: 196,840.

use statute::Rational;
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months of pay.
    months: u32 = "s0080035/a081/funeral-months", "h0150051/a081/funeral-months";
    /// The lowest point.
    least_point: Rational = "s0080035/a081/funeral-least-point", "h0150051/a081/funeral-least-point";
}

/// The allowance.
pub static RULE: Rule = Rule {
    id: "s0080034/a061_funeral_allowance",
    title: ("殮葬補助費", "funeral allowance"),
    law: &["s0080034/61/1", "s0080035/81/1", "s0080035/81/2", "h0150049/61/1", "h0150051/81/1", "h0150051/81/2"],
    formula: (
        "{last-pay}（不低於俸點 {funeral-least-point} 之 {least-pay}）× {funeral-months}",
        "{last-pay} (at least the {least-pay} of point {funeral-least-point}) × {funeral-months}",
    ),
};

/// The point whose pay is the least that counts.
///
/// # Errors
/// No value was in force that day.
pub fn least_point(law: &SchemeLaw, on: Date) -> Result<u32, Stop> {
    let point = law.a061_funeral_allowance.least_point.on(on)?.value.to_integer();
    Ok(u32::try_from(point).unwrap_or(0))
}

/// The allowance, NT dollars: for the last pay, and the pay of [`least_point`] on the day of death.
///
/// # Errors
/// No value was in force that day.
pub fn allowance(
    law: &SchemeLaw,
    (last_pay, least_pay): (i64, i64),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let values = &law.a061_funeral_allowance;
    let (months, point) = (values.months.on(died_on)?, values.least_point.on(died_on)?);
    let allowance = last_pay.max(least_pay) * i64::from(months.value);
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(allowance)).given(names::LAST_PAY, Quantity::Money(last_pay));
        step.given(names::LEAST_PAY, Quantity::Money(least_pay)).uses(point).uses(months)
    });
    Ok(allowance)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Silent};

    #[test]
    fn seven_months_of_the_pay_or_of_the_point() {
        let on = date!(2026 - 03 - 05);
        let law = Law::on(on).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let of = |pay| allowance(law.of(scheme), (pay, 28_120), on, &mut Silent).unwrap();
            assert_eq!((of(24_000), of(28_120), of(28_121)), (196_840, 196_840, 196_847));
            assert_eq!(least_point(law.of(scheme), on), Ok(370));
        }
    }
}
