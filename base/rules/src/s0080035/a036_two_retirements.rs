//! # Two or more retirements (二次以上退休)
//!
//! ## The law says
//! Article 36 of the enforcement rules: the income of each retirement is calculated for itself; together they may not exceed the ceiling for all
//! credited years, taken of the highest pay and the higher rate among them; what exceeds it is cut in the order of items and in the order
//! of time.
//!
//! ## How we read it
//! Which of the two orders comes first is an open point: reading `two-retirements-order`.
//!
//! ## Example
//! 30,000 and 40,000 under 60,000: 10,000 come off the earlier one.

use crate::{
    Ledger, Quantity, Rule, SchemeLaw, names,
    s0080034::a039_order_of_cuts::{Parts, take},
};

/// Reading: by retirement or by item first.
pub const ORDER: &str = "two-retirements-order";

/// The cut.
pub static RULE: Rule = Rule {
    id: "s0080035/a036_two_retirements",
    title: ("二次以上退休合計扣減後之每月退休所得", "income left of two or more retirements together"),
    law: &["s0080035/36/1/2", "s0080034/39/1", "h0150051/37/1/2", "h0150049/39/1"],
    formula: (
        "各次合計 {income} 超出 {limit} 計 {excess}，依序扣減",
        "{income} of all together exceeds {limit} by {excess}, which is cut",
    ),
};

/// Cuts the incomes, earliest retirement first, so that together they do not exceed the ceiling for all years.
pub fn cut(law: &SchemeLaw, incomes: &mut [Parts], ceiling: i64, ledger: &mut impl Ledger) {
    let total: i64 = incomes.iter().map(|parts| parts.total()).sum();
    let mut excess = (total - ceiling).max(0);
    if excess == 0 {
        return;
    }
    if law.readings.answer(ORDER) == "item-first" {
        for item in 0..Parts::default().in_order().count() {
            for part in incomes.iter_mut().filter_map(|parts| parts.in_order().nth(item)) {
                excess = take(part, excess);
            }
        }
    } else {
        for part in incomes.iter_mut().flat_map(Parts::in_order) {
            excess = take(part, excess);
        }
    }
    let left = incomes.iter().map(|parts| parts.total()).sum();
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(left)).given(names::INCOME, Quantity::Money(total));
        let step = step.given(names::LIMIT, Quantity::Money(ceiling));
        step.given(names::EXCESS, Quantity::Money(total - ceiling)).reads(&law.readings, ORDER)
    });
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    fn law(choice: &str) -> Law {
        let readings = Readings::default().choose(choice).unwrap();
        Law::of_edition(Edition { readings, ..Edition::of(date!(2026 - 11 - 23)) }).unwrap()
    }

    static LAWS: LazyLock<Vec<Law>> = LazyLock::new(|| {
        ["two-retirements-order/retirement-first", "two-retirements-order/item-first"].map(law).into()
    });

    const FIRST: Parts = Parts { interest: 1000, compensation: 0, old: 20_000, new: 9000, annuity: 0 };
    const SECOND: Parts = Parts { interest: 2000, compensation: 0, old: 0, new: 38_000, annuity: 0 };

    fn both(choice: &str, ceiling: i64) -> [Parts; 2] {
        let mut both = [FIRST, SECOND];
        cut(law(choice).of(Scheme::Civil), &mut both, ceiling, &mut Steps::default());
        both
    }

    #[test]
    fn the_order_is_a_reading() {
        for choice in ["two-retirements-order/retirement-first", "two-retirements-order/item-first"] {
            assert_eq!(both(choice, 70_000), [FIRST, SECOND]);
            let one_less = [Parts { interest: 999, ..FIRST }, SECOND];
            assert_eq!(both(choice, 69_999), one_less);
        }
        let [first, second] = both("two-retirements-order/retirement-first", 60_000);
        assert_eq!((first, second), (Parts { interest: 0, old: 11_000, ..FIRST }, SECOND));
        let [first, second] = both("two-retirements-order/item-first", 60_000);
        assert_eq!(first, Parts { interest: 0, old: 13_000, ..FIRST });
        assert_eq!(second, Parts { interest: 0, ..SECOND });
    }

    proptest! {
        #[test]
        fn together_they_never_exceed_the_ceiling(amounts in prop::collection::vec(prop::array::uniform4(0_i64..90_000), 1..4), ceiling in 0_i64..300_000) {
            let parts = |[interest, compensation, old, new]: [i64; 4]| Parts { interest, compensation, old, new, annuity: 0 };
            let before: Vec<Parts> = amounts.into_iter().map(parts).collect();
            for law in LAWS.iter() {
                let mut after = before.clone();
                cut(law.of(Scheme::Teacher), &mut after, ceiling, &mut Steps::default());
                let total: i64 = after.iter().map(|parts| parts.total()).sum();
                let was: i64 = before.iter().map(|parts| parts.total()).sum();
                prop_assert_eq!(total, was.min(ceiling));
            }
        }
    }
}
