//! Why somebody does not get in.

use kernel::{Refusal, Text};

/// Signing in did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The rules say no.
    #[error("sign-in refused")]
    Refused(SignInRefusal),
    /// We could not ask the database.
    #[error("the access tables cannot be read or written")]
    Store(#[from] db::DbError),
}

/// The reasons a card is turned away. What is said outside never tells whether a card is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// The challenge is unknown, too old or was answered before.
    StaleChallenge,
    /// The signature, certificate or chain is not good; the verifier's own words.
    BadCard(Text),
    /// The card is good but not registered for a person, or its registration ended.
    NotRegistered,
}

impl From<seal::CardFault> for SignInRefusal {
    /// The reason with its number, which the operator finds in the log.
    fn from(fault: seal::CardFault) -> Self {
        let (text, number) = (fault.text(), fault.number());
        Self::BadCard(Text::new(format!("{}（代號{number}）", text.zh), format!("{} (number {number})", text.en)))
    }
}

impl SignInRefusal {
    /// The refusal as shown on the page.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        match self {
            Self::StaleChallenge => Refusal::new(
                "access/stale-challenge",
                "登入逾時或已使用過，請重新登入。",
                "This sign-in has expired or was used before. Please sign in again.",
            ),
            Self::BadCard(why) => Refusal::new(
                "access/bad-card",
                format!("憑證驗證未通過：{}", why.zh),
                format!("The card was not accepted: {}", why.en),
            ),
            Self::NotRegistered => Refusal::new(
                "access/not-registered",
                "此憑證尚未於人事機構登記，請洽服務機關人事人員辦理。",
                "This card is not registered. Please ask the personnel office of your agency.",
            ),
        }
    }
}
