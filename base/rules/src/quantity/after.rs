//! Quantities after and beside the pension: survivors, death in service, offences, divorce, severance, the personal account.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use super::{Answering, Asked};
use crate::{
    Quantity, Steps, Stop,
    s0080034::{
        a009_refund::{self, Contributions, Reason},
        a041_downsizing_bonus::{self, Leaving},
        a042_severance,
        a043_survivor_order::{self, Family, Shares},
        a044_survivor_lump::{self, Left, SurvivorLump},
        a045_survivor_annuity,
        a051_death_in_service::{self, Death, DeathBenefit, Form},
        a053_cause::Cause,
        a054_death_benefit::{self, Service},
        a055_death_service::{self, Counted},
        a058_minor_children, a062_death_order,
        a070_overpaid::{self, Overpaid},
        a079_offences::{self, Sentence},
        a082_divorce, a083_divorce_recovery,
    },
    s0080045::{
        a009_account_contribution,
        a028_account_payout::{self, Account, Paid, Payout},
    },
};

/// Each quantity: its name, the inputs it knows besides the common ones, and what answers it.
pub(super) const QUANTITIES: &[(&str, &[&str], Answering)] = &[
    ("account_contribution", &["added", "want"], account_contribution),
    ("account_payout", &["balance", "monthly", "want"], account_payout),
    ("death_bases", &["cause", "paid_out_years", "paid_out_months", "broken"], death_bases),
    (
        "death_benefit",
        &[
            "cause",
            "paid_out_years",
            "paid_out_months",
            "broken",
            "last_pay",
            "spouse",
            "children",
            "parents",
            "siblings",
            "grandparents",
            "minors",
            "form",
            "want",
        ],
        death_benefit,
    ),
    ("death_service", &["cause", "broken"], death_service),
    ("divorce_amount", &["one_time_pension", "overlap_years", "overlap_months"], divorce_amount),
    ("divorce_instalment", &["pension", "owed"], divorce_instalment),
    ("divorce_pct", &["overlap_years", "overlap_months"], divorce_pct),
    ("downsizing_bonus", &["total_pay", "offered_from", "leaves_on", "mandatory_on"], downsizing_bonus),
    ("minor_children", &["minors"], minor_children),
    ("offence_left", &["amount", "sentence_years", "sentence_months", "life", "probation_over"], offence_left),
    ("offence_pct", &["sentence_years", "sentence_months", "life", "probation_over"], offence_pct),
    ("overpaid_interest", &["amount", "received_on", "deadline", "paid_on", "at_fault"], overpaid_interest),
    ("refund", &["contributed", "interest", "uncounted_years", "uncounted_months"], refund),
    ("severance_pay", &[], severance_pay),
    ("survivor_annuity", &["pension"], survivor_annuity),
    ("survivor_lump", &["retired_on", "one_time_pension", "drawn", "current_pay", "want"], survivor_lump),
    ("survivor_share", &["order", "spouse", "children", "parents", "siblings", "grandparents", "want"], survivor_share),
];

const CAUSES: &[(&str, Cause)] = &[
    ("illness", Cause::Illness),
    ("rescue", Cause::Rescue),
    ("duty", Cause::Duty),
    ("sudden", Cause::Sudden),
    ("rescue-way", Cause::RescueWay),
    ("way", Cause::Way),
    ("preparation", Cause::Preparation),
    ("overwork", Cause::Overwork),
];

impl Asked<'_> {
    /// A day that must be given.
    fn needed(&self, key: &'static str) -> Result<Date, Refusal> {
        self.inputs.day(key)?.ok_or_else(|| {
            let (zh, en) = (format!("缺少輸入「{key}」"), format!("input \"{key}\" is missing"));
            Refusal::new("pension/input", zh, en).field(key)
        })
    }

    fn cause(&self) -> Result<Cause, Refusal> {
        self.inputs.word("cause", CAUSES)
    }

    /// Full months of so many, where the last one may be a broken month.
    fn full_of(&self, months: u32) -> Result<u32, Refusal> {
        Ok(months.saturating_sub(u32::from(self.inputs.yes("broken")?)))
    }

    fn family(&self) -> Result<Family, Refusal> {
        let inputs = &self.inputs;
        Ok(Family {
            spouse: inputs.yes("spouse")?,
            children: inputs.count("children")?,
            parents: inputs.count("parents")?,
            siblings: inputs.count("siblings")?,
            grandparents: inputs.count("grandparents")?,
        })
    }
}

