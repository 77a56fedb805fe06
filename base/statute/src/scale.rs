//! A benefit that grows with months of service, in straight pieces: the base numbers and percentages of the acts.

use serde::Deserialize;

use crate::{Rational, rational};

/// Straight pieces over months of service. Each piece says what is due at its first month and what every further month adds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scale {
    pieces: Vec<Piece>,
    max: Option<Rational>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Piece {
    from_months: u32,
    at: Rational,
    per_month: Rational,
}

impl Scale {
    /// What is due after so many months; nothing before the first piece.
    pub fn at(&self, months: u32) -> Rational {
        let piece = self.pieces.iter().rev().find(|piece| piece.from_months <= months);
        let due = piece.map_or_else(
            || Rational::from_integer(0),
            |piece| piece.at + piece.per_month * Rational::from_integer(i64::from(months - piece.from_months)),
        );
        self.max.map_or(due, |max| due.min(max))
    }

    /// Its pieces, ascending: first month, what is due then, what each further month adds.
    pub fn pieces(&self) -> impl Iterator<Item = (u32, Rational, Rational)> {
        self.pieces.iter().map(|piece| (piece.from_months, piece.at, piece.per_month))
    }

    /// The most it gives, if the law says so.
    pub fn max(&self) -> Option<Rational> {
        self.max
    }

    /// From what a value file says; `divide` turns percent into a share.
    pub(crate) fn from_pieces(pieces: &[PieceFile], max: Option<&str>, divide: i64) -> Option<Self> {
        let number = |text: &str| Some(rational(text)? / divide);
        let piece = |piece: &PieceFile| {
            let (at, per_month) = (number(&piece.at)?, number(&piece.per_month)?);
            Some(Piece { from_months: piece.from_months, at, per_month })
        };
        let pieces: Vec<_> = pieces.iter().map(piece).collect::<Option<_>>()?;
        let max = match max {
            Some(text) => Some(number(text)?),
            None => None,
        };
        (!pieces.is_empty() && pieces.is_sorted_by_key(|p| p.from_months)).then_some(Self { pieces, max })
    }
}

/// One piece as written in a value file.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PieceFile {
    from_months: u32,
    at: String,
    per_month: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_piece_begins_where_it_says() {
        let piece = |from_months, at: &str, per_month: &str| PieceFile {
            from_months,
            at: at.into(),
            per_month: per_month.into(),
        };
        let file = [piece(12, "1", "1/6"), piece(180, "31", "1/6")];
        let scale = Scale::from_pieces(&file, Some("61"), 1).unwrap();
        let at = |months| scale.at(months);
        assert_eq!((at(11), at(12), at(60)), (0.into(), 1.into(), 9.into()));
        assert_eq!((at(179), at(180), at(203)), (Rational::new(173, 6), 31.into(), Rational::new(209, 6)));
        assert_eq!((at(360), at(480)), (61.into(), 61.into()));
        let share = Scale::from_pieces(&[piece(0, "0", "5/12")], None, 100).unwrap();
        assert_eq!(share.at(12), Rational::new(5, 100));
        assert_eq!(Scale::from_pieces(&[], None, 1), None);
        assert_eq!(Scale::from_pieces(&[piece(12, "1", "1"), piece(0, "0", "1")], None, 1), None);
    }
}
