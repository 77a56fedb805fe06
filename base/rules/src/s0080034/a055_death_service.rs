//! # Service that counts for death in service (撫卹年資)
//!
//! ## The law says
//! Article 55: service under both schemes is added, old-scheme service up to thirty years, at most forty in all, new-scheme service
//! first. Death on duty counts at least fifteen years; a rescue at the risk of life counts the next step of fifteen, twenty-five and
//! thirty-five years.
//!
//! ## How we read it
//! Whoever has reached a step is taken to the next one; from thirty-five years on actual service counts. Whether a step is reached counts by
//! the day: a broken month is one month only on the scales of Article 54 II (細則 10). It rests on the text alone: no worked example was found.
//!
//! ## Example
//! A rescue after fifteen years: twenty-five years.

use time::Date;

use super::a029_new_scheme::Credited;
use super::a053_cause::Cause;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// The most old-scheme months.
    old_most: u32 = "s0080034/a055/old-months-max", "h0150049/a055/old-months-max";
    /// The most months in all.
    total_most: u32 = "s0080034/a055/total-months-max", "h0150049/a055/total-months-max";
    /// First step of deemed months.
    first: u32 = "s0080034/a055/deemed-first", "h0150049/a055/deemed-first";
    /// Second step.
    second: u32 = "s0080034/a055/deemed-second", "h0150049/a055/deemed-second";
    /// Third step.
    third: u32 = "s0080034/a055/deemed-third", "h0150049/a055/deemed-third";
}

/// The months that count.
pub static CREDITED: Rule = Rule {
    id: "s0080034/a055_death_service",
    title: ("撫卹年資", "service that counts for death in service"),
    law: &["s0080034/55/1", "s0080034/55/2", "h0150049/55/1", "h0150049/55/2"],
    formula: (
        "{new-months} 優先，{old-months} 最高 {old-months-max}，合計最高 {total-months-max}",
        "{new-months} first, {old-months} up to {old-months-max}, {total-months-max} in all",
    ),
};

/// The deemed months.
pub static DEEMED: Rule = Rule {
    id: "s0080034/a055_death_service",
    title: ("因公死亡擬制年資", "deemed service for death on duty"),
    law: &["s0080034/55/3", "h0150049/55/3"],
    formula: (
        "{total-months}（{full-months-served}）依 {deemed-first}、{deemed-second}、{deemed-third} 擬制",
        "{total-months} ({full-months-served}) deemed {deemed-first}, {deemed-second} or {deemed-third}",
    ),
};

/// Service of somebody who died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counted {
    /// Months for the scales of Article 54 II, a broken month as one.
    pub months: u32,
    /// Full months by the day, for the fifteen, twenty-five and thirty-five years.
    pub full: u32,
}

impl Counted {
    /// Service without a broken month.
    pub fn full(months: u32) -> Self {
        Self { months, full: months }
    }
}

/// The months that count, of those served.
///
/// # Errors
/// No value was in force that day.
pub fn credited(law: &SchemeLaw, served: Credited, on: Date, ledger: &mut impl Ledger) -> Result<Credited, Stop> {
    let values = &law.a055_death_service;
    let (old_most, total_most) = (values.old_most.on(on)?, values.total_most.on(on)?);
    let new = served.new.min(total_most.value);
    let old = served.old.min(old_most.value).min(total_most.value - new);
    let credited = Credited { old, new };
    ledger.write(|| {
        let step = CREDITED.gives(Quantity::Months(credited.total()));
        let step = step.given(names::OLD_MONTHS, Quantity::Months(served.old));
        step.given(names::NEW_MONTHS, Quantity::Months(served.new)).uses(old_most).uses(total_most)
    });
    Ok(credited)
}

/// The service for the benefit: deemed for death on duty, as credited otherwise.
///
/// # Errors
/// No value was in force that day.
pub fn deemed(
    law: &SchemeLaw,
    (cause, counted): (Cause, Counted),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Counted, Stop> {
    if !cause.is_on_duty() {
        return Ok(counted);
    }
    let values = &law.a055_death_service;
    let (first, second, third) = (values.first.on(on)?, values.second.on(on)?, values.third.on(on)?);
    let steps = [first, second, third].map(|step| step.value);
    let reached = match cause {
        Cause::Rescue => steps.into_iter().find(|step| counted.full < *step),
        _ => steps.into_iter().next().filter(|step| counted.full < *step),
    };
    let deemed = reached.map_or(counted, Counted::full);
    ledger.write(|| {
        let step = DEEMED.gives(Quantity::Months(deemed.months));
        let step = step.given(names::TOTAL_MONTHS, Quantity::Months(counted.months));
        let step = step.given(names::FULL_MONTHS, Quantity::Months(counted.full));
        step.uses(first).uses(second).uses(third)
    });
    Ok(deemed)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 03 - 05);

    #[test]
    fn new_scheme_first() {
        let law = Law::on(ON).unwrap();
        let of = |old, new| {
            let credited = credited(law.of(Scheme::Civil), Credited { old, new }, ON, &mut Steps::default()).unwrap();
            (credited.old, credited.new)
        };
        assert_eq!(of(360, 120), (360, 120));
        assert_eq!((of(361, 0), of(361, 121)), ((360, 0), (359, 121)));
        assert_eq!((of(1, 480), of(10, 500)), ((0, 480), (0, 480)));
    }

    #[test]
    fn the_next_step_for_a_rescue() {
        let law = Law::on(ON).unwrap();
        let deem =
            |cause, counted| deemed(law.of(Scheme::Teacher), (cause, counted), ON, &mut Steps::default()).unwrap();
        let of = |cause, months| deem(cause, Counted::full(months)).months;
        let rescue = |months| of(Cause::Rescue, months);
        assert_eq!((rescue(1), rescue(179), rescue(180)), (180, 180, 300));
        assert_eq!((rescue(299), rescue(300), rescue(419)), (300, 420, 420));
        assert_eq!((rescue(420), rescue(480)), (420, 480), "actual service");
        assert_eq!((of(Cause::Overwork, 179), of(Cause::Overwork, 181)), (180, 181));
        assert_eq!(of(Cause::Illness, 12), 12);
        let broken = |full| Counted { months: full + 1, full };
        assert_eq!(deem(Cause::Rescue, broken(299)), Counted::full(300), "24 years, 11 months and some days");
        assert_eq!(deem(Cause::Rescue, broken(179)), Counted::full(180));
        assert_eq!(deem(Cause::Duty, broken(179)), Counted::full(180));
        assert_eq!(deem(Cause::Duty, broken(180)), broken(180), "actual service from fifteen years on");
    }
}
