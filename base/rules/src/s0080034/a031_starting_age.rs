//! # Starting age of the full monthly pension (月退休金起支年齡)
//!
//! ## The law says
//! Article 31 I to III (teachers 32 I to III): by the year of retirement for voluntary retirement, with an earlier age after thirty years until 2020;
//! one age for the ill and disabled, one for indigenous people with twenty-five years. Article 30 III (31 III): after downsizing, by
//! service. Article 33: from hazardous posts.
//!
//! ## How we read it
//! The age of the year of retirement holds for good, also for who defers. Indigenous people with less than the service paragraph III asks
//! for come under paragraph I. Teachers of posts with physical limits have no age of their own. Where the teachers' text raises the age
//! "by one year each year from 2026", 2026 is the first raise.
//!
//! ## Example
//! Voluntary retirement on 2024-12-31: 63; on 2025-01-01: 64.

use statute::{Series, Valued};
use time::Date;

use crate::facts::{Ground, Post};
use crate::{Ledger, Quantity, Rule, Scheme, SchemeLaw, Stop, names};

crate::law::values! {
    /// Voluntary retirement; of teachers those of colleges, and staff.
    general: u32 = "s0080034/a031/starting-age", "h0150049/a032/starting-age";
    /// Principals and teachers below college level.
    school: u32 = "s0080034/a031/starting-age", "h0150049/a032/starting-age-school";
    /// Service for the earlier age, civil servants until 2020.
    long_months: u32 = "s0080034/a031/long-months";
    /// The earlier age.
    long_age: u32 = "s0080034/a031/long-age";
    /// The ill and disabled.
    ill: u32 = "s0080034/a031/starting-age-ill", "h0150049/a032/starting-age-ill";
    /// Service of indigenous people for their age.
    indigenous_months: u32 = "s0080034/a031/indigenous-months", "h0150049/a032/indigenous-months";
    /// Indigenous people.
    indigenous: u32 = "s0080034/a031/starting-age-indigenous", "h0150049/a032/starting-age-indigenous";
    /// Service for the earlier age after downsizing.
    downsizing_months: u32 = "s0080034/a030/downsizing-months-long", "h0150049/a031/downsizing-months-long";
    /// After downsizing with that service.
    downsizing_long: u32 = "s0080034/a030/downsizing-age-long", "h0150049/a031/downsizing-age-long";
    /// After downsizing with less.
    downsizing: u32 = "s0080034/a030/downsizing-age", "h0150049/a031/downsizing-age";
    /// From hazardous posts, civil servants.
    hazardous: u32 = "s0080034/a033/hazardous-age";
}

/// The starting age.
pub static STARTING_AGE: Rule = Rule {
    id: "s0080034/a031_starting_age",
    title: ("全額月退休金起支年齡", "starting age of the full monthly pension"),
    law: &[
        "s0080034/30/3",
        "s0080034/31/1",
        "s0080034/31/2",
        "s0080034/31/3",
        "s0080034/33",
        "h0150049/31/3",
        "h0150049/32/1",
        "h0150049/32/2",
        "h0150049/32/3",
    ],
    formula: ("{effective-on} 退休、任職 {served-months} 者", "retired on {effective-on} with {served-months}"),
};

