//! The one trait of all sinks.

use crate::{error::Away, payload::Head};
use serde_json::Value;
use std::{pin::Pin, time::Duration};
use time::OffsetDateTime;

/// What a sink will have answered.
pub type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T, Away>> + Send + 'a>>;

/// What kind of place a sink is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// A page in a folder, to be printed or published.
    File,
    /// A platform asked by HTTP.
    Http,
    /// A time-stamping authority.
    Rfc3161,
    /// An EVM chain.
    Evm,
}

impl Kind {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::File, Self::Http, Self::Rfc3161, Self::Evm];

    /// Its word in files and rows.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::File => "file",
            Self::Http => "http",
            Self::Rfc3161 => "rfc3161",
            Self::Evm => "evm",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn of(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

/// An anchor that stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Confirmed {
    /// What a stranger checks.
    pub evidence: Value,
    /// Where it is, for people: chain and block, authority and serial number.
    pub place: String,
    /// When the other side says it was there.
    pub time: OffsetDateTime,
}

/// What looking after a sent anchor showed.
#[derive(Clone, Debug, PartialEq)]
pub enum Seen {
    /// Not yet, look again later.
    Waiting,
    /// It stands.
    Confirmed(Confirmed),
    /// The same is to be sent once more.
    Again,
    /// This is to be sent instead; it can only stand in place of what was sent before, never beside it.
    Replace(Value),
    /// What was sent can never stand any more: begin anew.
    Lost,
    /// It cannot be done, and trying again would not help.
    Failed(Away),
}

/// A place outside that holds checkpoints fast.
///
/// The worker stores what [`prepare`](Self::prepare) returns, then calls [`submit`](Self::submit), stores what that returns, then calls
/// [`check`](Self::check) until the anchor stands. It may be stopped anywhere and goes on from what was stored last; so `submit` may be
/// called again with the same value, and must not make a second anchor of it.
pub trait Sink: Send + Sync {
    /// Its name, as configured.
    fn name(&self) -> &str;

    /// What kind of place it is.
    fn kind(&self) -> Kind;

    /// Makes what will be sent. Nothing leaves the program for good.
    fn prepare<'a>(&'a self, head: &'a Head, now: OffsetDateTime) -> Answer<'a, Value>;

    /// Sends it, and returns what is to be kept from now on.
    fn submit<'a>(&'a self, head: &'a Head, kept: &'a Value, now: OffsetDateTime) -> Answer<'a, Value>;

    /// Looks whether it stands.
    fn check<'a>(&'a self, head: &'a Head, kept: &'a Value, now: OffsetDateTime) -> Answer<'a, Seen>;

    /// How long to wait between two looks.
    fn poll(&self) -> Duration {
        Duration::from_secs(15)
    }

    /// How often a confirmed anchor is looked at again, where it may be lost: on a chain that is rewritten.
    fn recheck_every(&self) -> Option<Duration> {
        None
    }

    /// Whether a confirmed anchor still stands.
    fn stands<'a>(&'a self, _evidence: &'a Value) -> Answer<'a, bool> {
        Box::pin(async { Ok(true) })
    }
}
