//! # Pay of a grade (本（年功）俸（薪）額)
//!
//! ## The law says
//! Article 4 (2) of both acts: the pay is the amount that the pay point or salary grade is worth under the pay rules.
//!
//! ## How we read it
//! The Executive Yuan's table of the day counts; teachers read the same amounts under another scale (薪額 625 is 俸點 710). A point that the
//! table does not have is refused, never interpolated.
//!
//! ## Example
//! Point 710 in 2018: 48,505.

use kernel::Refusal;
use statute::{Table, Valued};
use time::Date;

use crate::{Ledger, Quantity, Rule, SchemeLaw, Stop, names};

crate::law::values! {
    /// Pay by point (俸點).
    points: Table = "pay-table/points";
    /// Pay by the teachers' scale (薪額).
    salaries: Table = "pay-table/salaries";
    /// The column that holds on a day.
    column: u32 = "pay-table/column";
}

/// The pay of a point.
pub static RULE: Rule = Rule {
    id: "pay_table/pay_point",
    title: ("本（年功）俸（薪）額", "pay of the grade"),
    law: &["s0080034/4/1/2", "h0150049/4/1/2"],
    formula: ("俸額表第 {column} 年度欄，{pay-point}", "pay table, column {column}, {pay-point}"),
};

/// A rung of the pay table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rung {
    /// 俸點 of a civil servant.
    Point(u32),
    /// 薪額 of a teacher.
    Salary(u32),
}

/// The pay of a rung on a day, NT dollars.
///
/// # Errors
/// The table has no such rung, or none was in force that day.
pub fn pay(law: &SchemeLaw, rung: Rung, on: Date, ledger: &mut impl Ledger) -> Result<i64, Stop> {
    let values = &law.pay_point;
    let (table, row) = match rung {
        Rung::Point(point) => (&values.points, point),
        Rung::Salary(salary) => (&values.salaries, salary),
    };
    let (table, column): (&Valued<Table>, _) = (table.on(on)?, values.column.on(on)?);
    let Some(cell) = table.value.cell(row, column.value) else {
        let zh = format!("俸額表沒有「{row}」這個俸點（薪額）");
        let en = format!("the pay table has no rung \"{row}\"");
        return Err(Refusal::new("pension/no-such-pay-point", zh, en).cite(table.citation).into());
    };
    let pay = cell.to_integer();
    ledger.write(|| {
        let step = RULE.gives(Quantity::Money(pay)).given(names::PAY_POINT, Quantity::Number(i64::from(row).into()));
        step.uses(column).uses(&table.part(|_| cell))
    });
    Ok(pay)
}

/// The point that is worth an amount on a day, if the table has one.
pub fn point_worth(law: &SchemeLaw, amount: i64, on: Date) -> Option<Rung> {
    let values = &law.pay_point;
    let (table, column) = (&values.points.get(on)?.value, values.column.get(on)?.value);
    let amount = statute::Rational::from_integer(amount);
    table.rows().find(|point| table.cell(*point, column) == Some(amount)).map(Rung::Point)
}

#[cfg(test)]
mod tests {
    use time::macros::date;

    use super::*;
    use crate::{Law, Scheme, Steps};

    #[test]
    fn the_table_changes_on_its_days() {
        let law = Law::on(date!(2026 - 11 - 23)).unwrap();
        let law = law.of(Scheme::Civil);
        let at = |rung, on| pay(law, rung, on, &mut Steps::default());
        for (on, amount) in [
            (date!(2011 - 07 - 01), 47_080),
            (date!(2017 - 12 - 31), 47_080),
            (date!(2018 - 01 - 01), 48_505),
            (date!(2021 - 12 - 31), 48_505),
            (date!(2022 - 01 - 01), 50_480),
            (date!(2023 - 12 - 31), 50_480),
            (date!(2024 - 01 - 01), 52_540),
            (date!(2024 - 12 - 31), 52_540),
            (date!(2025 - 01 - 01), 54_160),
        ] {
            assert_eq!(at(Rung::Point(710), on), Ok(amount), "{on}");
            assert_eq!(at(Rung::Salary(625), on), Ok(amount), "{on}");
        }
        assert!(matches!(at(Rung::Point(710), date!(2011 - 06 - 30)), Err(Stop::Missing(_))));
        let Err(Stop::Refused(refusal)) = at(Rung::Point(711), date!(2026 - 01 - 01)) else { panic!("no such point") };
        assert_eq!(refusal.code, "pension/no-such-pay-point");
    }
}
