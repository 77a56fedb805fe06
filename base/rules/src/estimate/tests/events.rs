//! What happens while a pension runs, and death.

use proptest::prelude::*;
use serde_json::json;
use time::macros::date;

use super::super::*;
use super::joined::{estimated, facts, refused};
use crate::income::{Payer, Why};
use crate::law::KEPT;
use crate::{Scheme, Steps};

fn at(estimate: &Estimate, day: Date) -> &Income {
    estimate.line.iter().rev().find(|income| income.paid_for <= day).unwrap()
}

fn with(events: &serde_json::Value) -> Estimate {
    estimated(&facts(&json!({ "events": events })))
}

#[test]
fn a_post_stops_the_pension_while_it_lasts_and_pays_more_than_the_basic_wage() {
    let post = |pay: i64, employer: &str| {
        with(
            &json!([{ "re-employed": { "from": "2027-02-01", "until": "2027-05-01", "employer": employer, "pay": pay } }]),
        )
    };
    let full = with(&json!([])).line[0].total();
    let stopped = post(60_000, "government");
    for (day, expected) in [(date!(2027 - 01 - 31), full), (date!(2027 - 02 - 01), 0), (date!(2027 - 05 - 01), full)] {
        assert_eq!(at(&stopped, day).total(), expected, "{day}");
    }
    assert_eq!(
        stopped.paid_until(date!(2028 - 01 - 01)),
        with(&json!([])).paid_until(date!(2028 - 01 - 01)) - 3 * full
    );
    assert_eq!(at(&post(20_000, "government"), date!(2027 - 03 - 01)).total(), full);
    assert_eq!(at(&post(60_000, "other"), date!(2027 - 03 - 01)).total(), full);
}

#[test]
fn what_is_held_back_is_paid_later_and_what_is_stopped_is_not() {
    let all = with(&json!([])).paid_until(date!(2028 - 01 - 01));
    let held = with(&json!([{ "held-back": { "cause": "unreachable", "from": "2027-02-01", "until": "2027-05-01" } }]));
    assert_eq!(at(&held, date!(2027 - 03 - 01)).taken[0].why, Why::HeldBack);
    assert!(held.paid_until(date!(2027 - 05 - 01)) < held.paid_until(date!(2027 - 05 - 02)));
    assert_eq!(held.paid_until(date!(2028 - 01 - 01)), all);
    let stopped = with(&json!([{ "stopped": { "cause": "wanted", "from": "2027-02-01", "until": "2027-05-01" } }]));
    assert!(stopped.paid_until(date!(2028 - 01 - 01)) < all);
    let lost = with(&json!([{ "lost": { "cause": "treason", "on": "2027-02-01" } }]));
    assert_eq!(lost.line.last().unwrap().total(), 0);
    let never = facts(&json!({ "events": [{ "lost": { "cause": "nationality", "on": "2026-01-01" } }] }));
    assert_eq!(refused(&never).code, "pension/right-lost");
}

#[test]
fn an_offence_takes_its_share_of_each_amount_until_probation_is_over() {
    let full = with(&json!([]));
    let half = with(&json!([{ "convicted": { "sentence_months": 36 } }]));
    assert_eq!(half.line[0].total(), (full.line[0].total() + 1) / 2);
    let spared = with(&json!([{ "convicted": { "sentence_months": 12, "probation_over": "2027-07-01" } }]));
    assert!(at(&spared, date!(2027 - 06 - 01)).total() < at(&spared, date!(2027 - 07 - 01)).total());
    assert_eq!(spared.paid_until(date!(2028 - 01 - 01)), full.paid_until(date!(2028 - 01 - 01)), "paid afterwards");
    assert_eq!(with(&json!([{ "convicted": {} }])).line[0].total(), 0);
    let lump = estimated(&facts(&json!({ "benefit": "lump", "events": [{ "convicted": { "sentence_months": 24 } }] })));
    assert_eq!(lump.once.lost, lump.once.new * 3 / 10);
}

