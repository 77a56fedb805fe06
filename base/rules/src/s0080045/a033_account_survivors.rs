//! # Survivors of who drew from the account (個人專戶賸餘金額之領受)
//!
//! ## The law says
//! Article 33 (teachers 34): who dies before the account is empty leaves the rest of it, half to the spouse who has not remarried and half to
//! the first class there is of children, parents, brothers and sisters, grandparents, by the same rules as the lump sum of Article 43 of
//! the older act; they may also draw it month by month as it was drawn.
//!
//! ## How we read it
//! Each part is rounded down, and the dollars left over by it go to the spouse, or to the first of the class, so that the whole account is
//! paid. A will is followed as [`crate::s0080034::a048_will`] says (36). It rests on the text alone: no worked example was found.
//!
//! ## Example
//! 1,000,000, a spouse and three children: 500,002 and 166,666 each.

use statute::Rational;
use time::Date;

use crate::s0080034::a043_survivor_order::{Class, Family, Shares, step};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Share of the spouse beside children or parents.
    spouse_share: Rational = "s0080045/a033/account-spouse-share", "h0150056/a034/account-spouse-share";
}

/// The shares.
pub static SHARES: Rule = Rule {
    id: "s0080045/a033_account_survivors",
    title: ("個人專戶賸餘金額領受比率", "shares in what the account still holds"),
    law: &["s0080045/33/2", "s0080045/33/3", "s0080045/33/4", "h0150056/34/2", "h0150056/34/3", "h0150056/34/4"],
    formula: (
        "配偶 {account-spouse-share}，其餘由同一順序平均領受；無子女及父母者由配偶單獨領受",
        "{account-spouse-share} to the spouse, the rest in equal parts to one class; all to the spouse without children and parents",
    ),
};

/// What each of the class gets.
pub static EACH: Rule = Rule {
    id: "s0080045/a033_account_survivors",
    title: ("個人專戶賸餘金額每人領受金額", "what each of the class gets of the account"),
    law: &["s0080045/33/1", "s0080045/33/2", "h0150056/34/1", "h0150056/34/2"],
    formula: ("{account} × {share}，未滿一元捨去", "{account} × {share}, rounded down"),
};

/// What is paid of the account, NT dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// To the spouse.
    pub spouse: i64,
    /// To each of the class.
    pub each: i64,
    /// Heads of the class.
    pub heads: u32,
    /// Dollars left over, which the first of the class gets where there is no spouse.
    pub first: i64,
}

impl Parts {
    /// All of it.
    pub fn total(self) -> i64 {
        self.spouse + self.each * i64::from(self.heads) + self.first
    }
}

/// The shares of the survivors.
///
/// # Errors
/// No value was in force that day.
pub fn shares(law: &SchemeLaw, family: Family, died_on: Date, ledger: &mut impl Ledger) -> Result<Shares, Stop> {
    let spouse_share = law.a033_account_survivors.spouse_share.on(died_on)?;
    let (beside, after) = ([Class::Children, Class::Parents], [Class::Siblings, Class::Grandparents]);
    let shares = family.shares(spouse_share.value, &beside, &after);
    ledger.write(|| step(&SHARES, family, shares, spouse_share));
    Ok(shares)
}

/// What is paid of what the account still holds; nothing if nobody is left.
///
/// # Errors
/// No value was in force that day.
pub fn parts(
    law: &SchemeLaw,
    (balance, family): (i64, Family),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<Parts, Stop> {
    let shares = shares(law, family, died_on, ledger)?;
    let (heads, share) = shares.class.map_or((0, Rational::from_integer(0)), |(_, heads, each)| (heads, each));
    let each = (share * balance).floor().to_integer();
    ledger.write(|| {
        let step = EACH.gives(Quantity::Money(each)).given(names::ACCOUNT, Quantity::Money(balance));
        step.given(names::SHARE, Quantity::Share(share))
    });
    let rest = balance - each * i64::from(heads);
    Ok(match (family.spouse, heads) {
        (true, heads) => Parts { spouse: rest, each, heads, first: 0 },
        (false, 0) => Parts { spouse: 0, each, heads, first: 0 },
        (false, heads) => Parts { spouse: 0, each, heads, first: rest },
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::{Scheme, Steps};

    const ON: Date = date!(2050 - 03 - 01);

    fn of(balance: i64, family: Family) -> Parts {
        let law = &*crate::law::KEPT;
        parts(law.of(Scheme::Teacher), (balance, family), ON, &mut Steps::default()).unwrap()
    }

    #[test]
    fn half_to_the_spouse() {
        let children = Family { spouse: true, children: 3, ..Family::default() };
        assert_eq!(of(1_000_000, children), Parts { spouse: 500_002, each: 166_666, heads: 3, first: 0 });
        let alone = Family { spouse: true, siblings: 1, ..Family::default() };
        assert_eq!(of(1_000_000, alone).spouse, 1_000_000);
        let siblings = Family { siblings: 3, ..Family::default() };
        assert_eq!(of(1_000_000, siblings), Parts { spouse: 0, each: 333_333, heads: 3, first: 1 });
    }

    #[test]
    fn not_before_the_act() {
        let law = &*crate::law::KEPT;
        let before = parts(law.of(Scheme::Civil), (1, Family::default()), date!(2023 - 06 - 30), &mut Steps::default());
        assert!(matches!(before, Err(Stop::Missing(_))));
    }

    proptest! {
        #[test]
        fn the_whole_account_is_paid(balance in 0_i64..9_000_000, spouse: bool, children in 0_u32..9, parents in 0_u32..3, siblings in 0_u32..4) {
            let family = Family { spouse, children, parents, siblings, grandparents: 0 };
            let paid = of(balance, family);
            prop_assert_eq!(paid.total(), if family == Family::default() { 0 } else { balance });
            prop_assert!(paid.spouse >= 0 && paid.first >= 0 && paid.first <= i64::from(paid.heads));
        }
    }
}
