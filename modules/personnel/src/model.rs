//! People and award cases.

use kernel::{AgencyCode, BatchId, CaseId, NationalId, OrderId, PersonId, RowId, Text};
use orders::{Amendment, Numbering};
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

/// A person as one agency's roster has them. Somebody who serves, or served, at several agencies has an entry at each, as that agency
/// described them.
#[derive(Clone, Debug)]
pub struct Person {
    /// Id in this platform, the same at every agency. It is drawn, not counted.
    pub id: PersonId,
    /// 身分證統一編號 or 統一證號.
    pub national_id: NationalId,
    /// 姓名.
    pub name: String,
    /// 1 男, 2 女.
    pub sex: i16,
    /// 出生日期.
    pub born_on: Date,
    /// 服務機關.
    pub agency: AgencyCode,
    /// 單位代碼.
    pub unit_code: String,
    /// 單位.
    pub unit: String,
    /// 職稱.
    pub title: String,
    /// 官職等代碼.
    pub grade: String,
    /// 俸點.
    pub pay_points: Option<i32>,
    /// 到職日期.
    pub arrived_on: Option<Date>,
    /// 電子郵件.
    pub email: Option<String>,
    /// 離職生效日: the first day on which the person no longer serves here; none while they do.
    pub left_on: Option<Date>,
    /// Whether another agency has taken the person in since, so that this one should say whether they left.
    pub elsewhere: bool,
}

/// The parts of an award row that are only carried: everything but person, reason, outcome and category.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Details {
    /// 獎懲事由(長).
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason_long: String,
    /// 其他事項.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub other: String,
    /// 適用法規 code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub law_code: String,
    /// 適用法規名稱.
    pub law_name: String,
    /// 條, 點, 項, 款, 目 as given, empty where not used.
    pub place: [String; 5],
    /// 教示條款: 1 civil servants, 2 education staff.
    pub remedy: String,
}

impl Details {
    /// The legal basis in words: the law's name, then 第N條第N項第N款第N目 or 第N點第N款.
    #[must_use]
    pub fn legal_basis(&self) -> String {
        let units = ["條", "點", "項", "款", "目"];
        let mut text = self.law_name.clone();
        for (number, unit) in self.place.iter().zip(units).filter(|(number, _)| !number.is_empty()) {
            match number.split_once('-') {
                Some((main, sub)) => text.push_str(&format!("第{main}{unit}之{sub}")),
                None => text.push_str(&format!("第{number}{unit}")),
            }
        }
        text
    }
}

/// A row of an award case.
#[derive(Clone, Debug)]
pub struct AwardRow {
    /// Its id.
    pub id: RowId,
    /// The line in the officer's file, or the order in which it was typed.
    pub line: u32,
    /// Whom it is about.
    pub person: Person,
    /// 獎懲事由.
    pub reason: String,
    /// 獎懲結果 code.
    pub outcome: String,
    /// 獎懲類別 code.
    pub category: String,
    /// The rest.
    pub details: Details,
    /// Why it was returned to the officer; a returned row is not issued.
    pub returned: Option<String>,
    /// The order issued for it.
    pub order: Option<OrderId>,
}

/// How a case came to the head for approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Route {
    /// 考績委員會初核 on this day.
    Committee {
        /// The day of the meeting.
        on: Date,
    },
    /// 記功(過)以下 issued first on this ground, to be confirmed by the committee (考績法施行細則 §13).
    IssueFirst {
        /// 前有同類案件 or 標準明確.
        ground: String,
    },
    /// An obvious slip or a cancelled paper: no committee (行政程序法 §101, §130).
    Clerical,
}

impl Route {
    /// The word in tables.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Committee { .. } => "committee",
            Self::IssueFirst { .. } => "issue_first",
            Self::Clerical => "clerical",
        }
    }
}

/// What the committee said of a case that was issued first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Nothing to confirm: the committee saw the case before.
    NotNeeded,
    /// Waiting, until this day.
    Due(Date),
    /// Confirmed on this day.
    Agreed(Date),
    /// Refused on this day: the orders must be changed.
    Refused(Date),
}

/// What the committee last said of a case before it was issued. It stays on file whatever happens to the case afterwards.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CommitteeDecision {
    /// The day of the meeting.
    pub on: Date,
    /// Whether the committee agreed.
    pub agreed: bool,
}

