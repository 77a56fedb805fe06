//! # Guaranteed minimum (最低保障金額)
//!
//! ## The law says
//! Article 4 VI: the pay of the highest step of the first elementary grade and that grade's general allowance. Article 39 II: an income that
//! the ceiling brings below it is paid at it; what was below it before stays as it was. III: halves by their part.
//!
//! ## How we read it
//! The standard of pay is that of the act's first day for who retired before it, else that of retirement (37 V, 38 V). Teachers have the same
//! amount. The allowance is not known for 2024; some years' are from memory.
//!
//! ## Example
//! Retired in 2025: 16,630 + 21,500 = 38,130.

use statute::Rational;
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names, pay_table::pay_point};

crate::law::values! {
    /// The pay point.
    point: Rational = "s0080034/a004/floor-point", "h0150049/a004/floor-point";
    /// The allowance, NT dollars.
    allowance: i64 = "s0080034/a004/floor-allowance", "h0150049/a004/floor-allowance";
}

/// The amount.
pub static RULE: Rule = Rule {
    id: "s0080034/a004_floor",
    title: ("最低保障金額", "guaranteed minimum"),
    law: &["s0080034/4/1/6", "s0080034/39/2", "h0150049/4/1/6", "h0150049/39/2"],
    formula: (
        "（俸點 {floor-point} 之俸額 + {floor-allowance}）× {part}",
        "(pay of point {floor-point} + {floor-allowance}) × {part}",
    ),
};

/// The amount for who retired on a day, NT dollars; `part` is the part drawn.
///
/// # Errors
/// The allowance of that year is not known.
pub fn amount(law: &SchemeLaw, retired_on: Date, part: Rational, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let on = pay_standard_on(law, retired_on);
    let (point, allowance) = (law.a004_floor.point.on(on)?, law.a004_floor.allowance.on(on)?);
    let rung = pay_point::Rung::Point(u32::try_from(point.value.to_integer()).unwrap_or_default());
    let pay = pay_point::pay(law, rung, on, ledger)?;
    let rounding = law.rounding.amount.on(on)?;
    let floor = rounding.value.dollars(part * (pay + allowance.value));
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(floor)).given(names::RETIRED_ON, Quantity::Day(retired_on));
        step.given(names::PART, Quantity::Share(part)).uses(point).uses(allowance).rounded(rounding)
    });
    Ok(floor)
}

/// The day whose pay counts: that of retirement, or the act's first day for who retired before it.
pub fn pay_standard_on(law: &SchemeLaw, retired_on: Date) -> Date {
    let act = law.a037_replacement_rate.act_from.entries().next();
    act.map_or(retired_on, |(_, from)| retired_on.max(from.value))
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn the_amount_is_that_of_retirement() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let at = |day| amount(law.of(scheme), day, Rational::from_integer(1), &mut Steps::default());
            for (day, floor) in [
                (date!(2003 - 01 - 16), 33_140),
                (date!(2018 - 06 - 30), 33_140),
                (date!(2018 - 07 - 01), 33_140),
                (date!(2021 - 12 - 31), 33_140),
                (date!(2022 - 01 - 01), 34_470),
                (date!(2023 - 12 - 31), 34_470),
                (date!(2025 - 01 - 01), 38_130),
                (date!(2026 - 08 - 01), 38_130),
            ] {
                assert_eq!(at(day), Ok(floor), "{day}");
            }
            for day in [date!(2024 - 01 - 01), date!(2024 - 12 - 31)] {
                let Err(Stop::Missing(missing)) = at(day) else { panic!("{day}: the allowance is not known") };
                assert!(missing.to_string().contains("a004/floor-allowance"), "{missing}");
            }
            let half = amount(law.of(scheme), date!(2025 - 08 - 01), Rational::new(1, 2), &mut Steps::default());
            assert_eq!(half, Ok(19_065));
        }
    }
}
