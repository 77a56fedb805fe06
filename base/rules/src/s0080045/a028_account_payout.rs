//! # How the account is paid out (個人專戶之支領方式)
//!
//! ## The law says
//! Articles 26 to 28 (teachers 27 to 29): the account is paid as a lump sum, monthly, or half and half; monthly only after fifteen years of
//! service. Monthly means by a life table, life expectancy and interest (攤提給付), by an amount the person sets until the account is empty
//! (定額給付), which may be changed twice a year, or by an annuity bought of an insurer (保險年金). The enforcement rules (細則 25):
//! the last instalment takes what is left.
//!
//! ## How we read it
//! Earnings of the account while it is paid out are the fund's and not foreseen here, so the instalments counted are those of what is
//! there now. The table, expectancy and interest of the amortised pension are set by the fund and not kept here: it stops and names
//! what is missing. An annuity is what the insurer's contract says; it is refused. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! 3,000,000 at 40,000 a month: 75 instalments; at 41,000: 73 and a last one of 7,000.

use kernel::Refusal;
use statute::{Rational, StatuteFault};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Part paid monthly to who takes half of each.
    half: Rational = "s0080045/a026/half-part", "h0150056/a027/half-part";
    /// Months of service from which it may be paid monthly.
    monthly_from: u32 = "s0080045/a027/account-monthly-from", "h0150056/a028/account-monthly-from";
    /// Life expectancy of the amortised pension.
    expectancy: Rational = "s0080045/a028/annuity-expectancy", "h0150056/a029/annuity-expectancy";
    /// Interest of the amortised pension.
    interest: Rational = "s0080045/a028/annuity-rate", "h0150056/a029/annuity-rate";
    /// How often a set amount may be changed in a year.
    changes: Rational = "s0080045/a028/adjustments-a-year", "h0150056/a029/adjustments-a-year";
}

/// The part paid at once.
pub static LUMP: Rule = Rule {
    id: "s0080045/a028_account_payout",
    title: ("個人專戶一次退休金", "part of the account paid at once"),
    law: &["s0080045/26", "s0080045/27", "s0080045/28/1/1", "h0150056/27", "h0150056/28", "h0150056/29/1/1"],
    formula: ("{account} ×（1 − {part}）", "{account} × (1 − {part})"),
};

/// The instalments of a set amount.
pub static FIXED: Rule = Rule {
    id: "s0080045/a028_account_payout",
    title: ("定額給付之期數", "instalments of a set amount"),
    law: &["s0080045/28/1/2/2", "s0080049/25/1/2", "h0150056/29/1/2/2"],
    formula: (
        "{account} × {part} 每月 {pension}，末期 {last-instalment}",
        "{account} × {part} at {pension} a month, the last one {last-instalment}",
    ),
};

/// How the account is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Payout {
    /// All at once.
    Lump,
    /// By life table, expectancy and interest.
    Amortised,
    /// A set amount each month, NT dollars.
    Fixed(i64),
    /// By an insurer.
    Insured,
}

/// What is paid, NT dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Paid {
    /// At once.
    pub lump: i64,
    /// Each month.
    pub monthly: i64,
    /// Full instalments.
    pub instalments: i64,
    /// What is left for a last one.
    pub last: i64,
}

/// An account when it begins to be paid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// What it holds, NT dollars.
    pub balance: i64,
    /// Full months of service.
    pub months: u32,
    /// Part paid monthly: a half, or 1; not asked for a lump sum.
    pub part: Rational,
}

