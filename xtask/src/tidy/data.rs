//! Data has a source and a licence beside it; what is printed as a table has its golden file.

use super::{Problem, Tree};

/// Folders that hold data of others or invented data.
const DATA: [&str; 2] = ["cases/", "tables/"];
/// What a golden file is compared with, and where it is kept.
const GOLDEN: [(&str, &str); 3] = [
    ("modules/access/src/permission.rs", "permission"),
    ("modules/orders/src/decide.rs", "state"),
    ("modules/personnel/src/decide.rs", "state"),
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

/// A printed grid is kept, so that a change of who may do what shows in review.
fn golden(tree: &Tree) -> Vec<Problem> {
    GOLDEN
        .iter()
        .filter(|(source, _)| tree.texts.get(*source).is_some_and(|text| text.contains("golden file")))
        .filter(|(source, word)| {
            let module = source.split("/src/").next().unwrap_or_default();
            let kept = |path: &&String| path.starts_with(module) && path.contains("golden") && path.contains(word);
            !tree.texts.keys().any(|path| kept(&path))
        })
        .map(|(source, word)| Problem {
            file: (*source).to_owned(),
            line: 1,
            what: format!("no golden file with `{word}` in its name under the module"),
            why: "what can be printed as a table is kept as a file and reviewed",
            fix: "keep the printed grid under golden/ and compare it in a test",
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
        let source = ("modules/access/src/permission.rs", "/// Kept as a golden file.");
        assert_eq!(check(&Tree::of(&[source])).len(), 1);
        assert_eq!(check(&Tree::of(&[source, ("modules/access/golden/permissions.txt", "")])), []);
    }
}
