//! PINs.

use crate::TokenFault;
use cryptoki::types::AuthPin;
use secrecy::ExposeSecret;
use std::path::Path;

/// A PIN. It has no printable form and is overwritten when it is no longer needed.
#[derive(Debug)]
pub struct Pin(AuthPin);

impl Pin {
    /// A PIN as it was typed.
    #[must_use]
    pub fn new(typed: String) -> Self {
        Self(AuthPin::from(typed))
    }

    /// The first line of a file.
    ///
    /// # Errors
    /// If the file cannot be read or the line is empty.
    pub fn from_file(path: &Path) -> Result<Self, TokenFault> {
        let text = std::fs::read_to_string(path).map_err(|error| TokenFault::PinFile(error.to_string()))?;
        match text.lines().next().map(str::trim_end) {
            Some(pin) if !pin.is_empty() => Ok(Self::new(pin.to_owned())),
            _ => Err(TokenFault::PinFile("it is empty".into())),
        }
    }

    /// Whether both are the same. Takes the same time wherever they differ.
    #[must_use]
    pub fn is(&self, other: &Self) -> bool {
        let [one, two] = [self, other].map(|pin| pin.0.expose_secret().as_bytes());
        aws_lc_rs::constant_time::verify_slices_are_equal(one, two).is_ok()
    }

    pub(crate) fn length(&self) -> usize {
        self.0.expose_secret().len()
    }

    pub(crate) fn secret(&self) -> &AuthPin {
        &self.0
    }
}
