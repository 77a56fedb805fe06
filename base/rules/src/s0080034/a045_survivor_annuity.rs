//! # Annuity of the survivors (遺屬年金)
//!
//! ## The law says
//! Article 45: instead of the lump sum, half of the pension drawn at death. For life to a spouse, not remarried and married for ten
//! years in all at the death, who is 55 or disabled and unable to work; from 55 on to a younger one. To children until majority, for
//! life if disabled and unable to work; to parents for life. Inability is proved by a severe disability or guardianship and by an income of
//! the year before that does not exceed the basic wage a month. Article 66 I (4): paid from the next payday of the pension after the death;
//! to the younger spouse from 55 on. Who draws another periodic benefit of the state may not choose it,
//! unless that is given up with consent.
//!
//! ## How we read it
//! Age, marriage and disability are those on the day of death (細則 48, 51). Earlier marriages of the same two count by days; the day of the
//! wedding is the first. Majority is that of the day of death. The month of death was paid as pension, so the annuity runs from the first of
//! the next month, or from the day after the death where nothing was paid for that month (細則 95 II), and never before the age of 55. Deaths
//! until 2019-06-30 follow Article 46 ([`super::a046_deaths_before`]): two years of marriage before retirement instead of ten, and no bar
//! by another benefit. Each part is rounded by itself, so the parts may be some dollars more than the whole. It rests on the text alone: no worked example was found.
//!
//! ## Left out
//! The yearly proof of income after the first, and who follows a spouse who dies or remarries before the age of 55 (細則 56).
//!
//! ## Example
//! A widow of 54, married for twelve years: half of the pension from her 55th birthday. A widow of 60, death on 2026-06-15: from 2026-07-01.

use kernel::Refusal;
use statute::Rational;
use time::{Date, Duration};

use super::a046_deaths_before::{self, Regime};
use crate::months::{Span, after, birthday, next_month};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Share of the pension.
    share: Rational = "s0080034/a045/annuity-share", "h0150049/a045/annuity-share";
    /// Months of marriage the spouse needs.
    marriage: u32 = "s0080034/a045/spouse-marriage-months", "h0150049/a045/spouse-marriage-months";
    /// Age from which the spouse draws.
    spouse_age: u32 = "s0080034/a045/spouse-age", "h0150049/a045/spouse-age";
    /// Age of majority.
    majority: u32 = "civil-code/a012/majority";
    /// Monthly basic wage.
    basic_wage: i64 = "basic-wage/monthly";
}

/// From when and until when.
pub static TERM: Rule = Rule {
    id: "s0080034/a045_survivor_annuity",
    title: ("遺屬年金起支日", "first day of the survivors' annuity"),
    law: &[
        "s0080034/45/1",
        "s0080034/45/2",
        "s0080034/45/3",
        "s0080034/66/1/4",
        "s0080035/95",
        "h0150049/45/1",
        "h0150049/45/2",
        "h0150049/45/3",
        "h0150049/66/1/4",
        "h0150051/95",
    ],
    formula: (
        "{died-on} 亡故之次月起；配偶婚姻滿 {spouse-marriage-months} 且年滿 {spouse-age}；子女至 {majority}；父母終身",
        "from the month after {died-on}; a spouse married {spouse-marriage-months} and aged {spouse-age:plain}; a child to {majority}; a parent for life",
    ),
};

/// The annuity.
pub static AMOUNT: Rule = Rule {
    id: "s0080034/a045_survivor_annuity",
    title: ("遺屬年金", "survivors' annuity"),
    law: &["s0080034/45/1", "s0080035/54", "h0150049/45/1", "h0150051/56"],
    formula: ("{pension} × {annuity-share} × {share}", "{pension} × {annuity-share} × {share}"),
};

/// Who asks for the annuity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claimant {
    /// A spouse who has not remarried.
    Spouse {
        /// Day of birth.
        born: Date,
        /// First day of the marriage that the death ended.
        married_on: Date,
        /// Days of earlier marriages to the same person.
        earlier_days: u32,
    },
    /// A child.
    Child {
        /// Day of birth.
        born: Date,
    },
    /// A parent.
    Parent,
}

