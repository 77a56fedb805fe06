use std::sync::LazyLock;

use proptest::prelude::*;
use time::{Duration, macros::date};

use super::*;
use crate::facts::{Hazardous, Spell};
use crate::{Law, Silent, Steps};

static LAW: LazyLock<Law> = LazyLock::new(|| Law::on(date!(2026 - 11 - 23)).unwrap());

fn facts(text: &str) -> Facts {
    let facts: Facts = toml::from_str(text).unwrap();
    assert_eq!(facts.check(LAW.of(facts.scheme)), Ok(Vec::new()));
    facts
}

fn civil(born_on: &str, effective_on: &str, from: &str, ground: &str, benefit: &str, more: &str) -> Facts {
    facts(&format!(
        "scheme = \"civil\"\nborn_on = {born_on}\neffective_on = {effective_on}\nground = \"{ground}\"\n\
         benefit = \"{benefit}\"\nservice = [{{ from = {from}, until = {effective_on}, kind = \"civil\" }}]\n\
         pay = {{ last = {{ point = 590 }}, average = 44000 }}\n{more}"
    ))
}

fn assessed(facts: &Facts) -> Entitlement {
    let mut steps = Steps::default();
    let entitlement = assess(LAW.of(facts.scheme), facts, &mut steps).unwrap();
    assert_eq!(assess(LAW.of(facts.scheme), facts, &mut Silent), Ok(entitlement.clone()), "steps change nothing");
    assert!(steps.0.len() > 3);
    entitlement
}

fn code(entitlement: &Entitlement) -> Option<&'static str> {
    entitlement.refusal.as_ref().map(|why| why.code)
}

#[test]
fn mandatory_with_service_of_both_schemes() {
    let found = assessed(&civil("1961-03-05", "2026-07-16", "1990-08-01", "mandatory", "monthly", ""));
    assert_eq!((code(&found), found.age), (None, 65));
    // 1990-08-01 to 1995-06-30 is 59 months, 1995-07-01 to 2026-07-15 is 372 months and 15 days.
    assert_eq!((found.credited.old, found.credited.new), (59, 373));
    assert_eq!((found.served.total.months, found.served.total.days), (431, 15));
    // 57 years and 27 of service made 84 before the act, beyond the 82 of 2018: the last pay counts.
    assert_eq!((found.average_pay, found.last_pay, found.entitled_before), (44_970, 44_970, true));
    assert_eq!(found.starting.map(|starting| (starting.on, starting.early_months)), Some((date!(2026 - 07 - 16), 0)));
    assert!(found.survivors && !found.free_of_ceiling);
}

#[test]
fn voluntary_before_the_starting_age() {
    let ask = |benefit| assessed(&civil("1966-05-20", "2026-07-16", "1996-07-16", "voluntary", benefit, ""));
    let reduced = ask("reduced");
    // 30 years of service and 60 of age make 90, the number of 2026: a full pension at once.
    assert_eq!((code(&reduced), code(&ask("monthly"))), (Some("pension/benefit-not-open"), None));
    let younger = |benefit| assessed(&civil("1966-05-20", "2026-07-16", "1996-07-17", "voluntary", benefit, ""));
    // A day less is 29 whole years, though limits and scales count 360 months.
    let found = younger("monthly");
    assert_eq!((code(&found), found.credited.total()), (Some("pension/benefit-not-open"), 360));
    assert_eq!((found.average_pay, found.entitled_before), (44_000, false));
    let less = |benefit| assessed(&civil("1966-05-20", "2026-07-16", "1996-08-16", "voluntary", benefit, ""));
    let found = less("reduced");
    assert_eq!(
        (code(&found), found.starting.map(|s| (s.age, s.on, s.early_months))),
        (None, Some((Some(65), date!(2031 - 05 - 20), 59)))
    );
    assert_eq!(code(&less("monthly")), Some("pension/benefit-not-open"));
    assert_eq!((code(&less("deferred")), code(&less("half-deferred")), code(&less("lump"))), (None, None, None));
}

