//! # Mandatory retirement and its latest day (屆齡退休及屆退日)
//!
//! ## The law says
//! Article 19 (teachers 20, 21): at an age with five years of service; the latest day depends on the half of the year somebody was born in. The age is
//! lower for listed hazardous posts of civil servants. Teachers follow the end of the term, other school staff the civil servants' days; professors and heads may
//! be kept on to a higher age.
//!
//! ## How we read it
//! The latest day is the first such day on or after the birthday. Retiring earlier, from the birthday on, is allowed.
//!
//! ## Left out
//! Re-instatement after a disciplinary suspension (25 II), and teachers on loan beyond the age (條例 20 II). Judges, who come under no mandatory
//! age (16 II), are not told apart. Heads of colleges who are kept on end with their term, before seventy (條例 20 III (1)); the latest day
//! given here is that of professors (2).
//!
//! ## Example
//! Born on 30 June 1961: 16 July 2026; born on 1 July 1961: 16 January 2027.

use kernel::Refusal;
use statute::YearDay;
use time::Date;

use crate::applicant::{Applicant, Asked, decide, in_years};
use crate::facts::{Hazardous, Post};
use crate::months::birthday;
use crate::{Ledger, Quantity, Rule, Scheme, SchemeLaw, Stop, names};

crate::law::values! {
    /// Least service.
    months_min: u32 = "s0080034/a019/months-min", "h0150049/a020/months-min";
    /// The age.
    age: u32 = "s0080034/a019/age", "h0150049/a020/age";
    /// The lowest age a list may set.
    hazardous_min: u32 = "s0080034/a019/hazardous-age-min";
    /// First birthday of the first half.
    first_from: YearDay = "s0080034/a019/born-first-from", "h0150049/a021/born-first-from";
    /// First birthday of the second half.
    second_from: YearDay = "s0080034/a019/born-second-from", "h0150049/a021/born-second-from";
    /// Latest day of the first half.
    latest_first: YearDay = "s0080034/a019/latest-first", "h0150049/a021/latest-first";
    /// Latest day of the second half.
    latest_second: YearDay = "s0080034/a019/latest-second", "h0150049/a021/latest-second";
    /// The same for school staff who do not teach.
    staff_first_from: YearDay = "s0080034/a019/born-first-from", "h0150049/a021/staff-born-first-from";
    /// First birthday of the second half.
    staff_second_from: YearDay = "s0080034/a019/born-second-from", "h0150049/a021/staff-born-second-from";
    /// Latest day of the first half.
    staff_latest_first: YearDay = "s0080034/a019/latest-first", "h0150049/a021/staff-latest-first";
    /// Latest day of the second half.
    staff_latest_second: YearDay = "s0080034/a019/latest-second", "h0150049/a021/staff-latest-second";
    /// Age to which service may be extended.
    extended_max: u32 = "s0080034/a019/age", "h0150049/a020/extended-age-max";
}

/// Whether the age and the service are reached.
pub static MANDATORY: Rule = Rule {
    id: "s0080034/a019_mandatory",
    title: ("屆齡退休", "mandatory retirement"),
    law: &["s0080034/19/1", "s0080034/19/2", "h0150049/20/1"],
    formula: (
        "任職滿 {months-min} 且年滿 {mandatory-age}；任職 {service}、{applicant-age}",
        "{months-min} at {mandatory-age}; served {service}, {applicant-age}",
    ),
};

/// The latest day.
pub static LATEST_DAY: Rule = Rule {
    id: "s0080034/a019_mandatory",
    title: ("屆退日（至遲退休生效日）", "latest day of retirement"),
    law: &["s0080034/19/6", "h0150049/21/2", "h0150049/21/3"],
    formula: (
        "{born-on} 出生，年滿 {mandatory-age} 後之屆退日",
        "born on {born-on}: the day after reaching {mandatory-age}",
    ),
};

