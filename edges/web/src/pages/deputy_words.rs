//! Words about deputies that several pages say: powers, award limits, acts.

use access::{Action, DeputyAct};
use codes::{AwardRank, AwardResult};
use kernel::Text;
use webkit::Link;

/// What a power lets a deputy do.
pub fn power(action: Action) -> Text {
    match action {
        Action::ReadAgencies => Text::new("查閱機關資料", "Look up agencies"),
        Action::ReadPeople => Text::new("查閱人員名冊", "Read the roster"),
        Action::ImportPeople => Text::new("匯入人員資料", "Import people"),
        Action::EditRecord => Text::new("修改人事資料", "Change records"),
        Action::OpenSensitive => Text::new("開啟遮蔽欄位", "Open masked data"),
        Action::OpenBankData => Text::new("開啟帳戶資料", "Open bank data"),
        Action::RegisterCard => Text::new("登記憑證", "Register cards"),
        Action::ReadCases => Text::new("查閱案件及令", "Read cases and orders"),
        Action::PrepareCase => Text::new("擬辦獎懲案及變更案", "Prepare cases"),
        Action::ReviewCase => Text::new("記錄考績委員會決議", "Record the committee's decisions"),
        Action::ApproveCase => Text::new("核定", "Approve"),
        Action::ProposeErasure => Text::new("擬辦內容銷毀", "Propose erasures"),
        Action::ConfirmErasure => Text::new("確認內容銷毀", "Confirm erasures"),
        Action::ServePaper => Text::new("書面送達", "Serve on paper"),
        Action::KeepOffice => Text::new("機關設定", "Keep the agency's settings"),
        Action::ReadOffices => Text::new("查閱權限名冊", "Read who holds which office"),
        Action::AnswerQuestions => Text::new("答覆當事人詢問", "Answer questions about reading"),
        Action::ReadReads => Text::new("檢視查閱紀錄", "Read the read log"),
        Action::WitnessMandate => Text::new("見證委任", "Witness mandates"),
        Action::ImportAgencies => Text::new("匯入機關名錄", "Import the agency list"),
        other => webkit::same(other.code()),
    }
}

/// The limits an approval by a deputy may have.
pub const LIMITS: [(&str, AwardRank); 2] = [("merit", AwardRank::Merit), ("commendation", AwardRank::Commendation)];

/// The words of a limit.
pub fn limit(code: &str) -> Text {
    match code {
        "merit" => Text::new("記功、記過以下", "Up to merits and demerits"),
        "commendation" => Text::new("嘉獎、申誡", "Commendations and reprimands only"),
        _ => Text::new("不限獎懲額度", "Any award"),
    }
}

/// The award results within a limit; none if there is no limit.
pub fn outcomes_within(code: &str) -> Option<Vec<String>> {
    let (_, rank) = LIMITS.into_iter().find(|(limit, _)| *limit == code)?;
    Some(AwardResult::all().iter().filter(|result| result.rank <= rank).map(|result| result.code.clone()).collect())
}

/// The limit that these award results make.
pub fn limit_of(outcomes: Option<&[String]>) -> Text {
    let Some(outcomes) = outcomes else { return limit("") };
    let known = LIMITS.into_iter().find(|(code, _)| outcomes_within(code).as_deref() == Some(outcomes));
    known.map_or_else(|| webkit::same(outcomes.join("、")), |(code, _)| limit(code))
}

/// What was done, with the way to what it was done to.
pub fn act(act: &DeputyAct) -> Link {
    let last = act.path.rsplit('/').next().unwrap_or_default();
    let label = match last {
        "approve" => Text::new("核定", "Approved a case"),
        "sign" => Text::new("開啟核定簽章", "Opened an approval for signing"),
        "return" => Text::new("全案退回", "Returned a case"),
        "return-rows" => Text::new("退回部分人員", "Returned people of a case"),
        "decision" => Text::new("記錄考績委員會決議", "Recorded a decision of the committee"),
        "submit" => Text::new("陳核", "Submitted a case"),
        "issue-first" => Text::new("先行發布陳核", "Submitted a case to be issued first"),
        "undo" => Text::new("復原匯入", "Undid an upload"),
        "print" => Text::new("列印", "Printed"),
        "serve" => Text::new("登記書面送達", "Recorded service on paper"),
        _ => power(act.action),
    };
    let verbs =
        ["approve", "sign", "return", "return-rows", "decision", "submit", "issue-first", "undo", "print", "serve"];
    let place = if verbs.contains(&last) { act.path.trim_end_matches(last).trim_end_matches('/') } else { &act.path };
    // What is undone is gone; the list is still there.
    let place = if last == "undo" { "/awards" } else { place };
    Link::new(place, label)
}
