//! # Limits of credited service (年資採計上限)
//!
//! ## The law says
//! Article 14 (teachers 15): old-scheme service counts to a limit, both schemes together to another that depends on the benefit chosen. What is
//! beyond it the person drops from either scheme as he likes; if he does not choose, the authority does. Service that was paid for before
//! counts towards the limits (Article 15 II, teachers 16 II).
//!
//! ## How we read it
//! Who draws half a monthly pension comes under the limit of the monthly pension. A choice drops exactly what is beyond the limit. What the
//! authority drops without a choice is an open point (`service-choice`).
//!
//! ## Left out
//! 條例 15 II (forty years for who taught thirty, retired before the act): their scales (條例 29 II) are not calculated, and facts that need them
//! are refused by name.
//!
//! ## Example
//! Old 23 years 6 months and new 18 years 1 month under a limit of 35: old service is cut to 16 years 11 months.

use kernel::Refusal;
use time::Date;

use crate::facts::Months;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Old-scheme service.
    old_max: u32 = "s0080034/a014/old-months-max", "h0150049/a015/old-months-max";
    /// Both, with a monthly pension.
    monthly_max: u32 = "s0080034/a014/total-months-monthly", "h0150049/a015/total-months-monthly";
    /// Both, of who retired before the act.
    before_max: u32 = "s0080034/a014/total-months-before", "h0150049/a015/total-months-before";
    /// Both, of teachers who retired before the act after thirty years of teaching.
    teaching_max: u32 = "h0150049/a015/total-months-teaching";
    /// Both, with a lump sum.
    lump_max: u32 = "s0080034/a014/total-months-lump", "h0150049/a015/total-months-lump";
}

/// What is credited.
pub static CREDITED: Rule = Rule {
    id: "s0080034/a014_limits",
    title: ("審定年資（採計上限及取捨）", "credited service within the limits"),
    law: &["s0080034/14/2", "s0080034/14/3", "s0080034/15/2", "h0150049/15/3", "h0150049/15/4", "h0150049/16/2"],
    formula: (
        "舊制 {served-old}、新制 {served-new}，扣除已支給 {paid-months} 後採計 {old-months} 及 {new-months}",
        "of {served-old} and {served-new}, {paid-months} paid before, {old-months} and {new-months} are credited",
    ),
};

/// Which part the authority drops.
pub const SERVICE_CHOICE: &str = "service-choice";

/// What the limits depend on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Claim {
    /// Months served, each scheme.
    pub served: Months,
    /// Months paid for before that count towards the limits.
    pub paid: Months,
    /// Whether a lump sum is drawn.
    pub lump: bool,
    /// Months the person drops.
    pub dropped: Option<Months>,
}

/// Months credited of each scheme.
///
/// # Errors
/// The choice drops more or less than what is beyond the limit; no value was in force that day.
pub fn credit(law: &SchemeLaw, claim: Claim, on: Date, ledger: &mut impl Ledger) -> Result<Months, Stop> {
    let values = &law.a014_limits;
    let old_max = values.old_max.on(on)?;
    let total_max = if claim.lump { values.lump_max.on(on)? } else { values.monthly_max.on(on)? };
    let Claim { served, paid, .. } = claim;
    let old_room = old_max.value.saturating_sub(paid.old);
    let room = total_max.value.saturating_sub(paid.total());
    let within = Months { old: served.old.min(old_room), new: served.new };
    let beyond = within.total().saturating_sub(room);
    let credited = match claim.dropped {
        Some(dropped) => choose(law, (served, dropped), (old_room, room))?,
        None => drop(within, beyond, law.readings.answer(SERVICE_CHOICE) == "drop-new"),
    };
    ledger.write(|| {
        let step = CREDITED.gives(Quantity::Months(credited.total()));
        let step = step.given(names::SERVED_OLD, Quantity::Months(served.old));
        let step = step.given(names::SERVED_NEW, Quantity::Months(served.new));
        let step = step.given(names::PAID_MONTHS, Quantity::Months(paid.total()));
        let step = step.given(names::OLD_MONTHS, Quantity::Months(credited.old));
        let step = step.given(names::NEW_MONTHS, Quantity::Months(credited.new)).uses(old_max).uses(total_max);
        let is_open = beyond > 0 && claim.dropped.is_none();
        if is_open { step.reads(&law.readings, SERVICE_CHOICE) } else { step }
    });
    Ok(credited)
}

fn drop(within: Months, beyond: u32, new_first: bool) -> Months {
    let (first, second) = if new_first { (within.new, within.old) } else { (within.old, within.new) };
    let rest = beyond.saturating_sub(first);
    let (first, second) = (first.saturating_sub(beyond), second.saturating_sub(rest));
    if new_first { Months { old: second, new: first } } else { Months { old: first, new: second } }
}

