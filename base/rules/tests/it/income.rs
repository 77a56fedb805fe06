//! The monthly income, put together.

use std::sync::LazyLock;

use proptest::prelude::*;
use rules::{
    Law, Scheme, SchemeLaw, Silent, Steps, Stop,
    facts::Level,
    income::{self, Facts, Income, Payer},
    s0080034::{a028_old_scheme, a029_new_scheme, a037_replacement_rate},
};
use statute::{Edition, Rational, Readings};
use time::{Date, Duration, macros::date};

const TODAY: Date = date!(2026 - 11 - 23);

static NOW: LazyLock<Law> = LazyLock::new(|| Law::on(TODAY).unwrap());
static BEFORE: LazyLock<Law> = LazyLock::new(|| Law::on(date!(2025 - 12 - 27)).unwrap());

fn reading(choice: &str) -> Law {
    let readings = Readings::default().choose(choice).unwrap();
    Law::of_edition(Edition { readings, ..Edition::of(TODAY) }).unwrap()
}

fn whole() -> Rational {
    Rational::from_integer(1)
}

/// A teacher of 33 years who retired before the act, with the figures of the press example ST01-ST08.
fn teacher() -> Facts {
    Facts {
        retired_on: date!(2017 - 08 - 01),
        starts_on: date!(2017 - 08 - 01),
        months: 33 * 12,
        last_pay: 48_505,
        police_pay: None,
        part: whole(),
        reduced: false,
        compensation: 0,
        old: 38_279,
        new: 31_044,
        annuity: 0,
        insurance_deposit: 1_000_000,
        lump_deposit: 0,
        free_of_ceiling: false,
        earlier: None,
    }
}

fn on(law: &SchemeLaw, facts: &Facts, day: Date) -> Income {
    income::on(law, facts, day, &mut Silent).unwrap()
}

fn paid(income: &Income) -> [i64; 4] {
    [Payer::Bank, Payer::OldScheme, Payer::Fund, Payer::Insurer].map(|payer| income.paid_by(payer))
}

#[test]
fn the_published_example_and_what_became_of_it() {
    let law = NOW.of(Scheme::Teacher);
    for (day, expected) in [
        (date!(2018 - 07 - 01), [525, 38_279, 31_044, 0]),
        (date!(2019 - 12 - 31), [525, 38_279, 31_044, 0]),
        (date!(2020 - 01 - 01), [0, 37_349, 31_044, 0]),
        (date!(2021 - 01 - 01), [0, 35_893, 31_044, 0]),
        (date!(2022 - 06 - 30), [0, 34_438, 31_044, 0]),
        (date!(2022 - 07 - 01), [0, 34_438 + 689, 31_044 + 621, 0]),
        (date!(2023 - 01 - 01), [0, 32_983 + 660, 31_044 + 621, 0]),
        (date!(2024 - 01 - 01), [0, 31_528 + 1918, 31_044 + 1888, 0]),
        (date!(2025 - 12 - 27), [0, 30_073 + 1829, 31_044 + 1888, 0]),
        (date!(2025 - 12 - 28), [0, 32_983 + 2006, 31_044 + 1888, 0]),
        (date!(2040 - 01 - 01), [0, 32_983 + 2006, 31_044 + 1888, 0]),
    ] {
        let income = on(law, &teacher(), day);
        assert_eq!(paid(&income), expected, "{day}");
        assert_eq!(income.total(), expected.iter().sum::<i64>(), "{day}");
    }
    assert_eq!(on(law, &teacher(), date!(2018 - 07 - 01)).deposit.principal, 70_000);
    let before = on(BEFORE.of(Scheme::Teacher), &teacher(), date!(2026 - 01 - 01));
    assert_eq!(paid(&before), [0, 28_618 + 1741, 31_044 + 1888, 0]);
}

#[test]
fn a_raise_in_dollars_goes_on_where_the_reading_says_so() {
    let law = reading("price-step-later/amount");
    let law = law.of(Scheme::Teacher);
    let at = |day| on(law, &teacher(), day);
    assert_eq!(at(date!(2022 - 07 - 01)).raise_old, 689);
    assert_eq!(at(date!(2023 - 01 - 01)).raise_old, 689, "the amount fell, the raise of 2022 goes on");
    assert_eq!(at(date!(2024 - 01 - 01)).raise_old, 689 + 1289, "4 % of 31,528 + 689");
    let law = reading("price-step-base/pay-part-only");
    let at = |day| on(law.of(Scheme::Teacher), &teacher(), day);
    assert_eq!(at(date!(2022 - 07 - 01)).raise_old, 671, "2 % of 34,438 − 930");
}

