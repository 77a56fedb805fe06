//! Nothing names one machine or one registry's address: a clone must work anywhere.

use super::{Problem, Tree};

/// Written in two halves so that this file does not name them.
const PLACES: [(&str, &str); 10] = [
    ("/wo", "rk/"),
    ("/ro", "ot/"),
    ("/ho", "me/"),
    ("/Us", "ers/"),
    ("registry.npm", "js.org"),
    ("py", "pi.org/"),
    ("files.python", "hosted.org"),
    ("deb.deb", "ian.org"),
    ("index.cra", "tes.io"),
    ("static.cra", "tes.io"),
];

/// Reads every text file but the lock files' own spelling of the registry's name.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let places: Vec<String> = PLACES.iter().map(|(a, b)| format!("{a}{b}")).collect();
    let mut problems = Vec::new();
    for (path, text) in &tree.texts {
        for (at, line) in text.lines().enumerate() {
            if let Some(place) = places.iter().find(|place| names(line, place)) {
                problems.push(Problem {
                    file: path.clone(),
                    line: at + 1,
                    what: format!("names `{place}`"),
                    why: "a path of one machine or a registry's host means nothing in another place",
                    fix: "use a relative path, a setting, or the ordinary client's own configuration",
                });
            }
        }
    }
    problems
}

/// A folder counts where it begins a path, not inside one (`docs/home/`).
fn names(line: &str, place: &str) -> bool {
    line.match_indices(place).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        !place.starts_with('/') || before.is_none_or(|c| !(c.is_alphanumeric() || "._-*)}]".contains(c)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_is_found_and_a_web_path_is_not() {
        let machine = format!("cd {}{}main", "/wo", "rk/");
        let host = format!("fetch https://{}{}/x", "registry.npm", "js.org");
        let found = |text: &str| check(&Tree::of(&[("docs/a.md", text)])).len();
        assert_eq!(found(&machine), 1);
        assert_eq!(found(&host), 1);
        assert_eq!(found(&format!("pages{}x.rs", "/ho".to_owned() + "me/")), 0);
    }
}
