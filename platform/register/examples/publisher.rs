//! Publishes a log once: the writer that the fault test makes fail at every system call.
//!
//!     publisher DATABASE FOLDER

use objects::{Objects, Place};
use std::{path::PathBuf, process::ExitCode};

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [database, folder] = arguments.as_slice() else {
        eprintln!("publisher DATABASE FOLDER");
        return ExitCode::FAILURE;
    };
    // One thread for the files, so that the same run makes the same calls.
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    let runtime = runtime.enable_all().max_blocking_threads(1).build().expect("a runtime can be made at start");
    match runtime.block_on(publish(database, folder.into())) {
        Ok(published) => {
            println!("{}", published.to);
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn publish(database: &str, folder: PathBuf) -> Result<register::publish::Published, Box<dyn std::error::Error>> {
    let db = db::Db::connect(database).await?;
    Ok(register::publish::publish(&db, &Objects::open(&Place::Folder(folder))?).await?)
}
