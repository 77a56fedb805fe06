//! # Addition to the lump sum for death on duty (加給一次撫卹金)
//!
//! ## The law says
//! Article 57: the lump sum is raised by a share that depends on how the duty caused the death.
//!
//! ## How we read it
//! The share is of the lump sum of Article 54 with deemed service; where Article 60 replaces it, still of the lump sum that Article 54
//! II (2) would give (60 III). It rests on the text alone: no worked example was found.
//!
//! ## Example
//! A rescue with a lump sum of 1,200,000: 600,000 more.

use statute::{Rational, Series};
use time::Date;

use super::a053_cause::Cause;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// For a rescue.
    rescue: Rational = "s0080034/a057/extra-heroic", "h0150049/a057/extra-heroic";
    /// For an accident on duty.
    duty: Rational = "s0080034/a057/extra-duty", "h0150049/a057/extra-duty";
    /// For sudden illness or overwork.
    sudden: Rational = "s0080034/a057/extra-sudden", "h0150049/a057/extra-sudden";
    /// For an accident on the way to or from a rescue.
    rescue_way: Rational = "s0080034/a057/extra-way-heroic", "h0150049/a057/extra-way-heroic";
}

/// The addition.
pub static RULE: Rule = Rule {
    id: "s0080034/a057_extra_lump",
    title: ("因公死亡加給一次撫卹金", "addition to the lump sum for death on duty"),
    law: &["s0080034/57", "s0080034/60/3", "h0150049/57", "h0150049/60/3"],
    formula: ("{death-lump} × 加給百分比", "{death-lump} × the share of the cause"),
};

/// The addition to a lump sum, NT dollars; nothing for illness or accident.
///
/// # Errors
/// No value was in force that day.
pub fn extra(law: &SchemeLaw, (cause, lump): (Cause, i64), on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let Some(series) = share_of(law, cause) else { return Ok(0) };
    let share = series.on(on)?;
    let rounding = law.rounding.amount.on(on)?;
    let extra = rounding.value.dollars(share.value * lump);
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(extra)).given(names::DEATH_LUMP, Quantity::Money(lump));
        step.uses(share).rounded(rounding)
    });
    Ok(extra)
}

fn share_of(law: &SchemeLaw, cause: Cause) -> Option<&Series<Rational>> {
    let values = &law.a057_extra_lump;
    match cause {
        Cause::Rescue => Some(&values.rescue),
        Cause::Duty => Some(&values.duty),
        Cause::RescueWay => Some(&values.rescue_way),
        Cause::Sudden | Cause::Way | Cause::Preparation | Cause::Overwork => Some(&values.sudden),
        Cause::Illness => None,
    }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn by_cause() {
        let on = date!(2026 - 03 - 05);
        let law = Law::on(on).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let of = |cause| extra(law.of(scheme), (cause, 1_000_001), on, &mut Steps::default()).unwrap();
            assert_eq!((of(Cause::Rescue), of(Cause::Duty), of(Cause::RescueWay)), (500_001, 250_001, 150_001));
            for cause in [Cause::Sudden, Cause::Way, Cause::Preparation, Cause::Overwork] {
                assert_eq!(of(cause), 100_001);
            }
            assert_eq!(of(Cause::Illness), 0);
        }
    }
}
