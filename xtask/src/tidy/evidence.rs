//! The checklist of protection: every line's evidence exists, every state is one of four, the count at the top is right.

use super::{Problem, Tree};
use std::collections::{BTreeMap, BTreeSet};

const WHY: &str = "a checklist that nobody holds against the project becomes a decoration";
const FIX: &str =
    "name a file or a test that exists, give a reason where nothing is met, and correct the count at the top";
const LIST: &str = "docs/security/asvs.md";

/// What a line may say, in the order of the count.
const STATES: [&str; 4] = ["met", "partly", "not met", "not applicable"];

/// A line of the list: number, what is asked, state, evidence or reason.
struct Line<'t> {
    at: usize,
    cells: Vec<&'t str>,
}

/// Checks the list, if there is one.
pub fn check(tree: &Tree) -> Vec<Problem> {
    let Some(text) = tree.texts.get(LIST) else { return Vec::new() };
    let tests = tests_of(tree);
    let rows: Vec<Line> = text.lines().enumerate().filter_map(row).collect();
    let (asked, counts): (Vec<&Line>, Vec<&Line>) = rows.iter().partition(|line| number(line.cells[0]).is_some());
    let mut problems = Vec::new();
    let mut counted: BTreeMap<&str, usize> = BTreeMap::new();
    let mut last = Vec::new();
    for line in asked {
        let place = number(line.cells[0]).unwrap_or_default();
        if place <= last {
            problems.push(problem(line.at, format!("`{}` is out of order or stands twice", line.cells[0])));
        }
        last = place;
        *counted.entry(line.cells.get(2).copied().unwrap_or("")).or_default() += 1;
        problems.extend(faults(tree, &tests, line).into_iter().map(|what| problem(line.at, what)));
    }
    for state in STATES {
        let said = counts.iter().find(|line| line.cells[0] == state);
        let is = counted.get(state).copied().unwrap_or(0);
        if said.and_then(|line| line.cells.get(1)).and_then(|count| count.parse().ok()) != Some(is) {
            let what = format!("{is} lines are `{state}`, which the count at the top does not say");
            problems.push(problem(said.map_or(1, |line| line.at), what));
        }
    }
    problems
}

fn problem(line: usize, what: String) -> Problem {
    Problem { file: LIST.to_owned(), line, what, why: WHY, fix: FIX }
}

fn row((at, line): (usize, &str)) -> Option<Line<'_>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(Line { at: at + 1, cells: inner.split('|').map(str::trim).collect() })
}

/// `V6.2.11` as numbers.
fn number(cell: &str) -> Option<Vec<u32>> {
    cell.strip_prefix('V')?.split('.').map(|part| part.parse().ok()).collect()
}

fn faults(tree: &Tree, tests: &BTreeSet<&str>, line: &Line) -> Vec<String> {
    let [name, _, state, evidence] = line.cells[..] else {
        return vec!["a line has number, what is asked, state, and evidence or reason".to_owned()];
    };
    let mut faults = Vec::new();
    if !STATES.contains(&state) {
        faults.push(format!("`{state}` is no state"));
    }
    let named: Vec<&str> = evidence.split('`').skip(1).step_by(2).collect();
    if matches!(state, "met" | "partly") && named.is_empty() {
        faults.push(format!("{name} is {state} and names no evidence"));
    }
    let words = evidence.split('`').step_by(2).flat_map(str::split_whitespace).count();
    if state != "met" && words < 3 {
        faults.push(format!("{name} is {state} and gives no reason"));
    }
    let missing = named.into_iter().filter(|name| !tree.paths.contains(*name) && !tests.contains(name));
    faults.extend(missing.map(|name| format!("`{name}` is neither a file nor a test")));
    faults
}

/// Names of all test functions, and titles of the tests of the scripts.
fn tests_of(tree: &Tree) -> BTreeSet<&str> {
    let mut names = BTreeSet::new();
    for (_, text) in tree.ending(".rs") {
        let mut is_test = false;
        for line in text.lines().map(str::trim) {
            if line.starts_with("#[test]") || line.starts_with("#[tokio::test") {
                is_test = true;
            } else if let Some((_, rest)) = line.split_once("fn ").filter(|_| !line.starts_with("//")) {
                // The macro of property tests writes the attribute inside itself, as the others do.
                if is_test {
                    names.insert(rest.split(['(', '<']).next().unwrap_or(rest));
                }
                is_test = false;
            }
        }
    }
    for (_, text) in tree.ending(".test.js") {
        names.extend(text.lines().filter_map(|line| line.trim().strip_prefix("test(\"")?.split('"').next()));
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const CODE: &str =
        "    #[test]\n    fn it_holds() {}\n    fn helper() {}\n    #[tokio::test]\n    async fn it_waits() {}\n";

    fn found(list: &str) -> Vec<String> {
        let tree = Tree::of(&[
            (LIST, list),
            ("base/kernel/src/lib.rs", CODE),
            ("SECURITY.md", ""),
            ("ui/a.test.js", "test(\"draws a page\", () => {});\n"),
        ]);
        check(&tree).into_iter().map(|problem| problem.what).collect()
    }

    fn list(counts: [usize; 4], rows: &str) -> String {
        let count = |(state, count): (&str, usize)| format!("| {state} | {count} |\n");
        let counts: String = STATES.into_iter().zip(counts).map(count).collect();
        format!(
            "# List\n\n| state | lines |\n| --- | --- |\n{counts}\n| number | asks | state | evidence |\n| --- | --- | --- | --- |\n{rows}"
        )
    }

    #[test]
    fn a_sound_list_has_no_problem() {
        let rows = "| V1.1.1 | one | met | `it_holds`, `SECURITY.md` |\n| V1.1.2 | two | partly | `it_waits`; the rest is the proxy's |\n\
            | V1.2.1 | three | not met | nobody has written it yet |\n| V1.10.1 | four | met | `draws a page` |\n";
        assert_eq!(found(&list([2, 1, 1, 0], rows)), Vec::<String>::new());
    }

    #[test]
    fn evidence_that_is_not_there_is_found() {
        let one = |row: &str| found(&list([1, 0, 0, 0], row));
        assert_eq!(one("| V1.1.1 | a | met | `base/none.rs` |\n"), ["`base/none.rs` is neither a file nor a test"]);
        assert_eq!(one("| V1.1.1 | a | met | `helper` |\n"), ["`helper` is neither a file nor a test"]);
        assert_eq!(one("| V1.1.1 | a | met | we believe it is so |\n"), ["V1.1.1 is met and names no evidence"]);
    }

    #[test]
    fn a_state_order_or_count_that_is_wrong_is_found() {
        assert_eq!(found(&list([0, 0, 0, 0], "| V1.1.1 | a | met | `it_holds` |\n")).len(), 1);
        let twice = "| V1.1.2 | a | met | `it_holds` |\n| V1.1.2 | a | met | `it_holds` |\n";
        assert_eq!(found(&list([2, 0, 0, 0], twice)), ["`V1.1.2` is out of order or stands twice"]);
        assert_eq!(found(&list([0, 0, 0, 0], "| V1.1.1 | a | done | because we say so |\n")), ["`done` is no state"]);
        assert_eq!(
            found(&list([0, 0, 1, 0], "| V1.1.1 | a | not met | later |\n")),
            ["V1.1.1 is not met and gives no reason"]
        );
    }
}
