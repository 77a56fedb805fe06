//! Who acts on a day, and what is odd about a deputy. Pure.

use super::model::{Deputy, Duty, DutyFile, Standing, Warning};
use crate::{Action, Actor, Reach, Role, Scope, permits};
use kernel::{PersonId, Refusal};
use time::Date;

/// Who exercises a duty on a day: the principal unless away, else the first deputy who is there. A day that is the end of a period is no
/// longer part of it.
#[must_use]
pub fn standing(file: &DutyFile, day: Date) -> Standing<'_> {
    let Some(why) = why_away(file, day) else { return Standing::Principal };
    let there = |person: PersonId| !file.absences.iter().any(|leave| leave.person == person && leave.covers(day));
    match file.deputies.iter().find(|deputy| deputy.person != file.duty.principal && there(deputy.person)) {
        Some(deputy) => Standing::Deputy(deputy, why),
        None => Standing::Nobody,
    }
}

/// Why the principal does not act on a day; none if the principal does. What was started by hand says why before leave does.
fn why_away(file: &DutyFile, day: Date) -> Option<String> {
    let by_hand = file.started.iter().find(|started| started.covers(day)).map(|started| started.reason.clone());
    by_hand.or_else(|| {
        let leave = file.absences.iter().find(|leave| leave.person == file.duty.principal && leave.covers(day));
        leave.map(|leave| leave.kind.label().zh.into_owned())
    })
}

/// Checks who names a deputy: never oneself, and never for a duty that reaches further than whoever names.
pub(super) fn may_name(by: &Actor, duty: &Duty, deputy: PersonId) -> Result<(), Refusal> {
    if by.person == deputy {
        let (zh, en) = ("不得指定自己為代理人，請由他人指定。", "Nobody names themselves; somebody else must.");
        return Err(Refusal::new("deputy/by-self", zh, en).field("person"));
    }
    let reached = match duty.office.reach {
        Reach::Agency(agency) => vec![agency],
        Reach::Subtree(agency) => by.tree.below(agency),
    };
    if !reached.iter().all(|agency| permits(Some(by), Action::KeepDeputies, Scope::Agency(agency))) {
        return Err(Refusal::new(
            "deputy/beyond-reach",
            "本職務之範圍及於您權限以外之機關，請由本人或權限範圍相同之人員指定代理人。",
            "This duty reaches agencies that you do not. Its holder, or somebody who reaches as far, can name the deputy.",
        ));
    }
    Ok(())
}

/// Checks who starts deputising or changes the order: nobody brings about their own turn.
pub(super) fn may_bring_about<'a>(by: PersonId, mut deputies: impl Iterator<Item = &'a Deputy>) -> Result<(), Refusal> {
    if deputies.any(|deputy| deputy.person == by) { Err(own_turn()) } else { Ok(()) }
}

/// Whoever would act by it has somebody else do it.
pub(super) fn own_turn() -> Refusal {
    Refusal::new(
        "deputy/own-turn",
        "您為此職務之代理人，不得自行啟動代理或調整順序，請由本人或其他人員辦理。",
        "You are a deputy of this duty and cannot bring about your own turn. Its holder or somebody else must do this.",
    )
}

/// What is known of a deputy when named.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NamingFacts {
    /// Whether the deputy has a post in the agency of the duty.
    pub serves_here: bool,
    /// Whether the agency of the duty registered a card for the deputy.
    pub has_card: bool,
    /// Roles the deputy holds for the agency of the duty.
    pub roles_here: Vec<Role>,
    /// Whether the deputy is named for somebody else's office with the same role.
    pub acts_for_another: bool,
    /// Whether the principal is a deputy of the deputy.
    pub circular: bool,
}

