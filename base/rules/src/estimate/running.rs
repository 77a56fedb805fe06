//! What is paid once events have changed it: demotion before the calculation; then, in this order, what an offence takes, what is stopped,
//! lost or held back, and what goes to a divorced spouse.
//!
//! A stop takes the pension and the deposit (70 III) and leaves the insurance annuity, which has an act of its own; death ends all of it. Of
//! several convictions the heaviest counts. A divorced spouse's share is taken from payments of the first of a month; what is taken in one
//! month is borne by the payers in proportion.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use super::{Once, benefits};
use crate::{
    Ledger, SchemeLaw, Silent, Stop,
    entitlement::Entitlement,
    facts::{Convicted, Demoted, Divorced, Employer, Event, Facts, Ground, ServiceKind, Standing},
    income::{self, Income, Payer, Taken, Why},
    months::{Span, after, next_month},
    s0080034::{
        a004_floor, a071_suspension,
        a075_loss::{self, Loss, Right},
        a076_stop, a077_reemployed,
        a079_offences::{self, Sentence},
        a080_demotion::{self, Judgment},
        a082_divorce::{self, Divorce},
        a083_divorce_recovery,
    },
};

/// A pension that is being drawn, with what happens to it.
pub(super) struct Running<'a> {
    facts: &'a Facts,
    first: income::Facts,
    /// By the lower pay, and from when (80).
    lower: Option<Lower>,
    owed: Option<Owed>,
}

struct Lower {
    from: Date,
    pays: (i64, i64),
    income: income::Facts,
}

/// What is taken back for a divorced spouse.
#[derive(Clone, Copy)]
struct Owed {
    from: Date,
    share: Rational,
    left: i64,
}

/// Days in the order of payments: so many first days of months in a time.
pub(super) fn payments(from: Date, until: Date) -> u32 {
    let first = first_payment(from);
    Span { from: first, until }.months_begun()
}

fn first_payment(from: Date) -> Date {
    if from.day() == 1 { from } else { next_month(from) }
}

