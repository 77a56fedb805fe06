//! # Severance pay (資遣給與)
//!
//! ## The law says
//! Article 42: by the scales of the one-time pension in Articles 28 and 29 (teachers 29 and 30).
//!
//! ## How we read it
//! Both lump sums are added, each rounded for itself as each has its payer. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! Four years of new-scheme service at an average pay of 30,000: six bases of 60,000, 360,000.

use statute::Rational;
use time::Date;

use super::a029_new_scheme::Credited;
use super::{a028_old_scheme, a029_new_scheme};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

/// Severance pay.
pub static RULE: Rule = Rule {
    id: "s0080034/a042_severance",
    title: ("資遣給與", "severance pay"),
    law: &["s0080034/42", "s0080035/66", "h0150049/42", "h0150051/66"],
    formula: ("{old-lump} + {new-lump}", "{old-lump} + {new-lump}"),
};

/// What is paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Severance {
    /// For old-scheme service, NT dollars; the government pays it.
    pub old: i64,
    /// For new-scheme service, NT dollars; the fund pays it.
    pub new: i64,
}

impl Severance {
    /// Both, NT dollars.
    pub fn total(self) -> i64 {
        self.old + self.new
    }
}

/// Severance pay for credited service at an average pay.
///
/// # Errors
/// No value was in force that day.
pub fn severance(
    law: &SchemeLaw,
    (average_pay, credited): (i64, Credited),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Severance, Stop> {
    let whole = Rational::from_integer(1);
    let old = match credited.old {
        0 => 0,
        months => a028_old_scheme::lump(law, (average_pay, months, whole), on, ledger)?,
    };
    let new = match credited.new {
        0 => 0,
        _ => a029_new_scheme::lump(law, (average_pay, credited, whole), on, ledger)?,
    };
    Ok(both(old, new, ledger))
}

/// Severance pay of its two parts, NT dollars.
pub fn both(old: i64, new: i64, ledger: &mut impl Ledger) -> Severance {
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(old + new)).given(names::OLD_LUMP, Quantity::Money(old));
        step.given(names::NEW_LUMP, Quantity::Money(new))
    });
    Severance { old, new }
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 02 - 01);

    #[test]
    fn both_lump_sums() {
        let law = Law::on(ON).unwrap();
        let law = law.of(Scheme::Civil);
        let paid = |old, new| severance(law, (30_000, Credited { old, new }), ON, &mut Steps::default()).unwrap();
        assert_eq!(paid(0, 48), Severance { old: 0, new: 360_000 });
        assert_eq!(paid(24, 0), Severance { old: 92_790, new: 0 }, "three bases of 30,930");
        assert_eq!(paid(24, 48).total(), 452_790);
        assert_eq!(paid(0, 0).total(), 0);
    }

    #[test]
    fn the_steps_name_both_scales() {
        let law = Law::on(ON).unwrap();
        let mut steps = Steps::default();
        severance(law.of(Scheme::Teacher), (30_000, Credited { old: 24, new: 48 }), ON, &mut steps).unwrap();
        let rules: Vec<_> = steps.0.iter().map(|step| step.rule.id).collect();
        assert_eq!(rules.last(), Some(&"s0080034/a042_severance"));
        assert!(rules.contains(&"s0080034/a028_old_scheme") && rules.contains(&"s0080034/a029_new_scheme"));
    }
}
