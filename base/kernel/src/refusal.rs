//! The rules say no. A refusal is an answer, not a failure: it is counted, shown to the reader and never logged as an error.

use std::{borrow::Cow, fmt};

use serde::Serialize;

use crate::Text;

/// Why the rules do not allow what was asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Refusal {
    /// Stable name for machines and golden files, `noun.reason` in lower case.
    pub code: &'static str,
    /// What the reader is told. Names input in quotes and holds no personal data.
    pub text: Text,
    /// The form field or column it is about.
    pub field: Option<String>,
    /// The article that says so, as printed by `statute::Citation`.
    pub citation: Option<String>,
}

impl Refusal {
    /// A refusal with its text in both languages.
    pub fn new(code: &'static str, zh: impl Into<Cow<'static, str>>, en: impl Into<Cow<'static, str>>) -> Self {
        Self::from_text(code, Text::new(zh, en))
    }

    /// A refusal whose text another type has already written.
    pub fn from_text(code: &'static str, text: Text) -> Self {
        Self { code, text, field: None, citation: None }
    }

    /// Names the form field or column.
    #[must_use]
    pub fn field(mut self, name: impl Into<String>) -> Self {
        self.field = Some(name.into());
        self
    }

    /// Names the article that says so.
    #[must_use]
    pub fn cite(mut self, citation: impl fmt::Display) -> Self {
        self.citation = Some(citation.to_string());
        self
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.code, self.text)
    }
}

impl std::error::Error for Refusal {}