#[test]
fn the_line_has_the_days_on_which_the_income_changes() {
    let line = income::line(NOW.of(Scheme::Teacher), &teacher(), date!(2040 - 12 - 31)).unwrap();
    let days: Vec<String> = line.iter().map(|income| income.paid_for.to_string()).collect();
    let expected = [
        "2018-07-01",
        "2020-01-01",
        "2021-01-01",
        "2022-01-01",
        "2022-07-01",
        "2023-01-01",
        "2024-01-01",
        "2025-01-01",
        "2025-12-28",
    ];
    assert_eq!(days, expected);
    let before = income::line(BEFORE.of(Scheme::Teacher), &teacher(), date!(2040 - 12 - 31)).unwrap();
    assert_eq!(before.last().unwrap().paid_for, date!(2029 - 01 - 01));
}

#[test]
fn payers_go_on_by_the_old_columns_until_a_pension_is_assessed_anew() {
    let day = date!(2026 - 03 - 01);
    let meanwhile = income::until_reassessed(&NOW).unwrap().unwrap();
    let (due, paid) =
        (on(NOW.of(Scheme::Teacher), &teacher(), day), on(meanwhile.of(Scheme::Teacher), &teacher(), day));
    assert_eq!((due.total(), paid.total()), (67_921, 63_291));
    assert!(income::until_reassessed(&BEFORE).unwrap().is_none(), "the law of the day before knows no freeze");
}

/// Little old-scheme pension and a deposit, retired before the act.
fn small(deposit: i64) -> Facts {
    Facts { months: 180, last_pay: 20_000, old: 15_930, new: 0, insurance_deposit: deposit, ..teacher() }
}

#[test]
fn the_guaranteed_minimum_holds_and_what_was_below_it_stays() {
    let law = NOW.of(Scheme::Civil);
    for day in [date!(2018 - 07 - 01), date!(2021 - 01 - 01)] {
        let below = on(law, &small(800_000), day);
        assert_eq!((below.parts.interest, below.deposit.principal), (12_000, 800_000), "original 27,930");
        let at = on(law, &small(1_147_333), day);
        assert_eq!((at.total(), at.deposit.principal), (33_140, 1_147_333), "original 33,140");
        let above = on(law, &small(2_000_000), day);
        assert_eq!((above.total(), above.deposit.principal), (33_140, 1_147_333), "original 45,930");
        assert_eq!(above.floor, Some(33_140));
    }
    let rich = Facts { old: 34_000, insurance_deposit: 0, ..small(0) };
    let income = on(law, &rich, date!(2021 - 01 - 01));
    assert_eq!((income.ceiling, income.total()), (Some(16_800), 33_140), "the pension is not cut below the minimum");
}

#[test]
fn an_unknown_minimum_is_told() {
    let law = NOW.of(Scheme::Civil);
    let facts = Facts { retired_on: date!(2024 - 01 - 16), starts_on: date!(2024 - 01 - 16), ..teacher() };
    let income = on(law, &facts, date!(2024 - 02 - 01));
    assert!(income.missing.unwrap().to_string().contains("floor-allowance"));
    let lump = Facts { part: Rational::from_integer(0), old: 0, new: 0, lump_deposit: 1_000_000, ..facts };
    let stop = income::on(law, &lump, date!(2024 - 02 - 01), &mut Silent);
    assert!(matches!(stop, Err(Stop::Missing(_))), "{stop:?}");
}

#[test]
fn deposits_fill_the_income_up_to_the_last_column() {
    let facts = Facts { months: 360, last_pay: 50_000, old: 0, new: 40_000, insurance_deposit: 2_000_000, ..teacher() };
    let law = NOW.of(Scheme::Civil);
    let income = on(law, &facts, date!(2021 - 01 - 01));
    assert_eq!((income.parts.interest, income.deposit.principal), (12_500, 833_333));
    assert_eq!(on(law, &facts, date!(2020 - 12 - 31)).parts.interest, 15_000, "9 % is more than the gap");
    let reduced = Facts { reduced: true, ..facts };
    assert_eq!(on(law, &reduced, date!(2021 - 01 - 01)).parts.interest, 0);
    let little = Facts { insurance_deposit: 500_000, ..facts };
    let income = on(law, &little, date!(2021 - 01 - 01));
    assert_eq!((income.parts.interest, income.deposit.principal), (7500, 500_000), "the original income was below");
    let frozen = reading("last-column/frozen");
    let at = |day| on(frozen.of(Scheme::Civil), &facts, day).parts.interest;
    assert_eq!((at(date!(2025 - 12 - 27)), at(date!(2025 - 12 - 28))), (12_500, 21_500));
}

