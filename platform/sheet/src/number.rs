//! Numbers and dates of workbook cells as the text a person would have typed.

use time::{Date, Duration, macros::date};

/// A number without an exponent and without `.0`. Text that is no number stays as it is.
pub(crate) fn plain(text: &str) -> String {
    match text.trim().parse::<f64>() {
        // Beyond 15 digits a spreadsheet has lost the number already; its own text is the best that is left.
        Ok(number) if number.is_finite() && number.abs() < 1e15 => {
            let number = if number == 0.0 { 0.0 } else { number };
            format!("{number}")
        }
        _ => text.trim().to_owned(),
    }
}

/// An Excel day number as ISO text: a date, a time of day, or both. `None` outside the years 1900 to 9999, and for day 60 of the 1900
/// system, which Excel believes to be 29 February 1900.
pub(crate) fn serial(number: f64, from_1904: bool) -> Option<String> {
    if !(0.0..2_958_466.0).contains(&number) {
        return None;
    }
    // Seconds, rounded: the fraction of a day is never exact.
    let seconds = (number * 86_400.0).round() as i64;
    let (day, second) = (seconds / 86_400, seconds % 86_400);
    let clock = format!("{:02}:{:02}:{:02}", second / 3600, second / 60 % 60, second % 60);
    let epoch = match (from_1904, day) {
        (_, 0) => return Some(clock),
        (true, _) => date!(1904 - 01 - 01),
        (false, 1..60) => date!(1899 - 12 - 31),
        (false, 60) => return None,
        (false, _) => date!(1899 - 12 - 30),
    };
    let date: Date = epoch.checked_add(Duration::days(day))?;
    Some(if second == 0 { date.to_string() } else { format!("{date}T{clock}") })
}

/// Whether a number format shows days or times: one of Excel's own by number (East Asian ones included), or a code with a letter of
/// date or time outside quotes, escapes and brackets.
pub(crate) fn is_date_format(id: u32, code: Option<&str>) -> bool {
    match code {
        Some(code) => has_date_letter(code),
        None => matches!(id, 14..=22 | 27..=36 | 45..=47 | 50..=58),
    }
}

fn has_date_letter(code: &str) -> bool {
    if code.eq_ignore_ascii_case("general") {
        return false;
    }
    let mut chars = code.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => drop(chars.by_ref().find(|c| *c == '"')),
            '\\' | '_' | '*' => drop(chars.next()),
            '[' => {
                let inside: String = chars.by_ref().take_while(|c| *c != ']').collect();
                if !inside.is_empty() && inside.to_lowercase().chars().all(|c| matches!(c, 'h' | 'm' | 's')) {
                    return true;
                }
            }
            // `E+00` is an exponent, `e` alone a year of the era.
            'e' | 'E' if matches!(chars.peek(), Some('+' | '-')) => {}
            'y' | 'm' | 'd' | 'h' | 's' | 'e' | 'Y' | 'M' | 'D' | 'H' | 'S' => return true,
            _ => {}
        }
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_typed() {
        for (text, expected) in [
            ("4001", "4001"),
            ("4001.0", "4001"),
            ("4.001E3", "4001"),
            ("0.1", "0.1"),
            ("-0", "0"),
            ("1150302", "1150302"),
            ("12345678901234567890", "12345678901234567890"),
            ("NaN", "NaN"),
            ("x", "x"),
        ] {
            assert_eq!(plain(text), expected);
        }
    }

    #[test]
    fn days_of_both_systems() {
        for (number, from_1904, expected) in [
            (1.0, false, Some("1900-01-01")),
            (59.0, false, Some("1900-02-28")),
            (60.0, false, None),
            (61.0, false, Some("1900-03-01")),
            (46083.0, false, Some("2026-03-02")),
            (44621.0, true, Some("2026-03-02")),
            (46083.5, false, Some("2026-03-02T12:00:00")),
            (0.25, false, Some("06:00:00")),
            (-1.0, false, None),
            (2_958_466.0, false, None),
            (f64::NAN, false, None),
        ] {
            assert_eq!(serial(number, from_1904).as_deref(), expected, "{number}");
        }
    }

    #[test]
    fn date_formats() {
        for code in ["yyyy/m/d", "[$-404]e/m/d", "h:mm", "[h]:mm", "d\"日\"", "m月"] {
            assert!(is_date_format(164, Some(code)), "{code}");
        }
        for code in ["General", "0", "0.00E+00", "#,##0\"days\"", "[Red]0", "\\d0", "@", "0_d"] {
            assert!(!is_date_format(164, Some(code)), "{code}");
        }
        assert!(
            is_date_format(14, None)
                && is_date_format(27, None)
                && !is_date_format(0, None)
                && !is_date_format(49, None)
        );
    }
}
