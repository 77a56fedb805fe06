//! # Survivors of who had chosen a later pension (展期月退休金人員之遺族)
//!
//! ## The law says
//! Article 49: who had chosen a pension that starts at the starting age and died before it leaves survivors as everybody does. The
//! enforcement rules (細則 53, teachers 55): the annuity is half of the pension by the standards at retirement and the ceiling of the year
//! in which it starts, with the price steps made since.
//!
//! ## How we read it
//! Nothing was drawn, so the lump sum is [`super::a044_survivor_lump`] with nothing drawn. The year of the ceiling is the year in which
//! the annuity starts. Article 86 VI: who left early and drew a kept pension (85, 86) leaves no such benefit; that is refused.
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

/// The annuity of the survivors of somebody who died before the starting age: `pension` by the standards at retirement, `ceiling` of the
/// year in which it starts, both NT dollars a month; for a share of it.
///
/// # Errors
/// No value was in force that day.
pub fn annuity(
    law: &SchemeLaw,
    (pension, ceiling, share): (i64, i64, Rational),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
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
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 01 - 01);

    #[test]
    fn under_the_ceiling_of_its_year() {
        let law = Law::on(ON).unwrap();
        let whole = Rational::from_integer(1);
        let annuity = |pension, ceiling| {
            annuity(law.of(Scheme::Civil), (pension, ceiling, whole), ON, &mut Steps::default()).unwrap()
        };
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
