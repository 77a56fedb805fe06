//! # Ceiling for police and who is treated alike (警察人員退休所得替代率上限)
//!
//! ## The law says
//! Article 35 of the Police Personnel Act and its table, in force 2025-04-27: police, fire, coast guard, immigration and air corps have a
//! ceiling of their own, 43.25 % for fifteen years and 1.75 % for each further one, at most 80 %.
//!
//! ## How we read it
//! The act's text was not found; rate and day are as the ministry told them. The ceiling is taken of the current pay of the grade and follows
//! it. Odd months count in proportion and service under fifteen years as fifteen, as for others.
//!
//! ## Example
//! 26 years: 62.5 %.

use statute::{Rational, Scale};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// The rate by months of service.
    rates: Scale = "police-act/a035/replacement-rate";
}

/// The rate.
pub static RULE: Rule = Rule {
    id: "police_act/a035_ceiling",
    title: ("警察人員退休所得替代率上限", "ceiling rate of the monthly income of police"),
    law: &["police-act/35"],
    formula: ("依 {total-months} 計", "by {total-months}"),
};

/// The rate for a payment, exact; nothing before the table came into force.
///
/// # Errors
/// The table was not in force that day.
pub fn rate(law: &SchemeLaw, months: u32, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let rate = law.a035_ceiling.rates.on(on)?.part(|scale| scale.at(months));
    ledger.write(|| {
        let step = RULE.gives(Quantity::Share(rate.value)).given(names::TOTAL_MONTHS, Quantity::Months(months));
        step.given(names::PAID_FOR, Quantity::Day(on)).uses(&rate)
    });
    Ok(rate.value)
}

/// Whether the table is in force.
pub fn governs(law: &SchemeLaw, on: Date) -> bool {
    law.a035_ceiling.rates.get(on).is_some()
}

#[cfg(test)]
mod tests {
    use statute::rational;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn the_table_grows_to_its_end_and_begins_on_its_day() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let law = law.of(Scheme::Civil);
        let day = date!(2025 - 04 - 27);
        for (months, percent) in [
            (0, "43.25"),
            (179, "43.25"),
            (180, "43.25"),
            (192, "45"),
            (312, "62.5"),
            (431, "79.8542"),
            (432, "80"),
            (480, "80"),
        ] {
            let rate = rate(law, months, day, &mut Steps::default()).unwrap();
            let shown = statute::Rounding::parse("half-up 4").unwrap().apply(rate * 100);
            assert_eq!(Some(shown), rational(percent), "{months}");
        }
        assert!(!governs(law, date!(2025 - 04 - 26)) && governs(law, day));
        assert!(rate(law, 300, date!(2025 - 04 - 26), &mut Steps::default()).is_err());
    }
}
