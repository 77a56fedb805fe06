//! What somebody is entitled to: the ground, the kinds that may be chosen, credited service and the pay the benefits are computed on.
//!
//! [`assess`] applies the rules of eligibility in the order of the act. A ground that is not met is an answer: it is told with its reason, and
//! what else can be said is said. What the facts leave out or contradict stops it; [`Facts::check`] finds all of that at once beforehand.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use crate::applicant::Applicant;
use crate::facts::{Benefit, Facts, Ground, Months};
use crate::h0150049::a021_term_days;
use crate::length::{Length, age};
use crate::months::birthday;
use crate::s0080034::{
    a014_limits, a015_reemployment, a017_voluntary, a018_downsizing, a019_mandatory, a020_ordered, a022_severance,
    a024_not_accepted, a026_kinds, a027_average_pay, a027_entitled_before, a029_new_scheme::Credited, a030_choice,
    a031_index_number, a031_months_early, a031_starting_age, a032_injury, a085_preserved, a088_filing,
};
use crate::s0080035::a010_day_count::{self, Served};
use crate::{Ledger, Scheme, SchemeLaw, Stop};

/// What somebody is entitled to.
#[derive(Debug, Clone, PartialEq)]
pub struct Entitlement {
    /// Why the ground or the kind chosen is not open; `None` if both are.
    pub refusal: Option<Box<Refusal>>,
    /// Whole years of age on the effective day.
    pub age: u32,
    /// Actual service of each scheme.
    pub served: Served,
    /// Months paid for before that count towards the limits.
    pub paid: Months,
    /// Credited months for the kind chosen.
    pub credited: Credited,
    /// Months the benefit is given for: more than credited only by an injury on duty.
    pub given_for: Credited,
    /// The same for what is paid once: 32 I (條例 33 I) raises a lump sum and a monthly pension to different years, halves each by its own.
    pub given_once: Credited,
    /// Kinds that may be chosen.
    pub open: a026_kinds::Benefits,
    /// When a full monthly pension starts; `None` if only a lump sum is open.
    pub starting: Option<Starting>,
    /// What of the kind chosen is drawn as a lump sum and what monthly.
    pub parts: a026_kinds::Parts,
    /// Entitled to a monthly pension before the act.
    pub entitled_before: bool,
    /// Pay the benefits are computed on, NT dollars.
    pub average_pay: i64,
    /// Last pay, NT dollars.
    pub last_pay: i64,
    /// Base numbers of a lump sum on top, by injury on duty.
    pub extra_bases: Rational,
    /// Articles 37 and 38 do not apply, by injury on duty.
    pub free_of_ceiling: bool,
    /// Whether survivors are entitled to anything (86 VI).
    pub survivors: bool,
}

/// When a full monthly pension starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Starting {
    /// The starting age, where the ground has one.
    pub age: Option<u32>,
    /// The day a full pension starts: the effective day, or the birthday it is deferred to.
    pub on: Date,
    /// Months from the effective day to it.
    pub early_months: u32,
}

