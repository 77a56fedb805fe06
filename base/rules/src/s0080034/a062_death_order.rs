//! # Order and shares of the survivors after death in service (撫卹金之領受順序及比率)
//!
//! ## The law says
//! Article 62: half to the spouse who has not remarried, the rest in equal parts to the first class there is of children, parents,
//! grandparents, brothers and sisters; here grandparents come before brothers and sisters, and the spouse takes all only where the
//! first three classes are empty. Article 63 I: the children of a child who died, renounced or lost the right take that child's part.
//! Article 62 VI: when all who draw the monthly benefit have lost it, what the lump sum by the scale of the one-time pension is more than
//! the monthly benefits drawn goes to the next class.
//!
//! ## How we read it
//! A child with children of its own who take in its place is counted among the children. Drawn benefits include those for minor children
//! (細則 84). Article 62 V: survivors who cannot agree ask for their parts one by one; the shares are the same. It rests on the text
//! alone: no worked example was found.
//!
//! ## Example
//! No spouse, a brother and a grandmother: all to the grandmother.

use statute::Rational;
use time::Date;

use super::a029_new_scheme::{self, Credited};
use super::a043_survivor_order::{Class, Family, Shares, step};
use super::a060_lump_instead::Both;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Share of the spouse beside the first three classes.
    spouse_share: Rational = "s0080034/a062/death-spouse-share", "h0150049/a062/death-spouse-share";
}

/// The shares.
pub static RULE: Rule = Rule {
    id: "s0080034/a062_death_order",
    title: ("撫卹金領受比率", "shares after death in service"),
    law: &["s0080034/62/1", "s0080034/62/2", "s0080034/62/3", "h0150049/62/1", "h0150049/62/2", "h0150049/62/3"],
    formula: (
        "配偶 {death-spouse-share}，其餘由同一順序平均領受；無子女、父母及祖父母者由配偶單獨領受",
        "{death-spouse-share} to the spouse, the rest in equal parts to one class; all to the spouse without children, parents and grandparents",
    ),
};

/// The part of one who takes in a child's place.
pub static REPRESENTED: Rule = Rule {
    id: "s0080034/a062_death_order",
    title: ("代位領受比率", "share taken in a child's place"),
    law: &["s0080034/63/1", "h0150049/63/1"],
    formula: ("{share} ÷ {children}", "{share} ÷ {children}"),
};

/// What is left when the monthly benefit ends early.
pub static REMAINDER: Rule = Rule {
    id: "s0080034/a062_death_order",
    title: ("一次撫卹金餘額", "what is left of the lump sum for death in service"),
    law: &["s0080034/62/6", "s0080035/80", "s0080035/84", "h0150049/62/6", "h0150051/80", "h0150051/84"],
    formula: ("{new-lump} − {drawn}，不低於零", "{new-lump} − {drawn}, not below nothing"),
};

/// The shares after a death in service.
///
/// # Errors
/// No value was in force that day.
pub fn shares(law: &SchemeLaw, family: Family, died_on: Date, ledger: &mut impl Ledger) -> Result<Shares, Stop> {
    let spouse_share = law.a062_death_order.spouse_share.on(died_on)?;
    let (beside, after) = ([Class::Children, Class::Parents, Class::Grandparents], [Class::Siblings]);
    let shares = family.shares(spouse_share.value, &beside, &after);
    ledger.write(|| step(&RULE, family, shares, spouse_share));
    Ok(shares)
}

/// The share of each of `heads` children who take the part of a child in its place. A child whose place nobody takes is not counted among the
/// children at all, so that its part goes to the others (62 III).
pub fn represented(share: Rational, heads: u32, ledger: &mut impl Ledger) -> Rational {
    let each = match heads {
        0 => Rational::from_integer(0),
        heads => share / i64::from(heads),
    };
    ledger.write(|| {
        let heads = Quantity::Number(Rational::from_integer(heads.into()));
        let step = REPRESENTED.gives(Quantity::Share(each)).given(names::SHARE, Quantity::Share(share));
        step.given(names::CHILDREN, heads)
    });
    each
}

/// What is left for the next class when the monthly benefit has ended early, NT dollars: for the average pay, service, and what was drawn
/// monthly. Whether deemed service counts is the reading of Article 60.
///
/// # Errors
/// No value was in force that day.
pub fn remainder(
    law: &SchemeLaw,
    (average_pay, counted, drawn): (i64, Both, i64),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let service = Credited { old: 0, new: counted.months(law) };
    let lump = a029_new_scheme::lump(law, (average_pay, service, Rational::from_integer(1)), died_on, ledger)?;
    let left = (lump - drawn).max(0);
    ledger.write(|| {
        let step = REMAINDER.gives(Quantity::Money(left)).given(names::NEW_LUMP, Quantity::Money(lump));
        step.given(names::DRAWN, Quantity::Money(drawn))
    });
    Ok(left)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use statute::{Edition, Readings};
    use time::macros::date;

    use crate::s0080034::a055_death_service::Counted;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 03 - 05);

    fn of(family: Family) -> Shares {
        let law = &*crate::law::KEPT;
        shares(law.of(Scheme::Civil), family, ON, &mut Steps::default()).unwrap()
    }

    #[test]
    fn grandparents_before_siblings_here() {
        let (half, whole) = (Rational::new(1, 2), Rational::from_integer(1));
        let distant = Family { siblings: 1, grandparents: 1, ..Family::default() };
        assert_eq!(of(distant).class, Some((Class::Grandparents, 1, whole)));
        let with_spouse = Family { spouse: true, ..distant };
        assert_eq!(of(with_spouse), Shares { spouse: half, class: Some((Class::Grandparents, 1, half)) });
        assert_eq!(of(Family { grandparents: 0, ..with_spouse }), Shares { spouse: whole, class: None });
    }

    #[test]
    fn grandchildren_take_their_parents_part() {
        let family = Family { spouse: true, children: 2, ..Family::default() };
        let Some((Class::Children, 2, each)) = of(family).class else { panic!("two children") };
        assert_eq!(represented(each, 3, &mut Steps::default()), Rational::new(1, 12));
        assert_eq!(represented(each, 0, &mut Steps::default()), Rational::from_integer(0));
    }

    #[test]
    fn what_is_left_of_the_lump_sum() {
        let law = Law::on(ON).unwrap();
        let counted = Both { credited: Counted::full(180), deemed: Counted::full(240) };
        let of = |law: &Law, drawn| {
            remainder(law.of(Scheme::Teacher), (40_000, counted, drawn), ON, &mut Steps::default()).unwrap()
        };
        let left = |drawn| of(&law, drawn);
        assert_eq!((left(400_000), left(2_399_999), left(2_400_000), left(9_000_000)), (2_000_000, 1, 0, 0));
        let readings = Readings::default().choose("death-lump-years/actual").unwrap();
        let actual = Law::of_edition(Edition { readings, ..Edition::of(ON) }).unwrap();
        assert_eq!(of(&actual, 400_000), 1_400_000, "the open point of Article 60 is the same here");
    }

    proptest! {
        #[test]
        fn the_shares_make_up_the_whole(spouse: bool, children in 0_u32..9, parents in 0_u32..3, siblings in 0_u32..9, grandparents in 0_u32..5) {
            let family = Family { spouse, children, parents, siblings, grandparents };
            let anybody = i64::from(family != Family::default());
            prop_assert_eq!(of(family).total(), Rational::from_integer(anybody));
        }
    }
}
