//! Who may erase what, and what may be said about it. Pure.

use super::ops::{Erasure, ErasureRule, NewErasure};
use crate::field;
use crate::model::{Issued, Standing};
use kernel::{PersonId, Refusal, roc};
use time::Date;

/// Longest legal basis, in characters.
const BASIS_CHARS_MAX: usize = 100;
/// Longest reason, in characters.
pub(super) const REASON_CHARS_MAX: usize = 500;

/// Whether the order still says something.
///
/// # Errors
/// A refusal for an order that was erased.
pub fn intact(order: &Issued) -> Result<(), Refusal> {
    if order.erased_at.is_none() {
        return Ok(());
    }
    Err(Refusal::new(
        "orders/erased",
        "此令之內容已依法銷毀，登錄事實仍可查證。",
        "What this order says was destroyed under the law; that it was issued can still be proven.",
    ))
}

/// Whether an order whose content is there can be erased today, whoever asks. `remedy` is the last day to contest it: none before it
/// reached its person, and `Some(None)` where the law in force that day is not loaded.
pub(super) fn may_be_erased(
    rule: &ErasureRule,
    standing: Standing,
    remedy: Option<Option<Date>>,
    today: Date,
) -> Result<(), Refusal> {
    if !rule.enabled {
        return Err(Refusal::new(
            "orders/erasure-off",
            "本平臺未開放內容銷毀：檔案之銷毀應先依檔案法辦理，並由系統管理者開啟此功能。",
            "Erasure is turned off on this platform: the archives law comes first, and the operator turns it on.",
        ));
    }
    if standing == Standing::Staged {
        return Err(Refusal::new(
            "orders/not-registered-yet",
            "此令尚在登錄中，請稍後數秒再辦理。",
            "This order is still entering the register. Please try again in a few seconds.",
        ));
    }
    match remedy {
        None => Err(Refusal::new(
            "orders/erasure-not-served",
            "此令尚未送達，不得銷毀其內容。",
            "This order has not reached its person yet, so it cannot be erased.",
        )),
        Some(None) => Err(Refusal::new(
            "orders/erasure-remedy-unknown",
            "查無此令送達時之救濟期間規定，無法確認是否已確定，不得銷毀其內容。",
            "The law on contesting this order is not loaded, so nobody can tell whether it is final; it cannot be erased.",
        )),
        Some(Some(last)) if today <= last => Err(Refusal::new(
            "orders/erasure-not-final",
            format!("此令尚得提起救濟（至{}止），尚未確定，不得銷毀其內容。", roc::long(last)),
            format!("This order can still be contested until {last}. It is not final, so it cannot be erased."),
        )),
        Some(Some(_)) => Ok(()),
    }
}

/// Checks a proposal before it is written.
pub(super) fn may_propose(order: &Issued, by: PersonId, new: &NewErasure) -> Result<(), Refusal> {
    if by == order.person {
        return Err(own());
    }
    let length = |text: &str| text.trim().chars().count();
    if !(1..=BASIS_CHARS_MAX).contains(&length(&new.basis)) {
        return Err(Refusal::new(
            "orders/erasure-basis",
            format!("請填寫法規名稱及條次（{BASIS_CHARS_MAX}字以內）。"),
            format!("Please name the act and article ({BASIS_CHARS_MAX} characters at most)."),
        )
        .field("basis"));
    }
    if !(1..=REASON_CHARS_MAX).contains(&length(&new.reason)) {
        return Err(Refusal::new(
            "orders/erasure-reason",
            format!("請以1至{REASON_CHARS_MAX}字說明銷毀事由。"),
            format!("Please say why in 1 to {REASON_CHARS_MAX} characters."),
        )
        .field("reason"));
    }
    for (name, text) in [("basis", &new.basis), ("reason", &new.reason)] {
        if text.chars().any(char::is_control) || says_content(order, text) {
            return Err(Refusal::new(
                "orders/erasure-repeats",
                "此欄於銷毀後仍會保存，請勿填寫受文者姓名、身分證統一編號、獎懲事由或結果。",
                "This stays after the erasure: please leave out the person's name and number, the reason and the outcome of the order.",
            )
            .field(name));
        }
    }
    Ok(())
}

/// Whether a text repeats what is to be destroyed.
fn says_content(order: &Issued, text: &str) -> bool {
    let telling = [field::RECIPIENT, field::REASON, field::OUTCOME, field::AMENDMENT_REASON];
    let values = telling.iter().map(|name| order.text(name)).chain([order.masked_id.trim_end_matches('*')]);
    values.filter(|value| !value.trim().is_empty()).any(|value| text.contains(value.trim()))
}

/// Checks who decides about a proposal.
pub(super) fn may_decide(erasure: &Erasure, by: PersonId) -> Result<(), Refusal> {
    if erasure.decided.is_some() {
        return Err(Refusal::new("orders/erasure-decided", "本案已有人處理。", "Somebody has decided this already."));
    }
    if by == erasure.person {
        return Err(own());
    }
    if by == erasure.proposed_by.id {
        return Err(Refusal::new(
            "orders/erasure-second-person",
            "提案人不得自行確認，請由另一位有權人員確認。",
            "Whoever proposed it cannot confirm it; a second person must.",
        ));
    }
    Ok(())
}

