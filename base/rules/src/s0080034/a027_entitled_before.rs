//! # Entitled before the act (施行前已符合月退休金條件)
//!
//! ## The law says
//! Article 27 III (teachers 28 III): who was entitled to a monthly pension before the act keeps the last pay as base. 細則 28 names the cases of the old
//! act: at 60 with fifteen years; after twenty-five years at 60, or at 55 with thirty, or with the index number of its annex 1; from hazardous posts
//! with fifteen years at 55 or with the index number of its annex 2. 細則 29 of the teachers: at 60 with fifteen years, at 50 with twenty-five, or in posts with a lower age.
//!
//! ## How we read it
//! What counts is age and service on the last day before the act. The number of annex 1 grows on 1 January, age and service in the year: who
//! reached an earlier number has reached that of the end of 2017, but perhaps not that of 2018 half a year later. Whether having reached it is
//! enough is an open point (`entitled-index`). A list for hazardous posts does not lower the fifty-five years of 原退休法 12 I (2).
//!
//! ## Left out
//! Annex 2 of the old act (12 III), for hazardous posts below fifty-five, was not found: who it might cover must state the answer. So must who
//! has only credited months on file where the months since leave it open, and teachers with service at private schools where that does.
//!
//! ## Example
//! 32 years of service and 55 on 2018-06-30: entitled, whatever the year of retirement.

use kernel::Refusal;
use statute::Series;
use time::Date;

use crate::applicant::in_years;
use crate::facts::Facts;
use crate::length::age;
use crate::months::Span;
use crate::s0080035::a010_day_count;
use crate::{Ledger, Quantity, Rule, Scheme, SchemeLaw, Silent, Stop, names};

crate::law::values! {
    /// The last day.
    last_day: Date = "s0080035/a028/entitled-until", "h0150051/a029/entitled-until";
    /// Service for a monthly pension.
    months_monthly: u32 = "s0080001/a010/months-monthly", "h0150051/a029/months-monthly";
    /// The age.
    age_min: u32 = "s0080001/a004/age-min", "h0150051/a029/age-min";
    /// Service for retirement at any age.
    months_long: u32 = "s0080001/a004/months-long", "h0150051/a029/months-long";
    /// Service for the earlier age, civil servants.
    longer_months: u32 = "s0080001/a011/long-months", "h0150051/a029/months-long";
    /// The earlier age.
    long_age: u32 = "s0080001/a011/long-age", "h0150051/a029/long-age";
    /// Index number of annex 1, civil servants.
    index: u32 = "s0080001/a011/index-number";
    /// Its least age.
    index_age: u32 = "s0080001/a011/index-age-min";
    /// From hazardous posts.
    hazardous_age: u32 = "s0080001/a012/hazardous-age", "h0150049/a018/hazardous-age-min";
}

/// Whether somebody was entitled.
pub static ENTITLED: Rule = Rule {
    id: "s0080034/a027_entitled_before",
    title: ("施行前已符合月退休金條件", "entitled to a monthly pension before the act"),
    law: &["s0080034/27/3", "s0080035/28/1", "h0150049/28/3", "h0150051/29/1"],
    formula: (
        "{entitled-until} 任職 {months-before-act}、{applicant-age}",
        "on {entitled-until}: {months-before-act}, {applicant-age}",
    ),
};

/// Whether the number of annex 1 must have been reached on the last day.
pub const ENTITLED_INDEX: &str = "entitled-index";

/// Whether somebody was entitled to a monthly pension before the act: as stated, else from service.
///
/// # Errors
/// What is given leaves it open; no value was in force.
pub fn entitled_before(law: &SchemeLaw, facts: &Facts, ledger: &mut impl Ledger) -> Result<bool, Stop> {
    if let Some(stated) = facts.entitled_before_act {
        return Ok(stated);
    }
    let last_day = law.a027_entitled_before.last_day.on(facts.effective_on)?;
    let (least, most) = months_by(law, facts, day_after(last_day.value))?;
    let entitled = by_day(law, facts, (last_day.value, least))? || by_earlier_index(law, facts, last_day.value, false)?;
    let perhaps = by_day(law, facts, (last_day.value, most))? || by_earlier_index(law, facts, last_day.value, true)?;
    if entitled != perhaps || !entitled && by_annex_2(law, facts, (last_day.value, most))? {
        let zh = format!("所填事實無法判斷{}以前是否已符合月退休金條件，請填明", last_day.value);
        let en = format!("The facts leave open whether a pension was due by {}; state it", last_day.value);
        let place = law.cited("s0080034/27/3", "h0150049/28/3");
        return Err(Refusal::new("pension/entitled-before", zh, en).field("entitled_before_act").cite(place).into());
    }
    ledger.write(|| {
        let step = ENTITLED.gives(Quantity::Yes(entitled)).given(names::MONTHS_BEFORE_ACT, Quantity::Months(most));
        step.given(names::APPLICANT_AGE, Quantity::Age(age(facts.born_on, last_day.value))).uses(last_day)
    });
    Ok(entitled)
}

