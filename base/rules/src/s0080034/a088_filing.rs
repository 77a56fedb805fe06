//! # When a case is filed (申請期間)
//!
//! ## The law says
//! Article 88 (teachers 89): voluntary and mandatory cases reach the deciding authority between three months and one day before the effective
//! day.
//!
//! ## How we read it
//! Months are counted back by the calendar. The enforcement rules (細則 42 II, teachers 44 II) except cases that were asked for in time and came late by
//! the agency's fault; whether it was so is for the authority to find, and the refusal says so.
//!
//! ## Example
//! Effective on 2026-07-16: from 2026-04-16 to 2026-07-15.

use kernel::Refusal;
use time::{Date, Duration};

use crate::length::months_before;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Months before, the earliest.
    months: u32 = "s0080034/a088/filing-months", "h0150049/a089/filing-months";
    /// Days before, the latest.
    days: u32 = "s0080034/a088/filing-days", "h0150049/a089/filing-days";
}

/// Whether a case was filed in time.
pub static IN_TIME: Rule = Rule {
    id: "s0080034/a088_filing",
    title: ("申請書表於期間內送達審定機關", "the case reached the authority in time"),
    law: &["s0080034/88", "s0080035/42/2", "h0150049/89", "h0150051/44/2"],
    formula: (
        "{filed-on} 在 {effective-on} 前 {filing-months} 至 {filing-days} 間",
        "{filed-on}, from {filing-months} to {filing-days} before {effective-on}",
    ),
};

/// First and last day on which a case reaches the authority in time.
///
/// # Errors
/// No value was in force that day.
pub fn window(law: &SchemeLaw, effective_on: Date) -> Result<(Date, Date), Stop> {
    let values = &law.a088_filing;
    let first = months_before(effective_on, values.months.on(effective_on)?.value);
    let last = effective_on.saturating_sub(Duration::days(i64::from(values.days.on(effective_on)?.value)));
    Ok((first, last))
}

/// Whether a case reached the authority in time.
///
/// # Errors
/// Out of time; no value was in force that day.
pub fn in_time(law: &SchemeLaw, effective_on: Date, filed_on: Date, ledger: &mut impl Ledger) -> Result<(), Stop> {
    let (first, last) = window(law, effective_on)?;
    let in_time = (first..=last).contains(&filed_on);
    let (months, days) = (law.a088_filing.months.on(effective_on)?, law.a088_filing.days.on(effective_on)?);
    ledger.write(|| {
        let step = IN_TIME.gives(Quantity::Yes(in_time)).given(names::FILED_ON, Quantity::Day(filed_on));
        step.given(names::EFFECTIVE_ON, Quantity::Day(effective_on)).uses(months).uses(days)
    });
    if in_time {
        return Ok(());
    }
    let zh =
        format!("申請書表應於{first}至{last}間送達審定機關，實際送達日為{filed_on}；因機關作業不及或疏失者，不在此限");
    let en = format!(
        "The case is to reach the authority from {first} to {last}; it did on {filed_on}. Who was late by the agency's fault is excepted"
    );
    let place = law.cited("s0080034/88", "h0150049/89");
    Err(Refusal::new("pension/filing", zh, en).field("filed_on").cite(place).into())
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn from_three_months_to_a_day_before() {
        let law = Law::on(date!(2026 - 01 - 16)).unwrap();
        let filed = |on| in_time(law.of(Scheme::Civil), date!(2026 - 07 - 16), on, &mut Steps::default()).is_ok();
        assert!(!filed(date!(2026 - 04 - 15)) && filed(date!(2026 - 04 - 16)));
        assert!(filed(date!(2026 - 07 - 15)) && !filed(date!(2026 - 07 - 16)));
    }
}
