//! An invented national population for reform runs: `cargo run -p testkit --example population -- 480000 700000 > population.csv`.
//!
//! Pensioners first, then people who serve and will retire. Every figure is drawn; only the sizes resemble the country. One pair of
//! sizes gives one file, byte for byte. Columns: docs/pension-population.md.

use std::{
    env,
    io::{self, BufWriter, Write},
    process::ExitCode,
};

use kernel::{Random, SeededRandom};
use time::{Date, Duration, Month};

const HEADINGS: &str = "person,scheme,post,born_on,retired_on,paid_until,draws,early_months,old_months,new_months,average_pay,last_pay,principal";

/// Last day before the new scheme: service up to it is old.
const NEW_SCHEME: [(&str, (i32, Month)); 2] = [("civil", (1995, Month::July)), ("teacher", (1996, Month::February))];

/// The pay table by points: point, then a column for each year of a raise, the first of them from before the act.
const PAY_TABLE: &str = include_str!("../../law/pay-table/points.csv");

/// The year in which everybody of the first list has retired and nobody of the second.
const TODAY: i32 = 2026;

struct Dice(SeededRandom);

impl Dice {
    /// One of `from..until`.
    fn between(&mut self, from: i64, until: i64) -> i64 {
        let mut bytes = [0; 8];
        self.0.fill(&mut bytes);
        let span = u64::try_from(until - from).expect("the bounds ascend");
        from + i64::try_from(u64::from_be_bytes(bytes) % span).expect("less than the span")
    }

    fn one_of<T: Copy>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.between(0, list.len() as i64)).expect("an index")]
    }

    fn one_in(&mut self, n: i64) -> bool {
        self.between(0, n) == 0
    }

    fn month(&mut self) -> Month {
        Month::try_from(u8::try_from(self.between(1, 13)).expect("a month")).expect("a month")
    }
}

fn first_of(year: i32, month: Month) -> Date {
    Date::from_calendar_date(year, month, 1).expect("every month has a first day")
}

fn months_between(from: Date, until: Date) -> i64 {
    let months = |day: Date| i64::from(day.year()) * 12 + i64::from(u8::from(day.month()));
    (months(until) - months(from)).max(0)
}

/// The most that a point of the pay table is worth in a year, up to an amount: the ceiling of police follows the table.
fn pay_of_a_point(year: i32, most: i64) -> i64 {
    let column = [2018, 2022, 2024, 2025].iter().filter(|first| **first <= year).count().max(1) + 1;
    let worth = PAY_TABLE.lines().skip(1).filter_map(|line| line.split(',').nth(column)?.parse().ok());
    worth.filter(|pay| *pay <= most).max().unwrap_or(most)
}

/// One person; `retires` bounds the year of retirement.
fn row(dice: &mut Dice, number: u64, retires: (i32, i32)) -> String {
    let (scheme, (year, month)) = if dice.one_in(3) { NEW_SCHEME[1] } else { NEW_SCHEME[0] };
    let post = if scheme == "civil" && dice.one_in(6) { "police" } else { "general" };
    let year_retired = i32::try_from(dice.between(i64::from(retires.0), i64::from(retires.1))).expect("a year");
    let retired_on = match scheme {
        "teacher" => first_of(year_retired, dice.one_of(&[Month::February, Month::August])),
        _ => first_of(year_retired, dice.month()),
    };
    let age = dice.between(53, 66);
    let born_on = first_of(year_retired - i32::try_from(age).expect("an age"), dice.month());
    let served = dice.between(15 * 12, 40 * 12 + 1);
    let since_new = months_between(first_of(year, month), retired_on);
    let new = served.min(since_new);
    let old = (served - new).min(30 * 12);
    let draws = dice.one_of(&["monthly", "monthly", "monthly", "monthly", "monthly", "monthly", "half", "lump"]);
    let early = if dice.one_in(12) { dice.between(1, 61) } else { 0 };
    let pay = dice.between(2_200, 5_600) * 10;
    let last_pay = if post == "police" { pay_of_a_point(year_retired, pay) } else { pay };
    let average_pay = if year_retired < 2018 { last_pay } else { last_pay * dice.between(85, 101) / 100 };
    let principal = if old == 0 { 0 } else { last_pay * old.min(240) / 12 * 18 / 10 };
    let until =
        first_of((born_on.year() + i32::try_from(dice.between(72, 101)).expect("an age")).max(TODAY + 1), dice.month());
    let until = until.max(retired_on + Duration::days(365)).replace_day(1).expect("every month has a first day");
    format!(
        "{number},{scheme},{post},{born_on},{retired_on},{until},{draws},{early},{old},{new},{average_pay},{last_pay},{principal}"
    )
}

fn write(sizes: [u64; 2]) -> io::Result<()> {
    let mut dice = Dice(SeededRandom::new(20_261_123));
    let mut out = BufWriter::new(io::stdout().lock());
    writeln!(out, "{HEADINGS}")?;
    let [pensioners, serving] = sizes;
    for number in 0..pensioners {
        writeln!(out, "{}", row(&mut dice, number, (2000, TODAY)))?;
    }
    for number in pensioners..pensioners + serving {
        writeln!(out, "{}", row(&mut dice, number, (TODAY + 1, TODAY + 30)))?;
    }
    out.flush()
}

fn main() -> ExitCode {
    let sizes: Vec<u64> = env::args().skip(1).filter_map(|size| size.parse().ok()).collect();
    let [pensioners, serving] = sizes[..] else {
        eprintln!("how many pensioners and how many people who serve: two numbers");
        return ExitCode::from(2);
    };
    match write([pensioners, serving]) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("cannot write the population: {fault}");
            ExitCode::FAILURE
        }
    }
}
