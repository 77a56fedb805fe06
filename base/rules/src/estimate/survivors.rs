//! What is left to the survivors of a pensioner, and of somebody who died in service: for each of them.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use super::{assessed, benefits, running, running::Running};
use crate::{
    Ledger, SchemeLaw, Silent, Stop, entitlement,
    facts::{Benefit, Facts, Ground, Relation, Survivor},
    income::Payer,
    months::{Span, birthday, next_month},
    s0080034::{
        a004_floor, a015_reemployment, a027_average_pay,
        a029_new_scheme::Credited,
        a043_survivor_order::{self, Class, Family, Shares},
        a044_survivor_lump::{self, Left},
        a045_survivor_annuity::{self, Claim, Claimant, Incapacity},
        a046_deaths_before::{self, Regime},
        a048_will::{self, Heir},
        a049_deferred::{self, Deferred},
        a051_death_in_service::{self, Death, DeathBenefit, Form},
        a053_cause,
        a056_months::{self, Recipient},
        a062_death_order, a079_offences,
    },
    s0080035::a010_day_count,
};

/// What a pensioner leaves.
#[derive(Debug, Clone, PartialEq)]
pub struct Survivors {
    /// Day of death.
    pub died_on: Date,
    /// The monthly pension that an annuity is taken of, NT dollars.
    pub pension: i64,
    /// The one-time pension of the credited service, NT dollars.
    pub one_time: i64,
    /// Monthly pensions drawn by then, NT dollars.
    pub drawn: i64,
    /// The lump sum of all survivors, NT dollars.
    pub lump: i64,
    /// What each may take, in the order of the facts; nothing is due to who is not named.
    pub each: Vec<Due>,
}

/// What one survivor of a pensioner may take: the part of the lump sum, or an annuity instead.
#[derive(Debug, Clone, PartialEq)]
pub struct Due {
    /// Which of the survivors in the facts.
    pub survivor: usize,
    /// The share.
    pub share: Rational,
    /// Part of the lump sum, NT dollars.
    pub lump: i64,
    /// The annuity, or why there is none.
    pub annuity: Result<Annuity, Stop>,
}

/// An annuity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Annuity {
    /// NT dollars a month.
    pub monthly: i64,
    /// First day.
    pub from: Date,
    /// Day after the last; for life if not given.
    pub until: Option<Date>,
}

/// What a death in service gives.
#[derive(Debug, Clone, PartialEq)]
pub struct InService {
    /// Day of death.
    pub died_on: Date,
    /// Average pay, NT dollars.
    pub average_pay: i64,
    /// All of it.
    pub benefit: DeathBenefit,
    /// What each takes.
    pub each: Vec<DueInService>,
}

/// What one survivor takes after a death in service.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DueInService {
    /// Which of the survivors in the facts.
    pub survivor: usize,
    /// The share.
    pub share: Rational,
    /// Part of the lump sum with its addition, NT dollars.
    pub lump: i64,
    /// Part of the monthly benefit, NT dollars.
    pub monthly: i64,
    /// Day after the last month; for life if not given. Without a monthly benefit the day means nothing.
    pub until: Option<Date>,
}

