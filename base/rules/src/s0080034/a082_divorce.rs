//! # Share of a divorced spouse in the pension (離婚配偶退休金分配)
//!
//! ## The law says
//! Article 82 (teachers 83): who was married for two years may claim, when the property regime ends by divorce, half of the part that the
//! regime takes of the credited service, of the one-time pension that was due. Months count, a broken one as one. Not of an ordered
//! retirement, of one before the act, or after a divorce before it; not where the spouse's own pension could not be shared likewise. The
//! claim is gone two years after it was known and five after the regime ended. Article 84 (85): lost by the grounds of Article 75 I. A
//! court may change the share; what the two agree on goes first.
//!
//! ## How we read it
//! The regime's days within service are put end to end, and count at most as much as was credited (細則 121). The claim exists from the end of
//! the regime, so it is not known before. A claim on the last day of the two or five years is in time. It rests on the text alone: no worked
//! example was found.
//!
//! ## Example
//! Ten years of marriage within thirty of service, one-time pension 3,600,000: one sixth, 600,000.

use kernel::Refusal;
use statute::Rational;
use time::{Date, Duration};

use crate::months::{Span, after};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months of marriage the spouse needs.
    marriage: u32 = "s0080034/a082/divorce-marriage-months", "h0150049/a083/divorce-marriage-months";
    /// Share of the overlap.
    share: Rational = "s0080034/a082/divorce-share", "h0150049/a083/divorce-share";
    /// Months from knowledge after which the claim is gone.
    from_knowledge: u32 = "s0080034/a082/claim-from-knowledge", "h0150049/a083/claim-from-knowledge";
    /// Months from the end of the regime after which it is gone.
    from_divorce: u32 = "s0080034/a082/claim-from-divorce", "h0150049/a083/claim-from-divorce";
    /// First day of the act.
    act_from: Date = "s0080034/a095/in-force", "h0150049/a100/in-force";
}

/// That there is a claim.
pub static CLAIM: Rule = Rule {
    id: "s0080034/a082_divorce",
    title: ("離婚配偶有分配請求權", "the divorced spouse has a claim"),
    law: &["s0080034/82", "s0080034/84", "h0150049/83", "h0150049/85"],
    formula: (
        "婚姻滿 {divorce-marriage-months}，{claimed-on} 未逾知悉後 {claim-from-knowledge} 及 {since} 起 {claim-from-divorce}",
        "married {divorce-marriage-months}; {claimed-on} within {claim-from-knowledge} of knowing and {claim-from-divorce} from {since}",
    ),
};

/// Months of the regime within service.
pub static OVERLAP: Rule = Rule {
    id: "s0080034/a082_divorce",
    title: ("財產制關係與審定年資重疊之月數", "months of the property regime within credited service"),
    law: &["s0080034/82/1/1", "s0080034/82/1/3", "s0080035/121", "h0150049/83/1/1", "h0150049/83/1/3"],
    formula: ("未滿一個月者以一個月計，不逾 {total-months}", "a broken month as one, at most {total-months}"),
};

/// The share.
pub static SHARE: Rule = Rule {
    id: "s0080034/a082_divorce",
    title: ("離婚配偶分配比率", "share of the divorced spouse"),
    law: &["s0080034/82/1/1", "s0080035/121", "h0150049/83/1/1", "h0150051/119"],
    formula: (
        "{overlap-months} ÷ {total-months} × {divorce-share}",
        "{overlap-months} ÷ {total-months} × {divorce-share}",
    ),
};

/// The amount.
pub static AMOUNT: Rule = Rule {
    id: "s0080034/a082_divorce",
    title: ("離婚配偶得請求分配之退休金", "amount the divorced spouse may claim"),
    law: &["s0080034/82/1/2", "s0080034/83/1", "h0150049/83/1/2", "h0150049/84/1"],
    formula: ("{one-time-pension} × {share}", "{one-time-pension} × {share}"),
};

/// What decides whether there is a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Divorce {
    /// First day of the marriage.
    pub married_on: Date,
    /// First day of the property regime that is shared (法定財產制 or 共同財產制).
    pub regime_from: Date,
    /// Day the regime ended by divorce.
    pub ended_on: Date,
    /// Day the spouse knew of the claim.
    pub known_on: Date,
    /// Day of the claim.
    pub claimed_on: Date,
    /// First day of the pension.
    pub retired_on: Date,
    /// 命令退休.
    pub ordered: bool,
    /// The spouse's own pension could be shared likewise, or there is none (II).
    pub mutual: bool,
    /// The spouse has lost the right by Article 75 I (84).
    pub lost: bool,
}

