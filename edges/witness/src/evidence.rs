//! What a log should not have signed is kept: two checkpoints of one log that do not fit together are proof against it.

use std::io::Write as _;
use std::path::Path;
use tlog::hash::sha256;
use tlog::witness::AddCheckpoint;

/// Most files kept of one kind: who can sign for a log shall not be able to fill the disk of a witness.
const FILES_MAX: usize = 64;

/// Keeps the request and the note that was cosigned before. Losing it harms nobody but the curious, so a fault is only told.
///
/// `kind` is the beginning of the file's name, and the limit is for each kind: anybody can show a true checkpoint with a wrong proof, and
/// shall not keep out two roots of one size, which only the log can make.
pub(crate) fn keep(folder: &Path, kind: &str, asked: &AddCheckpoint, seen: Option<&str>) {
    let text = format!("{asked}\n{}", seen.unwrap_or_default());
    let name: String = sha256(asked.checkpoint.as_bytes())[..8].iter().map(|byte| format!("{byte:02x}")).collect();
    let written = std::fs::create_dir_all(folder).and_then(|()| {
        let same = |file: &std::fs::DirEntry| file.file_name().to_string_lossy().starts_with(kind);
        if std::fs::read_dir(folder)?.filter_map(Result::ok).filter(same).count() >= FILES_MAX {
            return Ok(());
        }
        let file =
            std::fs::OpenOptions::new().write(true).create_new(true).open(folder.join(format!("{kind}-{name}.txt")));
        match file {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => Ok(()),
            file => file?.write_all(text.as_bytes()),
        }
    });
    if let Err(error) = written {
        tracing::error!(%error, "evidence against a log could not be kept");
    }
}
