//! The facts of one person: what a calculation starts from, as a TOML or JSON file.
//!
//! Dates are civil dates (`1964-03-01`); times run from a day until the day after the last (`until` is the first day that no longer
//! counts, so that the day of retirement is the `until` of the last service); months are whole numbers, money is whole NT dollars.
//! A field that is not known here is refused; a field without default must be given.
//!
//! ```toml
//! scheme = "civil"
//! born_on = 1964-05-20
//! effective_on = 2029-07-16
//! ground = "mandatory"
//! benefit = "monthly"
//! service = [{ from = 1990-08-01, until = 2029-07-16, kind = "civil" }]
//! pay = { last = { point = 590 }, average = 44970 }
//! ```

mod check;
mod check_claims;
mod check_later;
pub(crate) mod date;
mod event;
mod family;
mod pay;
pub mod read;
mod service;

use serde::{Deserialize, Serialize};
use time::Date;

pub use self::{
    event::{Convicted, Demoted, Divorced, Employer, Event, HeldBack, Lost, ReEmployed, Stopped},
    family::{Death, Relation, Survivor},
    pay::{Level, Pay, PaySpell},
    service::{Earlier, EarlierIncome, Months, ServiceKind, Spell, Standing},
};
use crate::Scheme;

/// Everything about one person that the rules of retirement ask for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facts {
    /// The act somebody retires under: `civil` 公務人員, `teacher` 公立學校教職員.
    pub scheme: Scheme,
    /// Kind of post, where the law tells posts apart.
    #[serde(default)]
    pub post: Post,
    /// Day of birth in the household register.
    #[serde(with = "date")]
    pub born_on: Date,
    /// 退休生效日: the first day of retirement; the last day of service is the day before.
    #[serde(with = "date")]
    pub effective_on: Date,
    /// The ground of retirement or severance.
    pub ground: Ground,
    /// What is drawn.
    pub benefit: Benefit,
    /// 原住民身分.
    #[serde(default)]
    pub indigenous: bool,
    /// Ages listed for the post if it is 危勞職務.
    #[serde(default)]
    pub hazardous: Option<Hazardous>,
    /// What 17 II (teachers 18 II) asks for; needed with the ground `ill`.
    #[serde(default)]
    pub condition: Option<Condition>,
    /// 因公傷病; needed with the ground `ordered-injury`.
    #[serde(default)]
    pub injury: Option<Injury>,
    /// Needed with the ground `severance`.
    #[serde(default)]
    pub severance: Option<SeveranceReason>,
    /// 精簡: on the top step of the highest grade of the post since that day.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub top_step_since: Option<Date>,
    /// 31 VI (1) (teachers 32 V (1)): drew the disability benefit and was, within five years before, on extended sick leave with a
    /// poor review or none.
    #[serde(default)]
    pub disability_benefit: bool,
    /// Teachers: a special reason to retire on another day than the end of a term (條例 21 I).
    #[serde(default)]
    pub special_reason: bool,
    /// Colleges and universities: service was extended beyond the mandatory age (條例 20 III).
    #[serde(default)]
    pub extended: bool,
    /// 僅具外國籍: teachers draw a lump sum only (條例 95), civil servants have no right (退撫法 75 I (3)).
    #[serde(default)]
    pub foreign: bool,
    /// What keeps an application from being accepted (24).
    #[serde(default)]
    pub barred: Option<Bar>,
    /// Day the case reached the deciding authority; checked if given.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub filed_on: Option<Date>,
    /// Day somebody left without a pension; needed with the grounds `preserved` and `combined`.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub left_on: Option<Date>,
    /// Spells of service, in any order; either these or `credited`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub service: Vec<Spell>,
    /// Credited months of somebody whose decision is there already; either this or `service`.
    #[serde(default)]
    pub credited: Option<Months>,
    /// 年資取捨: months the person chose to drop beyond the limit.
    #[serde(default)]
    pub drop: Option<Months>,
    /// Earlier retirements and other payments for service, ascending.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub earlier: Vec<Earlier>,
    /// Months under other pension acts that may help to fifteen years (86).
    #[serde(default)]
    pub other_sector_months: u32,
    /// Teachers: months at private schools, which the private schools' fund pays (條例 7).
    #[serde(default)]
    pub private_school_months: u32,
    /// Whether somebody was entitled to a monthly pension before the act; worked out from `service` if not given.
    #[serde(default)]
    pub entitled_before_act: Option<bool>,
    /// 補償金 drawn at once instead of monthly (原公務人員退休法 30 II); asked for by the year after the act only.
    #[serde(default)]
    pub compensation_at_once: bool,
    /// Pay.
    pub pay: Pay,
    /// 優惠存款.
    #[serde(default)]
    pub deposit: Option<Deposit>,
    /// 公保 and other social insurance.
    #[serde(default)]
    pub insurance: Option<Insurance>,
    /// What happens while the pension runs, in any order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub events: Vec<Event>,
    /// Day of death of a pensioner.
    #[serde(default, with = "date::optional", skip_serializing_if = "Option::is_none")]
    pub died_on: Option<Date>,
    /// A death in service; needed with the ground `death`.
    #[serde(default)]
    pub death: Option<Death>,
    /// Those left behind, or who would be.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub survivors: Vec<Survivor>,
}

/// Kind of post, where the law tells posts apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Post {
    /// Civil servants in general.
    #[default]
    General,
    /// Police, fire, coast guard, immigration and air corps, who have a column of their own (警察人員人事條例 35).
    Police,
    /// Principals and teachers below college level (高級中等以下學校).
    Teacher,
    /// Principals and teachers of colleges and universities.
    College,
    /// Other school staff: 研究人員, 新制助教, 職員, 稀少性科技人員.
    Staff,
}

