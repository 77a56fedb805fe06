//! Who may propose and confirm what. Pure.

use super::ops::{NewProposal, Proposal, REASON_CHARS_MAX};
use crate::model::{Actor, Role};
use crate::permission::{Action, Scope, permits};
use kernel::{AgencyCode, Refusal, Text};
use time::Date;

/// Most agencies in one proposal.
pub(super) const AGENCIES_MAX: usize = 50;

/// Roles that two people of an agency can give; the others are the operator's.
pub(super) const fn may_be_proposed(role: Role) -> bool {
    !matches!(role, Role::Operator | Role::Partner)
}

/// Checks a proposal before it is written.
pub(super) fn may_propose(actor: &Actor, new: &NewProposal, today: Date) -> Result<(), Refusal> {
    if new.person == actor.person {
        return Err(own("person"));
    }
    if new.agencies.is_empty() || new.agencies.len() > AGENCIES_MAX {
        return Err(Refusal::new(
            "offices/agencies",
            format!("請指定1至{AGENCIES_MAX}個機關。"),
            format!("Name 1 to {AGENCIES_MAX} agencies."),
        )
        .field("agencies"));
    }
    if !reaches(actor, Action::ProposeOffice, new)
        || !permits(Some(actor), Action::ProposeOffice, Scope::Agency(&new.post))
    {
        return Err(not_yours());
    }
    if !may_be_proposed(new.role) {
        return Err(Refusal::new(
            "offices/role",
            "此角色由系統管理者設定，不得由機關授予。",
            "This role is set by the operator and cannot be given by an agency.",
        )
        .field("role"));
    }
    if new.from_on < today {
        return Err(Refusal::new("offices/from", "生效日不得早於今日。", "The first day cannot be before today.")
            .field("from_on"));
    }
    if new.until_on.is_some_and(|until| until <= new.from_on) {
        return Err(Refusal::new("offices/until", "終止日應晚於生效日。", "The last day must be after the first.")
            .field("until_on"));
    }
    let length = new.reason.trim().chars().count();
    if length == 0 || length > REASON_CHARS_MAX {
        return Err(Refusal::new(
            "offices/reason",
            format!("請以1至{REASON_CHARS_MAX}字說明授權事由。"),
            format!("Say why in 1 to {REASON_CHARS_MAX} characters."),
        )
        .field("reason"));
    }
    Ok(())
}

/// Whether somebody may do this for all that is proposed: whoever gives an office with all below must reach all below.
fn reaches(actor: &Actor, action: Action, new: &NewProposal) -> bool {
    let wanted = |agency: &AgencyCode| match new.with_subordinates {
        true => actor.tree.below(*agency),
        false => vec![*agency],
    };
    new.agencies.iter().flat_map(wanted).all(|agency| permits(Some(actor), action, Scope::Agency(&agency)))
}

/// Checks who decides about a proposal.
pub(super) fn may_decide(actor: &Actor, proposal: &Proposal) -> Result<(), Refusal> {
    if proposal.decided.is_some() {
        return Err(Refusal::new("offices/decided", "本案已有人處理。", "Somebody has decided this already."));
    }
    if proposal.lapsed_at.is_some() {
        return Err(Refusal::new(
            "offices/lapsed",
            "受權人已離職，本案已自動終止。",
            "The person has left, so the proposal is over.",
        ));
    }
    if actor.person == proposal.new.person {
        return Err(own("person"));
    }
    if actor.person == proposal.proposed_by.0 {
        return Err(Refusal::new(
            "offices/second-person",
            "提案人不得自行確認，請由另一位有權人員確認。",
            "Whoever proposed it cannot confirm it; a second person must.",
        ));
    }
    if reaches(actor, Action::ConfirmOffice, &proposal.new) { Ok(()) } else { Err(not_yours()) }
}

/// Checks what must still be so when an office is given: that the person serves where the proposal says, and that whoever proposed it still
/// could.
pub(super) fn may_give(proposer: &Actor, proposal: &Proposal, serving: bool) -> Result<(), Refusal> {
    if !serving {
        return Err(Refusal::new(
            "offices/left",
            "受權人已不在提案時之服務機關任職，請退回本案。",
            "The person no longer serves where they did when this was proposed. Please refuse it.",
        ));
    }
    if !reaches(proposer, Action::ProposeOffice, &proposal.new) {
        return Err(Refusal::new(
            "offices/proposer",
            "提案人已無此項提案權限，請退回後由有權人員重新提案。",
            "Whoever proposed this may no longer do so. Please refuse it; somebody else can propose it anew.",
        ));
    }
    Ok(())
}

fn own(field: &'static str) -> Refusal {
    Refusal::new(
        "offices/own",
        "不得授予自己權限，亦不得確認自己的權限。",
        "Nobody gives an office to themselves or confirms their own.",
    )
    .field(field)
}

fn not_yours() -> Refusal {
    let text = Text::new("您對所列機關沒有授權的權限。", "You may not give offices for these agencies.");
    Refusal::new("offices/not-yours", text.zh, text.en).field("agencies")
}
