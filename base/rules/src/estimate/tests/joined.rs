//! Rules that meet in one estimate: earlier retirements, injury on duty, police.

use proptest::prelude::*;
use time::macros::date;

use super::super::*;
use crate::facts::{Earlier, EarlierIncome, Months};
use crate::law::KEPT;
use crate::{Scheme, Steps};

pub(super) const UNTIL: Date = date!(2040 - 01 - 01);

/// Facts that retire by age in 2026, with fields of one's own.
pub(super) fn facts(own: &serde_json::Value) -> Facts {
    let mut file = serde_json::json!({
        "scheme": "civil", "born_on": "1961-05-20", "effective_on": "2026-07-16", "ground": "mandatory", "benefit": "monthly",
        "credited": { "old": 0, "new": 360 }, "entitled_before_act": false, "pay": { "last": { "point": 590 }, "average": 44_000 },
    });
    for (key, value) in own.as_object().unwrap() {
        file[key] = value.clone();
    }
    serde_json::from_value(file).unwrap()
}

pub(super) fn estimated(facts: &Facts) -> Estimate {
    assert_eq!(facts.check(KEPT.of(facts.scheme)).unwrap(), []);
    estimate(KEPT.of(facts.scheme), facts, UNTIL, &mut Steps::default()).unwrap()
}

