//! # A will that names who takes the survivors' benefit (遺囑指定領受人)
//!
//! ## The law says
//! Article 48 I and Article 63 II: a will that names survivors of the classes is followed, but a minor child keeps at least the share it had
//! by law. The enforcement rules (細則 62, 85): where the will names no shares, or leaves a minor child less, the shares of the law
//! hold instead.
//!
//! ## How we read it
//! Where the will leaves a minor child less, the shares of the law hold for everybody. Where it names people without shares, the shares of the law
//! hold if it names all who take by law; whom it passes over then, and what becomes of a rest it does not give to anybody, the law does not
//! say: that is refused. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! Nine tenths to the spouse and one tenth to a minor child who had one half by law: the law's halves hold.

use kernel::Refusal;
use statute::Rational;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop};

/// Whether the will is followed.
pub static RULE: Rule = Rule {
    id: "s0080034/a048_will",
    title: ("從遺囑指定之領受比率", "whether the shares of the will are followed"),
    law: &[
        "s0080034/48/1",
        "s0080034/63/2",
        "s0080035/62",
        "s0080035/85",
        "h0150049/48/1",
        "h0150049/63/2",
        "h0150051/64",
        "h0150051/85",
    ],
    formula: (
        "各人比率均經指定且合計為全部，未成年子女不低於原得領取比率",
        "every share is named, they make up the whole, and no minor child has less than by law",
    ),
};

/// What one survivor has by law and by the will.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Heir {
    /// By law; nothing for who would not take without the will.
    pub by_law: Rational,
    /// By the will: nothing for a survivor it passes over, not given where it names somebody without a share.
    pub by_will: Option<Rational>,
    /// A minor child.
    pub minor_child: bool,
}

/// Whether the shares of the will are followed; otherwise those of the law hold.
///
/// # Errors
/// A share is below nothing; the shares are not the whole; somebody without a share stands beside somebody passed over.
pub fn is_followed(law: &SchemeLaw, heirs: &[Heir], ledger: &mut impl Ledger) -> Result<bool, Stop> {
    let (nothing, whole) = (Rational::from_integer(0), Rational::from_integer(1));
    let cited = law.cited("s0080034/48/1", "h0150049/48/1");
    let unclear = |zh: &'static str, en: &'static str| {
        Stop::from(Refusal::new("pension/will-unclear", zh, en).field("survivors").cite(cited))
    };
    if heirs.iter().any(|heir| heir.by_will.is_some_and(|share| share < nothing)) {
        return Err(unclear("遺囑指定之比率不得為負", "A share by the will is below nothing"));
    }
    let given: Rational = heirs.iter().filter_map(|heir| heir.by_will).sum();
    let kept = |heir: &Heir| !heir.minor_child || heir.by_will.is_none_or(|share| share >= heir.by_law);
    let followed = match heirs.iter().all(|heir| heir.by_will.is_some()) {
        _ if !heirs.iter().all(kept) => false,
        true if given == whole => true,
        true => {
            let zh = "遺囑指定之比率合計非全部，其餘如何領受法無明文，無法認定";
            return Err(unclear(
                zh,
                "The shares of the will are not the whole: the law does not say who takes the rest",
            ));
        }
        false if given == nothing && heirs.iter().all(|heir| heir.by_will.is_none() || heir.by_law == nothing) => false,
        false => {
            let zh = "遺囑指定部分遺族而未指定全部比率者，比率應於何人之間依法分配，法無明文，無法認定";
            let en = "The will names some without shares: the law does not say among whom its shares hold";
            return Err(unclear(zh, en));
        }
    };
    ledger.write(|| RULE.gives(Quantity::Yes(followed)));
    Ok(followed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Law, Scheme, Steps};

    type Part = (i64, i64);

    fn heir(by_law: Part, by_will: Option<Part>, minor_child: bool) -> Heir {
        let part = |(n, d)| Rational::new(n, d);
        Heir { by_law: part(by_law), by_will: by_will.map(part), minor_child }
    }

    fn of(heirs: &[Heir]) -> Result<bool, Stop> {
        let law: &Law = &crate::law::KEPT;
        is_followed(law.of(Scheme::Civil), heirs, &mut Steps::default())
    }

    fn unclear(outcome: &Result<bool, Stop>) -> bool {
        matches!(outcome, Err(Stop::Refused(refusal)) if refusal.code == "pension/will-unclear")
    }

    #[test]
    fn a_minor_child_keeps_its_share() {
        let will = |spouse, child| of(&[heir((1, 2), Some(spouse), false), heir((1, 2), Some(child), true)]);
        assert_eq!((will((1, 2), (1, 2)), will((1, 10), (9, 10))), (Ok(true), Ok(true)));
        assert_eq!(will((51, 100), (49, 100)), Ok(false));
        assert_eq!(will((1, 1), (0, 1)), Ok(false), "passed over");
    }

    #[test]
    fn a_grown_child_may_be_passed_over() {
        let heirs = [heir((1, 2), Some((1, 1)), false), heir((1, 2), Some((0, 1)), false)];
        let mut steps = Steps::default();
        let law: &Law = &crate::law::KEPT;
        assert_eq!(is_followed(law.of(Scheme::Teacher), &heirs, &mut steps), Ok(true));
        assert_eq!(steps.0[0].outcome, Quantity::Yes(true));
    }

    #[test]
    fn who_is_named_without_a_share_takes_by_law_if_nobody_is_passed_over() {
        let (half, none) = ((1, 2), Some((0, 1)));
        assert_eq!(of(&[heir(half, None, false), heir(half, None, false)]), Ok(false));
        assert_eq!(of(&[heir(half, None, false), heir(half, None, true), heir((0, 1), none, false)]), Ok(false));
        assert!(unclear(&of(&[heir(half, None, false), heir(half, none, false)])));
        assert!(unclear(&of(&[heir(half, None, false), heir(half, Some((1, 1)), false)])));
    }

    #[test]
    fn shares_that_are_not_the_whole_are_not_guessed() {
        let half = (1, 2);
        assert!(unclear(&of(&[heir(half, Some(half), false), heir(half, Some((1, 3)), false)])));
        assert!(unclear(&of(&[heir(half, Some((3, 2)), false), heir(half, Some((-1, 2)), false)])));
    }
}
