//! # Lump benefit of the insurance (公保一次養老給付)
//!
//! ## The law says
//! Article 16 II (1): 1.2 months of the average insured pay for each year, at most 42 and, with a deposit, 36. IX: insurance before June 2014
//! gives at most 36. Article 21: insurance before 1999-05-31 counts by the older act; with twelve years and six months in all the average is at
//! least 1.2 a year; with less in all, the older act's measure for all of it, later insurance included, is the least.
//!
//! ## How we read it
//! The older act's measure is known from a textbook. Months count in proportion.
//!
//! ## Left out
//! Odd days (16 II (3)): only whole months are asked. Insurance beyond thirty years of who left before 2014 (Article 16 X), and insurance held twice (Article 12 II).
//!
//! ## Example
//! Twenty years before 1999: 36 months.

use statute::{Rational, Scale};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months of benefit for each year.
    per_year: Rational = "s0070001/a016/months-per-year";
    /// The most months.
    most: Rational = "s0070001/a016/months-max";
    /// The most with a deposit.
    most_deposited: Rational = "s0070001/a016/months-max-deposit";
    /// The most for insurance before June 2014.
    most_before: Rational = "s0070001/a016/months-max-before";
    /// Measure of the older act.
    old_scale: Scale = "s0070001/a021/old-scale";
    /// Months of insurance from which each year counts at least in full.
    least_from: u32 = "s0070001/a021/least-from-months";
    /// Rounding of the amount.
    rounding: statute::Rounding = "s0070001/rounding/lump";
}

/// Months of benefit.
pub static MONTHS: Rule = Rule {
    id: "s0070001/a016_lump_months",
    title: ("一次養老給付月數", "months of the lump benefit"),
    law: &["s0070001/16/2/1", "s0070001/16/9", "s0070001/21"],
    formula: (
        "各段年資分別計給；一百零三年五月以前之年資最高 {months-max-before}，合計不逾最高月數",
        "by the insurance of each time; at most {months-max-before} up to May 2014, and not beyond the most in all",
    ),
};

/// The amount.
pub static LUMP: Rule = Rule {
    id: "s0070001/a016_lump_months",
    title: ("一次養老給付", "lump benefit of the insurance"),
    law: &["s0070001/12/1/1", "s0070001/16/2/1"],
    formula: ("{insured-pay} × {benefit-months}", "{insured-pay} × {benefit-months}"),
};

/// Months of insurance by the time they were held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Insured {
    /// Before 1999-05-31.
    pub old: u32,
    /// Since then, before June 2014.
    pub middle: u32,
    /// Since June 2014.
    pub new: u32,
    /// Whether the benefit is put on preferential deposit.
    pub deposited: bool,
}

impl Insured {
    /// All of it.
    pub fn total(self) -> u32 {
        self.old.saturating_add(self.middle).saturating_add(self.new)
    }
}

/// Months of the lump benefit, exact.
///
/// # Errors
/// No value was in force that day.
pub fn months(law: &SchemeLaw, insured: Insured, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let values = &law.a016_lump_months;
    let (per_year, most_before) = (values.per_year.on(on)?, values.most_before.on(on)?);
    let most = if insured.deposited { values.most_deposited.on(on)? } else { values.most.on(on)? };
    let (old_scale, least_from) = (values.old_scale.on(on)?, values.least_from.on(on)?);
    let yearly = |months: u32| per_year.value * Rational::new(months.into(), kernel::calendar::MONTHS_A_YEAR.into());
    let nothing = Rational::from_integer(0);
    let by_time = old_scale.value.at(insured.old) + yearly(insured.middle);
    let long = insured.total() >= least_from.value;
    let before = if long { by_time.max(yearly(insured.old + insured.middle)) } else { by_time };
    let counted = before.min(most_before.value) + yearly(insured.new);
    let least = if long || insured.old == 0 { nothing } else { old_scale.value.at(insured.total()) };
    let months = counted.max(least).min(most.value);
    ledger.write(|| {
        let step = MONTHS.gives(Quantity::Number(months));
        step.given(names::INSURED_OLD_MONTHS, Quantity::Months(insured.old))
            .given(names::INSURED_MIDDLE_MONTHS, Quantity::Months(insured.middle))
            .given(names::INSURED_NEW_MONTHS, Quantity::Months(insured.new))
            .uses(per_year)
            .uses(&old_scale.part(|scale| scale.at(insured.old)))
            .uses(most_before)
            .uses(most)
    });
    Ok(months)
}

/// The lump benefit, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn lump(
    law: &SchemeLaw,
    (insured, insured_pay): (Insured, i64),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let months = months(law, insured, on, ledger)?;
    let rounding = law.a016_lump_months.rounding.on(on)?;
    let lump = rounding.value.dollars(months * insured_pay);
    ledger.write(|| {
        let step = LUMP.gives(Quantity::Money(lump)).given(names::INSURED_PAY, Quantity::Money(insured_pay));
        step.given(names::BENEFIT_MONTHS, Quantity::Number(months)).rounded(rounding)
    });
    Ok(lump)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use statute::rational;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const TODAY: Date = date!(2026 - 11 - 23);

    static LAW: LazyLock<Law> = LazyLock::new(|| Law::on(TODAY).unwrap());

    fn due(insured: Insured) -> Rational {
        months(LAW.of(Scheme::Civil), insured, TODAY, &mut Steps::default()).unwrap()
    }

    #[test]
    fn each_time_counts_by_its_act() {
        let insured = |old, middle, new| Insured { old, middle, new, deposited: false };
        for (insured, expected) in [
            (insured(60, 0, 0), "5"),
            (insured(120, 0, 0), "10"),
            (insured(132, 0, 0), "12"),
            (insured(180, 0, 0), "20"),
            (insured(192, 0, 0), "23"),
            (insured(228, 0, 0), "32"),
            (insured(239, 0, 0), "34.75"),
            (insured(240, 0, 0), "36"),
            (insured(300, 0, 0), "36"),
            // 12 years and 6 months in all: at least 1.2 a year; a month less keeps the older measure.
            (insured(100, 49, 0), "14.8333"),
            (insured(100, 50, 0), "15"),
            (insured(100, 0, 49), "14.8333"),
            (insured(100, 20, 29), "14.8333"),
            (insured(100, 0, 50), "15"),
            (insured(0, 0, 149), "14.9"),
            (insured(0, 120, 0), "12"),
            (insured(0, 360, 0), "36"),
            (insured(0, 372, 0), "36"),
            (insured(0, 180, 120), "30"),
            (insured(240, 0, 60), "42"),
            (insured(240, 0, 61), "42"),
            (insured(0, 0, 420), "42"),
            (insured(0, 0, 432), "42"),
            (Insured { deposited: true, ..insured(240, 0, 60) }, "36"),
        ] {
            let shown = statute::Rounding::parse("half-up 4").unwrap().apply(due(insured));
            assert_eq!(Some(shown), rational(expected), "{insured:?}");
        }
    }

    proptest! {
        #[test]
        fn longer_insurance_never_gives_less(old in 0_u32..300, middle in 0_u32..180, new in 0_u32..240, which in 0..3) {
            let before = Insured { old, middle, new, deposited: false };
            let mut after = before;
            match which {
                0 => after.old += 1,
                1 => after.middle += 1,
                _ => after.new += 1,
            }
            prop_assert!(due(after) >= due(before), "{before:?}");
        }
    }
}