/// Proof of being disabled and unable to work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Incapacity {
    /// Average monthly income of the year before, NT dollars.
    pub monthly_income: i64,
}

/// What decides a claim.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Who asks.
    pub claimant: Claimant,
    /// A severe disability or a guardianship is proved, with this income.
    pub incapacity: Option<Incapacity>,
    /// Draws another periodic benefit of the state and has not given it up with consent.
    pub other_benefit: bool,
    /// First day of the pension; asked for a death until 2019-06-30.
    pub retired_on: Date,
    /// Day of the pensioner's death.
    pub died_on: Date,
    /// Nothing was paid for the month of death: the pension was stopped, or had not begun, and no salary was paid (細則 95 II).
    pub month_unpaid: bool,
}

/// From when and until when an annuity runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Term {
    /// First day.
    pub from: Date,
    /// Day after the last; for life if not given.
    pub until: Option<Date>,
}

/// From when and until when somebody draws the annuity.
///
/// # Errors
/// The conditions are not met; no value in force that day.
pub fn term(law: &SchemeLaw, claim: Claim, ledger: &mut impl Ledger) -> Result<Term, Stop> {
    let values = &law.a045_survivor_annuity;
    let died_on = claim.died_on;
    let regime = a046_deaths_before::regime(law, died_on, ledger)?;
    if claim.other_benefit && regime == Regime::This {
        let zh = "遺族領有政府預算或公營事業機構支給之其他定期性給與，且未經同意放棄，不得擇領遺屬年金";
        let en =
            "Whoever draws another periodic benefit of the state and has not given it up may not choose the annuity";
        return Err(Refusal::new("pension/other-benefit", zh, en)
            .cite(law.cited("s0080034/45/4", "h0150049/45/4"))
            .into());
    }
    a046_deaths_before::annuity_is_known(law, regime, claim.incapacity.is_some())?;
    let first = if claim.month_unpaid { died_on.saturating_add(Duration::DAY) } else { next_month(died_on) };
    let unable = match claim.incapacity {
        Some(proof) => proof.monthly_income <= values.basic_wage.on(died_on)?.value,
        None => false,
    };
    let term = match claim.claimant {
        Claimant::Spouse { born, married_on, earlier_days } => {
            let since = married_on.saturating_sub(Duration::days(earlier_days.into()));
            match regime {
                Regime::This => since_ten_years(law, since, died_on),
                _ => a046_deaths_before::older_marriage(law, (married_on, claim.retired_on), died_on, ledger),
            }?;
            let of_age = birthday(born, values.spouse_age.on(died_on)?.value);
            Term { from: if unable { first } else { of_age.max(first) }, until: None }
        }
        Claimant::Child { born } => Term { from: first, until: child_until(law, (born, unable), (died_on, first))? },
        Claimant::Parent => Term { from: first, until: None },
    };
    let (marriage, age, majority) =
        (values.marriage.on(died_on)?, values.spouse_age.on(died_on)?, values.majority.on(died_on)?);
    ledger.write(|| {
        let step = TERM.gives(Quantity::Day(term.from)).given(names::DIED_ON, Quantity::Day(died_on));
        step.uses(marriage).uses(age).uses(majority)
    });
    Ok(term)
}

/// Refuses a marriage that was too short.
fn since_ten_years(law: &SchemeLaw, since: Date, died_on: Date) -> Result<(), Stop> {
    let marriage = law.a045_survivor_annuity.marriage.on(died_on)?;
    if after(since, marriage.value) <= died_on {
        return Ok(());
    }
    let months = Span { from: since, until: died_on }.whole_months();
    let zh = format!("配偶婚姻關係於亡故時僅累積{months}個月，未滿{}個月", marriage.value);
    let en = format!("At the death the marriage had lasted {months} months, less than {}", marriage.value);
    Err(Refusal::new("pension/marriage-too-short", zh, en).cite(marriage.citation).into())
}

