//! # Contributions to the account (退撫儲金之撥繳)
//!
//! ## The law says
//! Article 9: fifteen percent of twice the pay goes into the account each month, sixty-five percent of it from the government and
//! thirty-five from the person, who may add up to 5.25 percent of twice the pay.
//!
//! ## How we read it
//! The contribution and the own part are rounded; the government's is the rest. More than the law allows is refused. It rests on the text
//! alone: no worked example was found.
//!
//! ## Example
//! A pay of 30,000: 9,000 a month, 3,150 own and 5,850 of the government; up to 3,150 may be added.

use kernel::Refusal;
use statute::{Rational, Rounding};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// How many times the pay contributions are taken of.
    base_times: Rational = "s0080045/a009/contribution-base-times", "h0150056/a009/contribution-base-times";
    /// The contribution.
    rate: Rational = "s0080045/a009/contribution-rate", "h0150056/a009/contribution-rate";
    /// The person's part.
    own: Rational = "s0080045/a009/own-contribution", "h0150056/a009/own-contribution";
    /// The government's part.
    government: Rational = "s0080045/a009/government-contribution", "h0150056/a009/government-contribution";
    /// The most a person may add.
    voluntary_most: Rational = "s0080045/a009/voluntary-max", "h0150056/a009/voluntary-max";
    /// How they are rounded.
    rounding: Rounding = "s0080045/a009/contribution-rounding", "h0150056/a009/contribution-rounding";
}

/// The contribution.
pub static TOTAL: Rule = Rule {
    id: "s0080045/a009_account_contribution",
    title: ("每月退撫儲金費用", "monthly contribution to the account"),
    law: &["s0080045/9/1", "h0150056/9/1"],
    formula: (
        "{last-pay} × {contribution-base-times} × {contribution-rate}",
        "{last-pay} × {contribution-base-times} × {contribution-rate}",
    ),
};

/// The person's part.
pub static OWN: Rule = Rule {
    id: "s0080045/a009_account_contribution",
    title: ("本人提繳金額", "own contribution"),
    law: &["s0080045/9/1", "h0150056/9/1"],
    formula: (
        "{contributed} × {own-contribution}，政府提撥 {government-contribution}",
        "{contributed} × {own-contribution}; the government's part is {government-contribution}",
    ),
};

/// The most that may be added.
pub static ADDED: Rule = Rule {
    id: "s0080045/a009_account_contribution",
    title: ("自願增加提繳上限", "the most that may be added"),
    law: &["s0080045/9/2", "h0150056/9/2"],
    formula: (
        "{last-pay} × {contribution-base-times} × {voluntary-max}",
        "{last-pay} × {contribution-base-times} × {voluntary-max}",
    ),
};

/// What goes into the account in one month, NT dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Contribution {
    /// From the government.
    pub government: i64,
    /// From the person.
    pub own: i64,
    /// What the person adds.
    pub added: i64,
}

impl Contribution {
    /// All of it.
    pub fn total(self) -> i64 {
        self.government + self.own + self.added
    }
}

/// What goes into the account in one month, for the pay and what the person wants to add.
///
/// # Errors
/// More is added than the law allows, or less than nothing; no value in force that day.
pub fn contribution(
    law: &SchemeLaw,
    (pay, added): (i64, i64),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Contribution, Stop> {
    let values = &law.a009_account_contribution;
    let (times, rate) = (values.base_times.on(on)?, values.rate.on(on)?);
    let (own_part, government) = (values.own.on(on)?, values.government.on(on)?);
    let rounding = values.rounding.on(on)?;
    let total = rounding.value.dollars(times.value * pay * rate.value);
    ledger.write(|| {
        let step = TOTAL.gives(Quantity::Money(total)).given(names::LAST_PAY, Quantity::Money(pay));
        step.uses(times).uses(rate).rounded(rounding)
    });
    let own = rounding.value.dollars(own_part.value * total);
    ledger.write(|| {
        let step = OWN.gives(Quantity::Money(own)).given(names::CONTRIBUTED, Quantity::Money(total));
        step.uses(own_part).uses(government).rounded(rounding)
    });
    let most = most_added(law, pay, on, ledger)?;
    if !(0..=most).contains(&added) {
        let zh = format!("自願增加提繳{added}元，應在零元至{most}元之間");
        let en = format!("NT${added} were to be added; the law allows up to NT${most}");
        let cited = law.cited("s0080045/9/2", "h0150056/9/2");
        return Err(Refusal::new("pension/added-too-much", zh, en).cite(cited).into());
    }
    Ok(Contribution { government: total - own, own, added })
}

/// The most a person may add in one month, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn most_added(law: &SchemeLaw, pay: i64, on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let values = &law.a009_account_contribution;
    let (times, most) = (values.base_times.on(on)?, values.voluntary_most.on(on)?);
    let rounding = values.rounding.on(on)?;
    let dollars = rounding.value.dollars(times.value * pay * most.value);
    ledger.write(|| {
        let step = ADDED.gives(Quantity::Money(dollars)).given(names::LAST_PAY, Quantity::Money(pay));
        step.uses(times).uses(most).rounded(rounding)
    });
    Ok(dollars)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 03 - 01);

    fn of(pay: i64, added: i64, on: Date) -> Result<Contribution, Stop> {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        contribution(law.of(Scheme::Civil), (pay, added), on, &mut Steps::default())
    }

    #[test]
    fn fifteen_percent_of_twice_the_pay() {
        assert_eq!(of(30_000, 0, ON), Ok(Contribution { government: 5_850, own: 3_150, added: 0 }));
        assert_eq!(of(30_000, 3_150, ON).unwrap().total(), 12_150);
        assert!(matches!(of(30_000, 3_151, ON), Err(Stop::Refused(_))));
        assert!(matches!(of(30_000, -1, ON), Err(Stop::Refused(_))));
    }

    #[test]
    fn not_before_the_act() {
        assert!(of(30_000, 0, date!(2023 - 07 - 01)).is_ok());
        assert!(matches!(of(30_000, 0, date!(2023 - 06 - 30)), Err(Stop::Missing(_))));
    }

    proptest! {
        #[test]
        fn the_parts_make_up_the_contribution(pay in 0_i64..200_000) {
            let law = &*crate::law::KEPT;
            let parts = contribution(law.of(Scheme::Teacher), (pay, 0), ON, &mut crate::Silent).unwrap();
            let exact = Rational::new(pay * 3, 10);
            prop_assert!((Rational::from_integer(parts.total()) - exact) * 2 <= Rational::from_integer(1));
            prop_assert!(parts.government >= parts.own);
        }
    }
}
