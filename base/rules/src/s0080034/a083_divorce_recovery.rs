//! # How a divorced spouse's share is taken from the pension (退休金被分配之扣減)
//!
//! ## The law says
//! Article 83 (teachers 84): where the two do not agree, the payer pays the share at once and takes it back: from the one-time pension; from
//! the monthly pension at the divided ratio until it is taken; from who draws half of each, first from the lump sum, then from the monthly
//! pension.
//!
//! ## How we read it
//! The divided ratio is the share of Article 82. An instalment is rounded like the pension, and the last one takes what is left. What the fund
//! does not get back is borne by the government (細則 123), not by anybody here. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! A sixth of a pension of 42,000 a month is 7,000; 600,000 are taken in 85 full instalments and one of 5,000.

use statute::Rational;
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

/// What is taken from a lump sum.
pub static FROM_LUMP: Rule = Rule {
    id: "s0080034/a083_divorce_recovery",
    title: ("自一次退休金扣減", "taken from the lump sum"),
    law: &["s0080034/83/2/1", "s0080034/83/2/3", "h0150049/84/2/1", "h0150049/84/2/3"],
    formula: ("{owed}，不逾 {one-time-pension}", "{owed}, at most {one-time-pension}"),
};

/// What is taken from a monthly pension.
pub static FROM_MONTHLY: Rule = Rule {
    id: "s0080034/a083_divorce_recovery",
    title: ("自月退休金按月扣減", "taken from the monthly pension"),
    law: &["s0080034/83/2/2", "s0080034/83/2/3", "h0150049/84/2/2", "h0150049/84/2/3"],
    formula: ("{pension} × {share}，不逾 {owed}", "{pension} × {share}, at most {owed}"),
};

/// What is taken from a lump sum, NT dollars: of what is owed, from the lump sum paid.
pub fn from_lump(owed: i64, lump: i64, ledger: &mut impl Ledger) -> i64 {
    let taken = owed.clamp(0, lump.max(0));
    ledger.write(|| {
        let step = FROM_LUMP.gives(Quantity::Money(taken)).given(names::OWED, Quantity::Money(owed));
        step.given(names::ONE_TIME_PENSION, Quantity::Money(lump))
    });
    taken
}

/// What is taken from one monthly pension, NT dollars: at the share, of what is still owed.
///
/// # Errors
/// No value was in force that day.
pub fn from_monthly(
    law: &SchemeLaw,
    (pension, share, owed): (i64, Rational, i64),
    paid_for: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let rounding = law.rounding.amount.on(paid_for)?;
    let taken = rounding.value.dollars(share * pension).min(pension).clamp(0, owed.max(0));
    ledger.write(|| {
        let step = FROM_MONTHLY.gives(Quantity::Money(taken)).given(names::PENSION, Quantity::Money(pension));
        let step = step.given(names::SHARE, Quantity::Share(share)).given(names::OWED, Quantity::Money(owed));
        step.rounded(rounding)
    });
    Ok(taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::s0080034::a082_divorce;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 03 - 01);

    #[test]
    fn month_by_month_until_it_is_taken() {
        let law = Law::on(ON).unwrap();
        let of = |pension, owed| {
            let facts = (pension, Rational::new(1, 6), owed);
            from_monthly(law.of(Scheme::Civil), facts, ON, &mut Steps::default()).unwrap()
        };
        assert_eq!((of(42_000, 600_000), of(42_000, 7_000), of(42_000, 6_999)), (7_000, 7_000, 6_999));
        assert_eq!((of(42_000, 0), of(0, 600_000)), (0, 0));
        assert_eq!(from_lump(600_000, 500_000, &mut Steps::default()), 500_000);
        assert_eq!(from_lump(600_000, 900_000, &mut Steps::default()), 600_000);
    }

    proptest! {
        #[test]
        fn a_split_never_creates_money(
            one_time in 0_i64..9_000_000,
            (credited, overlap) in (1_u32..600, 0_u32..600),
            pension in 1_i64..120_000,
            lump in 0_i64..4_000_000,
            months in 0_usize..500,
        ) {
            let law = &*crate::law::KEPT;
            let law = law.of(Scheme::Teacher);
            let share = a082_divorce::share(law, (overlap, credited), ON, &mut crate::Silent).unwrap();
            prop_assert!(share <= Rational::new(1, 2));
            let paid = a082_divorce::amount(law, (one_time, share), ON, &mut crate::Silent).unwrap();
            prop_assert!(paid <= one_time);
            let first = from_lump(paid, lump, &mut crate::Silent);
            prop_assert!((0..=lump).contains(&first));
            let mut owed = paid - first;
            for _ in 0..months {
                let taken = from_monthly(law, (pension, share, owed), ON, &mut crate::Silent).unwrap();
                prop_assert!((0..=pension).contains(&taken));
                owed -= taken;
            }
            prop_assert!((0..=paid).contains(&owed), "never more is taken than was paid");
            if share > Rational::from_integer(0) && owed > 0 {
                let next = from_monthly(law, (pension, share, owed), ON, &mut crate::Silent).unwrap();
                prop_assert!(next > 0, "it comes to an end");
            }
        }
    }
}
