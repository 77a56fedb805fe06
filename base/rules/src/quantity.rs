//! The quantities worked examples ask for, by name, each answered by the rules themselves.
//!
//! The names and the words of the inputs are those of `cases/pension/vectors.csv`, told in the README beside it.

use kernel::Refusal;
use statute::{Edition, PERCENT, Rational, Rounding, Way};
use time::Date;

use crate::{
    Law, Quantity, Scheme, SchemeLaw, Steps, Stop,
    inputs::Inputs,
    pay_table::pay_point::{self, Rung},
    police_act::a035_ceiling,
    s0070001::a016_lump_months::{self, Insured},
    s0080034::{
        a004_monthly_income, a007_contribution, a015_continued_bases, a028_old_scheme,
        a029_new_scheme::{self, Credited},
        a031_early_reduction, a036_deposit_lump,
        a037_replacement_rate::{self, Facts},
        a039_order_of_cuts::{self, Parts},
        a067_price_steps,
    },
    s0080036::a008_deposit,
};

mod after;

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
    ("continued_old_bases", &["prev_bases", "total_old_years", "total_old_months"], continued_old_bases),
    ("cpi_step", &["amount", "pct", "excluded"], cpi_step),
    ("cpi_sum", &["_"], cpi_sum),
    ("deduct_part", &["part", "interest", "compensation", "old", "new", "annuity", "cap"], deduct_part),
    ("first_year_case", &["original_interest", "excess_over_cap", "want"], first_year_case),
    ("insurance_months", &["pre_years", "pre_months", "new_years", "new_months", "deposited"], insurance_months),
    ("lump_payee_interest", &["principal", "floor_amount", "rate", "want"], lump_payee_interest),
    ("monthly_interest", &["principal", "rate"], monthly_interest),
    ("new_lump", &[], new_lump),
    ("new_lump_bases", &[], new_lump_bases),
    ("new_monthly", &[], new_monthly),
    ("new_monthly_pct", &[], new_monthly_pct),
    ("old_lump", &[], old_lump),
    ("old_lump_bases", &[], old_lump_bases),
    ("old_monthly", &[], old_monthly),
    ("old_monthly_pct", &[], old_monthly_pct),
    ("pay_point", &["year", "point", "scale"], pay_of_point),
    ("principal_for", &["interest", "rate"], principal_for),
    ("reduced_monthly", &["early_years", "early_months"], reduced_monthly),
    ("repl_cap", &[], repl_cap),
    ("repl_pct", &[], repl_pct),
    ("self_contribution", &["rate_pct"], self_contribution),
    ("total", &["_"], total),
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

/// Names of all quantities, ascending.
pub fn names() -> impl Iterator<Item = &'static str> {
    let mut names: Vec<_> = QUANTITIES.iter().chain(after::QUANTITIES).map(|(name, _, _)| *name).collect();
    names.sort_unstable();
    names.into_iter()
}

/// A quantity by its name and the facts in JSON, under the law given; amounts of money are rounded as `rounding` says, or as the law does.
///
/// `frozen: false` beside `roc_year` asks for the law as it stood before the freeze of the ceiling, `true` for the law given.
///
/// # Errors
/// No such quantity; facts that cannot be read or contradict the law; a value of law that is not known.
pub fn quantity(law: &Law, name: &str, inputs: &str, rounding: Option<Rounding>) -> Result<Answer, Stop> {
    let Some((_, known, answer)) = QUANTITIES.iter().chain(after::QUANTITIES).find(|(known, _, _)| *known == name)
    else {
        let (zh, en) = (format!("沒有「{name}」這個項目"), format!("there is no quantity \"{name}\""));
        return Err(Refusal::new("pension/no-such-quantity", zh, en).field("fn").into());
    };
    let inputs = Inputs::read(inputs, |key| known.contains(&key) || COMMON.contains(&key))?;
    let kind = inputs.word("law", KINDS)?;
    let edition = edition(law, kind, &inputs, rounding)?;
    let special = edition.map(Law::of_edition).transpose()?;
    let law = special.as_ref().unwrap_or(law);
    let on = inputs.day("on")?.or(inputs.roc_year("roc_year")?).unwrap_or(law.edition.law);
    let asked = Asked { inputs, law: law.of(kind.scheme()), kind, on };
    let mut steps = Steps::default();
    let outcome = answer(&asked, &mut steps)?;
    Ok(Answer { outcome, steps })
}

