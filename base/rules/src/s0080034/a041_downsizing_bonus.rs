//! # Downsizing bonus (俸給總額慰助金)
//!
//! ## The law says
//! Article 41: who retires or is severed in a downsizing gets up to seven months of total pay; who is close to the latest day of
//! retirement gets as many months as that is early; who is employed again by the state within seven months returns the rest. The
//! enforcement rules (細則 37, teachers 38): each month of delay after the offer began takes one month away; what is returned is the
//! months of re-employment within the seven, a first broken month counting as one and later odd days as none.
//!
//! ## How we read it
//! Delay and earliness are whole months; total pay is the pay, the allowance of the profession and that of a head in the last month
//! (Article 4). Whether the new post counts is Article 77, [`super::a077_reemployed`]. It rests on the text alone: no worked example was found.
//!
//! ## Example
//! Total pay of 60,000, two months after the offer began: five months, 300,000.

use kernel::Refusal;
use time::Date;

use crate::months::{Span, after};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// The most months.
    most: u32 = "s0080034/a041/bonus-months-max", "h0150049/a041/bonus-months-max";
    /// Months within which re-employment returns it.
    returned_within: u32 = "s0080034/a041/bonus-return-months", "h0150049/a041/bonus-return-months";
}

/// Months granted.
pub static MONTHS: Rule = Rule {
    id: "s0080034/a041_downsizing_bonus",
    title: ("俸給總額慰助金月數", "months of the downsizing bonus"),
    law: &["s0080034/41/1", "s0080034/41/2", "s0080035/37/1", "h0150049/41/1", "h0150049/41/2", "h0150051/38/1"],
    formula: (
        "{bonus-months-max} − {late-months}，不逾 {early-months}",
        "{bonus-months-max} − {late-months}, at most {early-months}",
    ),
};

/// The bonus.
pub static BONUS: Rule = Rule {
    id: "s0080034/a041_downsizing_bonus",
    title: ("俸給總額慰助金", "downsizing bonus"),
    law: &["s0080034/41/1", "h0150049/41/1"],
    formula: ("{total-pay} × {bonus-months}", "{total-pay} × {bonus-months}"),
};

/// What is returned.
pub static RETURNED: Rule = Rule {
    id: "s0080034/a041_downsizing_bonus",
    title: ("再任應繳回之俸給總額慰助金", "downsizing bonus to be returned"),
    law: &["s0080034/41/3", "s0080035/37/3", "h0150049/41/3", "h0150051/38/3"],
    formula: ("{total-pay} × {worked-months}，不逾已領月數", "{total-pay} × {worked-months}, at most what was granted"),
};

/// Who leaves in a downsizing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Leaving {
    /// Total pay of the last month, NT dollars: pay, allowance of the profession, allowance of a head.
    pub total_pay: i64,
    /// First day of the offer (優惠退離期間起始日).
    pub offered_from: Date,
    /// First day of the pension or severance.
    pub on: Date,
    /// The latest day of retirement that Article 19 gives (屆退日).
    pub mandatory_on: Date,
}

/// What was granted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bonus {
    /// Months.
    pub months: u32,
    /// NT dollars.
    pub amount: i64,
}

/// The bonus of somebody who leaves in a downsizing.
///
/// # Errors
/// Leaving before the offer began, or at the latest day of retirement or after it; no value in force that day.
pub fn bonus(law: &SchemeLaw, leaving: Leaving, ledger: &mut impl Ledger) -> Result<Bonus, Stop> {
    let most = law.a041_downsizing_bonus.most.on(leaving.on)?;
    if leaving.on < leaving.offered_from {
        let zh = "退休、資遣生效日早於優惠退離期間起始日，不得加發慰助金";
        let en = "The day of leaving is before the offer began, so there is no bonus";
        return Err(Refusal::new("pension/before-offer", zh, en).cite(most.citation).into());
    }
    if leaving.on >= leaving.mandatory_on {
        let zh = "屆齡退休者不加發慰助金";
        let en = "There is no bonus on retirement for age";
        return Err(Refusal::new("pension/mandatory-age", zh, en).cite(most.citation).into());
    }
    let late = Span { from: leaving.offered_from, until: leaving.on }.whole_months();
    let early = Span { from: leaving.on, until: leaving.mandatory_on }.whole_months();
    let months = most.value.saturating_sub(late).min(early);
    ledger.write(|| {
        let step = MONTHS.gives(Quantity::Months(months)).given(names::LATE_MONTHS, Quantity::Months(late));
        step.given(names::EARLY_MONTHS, Quantity::Months(early)).uses(most)
    });
    let amount = leaving.total_pay * i64::from(months);
    ledger.write(|| {
        let step = BONUS.gives(Quantity::Money(amount)).given(names::TOTAL_PAY, Quantity::Money(leaving.total_pay));
        step.given(names::BONUS_MONTHS, Quantity::Months(months))
    });
    Ok(Bonus { months, amount })
}

