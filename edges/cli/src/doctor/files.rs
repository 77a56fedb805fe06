//! What a file shows of itself without being opened.

use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use time::OffsetDateTime;

/// Owner, permissions and age of a file or folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileFact {
    /// Where it is.
    pub path: PathBuf,
    /// Permission bits.
    pub mode: u32,
    /// Who owns it.
    pub uid: u32,
    /// When its content was changed last.
    pub changed_at: OffsetDateTime,
}

impl FileFact {
    /// Whether its name ends so.
    pub fn ends_with(&self, ending: &str) -> bool {
        self.path.to_string_lossy().ends_with(ending)
    }

    /// Its name without folder and ending.
    pub fn name(&self) -> String {
        self.path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
    }
}

/// One file or folder.
///
/// # Errors
/// When it is not there or may not be looked at.
pub fn one_file(path: &Path) -> std::io::Result<FileFact> {
    let metadata = std::fs::metadata(path)?;
    let changed_at = OffsetDateTime::from_unix_timestamp(metadata.mtime()).unwrap_or(OffsetDateTime::UNIX_EPOCH);
    Ok(FileFact { path: path.to_owned(), mode: metadata.mode() & 0o7777, uid: metadata.uid(), changed_at })
}

/// All files below a folder, by name; none if it is not there.
///
/// # Errors
/// When a folder may not be read.
pub fn files_under(folder: &Path) -> std::io::Result<Vec<FileFact>> {
    let mut found = Vec::new();
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(found),
        Err(error) => return Err(error),
    };
    for entry in entries {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(files_under(&path)?);
        } else {
            found.push(one_file(&path)?);
        }
    }
    found.sort_by(|a, b| a.path.cmp(&b.path));
    Ok(found)
}
