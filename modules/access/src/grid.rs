//! The permission table as text, role by action by relation; kept as a golden file and reviewed.

use crate::model::{ActingFor, Actor, AgentFor, Office, Reach, Role};
use crate::permission::{Action, Decision, Scope, decide};
use crate::session::{Assurance, Method, Session};
use crate::tree::Tree;
use kernel::{AgencyCode, PersonId};
use std::fmt::Write;
use std::sync::Arc;
use time::OffsetDateTime;

/// The person who asks, and somebody else.
const SELF: PersonId = PersonId(1);
const OTHER: PersonId = PersonId(2);

/// Agencies of the grid: one's own between a superior and a subordinate, and one that has nothing to do with them.
struct Relations {
    superior: AgencyCode,
    own: AgencyCode,
    subordinate: AgencyCode,
    unrelated: AgencyCode,
    tree: Arc<Tree>,
}

impl Relations {
    fn new() -> Self {
        let code = |text| AgencyCode::parse(text).expect("a well-formed code");
        let (superior, own, subordinate, unrelated) =
            (code("A00000000A"), code("A58000000A"), code("A58010000A"), code("376480000A"));
        let tree = Arc::new(Tree::new([(own, superior), (subordinate, own)]));
        Self { superior, own, subordinate, unrelated, tree }
    }

    fn actor(&self, offices: Vec<Office>, mandates: Vec<AgentFor>) -> Actor {
        let (name, assurance) = (String::new(), Assurance::Card);
        let session = Session::opened(Method::Card, OffsetDateTime::UNIX_EPOCH);
        Actor { person: SELF, name, offices, mandates, assurance, session, tree: Arc::clone(&self.tree) }
    }

    fn cell(actor: Option<&Actor>, action: Action, scope: Scope<'_>) -> &'static str {
        match decide(actor, action, scope) {
            Decision::Permit(_) => "yes",
            Decision::StepUp => "card",
            Decision::Refuse => "-",
        }
    }
}

/// The whole table: a block for people without office, then one per role.
#[must_use]
pub fn grid() -> String {
    let relations = Relations::new();
    let mut out = String::from(
        "yes: permitted in a session opened with a card.  card: permitted once the card is shown again.  -: does not exist.\n\n",
    );
    people(&relations, &mut out);
    for role in Role::ALL {
        office(&relations, role, &mut out);
    }
    out
}

fn line(out: &mut String, head: &str, cells: &[&str]) {
    write!(out, "{head:<18}").expect("text");
    for cell in cells {
        write!(out, "| {cell:^12}").expect("text");
    }
    out.truncate(out.trim_end().len());
    out.push('\n');
}

/// Visitors, civil servants and service agents: the relation is to a person.
fn people(relations: &Relations, out: &mut String) {
    line(out, "people", &["visitor", "own, portal", "own, card", "another's", "principal's", "agent, other"]);
    let weak = Actor { assurance: Assurance::Weak, ..relations.actor(Vec::new(), Vec::new()) };
    let civil = relations.actor(Vec::new(), Vec::new());
    let powers = Action::ALL.to_vec();
    let mandate = AgentFor { mandate: 1, principal: OTHER, name: String::new(), powers, within: None };
    let agent = relations.actor(Vec::new(), vec![mandate]);
    let own = relations.own;
    for action in Action::ALL {
        let at = |actor, person| Relations::cell(actor, *action, Scope::Person(person, Some(&own)));
        let cells = [
            at(None, OTHER),
            at(Some(&weak), SELF),
            at(Some(&civil), SELF),
            at(Some(&civil), OTHER),
            at(Some(&agent), OTHER),
            at(Some(&agent), PersonId(3)),
        ];
        line(out, action.code(), &cells);
    }
    out.push('\n');
}

/// One role: held for the agency alone, and with all below it; deputised; and after the office has ended.
fn office(relations: &Relations, role: Role, out: &mut String) {
    line(
        out,
        role.code(),
        &[
            "own record",
            "same agency",
            "subordinate",
            "with below",
            "parent",
            "unrelated",
            "platform",
            "deputised",
            "former post",
        ],
    );
    let (own, subordinate, superior, unrelated) =
        (relations.own, relations.subordinate, relations.superior, relations.unrelated);
    let exact = relations.actor(vec![Office::own(role, Reach::Agency(own))], Vec::new());
    let under = relations.actor(vec![Office::own(role, Reach::Subtree(own))], Vec::new());
    let acting = ActingFor {
        person: OTHER,
        name: String::new(),
        powers: Action::ALL.to_vec(),
        outcomes: None,
        absence: String::new(),
    };
    let deputy = Office { acting_for: Some(acting), ..Office::own(role, Reach::Agency(own)) };
    let deputy = relations.actor(vec![deputy], Vec::new());
    let former = relations.actor(Vec::new(), Vec::new());
    for action in Action::ALL {
        let at = |actor, agency| Relations::cell(Some(actor), *action, Scope::Agency(agency));
        let cells = [
            Relations::cell(Some(&exact), *action, Scope::Person(SELF, Some(&own))),
            at(&exact, &own),
            at(&exact, &subordinate),
            at(&under, &subordinate),
            at(&under, &superior),
            at(&under, &unrelated),
            Relations::cell(Some(&exact), *action, Scope::Any),
            at(&deputy, &own),
            at(&former, &own),
        ];
        line(out, action.code(), &cells);
    }
    out.push('\n');
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