/// What is odd about naming a deputy for a duty with this role.
#[must_use]
pub fn warnings(role: Role, facts: &NamingFacts) -> Vec<Warning> {
    let holds = |role: &Role| facts.roles_here.contains(role);
    let both = match role {
        Role::Head => holds(&Role::Officer) || holds(&Role::Secretary),
        Role::Officer | Role::Secretary => holds(&Role::Head),
        _ => false,
    };
    let odd = [
        (!facts.serves_here, Warning::NoPostHere),
        (facts.acts_for_another, Warning::ActsForAnother),
        (both, Warning::PreparesAndApproves),
        (facts.circular, Warning::Circular),
        (!facts.has_card, Warning::NoCard),
    ];
    odd.into_iter().filter_map(|(is, warning)| is.then_some(warning)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::model::{Absence, AbsenceKind, Deputising, Deputy, Duty};
    use super::*;
    use crate::{Office, Reach};
    use kernel::AgencyCode;
    use time::macros::date;

    const HEAD: PersonId = PersonId(1);
    const FIRST: PersonId = PersonId(2);
    const SECOND: PersonId = PersonId(3);

    fn deputy(person: PersonId) -> Deputy {
        let (name, powers) = (person.to_string(), Vec::new());
        Deputy { id: person.0, person, name, powers, outcomes: None, warnings: Vec::new() }
    }

    fn leave(person: PersonId, from_on: Date, until_on: Date) -> Absence {
        Absence { id: 1, person, name: String::new(), kind: AbsenceKind::Leave, from_on, until_on }
    }

    fn file(absences: Vec<Absence>, started: Vec<Deputising>) -> DutyFile {
        let office = Office::own(Role::Head, Reach::Agency(AgencyCode::parse("376480000A").unwrap()));
        let duty = Duty { id: 1, principal: HEAD, name: "陳首長".into(), office };
        DutyFile { duty, deputies: vec![deputy(FIRST), deputy(SECOND)], absences, started }
    }

    fn who(file: &DutyFile, day: Date) -> Option<PersonId> {
        match standing(file, day) {
            Standing::Principal => Some(HEAD),
            Standing::Deputy(deputy, _) => Some(deputy.person),
            Standing::Nobody => None,
        }
    }

    #[test]
    fn the_first_deputy_who_is_there_acts_from_the_first_day_until_the_day_back() {
        let away = || leave(HEAD, date!(2026 - 11 - 23), date!(2026 - 11 - 26));
        let first_away = leave(FIRST, date!(2026 - 11 - 24), date!(2026 - 11 - 25));
        let all_away = || vec![away(), first_away.clone(), leave(SECOND, date!(2026 - 11 - 24), date!(2026 - 11 - 30))];
        let table = [
            ("nobody is away", vec![], date!(2026 - 11 - 23), Some(HEAD)),
            ("the day before", vec![away()], date!(2026 - 11 - 22), Some(HEAD)),
            ("the first day", vec![away()], date!(2026 - 11 - 23), Some(FIRST)),
            ("the last day", vec![away()], date!(2026 - 11 - 25), Some(FIRST)),
            ("the day back", vec![away()], date!(2026 - 11 - 26), Some(HEAD)),
            ("the first is away", vec![away(), first_away.clone()], date!(2026 - 11 - 24), Some(SECOND)),
            ("the first is back", vec![away(), first_away.clone()], date!(2026 - 11 - 25), Some(FIRST)),
            ("only the deputy is away", vec![first_away.clone()], date!(2026 - 11 - 24), Some(HEAD)),
            ("all are away", all_away(), date!(2026 - 11 - 24), None),
            ("the first is back before the second", all_away(), date!(2026 - 11 - 25), Some(FIRST)),
        ];
        for (what, absences, day, expected) in table {
            assert_eq!(who(&file(absences, Vec::new()), day), expected, "{what}");
        }
    }

    #[test]
    fn what_was_started_by_hand_counts_until_its_day_and_says_why() {
        let by_hand = |until_on| {
            let (from_on, reason) = (date!(2026 - 11 - 23), "公出".to_owned());
            file(
                vec![leave(HEAD, date!(2026 - 11 - 24), date!(2026 - 11 - 25))],
                vec![Deputising { id: 1, reason, from_on, until_on }],
            )
        };
        let open = by_hand(None);
        assert_eq!(who(&open, date!(2026 - 11 - 22)), Some(HEAD));
        assert_eq!(who(&open, date!(2027 - 11 - 22)), Some(FIRST), "without an end it goes on");
        let ended = by_hand(Some(date!(2026 - 11 - 24)));
        let Standing::Deputy(_, why) = standing(&ended, date!(2026 - 11 - 23)) else { panic!("nobody acts") };
        assert_eq!(why, "公出");
        let Standing::Deputy(_, why) = standing(&ended, date!(2026 - 11 - 24)) else { panic!("nobody acts") };
        assert_eq!(why, "請假", "then the leave counts");
        assert_eq!(who(&ended, date!(2026 - 11 - 25)), Some(HEAD));
    }

    #[test]
    fn each_oddity_of_a_naming_has_its_warning() {
        let usual = NamingFacts { serves_here: true, has_card: true, ..NamingFacts::default() };
        assert_eq!(warnings(Role::Head, &usual), []);
        let with = |change: fn(&mut NamingFacts)| {
            let mut facts = usual.clone();
            change(&mut facts);
            facts
        };
        let table = [
            (Role::Head, with(|facts| facts.serves_here = false), Some(Warning::NoPostHere)),
            (Role::Head, with(|facts| facts.acts_for_another = true), Some(Warning::ActsForAnother)),
            (Role::Head, with(|facts| facts.roles_here = vec![Role::Officer]), Some(Warning::PreparesAndApproves)),
            (Role::Officer, with(|facts| facts.roles_here = vec![Role::Head]), Some(Warning::PreparesAndApproves)),
            (Role::Head, with(|facts| facts.roles_here = vec![Role::Auditor]), None),
            (Role::Head, with(|facts| facts.circular = true), Some(Warning::Circular)),
            (Role::Head, with(|facts| facts.has_card = false), Some(Warning::NoCard)),
        ];
        for (role, facts, expected) in table {
            assert_eq!(warnings(role, &facts), expected.into_iter().collect::<Vec<_>>(), "{role:?} {facts:?}");
        }
    }
}
