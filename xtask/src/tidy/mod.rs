//! The invariants that no compiler checks. Each rule is a function from the tree to its problems, tested on a planted fault.

mod data;
mod documents;
mod evidence;
mod literals;
mod places;
mod purity;
mod routes;
mod shelves;
mod size;
mod sql;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::path::Path;

/// A rule and its name.
pub type Rule = (&'static str, fn(&Tree) -> Vec<Problem>);

/// All rules.
pub const RULES: &[Rule] = &[
    ("shelves", shelves::check),
    ("headers", shelves::headers),
    ("sql", sql::statements),
    ("driver", sql::driver),
    ("purity", purity::base),
    ("clock", purity::clock),
    ("literals", literals::check),
    ("routes", routes::check),
    ("documents", documents::check),
    ("evidence", evidence::check),
    ("places", places::check),
    ("size", size::check),
    ("data", data::check),
];

/// Something that breaks a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path from the project's folder.
    pub file: String,
    /// Line, from 1.
    pub line: usize,
    /// What is there.
    pub what: String,
    /// Which rule it breaks and why that rule exists.
    pub why: &'static str,
    /// What to do.
    pub fix: &'static str,
}

impl fmt::Display for Problem {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}:{}: {}\n    why: {}\n    fix: {}", self.file, self.line, self.what, self.why, self.fix)
    }
}

/// The project's text files by path, and the paths of all others.
#[derive(Debug, Default)]
pub struct Tree {
    /// Text by path from the project's folder, with `/` between folders.
    pub texts: BTreeMap<String, String>,
    /// Every path, folders included.
    pub paths: BTreeSet<String>,
}

/// Folders that hold what tools make, never what people write.
const MADE: [&str; 5] = [".git", "target", "node_modules", "edges/web/assets", "o"];

impl Tree {
    /// Reads the tree under `root`.
    pub fn read(root: &Path) -> Tree {
        let mut tree = Tree::default();
        tree.walk(root, "");
        tree
    }

    fn walk(&mut self, folder: &Path, prefix: &str) {
        let entries = std::fs::read_dir(folder).unwrap_or_else(|e| panic!("{}: {e}", folder.display()));
        for entry in entries.map(|entry| entry.expect("the folder stays readable while it is read")) {
            let name = entry.file_name().to_string_lossy().into_owned();
            let path = if prefix.is_empty() { name.clone() } else { format!("{prefix}/{name}") };
            if MADE.contains(&path.as_str()) || name == "node_modules" || name == "__pycache__" {
                self.paths.insert(path);
            } else if entry.path().is_dir() {
                self.paths.insert(path.clone());
                self.walk(&entry.path(), &path);
            } else {
                if let Ok(text) = std::fs::read_to_string(entry.path()) {
                    self.texts.insert(path.clone(), text);
                }
                self.paths.insert(path);
            }
        }
    }

    /// Text files whose path ends so.
    pub fn ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.texts.iter().filter(move |(path, _)| path.ends_with(ending)).map(|(p, t)| (p.as_str(), t.as_str()))
    }

    /// A tree of the given files, for tests.
    #[cfg(test)]
    pub fn of(files: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (path, text) in files {
            tree.texts.insert((*path).to_owned(), (*text).to_owned());
            let folders = path.match_indices('/').map(|(at, _)| path[..at].to_owned());
            tree.paths.extend(folders.chain([(*path).to_owned()]));
        }
        tree
    }
}

/// Lines of Rust that are run in production, with their numbers: without comments and without what follows the first
/// `#[cfg(test)]` (tests stand at the end of a file).
pub fn production_lines(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.lines()
        .enumerate()
        .take_while(|(_, line)| line.trim() != "#[cfg(test)]")
        .filter(|(_, line)| !line.trim_start().starts_with("//"))
        .map(|(at, line)| (at + 1, line))
}

/// Whether a Rust file is a test as a whole.
pub fn is_test(path: &str) -> bool {
    path.starts_with("testkit/") || path.contains("/tests/") || path.ends_with("tests.rs")
}

/// The problems of all rules, by file and line.
pub fn problems(tree: &Tree) -> Vec<Problem> {
    let mut problems: Vec<Problem> = RULES.iter().flat_map(|(_, rule)| rule(tree)).collect();
    problems.sort_by(|a, b| (&a.file, a.line).cmp(&(&b.file, b.line)));
    problems
}

/// How many rules have a problem.
pub fn broken_rules(problems: &[Problem]) -> usize {
    problems.iter().map(|problem| problem.why).collect::<BTreeSet<_>>().len().min(RULES.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_project_is_tidy() {
        let problems = problems(&Tree::read(&crate::root()));
        let listed: Vec<String> = problems.iter().map(Problem::to_string).collect();
        assert!(listed.is_empty(), "\n{}", listed.join("\n"));
    }
}
