//! # What was overpaid (溢領或誤領之收回)
//!
//! ## The law says
//! Article 70: what was paid too much is claimed back by a written decision with a deadline, and may be taken from the next instalments;
//! who does not pay in time by own fault owes two percent interest a year.
//!
//! ## How we read it
//! From which day interest runs is open: reading `arrears-from`. A day is its part of its calendar year; the sum is rounded down.
//! It rests on the text alone: no worked example was found.
//!
//! ## Example
//! 365,000 due by 2025-12-31 and paid on 2026-01-10: ten days, 200.

use statute::Rational;
use time::Date;

use crate::months::Span;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Yearly interest.
    rate: Rational = "s0080034/a070/arrears-interest", "h0150049/a070/arrears-interest";
    /// Its rounding.
    rounding: statute::Rounding = "s0080034/a070/interest-rounding", "h0150049/a070/interest-rounding";
}

/// The interest.
pub static INTEREST: Rule = Rule {
    id: "s0080034/a070_overpaid",
    title: ("逾期未繳還之利息", "interest on what was not paid back in time"),
    law: &["s0080034/70/4", "h0150049/70/4"],
    formula: (
        "{overpaid} × {arrears-interest} × {days} ÷ 全年日數",
        "{overpaid} × {arrears-interest} × {days} ÷ days of the year",
    ),
};

/// What is taken from an instalment.
pub static TAKEN: Rule = Rule {
    id: "s0080034/a070_overpaid",
    title: ("自定期給與收回之金額", "taken back from an instalment"),
    law: &["s0080034/70/2", "h0150049/70/2"],
    formula: ("{overpaid}，不逾 {pension}", "{overpaid}, at most {pension}"),
};

/// Name of the open point about the first day of interest.
pub const FROM: &str = "arrears-from";

/// Something that was overpaid.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Overpaid {
    /// NT dollars.
    pub amount: i64,
    /// Day it was received.
    pub received_on: Date,
    /// Last day to pay it back.
    pub deadline: Date,
    /// By the person's own fault.
    pub at_fault: bool,
}

/// Interest owed if it is paid back on a day, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn interest(law: &SchemeLaw, overpaid: Overpaid, repaid_on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    if !overpaid.at_fault || repaid_on <= overpaid.deadline {
        return Ok(0);
    }
    let values = &law.a070_overpaid;
    let (rate, rounding) = (values.rate.on(repaid_on)?, values.rounding.on(repaid_on)?);
    let from = match law.readings.answer(FROM) {
        "receipt" => overpaid.received_on,
        _ => overpaid.deadline,
    };
    // The day interest starts from does not count itself, the day of payment does.
    let span = Span { from, until: repaid_on };
    let years: Rational = (from.year()..=repaid_on.year()).map(|year| part_of_year(span, year)).sum();
    let owed = rounding.value.dollars(rate.value * years * overpaid.amount);
    ledger.write(|| {
        let days = u32::try_from(span.days()).unwrap_or(0);
        let step = INTEREST.gives(Quantity::Money(owed)).given(names::OVERPAID, Quantity::Money(overpaid.amount));
        step.given(names::DAYS, Quantity::Days(days)).uses(rate).rounded(rounding)
    });
    Ok(owed)
}

/// The part of one calendar year that lies in a span.
fn part_of_year(span: Span, year: i32) -> Rational {
    let first = |year| Date::from_ordinal_date(year, 1).unwrap_or(span.until);
    let whole = Span { from: first(year), until: first(year + 1) };
    let days = span.overlap(whole).map_or(0, Span::days);
    Rational::new(days, time::util::days_in_year(year).into())
}

/// What is taken from the next instalment, NT dollars.
pub fn taken(owed: i64, instalment: i64, ledger: &mut impl Ledger) -> i64 {
    let taken = owed.clamp(0, instalment.max(0));
    ledger.write(|| {
        let step = TAKEN.gives(Quantity::Money(taken)).given(names::OVERPAID, Quantity::Money(owed));
        step.given(names::PENSION, Quantity::Money(instalment))
    });
    taken
}

#[cfg(test)]
mod tests {
    use statute::{Edition, Readings};
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const OVERPAID: Overpaid = Overpaid {
        amount: 365_000,
        received_on: date!(2025 - 12 - 01),
        deadline: date!(2025 - 12 - 31),
        at_fault: true,
    };

    fn of(choice: &str, overpaid: Overpaid, repaid_on: Date) -> i64 {
        let readings = Readings::default().choose(choice).unwrap();
        let law = Law::of_edition(Edition { readings, ..Edition::of(date!(2026 - 11 - 23)) }).unwrap();
        interest(law.of(Scheme::Teacher), overpaid, repaid_on, &mut Steps::default()).unwrap()
    }

    #[test]
    fn two_percent_after_the_deadline() {
        let of = |day| of("arrears-from/deadline", OVERPAID, day);
        assert_eq!((of(date!(2025 - 12 - 31)), of(date!(2026 - 01 - 01))), (0, 20));
        assert_eq!((of(date!(2026 - 01 - 10)), of(date!(2026 - 12 - 31))), (200, 7_300));
    }

    #[test]
    fn from_the_day_of_receipt_under_the_other_reading() {
        assert_eq!(of("arrears-from/receipt", OVERPAID, date!(2025 - 12 - 31)), 0, "still in time");
        assert_eq!(of("arrears-from/receipt", OVERPAID, date!(2026 - 01 - 10)), 800);
    }

    #[test]
    fn not_without_fault() {
        let innocent = Overpaid { at_fault: false, ..OVERPAID };
        assert_eq!(of("arrears-from/deadline", innocent, date!(2026 - 12 - 31)), 0);
    }

    #[test]
    fn a_leap_year_has_one_day_more() {
        let leap = Overpaid { amount: 366_000, deadline: date!(2023 - 12 - 31), ..OVERPAID };
        assert_eq!(of("arrears-from/deadline", leap, date!(2024 - 01 - 10)), 200);
    }

    #[test]
    fn never_more_than_the_instalment() {
        let of = |owed, instalment| taken(owed, instalment, &mut Steps::default());
        assert_eq!((of(100, 40), of(40, 40), of(39, 40), of(5, 0)), (40, 40, 39, 0));
    }
}
