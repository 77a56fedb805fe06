mod events;
mod joined;
mod table;

use time::macros::date;

use super::*;
use crate::{Law, Quantity, Scheme, Step, facts::Months};

const UNTIL: Date = date!(2040 - 01 - 01);

fn facts() -> Facts {
    let file = serde_json::json!({
        "scheme": "civil", "born_on": "1958-05-20", "effective_on": "2023-07-16", "ground": "mandatory", "benefit": "monthly",
        "credited": { "old": 60, "new": 336 }, "entitled_before_act": false, "pay": { "last": { "amount": 48_505 }, "average": 47_000 },
    });
    serde_json::from_value(file).unwrap()
}

fn law(day: Date) -> Law {
    Law::on(day).unwrap()
}

#[test]
fn the_income_falls_with_the_columns_and_stops_falling_with_the_amendment() {
    let facts = facts();
    let line = |day| {
        let law = law(day);
        let estimate = estimate(law.of(Scheme::Civil), &facts, UNTIL, &mut Silent).unwrap();
        assert_eq!(estimate.starts_on, Some(facts.effective_on));
        estimate.line.iter().map(|income| (income.paid_for.year(), income.total())).collect::<Vec<_>>()
    };
    let falling = line(date!(2025 - 12 - 27));
    assert!(falling.windows(2).all(|pair| pair[0].1 > pair[1].1 || pair[1].0 == 2024), "{falling:?}");
    assert_eq!(falling.last().unwrap().0, 2029);
    let frozen = line(date!(2025 - 12 - 28));
    assert_eq!(frozen.last().unwrap().0, 2025, "{frozen:?}");
}

#[test]
fn two_laws_say_which_value_makes_the_difference() {
    let (before, after) = (law(date!(2025 - 12 - 27)), law(date!(2025 - 12 - 28)));
    let difference = difference((&before, &after), &facts(), date!(2026 - 06 - 01)).unwrap();
    let total = |side: &Side| side.income.as_ref().unwrap().total();
    assert!(total(&difference.after) > total(&difference.before));
    let causes = difference.causes();
    assert!(!causes.is_empty());
    let (was, is) = causes[0];
    let column = |step: &Step| step.used.iter().find(|used| used.key == "s0080034/a037/column").unwrap().value.clone();
    assert_eq!((column(was), column(is)), (Quantity::Years(115), Quantity::Years(112)));
    let day = date!(2026 - 06 - 01);
    let meanwhile = until_reassessed(&after, &difference, &facts(), day).unwrap().unwrap();
    assert_eq!(meanwhile.paid, total(&difference.before));
    let day = date!(2025 - 06 - 01);
    let same = super::difference((&before, &after), &facts(), day).unwrap();
    assert_eq!((total(&same.before), same.causes().len()), (total(&same.after), 0));
}

#[test]
fn every_open_kind_is_estimated_and_a_closed_one_says_why() {
    let law = law(date!(2026 - 11 - 23));
    let facts = facts();
    let options = options(law.of(Scheme::Civil), &facts, UNTIL).unwrap();
    let kinds: Vec<Benefit> = options.iter().map(|choice| choice.benefit).collect();
    assert_eq!(kinds, [Benefit::Lump, Benefit::Monthly, Benefit::Half]);
    let of = |kind| options.iter().find(|choice| choice.benefit == kind).unwrap().estimate.as_ref().unwrap();
    let (lump, half) = (of(Benefit::Lump), of(Benefit::Half));
    assert!(lump.once.new > half.once.new && half.once.new > 0 && lump.starts_on.is_none());
    let early = Facts { benefit: Benefit::Reduced, ..facts.clone() };
    assert!(matches!(estimate(law.of(Scheme::Civil), &early, UNTIL, &mut Silent), Err(Stop::Refused(_))));
    let short = Facts { credited: Some(Months { old: 0, new: 100 }), ..facts };
    let Err(Stop::Refused(refusal)) = estimate(law.of(Scheme::Civil), &short, UNTIL, &mut Silent) else { panic!() };
    assert_eq!(refusal.field.as_deref(), Some("benefit"));
}

fn decided(effective_on: &str, ground: &str, credited: (u32, u32), more: &str) -> Facts {
    let file = format!(
        "scheme = \"civil\"\nborn_on = 1953-05-10\neffective_on = {effective_on}\nground = \"{ground}\"\nbenefit = \"monthly\"\n\
         credited = {{ old = {}, new = {} }}\nentitled_before_act = true\npay = {{ last = {{ amount = 40000 }} }}\n{more}",
        credited.0, credited.1
    );
    toml::from_str(&file).unwrap()
}

#[test]
fn the_compensation_of_the_fund_is_paid_once_and_the_governments_as_it_was_chosen() {
    let law = law(date!(2026 - 11 - 23));
    let of = |facts: &Facts| {
        let estimate = estimate(law.of(Scheme::Civil), facts, UNTIL, &mut Silent).unwrap();
        (estimate.once.compensation, estimate.line[0].parts.compensation)
    };
    // Ten years of each scheme: five years missing to fifteen; three base numbers of 80,000 from the fund.
    let monthly = decided("2018-07-16", "mandatory", (120, 120), "");
    assert_eq!(of(&monthly), (240_000, 2_000));
    let at_once = Facts { compensation_at_once: true, ..monthly.clone() };
    assert_eq!(of(&at_once), (440_000, 0));
    assert_eq!(of(&Facts { benefit: Benefit::Half, ..at_once.clone() }), (220_000, 0));
    let lump = Facts { benefit: Benefit::Lump, ..at_once };
    assert_eq!(estimate(law.of(Scheme::Civil), &lump, UNTIL, &mut Silent).unwrap().once.compensation, 0);
    let before = Facts { effective_on: date!(2018 - 06 - 16), ..monthly };
    assert_eq!(of(&before), (0, 2_000), "paid once by the decision of that time");
}

#[test]
fn a_cut_under_one_law_alone_makes_no_false_reason() {
    let (before, after) = (law(date!(2025 - 12 - 27)), law(date!(2025 - 12 - 28)));
    // 38,130 a month: over the ceiling of 46.5 %, under that of 51 %; two price steps for each payer follow the cut.
    let facts = decided("2018-06-16", "mandatory", (12, 264), "compensation_at_once = true");
    let difference = difference((&before, &after), &facts, date!(2026 - 06 - 01)).unwrap();
    let cut = |side: &Side| side.steps.0.iter().any(|step| step.rule.id == "s0080034/a039_order_of_cuts");
    assert!(cut(&difference.before) && !cut(&difference.after));
    let rules: Vec<_> = difference.causes().iter().map(|(before, _)| before.rule.id).collect();
    assert_eq!(rules, ["s0080034/a037_replacement_rate"]);
}

#[test]
fn what_is_paid_meanwhile_is_told_for_the_year_the_letter_speaks_of() {
    let (before, after) = (law(date!(2025 - 12 - 27)), law(date!(2025 - 12 - 28)));
    let told = |day| {
        let difference = difference((&before, &after), &facts(), day).unwrap();
        assert!(!difference.causes().is_empty());
        until_reassessed(&after, &difference, &facts(), day).unwrap().is_some()
    };
    assert!(told(date!(2026 - 12 - 31)) && !told(date!(2027 - 01 - 01)));
}