/// Where a case stands. Each variant carries what is true in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaseState {
    /// With the officer; the remark with which it was sent back, if it was.
    Draft {
        /// Why it came back.
        remark: Option<String>,
    },
    /// With the committee's secretary.
    InReview {
        /// Since when.
        submitted_at: OffsetDateTime,
    },
    /// With the head.
    AwaitingHead {
        /// How it got there.
        route: Route,
    },
    /// Approved and sealed.
    Issued {
        /// When.
        approved_at: OffsetDateTime,
        /// How it got there.
        route: Route,
        /// What became of the later confirmation.
        confirmation: Confirmation,
    },
    /// Taken back by the officer before approval.
    Undone,
}

/// What can be done to a case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Command {
    /// The officer puts it to the committee.
    Submit {
        /// When.
        at: OffsetDateTime,
    },
    /// The officer puts it to the head, to be confirmed afterwards.
    SubmitIssueFirst {
        /// On what ground.
        ground: String,
    },
    /// The officer puts an obvious slip or a cancellation to the head.
    SubmitClerical,
    /// The secretary records that the committee agreed.
    RecordAgreement {
        /// The day of the meeting.
        on: Date,
    },
    /// The secretary records that the committee refused: the case goes back to the officer.
    RecordRefusal {
        /// The day of the meeting.
        on: Date,
        /// Why.
        remark: String,
    },
    /// Secretary or head send it back.
    Return {
        /// Why.
        remark: String,
    },
    /// The head approves.
    Approve {
        /// When.
        at: OffsetDateTime,
        /// Last day to confirm, for a case issued first.
        confirm_by: Option<Date>,
    },
    /// The secretary records the later confirmation.
    Confirm {
        /// The day of the meeting.
        on: Date,
        /// Whether the committee agreed.
        agreed: bool,
    },
    /// The officer takes it back.
    Undo,
}

/// How a case changes an order that was issued before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The order.
    pub order: OrderId,
    /// How.
    pub amendment: Amendment,
    /// Why.
    pub reason: String,
    /// The day from which the time to do it runs: since when the authority knows the ground of 撤銷 (行政程序法 §121 I), or on which the
    /// ground of 廢止 of an award arose (§124).
    pub known_on: Option<Date>,
    /// From which day a repeal counts.
    pub effective_on: Option<Date>,
}

/// A case: rows of one agency that are reviewed and approved together.
#[derive(Clone, Debug)]
pub struct AwardCase {
    /// Its id.
    pub id: CaseId,
    /// The batch it came with.
    pub batch: BatchId,
    /// The authority (核定機關).
    pub agency: AgencyCode,
    /// Counts changes, so that nobody works on what another has changed meanwhile.
    pub version: i32,
    /// Where it stands.
    pub state: CaseState,
    /// What the committee last said of it, if it was before the committee.
    pub committee: Option<CommitteeDecision>,
    /// One number each, or one for all.
    pub numbering: Numbering,
    /// The order it changes, if it does.
    pub change: Option<Change>,
}

impl AwardCase {
    /// The designation under which it is approved: what the card signs names it.
    #[must_use]
    pub fn reference(&self) -> String {
        format!("award-case-{}", self.id)
    }
}

/// A case in a list.
#[derive(Clone, Debug)]
pub struct CaseLine {
    /// The case.
    pub case: AwardCase,
    /// Its rows that were not returned.
    pub kept: i64,
    /// Its rows that were returned.
    pub returned: i64,
    /// When its batch was taken in.
    pub taken_at: OffsetDateTime,
    /// File name, or how it was typed.
    pub source: String,
}

/// The stage of a case, for lists and tags.
#[must_use]
pub fn state_label(state: &CaseState) -> Text {
    match state {
        CaseState::Draft { remark: None } => Text::new("擬辦", "Draft"),
        CaseState::Draft { remark: Some(_) } => Text::new("退回修正", "Returned"),
        CaseState::InReview { .. } => Text::new("考績委員會初核中", "With the committee"),
        CaseState::AwaitingHead { .. } => Text::new("待核定", "Awaiting approval"),
        CaseState::Issued { confirmation: Confirmation::Due(_), .. } => {
            Text::new("已發布，待提會確認", "Issued, to be confirmed")
        }
        CaseState::Issued { confirmation: Confirmation::Refused(_), .. } => {
            Text::new("考績委員會不予確認，應變更", "Confirmation refused, to be changed")
        }
        CaseState::Issued { .. } => Text::new("已發布", "Issued"),
        CaseState::Undone => Text::new("已撤回", "Taken back"),
    }
}
