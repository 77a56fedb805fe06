//! Who may propose and confirm what. Pure.

use super::ops::{NewProposal, Proposal, REASON_CHARS_MAX};
use crate::model::{Actor, Role};
use crate::permission::{Action, Scope, permits};
use kernel::{Refusal, Text};
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
    if !new.agencies.iter().all(|agency| permits(Some(actor), Action::ProposeOffice, Scope::Agency(agency))) {
        return Err(not_yours());
    }
    if new.with_subordinates && !reaches_below(actor, new) {
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

/// Whoever gives an office with all below must reach all below.
fn reaches_below(actor: &Actor, new: &NewProposal) -> bool {
    let below = new.agencies.iter().flat_map(|agency| actor.tree.below(*agency));
    below.into_iter().all(|agency| permits(Some(actor), Action::ProposeOffice, Scope::Agency(&agency)))
}

/// Checks who decides about a proposal.
pub(super) fn may_decide(actor: &Actor, proposal: &Proposal) -> Result<(), Refusal> {
    if proposal.decided.is_some() {
        return Err(Refusal::new("offices/decided", "本案已有人處理。", "Somebody has decided this already."));
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
    let all =
        proposal.new.agencies.iter().all(|agency| permits(Some(actor), Action::ConfirmOffice, Scope::Agency(agency)));
    if all { Ok(()) } else { Err(not_yours()) }
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
