//! # Order of cuts (超出上限之扣減順序)
//!
//! ## The law says
//! Article 39 I: an income over the ceiling is cut to it: first the deposit interest, then the old-scheme pension with the monthly compensation,
//! then the new-scheme pension. The enforcement rules, Article 33 VII: the compensation goes before the old-scheme pension.
//!
//! ## How we read it
//! A social insurance annuity counts in the income (Article 4 V) but is not among what is cut.
//!
//! ## Example
//! No interest, 38,279 and 31,044 under a ceiling of 68,393: 930 come off the old-scheme pension.

use crate::{Ledger, Quantity, Rule, names};

/// The cut.
pub static RULE: Rule = Rule {
    id: "s0080034/a039_order_of_cuts",
    title: ("超出上限扣減後之每月退休所得", "income left by the cut to the ceiling"),
    law: &["s0080034/39/1", "s0080035/33/7", "h0150049/39/1", "h0150051/34/7"],
    formula: (
        "{income} 超出 {limit} 計 {excess}，依序扣減優存利息 {cut-interest}、月補償金 {cut-compensation}、舊制月退休金 {cut-old}、新制月退休金 {cut-new}",
        "{income} exceeds {limit} by {excess}: interest {cut-interest}, compensation {cut-compensation}, old-scheme pension {cut-old}, new-scheme pension {cut-new} are taken in this order",
    ),
};

/// The parts of a monthly income, NT dollars, in the order in which they are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Parts {
    /// 優存利息.
    pub interest: i64,
    /// 月補償金.
    pub compensation: i64,
    /// Old-scheme monthly pension.
    pub old: i64,
    /// New-scheme monthly pension.
    pub new: i64,
    /// 社會保險年金, which is counted and not cut.
    pub annuity: i64,
}

impl Parts {
    /// The whole income.
    pub fn total(self) -> i64 {
        self.interest + self.pension()
    }

    /// The income besides the interest.
    pub fn pension(self) -> i64 {
        self.compensation + self.old + self.new + self.annuity
    }

    /// What each part lost against what it was.
    #[must_use]
    pub fn lost(self, before: Self) -> Self {
        Self {
            interest: before.interest - self.interest,
            compensation: before.compensation - self.compensation,
            old: before.old - self.old,
            new: before.new - self.new,
            annuity: before.annuity - self.annuity,
        }
    }

    /// What may be cut, in the order of the law.
    pub(crate) fn in_order(&mut self) -> impl Iterator<Item = &mut i64> {
        [&mut self.interest, &mut self.compensation, &mut self.old, &mut self.new].into_iter()
    }
}

/// Takes what it can from a part and says what is left to take.
pub(crate) fn take(from: &mut i64, excess: i64) -> i64 {
    let taken = excess.min(*from);
    *from -= taken;
    excess - taken
}

/// The parts cut so that together they do not exceed a limit.
pub fn cut(parts: Parts, limit: i64, ledger: &mut impl Ledger) -> Parts {
    let mut excess = (parts.total() - limit).max(0);
    if excess == 0 {
        return parts;
    }
    let mut left = parts;
    for part in left.in_order() {
        excess = take(part, excess);
    }
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(left.total())).given(names::INCOME, Quantity::Money(parts.total()));
        let step = step.given(names::LIMIT, Quantity::Money(limit));
        let step = step.given(names::EXCESS, Quantity::Money(parts.total() - limit));
        given(step, parts, left.lost(parts))
    });
    left
}

fn given(step: crate::Step, parts: Parts, lost: Parts) -> crate::Step {
    let amounts = [
        (names::INTEREST, parts.interest),
        (names::COMPENSATION, parts.compensation),
        (names::OLD_MONTHLY, parts.old),
        (names::NEW_MONTHLY, parts.new),
        (names::ANNUITY, parts.annuity),
        (names::CUT_INTEREST, lost.interest),
        (names::CUT_COMPENSATION, lost.compensation),
        (names::CUT_OLD, lost.old),
        (names::CUT_NEW, lost.new),
    ];
    amounts.into_iter().fold(step, |step, (name, amount)| step.given(name, Quantity::Money(amount)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Scheme, Silent, Steps, render};

    #[test]
    fn each_part_goes_before_the_next_is_touched() {
        let parts = Parts { interest: 10, compensation: 20, old: 30, new: 40, annuity: 5 };
        for (limit, [interest, compensation, old, new]) in [
            (106, [10, 20, 30, 40]),
            (105, [10, 20, 30, 40]),
            (104, [9, 20, 30, 40]),
            (95, [0, 20, 30, 40]),
            (94, [0, 19, 30, 40]),
            (75, [0, 0, 30, 40]),
            (74, [0, 0, 29, 40]),
            (45, [0, 0, 0, 40]),
            (44, [0, 0, 0, 39]),
            (5, [0, 0, 0, 0]),
            (0, [0, 0, 0, 0]),
        ] {
            let left = cut(parts, limit, &mut Silent);
            assert_eq!(left, Parts { interest, compensation, old, new, annuity: 5 }, "{limit}");
        }
    }

    #[test]
    fn the_step_tells_what_is_taken_and_not_what_there_was() {
        let parts = Parts { interest: 6750, compensation: 1000, old: 10_465, new: 18_467, annuity: 0 };
        let mut steps = Steps::default();
        let left = cut(parts, 28_850, &mut steps);
        let view = render::view(&steps.0[0], Some(Scheme::Civil), kernel::Lang::Zh);
        let told = "36,682元 超出 28,850元 計 7,832元，依序扣減優存利息 6,750元、月補償金 1,000元、舊制月退休金 82元、新制月退休金 0元";
        assert_eq!((view.formula.as_str(), view.outcome.as_str()), (told, "28,850元"));
        assert_eq!(left.old, 10_383);
    }

    proptest! {
        #[test]
        fn a_ceiling_never_raises_an_income(amounts in prop::array::uniform5(0_i64..200_000), limit in 0_i64..500_000) {
            let [interest, compensation, old, new, annuity] = amounts;
            let parts = Parts { interest, compensation, old, new, annuity };
            let left = cut(parts, limit, &mut Silent);
            prop_assert!(left.total() <= parts.total());
            prop_assert_eq!(left.total(), parts.total().min(limit.max(annuity)));
            let Parts { interest, compensation, old, new, annuity } = left.lost(parts);
            prop_assert!([interest, compensation, old, new].iter().all(|lost| *lost >= 0) && annuity == 0);
        }
    }
}
