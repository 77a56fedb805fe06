//! How exact numbers are printed: digits in groups of three, four decimals at most, and a sign that says when more would follow.

use crate::Rational;

/// Decimals of a figure that does not end; decisions print base numbers and percentages with as many.
const PLACES_MAX: u32 = 4;
const GROUP: usize = 3;
const PERCENT: i64 = 100;

/// A whole number with its digits in groups: 1,234,567.
pub fn whole(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let grouped: String = digits
        .char_indices()
        .flat_map(|(at, digit)| {
            let begins_group = at > 0 && (digits.len() - at).is_multiple_of(GROUP);
            begins_group.then_some(',').into_iter().chain([digit])
        })
        .collect();
    if number < 0 { format!("−{grouped}") } else { grouped }
}

/// An exact number: 34.8333… where more decimals would follow, 31,043.2 where not.
///
/// ```
/// # use statute::{Rational, print};
/// assert_eq!(print::decimals(Rational::new(209, 6)), "34.8333…");
/// assert_eq!(print::decimals(Rational::new(-62_087, 2)), "−31,043.5");
/// ```
pub fn decimals(number: Rational) -> String {
    let scale = 10_i128.pow(PLACES_MAX);
    let scaled = i128::from(*number.numer()) * scale;
    let denominator = i128::from(*number.denom());
    let (kept, more) = ((scaled / denominator).unsigned_abs(), scaled % denominator != 0);
    let scale = scale.unsigned_abs();
    let digits = format!("{:0width$}", kept % scale, width = PLACES_MAX as usize);
    let digits = if more { digits.as_str() } else { digits.trim_end_matches('0') };
    let sign = if number < Rational::from_integer(0) { "−" } else { "" };
    let point = if digits.is_empty() { "" } else { "." };
    let whole = i64::try_from(kept / scale).map_or_else(|_| number.to_string(), whole);
    format!("{sign}{whole}{point}{digits}{}", if more { "…" } else { "" })
}

/// An exact number as the law writes it: a fraction where decimals would not end.
///
/// ```
/// # use statute::{Rational, print};
/// assert_eq!((print::exact(Rational::new(5, 12)).as_str(), print::exact(Rational::new(3, 2)).as_str()), ("5/12", "1.5"));
/// ```
pub fn exact(number: Rational) -> String {
    let printed = decimals(number);
    if printed.ends_with('…') { number.to_string() } else { printed }
}

/// A share as percent: 70.5%.
pub fn percent(share: Rational) -> String {
    decimals(share * PERCENT) + "%"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rational;

    #[test]
    fn digits_stand_in_groups() {
        let printed = [0, 7, 930, 1_000, 68_393, -1_234_567].map(whole);
        assert_eq!(printed, ["0", "7", "930", "1,000", "68,393", "−1,234,567"]);
    }

    #[test]
    fn what_ends_is_exact_and_what_does_not_says_so() {
        let printed = |text| decimals(rational(text).unwrap());
        assert_eq!(
            ["68392.05", "2", "0.0001", "1/3", "-1/3"].map(printed),
            ["68,392.05", "2", "0.0001", "0.3333…", "−0.3333…"]
        );
        assert_eq!(printed("1/100000"), "0.0000…");
        let share = |text| percent(rational(text).unwrap());
        assert_eq!(["0.705", "1", "947/1200", "0"].map(share), ["70.5%", "100%", "78.9166…%", "0%"]);
    }
}