/// The day a child draws no more; refuses one who is of age when the annuity begins.
fn child_until(
    law: &SchemeLaw,
    (born, unable): (Date, bool),
    (died_on, first): (Date, Date),
) -> Result<Option<Date>, Stop> {
    let majority = law.a045_survivor_annuity.majority.on(died_on)?;
    let adult_on = birthday(born, majority.value);
    match (unable, adult_on > first) {
        (true, _) => Ok(None),
        (false, true) => Ok(Some(adult_on)),
        (false, false) => {
            let zh = "子女於遺屬年金起支時已成年，且未證明身心障礙而無工作能力，不得擇領遺屬年金";
            let en = "The child is of age when the annuity begins and is not proved to be disabled and unable to work";
            let cited = law.cited("s0080034/45/1/2", "h0150049/45/1/2");
            Err(Refusal::new("pension/child-of-age", zh, en).cite(cited).into())
        }
    }
}

/// The annuity, NT dollars a month: of the pension drawn at death, for a share of it (1 if one survivor takes all).
///
/// # Errors
/// No value was in force that day.
pub fn amount(
    law: &SchemeLaw,
    (pension, share): (i64, Rational),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let of_pension = law.a045_survivor_annuity.share.on(died_on)?;
    let rounding = law.rounding.amount.on(died_on)?;
    let annuity = rounding.value.dollars(of_pension.value * pension * share);
    ledger.write(|| {
        let step = AMOUNT.gives(Quantity::Money(annuity)).given(names::PENSION, Quantity::Money(pension));
        step.given(names::SHARE, Quantity::Share(share)).uses(of_pension).rounded(rounding)
    });
    Ok(annuity)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const DIED: Date = date!(2026 - 06 - 15);
    const NEXT: Date = date!(2026 - 07 - 01);

    fn of(claimant: Claimant, incapacity: Option<i64>, other_benefit: bool, died_on: Date) -> Result<Term, Stop> {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let incapacity = incapacity.map(|monthly_income| Incapacity { monthly_income });
        let retired_on = date!(2015 - 07 - 16);
        let claim = Claim { claimant, incapacity, other_benefit, retired_on, died_on, month_unpaid: false };
        term(law.of(Scheme::Civil), claim, &mut Steps::default())
    }

    #[test]
    fn the_month_of_death_is_not_paid_twice() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let from = |scheme, died_on, month_unpaid| {
            let claimant = Claimant::Parent;
            let retired_on = date!(2015 - 07 - 16);
            let claim = Claim { claimant, incapacity: None, other_benefit: false, retired_on, died_on, month_unpaid };
            term(law.of(scheme), claim, &mut Steps::default()).unwrap().from
        };
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            assert_eq!(from(scheme, date!(2026 - 06 - 01), false), NEXT);
            assert_eq!(from(scheme, date!(2026 - 06 - 30), false), NEXT);
            assert_eq!(from(scheme, DIED, true), date!(2026 - 06 - 16), "stopped, or not yet begun");
        }
    }

    fn code(outcome: Result<Term, Stop>) -> &'static str {
        match outcome {
            Err(Stop::Refused(refusal)) => refusal.code,
            other => panic!("not refused: {other:?}"),
        }
    }

    fn spouse(born: Date, married_on: Date, earlier_days: u32) -> Claimant {
        Claimant::Spouse { born, married_on, earlier_days }
    }

    #[test]
    fn ten_years_of_marriage() {
        let old = date!(1960 - 01 - 01);
        assert_eq!(of(spouse(old, date!(2016 - 06 - 15), 0), None, false, DIED), Ok(Term { from: NEXT, until: None }));
        assert_eq!(code(of(spouse(old, date!(2016 - 06 - 16), 0), None, false, DIED)), "pension/marriage-too-short");
        assert!(of(spouse(old, date!(2016 - 06 - 16), 1), None, false, DIED).is_ok(), "earlier days count");
    }

    #[test]
    fn two_years_before_retirement_for_a_death_in_the_first_year() {
        let old = date!(1960 - 01 - 01);
        let married = |on, died| of(spouse(old, on, 0), None, false, died);
        let first_year = date!(2019 - 06 - 30);
        assert!(married(date!(2013 - 07 - 16), first_year).is_ok());
        assert_eq!(code(married(date!(2013 - 07 - 17), first_year)), "pension/marriage-too-short");
        assert_eq!(code(married(date!(2013 - 07 - 16), date!(2019 - 07 - 01))), "pension/marriage-too-short");
        let again = spouse(old, date!(2013 - 07 - 17), 5_000);
        assert_eq!(code(of(again, None, false, first_year)), "pension/marriage-too-short", "one marriage, not several");
        assert_eq!(code(married(date!(1990 - 01 - 01), date!(2018 - 06 - 30))), "pension/rules-not-kept");
    }

    #[test]
    fn what_the_older_acts_ask_is_not_guessed() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let (retired_on, died_on) = (date!(2015 - 07 - 16), date!(2019 - 06 - 30));
        let claimant = Claimant::Parent;
        let claim =
            Claim { claimant, incapacity: None, other_benefit: false, retired_on, died_on, month_unpaid: false };
        let of = |scheme, claim| term(law.of(scheme), claim, &mut Steps::default());
        assert!(of(Scheme::Civil, claim).is_ok());
        assert_eq!(code(of(Scheme::Teacher, claim)), "pension/rules-not-kept");
        let unable = Claim { incapacity: Some(Incapacity { monthly_income: 0 }), ..claim };
        assert_eq!(code(of(Scheme::Civil, unable)), "pension/rules-not-kept");
    }

    #[test]
    fn fifty_five_or_from_then_on() {
        let married = date!(2000 - 01 - 01);
        let from = |born, incapacity| of(spouse(born, married, 0), incapacity, false, DIED).unwrap().from;
        assert_eq!(from(date!(1971 - 07 - 01), None), NEXT);
        assert_eq!(from(date!(1971 - 07 - 02), None), date!(2026 - 07 - 02));
        assert_eq!(from(date!(1980 - 06 - 16), Some(29_500)), NEXT, "unable to work, at the basic wage");
        assert_eq!(from(date!(1980 - 06 - 16), Some(29_501)), date!(2035 - 06 - 16), "above it");
    }

    #[test]
    fn children_until_majority_or_for_life() {
        let child = |born| Claimant::Child { born };
        let until = |born, died| of(child(born), None, false, died).unwrap().until;
        assert_eq!(until(date!(2008 - 07 - 02), DIED), Some(date!(2026 - 07 - 02)));
        assert_eq!(code(of(child(date!(2008 - 07 - 01)), None, false, DIED)), "pension/child-of-age");
        assert_eq!(of(child(date!(1990 - 01 - 01)), Some(0), false, DIED).unwrap().until, None);
        let (before, since) = (date!(2022 - 12 - 31), date!(2023 - 01 - 01));
        assert_eq!(until(date!(2010 - 02 - 03), before), Some(date!(2030 - 02 - 03)), "twenty, as it was");
        assert_eq!(until(date!(2010 - 02 - 03), since), Some(date!(2028 - 02 - 03)));
    }

    #[test]
    fn not_beside_another_benefit() {
        assert_eq!(code(of(Claimant::Parent, None, true, date!(2019 - 07 - 01))), "pension/other-benefit");
        assert!(of(Claimant::Parent, None, true, date!(2019 - 06 - 30)).is_ok(), "Article 46 II");
        assert!(of(Claimant::Parent, None, false, DIED).is_ok());
    }

    #[test]
    fn half_of_the_pension() {
        let law = Law::on(DIED).unwrap();
        let mut steps = Steps::default();
        let whole = Rational::from_integer(1);
        assert_eq!(amount(law.of(Scheme::Teacher), (45_001, whole), DIED, &mut steps), Ok(22_501));
        assert_eq!(amount(law.of(Scheme::Teacher), (45_000, Rational::new(1, 2)), DIED, &mut steps), Ok(11_250));
        assert_eq!(steps.0.len(), 2);
    }
}
