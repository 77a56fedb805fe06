//! # Bases the former agency draws for a pensioner's funeral (原服務機關具領喪葬之遺屬一次金)
//!
//! ## The law says
//! Article 47: without survivors who can take the lump sum in Taiwan, the former agency may draw three bases of it for the funeral. What is
//! left over goes to the treasury and the fund by old-scheme and new-scheme service.
//!
//! ## How we read it
//! The base is that of Article 44, half of it for who drew half (細則 52). The part of the fund is rounded and the rest is the
//! treasury's. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! Current pay 50,000: 300,000; of 90,000 left over after 10 old and 20 new years, 30,000 and 60,000.

use statute::Rational;
use time::Date;

use super::a029_new_scheme::Credited;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Bases the agency may draw.
    bases: Rational = "s0080034/a047/funeral-bases", "h0150049/a047/funeral-bases";
    /// How many times the current pay the base is.
    base_times: Rational = "s0080034/a044/survivor-base-times", "h0150049/a044/survivor-base-times";
}

/// What the agency draws.
pub static DRAWN: Rule = Rule {
    id: "s0080034/a047_funeral_bases",
    title: ("原服務機關先行具領之遺屬一次金", "what the former agency draws for the funeral"),
    law: &["s0080034/47/1", "h0150049/47/1"],
    formula: (
        "{current-pay} × {survivor-base-times} × {funeral-bases} × {part}",
        "{current-pay} × {survivor-base-times} × {funeral-bases} × {part}",
    ),
};

/// The part of the fund in what is left over.
pub static LEFT_OVER: Rule = Rule {
    id: "s0080034/a047_funeral_bases",
    title: ("喪葬賸餘歸屬退撫基金之金額", "what is left over for the fund"),
    law: &["s0080034/47/2", "h0150049/47/2"],
    formula: (
        "{left-over} × {new-months} ÷（{old-months} + {new-months}）",
        "{left-over} × {new-months} ÷ ({old-months} + {new-months})",
    ),
};

/// What the agency may draw, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn drawn(
    law: &SchemeLaw,
    (current_pay, part): (i64, Rational),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let values = &law.a047_funeral_bases;
    let (bases, times) = (values.bases.on(died_on)?, values.base_times.on(died_on)?);
    let rounding = law.rounding.amount.on(died_on)?;
    let due = rounding.value.dollars(times.value * current_pay * bases.value * part);
    ledger.write(|| {
        let step = DRAWN.gives(Quantity::Money(due)).given(names::CURRENT_PAY, Quantity::Money(current_pay));
        step.given(names::PART, Quantity::Share(part)).uses(times).uses(bases).rounded(rounding)
    });
    Ok(due)
}

/// What is left over, divided: the fund's part, then the treasury's.
///
/// # Errors
/// No value was in force that day.
pub fn left_over(
    law: &SchemeLaw,
    (amount, credited): (i64, Credited),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<(i64, i64), Stop> {
    let rounding = law.rounding.amount.on(on)?;
    let fund = match credited.total() {
        0 => 0,
        total => rounding.value.dollars(Rational::new(i64::from(credited.new), i64::from(total)) * amount),
    };
    ledger.write(|| {
        let step = LEFT_OVER.gives(Quantity::Money(fund)).given(names::LEFT_OVER, Quantity::Money(amount));
        let step = step.given(names::OLD_MONTHS, Quantity::Months(credited.old));
        step.given(names::NEW_MONTHS, Quantity::Months(credited.new)).rounded(rounding)
    });
    Ok((fund, amount - fund))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 01 - 01);

    #[test]
    fn three_bases() {
        let law = Law::on(ON).unwrap();
        let drawn = |part| drawn(law.of(Scheme::Civil), (50_000, part), ON, &mut Steps::default());
        assert_eq!(drawn(Rational::from_integer(1)), Ok(300_000));
        assert_eq!(drawn(Rational::new(1, 2)), Ok(150_000));
    }

    proptest! {
        #[test]
        fn nothing_is_lost_in_the_division(amount in 0_i64..1_000_000, old in 0_u32..400, new in 0_u32..400) {
            let law = &*crate::law::KEPT;
            let (fund, treasury) = left_over(law.of(Scheme::Teacher), (amount, Credited { old, new }), ON, &mut Steps::default()).unwrap();
            prop_assert_eq!(fund + treasury, amount);
            prop_assert!(fund >= 0 && treasury >= 0);
        }
    }

    #[test]
    fn by_service() {
        let law = Law::on(ON).unwrap();
        let divided =
            left_over(law.of(Scheme::Civil), (90_000, Credited { old: 120, new: 240 }), ON, &mut Steps::default());
        assert_eq!(divided, Ok((60_000, 30_000)));
    }
}
