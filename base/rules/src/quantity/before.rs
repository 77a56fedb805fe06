//! Quantities before the pension: service, limits, grounds, starting ages, average pay.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use super::{Answering, Asked};
use crate::{
    Applicant, Quantity, Scheme, Steps, Stop, entitlement,
    facts::{
        Benefit, Disability, Facts, Ground, Hazardous, Injury, InjuryCause, Level, Months, Pay, PaySpell, Post,
        ServiceKind, SeveranceReason, Spell, Standing,
    },
    length::Length,
    s0080034::{
        a014_limits::{self, Claim},
        a027_average_pay::{self, Base},
        a031_index_number, a031_months_early, a031_starting_age, a032_injury,
    },
    s0080035::a010_day_count,
};

/// Each quantity: its name, the inputs it knows besides the common ones, and what answers it.
pub(super) const QUANTITIES: &[(&str, &[&str], Answering)] = &[
    ("average_pay", &["earlier_pay", "changed_on"], average_pay),
    ("credited_months", &["paid_old", "paid_new", "lump", "dropped_old", "dropped_new", "want"], credited_months),
    ("deemed_months", &["lump"], deemed_months),
    ("extra_bases", &["cause", "disability", "helpless"], extra_bases),
    ("full_before_age", &["age", "disability_benefit"], full_before_age),
    ("ground_met", &["ground", "post", "born_on", "listed_age", "top_step_since", "left_on", "filed_on"], ground_met),
    ("months_early", &["born_on", "starting_age"], months_early),
    ("service_months", &["from", "until", "kind", "standing", "unpaid", "want"], service_months),
    ("starting_age", &["ground", "post"], starting_age),
];

const GROUNDS: &[(&str, Ground)] = &[
    ("voluntary", Ground::Voluntary),
    ("ill", Ground::Ill),
    ("hazardous", Ground::Hazardous),
    ("indigenous", Ground::Indigenous),
    ("downsizing", Ground::Downsizing),
    ("mandatory", Ground::Mandatory),
    ("ordered", Ground::Ordered),
    ("ordered-injury", Ground::OrderedInjury),
    ("severance", Ground::Severance),
    ("preserved", Ground::Preserved),
    ("combined", Ground::Combined),
];

const KINDS: &[(&str, ServiceKind)] = &[
    ("civil", ServiceKind::Civil),
    ("teacher", ServiceKind::Teacher),
    ("nurse-teacher", ServiceKind::NurseTeacher),
    ("political", ServiceKind::Political),
    ("military", ServiceKind::Military),
    ("conscript", ServiceKind::Conscript),
    ("irregular", ServiceKind::Irregular),
];

impl Asked<'_> {
    fn day(&self, key: &'static str) -> Result<Date, Refusal> {
        self.inputs.day(key)?.ok_or_else(|| {
            let (zh, en) = (format!("缺少輸入「{key}」"), format!("input \"{key}\" is missing"));
            Refusal::new("pension/input", zh, en).field(key)
        })
    }

    /// The kind of post; that of the act if it is not given.
    fn post(&self) -> Result<Post, Refusal> {
        const CIVIL: &[(&str, Post)] = &[("general", Post::General), ("police", Post::Police)];
        const TEACHER: &[(&str, Post)] =
            &[("teacher", Post::Teacher), ("college", Post::College), ("staff", Post::Staff)];
        self.inputs.word("post", if self.law.scheme == Scheme::Teacher { TEACHER } else { CIVIL })
    }

    /// Facts with nothing but what the act needs.
    fn facts(&self, ground: Ground) -> Result<Facts, Refusal> {
        Ok(Facts {
            scheme: self.law.scheme,
            post: self.post()?,
            born_on: self.inputs.day("born_on")?.unwrap_or(Date::MIN),
            effective_on: self.on,
            ground,
            benefit: Benefit::Lump,
            indigenous: ground == Ground::Indigenous,
            hazardous: None,
            condition: None,
            injury: None,
            severance: None,
            top_step_since: None,
            disability_benefit: false,
            special_reason: false,
            extended: false,
            foreign: false,
            barred: None,
            filed_on: None,
            left_on: None,
            service: Vec::new(),
            credited: None,
            drop: None,
            earlier: Vec::new(),
            other_sector_months: 0,
            private_school_months: 0,
            entitled_before_act: None,
            compensation_at_once: false,
            pay: Pay { last: Level::Amount(0), average: None, history: Vec::new() },
            deposit: None,
            insurance: None,
            events: Vec::new(),
            died_on: None,
            death: None,
            survivors: Vec::new(),
        })
    }
}

fn average_pay(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let (changed_on, on) = (asked.day("changed_on")?, asked.on);
    let mut facts = asked.facts(Ground::Voluntary)?;
    let (before, since) = (asked.inputs.money("earlier_pay")?, asked.pay()?);
    let spell = |from, until, amount| PaySpell { from, until, level: Level::Amount(amount) };
    facts.pay.history = vec![spell(Date::MIN, changed_on, before), spell(changed_on, on, since)];
    let base = Base { last_pay: since, entitled_before: false, credited_months: u32::MAX };
    Ok(Quantity::Money(a027_average_pay::average_pay(asked.law, &facts, base, steps)?))
}