/// The edition to answer by, if it is not the one given.
fn edition(law: &Law, kind: Kind, inputs: &Inputs, rounding: Option<Rounding>) -> Result<Option<Edition>, Stop> {
    let mut edition = law.edition.clone();
    if inputs.has("roc_year") && !inputs.yes("frozen")? {
        let frozen = law.of(kind.scheme()).a037_replacement_rate.frozen_from.entries().next();
        if let Some(before) = frozen.and_then(|(_, from)| from.value.previous_day()) {
            edition.law = edition.law.min(before);
        }
    }
    for key in MONEY {
        if let Some(rounding) = rounding.filter(|rounding| rounding.places == 0) {
            let way = way(rounding);
            let entry = format!("from = 1912-01-01\nvalue = \"{way} 0\"\nreference = \"算例所載之進位\"\n");
            edition = edition.changed(key, &entry).map_err(|_| no_rounding(key))?;
        }
    }
    Ok((edition.law != law.edition.law || rounding.is_some()).then_some(edition))
}

fn way(rounding: Rounding) -> &'static str {
    match rounding.way {
        Way::Down => "down",
        Way::Up => "up",
        Way::HalfUp => "half-up",
    }
}

fn no_rounding(key: &str) -> statute::StatuteFault {
    statute::StatuteFault::NoSuchValue(key.to_owned())
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

fn old_lump_bases(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Bases(a028_old_scheme::lump_bases(asked.law, asked.months()?, asked.on, steps)?))
}

fn old_monthly_pct(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Share(a028_old_scheme::monthly_rate(asked.law, asked.months()?, asked.on, steps)?))
}

fn old_lump(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.pay()?, asked.months()?, asked.share()?);
    Ok(Quantity::Money(a028_old_scheme::lump(asked.law, facts, asked.on, steps)?))
}

fn old_monthly(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.pay()?, asked.months()?, asked.share()?);
    Ok(Quantity::Money(a028_old_scheme::monthly(asked.law, facts, asked.on, steps)?))
}

fn new_lump_bases(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Bases(a029_new_scheme::lump_bases(asked.law, asked.credited()?, asked.on, steps)?))
}

fn new_monthly_pct(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Share(a029_new_scheme::monthly_rate(asked.law, asked.credited()?, asked.on, steps)?))
}

fn new_lump(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.pay()?, asked.credited()?, asked.share()?);
    Ok(Quantity::Money(a029_new_scheme::lump(asked.law, facts, asked.on, steps)?))
}

fn new_monthly(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.pay()?, asked.credited()?, asked.share()?);
    Ok(Quantity::Money(a029_new_scheme::monthly(asked.law, facts, asked.on, steps)?))
}

fn reduced_monthly(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let left = a031_early_reduction::part_left(asked.law, asked.inputs.months("early_")?, asked.on, steps)?;
    let facts = (asked.pay()?, asked.credited()?, asked.share()? * left);
    Ok(Quantity::Money(a029_new_scheme::monthly(asked.law, facts, asked.on, steps)?))
}

fn replacement(asked: &Asked, steps: &mut Steps) -> Result<Rational, Stop> {
    let months = asked.months()?;
    if asked.kind == Kind::Police {
        return a035_ceiling::rate(asked.law, months, asked.on, steps);
    }
    let act_from = asked.law.a037_replacement_rate.act_from.on(asked.on)?.value;
    let before = asked.kind == Kind::CivilBefore;
    let retired_on = if before { act_from.previous_day().unwrap_or(act_from) } else { act_from };
    a037_replacement_rate::rate(asked.law, Facts { months, retired_on, paid_for: asked.on }, steps)
}

fn repl_pct(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Share(replacement(asked, steps)?))
}

fn repl_cap(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let rate = replacement(asked, steps)?;
    let drawn = (asked.pay()?, asked.share()?);
    Ok(Quantity::Money(a037_replacement_rate::ceiling_at(asked.law, drawn, rate, asked.on, steps)?))
}

fn deduct_part(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Part = fn(Parts, Parts) -> i64;
    const PARTS: &[(&str, Part)] = &[
        ("total", |left, _| left.total()),
        ("interest", |left, _| left.interest),
        ("compensation", |left, _| left.compensation),
        ("old", |left, _| left.old),
        ("new", |left, _| left.new),
        ("cut_total", |_, lost| lost.total()),
        ("cut_interest", |_, lost| lost.interest),
        ("cut_compensation", |_, lost| lost.compensation),
        ("cut_old", |_, lost| lost.old),
        ("cut_new", |_, lost| lost.new),
    ];
    let money = |key| asked.inputs.money(key);
    let parts = Parts {
        interest: money("interest")?,
        compensation: money("compensation")?,
        old: money("old")?,
        new: money("new")?,
        annuity: money("annuity")?,
    };
    let of = asked.inputs.word("part", PARTS)?;
    let left = a039_order_of_cuts::cut(parts, money("cap")?, steps);
    Ok(Quantity::Money(of(left, left.lost(parts))))
}

