//! # Demotion after retirement (退休後始受降級或減俸)
//!
//! ## The law says
//! Article 80 (teachers 81): who is demoted or has the pay cut by a disciplinary judgment after retiring has the pension calculated again by
//! the lower pay, from the day after the judgment reached the competent authority; where it reached it before the retirement and was
//! not carried out, from the day it is. The enforcement rules (細則 41, teachers 43): the average pay is calculated again with the
//! lower pay for the time of the penalty; what was paid too much is claimed back.
//!
//! ## How we read it
//! Both average pays are given; this says which one holds for a payment. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! A judgment that arrived on 2026-03-09: the lower pay holds from 2026-03-10 on.

use kernel::Refusal;
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

/// The first day of the lower pay.
pub static FROM: Rule = Rule {
    id: "s0080034/a080_demotion",
    title: ("改按降級或減俸後計算之起始日", "first day of the calculation by the lower pay"),
    law: &["s0080034/80", "h0150049/81"],
    formula: (
        "判決書 {arrived-on} 送達主管機關，{retired-on} 退休生效",
        "the judgment arrived on {arrived-on}, the pension began on {retired-on}",
    ),
};

/// Which average pay holds.
pub static PAY: Rule = Rule {
    id: "s0080034/a080_demotion",
    title: ("適用之平均俸（薪）額", "average pay that holds"),
    law: &["s0080034/80", "s0080035/41", "h0150049/81", "h0150051/43"],
    formula: (
        "{paid-for} 在 {since} 以後按 {lower-pay}，否則 {average-pay}",
        "{lower-pay} from {since} on, {average-pay} before; paid for {paid-for}",
    ),
};

/// A disciplinary judgment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgment {
    /// Day it reached the competent authority.
    pub arrived_on: Date,
    /// First day of the pension.
    pub retired_on: Date,
    /// Day it was carried out, if it arrived before the pension began.
    pub executed_on: Option<Date>,
}

/// The first day of the calculation by the lower pay.
///
/// # Errors
/// The judgment arrived before the pension began, and when it was carried out is not given.
pub fn holds_from(law: &SchemeLaw, judgment: Judgment, ledger: &mut impl Ledger) -> Result<Date, Stop> {
    let after = judgment.arrived_on >= judgment.retired_on;
    let from = match (after, judgment.executed_on) {
        (true, _) => judgment.arrived_on.next_day().unwrap_or(judgment.arrived_on),
        (false, Some(executed_on)) => executed_on,
        (false, None) => {
            let zh = "懲戒處分判決書於退休前送達主管機關者，應填懲戒處分執行日";
            let en = "The judgment arrived before the pension began: the day it was carried out is needed";
            let cited = law.cited("s0080034/80/1/2", "h0150049/81/1/2");
            return Err(Refusal::new("pension/execution-day-missing", zh, en).field("executed_on").cite(cited).into());
        }
    };
    ledger.write(|| {
        let step = FROM.gives(Quantity::Day(from)).given(names::ARRIVED_ON, Quantity::Day(judgment.arrived_on));
        step.given(names::RETIRED_ON, Quantity::Day(judgment.retired_on))
    });
    Ok(from)
}

/// The average pay that holds for a payment, NT dollars: before and with the penalty.
pub fn average_pay((before, lower): (i64, i64), holds_from: Date, paid_for: Date, ledger: &mut impl Ledger) -> i64 {
    let pay = if paid_for >= holds_from { lower } else { before };
    ledger.write(|| {
        let step = PAY.gives(Quantity::Money(pay)).given(names::AVERAGE_PAY, Quantity::Money(before));
        let step = step.given(names::LOWER_PAY, Quantity::Money(lower)).given(names::SINCE, Quantity::Day(holds_from));
        step.given(names::PAID_FOR, Quantity::Day(paid_for))
    });
    pay
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const RETIRED: Date = date!(2026 - 02 - 01);

    fn from(arrived_on: Date, executed_on: Option<Date>) -> Result<Date, Stop> {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let judgment = Judgment { arrived_on, retired_on: RETIRED, executed_on };
        holds_from(law.of(Scheme::Civil), judgment, &mut Steps::default())
    }

    #[test]
    fn the_day_after_it_arrived_or_the_day_it_is_carried_out() {
        assert_eq!(from(date!(2026 - 03 - 09), None), Ok(date!(2026 - 03 - 10)));
        assert_eq!(from(RETIRED, None), Ok(date!(2026 - 02 - 02)));
        assert_eq!(from(date!(2026 - 01 - 31), Some(date!(2026 - 04 - 05))), Ok(date!(2026 - 04 - 05)));
        assert!(matches!(from(date!(2026 - 01 - 31), None), Err(Stop::Refused(_))));
    }

    #[test]
    fn the_lower_pay_from_that_day() {
        let since = date!(2026 - 03 - 10);
        let pay = |day| average_pay((50_000, 48_000), since, day, &mut Steps::default());
        assert_eq!((pay(date!(2026 - 03 - 09)), pay(since)), (50_000, 48_000));
    }
}
