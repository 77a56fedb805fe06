//! The income over the years as a picture: what each payer pays, one on the other, and the ceiling. Drawn in whole units, so that it is the same everywhere.

use kernel::Lang;
use rules::income::{Income, Payer};
use time::Date;
use webkit::Page;

/// The picture and the field in it, in units of the picture.
pub const WIDTH: i64 = 4000;
/// Height of the picture.
pub const HEIGHT: i64 = 2500;
const LEFT: i64 = 620;
const RIGHT: i64 = 3920;
const TOP: i64 = 120;
const BOTTOM: i64 = 2220;
/// Most marks on each axis.
const MARKS_MAX: i64 = 6;

/// A picture ready to print.
#[derive(Clone)]
pub struct Chart {
    /// What each payer pays, the lowest first: class of its colour, name, outline.
    pub areas: Vec<(&'static str, kernel::Text, String)>,
    /// The ceiling as a line; none if nothing is bounded.
    pub ceiling: Option<String>,
    /// Heights with an amount.
    pub amounts: Vec<(i64, String)>,
    /// Places with a year.
    pub years: Vec<(i64, String)>,
}

/// What a payer is called.
pub fn payer(payer: Payer) -> (&'static str, kernel::Text) {
    match payer {
        Payer::OldScheme => ("old", kernel::Text::new("舊制年資", "old scheme")),
        Payer::Fund => ("fund", kernel::Text::new("新制年資", "pension fund")),
        Payer::Bank => ("bank", kernel::Text::new("優存利息", "interest")),
        Payer::Insurer => ("insurer", kernel::Text::new("公保年金", "annuity")),
    }
}

/// The order in which payers stand one on the other.
pub const PAYERS: [Payer; 4] = [Payer::OldScheme, Payer::Fund, Payer::Insurer, Payer::Bank];

/// Draws an income until a day; `None` if nothing is paid monthly.
pub fn draw(page: &Page, line: &[Income], until: Date) -> Option<Chart> {
    let from = line.first()?.paid_for;
    let most = line.iter().map(|income| income.total().max(bound(income))).max()?;
    if line.iter().all(|income| income.total() == 0) || until <= from {
        return None;
    }
    let step = nice(most);
    let top = (most + step - 1) / step * step;
    let days = (until - from).whole_days();
    let x = |day: Date| LEFT + (day.min(until) - from).whole_days() * (RIGHT - LEFT) / days;
    let y = |amount: i64| BOTTOM - amount * (BOTTOM - TOP) / top;
    // Each stretch ends where the next begins; a change is a step.
    let ends = line.iter().skip(1).map(|income| income.paid_for).chain([until]);
    let stretches: Vec<(i64, i64, &Income)> =
        line.iter().zip(ends).map(|(income, end)| (x(income.paid_for), x(end), income)).collect();
    let stair = |height: &dyn Fn(&Income) -> i64| -> Vec<(i64, i64)> {
        stretches
            .iter()
            .flat_map(|(start, end, income)| [(*start, y(height(income))), (*end, y(height(income)))])
            .collect()
    };
    let mut areas = Vec::new();
    for (at, who) in PAYERS.into_iter().enumerate() {
        if line.iter().all(|income| income.paid_by(who) == 0) {
            continue;
        }
        let upto =
            |count: usize| move |income: &Income| PAYERS[..count].iter().map(|payer| income.paid_by(*payer)).sum();
        let (class, name) = payer(who);
        let below = stair(&upto(at)).into_iter().rev();
        areas.push((class, name, format!("{}Z", path(stair(&upto(at + 1)).into_iter().chain(below)))));
    }
    let is_bounded = line.iter().any(|income| bound(income) > 0);
    Some(Chart {
        areas,
        ceiling: is_bounded.then(|| path(stair(&bound).into_iter())),
        amounts: (0..=top / step).map(|at| (y(at * step), page.number(at * step))).collect(),
        years: years(page, from, until).into_iter().map(|(day, name)| (x(day), name)).collect(),
    })
}

/// The ceiling of an income, if one holds.
pub fn ceiling(income: &Income) -> Option<i64> {
    income.ceiling.filter(|ceiling| *ceiling > 0)
}

/// Its height in the picture.
fn bound(income: &Income) -> i64 {
    ceiling(income).unwrap_or(0)
}

fn path(points: impl Iterator<Item = (i64, i64)>) -> String {
    points.enumerate().map(|(at, (x, y))| format!("{}{x} {y}", if at == 0 { 'M' } else { 'L' })).collect()
}

/// A round step that leaves few marks.
fn nice(most: i64) -> i64 {
    let steps = (0..12).flat_map(|power| [1, 2, 5].map(|digit| digit * 10_i64.pow(power)));
    steps.into_iter().find(|step| most <= step * MARKS_MAX).unwrap_or(most.max(1))
}

/// New year's days with the year as the reader counts it.
fn years(page: &Page, from: Date, until: Date) -> Vec<(Date, String)> {
    let span = i64::from(until.year() - from.year());
    let every = i32::try_from((span / MARKS_MAX).max(1)).unwrap_or(1);
    let days = (from.year() + 1..=until.year()).filter(|year| (year - from.year() - 1) % every == 0);
    let days = days.filter_map(|year| Date::from_ordinal_date(year, 1).ok());
    days.map(|day| {
        let year = match page.lang {
            Lang::Zh => kernel::roc::year(day).to_string(),
            Lang::En => day.year().to_string(),
        };
        (day, year)
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn marks_are_round_and_few() {
        for (most, step) in [(1, 1), (7, 2), (60_000, 10_000), (68_393, 20_000), (500_000, 100_000)] {
            assert_eq!(nice(most), step, "{most}");
        }
    }

    #[test]
    fn years_are_counted_as_the_reader_counts() {
        let site = webkit::test_site();
        let zh = years(&Page::plain(&site, Lang::Zh, "/"), date!(2026 - 07 - 16), date!(2030 - 07 - 16));
        assert_eq!(zh.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>(), ["116", "117", "118", "119"]);
        let long = years(&Page::plain(&site, Lang::En, "/"), date!(2026 - 07 - 16), date!(2051 - 07 - 16));
        assert_eq!(long.len(), 7);
        assert_eq!(long[0].1, "2027");
    }

    #[test]
    fn nothing_monthly_is_no_picture() {
        assert!(draw(&Page::plain(&webkit::test_site(), Lang::Zh, "/"), &[], date!(2030 - 01 - 01)).is_none());
    }
}