/// What somebody is entitled to.
///
/// # Errors
/// Facts that contradict each other; a value of law that is missing.
pub fn assess(law: &SchemeLaw, facts: &Facts, ledger: &mut impl Ledger) -> Result<Entitlement, Stop> {
    let on = facts.effective_on;
    let act_from = a027_average_pay::act_from(law)?;
    if on < act_from {
        return decided_before(law, facts, act_from, ledger);
    }
    let served = served(law, facts, ledger)?;
    let applicant = applicant(facts, served);
    let mut refusal = ground(law, facts, applicant, ledger).err();
    let paid = a015_reemployment::paid_months(&facts.earlier);
    // 85 II, 86 III (條例 86 II, 87 III): who left and claims later always has the average pay (27 II).
    let later = matches!(facts.ground, Ground::Preserved | Ground::Combined);
    let entitled_before = !later && a027_entitled_before::entitled_before(law, facts, ledger)?;
    let monthly = credit(law, facts, (served, paid, false), &mut crate::Silent);
    let monthly = monthly.or_else(|_| credit_by_default(law, facts, (served, paid, false)))?;
    let starting = starting(law, facts, (served.total.months, monthly.total(), entitled_before), ledger)?;
    let chooser = a030_choice::Chooser {
        ground: facts.ground,
        months: helping(facts, served.total.months),
        early_months: starting.early_months,
        foreign: facts.foreign,
    };
    let open = a030_choice::open(law, chooser, on, ledger)?;
    if refusal.is_none() && !open.has(facts.benefit) {
        refusal = Some(not_open(law, facts, starting));
    }
    let lump = facts.benefit == Benefit::Lump;
    let credited = credit(law, facts, (served, paid, lump), ledger)?;
    if refusal.is_none() && later && credited.old > 0 {
        refusal = Some(no_scale(law, facts.ground));
    }
    let given_for = match facts.ground {
        Ground::OrderedInjury => a032_injury::deemed(law, credited, lump, on, ledger)?,
        _ => credited,
    };
    let is_half = matches!(facts.benefit, Benefit::Half | Benefit::HalfDeferred | Benefit::HalfReduced);
    let given_once = match facts.ground {
        Ground::OrderedInjury if is_half => a032_injury::deemed(law, credited, true, on, ledger)?,
        _ => given_for,
    };
    let last_pay = facts.pay.last.amount(law, on, ledger)?;
    let base = a027_average_pay::Base { last_pay, entitled_before, credited_months: credited.total() };
    let refusal = match refusal {
        Some(Stop::Refused(why)) => Some(why),
        Some(missing) => return Err(missing),
        None => None,
    };
    let injury = facts.injury.filter(|_| facts.ground == Ground::OrderedInjury);
    Ok(Entitlement {
        refusal,
        age: applicant.age(),
        served,
        paid,
        credited: of(credited),
        given_for: of(given_for),
        given_once: of(given_once),
        open,
        starting: [Benefit::Monthly, Benefit::Deferred].iter().any(|kind| open.has(*kind)).then_some(starting),
        parts: a026_kinds::parts(law, facts.benefit, on)?,
        entitled_before,
        average_pay: a027_average_pay::average_pay(law, facts, base, ledger)?,
        last_pay,
        extra_bases: match injury {
            Some(injury) => a032_injury::extra_bases(law, injury, on, ledger)?,
            None => Rational::from_integer(0),
        },
        free_of_ceiling: injury.is_some_and(|injury| a032_injury::free_of_ceiling(injury, ledger)),
        survivors: !later,
    })
}

/// Whether the ground of retirement or severance is met, and in time.
///
/// # Errors
/// Not met, with the reason; a value of law that is missing.
pub fn ground(law: &SchemeLaw, facts: &Facts, applicant: Applicant, ledger: &mut impl Ledger) -> Result<(), Stop> {
    a024_not_accepted::accepted(law, facts.barred, ledger)?;
    if facts.foreign && law.scheme == Scheme::Civil {
        let (zh, en) =
            ("未具中華民國國籍者，喪失申請退撫給與之權利", "Without the nationality there is no right to a pension");
        let place = law.cited("s0080034/75/1/3", "h0150049/75/1/3");
        return Err(Refusal::new("pension/no-nationality", zh, en).field("foreign").cite(place).into());
    }
    match facts.ground {
        Ground::Voluntary => a017_voluntary::voluntary(law, applicant, ledger)?,
        Ground::Ill => a017_voluntary::ill(law, applicant, ledger)?,
        Ground::Hazardous => {
            a017_voluntary::hazardous(law, applicant, facts.hazardous.ok_or_else(|| unlisted(law))?, ledger)?;
        }
        Ground::Indigenous => a017_voluntary::indigenous(law, applicant, ledger)?,
        Ground::Downsizing => a018_downsizing::downsizing(law, applicant, facts.top_step_since, ledger)?,
        Ground::Mandatory => {
            a019_mandatory::mandatory(law, applicant, (facts.post, facts.hazardous, facts.extended), ledger)?;
        }
        Ground::Ordered => a020_ordered::ordered(law, applicant, false, ledger)?,
        Ground::OrderedInjury => a020_ordered::ordered(law, applicant, true, ledger)?,
        Ground::Severance => a022_severance::severance(law, facts, applicant, ledger)?,
        Ground::Preserved | Ground::Combined => {
            let claim = a085_preserved::Claim {
                left_on: facts.left_on,
                combined: facts.ground == Ground::Combined,
                monthly: facts.ground == Ground::Combined || facts.benefit != Benefit::Lump,
                filed_on: facts.filed_on,
            };
            a085_preserved::preserved(law, applicant, claim, ledger)?;
        }
        Ground::Death => {
            let (zh, en) = ("在職死亡係辦理撫卹，不辦理退休", "Who died in service does not retire");
            let place = law.cited("s0080034/51/1", "h0150049/51/1");
            return Err(Refusal::new("pension/death", zh, en).field("ground").cite(place).into());
        }
    }
    let by_term =
        matches!(facts.ground, Ground::Voluntary | Ground::Hazardous | Ground::Indigenous | Ground::Downsizing);
    if law.scheme == Scheme::Teacher && facts.post.teaches() && by_term && !facts.special_reason {
        a021_term_days::on_term_day(law, applicant.on)?;
    }
    let filed = by_term || matches!(facts.ground, Ground::Ill | Ground::Mandatory);
    match facts.filed_on.filter(|_| filed) {
        Some(filed_on) => a088_filing::in_time(law, applicant.on, filed_on, ledger),
        None => Ok(()),
    }
}

