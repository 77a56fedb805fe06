//! # Full monthly pension before the starting age (不受起支年齡限制)
//!
//! ## The law says
//! Article 31 VI and VII (teachers 32 V and VI): who drew the disability benefit and had a poor review, or whose whole years of service and
//! whole years of age add up to the number of annex 2 at a least age, draws the full monthly pension before the starting age.
//!
//! ## How we read it
//! The service is actual service by the day (細則 10), within the limit of a monthly pension. Months of service and of age beyond whole years do not count.
//!
//! ## Left out
//! Annex 2 itself was not found: whether it ends with its last known number or goes on with it is not known. After that year who falls short of
//! the last number falls short in either case; for who reaches it the calculation stops and names the annex.
//!
//! ## Example
//! 2026: 60 years of age and 30 of service make 90, the number of 2026.

use statute::{StatuteFault, Valued};
use time::Date;

use crate::applicant::in_years;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Annex 2.
    number: u32 = "s0080034/a031/index-number", "h0150049/a032/index-number";
    /// The least age.
    age_min: u32 = "s0080034/a031/index-age-min", "h0150049/a032/index-age-min";
    /// The last day annex 2 is known to have a number for.
    until: Date = "s0080034/a031/index-until", "h0150049/a032/index-until";
}

/// By annex 2.
pub static INDEX: Rule = Rule {
    id: "s0080034/a031_index_number",
    title: ("年資與年齡合計數（附表二）", "service and age together (annex 2)"),
    law: &["s0080034/31/6/2", "s0080034/31/7", "h0150049/32/5/2", "h0150049/32/6"],
    formula: (
        "年滿 {index-age-min}，且 {credited-years:plain} + {applicant-age:plain} ≥ {index-number:plain}",
        "at least {index-age-min}, and {credited-years:plain} + {applicant-age:plain} ≥ {index-number:plain}",
    ),
};

/// After the last day annex 2 is known for.
pub static AFTER_KNOWN: Rule = Rule {
    id: "s0080034/a031_index_number",
    title: ("年資與年齡合計數未達附表二已知之末年指標數", "service and age below the last known number of annex 2"),
    law: &["s0080034/31/6/2", "h0150049/32/5/2"],
    formula: (
        "{effective-on} 逾 {index-until}；{credited-years:plain} + {applicant-age:plain} 未達 {index-number:plain} 或未滿 {index-age-min}",
        "{effective-on} is after {index-until}; {credited-years:plain} + {applicant-age:plain} below {index-number:plain}, or younger than {index-age-min:plain}",
    ),
};

/// By disability and a poor review.
pub static DISABILITY: Rule = Rule {
    id: "s0080034/a031_index_number",
    title: ("領有失能給付且退休前五年內考績丙等或無考績", "disability benefit and a poor review within five years"),
    law: &["s0080034/31/6/1", "h0150049/32/5/1"],
    formula: ("符合", "given"),
};

/// Whether the full monthly pension is drawn before the starting age.
///
/// # Errors
/// Annex 2 is not known for that year, and the answer depends on it; no value was in force that day.
pub fn before_starting_age(
    law: &SchemeLaw,
    (months, age, disability_benefit): (u32, u32, bool),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<bool, Stop> {
    if disability_benefit {
        ledger.write(|| DISABILITY.gives(Quantity::Yes(true)));
        return Ok(true);
    }
    let values = &law.a031_index_number;
    let until: &Valued<Date> = values.until.on(on)?;
    let (number, least) = (values.number.on(on)?, values.age_min.on(on)?);
    let years = in_years(months);
    let met = age >= least.value && years.saturating_add(age) >= number.value;
    let known = on <= until.value;
    if met && !known {
        return Err(StatuteFault::Unknown { key: values.number.key().to_owned(), on }.into());
    }
    ledger.write(|| {
        let step = match known {
            true => INDEX.gives(Quantity::Yes(met)),
            false => {
                let step = AFTER_KNOWN.gives(Quantity::Yes(false)).given(names::EFFECTIVE_ON, Quantity::Day(on));
                step.uses(until)
            }
        };
        let step = step.given(names::CREDITED_YEARS, Quantity::Years(years));
        step.given(names::APPLICANT_AGE, Quantity::Age(age)).uses(least).uses(number)
    });
    Ok(met)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    fn full(scheme: Scheme, months: u32, age: u32, on: Date) -> bool {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        before_starting_age(law.of(scheme), (months, age, false), on, &mut Steps::default()).unwrap()
    }

    #[test]
    fn whole_years_reach_the_number_of_the_year() {
        let on = date!(2026 - 01 - 16);
        assert!(full(Scheme::Civil, 360, 60, on) && !full(Scheme::Civil, 359, 60, on));
        assert!(!full(Scheme::Civil, 400, 59, on), "the least age");
        assert!(
            full(Scheme::Civil, 360, 59, date!(2025 - 12 - 31)) && !full(Scheme::Civil, 348, 59, date!(2025 - 12 - 31))
        );
        assert!(
            full(Scheme::Teacher, 30 * 12, 54, date!(2026 - 02 - 01))
                && !full(Scheme::Teacher, 30 * 12, 53, date!(2026 - 02 - 01))
        );
        assert!(!full(Scheme::Teacher, 31 * 12, 54, date!(2027 - 02 - 01)), "55 from 2027");
        assert!(full(Scheme::Teacher, 30 * 12, 55, date!(2027 - 02 - 01)));
    }

    #[test]
    fn least_ages_change_with_the_year() {
        assert!(
            full(Scheme::Civil, 40 * 12, 50, date!(2020 - 12 - 31))
                && !full(Scheme::Civil, 40 * 12, 49, date!(2020 - 12 - 31))
        );
        assert!(
            full(Scheme::Civil, 40 * 12, 55, date!(2021 - 01 - 01))
                && !full(Scheme::Civil, 40 * 12, 54, date!(2021 - 01 - 01))
        );
    }

    #[test]
    fn after_the_last_known_number_the_annex_is_named_where_it_matters() {
        assert!(full(Scheme::Civil, 32 * 12, 62, date!(2030 - 12 - 31)), "94, the last known number");
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let on = date!(2031 - 01 - 01);
        let mut steps = Steps::default();
        let mut after = |months, age, disability| {
            before_starting_age(law.of(Scheme::Civil), (months, age, disability), on, &mut steps)
        };
        assert_eq!(
            [after(383, 62, false), after(40 * 12, 59, false)],
            [Ok(false), Ok(false)],
            "too little in either case"
        );
        let Err(Stop::Missing(missing)) = after(384, 62, false) else { panic!("annex 2 after 2030 is not known") };
        assert_eq!(missing.key(), "s0080034/a031/index-number");
        assert_eq!(after(200, 50, true), Ok(true), "the disability benefit asks for no number");
        assert!(!steps.0[0].is_confirmed());
        let teacher =
            |months, on| before_starting_age(law.of(Scheme::Teacher), (months, 57, false), on, &mut Steps::default());
        assert_eq!(
            [teacher(33 * 12, date!(2032 - 12 - 31)), teacher(395, date!(2033 - 01 - 01))],
            [Ok(true), Ok(false)]
        );
        assert!(matches!(teacher(33 * 12, date!(2033 - 01 - 01)), Err(Stop::Missing(_))));
    }
}
