//! # Everything due on a death in service (在職死亡之撫卹)
//!
//! ## The law says
//! Article 51: who dies in service leaves a benefit, also while on leave without pay or suspended; deaths before the act follow the law
//! before. Articles 54 to 61 say what it is.
//!
//! ## How we read it
//! This applies those rules in their order. Where only grandparents or brothers and sisters are left, Article 60 II decides, whatever was
//! chosen. Teachers on loan to a post of the civil service are under the civil servants' act, and those on loan past 65 are covered for ten years
//! (條例 51 II): that and the days of leave without pay are facts for the authority. Without any of the classes there is no benefit (63 III), which is refused. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! Illness after three years, average pay 30,000, one minor child: 690,000 and 4,049 a month.

use kernel::Refusal;
use time::Date;

use super::a029_new_scheme::Credited;
use super::a043_survivor_order::Family;
use super::a053_cause::Cause;
use super::a054_death_benefit::{self, Service};
use super::a055_death_service::Counted;
use super::a060_lump_instead::{self, Both};
use super::{a055_death_service, a056_months, a057_extra_lump, a058_minor_children, a061_funeral_allowance};
use crate::months::next_month;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// First day of the act.
    act_from: Date = "s0080034/a095/in-force", "h0150049/a100/in-force";
}

/// What is paid at once.
pub static AT_ONCE: Rule = Rule {
    id: "s0080034/a051_death_in_service",
    title: ("在職死亡一次發給之撫卹給與", "what is paid at once on a death in service"),
    law: &["s0080034/51", "h0150049/51"],
    formula: ("{death-lump} + {extra-lump} + {funeral}", "{death-lump} + {extra-lump} + {funeral}"),
};

/// Which form the survivors choose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Article 54.
    Usual,
    /// Article 60 I: chosen by the will or the survivors.
    Instead,
}

/// A death in service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Death {
    /// Day of death.
    pub on: Date,
    /// The cause that holds, [`super::a053_cause`].
    pub cause: Cause,
    /// Average pay of annex 1, up to the end of the month of death, NT dollars.
    pub average_pay: i64,
    /// Last pay, NT dollars.
    pub last_pay: i64,
    /// Months served under each scheme, a broken month as one.
    pub served: Credited,
    /// Full months served under both, by the day.
    pub full_months: u32,
    /// Months that were paid out or refunded before.
    pub paid_out: u32,
    /// Who is left and can take.
    pub family: Family,
    /// Those of the children who are minors.
    pub minors: u32,
    /// Which form the survivors choose.
    pub form: Form,
}

/// What is due, NT dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DeathBenefit {
    /// Months for the benefit, deemed ones included.
    pub months: u32,
    /// The lump sum.
    pub lump: i64,
    /// Its addition for death on duty.
    pub extra: i64,
    /// The monthly benefit.
    pub monthly: i64,
    /// For how many months; children may go on, [`a056_months::until`].
    pub monthly_for: u32,
    /// For the minor children, each month, as of the first one.
    pub minors: i64,
    /// Funeral allowance.
    pub funeral: i64,
}

/// Everything due on a death in service.
///
/// # Errors
/// A death before the act; nobody left; a form the act does not allow; no value in force that day.
pub fn benefit(law: &SchemeLaw, death: Death, ledger: &mut impl Ledger) -> Result<DeathBenefit, Stop> {
    let act_from = &law.a051_death_in_service.act_from;
    if act_from.get(death.on).is_none() {
        let zh = "本法施行前死亡之撫卹案依原規定辦理；該規定未收錄，無法計算";
        let en = "A death before the act follows the law before it, which is not kept here";
        let cited = law.cited("s0080034/51/3", "h0150049/51/3");
        return Err(Refusal::new("pension/rules-not-kept", zh, en).cite(cited).into());
    }
    check_family(law, death)?;
    let months = a055_death_service::credited(law, death.served, death.on, ledger)?.total();
    let credited = Counted { months, full: death.full_months.min(months) };
    let deemed = a055_death_service::deemed(law, (death.cause, credited), death.on, ledger)?;
    let compulsory = a060_lump_instead::is_compulsory(law, (death.cause, credited), death.family, death.on)?;
    let funeral = a061_funeral_allowance::allowance(law, death.last_pay, death.on, ledger)?;
    let due = DeathBenefit { months: deemed.months, lump: 0, extra: 0, monthly: 0, monthly_for: 0, minors: 0, funeral };
    if compulsory || death.form == Form::Instead {
        let facts = (death.average_pay, death.cause, Both { credited, deemed });
        let paid = a060_lump_instead::instead(law, facts, compulsory, death.on, ledger)?;
        return Ok(written(DeathBenefit { lump: paid.lump, extra: paid.extra, ..due }, ledger));
    }
    let service = Service { counted: deemed, paid_out: death.paid_out };
    let lump = a054_death_benefit::lump(law, (death.average_pay, service), death.on, ledger)?;
    let monthly = a054_death_benefit::monthly(law, (death.average_pay, service), death.on, ledger)?;
    let monthly_for = match monthly {
        0 => 0,
        _ => a056_months::months(law, death.cause, death.on, ledger)?,
    };
    let extra = a057_extra_lump::extra(law, (death.cause, lump), death.on, ledger)?;
    let minors = match death.minors {
        0 => 0,
        minors => a058_minor_children::monthly(law, minors, next_month(death.on), ledger)?,
    };
    Ok(written(DeathBenefit { lump, extra, monthly, monthly_for, minors, ..due }, ledger))
}

