//! # Benefit for death in service (撫卹金)
//!
//! ## The law says
//! Article 54: under fifteen years of service a lump sum of one and a half bases a year, an eighth for each month; under ten years a
//! twelfth of a base is added for each month missing to ten years, up to nine and eleven twelfths. From fifteen years on a lump sum of
//! fifteen bases and half a base for each further year, at most twenty-seven and a half, and half a base each month. The base is twice
//! the average pay of annex 1.
//!
//! ## How we read it
//! On the scales a broken month is one month, but whether fifteen years are full counts by the day (細則 10). The average pay ends with the
//! month of death (細則 76), which the caller computes. Service that was paid out before does not count for the bases but does for the ten years, at which adding ends. Annex 4
//! was not seen; the rows known of it agree (`cases/death-benefit.csv`). For the rest it rests on the text alone.
//!
//! ## Example
//! Three years at an average pay of 30,000: 4.5 and 7 bases of 60,000, 690,000.

use statute::{Rational, Scale};
use time::Date;

use super::a055_death_service::Counted;
use crate::{Ledger, Quantity, Rule, SchemeLaw, Step, Stop, names};

crate::law::values! {
    /// Base numbers of the lump sum under fifteen years, by months.
    short_bases: Scale = "s0080034/a054/death-lump-bases-short", "h0150049/a054/death-lump-bases-short";
    /// Base numbers of the lump sum by months.
    lump_bases: Scale = "s0080034/a054/death-lump-bases", "h0150049/a054/death-lump-bases";
    /// Months below which bases are added.
    supplement_below: u32 = "s0080034/a054/supplement-below", "h0150049/a054/supplement-below";
    /// Base numbers added by months missing.
    supplement: Scale = "s0080034/a054/supplement", "h0150049/a054/supplement";
    /// Months from which a monthly benefit is due.
    monthly_from: u32 = "s0080034/a054/monthly-from", "h0150049/a054/monthly-from";
    /// Bases of the monthly benefit.
    monthly_bases: Rational = "s0080034/a054/monthly-bases", "h0150049/a054/monthly-bases";
    /// How many times the average pay the base is.
    base_times: Rational = "s0080034/a054/death-base-times", "h0150049/a054/death-base-times";
}

/// Base numbers of the lump sum from fifteen years on.
pub static LUMP_BASES: Rule = Rule {
    id: "s0080034/a054_death_benefit",
    title: ("任職滿十五年之一次撫卹金基數", "base numbers of the lump sum for death in service after fifteen years"),
    law: &["s0080034/54/2/2/2", "h0150049/54/2/2/2"],
    formula: (
        "{full-months-served} 滿 {monthly-from}，{total-months} 給與 {death-lump-bases}",
        "{death-lump-bases} for {total-months}; {full-months-served} are {monthly-from} or more",
    ),
};

/// Base numbers of the lump sum under fifteen years.
pub static SHORT_BASES: Rule = Rule {
    id: "s0080034/a054_death_benefit",
    title: ("任職未滿十五年之一次撫卹金基數", "base numbers of the lump sum for death in service under fifteen years"),
    law: &["s0080034/54/2/1", "s0080035/10", "h0150049/54/2/1", "h0150051/10"],
    formula: (
        "{full-months-served} 未滿 {monthly-from}：{death-lump-bases-short} + 未滿 {supplement-below} 之 {missing-months} 加給 {supplement}",
        "{full-months-served} are below {monthly-from}: {death-lump-bases-short} + {supplement} for {missing-months} missing to {supplement-below}",
    ),
};

/// The lump sum.
pub static LUMP: Rule = Rule {
    id: "s0080034/a054_death_benefit",
    title: ("一次撫卹金", "lump sum for death in service"),
    law: &["s0080034/54/2", "s0080034/54/3", "h0150049/54/2", "h0150049/54/3"],
    formula: ("{average-pay} × {death-base-times} × {bases}", "{average-pay} × {death-base-times} × {bases}"),
};

