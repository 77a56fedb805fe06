//! # Preserved service (保留年資)
//!
//! ## The law says
//! Articles 85 and 86 II (teachers 86, 87 II): who left after five years since the act, without a pension, claims one within six months from
//! 65; service under other acts may help to fifteen years, and then a monthly pension is drawn.
//!
//! ## How we read it
//! The six months are those in which the claim is filed; their first day does not count (行政程序法 48 II), so the day on which it is 65 and six months is
//! the last. A monthly pension begins on the day of the age (細則 125 III, teachers 123 III), a lump sum within the six months. Leaving before the act
//! is not covered by it.
//!
//! ## Left out
//! What takes the claim away (85 IV, 86 IV): removal from office, loss of the right (75) and pending cases (24) are facts (`barred`).
//!
//! ## Example
//! Born on 1961-03-05: to be filed until 2026-09-05; a monthly pension begins on 2026-03-05.

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
    law: &["s0080034/85/1", "s0080035/125/3", "h0150049/86/1", "h0150051/123/3"],
    formula: (
        "任職滿 {months-min}、年滿 {age} 起 {claim-months} 內；任職 {service}",
        "{months-min}, within {claim-months} from {age}; served {service}",
    ),
};

/// Together with service under other acts.
pub static COMBINED: Rule = Rule {
    id: "s0080034/a085_preserved",
    title: ("併計其他職域年資請領月退休金", "monthly pension together with service under other acts"),
    law: &["s0080034/86/2", "s0080035/125/3", "h0150049/87/2", "h0150051/123/3"],
    formula: (
        "任職滿 {months-min}、年滿 {age} 起 {claim-months} 內；任職 {service}",
        "{months-min}, within {claim-months} from {age}; served {service}",
    ),
};

/// Who left and claims later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Day of leaving.
    pub left_on: Option<Date>,
    /// Together with service under other acts.
    pub combined: bool,
    /// Something is drawn monthly.
    pub monthly: bool,
    /// Day the claim reached the agency, if known.
    pub filed_on: Option<Date>,
}

/// Whether preserved service is claimed in time.
///
/// # Errors
/// Not met, or out of time; no value was in force that day.
pub fn preserved(law: &SchemeLaw, applicant: Applicant, claim: Claim, ledger: &mut impl Ledger) -> Result<(), Stop> {
    let (values, on) = (&law.a085_preserved, applicant.on);
    let Claim { left_on, combined, .. } = claim;
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
    let [least, age, months] = series;
    let (least, age, months) = (least.on(on)?, age.on(on)?, months.on(on)?);
    let act_from = values.act_from.on(on)?.value;
    let in_act = left_on.is_some_and(|left_on| left_on >= act_from);
    let from = birthday(applicant.born_on, age.value);
    let until = after(from.next_day().unwrap_or(from), months.value);
    let met = applicant.served.months >= least.value && in_act;
    decide(
        (law, rule, applicant),
        met,
        ledger,
        |step| step.uses(least).uses(age).uses(months),
        || {
            let years = in_years(least.value);
            let zh = format!("{act_from}以後離職且任職滿{years}年");
            let en = format!("leaving on or after {act_from} with {years} years");
            Asked { code: "pension/preserved", zh, en, places }
        },
    )?;
    let late = |day: Date, field: &'static str| {
        let zh = format!("應於{from}起{}個月內（{until}以前）請領，請領日為{day}", months.value);
        let en = format!("To be claimed from {from} and before {until}; the day of the claim is {day}");
        let place = law.cited(places.0, places.1);
        Err(Refusal::new("pension/claim-period", zh, en).field(field).cite(place).into())
    };
    match claim.filed_on {
        Some(filed_on) if filed_on >= until => late(filed_on, "filed_on"),
        _ if on < from || on >= until => late(on, "effective_on"),
        _ if claim.monthly && on != from => {
            let zh = format!("請領月退休金者，應自年滿{}歲之日（{from}）起發給，生效日為{on}", age.value);
            let en =
                format!("A monthly pension begins on {from}, at the age of {}; the effective day is {on}", age.value);
            let place = law.cited("s0080035/125/3", "h0150051/123/3");
            Err(Refusal::new("pension/claim-day", zh, en).field("effective_on").cite(place).into())
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps, length::Length};

    #[test]
    fn five_years_and_six_months() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let of = |on, months, claim| {
            let applicant = Applicant { born_on: date!(1961 - 03 - 05), on, served: Length { months, days: 0 } };
            match preserved(law.of(Scheme::Civil), applicant, claim, &mut Steps::default()) {
                Ok(()) => None,
                Err(Stop::Refused(refusal)) => Some(refusal.code),
                Err(other) => panic!("{other}"),
            }
        };
        let claim = |on, months, left_on, combined| {
            of(on, months, Claim { left_on, combined, monthly: false, filed_on: None }).is_none()
        };
        let (left, birthday, last) = (Some(date!(2018 - 07 - 01)), date!(2026 - 03 - 05), date!(2026 - 09 - 05));
        let monthly = |filed_on| Claim { left_on: left, combined: true, monthly: true, filed_on };
        assert_eq!(of(birthday, 60, monthly(Some(last))), None);
        assert_eq!(of(birthday, 60, monthly(last.next_day())), Some("pension/claim-period"));
        assert_eq!(of(birthday.next_day().unwrap(), 60, monthly(None)), Some("pension/claim-day"));
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