/// The age at which a full monthly pension starts; `None` where it may start at any age.
///
/// # Errors
/// No value was in force that day.
pub fn starting_age(
    law: &SchemeLaw,
    (ground, post, months): (Ground, Post, u32),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Option<u32>, Stop> {
    let values = &law.a031_starting_age;
    let at_least = |least: &Series<u32>| Ok::<_, Stop>(months >= least.on(on)?.value);
    let age: &Valued<u32> = match ground {
        Ground::Voluntary => voluntary(law, (post, months), on)?,
        Ground::Ill => values.ill.on(on)?,
        Ground::Indigenous if indigenous_by_service(law, months, on)? => values.indigenous.on(on)?,
        Ground::Hazardous if law.scheme == Scheme::Civil => values.hazardous.on(on)?,
        Ground::Indigenous | Ground::Hazardous => voluntary(law, (post, months), on)?,
        Ground::Downsizing if at_least(&values.downsizing_months)? => values.downsizing_long.on(on)?,
        Ground::Downsizing => values.downsizing.on(on)?,
        Ground::Mandatory
        | Ground::Ordered
        | Ground::OrderedInjury
        | Ground::Severance
        | Ground::Preserved
        | Ground::Combined
        | Ground::Death => return Ok(None),
    };
    ledger.write(|| {
        let step = STARTING_AGE.gives(Quantity::Age(age.value)).given(names::EFFECTIVE_ON, Quantity::Day(on));
        step.given(names::SERVED_MONTHS, Quantity::Months(months)).uses(age)
    });
    Ok(Some(age.value))
}

/// Whether an indigenous person has the service of paragraph III, whose age then holds.
///
/// # Errors
/// No value was in force that day.
pub fn indigenous_by_service(law: &SchemeLaw, months: u32, on: Date) -> Result<bool, Stop> {
    Ok(months >= law.a031_starting_age.indigenous_months.on(on)?.value)
}

fn voluntary(law: &SchemeLaw, (post, months): (Post, u32), on: Date) -> Result<&Valued<u32>, Stop> {
    let values = &law.a031_starting_age;
    let of_post = if post == Post::Teacher { &values.school } else { &values.general };
    let general = of_post.on(on)?;
    let long = values.long_months.get(on).zip(values.long_age.get(on));
    Ok(match long {
        Some((least, age)) if law.scheme == Scheme::Civil && months >= least.value => age,
        _ => general,
    })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Steps};

    fn age(scheme: Scheme, who: (Ground, Post, u32), on: Date) -> Option<u32> {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        starting_age(law.of(scheme), who, on, &mut Steps::default()).unwrap()
    }

    #[test]
    fn civil_servants_by_the_year_of_retirement() {
        let at = |on| age(Scheme::Civil, (Ground::Voluntary, Post::General, 300), on).unwrap();
        assert_eq!([at(date!(2018 - 07 - 01)), at(date!(2020 - 12 - 31)), at(date!(2021 - 12 - 31))], [60, 60, 60]);
        let first_days = [2022, 2023, 2024, 2025, 2026, 2027]
            .map(|year| Date::from_calendar_date(year, time::Month::January, 1).unwrap());
        assert_eq!(first_days.map(at), [61, 62, 63, 64, 65, 65]);
        assert_eq!(first_days.map(|day| at(day.previous_day().unwrap())), [60, 61, 62, 63, 64, 65]);
        let long = |months, on| age(Scheme::Civil, (Ground::Voluntary, Post::General, months), on).unwrap();
        assert_eq!([long(359, date!(2020 - 12 - 31)), long(360, date!(2020 - 12 - 31))], [60, 55]);
        assert_eq!(long(360, date!(2021 - 01 - 01)), 60, "ended with 2020");
    }

    #[test]
    fn teachers_by_post() {
        let at = |post, on| age(Scheme::Teacher, (Ground::Voluntary, post, 400), on).unwrap();
        assert_eq!([at(Post::Teacher, date!(2025 - 08 - 01)), at(Post::Teacher, date!(2033 - 08 - 01))], [58, 58]);
        assert_eq!([at(Post::College, date!(2025 - 12 - 31)), at(Post::Staff, date!(2026 - 01 - 01))], [58, 59]);
        assert_eq!(
            [
                at(Post::Staff, date!(2031 - 12 - 31)),
                at(Post::Staff, date!(2032 - 01 - 01)),
                at(Post::Staff, date!(2040 - 01 - 01))
            ],
            [64, 65, 65]
        );
    }

    #[test]
    fn other_grounds() {
        let on = date!(2026 - 02 - 01);
        let civil = |ground, months| age(Scheme::Civil, (ground, Post::General, months), on);
        let teacher = |ground, months| age(Scheme::Teacher, (ground, Post::Teacher, months), on);
        assert_eq!([civil(Ground::Ill, 180), teacher(Ground::Ill, 180)], [Some(55), Some(55)]);
        assert_eq!([civil(Ground::Indigenous, 299), civil(Ground::Indigenous, 300)], [Some(65), Some(60)]);
        assert_eq!([teacher(Ground::Indigenous, 299), teacher(Ground::Indigenous, 300)], [Some(58), Some(60)]);
        assert_eq!([civil(Ground::Downsizing, 239), civil(Ground::Downsizing, 240)], [Some(65), Some(60)]);
        assert_eq!([teacher(Ground::Downsizing, 239), teacher(Ground::Downsizing, 240)], [Some(60), Some(60)]);
        assert_eq!([civil(Ground::Hazardous, 180), teacher(Ground::Hazardous, 180)], [Some(55), Some(58)]);
        assert_eq!(civil(Ground::Mandatory, 60), None);
        let indigenous = |on| age(Scheme::Civil, (Ground::Indigenous, Post::General, 300), on).unwrap();
        assert_eq!(
            [indigenous(date!(2021 - 12 - 31)), indigenous(date!(2022 - 01 - 01)), indigenous(date!(2025 - 12 - 31))],
            [55, 56, 59]
        );
    }
}
