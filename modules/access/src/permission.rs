//! The one place where a permission is decided. The policies are in `policy/policies.cedar`; the route guard, the pages, the API,
//! background work and the printed grid all ask here, and the reach of row security is taken from the same answers.

use crate::model::{ActingFor, Actor, Hat, Office, Reach, Role};
use kernel::{AgencyCode, PersonId};
use policy::{Engine, Fact, Question, Thing, Value};
use std::collections::{BTreeSet, HashMap};
use std::sync::{LazyLock, Mutex, RwLock};

/// Declares the actions once: the type, the list in the order of the grid, and the names the policies use.
macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident,)*) => {
        /// Something a person may or may not do. Every route names one.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// All actions, in the order of the grid.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// The name in the policies and in tables.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self { $(Self::$name => stringify!($name),)* }
            }
        }
    };
}

actions! {
    /// Public pages: home, help, verification, the register.
    ReadPublic,
    /// Signing in and out.
    SignIn,
    /// Own orders, own consent, checking a notice mail, who looked.
    ReadOwnRecord,
    /// Own orders, as far as they were delivered.
    ReadOwnOrders,
    /// Agreeing to, or stopping, electronic delivery of one's own orders.
    KeepOwnDelivery,
    /// The masked part of one's own record: whole numbers, health, family, bank data.
    ReadOwnSensitive,
    /// One's own sessions, passkeys and linked accounts.
    KeepOwnSessions,
    /// Giving, renewing and revoking mandates for service agents.
    GiveMandate,
    /// Entering one's own leave, which starts deputising; reading what was done in one's name meanwhile.
    KeepOwnLeave,
    /// The agency list; published data, but shown with the work of the offices.
    ReadAgencies,
    /// Taking in the next edition of the agency list.
    ImportAgencies,
    /// The people of an agency, sensitive data masked.
    ReadPeople,
    /// Taking in a list of people.
    ImportPeople,
    /// Changing a person's record.
    EditRecord,
    /// Opening masked data of a person for a purpose.
    OpenSensitive,
    /// Opening a person's bank data.
    OpenBankData,
    /// Registering and ending a person's cards.
    RegisterCard,
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
    /// Proposing that what an order says be destroyed.
    ProposeErasure,
    /// Confirming such a proposal of somebody else.
    ConfirmErasure,
    /// The agency's letterhead, delivery rule and numbers.
    KeepOffice,
    /// Who holds which office.
    ReadOffices,
    /// Proposing that somebody be given an office, or ending one.
    ProposeOffice,
    /// Confirming what somebody else proposed.
    ConfirmOffice,
    /// Naming deputies and starting their service.
    KeepDeputies,
    /// Answering a person who asks why their data was read.
    AnswerQuestions,
    /// The read log of an agency.
    ReadReads,
    /// Recording a mandate that a person gives at the counter or on paper.
    WitnessMandate,
    /// The interface for partner systems.
    UseApi,
}

impl Action {
    /// The action with this name.
    #[must_use]
    pub fn parse(code: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|action| action.code() == code)
    }
}

/// What an action is about.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// Whatever is within reach: a list that is filtered, a form.
    Any,
    /// An agency.
    Agency(&'a AgencyCode),
    /// A person, and where they serve; without an agency only the person's own relation counts.
    Person(PersonId, Option<&'a AgencyCode>),
}

/// The answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes, in this capacity.
    Permit(Hat),
    /// Yes, once the card is shown again.
    StepUp,
    /// No.
    Refuse,
}

/// Level of a card shown within the last minutes; what is refused below and permitted here asks for the card.
const FRESH: i64 = 3;

static ENGINE: LazyLock<Engine> = LazyLock::new(|| {
    let engine = Engine::new(include_str!("../policy/schema.cedarschema"), include_str!("../policy/policies.cedar"));
    engine.expect("the policies in the binary fit their schema, which a test checks")
});

/// Decides whether `actor` (nobody if not signed in) may do `action` about `scope`.
#[must_use]
pub fn decide(actor: Option<&Actor>, action: Action, scope: Scope<'_>) -> Decision {
    let level = actor.map_or(0, |actor| actor.assurance.level());
    match hat_for(actor, action, scope, level) {
        Some(hat) => Decision::Permit(hat),
        None if level < FRESH && actor.is_some() && hat_for(actor, action, scope, FRESH).is_some() => Decision::StepUp,
        None => Decision::Refuse,
    }
}

/// Whether `actor` may do `action` about `scope` now, without showing the card again.
#[must_use]
pub fn permits(actor: Option<&Actor>, action: Action, scope: Scope<'_>) -> bool {
    matches!(decide(actor, action, scope), Decision::Permit(_))
}