fn choose(law: &SchemeLaw, (served, dropped): (Months, Months), (old_room, room): (u32, u32)) -> Result<Months, Stop> {
    let refuse = |zh: String, en: String| {
        let refusal = Refusal::new("pension/service-choice", zh, en).field("drop");
        Err(refusal.cite(law.cited("s0080034/14/2", "h0150049/15/3")).into())
    };
    if dropped.old > served.old || dropped.new > served.new {
        let (zh, en) = (
            format!(
                "捨去舊制{}個月、新制{}個月，超過任職年資（舊制{}個月、新制{}個月）",
                dropped.old, dropped.new, served.old, served.new
            ),
            format!("The months dropped ({} and {}) exceed the service", dropped.old, dropped.new),
        );
        return refuse(zh, en);
    }
    let kept = Months { old: served.old - dropped.old, new: served.new - dropped.new };
    let least = served.old.min(old_room).saturating_add(served.new).min(room);
    if kept.old > old_room || kept.total() > room {
        let zh = format!(
            "取捨後舊制{}個月、合計{}個月，仍逾上限（舊制{old_room}個月、合計{room}個月）",
            kept.old,
            kept.total()
        );
        return refuse(zh, format!("After the choice {} months are left; the limit is {room}", kept.total()));
    }
    if kept.total() < least {
        let zh = format!("取捨後合計{}個月，少於得採計之{least}個月；僅得捨去逾上限之年資", kept.total());
        return refuse(zh, format!("Only what is beyond the limit is dropped: {least} months can be credited"));
    }
    Ok(kept)
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use proptest::prelude::*;
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Silent, Steps};

    const ON: Date = date!(2026 - 01 - 16);

    fn claim(old: u32, new: u32, lump: bool) -> Claim {
        Claim { served: Months { old, new }, paid: Months::default(), lump, dropped: None }
    }

    fn credited(claim: Claim) -> Result<(u32, u32), Stop> {
        static LAW: LazyLock<Law> = LazyLock::new(|| Law::on(ON).unwrap());
        let law = &LAW;
        credit(law.of(Scheme::Civil), claim, ON, &mut Silent).map(|months| (months.old, months.new))
    }

    #[test]
    fn limits_of_both_benefits() {
        assert_eq!(credited(claim(361, 0, false)), Ok((360, 0)), "thirty years of old-scheme service");
        assert_eq!(credited(claim(180, 300, false)), Ok((180, 300)), "forty years");
        assert_eq!(credited(claim(180, 301, false)), Ok((179, 301)));
        assert_eq!(credited(claim(180, 324, true)), Ok((180, 324)), "forty-two years");
        assert_eq!(credited(claim(180, 325, true)), Ok((179, 325)));
        assert_eq!(credited(claim(10, 481, false)), Ok((0, 480)));
    }

    #[test]
    fn the_authority_may_drop_the_new_part_instead() {
        let mut edition = Edition::of(ON);
        edition.readings = Readings::default().choose("service-choice/drop-new").unwrap();
        let law = Law::of_edition(edition).unwrap();
        let mut steps = Steps::default();
        let months = credit(law.of(Scheme::Teacher), claim(180, 301, false), ON, &mut steps).unwrap();
        assert_eq!((months.old, months.new, steps.0.len()), (180, 300, 1));
        assert_eq!(drop(Months { old: 400, new: 10 }, 20, true), Months { old: 390, new: 0 });
    }

    #[test]
    fn a_choice_drops_exactly_what_is_beyond() {
        let choose = |old, new| {
            let dropped = Some(Months { old, new });
            credited(Claim { dropped, ..claim(200, 300, false) })
        };
        assert_eq!(choose(20, 0), Ok((180, 300)));
        assert_eq!(choose(5, 15), Ok((195, 285)));
        for (old, new) in [(19, 0), (20, 1), (201, 0), (0, 301)] {
            let Err(Stop::Refused(why)) = choose(old, new) else { panic!("{old} and {new} are refused") };
            assert_eq!(why.code, "pension/service-choice");
            assert!(why.citation.unwrap().contains("第14條第2項"));
        }
    }

    #[test]
    fn what_was_paid_before_takes_room() {
        let paid = Months { old: 264, new: 0 };
        assert_eq!(credited(Claim { paid, ..claim(97, 200, false) }), Ok((16, 200)));
        assert_eq!(credited(Claim { paid, ..claim(8, 200, false) }), Ok((8, 200)));
        assert_eq!(credited(Claim { paid: Months { old: 300, new: 200 }, ..claim(8, 9, false) }), Ok((0, 0)));
    }

    proptest! {
        #[test]
        fn crediting_keeps_the_limits_and_more_service_credits_no_less(
            old in 0_u32..500, new in 0_u32..600, paid_old in 0_u32..400, paid_new in 0_u32..400, lump: bool,
        ) {
            let paid = Months { old: paid_old, new: paid_new };
            let credit = |old, new| credited(Claim { paid, ..claim(old, new, lump) }).unwrap();
            let (here_old, here_new) = credit(old, new);
            prop_assert!(here_old <= old && here_new <= new);
            prop_assert!(here_old + paid_old <= 360.max(paid_old));
            let limit = if lump { 504 } else { 480 };
            prop_assert!(here_old + here_new + paid.total() <= limit.max(paid.total()));
            for (more_old, more_new) in [(old + 1, new), (old, new + 1)] {
                let (then_old, then_new) = credit(more_old, more_new);
                prop_assert!(then_old + then_new >= here_old + here_new);
            }
        }
    }
}
