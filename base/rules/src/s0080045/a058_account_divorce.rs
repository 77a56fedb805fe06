//! # Share of a divorced spouse in the account (離婚配偶分配個人專戶)
//!
//! ## The law says
//! Article 58 (teachers 59): who was married for two years may claim half of the part that the property regime takes of the time
//! contributions were made, of what the account holds when the regime ends by divorce; by actual days. Not of an ordered retirement. By
//! agreement first, else paid at once out of the account (59).
//!
//! ## How we read it
//! Periods of limitation and grounds of loss are those of [`crate::s0080034::a082_divorce`], but there is no bar for divorces before that act.
//! It rests on the text alone: no worked example was found.
//!
//! ## Example
//! 1,000 days of 4,000 with 2,000,000 in the account: an eighth, 250,000.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use crate::months::{Span, after};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months of marriage the spouse needs.
    marriage: u32 = "s0080045/a058/account-marriage-months", "h0150056/a059/account-marriage-months";
    /// Share of the overlap.
    share: Rational = "s0080045/a058/account-divorce-share", "h0150056/a059/account-divorce-share";
}

/// The amount.
pub static RULE: Rule = Rule {
    id: "s0080045/a058_account_divorce",
    title: ("離婚配偶得請求分配之個人專戶金額", "amount of the account the divorced spouse may claim"),
    law: &["s0080045/58/1", "s0080045/59/2", "h0150056/59/1", "h0150056/60/2"],
    formula: (
        "{account} × {overlap-days} ÷ {contributed-days} × {account-divorce-share}",
        "{account} × {overlap-days} ÷ {contributed-days} × {account-divorce-share}",
    ),
};

/// A divorce.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Divorce {
    /// First day of the marriage.
    pub married_on: Date,
    /// The property regime that is shared; it ended with the divorce.
    pub regime: Span,
    /// 命令退休.
    pub ordered: bool,
    /// What the account held when the regime ended, NT dollars.
    pub balance: i64,
}

/// What the divorced spouse may claim, NT dollars; `contributed` are the days of contributions.
///
/// # Errors
/// An ordered retirement, too short a marriage; no value in force that day.
pub fn amount(law: &SchemeLaw, divorce: Divorce, contributed: &[Span], ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let on = divorce.regime.until;
    let (marriage, half) = (law.a058_account_divorce.marriage.on(on)?, law.a058_account_divorce.share.on(on)?);
    if divorce.ordered {
        let (zh, en) = ("命令退休人員之退休金不適用離婚配偶分配", "The pension of an ordered retirement is not shared");
        let cited = law.cited("s0080045/58/5", "h0150056/59/5");
        return Err(Refusal::new("pension/ordered-retirement", zh, en).cite(cited).into());
    }
    if after(divorce.married_on, marriage.value) > on {
        let zh = format!("婚姻關係存續期間未滿{}個月，不得請求分配", marriage.value);
        let en = format!("The marriage lasted less than {} months", marriage.value);
        return Err(Refusal::new("pension/marriage-too-short", zh, en).cite(marriage.citation).into());
    }
    let overlap: i64 = contributed.iter().filter_map(|span| span.overlap(divorce.regime)).map(Span::days).sum();
    let before = Span { from: Date::MIN, until: on };
    let all: i64 = contributed.iter().filter_map(|span| span.overlap(before)).map(Span::days).sum();
    let rounding = law.a009_account_contribution.rounding.on(on)?;
    let amount = match all {
        0 => 0,
        all => rounding.value.dollars(half.value * Rational::new(overlap, all) * divorce.balance),
    };
    ledger.write(|| {
        let days = |days: i64| Quantity::Days(u32::try_from(days).unwrap_or(0));
        let step = RULE.gives(Quantity::Money(amount)).given(names::ACCOUNT, Quantity::Money(divorce.balance));
        let step = step.given(names::OVERLAP_DAYS, days(overlap)).given(names::CONTRIBUTED_DAYS, days(all));
        step.uses(half).rounded(rounding)
    });
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::{Duration, macros::date};

    use super::*;
    use crate::{Law, Scheme, Steps};

    const FROM: Date = date!(2023 - 07 - 01);

    fn divorce(days_before: i64, married_days: i64) -> (Divorce, Span) {
        let from = FROM + Duration::days(days_before);
        let until = from + Duration::days(married_days);
        let regime = Span { from, until };
        (Divorce { married_on: from, regime, ordered: false, balance: 2_000_000 }, Span { from: FROM, until })
    }

    fn of(divorce: Divorce, contributed: Span) -> Result<i64, Stop> {
        let law = Law::on(date!(2036 - 01 - 01)).unwrap();
        amount(law.of(Scheme::Civil), divorce, &[contributed], &mut Steps::default())
    }

    #[test]
    fn half_of_the_days() {
        let (case, contributed) = divorce(3_000, 1_000);
        assert_eq!(of(case, contributed), Ok(250_000));
        assert!(matches!(of(Divorce { ordered: true, ..case }, contributed), Err(Stop::Refused(_))));
    }

    #[test]
    fn two_years_of_marriage() {
        let (mut case, contributed) = divorce(0, 1_000);
        case.married_on = date!(2024 - 03 - 27);
        assert_eq!(case.regime.until, date!(2026 - 03 - 27));
        assert!(of(case, contributed).is_ok());
        case.married_on = date!(2024 - 03 - 28);
        assert!(matches!(of(case, contributed), Err(Stop::Refused(_))));
    }

    proptest! {
        #[test]
        fn never_more_than_half(before in 0_i64..3_000, married in 731_i64..3_000) {
            let (case, contributed) = divorce(before, married);
            let law = &*crate::law::KEPT;
            let claimed = amount(law.of(Scheme::Teacher), case, &[contributed], &mut crate::Silent).unwrap();
            prop_assert!((0..=case.balance / 2).contains(&claimed));
        }
    }
}
