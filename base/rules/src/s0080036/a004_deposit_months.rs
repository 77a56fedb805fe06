//! # Insurance benefit that may be deposited (公保養老給付得辦理優惠存款之金額)
//!
//! ## The law says
//! Article 4: only the benefit for insurance before the new scheme may be deposited, at most so many months as an annex gives by years;
//! odd months in proportion, a broken month as one.
//!
//! ## How we read it
//! The annex was not found. Twenty years and more give the most the insurance act allows; for other years the calculation stops and names
//! the annex.
//!
//! ## Example
//! 20 years at an insured pay of 48,505: 36 months, 1,746,180.

use statute::{Rational, StatuteFault, Table};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months by whole years of insurance before the new scheme.
    months: Table = "s0080036/a004/deposit-months", "h0150054/a004/deposit-months";
}

/// The benefit that may be deposited.
pub static RULE: Rule = Rule {
    id: "s0080036/a004_deposit_months",
    title: ("養老給付得辦理優惠存款之金額", "insurance benefit that may be deposited"),
    law: &["s0080036/4/1", "h0150054/4/1"],
    formula: ("{insured-pay} × {deposit-months}", "{insured-pay} × {deposit-months}"),
};

/// What of the insurance benefit may be deposited, NT dollars, for months of insurance before the new scheme.
///
/// # Errors
/// The annex does not tell the months for so many years.
pub fn amount(
    law: &SchemeLaw,
    insured_months: u32,
    insured_pay: i64,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let annex = law.a004_deposit_months.months.on(on)?;
    let unknown = || StatuteFault::Unknown { key: law.a004_deposit_months.months.key().to_owned(), on };
    let last = annex.value.rows().next_back().ok_or_else(unknown)?;
    let column = *annex.value.columns().first().ok_or_else(unknown)?;
    let months_a_year = kernel::calendar::MONTHS_A_YEAR;
    let (years, odd) = (insured_months / months_a_year, insured_months % months_a_year);
    let cell = |years: u32| annex.value.cell(years.min(last), column).ok_or_else(unknown);
    let months = match odd {
        0 => cell(years)?,
        odd => {
            let (below, above) = (cell(years)?, cell(years + 1)?);
            below + (above - below) * Rational::new(odd.into(), months_a_year.into())
        }
    };
    let rounding = law.a008_deposit.principal_rounding.on(on)?;
    let amount = rounding.value.dollars(months * insured_pay);
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(amount)).given(names::INSURED_MONTHS, Quantity::Months(insured_months));
        step.given(names::INSURED_PAY, Quantity::Money(insured_pay)).uses(&annex.part(|_| months)).rounded(rounding)
    });
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn what_the_annex_does_not_tell_is_named() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let law = law.of(Scheme::Civil);
        let day = date!(2020 - 01 - 16);
        assert_eq!(amount(law, 240, 48_505, day, &mut Steps::default()), Ok(1_746_180));
        assert_eq!(amount(law, 246, 48_505, day, &mut Steps::default()), Ok(1_746_180), "the last row holds on");
        let Err(Stop::Missing(missing)) = amount(law, 239, 48_505, day, &mut Steps::default()) else {
            panic!("19 years: unknown")
        };
        assert!(missing.to_string().contains("s0080036/a004/deposit-months"), "{missing}");
    }
}
