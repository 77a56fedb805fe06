//! `renshi witness`: a witness of logs that are not ours.

use crate::Failure;
use crate::args::Witness;
use crate::chance::{SystemClock, SystemRandom};
use crate::serve::{interrupted, listen};
use std::process::ExitCode;
use std::sync::Arc;
use tlog::note::Vkey;
use tlog::policy::Policy;
use witness::{Limits, Logs};

/// Makes a key, or answers until interrupted.
///
/// # Errors
/// When key or state are missing or not to be relied on, no log is named, or the address is taken.
pub async fn run(arguments: Witness) -> Result<ExitCode, Failure> {
    if let Some(name) = &arguments.new_key {
        let made = match arguments.token {
            Some(address) => witness::create_in_token(&arguments.data, name, address),
            None => witness::create(&arguments.data, name, arguments.ml_dsa, &SystemRandom),
        };
        for vkey in made? {
            println!("{vkey}");
        }
        return Ok(ExitCode::SUCCESS);
    }
    let logs = logs(&arguments)?;
    let witness = witness::Witness::open(&arguments.data, logs, Arc::new(SystemClock))?;
    let (listener, address) = listen(arguments.listen).await?;
    println!("見證 Witness at http://{address}");
    print!("{}", witness.describe());
    let limits = Limits { per_minute: arguments.per_minute, ..Limits::default() };
    witness::serve(Arc::new(witness), limits, listener, interrupted()).await?;
    Ok(ExitCode::SUCCESS)
}

fn logs(arguments: &Witness) -> Result<Logs, Failure> {
    let mut keys = Vec::new();
    for text in &arguments.logs {
        keys.push(text.parse::<Vkey>().map_err(|error| format!("`{text}`: {error}"))?);
    }
    if let Some(path) = &arguments.policy {
        let text = std::fs::read_to_string(path).map_err(|error| format!("`{}`: {error}", path.display()))?;
        let policy: Policy = text.parse().map_err(|error| format!("`{}`: {error}", path.display()))?;
        keys.extend(policy.logs().iter().map(|log| log.vkey.clone()));
    }
    Ok(Logs::new(keys)?)
}
