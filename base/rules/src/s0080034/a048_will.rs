//! # A will that names who takes the survivors' benefit (遺囑指定領受人)
//!
//! ## The law says
//! Article 48 I and Article 63 II: a will that names survivors of the classes is followed, but a minor child keeps at least the share it had
//! by law. The enforcement rules (細則 62, 85): where the will names no shares, or leaves a minor child less, the shares of the law
//! hold instead.
//!
//! ## How we read it
//! Then they hold for everybody, as the rules say. Shares that do not make up the whole name no shares. It rests on the text alone: no
//! worked example was found.
//!
//! ## Example
//! Nine tenths to the spouse and one tenth to a minor child who had one half by law: the law's halves hold.

use statute::Rational;

use crate::{Ledger, Quantity, Rule};

/// Whether the will is followed.
pub static RULE: Rule = Rule {
    id: "s0080034/a048_will",
    title: ("從遺囑指定之領受比率", "whether the shares of the will are followed"),
    law: &["s0080034/48/1", "s0080034/63/2", "s0080035/62", "h0150049/48/1", "h0150049/63/2"],
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
pub fn is_followed(heirs: &[Heir], ledger: &mut impl Ledger) -> bool {
    let named: Option<Rational> = heirs.iter().map(|heir| heir.by_will).sum();
    let kept = |heir: &Heir| !heir.minor_child || heir.by_will.is_some_and(|share| share >= heir.by_law);
    let followed = named == Some(Rational::from_integer(1)) && heirs.iter().all(kept);
    ledger.write(|| RULE.gives(Quantity::Yes(followed)));
    followed
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Steps;

    fn heir(by_law: (i64, i64), by_will: Option<(i64, i64)>, minor_child: bool) -> Heir {
        let part = |(n, d)| Rational::new(n, d);
        Heir { by_law: part(by_law), by_will: by_will.map(part), minor_child }
    }

    #[test]
    fn a_minor_child_keeps_its_share() {
        let will = |spouse, child| {
            is_followed(&[heir((1, 2), Some(spouse), false), heir((1, 2), Some(child), true)], &mut Steps::default())
        };
        assert!(will((1, 2), (1, 2)) && will((1, 10), (9, 10)));
        assert!(!will((51, 100), (49, 100)));
    }

    #[test]
    fn a_grown_child_may_be_passed_over() {
        let heirs = [heir((1, 2), Some((1, 1)), false), heir((1, 2), Some((0, 1)), false)];
        let mut steps = Steps::default();
        assert!(is_followed(&heirs, &mut steps));
        assert_eq!(steps.0[0].outcome, Quantity::Yes(true));
    }

    #[test]
    fn shares_must_be_named_and_whole() {
        assert!(!is_followed(&[heir((1, 2), None, false), heir((1, 2), Some((1, 1)), false)], &mut Steps::default()));
        assert!(!is_followed(
            &[heir((1, 2), Some((1, 2)), false), heir((1, 2), Some((1, 3)), false)],
            &mut Steps::default()
        ));
    }
}
