//! # Kinds of pension (退休金種類)
//!
//! ## The law says
//! Article 26 (teachers 27): a lump sum, a monthly pension, or half of each, each computed for itself and taken by its part.
//!
//! ## How we read it
//! The ways of Article 31 IV, deferred and reduced, are kinds of their own here, since they are chosen in their place.
//!
//! ## Example
//! Half of each: one half of the lump sum and one half of the monthly pension.

use statute::Rational;
use time::Date;

use crate::facts::Benefit;
use crate::{SchemeLaw, Stop};

crate::law::values! {
    /// Part of each in a half pension.
    half: Rational = "s0080034/a026/half-part", "h0150049/a027/half-part";
}

/// A set of kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Benefits(u8);

impl Benefits {
    /// These kinds.
    pub fn of(kinds: &[Benefit]) -> Self {
        Self(kinds.iter().fold(0, |set, kind| set | 1 << *kind as u8))
    }

    /// Whether it has a kind.
    pub fn has(self, kind: Benefit) -> bool {
        self.0 & (1 << kind as u8) != 0
    }

    /// The kinds it has, in the order of the act.
    pub fn iter(self) -> impl Iterator<Item = Benefit> {
        Benefit::ALL.iter().copied().filter(move |kind| self.has(*kind))
    }
}

/// What of a kind is drawn as a lump sum and what monthly.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parts {
    /// Part of the lump sum.
    pub lump: Rational,
    /// Part of the monthly pension.
    pub monthly: Rational,
}

/// The parts of a kind.
///
/// # Errors
/// No value was in force that day.
pub fn parts(law: &SchemeLaw, kind: Benefit, on: Date) -> Result<Parts, Stop> {
    let (none, whole) = (Rational::from_integer(0), Rational::from_integer(1));
    Ok(match kind {
        Benefit::Lump => Parts { lump: whole, monthly: none },
        Benefit::Monthly | Benefit::Deferred | Benefit::Reduced => Parts { lump: none, monthly: whole },
        Benefit::Half | Benefit::HalfDeferred | Benefit::HalfReduced => {
            let half = law.a026_kinds.half.on(on)?.value;
            Parts { lump: half, monthly: whole - half }
        }
    })
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme};

    #[test]
    fn the_parts_make_a_whole() {
        let on = date!(2026 - 01 - 16);
        let law = Law::on(on).unwrap();
        for kind in Benefit::ALL.iter().copied() {
            let parts = parts(law.of(Scheme::Civil), kind, on).unwrap();
            assert_eq!(parts.lump + parts.monthly, Rational::from_integer(1), "{kind:?}");
        }
        let half = parts(law.of(Scheme::Teacher), Benefit::HalfReduced, on).unwrap();
        assert_eq!(half.lump, Rational::new(1, 2));
    }

    #[test]
    fn a_set_has_what_was_put_in() {
        let some = Benefits::of(&[Benefit::HalfReduced, Benefit::Lump]);
        assert_eq!(some.iter().collect::<Vec<_>>(), [Benefit::Lump, Benefit::HalfReduced]);
        assert!(!some.has(Benefit::Monthly) && !Benefits::default().has(Benefit::Lump));
    }
}
