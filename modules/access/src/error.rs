//! Why somebody does not get in.

use kernel::{Refusal, Text};
use time::Duration;

/// Signing in did not happen.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// The rules say no.
    #[error("sign-in refused")]
    Refused(Denied),
    /// We could not ask the database.
    #[error("the access tables cannot be read or written")]
    Store(#[from] db::DbError),
    /// The government portal could not be asked.
    #[error("the portal cannot be asked")]
    Portal(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// A passkey could not be asked for, or what is on file about it cannot be read.
    #[error("a passkey cannot be asked for")]
    Passkey(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A refusal to let somebody in, with the number under which the operator finds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// Why.
    pub why: SignInRefusal,
    /// Number of the attempt; the row of `access.attempt`.
    pub number: i64,
    /// How long to wait before it is worth trying again.
    pub retry_after: Option<Duration>,
}

impl Denied {
    /// The refusal as shown on the page.
    #[must_use]
    pub fn refusal(&self) -> Refusal {
        self.why.refusal()
    }
}

/// The reasons a card is turned away. What is said outside never tells whether a card, an account or a passkey is known here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SignInRefusal {
    /// The challenge is unknown, too old or was answered before.
    StaleChallenge,
    /// The signature, certificate or chain is not good; the verifier's own words.
    BadCard(Text),
    /// The proof is good, but of somebody or something unknown, ended, or made to wait.
    NotLetIn,
    /// What came back from the portal is not good.
    BadPortal,
    /// What the device answered is not good.
    BadPasskey,
    /// Within a session: the card is good, but not the card of the person who signed in.
    NotYours,
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
            Self::NotLetIn => Refusal::new(
                "access/not-let-in",
                "無法登入。可能尚未登記、已停用，或連續多次未成功而需稍候。請稍後再試，或洽服務機關人事人員。",
                "You could not be signed in: it is not registered, no longer valid, or has to wait after several failures. \
                 Try again later, or ask the personnel office of your agency.",
            ),
            Self::BadPortal => Refusal::new(
                "access/bad-portal",
                "政府入口網的回覆無法驗證，請重新登入。",
                "What the portal answered could not be verified. Please sign in again.",
            ),
            Self::BadPasskey => Refusal::new(
                "access/bad-passkey",
                "裝置的回覆無法驗證，請再試一次。",
                "What the device answered could not be verified. Please try again.",
            ),
            Self::NotYours => Refusal::new("access/not-yours", "請使用您本人的憑證卡片。", "Please use your own card."),
        }
    }
}