fn account_contribution(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(a009_account_contribution::Contribution) -> i64;
    const WANTS: &[(&str, Want)] = &[("own", |c| c.own), ("government", |c| c.government), ("total", |c| c.total())];
    let facts = (asked.pay()?, asked.inputs.money("added")?);
    let paid = a009_account_contribution::contribution(asked.law, facts, asked.on, steps)?;
    Ok(Quantity::Money(asked.inputs.word("want", WANTS)?(paid)))
}

fn account_payout(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(Paid) -> Quantity;
    const WANTS: &[(&str, Want)] = &[
        ("instalments", |paid| Quantity::Number(Rational::from_integer(paid.instalments))),
        ("last", |paid| Quantity::Money(paid.last)),
        ("lump", |paid| Quantity::Money(paid.lump)),
    ];
    let want = asked.inputs.word("want", WANTS)?;
    let account = Account { balance: asked.inputs.money("balance")?, months: asked.months()?, part: asked.share()? };
    let payout = Payout::Fixed(asked.inputs.money("monthly")?);
    Ok(want(a028_account_payout::paid(asked.law, (account, payout), asked.on, steps)?))
}

fn counted(asked: &Asked, steps: &mut Steps) -> Result<Counted, Stop> {
    let months = a055_death_service::credited(asked.law, asked.credited()?, asked.on, steps)?.total();
    let facts = (asked.cause()?, Counted { months, full: asked.full_of(months)? });
    a055_death_service::deemed(asked.law, facts, asked.on, steps)
}

fn death_service(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Months(counted(asked, steps)?.months))
}

fn death_bases(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let service = Service { counted: counted(asked, steps)?, paid_out: asked.inputs.months("paid_out_")? };
    Ok(Quantity::Bases(a054_death_benefit::lump_bases(asked.law, service, asked.on, steps)?))
}

fn death_benefit(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(DeathBenefit) -> Quantity;
    const WANTS: &[(&str, Want)] = &[
        ("lump", |due| Quantity::Money(due.lump)),
        ("extra", |due| Quantity::Money(due.extra)),
        ("monthly", |due| Quantity::Money(due.monthly)),
        ("months", |due| Quantity::Months(due.monthly_for)),
        ("minors", |due| Quantity::Money(due.minors)),
        ("funeral", |due| Quantity::Money(due.funeral)),
    ];
    const FORMS: &[(&str, Form)] = &[("usual", Form::Usual), ("instead", Form::Instead)];
    let want = asked.inputs.word("want", WANTS)?;
    let death = Death {
        on: asked.on,
        cause: asked.cause()?,
        average_pay: asked.pay()?,
        last_pay: asked.inputs.money("last_pay")?,
        served: asked.credited()?,
        full_months: asked.full_of(asked.credited()?.total())?,
        paid_out: asked.inputs.months("paid_out_")?,
        family: asked.family()?,
        minors: asked.inputs.count("minors")?,
        form: asked.inputs.word("form", FORMS)?,
    };
    Ok(want(a051_death_in_service::benefit(asked.law, death, steps)?))
}

fn minor_children(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let minors = asked.inputs.count("minors")?;
    Ok(Quantity::Money(a058_minor_children::monthly(asked.law, minors, asked.on, steps)?))
}

fn share_divided(asked: &Asked, steps: &mut Steps) -> Result<Rational, Stop> {
    let months = (asked.inputs.months("overlap_")?, asked.months()?);
    a082_divorce::share(asked.law, months, asked.on, steps)
}

fn divorce_pct(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Share(share_divided(asked, steps)?))
}

fn divorce_amount(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.inputs.money("one_time_pension")?, share_divided(asked, steps)?);
    Ok(Quantity::Money(a082_divorce::amount(asked.law, facts, asked.on, steps)?))
}

