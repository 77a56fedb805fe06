//! How one shard of the register follows another: what the key events of a log say together, and what must agree between two.

use crate::{
    checkpoint::Checkpoint,
    hash::Hash,
    issuer::fixed,
    key_event::{Close, KeyEvent, KeyEventError, NextShard, Open},
    leaf::Leaf,
    note::Vkey,
    survey::Survey,
};

/// What the key events of a log say.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links {
    /// The shard that this one follows.
    pub open: Option<Open>,
    /// The shard that follows this one, which is closed then.
    pub next: Option<NextShard>,
}

/// Why the key events of a log cannot be right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// A statement is missing; nothing can be decided without it.
    #[error("the statement of a key event is missing")]
    Missing,
    /// A statement is not the one the leaf commits to.
    #[error(transparent)]
    Event(#[from] KeyEventError),
    /// An open event that is not the first, or behind leaves that are not key statements.
    #[error("something other than key statements stands before the key event `open`")]
    Open,
    /// A close event that is not the last leaf, or says something else than what stands before it.
    #[error("the key event `close` is not the last leaf, or not of the leaves before it")]
    Close,
    /// The keys of the next shard were not announced before.
    #[error("the shard is closed and the keys of the next one were not announced")]
    Unannounced,
    /// The shard does not follow the one before it.
    #[error("it does not begin with the end of the shard before it")]
    Follows,
}

/// Reads the key events of a log that was surveyed whole; `statement` gives the text of the one at an index.
///
/// # Errors
/// The index of the leaf that is wrong, and why.
pub fn links<E>(
    survey: &Survey,
    origin: &str,
    mut statement: impl FnMut(u64) -> Result<Option<String>, E>,
) -> Result<Result<Links, (u64, LinkError)>, E> {
    let (mut open, mut announced, mut close) = (None, None, None);
    for (at, (entry, root)) in survey.events().iter().zip(survey.event_roots()).enumerate() {
        let wrong = |error: LinkError| Ok(Err((entry.index, error)));
        let Some(text) = statement(entry.index)? else { return wrong(LinkError::Missing) };
        let event = match KeyEvent::parse(&text) {
            Ok(event) => event,
            Err(error) => return wrong(error.into()),
        };
        if let Err(error) = event.check_leaf(&entry.leaf) {
            return wrong(error.into());
        }
        match event {
            KeyEvent::Open(found) => {
                let keys = survey.keys().values().filter(|key| key.index < entry.index).count() as u64;
                if at > 0 || keys != entry.index {
                    return wrong(LinkError::Open);
                }
                open = Some(found);
            }
            KeyEvent::NextShard(next) => announced = Some(next),
            KeyEvent::Close(found) => {
                let last = survey.edge().size() == entry.index + 1;
                if !last || !is_of(&found, origin, entry.index, root) {
                    return wrong(LinkError::Close);
                }
                close = Some((entry.index, found));
            }
        }
    }
    let next = match close {
        None => None,
        Some((index, close)) => match announced.filter(|next: &NextShard| next.next_origin == close.next_origin) {
            Some(next) => Some(next),
            None => return Ok(Err((index, LinkError::Unannounced))),
        },
    };
    Ok(Ok(Links { open, next }))
}

fn is_of(close: &Close, origin: &str, index: u64, root: &Hash) -> bool {
    close.origin == origin && close.size == index && fixed::<32>(&close.root).as_ref() == Some(root)
}

impl Links {
    /// The keys under which the next shard is signed.
    #[must_use]
    pub fn next_keys(&self) -> Vec<Vkey> {
        let keys = self.next.iter().flat_map(|next| &next.vkeys);
        // `KeyEvent::parse` read each of them already.
        keys.filter_map(|key| key.parse().ok()).collect()
    }
}

/// The leaves of the key statements of a shard, in the order of the log: with exactly these the next shard begins.
#[must_use]
pub fn carried(survey: &Survey) -> Vec<Leaf> {
    let mut keys: Vec<_> = survey.keys().values().collect();
    keys.sort_unstable_by_key(|entry| entry.index);
    keys.into_iter().map(|entry| entry.leaf).collect()
}

/// Checks that a shard of `origin` follows the one that ended with `before`.
///
/// # Errors
/// When it does not.
pub fn check_follows(before: (&Survey, &Links, &Checkpoint), after: (&Survey, &Links, &str)) -> Result<(), LinkError> {
    let ((old, ended, checkpoint), (new, links, origin)) = (before, after);
    let named = ended.next.as_ref().is_some_and(|next| next.next_origin == origin);
    let begun = links.open.as_ref().is_some_and(|open| {
        open.origin == checkpoint.origin
            && open.size == checkpoint.size
            && fixed::<32>(&open.root) == Some(checkpoint.root)
    });
    let first = new.events().first().map_or(0, |entry| entry.index);
    let mut keys = carried(new);
    keys.truncate(usize::try_from(first).unwrap_or(usize::MAX));
    if named && begun && keys == carried(old) { Ok(()) } else { Err(LinkError::Follows) }
}
