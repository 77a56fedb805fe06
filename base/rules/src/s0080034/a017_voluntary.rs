//! # Voluntary retirement (自願退休)
//!
//! ## The law says
//! Article 17 (teachers 18): with some years of service at an age, or with more at any age; the ill and disabled with fewer; from hazardous
//! posts at the age listed for the post; indigenous people at a lower age.
//!
//! ## How we read it
//! Service is actual service by the day; whether a condition of paragraph II is proven is a fact. A listed age below what the act allows is refused.
//! The lower age of indigenous people goes with the years of paragraph I (1).
//!
//! ## Left out
//! The list of hazardous posts is not published as data; the age of the post is a fact. Raises of the indigenous age by the ministry were
//! not found.
//!
//! ## Example
//! 24 years and 11 months at 59: not met; a month later: met.

use kernel::Refusal;
use time::Date;

use crate::applicant::{Applicant, Asked, decide, in_years};
use crate::facts::Hazardous;
use crate::{Ledger, Rule, SchemeLaw, Stop};

crate::law::values! {
    /// Least service at the age.
    months_min: u32 = "s0080034/a017/months-min", "h0150049/a018/months-min";
    /// The age.
    age_min: u32 = "s0080034/a017/age-min", "h0150049/a018/age-min";
    /// Service at any age.
    months_long: u32 = "s0080034/a017/months-long", "h0150049/a018/months-long";
    /// Service of the ill and disabled.
    months_ill: u32 = "s0080034/a017/months-ill", "h0150049/a018/months-ill";
    /// The lowest age a list may set.
    hazardous_min: u32 = "s0080034/a017/hazardous-age-min", "h0150049/a018/hazardous-age-min";
    /// Indigenous people.
    indigenous: u32 = "s0080034/a017/indigenous-age", "h0150049/a018/indigenous-age";
}

/// At an age, or after long service.
pub static VOLUNTARY: Rule = Rule {
    id: "s0080034/a017_voluntary",
    title: ("自願退休", "voluntary retirement"),
    law: &["s0080034/17/1", "h0150049/18/1"],
    formula: (
        "任職滿 {months-min} 且年滿 {age-min}，或任職滿 {months-long}；任職 {service}、{applicant-age}",
        "{months-min} at {age-min}, or {months-long}; served {service}, {applicant-age}",
    ),
};

/// The ill and disabled.
pub static ILL: Rule = Rule {
    id: "s0080034/a017_voluntary",
    title: ("傷病失能自願退休", "voluntary retirement by illness or disability"),
    law: &["s0080034/17/2", "h0150049/18/2"],
    formula: ("任職滿 {months-ill}；任職 {service}", "{months-ill}; served {service}"),
};

/// Hazardous posts.
pub static HAZARDOUS: Rule = Rule {
    id: "s0080034/a017_voluntary",
    title: ("危勞職務自願退休", "voluntary retirement from a hazardous post"),
    law: &["s0080034/17/3", "h0150049/18/3"],
    formula: (
        "任職滿 {months-min} 且達該職務所定年齡（不低於 {hazardous-age-min}）；任職 {service}、{applicant-age}",
        "{months-min} at the age of the post (not below {hazardous-age-min}); served {service}, {applicant-age}",
    ),
};

/// Indigenous people.
pub static INDIGENOUS: Rule = Rule {
    id: "s0080034/a017_voluntary",
    title: ("原住民自願退休", "voluntary retirement of indigenous people"),
    law: &["s0080034/17/6", "h0150049/18/4"],
    formula: (
        "任職滿 {months-min} 且年滿 {indigenous-age}；任職 {service}、{applicant-age}",
        "{months-min} at {indigenous-age}; served {service}, {applicant-age}",
    ),
};

