//! # Order and shares of the survivors (遺屬一次金之領受順序及比率)
//!
//! ## The law says
//! Article 43: half to the spouse who has not remarried, the rest in equal parts to the first class there is of children, parents,
//! brothers and sisters, grandparents. Without children and parents the spouse takes all; without a spouse the classes do. Who has
//! renounced or lost the right leaves the part to the others of the class, and an empty class to the next.
//!
//! ## How we read it
//! Only who can take is counted; who has renounced or lost the right is as if not there. Article 62 has another order for death in
//! service: [`super::a062_death_order`]. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! A spouse and three children: one half, and one sixth each.

use statute::{Rational, Valued};
use time::Date;

use crate::{Ledger, Name, Quantity, Rule, SchemeLaw, Step, Stop, names};

crate::law::values! {
    /// Share of the spouse beside children or parents.
    spouse_share: Rational = "s0080034/a043/spouse-share", "h0150049/a043/spouse-share";
}

/// The shares.
pub static RULE: Rule = Rule {
    id: "s0080034/a043_survivor_order",
    title: ("遺屬領受比率", "shares of the survivors"),
    law: &["s0080034/43/1", "s0080034/43/2", "s0080034/43/3", "h0150049/43/1", "h0150049/43/2", "h0150049/43/3"],
    formula: (
        "配偶 {spouse-share}，其餘由同一順序平均領受；無子女及父母者由配偶單獨領受",
        "{spouse-share} to the spouse, the rest in equal parts to one class; all to the spouse without children and parents",
    ),
};

/// Who is left and can take.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Family {
    /// A spouse who has not remarried.
    pub spouse: bool,
    /// Children.
    pub children: u32,
    /// Parents.
    pub parents: u32,
    /// Brothers and sisters.
    pub siblings: u32,
    /// Grandparents.
    pub grandparents: u32,
}

/// A class of survivors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// 子女.
    Children,
    /// 父母.
    Parents,
    /// 兄弟姊妹.
    Siblings,
    /// 祖父母.
    Grandparents,
}

impl Class {
    /// What it is called in a step.
    pub fn name(self) -> Name {
        match self {
            Self::Children => names::CHILDREN,
            Self::Parents => names::PARENTS,
            Self::Siblings => names::SIBLINGS,
            Self::Grandparents => names::GRANDPARENTS,
        }
    }
}

/// What each takes of the whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shares {
    /// The spouse's.
    pub spouse: Rational,
    /// The class that takes beside or instead of the spouse, its heads, and each one's share.
    pub class: Option<(Class, u32, Rational)>,
}

impl Shares {
    /// All shares together: one, or nothing if nobody is left.
    pub fn total(self) -> Rational {
        self.spouse + self.class.map_or(Rational::from_integer(0), |(_, heads, each)| each * i64::from(heads))
    }
}

impl Family {
    /// How many there are in a class.
    pub fn heads(self, class: Class) -> u32 {
        match class {
            Class::Children => self.children,
            Class::Parents => self.parents,
            Class::Siblings => self.siblings,
            Class::Grandparents => self.grandparents,
        }
    }

    /// The shares, where the spouse takes `spouse_share` beside the classes in `beside`, and all where none of those is left.
    pub(crate) fn shares(self, spouse_share: Rational, beside: &[Class], after: &[Class]) -> Shares {
        let first = |classes: &[Class]| classes.iter().copied().find(|class| self.heads(*class) > 0);
        let (nothing, whole) = (Rational::from_integer(0), Rational::from_integer(1));
        let (spouse, class) = match (self.spouse, first(beside)) {
            (true, Some(class)) => (spouse_share, Some(class)),
            (true, None) => (whole, None),
            (false, class) => (nothing, class.or_else(|| first(after))),
        };
        let each = |class| {
            let heads = self.heads(class);
            (class, heads, (whole - spouse) / i64::from(heads))
        };
        Shares { spouse, class: class.map(each) }
    }
}

/// The shares of the survivors of a pensioner.
///
/// # Errors
/// No value was in force that day.
pub fn shares(law: &SchemeLaw, family: Family, died_on: Date, ledger: &mut impl Ledger) -> Result<Shares, Stop> {
    let spouse_share = law.a043_survivor_order.spouse_share.on(died_on)?;
    let (beside, after) = ([Class::Children, Class::Parents], [Class::Siblings, Class::Grandparents]);
    let shares = family.shares(spouse_share.value, &beside, &after);
    ledger.write(|| step(&RULE, family, shares, spouse_share));
    Ok(shares)
}

/// The step that tells who takes what.
pub(crate) fn step(rule: &'static Rule, family: Family, shares: Shares, spouse_share: &Valued<Rational>) -> Step {
    let step = match shares.class {
        Some((class, heads, each)) => {
            let heads = Quantity::Number(Rational::from_integer(heads.into()));
            rule.gives(Quantity::Share(each)).given(class.name(), heads)
        }
        None => rule.gives(Quantity::Share(shares.spouse)),
    };
    step.given(names::SPOUSE, Quantity::Yes(family.spouse)).uses(spouse_share)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::{Scheme, Steps};

    fn of(family: Family) -> Shares {
        let law = &*crate::law::KEPT;
        shares(law.of(Scheme::Civil), family, date!(2026 - 01 - 01), &mut Steps::default()).unwrap()
    }

    fn part(numerator: i64, denominator: i64) -> Rational {
        Rational::new(numerator, denominator)
    }

    #[test]
    fn half_to_the_spouse_and_the_rest_to_one_class() {
        let children = Family { spouse: true, children: 3, parents: 2, ..Family::default() };
        assert_eq!(of(children), Shares { spouse: part(1, 2), class: Some((Class::Children, 3, part(1, 6))) });
        let parents = Family { children: 0, ..children };
        assert_eq!(of(parents).class, Some((Class::Parents, 2, part(1, 4))));
    }

    #[test]
    fn the_spouse_alone_before_siblings_and_grandparents() {
        let family = Family { spouse: true, siblings: 2, grandparents: 1, ..Family::default() };
        assert_eq!(of(family), Shares { spouse: part(1, 1), class: None });
        let without = Family { spouse: false, ..family };
        assert_eq!(of(without).class, Some((Class::Siblings, 2, part(1, 2))), "before grandparents");
        assert_eq!(of(Family { siblings: 0, ..without }).class, Some((Class::Grandparents, 1, part(1, 1))));
        assert_eq!(of(Family::default()).total(), part(0, 1));
    }

    proptest! {
        #[test]
        fn the_shares_make_up_the_whole(spouse: bool, children in 0_u32..9, parents in 0_u32..3, siblings in 0_u32..9, grandparents in 0_u32..5) {
            let family = Family { spouse, children, parents, siblings, grandparents };
            let anybody = family != Family::default();
            prop_assert_eq!(of(family).total(), part(i64::from(anybody), 1));
        }
    }
}
