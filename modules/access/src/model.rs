//! People who sign in and the offices they hold.

use kernel::{AgencyCode, PersonId};

/// Minutes without a request after which a session ends.
pub const SESSION_IDLE_MINUTES_MAX: i64 = 60;
/// Hours after which a session ends in any case.
pub const SESSION_HOURS_MAX: i64 = 10;
/// Minutes a challenge may wait for its answer.
pub const CHALLENGE_MINUTES_MAX: i64 = 5;

/// An office a person may hold for an agency. A person without any is a civil servant who reads their own record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// 人事人員: prepares cases, delivers on paper, keeps the numbers.
    Officer,
    /// 考績委員會承辦(秘書): records what the committee decided.
    Secretary,
    /// 機關首長 or whoever the approval is delegated to: approves with the card.
    Head,
    /// 系統管理: agency list, keys.
    Operator,
}

impl Role {
    /// All roles, in the order of the permission grid.
    pub const ALL: [Self; 4] = [Self::Officer, Self::Secretary, Self::Head, Self::Operator];

    /// The word in tables and in the grid.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Officer => "officer",
            Self::Secretary => "secretary",
            Self::Head => "head",
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
    pub fn label(self) -> kernel::Text {
        match self {
            Self::Officer => kernel::Text::new("人事人員", "Personnel officer"),
            Self::Secretary => kernel::Text::new("考績委員會承辦人", "Committee secretary"),
            Self::Head => kernel::Text::new("機關首長", "Head of agency"),
            Self::Operator => kernel::Text::new("系統管理者", "Operator"),
        }
    }
}

/// A role held for one agency today.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Office {
    /// Which role.
    pub role: Role,
    /// For which agency.
    pub agency: AgencyCode,
}

/// Who asks: a person who signed in, with the offices held today.
#[derive(Clone, Debug)]
pub struct Actor {
    /// The person.
    pub person: PersonId,
    /// The name on the card, as shown at the top of each page.
    pub name: String,
    /// Offices held today.
    pub offices: Vec<Office>,
    /// SHA-256 of the certificate of the card this session was opened with.
    pub card: [u8; 32],
}

impl Actor {
    /// Whether the person holds `role` for `agency` today.
    #[must_use]
    pub fn holds(&self, role: Role, agency: &AgencyCode) -> bool {
        self.offices.iter().any(|office| office.role == role && office.agency == *agency)
    }

    /// The agencies for which the person holds `role` today.
    #[must_use]
    pub fn agencies(&self, role: Role) -> Vec<AgencyCode> {
        self.offices.iter().filter(|office| office.role == role).map(|office| office.agency).collect()
    }

    /// The agencies for which the person holds any office today, each once.
    #[must_use]
    pub fn all_agencies(&self) -> Vec<AgencyCode> {
        let mut codes: Vec<AgencyCode> = self.offices.iter().map(|office| office.agency).collect();
        codes.sort();
        codes.dedup();
        codes
    }
}
