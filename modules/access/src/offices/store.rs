//! The statements about offices and proposals.

use super::alone::Emergency;
use super::ops::{NewProposal, Proposal};
use crate::model::{Actor, Held, Office, Reach, Role};
use db::{DbError, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, PersonId};
use time::{Date, OffsetDateTime};

fn codes(agencies: &[AgencyCode]) -> Vec<&str> {
    agencies.iter().map(AgencyCode::as_str).collect()
}

// Proposals -------------------------------------------------------------------------------------------------------------

pub(super) async fn proposal_insert(
    tx: &mut Tx,
    new: &NewProposal,
    by: &Actor,
    at: OffsetDateTime,
) -> Result<i64, DbError> {
    query_scalar(
        "INSERT INTO access.proposal (person, person_name, role, agencies, with_subordinates, from_on, until_on, reason, proposed_by, \
         proposed_by_name, proposed_at, post) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) RETURNING id",
    )
    .bind(new.person.0)
    .bind(&new.person_name)
    .bind(new.role.code())
    .bind(codes(&new.agencies))
    .bind(new.with_subordinates)
    .bind(new.from_on)
    .bind(new.until_on)
    .bind(new.reason.trim())
    .bind(by.person.0)
    .bind(&by.name)
    .bind(at)
    .bind(new.post.as_str())
    .fetch_one(&mut **tx)
    .await
}

macro_rules! proposals {
    ($rest:literal) => {
        concat!(
            "SELECT id, person, person_name, role, agencies, with_subordinates, from_on, until_on, reason, proposed_by, proposed_by_name, \
             proposed_at, CASE WHEN decided_at IS NULL THEN lapsed_at ELSE decided_at END, decided_by_name, confirmed, post \
             FROM access.proposal ",
            $rest
        )
    };
}

type ProposalRow = (
    i64,
    i64,
    String,
    String,
    Vec<String>,
    bool,
    Date,
    Option<Date>,
    String,
    i64,
    String,
    OffsetDateTime,
    Option<OffsetDateTime>,
    Option<String>,
    Option<bool>,
    String,
);

fn read_proposal(row: ProposalRow) -> Result<Proposal, DbError> {
    let (
        id,
        person,
        person_name,
        role,
        agencies,
        with_subordinates,
        from_on,
        until_on,
        reason,
        by,
        by_name,
        at,
        over,
        who,
        yes,
        post,
    ) = row;
    let agencies: Option<Vec<AgencyCode>> = agencies.iter().map(|code| AgencyCode::parse(code).ok()).collect();
    Ok(Proposal {
        id,
        new: NewProposal {
            person: PersonId(person),
            person_name,
            post: AgencyCode::parse(&post).map_err(|_| damaged("agency code"))?,
            role: Role::parse(&role).ok_or_else(|| damaged("role"))?,
            agencies: agencies.ok_or_else(|| damaged("agency code"))?,
            with_subordinates,
            from_on,
            until_on,
            reason,
        },
        proposed_by: (PersonId(by), by_name),
        proposed_at: at,
        lapsed_at: over.filter(|_| who.is_none()),
        decided: who.zip(over).zip(yes).map(|((who, when), yes)| (who, when, yes)),
    })
}

fn damaged(what: &str) -> DbError {
    DbError::Decode(format!("a stored {what} cannot be read").into())
}

pub(super) async fn proposal_fetch(tx: &mut Tx, id: i64) -> Result<Option<Proposal>, DbError> {
    let row: Option<ProposalRow> = query_as(proposals!("WHERE id = $1")).bind(id).fetch_optional(&mut **tx).await?;
    row.map(read_proposal).transpose()
}

pub(super) async fn proposal_lock(tx: &mut Tx, id: i64) -> Result<Option<Proposal>, DbError> {
    let row: Option<ProposalRow> =
        query_as(proposals!("WHERE id = $1 FOR UPDATE")).bind(id).fetch_optional(&mut **tx).await?;
    row.map(read_proposal).transpose()
}

/// Undecided proposals all of whose agencies are among these.
pub(super) async fn proposal_list(tx: &mut Tx, agencies: &[AgencyCode], limit: i64) -> Result<Vec<Proposal>, DbError> {
    let rows: Vec<ProposalRow> = query_as(proposals!(
        "WHERE decided_at IS NULL AND lapsed_at IS NULL AND agencies <@ $1 ORDER BY proposed_at, id LIMIT $2"
    ))
    .bind(codes(agencies))
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read_proposal).collect()
}