/// 85 II and 86 III (條例 86 II, 87 III) name the scale of new-scheme service (29) only: what old-scheme service gives cannot be told.
fn no_scale(law: &SchemeLaw, ground: Ground) -> Stop {
    let zh = "保留年資含退撫新制實施前年資者，條文僅定依退撫新制實施後年資之標準計算，應給數額無從認定，請洽審定機關";
    let en = "For preserved service the act names the scale of new-scheme service only; what old-scheme service gives is not told";
    let place = match ground {
        Ground::Combined => law.cited("s0080034/86/3", "h0150049/87/3"),
        _ => law.cited("s0080034/85/2", "h0150049/86/2"),
    };
    Refusal::new("pension/preserved-old-service", zh, en).field("service").cite(place).into()
}

fn unlisted(law: &SchemeLaw) -> Stop {
    let (zh, en) = ("缺危勞職務之年齡", "The ages listed for the hazardous post are missing");
    let place = law.cited("s0080034/17/3", "h0150049/18/3");
    Refusal::new("pension/missing", zh, en).field("hazardous").cite(place).into()
}

/// Actual service of each scheme, from spells or from what was credited.
///
/// # Errors
/// A value of law that is missing.
pub fn served(law: &SchemeLaw, facts: &Facts, ledger: &mut impl Ledger) -> Result<Served, Stop> {
    match facts.credited {
        Some(credited) => Ok(Served::credited(credited)),
        None => a010_day_count::actual(law, facts, facts.effective_on, ledger),
    }
}

/// Age and service as the grounds ask for them. Of heads and teachers service at private schools helps to retire (條例 7, 細則 5), not to
/// choose a kind.
pub fn applicant(facts: &Facts, served: Served) -> Applicant {
    let helps =
        !matches!(facts.ground, Ground::OrderedInjury | Ground::Severance | Ground::Preserved | Ground::Combined);
    let private = if helps && facts.post.teaches() { facts.private_school_months } else { 0 };
    let served = served.total.and(Length { months: private, days: 0 });
    Applicant { born_on: facts.born_on, on: facts.effective_on, served }
}

/// Credited months for a lump sum or a monthly pension.
fn credit(
    law: &SchemeLaw,
    facts: &Facts,
    (served, paid, lump): (Served, Months, bool),
    ledger: &mut impl Ledger,
) -> Result<Months, Stop> {
    let served = a010_day_count::months(law, served, facts.effective_on, ledger)?;
    let claim = a014_limits::Claim { served, paid, lump, dropped: facts.drop };
    a014_limits::credit(law, claim, facts.effective_on, ledger)
}

/// The same as if nobody had chosen: a choice made for one benefit need not fit the other.
fn credit_by_default(
    law: &SchemeLaw,
    facts: &Facts,
    (served, paid, lump): (Served, Months, bool),
) -> Result<Months, Stop> {
    let served = a010_day_count::months(law, served, facts.effective_on, &mut crate::Silent)?;
    let claim = a014_limits::Claim { served, paid, lump, dropped: None };
    a014_limits::credit(law, claim, facts.effective_on, &mut crate::Silent)
}

/// Months that count towards fifteen years: with those of other sectors where the ground lets them help (86 I, II).
fn helping(facts: &Facts, months: u32) -> u32 {
    let helps = matches!(facts.ground, Ground::Mandatory | Ground::Ordered | Ground::OrderedInjury | Ground::Combined);
    if helps { months.saturating_add(facts.other_sector_months) } else { months }
}