/// The monthly benefit.
pub static MONTHLY: Rule = Rule {
    id: "s0080034/a054_death_benefit",
    title: ("月撫卹金", "monthly benefit for death in service"),
    law: &["s0080034/54/2/2/1", "s0080034/54/3", "h0150049/54/2/2/1", "h0150049/54/3"],
    formula: (
        "{average-pay} × {death-base-times} × {monthly-bases}",
        "{average-pay} × {death-base-times} × {monthly-bases}",
    ),
};

/// Service of somebody who died in service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Service {
    /// Service that counts for the benefit, deemed service included.
    pub counted: Counted,
    /// Months that were paid out or refunded before (15 II).
    pub paid_out: u32,
}

/// Base numbers of the lump sum, exact.
///
/// # Errors
/// No value was in force that day.
pub fn lump_bases(law: &SchemeLaw, service: Service, on: Date, ledger: &mut impl Ledger) -> Result<Rational, Stop> {
    let values = &law.a054_death_benefit;
    let (months, from) = (service.counted.months, values.monthly_from.on(on)?);
    let known = |step: Step| {
        let step = step.given(names::TOTAL_MONTHS, Quantity::Months(months));
        step.given(names::FULL_MONTHS, Quantity::Months(service.counted.full)).uses(from)
    };
    if is_monthly(law, service.counted, on)? {
        let bases = values.lump_bases.on(on)?.part(|scale| scale.at(months));
        ledger.write(|| known(LUMP_BASES.gives(Quantity::Bases(bases.value))).uses(&bases));
        return Ok(bases.value);
    }
    let (below, supplement) = (values.supplement_below.on(on)?, values.supplement.on(on)?);
    let missing = below.value.saturating_sub(months.saturating_add(service.paid_out));
    let served = values.short_bases.on(on)?.part(|scale| scale.at(months));
    let added = supplement.part(|scale| scale.at(missing));
    let bases = served.value + added.value;
    ledger.write(|| {
        let step = known(SHORT_BASES.gives(Quantity::Bases(bases)));
        let step = step.given(names::PAID_OUT_MONTHS, Quantity::Months(service.paid_out));
        step.given(names::MISSING_MONTHS, Quantity::Months(missing)).uses(&served).uses(below).uses(&added)
    });
    Ok(bases)
}

/// The lump sum, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn lump(
    law: &SchemeLaw,
    (average_pay, service): (i64, Service),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let bases = lump_bases(law, service, on, ledger)?;
    let times = law.a054_death_benefit.base_times.on(on)?;
    let rounding = law.rounding.amount.on(on)?;
    let due = rounding.value.dollars(times.value * average_pay * bases);
    ledger.write(|| {
        let step = LUMP.gives(Quantity::Money(due)).given(names::AVERAGE_PAY, Quantity::Money(average_pay));
        step.given(names::BASES, Quantity::Bases(bases)).uses(times).rounded(rounding)
    });
    Ok(due)
}

/// Whether a monthly benefit is due besides the lump sum: after fifteen years, counted by the day.
///
/// # Errors
/// No value was in force that day.
pub fn is_monthly(law: &SchemeLaw, counted: Counted, on: Date) -> Result<bool, Stop> {
    Ok(counted.full >= law.a054_death_benefit.monthly_from.on(on)?.value)
}

/// The monthly benefit, NT dollars; nothing under fifteen years.
///
/// # Errors
/// No value was in force that day.
pub fn monthly(
    law: &SchemeLaw,
    (average_pay, service): (i64, Service),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    if !is_monthly(law, service.counted, on)? {
        return Ok(0);
    }
    let values = &law.a054_death_benefit;
    let (from, bases, times) = (values.monthly_from.on(on)?, values.monthly_bases.on(on)?, values.base_times.on(on)?);
    let rounding = law.rounding.amount.on(on)?;
    let due = rounding.value.dollars(times.value * average_pay * bases.value);
    ledger.write(|| {
        let step = MONTHLY.gives(Quantity::Money(due)).given(names::AVERAGE_PAY, Quantity::Money(average_pay));
        let step = step.given(names::FULL_MONTHS, Quantity::Months(service.counted.full));
        step.uses(from).uses(times).uses(bases).rounded(rounding)
    });
    Ok(due)
}