pub(super) async fn proposal_decide(
    tx: &mut Tx,
    id: i64,
    by: &Actor,
    confirmed: bool,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query("UPDATE access.proposal SET decided_by = $2, decided_by_name = $3, decided_at = $4, confirmed = $5 WHERE id = $1")
        .bind(id)
        .bind(by.person.0)
        .bind(&by.name)
        .bind(at)
        .bind(confirmed)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Ends what was proposed through a person's post at an agency and not decided; the numbers.
pub(super) async fn proposals_lapse(
    tx: &mut Tx,
    person: PersonId,
    agency: AgencyCode,
    at: OffsetDateTime,
) -> Result<Vec<i64>, DbError> {
    query_scalar(
        "UPDATE access.proposal SET lapsed_at = $3 \
         WHERE person = $1 AND post = $2 AND decided_at IS NULL AND lapsed_at IS NULL RETURNING id",
    )
    .bind(person.0)
    .bind(agency.as_str())
    .bind(at)
    .fetch_all(&mut **tx)
    .await
}

// Offices ---------------------------------------------------------------------------------------------------------------

/// Writes an office from a day until a day; false if the same is held already in that time.
pub(crate) async fn office_insert(
    tx: &mut Tx,
    person: PersonId,
    office: &Office,
    (from_on, until_on): (Date, Option<Date>),
    proposal: Option<i64>,
) -> Result<bool, DbError> {
    let done = query(
        "INSERT INTO access.office (person, agency, with_subordinates, role, from_on, until_on, proposal) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
    )
    .bind(person.0)
    .bind(office.reach.agency().as_str())
    .bind(office.reach.with_subordinates())
    .bind(office.role.code())
    .bind(from_on)
    .bind(until_on)
    .bind(proposal)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

macro_rules! held {
    ($rest:literal) => {
        concat!("SELECT id, person, role, agency, with_subordinates, from_on, until_on FROM access.office ", $rest)
    };
}

type HeldRow = (i64, i64, String, String, bool, Date, Option<Date>);

fn read_held((id, person, role, agency, below, from_on, until_on): HeldRow) -> Result<Held, DbError> {
    let agency = AgencyCode::parse(&agency).map_err(|_| damaged("agency code"))?;
    let reach = if below { Reach::Subtree(agency) } else { Reach::Agency(agency) };
    let role = Role::parse(&role).ok_or_else(|| damaged("role"))?;
    Ok(Held { id, person: PersonId(person), office: Office::own(role, reach), from_on, until_on })
}

pub(super) async fn held_lock(tx: &mut Tx, id: i64) -> Result<Option<Held>, DbError> {
    let row: Option<HeldRow> = query_as(held!("WHERE id = $1 FOR UPDATE")).bind(id).fetch_optional(&mut **tx).await?;
    row.map(read_held).transpose()
}

/// What a person holds for an agency, or was given through the post there for an agency where they do not serve, that does not end by a day.
pub(super) async fn held_of(
    tx: &mut Tx,
    person: PersonId,
    (agency, on): (AgencyCode, Date),
    serving: &[AgencyCode],
) -> Result<Vec<Held>, DbError> {
    let rows: Vec<HeldRow> = query_as(held!(
        "WHERE person = $1 AND (until_on IS NULL OR until_on > $3) AND (agency = $2 OR (agency <> ALL($4) \
         AND proposal IN (SELECT p.id FROM access.proposal p WHERE p.person = $1 AND p.post = $2))) FOR UPDATE"
    ))
    .bind(person.0)
    .bind(agency.as_str())
    .bind(on)
    .bind(codes(serving))
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read_held).collect()
}

/// The offices a person holds on a day.
pub(super) async fn held_by(tx: &mut Tx, person: PersonId, on: Date) -> Result<Vec<Held>, DbError> {
    let rows: Vec<HeldRow> =
        query_as(held!("WHERE person = $1 AND from_on <= $2 AND (until_on IS NULL OR until_on > $2) ORDER BY id"))
            .bind(person.0)
            .bind(on)
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter().map(read_held).collect()
}

pub(super) async fn held_list(
    tx: &mut Tx,
    agencies: &[AgencyCode],
    today: Date,
    limit: i64,
) -> Result<Vec<Held>, DbError> {
    let rows: Vec<HeldRow> = query_as(held!(
        "WHERE agency = ANY($1) AND (until_on IS NULL OR until_on > $2) ORDER BY agency, role, from_on, id LIMIT $3"
    ))
    .bind(codes(agencies))
    .bind(today)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(read_held).collect()
}

/// Ends an office on a day. One that would not have counted before that day is removed: it never did.
pub(super) async fn held_end(tx: &mut Tx, held: &Held, on: Date, by: Option<PersonId>) -> Result<(), DbError> {
    let statement = if held.from_on >= on {
        query("DELETE FROM access.office WHERE id = $1").bind(held.id)
    } else {
        query("UPDATE access.office SET until_on = $2, ended_by = $3 WHERE id = $1")
            .bind(held.id)
            .bind(on)
            .bind(by.map(|person| person.0))
    };
    statement.execute(&mut **tx).await?;
    Ok(())
}

// What one person gives alone -------------------------------------------------------------------------------------------

/// Who holds an office that reaches an agency on a day and has a card, except one person; with the role.
pub(super) async fn card_holders_over(
    tx: &mut Tx,
    agency: AgencyCode,
    except: PersonId,
    on: Date,
) -> Result<Vec<(PersonId, Role)>, DbError> {
    let rows: Vec<(i64, String)> = query_as(
        "SELECT DISTINCT o.person, o.role FROM access.office o WHERE o.person <> $2 AND o.from_on <= $3 \
         AND (o.until_on IS NULL OR o.until_on > $3) AND (o.agency = $1 OR (o.with_subordinates \
             AND EXISTS (SELECT FROM scope.below b WHERE b.above = o.agency AND b.node = $1))) \
         AND EXISTS (SELECT FROM access.card c WHERE c.person = o.person AND c.ended_at IS NULL)",
    )
    .bind(agency.as_str())
    .bind(except.0)
    .bind(on)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().filter_map(|(person, role)| Some((PersonId(person), Role::parse(&role)?))).collect())
}

