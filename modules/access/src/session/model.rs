//! What a session is.

use kernel::Text;
use std::net::IpAddr;
use time::{Duration, OffsetDateTime};

/// Minutes without a request after which a session opened by card ends.
pub const SESSION_IDLE_MINUTES_MAX: i64 = 60;
/// Hours after which a session opened by card ends in any case.
pub const SESSION_HOURS_MAX: i64 = 10;
/// Minutes without a request after which a session opened without a card ends.
pub const WEAK_SESSION_IDLE_MINUTES_MAX: i64 = 20;
/// Hours after which a session opened without a card ends in any case.
pub const WEAK_SESSION_HOURS_MAX: i64 = 2;
/// Minutes for which a proof by card counts as fresh.
pub const FRESH_CARD_MINUTES_MAX: i64 = 10;
/// Minutes after which a token is replaced by the next.
pub const TOKEN_MINUTES_MAX: i64 = 15;
/// Seconds for which a replaced token still answers, for requests that were under way.
pub const TOKEN_GRACE_SECONDS_MAX: i64 = 30;

/// What opened a session.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// 憑證卡片: a certificate card over a fresh challenge.
    Card,
    /// 政府入口網: an existing government portal (OpenID Connect).
    Portal,
    /// 通行密鑰: a passkey kept by the person's device.
    Passkey,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 3] = [Self::Card, Self::Portal, Self::Passkey];

    /// The word in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Card => "card",
            Self::Portal => "portal",
            Self::Passkey => "passkey",
        }
    }

    /// The method with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.code() == code)
    }

    /// As shown to people.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Card => Text::new("憑證卡片", "Card"),
            Self::Portal => Text::new("政府入口網", "Government portal"),
            Self::Passkey => Text::new("通行密鑰", "Passkey"),
        }
    }

    /// Longest time without a request, and longest time in all.
    #[must_use]
    pub const fn limits(self) -> (Duration, Duration) {
        match self {
            Self::Card => (Duration::minutes(SESSION_IDLE_MINUTES_MAX), Duration::hours(SESSION_HOURS_MAX)),
            Self::Portal | Self::Passkey => {
                (Duration::minutes(WEAK_SESSION_IDLE_MINUTES_MAX), Duration::hours(WEAK_SESSION_HOURS_MAX))
            }
        }
    }
}

/// How much a session proves now. Later is more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Assurance {
    /// Opened through a portal or by a passkey: enough for one's own, less sensitive pages only.
    Weak,
    /// The card answered in this session.
    Card,
    /// The card answered within the last ten minutes.
    FreshCard,
}

impl Assurance {
    /// The number in the policies.
    #[must_use]
    pub const fn level(self) -> i64 {
        match self {
            Self::Weak => 1,
            Self::Card => 2,
            Self::FreshCard => 3,
        }
    }
}

/// The session a request belongs to, as its token stands for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// Number of the session, for the list of one's own.
    pub id: i64,
    /// What opened it.
    pub method: Method,
    /// When it was opened.
    pub opened_at: OffsetDateTime,
    /// The last proof by card this token stands for.
    pub card_at: Option<OffsetDateTime>,
    /// SHA-256 of the certificate of that card.
    pub card: Option<[u8; 32]>,
    /// When the token was given out.
    pub token_at: OffsetDateTime,
}

impl Session {
    /// A session just opened by `method`: what grids and tests ask about.
    #[must_use]
    pub fn opened(method: Method, at: OffsetDateTime) -> Self {
        let is_card = method == Method::Card;
        Self {
            id: 0,
            method,
            opened_at: at,
            card_at: is_card.then_some(at),
            card: is_card.then_some([0; 32]),
            token_at: at,
        }
    }

    /// How much it proves at `now`.
    #[must_use]
    pub fn assurance(&self, now: OffsetDateTime) -> Assurance {
        match self.card_at {
            Some(at) if now - at <= Duration::minutes(FRESH_CARD_MINUTES_MAX) => Assurance::FreshCard,
            Some(_) => Assurance::Card,
            None => Assurance::Weak,
        }
    }

    /// Whether the token should be replaced with the next answer.
    #[must_use]
    pub fn is_renewal_due(&self, now: OffsetDateTime) -> bool {
        now - self.token_at >= Duration::minutes(TOKEN_MINUTES_MAX)
    }
}

/// Where a request comes from, as far as the person may want to know it later.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Visit {
    /// Address of the machine, as seen by us or by our own proxy.
    pub address: Option<IpAddr>,
    /// Browser and system in a few words.
    pub device: String,
}

impl Visit {
    /// The address as text; empty if it is not known.
    #[must_use]
    pub fn address_text(&self) -> String {
        self.address.map(|address| address.to_string()).unwrap_or_default()
    }
}

/// How an attempt to get in ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Outcome {
    /// A session was opened.
    In,
    /// The card answered again within a session.
    Again,
    /// Turned away.
    Refused,
    /// Turned away unheard, because too many attempts failed before.
    Held,
    /// A token turned up that had been replaced: the session was ended.
    Reused,
}

impl Outcome {
    /// All outcomes.
    pub const ALL: [Self; 5] = [Self::In, Self::Again, Self::Refused, Self::Held, Self::Reused];

    /// The word in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::In => "in",
            Self::Again => "again",
            Self::Refused => "refused",
            Self::Held => "held",
            Self::Reused => "reused",
        }
    }

    /// The outcome with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|outcome| outcome.code() == code)
    }

    /// As shown to the person.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::In => Text::new("登入", "Signed in"),
            Self::Again => Text::new("再次以卡片確認", "Confirmed with the card"),
            Self::Refused => Text::new("登入未成功", "Turned away"),
            Self::Held => Text::new("嘗試過多，暫停受理", "Held back after too many attempts"),
            Self::Reused => Text::new("舊憑據重現，已結束登入", "An old token turned up; session ended"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-23 02:00 UTC);

    #[test]
    fn a_card_is_fresh_for_ten_minutes_and_what_is_not_a_card_is_weak() {
        let card = Session::opened(Method::Card, NOW);
        assert_eq!(card.assurance(NOW + Duration::minutes(10)), Assurance::FreshCard);
        assert_eq!(card.assurance(NOW + Duration::minutes(10) + Duration::SECOND), Assurance::Card);
        for method in [Method::Portal, Method::Passkey] {
            let weak = Session::opened(method, NOW);
            assert_eq!(weak.assurance(NOW), Assurance::Weak);
            let raised = Session { card_at: Some(NOW), ..weak };
            assert_eq!(raised.assurance(NOW), Assurance::FreshCard);
        }
        assert!(Assurance::Weak < Assurance::Card && Assurance::Card < Assurance::FreshCard);
    }

    #[test]
    fn every_code_is_read_back() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.code()), Some(method));
        }
        for outcome in Outcome::ALL {
            assert_eq!(Outcome::parse(outcome.code()), Some(outcome));
        }
    }
}