#[test]
fn a_ground_that_is_not_met_is_told_and_the_rest_is_still_said() {
    let found = assessed(&civil("1970-01-01", "2026-07-16", "2001-07-17", "voluntary", "lump", ""));
    assert_eq!((code(&found), found.served.total.months), (Some("pension/voluntary"), 299));
    let found = assessed(&civil("1970-01-01", "2026-07-16", "2001-07-16", "voluntary", "lump", ""));
    assert_eq!((code(&found), found.credited.total()), (None, 300));
    let barred = civil("1961-03-05", "2026-07-16", "1990-08-01", "mandatory", "lump", "barred = \"suspended\"");
    assert_eq!(code(&assessed(&barred)), Some("pension/not-accepted"));
    let late = civil("1961-03-05", "2026-07-16", "1990-08-01", "mandatory", "lump", "filed_on = 2026-07-16");
    assert_eq!(code(&assessed(&late)), Some("pension/filing"));
}

#[test]
fn the_month_the_new_scheme_began_in_is_not_broken_by_it() {
    let found = assessed(&civil("1960-01-01", "2018-07-16", "1993-07-17", "voluntary", "lump", ""));
    assert_eq!((found.served.total.months, found.served.total.days), (299, 29));
    let both = "service = [{ from = 1993-07-17, until = 2000-03-04, kind = \"civil\" }, { from = 2000-03-04, until = 2018-07-16, kind = \"military\" }]";
    let text = format!(
        "scheme = \"civil\"\nborn_on = 1960-01-01\neffective_on = 2018-07-16\nground = \"voluntary\"\nbenefit = \"lump\"\n{both}\n\
         pay = {{ last = {{ point = 590 }}, average = 40000 }}"
    );
    assert_eq!(assessed(&facts(&text)).served.total, found.served.total, "another post without a gap");
}

#[test]
fn what_does_not_count_is_left_out() {
    let found = |spell: &str| {
        let text = format!(
            "scheme = \"civil\"\nborn_on = 1961-03-05\neffective_on = 2026-07-16\nground = \"mandatory\"\nbenefit = \"lump\"\n\
             service = [{{ from = 2000-07-16, until = 2026-07-16, kind = \"civil\" }}, {{ from = 1990-01-01, until = 1992-01-01, {spell} }}]\n\
             pay = {{ last = {{ salary = 475 }}, average = 40000 }}"
        );
        let credited = assessed(&facts(&text)).credited;
        (credited.old, credited.new)
    };
    assert_eq!(found("kind = \"conscript\""), (24, 312));
    assert_eq!(found("kind = \"military\""), (24, 312));
    assert_eq!(found("kind = \"irregular\""), (0, 312));
    assert_eq!(found("kind = \"civil\", standing = \"paid-out\""), (0, 312));
    assert_eq!(found("kind = \"civil\", standing = \"suspended\""), (0, 312));
}

#[test]
fn teachers_follow_the_term_and_their_own_ages() {
    let ask = |effective_on: &str, post: &str, more: &str| {
        assessed(&facts(&format!(
            "scheme = \"teacher\"\npost = \"{post}\"\nborn_on = 1968-01-31\neffective_on = {effective_on}\nground = \"voluntary\"\n\
             benefit = \"monthly\"\nservice = [{{ from = 1998-08-01, until = {effective_on}, kind = \"teacher\" }}]\n\
             pay = {{ last = {{ salary = 625 }}, average = 50000 }}\n{more}"
        )))
    };
    let found = ask("2026-02-01", "teacher", "");
    assert_eq!((code(&found), found.starting.and_then(|starting| starting.age)), (None, Some(58)));
    assert_eq!(code(&ask("2026-03-01", "teacher", "")), Some("pension/term-day"));
    assert_eq!(code(&ask("2026-03-01", "teacher", "special_reason = true")), None);
    let staff = ask("2026-03-01", "staff", "");
    // 58 years and 27 of service make 85, beyond the 84 of 2026.
    assert_eq!((code(&staff), staff.starting.map(|starting| starting.early_months)), (None, Some(0)));
}

#[test]
fn a_teacher_entitled_before_the_act_has_no_starting_age() {
    let text = "scheme = \"teacher\"\npost = \"college\"\nborn_on = 1968-06-30\neffective_on = 2018-08-01\nground = \"voluntary\"\n\
                benefit = \"monthly\"\nservice = [{ from = 1993-07-01, until = 2018-08-01, kind = \"teacher\" }]\n\
                pay = { last = { salary = 625 } }";
    let found = assessed(&facts(text));
    assert_eq!((code(&found), found.entitled_before, found.average_pay), (None, true, 48_505));
}

