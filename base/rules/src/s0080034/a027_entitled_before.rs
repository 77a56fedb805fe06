//! # Entitled before the act (施行前已符合月退休金條件)
//!
//! ## The law says
//! Article 27 III (teachers 28 III): who was entitled to a monthly pension before the act keeps the last pay as base. 細則 28 names the cases of the old
//! act: at 60 with fifteen years; after twenty-five years at 60, or at 55 with thirty, or with the index number of its annex 1; from hazardous posts
//! with fifteen years. 細則 29 of the teachers: at 60 with fifteen years, at 50 with twenty-five, or in posts with a lower age.
//!
//! ## How we read it
//! What counts is age and service on the last day before the act. Of annex 1 only the number of 2018 matters: who reached an earlier one has reached
//! this one too, since service and age grow by two a year and the number by one.
//!
//! ## Left out
//! Who has only credited months on file must state it where the months since leave it open.
//!
//! ## Example
//! 32 years of service and 55 on 2018-06-30: entitled, whatever the year of retirement.

use kernel::Refusal;
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

/// Whether somebody was entitled to a monthly pension before the act: as stated, else from service.
///
/// # Errors
/// Only credited months are given, and they leave it open; no value was in force.
pub fn entitled_before(law: &SchemeLaw, facts: &Facts, ledger: &mut impl Ledger) -> Result<bool, Stop> {
    if let Some(stated) = facts.entitled_before_act {
        return Ok(stated);
    }
    let last_day = law.a027_entitled_before.last_day.on(facts.effective_on)?;
    let until = last_day.value.next_day().unwrap_or(last_day.value);
    let (least, most) = months_by(law, facts, until)?;
    let entitled = test(law, facts, least)?;
    if entitled != test(law, facts, most)? {
        let zh = format!("僅有審定年資，無法判斷{}以前是否已符合月退休金條件，請填明", last_day.value);
        let en = format!("Credited months alone leave open whether a pension was due by {}; state it", last_day.value);
        let place = law.cited("s0080034/27/3", "h0150049/28/3");
        return Err(Refusal::new("pension/entitled-before", zh, en).field("entitled_before_act").cite(place).into());
    }
    ledger.write(|| {
        let step = ENTITLED.gives(Quantity::Yes(entitled)).given(names::MONTHS_BEFORE_ACT, Quantity::Months(most));
        step.given(names::APPLICANT_AGE, Quantity::Years(age(facts.born_on, last_day.value))).uses(last_day)
    });
    Ok(entitled)
}

/// Months served before the act, at least and at most.
fn months_by(law: &SchemeLaw, facts: &Facts, until: Date) -> Result<(u32, u32), Stop> {
    let Some(credited) = facts.credited else {
        let months = a010_day_count::actual(law, facts, until, &mut Silent)?.total.months;
        return Ok((months, months));
    };
    let since = Span { from: until, until: facts.effective_on }.months_begun();
    Ok((credited.total().saturating_sub(since), credited.total()))
}

fn test(law: &SchemeLaw, facts: &Facts, months: u32) -> Result<bool, Stop> {
    let values = &law.a027_entitled_before;
    let last_day = values.last_day.on(facts.effective_on)?.value;
    let age = age(facts.born_on, last_day);
    let at = |series: &statute::Series<u32>| Ok::<_, Stop>(series.on(last_day.next_day().unwrap_or(last_day))?.value);
    if months < at(&values.months_monthly)? {
        return Ok(false);
    }
    let by_post = facts.hazardous.is_some_and(|listed| age >= listed.voluntary_age);
    if by_post || age >= at(&values.age_min)? {
        return Ok(true);
    }
    if months < at(&values.months_long)? {
        return Ok(false);
    }
    let by_service = age >= at(&values.long_age)? && months >= at(&values.longer_months)?;
    let by_index =
        law.scheme == Scheme::Civil && age >= at(&values.index_age)? && age + in_years(months) >= at(&values.index)?;
    Ok(by_service || by_index)
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
        assert!(entitled("civil", "1966-01-01", "2003-07-01", "hazardous = { voluntary_age = 50 }").unwrap());
        assert!(!entitled("civil", "1966-01-01", "2003-07-02", "hazardous = { voluntary_age = 50 }").unwrap());
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
