//! Reading the embedded tables.

use serde::de::DeserializeOwned;

/// Rows of a table that is embedded and therefore tested: a row that does not fit is a bug in the table.
pub(crate) fn rows<T: DeserializeOwned>(name: &str, csv: &'static str) -> Vec<T> {
    let read: Result<Vec<T>, csv::Error> = csv::Reader::from_reader(csv.as_bytes()).into_deserialize().collect();
    read.unwrap_or_else(|e| panic!("tables/{name}.csv is embedded and tested: {e}"))
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs, path::Path};

    #[test]
    fn every_table_has_its_source_beside_it() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tables");
        let names: BTreeSet<String> =
            fs::read_dir(&folder).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
        let tables: Vec<&str> = names.iter().filter_map(|name| name.strip_suffix(".csv")).collect();
        assert!(tables.len() >= 5, "{tables:?}");
        for table in tables {
            let source = fs::read_to_string(folder.join(format!("{table}.toml"))).unwrap();
            for entry in ["name = \"", "name_en = \"", "source = \"", "licence = \"", "version = \""] {
                assert!(source.lines().any(|line| line.starts_with(entry)), "{table}.toml lacks {entry}");
            }
        }
    }
}