/// What a pensioner who dies on a day leaves.
///
/// # Errors
/// Nothing is left by law, with the reason; as [`super::estimate`].
pub fn survivors(law: &SchemeLaw, facts: &Facts, died_on: Date, ledger: &mut impl Ledger) -> Result<Survivors, Stop> {
    let alive = Facts { died_on: None, ..facts.clone() };
    let entitlement = assessed(law, &alive, &mut Silent)?;
    a049_deferred::leaves_benefit(law, !entitlement.survivors)?;
    let mut once = super::Once::default();
    let running = Running::new(law, (&alive, &entitlement, &mut once), &mut Silent)?;
    let Some((running, starts_on)) = running.and_then(|running| running.starts_on().map(|day| (running, day))) else {
        let (zh, en) = (
            "僅支領一次退休金或資遣給與者，其遺族無遺屬一次金或遺屬年金",
            "Who drew a lump sum alone leaves no survivors' benefit",
        );
        return Err(refusal(
            law,
            "pension/no-survivors-benefit",
            (zh, en),
            "benefit",
            ("s0080034/43/1", "h0150049/43/1"),
        ));
    };
    a046_deaths_before::lump_is_known(law, facts.effective_on, died_on)?;
    if a046_deaths_before::regime(law, died_on, &mut Silent)? == Regime::Older {
        let (zh, en) = (
            "本法施行前亡故者依原規定；該規定未收錄，無法計算",
            "A death before the act follows the law before it, which is not kept here",
        );
        return Err(refusal(law, "pension/rules-not-kept", (zh, en), "died_on", ("s0080034/46/1", "h0150049/46/1")));
    }
    let at_death = running.on(law, died_on.max(facts.effective_on), &mut Silent)?;
    if at_death.taken.iter().any(|taken| taken.why == crate::income::Why::Lost) {
        let (zh, en) = ("退休人員已喪失權利，其遺族無遺屬一次金或遺屬年金", "The pensioner had lost the right");
        return Err(refusal(law, "pension/right-lost", (zh, en), "events", ("s0080034/75/2", "h0150049/75/2")));
    }
    let one_time = benefits::one_time(law, (facts, &entitlement), ledger)?;
    let drawn = running.drawn(law, died_on)?;
    let current = facts.pay.last.ranked(law, a004_floor::pay_standard_on(law, facts.effective_on));
    let Some(current) = current else {
        let (zh, en) = (
            "遺屬一次金按亡故時現職人員俸額計算，請填俸點或薪額，不填金額",
            "The current pay of the grade is needed: give the last pay as a rank",
        );
        return Err(refusal(law, "pension/missing", (zh, en), "pay", ("s0080034/44/1/2", "h0150049/44/1/2")));
    };
    let part = entitlement.parts.monthly;
    let left = Left {
        one_time_pension: one_time,
        drawn,
        current_pay: current.amount(law, died_on, ledger)?,
        part,
        retired_on: facts.effective_on,
    };
    let mut lump = a044_survivor_lump::lump(law, left, died_on, ledger)?.total();
    let lost = running::offence_of_survivors(law, facts, died_on, ledger)?;
    if lost > Rational::from_integer(0) {
        lump = a079_offences::left(law, (lump, lost), died_on, ledger)?;
    }
    let shares = a043_survivor_order::shares(law, family(facts), died_on, ledger)?;
    let parts = by_person(law, (facts, shares), died_on, ledger)?;
    let begun = died_on >= starts_on;
    let month_unpaid =
        !begun || at_death.pension() > 0 && at_death.paid_by(Payer::OldScheme) + at_death.paid_by(Payer::Fund) == 0;
    let of = running.income_facts(died_on);
    let pension = if begun { at_death.pension() } else { of.compensation + of.old + of.new };
    let mut each = Vec::new();
    for (survivor, (share, lump)) in parts.iter().copied().zip(divided(lump, &parts)).enumerate() {
        let person = &facts.survivors[survivor];
        let of = Of { person, share, pension, lost, begun };
        let annuity = annuity(law, (facts, &running), of, (died_on, month_unpaid), ledger);
        each.push(Due { survivor, share, lump, annuity });
    }
    Ok(Survivors { died_on, pension, one_time, drawn, lump, each })
}

/// Whose annuity.
struct Of<'a> {
    person: &'a Survivor,
    share: Rational,
    pension: i64,
    lost: Rational,
    begun: bool,
}

