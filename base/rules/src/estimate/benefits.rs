//! What a retirement gives before anything happens to it: what is paid once, and what the monthly income depends on.

use kernel::Refusal;
use statute::Rational;
use time::Date;

use super::Once;
use crate::{
    Ledger, SchemeLaw, Stop,
    entitlement::Entitlement,
    facts::{Benefit, Facts, Ground, Level, Post},
    income,
    s0080011::a004_cash_compensation,
    s0080034::{
        a004_floor, a015_reemployment, a028_old_scheme,
        a029_new_scheme::{self, Credited},
        a031_early_reduction, a032_injury, a034_compensation,
        a039_order_of_cuts::Parts,
        a042_severance,
    },
    s0080035::a005_insurance_annuity,
};

fn nothing() -> Rational {
    Rational::from_integer(0)
}

/// Service as the new-scheme scales and the compensation see it: what was paid for before comes first (15 II, III).
fn continued(given: Credited, entitlement: &Entitlement) -> Credited {
    let paid = entitlement.paid;
    Credited { old: given.old + paid.total(), new: given.new }
}

/// The lump sum for old-scheme service: of the scale, or of what follows in it after service that was paid for.
fn old_lump(
    law: &SchemeLaw,
    (facts, entitlement): (&Facts, &Entitlement),
    part: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let (pay, months, paid) = (entitlement.average_pay, entitlement.given_for.old, entitlement.paid.old);
    match (months, paid) {
        (0, _) => Ok(0),
        (_, 0) => a028_old_scheme::lump(law, (pay, months, part), on, ledger),
        _ => {
            let before = (paid, a015_reemployment::paid_bases(&facts.earlier), months);
            let bases = a015_reemployment::lump_bases(law, before, on, ledger)?;
            a028_old_scheme::lump_of(law, (pay, bases, part), on, ledger)
        }
    }
}

fn new_lump(
    law: &SchemeLaw,
    entitlement: &Entitlement,
    part: Rational,
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    match entitlement.given_once {
        Credited { new: 0, .. } => Ok(0),
        given => a029_new_scheme::lump(law, (entitlement.average_pay, continued(given, entitlement), part), on, ledger),
    }
}

/// The one-time pension of the credited service, NT dollars: what a divorce divides (82) and survivors are left of (44).
pub(super) fn one_time(
    law: &SchemeLaw,
    (facts, entitlement): (&Facts, &Entitlement),
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let (on, whole) = (a004_floor::pay_standard_on(law, facts.effective_on), Rational::from_integer(1));
    let old = old_lump(law, (facts, entitlement), whole, on, ledger)?;
    Ok(old + new_lump(law, entitlement, whole, on, ledger)?)
}

/// What is paid once.
pub(super) fn once(
    law: &SchemeLaw,
    (facts, entitlement): (&Facts, &Entitlement),
    ledger: &mut impl Ledger,
) -> Result<Once, Stop> {
    let on = a004_floor::pay_standard_on(law, facts.effective_on);
    let part = match facts.ground {
        Ground::Severance => Rational::from_integer(1),
        _ => entitlement.parts.lump,
    };
    let mut once = Once::default();
    if part > nothing() {
        once.old = old_lump(law, (facts, entitlement), part, on, ledger)?;
        once.new = new_lump(law, entitlement, part, on, ledger)?;
    }
    if facts.ground == Ground::Severance {
        a042_severance::both(once.old, once.new, ledger);
    }
    if entitlement.given_for.old > 0 && facts.effective_on >= on {
        let (last_pay, months, paid) = (entitlement.last_pay, entitlement.given_for.old, entitlement.paid.old);
        once.cash = match paid {
            0 => a004_cash_compensation::amount(law, (last_pay, months), on, ledger)?,
            paid => {
                // The base numbers of the lump sum that is due, which go on after what was paid (發給辦法 4 (2)).
                let before = (paid, a015_reemployment::paid_bases(&facts.earlier), months);
                let bases = a015_reemployment::lump_bases(law, before, on, ledger)?;
                a004_cash_compensation::amount_of(law, (last_pay, bases), on, ledger)?
            }
        };
    }
    if entitlement.parts.monthly > nothing() && facts.effective_on >= on {
        let due = compensation_due(facts, entitlement);
        once.compensation = a034_compensation::from_fund(law, due, ledger)?;
        if facts.compensation_at_once {
            once.compensation += a034_compensation::once(law, due, ledger)?;
        }
    }
    if entitlement.extra_bases > nothing() {
        let of = (entitlement.average_pay, entitlement.extra_bases);
        once.injury = a032_injury::extra_lump(law, of, on, ledger)?;
    }
    Ok(once)
}

/// What the compensation depends on: service that was paid for before counts with that of today (細則 33 III).
fn compensation_due(facts: &Facts, entitlement: &Entitlement) -> a034_compensation::Facts {
    let (given, paid) = (entitlement.given_for, entitlement.paid);
    a034_compensation::Facts {
        retired_on: facts.effective_on,
        credited: Credited { old: given.old + paid.old, new: given.new + paid.new },
        average_pay: entitlement.average_pay,
        part: entitlement.parts.monthly,
    }
}