/// The age of mandatory retirement of a post.
///
/// # Errors
/// A listed age that the act does not allow, or for teachers, whose act knows none; no value was in force that day.
pub fn age_of(law: &SchemeLaw, listed: Option<Hazardous>, on: Date) -> Result<u32, Stop> {
    let values = &law.a019_mandatory;
    let age = values.age.on(on)?.value;
    let Some(lower) = listed.and_then(|listed| listed.mandatory_age) else { return Ok(age) };
    let (zh, en, place) = match law.scheme {
        Scheme::Civil => {
            let least = values.hazardous_min.on(on)?;
            if (least.value..=age).contains(&lower) {
                return Ok(lower);
            }
            let zh = format!("危勞職務屆齡退休年齡應在{}歲至{age}歲間，所填為{lower}歲", least.value);
            (
                zh,
                format!("A hazardous post has a mandatory age from {} to {age}, not {lower}", least.value),
                least.citation,
            )
        }
        Scheme::Teacher => (
            format!("教職員屆齡退休年齡為{age}歲，條例未定較低之年齡"),
            format!("School staff retire at {age}; their act knows no lower mandatory age"),
            law.cited("s0080034/19/2", "h0150049/20/1"),
        ),
    };
    Err(Refusal::new("pension/listed-age", zh, en).field("hazardous").cite(place).into())
}

