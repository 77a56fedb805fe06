//! # Injury on duty (因公傷病)
//!
//! ## The law says
//! Article 32 (teachers 33): a lump sum is given for at least five years, a monthly pension for at least twenty; an accident, violence or
//! infection in the line of duty adds base numbers by the degree of disability (細則 32, 33); these, and the helpless of other causes,
//! are free of the ceiling (37, 38).
//!
//! ## How we read it
//! The years that are missing are added to new-scheme service, as today's service is. A helpless person is one paralysed or unable to look
//! after himself. The bases on top are those of the new-scheme lump sum, twice the average pay, and are paid in full also beside a monthly
//! pension: the act speaks of a lump sum without dividing it.
//!
//! ## Example
//! Three years, half disabled by an accident on duty: a lump sum as for five years and five bases more.

use statute::Rational;
use time::Date;

use crate::facts::{Disability, Injury, InjuryCause, Months};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Least service of a lump sum.
    lump: u32 = "s0080034/a032/deemed-months-lump", "h0150049/a033/deemed-months-lump";
    /// Least service of a monthly pension.
    monthly: u32 = "s0080034/a032/deemed-months-monthly", "h0150049/a033/deemed-months-monthly";
    /// Bases for the wholly disabled and helpless.
    helpless: Rational = "s0080035/a032/extra-bases-helpless", "h0150051/a033/extra-bases-helpless";
    /// Bases for the wholly disabled.
    full: Rational = "s0080035/a032/extra-bases-full", "h0150051/a033/extra-bases-full";
    /// Bases for the half disabled.
    half: Rational = "s0080035/a032/extra-bases-half", "h0150051/a033/extra-bases-half";
    /// How many times the pay a base is.
    base_times: Rational = "s0080034/a027/base-times", "h0150049/a028/base-times";
}

/// Service the benefit is given for.
pub static DEEMED: Rule = Rule {
    id: "s0080034/a032_injury",
    title: ("因公傷病計給年資", "service a benefit by injury on duty is given for"),
    law: &["s0080034/32/1", "h0150049/33/1"],
    formula: ("{total-months}，至少以最低計給年資計", "{total-months}, at least the service the act gives it for"),
};

/// Base numbers on top.
pub static EXTRA_BASES: Rule = Rule {
    id: "s0080034/a032_injury",
    title: ("因公傷病加發基數", "bases on top by injury on duty"),
    law: &["s0080034/32/2", "s0080035/32/1", "h0150049/33/2", "h0150051/33/1"],
    formula: ("依失能程度加發", "by the degree of disability"),
};

/// The lump sum on top.
pub static EXTRA_LUMP: Rule = Rule {
    id: "s0080034/a032_injury",
    title: ("因公傷病加發之一次退休金", "lump sum on top by injury on duty"),
    law: &["s0080034/32/2", "h0150049/33/2"],
    formula: ("{average-pay} × {base-times} × {bases}", "{average-pay} × {base-times} × {bases}"),
};

/// Freedom from the ceiling.
pub static NO_CEILING: Rule = Rule {
    id: "s0080034/a032_injury",
    title: ("因公傷病不適用替代率上限", "no ceiling by injury on duty"),
    law: &["s0080034/32/4", "h0150049/33/4"],
    formula: ("不適用第37條及第38條", "Articles 37 and 38 do not apply"),
};

/// Credited months raised to what the benefit is given for at least.
///
/// # Errors
/// No value was in force that day.
pub fn deemed(
    law: &SchemeLaw,
    credited: Months,
    lump: bool,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Months, Stop> {
    let values = &law.a032_injury;
    let least = if lump { values.lump.on(on)? } else { values.monthly.on(on)? };
    let missing = least.value.saturating_sub(credited.total());
    let given = Months { new: credited.new + missing, ..credited };
    ledger.write(|| {
        let step = DEEMED.gives(Quantity::Months(given.total()));
        step.given(names::TOTAL_MONTHS, Quantity::Months(credited.total())).uses(least)
    });
    Ok(given)
}

/// Base numbers of a lump sum on top; none for other causes.
///
/// # Errors
/// No value was in force that day.
pub fn extra_bases(law: &SchemeLaw, injury: Injury, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let values = &law.a032_injury;
    let bases = match (injury.cause, injury.disability, injury.helpless) {
        (InjuryCause::Duty, Disability::Full, true) => values.helpless.on(on)?,
        (InjuryCause::Duty, Disability::Full, false) => values.full.on(on)?,
        (InjuryCause::Duty, Disability::Half, _) => values.half.on(on)?,
        _ => return Ok(Rational::from_integer(0)),
    };
    ledger.write(|| EXTRA_BASES.gives(Quantity::Bases(bases.value)).uses(bases));
    Ok(bases.value)
}

/// The lump sum on top, NT dollars: of base numbers, a base being that of the new-scheme lump sum.
///
/// # Errors
/// No value was in force that day.
pub fn extra_lump(
    law: &SchemeLaw,
    (average_pay, bases): (i64, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let times = law.a032_injury.base_times.on(on)?;
    let rounding = law.rounding.amount.on(on)?;
    let extra = rounding.value.dollars(times.value * average_pay * bases);
    ledger.write(|| {
        let step = EXTRA_LUMP.gives(Quantity::Money(extra)).given(names::AVERAGE_PAY, Quantity::Money(average_pay));
        step.given(names::BASES, Quantity::Bases(bases)).uses(times).rounded(rounding)
    });
    Ok(extra)
}

/// Whether the ceiling does not hold.
pub fn free_of_ceiling(injury: Injury, ledger: &mut impl Ledger) -> bool {
    let free = injury.cause == InjuryCause::Duty || injury.helpless;
    ledger.write(|| NO_CEILING.gives(Quantity::Yes(free)));
    free
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 01 - 16);

    #[test]
    fn at_least_five_or_twenty_years() {
        let law = Law::on(ON).unwrap();
        let total = |months, lump| {
            deemed(law.of(Scheme::Civil), Months { old: 0, new: months }, lump, ON, &mut Steps::default())
                .unwrap()
                .total()
        };
        assert_eq!([total(59, true), total(60, true), total(61, true)], [60, 60, 61]);
        assert_eq!([total(239, false), total(240, false), total(241, false)], [240, 240, 241]);
    }

    #[test]
    fn bases_and_freedom_by_cause_and_degree() {
        let law = Law::on(ON).unwrap();
        let injury = |cause, disability, helpless| Injury { cause, disability, helpless };
        let bases =
            |injury| extra_bases(law.of(Scheme::Teacher), injury, ON, &mut Steps::default()).unwrap().to_integer();
        let duty = InjuryCause::Duty;
        assert_eq!(bases(injury(duty, Disability::Full, true)), 15);
        assert_eq!(bases(injury(duty, Disability::Full, false)), 10);
        assert_eq!(bases(injury(duty, Disability::Half, false)), 5);
        assert_eq!(bases(injury(duty, Disability::Other, false)), 0);
        assert_eq!(bases(injury(InjuryCause::Overwork, Disability::Full, true)), 0);
        let free = |injury| free_of_ceiling(injury, &mut Steps::default());
        assert!(
            free(injury(duty, Disability::Half, false)) && free(injury(InjuryCause::Overwork, Disability::Full, true))
        );
        assert!(!free(injury(InjuryCause::OfficeOrWay, Disability::Full, false)));
    }
}
