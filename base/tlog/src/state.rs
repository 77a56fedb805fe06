//! What became of an order: one pure function over its leaves (`docs/verification.md`, section 5).

use crate::{
    hash::ZERO,
    leaf::{Kind, Leaf},
};

/// The state of an order that was issued.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// It stands.
    Valid,
    /// A later order replaced it (更正).
    Superseded,
    /// It is repealed from a date on (廢止).
    Repealed,
    /// It is revoked or cancelled from the start (撤銷, 註銷).
    Revoked,
}

impl State {
    /// Every state, in the order of the published table.
    pub const ALL: [Self; 4] = [Self::Valid, Self::Superseded, Self::Repealed, Self::Revoked];

    /// The state after one more event that counts.
    #[must_use]
    pub const fn after(self, kind: Kind) -> Self {
        match (self, kind) {
            (Self::Revoked, _) | (_, Kind::Revoke) => Self::Revoked,
            (Self::Repealed, _) | (_, Kind::Repeal) => Self::Repealed,
            (_, Kind::Supersede) => Self::Superseded,
            _ => self,
        }
    }

    /// The two bits of the status file.
    #[must_use]
    pub const fn bits(self) -> u8 {
        match self {
            Self::Valid => 0,
            Self::Revoked | Self::Repealed => 1,
            Self::Superseded => 2,
        }
    }

    /// The state with this word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|state| state.word() == word)
    }

    /// The word of the published table.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Superseded => "superseded",
            Self::Repealed => "repealed",
            Self::Revoked => "revoked",
        }
    }
}

/// What the leaves of one id say together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folded {
    /// The state at the end.
    pub state: State,
    /// Which of the leaves count, by position among those given; the first is that of type 1.
    pub counted: Vec<usize>,
}

/// Folds the leaves of one id, in log order. `None` if no order was issued under it.
///
/// The first leaf that counts is of type 1 with zeros in `prev`; every later one has in `prev` the hash of the one that counted
/// before it. Whatever else stands under the id is passed over: a false leaf can neither begin an order nor cut its chain.
pub fn fold<'a>(leaves: impl IntoIterator<Item = &'a Leaf>) -> Option<Folded> {
    let mut folded: Option<Folded> = None;
    let mut head = ZERO;
    for (position, leaf) in leaves.into_iter().enumerate() {
        if leaf.auth == ZERO || leaf.prev != head || !leaf.kind.is_of_an_order() {
            continue;
        }
        match &mut folded {
            None if leaf.kind == Kind::Issue => {
                folded = Some(Folded { state: State::Valid, counted: vec![position] });
            }
            Some(folded) if leaf.kind != Kind::Issue => {
                folded.state = folded.state.after(leaf.kind);
                folded.counted.push(position);
            }
            _ => continue,
        }
        head = leaf.hash();
    }
    folded
}