#[test]
fn injured_on_duty_and_severed() {
    let injury = "injury = { cause = \"duty\", disability = \"half\" }";
    let found = assessed(&civil("1990-01-01", "2026-07-16", "2023-01-01", "ordered-injury", "lump", injury));
    assert_eq!((found.credited.total(), found.given_for.total()), (43, 60));
    assert_eq!((found.extra_bases, found.free_of_ceiling), (Rational::from_integer(5), true));
    let found =
        assessed(&civil("1990-01-01", "2026-07-16", "2023-01-01", "severance", "lump", "severance = \"unfit\""));
    assert_eq!(
        (code(&found), found.open.iter().collect::<Vec<_>>(), found.starting),
        (None, vec![Benefit::Lump], None)
    );
    let may_retire = civil("1961-01-01", "2026-07-16", "2000-01-01", "severance", "lump", "severance = \"abolished\"");
    assert_eq!(code(&assessed(&may_retire)), Some("pension/severance"));
}

#[test]
fn a_half_pension_by_injury_on_duty_raises_each_half_by_its_own_years() {
    let injury = "injury = { cause = \"duty\", disability = \"half\" }";
    let of = |benefit| assessed(&civil("1990-01-01", "2026-07-16", "2023-01-01", "ordered-injury", benefit, injury));
    let months = |found: Entitlement| (found.given_once.total(), found.given_for.total());
    assert_eq!([months(of("lump")), months(of("half")), months(of("monthly"))], [(60, 60), (60, 240), (240, 240)]);
    let once = |benefit| {
        let facts = civil("1990-01-01", "2026-07-16", "2023-01-01", "ordered-injury", benefit, injury);
        let estimate = crate::estimate::estimate(LAW.of(Scheme::Civil), &facts, facts.effective_on, &mut Silent);
        estimate.unwrap().once.new
    };
    // Five years are 7.5 bases of twice 44,000.
    assert_eq!((once("lump"), once("half")), (660_000, 330_000));
}

#[test]
fn preserved_service_leaves_nothing_to_survivors() {
    let more = "left_on = 2020-01-01\nother_sector_months = 120";
    let text = |ground: &str, benefit: &str| {
        format!(
            "scheme = \"civil\"\nborn_on = 1961-03-05\neffective_on = 2026-03-05\nground = \"{ground}\"\nbenefit = \"{benefit}\"\n\
             service = [{{ from = 2010-01-01, until = 2020-01-01, kind = \"civil\" }}]\npay = {{ last = {{ point = 590 }}, average = 40000 }}\n{more}"
        )
    };
    let found = assessed(&facts(&text("preserved", "lump")));
    assert_eq!((code(&found), found.survivors), (None, false));
    assert_eq!(code(&assessed(&facts(&text("preserved", "monthly")))), Some("pension/benefit-not-open"));
    assert_eq!(code(&assessed(&facts(&text("combined", "monthly")))), None);
}

#[test]
fn what_was_paid_before_takes_room_and_who_retired_before_the_act_has_a_decision() {
    let earlier = "earlier = [{ on = 2000-01-01, paid = { old = 264, new = 36 }, old_bases = \"44\" }]";
    let found = assessed(&civil("1961-03-05", "2026-07-16", "2005-07-16", "mandatory", "monthly", earlier));
    assert_eq!((found.paid.total(), found.credited.total()), (300, 180), "forty years in all");
    let decided = facts(
        "scheme = \"civil\"\nborn_on = 1950-01-01\neffective_on = 2010-01-16\nground = \"voluntary\"\nbenefit = \"monthly\"\n\
         credited = { old = 203, new = 174 }\npay = { last = { point = 590 } }",
    );
    let found = assess(LAW.of(Scheme::Civil), &decided, &mut Silent).unwrap();
    assert_eq!((found.average_pay, found.last_pay, found.credited.total()), (40_270, 40_270, 377));
    let without = Facts { credited: None, ..decided };
    assert!(matches!(assess(LAW.of(Scheme::Civil), &without, &mut Silent), Err(Stop::Refused(_))));
}

