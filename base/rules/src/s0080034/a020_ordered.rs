//! # Ordered retirement (命令退休)
//!
//! ## The law says
//! Articles 20 and 21 (teachers 22, 23): by guardianship or illness with five years of service; with none if an injury on duty brought it about.
//!
//! ## How we read it
//! Guardianship, illness, the agency's proof that no other work is possible and the injury's cause are facts that the authority decides; only
//! the service is counted here.
//!
//! ## Example
//! Four years and eleven months: not without an injury on duty.

use crate::applicant::{Applicant, Asked, decide, in_years};
use crate::{Ledger, Rule, SchemeLaw, Stop};

crate::law::values! {
    /// Least service.
    months_min: u32 = "s0080034/a020/months-min", "h0150049/a022/months-min";
}

/// Without an injury on duty.
pub static ORDERED: Rule = Rule {
    id: "s0080034/a020_ordered",
    title: ("命令退休", "ordered retirement"),
    law: &["s0080034/20/1", "h0150049/22/1"],
    formula: ("任職滿 {months-min}；任職 {service}", "{months-min}; served {service}"),
};

/// By an injury on duty.
pub static INJURY: Rule = Rule {
    id: "s0080034/a020_ordered",
    title: ("因公傷病命令退休", "ordered retirement by injury on duty"),
    law: &["s0080034/21/1", "h0150049/23/1"],
    formula: ("不受任職年資限制；任職 {service}", "no service is asked for; served {service}"),
};

/// Whether somebody is retired by order.
///
/// # Errors
/// Not met; no value was in force that day.
pub fn ordered(law: &SchemeLaw, applicant: Applicant, by_injury: bool, ledger: &mut impl Ledger) -> Result<(), Stop> {
    let least = law.a020_ordered.months_min.on(applicant.on)?;
    let rule = if by_injury { &INJURY } else { &ORDERED };
    let met = by_injury || applicant.served.months >= least.value;
    decide(
        (law, rule, applicant),
        met,
        ledger,
        |step| if by_injury { step } else { step.uses(least) },
        || {
            let years = in_years(least.value);
            let (zh, en) = (format!("任職滿{years}年"), format!("{years} years"));
            Asked { code: "pension/ordered", zh, en, places: ("s0080034/20/1", "h0150049/22/1") }
        },
    )
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps, length::Length};

    #[test]
    fn five_years_unless_injured_on_duty() {
        let on = date!(2026 - 01 - 16);
        let law = Law::on(on).unwrap();
        let met = |months, by_injury| {
            let applicant = Applicant { born_on: date!(1990 - 01 - 01), on, served: Length { months, days: 29 } };
            ordered(law.of(Scheme::Teacher), applicant, by_injury, &mut Steps::default()).is_ok()
        };
        assert!(met(60, false) && !met(59, false) && met(0, true));
    }
}
