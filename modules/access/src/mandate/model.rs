//! Topics, ways and states of mandates.

use crate::Action;
use kernel::{AgencyCode, PersonId, Text};
use time::{Date, OffsetDateTime};

/// What a mandate may be about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Topic {
    /// 我的令: reading the orders delivered.
    Orders,
    /// 我的獎懲紀錄: reading the record, its sensitive parts excepted.
    Record,
    /// 送達: agreeing to, or stopping, electronic delivery.
    Delivery,
}

impl Topic {
    /// All topics.
    pub const ALL: [Self; 3] = [Self::Orders, Self::Record, Self::Delivery];

    /// The word in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Orders => "orders",
            Self::Record => "record",
            Self::Delivery => "delivery",
        }
    }

    /// The topic of this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|topic| topic.code() == code)
    }

    /// What it lets the agent do, as the policies call it.
    #[must_use]
    pub const fn action(self) -> Action {
        match self {
            Self::Orders => Action::ReadOwnOrders,
            Self::Record => Action::ReadOwnRecord,
            Self::Delivery => Action::KeepOwnDelivery,
        }
    }

    /// As shown.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Orders => Text::new("我的令", "My orders"),
            Self::Record => Text::new("我的獎懲紀錄", "My awards and penalties"),
            Self::Delivery => Text::new("電子送達之同意", "Consent to electronic delivery"),
        }
    }
}

/// What is never delegated.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Never {
    /// 帳戶.
    Bank,
    /// 遺族、受益人之指定.
    Beneficiaries,
    /// 再委任.
    Mandates,
    /// 特種個人資料.
    Sensitive,
}

impl Never {
    /// All of it.
    pub const ALL: [Self; 4] = [Self::Bank, Self::Beneficiaries, Self::Mandates, Self::Sensitive];

    /// The word in forms.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Bank => "bank",
            Self::Beneficiaries => "beneficiaries",
            Self::Mandates => "mandates",
            Self::Sensitive => "sensitive",
        }
    }

    /// The topic of this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|never| never.code() == code)
    }

    /// What it is, and why nobody else does it.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Bank => Text::new(
                "撥款帳戶：變更帳戶即可移轉款項，應由本人以憑證辦理",
                "Bank accounts: whoever changes them moves money, so only you may, with your card",
            ),
            Self::Beneficiaries => Text::new(
                "遺族及受益人之指定：屬本人一身專屬之意思表示",
                "Beneficiaries: naming them is your own declaration and nobody else's",
            ),
            Self::Mandates => {
                Text::new("再委任他人：受任人不得再轉委任", "Giving mandates: an agent does not appoint another agent")
            }
            Self::Sensitive => Text::new(
                "敏感資料之查閱及同意：健康、家庭、身分證號全碼等應由本人決定",
                "Sensitive data: health, family and whole numbers are for you alone to open or to share",
            ),
        }
    }
}

/// How a mandate was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// By the person, with the card.
    Online,
    /// At a counter, before an officer who saw two documents.
    Counter,
    /// On paper, kept by an officer.
    Paper,
}

impl Way {
    /// The word in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Online => "online",
            Self::Counter => "counter",
            Self::Paper => "paper",
        }
    }

    /// The way of this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        [Self::Online, Self::Counter, Self::Paper].into_iter().find(|way| way.code() == code)
    }

    /// As shown.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Online => Text::new("線上", "On line"),
            Self::Counter => Text::new("臨櫃", "At a counter"),
            Self::Paper => Text::new("書面", "On paper"),
        }
    }
}

/// Where a mandate stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MandateState {
    /// Given; the agent has not taken it up.
    Offered,
    /// It counts.
    Counts,
    /// Its days are over.
    Over,
    /// It was taken back.
    Revoked,
}

/// A mandate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mandate {
    /// Its number.
    pub id: i64,
    /// Who gave it, and that person's name.
    pub principal: (PersonId, String),
    /// Who took it up, and that person's name.
    pub agent: Option<(PersonId, String)>,
    /// The agency where the principal served, or before whose officer it was given.
    pub agency: Option<AgencyCode>,
    /// What it is about.
    pub topics: Vec<Topic>,
    /// First day.
    pub from_on: Date,
    /// The day on which it no longer counts.
    pub until_on: Date,
    /// For how many days it was given, and is renewed.
    pub days: i64,
    /// How it was given.
    pub way: Way,
    /// The officer who saw it given.
    pub witness: String,
    /// Whether the agent is an officer of the principal's agency.
    pub conflict: bool,
    /// When the principal confirmed with the card what was given before an officer.
    pub confirmed_at: Option<OffsetDateTime>,
    /// When it was taken back.
    pub revoked_at: Option<OffsetDateTime>,
}

impl Mandate {
    /// Whether it reaches only what the agency of the officer holds: it was given before one, and the principal has not confirmed it yet.
    #[must_use]
    pub fn is_limited(&self) -> bool {
        self.way != Way::Online && self.confirmed_at.is_none()
    }

    /// Where it stands on a day.
    #[must_use]
    pub fn state(&self, day: Date) -> MandateState {
        if self.revoked_at.is_some() {
            MandateState::Revoked
        } else if day >= self.until_on {
            MandateState::Over
        } else if self.agent.is_none() {
            MandateState::Offered
        } else {
            MandateState::Counts
        }
    }

    /// Days until it ends, where it still counts.
    #[must_use]
    pub fn days_left(&self, day: Date) -> i64 {
        (self.until_on - day).whole_days().max(0)
    }
}

/// What an agent did for a principal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MandateAct {
    /// By which agent.
    pub agent_name: String,
    /// Under which topic.
    pub topic: Topic,
    /// What, as the page calls it.
    pub what: String,
    /// When.
    pub at: OffsetDateTime,
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::{date, datetime};

    #[test]
    fn a_mandate_counts_once_taken_up_until_its_day_or_until_revoked() {
        let agent = Some((PersonId(2), "林代理".to_owned()));
        let mandate = |agent, revoked_at| Mandate {
            id: 1,
            principal: (PersonId(1), "王本人".into()),
            agent,
            agency: None,
            topics: vec![Topic::Orders],
            from_on: date!(2026 - 11 - 23),
            until_on: date!(2026 - 12 - 23),
            days: 30,
            way: Way::Online,
            witness: String::new(),
            conflict: false,
            confirmed_at: None,
            revoked_at,
        };
        let revoked = Some(datetime!(2026-11-24 01:00 UTC));
        let table = [
            (mandate(None, None), date!(2026 - 11 - 23), MandateState::Offered),
            (mandate(agent.clone(), None), date!(2026 - 11 - 23), MandateState::Counts),
            (mandate(agent.clone(), None), date!(2026 - 12 - 22), MandateState::Counts),
            (mandate(agent.clone(), None), date!(2026 - 12 - 23), MandateState::Over),
            (mandate(None, None), date!(2026 - 12 - 23), MandateState::Over),
            (mandate(agent, revoked), date!(2026 - 11 - 24), MandateState::Revoked),
        ];
        for (mandate, day, state) in table {
            assert_eq!(mandate.state(day), state, "{day} {mandate:?}");
        }
    }
}
