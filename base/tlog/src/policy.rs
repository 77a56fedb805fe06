//! C2SP tlog-policy: which log keys a verifier trusts.

use crate::note::Vkey;
use std::str::FromStr;

/// A policy without witnesses: the logs it trusts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    logs: Vec<Vkey>,
}

/// Why a policy cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// A line that is not one of a policy.
    #[error("line {0} of the policy is not understood")]
    Line(usize),
    /// Not exactly one quorum line.
    #[error("a policy has exactly one quorum line")]
    Quorum,
    /// A quorum of witnesses: this verifier checks no cosignatures, and must not pretend to.
    #[error("the policy asks for witnesses (`{0}`), which this verifier cannot check")]
    Witnesses(String),
    /// One public key on two lines.
    #[error("the policy names one key twice")]
    Twice,
}

impl Policy {
    /// The policy of a log that no witness cosigns.
    #[must_use]
    pub fn of(log: Vkey) -> Self {
        Self { logs: vec![log] }
    }

    /// The logs it trusts.
    #[must_use]
    pub fn logs(&self) -> &[Vkey] {
        &self.logs
    }

    /// The key of the log `origin`.
    #[must_use]
    pub fn log(&self, origin: &str) -> Option<&Vkey> {
        self.logs.iter().find(|key| key.name() == origin)
    }
}

impl std::fmt::Display for Policy {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for log in &self.logs {
            writeln!(f, "log {log}")?;
        }
        writeln!(f, "quorum none")
    }
}

impl FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        let mut logs: Vec<Vkey> = Vec::new();
        let mut quorum = None;
        for (number, line) in text.split('\n').enumerate() {
            let fault = PolicyError::Line(number + 1);
            if line.chars().any(|c| c.is_ascii_control() && c != '\t') {
                return Err(fault);
            }
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            match words.as_slice() {
                [] => {}
                [first, ..] if first.starts_with('#') => {}
                ["log", key] | ["log", key, _] => logs.push(key.parse().map_err(|_| fault)?),
                ["witness", _, _] | ["witness", _, _, _] | ["group", _, _, _, ..] => {}
                ["quorum", name] if quorum.is_none() => quorum = Some(*name),
                ["quorum", _] => return Err(PolicyError::Quorum),
                _ => return Err(fault),
            }
        }
        match quorum {
            None => return Err(PolicyError::Quorum),
            Some("none") => {}
            Some(name) => return Err(PolicyError::Witnesses(name.to_owned())),
        }
        let twice = logs.iter().enumerate().any(|(i, a)| logs[..i].iter().any(|b| a.key() == b.key()));
        if twice { Err(PolicyError::Twice) } else { Ok(Self { logs }) }
    }
}
