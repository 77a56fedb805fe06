//! # How figures are rounded
//!
//! ## The law says
//! Nothing for pensions: only insurance premiums, price growth and deposits have a written rule.
//!
//! ## How we read it
//! As the figures of known decisions are reproduced (`law/s0080034/rounding`); each is marked as fitted. Decisions print rates and base numbers
//! with four decimals; whether amounts follow from those or from the exact number is open: reading `rate-decimals`.

use statute::{PERCENT, Rational, Rounding};
use time::Date;

use crate::{SchemeLaw, Step, Stop};

/// Reading: whether amounts follow from the exact or from the printed number.
pub const RATE_DECIMALS: &str = "rate-decimals";

crate::law::values! {
    /// 月退休金, 一次退休金 and the ceiling: whole dollars.
    amount: Rounding = "s0080034/rounding/amount";
    /// 基數 and percentages as decisions print them.
    rate: Rounding = "s0080034/rounding/rate";
}

/// A number of which decisions print four decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Printed {
    /// 基數.
    Bases(Rational),
    /// A share, printed as percent.
    Percent(Rational),
}

impl Printed {
    fn exact(self) -> Rational {
        match self {
            Self::Bases(exact) | Self::Percent(exact) => exact,
        }
    }

    fn rounded(self, rounding: Rounding) -> Rational {
        match self {
            Self::Bases(exact) => rounding.apply(exact),
            Self::Percent(exact) => rounding.apply(exact * PERCENT) / PERCENT,
        }
    }
}

/// The number amounts are computed of, as the reading has it.
///
/// # Errors
/// No rounding was in force that day.
pub fn computed(law: &SchemeLaw, number: Printed, on: Date) -> Result<Rational, Stop> {
    match law.readings.answer(RATE_DECIMALS) {
        "printed" => Ok(number.rounded(law.rounding.rate.on(on)?.value)),
        _ => Ok(number.exact()),
    }
}

/// A step with the reading, where the printed number is not the exact one.
pub(crate) fn told(step: Step, law: &SchemeLaw, number: Printed, on: Date) -> Step {
    let is_open = law.rounding.rate.get(on).is_some_and(|rounding| number.rounded(rounding.value) != number.exact());
    if is_open { step.reads(&law.readings, RATE_DECIMALS) } else { step }
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings, rational};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps, s0080034::*};

    const ON: Date = date!(2026 - 01 - 16);

    fn law(readings: Readings) -> Law {
        Law::of_edition(Edition { readings, ..Edition::of(ON) }).unwrap()
    }

    #[test]
    fn the_printed_number_is_another_reading_and_told_where_it_matters() {
        let (exact, printed) =
            (law(Readings::default()), law(Readings::default().choose("rate-decimals/printed").unwrap()));
        let whole = Rational::from_integer(1);
        let lump = |law: &Law, months| {
            let mut steps = Steps::default();
            let due = a028_old_scheme::lump(law.of(Scheme::Civil), (48_505, months, whole), ON, &mut steps).unwrap();
            (due, steps.0[0].readings.len())
        };
        // 34.83333… and 34.8334 base numbers of 49,435.
        assert_eq!((lump(&exact, 203), lump(&printed, 203)), ((1_721_986, 1), (1_721_990, 1)));
        assert_eq!((lump(&exact, 204), lump(&printed, 204)), ((1_730_225, 0), (1_730_225, 0)), "35 is 35");
        let credited = a029_new_scheme::Credited { old: 0, new: 241 };
        let rate =
            |law: &Law| a029_new_scheme::monthly_rate(law.of(Scheme::Teacher), credited, ON, &mut Steps::default());
        assert_eq!(
            (rate(&exact), rate(&printed)),
            (Ok(rational("241/600").unwrap()), Ok(rational("0.401667").unwrap()))
        );
        let facts = a037_replacement_rate::Facts { months: 421, retired_on: ON, paid_for: ON };
        let ceiling = |law: &Law| a037_replacement_rate::rate(law.of(Scheme::Civil), facts, &mut Steps::default());
        assert_eq!(ceiling(&exact), Ok(rational("69/100").unwrap() + Rational::new(1, 2400)));
        assert_eq!(ceiling(&printed), Ok(rational("0.690417").unwrap()));
    }
}
