//! # Service before the new scheme (退撫新制實施前年資)
//!
//! ## The law says
//! Article 11 (teachers 12): full-time paid posts listed there count if nothing was paid for them; conscription counts for who retires on or
//! after a day; workers, guards and substitutes do not count.
//!
//! ## How we read it
//! Whether a post was one of those listed, and proven, is a fact (`kind`). What is before the first day of the new scheme of its kind
//! counts here, by the day (細則 10).
//!
//! ## Left out
//! Approvals of single kinds of service by the ministry (11 I (7)) are given as `approved`.
//!
//! ## Example
//! From 1980-03-15 to 1995-06-30: 15 years, 3 months, 16 days.

use time::Date;

use super::a004_scheme_boundary::first_new_day;
use crate::facts::{Facts, ServiceKind, Spell, Standing};
use crate::length::Length;
use crate::months::Span;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Retirements from this day on count conscription.
    conscript_from: Date = "s0080034/a011/conscript-counts-from", "h0150049/a012/conscript-counts-from";
}

/// One spell of service.
pub static SPELL: Rule = Rule {
    id: "s0080034/a011_old_service",
    title: ("退撫新制實施前年資", "old-scheme service"),
    law: &["s0080034/11", "s0080035/10", "h0150049/12", "h0150051/10"],
    formula: ("{from} 起至 {until} 前一日", "from {from} to the day before {until}"),
};

/// A spell that does not count.
pub static NOT_COUNTED: Rule = Rule {
    id: "s0080034/a011_old_service",
    title: ("不予採計之退撫新制實施前年資", "old-scheme service that does not count"),
    law: &["s0080034/11/3", "s0080034/15/1", "h0150049/12/4", "h0150049/16/1"],
    formula: ("{from} 起至 {until} 前一日不予採計", "from {from} to the day before {until} does not count"),
};

/// Service before the new scheme that counts, spell after spell, to the day before `until`.
///
/// # Errors
/// No value was in force on the effective day.
pub fn old_service(law: &SchemeLaw, facts: &Facts, until: Date, ledger: &mut impl Ledger) -> Result<Length, Stop> {
    let mut all = Length::default();
    for spell in &facts.service {
        let Some(span) = old_part(law, spell, (facts.effective_on, until))? else { continue };
        let counts = counts(law, spell, facts.effective_on)?;
        let length = if counts { Length::of(span) } else { Length::default() };
        all = all.and(length);
        ledger.write(|| spell_step(if counts { &SPELL } else { &NOT_COUNTED }, span, length));
    }
    Ok(all)
}

/// The part of a spell before the new scheme, whether it counts or not.
pub(crate) fn old_part(law: &SchemeLaw, spell: &Spell, (on, end): (Date, Date)) -> Result<Option<Span>, Stop> {
    let boundary = first_new_day(law, spell.kind, on)?.value;
    let until = spell.until.min(boundary).min(end);
    Ok((spell.from < until).then_some(Span { from: spell.from, until }))
}

/// Whether the part of a spell before the new scheme counts.
pub(crate) fn counts(law: &SchemeLaw, spell: &Spell, on: Date) -> Result<bool, Stop> {
    let kind_counts = match spell.kind {
        ServiceKind::Irregular => false,
        ServiceKind::Conscript => on >= law.a011_old_service.conscript_from.on(on)?.value,
        _ => true,
    };
    Ok(kind_counts && spell.standing == Standing::Open)
}

pub(super) fn spell_step(rule: &'static Rule, span: Span, length: Length) -> crate::Step {
    rule.gives(Quantity::Words(length.text()))
        .given(names::FROM, Quantity::Day(span.from))
        .given(names::UNTIL, Quantity::Day(span.until))
}
