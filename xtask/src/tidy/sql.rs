//! SQL stands in `store.rs` files, in migrations and in platform/db, and only platform/db names the driver.

use super::{Problem, Tree, is_test, production_lines};

/// How a statement begins or is recognised; upper case, as the project writes SQL.
const STATEMENTS: [&str; 11] = [
    "SELECT ",
    "INSERT INTO ",
    "DELETE FROM ",
    "CREATE TABLE ",
    "CREATE SCHEMA ",
    "ALTER TABLE ",
    "DROP TABLE ",
    "TRUNCATE ",
    "LOCK TABLE ",
    "FROM STDIN",
    "ON CONFLICT ",
];

fn may_hold_sql(path: &str) -> bool {
    path.ends_with("/store.rs")
        || path.contains("/store/")
        || path.starts_with("platform/db/")
        || path.starts_with("xtask/")
}

/// No statement elsewhere.
pub fn statements(tree: &Tree) -> Vec<Problem> {
    tree.ending(".rs")
        .filter(|(path, _)| !may_hold_sql(path) && !is_test(path))
        .flat_map(|(path, text)| {
            production_lines(text).filter(|(_, line)| STATEMENTS.iter().any(|word| line.contains(word))).map(
                |(line, _)| Problem {
                    file: path.to_owned(),
                    line,
                    what: "an SQL statement".to_owned(),
                    why: "SQL stands in `store.rs`, so that every access to a table can be read in one place",
                    fix: "make it a function of the module's store.rs, noun first",
                },
            )
        })
        .collect()
}

/// Nobody else names the driver.
pub fn driver(tree: &Tree) -> Vec<Problem> {
    let manifests = tree.ending("/Cargo.toml").flat_map(|(path, text)| {
        let lines = text.lines().enumerate().map(|(at, line)| (at + 1, line));
        lines.filter(|(_, line)| line.starts_with("sqlx")).map(move |(line, _)| (path, line))
    });
    let sources = tree.ending(".rs").flat_map(|(path, text)| {
        production_lines(text).filter(|(_, line)| line.contains("sqlx::")).map(move |(line, _)| (path, line))
    });
    manifests
        .chain(sources)
        .filter(|(path, _)| !path.starts_with("platform/db/") && !path.starts_with("xtask/"))
        .map(|(path, line)| Problem {
            file: path.to_owned(),
            line,
            what: "names `sqlx`".to_owned(),
            why: "only platform/db knows the database driver, so that it can be exchanged there",
            fix: "use what `db` exports; add an export there if one is missing",
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_statement_outside_a_store_is_found() {
        let text = "fn f() {\n    query(\"SELECT 1\")\n}\n// SELECT in a comment\n#[cfg(test)]\nconst T: &str = \"SELECT 2\";\n";
        const NONE: [usize; 0] = [];
        let found = |path| statements(&Tree::of(&[(path, text)])).iter().map(|p| p.line).collect::<Vec<_>>();
        assert_eq!(found("modules/org/src/ops/show.rs"), [2]);
        assert_eq!(found("modules/org/src/store.rs"), NONE);
        assert_eq!(found("modules/org/src/ops/show_tests.rs"), NONE);
    }

    #[test]
    fn the_driver_is_named_in_one_place() {
        let found = |path, text| driver(&Tree::of(&[(path, text)])).len();
        assert_eq!(found("modules/org/src/store.rs", "use sqlx::query;"), 1);
        assert_eq!(found("modules/org/Cargo.toml", "[dependencies]\nsqlx.workspace = true\n"), 1);
        assert_eq!(found("platform/db/src/lib.rs", "pub use sqlx::query;"), 0);
    }
}