fn starting(
    law: &SchemeLaw,
    facts: &Facts,
    (months, credited_months, entitled_before): (u32, u32, bool),
    ledger: &mut impl Ledger,
) -> Result<Starting, Stop> {
    let on = facts.effective_on;
    let at_once = |age| Starting { age, on, early_months: 0 };
    let (who, years) = ((facts.ground, facts.post, months), age(facts.born_on, on));
    let Some(starting) = a031_starting_age::starting_age(law, who, on, ledger)? else { return Ok(at_once(None)) };
    let by_choice = matches!(facts.ground, Ground::Voluntary | Ground::Indigenous | Ground::Ill | Ground::Hazardous);
    // 條例 32 VII: teachers who were entitled before the act have no starting age.
    let free = law.scheme == Scheme::Teacher && entitled_before && by_choice;
    if free || years >= starting {
        return Ok(at_once(Some(starting)));
    }
    // 31 VI speaks of paragraph I, under which indigenous people come before the service of paragraph III; 條例 32 V of 18 I and IV, and 18 III
    // lowers the age of 18 I.
    let indexed = match (facts.ground, law.scheme) {
        (Ground::Voluntary, _) | (Ground::Indigenous | Ground::Hazardous, Scheme::Teacher) => true,
        (Ground::Indigenous, Scheme::Civil) => !a031_starting_age::indigenous_by_service(law, months, on)?,
        _ => false,
    };
    // By the day, as 細則 10 counts all but the limits and scales, within what may be credited.
    let whole = months.min(credited_months);
    let asked = (whole, years, facts.disability_benefit);
    if indexed && a031_index_number::before_starting_age(law, asked, on, ledger)? {
        return Ok(at_once(Some(starting)));
    }
    let early_months = a031_months_early::months_early(law, (facts.born_on, starting), on, ledger)?;
    Ok(Starting { age: Some(starting), on: birthday(facts.born_on, starting), early_months })
}

fn not_open(law: &SchemeLaw, facts: &Facts, starting: Starting) -> Stop {
    let kind = facts.benefit.text();
    let (age, early) = (starting.age.unwrap_or_default(), starting.early_months);
    let (zh, en) = match starting.early_months {
        0 => (format!("不得擇領{}", kind.zh), format!("Not open: {}", kind.en)),
        _ => (
            format!("未達月退休金起支年齡{age}歲（尚差{early}個月），不得擇領{}", kind.zh),
            format!("{early} months before the starting age of {age}, not open: {}", kind.en),
        ),
    };
    let place = match starting.early_months {
        0 => law.cited("s0080034/30", "h0150049/31"),
        _ => law.cited("s0080034/31/4", "h0150049/32/4"),
    };
    Refusal::new("pension/benefit-not-open", zh, en).field("benefit").cite(place).into()
}

/// Who retired before the act has a decision: its service and kind stand, and the pay is that of the act's first day (細則 34).
fn decided_before(
    law: &SchemeLaw,
    facts: &Facts,
    act_from: Date,
    ledger: &mut impl Ledger,
) -> Result<Entitlement, Stop> {
    let Some(credited) = facts.credited else {
        let zh = format!("{act_from}以前退休者應填審定年資");
        let en = format!("Who retired before {act_from} is calculated from the credited months of the decision");
        let place = law.cited("s0080034/14/1", "h0150049/15/1");
        return Err(Refusal::new("pension/no-decision", zh, en).field("credited").cite(place).into());
    };
    if !matches!(facts.benefit, Benefit::Lump | Benefit::Monthly | Benefit::Half) {
        // 31 V: these keep the starting day or the reduction of their decision, which the facts do not tell.
        let kind = facts.benefit.text();
        let zh = format!(
            "{act_from}以前審定之{}，依原審定之起支日或減額比率發給，尚未納入計算；已開始領取全額者請改填月退休金",
            kind.zh
        );
        let en = format!(
            "Decided before {act_from}, {}: the starting day and the reduction of that decision are not known here; if it is drawn in full by now, give it as monthly",
            kind.en
        );
        let place = law.cited("s0080034/31/5", "h0150049/32/4");
        return Err(Refusal::new("pension/decided-early", zh, en).field("benefit").cite(place).into());
    }
    let last_pay = facts.pay.last.amount(law, act_from, ledger)?;
    let base = a027_average_pay::Base { last_pay, entitled_before: true, credited_months: credited.total() };
    let injury = facts.injury.filter(|_| facts.ground == Ground::OrderedInjury);
    let starts_on = facts.effective_on;
    Ok(Entitlement {
        refusal: None,
        age: age(facts.born_on, facts.effective_on),
        served: Served::credited(credited),
        paid: a015_reemployment::paid_months(&facts.earlier),
        credited: of(credited),
        given_for: of(credited),
        given_once: of(credited),
        open: a026_kinds::Benefits::of(&[facts.benefit]),
        starting: (facts.benefit != Benefit::Lump).then_some(Starting { age: None, on: starts_on, early_months: 0 }),
        parts: a026_kinds::parts(law, facts.benefit, act_from)?,
        entitled_before: true,
        average_pay: a027_average_pay::average_pay(law, facts, base, ledger)?,
        last_pay,
        extra_bases: Rational::from_integer(0),
        free_of_ceiling: injury.is_some_and(|injury| a032_injury::free_of_ceiling(injury, ledger)),
        survivors: true,
    })
}

fn of(months: Months) -> Credited {
    Credited { old: months.old, new: months.new }
}

#[cfg(test)]
mod tests;