fn day_after(day: Date) -> Date {
    day.next_day().unwrap_or(day)
}

/// Months served before a day, at least and at most.
fn months_by(law: &SchemeLaw, facts: &Facts, until: Date) -> Result<(u32, u32), Stop> {
    let Some(credited) = facts.credited else {
        let months = a010_day_count::actual(law, facts, until, &mut Silent)?.total.months;
        let private = if law.scheme == Scheme::Teacher { facts.private_school_months } else { 0 };
        return Ok((months, months.saturating_add(private)));
    };
    let since = Span { from: until, until: facts.effective_on }.months_begun();
    Ok((credited.total().saturating_sub(since), credited.total()))
}

/// Whether the old act gave a monthly pension on a day, with so many months.
fn by_day(law: &SchemeLaw, facts: &Facts, (day, months): (Date, u32)) -> Result<bool, Stop> {
    let values = &law.a027_entitled_before;
    let age = age(facts.born_on, day);
    let at = |series: &Series<u32>| at(law, facts, series);
    if months < at(&values.months_monthly)? {
        return Ok(false);
    }
    let by_post =
        facts.hazardous.is_some_and(|listed| age >= listed.voluntary_age) && age >= at(&values.hazardous_age)?;
    if by_post || age >= at(&values.age_min)? {
        return Ok(true);
    }
    if months < at(&values.months_long)? {
        return Ok(false);
    }
    let by_service = age >= at(&values.long_age)? && months >= at(&values.longer_months)?;
    Ok(by_service || by_index(law, facts, (day, months))?)
}

/// A value of the old act, or of the teachers' rules on it, as it stood when the act began.
fn at(law: &SchemeLaw, facts: &Facts, series: &Series<u32>) -> Result<u32, Stop> {
    let last_day = law.a027_entitled_before.last_day.on(facts.effective_on)?.value;
    Ok(series.on(day_after(last_day))?.value)
}

/// Whether service and age had reached the number of annex 1 on a day.
fn by_index(law: &SchemeLaw, facts: &Facts, (day, months): (Date, u32)) -> Result<bool, Stop> {
    let values = &law.a027_entitled_before;
    if law.scheme != Scheme::Civil || months < at(law, facts, &values.months_long)? {
        return Ok(false);
    }
    let age = age(facts.born_on, day);
    Ok(age >= at(law, facts, &values.index_age)? && age.saturating_add(in_years(months)) >= values.index.on(day)?.value)
}

