use statute::Edition;
use time::macros::date;

use super::*;
use crate::facts::Benefit;

const TODAY: Date = date!(2026 - 11 - 23);

fn member() -> Member {
    Member {
        person: "1".into(),
        scheme: Scheme::Civil,
        is_police: false,
        born_on: date!(1960 - 03 - 01),
        retired_on: date!(2025 - 02 - 01),
        paid_until: date!(2045 - 02 - 01),
        draws: Benefit::Monthly,
        early_months: 0,
        old_months: 60,
        new_months: 300,
        average_pay: 45_000,
        last_pay: 46_000,
        principal: 0,
    }
}

fn reform(change: &str) -> Reform {
    let after = Edition::parse(&format!("title = \"x\"\n{change}"), TODAY).unwrap();
    let law = |edition| Law::of_edition(edition).unwrap();
    Reform::new(law(Edition::of(TODAY)), law(after), 2026, 30)
}

fn column(from: &str, value: u32) -> String {
    format!("[[change]]\nkey = \"s0080034/a037/column\"\nfrom = {from}\nvalue = {value}\nreference = \"x\"\n")
}

#[test]
fn no_change_changes_nothing() {
    let compared = reform("").compare(&member()).unwrap();
    assert_eq!((compared.gain(), &compared.before), (0, &compared.after));
    assert_eq!(compared.months[..3], [12, 12, 12]);
    assert_eq!((compared.months[18], compared.months[19], compared.months[20]), (12, 1, 0));
    // Twice the last pay times 61.5 %: the ceiling, which is below the pension of 30 years.
    assert_eq!(compared.before[0], 12 * 56_580);
}

#[test]
fn the_last_column_from_a_day_lowers_what_is_paid_from_that_day() {
    let compared = reform(&column("2027-07-01", 118)).compare(&member()).unwrap();
    assert_eq!((compared.before[0], compared.after[0]), (12 * 56_580, 12 * 56_580));
    assert_eq!(compared.after[1], 6 * 56_580 + 6 * 48_300);
    assert_eq!(compared.after[2], 12 * 48_300);
}

#[test]
fn parts_of_a_population_add_up_in_any_order() {
    let reform = reform(&column("2027-07-01", 118));
    let edges = [0, 1];
    let others = (0..20).map(|n| Member {
        old_months: n * 12,
        new_months: 240,
        last_pay: 30_000 + i64::from(n) * 1_000,
        ..member()
    });
    let people: Vec<Member> = others.collect();
    let sum = |people: &[Member]| {
        let mut totals = Totals::new(&reform, &edges);
        people.iter().for_each(|member| totals.add(&reform.compare(member).unwrap(), &edges));
        totals
    };
    let (first, second) = people.split_at(7);
    let mut merged = sum(second);
    merged.merge(&sum(first));
    assert_eq!(merged, sum(&people));
    assert_eq!((merged.people, merged.years[0].gain, merged.years[5].gain), (20, 0, 0));
    assert!(merged.years[5].lose > 0 && merged.spread[0] >= merged.years[5].lose);
}

#[test]
fn a_row_that_contradicts_itself_names_line_and_column() {
    let row = |cells: &[&str]| Member::read(7, &csv::StringRecord::from(cells.to_vec()));
    let good = [
        "1",
        "civil",
        "general",
        "1960-03-01",
        "2025-02-01",
        "2045-02-01",
        "monthly",
        "0",
        "60",
        "300",
        "45000",
        "46000",
        "0",
    ];
    assert_eq!(row(&good), Ok(member()));
    for (at, cell) in
        [(1, "x"), (3, "2026-01-01"), (5, "2019-01-01"), (7, "-1"), (8, "99999999999"), (10, "0"), (6, "deferred")]
    {
        let mut cells = good;
        cells[at] = cell;
        let refusal = row(&cells).unwrap_err();
        assert_eq!((refusal.code, refusal.text.en.starts_with("line 7")), ("pension/population", true), "{cell}");
    }
    assert_eq!(row(&good[..12]).unwrap_err().field.as_deref(), Some("person"));
}

#[test]
fn months_that_no_act_credits_are_refused() {
    let reform = reform("");
    let field = |member: &Member| match reform.compare(member) {
        Err(Stop::Refused(why)) => why.field,
        _ => None,
    };
    let most = Member { old_months: 360, new_months: 120, early_months: 60, ..member() };
    assert_eq!(field(&most), None);
    assert_eq!(field(&Member { new_months: 121, ..most.clone() }).as_deref(), Some("new_months"));
    assert_eq!(field(&Member { old_months: 361, new_months: 0, ..most.clone() }).as_deref(), Some("old_months"));
    assert_eq!(field(&Member { early_months: 61, ..most.clone() }).as_deref(), Some("early_months"));
    assert_eq!(field(&Member { new_months: 144, draws: Benefit::Lump, ..most }), None);
}
