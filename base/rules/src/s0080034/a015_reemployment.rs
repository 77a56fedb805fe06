//! # Retirement after an earlier one (再任年資之給與)
//!
//! ## The law says
//! Article 15 (teachers 16): what was paid for before is not paid for again and counts towards the limits; old-scheme service that was not
//! yet paid for follows on the scale after the service that was.
//!
//! ## How we read it
//! The scale is continued: what all old-scheme service gives, less what the earlier payment gave. Its base numbers are a fact: the scales of
//! earlier acts were others, so today's does not tell them. Service of workers does not count towards the limits (細則 14, teachers 15).
//!
//! ## Example
//! 22 years paid for with 44 bases and 8 more years: 61 less 44 is 17, not 15 (100 年度訴字第 290 號).

use kernel::Refusal;
use statute::{Rational, Scale};
use time::Date;

use super::a015_continued_bases;
use crate::facts::{Earlier, Months};
use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Share of the pay by months.
    monthly_rate: Scale = "s0080034/a028/old-monthly-rate", "h0150049/a029/old-monthly-rate";
}

/// Percentage that follows on.
pub static MONTHLY_RATE: Rule = Rule {
    id: "s0080034/a015_reemployment",
    title: ("接續計算之退撫新制實施前百分比", "old-scheme percentage that follows on"),
    law: &["s0080034/15/3/1", "h0150049/16/3/1"],
    formula: ("合計 {total-months} 之百分比 − {paid-rate}", "percentage for {total-months} in all − {paid-rate}"),
};

/// Months paid for before that count towards the limits.
pub fn paid_months(earlier: &[Earlier]) -> Months {
    let counted = earlier.iter().filter(|earlier| !earlier.worker);
    counted.fold(Months::default(), |sum, earlier| Months {
        old: sum.old.saturating_add(earlier.paid.old),
        new: sum.new.saturating_add(earlier.paid.new),
    })
}

/// Base numbers of the old scheme paid before, if each earlier payment has them on file.
pub fn paid_bases(earlier: &[Earlier]) -> Option<Rational> {
    let of_old = earlier.iter().filter(|earlier| !earlier.worker && earlier.paid.old > 0);
    of_old.map(|earlier| earlier.old_bases).sum()
}

/// Base numbers for so many more months of old-scheme service.
///
/// # Errors
/// The base numbers paid before are not on file; no value was in force that day.
pub fn lump_bases(
    law: &SchemeLaw,
    (paid_months, paid_bases, more_months): (u32, Option<Rational>, u32),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Rational, Stop> {
    let paid = match paid_bases {
        Some(paid) => paid,
        None if paid_months == 0 => Rational::from_integer(0),
        None => return Err(bases_missing(law).into()),
    };
    a015_continued_bases::bases(law, (paid, paid_months.saturating_add(more_months)), on, ledger)
}

/// Why old-scheme service paid for before must come with its base numbers.
pub(crate) fn bases_missing(law: &SchemeLaw) -> Refusal {
    let zh = "前次核給退撫新制實施前年資之基數應依審定函填明，不得以現行標準推算";
    let en = "The old-scheme base numbers paid earlier are taken from that decision; today's scale does not tell them";
    Refusal::new("pension/missing", zh, en).field("earlier").cite(law.cited("s0080034/15/3/1", "h0150049/16/3/1"))
}

/// Percentage for so many more months of old-scheme service.
///
/// # Errors
/// No value was in force that day.
pub fn monthly_rate(
    law: &SchemeLaw,
    (paid_months, more_months): (u32, u32),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Rational, Stop> {
    let scale = law.a015_reemployment.monthly_rate.on(on)?;
    let total = paid_months.saturating_add(more_months);
    let paid = scale.value.at(paid_months);
    let rate = scale.value.at(total) - paid;
    ledger.write(|| {
        let step = MONTHLY_RATE.gives(Quantity::Share(rate)).given(names::TOTAL_MONTHS, Quantity::Months(total));
        step.given(names::PAID_RATE, Quantity::Share(paid)).uses(&scale.part(|scale| scale.at(total)))
    });
    Ok(rate)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Silent};

    const ON: Date = date!(2026 - 01 - 16);

    #[test]
    fn the_scale_goes_on_where_it_ended() {
        let law = Law::on(ON).unwrap();
        let law = law.of(Scheme::Civil);
        let bases = |paid, known: Option<i64>, more| {
            lump_bases(law, (paid, known.map(Rational::from_integer), more), ON, &mut Silent).unwrap()
        };
        assert_eq!(bases(264, Some(44), 96), Rational::from_integer(17), "100 年度訴字第 290 號");
        let Err(Stop::Refused(why)) = lump_bases(law, (264, None, 96), ON, &mut Silent) else {
            panic!("today's scale would give 61 less 45")
        };
        assert_eq!((why.code, why.field.as_deref()), ("pension/missing", Some("earlier")));
        assert_eq!(bases(0, None, 96), Rational::from_integer(15), "nothing paid: the scale from its beginning");
        assert_eq!(bases(360, Some(61), 12), Rational::from_integer(0), "no more than the most");
        assert_eq!(bases(12, Some(99), 12), Rational::from_integer(0));
        assert_eq!(monthly_rate(law, (180, 12), ON, &mut Silent), Ok(Rational::new(1, 100)));
        assert_eq!(monthly_rate(law, (0, 180), ON, &mut Silent), Ok(Rational::new(3, 4)));
    }

    #[test]
    fn workers_years_take_no_room() {
        let earlier = |old, bases: Option<i64>, worker| Earlier {
            on: date!(2000 - 01 - 01),
            paid: Months { old, new: 0 },
            old_bases: bases.map(Rational::from_integer),
            worker,
            income: None,
            last_pay: None,
        };
        let both = [earlier(264, Some(44), false), earlier(100, None, true)];
        assert_eq!((paid_months(&both).old, paid_bases(&both)), (264, Some(Rational::from_integer(44))));
        assert_eq!(paid_bases(&[earlier(12, None, false)]), None);
    }
}
