//! For what somebody opens the masked part of a record.

use kernel::Text;
use statute::{Act, Citation};

/// Longest reason, in characters.
pub const PURPOSE_CHARS_MAX: usize = 100;

/// A purpose that can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// 查驗、登錄及更新人事資料.
    Keep,
    /// 調任、離職或再任之資料移轉.
    Transfer,
    /// 報送銓敘部.
    Report,
    /// 辦理獎懲、考績、待遇、保險、退撫等事項.
    Handle,
    /// 當事人申請.
    Request,
    /// 其他, with a reason in words.
    Other,
}

impl Purpose {
    /// All purposes, in the order in which they are offered.
    pub const ALL: [Self; 6] = [Self::Keep, Self::Transfer, Self::Report, Self::Handle, Self::Request, Self::Other];

    /// The word in forms and in the read log.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Transfer => "transfer",
            Self::Report => "report",
            Self::Handle => "handle",
            Self::Request => "request",
            Self::Other => "other",
        }
    }

    /// The purpose with this code.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|purpose| purpose.code() == code)
    }

    /// As the page says it, and as the person reads it later.
    #[must_use]
    pub fn label(self) -> Text {
        match self {
            Self::Keep => Text::new("查驗、登錄或更新人事資料", "Checking, entering or updating the record"),
            Self::Transfer => {
                Text::new("調任、離職或再任之資料移轉", "Handing the record over on transfer, leaving or return")
            }
            Self::Report => Text::new("報送銓敘部", "Reporting to the Ministry of Civil Service"),
            Self::Handle => {
                Text::new("辦理獎懲、考績、待遇、保險或退撫", "Awards, appraisal, pay, insurance or retirement")
            }
            Self::Request => Text::new("當事人申請查閱或製給證明", "The person asked to see it or for a certificate"),
            Self::Other => Text::new("其他", "Other"),
        }
    }

    /// The provision it rests on, where 各機關人事資料管理規則 has one.
    #[must_use]
    pub fn basis(self) -> Option<Citation> {
        let rules = Act::S0110020;
        match self {
            Self::Keep => Some(rules.article(9).paragraph(1)),
            Self::Transfer => Some(rules.article(6)),
            Self::Report => Some(rules.article(7)),
            Self::Handle | Self::Request | Self::Other => None,
        }
    }

    /// Whether it must be explained in words: where no provision names it.
    #[must_use]
    pub const fn needs_words(self) -> bool {
        matches!(self, Self::Other)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_basis_is_a_provision_that_is_kept() {
        let cited: Vec<String> =
            Purpose::ALL.iter().filter_map(|purpose| purpose.basis()).map(|c| c.to_string()).collect();
        assert_eq!(
            cited,
            ["各機關人事資料管理規則第9條第1項", "各機關人事資料管理規則第6條", "各機關人事資料管理規則第7條"]
        );
        assert!(Purpose::ALL.iter().filter_map(|purpose| purpose.basis()).all(|basis| basis.text().is_some()));
        assert!(Purpose::ALL.iter().all(|purpose| Purpose::parse(purpose.code()) == Some(*purpose)));
    }
}
