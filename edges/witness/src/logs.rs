//! The logs that a witness cosigns, and the keys it believes of each.

use tlog::note::Vkey;

/// Trusted keys, each under the name of its log.
#[derive(Clone, Debug, Default)]
pub struct Logs(Vec<Vkey>);

/// A list of logs that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogsFault {
    /// No log at all: the witness would refuse everything.
    #[error("name at least one log")]
    None,
    /// The same key twice.
    #[error("the key of `{0}` is named twice")]
    Twice(String),
}

impl Logs {
    /// The logs of these keys. Several keys may bear one name: then each of them may sign.
    ///
    /// # Errors
    /// When there is none, or one key twice.
    pub fn new(keys: impl IntoIterator<Item = Vkey>) -> Result<Self, LogsFault> {
        let mut logs = Vec::<Vkey>::new();
        for key in keys {
            if logs.contains(&key) {
                return Err(LogsFault::Twice(key.name().to_owned()));
            }
            logs.push(key);
        }
        if logs.is_empty() { Err(LogsFault::None) } else { Ok(Self(logs)) }
    }

    /// Every key.
    pub fn keys(&self) -> impl Iterator<Item = &Vkey> {
        self.0.iter()
    }

    /// The keys believed of the log `origin`.
    pub fn keys_of(&self, origin: &str) -> impl Iterator<Item = &Vkey> {
        self.0.iter().filter(move |key| key.name() == origin)
    }

    /// The name of each log, once.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        let first = |(at, key): &(usize, &Vkey)| self.0[..*at].iter().all(|before| before.name() != key.name());
        self.0.iter().enumerate().filter(first).map(|(_, key)| key.name())
    }
}
