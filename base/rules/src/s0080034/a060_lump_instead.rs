//! # Death benefit by the scale of the one-time pension (改按一次退休金之標準發給)
//!
//! ## The law says
//! Article 60: after fifteen years of service the will or the survivors may choose a lump sum by the scale of the one-time pension instead
//! of the lump sum and the monthly benefit; where only grandparents or brothers and sisters are left it is that lump sum. The addition
//! for death on duty stays as it would have been. The enforcement rules (細則 80): by the scale of Article 29 (1), for all service.
//!
//! ## How we read it
//! All months count by the new-scheme scale; whether fifteen years are full counts by the day. Open are whether deemed service counts
//! (reading `death-lump-years`) and what the addition is taken of where the survivors have no choice (reading `distant-extra-base`). It rests
//! on the text alone: no worked example was found.
//!
//! ## Example
//! Twenty years at an average pay of 40,000: thirty bases of 80,000, 2,400,000.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use super::a029_new_scheme::Credited;
use super::a043_survivor_order::Family;
use super::a053_cause::Cause;
use super::a054_death_benefit::{self, Service};
use super::a055_death_service::Counted;
use super::{a029_new_scheme, a057_extra_lump};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

/// The lump sum.
pub static RULE: Rule = Rule {
    id: "s0080034/a060_lump_instead",
    title: ("改按一次退休金標準發給之一次撫卹金", "death benefit by the scale of the one-time pension"),
    law: &["s0080034/60/1", "s0080034/60/2", "s0080035/80", "h0150049/60/1", "h0150049/60/2", "h0150051/80"],
    formula: (
        "依 {total-months} 按新制一次退休金標準：{new-lump}",
        "the scale of the one-time pension for {total-months}: {new-lump}",
    ),
};

/// Name of the open point about deemed service.
pub const YEARS: &str = "death-lump-years";

/// Name of the open point about the addition.
pub const EXTRA: &str = "distant-extra-base";

/// Service before and after Article 55 III.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Both {
    /// As credited.
    pub credited: Counted,
    /// As deemed.
    pub deemed: Counted,
}

impl Both {
    /// The months that count on the scale of the one-time pension.
    pub fn months(self, law: &SchemeLaw) -> u32 {
        match law.readings.answer(YEARS) {
            "actual" => self.credited.months,
            _ => self.deemed.months,
        }
    }
}

/// The lump sum with the addition for death on duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Instead {
    /// By the scale of the one-time pension, NT dollars.
    pub lump: i64,
    /// Addition of Article 57, NT dollars.
    pub extra: i64,
}

/// Whether the survivors have no choice (60 II).
///
/// # Errors
/// No value was in force that day.
pub fn is_compulsory(
    law: &SchemeLaw,
    (cause, credited): (Cause, Counted),
    family: Family,
    died_on: Date,
) -> Result<bool, Stop> {
    let distant = !family.spouse && family.children == 0 && family.parents == 0;
    let anybody = family.siblings + family.grandparents > 0;
    let long = a054_death_benefit::is_monthly(law, credited, died_on)?;
    Ok(distant && anybody && (long || cause.is_on_duty()))
}

