//! The quantities worked examples ask for, by name, each answered by the rules themselves.
//!
//! The names and the words of the inputs are those of `cases/pension/vectors.csv`, told in the README beside it.

mod after;
mod before;
mod income;
mod pension;

use std::{collections::BTreeMap, rc::Rc};

use kernel::Refusal;
use statute::{Edition, PERCENT, Rational, Rounding, StatuteFault, Way};
use time::Date;

use crate::{Law, Quantity, Scheme, SchemeLaw, Steps, Stop, inputs::Inputs, s0080034::a029_new_scheme::Credited};

/// A figure with the steps that made it.
#[derive(Debug, Clone)]
pub struct Answer {
    /// The figure.
    pub outcome: Quantity,
    /// The rules applied, in their order.
    pub steps: Steps,
}

/// What is asked, with the law to answer it.
struct Asked<'a> {
    inputs: Inputs,
    law: &'a SchemeLaw,
    kind: Kind,
    on: Date,
}

/// Whose ceiling an example asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Civil,
    CivilBefore,
    Teacher,
    Police,
}

const KINDS: &[(&str, Kind)] = &[
    ("civil", Kind::Civil),
    ("civil38", Kind::Civil),
    ("civil37", Kind::CivilBefore),
    ("teacher", Kind::Teacher),
    ("police", Kind::Police),
];

impl Kind {
    fn scheme(self) -> Scheme {
        if self == Self::Teacher { Scheme::Teacher } else { Scheme::Civil }
    }
}

type Answering = fn(&Asked, &mut Steps) -> Result<Quantity, Stop>;

/// Each quantity: its name, the inputs it knows besides [`COMMON`], and what answers it.
const QUANTITIES: &[(&str, &[&str], Answering)] = &[
    ("cash_compensation", &[], pension::cash_compensation),
    ("compensation", &["want"], pension::compensation),
    ("continued_old_bases", &["prev_bases", "total_old_years", "total_old_months"], pension::continued_old_bases),
    ("cpi_growth", &[], income::cpi_growth),
    ("cpi_raised", &["amount", "excluded", "retired_on"], income::cpi_raised),
    ("cpi_step", &["amount", "pct", "excluded"], income::cpi_step),
    ("cpi_sum", &["_"], income::cpi_sum),
    ("deduct_part", &["part", "interest", "compensation", "old", "new", "annuity", "cap"], income::deduct_part),
    ("deposit_amount", &["pre_years", "pre_months"], income::deposit_amount),
    ("early_part", &["early_years", "early_months"], pension::early_part),
    ("first_year_case", &["original_interest", "excess_over_cap", "want"], income::first_year_case),
    ("floor", &[], income::floor),
    ("government_contribution", &[], pension::government_contribution),
    (
        "insurance_annuity",
        &["lump", "credited_years", "credited_months", "age", "expectancy"],
        income::insurance_annuity,
    ),
    ("insurance_lump", INSURED, pension::insurance_lump),
    ("insurance_months", INSURED, pension::insurance_months),
    ("lump_payee_interest", &["principal", "floor_amount", "rate", "want"], income::lump_payee_interest),
    ("monthly_income", INCOME, income::monthly_income),
    ("monthly_interest", &["principal", "rate"], income::monthly_interest),
    ("new_lump", &[], pension::new_lump),
    ("new_lump_bases", &[], pension::new_lump_bases),
    ("new_monthly", &[], pension::new_monthly),
    ("new_monthly_pct", &[], pension::new_monthly_pct),
    ("old_lump", &[], pension::old_lump),
    ("old_lump_bases", &[], pension::old_lump_bases),
    ("old_monthly", &[], pension::old_monthly),
    ("old_monthly_pct", &[], pension::old_monthly_pct),
    ("pay_point", &["year", "point", "scale"], pension::pay_of_point),
    ("principal_for", &["interest", "rate"], income::principal_for),
    ("reduced_monthly", &["early_years", "early_months"], pension::reduced_monthly),
    ("repl_cap", &[], income::repl_cap),
    ("repl_pct", &[], income::repl_pct),
    ("self_contribution", &["rate_pct"], pension::self_contribution),
    ("total", &["_"], income::total),
    ("two_retirements", TWO, income::two_retirements),
    (
        "yearly_savings",
        &["original_principal", "principal", "rate", "before", "after", "deposit_rate", "lending_rate"],
        income::yearly_savings,
    ),
];

/// Inputs of an insurance.
const INSURED: &[&str] = &["pre_years", "pre_months", "new_years", "new_months", "deposited"];

/// Inputs of a whole monthly income.
const INCOME: &[&str] = &[
    "retired_on",
    "starts_on",
    "current_pay",
    "reduced",
    "compensation",
    "old",
    "new",
    "annuity",
    "insurance_deposit",
    "lump_deposit",
    "want",
];

/// Inputs of two retirements.
const TWO: &[&str] = &[
    "first_interest",
    "first_compensation",
    "first_old",
    "first_new",
    "second_interest",
    "second_compensation",
    "second_old",
    "second_new",
    "cap",
    "want",
];

/// Inputs every quantity may be given.
const COMMON: &[&str] =
    &["law", "roc_year", "frozen", "on", "pay", "share", "years", "months", "before_years", "before_months"];

