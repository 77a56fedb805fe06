//! Service: what somebody was, from when until when, and what was paid for it.

use serde::{Deserialize, Serialize};
use statute::Rational;
use time::Date;

use super::date;

/// One spell of service of one kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Spell {
    /// First day.
    #[serde(with = "date")]
    pub from: Date,
    /// First day that no longer counts.
    #[serde(with = "date")]
    pub until: Date,
    /// What it was.
    pub kind: ServiceKind,
    /// What became of it.
    #[serde(default)]
    pub standing: Standing,
    /// Whether contributions for its new-scheme days were paid, at the time or later (補繳). Where the post itself does not contribute
    /// month by month, it must be stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contributed: Option<bool>,
}

impl Spell {
    /// Whether contributions were paid: as stated, else as posts of its kind do.
    pub fn is_contributed(&self) -> bool {
        self.contributed.unwrap_or_else(|| self.kind.contributes())
    }
}

/// What service was.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ServiceKind {
    /// 經銓敘審定之公務人員.
    Civil,
    /// 公立學校教職員.
    Teacher,
    /// 護理教師.
    NurseTeacher,
    /// 政務人員.
    Political,
    /// 志願役軍職.
    Military,
    /// 軍用文職人員.
    MilitaryCivilian,
    /// 義務役, 替代役.
    Conscript,
    /// 雇員, 同委任 and 警佐待遇 police.
    Employee,
    /// 公營事業具公務員身分職員.
    PublicEnterprise,
    /// 其他經核定得併計之年資, abroad schools among them.
    Approved,
    /// 工友, 駐衛警察, 職務代理人, 代課教師 and the like: does not count.
    Irregular,
}

impl ServiceKind {
    /// Whether posts of this kind pay contributions month by month since the new scheme; for the others they are only paid later, if at all
    /// (退撫法 12 I (4), (6); 條例 13 I (5), (6)).
    pub fn contributes(self) -> bool {
        matches!(self, Self::Civil | Self::Teacher | Self::NurseTeacher | Self::Political | Self::Military)
    }

    /// Whether who held such a post before the account scheme does not come under it (專戶法 3 II): conscription is no post.
    pub fn is_appointment(self) -> bool {
        !matches!(self, Self::Conscript | Self::Irregular)
    }
}

/// What became of service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Standing {
    /// Nothing was paid for it.
    #[default]
    Open,
    /// 已領退離給與.
    PaidOut,
    /// 退撫基金費用已發還.
    Refunded,
    /// 停職, 休職 or 留職停薪 without contributions.
    Suspended,
}

/// Months of each scheme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Months {
    /// Before the new scheme.
    #[serde(default)]
    pub old: u32,
    /// Since the new scheme.
    #[serde(default)]
    pub new: u32,
}

impl Months {
    /// Both.
    pub fn total(self) -> u32 {
        self.old.saturating_add(self.new)
    }
}

/// An earlier retirement, severance or settlement for which a payer of the state paid.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Earlier {
    /// Its effective day.
    #[serde(with = "date")]
    pub on: Date,
    /// Months it paid for.
    pub paid: Months,
    /// Base numbers of the old scheme it paid, as text (`"44"`, `"34.8334"`, `"209/6"`); to be stated where a lump sum
    /// follows it.
    #[serde(default, with = "exact", skip_serializing_if = "Option::is_none")]
    pub old_bases: Option<Rational>,
    /// 工友 and worker grades: their years do not count towards the limits (細則 14); nor do those of soldiers who came over before the new
    /// scheme (15 II (6)).
    #[serde(default)]
    pub worker: bool,
    /// Its monthly income by its own decision, if it is drawn monthly.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub income: Option<EarlierIncome>,
    /// Its last pay of the grade, NT dollars; needed with `income`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_pay: Option<i64>,
}

/// The monthly income of an earlier retirement, NT dollars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EarlierIncome {
    /// 優存利息.
    #[serde(default)]
    pub interest: i64,
    /// 月補償金.
    #[serde(default)]
    pub compensation: i64,
    /// Old-scheme monthly pension.
    #[serde(default)]
    pub old: i64,
    /// New-scheme monthly pension.
    #[serde(default)]
    pub new: i64,
}

/// An exact number as text.
pub(super) mod exact {
    use serde::{Deserialize, Deserializer, Serializer, de::Error};
    use statute::{Rational, fact};

    pub fn serialize<S: Serializer>(number: &Option<Rational>, out: S) -> Result<S::Ok, S::Error> {
        match number {
            Some(number) => out.collect_str(number),
            None => out.serialize_none(),
        }
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(input: D) -> Result<Option<Rational>, D::Error> {
        let Some(text) = Option::<String>::deserialize(input)? else { return Ok(None) };
        fact(&text)
            .map(Some)
            .ok_or_else(|| D::Error::custom(format!("\"{text}\" is not a number, or too large or too fine a one")))
    }
}
