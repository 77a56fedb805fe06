//! # Refund of contributions (發還退撫基金費用本息)
//!
//! ## The law says
//! Article 9 (teachers 10): contributions for service that was not counted are refunded with interest, by their part of the service that
//! was paid for; who leaves without a pension may have the own contributions back with interest. The enforcement rules: in the first case
//! the earnings of the fund (細則 8), in the second the one-year deposit rate of the Bank of Taiwan compounded yearly (細則 9).
//!
//! ## How we read it
//! Neither the fund's earnings nor the bank's rates are kept here. The interest is what the fund states; without it the outcome names the
//! rate that is missing. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! 600,000 with 60,000 of interest for 30 years, of which 2 were not counted: 44,000.

use statute::{Rational, Series, StatuteFault};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Earnings of the fund.
    fund_return: Rational = "s0080035/a008/fund-return", "h0150051/a008/fund-return";
    /// One-year deposit rate of the Bank of Taiwan.
    deposit_rate: Rational = "s0080035/a009/deposit-rate", "h0150051/a009/deposit-rate";
}

/// The refund.
pub static RULE: Rule = Rule {
    id: "s0080034/a009_refund",
    title: ("發還退撫基金費用本息", "refund of contributions"),
    law: &["s0080034/9/1", "s0080034/9/2", "h0150049/10/1", "h0150049/10/2"],
    formula: ("（{contributed} + {earned-interest}）× {part}", "({contributed} + {earned-interest}) × {part}"),
};

/// Why contributions are refunded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// Service that was paid for was not counted (I).
    NotCounted {
        /// Months not counted.
        months: u32,
        /// Months paid for.
        paid_for: u32,
    },
    /// Left without a pension (II).
    Left,
}

/// The own contributions, NT dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contributions {
    /// What was paid in.
    pub amount: i64,
    /// Interest the fund states, if it has.
    pub interest: Option<i64>,
}

/// The refund, NT dollars.
///
/// # Errors
/// The interest is not given: the rate that would give it is named as missing.
pub fn refund(
    law: &SchemeLaw,
    (own, reason): (Contributions, Reason),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let values = &law.a009_refund;
    let (part, rate) = match reason {
        Reason::NotCounted { paid_for: 0, .. } => (Rational::from_integer(0), &values.fund_return),
        Reason::NotCounted { months, paid_for } => {
            (Rational::new(months.min(paid_for).into(), paid_for.into()), &values.fund_return)
        }
        Reason::Left => (Rational::from_integer(1), &values.deposit_rate),
    };
    let interest = own.interest.ok_or_else(|| missing(rate, on))?;
    let rounding = law.rounding.amount.on(on)?;
    let refund = rounding.value.dollars(part * (own.amount + interest));
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(refund)).given(names::CONTRIBUTED, Quantity::Money(own.amount));
        let step = step.given(names::EARNED_INTEREST, Quantity::Money(interest));
        step.given(names::PART, Quantity::Share(part)).rounded(rounding)
    });
    Ok(refund)
}

fn missing(rate: &Series<Rational>, on: Date) -> Stop {
    let unknown = StatuteFault::Unknown { key: rate.key().to_owned(), on };
    rate.on(on).err().unwrap_or(unknown).into()
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 03 - 05);

    fn of(interest: Option<i64>, reason: Reason) -> Result<i64, Stop> {
        let law = Law::on(ON).unwrap();
        let own = Contributions { amount: 600_000, interest };
        refund(law.of(Scheme::Civil), (own, reason), ON, &mut Steps::default())
    }

    #[test]
    fn by_the_part_that_was_not_counted() {
        let not_counted = |months, paid_for| of(Some(60_000), Reason::NotCounted { months, paid_for });
        assert_eq!(not_counted(24, 360), Ok(44_000));
        assert_eq!((not_counted(0, 360), not_counted(360, 360), not_counted(0, 0)), (Ok(0), Ok(660_000), Ok(0)));
        assert_eq!(of(Some(60_000), Reason::Left), Ok(660_000));
    }

    #[test]
    fn the_missing_rate_is_named() {
        let key = |outcome| match outcome {
            Err(Stop::Missing(StatuteFault::Unknown { key, .. })) => key,
            other => panic!("{other:?}"),
        };
        assert_eq!(key(of(None, Reason::Left)), "s0080035/a009/deposit-rate");
        assert_eq!(key(of(None, Reason::NotCounted { months: 1, paid_for: 2 })), "s0080035/a008/fund-return");
    }
}
