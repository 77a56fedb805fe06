//! `renshi`: the one program. It reads its arguments, puts the parts together, and answers with an exit code.

mod anchors;
mod args;
mod assemble;
mod bench;
mod bench_authority;
mod bench_pension;
mod bench_reads;
mod bench_register;
mod card_verb;
mod cards;
mod chance;
mod demo;
mod doctor;
mod erasing;
mod import;
mod in_token;
mod journey;
mod keep;
mod log_key;
mod monitoring;
mod out;
mod pack;
mod pension;
mod portal;
mod publishing;
mod refusals;
mod registry;
mod rotate;
mod serve;
mod shards;
mod verify;
mod witness;

use args::{Arguments, Verb};
use clap::Parser;
use std::process::ExitCode;

/// A failure as it is told at the command line: the sentence first, then its causes.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

fn main() -> ExitCode {
    quiet_when_nobody_reads();
    let arguments = Arguments::parse();
    if let Verb::Verify(verify) = &arguments.verb {
        return verify::run(verify);
    }
    if let Verb::Pension(pension) = &arguments.verb {
        return pension::run(pension);
    }
    let filter = tracing_subscriber::EnvFilter::try_from_env("RENSHI_LOG").unwrap_or_else(|_| "warn".into());
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Runtime::new().expect("a runtime can be made at start");
    match runtime.block_on(run(arguments)) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("renshi: {}", chain(failure.as_ref()));
            ExitCode::FAILURE
        }
    }
}

/// Whoever stops reading (`| head`) wants no more lines, and no report of that either: the program ends without words.
fn quiet_when_nobody_reads() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload_as_str().unwrap_or_default();
        if !(said.starts_with("failed printing to std") && said.contains("Broken pipe")) {
            report(panic);
        }
    }));
}

async fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    match arguments.verb {
        Verb::Demo(demo) => demo::run(demo).await,
        Verb::Serve(serve) => serve::run(serve).await,
        Verb::Import(import) => import::run(import).await,
        Verb::Register(register) => registry::run(register).await,
        Verb::Doctor(doctor) => doctor::run(doctor).await,
        Verb::Card(arguments) => card_verb::run(arguments).await,
        Verb::Monitor(arguments) => monitoring::run(arguments).await,
        Verb::Pack(arguments) => pack::run(arguments).await,
        Verb::Keep(keep) => keep::run(keep).await,
        Verb::Bench(bench) => bench::run(bench).await,
        Verb::Witness(arguments) => witness::run(arguments).await,
        Verb::Verify(_) | Verb::Pension(_) => unreachable!("done before the runtime was made"),
    }
}

/// An error with all its causes, in one line.
fn chain(error: &(dyn std::error::Error + 'static)) -> String {
    let mut words = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        words.push_str(": ");
        words.push_str(&cause.to_string());
        next = cause.source();
    }
    words
}
