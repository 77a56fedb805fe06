//! base performs no I/O; the clock and chance come from the edges.

use super::{Problem, Tree, is_test, production_lines};

const OUTSIDE: [&str; 9] =
    ["std::fs", "std::net", "std::process", "std::env", "std::thread", "tokio", "sqlx", "reqwest", "async fn"];

/// No I/O in base.
pub fn base(tree: &Tree) -> Vec<Problem> {
    // A build script runs where the program is built, not in it.
    let sources = tree
        .ending(".rs")
        .filter(|(path, _)| path.starts_with("base/") && !is_test(path) && !path.ends_with("/build.rs"));
    let manifests = tree.ending("/Cargo.toml").filter(|(path, _)| path.starts_with("base/"));
    sources
        .chain(manifests)
        .flat_map(|(path, text)| {
            production_lines(text).filter_map(move |(line, text)| {
                let word = OUTSIDE.into_iter().find(|word| text.contains(word))?;
                Some(Problem {
                    file: path.to_owned(),
                    line,
                    what: format!("`{word}`"),
                    why: "base is pure: what it decides can be tested, replayed and explained without a machine around it",
                    fix: "take the value as a parameter; read it in platform, modules or edges",
                })
            })
        })
        .collect()
}

/// What clippy.toml must ban for the clock rule to hold.
const BANNED: [&str; 3] = ["std::time::SystemTime::now", "time::OffsetDateTime::now_utc", "aws_lc_rs::rand::fill"];

/// clippy.toml bans the direct calls, and only the edges (and tests) may lift the ban.
pub fn clock(tree: &Tree) -> Vec<Problem> {
    let why = "time and chance are parameters from the edges down, so that every decision can be repeated";
    let list = tree.texts.get("clippy.toml").map_or("", String::as_str);
    let unbanned = BANNED.into_iter().filter(|call| !list.contains(&format!("\"{call}\""))).map(|call| Problem {
        file: "clippy.toml".to_owned(),
        line: 1,
        what: format!("does not ban `{call}`"),
        why,
        fix: "put it back into disallowed-methods",
    });
    let lifted = tree
        .ending(".rs")
        .filter(|(path, _)| !path.starts_with("edges/") && !path.starts_with("xtask/") && !is_test(path));
    let lifted = lifted.flat_map(|(path, text)| {
        production_lines(text).filter(|(_, line)| line.contains("disallowed_methods")).map(move |(line, _)| Problem {
            file: path.to_owned(),
            line,
            what: "lifts the ban on the clock and on chance".to_owned(),
            why,
            fix: "take a kernel::Clock or kernel::Random",
        })
    });
    unbanned.chain(lifted).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_in_base_are_found_and_elsewhere_not() {
        let text = "fn f() { std::fs::read(\"x\"); }";
        assert_eq!(base(&Tree::of(&[("base/kernel/src/lib.rs", text)])).len(), 1);
        assert_eq!(base(&Tree::of(&[("platform/db/src/lib.rs", text)])), []);
        assert_eq!(base(&Tree::of(&[("base/kernel/Cargo.toml", "tokio.workspace = true")])).len(), 1);
    }

    #[test]
    fn the_ban_stands_and_is_lifted_at_the_edge_only() {
        let list: String = BANNED.iter().map(|call| format!("{{ path = \"{call}\" }}\n")).collect();
        let allow = "#[allow(clippy::disallowed_methods)]";
        let found = |list: &str, path| clock(&Tree::of(&[("clippy.toml", list), (path, allow)])).len();
        assert_eq!(found(&list, "edges/cli/src/main.rs"), 0);
        assert_eq!(found(&list, "modules/org/src/lib.rs"), 1);
        assert_eq!(found("", "edges/cli/src/main.rs"), BANNED.len());
    }
}
