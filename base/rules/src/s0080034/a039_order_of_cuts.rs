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
    title: ("超出上限之扣減", "cut to the ceiling"),
    law: &["s0080034/39/1", "s0080035/33/7", "h0150049/39/1", "h0150051/34/7"],
    formula: (
        "{income} − {limit} 依序扣減 {interest}、{compensation}、{old-monthly}、{new-monthly}",
        "{income} − {limit}, taken from {interest}, {compensation}, {old-monthly}, {new-monthly} in this order",
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
        given(step.given(names::LIMIT, Quantity::Money(limit)), parts)
    });
    left
}

pub(crate) fn given(step: crate::Step, parts: Parts) -> crate::Step {
    step.given(names::INTEREST, Quantity::Money(parts.interest))
        .given(names::COMPENSATION, Quantity::Money(parts.compensation))
        .given(names::OLD_MONTHLY, Quantity::Money(parts.old))
        .given(names::NEW_MONTHLY, Quantity::Money(parts.new))
        .given(names::ANNUITY, Quantity::Money(parts.annuity))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::Silent;

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
