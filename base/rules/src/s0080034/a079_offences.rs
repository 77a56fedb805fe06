//! # Reduction for offences in office (涉貪瀆罪之剝奪或減少)
//!
//! ## The law says
//! Article 79: who is finally convicted, after leaving, of corruption, an offence of office or one committed with its powers, loses everything
//! from seven years of prison on, half from three, thirty percent from two, twenty from one. When probation is over and was not revoked, the
//! two smaller reductions end and what was held back is paid.
//!
//! ## How we read it
//! The share is taken after Articles 36 to 39 (細則 38) and also of what survivors get (細則 55). The sentence is the one that counts under
//! 細則 39, which the caller finds. Who dies on probation leaves unreduced benefits (細則 55 II): that is probation over. It rests on the
//! text alone: no worked example was found.
//!
//! ## Example
//! Three years of prison: a pension of 40,001 is paid as 20,001.

use statute::{Rational, Scale};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Share lost by months of prison.
    reduction: Scale = "s0080034/a079/reduction", "h0150049/a079/reduction";
    /// Months below which nothing is lost once probation is over.
    spared_below: u32 = "s0080034/a079/spared-below", "h0150049/a079/spared-below";
}

/// The share lost.
pub static LOST: Rule = Rule {
    id: "s0080034/a079_offences",
    title: ("剝奪或減少退離給與之比率", "share of the benefits lost for an offence in office"),
    law: &["s0080034/79/1", "s0080034/79/2", "h0150049/79/1", "h0150049/79/2"],
    formula: (
        "刑期 {sentence-months}：{reduction}；緩刑期滿且未滿 {spared-below} 者不減",
        "{reduction} for {sentence-months}; nothing below {spared-below} once probation is over",
    ),
};

/// What is left of an amount.
pub static LEFT: Rule = Rule {
    id: "s0080034/a079_offences",
    title: ("減少後之給與", "what is left of a benefit"),
    law: &["s0080034/79/1", "s0080035/38/2", "h0150049/79/1"],
    formula: ("{due} ×（1 − {share-lost}）", "{due} × (1 − {share-lost})"),
};

/// A final sentence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sentence {
    /// 死刑、無期徒刑.
    DeathOrLife,
    /// 有期徒刑, in months.
    Months(u32),
}

/// The share of the benefits that is lost.
///
/// # Errors
/// No value was in force that day.
pub fn share_lost(
    law: &SchemeLaw,
    (sentence, probation_over): (Sentence, bool),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<Rational, Stop> {
    let values = &law.a079_offences;
    let (scale, spared_below) = (values.reduction.on(on)?, values.spared_below.on(on)?);
    let months = match sentence {
        Sentence::DeathOrLife => u32::MAX,
        Sentence::Months(months) => months,
    };
    let full = scale.part(|scale| scale.at(months));
    let lost = match probation_over && months < spared_below.value {
        true => Rational::from_integer(0),
        false => full.value,
    };
    ledger.write(|| {
        let step = LOST.gives(Quantity::Share(lost)).given(names::SENTENCE_MONTHS, shown(sentence));
        step.given(names::PROBATION_OVER, Quantity::Yes(probation_over)).uses(&full).uses(spared_below)
    });
    Ok(lost)
}

fn shown(sentence: Sentence) -> Quantity {
    match sentence {
        Sentence::DeathOrLife => Quantity::Words(kernel::Text::new("死刑或無期徒刑", "death or prison for life")),
        Sentence::Months(months) => Quantity::Months(months),
    }
}

/// What is left of an amount after a share is lost, NT dollars.
///
/// # Errors
/// No value was in force that day.
pub fn left(law: &SchemeLaw, (due, lost): (i64, Rational), on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let rounding = law.rounding.amount.on(on)?;
    let left = rounding.value.dollars((Rational::from_integer(1) - lost) * due);
    ledger.write(|| {
        let step = LEFT.gives(Quantity::Money(left)).given(names::DUE, Quantity::Money(due));
        step.given(names::SHARE_LOST, Quantity::Share(lost)).rounded(rounding)
    });
    Ok(left)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    const ON: Date = date!(2026 - 03 - 05);

    fn percent(sentence: Sentence, probation_over: bool) -> i64 {
        let law = Law::on(ON).unwrap();
        let lost = share_lost(law.of(Scheme::Civil), (sentence, probation_over), ON, &mut Steps::default()).unwrap();
        (lost * 100).to_integer()
    }

    #[test]
    fn every_threshold() {
        let of = |months| percent(Sentence::Months(months), false);
        assert_eq!((of(11), of(12), of(23)), (0, 20, 20));
        assert_eq!((of(24), of(35), of(36)), (30, 30, 50));
        assert_eq!((of(83), of(84), of(240)), (50, 100, 100));
        assert_eq!(percent(Sentence::DeathOrLife, false), 100);
    }

    #[test]
    fn probation_spares_the_smaller_ones() {
        let of = |months| percent(Sentence::Months(months), true);
        assert_eq!((of(12), of(35), of(36), of(84)), (0, 0, 50, 100));
        assert_eq!(percent(Sentence::DeathOrLife, true), 100);
    }

    #[test]
    fn what_is_left() {
        let law = Law::on(ON).unwrap();
        let of = |due, percent| {
            left(law.of(Scheme::Teacher), (due, Rational::new(percent, 100)), ON, &mut Steps::default()).unwrap()
        };
        assert_eq!((of(40_001, 50), of(40_000, 20), of(40_000, 100), of(40_000, 0)), (20_001, 32_000, 0, 40_000));
    }
}
