//! Examples to begin with: invented people whose facts fill the form.

use kernel::Text;

/// An example.
pub struct Example {
    /// Its name in the address.
    pub name: &'static str,
    /// What it shows.
    pub label: Text,
    /// Another day of law to compare with.
    pub compare: Option<&'static str>,
    /// The facts, as a file.
    pub facts: &'static str,
}

/// All examples.
pub fn examples() -> [Example; 4] {
    let example = |name, (zh, en): (&'static str, &'static str), facts| Example {
        name,
        label: Text::new(zh, en),
        compare: None,
        facts,
    };
    [
        example(
            "mandatory",
            (
                "公務人員屆齡退休，兼有新舊制年資",
                "a civil servant at the mandatory age, with service under both schemes",
            ),
            include_str!("examples/mandatory.toml"),
        ),
        example(
            "early",
            ("公務人員自願退休，未達起支年齡", "a civil servant who leaves before the starting age"),
            include_str!("examples/early.toml"),
        ),
        Example {
            compare: Some("2025-12-27"),
            ..example(
                "amendment",
                (
                    "112年退休，比較114年12月修法前後",
                    "retired in 2023, before and after the amendment of December 2025",
                ),
                include_str!("examples/amendment.toml"),
            )
        },
        example(
            "teacher",
            ("國民中小學教師，已有審定年資", "a school teacher whose months are credited already"),
            include_str!("examples/teacher.toml"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    #[test]
    fn every_example_is_a_file_of_facts() {
        for example in super::examples() {
            assert!(rules::facts::read::toml(example.facts).is_ok(), "{}", example.name);
        }
    }
}
