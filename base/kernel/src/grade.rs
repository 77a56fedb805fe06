//! 官職等 codes of the personnel tables.

use std::{fmt, str::FromStr};

use crate::Text;

/// A grade code: `P01` to `P14` are 委任第一職等 to 簡任第十四職等 (公務人員任用法 §5); `G..` are police ranks.
///
/// Of the police codes only the groups 警佐, 警正, 警監 are known (read off a city system's rank groups); which code is which 階 is
/// unconfirmed, so the label stops at the group and [`Grade::label_confirmed`] is false.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Grade(u8);

/// The text is no known grade code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a known grade code")]
pub struct GradeFault;

impl GradeFault {
    /// What to tell the reader.
    pub fn text(&self) -> Text {
        Text::new(
            "官職等代碼應為P01至P14，或警察官等G01至G34之代碼",
            "A grade code is P01 to P14, or one of the police codes G01 to G34",
        )
    }
}

const GRADES: [(&str, &str); 30] = [
    ("P01", "委任第一職等"),
    ("P02", "委任第二職等"),
    ("P03", "委任第三職等"),
    ("P04", "委任第四職等"),
    ("P05", "委任第五職等"),
    ("P06", "薦任第六職等"),
    ("P07", "薦任第七職等"),
    ("P08", "薦任第八職等"),
    ("P09", "薦任第九職等"),
    ("P10", "簡任第十職等"),
    ("P11", "簡任第十一職等"),
    ("P12", "簡任第十二職等"),
    ("P13", "簡任第十三職等"),
    ("P14", "簡任第十四職等"),
    ("G01", "警佐"),
    ("G02", "警佐"),
    ("G03", "警佐"),
    ("G04", "警佐"),
    ("G11", "警佐"),
    ("G12", "警佐"),
    ("G13", "警佐"),
    ("G14", "警佐"),
    ("G21", "警正"),
    ("G22", "警正"),
    ("G23", "警正"),
    ("G24", "警正"),
    ("G31", "警監"),
    ("G32", "警監"),
    ("G33", "警監"),
    ("G34", "警監"),
];

impl Grade {
    /// The grade of a code.
    pub fn parse(code: &str) -> Result<Self, GradeFault> {
        let at = GRADES.iter().position(|(known, _)| *known == code).ok_or(GradeFault)?;
        Ok(Self(u8::try_from(at).expect("the table is shorter than 256")))
    }

    /// All grades in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0u8..).zip(GRADES).map(|(at, _)| Self(at))
    }

    /// The code, e.g. `P07`.
    pub fn code(&self) -> &'static str {
        GRADES[usize::from(self.0)].0
    }

    /// The name on an order, e.g. 薦任第七職等; for police the group only.
    pub fn label(&self) -> &'static str {
        GRADES[usize::from(self.0)].1
    }

    /// Whether the label is confirmed by law rather than read off another system.
    pub fn label_confirmed(&self) -> bool {
        self.code().starts_with('P')
    }
}

impl fmt::Display for Grade {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.code())
    }
}

impl FromStr for Grade {
    type Err = GradeFault;

    fn from_str(code: &str) -> Result<Self, GradeFault> {
        Self::parse(code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_labels() {
        assert_eq!(Grade::parse("P07").unwrap().label(), "薦任第七職等");
        assert_eq!(Grade::parse("P14").unwrap().label(), "簡任第十四職等");
        assert!(Grade::parse("P14").unwrap().label_confirmed());
        assert!(!Grade::parse("G21").unwrap().label_confirmed());
        for bad in ["", "P00", "P15", "p07", "P7", "G05", "G99"] {
            assert_eq!(Grade::parse(bad), Err(GradeFault), "{bad}");
        }
        assert!(Grade::all().all(|grade| Grade::parse(grade.code()) == Ok(grade)));
    }
}