impl Post {
    /// Whether the school year tells when they retire.
    pub fn teaches(self) -> bool {
        matches!(self, Self::Teacher | Self::College)
    }
}

/// Ground of retirement or severance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ground {
    /// 自願退休, 17 I (teachers 18 I).
    Voluntary,
    /// 自願退休 of the ill and disabled, 17 II (18 II).
    Ill,
    /// 危勞職務自願退休, 17 III (18 III).
    Hazardous,
    /// 原住民自願退休, 17 VI (18 IV).
    Indigenous,
    /// 精簡自願退休, 18 (19).
    Downsizing,
    /// 屆齡退休, 19 (20).
    Mandatory,
    /// 命令退休, 20 (22).
    Ordered,
    /// 因公傷病命令退休, 21 (23).
    OrderedInjury,
    /// 資遣, 22 (24).
    Severance,
    /// 保留年資, 85 (86).
    Preserved,
    /// 併計其他職域年資成就請領條件, 86 II (87 II).
    Combined,
    /// 在職死亡, 51: no retirement; `effective_on` is the day after the death.
    Death,
}

/// What is drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Benefit {
    /// 一次退休金; 資遣給與.
    Lump,
    /// 月退休金 in full from the effective day.
    Monthly,
    /// 兼領: half of each.
    Half,
    /// 展期月退休金: in full from the starting age.
    Deferred,
    /// 減額月退休金: reduced from the effective day.
    Reduced,
    /// 兼領, the monthly half deferred.
    HalfDeferred,
    /// 兼領, the monthly half reduced.
    HalfReduced,
}

impl Benefit {
    /// All, in the order of the act.
    pub const ALL: &[Self] =
        &[Self::Lump, Self::Monthly, Self::Half, Self::Deferred, Self::Reduced, Self::HalfDeferred, Self::HalfReduced];

    /// The statute's name, and English.
    pub fn text(self) -> kernel::Text {
        match self {
            Self::Lump => kernel::Text::new("一次退休金", "lump sum"),
            Self::Monthly => kernel::Text::new("月退休金", "monthly pension"),
            Self::Half => kernel::Text::new("兼領二分之一之一次退休金與月退休金", "half lump sum, half monthly"),
            Self::Deferred => kernel::Text::new("展期月退休金", "deferred monthly pension"),
            Self::Reduced => kernel::Text::new("減額月退休金", "reduced monthly pension"),
            Self::HalfDeferred => kernel::Text::new("兼領展期月退休金", "half lump sum, half deferred"),
            Self::HalfReduced => kernel::Text::new("兼領減額月退休金", "half lump sum, half reduced"),
        }
    }
}

/// Ages that the list approved by the ministry sets for a hazardous post.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Hazardous {
    /// Voluntary retirement.
    pub voluntary_age: u32,
    /// Mandatory retirement, if lowered.
    #[serde(default)]
    pub mandatory_age: Option<u32>,
}

/// What lets the ill and disabled retire (17 II).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Condition {
    /// 半失能以上, or a severe disability (1).
    Disabled,
    /// 末期 (2).
    Terminal,
    /// 永久重大傷病, unfit for the post (3).
    Unfit,
    /// 終生無工作能力 (4).
    Incapable,
}

/// 因公傷病.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Injury {
    /// How it came about.
    pub cause: InjuryCause,
    /// How far it disables.
    pub disability: Disability,
    /// 全身癱瘓 or 日常生活無法自理.
    #[serde(default)]
    pub helpless: bool,
}

/// Causes of 21 II (teachers 23 II).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum InjuryCause {
    /// An accident, violence or infection in the line of duty (1).
    Duty,
    /// An accident at the office, on mission or on the way (2).
    OfficeOrWay,
    /// Sudden illness on duty (3).
    SuddenIllness,
    /// Overwork (4).
    Overwork,
}

/// Degrees of 失能.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Disability {
    /// 全失能.
    Full,
    /// 半失能.
    Half,
    /// Neither: ordered by guardianship.
    Other,
}

/// Reasons of severance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum SeveranceReason {
    /// 裁減.
    Abolished,
    /// 不適任.
    Unfit,
    /// Under another act; teachers: 監護或輔助宣告.
    OtherLaw,
}

/// What keeps an application from being accepted (24; teachers 25).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Bar {
    /// 留職停薪.
    UnpaidLeave,
    /// 停職, 停聘.
    Suspended,
    /// 休職.
    DisciplinarySuspension,
    /// 內亂, 外患.
    Treason,
    /// 貪污, 瀆職.
    Corruption,
    /// 移送懲戒.
    Discipline,
    /// Another act.
    OtherLaw,
    /// Teachers: 停聘, 解聘 or 不續聘 is being decided.
    Dismissal,
}

/// 優惠存款.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deposit {
    /// 公保養老給付 on deposit by the rules before the act, NT dollars.
    #[serde(default)]
    pub insurance_principal: i64,
    /// 一次退休金 on deposit, NT dollars.
    #[serde(default)]
    pub lump_principal: i64,
}

/// 公保 and other social insurance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Insurance {
    /// Insured months in all.
    #[serde(default)]
    pub months: u32,
    /// Of them before the new scheme.
    #[serde(default)]
    pub old_months: u32,
    /// Of the insured months those that are credited for the pension.
    #[serde(default)]
    pub credited_months: u32,
    /// 一次養老給付 for all insured months, NT dollars.
    #[serde(default)]
    pub lump: Option<i64>,
    /// Whether an annuity is drawn instead of the one-time benefit.
    #[serde(default)]
    pub annuity: bool,
}

#[cfg(test)]
mod tests;