/// What is returned by somebody employed again: `post` are the days of the new post, which Article 77 counts.
///
/// # Errors
/// No value in force that day.
pub fn returned(
    law: &SchemeLaw,
    (leaving, granted): (Leaving, Bonus),
    post: Span,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let within = law.a041_downsizing_bonus.returned_within.on(leaving.on)?;
    let window = Span { from: leaving.on, until: after(leaving.on, within.value) };
    let months = match post.overlap(window) {
        Some(both) => both.whole_months().max(1).min(granted.months),
        None => 0,
    };
    let amount = leaving.total_pay * i64::from(months);
    ledger.write(|| {
        let step = RETURNED.gives(Quantity::Money(amount)).given(names::TOTAL_PAY, Quantity::Money(leaving.total_pay));
        step.given(names::WORKED_MONTHS, Quantity::Months(months)).uses(within)
    });
    Ok(amount)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const LEAVING: Leaving = Leaving {
        total_pay: 60_000,
        offered_from: date!(2026 - 01 - 01),
        on: date!(2026 - 01 - 01),
        mandatory_on: date!(2030 - 01 - 16),
    };

    fn months(on: Date, mandatory_on: Date) -> u32 {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        bonus(law.of(Scheme::Civil), Leaving { on, mandatory_on, ..LEAVING }, &mut Steps::default()).unwrap().months
    }

    #[test]
    fn one_month_less_for_each_month_of_delay() {
        let far = LEAVING.mandatory_on;
        assert_eq!(months(date!(2026 - 01 - 01), far), 7);
        assert_eq!((months(date!(2026 - 01 - 31), far), months(date!(2026 - 02 - 01), far)), (7, 6));
        assert_eq!((months(date!(2026 - 07 - 31), far), months(date!(2026 - 08 - 01), far)), (1, 0));
        assert_eq!(months(date!(2027 - 08 - 01), far), 0);
    }

    #[test]
    fn not_more_months_than_early() {
        let on = LEAVING.on;
        assert_eq!(months(on, date!(2026 - 08 - 01)), 7);
        assert_eq!(months(on, date!(2026 - 07 - 31)), 6);
        assert_eq!(months(on, date!(2026 - 01 - 16)), 0);
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let at_age = Leaving { mandatory_on: on, ..LEAVING };
        assert!(matches!(bonus(law.of(Scheme::Civil), at_age, &mut Steps::default()), Err(Stop::Refused(_))));
        let before = Leaving { on: date!(2025 - 12 - 31), ..LEAVING };
        assert!(matches!(bonus(law.of(Scheme::Teacher), before, &mut Steps::default()), Err(Stop::Refused(_))));
    }

    #[test]
    fn months_worked_within_seven_are_returned() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let law = law.of(Scheme::Teacher);
        let mut steps = Steps::default();
        let granted = bonus(law, LEAVING, &mut steps).unwrap();
        assert_eq!((granted.amount, steps.0.len()), (420_000, 2));
        let returned =
            |from, until| returned(law, (LEAVING, granted), Span { from, until }, &mut Steps::default()).unwrap();
        assert_eq!(returned(date!(2026 - 03 - 01), date!(2027 - 01 - 01)), 300_000, "five of seven months");
        assert_eq!(returned(date!(2026 - 03 - 02), date!(2027 - 01 - 01)), 240_000, "odd days after a month are none");
        assert_eq!(returned(date!(2026 - 07 - 31), date!(2027 - 01 - 01)), 60_000, "a first broken month is one");
        assert_eq!(returned(date!(2026 - 08 - 01), date!(2027 - 01 - 01)), 0);
    }
}
