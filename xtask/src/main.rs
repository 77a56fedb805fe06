//! Chores of the project, called by `./dev` and by hand: `cargo xtask tidy`.

mod new;
mod sbom;
mod tidy;
mod with_database;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

const USAGE: &str = "\
cargo xtask tidy                        the project's invariants: each problem as file:line: what, why, how to fix
cargo xtask with-database -- COMMAND    runs a command with a throw-away PostgreSQL in RENSHI_TEST_DATABASE
cargo xtask new NAME                    the skeleton of a new module
cargo xtask sbom CRATES NPM OUT         one bill of materials out of cargo's and npm's, checked (`./dev sbom`)";

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["tidy"] => tidy(),
        ["with-database", "--", program, rest @ ..] => with_database::run(program, rest),
        ["sbom", crates, scripts, out] => sbom::run(&root(), crates, scripts, out),
        ["new", name] => match new::module(&root(), name) {
            Ok(text) => say(&text, ExitCode::SUCCESS),
            Err(text) => say(&text, ExitCode::from(2)),
        },
        _ => say(USAGE, ExitCode::from(2)),
    }
}

fn say(text: &str, code: ExitCode) -> ExitCode {
    println!("{text}");
    code
}

/// The project's folder: the one this was built from.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("xtask/ lies in the project").to_owned()
}

fn tidy() -> ExitCode {
    let tree = tidy::Tree::read(&root());
    let problems = tidy::problems(&tree);
    for problem in &problems {
        println!("{problem}");
    }
    let failed = problems.len();
    let passed = tidy::RULES.len() - tidy::broken_rules(&problems);
    println!("{passed} passed, {failed} failed");
    if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