/// Whether they had reached it at the end of an earlier year, if that is enough.
fn by_earlier_index(law: &SchemeLaw, facts: &Facts, last_day: Date, at_most: bool) -> Result<bool, Stop> {
    if law.scheme != Scheme::Civil || law.readings.answer(ENTITLED_INDEX) == "last-day" {
        return Ok(false);
    }
    let index = &law.a027_entitled_before.index;
    let ends = index.entries().filter_map(|(from, _)| from.previous_day());
    for end in ends.filter(|end| *end < last_day && index.get(*end).is_some()) {
        let (least, most) = months_by(law, facts, day_after(end))?;
        if by_index(law, facts, (end, if at_most { most } else { least }))? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether annex 2 of the old act, which is not kept, might have given a pension: a hazardous post, its age, fifteen years.
fn by_annex_2(law: &SchemeLaw, facts: &Facts, (day, months): (Date, u32)) -> Result<bool, Stop> {
    let listed = facts.hazardous.is_some_and(|listed| age(facts.born_on, day) >= listed.voluntary_age);
    Ok(law.scheme == Scheme::Civil && listed && months >= at(law, facts, &law.a027_entitled_before.months_monthly)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Law, Steps};

    fn entitled(scheme: &str, born_on: &str, from: &str, more: &str) -> Result<bool, Stop> {
        let facts: Facts = toml::from_str(&format!(
            "scheme = \"{scheme}\"\nborn_on = {born_on}\neffective_on = 2026-08-01\nground = \"voluntary\"\nbenefit = \"lump\"\n\
             service = [{{ from = {from}, until = 2026-08-01, kind = \"{scheme}\" }}]\npay = {{ last = {{ amount = 50000 }} }}\n{more}"
        ))
        .unwrap();
        let law = Law::on(facts.effective_on).unwrap();
        entitled_before(law.of(facts.scheme), &facts, &mut Steps::default())
    }

    #[test]
    fn civil_servants_by_the_old_act() {
        let civil = |born_on, from| entitled("civil", born_on, from, "").unwrap();
        assert!(civil("1958-06-30", "2003-07-01") && !civil("1958-07-01", "2003-07-01"), "60 and fifteen years");
        assert!(!civil("1958-06-30", "2003-07-02"));
        assert!(civil("1963-06-30", "1988-07-01"), "55 and thirty years");
        assert!(!civil("1963-07-01", "1991-07-01"), "54 and twenty-seven");
        assert!(civil("1964-06-30", "1990-07-01"), "54 and twenty-eight make 82");
        assert!(!civil("1968-07-01", "1985-07-01"), "49 is below the least age of annex 1");
    }

    #[test]
    fn a_hazardous_post_counts_from_fifty_five_and_below_it_must_be_stated() {
        let post = |born_on, from, listed: u32| {
            let answer = entitled("civil", born_on, from, &format!("hazardous = {{ voluntary_age = {listed} }}"));
            match answer {
                Ok(entitled) => Some(entitled),
                Err(Stop::Refused(why)) if why.code == "pension/entitled-before" => None,
                Err(other) => panic!("{other}"),
            }
        };
        assert_eq!(post("1963-06-30", "2003-07-01", 50), Some(true), "55 and fifteen years");
        assert_eq!(post("1963-06-30", "2003-07-02", 50), Some(false), "a day less");
        assert_eq!(post("1963-07-01", "2003-07-01", 50), None, "54: annex 2 of the old act was not found");
        assert_eq!(post("1963-07-01", "2003-07-01", 55), Some(false), "the age of the post is not reached");
        assert_eq!(post("1963-06-30", "2003-07-01", 56), Some(false));
        let teacher =
            |born_on| entitled("teacher", born_on, "2003-07-01", "hazardous = { voluntary_age = 55 }").unwrap();
        assert!(teacher("1963-06-30") && !teacher("1963-07-01"));
    }

    #[test]
    fn the_number_of_2017_reached_in_2017_but_not_that_of_2018() {
        // 56 and 25 made 81 at the end of 2017; on 2018-06-30 they still made 81, and the number was 82.
        let (born_on, from) = ("1961-10-01", "1993-01-01");
        assert!(entitled("civil", born_on, from, "").unwrap());
        assert!(!entitled("civil", born_on, "1993-01-02", "").unwrap(), "24 years at the end of 2017");
        assert!(!entitled("civil", "1962-01-01", from, "").unwrap(), "55 at the end of 2017");
        let text = format!(
            "scheme = \"civil\"\nborn_on = {born_on}\neffective_on = 2026-08-01\nground = \"voluntary\"\nbenefit = \"lump\"\n\
             service = [{{ from = {from}, until = 2026-08-01, kind = \"civil\" }}]\npay = {{ last = {{ amount = 50000 }} }}"
        );
        let facts: Facts = toml::from_str(&text).unwrap();
        let mut edition = statute::Edition::of(facts.effective_on);
        edition.readings = statute::Readings::default().choose("entitled-index/last-day").unwrap();
        let law = Law::of_edition(edition).unwrap();
        assert_eq!(entitled_before(law.of(Scheme::Civil), &facts, &mut Steps::default()), Ok(false));
    }

    #[test]
    fn private_schools_leave_it_open() {
        let with =
            |months: u32| entitled("teacher", "1966-01-01", "1996-07-01", &format!("private_school_months = {months}"));
        assert_eq!(with(35), Ok(false), "22 years and 35 months are no twenty-five years");
        let Err(Stop::Refused(why)) = with(36) else { panic!("open") };
        assert_eq!(why.field.as_deref(), Some("entitled_before_act"));
    }

    #[test]
    fn teachers_by_theirs() {
        let teacher = |born_on, from| entitled("teacher", born_on, from, "").unwrap();
        assert!(
            teacher("1968-06-30", "1993-07-01") && !teacher("1968-07-01", "1993-07-01"),
            "50 and twenty-five years"
        );
        assert!(!teacher("1968-06-30", "1993-07-02"));
        assert!(teacher("1958-06-30", "2003-07-01"));
    }

    #[test]
    fn what_is_stated_is_taken_and_what_is_open_is_asked_for() {
        assert_eq!(entitled("civil", "1958-06-30", "2003-07-01", "entitled_before_act = false"), Ok(false));
        let credited = |months| {
            let facts: Facts = toml::from_str(&format!(
                "scheme = \"teacher\"\nborn_on = 1966-01-01\neffective_on = 2026-08-01\nground = \"voluntary\"\nbenefit = \"lump\"\n\
                 credited = {{ new = {months} }}\npay = {{ last = {{ amount = 50000 }} }}"
            ))
            .unwrap();
            let law = Law::on(facts.effective_on).unwrap();
            entitled_before(law.of(facts.scheme), &facts, &mut Steps::default())
        };
        assert_eq!([credited(299), credited(397)], [Ok(false), Ok(true)]);
        let Err(Stop::Refused(why)) = credited(350) else { panic!("open") };
        assert_eq!(why.field.as_deref(), Some("entitled_before_act"));
    }
}
