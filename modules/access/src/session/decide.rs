//! Whether a token still opens its session.

use super::model::{Method, TOKEN_GRACE_SECONDS_MAX};
use time::{Duration, OffsetDateTime};

/// What is on file about a token and its session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Facts {
    pub method: Method,
    pub opened_at: OffsetDateTime,
    pub seen_at: OffsetDateTime,
    /// When the token was replaced, if it was.
    pub replaced_at: Option<OffsetDateTime>,
    /// Whether its successor was used.
    pub is_successor_used: bool,
}

/// What becomes of a request with the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It is the token of the session, or was a moment ago.
    Good,
    /// It was replaced, but the successor never arrived: it is the token of the session again.
    Restore,
    /// The successor is in use and this one turns up again: somebody holds a copy.
    Reused,
    /// The session idled out or grew too old.
    Over,
}

pub(crate) fn verdict(facts: &Facts, now: OffsetDateTime) -> Verdict {
    let (idle, age) = facts.method.limits();
    if now - facts.seen_at >= idle || now - facts.opened_at >= age {
        return Verdict::Over;
    }
    match facts.replaced_at {
        None => Verdict::Good,
        Some(at) if now - at <= Duration::seconds(TOKEN_GRACE_SECONDS_MAX) => Verdict::Good,
        Some(_) if facts.is_successor_used => Verdict::Reused,
        Some(_) => Verdict::Restore,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    const NOW: OffsetDateTime = datetime!(2026-11-23 02:00 UTC);

    fn facts(method: Method) -> Facts {
        Facts { method, opened_at: NOW, seen_at: NOW, replaced_at: None, is_successor_used: false }
    }

    #[test]
    fn limits_are_shorter_without_a_card() {
        let minutes = |method, minutes| verdict(&facts(method), NOW + Duration::minutes(minutes));
        assert_eq!(minutes(Method::Card, 59), Verdict::Good);
        assert_eq!(minutes(Method::Card, 60), Verdict::Over);
        for method in [Method::Portal, Method::Passkey] {
            assert_eq!(minutes(method, 19), Verdict::Good);
            assert_eq!(minutes(method, 20), Verdict::Over);
            let busy = Facts { seen_at: NOW + Duration::minutes(115), ..facts(method) };
            assert_eq!(verdict(&busy, NOW + Duration::minutes(119)), Verdict::Good);
            assert_eq!(verdict(&busy, NOW + Duration::minutes(120)), Verdict::Over);
        }
    }

    #[test]
    fn a_replaced_token_answers_briefly_then_counts_as_a_copy_once_its_successor_is_used() {
        let replaced = |is_successor_used| Facts { replaced_at: Some(NOW), is_successor_used, ..facts(Method::Card) };
        let at = |seconds| NOW + Duration::seconds(seconds);
        assert_eq!(verdict(&replaced(true), at(30)), Verdict::Good);
        assert_eq!(verdict(&replaced(true), at(31)), Verdict::Reused);
        assert_eq!(verdict(&replaced(false), at(31)), Verdict::Restore);
    }
}
