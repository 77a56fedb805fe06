//! How agency names are compared and shortened. Pure.

/// Endings of a government's or an authority's name, longest first, that its subordinates' names drop with the stem kept.
const KINDS: [&str; 12] =
    ["委員會", "縣政府", "市政府", "總統府", "公所", "總處", "總署", "院", "部", "署", "局", "處"];

/// A name as the search compares it: 臺 as 台, full-width Latin as half-width capitals, no blanks.
///
/// ```
/// assert_eq!(org::fold("臺北市政府 （ａ）"), "台北市政府(A)");
/// ```
pub fn fold(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).map(fold_char).collect()
}

fn fold_char(c: char) -> char {
    match c {
        '臺' => '台',
        // The full-width block mirrors ASCII at a fixed distance.
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0).map_or(c, |half| half.to_ascii_uppercase()),
        _ => c.to_ascii_uppercase(),
    }
}

/// Short names (簡稱) of an agency, shortest last: its name without the superior's name in front, and that again without the
/// superior's stem inside (行政院人事行政總處: 人事行政總處, 人事總處). Empty where the name does not start with the superior's.
///
/// ```
/// assert_eq!(org::short_names("行政院人事行政總處", "行政院"), ["人事行政總處", "人事總處"]);
/// assert_eq!(org::short_names("內政部警政署", "內政部"), ["警政署"]);
/// assert!(org::short_names("銓敘部", "考試院").is_empty());
/// ```
pub fn short_names(name: &str, superior: &str) -> Vec<String> {
    let Some(rest) = name.strip_prefix(superior).filter(|rest| rest.chars().count() > 1) else {
        return Vec::new();
    };
    let mut names = vec![rest.to_owned()];
    let stem = KINDS.iter().find_map(|kind| superior.strip_suffix(kind)).unwrap_or_default();
    if stem.chars().count() > 1 && rest.contains(stem) {
        let shorter = rest.replace(stem, "");
        if shorter.chars().count() > 1 {
            names.push(shorter);
        }
    }
    names
}

/// What a search text matched, best first; the numbers are stored with each term and rank the hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum TermKind {
    /// 機關代碼.
    Code = 0,
    /// 機關名稱.
    Name = 1,
    /// 簡稱.
    Short = 2,
    /// A name in an earlier edition, or the name of the agency it took over from.
    Former = 3,
    /// 機關英文名稱.
    English = 4,
}

impl TermKind {
    /// The kind stored under a number; unknown numbers cannot be stored (check constraint).
    pub(crate) fn from_number(number: i16) -> TermKind {
        match number {
            0 => TermKind::Code,
            1 => TermKind::Name,
            2 => TermKind::Short,
            3 => TermKind::Former,
            _ => TermKind::English,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_two_ways_of_writing_tai_are_one() {
        assert_eq!(fold("臺灣臺北"), fold("台灣台北"));
        assert_eq!(fold("Ｄｇｐａ\u{3000}\t"), "DGPA");
    }

    #[test]
    fn a_short_name_needs_the_superior_in_front_and_something_left() {
        assert_eq!(short_names("臺北市政府人事處", "臺北市政府"), ["人事處"]);
        assert_eq!(short_names("行政院", "行政院"), Vec::<String>::new());
        assert_eq!(short_names("行政院主計總處", "行政院"), ["主計總處"]);
        assert_eq!(short_names("", ""), Vec::<String>::new());
        // 交通 is kept where nothing readable would remain.
        assert_eq!(short_names("交通部交通局", "交通部"), ["交通局"]);
    }
}
