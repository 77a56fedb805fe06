//! Finding columns by name, in any order.

use crate::{SheetFault, SheetRow, address};

/// A column a reader wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Wanted {
    /// Its name, by which it is asked for later and named in messages.
    pub name: &'static str,
    /// Other headings it is known by.
    pub aliases: &'static [&'static str],
    /// Whether a file without it is refused.
    pub required: bool,
}

impl Wanted {
    /// A column that must be there.
    pub const fn required(name: &'static str) -> Self {
        Self { name, aliases: &[], required: true }
    }

    /// A column that may be there.
    pub const fn optional(name: &'static str) -> Self {
        Self { name, aliases: &[], required: false }
    }

    /// Other headings it is known by.
    #[must_use]
    pub const fn or(self, aliases: &'static [&'static str]) -> Self {
        Self { aliases, ..self }
    }
}

/// Where the wanted columns stand in a header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Columns {
    places: Vec<(&'static str, Option<usize>)>,
    unknown: Vec<String>,
}

impl Columns {
    /// Finds each wanted column by name or alias. Blanks and the width of letters and brackets do not matter; the rest must agree.
    ///
    /// # Errors
    /// [`SheetFault::MissingColumns`] names all that are missing, [`SheetFault::DuplicateColumn`] the first that stands twice, be it
    /// under two of its names. Columns nobody wants are no error: see [`Columns::unknown`].
    pub fn find(header: &[String], wanted: &[Wanted]) -> Result<Self, SheetFault> {
        let headings: Vec<String> = header.iter().map(|heading| plain(heading)).collect();
        let mut places = Vec::with_capacity(wanted.len());
        for want in wanted {
            places.push((want.name, place(&headings, want)?));
        }
        let missing = |(want, (_, at)): (&Wanted, &(_, Option<usize>))| {
            (want.required && at.is_none()).then(|| want.name.to_owned())
        };
        let missing: Vec<String> = wanted.iter().zip(&places).filter_map(missing).collect();
        if !missing.is_empty() {
            return Err(SheetFault::MissingColumns(missing));
        }
        let known = |at: usize| places.iter().any(|(_, place)| *place == Some(at));
        let unknown = (0..header.len()).filter(|at| !known(*at) && !header[*at].is_empty());
        let unknown = unknown.map(|at| header[at].clone()).collect();
        Ok(Self { places, unknown })
    }

    /// Place of a wanted column, from 0; `None` if it is optional and absent.
    ///
    /// # Panics
    /// If `name` is not the name of a wanted column: that is a mistake of the caller, not of the file.
    pub fn at(&self, name: &str) -> Option<usize> {
        let place = self.places.iter().find(|(known, _)| *known == name);
        place.unwrap_or_else(|| panic!("column {name} was not asked for")).1
    }

    /// The cell of a wanted column, untrimmed; empty if the column is absent. Panics as [`Columns::at`].
    pub fn cell<'r>(&self, row: &'r SheetRow, name: &str) -> &'r str {
        self.at(name).and_then(|at| row.cells.get(at)).map_or("", String::as_str)
    }

    /// Headings nobody wanted, in the order of the file.
    pub fn unknown(&self) -> &[String] {
        &self.unknown
    }
}

fn place(headings: &[String], want: &Wanted) -> Result<Option<usize>, SheetFault> {
    let names: Vec<String> = [want.name].iter().chain(want.aliases).map(|name| plain(name)).collect();
    let mut found = (0..headings.len()).filter(|at| names.contains(&headings[*at]));
    match (found.next(), found.next()) {
        (Some(first), Some(second)) => {
            let letters = [first, second].map(|at| address(at, 0).trim_end_matches('0').to_owned());
            Err(SheetFault::DuplicateColumn { name: want.name.to_owned(), letters })
        }
        (first, _) => Ok(first),
    }
}

/// Without blanks, full-width ASCII as half-width.
fn plain(heading: &str) -> String {
    let narrow = |c: char| match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        _ => c,
    };
    heading.chars().filter(|c| !c.is_whitespace() && *c != '\u{feff}').map(narrow).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const WANTED: [Wanted; 3] = [
        Wanted::required("身分證號").or(&["身分證統一編號"]),
        Wanted::required("獎懲事由(長)(非必填，建議不使用)"),
        Wanted::optional("備註"),
    ];

    fn header(names: &[&str]) -> Vec<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn order_width_and_blanks_do_not_matter() {
        let header = header(&["錯誤原因", "獎懲事由（長）(非必填,建議不使用)", "", "身分證 統一編號"]);
        let columns = Columns::find(&header, &WANTED).unwrap();
        assert_eq!(
            [columns.at("身分證號"), columns.at("獎懲事由(長)(非必填，建議不使用)"), columns.at("備註")],
            [Some(3), Some(1), None]
        );
        assert_eq!(columns.unknown(), ["錯誤原因"]);
        let row = SheetRow { line: 2, cells: ["a", "b", "c", "d"].map(String::from).into() };
        assert_eq!((columns.cell(&row, "身分證號"), columns.cell(&row, "備註")), ("d", ""));
    }

    #[test]
    fn all_missing_columns_are_named() {
        let fault = Columns::find(&header(&["姓名"]), &WANTED).unwrap_err();
        assert_eq!(fault, SheetFault::MissingColumns(header(&["身分證號", "獎懲事由(長)(非必填，建議不使用)"])));
        assert!(fault.text().zh.contains("「身分證號」、「獎懲事由"));
    }

    #[test]
    fn a_column_under_two_names_is_refused() {
        let fault = Columns::find(&header(&["身分證號", "姓名", "身分證統一編號"]), &WANTED).unwrap_err();
        assert_eq!(fault, SheetFault::DuplicateColumn { name: "身分證號".into(), letters: ["A".into(), "C".into()] });
    }

    #[test]
    #[should_panic(expected = "column 姓名 was not asked for")]
    fn asking_for_another_column_is_a_bug() {
        Columns::find(&header(&["身分證號", "獎懲事由(長)(非必填，建議不使用)"]), &WANTED).unwrap().at("姓名");
    }
}
