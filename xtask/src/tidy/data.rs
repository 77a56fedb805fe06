//! Data has a source and a licence beside it; what is printed as a table has its golden file.

use super::{Problem, Tree};

/// Folders that hold data of others or invented data.
const DATA: [&str; 2] = ["cases/", "tables/"];
/// What prints a grid, and where it is kept.
const GOLDEN: [(&str, &str); 3] = [
    ("modules/access/src/grid.rs", "modules/access/permission-grid.txt"),
    ("modules/orders/src/decide.rs", "modules/orders/state-grid.txt"),
    ("modules/personnel/src/decide.rs", "modules/personnel/state-grid.txt"),
];

/// Both checks.
pub fn check(tree: &Tree) -> Vec<Problem> {
    licences(tree).into_iter().chain(golden(tree)).collect()
}

/// Each table is told of, with source and licence, in a header file of its own name or in the README beside it.
fn licences(tree: &Tree) -> Vec<Problem> {
    let tables = tree.paths.iter().filter(|path| DATA.iter().any(|data| path.starts_with(data)) && is_table(path));
    tables
        .filter_map(|path| {
            let (folder, name) = path.rsplit_once('/')?;
            let readme = tree.texts.get(&format!("{folder}/README.md")).map_or("", String::as_str);
            let stem = path.rsplit_once('.').map_or(path.as_str(), |(stem, _)| stem);
            let header = tree.texts.get(&format!("{stem}.toml")).map_or("", String::as_str);
            let licensed = |text: &str| ["licen", "invented"].iter().any(|word| text.to_lowercase().contains(word));
            let told = licensed(header) || (readme.contains(name) && licensed(readme));
            (!told).then(|| Problem {
                file: path.clone(),
                line: 1,
                what: format!("neither {stem}.toml nor {folder}/README.md tells the source and licence of `{name}`"),
                why: "whoever passes data on must be able to say whose it is and what may be done with it",
                fix: "write a line for the file in the README beside it",
            })
        })
        .collect()
}

fn is_table(path: &str) -> bool {
    [".csv", ".ods", ".xlsx", ".tsv"].iter().any(|ending| path.ends_with(ending))
}

/// A printed grid is kept and compared, so that a change of who may do what shows in review.
fn golden(tree: &Tree) -> Vec<Problem> {
    GOLDEN
        .iter()
        .filter(|(source, kept)| {
            let name = kept.rsplit('/').next().unwrap_or(kept);
            let Some(text) = tree.texts.get(*source) else { return false };
            !text.contains(name) || !tree.paths.contains(*kept)
        })
        .map(|(source, kept)| Problem {
            file: (*source).to_owned(),
            line: 1,
            what: format!("the grid is not kept in {kept}, or no test compares it"),
            why: "what can be printed as a table is kept as a file and reviewed",
            fix: "run the module's grid test with UPDATE_GOLDEN=1 and commit the file after reading it",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_without_a_licence_is_found() {
        let found = |readme| check(&Tree::of(&[("cases/x/a.csv", "1"), ("cases/x/README.md", readme)])).len();
        assert_eq!(found("`a.csv`: licence CC0"), 0);
        assert_eq!(found("`b.csv`: licence CC0"), 1);
        assert_eq!(found("`a.csv`"), 1);
        assert_eq!(check(&Tree::of(&[("tables/a.csv", "1"), ("tables/a.toml", "license = \"CC0\"")])), []);
    }

    #[test]
    fn a_printed_grid_without_its_file_is_found() {
        let source = ("modules/access/src/grid.rs", "/// read(\"permission-grid.txt\")");
        assert_eq!(check(&Tree::of(&[source])).len(), 1);
        assert_eq!(check(&Tree::of(&[source, ("modules/access/permission-grid.txt", "")])), []);
        let uncompared = ("modules/access/src/grid.rs", "fn grid() {}");
        assert_eq!(check(&Tree::of(&[uncompared, ("modules/access/permission-grid.txt", "")])).len(), 1);
    }
}
