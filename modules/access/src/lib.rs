//! access: who signs in, and who may do what.
//!
//! Owns:     cards, accounts at the portal, passkeys, sign-in challenges, sessions, waits after failures, offices (roles held for an agency), deputies, mandates, the permission table.
//! Promises: nobody gets in without a fresh proof, by card or by what a session opened by card has named; a proof is good once; a session says how sure we
//!           are of the person; who is turned away never learns what is known here; an office counts only from its first to its
//!           last day; [`permits`] is the one place where a permission is decided.
//! Never:    stores a password; knows a page. What another module reads for somebody is limited by [`reach_of`] in the database.
//! Serves:   the edges.
//! Start at: `policy/policies.cedar`, [`decide`], [`sign_in`].

mod authorities;
mod binding;
mod deputy;
mod error;
mod gate;
mod grid;
mod machine;
mod mandate;
mod model;
mod offices;
mod ops;
mod passkey;
mod permission;
mod portal;
mod session;
mod store;
mod tree;

pub use authorities::{Authorities, Family, Responder, Revocation, Sources};
pub use binding::{
    BindRefusal, CODE_DAYS_MAX, CardsOf, NewCode, OpenCode, RegisteredCard, WRONG_CODES_MAX, bind_card, cards_of,
    issue_code, ticket, withdraw_code,
};
pub use deputy::{
    Absence, AbsenceKind, Deputising, Deputy, DeputyAct, DeputyError, Duty, DutyFile, NamingFacts, NewAbsence,
    NewDeputising, NewDeputy, Standing, Warning, absences_of, absences_of_agencies, acts_acknowledge, acts_for,
    begin_act, drop_act, duties, duty, end_absence, end_deputies_of, end_deputising, end_deputy, enter_absence,
    finish_act, name_deputy, naming_facts, promote_deputy, standing, start_deputising, warnings,
};
pub use error::{AccessError, Denied, SignInRefusal};
pub use grid::grid;
pub use machine::{NewMachine, end_machine, machine_of, register_machine};
pub use mandate::{
    MANDATE_DAYS_MAX, Mandate, MandateAct, MandateError, MandateState, Never, NewMandate, PRINCIPALS_MAX, Topic, Way,
    act_for, agent_reach, allow_principals, confirm_mandate, give_mandate, mandate_acts, mandates_of_agencies,
    mandates_of_agent, mandates_of_principal, mandates_to_tell, renew_mandate, revoke_mandate, take_mandate,
    told_of_mandate,
};
pub use model::{ActingFor, Actor, AgentFor, Hat, Held, Office, Reach, Role};
pub use offices::{
    Emergency, NewProposal, OfficeError, Proposal, REASON_CHARS_MAX, Verdict, decide_proposal, emergencies_at,
    end_offices_at, end_one, grant_alone, offices_at, proposal, proposals_at, propose,
};
pub use ops::{Opened, challenge, end_card, end_office, grant_office, holders, register_card, sign_in, sign_in_again};
pub use passkey::{Ceremony, PASSKEYS_MAX, PasskeyLine, Passkeys, passkeys_of, remove_passkey, rename_passkey};
pub use permission::{Action, Decision, Scope, agencies_of, decide, offices_for, permits, powers_of, reach_of};
pub use portal::{Begun, Portal, PortalSetting, Purpose, Returned, portal_linked_at, unlink_portal};
pub use session::{
    Assurance, AttemptLine, FRESH_CARD_MINUTES_MAX, Method, Outcome, SESSION_HOURS_MAX, SESSION_IDLE_MINUTES_MAX,
    Session, SessionLine, TOKEN_GRACE_SECONDS_MAX, TOKEN_MINUTES_MAX, Visit, WEAK_SESSION_HOURS_MAX,
    WEAK_SESSION_IDLE_MINUTES_MAX, actor_of, attempts_of, end_other_sessions, end_session, renew, sessions_of,
    sign_out, sweep,
};
pub use tree::Tree;

/// The tables of this module.
pub const MIGRATIONS: &[db::Migration] = &[
    db::Migration { module: "access", name: "create_sign_in", sql: include_str!("../migrations/create_sign_in.sql") },
    db::Migration { module: "access", name: "reach_further", sql: include_str!("../migrations/reach_further.sql") },
    db::Migration { module: "access", name: "keep_sessions", sql: include_str!("../migrations/keep_sessions.sql") },
    db::Migration {
        module: "access",
        name: "let_others_vouch",
        sql: include_str!("../migrations/let_others_vouch.sql"),
    },
    db::Migration { module: "access", name: "grant_by_two", sql: include_str!("../migrations/grant_by_two.sql") },
    db::Migration { module: "access", name: "name_deputies", sql: include_str!("../migrations/name_deputies.sql") },
    db::Migration { module: "access", name: "give_mandates", sql: include_str!("../migrations/give_mandates.sql") },
    db::Migration {
        module: "access",
        name: "keep_revocations",
        sql: include_str!("../migrations/keep_revocations.sql"),
    },
    db::Migration { module: "access", name: "register_cards", sql: include_str!("../migrations/register_cards.sql") },
    db::Migration { module: "access", name: "know_machines", sql: include_str!("../migrations/know_machines.sql") },
    db::Migration { module: "access", name: "grant_alone", sql: include_str!("../migrations/grant_alone.sql") },
    db::Migration {
        module: "access",
        name: "tell_of_mandates",
        sql: include_str!("../migrations/tell_of_mandates.sql"),
    },
    db::Migration {
        module: "access",
        name: "tie_proposals_to_posts",
        sql: include_str!("../migrations/tie_proposals_to_posts.sql"),
    },
    db::Migration {
        module: "access",
        name: "keep_cards_by_agency",
        sql: include_str!("../migrations/keep_cards_by_agency.sql"),
    },
    db::Migration {
        module: "access",
        name: "file_leave_by_agency",
        sql: include_str!("../migrations/file_leave_by_agency.sql"),
    },
    db::Migration {
        module: "access",
        name: "limit_witnessed_mandates",
        sql: include_str!("../migrations/limit_witnessed_mandates.sql"),
    },
];