pub(super) fn refused(facts: &Facts) -> Refusal {
    match estimate(KEPT.of(facts.scheme), facts, UNTIL, &mut Silent) {
        Err(Stop::Refused(refusal)) => *refusal,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn service_after_an_earlier_retirement_follows_on() {
    let base = 44_000 + 930;
    let again = |earlier: &serde_json::Value| {
        let facts =
            facts(&serde_json::json!({ "benefit": "lump", "credited": { "old": 96, "new": 0 }, "earlier": earlier }));
        let once = estimated(&facts).once;
        (once.old, once.cash)
    };
    // Fifteen percent of the last pay of 44,970 for each base number of the lump sum.
    assert_eq!(again(&serde_json::json!([])), (15 * base, 101_183));
    let paid = serde_json::json!([{ "on": "2000-01-01", "paid": { "old": 264 }, "old_bases": "44" }]);
    assert_eq!(again(&paid), (17 * base, 114_674), "61 bases for thirty years, less the 44 paid");
    let worker = serde_json::json!([{ "on": "2000-01-01", "paid": { "old": 264 }, "worker": true }]);
    assert_eq!(again(&worker), (15 * base, 101_183), "workers' years take no room");
    let monthly = |paid: u32| {
        let earlier = serde_json::json!([{ "on": "2000-01-01", "paid": { "new": paid } }]);
        let facts = facts(
            &serde_json::json!({ "credited": { "new": 180 }, "earlier": if paid == 0 { serde_json::json!([]) } else { earlier } }),
        );
        let estimate = estimated(&facts);
        income_on(KEPT.of(Scheme::Civil), &facts, date!(2027 - 01 - 01), &mut Silent).unwrap();
        estimate.line[0].parts.new
    };
    assert_eq!(
        (monthly(0), monthly(240), monthly(300)),
        (26_400, 26_400, 22_000),
        "past thirty-five years one percent"
    );
}

#[test]
fn two_monthly_pensions_stay_under_the_ceiling_of_all_years() {
    let with = |new: i64| {
        let income = serde_json::json!({ "new": new });
        let earlier =
            serde_json::json!([{ "on": "2010-07-16", "paid": { "new": 180 }, "income": income, "last_pay": 40_000 }]);
        facts(&serde_json::json!({ "credited": { "new": 192 }, "earlier": earlier }))
    };
    let of = |new| {
        let first = estimated(&with(new)).line.remove(0);
        (first.earlier.unwrap().total(), first.total(), first.ceiling.unwrap())
    };
    let (few, own, ceiling) = of(1_000);
    assert!(few == 1_000 && own <= ceiling);
    let (cut, kept, _) = of(60_000);
    assert!(cut < 60_000 && kept == own, "the earlier one is cut first");
    let missing = Earlier { last_pay: None, income: Some(EarlierIncome::default()), ..with(0).earlier[0] };
    let missing = Facts { earlier: vec![missing], ..with(0) };
    let problems = missing.check(KEPT.of(Scheme::Civil)).unwrap();
    assert_eq!((problems.len(), problems[0].field.as_deref()), (1, Some("earlier")));
}

fn injured(own: &serde_json::Value) -> Facts {
    let mut file = serde_json::json!({
        "ground": "ordered-injury", "born_on": "1986-05-20", "credited": { "new": 36 },
        "injury": { "cause": "duty", "disability": "half" },
    });
    for (key, value) in own.as_object().unwrap() {
        file[key] = value.clone();
    }
    facts(&file)
}

#[test]
fn an_injury_on_duty_adds_service_and_bases_and_lifts_the_ceiling() {
    let lump = estimated(&injured(&serde_json::json!({ "benefit": "lump" })));
    assert_eq!((lump.once.new, lump.once.injury), (660_000, 440_000), "as for five years, and five bases of 88,000");
    let monthly = estimated(&injured(&serde_json::json!({})));
    assert_eq!(monthly.line[0].total(), 35_200, "as for twenty years");
    assert_eq!((monthly.line[0].ceiling, monthly.once.injury), (None, 440_000));
    let on_the_way = serde_json::json!({ "injury": { "cause": "office-or-way", "disability": "half" } });
    let bound = estimated(&injured(&on_the_way));
    assert_eq!(bound.once.injury, 0);
    assert!(bound.line[0].ceiling.is_some() && bound.line[0].total() <= monthly.line[0].total());
    let mut steps = Steps::default();
    estimate(KEPT.of(Scheme::Civil), &injured(&serde_json::json!({})), UNTIL, &mut steps).unwrap();
    assert!(steps.0.iter().filter(|step| step.rule.id == "s0080034/a032_injury").count() >= 4);
}

#[test]
fn the_ceiling_of_police_follows_the_pay_of_the_grade() {
    let retired = serde_json::json!({
        "post": "police", "born_on": "1959-05-20", "effective_on": "2024-07-16", "credited": { "new": 348 }, "pay": { "last": { "point": 590 }, "average": 44_000 },
    });
    let line = estimated(&facts(&retired)).line;
    let at = |day| line.iter().rev().find(|income| income.paid_for <= day).unwrap().ceiling.unwrap();
    // 29 years are 67.75 % of twice what point 590 is worth on the day.
    let pay = KEPT.of(Scheme::Civil);
    let worth = crate::facts::Level::Point(590).amount(pay, date!(2025 - 05 - 01), &mut Silent).unwrap();
    assert_eq!(at(date!(2025 - 05 - 01)), (worth * 2 * 6_775 + 9_999) / 10_000);
    assert!(at(date!(2025 - 04 - 01)) < at(date!(2025 - 05 - 01)));
    let amount = serde_json::json!({ "post": "police", "credited": { "new": 348 }, "pay": { "last": { "amount": worth }, "average": 44_000 } });
    assert_eq!(estimated(&facts(&amount)).line[0].ceiling, Some(at(date!(2025 - 05 - 01))), "what a point is worth");
    let nobodys = serde_json::json!({ "post": "police", "credited": { "new": 348 }, "pay": { "last": { "amount": 44_001 }, "average": 44_000 } });
    assert_eq!(refused(&facts(&nobodys)).code, "pension/police-grade");
}

proptest! {
    #[test]
    fn more_service_never_lowers_what_an_estimate_gives(
        old in 0_u32..100, new in 180_u32..260, paid in 0_u32..55, lump in any::<bool>(), injured in any::<bool>(),
    ) {
        let of = |months: Months| {
            let mut own = serde_json::json!({ "credited": { "old": months.old, "new": months.new } });
            own["benefit"] = if lump { "lump" } else { "monthly" }.into();
            if paid > 0 {
                own["earlier"] = serde_json::json!([{ "on": "2000-01-01", "paid": { "old": paid, "new": paid }, "old_bases": "5" }]);
            }
            if injured {
                own["ground"] = "ordered-injury".into();
                own["injury"] = serde_json::json!({ "cause": "duty", "disability": "full" });
            }
            let estimate = estimate(KEPT.of(Scheme::Civil), &facts(&own), UNTIL, &mut Silent).unwrap();
            (estimate.once.total(), estimate.line.iter().map(Income::total).min())
        };
        let less = of(Months { old, new });
        for more in [of(Months { old: old + 1, new }), of(Months { old, new: new + 1 })] {
            prop_assert!(more.0 >= less.0 && more.1 >= less.1, "{more:?} {less:?}");
        }
    }
}
