//! # Survivors of who had chosen a later pension (展期月退休金人員之遺族)
//!
//! ## The law says
//! Article 49: who had chosen a pension that starts at the starting age and died before it leaves survivors as everybody does. The
//! enforcement rules (細則 53, teachers 55): the annuity is half of the pension by the standards at retirement and the ceiling of the year
//! in which it starts, with the price steps made since.
//!
//! ## How we read it
//! Nothing was drawn, so the lump sum is [`super::a044_survivor_lump`] with nothing drawn. Whether the year of the ceiling is that in which
//! the annuity starts or that in which the pension would have started is open: reading `deferred-ceiling-year`. Article 86 VI: who left early and drew a kept pension (85, 86) leaves no such benefit; that is refused.
//! It rests on the text alone: no worked example was found.
//!
//! ## Example
//! A pension of 50,000 under a ceiling of 48,000: an annuity of 24,000.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use super::a045_survivor_annuity;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

/// The pension the annuity is taken of.
pub static PENSION: Rule = Rule {
    id: "s0080034/a049_deferred",
    title: ("展期月退休金人員遺屬年金之計算基礎", "the pension a deferred pensioner's annuity is taken of"),
    law: &["s0080034/49", "s0080035/53/2", "h0150049/49", "h0150051/55/2"],
    formula: ("{pension}，不逾 {ceiling}", "{pension}, at most {ceiling}"),
};

/// Name of the open point about the year of the ceiling.
pub const YEAR: &str = "deferred-ceiling-year";

/// What somebody who died before the starting age would have drawn, NT dollars a month.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Deferred {
    /// The pension by the standards at retirement.
    pub pension: i64,
    /// The ceiling of the year in which the annuity starts.
    pub ceiling_of_annuity: i64,
    /// The ceiling of the year in which the pension would have started.
    pub ceiling_of_pension: i64,
}

/// The annuity of the survivors of somebody who died before the starting age, NT dollars a month, for a share of it.
///
/// # Errors
/// No value was in force that day.
pub fn annuity(
    law: &SchemeLaw,
    (deferred, share): (Deferred, Rational),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let pension = deferred.pension;
    let ceiling = match law.readings.answer(YEAR) {
        "pension" => deferred.ceiling_of_pension,
        _ => deferred.ceiling_of_annuity,
    };
    let base = pension.min(ceiling);
    ledger.write(|| {
        let step = PENSION.gives(Quantity::Money(base)).given(names::PENSION, Quantity::Money(pension));
        step.given(names::CEILING, Quantity::Money(ceiling))
    });
    a045_survivor_annuity::amount(law, (base, share), died_on, ledger)
}

/// Refuses the benefits of survivors to those of who drew a kept pension (Articles 85 and 86).
///
/// # Errors
/// Always when `kept_service`.
pub fn leaves_benefit(law: &SchemeLaw, kept_service: bool) -> Result<(), Stop> {
    if kept_service {
        let zh = "依保留年資支領月退休金人員死亡者，其遺族不適用遺屬年金或遺屬一次金之規定";
        let en = "A pension for kept service leaves no annuity or lump sum to survivors";
        return Err(Refusal::new("pension/kept-service", zh, en)
            .cite(law.cited("s0080034/86/6", "h0150049/87/6"))
            .into());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 01 - 01);

    #[test]
    fn under_the_ceiling_of_its_year() {
        let law = Law::on(ON).unwrap();
        let whole = Rational::from_integer(1);
        let of = |law: &Law, pension, ceiling| {
            let deferred = Deferred { pension, ceiling_of_annuity: ceiling, ceiling_of_pension: 40_000 };
            annuity(law.of(Scheme::Civil), (deferred, whole), ON, &mut Steps::default()).unwrap()
        };
        let readings = Readings::default().choose("deferred-ceiling-year/pension").unwrap();
        let other = Law::of_edition(Edition { readings, ..Edition::of(ON) }).unwrap();
        assert_eq!(of(&other, 50_000, 48_000), 20_000, "under the other reading");
        let annuity = |pension, ceiling| of(&law, pension, ceiling);
        assert_eq!(
            (annuity(50_000, 48_000), annuity(48_000, 48_000), annuity(47_998, 48_000)),
            (24_000, 24_000, 23_999)
        );
    }

    #[test]
    fn kept_service_leaves_nothing() {
        let law = Law::on(ON).unwrap();
        let cited = |scheme| match leaves_benefit(law.of(scheme), true) {
            Err(Stop::Refused(refusal)) => refusal.citation.unwrap(),
            other => panic!("{other:?}"),
        };
        assert_eq!(cited(Scheme::Civil), "公務人員退休資遣撫卹法第86條第6項");
        assert_eq!(cited(Scheme::Teacher), "公立學校教職員退休資遣撫卹條例第87條第6項");
        assert!(leaves_benefit(law.of(Scheme::Civil), false).is_ok());
    }
}
