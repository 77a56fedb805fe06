//! The part of a page that lets the local card component sign: the address it is at, the text to sign, and what to say.
//!
//! Script fills the field `cms` of the page's form marked `data-card-answer`; without script the part stays hidden and the form is
//! filled by hand.

use crate::App;
use axum::response::Response;
use kernel::Text;
use webkit::speaks_with;

/// What a page shows of the local card component.
#[derive(Clone, Debug)]
pub struct CardReader {
    /// Address of the component, `http://127.0.0.1:61161`.
    pub address: String,
    /// What the card is to sign.
    pub text: String,
    /// Words on the button that begins.
    pub begin: Text,
    /// Words on the button that signs.
    pub sign: Text,
}

impl CardReader {
    /// The component of this site, if it has one.
    #[must_use]
    pub fn of(app: &App, text: &str, begin: Text, sign: Text) -> Option<Self> {
        Some(Self { address: app.card_component.clone()?, text: text.to_owned(), begin, sign })
    }

    /// For samples.
    #[must_use]
    pub fn sample(text: &str, begin: Text, sign: Text) -> Option<Self> {
        Some(Self { address: "http://127.0.0.1:61161".into(), text: text.to_owned(), begin, sign })
    }
}

/// Lets the page speak with the component it shows.
#[must_use]
pub fn allow(app: &App, page: Response) -> Response {
    match &app.card_component {
        Some(address) => speaks_with(address, page),
        None => page,
    }
}
