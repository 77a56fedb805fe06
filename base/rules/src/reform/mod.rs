//! A changed law over a whole population: what is paid each year before and after, who gains and who loses.
//!
//! Person by person and exact; the order of the people does not matter, so that parts of a population can be calculated apart and added.
//! Nothing is assumed of the future but what the population says: no mortality, no growth of pay, no further price step.

mod member;
mod totals;

use kernel::Refusal;
use time::{Date, Month};

pub use self::{
    member::{COLUMNS, Member},
    totals::{Totals, YearTotals},
};
use crate::{
    Law, Scheme, SchemeLaw, Silent, Stop,
    facts::{Benefit, Level},
    income::{self, Facts},
    s0080034::{a004_floor, a026_kinds, a028_old_scheme, a029_new_scheme, a031_early_reduction},
};

/// Two laws over the same years, ready for many people.
#[derive(Debug)]
pub struct Reform {
    before: Side,
    after: Side,
    /// First year.
    first: i32,
    /// How many years.
    years: usize,
}

/// One law with the days on which what is paid may change.
#[derive(Debug)]
struct Side {
    law: Law,
    civil: Vec<Date>,
    police: Vec<Date>,
    teacher: Vec<Date>,
}

/// What one person is paid in each year, NT dollars.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Compared {
    /// Months paid in each year.
    pub months: Vec<u32>,
    /// By the law before.
    pub before: Vec<i64>,
    /// By the law after.
    pub after: Vec<i64>,
}

impl Compared {
    /// What the change brings over all years.
    pub fn gain(&self) -> i64 {
        self.after.iter().sum::<i64>() - self.before.iter().sum::<i64>()
    }
}

impl Reform {
    /// Two laws over so many years from a first.
    pub fn new(before: Law, after: Law, first: i32, years: usize) -> Self {
        let until = january(first.saturating_add(i32::try_from(years).unwrap_or(i32::MAX)));
        Self { before: Side::new(before, until), after: Side::new(after, until), first, years }
    }

    /// First year and how many.
    pub fn span(&self) -> (i32, usize) {
        (self.first, self.years)
    }

    /// What one person is paid by both laws. A month counts for whoever draws on its first day.
    ///
    /// # Errors
    /// The facts contradict the law, or a value that is needed is not known.
    pub fn compare(&self, member: &Member) -> Result<Compared, Stop> {
        let mut months = vec![0; self.years];
        let before = self.paid(&self.before, member, |at, count| months[at] += count)?;
        let after = self.paid(&self.after, member, |_, _| ())?;
        Ok(Compared { months, before, after })
    }

    fn paid(&self, side: &Side, member: &Member, mut counted: impl FnMut(usize, u32)) -> Result<Vec<i64>, Stop> {
        let law = side.law.of(member.scheme);
        let facts = member.facts(law)?;
        let mut paid = vec![0; self.years];
        let end = member.paid_until.min(january(self.first + i32::try_from(self.years).unwrap_or(0)));
        let mut from = facts.starts_on.max(a004_floor::pay_standard_on(law, facts.retired_on)).max(january(self.first));
        let days = side.days(member);
        let mut next = days.partition_point(|day| *day <= from);
        while from < end {
            let until = days.get(next).map_or(end, |day| (*day).min(end));
            let income = income::on(law, &facts, from, &mut Silent)?.total();
            self.spread((from, until), |at, count| {
                paid[at] += income * i64::from(count);
                counted(at, count);
            });
            (from, next) = (until, next + 1);
        }
        Ok(paid)
    }

    /// The first days of months in `from..until`, by year.
    fn spread(&self, (from, until): (Date, Date), mut counted: impl FnMut(usize, u32)) {
        let ordinal = |day: Date| {
            let begun = i32::from(day.day() > 1);
            day.year() * kernel::calendar::MONTHS_A_YEAR.cast_signed() + i32::from(u8::from(day.month())) - 1 + begun
        };
        let months_a_year = kernel::calendar::MONTHS_A_YEAR.cast_signed();
        let (mut month, end) = (ordinal(from), ordinal(until));
        while month < end {
            let year = month.div_euclid(months_a_year);
            let stop = end.min((year + 1) * months_a_year);
            if let Some(at) = usize::try_from(year - self.first).ok().filter(|at| *at < self.years) {
                counted(at, (stop - month).unsigned_abs());
            }
            month = stop;
        }
    }
}

