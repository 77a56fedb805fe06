//! Software cards of a demonstration: they answer the same challenge as a real card, from a folder of key files.

use crate::keyring::write_secret;
use kernel::{PersonId, Text};
use seal::SoftCard;
use std::path::PathBuf;
use std::sync::Mutex;
use time::OffsetDateTime;

/// A card lying in the box.
#[derive(Clone, Debug)]
pub struct Card {
    /// The holder.
    pub person: PersonId,
    /// The holder's name.
    pub name: String,
    /// What the holder does in the demonstration.
    pub part: Text,
    /// Which agency the holder serves.
    pub agency: String,
}

/// The cards of a demonstration.
pub struct CardBox {
    folder: PathBuf,
    cards: Mutex<Vec<Card>>,
}

impl CardBox {
    /// An empty box whose key files are in `folder`.
    #[must_use]
    pub fn new(folder: PathBuf) -> Self {
        Self { folder, cards: Mutex::default() }
    }

    /// Shows a card on the sign-in page.
    pub fn lay(&self, card: Card) {
        self.cards.lock().expect("nothing panics while the box is held").push(card);
    }

    /// Keeps the key of a person's card in a file.
    ///
    /// # Errors
    /// When the file exists or cannot be written.
    pub fn keep(&self, person: PersonId, key: &SoftCard) -> std::io::Result<()> {
        write_secret(&self.path(person), &key.to_pem())
    }

    /// The cards, in the order in which they were laid.
    #[must_use]
    pub fn cards(&self) -> Vec<Card> {
        self.cards.lock().expect("nothing panics while the box is held").clone()
    }

    /// The card of a person, if its key is kept here.
    #[must_use]
    pub fn card(&self, person: PersonId) -> Option<SoftCard> {
        SoftCard::from_pem(&std::fs::read_to_string(self.path(person)).ok()?).ok()
    }

    /// Lets a person's card sign `content`, which is put inside the answer. None if there is no such card.
    #[must_use]
    pub fn sign(&self, person: PersonId, content: &[u8], now: OffsetDateTime) -> Option<Vec<u8>> {
        Some(self.card(person)?.sign(content, true, now))
    }

    fn path(&self, person: PersonId) -> PathBuf {
        self.folder.join(format!("{person}.pem"))
    }
}
