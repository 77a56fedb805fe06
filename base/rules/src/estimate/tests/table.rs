//! Dates and kinds side by side, and what would change a figure.

use std::sync::Arc;

use serde_json::json;
use time::macros::date;

use super::super::*;
use super::joined::{UNTIL, facts};
use crate::law::KEPT;
use crate::{Law, Scheme};

fn serving() -> Facts {
    facts(&json!({
        "born_on": "1968-05-20", "effective_on": "2030-01-16", "ground": "voluntary", "credited": null,
        "service": [{ "from": "2000-07-01", "until": "2030-01-16", "kind": "civil" }],
        "pay": { "last": { "point": 590 }, "history": [{ "from": "2000-07-01", "until": "2030-01-16", "level": { "point": 590 } }] },
        "survivors": [{ "relation": "spouse", "born_on": "1970-01-01", "married_on": "1998-01-01" }],
    }))
}

#[test]
fn each_date_and_kind_has_its_row() {
    let law = KEPT.of(Scheme::Civil);
    let dates = candidates(law, &serving()).unwrap();
    let found: Vec<_> = dates.iter().map(|candidate| (candidate.when, candidate.on)).collect();
    assert_eq!(found[0], (When::Voluntary, date!(2025 - 07 - 01)), "twenty-five years of service");
    assert!(found.windows(2).all(|pair| pair[0].1 < pair[1].1), "{found:?}");
    assert!(found.iter().any(|(when, on)| (*when, *on) == (When::Chosen, date!(2030 - 01 - 16))), "{found:?}");
    assert_eq!(found.last().unwrap(), &(When::Mandatory, date!(2033 - 07 - 16)));
    let horizon = Horizon { until: UNTIL, died_on: Some(date!(2036 - 03 - 10)) };
    let rows = table(law, &serving(), horizon).unwrap();
    for row in &rows {
        let outcome = row.outcome.as_ref().unwrap();
        assert!(outcome.total >= outcome.once && outcome.total > 0, "{:?}", row.benefit);
        let left = outcome.survivors.as_ref().unwrap();
        assert_eq!(left.is_err(), row.benefit == Benefit::Lump);
    }
    let kinds =
        |when: When| rows.iter().filter(|row| row.candidate.when == when).map(|row| row.benefit).collect::<Vec<_>>();
    assert_eq!(kinds(When::Mandatory), [Benefit::Lump, Benefit::Monthly, Benefit::Half]);
    assert!(!kinds(When::Voluntary).contains(&Benefit::Monthly));
    let decided = facts(&json!({}));
    assert_eq!(candidates(law, &decided).unwrap().len(), 1, "credited months alone tell of no other day");
}

#[test]
fn only_open_points_that_change_a_figure_are_told() {
    let mixed = facts(&json!({ "benefit": "lump", "credited": { "old": 120, "new": 300 } }));
    let of = |edition| Ok(Arc::new(Law::of_edition(edition)?));
    let effects = effects(&KEPT, of, &mixed, UNTIL).unwrap();
    let half_base = effects.iter().find(|effect| effect.point == "mixed-half-base").unwrap();
    assert_eq!(half_base.answers.iter().filter(|answer| answer.is_used).count(), 1);
    let once: Vec<_> = half_base.answers.iter().map(|answer| answer.figures.as_ref().unwrap().once).collect();
    assert_ne!(once[0], once[1]);
    assert!(!effects.iter().any(|effect| effect.point == "injury-monthly"));
}