/// The capacity in which `actor` may do it at a level of assurance: one's own record first, then one's own offices, deputised ones,
/// mandates.
fn hat_for(actor: Option<&Actor>, action: Action, scope: Scope<'_>, level: i64) -> Option<Hat> {
    let Some(actor) = actor else { return anywhere(Kind::Visitor, action, level).then_some(Hat::Visitor) };
    let about = match scope {
        Scope::Any => None,
        Scope::Agency(agency) => Some(Resource::Agency(*agency, reaches_around(actor, *agency))),
        Scope::Person(person, agency) => {
            Some(Resource::Person(person, agency.map(|agency| reaches_around(actor, *agency)).unwrap_or_default()))
        }
    };
    let may = |kind: Kind, asker: &Asker<'_>| match &about {
        None => anywhere(kind, action, level),
        Some(about) => asks(asker, action, about, level),
    };
    if may(Kind::Person, &Asker::Person(actor.person)) {
        return Some(Hat::Own);
    }
    let mut offices = actor.offices.iter().filter(|office| lets(office, action));
    if let Some(office) = offices.find(|office| may(Kind::of(office), &Asker::Office(office))) {
        return Some(Hat::Office(office.clone()));
    }
    let mut mandates = actor.mandates.iter().filter(|mandate| mandate.powers.contains(&action));
    mandates
        .find(|mandate| may(Kind::Agent, &Asker::Agent(mandate.principal)))
        .map(|mandate| Hat::Agent(mandate.clone()))
}

/// A deputy exercises only the powers that were handed over.
fn lets(office: &Office, action: Action) -> bool {
    office.acting_for.as_ref().is_none_or(|acting| acting.powers.contains(&action))
}

/// What is asked about, with the names of the reaches around it.
enum Resource {
    Platform,
    Agency(AgencyCode, Vec<String>),
    Person(PersonId, Vec<String>),
}

/// The names of the reaches that contain an agency.
fn reaches_around(actor: &Actor, agency: AgencyCode) -> Vec<String> {
    let above = actor.tree.above(agency).into_iter().map(|above| Reach::Subtree(above).name());
    std::iter::once(Reach::Agency(agency).name()).chain(above).collect()
}

enum Asker<'a> {
    Visitor,
    Person(PersonId),
    Office(&'a Office),
    Agent(PersonId),
}

/// All that an answer of the policies depends on: they name no single agency, office or person (a test holds them to it), so whoever is like
/// this gets the same answer. The last two: the kind of what is asked about, and whether it is the asker's own or within the reach.
type Alike = (Kind, Action, i64, u8, bool);

/// What the policies say, asked once for all that are alike: a decision costs a look-up, and nobody waits for the same reasoning twice.
fn asks(asker: &Asker<'_>, action: Action, about: &Resource, level: i64) -> bool {
    static KNOWN: LazyLock<RwLock<HashMap<Alike, bool>>> = LazyLock::new(RwLock::default);
    let alike = (asker.kind(), action, level, about.number(), about.belongs_to(asker));
    let known = KNOWN.read().expect("nothing panics while it is held").get(&alike).copied();
    known.unwrap_or_else(|| {
        let answer = ask(asker, action, about, level);
        KNOWN.write().expect("nothing panics while it is held").insert(alike, answer);
        answer
    })
}

impl Asker<'_> {
    fn kind(&self) -> Kind {
        match self {
            Self::Visitor => Kind::Visitor,
            Self::Person(_) => Kind::Person,
            Self::Office(office) => Kind::of(office),
            Self::Agent(_) => Kind::Agent,
        }
    }
}

impl Resource {
    const fn number(&self) -> u8 {
        match self {
            Self::Platform => 0,
            Self::Agency(..) => 1,
            Self::Person(..) => 2,
        }
    }

    /// Whether it lies within the asker's reach, is the asker, or gave the asker the mandate.
    fn belongs_to(&self, asker: &Asker<'_>) -> bool {
        match (self, asker) {
            (Self::Agency(_, around) | Self::Person(_, around), Asker::Office(office)) => {
                around.contains(&office.reach.name())
            }
            (Self::Person(person, _), Asker::Person(own) | Asker::Agent(own)) => person == own,
            _ => false,
        }
    }
}

/// Puts one question to the policies.
fn ask(asker: &Asker<'_>, action: Action, about: &Resource, level: i64) -> bool {
    let (id, around): (String, &[String]) = match about {
        Resource::Platform => ("renshi".to_owned(), &[]),
        Resource::Agency(agency, around) => (agency.to_string(), around),
        Resource::Person(person, around) => (person.to_string(), around),
    };
    let kind = match about {
        Resource::Platform => "Platform",
        Resource::Agency(..) => "Agency",
        Resource::Person(..) => "Person",
    };
    let resource = Fact {
        thing: Thing::new(kind, &id),
        attributes: Vec::new(),
        within: around.iter().map(|name| Thing::new("Reach", name)).collect(),
    };
    let (who, reach) = match asker {
        Asker::Visitor => (String::new(), String::new()),
        Asker::Person(person) | Asker::Agent(person) => (person.to_string(), String::new()),
        Asker::Office(office) => (String::new(), office.reach.name()),
    };
    let principal = match asker {
        Asker::Visitor => Fact::bare(Thing::new("Visitor", "")),
        Asker::Person(_) => Fact::bare(Thing::new("Person", &who)),
        Asker::Agent(_) => Fact {
            attributes: vec![("principal", Value::Thing(Thing::new("Person", &who)))],
            ..Fact::bare(Thing::new("Agent", ""))
        },
        Asker::Office(office) => Fact {
            attributes: vec![
                ("role", Value::Word(office.role.code())),
                ("reach", Value::Things(vec![Thing::new("Reach", &reach)])),
                ("acting", Value::Flag(office.acting_for.is_some())),
            ],
            ..Fact::bare(Thing::new("Office", ""))
        },
    };
    let context = vec![("assurance", Value::Number(level))];
    ENGINE.permits(&Question { principal, action: action.code(), resource, context })
}

