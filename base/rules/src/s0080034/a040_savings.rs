//! # Savings paid into the fund (挹注退撫基金之節省經費)
//!
//! ## The law says
//! Article 40, the enforcement rules, Article 102, and the deposit regulation, Articles 15 and 17: what the governments pay less in a year, as
//! deposit interest and as old-scheme pension with the compensation, goes to the fund. The measure of interest is 18 % on the deposit before
//! the act (or what the former regulation would have let deposit); the part that the bank bears is taken off: its one-year deposit rate and half of
//! the difference to its lending rate.
//!
//! ## How we read it
//! The bank bears its part only of what stays on deposit, so its part of the deposit that is gone is no saving of the governments. A year has
//! twelve equal months unless the case says how many. The bank's rates are announced by the bank and put in as facts. New-scheme savings stay in
//! the fund and are not counted.
//!
//! ## Example
//! 1,000,000 at 18 % before, nothing now, the bank at 1 % and 3 %: 180,000 less 20,000.

use statute::Rational;
use time::Date;

use super::a036_deposit_monthly::Deposit;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Part of the difference of the bank's two rates that the bank bears.
    bank_share: Rational = "s0080036/a015/bank-share", "h0150054/a015/bank-share";
}

/// Interest saved.
pub static INTEREST: Rule = Rule {
    id: "s0080034/a040_savings",
    title: ("一年節省之優惠存款利息", "deposit interest saved in a year"),
    law: &["s0080036/17", "s0080036/15/1", "h0150054/17", "h0150054/15/1"],
    formula: (
        "原優存金額 × 年息百分之十八 − 實領利息 −（減少之本金 × 受理機構負擔之利率）",
        "18 % on the original deposit − interest paid − the bank's rate on the deposit that is gone",
    ),
};

/// All that was saved.
pub static TOTAL: Rule = Rule {
    id: "s0080034/a040_savings",
    title: ("每人每年挹注退撫基金之金額", "savings of a year for one person"),
    law: &["s0080034/40/1", "s0080035/102/1/1", "h0150049/40/1", "h0150051/102/1/1"],
    formula: ("{interest-saved} + {pension-saved}", "{interest-saved} + {pension-saved}"),
};

/// The bank's announced rates of the year.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BankRates {
    /// One-year fixed deposit.
    pub deposit: Rational,
    /// Base lending rate.
    pub lending: Rational,
}

/// What one person's savings of a year depend on; amounts are of a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Facts {
    /// Deposit before the act's rates.
    pub original_principal: i64,
    /// The deposit now.
    pub now: Deposit,
    /// Old-scheme pension with the compensation before the cuts.
    pub pension_before: i64,
    /// The same as paid.
    pub pension_now: i64,
    /// Months of the year it was so.
    pub months: u32,
    /// The bank's rates.
    pub bank: BankRates,
}

/// The savings of a year for one person, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn savings(law: &SchemeLaw, facts: Facts, on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let full = law.a036_deposit_monthly.full_rate.on(on)?;
    let bank_share = law.a040_savings.bank_share.on(on)?;
    let rounding = law.a008_deposit.interest_rounding.on(on)?;
    let bank = facts.bank.deposit + (facts.bank.lending - facts.bank.deposit) * bank_share.value;
    let year = Rational::new(facts.months.into(), kernel::calendar::MONTHS_A_YEAR.into());
    let gone = facts.original_principal - facts.now.principal;
    let fewer = full.value * facts.original_principal - facts.now.rate * facts.now.principal;
    let interest = rounding.value.dollars((fewer - bank * gone) * year).max(0);
    let pension = (facts.pension_before - facts.pension_now).max(0) * i64::from(facts.months);
    ledger.write(|| {
        let step = INTEREST.gives(Quantity::Money(interest));
        step.given(names::PRINCIPAL, Quantity::Money(facts.original_principal))
            .given(names::DEPOSIT_RATE, Quantity::Share(facts.bank.deposit))
            .given(names::LENDING_RATE, Quantity::Share(facts.bank.lending))
            .uses(full)
            .uses(bank_share)
            .rounded(rounding)
    });
    let total = interest + pension;
    ledger.write(|| {
        let step = TOTAL.gives(Quantity::Money(total)).given(names::INTEREST_SAVED, Quantity::Money(interest));
        step.given(names::PENSION_SAVED, Quantity::Money(pension))
    });
    Ok(total)
}

#[cfg(test)]
mod tests {
    use statute::rational;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn the_banks_part_is_no_saving_of_the_governments() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let rate = |text| rational(text).unwrap();
        let bank = BankRates { deposit: rate("0.01"), lending: rate("0.03") };
        let now = Deposit { principal: 0, rate: rate("0"), interest: 0 };
        let facts =
            Facts { original_principal: 1_000_000, now, pension_before: 40_000, pension_now: 39_000, months: 12, bank };
        let of = |facts| savings(law.of(Scheme::Civil), facts, date!(2021 - 12 - 31), &mut Steps::default()).unwrap();
        assert_eq!(of(facts), 160_000 + 12_000);
        assert_eq!(of(Facts { months: 6, ..facts }), 80_000 + 6000);
        let nine = Deposit { principal: 1_000_000, rate: rate("0.09"), interest: 7500 };
        assert_eq!(of(Facts { now: nine, pension_now: 40_000, ..facts }), 90_000, "the whole deposit is still there");
        let same = Deposit { principal: 1_000_000, rate: rate("0.18"), interest: 15_000 };
        assert_eq!(of(Facts { now: same, pension_now: 40_000, ..facts }), 0);
    }
}