fn credited_months(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(Months) -> u32;
    const WANTS: &[(&str, Want)] = &[("total", |m| m.total()), ("old", |m| m.old), ("new", |m| m.new)];
    let of = |old, new| Ok::<_, Refusal>(Months { old: asked.inputs.count(old)?, new: asked.inputs.count(new)? });
    let chosen = asked.inputs.has("dropped_old") || asked.inputs.has("dropped_new");
    let claim = Claim {
        served: Months { old: asked.inputs.months("before_")?, new: asked.months()? },
        paid: of("paid_old", "paid_new")?,
        lump: asked.inputs.yes("lump")?,
        dropped: if chosen { Some(of("dropped_old", "dropped_new")?) } else { None },
    };
    let credited = a014_limits::credit(asked.law, claim, asked.on, steps)?;
    Ok(Quantity::Months(asked.inputs.word("want", WANTS)?(credited)))
}

fn deemed_months(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let served = Months { old: asked.inputs.months("before_")?, new: asked.months()? };
    let given = a032_injury::deemed(asked.law, served, asked.inputs.yes("lump")?, asked.on, steps)?;
    Ok(Quantity::Months(given.total()))
}

fn extra_bases(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    const CAUSES: &[(&str, InjuryCause)] = &[
        ("duty", InjuryCause::Duty),
        ("office-or-way", InjuryCause::OfficeOrWay),
        ("sudden-illness", InjuryCause::SuddenIllness),
        ("overwork", InjuryCause::Overwork),
    ];
    const DEGREES: &[(&str, Disability)] =
        &[("full", Disability::Full), ("half", Disability::Half), ("other", Disability::Other)];
    let injury = Injury {
        cause: asked.inputs.word("cause", CAUSES)?,
        disability: asked.inputs.word("disability", DEGREES)?,
        helpless: asked.inputs.yes("helpless")?,
    };
    Ok(Quantity::Bases(a032_injury::extra_bases(asked.law, injury, asked.on, steps)?))
}

fn full_before_age(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.months()?, asked.inputs.count("age")?, asked.inputs.yes("disability_benefit")?);
    Ok(Quantity::Yes(a031_index_number::before_starting_age(asked.law, facts, asked.on, steps)?))
}

fn ground_met(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let mut facts = asked.facts(asked.inputs.word("ground", GROUNDS)?)?;
    facts.born_on = asked.day("born_on")?;
    facts.top_step_since = asked.inputs.day("top_step_since")?;
    facts.left_on = asked.inputs.day("left_on")?;
    facts.filed_on = asked.inputs.day("filed_on")?;
    facts.severance = Some(SeveranceReason::Abolished);
    if asked.inputs.has("listed_age") {
        let age = asked.inputs.count("listed_age")?;
        facts.hazardous = Some(Hazardous { voluntary_age: age, mandatory_age: Some(age) });
    }
    let served = Length { months: asked.months()?, days: 0 };
    let applicant = Applicant { born_on: facts.born_on, on: asked.on, served };
    entitlement::ground(asked.law, &facts, applicant, steps)?;
    Ok(Quantity::Yes(true))
}

fn months_early(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let facts = (asked.day("born_on")?, asked.inputs.count("starting_age")?);
    Ok(Quantity::Months(a031_months_early::months_early(asked.law, facts, asked.on, steps)?))
}

fn service_months(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    type Want = fn(Months) -> u32;
    const WANTS: &[(&str, Want)] = &[("total", |m| m.total()), ("old", |m| m.old), ("new", |m| m.new)];
    const STANDINGS: &[(&str, Standing)] = &[
        ("open", Standing::Open),
        ("paid-out", Standing::PaidOut),
        ("refunded", Standing::Refunded),
        ("suspended", Standing::Suspended),
    ];
    let mut facts = asked.facts(Ground::Voluntary)?;
    facts.service = vec![Spell {
        from: asked.day("from")?,
        until: asked.day("until")?,
        kind: asked.inputs.word("kind", KINDS)?,
        standing: asked.inputs.word("standing", STANDINGS)?,
        contributed: Some(!asked.inputs.yes("unpaid")?),
    }];
    let served = a010_day_count::actual(asked.law, &facts, asked.on, steps)?;
    let months = a010_day_count::months(asked.law, served, asked.on, steps)?;
    Ok(Quantity::Months(asked.inputs.word("want", WANTS)?(months)))
}

fn starting_age(asked: &Asked, steps: &mut Steps) -> Result<Quantity, Stop> {
    let who = (asked.inputs.word("ground", GROUNDS)?, asked.post()?, asked.months()?);
    let age = a031_starting_age::starting_age(asked.law, who, asked.on, steps)?;
    Ok(age.map_or(Quantity::Number(Rational::from_integer(0)), Quantity::Age))
}
