//! # Share of a divorced spouse in the account (離婚配偶分配個人專戶)
//!
//! ## The law says
//! Article 58 (teachers 59): who was married for two years may claim half of the part that the property regime takes of the time
//! contributions were made, of what the account holds when the regime ends by divorce; by actual days. Not of an ordered retirement, and not
//! where the spouse's own pension could not be shared likewise. The claim is gone two years after it was known and five after the regime
//! ended. By agreement first, else paid at once out of the account (59). Article 60 (61): lost by the grounds of Article 55 I.
//!
//! ## How we read it
//! The claim exists from the divorce, so it is not known before. A claim on the last day of the two or five years is in time. A court may
//! change the share, which is left out. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! 1,000 days of 4,000 with 2,000,000 in the account: an eighth, 250,000.

use kernel::Refusal;
use statute::Rational;
use time::{Date, Duration};

use crate::months::{Span, after};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months of marriage the spouse needs.
    marriage: u32 = "s0080045/a058/account-marriage-months", "h0150056/a059/account-marriage-months";
    /// Share of the overlap.
    share: Rational = "s0080045/a058/account-divorce-share", "h0150056/a059/account-divorce-share";
    /// Months from knowledge after which the claim is gone.
    from_knowledge: u32 = "s0080045/a058/account-claim-from-knowledge", "h0150056/a059/account-claim-from-knowledge";
    /// Months from the end of the regime after which it is gone.
    from_divorce: u32 = "s0080045/a058/account-claim-from-divorce", "h0150056/a059/account-claim-from-divorce";
}

/// The amount.
pub static RULE: Rule = Rule {
    id: "s0080045/a058_account_divorce",
    title: ("離婚配偶得請求分配之個人專戶金額", "amount of the account the divorced spouse may claim"),
    law: &[
        "s0080045/58/1",
        "s0080045/58/2",
        "s0080045/58/4",
        "s0080045/59/2",
        "s0080045/60",
        "h0150056/59/1",
        "h0150056/59/2",
        "h0150056/59/4",
        "h0150056/60/2",
        "h0150056/61",
    ],
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
    /// Day the spouse knew of the claim.
    pub known_on: Date,
    /// Day of the claim.
    pub claimed_on: Date,
    /// 命令退休.
    pub ordered: bool,
    /// The spouse's own pension could be shared likewise, or there is none (58 II).
    pub mutual: bool,
    /// The spouse has lost the right by Article 55 I (60).
    pub lost: bool,
    /// What the account held when the regime ended, NT dollars.
    pub balance: i64,
}

/// What the divorced spouse may claim, NT dollars; `contributed` are the days of contributions.
///
/// # Errors
/// There is no claim, with the reason; no value in force that day.
pub fn amount(law: &SchemeLaw, divorce: Divorce, contributed: &[Span], ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let on = divorce.regime.until;
    check(law, divorce)?;
    let (marriage, half) = (law.a058_account_divorce.marriage.on(on)?, law.a058_account_divorce.share.on(on)?);
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

/// Refuses a claim that does not exist, has lapsed or was lost.
fn check(law: &SchemeLaw, divorce: Divorce) -> Result<(), Stop> {
    let values = &law.a058_account_divorce;
    let (ended, claimed) = (divorce.regime.until, divorce.claimed_on);
    let (knowledge, five) = (values.from_knowledge.on(ended)?, values.from_divorce.on(ended)?);
    // The day of the event does not count, so the period runs from the day after.
    let gone = |since: Date, months| claimed >= after(since.saturating_add(Duration::DAY), months);
    let refused = |code, zh: &'static str, en: &'static str, civil, teacher| {
        Err(Refusal::new(code, zh, en).cite(law.cited(civil, teacher)).into())
    };
    match () {
        () if divorce.ordered => refused(
            "pension/ordered-retirement",
            "命令退休人員之退休金不適用離婚配偶分配",
            "The pension of an ordered retirement is not shared",
            "s0080045/58/5",
            "h0150056/59/5",
        ),
        () if divorce.lost => refused(
            "pension/right-lost",
            "離婚配偶有喪失權利之法定事由，不得請求分配",
            "The divorced spouse has lost the right",
            "s0080045/60",
            "h0150056/61",
        ),
        () if !divorce.mutual => refused(
            "pension/not-mutual",
            "離婚配偶依其他法律得享有之退休金不得被分配，故不得請求分配",
            "The spouse's own pension cannot be shared likewise",
            "s0080045/58/2",
            "h0150056/59/2",
        ),
        () if claimed < ended || divorce.regime.from < divorce.married_on => refused(
            "pension/divorce-days",
            "財產制關係不得早於結婚，請求不得早於離婚",
            "The regime begins before the marriage, or the claim comes before the divorce",
            "s0080045/58/1",
            "h0150056/59/1",
        ),
        () if gone(divorce.known_on.max(ended), knowledge.value) || gone(ended, five.value) => refused(
            "pension/claim-lapsed",
            "分配請求權已因期間經過而消滅",
            "The claim has lapsed",
            "s0080045/58/4",
            "h0150056/59/4",
        ),
        () => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const FROM: Date = date!(2023 - 07 - 01);

    fn divorce(days_before: i64, married_days: i64) -> (Divorce, Span) {
        let from = FROM + Duration::days(days_before);
        let until = from + Duration::days(married_days);
        let regime = Span { from, until };
        let case = Divorce {
            married_on: from,
            regime,
            known_on: until,
            claimed_on: until,
            ordered: false,
            mutual: true,
            lost: false,
            balance: 2_000_000,
        };
        (case, Span { from: FROM, until })
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
    fn a_claim_that_lapsed_or_was_lost_is_refused() {
        let (case, contributed) = divorce(3_000, 1_000);
        let code = |case| match of(case, contributed) {
            Ok(_) => None,
            Err(Stop::Refused(refusal)) => Some(refusal.code),
            Err(other) => panic!("{other}"),
        };
        let ended = case.regime.until;
        let (two, five) = (after(ended, 24), after(ended, 60));
        assert_eq!(code(Divorce { claimed_on: two, ..case }), None, "the last day");
        assert_eq!(code(Divorce { claimed_on: two + Duration::DAY, ..case }), Some("pension/claim-lapsed"));
        let late = Divorce { known_on: five, ..case };
        assert_eq!(code(Divorce { claimed_on: five, ..late }), None);
        assert_eq!(code(Divorce { claimed_on: five + Duration::DAY, ..late }), Some("pension/claim-lapsed"));
        let early = Divorce { known_on: FROM, claimed_on: two, ..case };
        assert_eq!(code(early), None, "nobody knows of a claim before it exists");
        assert_eq!(code(Divorce { mutual: false, ..case }), Some("pension/not-mutual"));
        assert_eq!(code(Divorce { lost: true, ..case }), Some("pension/right-lost"));
        assert_eq!(code(Divorce { claimed_on: ended - Duration::DAY, ..case }), Some("pension/divorce-days"));
        assert_eq!(code(Divorce { married_on: ended, ..case }), Some("pension/divorce-days"));
    }

    #[test]
    fn two_years_of_marriage() {
        let (mut case, contributed) = divorce(0, 1_000);
        case.regime.from = date!(2024 - 03 - 28);
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