/// The first column: interest at the new rate, cut by what exceeds the ceiling, and the deposit that is left.
fn first_year_case(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    #[derive(Clone, Copy)]
    enum Want {
        InterestLeft,
        Principal,
        CutInterest,
        CutPension,
    }
    let words = [
        ("interest_left", Want::InterestLeft),
        ("principal", Want::Principal),
        ("cut_interest", Want::CutInterest),
        ("cut_pension", Want::CutPension),
    ];
    let want = asked.inputs.word("want", &words)?;
    let values = &asked.law.a036_deposit_monthly;
    let first = asked.law.a037_replacement_rate.act_from.entries().next().map_or(asked.on, |(_, from)| from.value);
    let (full, rate) = (values.full_rate.on(first)?.value, values.rate.on(first)?.value);
    let original = asked.inputs.money("original_interest")?;
    let excess = asked.inputs.money("excess_over_cap")?;
    let principal = a008_deposit::principal(asked.law, original, full, first, steps)?;
    let interest = a008_deposit::interest(asked.law, principal, rate, first, steps)?;
    // The pension only has to be large enough to bear what the interest cannot.
    let parts = Parts { interest, old: excess, ..Parts::default() };
    let left = a039_order_of_cuts::cut(parts, parts.total() - excess, steps);
    let lost = left.lost(parts);
    Ok(Quantity::Money(match want {
        Want::InterestLeft => left.interest,
        Want::Principal => a008_deposit::principal(asked.law, left.interest, rate, first, steps)?,
        Want::CutInterest => lost.interest,
        Want::CutPension => lost.old,
    }))
}

fn principal_for(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let (interest, rate) = (asked.inputs.money("interest")?, asked.inputs.number("rate")?);
    Ok(Quantity::Money(a008_deposit::principal(asked.law, interest, rate, asked.on, steps)?))
}

fn monthly_interest(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let (principal, rate) = (asked.inputs.money("principal")?, asked.inputs.number("rate")?);
    Ok(Quantity::Money(a008_deposit::interest(asked.law, principal, rate, asked.on, steps)?))
}

fn lump_payee_interest(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(a036_deposit_lump::Tiers) -> i64;
    const WANTS: &[(&str, Want)] = &[
        ("total", |tiers| tiers.interest()),
        ("base_principal", |tiers| tiers.base.principal),
        ("base_interest", |tiers| tiers.base.interest),
        ("excess_principal", |tiers| tiers.excess.principal),
        ("excess_interest", |tiers| tiers.excess.interest),
    ];
    let want = asked.inputs.word("want", WANTS)?;
    let (principal, floor) = (asked.inputs.money("principal")?, asked.inputs.money("floor_amount")?);
    let rate = asked.inputs.number("rate")?;
    Ok(Quantity::Money(want(a036_deposit_lump::tiers(asked.law, principal, floor, rate, asked.on, steps)?)))
}

fn pay_of_point(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let on = asked.inputs.roc_year("year")?.unwrap_or(asked.on);
    let rung = match asked.inputs.has("scale") {
        true => Rung::Salary(asked.inputs.count("scale")?),
        false => Rung::Point(asked.inputs.count("point")?),
    };
    Ok(Quantity::Money(pay_point::pay(asked.law, rung, on, steps)?))
}

fn self_contribution(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let of = (asked.pay()?, a007_contribution::Side::Own);
    Ok(Quantity::Money(match asked.inputs.has("rate_pct") {
        true => a007_contribution::contribution_at(asked.law, of, asked.percent("rate_pct")?, asked.on, steps)?,
        false => a007_contribution::contribution(asked.law, of, asked.on, steps)?,
    }))
}

fn cpi_step(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let amounts = (asked.inputs.money("amount")?, asked.inputs.money("excluded")?);
    let rate = asked.percent("pct")?;
    Ok(Quantity::Money(a067_price_steps::increase(asked.law, amounts, rate, asked.on, steps)?))
}

fn cpi_sum(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let rates: Vec<Rational> = asked.inputs.numbers("_")?.into_iter().map(|rate| rate / PERCENT).collect();
    Ok(Quantity::Share(a067_price_steps::sum(asked.law, &rates, asked.on, steps)?))
}

fn total(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let whole = |part: &Rational| part.is_integer().then(|| part.to_integer());
    let parts: Option<Vec<i64>> = asked.inputs.numbers("_")?.iter().map(whole).collect();
    let parts = parts
        .ok_or_else(|| Refusal::new("pension/input", "輸入「_」不是整數元", "input \"_\" is not whole dollars"))?;
    Ok(Quantity::Money(a004_monthly_income::total(&parts, steps)))
}

fn insurance_months(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let inputs = &asked.inputs;
    let (old, middle, new) = (inputs.months("pre_")?, inputs.months("")?, inputs.months("new_")?);
    let insured = Insured { old, middle, new, deposited: inputs.yes("deposited")? };
    Ok(Quantity::Number(a016_lump_months::months(asked.law, insured, asked.on, steps)?))
}

fn continued_old_bases(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.inputs.number("prev_bases")?, asked.inputs.months("total_old_")?);
    Ok(Quantity::Bases(a015_continued_bases::bases(asked.law, facts, asked.on, steps)?))
}