/// Whether somebody may retire at the age or after long service.
///
/// # Errors
/// Not met; no value was in force that day.
pub fn voluntary(law: &SchemeLaw, applicant: Applicant, ledger: &mut impl Ledger) -> Result<(), Stop> {
    let (values, on) = (&law.a017_voluntary, applicant.on);
    let (least, age, long) = (values.months_min.on(on)?, values.age_min.on(on)?, values.months_long.on(on)?);
    let months = applicant.served.months;
    let met = months >= least.value && applicant.age() >= age.value || months >= long.value;
    let uses = |step: crate::Step| step.uses(least).uses(age).uses(long);
    decide((law, &VOLUNTARY, applicant), met, ledger, uses, || {
        let (least, age, long) = (in_years(least.value), age.value, in_years(long.value));
        let zh = format!("任職滿{least}年且年滿{age}歲，或任職滿{long}年");
        let en = format!("{least} years at the age of {age}, or {long} years");
        Asked { code: "pension/voluntary", zh, en, places: ("s0080034/17/1", "h0150049/18/1") }
    })
}

/// Whether the ill and disabled may retire.
///
/// # Errors
/// As [`voluntary`].
pub fn ill(law: &SchemeLaw, applicant: Applicant, ledger: &mut impl Ledger) -> Result<(), Stop> {
    let least = law.a017_voluntary.months_ill.on(applicant.on)?;
    let met = applicant.served.months >= least.value;
    decide(
        (law, &ILL, applicant),
        met,
        ledger,
        |step| step.uses(least),
        || {
            let years = in_years(least.value);
            let (zh, en) = (format!("任職滿{years}年"), format!("{years} years"));
            Asked { code: "pension/ill", zh, en, places: ("s0080034/17/2", "h0150049/18/2") }
        },
    )
}

/// The age of voluntary retirement listed for a hazardous post.
///
/// # Errors
/// Lower than the act allows, or not lowered at all; no value was in force that day.
pub fn listed_age(law: &SchemeLaw, listed: Hazardous, on: Date) -> Result<u32, Stop> {
    let values = &law.a017_voluntary;
    let (lowest, general) = (values.hazardous_min.on(on)?, values.age_min.on(on)?);
    let age = listed.voluntary_age;
    if (lowest.value..=general.value).contains(&age) {
        return Ok(age);
    }
    let zh = format!("危勞職務自願退休年齡應在{}歲至{}歲間，所填為{age}歲", lowest.value, general.value);
    let en = format!("A hazardous post has a voluntary age from {} to {}, not {age}", lowest.value, general.value);
    Err(Refusal::new("pension/listed-age", zh, en).field("hazardous").cite(lowest.citation).into())
}

/// Whether somebody may retire from a hazardous post.
///
/// # Errors
/// As [`voluntary`]; the age listed is lower than the act allows.
pub fn hazardous(
    law: &SchemeLaw,
    applicant: Applicant,
    listed: Hazardous,
    ledger: &mut impl Ledger,
) -> Result<(), Stop> {
    let (values, on) = (&law.a017_voluntary, applicant.on);
    let (least, lowest) = (values.months_min.on(on)?, values.hazardous_min.on(on)?);
    let age = listed_age(law, listed, on)?;
    let met = applicant.served.months >= least.value && applicant.age() >= age;
    decide(
        (law, &HAZARDOUS, applicant),
        met,
        ledger,
        |step| step.uses(least).uses(lowest),
        || {
            let years = in_years(least.value);
            let (zh, en) = (format!("任職滿{years}年且年滿{age}歲"), format!("{years} years at the age of {age}"));
            Asked { code: "pension/hazardous", zh, en, places: ("s0080034/17/3", "h0150049/18/3") }
        },
    )
}

