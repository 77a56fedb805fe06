//! What happens while a pension runs.

use serde::{Deserialize, Serialize};
use statute::Rational;
use time::Date;

use super::{date, service::exact};
use crate::months::Lasting;
use crate::s0080034::{a071_suspension::Suspension, a075_loss::Loss, a076_stop::Cause};

/// Something that changes what is paid, as `{ re-employed = { from = 2027-01-01, employer = "government", pay = 40000 } }`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Event {
    /// 再任有給職務 (77).
    ReEmployed(ReEmployed),
    /// 暫停發給 (71, 72).
    HeldBack(HeldBack),
    /// 停止領受權利 (76).
    Stopped(Stopped),
    /// 喪失權利 (75); death is `died_on`.
    Lost(Lost),
    /// 涉貪瀆罪判刑確定 (79).
    Convicted(Convicted),
    /// 退休後始受降級或減俸 (80).
    Demoted(Demoted),
    /// 離婚配偶請求分配 (82).
    Divorced(Divorced),
}

/// A paid post after retirement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReEmployed {
    /// First day.
    #[serde(with = "date")]
    pub from: Date,
    /// First day it no longer lasts, if it is over.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
    /// Who employs.
    pub employer: Employer,
    /// Share of state money in a foundation or enterprise, as text (`"1/4"`).
    #[serde(default, with = "exact", skip_serializing_if = "Option::is_none")]
    pub share: Option<Rational>,
    /// All that is drawn regularly each month in such posts, NT dollars.
    pub pay: i64,
    /// Rescue work or basic medical care in a remote place (78).
    #[serde(default)]
    pub exempt: bool,
}

/// Who employs a pensioner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Employer {
    /// Paid from a government budget.
    Government,
    /// 行政法人或公法人.
    PublicCorporation,
    /// A foundation that names the government as a founder in its registration (施行細則 110 I (1)); needs `share`.
    Founded,
    /// A foundation or enterprise with state money; needs `share`.
    Endowed,
    /// Controlled by the government.
    Controlled,
    /// Anybody else.
    Other,
}

/// A cause for which payments are held back and made later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HeldBack {
    /// Why.
    pub cause: Suspension,
    /// First day.
    #[serde(with = "date")]
    pub from: Date,
    /// First day it no longer lasts, if it is over.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// A cause for which payments fall away while it lasts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stopped {
    /// Why.
    pub cause: Cause,
    /// First day.
    #[serde(with = "date")]
    pub from: Date,
    /// First day it no longer lasts, if it is over.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub until: Option<Date>,
}

/// The right is lost for good.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lost {
    /// Why.
    pub cause: Loss,
    /// Since when: of a conviction the day it is final.
    #[serde(with = "date")]
    pub on: Date,
}

/// A final conviction for an offence in office.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Convicted {
    /// Months of prison that count; death or prison for life if not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sentence_months: Option<u32>,
    /// First day after a probation that was not revoked.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub probation_over: Option<Date>,
}

/// A demotion or a cut of pay by a disciplinary judgment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demoted {
    /// Day the judgment reached the competent authority.
    #[serde(with = "date")]
    pub arrived_on: Date,
    /// Day it was carried out; needed if it arrived before the retirement.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub executed_on: Option<Date>,
    /// Average pay calculated again with the lower pay, NT dollars.
    pub average: i64,
    /// Last pay after the judgment, NT dollars.
    pub last: i64,
}

/// A divorce after which the spouse claims a share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Divorced {
    /// First day of the marriage.
    #[serde(with = "date")]
    pub married_on: Date,
    /// First day of the shared property regime; that of the marriage if not given.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub regime_from: Option<Date>,
    /// Day the regime ended by divorce.
    #[serde(with = "date")]
    pub ended_on: Date,
    /// Day the spouse knew of the claim; that of the divorce if not given.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub known_on: Option<Date>,
    /// Day of the claim.
    #[serde(with = "date")]
    pub claimed_on: Date,
    /// The spouse's own pension could be shared likewise, or there is none (82 II).
    #[serde(default = "yes")]
    pub mutual: bool,
    /// The spouse has lost the right by Article 75 I (84).
    #[serde(default)]
    pub lost: bool,
}

fn yes() -> bool {
    true
}

impl ReEmployed {
    /// How long it lasts.
    pub fn lasting(self) -> Lasting {
        Lasting { from: self.from, until: self.until }
    }
}

impl HeldBack {
    /// How long it lasts.
    pub fn lasting(self) -> Lasting {
        Lasting { from: self.from, until: self.until }
    }
}

impl Stopped {
    /// How long it lasts.
    pub fn lasting(self) -> Lasting {
        Lasting { from: self.from, until: self.until }
    }
}

impl Event {
    /// The days on which it begins or ends.
    pub fn days(self) -> impl Iterator<Item = Date> {
        let next = |day: Date| day.next_day().unwrap_or(day);
        let (first, second) = match self {
            Self::ReEmployed(post) => (Some(post.from), post.until),
            Self::HeldBack(cause) => (Some(cause.from), cause.until),
            Self::Stopped(cause) => (Some(cause.from), cause.until),
            Self::Lost(lost) => (Some(lost.on), None),
            Self::Convicted(sentence) => (None, sentence.probation_over),
            Self::Demoted(judgment) => (Some(next(judgment.arrived_on)), judgment.executed_on),
            Self::Divorced(divorce) => (Some(divorce.claimed_on), None),
        };
        first.into_iter().chain(second)
    }
}