fn own() -> Refusal {
    Refusal::new(
        "orders/erasure-own",
        "不得銷毀自己的令之內容。",
        "Nobody proposes or confirms the erasure of their own order.",
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::erasure::Person;
    use crate::model::Family;
    use kernel::{AgencyCode, DocumentNumber, OrderId};
    use time::macros::{date, datetime};

    const ON: ErasureRule = ErasureRule { enabled: true, backup_days: Some(35) };

    fn order() -> Issued {
        let fields = [(field::RECIPIENT, "林受獎"), (field::REASON, "辦理選務工作"), (field::OUTCOME, "嘉獎一次")];
        Issued {
            id: OrderId([7; 16]),
            agency: AgencyCode::parse("376480000A").unwrap(),
            family: Family::Award,
            number: DocumentNumber::new("府人考", 115, 1).unwrap(),
            part: (1, 1),
            person: PersonId(5),
            issued_on: date!(2026 - 01 - 05),
            sealed_at: datetime!(2026-01-05 02:00 UTC),
            fields: field::fields(fields.map(|(name, value)| (name, value.to_owned())).to_vec()),
            amends: None,
            masked_id: "A22345****".to_owned(),
            erased_at: None,
        }
    }

    fn proposal(by: i64, decided: bool) -> Erasure {
        let person = |id: i64| Person { id: PersonId(id), name: "某人".to_owned() };
        let at = datetime!(2026-11-20 02:00 UTC);
        Erasure {
            id: 1,
            order: OrderId([7; 16]),
            number: DocumentNumber::new("府人考", 115, 1).unwrap(),
            agency: AgencyCode::parse("376480000A").unwrap(),
            person: PersonId(5),
            basis: "法".to_owned(),
            reason: "因".to_owned(),
            proposed_by: person(by),
            proposed_at: at,
            decided: decided.then(|| (person(9), at, true)),
            backups_until: None,
        }
    }

    fn code(refused: Result<(), Refusal>) -> String {
        refused.err().map(|refusal| refusal.code.to_string()).unwrap_or_default()
    }

    #[test]
    fn what_is_off_waiting_unserved_or_contestable_is_not_erased() {
        let today = date!(2026 - 11 - 23);
        let last = |day| Some(Some(day));
        let may = |rule, standing, remedy| code(may_be_erased(&rule, standing, remedy, today));
        let off = ErasureRule { enabled: false, ..ON };
        let past = last(date!(2026 - 11 - 22));
        assert_eq!(may(off, Standing::Valid, past), "orders/erasure-off");
        assert_eq!(may(ON, Standing::Staged, past), "orders/not-registered-yet");
        assert_eq!(may(ON, Standing::Valid, None), "orders/erasure-not-served");
        assert_eq!(may(ON, Standing::Valid, Some(None)), "orders/erasure-remedy-unknown");
        assert_eq!(may(ON, Standing::Valid, last(today)), "orders/erasure-not-final");
        assert_eq!(may(ON, Standing::Valid, past), "");
        assert_eq!(may(ON, Standing::Revoked, past), "");
    }

    #[test]
    fn a_proposal_gives_basis_and_reason_and_repeats_nothing() {
        let new = |basis: &str, reason: &str| NewErasure { basis: basis.into(), reason: reason.into() };
        let say = |by, new| code(may_propose(&order(), PersonId(by), &new));
        let (basis, reason) = ("個人資料保護法第11條第3項", "保存年限屆滿。");
        assert_eq!(say(8, new(basis, reason)), "");
        assert_eq!(say(5, new(basis, reason)), "orders/erasure-own");
        assert_eq!(say(8, new("  ", reason)), "orders/erasure-basis");
        assert_eq!(say(8, new(&"法".repeat(101), reason)), "orders/erasure-basis");
        assert_eq!(say(8, new(basis, "")), "orders/erasure-reason");
        assert_eq!(say(8, new(basis, &"因".repeat(501))), "orders/erasure-reason");
        for repeated in ["林受獎之令", "曾辦理選務工作者", "嘉獎一次", "A22345者", "一\u{7}二"] {
            assert_eq!(say(8, new(basis, repeated)), "orders/erasure-repeats", "{repeated}");
            assert_eq!(say(8, new(repeated, reason)), "orders/erasure-repeats", "{repeated}");
        }
    }

    #[test]
    fn the_second_person_is_another_one_and_decides_once() {
        let decide = |by, proposal: Erasure| code(may_decide(&proposal, PersonId(by)));
        assert_eq!(decide(9, proposal(8, false)), "");
        assert_eq!(decide(8, proposal(8, false)), "orders/erasure-second-person");
        assert_eq!(decide(5, proposal(8, false)), "orders/erasure-own");
        assert_eq!(decide(9, proposal(8, true)), "orders/erasure-decided");
        let erased = Issued { erased_at: Some(datetime!(2026-11-20 02:00 UTC)), ..order() };
        assert_eq!(code(intact(&erased)), "orders/erased");
    }
}
