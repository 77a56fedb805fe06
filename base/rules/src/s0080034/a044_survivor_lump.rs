//! # Lump sum of the survivors (遺屬一次金)
//!
//! ## The law says
//! Article 44: what is left of the one-time pension that was due after the monthly pensions drawn, and in any case six bases of twice the
//! current pay of the grade. The enforcement rules (細則 52, teachers 54): the one-time pension by the standards at retirement; monthly
//! and one-time compensations (補償金) count as drawn; who drew half has six bases of that half. Article 45 V: when the last annuity
//! ends, what is left of the one-time pension after the pensions and annuities drawn goes to the others.
//!
//! ## How we read it
//! Whether the remainder of who drew half starts from the whole one-time pension or from the part drawn monthly is open: reading
//! `survivor-lump-half`. Who had retired before the new scheme leaves a lump sum by rules that are not kept here ([`super::a046_deaths_before`]),
//! which is refused. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! 3,000,000 due, 1,000,000 drawn, current pay 50,000: 2,000,000 and 600,000.

use statute::Rational;
use time::Date;

use super::a046_deaths_before;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Bases due in any case.
    bases: Rational = "s0080034/a044/survivor-bases", "h0150049/a044/survivor-bases";
    /// How many times the current pay the base is.
    base_times: Rational = "s0080034/a044/survivor-base-times", "h0150049/a044/survivor-base-times";
}

/// What is left of the one-time pension.
pub static REMAINDER: Rule = Rule {
    id: "s0080034/a044_survivor_lump",
    title: ("應領一次退休金之餘額", "what is left of the one-time pension"),
    law: &["s0080034/44/1/1", "s0080034/45/5", "s0080035/52", "h0150049/44/1/1", "h0150049/45/5", "h0150051/54"],
    formula: (
        "{one-time-pension} × {part} − {drawn}，不低於零",
        "{one-time-pension} × {part} − {drawn}, not below nothing",
    ),
};

/// The bases due in any case.
pub static BASES: Rule = Rule {
    id: "s0080034/a044_survivor_lump",
    title: ("另計給之遺屬一次金", "bases of the survivors' lump sum"),
    law: &["s0080034/44/1/2", "s0080035/52/3", "h0150049/44/1/2", "h0150051/54/3"],
    formula: (
        "{current-pay} × {survivor-base-times} × {survivor-bases} × {part}",
        "{current-pay} × {survivor-base-times} × {survivor-bases} × {part}",
    ),
};

/// Name of the open point about who drew half.
pub const HALF: &str = "survivor-lump-half";

/// What a pensioner left.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Left {
    /// First day of the pension.
    pub retired_on: Date,
    /// The whole one-time pension that was due by the standards at retirement, NT dollars.
    pub one_time_pension: i64,
    /// Monthly pensions and compensations drawn, and annuities of survivors where Article 45 V asks, NT dollars.
    pub drawn: i64,
    /// Current pay of the grade at death, NT dollars.
    pub current_pay: i64,
    /// Part drawn monthly: 1, or a half.
    pub part: Rational,
}

/// The lump sum.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SurvivorLump {
    /// What is left of the one-time pension, NT dollars.
    pub remainder: i64,
    /// The bases due in any case, NT dollars.
    pub bases: i64,
}

impl SurvivorLump {
    /// Both, NT dollars.
    pub fn total(self) -> i64 {
        self.remainder + self.bases
    }
}

