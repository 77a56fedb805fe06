//! # Loss for sexual assault on a campus (校園性侵害案件之剝奪)
//!
//! ## The law says
//! Article 80 of the teachers' act: who is finally sentenced to prison, after leaving, for a sexual assault on a campus in the time of service
//! loses all benefits from the beginning, and pays back what was drawn. The enforcement rules (細則 42): not where that had happened by
//! 2018-06-30.
//!
//! ## How we read it
//! The day the sentence became final decides which it is. Civil servants have no such article: they lose nothing by it. Whatever is lost is
//! taken as [`crate::s0080034::a079_offences::left`] takes it. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! Six months of prison, final in 2024: everything is lost.

use statute::Rational;
use time::Date;

use crate::{Ledger, Quantity, Rule, Scheme, SchemeLaw, Stop, names};

crate::law::values! {
    /// Share lost.
    reduction: Rational = "h0150049/a080/reduction";
    /// First day of the act.
    act_from: Date = "h0150049/a100/in-force";
}

/// The share lost.
pub static RULE: Rule = Rule {
    id: "h0150049/a080_campus_assault",
    title: ("校園性侵害案件剝奪退離給與之比率", "share of the benefits lost for sexual assault on a campus"),
    law: &["h0150049/80", "h0150051/42"],
    formula: (
        "{final-on} 判處有期徒刑以上之刑確定：{reduction}",
        "sentenced to prison, final on {final-on}: {reduction}",
    ),
};

/// The share of the benefits that is lost by a sentence to prison that became final on a day.
///
/// # Errors
/// No value was in force on the day asked for.
pub fn share_lost(law: &SchemeLaw, final_on: Date, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let nothing = Rational::from_integer(0);
    if law.scheme == Scheme::Civil {
        return Ok(nothing);
    }
    let values = &law.a080_campus_assault;
    if final_on < values.act_from.on(on)?.value {
        return Ok(nothing);
    }
    let reduction = values.reduction.on(on)?;
    ledger.write(|| {
        let step = RULE.gives(Quantity::Share(reduction.value));
        step.given(names::FINAL_ON, Quantity::Day(final_on)).uses(reduction)
    });
    Ok(reduction.value)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Steps};

    #[test]
    fn everything_since_the_act_and_for_teachers_only() {
        let on = date!(2026 - 03 - 05);
        let law = Law::on(on).unwrap();
        let of = |scheme, day| share_lost(law.of(scheme), day, on, &mut Steps::default()).unwrap();
        let (whole, nothing) = (Rational::from_integer(1), Rational::from_integer(0));
        assert_eq!(of(Scheme::Teacher, date!(2018 - 07 - 01)), whole);
        assert_eq!(of(Scheme::Teacher, date!(2018 - 06 - 30)), nothing);
        assert_eq!(of(Scheme::Civil, date!(2024 - 01 - 01)), nothing);
    }
}
