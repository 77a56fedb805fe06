//! One throw-away PostgreSQL for a whole test run: starting one for each test would cost more than the tests.

use db::{Cluster, Durability};
use std::process::{Command, ExitCode};

/// Runs the program with the cluster's address in `RENSHI_TEST_DATABASE`, stops the cluster, and ends as the program ended.
pub fn run(program: &str, arguments: &[&str]) -> ExitCode {
    let folder = std::env::temp_dir().join(format!("renshi-tests-{}", std::process::id()));
    let status = match Cluster::start(&folder, Durability::Disposable) {
        Ok(cluster) => Command::new(program).args(arguments).env("RENSHI_TEST_DATABASE", cluster.url()).status(),
        Err(error) => {
            eprintln!("no database for the tests: {error}");
            return ExitCode::FAILURE;
        }
    };
    // A folder left behind harms nobody: the next run has a name of its own.
    let _ = std::fs::remove_dir_all(&folder);
    match status {
        Ok(status) => ExitCode::from(status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(1)),
        Err(error) => {
            eprintln!("`{program}` cannot be started: {error}");
            ExitCode::FAILURE
        }
    }
}