#[test]
fn private_schools_help_heads_and_teachers_to_retire_but_not_to_a_monthly_pension() {
    let ask = |post: &str, benefit: &str, private: u32| {
        let found = assessed(&facts(&format!(
            "scheme = \"teacher\"\npost = \"{post}\"\nborn_on = 1970-01-31\neffective_on = 2026-08-01\nground = \"voluntary\"\n\
             benefit = \"{benefit}\"\nservice = [{{ from = 2012-08-01, until = 2026-08-01, kind = \"teacher\" }}]\n\
             pay = {{ last = {{ salary = 625 }}, average = 50000 }}\nprivate_school_months = {private}"
        )));
        code(&found)
    };
    // Fourteen years at 56: with eleven more, twenty-five years.
    assert_eq!([ask("teacher", "lump", 131), ask("teacher", "lump", 132)], [Some("pension/voluntary"), None]);
    assert_eq!(ask("teacher", "deferred", 132), Some("pension/benefit-not-open"));
    assert_eq!(ask("staff", "lump", 132), Some("pension/voluntary"), "條例 7 names heads and teachers");
}

#[test]
fn preserved_service_has_the_average_pay_and_no_old_scale() {
    let ask = |from: &str, ground: &str, benefit: &str, others: u32| {
        assessed(&facts(&format!(
            "scheme = \"civil\"\nborn_on = 1961-03-05\neffective_on = 2026-03-05\nground = \"{ground}\"\nbenefit = \"{benefit}\"\n\
             service = [{{ from = {from}, until = 2019-01-01, kind = \"civil\" }}]\npay = {{ last = {{ point = 590 }}, average = 40000 }}\n\
             left_on = 2019-01-01\nother_sector_months = {others}"
        )))
    };
    // 57 years and 26 of service made 83 before the act, beyond the 82 of 2018.
    let old = ask("1991-07-01", "preserved", "monthly", 0);
    assert_eq!((code(&old), old.average_pay), (Some("pension/preserved-old-service"), 40_000));
    assert_eq!(code(&ask("1995-06-30", "combined", "monthly", 0)), Some("pension/preserved-old-service"));
    let new = ask("1995-07-01", "preserved", "monthly", 0);
    assert_eq!((code(&new), new.entitled_before, new.average_pay), (None, false, 40_000));
    assert_eq!(code(&ask("2010-01-01", "combined", "monthly", 72)), None, "nine years and six");
    assert_eq!(code(&ask("2010-01-01", "combined", "monthly", 71)), Some("pension/benefit-not-open"));
    assert_eq!(
        code(&ask("2010-01-01", "combined", "lump", 71)),
        Some("pension/benefit-not-open"),
        "86 II gives no lump sum"
    );
}

