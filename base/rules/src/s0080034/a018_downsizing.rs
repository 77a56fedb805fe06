//! # Voluntary retirement by downsizing (精簡自願退休)
//!
//! ## The law says
//! Article 18 (teachers 19): when a post is cut, with twenty years of service, with ten at an age, or on the top step of the post for some years at
//! that age.
//!
//! ## How we read it
//! That the agency is downsizing by law is a fact of the ground. Time on the top step is counted by whole months.
//!
//! ## Example
//! 9 years and 11 months at 55, three years on the top step: met by the third case.

use time::Date;

use crate::applicant::{Applicant, Asked, decide, in_years};
use crate::months::Span;
use crate::{Ledger, Rule, SchemeLaw, Stop};

crate::law::values! {
    /// Service at any age.
    months_long: u32 = "s0080034/a018/months-long", "h0150049/a019/months-long";
    /// Service at the age.
    months_min: u32 = "s0080034/a018/months-min", "h0150049/a019/months-min";
    /// The age.
    age_min: u32 = "s0080034/a018/age-min", "h0150049/a019/age-min";
    /// On the top step.
    top_step: u32 = "s0080034/a018/top-step-months", "h0150049/a019/top-step-months";
}

/// Whether the ground is met.
pub static DOWNSIZING: Rule = Rule {
    id: "s0080034/a018_downsizing",
    title: ("精簡自願退休", "voluntary retirement by downsizing"),
    law: &["s0080034/18", "h0150049/19"],
    formula: (
        "任職滿 {months-long}；或年滿 {age-min} 且任職滿 {months-min} 或最高級滿 {top-step-months}；任職 {service}、{applicant-age}",
        "{months-long}; or at {age-min} with {months-min} or {top-step-months} on the top step; served {service}, {applicant-age}",
    ),
};

/// Whether somebody may retire because of downsizing.
///
/// # Errors
/// Not met; no value was in force that day.
pub fn downsizing(
    law: &SchemeLaw,
    applicant: Applicant,
    top_step_since: Option<Date>,
    ledger: &mut impl Ledger,
) -> Result<(), Stop> {
    let (values, on) = (&law.a018_downsizing, applicant.on);
    let (long, least) = (values.months_long.on(on)?, values.months_min.on(on)?);
    let (age, top) = (values.age_min.on(on)?, values.top_step.on(on)?);
    let on_top = top_step_since.is_some_and(|from| Span { from, until: on }.whole_months() >= top.value);
    let months = applicant.served.months;
    let met = months >= long.value || applicant.age() >= age.value && (months >= least.value || on_top);
    decide(
        (law, &DOWNSIZING, applicant),
        met,
        ledger,
        |step| step.uses(long).uses(least).uses(age).uses(top),
        || {
            let (long, least, age, top) = (in_years(long.value), in_years(least.value), age.value, in_years(top.value));
            let zh = format!("任職滿{long}年，或年滿{age}歲且任職滿{least}年或任最高級滿{top}年");
            let en = format!("{long} years, or at {age} with {least} years or {top} years on the top step");
            Asked { code: "pension/downsizing", zh, en, places: ("s0080034/18", "h0150049/19") }
        },
    )
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps, length::Length};

    #[test]
    fn three_ways_each_at_its_threshold() {
        let on = date!(2026 - 01 - 16);
        let law = Law::on(on).unwrap();
        let met = |born_on, months, top| {
            let applicant = Applicant { born_on, on, served: Length { months, days: 29 } };
            downsizing(law.of(Scheme::Civil), applicant, top, &mut Steps::default()).is_ok()
        };
        let (young, of_55, of_54) = (date!(1990 - 01 - 01), date!(1971 - 01 - 16), date!(1971 - 01 - 17));
        assert!(met(young, 240, None) && !met(young, 239, None));
        assert!(met(of_55, 120, None) && !met(of_55, 119, None) && !met(of_54, 120, None));
        let (three_years, a_day_less) = (Some(date!(2023 - 01 - 16)), Some(date!(2023 - 01 - 17)));
        assert!(met(of_55, 12, three_years) && !met(of_55, 12, a_day_less) && !met(of_54, 12, three_years));
    }
}