#[test]
fn a_lump_sum_has_its_two_tiers_and_its_ceiling() {
    let facts = Facts {
        months: 300,
        part: Rational::from_integer(0),
        old: 0,
        new: 0,
        insurance_deposit: 1_500_000,
        lump_deposit: 2_000_000,
        ..teacher()
    };
    let law = NOW.of(Scheme::Civil);
    for (day, excess) in [
        (date!(2018 - 07 - 01), 12_907),
        (date!(2020 - 12 - 31), 12_907),
        (date!(2021 - 01 - 01), 10_756),
        (date!(2022 - 12 - 31), 10_756),
        (date!(2023 - 01 - 01), 8604),
        (date!(2024 - 12 - 31), 8604),
        (date!(2025 - 01 - 01), 6453),
    ] {
        let income = on(law, &facts, day);
        assert_eq!(income.total(), 33_140 + excess, "{day}");
        assert_eq!(income.lump.base.principal, 2_209_333);
    }
    let poor = Facts { last_pay: 35_000, ..facts };
    let income = on(law, &poor, date!(2018 - 07 - 01));
    assert_eq!((income.ceiling, income.total()), (Some(42_000), 42_000));
    assert_eq!(income.lump.excess.principal, 886_000, "8,860 at 12 %");
    let poorest = Facts { last_pay: 20_000, ..facts };
    assert_eq!(on(law, &poorest, date!(2018 - 07 - 01)).total(), 33_140, "not below the minimum");
}

#[test]
fn a_deferred_pension_is_counted_before_it_is_paid() {
    let starts_on = date!(2023 - 02 - 01);
    let facts = Facts { retired_on: date!(2019 - 08 - 01), starts_on, ..teacher() };
    let law = NOW.of(Scheme::Teacher);
    let income = on(law, &facts, date!(2019 - 09 - 01));
    assert_eq!(paid(&income), [525, 0, 0, 0], "the interest is cut as if the pension were drawn");
    assert_eq!(on(law, &facts, date!(2023 - 01 - 31)).total(), 0);
    assert_eq!(paid(&on(law, &facts, starts_on)), [0, 32_983 + 660, 31_044 + 621, 0], "with the step made meanwhile");
    let too_early = income::on(law, &facts, date!(2019 - 07 - 31), &mut Silent);
    assert!(matches!(too_early, Err(Stop::Refused(refusal)) if refusal.code == "pension/not-retired"));
}

#[test]
fn police_have_their_own_ceiling_from_its_day() {
    let facts = Facts { police_pay: Some(Level::Point(710)), months: 300, ..teacher() };
    let law = NOW.of(Scheme::Civil);
    let ceiling = |day| on(law, &facts, day).ceiling.unwrap();
    assert_eq!(ceiling(date!(2025 - 04 - 26)), 49_476, "51 % of 97,010");
    assert_eq!(ceiling(date!(2025 - 04 - 27)), 65_805, "60.75 % of 108,320");
}

#[test]
fn the_steps_tell_the_whole_way() {
    let mut steps = Steps::default();
    let income = income::on(NOW.of(Scheme::Teacher), &teacher(), date!(2018 - 07 - 01), &mut steps).unwrap();
    let rules: Vec<_> = steps.0.iter().map(|step| step.rule.id).collect();
    for rule in ["s0080034/a036_deposit_monthly", "s0080034/a037_replacement_rate", "s0080034/a039_order_of_cuts"] {
        assert!(rules.contains(&rule), "{rule}");
    }
    assert_eq!(steps.0.last().unwrap().outcome, rules::Quantity::Money(income.total()));
}

