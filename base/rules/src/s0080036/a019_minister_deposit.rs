//! # Deposit of political appointees of minister's rank (部長級以上政務人員優存金額上限)
//!
//! ## The law says
//! Article 19: political appointees deposit by this regulation; of minister's rank and above who draw monthly, at most an amount named of the
//! insurance benefit, and its part for halves.
//!
//! ## How we read it
//! The limit is taken of what Articles 3 and 4 give, before the act's rates.
//!
//! ## Example
//! 2,400,000, drawn by half: 1,000,000.

use statute::Rational;
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// The most, NT dollars.
    most: i64 = "s0080036/a019/minister-deposit-max";
}

/// The limit.
pub static RULE: Rule = Rule {
    id: "s0080036/a019_minister_deposit",
    title: ("部長級以上政務人員得辦理優惠存款之金額", "deposit of political appointees of minister's rank"),
    law: &["s0080036/19/2"],
    formula: (
        "{principal} 以 {minister-deposit-max} × {part} 為限",
        "{principal}, at most {minister-deposit-max} × {part}",
    ),
};

/// What may be deposited for the part drawn monthly, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn limited(
    law: &SchemeLaw,
    (principal, part): (i64, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let most = law.a019_minister_deposit.most.on(on)?;
    let rounding = law.a008_deposit.principal_rounding.on(on)?;
    let limited = principal.min(rounding.value.dollars(part * most.value));
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(limited)).given(names::PRINCIPAL, Quantity::Money(principal));
        step.given(names::PART, Quantity::Share(part)).uses(most).rounded(rounding)
    });
    Ok(limited)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn the_limit_follows_the_part() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let at = |principal, part| {
            limited(law.of(Scheme::Civil), (principal, part), date!(2020 - 01 - 16), &mut Steps::default()).unwrap()
        };
        let (whole, half) = (Rational::from_integer(1), Rational::new(1, 2));
        assert_eq!(
            (at(1_999_999, whole), at(2_000_000, whole), at(2_000_001, whole)),
            (1_999_999, 2_000_000, 2_000_000)
        );
        assert_eq!((at(1_000_000, half), at(1_000_001, half)), (1_000_000, 1_000_000));
    }
}