/// The latest day on which somebody of a post retires who reaches an age.
///
/// # Errors
/// No value was in force that day.
pub fn latest_day(
    law: &SchemeLaw,
    (post, born_on, age): (Post, Date, u32),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Date, Stop> {
    let values = &law.a019_mandatory;
    let [first_from, second_from, first, second] = match post.teaches() {
        true => [&values.first_from, &values.second_from, &values.latest_first, &values.latest_second],
        false => [
            &values.staff_first_from,
            &values.staff_second_from,
            &values.staff_latest_first,
            &values.staff_latest_second,
        ],
    };
    let half = first_from.on(on)?.value..second_from.on(on)?.value;
    let day = if half.contains(&YearDay::of(born_on)) { first.on(on)? } else { second.on(on)? };
    let latest = day.value.on_or_after(birthday(born_on, age));
    ledger.write(|| {
        let step = LATEST_DAY.gives(Quantity::Day(latest)).given(names::BORN_ON, Quantity::Day(born_on));
        step.given(names::MANDATORY_AGE, Quantity::Age(age)).uses(day)
    });
    Ok(latest)
}

/// Whether somebody retires by age, and in time.
///
/// # Errors
/// Not met, or later than the latest day; no value was in force that day.
pub fn mandatory(
    law: &SchemeLaw,
    applicant: Applicant,
    (post, listed, extended): (Post, Option<Hazardous>, bool),
    ledger: &mut impl Ledger,
) -> Result<(), Stop> {
    let (values, on) = (&law.a019_mandatory, applicant.on);
    let (least, act_age) = (values.months_min.on(on)?, values.age.on(on)?);
    let age = age_of(law, listed, on)?;
    let met = applicant.served.months >= least.value && applicant.age() >= age;
    let given = |step: crate::Step| step.given(names::MANDATORY_AGE, Quantity::Age(age)).uses(least).uses(act_age);
    decide((law, &MANDATORY, applicant), met, ledger, given, || {
        let years = in_years(least.value);
        let (zh, en) = (format!("任職滿{years}年且年滿{age}歲"), format!("{years} years at the age of {age}"));
        Asked { code: "pension/mandatory", zh, en, places: ("s0080034/19/1", "h0150049/20/1") }
    })?;
    // 條例 20 III: heads, professors and associate professors of colleges and universities.
    let extended = extended && post == Post::College;
    let last_age = if extended { values.extended_max.on(on)?.value } else { age };
    let latest = latest_day(law, (post, applicant.born_on, last_age), on, ledger)?;
    if on > latest {
        let zh = format!("退休生效日{on}逾屆退日{latest}");
        let en = format!("The effective day {on} is later than {latest}, the latest day of retirement");
        let place = law.cited("s0080034/19/6", if post.teaches() { "h0150049/21/2" } else { "h0150049/21/3" });
        return Err(Refusal::new("pension/after-latest-day", zh, en).field("effective_on").cite(place).into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Silent, Steps, length::Length};

    const ON: Date = date!(2026 - 01 - 16);

    fn latest(scheme: Scheme, post: Post, born_on: Date) -> Date {
        let law = Law::on(ON).unwrap();
        latest_day(law.of(scheme), (post, born_on, 65), ON, &mut Steps::default()).unwrap()
    }

    #[test]
    fn the_half_of_the_year_of_birth_decides() {
        let civil = |born_on| latest(Scheme::Civil, Post::General, born_on);
        assert_eq!(civil(date!(1961 - 01 - 01)), date!(2026 - 07 - 16));
        assert_eq!(civil(date!(1961 - 06 - 30)), date!(2026 - 07 - 16));
        assert_eq!(civil(date!(1961 - 07 - 01)), date!(2027 - 01 - 16));
        assert_eq!(civil(date!(1961 - 12 - 31)), date!(2027 - 01 - 16));
        let teacher = |born_on| latest(Scheme::Teacher, Post::Teacher, born_on);
        assert_eq!(teacher(date!(1961 - 01 - 31)), date!(2026 - 02 - 01));
        assert_eq!(teacher(date!(1961 - 02 - 01)), date!(2026 - 08 - 01));
        assert_eq!(teacher(date!(1961 - 07 - 31)), date!(2026 - 08 - 01));
        assert_eq!(teacher(date!(1961 - 08 - 01)), date!(2027 - 02 - 01));
        assert_eq!(teacher(date!(1961 - 12 - 31)), date!(2027 - 02 - 01));
        assert_eq!(latest(Scheme::Teacher, Post::Staff, date!(1961 - 07 - 31)), date!(2027 - 01 - 16));
    }

    fn met(on: Date, months: u32, listed: Option<u32>) -> Result<(), Stop> {
        let law = Law::on(ON).unwrap();
        let applicant = Applicant { born_on: date!(1961 - 03 - 05), on, served: Length { months, days: 0 } };
        let listed = listed.map(|age| Hazardous { voluntary_age: 50, mandatory_age: Some(age) });
        mandatory(law.of(Scheme::Civil), applicant, (Post::General, listed, false), &mut Silent)
    }

    #[test]
    fn from_the_birthday_to_the_latest_day() {
        assert!(met(date!(2026 - 03 - 04), 60, None).is_err() && met(date!(2026 - 03 - 05), 60, None).is_ok());
        assert!(met(date!(2026 - 07 - 16), 60, None).is_ok() && met(date!(2026 - 07 - 16), 59, None).is_err());
        let Err(Stop::Refused(why)) = met(date!(2026 - 07 - 17), 60, None) else { panic!("too late") };
        assert_eq!(
            (why.code, why.citation.as_deref()),
            ("pension/after-latest-day", Some("公務人員退休資遣撫卹法第19條第6項"))
        );
    }

    #[test]
    fn a_hazardous_post_may_have_a_lower_age() {
        assert!(met(date!(2020 - 07 - 16), 60, Some(59)).is_ok());
        assert!(met(date!(2020 - 07 - 16), 60, Some(60)).is_err());
        let law = Law::on(ON).unwrap();
        let listed = |age| Some(Hazardous { voluntary_age: 50, mandatory_age: Some(age) });
        let age = |scheme, listed| age_of(law.of(scheme), listed, ON).ok();
        assert_eq!([54, 55, 65, 66].map(|lower| age(Scheme::Civil, listed(lower))), [None, Some(55), Some(65), None]);
        assert_eq!((age(Scheme::Civil, None), age(Scheme::Teacher, None)), (Some(65), Some(65)));
        let Err(Stop::Refused(why)) = age_of(law.of(Scheme::Teacher), listed(60), ON) else {
            panic!("the teachers' act knows no lower mandatory age")
        };
        assert_eq!(why.citation.as_deref(), Some("公立學校教職員退休資遣撫卹條例第20條第1項"));
    }

    #[test]
    fn a_professor_may_be_kept_on() {
        let law = Law::on(ON).unwrap();
        let of = |post, on, extended| {
            let applicant = Applicant { born_on: date!(1958 - 03 - 05), on, served: Length { months: 400, days: 0 } };
            mandatory(law.of(Scheme::Teacher), applicant, (post, None, extended), &mut Silent).is_ok()
        };
        let on = |on, extended| of(Post::College, on, extended);
        for post in [Post::Teacher, Post::Staff] {
            assert!(!of(post, date!(2028 - 08 - 01), true), "only colleges keep on");
        }
        assert!(on(date!(2028 - 08 - 01), true) && !on(date!(2029 - 02 - 01), true));
        assert!(on(date!(2023 - 08 - 01), false) && !on(date!(2024 - 02 - 01), false));
    }
}
