//! Death and those left behind.

use serde::{Deserialize, Serialize};
use statute::Rational;
use time::Date;

use super::{date, service::exact};
use crate::s0080034::a053_cause::Cause;

/// Somebody left behind who can take; who has renounced or lost the right is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Survivor {
    /// Whose survivor.
    pub relation: Relation,
    /// Day of birth; an annuity asks for it of spouse and children.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub born_on: Option<Date>,
    /// First day of the marriage that the death ends.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub married_on: Option<Date>,
    /// Days of earlier marriages to the same person.
    #[serde(default)]
    pub earlier_marriage_days: u32,
    /// Disabled and unable to work, as proved: average monthly income of the year before, NT dollars.
    #[serde(default)]
    pub unable_income: Option<i64>,
    /// Draws another periodic benefit of the state and has not given it up with consent.
    #[serde(default)]
    pub other_benefit: bool,
    /// Of a child in study: first day after its regular years up to a first degree.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub study_until: Option<Date>,
    /// Share by the will, as text (`"1/2"`).
    #[serde(default, with = "exact", skip_serializing_if = "Option::is_none")]
    pub will: Option<Rational>,
}

/// Whose survivor somebody is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Relation {
    /// 未再婚配偶.
    Spouse,
    /// 子女.
    Child,
    /// 父母.
    Parent,
    /// 兄弟姊妹.
    Sibling,
    /// 祖父母.
    Grandparent,
}

impl Relation {
    /// The statute's word, and English.
    pub fn text(self) -> kernel::Text {
        match self {
            Self::Spouse => kernel::Text::new("配偶", "spouse"),
            Self::Child => kernel::Text::new("子女", "child"),
            Self::Parent => kernel::Text::new("父母", "parent"),
            Self::Sibling => kernel::Text::new("兄弟姊妹", "brother or sister"),
            Self::Grandparent => kernel::Text::new("祖父母", "grandparent"),
        }
    }
}

/// A death in service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Death {
    /// Why somebody died.
    pub cause: Cause,
    /// By the dead person's own gross violation of the traffic rules (53 III).
    #[serde(default)]
    pub violation: bool,
}