/// The lump sum of the survivors.
///
/// # Errors
/// Retired before the new scheme; no value in force that day.
pub fn lump(law: &SchemeLaw, left: Left, died_on: Date, ledger: &mut impl Ledger) -> Result<SurvivorLump, Stop> {
    let values = &law.a044_survivor_lump;
    let (bases, times) = (values.bases.on(died_on)?, values.base_times.on(died_on)?);
    a046_deaths_before::lump_is_known(law, left.retired_on, died_on)?;
    let remainder = remainder(law, left, died_on, ledger)?;
    let rounding = law.rounding.amount.on(died_on)?;
    let due = rounding.value.dollars(times.value * left.current_pay * bases.value * left.part);
    ledger.write(|| {
        let step = BASES.gives(Quantity::Money(due)).given(names::CURRENT_PAY, Quantity::Money(left.current_pay));
        step.given(names::PART, Quantity::Share(left.part)).uses(times).uses(bases).rounded(rounding)
    });
    Ok(SurvivorLump { remainder, bases: due })
}

/// What is left of the one-time pension: at death (44), or when the last annuity has ended (45 V).
///
/// # Errors
/// No value was in force that day.
pub fn remainder(law: &SchemeLaw, left: Left, on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let part = match law.readings.answer(HALF) {
        "whole" => Rational::from_integer(1),
        _ => left.part,
    };
    let rounding = law.rounding.amount.on(on)?;
    let remainder = (rounding.value.dollars(part * left.one_time_pension) - left.drawn).max(0);
    ledger.write(|| {
        let due = Quantity::Money(left.one_time_pension);
        let step = REMAINDER.gives(Quantity::Money(remainder)).given(names::ONE_TIME_PENSION, due);
        let step = step.given(names::PART, Quantity::Share(part)).given(names::DRAWN, Quantity::Money(left.drawn));
        step.rounded(rounding)
    });
    Ok(remainder)
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 03 - 05);

    fn left(one_time_pension: i64, drawn: i64, part: Rational) -> Left {
        Left { retired_on: date!(2010 - 07 - 16), one_time_pension, drawn, current_pay: 50_000, part }
    }

    #[test]
    fn not_for_who_retired_before_the_new_scheme() {
        let law = Law::on(ON).unwrap();
        let of = |retired_on| {
            let left = Left { retired_on, ..left(3_000_000, 0, Rational::from_integer(1)) };
            lump(law.of(Scheme::Civil), left, ON, &mut Steps::default())
        };
        assert!(matches!(of(date!(1995 - 06 - 30)), Err(Stop::Refused(_))));
        assert!(of(date!(1995 - 07 - 01)).is_ok());
    }

    #[test]
    fn the_remainder_and_six_bases() {
        let law = Law::on(ON).unwrap();
        let whole = Rational::from_integer(1);
        let lump =
            |one, drawn| lump(law.of(Scheme::Civil), left(one, drawn, whole), ON, &mut Steps::default()).unwrap();
        assert_eq!(lump(3_000_000, 1_000_000), SurvivorLump { remainder: 2_000_000, bases: 600_000 });
        assert_eq!(lump(3_000_000, 2_999_999).total(), 600_001);
        assert_eq!(lump(3_000_000, 3_000_000).remainder, 0);
        assert_eq!(lump(3_000_000, 9_000_000).total(), 600_000, "never below nothing");
    }

    #[test]
    fn who_drew_half() {
        let half = Rational::new(1, 2);
        let paid = |choice: &str| {
            let readings = Readings::default().choose(choice).unwrap();
            let law = Law::of_edition(Edition { readings, ..Edition::of(ON) }).unwrap();
            lump(law.of(Scheme::Teacher), left(3_000_000, 1_000_000, half), ON, &mut Steps::default()).unwrap()
        };
        assert_eq!(paid("survivor-lump-half/part"), SurvivorLump { remainder: 500_000, bases: 300_000 });
        assert_eq!(paid("survivor-lump-half/whole"), SurvivorLump { remainder: 2_000_000, bases: 300_000 });
    }

    #[test]
    fn not_before_the_act() {
        let law = Law::on(ON).unwrap();
        let whole = Rational::from_integer(1);
        let before = lump(law.of(Scheme::Civil), left(1, 0, whole), date!(2018 - 06 - 30), &mut Steps::default());
        assert!(matches!(before, Err(Stop::Missing(_))));
    }
}