#[cfg(test)]
mod tests {
    use statute::rational;
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 03 - 05);

    fn served(months: u32, paid_out: u32) -> Service {
        Service { counted: Counted::full(months), paid_out }
    }

    fn bases(scheme: Scheme, months: u32, paid_out: u32) -> Rational {
        let law = Law::on(ON).unwrap();
        lump_bases(law.of(scheme), served(months, paid_out), ON, &mut Steps::default()).unwrap()
    }

    #[test]
    fn fifteen_years_are_full_by_the_day() {
        let law = Law::on(ON).unwrap();
        let service = Service { counted: Counted { months: 180, full: 179 }, paid_out: 0 };
        for scheme in [Scheme::Civil, Scheme::Teacher] {
            let bases = lump_bases(law.of(scheme), service, ON, &mut Steps::default()).unwrap();
            assert_eq!(bases, Rational::new(45, 2), "14 years, 11 months and some days");
            assert_eq!(monthly(law.of(scheme), (10_000, service), ON, &mut Steps::default()), Ok(0));
        }
        assert_eq!(bases(Scheme::Civil, 36, u32::MAX), Rational::new(9, 2));
    }

    #[test]
    fn every_known_row_of_annex_4() {
        let law = Law::on(ON).unwrap();
        let rows = include_str!("../../../../cases/death-benefit.csv").lines().skip(1);
        let mut seen = 0;
        for row in rows {
            let cells: Vec<&str> = row.split(',').collect();
            let months = cells[0].parse::<u32>().unwrap() * 12;
            for scheme in [Scheme::Civil, Scheme::Teacher] {
                assert_eq!(bases(scheme, months, 0), rational(cells[1]).unwrap(), "{row}");
                let values = &law.of(scheme).a054_death_benefit;
                let added = values.supplement.on(ON).unwrap().value.at(120_u32.saturating_sub(months));
                assert_eq!(added, rational(cells[2]).unwrap(), "{row}");
                let monthly = monthly(law.of(scheme), (10_000, served(months, 0)), ON, &mut Steps::default());
                assert_eq!(monthly, Ok(if cells[3].is_empty() { 0 } else { 10_000 }), "{row}");
            }
            seen += 1;
        }
        assert_eq!(seen, 40);
    }

    #[test]
    fn months_between_the_rows() {
        let of = |months| bases(Scheme::Civil, months, 0);
        assert_eq!(of(1), Rational::new(1, 8) + Rational::new(119, 12));
        assert_eq!(of(119), Rational::new(119, 8) + Rational::new(1, 12));
        assert_eq!((of(120), of(121)), (15.into(), Rational::new(121, 8)));
        assert_eq!((of(179), of(180), of(181)), (Rational::new(179, 8), 15.into(), Rational::new(361, 24)));
        assert_eq!((of(480), of(600)), (Rational::new(55, 2), Rational::new(55, 2)), "never more");
    }

    #[test]
    fn what_was_paid_out_before_ends_the_adding() {
        assert_eq!(bases(Scheme::Civil, 36, 83), rational("4.5").unwrap() + Rational::new(1, 12));
        assert_eq!(bases(Scheme::Civil, 36, 84), rational("4.5").unwrap());
        assert_eq!(bases(Scheme::Civil, 36, 400), rational("4.5").unwrap());
    }

    #[test]
    fn the_amounts_and_their_steps() {
        let law = Law::on(ON).unwrap();
        let mut steps = Steps::default();
        let service = served(36, 0);
        assert_eq!(lump(law.of(Scheme::Civil), (30_000, service), ON, &mut steps), Ok(690_000));
        assert_eq!(steps.0.len(), 2);
        let service = served(179, 0);
        assert_eq!(monthly(law.of(Scheme::Civil), (30_000, service), ON, &mut Steps::default()), Ok(0));
    }
}
