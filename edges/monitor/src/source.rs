//! Where a log is read from.

use crate::MonitorError;
use fetch::{Client, FetchError, Setting, host_of};
use objects::{Objects, Place};
use std::time::Duration;

/// Largest file of a log: the status of fifty million leaves.
const BYTES_MAX: usize = 16 * 1024 * 1024;
/// Most time for one file.
const FILE_MAX: Duration = Duration::from_secs(30);

/// A log as it is served: an address, or a folder.
#[derive(Clone, Debug)]
pub enum Source {
    /// Below an HTTP address.
    Http {
        /// Asks that host only.
        client: Client,
        /// With `/` at its end.
        address: String,
    },
    /// In a folder.
    Folder {
        /// The folder.
        objects: Objects,
        /// Where in it, with `/` at its end; empty for all of it.
        below: String,
    },
}

impl Source {
    /// The log at `http(s)://…` or in a folder.
    ///
    /// # Errors
    /// When the address cannot be asked or the folder not opened.
    pub fn open(text: &str) -> Result<Self, MonitorError> {
        let fault = |reason: String| MonitorError::Source { file: text.to_owned(), reason };
        if !text.contains("://") {
            return Ok(Self::folder(Objects::open(&Place::Folder(text.into()))?));
        }
        let host = host_of(text).map_err(|error| fault(error.to_string()))?;
        // What is fetched is signed, so a log inside a network may be read without TLS.
        let setting =
            Setting { hosts: vec![host], bytes_max: BYTES_MAX, timeout: FILE_MAX, plain: true, ..Setting::default() };
        let client = Client::new(setting).map_err(|error| fault(error.to_string()))?;
        Ok(Self::Http { client, address: format!("{}/", text.trim_end_matches('/')) })
    }

    /// All of a folder.
    #[must_use]
    pub const fn folder(objects: Objects) -> Self {
        Self::Folder { objects, below: String::new() }
    }

    /// What is below a folder of it, which is named with `/` at its end: a later shard.
    #[must_use]
    pub fn below(&self, folder: &str) -> Self {
        match self {
            Self::Folder { objects, below } => {
                Self::Folder { objects: objects.clone(), below: format!("{below}{folder}") }
            }
            Self::Http { client, address } => {
                Self::Http { client: client.clone(), address: format!("{address}{folder}") }
            }
        }
    }

    /// The file at `path`; `None` if there is none.
    ///
    /// # Errors
    /// When the source does not answer.
    pub async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, MonitorError> {
        match self {
            Self::Folder { objects, below } => {
                Ok(objects.get(&format!("{below}{path}")).await?.map(|object| object.bytes))
            }
            Self::Http { client, address } => match client.get(&format!("{address}{path}"), &[]).await {
                Ok(reply) => Ok(Some(reply.body)),
                Err(FetchError::Status { status: 404, .. }) => Ok(None),
                Err(error) => Err(MonitorError::Source { file: path.to_owned(), reason: error.to_string() }),
            },
        }
    }

    /// The file at `path`.
    ///
    /// # Errors
    /// When there is none, or the source does not answer.
    pub async fn need(&self, path: &str) -> Result<Vec<u8>, MonitorError> {
        let missing = || MonitorError::Source { file: path.to_owned(), reason: "it is not there".to_owned() };
        self.get(path).await?.ok_or_else(missing)
    }
}
