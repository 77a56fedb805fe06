//! # Preferential deposit: interest and principal (優惠存款利息與金額)
//!
//! ## The law says
//! Article 5: what Article 39 of the act takes from the interest is taken by lowering the deposit; at no rate there is no deposit.
//! Article 8 IV: at least an amount named, in whole dollars. Article 8 V: the bank pays interest each month.
//!
//! ## How we read it
//! A month's interest is a twelfth of the yearly rate. The deposit that bears an interest is rounded so that it never bears more.
//!
//! ## Example
//! 4,000 a month at 9 %: 533,333.

use statute::Rational;
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// The least deposit, NT dollars.
    minimum: i64 = "s0080036/a008/minimum", "h0150054/a008/minimum";
    /// Rounding of a deposit.
    principal_rounding: statute::Rounding = "s0080036/a008/principal-rounding", "h0150054/a008/principal-rounding";
    /// Rounding of a month's interest.
    interest_rounding: statute::Rounding = "s0080036/a008/interest-rounding", "h0150054/a008/interest-rounding";
}

/// A month's interest.
pub static INTEREST: Rule = Rule {
    id: "s0080036/a008_deposit",
    title: ("優惠存款每月利息", "monthly interest of a preferential deposit"),
    law: &["s0080036/8/5", "h0150054/8/5"],
    formula: ("{principal} × {yearly-rate} ÷ 12", "{principal} × {yearly-rate} ÷ 12"),
};

/// The deposit that bears an interest.
pub static PRINCIPAL: Rule = Rule {
    id: "s0080036/a008_deposit",
    title: ("可辦理優惠存款金額", "amount that may be deposited"),
    law: &["s0080036/5/1/1", "s0080036/8/4", "h0150054/5/1/1", "h0150054/8/4"],
    formula: ("{interest} × 12 ÷ {yearly-rate}", "{interest} × 12 ÷ {yearly-rate}"),
};

fn months_a_year() -> Rational {
    Rational::from_integer(kernel::calendar::MONTHS_A_YEAR.into())
}

/// A month's interest, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn interest(
    law: &SchemeLaw,
    principal: i64,
    rate: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let rounding = law.a008_deposit.interest_rounding.on(on)?;
    let interest = rounding.value.dollars(rate * principal / months_a_year());
    ledger.write(|| {
        let step = INTEREST.gives(Quantity::Money(interest)).given(names::PRINCIPAL, Quantity::Money(principal));
        step.given(names::YEARLY_RATE, Quantity::Share(rate)).rounded(rounding)
    });
    Ok(interest)
}

/// The deposit that bears a month's interest, NT dollars; nothing at no rate, and nothing below the least deposit.
///
/// # Errors
/// No value was in force that day.
pub fn principal(
    law: &SchemeLaw,
    interest: i64,
    rate: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let (minimum, rounding) = (law.a008_deposit.minimum.on(on)?, law.a008_deposit.principal_rounding.on(on)?);
    let none = Rational::from_integer(0);
    let exact = match rate == none {
        true => none,
        false => months_a_year() * interest / rate,
    };
    let whole = rounding.value.dollars(exact);
    let principal = if whole < minimum.value { 0 } else { whole };
    ledger.write(|| {
        let step = PRINCIPAL.gives(Quantity::Money(principal)).given(names::INTEREST, Quantity::Money(interest));
        step.given(names::YEARLY_RATE, Quantity::Share(rate)).uses(minimum).rounded(rounding)
    });
    Ok(principal)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use statute::rational;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Silent};

    const DAY: Date = date!(2020 - 01 - 01);

    static LAW: LazyLock<Law> = LazyLock::new(|| Law::on(date!(2026 - 11 - 23)).unwrap());

    #[test]
    fn less_than_the_least_deposit_is_none() {
        let law = LAW.of(Scheme::Civil);
        let twelve = rational("0.12").unwrap();
        for (interest, deposit) in [(0, 0), (1, 100), (2, 200)] {
            assert_eq!(principal(law, interest, twelve, DAY, &mut Silent), Ok(deposit));
        }
        let more = rational("0.1201").unwrap();
        assert_eq!(principal(law, 1, more, DAY, &mut Silent), Ok(0), "99.9 is below the least deposit");
        assert_eq!(principal(law, 5000, Rational::from_integer(0), DAY, &mut Silent), Ok(0));
    }

    proptest! {
        #[test]
        fn a_deposit_never_bears_more_than_was_asked(asked in 0_i64..100_000, percent in 1_i64..=18) {
            let law = LAW.of(Scheme::Teacher);
            let rate = Rational::new(percent, 100);
            let deposit = principal(law, asked, rate, DAY, &mut Silent).unwrap();
            prop_assert!(interest(law, deposit, rate, DAY, &mut Silent).unwrap() <= asked);
        }
    }
}
