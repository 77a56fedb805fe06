//! Every route names the action it needs; `access` holds who may do it.

use super::{Problem, Tree, is_test, production_lines};

const TABLE: &str = "edges/web/src/routes.rs";
/// The interface for machines has a table of its own.
const API_TABLE: &str = "edges/api/src/routes.rs";
/// A program of its own that strangers run: it answers everybody alike and holds nothing of the platform.
const WITNESS: &str = "edges/witness/";
const ACTIONS: &str = "modules/access/src/permission.rs";
/// Built style sheets and scripts are the one address outside the table: they are the same for everybody.
const ASSETS: &str = "/assets/";
const WHY: &str = "a route without an action would be open to everybody: the route table is where that is decided";

/// One table of routes, each with its action; no route outside the table.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let tables = [TABLE, API_TABLE].into_iter().filter_map(|name| Some((name, tree.texts.get(name)?)));
    let actions = actions(tree.texts.get(ACTIONS).map_or("", String::as_str));
    let named = |action: &str| actions.contains(&action.rsplit("::").next().unwrap_or(action));
    let entries = tables.flat_map(|(name, table)| entries(table).into_iter().map(move |entry| (name, entry)));
    let bare = entries.filter(|(_, (_, _, action))| !named(action)).map(|(name, (line, path, action))| {
        problem(
            name,
            line,
            format!("`{path}` names `{action}`, which is no action"),
            "name an `access::Action` after the path",
        )
    });
    let elsewhere = tree
        .ending(".rs")
        .filter(|(path, _)| path.starts_with("edges/") && !path.starts_with(WITNESS))
        .filter(|(path, _)| ![TABLE, API_TABLE].contains(path) && !is_test(path))
        .flat_map(|(path, text)| {
            let routes =
                production_lines(text).filter(|(_, line)| line.contains(".route(\"") && !line.contains(ASSETS));
            routes.map(move |(line, _)| {
                problem(path, line, "a route outside the route table".to_owned(), "move it to edges/web/src/routes.rs")
            })
        });
    bare.chain(elsewhere).collect()
}

/// Line, path and action of each `route("…", …` in the table, however the call is broken into lines.
fn entries(table: &str) -> Vec<(usize, &str, &str)> {
    let entry = |(at, call): (usize, &str)| {
        let line = table[..at].matches('\n').count() + 1;
        let (path, rest) = table[at + call.len()..].trim_start().strip_prefix('"')?.split_once('"')?;
        let action = rest.trim_start_matches([',', ' ', '\n']).split([',', ')']).next()?.trim();
        Some((line, path, action))
    };
    table.match_indices("route(").filter_map(entry).collect()
}

/// The actions, one a line, as `actions!` declares them.
fn actions(source: &str) -> Vec<&str> {
    let variants = source.lines().skip_while(|line| *line != "actions! {").skip(1).take_while(|line| *line != "}");
    variants.filter_map(|line| line.trim().strip_suffix(',')).collect()
}

fn problem(file: &str, line: usize, what: String, fix: &'static str) -> Problem {
    Problem { file: file.to_owned(), line, what, why: WHY, fix }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_route_needs_an_action_and_stands_in_the_table() {
        let actions = "actions! {\n    /// Reading.\n    ReadAgencies,\n}\n";
        let table = "fn routes() {\n    route(\"/a\", ReadAgencies, get(page)),\n    route(\n        \"/b\",\n        Action::ReadAgencies,\n    \
                     ),\n    route(\"/open\", get(page)),\n}\n";
        let other = "fn f(r: Router) { r.route(\"/hidden\", get(page)).route(\"/assets/x\", y); }\n";
        let other = other.replace(").route(\"/assets", ");\n r.route(\"/assets");
        let found = check(&Tree::of(&[(ACTIONS, actions), (TABLE, table), ("edges/web/src/pages/home.rs", &other)]));
        let places: Vec<_> = found.iter().map(|p| (p.file.as_str(), p.line)).collect();
        assert_eq!(places, [(TABLE, 7), ("edges/web/src/pages/home.rs", 1)]);
    }
}
