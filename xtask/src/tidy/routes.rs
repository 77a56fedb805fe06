//! Every route names the action it needs; `access` holds who may do it.

use super::{Problem, Tree, is_test, production_lines};

const TABLE: &str = "edges/web/src/routes.rs";
const WHY: &str = "a route without an action would be open to everybody: the route table is where that is decided";

/// One table of routes, each line with its action; no route outside the table.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let Some(table) = tree.texts.get(TABLE) else { return Vec::new() };
    let bare = production_lines(table).filter(|(_, line)| line.contains("\"/") && !line.contains("Action::")).map(
        |(line, _)| problem(TABLE, line, "a route without an `Action::`", "name the action in the route's own line"),
    );
    let elsewhere = tree
        .ending(".rs")
        .filter(|(path, _)| path.starts_with("edges/") && *path != TABLE && !is_test(path))
        .flat_map(|(path, text)| {
            production_lines(text).filter(|(_, line)| line.contains(".route(\"")).map(move |(line, _)| {
                problem(path, line, "a route outside the route table", "move it to edges/web/src/routes.rs")
            })
        });
    bare.chain(elsewhere).collect()
}

fn problem(file: &str, line: usize, what: &str, fix: &'static str) -> Problem {
    Problem { file: file.to_owned(), line, what: what.to_owned(), why: WHY, fix }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_needs_an_action_and_stands_in_the_table() {
        let table =
            "fn routes() {\n    get(\"/agencies\", Action::ReadAgencies, page);\n    get(\"/open\", page);\n}\n";
        let other = "fn f(r: Router) { r.route(\"/hidden\", get(page)); }\n";
        let found = check(&Tree::of(&[(TABLE, table), ("edges/web/src/pages/home.rs", other)]));
        let places: Vec<_> = found.iter().map(|p| (p.file.as_str(), p.line)).collect();
        assert_eq!(places, [(TABLE, 3), ("edges/web/src/pages/home.rs", 1)]);
    }
}
