//! # Benefit for each minor child (未成年子女加發撫卹金)
//!
//! ## The law says
//! Articles 58 and 59: besides the benefit for death in service, each minor child gets the guaranteed old-age pension of the National
//! Pension Act each month until majority. The enforcement rules (細則 79): not where the lump sum of Article 60 I was chosen.
//!
//! ## How we read it
//! The amount is that of the month it is paid for, so later announcements raise it. Until when: [`super::a056_months`] gives majority. It
//! rests on the text alone: no worked example was found.
//!
//! ## Example
//! Two minor children, paid for May 2026: twice 4,049.

use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Guaranteed old-age pension, each month.
    guaranteed: i64 = "national-pension/guaranteed-old-age";
}

/// The benefit.
pub static RULE: Rule = Rule {
    id: "s0080034/a058_minor_children",
    title: ("未成年子女加發撫卹金", "benefit for minor children"),
    law: &[
        "s0080034/58",
        "s0080034/59",
        "s0080035/78",
        "s0080035/79",
        "h0150049/58",
        "h0150049/59",
        "h0150051/78",
        "h0150051/79",
    ],
    formula: ("{guaranteed-old-age} × {children}", "{guaranteed-old-age} × {children}"),
};

/// The benefit for the children who are minors on a day, NT dollars a month.
///
/// # Errors
/// No value was in force that day.
pub fn monthly(law: &SchemeLaw, minors: u32, paid_for: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let each = law.a058_minor_children.guaranteed.on(paid_for)?;
    let due = each.value * i64::from(minors);
    ledger.write(|| {
        let children = Quantity::Number(statute::Rational::from_integer(minors.into()));
        let step = RULE.gives(Quantity::Money(due)).given(names::CHILDREN, children);
        step.given(names::PAID_FOR, Quantity::Day(paid_for)).uses(each)
    });
    Ok(due)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn the_amount_of_the_month() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let of = |minors, day| monthly(law.of(Scheme::Civil), minors, day, &mut Steps::default()).unwrap();
        assert_eq!((of(1, date!(2019 - 12 - 31)), of(1, date!(2020 - 01 - 01))), (3_628, 3_772));
        assert_eq!((of(1, date!(2023 - 12 - 31)), of(1, date!(2024 - 01 - 01))), (3_772, 4_049));
        assert_eq!((of(2, date!(2026 - 05 - 01)), of(0, date!(2026 - 05 - 01))), (8_098, 0));
    }

    #[test]
    fn an_unconfirmed_amount_says_so() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let mut steps = Steps::default();
        monthly(law.of(Scheme::Teacher), 1, date!(2026 - 05 - 01), &mut steps).unwrap();
        assert!(!steps.0[0].is_confirmed());
    }
}
