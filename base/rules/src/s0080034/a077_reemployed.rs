//! # Stopped on paid re-employment (再任停止領受月退休金)
//!
//! ## The law says
//! Article 77: no monthly pension while the pensioner holds a paid post of the government, a public corporation, a foundation or enterprise
//! with twenty percent of state money, or a body the government controls, with a monthly pay above the basic wage. Article 78: not for
//! rescue work and basic medical care in remote places.
//!
//! ## How we read it
//! Pay is all that is drawn regularly in all such posts together (細則 109), set against the basic wage of the day it is paid for. The
//! enforcement rules (細則 110 I (1)) tell foundations in whose registration the government stands as founder from those it has given twenty
//! percent (2); whether the former count below twenty percent is open: reading `founded-by-government`.
//!
//! ## Left out
//! Posts at private schools, which stopped a pension until 2019-08-22, and the ages of chairpersons (77 III, IV), which stop no payment.
//! It rests on the text alone: no worked example was found.
//!
//! ## Example
//! 29,500 a month in 2026 stops nothing; 29,501 does.

use statute::Rational;
use time::Date;

use crate::months::Lasting;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Share of state money from which a foundation or enterprise counts.
    share: Rational = "s0080034/a077/government-share", "h0150049/a077/government-share";
    /// Monthly basic wage.
    basic_wage: i64 = "basic-wage/monthly";
}

/// Whether it is stopped.
pub static RULE: Rule = Rule {
    id: "s0080034/a077_reemployed",
    title: ("再任停止領受月退休金", "whether re-employment stops the pension"),
    law: &[
        "s0080034/77/1",
        "s0080034/78",
        "s0080035/109",
        "s0080035/110",
        "h0150049/77/1",
        "h0150049/78",
        "h0150051/109",
        "h0150051/110",
    ],
    formula: (
        "政府占 {government-share} 以上之職務，{post-pay} 超過 {monthly}",
        "a post with {government-share} of state money and {post-pay} above {monthly}",
    ),
};

/// Name of the open point about foundations the government founded.
pub const FOUNDED: &str = "founded-by-government";

/// Who employs the pensioner.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Employer {
    /// Paid from a government budget (I (1)).
    Government,
    /// 行政法人或公法人 (I (2) 1).
    PublicCorporation,
    /// A foundation that names the government as a founder in its registration, with this share of state money (細則 110 I (1)).
    Founded(Rational),
    /// A foundation (I (2) 2) or an enterprise (I (2) 3) with this share of state money.
    Endowed(Rational),
    /// Controlled by the government in staff, money or business (I (2) 4).
    Controlled,
    /// Anybody else.
    Other,
}

/// A post after retirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Post {
    /// Who employs.
    pub employer: Employer,
    /// All that is drawn regularly each month in such posts, NT dollars.
    pub pay: i64,
    /// Rescue work or basic medical care in a remote place (78).
    pub exempt: bool,
    /// How long it lasts.
    pub lasting: Lasting,
}

/// Whether a post counts by who employs.
///
/// # Errors
/// No value was in force that day.
pub fn counts(law: &SchemeLaw, employer: Employer, on: Date) -> Result<bool, Stop> {
    Ok(match employer {
        Employer::Government | Employer::PublicCorporation | Employer::Controlled => true,
        Employer::Founded(_) if law.readings.answer(FOUNDED) == "any-share" => true,
        Employer::Founded(share) | Employer::Endowed(share) => share >= law.a077_reemployed.share.on(on)?.value,
        Employer::Other => false,
    })
}

/// Whether a post stops the pension for a day.
///
/// # Errors
/// No value was in force that day.
pub fn is_stopped(law: &SchemeLaw, post: Post, paid_for: Date, ledger: &mut impl Ledger) -> Result<bool, Stop> {
    if post.exempt || !post.lasting.holds(paid_for) || !counts(law, post.employer, paid_for)? {
        return Ok(false);
    }
    let (share, wage) = (law.a077_reemployed.share.on(paid_for)?, law.a077_reemployed.basic_wage.on(paid_for)?);
    let stopped = post.pay > wage.value;
    ledger.write(|| {
        let step = RULE.gives(Quantity::Yes(stopped)).given(names::POST_PAY, Quantity::Money(post.pay));
        step.given(names::PAID_FOR, Quantity::Day(paid_for)).uses(share).uses(wage)
    });
    Ok(stopped)
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const POST: Post = Post {
        employer: Employer::Government,
        pay: 29_501,
        exempt: false,
        lasting: Lasting { from: date!(2024 - 02 - 01), until: Some(date!(2026 - 08 - 01)) },
    };

    fn of(post: Post, on: Date) -> bool {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        is_stopped(law.of(Scheme::Civil), post, on, &mut Steps::default()).unwrap()
    }

    #[test]
    fn above_the_basic_wage_of_the_day() {
        let of = |pay, on| of(Post { pay, ..POST }, on);
        let (y2025, y2026) = (date!(2025 - 12 - 31), date!(2026 - 01 - 01));
        assert_eq!((of(29_500, y2026), of(29_501, y2026)), (false, true));
        assert_eq!((of(28_590, y2025), of(28_591, y2025), of(28_591, y2026)), (false, true, false));
    }

    #[test]
    fn while_it_lasts() {
        assert!(of(POST, date!(2026 - 07 - 31)));
        assert!(!of(POST, date!(2026 - 08 - 01)) && !of(POST, date!(2024 - 01 - 31)));
    }

    #[test]
    fn only_where_the_state_has_its_part() {
        let on = date!(2026 - 02 - 01);
        let with = |employer| of(Post { employer, ..POST }, on);
        assert!(
            with(Employer::Endowed(Rational::new(20, 100))) && !with(Employer::Endowed(Rational::new(1_999, 10_000)))
        );
        let founded = |reading: &str, share| {
            let readings = Readings::default().choose(reading).unwrap();
            let law = Law::of_edition(Edition { readings, ..Edition::of(on) }).unwrap();
            counts(law.of(Scheme::Teacher), Employer::Founded(share), on).unwrap()
        };
        let (little, fifth) = (Rational::new(1, 100), Rational::new(1, 5));
        assert!(founded("founded-by-government/any-share", little));
        assert!(!founded("founded-by-government/from-share", little));
        assert!(founded("founded-by-government/from-share", fifth));
        assert!(with(Employer::PublicCorporation) && with(Employer::Controlled) && !with(Employer::Other));
        assert!(!of(Post { exempt: true, ..POST }, on));
    }
}