/// Roundings of money an example may replace by its own.
const MONEY: &[&str] = &[
    "s0080034/rounding/amount",
    "s0080034/rounding/contribution",
    "s0080036/a008/principal-rounding",
    "h0150054/a008/principal-rounding",
    "s0080036/a008/interest-rounding",
    "h0150054/a008/interest-rounding",
    "s0080035/a104/increase-rounding",
    "h0150051/a104/increase-rounding",
];

fn all() -> impl Iterator<Item = &'static (&'static str, &'static [&'static str], Answering)> {
    QUANTITIES.iter().chain(before::QUANTITIES).chain(after::QUANTITIES)
}

/// Names of all quantities, ascending.
pub fn names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<_> = all().map(|(name, _, _)| *name).collect();
    names.sort_unstable();
    names.into_iter()
}

/// A quantity by its name and the facts in JSON, as [`Desk::answer`] gives it.
///
/// # Errors
/// As [`Desk::answer`].
pub fn quantity(law: &Law, name: &str, inputs: &str, rounding: Option<Rounding>) -> Result<Answer, Stop> {
    Desk::new(law).answer(name, inputs, rounding)
}

/// Answers many questions under one law; the editions that examples ask for beside it are made once.
#[derive(Debug)]
pub struct Desk<'a> {
    law: &'a Law,
    beside: BTreeMap<(Date, Option<&'static str>), Rc<Law>>,
}

impl<'a> Desk<'a> {
    /// A desk with a law on it.
    pub fn new(law: &'a Law) -> Self {
        Self { law, beside: BTreeMap::new() }
    }

    /// A quantity by its name and the facts in JSON; amounts of money are rounded as `rounding` says, or as the law does.
    ///
    /// Without `frozen: true`, `roc_year` asks for the columns as they were before the freeze of the ceiling.
    ///
    /// # Errors
    /// No such quantity; facts that cannot be read or contradict the law; a value of law that is not known.
    pub fn answer(&mut self, name: &str, inputs: &str, rounding: Option<Rounding>) -> Result<Answer, Stop> {
        let Some((_, known, answer)) = all().find(|(known, _, _)| *known == name) else {
            let (zh, en) = (format!("沒有「{name}」這個項目"), format!("there is no quantity \"{name}\""));
            return Err(Refusal::new("pension/no-such-quantity", zh, en).field("fn").into());
        };
        let inputs = Inputs::read(inputs, |key| known.contains(&key) || COMMON.contains(&key))?;
        let kind = inputs.word("law", KINDS)?;
        let beside = self.beside(kind, &inputs, rounding)?;
        let law = beside.as_deref().unwrap_or(self.law);
        let on = inputs.day("on")?.or(inputs.roc_year("roc_year")?).unwrap_or(law.edition.law);
        let asked = Asked { inputs, law: law.of(kind.scheme()), kind, on };
        let mut steps = Steps::default();
        let outcome = answer(&asked, &mut steps)?;
        Ok(Answer { outcome, steps })
    }

    /// The law to answer by, if it is not the one on the desk.
    fn beside(&mut self, kind: Kind, inputs: &Inputs, rounding: Option<Rounding>) -> Result<Option<Rc<Law>>, Stop> {
        let given = &self.law.edition;
        let mut day = given.law;
        if inputs.has("roc_year") && !inputs.yes("frozen")? {
            let frozen = self.law.of(kind.scheme()).a037_replacement_rate.frozen_from.entries().next();
            day = frozen.and_then(|(_, from)| from.value.previous_day()).map_or(day, |before| day.min(before));
        }
        let way = rounding.filter(|rounding| rounding.places == 0).map(way);
        if day == given.law && way.is_none() {
            return Ok(None);
        }
        if let Some(law) = self.beside.get(&(day, way)) {
            return Ok(Some(Rc::clone(law)));
        }
        let law = Rc::new(Law::of_edition(rounded(Edition { law: day, ..given.clone() }, way)?)?);
        self.beside.insert((day, way), Rc::clone(&law));
        Ok(Some(law))
    }
}

/// An edition in which money is rounded as an example says.
fn rounded(mut edition: Edition, way: Option<&str>) -> Result<Edition, Stop> {
    for (key, way) in MONEY.iter().flat_map(|key| way.map(|way| (key, way))) {
        let entry = format!("from = 1912-01-01\nvalue = \"{way} 0\"\nreference = \"算例所載之進位\"\n");
        edition = edition.changed(key, &entry).map_err(|_| StatuteFault::NoSuchValue((*key).to_owned()))?;
    }
    Ok(edition)
}

fn way(rounding: Rounding) -> &'static str {
    match rounding.way {
        Way::Down => "down",
        Way::Up => "up",
        Way::HalfUp => "half-up",
    }
}

impl Asked<'_> {
    fn pay(&self) -> Result<i64, Refusal> {
        self.inputs.money("pay")
    }

    fn share(&self) -> Result<Rational, Refusal> {
        self.inputs.number_or("share", Rational::from_integer(1))
    }

    fn months(&self) -> Result<u32, Refusal> {
        self.inputs.months("")
    }

    fn credited(&self) -> Result<Credited, Refusal> {
        Ok(Credited { old: self.inputs.months("before_")?, new: self.months()? })
    }

    fn percent(&self, key: &str) -> Result<Rational, Refusal> {
        Ok(self.inputs.number(key)? / PERCENT)
    }
}