impl Side {
    fn new(law: Law, until: Date) -> Self {
        let days = |scheme| {
            let law = law.of(scheme);
            let anybody = Facts { retired_on: Date::MIN, starts_on: Date::MIN, ..Member::nobody() };
            income::days(law, &anybody, until)
        };
        let civil = days(Scheme::Civil);
        let mut police = civil.clone();
        police.extend(law.of(Scheme::Civil).pay_point.column.changes().into_iter().filter(|day| *day <= until));
        police.sort_unstable();
        police.dedup();
        Self { civil, police, teacher: days(Scheme::Teacher), law }
    }

    fn days(&self, member: &Member) -> &[Date] {
        match member.scheme {
            Scheme::Civil if member.is_police => &self.police,
            Scheme::Civil => &self.civil,
            Scheme::Teacher => &self.teacher,
        }
    }
}

impl Member {
    /// What the monthly income depends on.
    fn facts(&self, law: &SchemeLaw) -> Result<Facts, Stop> {
        let on = a004_floor::pay_standard_on(law, self.retired_on);
        self.within_limits(law, on)?;
        let credited = a029_new_scheme::Credited { old: self.old_months, new: self.new_months };
        let drawn = a026_kinds::parts(law, self.draws, on)?.monthly;
        let mut part = drawn;
        if self.early_months > 0 {
            part *= a031_early_reduction::part_left(law, self.early_months, on, &mut Silent)?;
        }
        let old = a028_old_scheme::monthly(law, (self.average_pay, self.old_months, part), on, &mut Silent)?;
        let new = a029_new_scheme::monthly(law, (self.average_pay, credited, part), on, &mut Silent)?;
        Ok(Facts {
            retired_on: self.retired_on,
            starts_on: self.retired_on,
            months: credited.total(),
            last_pay: self.last_pay,
            police_pay: self.is_police.then(|| self.grade(law)).transpose()?,
            part: drawn,
            reduced: self.early_months > 0,
            old,
            new,
            insurance_deposit: self.principal,
            ..Self::nobody()
        })
    }

    /// Refuses more months than are ever credited, and a pension earlier than the act lets it start.
    fn within_limits(&self, law: &SchemeLaw, on: Date) -> Result<(), Stop> {
        let limits = &law.a014_limits;
        let total = if self.draws == Benefit::Lump { &limits.lump_max } else { &limits.monthly_max };
        let credited = self.old_months.saturating_add(self.new_months);
        for (field, months, most) in [
            ("old_months", self.old_months, limits.old_max.on(on)?),
            ("new_months", credited, total.on(on)?),
            ("early_months", self.early_months, law.a030_choice.early_max.on(on)?),
        ] {
            if months > most.value {
                let zh = format!("「{}」欄：{months}個月，逾法定之{}個月", field, most.value);
                let en = format!("column \"{field}\": {months} months, more than the {} the act allows", most.value);
                return Err(Refusal::new("pension/population", zh, en).field(field).cite(most.citation).into());
            }
        }
        Ok(())
    }

    /// The grade whose current pay the ceiling of police is taken of.
    fn grade(&self, law: &SchemeLaw) -> Result<Level, Stop> {
        let on = a004_floor::pay_standard_on(law, self.retired_on);
        Level::Amount(self.last_pay).ranked(law, on).ok_or_else(|| {
            let (person, pay) = (&self.person, self.last_pay);
            let zh =
                format!("「{person}」適用警察人員替代率，但{on}之俸額表沒有{pay}元之俸額，無從隨現職人員俸額計算上限");
            let en = format!("\"{person}\" has the ceiling of police, but no point was worth {pay} on {on}");
            let place = law.cited("police-act/35", "police-act/35");
            Refusal::new("pension/police-grade", zh, en).field("last_pay").cite(place).into()
        })
    }

    fn nobody() -> Facts {
        let nothing = statute::Rational::from_integer(0);
        Facts {
            retired_on: Date::MIN,
            starts_on: Date::MIN,
            months: 0,
            last_pay: 0,
            police_pay: None,
            part: nothing,
            reduced: false,
            compensation: 0,
            old: 0,
            new: 0,
            annuity: 0,
            insurance_deposit: 0,
            lump_deposit: 0,
            free_of_ceiling: false,
            earlier: None,
        }
    }
}

fn january(year: i32) -> Date {
    Date::from_calendar_date(year, Month::January, 1).unwrap_or(Date::MAX)
}

#[cfg(test)]
mod tests;
