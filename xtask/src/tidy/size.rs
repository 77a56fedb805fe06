//! Files stay short enough to be read as one thing.

use super::{Problem, Tree};

/// Lines a file that people write may have.
const LINES_MAX: usize = 600;
const WRITTEN: [&str; 11] = [".rs", ".md", ".js", ".mjs", ".py", ".html", ".css", ".scss", ".sql", ".typ", ".sh"];

/// No longer file.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let written = tree.texts.iter().filter(|(path, _)| WRITTEN.iter().any(|ending| path.ends_with(ending)));
    written
        .filter(|(_, text)| text.lines().count() > LINES_MAX)
        .map(|(path, text)| Problem {
            file: path.clone(),
            line: LINES_MAX + 1,
            what: format!("{} lines", text.lines().count()),
            why: "a file of more than 600 lines is no longer read as one thing",
            fix: "split it where it stops being about one thing",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_is_the_limit() {
        let found =
            |lines| check(&Tree::of(&[("docs/a.md", &"x\n".repeat(lines)), ("data.csv", &"x\n".repeat(900))])).len();
        assert_eq!((found(600), found(601)), (0, 1));
    }
}