/// Whether there is a claim at all.
///
/// # Errors
/// There is none, with the reason; no value in force that day.
pub fn check(law: &SchemeLaw, divorce: Divorce, ledger: &mut impl Ledger) -> Result<(), Stop> {
    let values = &law.a082_divorce;
    let on = divorce.claimed_on;
    let act_from = values.act_from.on(on)?.value;
    let (marriage, known, ended) =
        (values.marriage.on(on)?, values.from_knowledge.on(on)?, values.from_divorce.on(on)?);
    let known_on = divorce.known_on.max(divorce.ended_on);
    // The day of the event does not count, so the period runs from the day after.
    let last = |since: Date, months| after(since.saturating_add(Duration::DAY), months);
    let refused = |code, zh: &'static str, en: &'static str, civil, teacher| {
        Err(Refusal::new(code, zh, en).cite(law.cited(civil, teacher)).into())
    };
    match () {
        () if divorce.ordered => refused(
            "pension/ordered-retirement",
            "命令退休人員之退休金不適用離婚配偶分配",
            "The pension of an ordered retirement is not shared",
            "s0080034/82/5",
            "h0150049/83/5",
        ),
        () if divorce.retired_on < act_from => refused(
            "pension/retired-before-act",
            "本法施行前退休者之退休金不適用離婚配偶分配",
            "The pension of who retired before the act is not shared",
            "s0080034/82/5",
            "h0150049/83/5",
        ),
        () if divorce.ended_on < act_from => refused(
            "pension/divorced-before-act",
            "本法施行前已離婚者不適用退休金分配",
            "A divorce before the act gives no share",
            "s0080034/82/6",
            "h0150049/83/6",
        ),
        () if divorce.lost => refused(
            "pension/right-lost",
            "離婚配偶有喪失權利之法定事由，不得請求分配",
            "The divorced spouse has lost the right",
            "s0080034/84",
            "h0150049/85",
        ),
        () if !divorce.mutual => refused(
            "pension/not-mutual",
            "離婚配偶依其他法律得享有之退休金不得被分配，故不得請求分配",
            "The spouse's own pension cannot be shared likewise",
            "s0080034/82/2",
            "h0150049/83/2",
        ),
        () if after(divorce.married_on, marriage.value) > divorce.ended_on => refused(
            "pension/marriage-too-short",
            "婚姻關係存續期間未滿二年，不得請求分配",
            "The marriage lasted less than the act asks for",
            "s0080034/82/1",
            "h0150049/83/1",
        ),
        () if on < divorce.ended_on || divorce.regime_from < divorce.married_on => refused(
            "pension/divorce-days",
            "財產制關係不得早於結婚，請求不得早於離婚",
            "The regime begins before the marriage, or the claim comes before the divorce",
            "s0080034/82/1",
            "h0150049/83/1",
        ),
        () if on >= last(known_on, known.value) || on >= last(divorce.ended_on, ended.value) => refused(
            "pension/claim-lapsed",
            "分配請求權已因期間經過而消滅",
            "The claim has lapsed",
            "s0080034/82/4",
            "h0150049/83/4",
        ),
        () => {
            ledger.write(|| {
                let step = CLAIM.gives(Quantity::Yes(true)).given(names::CLAIMED_ON, Quantity::Day(on));
                step.given(names::SINCE, Quantity::Day(divorce.ended_on)).uses(marriage).uses(known).uses(ended)
            });
            Ok(())
        }
    }
}

/// Months of the regime within the days of service, a broken month as one, at most the months credited.
pub fn overlap(regime: Span, service: &[Span], credited: u32, ledger: &mut impl Ledger) -> u32 {
    let pieces = || service.iter().filter_map(|span| span.overlap(regime));
    let days: i64 = pieces().map(Span::days).sum();
    let from = pieces().map(|span| span.from).min().unwrap_or(regime.from);
    let joined = Span { from, until: from.saturating_add(Duration::days(days)) };
    let months = joined.months_begun().min(credited);
    ledger.write(|| OVERLAP.gives(Quantity::Months(months)).given(names::TOTAL_MONTHS, Quantity::Months(credited)));
    months
}