fn anybody() -> impl Strategy<Value = Facts> {
    let amounts = (10_000_i64..65_000, 0_i64..60_000, 0_i64..60_000, 0_i64..8000, 0_i64..3_000_000, 0_i64..4_000_000);
    (0_i64..5000, 0_u32..=480, amounts, 0_i64..3, any::<bool>(), any::<bool>()).prop_map(
        |(days, months, (last_pay, old, new, compensation, insurance, lump), part, reduced, police)| {
            let retired_on = date!(2012 - 01 - 16) + Duration::days(days);
            let part = Rational::new(part, 2);
            let monthly = part > Rational::from_integer(0);
            let drawn = |amount| if monthly { amount } else { 0 };
            Facts {
                retired_on,
                starts_on: retired_on,
                months,
                last_pay,
                police_pay: police.then_some(Level::Amount(last_pay)),
                part,
                reduced,
                compensation: drawn(compensation),
                old: drawn(old),
                new: drawn(new),
                annuity: 0,
                insurance_deposit: insurance,
                lump_deposit: if part == whole() { 0 } else { lump },
                free_of_ceiling: false,
                earlier: None,
            }
        },
    )
}

/// As much of an income as it would be without any limit.
fn unlimited(facts: &Facts) -> i64 {
    let deposits = facts.insurance_deposit + facts.lump_deposit;
    facts.old + facts.new + facts.compensation + facts.annuity + deposits * 18 / 100 / 12 + 3
}

proptest! {
    #[test]
    fn no_limit_raises_an_income(facts in anybody(), days in 0_i64..5000) {
        let day = facts.retired_on.max(date!(2018 - 07 - 01)) + Duration::days(days);
        for law in [&*NOW, &*BEFORE] {
            let Ok(income) = income::on(law.of(Scheme::Civil), &facts, day, &mut Silent) else { continue };
            prop_assert!(income.parts.total() <= unlimited(&facts));
            prop_assert!(income.parts.old <= facts.old && income.parts.new <= facts.new);
            let limit = income.ceiling.unwrap().max(income.floor.unwrap_or(0));
            prop_assert!(income.parts.total() <= limit + 1, "{income:?}");
            prop_assert_eq!(income.total(), Payer::ALL.iter().map(|payer| income.paid_by(*payer)).sum::<i64>());
            prop_assert!(Payer::ALL.iter().all(|payer| income.paid_by(*payer) >= 0));
        }
    }

    #[test]
    fn the_freeze_lowers_nobody(facts in anybody(), days in 0_i64..2000) {
        let day = facts.retired_on.max(date!(2025 - 12 - 28)) + Duration::days(days);
        let of = |law: &Law| income::on(law.of(Scheme::Teacher), &facts, day, &mut Silent);
        if let (Ok(now), Ok(before)) = (of(&NOW), of(&BEFORE)) {
            prop_assert!(now.total() >= before.total());
        }
    }

    // Beyond thirty-five years in all, an old-scheme month more takes a new-scheme month's full percentage away: whoever has so
    // many chooses which to drop (Article 14). Service still to come is new-scheme service.
    #[test]
    fn more_service_never_lowers_a_pension(old in 0_u32..360, new in 0_u32..240, more_old in any::<bool>(), pay in 10_000_i64..65_000, teacher in any::<bool>()) {
        let law = NOW.of(if teacher { Scheme::Teacher } else { Scheme::Civil });
        let day = date!(2023 - 02 - 01);
        let income = |old: u32, new: u32| {
            let credited = a029_new_scheme::Credited { old, new };
            let facts = Facts {
                retired_on: day,
                starts_on: day,
                months: old + new,
                last_pay: pay,
                old: a028_old_scheme::monthly(law, (pay, old, whole()), day, &mut Silent).unwrap(),
                new: a029_new_scheme::monthly(law, (pay, credited, whole()), day, &mut Silent).unwrap(),
                ..super::income::teacher()
            };
            on(law, &facts, day).total()
        };
        let may_be_old = more_old && old + new < 420;
        let (more, less) = (if may_be_old { income(old + 1, new) } else { income(old, new + 1) }, income(old, new));
        prop_assert!(more >= less, "{less} became {more}");
    }

    #[test]
    fn more_service_never_lowers_the_ceiling(months in 0_u32..600, day in 0_i64..5000) {
        let paid_for = date!(2018 - 07 - 01) + Duration::days(day);
        let retired_on = paid_for;
        let rate = |months| {
            let facts = a037_replacement_rate::Facts { months, retired_on, paid_for };
            a037_replacement_rate::rate(NOW.of(Scheme::Civil), facts, &mut Silent).unwrap()
        };
        prop_assert!(rate(months + 1) >= rate(months));
    }
}