#[test]
fn what_was_decided_early_before_the_act_is_not_paid_in_full() {
    for (benefit, is_told) in [
        ("monthly", true),
        ("lump", true),
        ("half", true),
        ("deferred", false),
        ("reduced", false),
        ("half-deferred", false),
        ("half-reduced", false),
    ] {
        let decided = facts(&format!(
            "scheme = \"civil\"\nborn_on = 1960-01-01\neffective_on = 2016-01-16\nground = \"voluntary\"\nbenefit = \"{benefit}\"\n\
             credited = {{ old = 100, new = 240 }}\npay = {{ last = {{ point = 590 }} }}"
        ));
        match assess(LAW.of(Scheme::Civil), &decided, &mut Silent) {
            Ok(_) => assert!(is_told, "{benefit}"),
            Err(Stop::Refused(why)) => assert_eq!((why.code, is_told), ("pension/decided-early", false), "{benefit}"),
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn the_index_number_and_the_term_follow_the_paragraph_somebody_retires_under() {
    let early = |facts: &Facts| assessed(facts).starting.map(|starting| starting.early_months);
    // 59 and 24 in 2018 make 83, beyond 82: paragraph I, since paragraph III asks for twenty-five years.
    let indigenous = |from| {
        civil("1959-01-01", "2018-07-16", from, "indigenous", "lump", "indigenous = true\nentitled_before_act = false")
    };
    assert_eq!(early(&indigenous("1994-07-16")), Some(0));
    assert_ne!(early(&indigenous("1996-07-16")), Some(0), "59 and 22 make 81");
    let teacher = |effective_on: &str, from: &str| {
        facts(&format!(
            "scheme = \"teacher\"\npost = \"teacher\"\nborn_on = 1970-01-31\neffective_on = {effective_on}\nground = \"hazardous\"\n\
             hazardous = {{ voluntary_age = 55 }}\nbenefit = \"lump\"\nentitled_before_act = false\n\
             service = [{{ from = {from}, until = {effective_on}, kind = \"teacher\" }}]\npay = {{ last = {{ salary = 625 }}, average = 50000 }}"
        ))
    };
    // 56 and 28 make the 84 of 2026.
    assert_eq!(early(&teacher("2026-08-01", "1998-08-01")), Some(0));
    assert_ne!(early(&teacher("2026-08-01", "1998-08-02")), Some(0));
    assert_eq!(code(&assessed(&teacher("2026-08-02", "1998-08-01"))), Some("pension/term-day"));
}

#[test]
fn a_civil_servant_without_the_nationality_has_no_right() {
    let mut asked = civil("1961-03-05", "2026-07-16", "1996-08-01", "mandatory", "lump", "");
    asked.foreign = true;
    assert_eq!(code(&assessed(&asked)), Some("pension/no-nationality"));
}

fn spell(from: Date, until: Date) -> Spell {
    Spell { from, until, kind: crate::facts::ServiceKind::Civil, standing: Default::default(), contributed: None }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn more_service_never_credits_less(start in 0_i64..18_000, length in 40_i64..2_000, gap in 1_i64..300, more in 1_i64..40, lump: bool) {
        let mut facts = civil("1950-01-01", "2026-07-16", "1996-07-16", "voluntary", "lump", "");
        facts.benefit = if lump { Benefit::Lump } else { Benefit::Monthly };
        let from = date!(1966 - 01 - 01) + Duration::days(start);
        let until = (from + Duration::days(length)).min(facts.effective_on);
        let credited = |facts: &Facts| {
            let found = assess(LAW.of(Scheme::Civil), facts, &mut Silent).unwrap();
            (found.credited.total(), found.served.total)
        };
        facts.service = vec![spell(from, until)];
        let (months, _) = credited(&facts);
        prop_assert!(months <= 504);
        let longer = spell(from - Duration::days(more), until);
        facts.service = vec![longer];
        prop_assert!(credited(&facts).0 >= months);
        let before = from - Duration::days(gap);
        facts.service = vec![spell(from, until), spell(before - Duration::days(more), before)];
        prop_assert!(credited(&facts).0 >= months);
    }
}

const GROUNDS: [Ground; 11] = [
    Ground::Voluntary,
    Ground::Ill,
    Ground::Hazardous,
    Ground::Indigenous,
    Ground::Downsizing,
    Ground::Mandatory,
    Ground::Ordered,
    Ground::OrderedInjury,
    Ground::Severance,
    Ground::Preserved,
    Ground::Combined,
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Facts of whatever kind are either told to be wrong or answered: within the limits, and with a kind that is open or a reason.
    #[test]
    fn any_facts_are_refused_or_answered(
        born in -20_000_i64..12_000, served_for in 0_i64..25_000, old in 0_u32..700, new in 0_u32..700, paid in 0_u32..900,
        others in 0_u32..900, ground in 0_usize..11, kind in 0_usize..7, teacher: bool, stated: bool, by_spell: bool,
    ) {
        let mut facts = civil("1950-01-01", "2026-07-16", "1996-07-16", "voluntary", "lump", "");
        if teacher {
            (facts.scheme, facts.post) = (Scheme::Teacher, crate::facts::Post::College);
        }
        facts.born_on = date!(1970 - 01 - 01) + Duration::days(born);
        facts.effective_on = facts.born_on + Duration::days(served_for);
        (facts.ground, facts.benefit) = (GROUNDS[ground], Benefit::ALL[kind]);
        (facts.other_sector_months, facts.private_school_months) = (others, others);
        facts.entitled_before_act = stated.then_some(false);
        facts.left_on = Some(facts.effective_on);
        facts.hazardous = Some(Hazardous { voluntary_age: paid, mandatory_age: Some(paid) });
        facts.earlier = vec![crate::facts::Earlier {
            on: facts.born_on,
            paid: Months { old: paid, new: 1 },
            old_bases: None,
            worker: false, income: None, last_pay: None
        }];
        match by_spell {
            true => facts.service = vec![spell(facts.born_on + Duration::days(6_000), facts.effective_on)],
            false => (facts.service, facts.credited) = (Vec::new(), Some(Months { old, new })),
        }
        let law = LAW.of(facts.scheme);
        let problems = facts.check(law).unwrap();
        if let Ok(found) = assess(law, &facts, &mut Steps::default()) && problems.is_empty() {
            prop_assert!(found.credited.total() <= 504);
            prop_assert!(found.refusal.is_some() || found.open.has(facts.benefit));
            prop_assert!(found.starting.is_none_or(|starting| starting.on >= facts.effective_on));
        }
    }
}
