//! Exact numbers as the law writes them: whole, decimal or fraction.

use std::fmt;

use num_rational::Ratio;

/// An exact number. Arithmetic that does not fit 64 bits panics; facts are bounded so that it fits.
pub type Rational = Ratio<i64>;

/// The largest figure a fact may be, and the finest part of one: with these the rules' arithmetic fits 64 bits.
const FACT_MAX: i64 = 100_000_000;
const FACT_PARTS: i64 = 100_000;

/// Reads a number that somebody states as a fact; `None` also where it is larger or finer than any such fact is.
///
/// ```
/// # use statute::{Rational, fact};
/// assert_eq!(fact("0.09"), Some(Rational::new(9, 100)));
/// assert_eq!(fact("100000001"), None);
/// assert_eq!(fact("0.000001"), None);
/// ```
pub fn fact(text: &str) -> Option<Rational> {
    let number = rational(text)?;
    let parts = *number.denom();
    let is_bounded = parts <= FACT_PARTS && number.numer().checked_abs()? / parts <= FACT_MAX;
    is_bounded.then_some(number)
}

/// What a share is multiplied by to be printed in percent.
pub const PERCENT: i64 = 100;

/// Reads `4`, `-0.23`, `37.5`, `1/12`.
///
/// ```
/// # use statute::{Rational, rational};
/// assert_eq!(rational("0.75"), Some(Rational::new(3, 4)));
/// assert_eq!(rational("1/12"), Some(Rational::new(1, 12)));
/// assert_eq!((rational("1/0"), rational("-9223372036854775808/-1")), (None, None));
/// ```
pub fn rational(text: &str) -> Option<Rational> {
    if let Some((numerator, denominator)) = text.split_once('/') {
        let (numerator, denominator) = (numerator.trim().parse().ok()?, denominator.trim().parse().ok()?);
        return (denominator > 0).then(|| Rational::new(numerator, denominator));
    }
    let Some((whole, decimals)) = text.split_once('.') else { return text.parse().ok().map(Rational::from_integer) };
    let digits: i64 = format!("{whole}{decimals}").parse().ok()?;
    let scale = 10_i64.checked_pow(decimals.len().try_into().ok()?)?;
    (!decimals.is_empty() && decimals.bytes().all(|b| b.is_ascii_digit())).then(|| Rational::new(digits, scale))
}

/// Writes a number in decimals; what does not end within [`DECIMALS`] is written as a fraction.
///
/// ```
/// # use statute::{Rational, decimal};
/// assert_eq!(decimal(Rational::new(-23, 100)), "-0.23");
/// assert_eq!(decimal(Rational::new(69, 1)), "69");
/// assert_eq!(decimal(Rational::new(1, 3)), "1/3");
/// ```
pub fn decimal(number: Rational) -> String {
    let scaled = |places: u32| number * 10_i64.pow(places);
    let Some(places) = (0..=DECIMALS).find(|places| scaled(*places).is_integer()) else { return number.to_string() };
    let width = usize::try_from(places).unwrap_or_default();
    let digits = format!("{:0>1$}", scaled(places).to_integer().abs(), width + 1);
    let (whole, decimals) = digits.split_at(digits.len() - width);
    let sign = if *number.numer() < 0 { "-" } else { "" };
    if decimals.is_empty() { format!("{sign}{whole}") } else { format!("{sign}{whole}.{decimals}") }
}

/// Decimals a number is written with.
const DECIMALS: u32 = 6;

/// Which way a figure is rounded, and to how many decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Rounding {
    /// The direction.
    pub way: Way,
    /// Decimals kept; amounts of money keep none.
    pub places: u8,
}

/// The direction of a rounding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// Towards zero (無條件捨去).
    Down,
    /// Away from zero (無條件進位).
    Up,
    /// To the nearest, a half away from zero (四捨五入).
    HalfUp,
}

impl Rounding {
    /// Reads `up 0`, `down 0`, `half-up 2`.
    pub fn parse(text: &str) -> Option<Self> {
        let (way, places) = text.split_once(' ')?;
        let way = match way {
            "down" => Way::Down,
            "up" => Way::Up,
            "half-up" => Way::HalfUp,
            _ => return None,
        };
        Some(Self { way, places: places.parse().ok().filter(|places| *places <= 9)? })
    }

    /// The number rounded.
    pub fn apply(self, number: Rational) -> Rational {
        if number.is_integer() {
            return number;
        }
        let scale = 10_i64.pow(self.places.into());
        let scaled = number * scale;
        let whole = match self.way {
            Way::Down => scaled.trunc(),
            Way::Up if scaled < Rational::from_integer(0) => scaled.floor(),
            Way::Up => scaled.ceil(),
            Way::HalfUp => scaled.round(),
        };
        whole / scale
    }

    /// The number rounded to whole units: NT dollars.
    ///
    /// # Panics
    /// If the rounding keeps decimals; the law's data is tested for that.
    pub fn dollars(self, number: Rational) -> i64 {
        assert_eq!(self.places, 0, "money is rounded to whole dollars");
        self.apply(number).to_integer()
    }
}

impl fmt::Display for Rounding {
    /// As [`Rounding::parse`] reads it.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let way = match self.way {
            Way::Down => "down",
            Way::Up => "up",
            Way::HalfUp => "half-up",
        };
        write!(out, "{way} {}", self.places)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_law_writes() {
        assert_eq!(rational("-0.23"), Some(Rational::new(-23, 100)));
        assert_eq!(rational("1.5"), Some(Rational::new(3, 2)));
        assert_eq!(rational("930"), Some(Rational::from_integer(930)));
        for bad in ["", "x", "1.", "1/0", "1.-5", "--1", "1e3"] {
            assert_eq!(rational(bad), None, "{bad}");
        }
    }

    #[test]
    fn rounds_as_named() {
        let number = |text| rational(text).unwrap();
        let up = Rounding::parse("up 0").unwrap();
        assert_eq!((up.dollars(number("31043.2")), up.dollars(number("31043"))), (31044, 31043));
        assert_eq!(up.dollars(number("-0.5")), -1);
        assert_eq!(Rounding::parse("up 4").unwrap().apply(number("34.83333333")), number("34.8334"));
        let half = Rounding::parse("half-up 0").unwrap();
        assert_eq!((half.dollars(number("6004.45")), half.dollars(number("9006.5"))), (6004, 9007));
        assert_eq!(half.dollars(number("-2.5")), -3);
        assert_eq!(Rounding::parse("down 0").unwrap().dollars(number("533333.33")), 533_333);
        for name in ["up 4", "down 0", "half-up 2"] {
            assert_eq!(Rounding::parse(name).unwrap().to_string(), name);
        }
        assert_eq!(Rounding::parse("sideways 0"), None);
        assert_eq!(Rounding::parse("up 12"), None);
    }
}
