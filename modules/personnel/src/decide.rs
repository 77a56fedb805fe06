//! The life of a case: state and command give the next state or a refusal. Pure.

use crate::model::{CaseState, Command, CommitteeDecision, Confirmation, Route};
use kernel::Refusal;

/// Applies a command to a state, given what the committee last said of the case.
///
/// # Errors
/// A refusal that says what the case is waiting for, or that the committee has refused what should be issued before it is asked.
pub fn step(state: CaseState, said: Option<CommitteeDecision>, command: Command) -> Result<CaseState, Refusal> {
    match (state, command) {
        (CaseState::Draft { .. }, Command::Submit { at }) => Ok(CaseState::InReview { submitted_at: at }),
        (CaseState::Draft { .. }, Command::SubmitIssueFirst { .. }) if said.is_some_and(|said| !said.agreed) => {
            Err(refused_before())
        }
        (CaseState::Draft { .. }, Command::SubmitIssueFirst { ground }) => {
            Ok(CaseState::AwaitingHead { route: Route::IssueFirst { ground } })
        }
        (CaseState::Draft { .. }, Command::SubmitClerical) => Ok(CaseState::AwaitingHead { route: Route::Clerical }),
        (CaseState::InReview { .. }, Command::RecordAgreement { on }) => {
            Ok(CaseState::AwaitingHead { route: Route::Committee { on } })
        }
        (CaseState::InReview { .. } | CaseState::AwaitingHead { .. }, Command::Return { remark })
        | (CaseState::InReview { .. }, Command::RecordRefusal { remark, .. }) => {
            Ok(CaseState::Draft { remark: Some(remark) })
        }
        (CaseState::AwaitingHead { route }, Command::Approve { at, confirm_by }) => {
            let confirmation = match (&route, confirm_by) {
                (Route::IssueFirst { .. }, Some(day)) => Confirmation::Due(day),
                _ => Confirmation::NotNeeded,
            };
            Ok(CaseState::Issued { approved_at: at, route, confirmation })
        }
        (
            CaseState::Issued { approved_at, route, confirmation: Confirmation::Due(_) },
            Command::Confirm { on, agreed },
        ) => {
            let confirmation = if agreed { Confirmation::Agreed(on) } else { Confirmation::Refused(on) };
            Ok(CaseState::Issued { approved_at, route, confirmation })
        }
        (CaseState::Draft { .. } | CaseState::InReview { .. } | CaseState::AwaitingHead { .. }, Command::Undo) => {
            Ok(CaseState::Undone)
        }
        (state, _) => Err(not_now(&state)),
    }
}

/// What the committee is on record as having said after a command that [`step`] allowed.
#[must_use]
pub(crate) const fn heard(said: Option<CommitteeDecision>, command: &Command) -> Option<CommitteeDecision> {
    match *command {
        Command::RecordAgreement { on } => Some(CommitteeDecision { on, agreed: true }),
        Command::RecordRefusal { on, .. } => Some(CommitteeDecision { on, agreed: false }),
        _ => said,
    }
}

/// 先行發布 is for what the committee would agree to (考績法施行細則 §13); of this case it is known that it does not.
fn refused_before() -> Refusal {
    Refusal::new(
        "award/committee-refused",
        "本案前經考績委員會初核不同意，不得先行發布，應再提考績委員會初核。",
        "The committee has refused this case before, so it cannot be issued first; it must go to the committee again.",
    )
    .cite(statute::Act::S0040002.article(13))
}

fn not_now(state: &CaseState) -> Refusal {
    let (zh, en) = match state {
        CaseState::Draft { .. } => ("本案尚在擬辦，請先送出。", "The case is still a draft; please submit it first."),
        CaseState::InReview { .. } => (
            "本案正由考績委員會初核，請待初核結果登錄。",
            "The case is with the committee; its decision is not recorded yet.",
        ),
        CaseState::AwaitingHead { .. } => ("本案待機關首長核定。", "The case awaits the head's approval."),
        CaseState::Issued { .. } => (
            "本案已核定發布，如須變更請辦理更正、撤銷、廢止或註銷。",
            "The case was issued; please correct, revoke, repeal or cancel the order.",
        ),
        CaseState::Undone => ("本案已撤回。", "The case was taken back."),
    };
    Refusal::new("personnel/not-in-this-state", zh, en)
}

/// The state × command grid as text. Kept as a golden file.
#[must_use]
pub fn grid() -> String {
    use std::fmt::Write;
    let at = time::OffsetDateTime::UNIX_EPOCH;
    let on = at.date();
    let (ground, remark) = (String::from("ground"), String::from("remark"));
    let first = Route::IssueFirst { ground: ground.clone() };
    let issued = |confirmation| CaseState::Issued { approved_at: at, route: first.clone(), confirmation };
    let (agreed, refused) = (CommitteeDecision { on, agreed: true }, CommitteeDecision { on, agreed: false });
    let fresh = [
        CaseState::Draft { remark: None },
        CaseState::InReview { submitted_at: at },
        CaseState::AwaitingHead { route: Route::Committee { on } },
        CaseState::AwaitingHead { route: first.clone() },
        issued(Confirmation::NotNeeded),
        issued(Confirmation::Due(on)),
        issued(Confirmation::Refused(on)),
        CaseState::Undone,
    ];
    let commands = [
        Command::Submit { at },
        Command::SubmitIssueFirst { ground },
        Command::SubmitClerical,
        Command::RecordAgreement { on },
        Command::RecordRefusal { on, remark: remark.clone() },
        Command::Return { remark },
        Command::Approve { at, confirm_by: Some(on) },
        Command::Confirm { on, agreed: true },
        Command::Undo,
    ];
    let mut out = String::new();
    let again = CaseState::Draft { remark: Some(String::from("remark")) };
    let heard = [(&again, Some(agreed)), (&again, Some(refused))];
    for (state, said) in fresh.iter().map(|state| (state, None)).chain(heard) {
        let before = said.map_or("", |said| if said.agreed { ", agreed before" } else { ", refused before" });
        writeln!(out, "{}{before}", short(state)).expect("text");
        for command in &commands {
            let name = format!("{command:?}");
            let name = name.split([' ', '{']).next().unwrap_or_default();
            let next = step(state.clone(), said, command.clone())
                .map_or_else(|r| format!("refused: {}", r.text.en), |s| short(&s));
            writeln!(out, "    {name:<17} -> {next}").expect("text");
        }
    }
    out
}

fn short(state: &CaseState) -> String {
    match state {
        CaseState::Draft { remark: None } => "Draft".into(),
        CaseState::Draft { remark: Some(_) } => "Draft (returned)".into(),
        CaseState::InReview { .. } => "InReview".into(),
        CaseState::AwaitingHead { route } => format!("AwaitingHead ({})", route.code()),
        CaseState::Issued { confirmation, .. } => {
            let name = format!("{confirmation:?}");
            format!("Issued ({})", name.split('(').next().unwrap_or_default())
        }
        CaseState::Undone => "Undone".into(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_state_grid_is_as_reviewed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/state-grid.txt");
        let now = super::grid();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, &now).unwrap();
        }
        assert_eq!(now, std::fs::read_to_string(path).unwrap());
    }
}
