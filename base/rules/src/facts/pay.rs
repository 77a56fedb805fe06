//! Pay: the last one, and what the average is made of.

use serde::{Deserialize, Serialize};
use statute::{Series, Table};
use time::Date;

use super::date;
use crate::pay_table::pay_point::{self, Rung};
use crate::{Ledger, SchemeLaw, Stop};

/// Pay of one person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pay {
    /// The last 本（年功）俸（薪）額.
    pub last: Level,
    /// 平均俸（薪）額 if it is known, NT dollars; otherwise worked out from `history`.
    #[serde(default)]
    pub average: Option<i64>,
    /// What contributions were made on, in any order; times that do not count are left out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub history: Vec<PaySpell>,
}

/// A rank of pay, or its amount.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 俸點.
    Point(u32),
    /// 薪額 of teachers and police.
    Salary(u32),
    /// NT dollars a month.
    Amount(i64),
}

impl Level {
    /// What it is worth on a day, NT dollars a month.
    ///
    /// # Errors
    /// No table has such a rank; no table is known for that day.
    pub fn amount(self, law: &SchemeLaw, on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
        match self {
            Self::Point(point) => pay_point::pay(law, Rung::Point(point), on, ledger),
            Self::Salary(salary) => pay_point::pay(law, Rung::Salary(salary), on, ledger),
            Self::Amount(amount) => Ok(amount),
        }
    }

    /// The rank of the pay table, if it is one or is worth one on a day: what follows the table when it is raised.
    pub fn ranked(self, law: &SchemeLaw, on: Date) -> Option<Self> {
        match self {
            Self::Amount(amount) => pay_point::point_worth(law, amount, on).map(|rung| match rung {
                Rung::Point(point) => Self::Point(point),
                Rung::Salary(salary) => Self::Salary(salary),
            }),
            ranked => Some(ranked),
        }
    }

    /// The rank if no table, of whatever year, has it.
    pub(super) fn unknown_rank(self, law: &SchemeLaw) -> Option<u32> {
        let (table, rank): (&Series<Table>, _) = match self {
            Self::Point(point) => (&law.pay_point.points, point),
            Self::Salary(salary) => (&law.pay_point.salaries, salary),
            Self::Amount(_) => return None,
        };
        let table = &table.get(Date::MAX)?.value;
        let known = table.columns().iter().any(|column| table.cell(rank, *column).is_some());
        (!known).then_some(rank)
    }
}

/// One rank of pay from a day until the day after the last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaySpell {
    /// First day.
    #[serde(with = "date")]
    pub from: Date,
    /// First day it no longer held.
    #[serde(with = "date")]
    pub until: Date,
    /// The pay.
    pub level: Level,
}
