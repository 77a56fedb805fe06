//! # Which law a pensioner's death falls under (本法施行前及施行後一年內亡故者)
//!
//! ## The law says
//! Article 46: who died before the act leaves survivors under the older act, save that Article 45 V holds for them; who died within a
//! year of its first day leaves an annuity by the older act's Article 18, without the bar of Article 45 IV. Article 50 and 細則 50 say
//! the same for each group of pensioners.
//!
//! ## How we read it
//! The older act's annuity asks for a marriage that had lasted two years at retirement, without earlier ones, and has the ages and shares of
//! Article 45. The older act of teachers and the older proof of inability to work are not kept here, nor are the rules for who had
//! retired before the new scheme: such cases are refused. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! A death on 2019-06-30: the lump sum by this act, the annuity by the older one; on 2019-07-01 both by this act.

use kernel::Refusal;
use time::Date;

use crate::months::{Span, after};
use crate::{Ledger, Quantity, Rule, Scheme, SchemeLaw, Stop, names};

crate::law::values! {
    /// First day of the act.
    act_from: Date = "s0080034/a095/in-force", "h0150049/a100/in-force";
    /// Months from then on in which the annuity follows the older act.
    older_for: u32 = "s0080034/a046/annuity-old-rule-months", "h0150049/a046/annuity-old-rule-months";
    /// Months of marriage before retirement that the older act asks for.
    older_marriage: u32 = "s0080001/a018/marriage-months";
}

/// Which law holds.
pub static RULE: Rule = Rule {
    id: "s0080034/a046_deaths_before",
    title: ("遺屬年金適用本法", "whether the annuity follows this act"),
    law: &["s0080034/46", "s0080034/50", "s0080035/50/1", "h0150049/46", "h0150049/50", "h0150051/52/1"],
    formula: (
        "{died-on} 在 {in-force} 加 {annuity-old-rule-months} 以後",
        "{died-on} is after {in-force} and {annuity-old-rule-months}",
    ),
};

/// Marriage under the older act.
pub static MARRIAGE: Rule = Rule {
    id: "s0080034/a046_deaths_before",
    title: ("原規定之婚姻關係存續期間", "marriage before retirement under the older act"),
    law: &["s0080001/18/4/1", "s0080034/46"],
    formula: ("退休生效時已存續 {marriage-months}", "{marriage-months} before the first day of the pension"),
};

/// What the day of death decides.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Regime {
    /// All by the older act; Article 45 V holds.
    Older,
    /// The lump sum by this act, the annuity by the older one.
    OlderAnnuity,
    /// All by this act.
    This,
}

/// Which law a death falls under.
///
/// # Errors
/// No value was in force that day.
pub fn regime(law: &SchemeLaw, died_on: Date, ledger: &mut impl Ledger) -> Result<Regime, Stop> {
    let values = &law.a046_deaths_before;
    let act_from = values.act_from.on(died_on.max(first_day(law)?))?;
    let older_for = values.older_for.on(act_from.value)?;
    let regime = match died_on {
        day if day < act_from.value => Regime::Older,
        day if day < after(act_from.value, older_for.value) => Regime::OlderAnnuity,
        _ => Regime::This,
    };
    ledger.write(|| {
        let step = RULE.gives(Quantity::Yes(regime == Regime::This)).given(names::DIED_ON, Quantity::Day(died_on));
        step.uses(act_from).uses(older_for)
    });
    Ok(regime)
}