/// The share of the one-time pension: overlap and credited months.
///
/// # Errors
/// No value was in force that day.
pub fn share(
    law: &SchemeLaw,
    (overlap, credited): (u32, u32),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Rational, Stop> {
    let half = law.a082_divorce.share.on(on)?;
    let share = match credited {
        0 => Rational::from_integer(0),
        credited => half.value * Rational::new(overlap.min(credited).into(), credited.into()),
    };
    ledger.write(|| {
        let step = SHARE.gives(Quantity::Share(share)).given(names::OVERLAP_MONTHS, Quantity::Months(overlap));
        step.given(names::TOTAL_MONTHS, Quantity::Months(credited)).uses(half)
    });
    Ok(share)
}

/// What the divorced spouse is paid once, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn amount(
    law: &SchemeLaw,
    (one_time_pension, share): (i64, Rational),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let rounding = law.rounding.amount.on(on)?;
    let amount = rounding.value.dollars(share * one_time_pension);
    ledger.write(|| {
        let step = AMOUNT.gives(Quantity::Money(amount));
        let step = step.given(names::ONE_TIME_PENSION, Quantity::Money(one_time_pension));
        step.given(names::SHARE, Quantity::Share(share)).rounded(rounding)
    });
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const DIVORCE: Divorce = Divorce {
        married_on: date!(2010 - 05 - 01),
        regime_from: date!(2010 - 05 - 01),
        ended_on: date!(2024 - 05 - 01),
        known_on: date!(2024 - 05 - 01),
        claimed_on: date!(2025 - 05 - 01),
        retired_on: date!(2022 - 07 - 16),
        ordered: false,
        mutual: true,
        lost: false,
    };

    fn code(divorce: Divorce) -> Option<&'static str> {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        match check(law.of(Scheme::Civil), divorce, &mut Steps::default()) {
            Ok(()) => None,
            Err(Stop::Refused(refusal)) => {
                assert!(refusal.citation.is_some());
                Some(refusal.code)
            }
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn who_may_claim() {
        assert_eq!(code(DIVORCE), None);
        assert_eq!(code(Divorce { ordered: true, ..DIVORCE }), Some("pension/ordered-retirement"));
        assert_eq!(code(Divorce { mutual: false, ..DIVORCE }), Some("pension/not-mutual"));
        assert_eq!(code(Divorce { lost: true, ..DIVORCE }), Some("pension/right-lost"));
    }

    #[test]
    fn days_that_cannot_be_are_refused() {
        let ended = DIVORCE.ended_on;
        assert_eq!(code(Divorce { claimed_on: ended, ..DIVORCE }), None);
        assert_eq!(
            code(Divorce { claimed_on: ended.previous_day().unwrap(), ..DIVORCE }),
            Some("pension/divorce-days")
        );
        assert_eq!(code(Divorce { regime_from: date!(2010 - 04 - 30), ..DIVORCE }), Some("pension/divorce-days"));
        let known = Divorce { known_on: date!(2020 - 01 - 01), claimed_on: date!(2026 - 05 - 01), ..DIVORCE };
        assert_eq!(code(known), None, "two years run from the divorce, not from an earlier day");
        let late = Divorce { claimed_on: date!(2026 - 05 - 02), ..known };
        assert_eq!(code(late), Some("pension/claim-lapsed"));
    }

    #[test]
    fn nothing_before_the_act() {
        let (before, since) = (date!(2018 - 06 - 30), date!(2018 - 07 - 01));
        assert_eq!(code(Divorce { retired_on: before, ..DIVORCE }), Some("pension/retired-before-act"));
        assert_eq!(code(Divorce { retired_on: since, ..DIVORCE }), None);
        let ended =
            |ended_on| code(Divorce { ended_on, known_on: ended_on, claimed_on: date!(2019 - 01 - 01), ..DIVORCE });
        assert_eq!((ended(before), ended(since)), (Some("pension/divorced-before-act"), None));
    }

    #[test]
    fn two_years_of_marriage() {
        let married = |married_on| code(Divorce { married_on, regime_from: married_on, ..DIVORCE });
        assert_eq!(married(date!(2022 - 05 - 01)), None);
        assert_eq!(married(date!(2022 - 05 - 02)), Some("pension/marriage-too-short"));
    }

    #[test]
    fn two_years_from_knowledge_and_five_in_all() {
        let claimed = |known_on, claimed_on| code(Divorce { known_on, claimed_on, ..DIVORCE });
        let known = date!(2024 - 05 - 01);
        assert_eq!(claimed(known, date!(2026 - 05 - 01)), None);
        assert_eq!(claimed(known, date!(2026 - 05 - 02)), Some("pension/claim-lapsed"));
        let late = date!(2028 - 01 - 01);
        assert_eq!(claimed(late, date!(2029 - 05 - 01)), None);
        assert_eq!(claimed(late, date!(2029 - 05 - 02)), Some("pension/claim-lapsed"));
    }

    #[test]
    fn a_broken_month_is_one() {
        let service = [Span { from: date!(2000 - 01 - 01), until: date!(2022 - 07 - 16) }];
        let of = |from, until| overlap(Span { from, until }, &service, 271, &mut Steps::default());
        assert_eq!(of(date!(2010 - 05 - 01), date!(2020 - 05 - 01)), 120);
        assert_eq!(of(date!(2010 - 05 - 01), date!(2020 - 05 - 02)), 121);
        assert_eq!(of(date!(1990 - 01 - 01), date!(2000 - 01 - 01)), 0, "before service");
        assert_eq!(of(date!(1990 - 01 - 01), date!(2030 - 01 - 01)), 271, "no more than credited");
    }

    #[test]
    fn days_of_several_times_of_service_are_put_end_to_end() {
        let service = [
            Span { from: date!(2010 - 01 - 01), until: date!(2010 - 01 - 11) },
            Span { from: date!(2011 - 01 - 01), until: date!(2011 - 01 - 11) },
        ];
        let regime = Span { from: date!(2009 - 01 - 01), until: date!(2012 - 01 - 01) };
        assert_eq!(overlap(regime, &service, 100, &mut Steps::default()), 1);
    }

    #[test]
    fn half_of_the_overlap() {
        let on = date!(2025 - 05 - 01);
        let law = Law::on(on).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let mut steps = Steps::default();
            let share = share(law.of(scheme), (120, 360), on, &mut steps).unwrap();
            assert_eq!(share, Rational::new(1, 6));
            assert_eq!(amount(law.of(scheme), (3_600_000, share), on, &mut steps), Ok(600_000));
            assert_eq!(steps.0.len(), 2);
        }
    }
}