fn divorce_instalment(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.inputs.money("pension")?, asked.share()?, asked.inputs.money("owed")?);
    Ok(Quantity::Money(a083_divorce_recovery::from_monthly(asked.law, facts, asked.on, steps)?))
}

fn downsizing_bonus(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let leaving = Leaving {
        total_pay: asked.inputs.money("total_pay")?,
        offered_from: asked.needed("offered_from")?,
        on: asked.needed("leaves_on")?,
        mandatory_on: asked.needed("mandatory_on")?,
    };
    Ok(Quantity::Money(a041_downsizing_bonus::bonus(asked.law, leaving, steps)?.amount))
}

fn share_lost(asked: &Asked, steps: &mut Steps) -> Result<Rational, Stop> {
    let sentence = match asked.inputs.yes("life")? {
        true => Sentence::DeathOrLife,
        false => Sentence::Months(asked.inputs.months("sentence_")?),
    };
    let facts = (sentence, asked.inputs.yes("probation_over")?);
    a079_offences::share_lost(asked.law, facts, asked.on, steps)
}

fn offence_pct(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    Ok(Quantity::Share(share_lost(asked, steps)?))
}

fn offence_left(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.inputs.money("amount")?, share_lost(asked, steps)?);
    Ok(Quantity::Money(a079_offences::left(asked.law, facts, asked.on, steps)?))
}

fn overpaid_interest(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let overpaid = Overpaid {
        amount: asked.inputs.money("amount")?,
        received_on: asked.needed("received_on")?,
        deadline: asked.needed("deadline")?,
        at_fault: asked.inputs.yes("at_fault")?,
    };
    Ok(Quantity::Money(a070_overpaid::interest(asked.law, overpaid, asked.needed("paid_on")?, steps)?))
}

fn refund(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let inputs = &asked.inputs;
    let interest = inputs.has("interest").then(|| inputs.money("interest")).transpose()?;
    let own = Contributions { amount: inputs.money("contributed")?, interest };
    let reason = match inputs.months("uncounted_")? {
        0 => Reason::Left,
        months => Reason::NotCounted { months, paid_for: asked.months()? },
    };
    Ok(Quantity::Money(a009_refund::refund(asked.law, (own, reason), asked.on, steps)?))
}

fn severance_pay(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.pay()?, asked.credited()?);
    Ok(Quantity::Money(a042_severance::severance(asked.law, facts, asked.on, steps)?.total()))
}

fn survivor_annuity(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.inputs.money("pension")?, asked.share()?);
    Ok(Quantity::Money(a045_survivor_annuity::amount(asked.law, facts, asked.on, steps)?))
}

fn survivor_lump(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(SurvivorLump) -> i64;
    const WANTS: &[(&str, Want)] =
        &[("total", |lump| lump.total()), ("remainder", |lump| lump.remainder), ("bases", |lump| lump.bases)];
    let want = asked.inputs.word("want", WANTS)?;
    let left = Left {
        retired_on: asked.needed("retired_on")?,
        one_time_pension: asked.inputs.money("one_time_pension")?,
        drawn: asked.inputs.money("drawn")?,
        current_pay: asked.inputs.money("current_pay")?,
        part: asked.share()?,
    };
    Ok(Quantity::Money(want(a044_survivor_lump::lump(asked.law, left, asked.on, steps)?)))
}

fn survivor_share(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(Shares) -> Rational;
    const WANTS: &[(&str, Want)] = &[
        ("spouse", |shares| shares.spouse),
        ("each", |shares| shares.class.map_or(Rational::from_integer(0), |(_, _, each)| each)),
    ];
    const ORDERS: &[(&str, bool)] = &[("pensioner", false), ("in-service", true)];
    let (inputs, family) = (&asked.inputs, asked.family()?);
    let want = inputs.word("want", WANTS)?;
    let shares = match inputs.word("order", ORDERS)? {
        true => a062_death_order::shares(asked.law, family, asked.on, steps)?,
        false => a043_survivor_order::shares(asked.law, family, asked.on, steps)?,
    };
    Ok(Quantity::Share(want(shares)))
}
