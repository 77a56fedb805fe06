//! # Cause of a death in service (撫卹原因)
//!
//! ## The law says
//! Article 52: illness or accident, or duty; suicide counts as illness, save that of a convict before dismissal, which gives nothing.
//! Article 53 II: the kinds of death on duty. Article 53 III: an accident on the way that the dead person's own gross violation of the
//! traffic rules caused is an accident.
//!
//! ## How we read it
//! Which kind it was is found by the authority with its panel of experts; here it is a fact. It rests on the text alone: no worked
//! example was found.
//!
//! ## Example
//! An accident on the way to the office by running a red light that counts as gross: an accident, no death on duty.

use crate::{Ledger, Quantity, Rule, names};

/// The cause that holds.
pub static RULE: Rule = Rule {
    id: "s0080034/a053_cause",
    title: ("因公死亡", "whether it was a death on duty"),
    law: &["s0080034/52", "s0080034/53", "h0150049/52", "h0150049/53"],
    formula: (
        "重大交通違規行為所致者以意外死亡論：{violation}",
        "an accident if by a gross violation of traffic rules: {violation}",
    ),
};

/// Why somebody died in service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Cause {
    /// 病故或意外死亡 (52 I (1)); suicide counts as it.
    Illness,
    /// Rescue or war, of civil servants arrest too, at the risk of life (53 II (1)).
    Rescue,
    /// Accident, violence or illness at the office or on a mission (53 II (2)).
    Duty,
    /// Sudden illness at the office or on a mission (53 II (3)).
    Sudden,
    /// Accident on the way to or from a rescue (53 II (4) 1).
    RescueWay,
    /// Sudden illness on such a way, or accident or sudden illness on the way to or from other duty (53 II (4) 2).
    Way,
    /// While preparing or clearing up (53 II (4) 3).
    Preparation,
    /// Overwork (53 II (5)).
    Overwork,
}

impl Cause {
    /// Whether it is a death on duty.
    pub fn is_on_duty(self) -> bool {
        self != Self::Illness
    }

    /// The article that names it.
    pub fn place(self) -> &'static str {
        match self {
            Self::Illness => "52/1/1",
            Self::Rescue => "53/2/1",
            Self::Duty => "53/2/2",
            Self::Sudden => "53/2/3",
            Self::RescueWay => "53/2/4/1",
            Self::Way => "53/2/4/2",
            Self::Preparation => "53/2/4/3",
            Self::Overwork => "53/2/5",
        }
    }
}

/// The cause that holds where the dead person's own gross violation of traffic rules is found, or is not (53 III).
pub fn cause(found: Cause, violation: bool, ledger: &mut impl Ledger) -> Cause {
    let cause = match found {
        Cause::RescueWay | Cause::Way if violation => Cause::Illness,
        found => found,
    };
    ledger.write(|| RULE.gives(Quantity::Yes(cause.is_on_duty())).given(names::VIOLATION, Quantity::Yes(violation)));
    cause
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Steps;

    const ALL: [Cause; 8] = [
        Cause::Illness,
        Cause::Rescue,
        Cause::Duty,
        Cause::Sudden,
        Cause::RescueWay,
        Cause::Way,
        Cause::Preparation,
        Cause::Overwork,
    ];

    #[test]
    fn a_gross_violation_makes_an_accident_of_the_way_only() {
        for found in ALL {
            assert_eq!(cause(found, false, &mut Steps::default()), found);
            let held = cause(found, true, &mut Steps::default());
            let way = matches!(found, Cause::RescueWay | Cause::Way);
            assert_eq!(held, if way { Cause::Illness } else { found });
        }
    }

    #[test]
    fn every_cause_stands_in_both_acts() {
        for (cause, act) in ALL.iter().flat_map(|cause| ["s0080034", "h0150049"].map(|act| (cause, act))) {
            assert!(statute::Citation::parse(&format!("{act}/{}", cause.place())).unwrap().text().is_some());
        }
    }
}
