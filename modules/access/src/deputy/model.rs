//! Duties, their deputies, and what starts deputising.

use crate::{Action, Office};
use kernel::{PersonId, Text};
use time::Date;

/// An office somebody holds, for which deputies are named.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// Number of the office.
    pub id: i64,
    /// Who holds it.
    pub principal: PersonId,
    /// That person's name.
    pub name: String,
    /// The office itself, with the reach it has.
    pub office: Office,
}

/// Somebody named as a deputy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deputy {
    /// Number of the entry.
    pub id: i64,
    /// Who.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// What of the office may be exercised.
    pub powers: Vec<Action>,
    /// Codes of award results that may be approved; none is all.
    pub outcomes: Option<Vec<String>>,
    /// What was odd when the deputy was named.
    pub warnings: Vec<Warning>,
}

/// Kind of leave. What an order says of it is less than what the leave form says: a paper need not tell that its signer is ill.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AbsenceKind {
    /// 請假: any leave of one's own.
    Leave,
    /// 公假.
    Official,
    /// 公差.
    Travel,
    /// 訓練、進修.
    Training,
}

impl AbsenceKind {
    /// All kinds.
    pub const ALL: [Self; 4] = [Self::Leave, Self::Official, Self::Travel, Self::Training];

    /// The word in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Leave => "leave",
            Self::Official => "official",
            Self::Travel => "travel",
            Self::Training => "training",
        }
    }

    /// The kind of this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.code() == code)
    }

    /// As shown, and as printed behind the name of whoever is away.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Leave => Text::new("請假", "On leave"),
            Self::Official => Text::new("公假", "On official leave"),
            Self::Travel => Text::new("公差", "On official travel"),
            Self::Training => Text::new("訓練", "At training"),
        }
    }
}

/// A period of leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Absence {
    /// Number of the entry.
    pub id: i64,
    /// Who is away.
    pub person: PersonId,
    /// The name.
    pub name: String,
    /// Why.
    pub kind: AbsenceKind,
    /// First day away.
    pub from_on: Date,
    /// The day back.
    pub until_on: Date,
}

impl Absence {
    /// Whether the person is away on a day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from_on <= day && day < self.until_on
    }
}

/// Deputising started by hand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deputising {
    /// Number of the entry.
    pub id: i64,
    /// Why, as printed on orders: 公出, 出缺.
    pub reason: String,
    /// First day.
    pub from_on: Date,
    /// The day on which it no longer counts.
    pub until_on: Option<Date>,
}

impl Deputising {
    /// Whether it counts on a day.
    #[must_use]
    pub fn covers(&self, day: Date) -> bool {
        self.from_on <= day && self.until_on.is_none_or(|until| day < until)
    }
}

/// A duty with everything that decides who acts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyFile {
    /// The duty.
    pub duty: Duty,
    /// Its deputies, first first.
    pub deputies: Vec<Deputy>,
    /// Leave of the principal and of the deputies.
    pub absences: Vec<Absence>,
    /// What was started by hand.
    pub started: Vec<Deputising>,
}

/// Who acts on a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing<'a> {
    /// The holder of the office.
    Principal,
    /// A deputy, and why the principal does not act, in the words of an order.
    Deputy(&'a Deputy, String),
    /// The principal is away and no deputy is there.
    Nobody,
}

/// Something odd about a deputy. It does not forbid the naming, but it is shown and kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Warning {
    /// The deputy has no post in the agency.
    NoPostHere,
    /// The deputy is named for somebody else with the same role already.
    ActsForAnother,
    /// The deputy also prepares what would be approved, or the other way round.
    PreparesAndApproves,
    /// Each is the other's deputy: if both are away, nobody acts.
    Circular,
    /// The agency of the duty registered no card for the deputy.
    NoCard,
}

impl Warning {
    /// All warnings.
    pub const ALL: [Self; 5] =
        [Self::NoPostHere, Self::ActsForAnother, Self::PreparesAndApproves, Self::Circular, Self::NoCard];

    /// The word in tables.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::NoPostHere => "no_post_here",
            Self::ActsForAnother => "acts_for_another",
            Self::PreparesAndApproves => "prepares_and_approves",
            Self::Circular => "circular",
            Self::NoCard => "no_card",
        }
    }

    /// The warning of this word.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|warning| warning.code() == code)
    }

    /// As shown.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::NoPostHere => Text::new("非本機關現職人員", "Has no post in this agency"),
            Self::ActsForAnother => {
                Text::new("已列為他人同一職務之代理人", "Is named for somebody else in the same duty")
            }
            Self::PreparesAndApproves => {
                Text::new("同一人可能既承辦又核定", "Might both prepare and approve the same case")
            }
            Self::Circular => Text::new("互為代理人，同時請假時無人代理", "Each stands in for the other"),
            Self::NoCard => Text::new(
                "本機關未登記其憑證，請確認能否登入",
                "Has no card registered here: make sure they can sign in",
            ),
        }
    }
}
