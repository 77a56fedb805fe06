//! How well the source of a value or a code is known.

use serde::Deserialize;

/// Where a value comes from. A result built on anything but [`SourceStatus::Text`] and [`SourceStatus::Official`] says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum SourceStatus {
    /// Read in the text of an act kept in `law/`.
    Text,
    /// Read in an official document other than an act.
    Official,
    /// Made by us so that it fits the law and known examples.
    Fitted,
    /// From general knowledge.
    Memory,
    /// From a source that is not official.
    Unconfirmed,
    /// Not known; the value is a stand-in.
    Unknown,
}

impl SourceStatus {
    /// Its name in the files of `law/` and in JSON.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Official => "official",
            Self::Fitted => "fitted",
            Self::Memory => "memory",
            Self::Unconfirmed => "unconfirmed",
            Self::Unknown => "unknown",
        }
    }

    /// Whether a reader may rely on it without being told more.
    pub fn is_confirmed(self) -> bool {
        matches!(self, Self::Text | Self::Official)
    }
}