#[test]
fn a_judgment_lowers_the_pension_from_the_day_after_it_arrived() {
    let of = json!([{ "demoted": { "arrived_on": "2027-03-09", "average": 40_000, "last": 40_000 } }]);
    let lowered = with(&of);
    assert_eq!(at(&lowered, date!(2027 - 03 - 09)).total(), with(&json!([])).line[0].total());
    assert!(at(&lowered, date!(2027 - 03 - 10)).total() < at(&lowered, date!(2027 - 03 - 09)).total());
    let before =
        facts(&json!({ "events": [{ "demoted": { "arrived_on": "2026-03-09", "average": 40_000, "last": 40_000 } }] }));
    assert_eq!(refused(&before).code, "pension/execution-day-missing");
}

fn divorced(benefit: &str, married_on: &str, ended_on: &str) -> Facts {
    facts(&json!({
        "benefit": benefit, "credited": null, "pay": { "last": { "point": 590 }, "average": 44_000 },
        "service": [{ "from": "1996-07-16", "until": "2026-07-16", "kind": "civil" }],
        "events": [{ "divorced": { "married_on": married_on, "ended_on": ended_on, "claimed_on": ended_on } }],
    }))
}

#[test]
fn a_divorced_spouse_is_paid_and_the_pension_bears_it_in_instalments() {
    let split = estimated(&divorced("monthly", "2000-07-16", "2026-07-01"));
    let whole = estimated(&Facts { events: Vec::new(), ..divorced("monthly", "2000-07-16", "2026-07-01") });
    let taken = |income: &Income| income.taken.iter().map(|taken| taken.amount).sum::<i64>();
    assert!(split.line.iter().any(|income| taken(income) > 0));
    assert_eq!(taken(split.line.last().unwrap()), 0, "until the share is taken");
    let until = UNTIL_PAID;
    let last = crate::months::Span { from: date!(2026 - 08 - 01), until };
    assert!(last.whole_months() > 100);
    let steps = {
        let mut steps = Steps::default();
        estimate(KEPT.of(Scheme::Civil), &divorced("monthly", "2000-07-16", "2026-07-01"), until, &mut steps).unwrap();
        steps
    };
    let owed = steps.0.iter().find(|step| step.rule.title.1 == "amount the divorced spouse may claim").unwrap();
    let all_taken = whole.paid_until(until) - split.paid_until(until);
    assert_eq!(owed.outcome, crate::Quantity::Money(all_taken), "no more and no less than the share");
    let lump = estimated(&divorced("lump", "2000-07-16", "2026-07-01"));
    assert_eq!(lump.once.divorce, all_taken);
    assert_eq!(refused(&divorced("monthly", "2025-07-16", "2026-07-01")).code, "pension/marriage-too-short");
    let unknown = Facts {
        service: Vec::new(),
        credited: Some(crate::facts::Months { old: 0, new: 360 }),
        ..divorced("lump", "2000-07-16", "2026-07-01")
    };
    assert_eq!((refused(&unknown).code, refused(&unknown).field.as_deref()), ("pension/missing", Some("service")));
}

const UNTIL_PAID: Date = date!(2040 - 01 - 01);

#[test]
fn survivors_choose_between_lump_sum_and_annuity() {
    let died = facts(&json!({
        "died_on": "2028-03-10",
        "survivors": [
            { "relation": "spouse", "born_on": "1965-01-01", "married_on": "1990-01-01" },
            { "relation": "child", "born_on": "2012-05-01" }, { "relation": "child", "born_on": "1995-05-01" },
            { "relation": "sibling" },
        ],
    }));
    let estimate = estimated(&died);
    let left = estimate.survivors.as_ref().unwrap();
    assert_eq!(left.each.iter().map(|due| due.lump).sum::<i64>(), left.lump);
    let pension = estimate.line[0].pension();
    assert_eq!((left.pension, left.drawn), (pension, 20 * pension), "August 2026 to March 2028");
    let annuity = |at: usize| left.each[at].annuity.clone();
    assert_eq!(annuity(0).unwrap(), Annuity { monthly: (pension + 3) / 4, from: date!(2028 - 04 - 01), until: None });
    assert_eq!(annuity(1).unwrap().until, Some(date!(2030 - 05 - 01)));
    assert!(annuity(2).is_err() && annuity(3).is_err() && left.each[3].lump == 0);
    assert_eq!(at(&estimate, date!(2028 - 04 - 01)).total(), 0, "nothing after the month of death");
    let lump = facts(&json!({ "benefit": "lump", "died_on": "2028-03-10" }));
    assert_eq!(refused(&lump).code, "pension/no-survivors-benefit");
    let will = |spouse: &str, child: &str| {
        let survivors = json!([
            { "relation": "spouse", "will": spouse }, { "relation": "child", "born_on": "2012-05-01", "will": child },
        ]);
        let left = estimated(&facts(&json!({ "died_on": "2028-03-10", "survivors": survivors }))).survivors.unwrap();
        left.each[0].lump * 10 / left.lump
    };
    assert_eq!((will("1/10", "9/10"), will("9/10", "1/10")), (1, 5), "a minor keeps the share of the law");
}

