//! # Loss of the right (喪失權利)
//!
//! ## The law says
//! Article 75 I: who is deprived of civil rights for life, is convicted of sedition or treason, has no nationality of the Republic of China, or
//! killed for the benefit, may not claim. II: who draws loses the right by death, by the first two or by losing the nationality. III: the
//! own contributions with interest, less what was drawn, may be had back.
//!
//! ## How we read it
//! A conviction counts from the day it is final. Who never had the nationality may not claim (I (3)), who lost it may neither claim nor go on; of
//! teachers who are foreigners only Article 95 says what they get. What was drawn includes remainders of a lump sum (細則 107 I). The divorced spouse loses the share of the pension by the grounds of I
//! ([`super::a082_divorce`]). It rests on the text alone: no worked example was found.
//!
//! ## Example
//! Contributions of 900,000 with interest, 700,000 drawn: 200,000 back.

use time::Date;

use crate::{Ledger, Quantity, Rule, names};

/// Whether the right is lost.
pub static LOST: Rule = Rule {
    id: "s0080034/a075_loss",
    title: ("喪失請領或領受權利", "whether the right is lost"),
    law: &["s0080034/75/1", "s0080034/75/2", "h0150049/75/1", "h0150049/75/2"],
    formula: ("{since} 發生法定事由，{paid-for} 以後不再發給", "lost since {since}; asked for {paid-for}"),
};

/// What is refunded nevertheless.
pub static REFUND: Rule = Rule {
    id: "s0080034/a075_loss",
    title: ("喪失權利後發還之本人繳付本息差額", "own contributions refunded after the right was lost"),
    law: &["s0080034/75/3", "s0080035/107", "h0150049/75/3", "h0150051/107"],
    formula: ("{contributed} − {drawn}，不低於零", "{contributed} − {drawn}, not below nothing"),
};

/// Why the right is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Loss {
    /// 死亡.
    Death,
    /// 褫奪公權終身.
    CivilRightsForLife,
    /// 內亂罪、外患罪.
    Treason,
    /// 喪失中華民國國籍.
    Nationality,
    /// 未具中華民國國籍.
    NeverNational,
    /// 為支領給與故意致人於死.
    KillingForBenefit,
    /// 其他法律有特別規定.
    OtherAct,
}

/// Which right it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Right {
    /// To claim a benefit (I).
    Claim,
    /// To go on drawing a monthly one (II).
    Payment,
}

impl Loss {
    /// Whether it takes such a right away.
    pub fn takes(self, right: Right) -> bool {
        match self {
            Self::CivilRightsForLife | Self::Treason | Self::Nationality => true,
            Self::NeverNational | Self::KillingForBenefit | Self::OtherAct => right == Right::Claim,
            Self::Death => right == Right::Payment,
        }
    }
}

/// Whether a right is lost on a day, by what happened on `since`.
pub fn is_lost((loss, since): (Loss, Date), right: Right, on: Date, ledger: &mut impl Ledger) -> bool {
    let lost = loss.takes(right) && since <= on;
    ledger.write(|| {
        let step = LOST.gives(Quantity::Yes(lost)).given(names::SINCE, Quantity::Day(since));
        step.given(names::PAID_FOR, Quantity::Day(on))
    });
    lost
}

/// The own contributions with interest less what was drawn, NT dollars.
pub fn refund(contributed: i64, drawn: i64, ledger: &mut impl Ledger) -> i64 {
    let left = (contributed - drawn).max(0);
    ledger.write(|| {
        let step = REFUND.gives(Quantity::Money(left)).given(names::CONTRIBUTED, Quantity::Money(contributed));
        step.given(names::DRAWN, Quantity::Money(drawn))
    });
    left
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::Steps;

    #[test]
    fn each_ground_takes_its_rights() {
        let takes = |loss: Loss| (loss.takes(Right::Claim), loss.takes(Right::Payment));
        assert_eq!((takes(Loss::Treason), takes(Loss::CivilRightsForLife)), ((true, true), (true, true)));
        assert_eq!((takes(Loss::Nationality), takes(Loss::Death)), ((true, true), (false, true)));
        assert_eq!(takes(Loss::NeverNational), (true, false));
        assert_eq!((takes(Loss::KillingForBenefit), takes(Loss::OtherAct)), ((true, false), (true, false)));
    }

    #[test]
    fn from_its_day_on() {
        let since = date!(2026 - 05 - 02);
        let lost = |on| is_lost((Loss::Treason, since), Right::Payment, on, &mut Steps::default());
        assert_eq!((lost(date!(2026 - 05 - 01)), lost(since), lost(date!(2036 - 01 - 01))), (false, true, true));
    }

    #[test]
    fn what_is_refunded() {
        let of = |contributed, drawn| refund(contributed, drawn, &mut Steps::default());
        assert_eq!((of(900_000, 700_000), of(1, 1), of(0, 5)), (200_000, 0, 0));
    }
}
