//! # Funeral allowance for death in service (殮葬補助費)
//!
//! ## The law says
//! Article 61 and the enforcement rules (細則 81, of teachers 81): seven months of the last pay, which counts at least as the fifth
//! step of the fifth grade (委任第五職等本俸五級).
//!
//! ## How we read it
//! That step is point 370 of the pay table in force on the day of death, for teachers too. It rests on the text alone: no worked example
//! was found.
//!
//! ## Example
//! A last pay of 24,000 in 2026, where point 370 is worth 28,120: 196,840.

use statute::{Rational, StatuteFault, Table, Valued};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months of pay.
    months: u32 = "s0080035/a081/funeral-months", "h0150051/a081/funeral-months";
    /// The lowest point.
    least_point: Rational = "s0080035/a081/funeral-least-point", "h0150051/a081/funeral-least-point";
    /// The pay table: points and amounts.
    points: Table = "pay-table/points";
    /// Its column in force.
    column: u32 = "pay-table/column";
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

/// The allowance for the last pay, NT dollars.
///
/// # Errors
/// No value was in force that day, or the pay table lacks the point.
pub fn allowance(law: &SchemeLaw, last_pay: i64, died_on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let values = &law.a061_funeral_allowance;
    let (months, point) = (values.months.on(died_on)?, values.least_point.on(died_on)?);
    let least = least_pay(law, point.value, died_on)?;
    let allowance = last_pay.max(least.value.to_integer()) * i64::from(months.value);
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(allowance)).given(names::LAST_PAY, Quantity::Money(last_pay));
        let step = step.given(names::LEAST_PAY, Quantity::Money(least.value.to_integer()));
        step.uses(point).uses(&least).uses(months)
    });
    Ok(allowance)
}

/// What the point is worth that day.
fn least_pay(law: &SchemeLaw, point: Rational, died_on: Date) -> Result<Valued<Rational>, Stop> {
    let values = &law.a061_funeral_allowance;
    let (points, column) = (values.points.on(died_on)?, values.column.on(died_on)?);
    let row = u32::try_from(point.to_integer()).unwrap_or(0);
    let missing = || StatuteFault::NotInForce { key: values.points.key().to_owned(), on: died_on };
    let worth = points.value.cell(row, column.value).ok_or_else(missing)?;
    Ok(points.part(|_| worth))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn seven_months_of_the_pay_or_of_the_point() {
        let on = date!(2026 - 03 - 05);
        let law = Law::on(on).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let of = |pay| allowance(law.of(scheme), pay, on, &mut Steps::default()).unwrap();
            assert_eq!((of(24_000), of(28_120), of(28_121)), (196_840, 196_840, 196_847));
            let earlier = allowance(law.of(scheme), 1, date!(2024 - 12 - 31), &mut Steps::default());
            assert_eq!(earlier, Ok(7 * 27_280), "point 370 before the raise of 2025");
        }
    }
}