/// Refuses a family that cannot be.
fn check_family(law: &SchemeLaw, death: Death) -> Result<(), Stop> {
    if death.family == Family::default() {
        let zh = "無得領受撫卹金之遺族者，不發給撫卹金；繼承人得申請發還本人繳付之退撫基金費用本息";
        let en = "Nobody is left who can take: there is no benefit, the heirs may have the own contributions back";
        let cited = law.cited("s0080034/63/3", "h0150049/63/3");
        return Err(Refusal::new("pension/no-survivors", zh, en).cite(cited).into());
    }
    if death.minors > death.family.children {
        let (zh, en) = ("未成年子女人數逾子女人數", "There are more minor children than children");
        let cited = law.cited("s0080034/58/1", "h0150049/58/1");
        return Err(Refusal::new("pension/minors", zh, en).field("minors").cite(cited).into());
    }
    Ok(())
}

fn written(due: DeathBenefit, ledger: &mut impl Ledger) -> DeathBenefit {
    ledger.write(|| {
        let step = AT_ONCE.gives(Quantity::Money(due.lump + due.extra + due.funeral));
        let step = step.given(names::DEATH_LUMP, Quantity::Money(due.lump));
        let step = step.given(names::EXTRA_LUMP, Quantity::Money(due.extra));
        step.given(names::FUNERAL, Quantity::Money(due.funeral))
    });
    due
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const FAMILY: Family = Family { spouse: true, children: 1, parents: 0, siblings: 0, grandparents: 0 };

    const DEATH: Death = Death {
        on: date!(2026 - 03 - 05),
        cause: Cause::Illness,
        average_pay: 30_000,
        last_pay: 32_000,
        served: Credited { old: 0, new: 36 },
        full_months: 36,
        paid_out: 0,
        family: FAMILY,
        minors: 1,
        form: Form::Usual,
    };

    fn of(death: Death) -> Result<DeathBenefit, Stop> {
        let law = &*crate::law::KEPT;
        benefit(law.of(Scheme::Civil), death, &mut Steps::default())
    }

    #[test]
    fn illness_after_three_years() {
        let due = of(DEATH).unwrap();
        assert_eq!((due.lump, due.extra, due.monthly, due.monthly_for), (690_000, 0, 0, 0));
        assert_eq!((due.minors, due.funeral), (4_049, 224_000));
    }

    #[test]
    fn a_rescue_after_three_years() {
        let due = of(Death { cause: Cause::Rescue, ..DEATH }).unwrap();
        assert_eq!((due.months, due.lump, due.extra), (180, 900_000, 450_000));
        assert_eq!((due.monthly, due.monthly_for), (30_000, 240));
    }

    #[test]
    fn the_lump_sum_instead_ends_the_benefit_for_children() {
        let served = Credited { old: 120, new: 120 };
        let death = Death { served, full_months: 240, form: Form::Instead, ..DEATH };
        let due = of(death).unwrap();
        assert_eq!((due.lump, due.monthly, due.minors), (1_800_000, 0, 0));
        assert!(matches!(of(Death { form: Form::Instead, ..DEATH }), Err(Stop::Refused(_))));
    }

    #[test]
    fn distant_survivors_have_no_choice() {
        let family = Family { siblings: 1, ..Family::default() };
        let death = Death { served: Credited { old: 0, new: 240 }, full_months: 240, family, minors: 0, ..DEATH };
        let due = of(death).unwrap();
        assert_eq!((due.lump, due.monthly, due.monthly_for), (1_800_000, 0, 0), "Article 60 II");
        let short = of(Death { served: DEATH.served, full_months: 36, ..death }).unwrap();
        assert_eq!(short.lump, 690_000, "under fifteen years of service illness is paid as usual");
        let duty = of(Death { served: DEATH.served, full_months: 36, cause: Cause::Duty, ..death }).unwrap();
        assert_eq!((duty.lump, duty.extra, duty.monthly), (1_350_000, 225_000, 0));
    }

    #[test]
    fn a_broken_month_fills_no_fifteen_years() {
        let of = |full_months| of(Death { served: Credited { old: 0, new: 180 }, full_months, ..DEATH }).unwrap();
        assert_eq!((of(179).lump, of(179).monthly), (1_350_000, 0));
        assert_eq!((of(180).lump, of(180).monthly), (900_000, 30_000));
        assert_eq!(of(500), of(180), "never more than is credited");
    }

    #[test]
    fn a_family_that_cannot_be_is_refused() {
        let code = |death| match of(death) {
            Err(Stop::Refused(refusal)) => refusal.code,
            other => panic!("{other:?}"),
        };
        assert_eq!(code(Death { family: Family::default(), minors: 0, ..DEATH }), "pension/no-survivors");
        assert_eq!(code(Death { minors: 2, ..DEATH }), "pension/minors");
    }

    #[test]
    fn a_death_before_the_act_is_refused() {
        assert!(matches!(of(Death { on: date!(2018 - 06 - 30), ..DEATH }), Err(Stop::Refused(_))));
        assert!(of(Death { on: date!(2018 - 07 - 01), ..DEATH }).is_ok());
    }

    #[test]
    fn every_step_names_its_rule() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let mut steps = Steps::default();
        benefit(law.of(Scheme::Teacher), Death { cause: Cause::Duty, ..DEATH }, &mut steps).unwrap();
        assert!(steps.0.iter().all(|step| step.rule.citations().next().is_some()));
        assert_eq!(steps.0.len(), 10);
    }

    proptest! {
        #[test]
        fn duty_never_gives_less_than_illness(months in 1_u32..500) {
            let served = Credited { old: 0, new: months };
            let death = Death { served, full_months: months, ..DEATH };
            let illness = of(death).unwrap();
            let duty = of(Death { cause: Cause::Rescue, ..death }).unwrap();
            prop_assert!(duty.monthly * i64::from(duty.monthly_for) + duty.lump + duty.extra
                >= illness.monthly * i64::from(illness.monthly_for) + illness.lump);
        }
    }
}
