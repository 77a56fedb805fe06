//! Every worked example kept in `cases/pension/vectors.csv`.

use rules::{
    Law,
    check::{Checked, Status, Verdict, check},
};
use time::macros::date;

const VECTORS: &str = include_str!("../../../../cases/pension/vectors.csv");

fn run(csv: &str) -> Vec<Checked> {
    check(&Law::on(date!(2026 - 11 - 23)).unwrap(), csv.as_bytes()).unwrap()
}

#[test]
fn every_example_comes_out_as_it_is_marked() {
    let rows = run(VECTORS);
    assert!(rows.len() > 100);
    let wrong: Vec<_> = rows.iter().filter(|row| !row.is_as_marked()).map(|row| (&row.id, &row.verdict)).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert!(rows.iter().any(|row| row.status == Status::SourceError));
    assert!(rows.iter().all(|row| row.answer.as_ref().is_some_and(|answer| !answer.steps.0.is_empty())));
}

#[test]
fn every_boundary_comes_out() {
    let rows = run(include_str!("../../../../cases/pension/boundaries.csv"));
    assert!(rows.len() > 80);
    for row in &rows {
        assert_eq!(row.verdict, Verdict::Pass, "{} {}", row.id, row.topic);
    }
}

#[test]
fn an_example_that_is_off_by_one_differs() {
    let off = VECTORS.replacen(",38279,ceil,pass,", ",38278,ceil,pass,", 1);
    for off in [off.clone(), off.replace('\n', "\r\n")] {
        one_differs(&off);
    }
}

fn one_differs(csv: &str) {
    let rows = run(csv);
    let wrong: Vec<_> = rows.iter().filter(|row| !row.is_as_marked()).collect();
    let [row] = wrong.as_slice() else { panic!("one row was changed") };
    assert_eq!(rows.last().map(|row| row.line), Some(csv.lines().count()));
    assert_eq!((row.id.as_str(), row.line, &row.verdict), ("ST02", 2, &Verdict::Differ { ours: "38279".into() }));
}

#[test]
fn the_official_case_tells_its_steps() {
    let rows = run(VECTORS);
    let row = rows.iter().find(|row| row.id == "PR03").unwrap();
    let steps = &row.answer.as_ref().unwrap().steps.0;
    assert!(steps.iter().any(|step| step.rule.id == "s0080034/a039_order_of_cuts"));
    assert!(steps.iter().any(|step| step.rule.id == "s0080036/a008_deposit"));
    let used: Vec<_> = steps.iter().flat_map(|step| &step.used).map(|used| used.key).collect();
    for key in ["s0080034/a036/full-rate", "s0080034/a036/monthly-rate"] {
        assert!(used.contains(&key), "{key}");
    }
}

#[test]
fn what_cannot_be_read_is_named() {
    let law = Law::on(date!(2026 - 11 - 23)).unwrap();
    let heading = VECTORS.lines().next().unwrap();
    let file = |row: &str| check(&law, format!("{heading}\n{row}\n").as_bytes());
    let refused = |row: &str| file(row).map(drop).unwrap_err();
    assert_eq!(refused("A,t,old_monthly_pct,{},x,none,pass,k,s,n").field.as_deref(), Some("expected"));
    assert_eq!(refused("A,t,old_monthly_pct,{},1,sideways,pass,k,s,n").field.as_deref(), Some("rounding"));
    assert_eq!(refused("A,t,old_monthly_pct,{},1,none,maybe,k,s,n").field.as_deref(), Some("status"));
    assert_eq!(check(&law, b"id,topic\n").unwrap_err().code, "pension/check-column");
    assert_eq!(check(&law, b"\xff\xfe").unwrap_err().code, "pension/check-file");

    let verdict = |row: &str| file(row).unwrap().remove(0).verdict;
    for (row, word) in [
        ("A,t,none,{},1,none,pass,k,s,n", "none"),
        ("A,t,old_monthly_pct,[],1,none,pass,k,s,n", "JSON"),
        (r#"A,t,old_monthly_pct,"{""yaers"":15}",1,none,pass,k,s,n"#, "yaers"),
        (r#"A,t,old_monthly_pct,"{""years"":15.5}",1,none,pass,k,s,n"#, "years"),
        (r#"A,t,old_monthly_pct,"{""years"":-1}",1,none,pass,k,s,n"#, "years"),
        (r#"A,t,pay_point,"{""year"":114,""point"":711}",1,none,pass,k,s,n"#, "711"),
        (r#"A,t,pay_point,"{""year"":99,""point"":710}",1,none,pass,k,s,n"#, "pay-table"),
        (r#"A,t,old_lump,"{""pay"":100000001,""years"":20}",1,none,pass,k,s,n"#, "pay"),
        (r#"A,t,old_lump,"{""pay"":50000,""years"":20,""share"":""0.3333333""}",1,none,pass,k,s,n"#, "share"),
        (r#"A,t,repl_pct,"{""law"":""navy"",""years"":20}",1,none,pass,k,s,n"#, "law"),
    ] {
        let Verdict::Refused(text) = verdict(row) else { panic!("{row}") };
        assert!(text.zh.contains(word) && text.en.contains(word), "{row}: {text:?}");
    }
}
