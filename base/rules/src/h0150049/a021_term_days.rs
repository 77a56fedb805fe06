//! # Voluntary retirement at the end of a term (教師自願退休生效日)
//!
//! ## The law says
//! 條例 21 I: heads and teachers who retire voluntarily or by downsizing do so on 1 February or 1 August, unless for a special reason.
//!
//! ## How we read it
//! Paragraphs I (1) and (2) of 18 and 19 are meant, not illness (18 II). The special reason (細則 19) is a fact.
//!
//! ## Example
//! 2 August without a special reason: refused.

use kernel::Refusal;
use statute::YearDay;
use time::Date;

use crate::{SchemeLaw, Stop};

crate::law::values! {
    /// After the first term.
    first: YearDay = "h0150049/a021/voluntary-day-first";
    /// After the second term.
    second: YearDay = "h0150049/a021/voluntary-day-second";
}

/// Refuses another day than those of the act.
///
/// # Errors
/// Another day; no value was in force that day.
pub fn on_term_day(law: &SchemeLaw, on: Date) -> Result<(), Stop> {
    let values = &law.a021_term_days;
    let (first, second) = (values.first.on(on)?, values.second.on(on)?);
    let day = YearDay::of(on);
    if day == first.value || day == second.value {
        return Ok(());
    }
    let (one, other) = (first.value.text(), second.value.text());
    let zh = format!("教師自願退休生效日應為{}或{}；有特殊原因者請註明", one.zh, other.zh);
    let en = format!("Teachers retire on {} or {} unless for a special reason", one.en, other.en);
    Err(Refusal::new("pension/term-day", zh, en).field("effective_on").cite(first.citation).into())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme};

    #[test]
    fn two_days_of_the_year() {
        let law = Law::on(date!(2026 - 01 - 16)).unwrap();
        let on = |day| on_term_day(law.of(Scheme::Teacher), day).is_ok();
        assert!(on(date!(2026 - 02 - 01)) && on(date!(2026 - 08 - 01)));
        assert!(!on(date!(2026 - 01 - 31)) && !on(date!(2026 - 08 - 02)));
    }
}
