//! # Compensation for other cash pay (其他現金給與補償金)
//!
//! ## The law says
//! Article 4: base numbers of the old-scheme lump sum times 15 % of the last pay, paid once; for halves the base numbers of each half are
//! added up.
//!
//! ## How we read it
//! Halves of the same service add up to its base numbers. Of who was paid old-scheme service before, they are those that go on after it (退撫法 15
//! III (1)): [`amount_of`]. Whether the amount follows from the exact base numbers or from the four decimals printed is the open point
//! `rate-decimals`.
//!
//! ## Example
//! 16 years and 11 months, last pay 48,505: 34.8333… base numbers of 7,275.75 each, 253,439.

use statute::Rational;
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names, s0080034::a028_old_scheme};

crate::law::values! {
    /// Part of the pay that one base is.
    share: Rational = "s0080011/a004/share";
}

/// The amount.
pub static RULE: Rule = Rule {
    id: "s0080011/a004_cash_compensation",
    title: ("其他現金給與補償金", "compensation for other cash pay"),
    law: &["s0080011/4"],
    formula: ("{last-pay} × {share} × {bases}", "{last-pay} × {share} × {bases}"),
};

/// The amount, paid once, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn amount(
    law: &SchemeLaw,
    (last_pay, old_months): (i64, u32),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let bases = a028_old_scheme::lump_bases(law, old_months, on, ledger)?;
    amount_of(law, (last_pay, bases), on, ledger)
}

/// The amount for base numbers of the old-scheme lump sum, paid once, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn amount_of(
    law: &SchemeLaw,
    (last_pay, bases): (i64, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let share = law.a004_cash_compensation.share.on(on)?;
    let rounding = law.rounding.amount.on(on)?;
    let amount = rounding.value.dollars(share.value * last_pay * bases);
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(amount)).given(names::LAST_PAY, Quantity::Money(last_pay));
        step.given(names::BASES, Quantity::Bases(bases)).uses(share).rounded(rounding)
    });
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn it_follows_the_exact_base_numbers() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let at = |months, on| amount(law.of(Scheme::Civil), (48_505, months), on, &mut Steps::default());
        assert_eq!(at(203, date!(2018 - 07 - 01)), Ok(253_439));
        assert_eq!(at(0, date!(2018 - 07 - 01)), Ok(0));
        let of = (48_505, Rational::from_integer(17));
        let paid = amount_of(law.of(Scheme::Civil), of, date!(2018 - 07 - 01), &mut Steps::default());
        assert_eq!(paid, Ok(123_688), "eight years after twenty-two that were paid: 61 - 44 base numbers");
        assert!(at(203, date!(2018 - 06 - 30)).is_err(), "the former regulation is not kept");
    }
}
