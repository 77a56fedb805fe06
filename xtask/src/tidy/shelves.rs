//! base < platform < modules < edges: nothing looks up, and modules call each other only as listed.

use super::{Problem, Tree};
use std::collections::BTreeMap;

/// Which modules a module may call. What is not listed may call none.
const CALLS: &[(&str, &[&str])] = &[("personnel", &["orders", "org"])];

const SHELVES: [&str; 4] = ["base", "platform", "modules", "edges"];
const WHY: &str = "nothing looks up: base < platform < modules < edges, and modules call each other only as listed";
const FIX: &str = "move the code down, hand the value in as a parameter, or put the call at the edge";

fn shelf(path: &str) -> Option<usize> {
    SHELVES.iter().position(|shelf| path.starts_with(&format!("{shelf}/")))
}

/// Names of the crates a manifest depends on, development dependencies included.
fn dependencies(manifest: &toml::Table) -> Vec<String> {
    let tables = ["dependencies", "dev-dependencies", "build-dependencies"];
    let tables = tables.iter().filter_map(|name| manifest.get(*name)?.as_table());
    tables.flat_map(|table| table.keys().cloned()).collect()
}

/// Checks every manifest.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let crates: BTreeMap<&str, usize> =
        tree.ending("/Cargo.toml").filter_map(|(path, _)| Some((path.split('/').nth(1)?, shelf(path)?))).collect();
    let mut problems = Vec::new();
    for (path, text) in tree.ending("/Cargo.toml") {
        let (Some(own), Some(name)) = (shelf(path), path.split('/').nth(1)) else { continue };
        let manifest: toml::Table = text.parse().expect("cargo reads this manifest too");
        for other in dependencies(&manifest) {
            let Some(&above) = crates.get(other.as_str()) else { continue };
            let listed = CALLS.iter().any(|(caller, called)| *caller == name && called.contains(&other.as_str()));
            if above > own || (above == own && SHELVES[own] == "modules" && !listed) {
                let line = text.lines().position(|line| line.starts_with(&other)).map_or(1, |at| at + 1);
                let what = format!("`{name}` depends on `{other}`");
                problems.push(Problem { file: path.to_owned(), line, what, why: WHY, fix: FIX });
            }
        }
    }
    problems
}

const HEADINGS: [&str; 5] = ["Owns:", "Promises:", "Never:", "Serves:", "Start at:"];

/// Every crate of the platform and every module opens with these lines; whom it serves is asked of modules only, because a
/// platform crate serves whoever comes.
pub fn headers(tree: &Tree) -> Vec<Problem> {
    tree.ending("/src/lib.rs")
        .filter(|(path, _)| path.starts_with("platform/") || path.starts_with("modules/"))
        .flat_map(|(path, text)| {
            let head: String = text.lines().take_while(|line| line.starts_with("//!")).collect();
            let asked =
                HEADINGS.into_iter().filter(move |heading| path.starts_with("modules/") || *heading != "Serves:");
            asked.filter(move |heading| !head.contains(heading)).map(move |heading| Problem {
                file: path.to_owned(),
                line: 1,
                what: format!("the header lacks `{heading}`"),
                why: "a reader learns from the first lines what a crate owns, promises and never does",
                fix: "write the line; modules/org/src/lib.rs is an example",
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn manifest(dependency: &str) -> String {
        format!("[dependencies]\n{dependency}.workspace = true\n")
    }

    #[test]
    fn looking_up_and_unlisted_calls_are_found() {
        let cases = [
            ("base/kernel", "db", true),
            ("platform/db", "kernel", false),
            ("platform/db", "org", true),
            ("modules/orders", "personnel", true),
            ("modules/personnel", "orders", false),
            ("modules/org", "db", false),
            ("edges/web", "org", false),
        ];
        for (from, to, found) in cases {
            let mut files: Vec<(String, String)> =
                ["base/kernel", "platform/db", "modules/orders", "modules/org", "edges/web"]
                    .iter()
                    .chain(&["modules/personnel"])
                    .map(|path| (format!("{path}/Cargo.toml"), String::new()))
                    .collect();
            files.push((format!("{from}/Cargo.toml"), manifest(to)));
            let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (p.as_str(), t.as_str())).collect();
            assert_eq!(!check(&Tree::of(&files)).is_empty(), found, "{from} -> {to}");
        }
    }

    #[test]
    fn a_missing_header_line_is_named() {
        let text = "//! Owns: a\n//! Promises: b\n//! Serves: c\n//! Start at: d\n";
        let found = headers(&Tree::of(&[("modules/org/src/lib.rs", text)]));
        assert_eq!(found.iter().map(|p| p.what.as_str()).collect::<Vec<_>>(), ["the header lacks `Never:`"]);
    }
}