/// Whether a marriage satisfies the older act.
///
/// # Errors
/// It does not; no value in force that day.
pub fn older_marriage(
    law: &SchemeLaw,
    (married_on, retired_on): (Date, Date),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<(), Stop> {
    let needed = law.a046_deaths_before.older_marriage.on(died_on)?;
    let months = Span { from: married_on, until: retired_on }.whole_months();
    if months < needed.value {
        let zh = format!("配偶婚姻關係於退休生效時僅存續{months}個月，未滿{}個月", needed.value);
        let en = format!("The marriage had lasted {months} months at retirement, less than {}", needed.value);
        return Err(Refusal::new("pension/marriage-too-short", zh, en).cite(needed.citation).into());
    }
    ledger.write(|| {
        MARRIAGE.gives(Quantity::Yes(true)).given(names::MARRIED_MONTHS, Quantity::Months(months)).uses(needed)
    });
    Ok(())
}

/// Refuses an annuity that follows rules which are not kept here.
///
/// # Errors
/// A death before the act; of the first year of the act, a teacher's, and one for somebody unable to work.
pub fn annuity_is_known(law: &SchemeLaw, regime: Regime, unable: bool) -> Result<(), Stop> {
    let (zh, en, paragraph) = match (regime, law.scheme) {
        (Regime::Older, _) => ("本法施行前亡故者之月撫慰金", "for a death before the act", "1"),
        (Regime::OlderAnnuity, Scheme::Teacher) => {
            ("本條例施行後一年內亡故者之遺屬年金", "for a teacher's death in the first year of the act", "2")
        }
        (Regime::OlderAnnuity, Scheme::Civil) if unable => (
            "本法施行後一年內亡故者，其遺族無工作能力之認定",
            "on inability to work for a death in the first year of the act",
            "2",
        ),
        _ => return Ok(()),
    };
    let zh = format!("{zh}，依原規定辦理；該規定未收錄，無法計算");
    let en = format!("The older rules {en} are not kept here");
    let (civil, teacher) = (format!("s0080034/46/{paragraph}"), format!("h0150049/46/{paragraph}"));
    Err(Refusal::new("pension/rules-not-kept", zh, en).cite(law.cited(&civil, &teacher)).into())
}

/// Refuses the lump sum of who had retired before the new scheme (50 II).
///
/// # Errors
/// The pension began before it: the rules of that time are not kept here.
pub fn lump_is_known(law: &SchemeLaw, retired_on: Date, died_on: Date) -> Result<(), Stop> {
    if retired_on < law.a004_scheme_boundary.own.on(died_on)?.value {
        let zh = "退撫新制實施前已退休人員之遺屬一次金，依退撫新制實施前原規定發給；該規定未收錄，無法計算";
        let en = "The lump sum for who retired before the new scheme follows rules that are not kept here";
        let cited = law.cited("s0080034/50/2", "h0150049/50/2");
        return Err(Refusal::new("pension/rules-not-kept", zh, en).cite(cited).into());
    }
    Ok(())
}

/// The first day of the act.
fn first_day(law: &SchemeLaw) -> Result<Date, Stop> {
    let series = &law.a046_deaths_before.act_from;
    Ok(series.on(series.changes().first().copied().unwrap_or(Date::MIN))?.value)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Steps};

    #[test]
    fn the_day_of_death_decides() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let of = |day| regime(law.of(scheme), day, &mut Steps::default()).unwrap();
            assert_eq!((of(date!(2018 - 06 - 30)), of(date!(2018 - 07 - 01))), (Regime::Older, Regime::OlderAnnuity));
            assert_eq!((of(date!(2019 - 06 - 30)), of(date!(2019 - 07 - 01))), (Regime::OlderAnnuity, Regime::This));
        }
    }

    #[test]
    fn two_years_of_marriage_under_the_older_act() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let ok = |married| {
            let days = (married, date!(2010 - 02 - 02));
            older_marriage(law.of(Scheme::Civil), days, date!(2018 - 01 - 01), &mut Steps::default()).is_ok()
        };
        assert_eq!((ok(date!(2008 - 02 - 02)), ok(date!(2008 - 02 - 03))), (true, false));
    }

    #[test]
    fn what_is_not_kept_is_refused() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let known = |scheme, retired_on| lump_is_known(law.of(scheme), retired_on, date!(2026 - 01 - 01)).is_ok();
        let (civil, teacher) = (date!(1995 - 07 - 01), date!(1996 - 02 - 01));
        assert!(known(Scheme::Civil, civil) && !known(Scheme::Civil, civil.previous_day().unwrap()));
        assert!(known(Scheme::Teacher, teacher) && !known(Scheme::Teacher, teacher.previous_day().unwrap()));
    }
}