/// What is paid of an account.
///
/// # Errors
/// Monthly under fifteen years of service; a part the act does not know; a set amount that is none; an annuity of an insurer; a value that is
/// not known.
pub fn paid(
    law: &SchemeLaw,
    (account, payout): (Account, Payout),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Paid, Stop> {
    let (nothing, whole) = (Rational::from_integer(0), Rational::from_integer(1));
    let part = if payout == Payout::Lump { nothing } else { account.part };
    let values = &law.a028_account_payout;
    let (from, half) = (values.monthly_from.on(on)?, values.half.on(on)?);
    if payout != Payout::Lump && part != whole && part != half.value {
        let zh = "退休金僅得全部一次、全部按月或各半支領";
        let en = "An account is paid all at once, all monthly, or half and half";
        let cited = law.cited("s0080045/26/1", "h0150056/27/1");
        return Err(Refusal::new("pension/part", zh, en).field("part").cite(cited).into());
    }
    if part > nothing && account.months < from.value {
        let zh = format!("任職{}個月，未滿{}個月，應支領一次退休金", account.months, from.value);
        let en = format!("{} months of service are less than {}: only a lump sum is paid", account.months, from.value);
        return Err(Refusal::new("pension/service-too-short", zh, en).cite(from.citation).into());
    }
    let rounding = law.a009_account_contribution.rounding.on(on)?;
    let lump = rounding.value.dollars((whole - part) * account.balance);
    let rest = account.balance - lump;
    ledger.write(|| {
        let step = LUMP.gives(Quantity::Money(lump)).given(names::ACCOUNT, Quantity::Money(account.balance));
        step.given(names::PART, Quantity::Share(part)).rounded(rounding)
    });
    match payout {
        Payout::Lump => Ok(Paid { lump, monthly: 0, instalments: 0, last: 0 }),
        Payout::Fixed(monthly) if monthly > 0 => {
            let paid = Paid { lump, monthly, instalments: rest / monthly, last: rest % monthly };
            ledger.write(|| {
                let step = FIXED.gives(Quantity::Number(Rational::from_integer(paid.instalments)));
                let step = step.given(names::ACCOUNT, Quantity::Money(account.balance));
                let step = step.given(names::PART, Quantity::Share(part));
                let step = step.given(names::PENSION, Quantity::Money(monthly));
                step.given(names::LAST_INSTALMENT, Quantity::Money(paid.last))
            });
            Ok(paid)
        }
        Payout::Fixed(_) => {
            let (zh, en) = ("定額給付金額應大於零元", "A set amount must be more than nothing");
            let cited = law.cited("s0080045/28/1/2/2", "h0150056/29/1/2/2");
            Err(Refusal::new("pension/amount-missing", zh, en).field("monthly").cite(cited).into())
        }
        Payout::Amortised => Err(amortised(law, on)),
        Payout::Insured => {
            let zh = "保險年金依保險契約發給，其金額應洽承保之保險業";
            let en = "An annuity is paid by the insurer's contract: its amount is the insurer's to say";
            let cited = law.cited("s0080045/28/1/2/3", "h0150056/29/1/2/3");
            Err(Refusal::new("pension/insurer-decides", zh, en).cite(cited).into())
        }
    }
}

/// What is missing for the amortised pension.
fn amortised(law: &SchemeLaw, on: Date) -> Stop {
    let values = &law.a028_account_payout;
    let unknown = StatuteFault::Unknown { key: values.interest.key().to_owned(), on };
    values.expectancy.on(on).err().or_else(|| values.interest.on(on).err()).unwrap_or(unknown).into()
}

/// Whether a set amount may be changed once more in a year, after so many changes.
///
/// # Errors
/// No value was in force that day.
pub fn may_change(law: &SchemeLaw, changes: u32, on: Date) -> Result<bool, Stop> {
    Ok(Rational::from_integer(changes.into()) < law.a028_account_payout.changes.on(on)?.value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2045 - 03 - 01);

    fn of(months: u32, part: (i64, i64), payout: Payout) -> Result<Paid, Stop> {
        let law = Law::on(ON).unwrap();
        let account = Account { balance: 3_000_000, months, part: Rational::new(part.0, part.1) };
        paid(law.of(Scheme::Civil), (account, payout), ON, &mut Steps::default())
    }

    #[test]
    fn a_set_amount_until_it_is_empty() {
        let fixed = |monthly| of(180, (1, 1), Payout::Fixed(monthly)).unwrap();
        assert_eq!((fixed(40_000).instalments, fixed(40_000).last), (75, 0));
        assert_eq!((fixed(41_000).instalments, fixed(41_000).last), (73, 7_000));
        let half = of(180, (1, 2), Payout::Fixed(40_000)).unwrap();
        assert_eq!((half.lump, half.instalments, half.last), (1_500_000, 37, 20_000));
        assert!(matches!(of(180, (1, 1), Payout::Fixed(0)), Err(Stop::Refused(_))));
    }

    #[test]
    fn only_the_parts_of_the_act() {
        for part in [(0, 1), (1, 3), (3, 2), (-1, 2)] {
            assert!(matches!(of(180, part, Payout::Fixed(40_000)), Err(Stop::Refused(_))), "{part:?}");
        }
        assert!(of(180, (0, 1), Payout::Lump).is_ok());
    }

    #[test]
    fn monthly_from_fifteen_years_on() {
        assert!(matches!(of(179, (1, 1), Payout::Fixed(40_000)), Err(Stop::Refused(_))));
        assert_eq!(of(179, (1, 1), Payout::Lump).unwrap().lump, 3_000_000);
    }

    #[test]
    fn what_is_not_known_is_named() {
        let missing = of(180, (1, 1), Payout::Amortised);
        let key = "s0080045/a028/annuity-expectancy".to_owned();
        assert_eq!(missing, Err(Stop::Missing(StatuteFault::Unknown { key, on: ON })));
        assert!(matches!(of(180, (1, 1), Payout::Insured), Err(Stop::Refused(_))));
    }

    #[test]
    fn two_changes_a_year() {
        let law = Law::on(ON).unwrap();
        let may = |changes| may_change(law.of(Scheme::Teacher), changes, ON).unwrap();
        assert_eq!((may(0), may(1), may(2)), (true, true, false));
    }

    proptest! {
        #[test]
        fn the_account_is_paid_out_to_the_dollar(balance in 0_i64..20_000_000, monthly in 1_i64..200_000, half: bool) {
            let law = &*crate::law::KEPT;
            let part = Rational::new(1, if half { 2 } else { 1 });
            let account = Account { balance, months: 180, part };
            let paid = paid(law.of(Scheme::Civil), (account, Payout::Fixed(monthly)), ON, &mut crate::Silent).unwrap();
            prop_assert_eq!(paid.lump + paid.monthly * paid.instalments + paid.last, balance);
            prop_assert!(paid.last < monthly);
        }
    }
}