#[test]
fn who_dies_before_a_deferred_pension_began_leaves_all_of_it() {
    let deferred = facts(&json!({
        "benefit": "deferred", "ground": "voluntary", "born_on": "1967-05-20", "credited": { "new": 300 }, "died_on": "2027-03-10",
        "survivors": [{ "relation": "parent" }],
    }));
    let left = estimated(&deferred).survivors.unwrap();
    assert_eq!((left.drawn, left.each[0].lump), (0, left.lump));
    assert!(left.lump > left.one_time && left.pension > 0);
    assert_eq!(left.each[0].annuity.as_ref().unwrap().from, date!(2027 - 03 - 11));
}

#[test]
fn a_death_in_service_is_divided_among_the_survivors() {
    let died = facts(&json!({
        "ground": "death", "death": { "cause": "illness" }, "effective_on": "2026-07-16", "credited": { "new": 240 },
        "survivors": [{ "relation": "spouse" }, { "relation": "child", "born_on": "2022-05-01" }],
    }));
    assert_eq!(died.check(KEPT.of(Scheme::Civil)).unwrap(), []);
    let left = death_in_service(KEPT.of(Scheme::Civil), &died, &mut Steps::default()).unwrap();
    let sums = left.each.iter().fold((0, 0), |sum, due| (sum.0 + due.lump, sum.1 + due.monthly));
    assert_eq!(sums, (left.benefit.lump + left.benefit.extra, left.benefit.monthly));
    assert!(left.benefit.monthly > 0 && left.benefit.minors > 0 && left.benefit.funeral > 0);
    let until = [Some(date!(2036 - 08 - 01)), Some(date!(2040 - 05 - 01))];
    assert_eq!([left.each[0].until, left.each[1].until], until, "ten years; until majority");
    assert_eq!(refused(&died).code, "pension/death");
    let no_death = facts(&json!({}));
    assert!(death_in_service(KEPT.of(Scheme::Civil), &no_death, &mut Silent).is_err());
}

proptest! {
    #[test]
    fn a_divorce_creates_no_money(new in 180_u32..360, years in 2_i32..25, half in any::<bool>(), prison in 0_u32..60) {
        let ended = date!(2026 - 07 - 01);
        let married = Date::from_ordinal_date(2026 - years, 1).unwrap();
        let from = crate::length::months_before(date!(2026 - 07 - 16), new);
        let convicted = json!({ "convicted": { "sentence_months": prison } });
        let mut split = divorced(if half { "half" } else { "monthly" }, &married.to_string(), &ended.to_string());
        split.service[0].from = from;
        split.events.push(serde_json::from_value(convicted).unwrap());
        let whole = Facts { events: split.events[1..].to_vec(), ..split.clone() };
        let of = |facts: &Facts| estimate(KEPT.of(Scheme::Civil), facts, UNTIL_PAID, &mut Silent).unwrap();
        let (split, whole) = (of(&split), of(&whole));
        prop_assert!(split.once.total() <= whole.once.total());
        for income in &split.line {
            let due = at(&whole, income.paid_for);
            prop_assert!(income.total() <= due.total());
            prop_assert!(Payer::ALL.iter().all(|payer| income.paid_by(*payer) >= 0));
            let taken: i64 = income.taken.iter().map(|taken| taken.amount).sum();
            prop_assert_eq!(income.total() + taken, income.due());
        }
    }
}
