//! # Contributions made up after an injury on duty (因公傷病命令退休之補提撥)
//!
//! ## The law says
//! Article 30 (teachers 31): who is retired for an injury on duty counts at least five years for a lump sum and twenty for a monthly pension;
//! the agency pays the contributions for what is missing, by the last pay and in full. The pension follows the older act; the account pays
//! first, the government the rest. The enforcement rules (細則 60): missing service is counted in days, thirty to a month.
//!
//! ## How we read it
//! Odd days of contributions are days of thirty to a month, so a part of a month is made up in proportion; the sum is rounded as contributions
//! are. The pension itself is the older act's ([`crate::s0080034`]). It rests on the text alone: no worked
//! example was found.
//!
//! ## Example
//! Three years of service, pay 30,000, a lump sum: 24 months of 9,000, 216,000; with ten days more 213,000.

use statute::Rational;
use time::Date;

use super::a009_account_contribution;
use crate::length::Length;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Least months for a lump sum.
    lump: u32 = "s0080045/a030/duty-lump-months", "h0150056/a031/duty-lump-months";
    /// Least months for a monthly pension.
    monthly: u32 = "s0080045/a030/duty-monthly-months", "h0150056/a031/duty-monthly-months";
    /// Odd days that make a month.
    days_a_month: u32 = "s0080049/a060/days-a-month";
}

/// What the agency pays in.
pub static MADE_UP: Rule = Rule {
    id: "s0080045/a030_account_injury",
    title: ("服務機關一次補提撥之退撫儲金費用", "contributions the agency makes up"),
    law: &["s0080045/30/1", "s0080045/30/2", "s0080049/60/3", "h0150056/31/1", "h0150056/31/2"],
    formula: ("{contributed} × {missing-months}", "{contributed} × {missing-months}"),
};

/// What the government adds to the account.
pub static TOP_UP: Rule = Rule {
    id: "s0080045/a030_account_injury",
    title: ("政府接續發給之金額", "what the government pays once the account is empty"),
    law: &["s0080045/30/7", "s0080045/41/1", "h0150056/31/7"],
    formula: ("{due} − {account}，不低於零", "{due} − {account}, not below nothing"),
};

/// What the agency pays into the account, NT dollars: for the last pay and the time contributed, `monthly` for a monthly pension.
///
/// # Errors
/// No value was in force that day.
pub fn made_up(
    law: &SchemeLaw,
    (pay, contributed, monthly): (i64, Length, bool),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let values = &law.a030_account_injury;
    let least = if monthly { &values.monthly } else { &values.lump }.on(on)?;
    let days_a_month = values.days_a_month.on(on)?;
    let whole = Length { months: least.value, days: 0 };
    let missing = whole.less(contributed.carried(days_a_month.value), days_a_month.value);
    let months = Rational::new(missing.days.into(), days_a_month.value.into()) + i64::from(missing.months);
    let each = a009_account_contribution::contribution(law, (pay, 0), on, ledger)?.total();
    let rounding = law.a009_account_contribution.rounding.on(on)?;
    let amount = rounding.value.dollars(months * each);
    ledger.write(|| {
        let step = MADE_UP.gives(Quantity::Money(amount)).given(names::CONTRIBUTED, Quantity::Money(each));
        step.given(names::MISSING_MONTHS, Quantity::Number(months)).uses(least).rounded(rounding)
    });
    Ok(amount)
}

/// What the government pays where the account, without what the person added, does not hold what is due: NT dollars.
pub fn top_up(due: i64, account: i64, ledger: &mut impl Ledger) -> i64 {
    let rest = (due - account.max(0)).max(0);
    ledger.write(|| {
        let step = TOP_UP.gives(Quantity::Money(rest)).given(names::DUE, Quantity::Money(due));
        step.given(names::ACCOUNT, Quantity::Money(account))
    });
    rest
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn what_is_missing_to_five_or_twenty_years() {
        let on = date!(2026 - 03 - 01);
        let law = Law::on(on).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let made_up = |contributed, monthly| {
                made_up(law.of(scheme), (30_000, contributed, monthly), on, &mut Steps::default())
            };
            let of = |months, monthly| made_up(Length { months, days: 0 }, monthly);
            assert_eq!(made_up(Length { months: 36, days: 10 }, false), Ok(213_000), "thirty days to a month");
            assert_eq!(made_up(Length { months: 59, days: 29 }, false), Ok(300));
            assert_eq!(made_up(Length { months: 59, days: 30 }, false), Ok(0));
            assert_eq!((of(36, false), of(59, false), of(60, false)), (Ok(216_000), Ok(9_000), Ok(0)));
            assert_eq!((of(239, true), of(240, true), of(500, true)), (Ok(9_000), Ok(0), Ok(0)));
        }
    }

    #[test]
    fn the_government_pays_the_rest() {
        let of = |due, account| top_up(due, account, &mut Steps::default());
        assert_eq!((of(900, 400), of(900, 900), of(900, 901)), (500, 0, 0));
    }
}
