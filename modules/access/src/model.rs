//! People who sign in, the offices they hold, and as what they act.

use crate::session::{Assurance, Session};
use crate::tree::Tree;
use kernel::{AgencyCode, PersonId, Text};
use std::sync::Arc;
use time::Date;

/// Minutes a challenge may wait for its answer.
pub const CHALLENGE_MINUTES_MAX: i64 = 5;

/// An office a person may hold for an agency. A person without any is a civil servant who reads their own record; a service agent
/// (服務代理人) holds none either, but a mandate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 人事人員: prepares cases, keeps records, delivers on paper.
    Officer,
    /// 考績委員會承辦(秘書): records what the committee decided.
    Secretary,
    /// 機關首長 or whoever the approval is delegated to: approves with the card.
    Head,
    /// 機關資安(權限)管理人: grants offices with a second person, answers for who looked.
    Security,
    /// 統計分析人員: works with figures, sees no person.
    Analyst,
    /// 稽核人員: reads cases and the read log, changes nothing.
    Auditor,
    /// 介接系統: a partner's system, by machine certificate.
    Partner,
    /// 系統管理: agency list, keys; sees no person.
    Operator,
}

impl Role {
    /// All roles, in the order of the permission grid.
    pub const ALL: [Self; 8] = [
        Self::Officer,
        Self::Secretary,
        Self::Head,
        Self::Security,
        Self::Analyst,
        Self::Auditor,
        Self::Partner,
        Self::Operator,
    ];

    /// The word in tables, in the policies and in the grid.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Secretary => "secretary",
            Self::Head => "head",
            Self::Security => "security",
            Self::Analyst => "analyst",
            Self::Auditor => "auditor",
            Self::Partner => "partner",
            Self::Operator => "operator",
        }
    }

    /// The role with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.code() == code)
    }

    /// As shown to people.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Officer => Text::new("人事人員", "Personnel officer"),
            Self::Secretary => Text::new("考績委員會承辦人", "Committee secretary"),
            Self::Head => Text::new("機關首長", "Head of agency"),
            Self::Security => Text::new("機關資安管理人", "Agency security officer"),
            Self::Analyst => Text::new("統計分析人員", "Analyst"),
            Self::Auditor => Text::new("稽核人員", "Auditor"),
            Self::Partner => Text::new("介接系統", "Partner system"),
            Self::Operator => Text::new("系統管理者", "Operator"),
        }
    }
}

/// How far an office reaches. An office for a list of agencies is one office for each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// One agency (本機關).
    Agency(AgencyCode),
    /// An agency with all below it (本機關暨所屬).
    Subtree(AgencyCode),
}

impl Reach {
    /// The agency it is held for.
    #[must_use]
    pub const fn agency(self) -> AgencyCode {
        match self {
            Self::Agency(agency) | Self::Subtree(agency) => agency,
        }
    }

    /// Whether agencies below are included.
    #[must_use]
    pub const fn with_subordinates(self) -> bool {
        matches!(self, Self::Subtree(_))
    }

    /// The name of this reach in the policies.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self::Agency(agency) => format!("={agency}"),
            Self::Subtree(agency) => format!("{agency}/"),
        }
    }
}

/// Whose office a deputy exercises.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActingFor {
    /// The person who holds the office.
    pub person: PersonId,
    /// That person's name.
    pub name: String,
    /// What of the office is exercised.
    pub powers: Vec<crate::Action>,
    /// Codes of award results that may be approved; none is all.
    pub outcomes: Option<Vec<String>>,
    /// Why that person does not act, as printed behind the name: 請假, 公出.
    pub absence: String,
}

/// A role held today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Which role.
    pub role: Role,
    /// How far it reaches.
    pub reach: Reach,
    /// As whose deputy (職務代理), if it is not one's own.
    pub acting_for: Option<ActingFor>,
}

impl Office {
    /// An office of one's own.
    #[must_use]
    pub const fn own(role: Role, reach: Reach) -> Self {
        Self { role, reach, acting_for: None }
    }
}

/// A role with the days on which it counts: from the first until, not including, the last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Number of the entry.
    pub id: i64,
    /// Who holds it.
    pub person: PersonId,
    /// The role and its reach.
    pub office: Office,
    /// First day.
    pub from_on: Date,
    /// The day on which it no longer counts.
    pub until_on: Option<Date>,
}

impl Held {
    /// Whether it counts on a day.
    #[must_use]
    pub fn counts_on(&self, day: Date) -> bool {
        self.from_on <= day && self.until_on.is_none_or(|until| day < until)
    }
}

/// A mandate that a service agent exercises: whose, and for what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentFor {
    /// Number of the mandate.
    pub mandate: i64,
    /// Who gave it.
    pub principal: PersonId,
    /// That person's name.
    pub name: String,
    /// What it covers.
    pub powers: Vec<crate::Action>,
    /// The one agency whose rows it reaches, where the principal has not confirmed it.
    pub within: Option<AgencyCode>,
}

/// Who asks: a person who signed in, with what is held today.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// The name on the card, as shown at the top of each page.
    pub name: String,
    /// Offices held today, deputised ones after one's own.
    pub offices: Vec<Office>,
    /// Mandates held today.
    pub mandates: Vec<AgentFor>,
    /// How much the session proves now.
    pub assurance: Assurance,
    /// The session the request belongs to.
    pub session: Session,
    /// The agencies and what is above each.
    pub tree: Arc<Tree>,
}

impl Actor {
    /// Whether the person holds this role for any agency today.
    #[must_use]
    pub fn holds(&self, role: Role) -> bool {
        self.offices.iter().any(|office| office.role == role)
    }
}

/// As what a person does something: the answer to "in which capacity".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hat {
    /// Nobody who signed in.
    Visitor,
    /// About one's own record.
    Own,
    /// In an office, one's own or a deputised one.
    Office(Office),
    /// For somebody who gave a mandate.
    Agent(AgentFor),
}

impl Hat {
    /// Whose office is exercised, if it is done as a deputy.
    #[must_use]
    pub fn acting_for(&self) -> Option<&ActingFor> {
        match self {
            Self::Office(office) => office.acting_for.as_ref(),
            _ => None,
        }
    }
}