/// A kind of asker, where it does not matter which one it is.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Kind {
    Visitor,
    Person,
    Office(Role, bool),
    Agent,
}

impl Kind {
    fn of(office: &Office) -> Self {
        Self::Office(office.role, office.acting_for.is_some())
    }
}

/// The answers kept, by asker, action and level of assurance.
type Known = HashMap<(Kind, Action, i64), bool>;

/// Whether a kind of asker may do an action about anything at all: about themselves or the principal, or within an office's own reach.
/// Pages ask this for each entry of the menu, so the policies are asked once and the answer kept.
fn anywhere(kind: Kind, action: Action, level: i64) -> bool {
    static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(Mutex::default);
    let known = KNOWN.lock().expect("nothing panics while it is held").get(&(kind, action, level)).copied();
    known.unwrap_or_else(|| {
        let answer = ask_anywhere(kind, action, level);
        KNOWN.lock().expect("nothing panics while it is held").insert((kind, action, level), answer);
        answer
    })
}

fn ask_anywhere(kind: Kind, action: Action, level: i64) -> bool {
    let person = PersonId(1);
    let agency = AgencyCode::parse("A58000000A").expect("a well-formed code");
    let reach = Reach::Agency(agency);
    let about =
        [Resource::Platform, Resource::Person(person, Vec::new()), Resource::Agency(agency, vec![reach.name()])];
    let may = |asker: &Asker<'_>| about.iter().any(|about| asks(asker, action, about, level));
    match kind {
        Kind::Visitor => may(&Asker::Visitor),
        Kind::Person => may(&Asker::Person(person)),
        Kind::Agent => may(&Asker::Agent(person)),
        Kind::Office(role, acting) => {
            let acting_for = acting.then(|| ActingFor {
                person,
                name: String::new(),
                powers: Vec::new(),
                outcomes: None,
                absence: String::new(),
            });
            may(&Asker::Office(&Office { role, reach, acting_for }))
        }
    }
}

/// The offices in which somebody may do an action.
#[must_use]
pub fn offices_for(actor: &Actor, action: Action) -> Vec<&Office> {
    let may = |office: &&Office| lets(office, action) && anywhere(Kind::of(office), action, FRESH);
    actor.offices.iter().filter(may).collect()
}

/// Whether an office with this role may do an action within its own reach, with a card just shown.
pub(crate) fn role_may(role: Role, action: Action) -> bool {
    anywhere(Kind::Office(role, false), action, FRESH)
}

/// What of an office can be handed to a deputy: everything the office may do that the policies do not keep for its holder, and that not
/// everybody may do.
#[must_use]
pub fn powers_of(role: Role) -> Vec<Action> {
    let handed = |action: &Action| {
        anywhere(Kind::Office(role, true), *action, FRESH)
            && !anywhere(Kind::Person, *action, FRESH)
            && !anywhere(Kind::Visitor, *action, FRESH)
    };
    Action::ALL.iter().copied().filter(handed).collect()
}

/// The agencies for which somebody may do an action, each once, in code order: what lists are filtered by.
#[must_use]
pub fn agencies_of(actor: &Actor, action: Action) -> Vec<AgencyCode> {
    let all: BTreeSet<AgencyCode> = offices_for(actor, action)
        .into_iter()
        .flat_map(|office| match office.reach {
            Reach::Agency(agency) => vec![agency],
            Reach::Subtree(agency) => actor.tree.below(agency),
        })
        .collect();
    all.into_iter().collect()
}

/// What row security lets through while somebody does an action: the same agencies, one's own rows, and those of a principal.
#[must_use]
pub fn reach_of(actor: Option<&Actor>, action: Action) -> db::Reach {
    let Some(actor) = actor else { return db::Reach::default() };
    let mut reach = db::Reach { own: Some(actor.person.0), ..db::Reach::default() };
    for office in offices_for(actor, action) {
        let list = if office.reach.with_subordinates() { &mut reach.under } else { &mut reach.exact };
        list.push(office.reach.agency().to_string());
    }
    reach
}

#[cfg(test)]
mod tests {
    /// Answers are kept for all that are alike; a policy about one agency or person would make that wrong.
    #[test]
    fn the_policies_name_no_single_agency_person_or_office() {
        let policies = include_str!("../policy/policies.cedar");
        for kind in ["Agency", "Person", "Reach", "Office", "Agent", "Visitor"] {
            assert!(!policies.contains(&format!("{kind}::\"")), "{kind}");
        }
        assert!(policies.contains("Platform::\"renshi\"") && policies.contains("Action::\""));
    }
}
