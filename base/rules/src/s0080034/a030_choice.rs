//! # What may be chosen (退休金之擇領)
//!
//! ## The law says
//! Article 30 (teachers 31): under fifteen years a lump sum; from fifteen years the kinds of Article 26, freely where retirement was not one's own
//! choice, else from the starting age; before it the ways of Article 31 IV. Article 86 I lets service under other acts help to fifteen
//! years; foreigners draw a lump sum (條例 95).
//!
//! ## How we read it
//! Fifteen years are actual service. Article 86 II, service of other sectors helping, gives a monthly pension and nothing else. A reduced pension is open if it is no more months early than the act allows. Whether an injury on duty opens a
//! monthly pension below fifteen years is an open point (`injury-monthly`).
//!
//! ## Example
//! Twenty-five years at 59 in 2026: a lump sum, a deferred pension from 65, the same by halves; six years early is too early to be reduced.

use time::Date;

use super::a026_kinds::Benefits;
use crate::facts::{Benefit, Ground};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Service for a monthly pension.
    months_monthly: u32 = "s0080034/a030/months-monthly", "h0150049/a031/months-monthly";
    /// The most months early.
    early_max: u32 = "s0080034/a031/reduction-months-max", "h0150049/a032/reduction-months-max";
}

/// Only a lump sum.
pub static LUMP_ONLY: Rule = Rule {
    id: "s0080034/a030_choice",
    title: ("僅得支領一次退休金", "a lump sum only"),
    law: &["s0080034/30/1", "h0150049/31/1"],
    formula: (
        "計入 {service-for-choice}，月退休金須滿 {months-monthly}",
        "{service-for-choice} count; a monthly pension takes {months-monthly}",
    ),
};

/// Severance.
pub static SEVERANCE: Rule = Rule {
    id: "s0080034/a030_choice",
    title: ("僅得支領一次給與", "paid once only"),
    law: &["s0080034/42", "h0150049/42"],
    formula: ("資遣給與一次發給", "severance is paid once"),
};

/// Only a foreign nationality.
pub static FOREIGN: Rule = Rule {
    id: "s0080034/a030_choice",
    title: ("僅得支領一次退休金", "a lump sum only"),
    law: &["h0150049/95/1"],
    formula: ("僅具外國籍者以支領一次退休金為限", "who has only a foreign nationality draws a lump sum"),
};

/// Together with service under other acts, and still too little.
pub static NOTHING: Rule = Rule {
    id: "s0080034/a030_choice",
    title: ("未成就請領月退休金條件", "no monthly pension together with other service"),
    law: &["s0080034/86/2", "h0150049/87/2"],
    formula: (
        "併計 {service-for-choice}，月退休金須滿 {months-monthly}",
        "{service-for-choice} together; a monthly pension takes {months-monthly}",
    ),
};

/// The kinds open from fifteen years.
pub static FROM_STARTING_AGE: Rule = Rule {
    id: "s0080034/a030_choice",
    title: ("得擇領之退休金種類", "kinds of pension that may be chosen"),
    law: &[
        "s0080034/26/1",
        "s0080034/30/2",
        "s0080034/30/3",
        "s0080034/31/4",
        "s0080034/33",
        "s0080034/86/1",
        "h0150049/27/1",
        "h0150049/31/2",
        "h0150049/31/3",
        "h0150049/32/4",
        "h0150049/87/1",
    ],
    formula: (
        "計入 {service-for-choice}，已滿 {months-monthly}；距起支年齡 {early-months}，減額至多 {reduction-months-max}",
        "{service-for-choice} count, at least {months-monthly}; {early-months} before the starting age, reduced at most {reduction-months-max}",
    ),
};

/// Whether an injury on duty opens a monthly pension without fifteen years.
pub const INJURY_MONTHLY: &str = "injury-monthly";

/// What the choice depends on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chooser {
    /// The ground.
    pub ground: Ground,
    /// Months that count towards fifteen years, those of other sectors included where they may help.
    pub months: u32,
    /// Months before the starting age; 0 if a full monthly pension may start.
    pub early_months: u32,
    /// Only a foreign nationality.
    pub foreign: bool,
}

