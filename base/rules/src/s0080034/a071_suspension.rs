//! # Payment held back (暫停發給)
//!
//! ## The law says
//! Article 71: who cannot be found or reached is not paid until applying in person. Article 72: who lives in mainland China for long is
//! not paid while there. Both are paid afterwards.
//!
//! ## How we read it
//! What is held back is owed, not lost. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! Unreachable since 2026-03-10: nothing is paid on 2026-04-01; after applying in person it is.

use time::Date;

use crate::months::Lasting;
use crate::{Ledger, Quantity, Rule, names};

/// Whether a payment is held back.
pub static RULE: Rule = Rule {
    id: "s0080034/a071_suspension",
    title: ("暫停發給", "whether the payment is held back"),
    law: &["s0080034/71", "s0080034/72", "h0150049/71", "h0150049/72"],
    formula: ("{paid-for} 在 {since} 以後且原因未消滅", "{paid-for} falls within the cause that began on {since}"),
};

/// Why a payment is held back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Suspension {
    /// 行蹤不明或無法聯繫 (71).
    Unreachable,
    /// 赴大陸地區長期居住 (72).
    LivesInMainland,
}

/// Whether the payment for a day is held back for a cause that lasts; it is made when the cause is over.
pub fn is_suspended((_, lasting): (Suspension, Lasting), paid_for: Date, ledger: &mut impl Ledger) -> bool {
    let held = lasting.holds(paid_for);
    ledger.write(|| {
        let step = RULE.gives(Quantity::Yes(held)).given(names::PAID_FOR, Quantity::Day(paid_for));
        step.given(names::SINCE, Quantity::Day(lasting.from))
    });
    held
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::Steps;

    #[test]
    fn while_the_cause_lasts() {
        let lasting = Lasting { from: date!(2026 - 03 - 10), until: Some(date!(2026 - 06 - 02)) };
        let held = |day| is_suspended((Suspension::Unreachable, lasting), day, &mut Steps::default());
        assert_eq!((held(date!(2026 - 03 - 01)), held(date!(2026 - 04 - 01))), (false, true));
        assert_eq!((held(date!(2026 - 06 - 01)), held(date!(2026 - 07 - 01))), (true, false));
    }
}