fn annuity(
    law: &SchemeLaw,
    (facts, running): (&Facts, &Running<'_>),
    Of { person, share, pension, lost, begun }: Of<'_>,
    (died_on, month_unpaid): (Date, bool),
    ledger: &mut impl Ledger,
) -> Result<Annuity, Stop> {
    let term =
        a045_survivor_annuity::term(law, claim(law, person, (facts.effective_on, died_on, month_unpaid))?, ledger)?;
    let ceiling = |day: Date| Ok::<_, Stop>(running.on(law, day.max(facts.effective_on), &mut Silent)?.ceiling);
    let starts_on = running.income_facts(died_on).starts_on;
    let mut monthly = match (ceiling(term.from)?, ceiling(starts_on)?) {
        (Some(ceiling_of_annuity), Some(ceiling_of_pension)) if !begun => {
            let deferred = Deferred { pension, ceiling_of_annuity, ceiling_of_pension };
            a049_deferred::annuity(law, (deferred, share), died_on, ledger)?
        }
        _ => a045_survivor_annuity::amount(law, (pension, share), died_on, ledger)?,
    };
    if lost > Rational::from_integer(0) {
        monthly = a079_offences::left(law, (monthly, lost), died_on, ledger)?;
    }
    Ok(Annuity { monthly, from: term.from, until: term.until })
}

fn refusal(
    law: &SchemeLaw,
    code: &'static str,
    (zh, en): (&'static str, &'static str),
    field: &str,
    (civil, teacher): (&str, &str),
) -> Stop {
    Refusal::new(code, zh, en).field(field).cite(law.cited(civil, teacher)).into()
}

fn family(facts: &Facts) -> Family {
    let heads = |relation| {
        let count = facts.survivors.iter().filter(|survivor| survivor.relation == relation).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    };
    Family {
        spouse: heads(Relation::Spouse) > 0,
        children: heads(Relation::Child),
        parents: heads(Relation::Parent),
        siblings: heads(Relation::Sibling),
        grandparents: heads(Relation::Grandparent),
    }
}

/// The share of each by law, or by a will that is followed.
fn by_person(
    law: &SchemeLaw,
    (facts, shares): (&Facts, Shares),
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<Vec<Rational>, Stop> {
    let nothing = Rational::from_integer(0);
    let by_law = facts.survivors.iter().map(|survivor| match (survivor.relation, shares.class) {
        (Relation::Spouse, _) => shares.spouse,
        (relation, Some((class, _, each))) if class_of(relation) == Some(class) => each,
        _ => nothing,
    });
    let by_law: Vec<Rational> = by_law.collect();
    if facts.survivors.iter().all(|survivor| survivor.will.is_none()) {
        return Ok(by_law);
    }
    let mut heirs = Vec::new();
    for (survivor, by_law) in facts.survivors.iter().zip(&by_law) {
        let minor_child = survivor.relation == Relation::Child && is_minor(law, survivor, died_on)?;
        heirs.push(Heir { by_law: *by_law, by_will: Some(survivor.will.unwrap_or(nothing)), minor_child });
    }
    let followed = a048_will::is_followed(law, &heirs, ledger)?;
    Ok(heirs.iter().map(|heir| if followed { heir.by_will.unwrap_or(nothing) } else { heir.by_law }).collect())
}

/// The class of a relation; a spouse has none.
fn class_of(relation: Relation) -> Option<Class> {
    match relation {
        Relation::Child => Some(Class::Children),
        Relation::Parent => Some(Class::Parents),
        Relation::Sibling => Some(Class::Siblings),
        Relation::Grandparent => Some(Class::Grandparents),
        Relation::Spouse => None,
    }
}

fn is_minor(law: &SchemeLaw, survivor: &Survivor, died_on: Date) -> Result<bool, Stop> {
    let majority = law.a056_months.majority.on(died_on)?.value;
    Ok(survivor.born_on.is_some_and(|born| birthday(born, majority) > died_on))
}

/// An amount in shares, so that the parts add up to it.
fn divided(amount: i64, shares: &[Rational]) -> Vec<i64> {
    let (mut share, mut given) = (Rational::from_integer(0), 0);
    let parts = shares.iter().map(|own| {
        share += own;
        let until = (share * amount).round().to_integer();
        let part = until - given;
        given = until;
        part
    });
    parts.collect()
}

fn claim(
    law: &SchemeLaw,
    person: &Survivor,
    (retired_on, died_on, month_unpaid): (Date, Date, bool),
) -> Result<Claim, Stop> {
    let missing = || {
        let words = (
            "遺屬年金應填遺族之出生日期，配偶並應填結婚日期",
            "An annuity needs the day of birth, and of a spouse the marriage",
        );
        refusal(law, "pension/missing", words, "survivors", ("s0080034/45/1", "h0150049/45/1"))
    };
    let claimant = match person.relation {
        Relation::Spouse => Claimant::Spouse {
            born: person.born_on.ok_or_else(missing)?,
            married_on: person.married_on.ok_or_else(missing)?,
            earlier_days: person.earlier_marriage_days,
        },
        Relation::Child => Claimant::Child { born: person.born_on.ok_or_else(missing)? },
        Relation::Parent => Claimant::Parent,
        Relation::Sibling | Relation::Grandparent => {
            let words =
                ("兄弟姊妹及祖父母不得擇領遺屬年金", "Brothers, sisters and grandparents may not choose an annuity");
            return Err(refusal(law, "pension/no-annuity", words, "survivors", ("s0080034/45/1", "h0150049/45/1")));
        }
    };
    Ok(Claim {
        claimant,
        incapacity: person.unable_income.map(|monthly_income| Incapacity { monthly_income }),
        other_benefit: person.other_benefit,
        retired_on,
        died_on,
        month_unpaid,
    })
}

/// What a death in service gives: the ground is `death`, the effective day the day after the death.
///
/// # Errors
/// Another ground, no cause, no survivor; as the rules of Articles 51 to 62.
pub fn death_in_service(law: &SchemeLaw, facts: &Facts, ledger: &mut impl Ledger) -> Result<InService, Stop> {
    let Some(death) = facts.death.filter(|_| facts.ground == Ground::Death) else {
        let words =
            ("在職死亡者應以在職死亡為事由並填死亡原因", "A death in service needs the ground `death` and its cause");
        return Err(refusal(law, "pension/missing", words, "death", ("s0080034/52", "h0150049/52")));
    };
    let died_on = facts.effective_on.previous_day().unwrap_or(facts.effective_on);
    let cause = a053_cause::cause(death.cause, death.violation, ledger);
    let served = entitlement::served(law, facts, ledger)?;
    let months = a010_day_count::months(law, served, died_on, ledger)?;
    let last_pay = facts.pay.last.amount(law, died_on, ledger)?;
    let base = a027_average_pay::Base { last_pay, entitled_before: false, credited_months: months.total() };
    // 細則 76: back from the last day of the month of death, by the year of death.
    let month_end = next_month(died_on).previous_day().unwrap_or(died_on);
    let paid_then = Facts { effective_on: month_end, ..facts.clone() };
    let average_pay = a027_average_pay::average_pay(law, &paid_then, base, ledger)?;
    let mut minors = 0;
    for child in facts.survivors.iter().filter(|survivor| survivor.relation == Relation::Child) {
        minors += u32::from(is_minor(law, child, died_on)?);
    }
    let of = Death {
        on: died_on,
        cause,
        average_pay,
        last_pay,
        served: Credited { old: months.old, new: months.new },
        full_months: served.total.months,
        paid_out: a015_reemployment::paid_months(&facts.earlier).total(),
        family: family(facts),
        minors,
        form: if facts.benefit == Benefit::Lump { Form::Instead } else { Form::Usual },
    };
    let benefit = a051_death_in_service::benefit(law, of, ledger)?;
    let shares = a062_death_order::shares(law, of.family, died_on, ledger)?;
    let parts = by_person(law, (facts, shares), died_on, ledger)?;
    let (lumps, monthly) = (divided(benefit.lump + benefit.extra, &parts), divided(benefit.monthly, &parts));
    let mut each = Vec::new();
    for (survivor, person) in facts.survivors.iter().enumerate() {
        let recipient = match (person.relation, person.born_on) {
            (Relation::Child, Some(born)) => Recipient::Child {
                born,
                study: person.study_until.map(|until| Span { from: born, until }),
                unable_with: person.unable_income,
            },
            _ => Recipient::Other,
        };
        let until = a056_months::until(law, (cause, recipient), died_on, ledger)?;
        each.push(DueInService {
            survivor,
            share: parts[survivor],
            lump: lumps[survivor],
            monthly: monthly[survivor],
            until,
        });
    }
    Ok(InService { died_on, average_pay, benefit, each })
}