/// Whether an indigenous person may retire at the lower age.
///
/// # Errors
/// As [`voluntary`].
pub fn indigenous(law: &SchemeLaw, applicant: Applicant, ledger: &mut impl Ledger) -> Result<(), Stop> {
    let (values, on) = (&law.a017_voluntary, applicant.on);
    let (least, age) = (values.months_min.on(on)?, values.indigenous.on(on)?);
    let met = applicant.served.months >= least.value && applicant.age() >= age.value;
    decide(
        (law, &INDIGENOUS, applicant),
        met,
        ledger,
        |step| step.uses(least).uses(age),
        || {
            let (years, age) = (in_years(least.value), age.value);
            let (zh, en) = (format!("任職滿{years}年且年滿{age}歲"), format!("{years} years at the age of {age}"));
            Asked { code: "pension/indigenous", zh, en, places: ("s0080034/17/6", "h0150049/18/4") }
        },
    )
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps, length::Length};

    const ON: Date = date!(2026 - 01 - 16);

    fn of_age(years: i32, months: u32) -> Applicant {
        Applicant {
            born_on: date!(2026 - 01 - 16).replace_year(2026 - years).unwrap(),
            on: ON,
            served: Length { months, days: 0 },
        }
    }

    fn a_day_younger(applicant: Applicant) -> Applicant {
        Applicant { born_on: applicant.born_on.next_day().unwrap(), ..applicant }
    }

    #[test]
    fn each_ground_is_met_exactly_at_its_threshold() {
        let law = Law::on(ON).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let law = law.of(scheme);
            let met = |applicant| voluntary(law, applicant, &mut Steps::default()).is_ok();
            assert!(met(of_age(60, 60)) && !met(of_age(60, 59)) && !met(a_day_younger(of_age(60, 60))));
            assert!(met(of_age(45, 300)) && !met(of_age(45, 299)));
            let met = |months| ill(law, of_age(40, months), &mut Steps::default()).is_ok();
            assert!(met(180) && !met(179));
            let met = |applicant| indigenous(law, applicant, &mut Steps::default()).is_ok();
            assert!(met(of_age(55, 60)) && !met(of_age(55, 59)) && !met(a_day_younger(of_age(55, 60))));
        }
    }

    #[test]
    fn a_listed_age_is_not_below_what_the_act_allows() {
        let law = Law::on(ON).unwrap();
        let met = |scheme, age, listed| {
            let listed = Hazardous { voluntary_age: listed, mandatory_age: None };
            hazardous(law.of(scheme), of_age(age, 60), listed, &mut Steps::default()).is_ok()
        };
        assert!(met(Scheme::Civil, 50, 50) && !met(Scheme::Civil, 49, 50) && !met(Scheme::Civil, 52, 53));
        assert!(met(Scheme::Teacher, 55, 55) && !met(Scheme::Teacher, 54, 55));
        for (scheme, listed) in [(Scheme::Civil, 49), (Scheme::Civil, 61), (Scheme::Teacher, 54), (Scheme::Teacher, 61)]
        {
            let listed = Hazardous { voluntary_age: listed, mandatory_age: None };
            let answer = hazardous(law.of(scheme), of_age(62, 60), listed, &mut Steps::default());
            let Err(Stop::Refused(why)) = answer else { panic!("{listed:?} is no such age") };
            assert_eq!((why.code, why.field.as_deref()), ("pension/listed-age", Some("hazardous")));
        }
    }

    #[test]
    fn the_refusal_says_what_is_missing_and_where_it_stands() {
        let law = Law::on(ON).unwrap();
        let mut steps = Steps::default();
        let Err(Stop::Refused(why)) = voluntary(law.of(Scheme::Civil), of_age(59, 299), &mut steps) else {
            panic!("24 years and 11 months at 59 are not enough")
        };
        assert_eq!(why.text.zh, "任職24年11月0日、年滿59歲，不符自願退休條件：任職滿5年且年滿60歲，或任職滿25年");
        assert_eq!(why.citation.as_deref(), Some("公務人員退休資遣撫卹法第17條第1項"));
        assert_eq!(steps.0[0].outcome, crate::Quantity::Yes(false));
    }
}
