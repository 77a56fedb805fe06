//! The permission table: which action is open to whom. The route guard, the pages and the printed grid
//! read this one table; operations of the modules trust that whoever calls them has asked it.

use crate::model::{Actor, Role};
use kernel::{AgencyCode, PersonId};

/// Something a person may or may not do. Every route names one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// Public pages: home, help, verification, the register.
    ReadPublic,
    /// Signing in and out.
    SignIn,
    /// Own orders, own consent, checking a notice mail.
    ReadOwnRecord,
    /// The agency list; published data, but shown with the work of the offices.
    ReadAgencies,
    /// Taking in the next edition of the agency list.
    ImportAgencies,
    /// The people of an agency.
    ReadPeople,
    /// Taking in a list of people.
    ImportPeople,
    /// Cases and orders of an agency.
    ReadCases,
    /// Uploading, typing, submitting, undoing award cases; drafting corrections.
    PrepareCase,
    /// Recording what the committee decided, returning rows.
    ReviewCase,
    /// Approving with the card, returning the case.
    ApproveCase,
    /// The paper queue: printing, handing over, recording service.
    ServePaper,
    /// The agency's letterhead, delivery rule and numbers.
    KeepOffice,
}

impl Action {
    /// All actions, in the order of the grid.
    pub const ALL: [Self; 13] = [
        Self::ReadPublic,
        Self::SignIn,
        Self::ReadOwnRecord,
        Self::ReadAgencies,
        Self::ImportAgencies,
        Self::ReadPeople,
        Self::ImportPeople,
        Self::ReadCases,
        Self::PrepareCase,
        Self::ReviewCase,
        Self::ApproveCase,
        Self::ServePaper,
        Self::KeepOffice,
    ];
}

/// Who an action is open to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Permission {
    /// Everybody, signed in or not.
    Anyone,
    /// Whoever signed in, about themselves.
    Self_,
    /// Whoever holds one of these roles for any agency.
    AnyOffice(&'static [Role]),
    /// Whoever holds one of these roles for the agency the action is about.
    Office(&'static [Role]),
}

/// What an action is about.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// Nothing in particular: a list that is filtered by scope, a form.
    Any,
    /// An agency.
    Agency(&'a AgencyCode),
    /// A person's own record.
    Person(PersonId),
}

/// The table itself.
#[must_use]
pub const fn permission_of(action: Action) -> Permission {
    use Role::{Head, Officer, Operator, Secretary};
    match action {
        Action::ReadPublic | Action::SignIn => Permission::Anyone,
        Action::ReadOwnRecord => Permission::Self_,
        Action::ReadAgencies => Permission::AnyOffice(&[Officer, Secretary, Head, Operator]),
        Action::ImportAgencies => Permission::AnyOffice(&[Operator]),
        Action::ReadPeople => Permission::Office(&[Officer]),
        Action::ImportPeople | Action::PrepareCase | Action::ServePaper | Action::KeepOffice => {
            Permission::Office(&[Officer])
        }
        Action::ReadCases => Permission::Office(&[Officer, Secretary, Head]),
        Action::ReviewCase => Permission::Office(&[Secretary]),
        Action::ApproveCase => Permission::Office(&[Head]),
    }
}

/// Whether `actor` (nobody if not signed in) may do `action` about `scope`.
#[must_use]
pub fn permits(actor: Option<&Actor>, action: Action, scope: Scope<'_>) -> bool {
    match (permission_of(action), actor, scope) {
        (Permission::Anyone, _, _) => true,
        (_, None, _) => false,
        (Permission::Self_, Some(actor), Scope::Person(person)) => actor.person == person,
        (Permission::Self_, Some(_), Scope::Any) => true,
        (Permission::Self_, Some(_), Scope::Agency(_)) => false,
        (Permission::AnyOffice(roles), Some(actor), _) | (Permission::Office(roles), Some(actor), Scope::Any) => {
            actor.offices.iter().any(|office| roles.contains(&office.role))
        }
        (Permission::Office(roles), Some(actor), Scope::Agency(agency)) => {
            roles.iter().any(|role| actor.holds(*role, agency))
        }
        (Permission::Office(_), Some(_), Scope::Person(_)) => false,
    }
}

/// The whole table as text: a row per action, a column per role and relation. Kept as a golden file.
#[must_use]
pub fn grid() -> String {
    use std::fmt::Write;
    let own = AgencyCode::parse("A58000000A").expect("a well-formed code");
    let other = AgencyCode::parse("376480000A").expect("a well-formed code");
    let mut out = format!("{:<16}| nobody | own record | other's |", "action");
    for role in Role::ALL {
        write!(out, " {:>9}: own, other |", role.code()).expect("text");
    }
    out.push('\n');
    for action in Action::ALL {
        let civil = actor(Vec::new());
        let cells = [
            permits(None, action, Scope::Any),
            permits(Some(&civil), action, Scope::Person(civil.person)),
            permits(Some(&civil), action, Scope::Person(PersonId(2))),
        ];
        write!(
            out,
            "{:<16}|{:^8}|{:^12}|{:^9}|",
            format!("{action:?}"),
            tick(cells[0]),
            tick(cells[1]),
            tick(cells[2])
        )
        .expect("text");
        for role in Role::ALL {
            let holder = actor(vec![crate::Office { role, agency: own }]);
            let at = |agency| tick(permits(Some(&holder), action, Scope::Agency(agency)));
            write!(out, "{:^23}|", format!("{}    {}", at(&own), at(&other))).expect("text");
        }
        out.push('\n');
    }
    out
}

fn actor(offices: Vec<crate::Office>) -> Actor {
    Actor { person: PersonId(1), name: String::new(), offices, card: [0; 32] }
}

const fn tick(yes: bool) -> &'static str {
    if yes { "yes" } else { "-" }
}

#[cfg(test)]
mod tests {
    /// `UPDATE_GOLDEN=1 cargo nextest run -p access` writes the file anew; the change is then seen in review.
    #[test]
    fn the_permission_grid_is_as_reviewed() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/permission-grid.txt");
        let now = super::grid();
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            std::fs::write(path, &now).unwrap();
        }
        assert_eq!(now, std::fs::read_to_string(path).unwrap());
    }
}
