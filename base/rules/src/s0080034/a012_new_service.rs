//! # Service since the new scheme (退撫新制實施後年資)
//!
//! ## The law says
//! Article 12 (teachers 13): the days for which contributions were actually paid; service that was refunded or paid out never counts;
//! conscription and other service count once their contributions were paid later.
//!
//! ## How we read it
//! Days with contributions are counted as times by the calendar (細則 10): whole months, then odd days. Whether they were paid is a fact
//! (`contributed`), given by the fund's record; it must be stated for conscription and other service that only counts once they were paid
//! later. Political appointees contributed to a day only (細則 13, teachers 14).
//!
//! ## Example
//! From 1995-07-01 to 2020-01-15, contributions paid: 24 years, 6 months, 15 days.

use statute::Valued;
use time::Date;

use super::a004_scheme_boundary::first_new_day;
use super::a011_old_service::spell_step;
use crate::facts::{Facts, ServiceKind, Spell, Standing};
use crate::length::Length;
use crate::months::Span;
use crate::{Ledger, Rule, SchemeLaw, Stop};

crate::law::values! {
    /// The last day on which political appointees contributed.
    political_until: Date = "s0080035/a013/political-until", "h0150051/a014/political-until";
}

/// One spell of service.
pub static SPELL: Rule = Rule {
    id: "s0080034/a012_new_service",
    title: ("退撫新制實施後年資", "new-scheme service"),
    law: &["s0080034/12/1/1", "s0080035/10", "h0150049/13/1/1", "h0150051/10"],
    formula: (
        "{from} 起至 {until} 前一日，已繳付退撫基金費用",
        "from {from} to the day before {until}, contributions paid",
    ),
};

/// A spell that does not count.
pub static NOT_COUNTED: Rule = Rule {
    id: "s0080034/a012_new_service",
    title: ("不予採計之退撫新制實施後年資", "new-scheme service that does not count"),
    law: &["s0080034/12/1/1", "s0080034/12/1/2", "h0150049/13/1/1", "h0150049/13/1/2"],
    formula: ("{from} 起至 {until} 前一日不予採計", "from {from} to the day before {until} does not count"),
};

/// Service since the new scheme that counts, spell after spell, to the day before `until`.
///
/// # Errors
/// No value was in force on the effective day.
pub fn new_service(law: &SchemeLaw, facts: &Facts, until: Date, ledger: &mut impl Ledger) -> Result<Length, Stop> {
    let mut all = Length::default();
    for spell in &facts.service {
        let Some(span) = new_part(law, spell, (facts.effective_on, until))? else { continue };
        let counts = counts(spell);
        let length = if counts { Length::of(span) } else { Length::default() };
        all = all.and(length);
        ledger.write(|| spell_step(if counts { &SPELL } else { &NOT_COUNTED }, span, length));
    }
    Ok(all)
}

/// The part of a spell since the new scheme, whether it counts or not.
pub(crate) fn new_part(law: &SchemeLaw, spell: &Spell, (on, end): (Date, Date)) -> Result<Option<Span>, Stop> {
    let boundary = first_new_day(law, spell.kind, on)?.value;
    let mut span = Span { from: spell.from.max(boundary), until: spell.until.min(end) };
    if spell.kind == ServiceKind::Political {
        span.until = span.until.min(political_end(law, on)?.value);
    }
    Ok((span.from < span.until).then_some(span))
}

/// The day after the last on which service as a political appointee counts.
pub(crate) fn political_end(law: &SchemeLaw, on: Date) -> Result<Valued<Date>, Stop> {
    let last = law.a012_new_service.political_until.on(on)?;
    Ok(last.part(|day| day.next_day().unwrap_or(*day)))
}

/// Whether the part of a spell since the new scheme counts.
pub(crate) fn counts(spell: &Spell) -> bool {
    spell.is_contributed() && spell.kind != ServiceKind::Irregular && spell.standing == Standing::Open
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::law::KEPT;
    use crate::{Scheme, Silent};

    #[test]
    fn what_was_contributed_counts_and_political_service_to_its_last_day() {
        let served = |spell: &str| {
            let facts: Facts = toml::from_str(&format!(
                "scheme = \"civil\"\nborn_on = 1964-05-20\neffective_on = 2026-07-16\nground = \"voluntary\"\nbenefit = \"lump\"\n\
                 service = [{{ from = 2003-01-01, until = 2005-01-01, {spell} }}]\npay = {{ last = {{ amount = 50000 }} }}"
            ))
            .unwrap();
            let law = KEPT.of(Scheme::Civil);
            new_service(law, &facts, date!(2026 - 07 - 16), &mut Silent).unwrap().months
        };
        assert_eq!([served("kind = \"civil\""), served("kind = \"civil\", contributed = false")], [24, 0]);
        assert_eq!([served("kind = \"conscript\""), served("kind = \"conscript\", contributed = true")], [0, 24]);
        assert_eq!(served("kind = \"political\""), 12, "細則 13");
        assert_eq!(served("kind = \"civil\", standing = \"refunded\""), 0);
    }
}