/// What the monthly income depends on; `None` if nothing is paid monthly.
pub(super) fn monthly(
    law: &SchemeLaw,
    (facts, entitlement): (&Facts, &Entitlement),
    ledger: &mut impl Ledger,
) -> Result<Option<income::Facts>, Stop> {
    if facts.ground == Ground::Severance {
        return Ok(None);
    }
    let on = a004_floor::pay_standard_on(law, facts.effective_on);
    let (pay, months, part) = (entitlement.average_pay, entitlement.given_for, entitlement.parts.monthly);
    let starting = entitlement.starting;
    let early = starting.map_or(0, |starting| starting.early_months);
    let reduced = matches!(facts.benefit, Benefit::Reduced | Benefit::HalfReduced);
    let deferred = matches!(facts.benefit, Benefit::Deferred | Benefit::HalfDeferred);
    let mut drawn = part;
    if reduced {
        drawn *= a031_early_reduction::part_left(law, early, on, ledger)?;
    }
    let (mut old, mut new, mut compensation) = (0, 0, 0);
    if part > nothing() {
        old = match (months.old, entitlement.paid.old) {
            (0, _) => 0,
            (_, 0) => a028_old_scheme::monthly(law, (pay, months.old, drawn), on, ledger)?,
            (more, paid) => {
                let rate = a015_reemployment::monthly_rate(law, (paid, more), on, ledger)?;
                a028_old_scheme::monthly_of(law, (pay, rate, drawn), on, ledger)?
            }
        };
        new = a029_new_scheme::monthly(law, (pay, continued(months, entitlement), drawn), on, ledger)?;
        if !facts.compensation_at_once {
            compensation = a034_compensation::monthly(law, compensation_due(facts, entitlement), ledger)?;
        }
    }
    let deposit = facts.deposit.unwrap_or_default();
    let starts_on = starting.filter(|_| deferred).map_or(facts.effective_on, |starting| starting.on);
    Ok(Some(income::Facts {
        retired_on: facts.effective_on,
        starts_on,
        months: entitlement.credited.total(),
        last_pay: entitlement.last_pay,
        police_pay: police_pay(law, facts, on)?,
        part,
        reduced,
        compensation,
        old,
        new,
        annuity: annuity(law, (facts, entitlement), on, ledger)?,
        insurance_deposit: deposit.insurance_principal,
        lump_deposit: deposit.lump_principal,
        free_of_ceiling: entitlement.free_of_ceiling,
        earlier: earlier(facts, entitlement),
    }))
}

/// The social insurance annuity that counts.
fn annuity(
    law: &SchemeLaw,
    (facts, entitlement): (&Facts, &Entitlement),
    on: Date,
    ledger: &mut impl Ledger,
) -> Result<i64, Stop> {
    let Some(insurance) = facts.insurance.filter(|insurance| insurance.annuity) else { return Ok(0) };
    let counted = a005_insurance_annuity::Facts {
        lump: insurance.lump.unwrap_or_default(),
        credited_months: insurance.credited_months,
        months: insurance.months,
        age: entitlement.age,
        expectancy: None,
    };
    a005_insurance_annuity::monthly(law, counted, on, ledger)
}

/// Earlier retirements that are drawn monthly, as one: each by its own decision, under the highest pay.
fn earlier(facts: &Facts, entitlement: &Entitlement) -> Option<income::Earlier> {
    let months = entitlement.credited.total() + entitlement.paid.total();
    let drawn = facts.earlier.iter().filter_map(|earlier| Some((earlier.income?, earlier.last_pay?)));
    drawn.fold(None, |sum: Option<income::Earlier>, (income, last_pay)| {
        let before = sum.map_or((Parts::default(), 0), |sum| (sum.parts, sum.last_pay));
        let parts = Parts {
            interest: before.0.interest + income.interest,
            compensation: before.0.compensation + income.compensation,
            old: before.0.old + income.old,
            new: before.0.new + income.new,
            annuity: 0,
        };
        Some(income::Earlier { parts, last_pay: before.1.max(last_pay), months })
    })
}

/// The grade whose current pay the ceiling of police is taken of.
fn police_pay(law: &SchemeLaw, facts: &Facts, on: Date) -> Result<Option<Level>, Stop> {
    if facts.post != Post::Police {
        return Ok(None);
    }
    let grade = facts.pay.last.ranked(law, on).ok_or_else(|| {
        let zh = "適用警察人員替代率者，上限隨現職同等級人員俸額調整；請填俸點或薪額，不填金額";
        let en =
            "The ceiling of police follows the current pay of the grade: give the last pay as a rank, not as an amount";
        let place = law.cited("police-act/35", "police-act/35");
        Refusal::new("pension/police-grade", zh, en).field("pay").cite(place)
    })?;
    Ok(Some(grade))
}