/// Who holds a role anywhere on a day and has a card, except one person.
pub(super) async fn card_holders_of(
    tx: &mut Tx,
    role: Role,
    except: PersonId,
    on: Date,
) -> Result<Vec<PersonId>, DbError> {
    let people: Vec<i64> = query_scalar(
        "SELECT DISTINCT o.person FROM access.office o WHERE o.role = $1 AND o.person <> $2 AND o.from_on <= $3 \
         AND (o.until_on IS NULL OR o.until_on > $3) \
         AND EXISTS (SELECT FROM access.card c WHERE c.person = o.person AND c.ended_at IS NULL)",
    )
    .bind(role.code())
    .bind(except.0)
    .bind(on)
    .fetch_all(&mut **tx)
    .await?;
    Ok(people.into_iter().map(PersonId).collect())
}

pub(super) async fn emergency_insert(tx: &mut Tx, given: &Emergency) -> Result<(), DbError> {
    query(
        "INSERT INTO access.emergency (person, person_name, role, agency, with_subordinates, reason, given_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(given.person.0)
    .bind(&given.person_name)
    .bind(given.office.role.code())
    .bind(given.office.reach.agency().as_str())
    .bind(given.office.reach.with_subordinates())
    .bind(&given.reason)
    .bind(given.given_at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

type EmergencyRow = (i64, String, String, String, bool, String, OffsetDateTime);

pub(super) async fn emergency_list(
    tx: &mut Tx,
    agencies: &[AgencyCode],
    limit: i64,
) -> Result<Vec<Emergency>, DbError> {
    let rows: Vec<EmergencyRow> = query_as(
        "SELECT person, person_name, role, agency, with_subordinates, reason, given_at FROM access.emergency \
         WHERE agency = ANY($1) ORDER BY given_at DESC, id DESC LIMIT $2",
    )
    .bind(codes(agencies))
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    let one = |(person, person_name, role, agency, below, reason, given_at): EmergencyRow| {
        let Held { person, office, .. } = read_held((0, person, role, agency, below, Date::MIN, None))?;
        Ok(Emergency { person, person_name, office, reason, given_at })
    };
    rows.into_iter().map(one).collect()
}
