//! # Social insurance annuity in the monthly income (社會保險年金)
//!
//! ## The law says
//! Article 5 of the enforcement rules: the one-time benefit for all years of the insurance, times the part of those years that is also credited
//! service, spread over the months of life left at the age of retirement. Several insurances are calculated each and added. The age counts in whole
//! years; the life table is that of the year of retirement, or the latest out.
//!
//! ## How we read it
//! An annuity counts in place of the interest on deposits (Article 4 V: interest, or the annuity that is drawn); a benefit drawn at once counts
//! through its deposit alone. The life table was not found: unless the decision states the years of
//! life left, the calculation stops and names it.
//!
//! ## Example
//! 1,500,000 for 25 years, 20 of them credited, 20 years left: 5,000 a month.

use statute::{Rational, StatuteFault, Table};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Years of life left by age and year.
    expectancy: Table = "life-table/expectancy";
}

/// The monthly amount.
pub static RULE: Rule = Rule {
    id: "s0080035/a005_insurance_annuity",
    title: ("應計入每月退休所得之社會保險年金", "social insurance annuity in the monthly income"),
    law: &["s0080035/5/1", "s0080034/4/1/5", "h0150051/4/1", "h0150049/4/1/5"],
    formula: (
        "{insurance-lump} × {insured-credited-months} ÷ {insured-months} ÷（{expectancy} × 12）",
        "{insurance-lump} × {insured-credited-months} ÷ {insured-months} ÷ ({expectancy} × 12)",
    ),
};

/// One insurance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// One-time benefit for all its years, NT dollars.
    pub lump: i64,
    /// Its months that are also credited service.
    pub credited_months: u32,
    /// All its months.
    pub months: u32,
    /// Whole years of age at retirement.
    pub age: u32,
    /// Years of life left as the decision states them, if it does.
    pub expectancy: Option<Rational>,
}

/// What counts in the monthly income, NT dollars.
///
/// # Errors
/// The life table is not known.
pub fn monthly(law: &SchemeLaw, facts: Facts, retired_on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    if facts.lump == 0 || facts.months == 0 {
        return Ok(0);
    }
    let expectancy = match facts.expectancy {
        Some(stated) => stated,
        None => years_left(law, facts.age, retired_on)?,
    };
    let part = Rational::new(facts.credited_months.min(facts.months).into(), facts.months.into());
    let months_left = expectancy * Rational::from_integer(kernel::calendar::MONTHS_A_YEAR.into());
    let rounding = law.rounding.amount.on(retired_on)?;
    let monthly = rounding.value.dollars(part * facts.lump / months_left);
    ledger.write(|| {
        RULE.gives(Quantity::Money(monthly))
            .given(names::INSURANCE_LUMP, Quantity::Money(facts.lump))
            .given(names::INSURED_CREDITED_MONTHS, Quantity::Months(facts.credited_months))
            .given(names::INSURED_MONTHS, Quantity::Months(facts.months))
            .given(names::AGE, Quantity::Age(facts.age))
            .given(names::EXPECTANCY, Quantity::Number(expectancy))
            .rounded(rounding)
    });
    Ok(monthly)
}

fn years_left(law: &SchemeLaw, age: u32, retired_on: Date) -> Result<Rational, Stop> {
    let series = &law.a005_insurance_annuity.expectancy;
    let table = series.on(retired_on)?;
    let year = u32::from(kernel::roc::year(retired_on));
    let column = table.value.columns().iter().copied().filter(|column| *column <= year).max();
    let left = column.and_then(|column| table.value.cell(age, column)).filter(|left| *left.numer() > 0);
    Ok(left.ok_or_else(|| StatuteFault::Unknown { key: series.key().to_owned(), on: retired_on })?)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn the_life_table_is_missed_by_name_unless_the_decision_states_it() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let law = law.of(Scheme::Civil);
        let day = date!(2020 - 01 - 16);
        let facts = Facts { lump: 1_500_000, credited_months: 240, months: 300, age: 60, expectancy: None };
        let Err(Stop::Missing(missing)) = monthly(law, facts, day, &mut Steps::default()) else {
            panic!("no table is kept")
        };
        assert!(missing.to_string().contains("life-table/expectancy"), "{missing}");
        let stated = Facts { expectancy: Some(Rational::from_integer(20)), ..facts };
        assert_eq!(monthly(law, stated, day, &mut Steps::default()), Ok(5000));
        assert_eq!(monthly(law, Facts { credited_months: 301, ..stated }, day, &mut Steps::default()), Ok(6250));
        assert_eq!(monthly(law, Facts { lump: 0, ..facts }, day, &mut Steps::default()), Ok(0));
    }
}