/// The kinds of pension that may be chosen.
///
/// # Errors
/// No value was in force that day.
pub fn open(law: &SchemeLaw, chooser: Chooser, on: Date, ledger: &mut impl Ledger) -> Result<Benefits, Stop> {
    let values = &law.a030_choice;
    let (least, early_max) = (values.months_monthly.on(on)?, values.early_max.on(on)?);
    let by_injury = chooser.ground == Ground::OrderedInjury && law.readings.answer(INJURY_MONTHLY) == "any-service";
    let long_enough = chooser.months >= least.value || by_injury;
    let lump_only = match chooser {
        Chooser { ground: Ground::Severance, .. } => Some(&SEVERANCE),
        // 86 II gives a monthly pension or none.
        Chooser { ground: Ground::Combined, foreign, .. } if foreign || !long_enough => Some(&NOTHING),
        Chooser { foreign: true, .. } => Some(&FOREIGN),
        _ if !long_enough => Some(&LUMP_ONLY),
        _ => None,
    };
    let open = match (lump_only, chooser.early_months) {
        (Some(_), _) if chooser.ground == Ground::Combined => Benefits::default(),
        (Some(_), _) => Benefits::of(&[Benefit::Lump]),
        (None, _) if chooser.ground == Ground::Combined => Benefits::of(&[Benefit::Monthly]),
        (None, 0) => Benefits::of(&[Benefit::Lump, Benefit::Monthly, Benefit::Half]),
        (None, early) if early > early_max.value => {
            Benefits::of(&[Benefit::Lump, Benefit::Deferred, Benefit::HalfDeferred])
        }
        (None, _) => Benefits::of(&[
            Benefit::Lump,
            Benefit::Deferred,
            Benefit::Reduced,
            Benefit::HalfDeferred,
            Benefit::HalfReduced,
        ]),
    };
    ledger.write(|| {
        let step = lump_only.unwrap_or(&FROM_STARTING_AGE).gives(Quantity::Words(in_words(open)));
        let step = step.given(names::SERVICE_FOR_CHOICE, Quantity::Months(chooser.months)).uses(least);
        match lump_only {
            Some(_) => step,
            None => step.given(names::EARLY_MONTHS, Quantity::Months(chooser.early_months)).uses(early_max),
        }
    });
    Ok(open)
}

fn in_words(open: Benefits) -> kernel::Text {
    if open == Benefits::default() {
        return kernel::Text::new("無", "none");
    }
    let names_of = |text: fn(kernel::Text) -> String, by: &str| {
        open.iter().map(|kind| text(kind.text())).collect::<Vec<_>>().join(by)
    };
    kernel::Text::new(names_of(|text| text.zh.into_owned(), "、"), names_of(|text| text.en.into_owned(), ", "))
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 01 - 16);

    fn kinds(edition: Edition, ground: Ground, months: u32, early_months: u32) -> Vec<Benefit> {
        let law = Law::of_edition(edition).unwrap();
        let chooser = Chooser { ground, months, early_months, foreign: false };
        open(law.of(Scheme::Civil), chooser, ON, &mut Steps::default()).unwrap().iter().collect()
    }

    #[test]
    fn fifteen_years_open_the_monthly_pension() {
        let open = |ground, months, early| kinds(Edition::of(ON), ground, months, early);
        assert_eq!(open(Ground::Voluntary, 179, 0), [Benefit::Lump]);
        assert_eq!(open(Ground::Voluntary, 180, 0), [Benefit::Lump, Benefit::Monthly, Benefit::Half]);
        assert_eq!(open(Ground::Severance, 400, 0), [Benefit::Lump]);
        assert_eq!(open(Ground::Combined, 180, 0), [Benefit::Monthly]);
        assert_eq!(open(Ground::Combined, 179, 0), [], "86 II gives no lump sum");
        let reduced = [Benefit::Lump, Benefit::Deferred, Benefit::Reduced, Benefit::HalfDeferred, Benefit::HalfReduced];
        assert_eq!(open(Ground::Voluntary, 300, 1), reduced);
        assert_eq!(open(Ground::Voluntary, 300, 60), reduced);
        assert_eq!(open(Ground::Voluntary, 300, 61), [Benefit::Lump, Benefit::Deferred, Benefit::HalfDeferred]);
    }

    #[test]
    fn the_step_says_why_only_a_lump_sum_is_open() {
        let law = Law::on(ON).unwrap();
        let why = |scheme, ground, months, foreign| {
            let mut steps = Steps::default();
            let chooser = Chooser { ground, months, early_months: 0, foreign };
            let kinds: Vec<_> = open(law.of(scheme), chooser, ON, &mut steps).unwrap().iter().collect();
            (steps.0[0].rule.law[0], kinds)
        };
        let lump = vec![Benefit::Lump];
        assert_eq!(why(Scheme::Civil, Ground::Severance, 400, false), ("s0080034/42", lump.clone()));
        assert_eq!(why(Scheme::Teacher, Ground::Mandatory, 400, true), ("h0150049/95/1", lump.clone()));
        assert_eq!(why(Scheme::Civil, Ground::Mandatory, 179, false), ("s0080034/30/1", lump));
        assert_eq!(why(Scheme::Teacher, Ground::Combined, 400, true), ("s0080034/86/2", vec![]));
    }

    #[test]
    fn an_injury_on_duty_by_either_reading() {
        assert!(kinds(Edition::of(ON), Ground::OrderedInjury, 12, 0).contains(&Benefit::Monthly));
        let mut edition = Edition::of(ON);
        edition.readings = Readings::default().choose("injury-monthly/fifteen-years").unwrap();
        assert_eq!(kinds(edition, Ground::OrderedInjury, 179, 0), [Benefit::Lump]);
    }
}
