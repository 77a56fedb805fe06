//! A wrapper for values that must not be printed by accident.

use std::fmt;

use serde::{Deserialize, Serialize};

/// A value with no printable form: `{}` and `{:?}` both give `‹redacted›`, so it may stand in a struct that is logged.
/// Serialising it writes the value: that is a deliberate act, like [`Redacted::expose`].
#[derive(Clone, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Redacted<T>(T);

impl<T> Redacted<T> {
    /// Wraps a value.
    pub fn new(value: T) -> Self {
        Self(value)
    }

    /// The value itself: the reader of this line is expected to ask why.
    pub fn expose(&self) -> &T {
        &self.0
    }

    /// Unwraps the value.
    pub fn into_inner(self) -> T {
        self.0
    }
}

impl<T> From<T> for Redacted<T> {
    fn from(value: T) -> Self {
        Self(value)
    }
}

impl<T> fmt::Debug for Redacted<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("‹redacted›")
    }
}

impl<T> fmt::Display for Redacted<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("‹redacted›")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prints_nothing_of_the_value() {
        let secret = Redacted::new("A123456789".to_owned());
        assert_eq!(format!("{secret} {secret:?}"), "‹redacted› ‹redacted›");
        assert_eq!(secret.expose(), "A123456789");
    }
}
