//! # Preserved service (保留年資)
//!
//! ## The law says
//! Articles 85 and 86 II (teachers 86, 87 II): who left after five years since the act, without a pension, claims one within six months from
//! 65; service under other acts may help to fifteen years, and then a monthly pension is drawn.
//!
//! ## How we read it
//! The effective day lies within the six months. Leaving before the act is not covered by it.
//!
//! ## Left out
//! What takes the claim away (85 IV, 86 IV): removal from office, loss of the right (75) and pending cases (24) are facts (`barred`).
//!
//! ## Example
//! Born on 1961-03-05: from 2026-03-05 to 2026-09-04.

use kernel::Refusal;
use time::Date;

use crate::applicant::{Applicant, Asked, decide, in_years};
use crate::months::{after, birthday};
use crate::{Ledger, Rule, SchemeLaw, Stop};

crate::law::values! {
    /// Least service that is preserved.
    months_min: u32 = "s0080034/a085/months-min", "h0150049/a086/months-min";
    /// Age of the claim.
    age: u32 = "s0080034/a085/age", "h0150049/a086/age";
    /// Months for the claim.
    claim_months: u32 = "s0080034/a085/claim-months", "h0150049/a086/claim-months";
    /// The same for combined service.
    combined_min: u32 = "s0080034/a086/months-min", "h0150049/a087/months-min";
    /// Age of the claim.
    combined_age: u32 = "s0080034/a086/age", "h0150049/a087/age";
    /// Months for the claim.
    combined_claim: u32 = "s0080034/a086/claim-months", "h0150049/a087/claim-months";
    /// First day of the act.
    act_from: Date = "s0080034/a095/in-force", "h0150049/a100/in-force";
}

/// By itself.
pub static PRESERVED: Rule = Rule {
    id: "s0080034/a085_preserved",
    title: ("保留年資請領退休金", "pension for preserved service"),
    law: &["s0080034/85/1", "h0150049/86/1"],
    formula: (
        "任職滿 {months-min}、年滿 {age} 起 {claim-months} 內；任職 {service}",
        "{months-min}, within {claim-months} from {age}; served {service}",
    ),
};

/// Together with service under other acts.
pub static COMBINED: Rule = Rule {
    id: "s0080034/a085_preserved",
    title: ("併計其他職域年資請領月退休金", "monthly pension together with service under other acts"),
    law: &["s0080034/86/2", "h0150049/87/2"],
    formula: (
        "任職滿 {months-min}、年滿 {age} 起 {claim-months} 內；任職 {service}",
        "{months-min}, within {claim-months} from {age}; served {service}",
    ),
};

/// Whether preserved service is claimed in time.
///
/// # Errors
/// Not met, or out of time; no value was in force that day.
pub fn preserved(
    law: &SchemeLaw,
    applicant: Applicant,
    (left_on, combined): (Option<Date>, bool),
    ledger: &mut impl Ledger,
) -> Result<(), Stop> {
    let (values, on) = (&law.a085_preserved, applicant.on);
    let (rule, series, places) = match combined {
        true => (
            &COMBINED,
            [&values.combined_min, &values.combined_age, &values.combined_claim],
            ("s0080034/86/2", "h0150049/87/2"),
        ),
        false => {
            (&PRESERVED, [&values.months_min, &values.age, &values.claim_months], ("s0080034/85/1", "h0150049/86/1"))
        }
    };
    let [least, age, claim] = series;
    let (least, age, claim) = (least.on(on)?, age.on(on)?, claim.on(on)?);
    let act_from = values.act_from.on(on)?.value;
    let in_act = left_on.is_some_and(|left_on| left_on >= act_from);
    let from = birthday(applicant.born_on, age.value);
    let until = after(from, claim.value);
    let met = applicant.served.months >= least.value && in_act;
    decide(
        (law, rule, applicant),
        met,
        ledger,
        |step| step.uses(least).uses(age).uses(claim),
        || {
            let years = in_years(least.value);
            let zh = format!("{act_from}以後離職且任職滿{years}年");
            let en = format!("leaving on or after {act_from} with {years} years");
            Asked { code: "pension/preserved", zh, en, places }
        },
    )?;
    if on < from || on >= until {
        let zh = format!("應於{from}起{}個月內（{until}以前）請領，生效日為{on}", claim.value);
        let en = format!("To be claimed from {from} and before {until}; the effective day is {on}");
        let place = law.cited(places.0, places.1);
        return Err(Refusal::new("pension/claim-period", zh, en).field("effective_on").cite(place).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps, length::Length};

    #[test]
    fn five_years_and_six_months() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let claim = |on, months, left_on, combined| {
            let applicant = Applicant { born_on: date!(1961 - 03 - 05), on, served: Length { months, days: 0 } };
            preserved(law.of(Scheme::Civil), applicant, (left_on, combined), &mut Steps::default()).is_ok()
        };
        let (left, birthday, last) = (Some(date!(2018 - 07 - 01)), date!(2026 - 03 - 05), date!(2026 - 09 - 04));
        for combined in [false, true] {
            assert!(claim(birthday, 60, left, combined) && !claim(birthday, 59, left, combined));
            assert!(!claim(birthday.previous_day().unwrap(), 60, left, combined));
            assert!(claim(last, 60, left, combined) && !claim(last.next_day().unwrap(), 60, left, combined));
            assert!(
                !claim(birthday, 60, Some(date!(2018 - 06 - 30)), combined) && !claim(birthday, 60, None, combined)
            );
        }
    }
}
