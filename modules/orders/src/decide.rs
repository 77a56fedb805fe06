//! What may be done to an order, as pure functions.

use crate::model::{Amendment, Consent, Standing};
use kernel::Refusal;
use tlog::leaf::Kind;

/// The leaf that an amendment puts under the id of the order it changes, or why it may not be made.
///
/// 註銷 presupposes that the order has lost its effect (行政程序法 §130), so it changes nothing in the register: it has no leaf type of
/// its own and is written with the type of the standing it finds. What was done stands in the signed record of the changing order.
///
/// # Errors
/// A refusal that names the standing in the way.
pub fn amend(standing: Standing, amendment: Amendment) -> Result<Kind, Refusal> {
    match (standing, amendment) {
        (Standing::Staged, _) => Err(Refusal::new(
            "orders/not-registered-yet",
            "此令尚在登錄中，請稍後數秒再辦理。",
            "This order is still entering the register. Please try again in a few seconds.",
        )),
        (Standing::Valid, Amendment::Correct) | (Standing::Superseded, Amendment::Cancel) => Ok(Kind::Supersede),
        (Standing::Valid, Amendment::Revoke) | (Standing::Revoked, Amendment::Cancel) => Ok(Kind::Revoke),
        (Standing::Valid, Amendment::Repeal) | (Standing::Repealed, Amendment::Cancel) => Ok(Kind::Repeal),
        (Standing::Valid, Amendment::Cancel) => Err(Refusal::new(
            "orders/still-in-force",
            "此令仍有效，請先撤銷或廢止，始得註銷（行政程序法第130條）。",
            "This order is still in force. Please revoke or repeal it first; only then may its paper be cancelled.",
        )),
        (Standing::Superseded, _) => Err(Refusal::new(
            "orders/already-corrected",
            "此令已由更正後之令取代，僅得註銷；請就更正後之令辦理。",
            "This order was replaced by a corrected one; its paper may only be cancelled. Please work on the corrected order.",
        )),
        (Standing::Repealed | Standing::Revoked, _) => Err(Refusal::new(
            "orders/no-longer-in-force",
            "此令已失其效力，僅得註銷。",
            "This order is no longer in force; its paper may only be cancelled.",
        )),
    }
}

/// Whether an order can be changed at all: what revokes, repeals or cancels another order grants nothing, so there is nothing in it to
/// change, and changing it would grant again what the other order had granted.
///
/// # Errors
/// A refusal for an order whose own amendment is 撤銷, 廢止 or 註銷.
pub fn changeable(own: Option<Amendment>) -> Result<(), Refusal> {
    match own {
        None | Some(Amendment::Correct) => Ok(()),
        Some(amendment @ (Amendment::Revoke | Amendment::Repeal | Amendment::Cancel)) => {
            let label = amendment.label();
            Err(Refusal::new(
                "orders/not-changeable",
                format!("此令係{}他令之令，不得更正、撤銷、廢止或註銷；如須再予獎懲，請另行核定。", label.zh),
                format!(
                    "This order does nothing but change another one ({}), so it cannot be changed. Please issue a new award.",
                    label.en
                ),
            ))
        }
    }
}

/// The consent that counts on a day: what the person said last, from its day on; else silence after a notice.
#[must_use]
pub fn consent_on(said: Option<(Consent, time::Date)>, object_until: Option<time::Date>, on: time::Date) -> Consent {
    match (said, object_until) {
        (Some((choice, from_on)), _) if from_on <= on => choice,
        (_, Some(until)) if on > until => Consent::Presumed,
        _ => Consent::Unsaid,
    }
}

/// The state × command grid as text. Kept as a golden file.
#[must_use]
pub fn grid() -> String {
    use std::fmt::Write;
    let mut out = String::from("standing   | ");
    for amendment in Amendment::ALL {
        write!(out, "{:<28}| ", format!("{amendment:?}")).expect("text");
    }
    out.push('\n');
    for standing in Standing::ALL {
        write!(out, "{:<11}| ", format!("{standing:?}")).expect("text");
        for amendment in Amendment::ALL {
            let cell = match amend(standing, amendment) {
                Ok(kind) => format!("leaf {kind:?}"),
                Err(refusal) => refusal.code.to_owned(),
            };
            write!(out, "{cell:<28}| ").expect("text");
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::date;

    #[test]
    fn the_state_grid_is_as_reviewed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/state-grid.txt");
        let now = grid();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, &now).unwrap();
        }
        assert_eq!(now, std::fs::read_to_string(path).unwrap());
    }

    #[test]
    fn what_only_takes_back_is_not_changed_itself() {
        let refused = |own| changeable(own).map_err(|refusal| refusal.code);
        assert_eq!([None, Some(Amendment::Correct)].map(refused), [Ok(()); 2]);
        let taking_back = [Amendment::Revoke, Amendment::Repeal, Amendment::Cancel];
        assert_eq!(taking_back.map(|own| refused(Some(own))), [Err("orders/not-changeable"); 3]);
    }

    #[test]
    fn a_cancelled_paper_leaves_the_published_state_as_it_was() {
        use tlog::state::State;
        let states = [
            (Standing::Superseded, State::Superseded),
            (Standing::Repealed, State::Repealed),
            (Standing::Revoked, State::Revoked),
        ];
        for (standing, state) in states {
            assert_eq!(state.after(amend(standing, Amendment::Cancel).unwrap()), state, "{standing:?}");
        }
    }

    #[test]
    fn consent_counts_from_its_day_and_silence_after_the_last_day_to_object() {
        let day = date!(2026 - 11 - 23);
        let said = |choice| Some((choice, day));
        assert_eq!(consent_on(None, None, day), Consent::Unsaid);
        assert_eq!(consent_on(said(Consent::Agreed), None, day), Consent::Agreed);
        assert_eq!(consent_on(said(Consent::Agreed), None, day.previous_day().unwrap()), Consent::Unsaid);
        assert_eq!(consent_on(said(Consent::Stopped), Some(date!(2026 - 01 - 01)), day), Consent::Stopped);
        assert_eq!(consent_on(None, Some(day), day), Consent::Unsaid);
        assert_eq!(consent_on(None, Some(day), day.next_day().unwrap()), Consent::Presumed);
    }
}