impl<'a> Running<'a> {
    /// The pension of a decision with the events of the facts; `None` if nothing is paid monthly. What is paid once has the events too.
    ///
    /// # Errors
    /// Events that the law does not know or that need more facts; values that are missing.
    pub fn new(
        law: &SchemeLaw,
        (facts, entitlement, once): (&'a Facts, &Entitlement, &mut Once),
        ledger: &mut impl Ledger,
    ) -> Result<Option<Self>, Stop> {
        let demoted = facts.events.iter().find_map(|event| match event {
            Event::Demoted(judgment) => Some(*judgment),
            _ => None,
        });
        let lower = demoted.map(|judgment| lower(law, (facts, entitlement, judgment), ledger)).transpose()?;
        let calculated = lower.as_ref().filter(|(from, _)| *from <= facts.effective_on).map(|(_, lower)| lower);
        let entitlement = calculated.unwrap_or(entitlement);
        *once = benefits::once(law, (facts, entitlement), ledger)?;
        lose(law, (facts, once), ledger)?;
        let owed = divorce(law, (facts, entitlement, once), ledger)?;
        let Some(first) = benefits::monthly(law, (facts, entitlement), ledger)? else { return Ok(None) };
        let lower = match &lower {
            Some((from, lower)) if *from > facts.effective_on => {
                let income = benefits::monthly(law, (facts, lower), &mut Silent)?;
                let pays = (entitlement.average_pay, lower.average_pay);
                income.map(|income| Lower { from: *from, pays, income })
            }
            _ => None,
        };
        Ok(Some(Self { facts, first, lower, owed }))
    }

    /// First day of the monthly pension; `None` if none is drawn.
    pub fn starts_on(&self) -> Option<Date> {
        (self.first.part > Rational::from_integer(0)).then_some(self.first.starts_on)
    }

    /// What the income depends on, by the pay that holds on a day.
    pub fn income_facts(&self, day: Date) -> &income::Facts {
        match &self.lower {
            Some(lower) if day >= lower.from => &lower.income,
            _ => &self.first,
        }
    }

    /// The income of a payment day.
    ///
    /// # Errors
    /// As [`income::on`].
    pub fn on(&self, law: &SchemeLaw, day: Date, ledger: &mut impl Ledger) -> Result<Income, Stop> {
        let mut income = self.before_divorce(law, day, ledger)?;
        if let Some(owed) = self.owed.filter(|owed| owed.from <= day) {
            let left = self.walk(law, day, |_| ())?;
            self.divide(law, &mut income, Owed { left, ..owed }, ledger)?;
        }
        Ok(income)
    }

    /// The income over the years: one entry for each day on which it changes.
    ///
    /// # Errors
    /// As [`Running::on`].
    pub fn line(&self, law: &SchemeLaw, until: Date) -> Result<Vec<Income>, Stop> {
        if self.facts.events.is_empty() && self.facts.died_on.is_none() {
            return income::line(law, &self.first, until);
        }
        let mut line: Vec<Income> = Vec::new();
        self.walk(law, until.next_day().unwrap_or(until), |income| {
            if !line.last().is_some_and(|last| last.is_like(&income)) {
                line.push(income);
            }
        })?;
        Ok(line)
    }

    /// What was drawn of the pension itself until a day, the month of death included: also what was taken for a divorced spouse.
    ///
    /// # Errors
    /// As [`Running::on`].
    pub fn drawn(&self, law: &SchemeLaw, died_on: Date) -> Result<i64, Stop> {
        let end = died_on.next_day().unwrap_or(died_on);
        let line = self.line(law, died_on)?;
        let mut drawn = 0;
        for (at, income) in line.iter().enumerate() {
            let until = line.get(at + 1).map_or(end, |next| next.paid_for);
            let kept = income.taken.iter().filter(|taken| taken.why == Why::Divorce).map(|taken| taken.amount);
            let paid = income.paid_by(Payer::OldScheme) + income.paid_by(Payer::Fund) + kept.sum::<i64>();
            drawn += paid * i64::from(payments(income.paid_for, until));
        }
        Ok(drawn)
    }

    /// Goes through the income of all days before a day on which it may change; what a divorced spouse is then still owed.
    fn walk(&self, law: &SchemeLaw, end: Date, mut visit: impl FnMut(Income)) -> Result<i64, Stop> {
        let days = self.days(law, end);
        let mut owed = self.owed;
        for (at, day) in days.iter().enumerate() {
            let until = days.get(at + 1).copied().unwrap_or(end);
            let mut from = *day;
            loop {
                let mut income = self.before_divorce(law, from, &mut Silent)?;
                let taken = match &mut owed {
                    Some(owed) if owed.from <= from => self.divide(law, &mut income, *owed, &mut Silent)?,
                    _ => 0,
                };
                visit(income);
                let Some(owed) = owed.as_mut().filter(|_| taken > 0) else { break };
                let full = u32::try_from(owed.left / taken).unwrap_or(u32::MAX);
                let within = payments(from, until);
                owed.left -= taken * i64::from(full.min(within));
                if full >= within {
                    break;
                }
                from = after(first_payment(from), full);
            }
        }
        Ok(owed.map_or(0, |owed| owed.left))
    }

    /// The days before `end` on which the income may change, ascending.
    fn days(&self, law: &SchemeLaw, end: Date) -> Vec<Date> {
        let last = end.previous_day().unwrap_or(end);
        let mut days = income::days(law, &self.first, last);
        let first = days.first().copied().unwrap_or(end);
        let died_on = self.facts.died_on.and_then(Date::next_day);
        let wages = self.facts.events.iter().any(|event| matches!(event, Event::ReEmployed(_)));
        let wages = if wages { law.a077_reemployed.basic_wage.changes() } else { Vec::new() };
        let own = self.facts.events.iter().flat_map(|event| event.days()).chain(died_on).chain(wages);
        days.extend(own.filter(|day| (first..end).contains(day)));
        days.sort_unstable();
        days.dedup();
        days
    }

    fn before_divorce(&self, law: &SchemeLaw, day: Date, ledger: &mut impl Ledger) -> Result<Income, Stop> {
        if let Some(lower) = &self.lower {
            a080_demotion::average_pay(lower.pays, lower.from, day, ledger);
        }
        let mut income = income::on(law, self.income_facts(day), day, ledger)?;
        if self.facts.events.is_empty() && self.facts.died_on.is_none() {
            return Ok(income);
        }
        if let Some(lost) = offence(law, self.facts, day, ledger)? {
            for payer in BY_THIS_ACT {
                let due = income.due_from(payer);
                let left = a079_offences::left(law, (due, lost), day, ledger)?;
                take(&mut income, (Why::Offence, payer), due - left);
            }
        }
        if let Some((why, payers)) = self.ended(law, day, ledger)? {
            for payer in payers {
                let left = income.paid_by(*payer);
                take(&mut income, (why, *payer), left);
            }
        }
        Ok(income)
    }

    /// Why nothing is paid on a day, and by whom.
    fn ended(
        &self,
        law: &SchemeLaw,
        day: Date,
        ledger: &mut impl Ledger,
    ) -> Result<Option<(Why, &'static [Payer])>, Stop> {
        let died = self.facts.died_on.filter(|died_on| *died_on < day);
        if died.is_some_and(|died_on| a075_loss::is_lost((Loss::Death, died_on), Right::Payment, day, ledger)) {
            return Ok(Some((Why::Lost, Payer::ALL)));
        }
        let monthly = self.starts_on().is_some();
        let mut found = None;
        for event in &self.facts.events {
            let why = match *event {
                Event::Lost(lost) => {
                    a075_loss::is_lost((lost.cause, lost.on), Right::Payment, day, ledger).then_some(Why::Lost)
                }
                Event::Stopped(stop) if monthly => {
                    a076_stop::is_stopped((stop.cause, stop.lasting()), day, ledger).then_some(Why::Stopped)
                }
                Event::ReEmployed(post) if monthly => {
                    let post = a077_reemployed::Post {
                        employer: employer(post.employer, post.share),
                        pay: post.pay,
                        exempt: post.exempt,
                        lasting: post.lasting(),
                    };
                    a077_reemployed::is_stopped(law, post, day, ledger)?.then_some(Why::ReEmployed)
                }
                Event::HeldBack(held) if monthly => {
                    a071_suspension::is_suspended((held.cause, held.lasting()), day, ledger).then_some(Why::HeldBack)
                }
                _ => None,
            };
            // What is lost or stopped is not paid later, whatever else holds it back.
            found = match (found, why) {
                (None | Some(Why::HeldBack), Some(why)) => Some(why),
                (found, _) => found,
            };
        }
        Ok(found.map(|why| (why, &BY_THIS_ACT[..])))
    }

    /// Takes a divorced spouse's share of the pension that is paid; what is taken.
    fn divide(&self, law: &SchemeLaw, income: &mut Income, owed: Owed, ledger: &mut impl Ledger) -> Result<i64, Stop> {
        let (old, fund) = (income.paid_by(Payer::OldScheme), income.paid_by(Payer::Fund));
        let pension = old + fund;
        if pension == 0 || owed.left == 0 {
            return Ok(0);
        }
        let of = (pension, owed.share, owed.left);
        let taken = a083_divorce_recovery::from_monthly(law, of, income.paid_for, ledger)?;
        let from_old = taken * old / pension;
        take(income, (Why::Divorce, Payer::OldScheme), from_old);
        take(income, (Why::Divorce, Payer::Fund), taken - from_old);
        Ok(taken)
    }
}

/// Who pays by the pension acts.
const BY_THIS_ACT: [Payer; Payer::ALL.len() - 1] = [Payer::Bank, Payer::OldScheme, Payer::Fund];

fn take(income: &mut Income, (why, from): (Why, Payer), amount: i64) {
    if amount > 0 {
        income.taken.push(Taken { why, from, amount });
    }
}

fn employer(employer: Employer, share: Option<Rational>) -> a077_reemployed::Employer {
    match employer {
        Employer::Government => a077_reemployed::Employer::Government,
        Employer::PublicCorporation => a077_reemployed::Employer::PublicCorporation,
        Employer::Founded => a077_reemployed::Employer::Founded(share.unwrap_or_default()),
        Employer::Endowed => a077_reemployed::Employer::Endowed(share.unwrap_or_default()),
        Employer::Controlled => a077_reemployed::Employer::Controlled,
        Employer::Other => a077_reemployed::Employer::Other,
    }
}

/// The decision by the lower pay, and from when it holds.
fn lower(
    law: &SchemeLaw,
    (facts, entitlement, judgment): (&Facts, &Entitlement, Demoted),
    ledger: &mut impl Ledger,
) -> Result<(Date, Entitlement), Stop> {
    let Demoted { arrived_on, executed_on, average, last } = judgment;
    let judgment = Judgment { arrived_on, retired_on: facts.effective_on, executed_on };
    let from = a080_demotion::holds_from(law, judgment, ledger)?;
    let average_pay = average.min(entitlement.average_pay);
    Ok((from, Entitlement { average_pay, last_pay: last.min(entitlement.last_pay), ..entitlement.clone() }))
}

fn convictions(facts: &Facts) -> impl Iterator<Item = Convicted> {
    facts.events.iter().filter_map(|event| match event {
        Event::Convicted(conviction) => Some(*conviction),
        _ => None,
    })
}

/// The share lost for offences on a day, if there are any.
fn offence(law: &SchemeLaw, facts: &Facts, day: Date, ledger: &mut impl Ledger) -> Result<Option<Rational>, Stop> {
    let mut most = None;
    for conviction in convictions(facts) {
        let over = conviction.probation_over.is_some_and(|over| over <= day);
        most = most.max(Some(a079_offences::share_lost(law, (sentence(conviction), over), day, ledger)?));
    }
    Ok(most)
}

/// The share that survivors lose: none of the smaller ones for who dies on probation (細則 55).
pub(super) fn offence_of_survivors(
    law: &SchemeLaw,
    facts: &Facts,
    died_on: Date,
    ledger: &mut impl Ledger,
) -> Result<Rational, Stop> {
    let mut most = Rational::from_integer(0);
    for conviction in convictions(facts) {
        let facts = (sentence(conviction), conviction.probation_over.is_some());
        most = most.max(a079_offences::share_lost(law, facts, died_on, ledger)?);
    }
    Ok(most)
}

fn sentence(conviction: Convicted) -> Sentence {
    conviction.sentence_months.map_or(Sentence::DeathOrLife, Sentence::Months)
}

/// What an offence takes of the amounts paid once: it is paid later if probation ends well.
fn lose(law: &SchemeLaw, (facts, once): (&Facts, &mut Once), ledger: &mut impl Ledger) -> Result<(), Stop> {
    let day = a004_floor::pay_standard_on(law, facts.effective_on);
    let Some(lost) = offence(law, facts, day, ledger)? else { return Ok(()) };
    for due in [once.old, once.new, once.cash, once.compensation, once.injury] {
        if due > 0 {
            once.lost += due - a079_offences::left(law, (due, lost), day, ledger)?;
        }
    }
    Ok(())
}

/// The divorced spouse's share: what the lump sum gives of it, and what the monthly pension is to give.
fn divorce(
    law: &SchemeLaw,
    (facts, entitlement, once): (&Facts, &Entitlement, &mut Once),
    ledger: &mut impl Ledger,
) -> Result<Option<Owed>, Stop> {
    let mut divorces = facts.events.iter().filter_map(|event| match event {
        Event::Divorced(divorce) => Some(*divorce),
        _ => None,
    });
    let Some(divorced) = divorces.next() else { return Ok(None) };
    if divorces.next().is_some() {
        let (zh, en) = (
            "二次以上離婚分配之扣減順序法無明文，未納入試算",
            "The order of two divorced spouses' shares is not told by the act",
        );
        let place = law.cited("s0080034/83/2", "h0150049/84/2");
        return Err(Refusal::new("pension/not-estimated", zh, en).field("events").cite(place).into());
    }
    let claim = claim(facts, divorced);
    a082_divorce::check(law, claim, ledger)?;
    let monthly = entitlement.parts.monthly > Rational::from_integer(0) && facts.ground != Ground::Severance;
    let is_running = divorced.claimed_on > facts.effective_on;
    if is_running && !monthly {
        let (zh, en) = (
            "支領一次退休金後始請求分配者，無可扣減之月退休金",
            "A claim after a lump sum was paid finds no monthly pension to take it from",
        );
        let place = law.cited("s0080034/83/3", "h0150049/84/3");
        return Err(Refusal::new("pension/divorce-after-lump", zh, en).field("events").cite(place).into());
    }
    let regime = Span { from: claim.regime_from, until: claim.ended_on };
    let credited = entitlement.credited.total();
    let on = divorced.claimed_on.max(a004_floor::pay_standard_on(law, facts.effective_on));
    let overlap = a082_divorce::overlap(regime, &counted(law, facts)?, credited, ledger);
    let share = a082_divorce::share(law, (overlap, credited), on, ledger)?;
    let one_time = benefits::one_time(law, (facts, entitlement), ledger)?;
    let mut left = a082_divorce::amount(law, (one_time, share), on, ledger)?;
    if !is_running {
        once.divorce = a083_divorce_recovery::from_lump(left, once.old + once.new - once.lost, ledger);
        left -= once.divorce;
    }
    Ok(Some(Owed { from: divorced.claimed_on.max(facts.effective_on), share, left }))
}

fn claim(facts: &Facts, divorced: Divorced) -> Divorce {
    Divorce {
        married_on: divorced.married_on,
        regime_from: divorced.regime_from.unwrap_or(divorced.married_on),
        ended_on: divorced.ended_on,
        known_on: divorced.known_on.unwrap_or(divorced.ended_on),
        claimed_on: divorced.claimed_on,
        retired_on: facts.effective_on,
        ordered: matches!(facts.ground, Ground::Ordered | Ground::OrderedInjury),
        mutual: divorced.mutual,
        lost: divorced.lost,
    }
}

/// The days of service that count.
fn counted(law: &SchemeLaw, facts: &Facts) -> Result<Vec<Span>, Stop> {
    if facts.service.is_empty() {
        let (zh, en) = ("計算婚姻與年資重疊期間，應填任職經歷", "The months of marriage within service need `service`");
        let place = law.cited("s0080034/82/1/1", "h0150049/83/1/1");
        return Err(Refusal::new("pension/missing", zh, en).field("service").cite(place).into());
    }
    let counts =
        facts.service.iter().filter(|spell| spell.kind != ServiceKind::Irregular && spell.standing == Standing::Open);
    Ok(counts.map(|spell| Span { from: spell.from, until: spell.until }).collect())
}
