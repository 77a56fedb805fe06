//! Annex tables (附表): a figure by row and column, both whole numbers.

use std::collections::BTreeMap;

use crate::{Rational, rational};

/// Figures by row (service years, pay point) and column (ROC year, as the annexes head theirs).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    columns: Vec<u32>,
    rows: BTreeMap<u32, Vec<Option<Rational>>>,
}

impl Table {
    /// The figure in a cell; `None` where the table has none.
    pub fn cell(&self, row: u32, column: u32) -> Option<Rational> {
        let at = self.columns.iter().position(|c| *c == column)?;
        self.rows.get(&row)?[at]
    }

    /// Row keys, ascending.
    pub fn rows(&self) -> impl DoubleEndedIterator<Item = u32> {
        self.rows.keys().copied()
    }

    /// Column keys as the file orders them.
    pub fn columns(&self) -> &[u32] {
        &self.columns
    }

    /// Reads CSV: the first column is the row key, the heading of every other is a column key, an empty cell holds nothing.
    pub(crate) fn from_csv(csv: &str, divide: i64) -> Option<Self> {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let columns: Vec<u32> = reader.headers().ok()?.iter().skip(1).map(|c| c.parse().ok()).collect::<Option<_>>()?;
        let mut rows = BTreeMap::new();
        for record in reader.records() {
            let record = record.ok()?;
            let cell = |text: &str| match text {
                "" => Some(None),
                text => rational(text).map(|number| Some(number / divide)),
            };
            let cells = record.iter().skip(1).map(cell).collect::<Option<Vec<_>>>()?;
            if rows.insert(record.get(0)?.parse().ok()?, cells).is_some() {
                return None;
            }
        }
        Some(Self { columns, rows })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_is_found_or_is_not_there() {
        let table = Table::from_csv("years,107,118\n15,45,30\n16,46.5,\n", 100).unwrap();
        assert_eq!(table.cell(15, 118), Some(Rational::new(30, 100)));
        assert_eq!((table.cell(16, 118), table.cell(17, 107), table.cell(15, 108)), (None, None, None));
        assert_eq!(Table::from_csv("years,107\n15,1\n15,2\n", 1), None, "a row twice");
        assert_eq!(Table::from_csv("years,107\n15,x\n", 1), None);
    }
}