/// The lump sum by the scale of the one-time pension, with the addition for death on duty.
///
/// # Errors
/// Under fifteen years of service where it is not compulsory; no value in force that day.
pub fn instead(
    law: &SchemeLaw,
    (average_pay, cause, counted): (i64, Cause, Both),
    compulsory: bool,
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<Instead, Stop> {
    if !compulsory && !a054_death_benefit::is_monthly(law, counted.credited, died_on)? {
        let needed = law.a054_death_benefit.monthly_from.on(died_on)?.value;
        let full = counted.credited.full;
        let zh = format!("任職{full}個月，未滿{needed}個月，不得改按一次退休金之標準發給撫卹金");
        let en = format!("{full} months of service are less than the {needed} that this choice asks for");
        return Err(Refusal::new("pension/service-too-short", zh, en)
            .cite(law.cited("s0080034/60/1", "h0150049/60/1"))
            .into());
    }
    let months = counted.months(law);
    let service = Credited { old: 0, new: months };
    let lump = a029_new_scheme::lump(law, (average_pay, service, Rational::from_integer(1)), died_on, ledger)?;
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(lump)).given(names::TOTAL_MONTHS, Quantity::Months(months));
        step.given(names::NEW_LUMP, Quantity::Money(lump))
    });
    let extra = match (cause.is_on_duty(), law.readings.answer(EXTRA)) {
        (true, "paid") if compulsory => a057_extra_lump::extra(law, (cause, lump), died_on, ledger)?,
        (true, _) => {
            let service = Service { counted: counted.deemed, paid_out: 0 };
            let usual = a054_death_benefit::lump(law, (average_pay, service), died_on, ledger)?;
            a057_extra_lump::extra(law, (cause, usual), died_on, ledger)?
        }
        (false, _) => 0,
    };
    Ok(Instead { lump, extra })
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 03 - 05);

    fn of(choice: &str, cause: Cause, counted: Both, compulsory: bool) -> Result<Instead, Stop> {
        let readings = Readings::default().choose(choice).unwrap();
        let law = Law::of_edition(Edition { readings, ..Edition::of(ON) }).unwrap();
        instead(law.of(Scheme::Civil), (40_000, cause, counted), compulsory, ON, &mut Steps::default())
    }

    #[test]
    fn from_fifteen_years_on() {
        let counted = |months| Both { credited: Counted::full(months), deemed: Counted::full(months) };
        let paid = |months| of("death-lump-years/deemed", Cause::Illness, counted(months), false);
        assert_eq!(paid(240), Ok(Instead { lump: 2_400_000, extra: 0 }));
        assert_eq!(paid(180), Ok(Instead { lump: 1_800_000, extra: 0 }));
        assert!(matches!(paid(179), Err(Stop::Refused(_))));
        let broken = Counted { months: 180, full: 179 };
        let broken = Both { credited: broken, deemed: broken };
        let paid = of("death-lump-years/deemed", Cause::Illness, broken, false);
        assert!(matches!(paid, Err(Stop::Refused(_))), "a broken month does not fill fifteen years");
    }

    #[test]
    fn deemed_service_is_a_reading() {
        let counted = Both { credited: Counted::full(120), deemed: Counted::full(180) };
        let extra = 120_000; // ten percent of fifteen bases of 80,000
        let deemed = of("death-lump-years/deemed", Cause::Overwork, counted, true);
        assert_eq!(deemed, Ok(Instead { lump: 1_800_000, extra }));
        let actual = of("death-lump-years/actual", Cause::Overwork, counted, true);
        assert_eq!(actual, Ok(Instead { lump: 1_200_000, extra }));
        let paid = |compulsory| of("distant-extra-base/paid", Cause::Overwork, counted, compulsory);
        assert_eq!(paid(true), Ok(Instead { lump: 1_800_000, extra: 180_000 }));
        let chosen = Both { credited: Counted::full(180), ..counted };
        let chosen = of("distant-extra-base/paid", Cause::Overwork, chosen, false);
        assert_eq!(chosen.unwrap().extra, extra, "Article 60 III leaves nothing open where it was chosen");
    }

    #[test]
    fn no_choice_for_distant_survivors() {
        let law = Law::on(ON).unwrap();
        let of = |cause, credited, family| {
            is_compulsory(law.of(Scheme::Teacher), (cause, Counted::full(credited)), family, ON).unwrap()
        };
        let siblings = Family { siblings: 1, ..Family::default() };
        assert!(of(Cause::Illness, 180, siblings) && of(Cause::Duty, 12, siblings));
        assert!(!of(Cause::Illness, 179, siblings));
        assert!(!of(Cause::Illness, 180, Family { parents: 1, ..siblings }));
        assert!(!of(Cause::Illness, 180, Family::default()));
    }
}
