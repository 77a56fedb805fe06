//! The statements about deputies.

use super::acts::DeputyAct;
use super::model::{Absence, AbsenceKind, Deputising, Deputy, Duty, Warning};
use crate::{Action, Office, Reach, Role};
use db::{DbError, Pool, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, PersonId};
use time::{Date, OffsetDateTime};

/// Number of the office, who holds it and under which name, role, agency, whether it reaches what is below.
type DutyRow = (i64, i64, String, String, String, bool);

/// The name is the one on the newest card that the agency itself registered, or the one under which the office was given: what another agency
/// wrote is the last to be asked.
const DUTY: &str = "SELECT o.id, o.person, coalesce( \
    (SELECT c.holder FROM access.card c WHERE c.person = o.person AND c.agency = o.agency ORDER BY c.registered_at DESC LIMIT 1), \
    (SELECT p.person_name FROM access.proposal p WHERE p.id = o.proposal), \
    (SELECT c.holder FROM access.card c WHERE c.person = o.person ORDER BY c.registered_at DESC LIMIT 1), ''), \
    o.role, o.agency, o.with_subordinates FROM access.office o ";

fn duty((id, principal, name, role, agency, below): DutyRow) -> Option<Duty> {
    let agency = AgencyCode::parse(&agency).ok()?;
    let reach = if below { Reach::Subtree(agency) } else { Reach::Agency(agency) };
    Some(Duty { id, principal: PersonId(principal), name, office: Office::own(Role::parse(&role)?, reach) })
}

/// The offices counting on a day for which somebody is named as deputy.
pub(crate) async fn offices_deputised(pool: &Pool, person: i64, on: Date) -> Result<Vec<i64>, DbError> {
    query_scalar(
        "SELECT o.id FROM access.deputy d JOIN access.office o ON o.id = d.office \
         WHERE d.person = $1 AND d.ended_at IS NULL AND o.from_on <= $2 AND (o.until_on IS NULL OR o.until_on > $2) \
         ORDER BY o.id",
    )
    .bind(person)
    .bind(on)
    .fetch_all(pool)
    .await
}

/// The offices of agencies that count on a day.
pub(crate) async fn offices_of(tx: &mut Tx, agencies: &[String], on: Date) -> Result<Vec<i64>, DbError> {
    query_scalar(
        "SELECT id FROM access.office WHERE agency = ANY($1) AND from_on <= $2 AND (until_on IS NULL OR until_on > $2) \
         ORDER BY agency, role, id",
    )
    .bind(agencies)
    .bind(on)
    .fetch_all(&mut **tx)
    .await
}

pub(crate) async fn duties(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Duty>, DbError> {
    let rows: Vec<DutyRow> =
        query_as(db::AssertSqlSafe(format!("{DUTY} WHERE o.id = ANY($1) ORDER BY o.agency, o.role, o.id")))
            .bind(ids)
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows.into_iter().filter_map(duty).collect())
}

/// The office, deputy's entry, person, name, powers, award results, warnings.
type DeputyRow = (i64, i64, i64, String, Vec<String>, Option<Vec<String>>, Vec<String>);

/// The deputies of duties, each duty's first first.
pub(crate) async fn deputies(tx: &mut Tx, offices: &[i64]) -> Result<Vec<(i64, Deputy)>, DbError> {
    let rows: Vec<DeputyRow> = query_as(
        "SELECT office, id, person, name, powers, outcomes, warnings FROM access.deputy \
         WHERE office = ANY($1) AND ended_at IS NULL ORDER BY office, place, id",
    )
    .bind(offices)
    .fetch_all(&mut **tx)
    .await?;
    let deputy = |(office, id, person, name, powers, outcomes, warnings): DeputyRow| {
        let powers = powers.iter().filter_map(|code| Action::parse(code)).collect();
        let warnings = warnings.iter().filter_map(|code| Warning::parse(code)).collect();
        (office, Deputy { id, person: PersonId(person), name, powers, outcomes, warnings })
    };
    Ok(rows.into_iter().map(deputy).collect())
}

type AbsenceRow = (i64, i64, String, String, Date, Date);

fn absence((id, person, name, kind, from_on, until_on): AbsenceRow) -> Option<Absence> {
    Some(Absence { id, person: PersonId(person), name, kind: AbsenceKind::parse(&kind)?, from_on, until_on })
}

/// Leave of people that is not over on a day.
pub(crate) async fn absences(tx: &mut Tx, people: &[i64], on: Date) -> Result<Vec<Absence>, DbError> {
    let rows: Vec<AbsenceRow> = query_as(
        "SELECT id, person, name, kind, from_on, until_on FROM access.absence WHERE person = ANY($1) AND until_on > $2 \
         ORDER BY from_on, id",
    )
    .bind(people)
    .bind(on)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().filter_map(absence).collect())
}

/// Leave that is not over on a day of those who hold or deputise duties, with the duty for which it counts: leave people entered themselves
/// counts for all their duties, what an agency entered counts for the duties of that agency and of those below it.
pub(crate) async fn absences_for(tx: &mut Tx, offices: &[i64], on: Date) -> Result<Vec<(i64, Absence)>, DbError> {
    let rows: Vec<(i64, i64, i64, String, String, Date, Date)> = query_as(
        "SELECT o.id, a.id, a.person, a.name, a.kind, a.from_on, a.until_on \
         FROM access.office o JOIN access.absence a ON (a.person = o.person OR a.person IN (SELECT d.person FROM access.deputy d \
             WHERE d.office = o.id AND d.ended_at IS NULL)) \
         WHERE o.id = ANY($1) AND a.until_on > $2 AND (a.entered_by = a.person OR a.agency = o.agency \
             OR EXISTS (SELECT FROM scope.below b WHERE b.above = a.agency AND b.node = o.agency)) ORDER BY a.from_on, a.id",
    )
    .bind(offices)
    .bind(on)
    .fetch_all(&mut **tx)
    .await?;
    let one = |(office, id, person, name, kind, from_on, until_on)| {
        Some((office, absence((id, person, name, kind, from_on, until_on))?))
    };
    Ok(rows.into_iter().filter_map(one).collect())
}

/// Leave of the people of agencies that is not over on a day.
pub(crate) async fn absences_of_agencies(tx: &mut Tx, agencies: &[String], on: Date) -> Result<Vec<Absence>, DbError> {
    let rows: Vec<AbsenceRow> = query_as(
        "SELECT id, person, name, kind, from_on, until_on FROM access.absence WHERE agency = ANY($1) AND until_on > $2 \
         ORDER BY from_on, id",
    )
    .bind(agencies)
    .bind(on)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().filter_map(absence).collect())
}

/// Writes leave; false if it meets other leave the agency has on file for the person.
pub(crate) async fn absence_insert(
    tx: &mut Tx,
    new: &super::ops::NewAbsence<'_>,
    by: PersonId,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let done = query(
        "INSERT INTO access.absence (person, name, agency, kind, from_on, until_on, entered_by, entered_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(new.person.0)
    .bind(new.name)
    .bind(new.agency.as_str())
    .bind(new.kind.code())
    .bind(new.from_on)
    .bind(new.until_on)
    .bind(by.0)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Whether somebody's turn as deputy may come when a person is away: they are that person's deputy, or both are deputies of one duty.
pub(crate) async fn gains_by_leave(tx: &mut Tx, by: PersonId, away: PersonId) -> Result<bool, DbError> {
    query_scalar(
        "SELECT EXISTS (SELECT FROM access.deputy mine WHERE mine.person = $1 AND mine.ended_at IS NULL AND (mine.principal = $2 \
         OR EXISTS (SELECT FROM access.deputy other WHERE other.office = mine.office AND other.person = $2 AND other.ended_at IS NULL)))",
    )
    .bind(by.0)
    .bind(away.0)
    .fetch_one(&mut **tx)
    .await
}

/// Ends leave on a day; leave that had not begun is removed.
pub(crate) async fn absence_end(tx: &mut Tx, id: i64, on: Date) -> Result<bool, DbError> {
    let gone = query("DELETE FROM access.absence WHERE id = $1 AND from_on >= $2")
        .bind(id)
        .bind(on)
        .execute(&mut **tx)
        .await?;
    let cut = query("UPDATE access.absence SET until_on = $2 WHERE id = $1 AND until_on > $2")
        .bind(id)
        .bind(on)
        .execute(&mut **tx)
        .await?;
    Ok(gone.rows_affected() + cut.rows_affected() == 1)
}

/// What was started by hand for duties and is not over on a day.
pub(crate) async fn deputisings(tx: &mut Tx, offices: &[i64], on: Date) -> Result<Vec<(i64, Deputising)>, DbError> {
    let rows: Vec<(i64, i64, String, Date, Option<Date>)> = query_as(
        "SELECT office, id, reason, from_on, until_on FROM access.deputising \
         WHERE office = ANY($1) AND (until_on IS NULL OR until_on > $2) ORDER BY office, from_on, id",
    )
    .bind(offices)
    .bind(on)
    .fetch_all(&mut **tx)
    .await?;
    let one = |(office, id, reason, from_on, until_on)| (office, Deputising { id, reason, from_on, until_on });
    Ok(rows.into_iter().map(one).collect())
}

pub(crate) async fn deputising_insert(
    tx: &mut Tx,
    duty: &Duty,
    new: &super::ops::NewDeputising<'_>,
    by: PersonId,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query(
        "INSERT INTO access.deputising (office, agency, principal, reason, from_on, until_on, started_by, started_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(duty.id)
    .bind(duty.office.reach.agency().as_str())
    .bind(duty.principal.0)
    .bind(new.reason)
    .bind(new.from_on)
    .bind(new.until_on)
    .bind(by.0)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Ends on a day what was started by hand for a duty; what had not begun is removed.
pub(crate) async fn deputising_end(tx: &mut Tx, office: i64, on: Date) -> Result<bool, DbError> {
    let gone = query("DELETE FROM access.deputising WHERE office = $1 AND from_on >= $2")
        .bind(office)
        .bind(on)
        .execute(&mut **tx)
        .await?;
    let cut =
        query("UPDATE access.deputising SET until_on = $2 WHERE office = $1 AND (until_on IS NULL OR until_on > $2)")
            .bind(office)
            .bind(on)
            .execute(&mut **tx)
            .await?;
    Ok(gone.rows_affected() + cut.rows_affected() > 0)
}

/// Names a deputy as the last in order; false if named already.
pub(crate) async fn deputy_insert(
    tx: &mut Tx,
    duty: &Duty,
    new: &super::ops::NewDeputy<'_>,
    warnings: &[Warning],
    by: PersonId,
    at: OffsetDateTime,
) -> Result<bool, DbError> {
    let powers: Vec<&str> = new.powers.iter().map(|action| action.code()).collect();
    let warnings: Vec<&str> = warnings.iter().map(|warning| warning.code()).collect();
    let done = query(
        "INSERT INTO access.deputy (office, agency, principal, person, name, place, powers, outcomes, warnings, named_by, named_at) \
         SELECT $1, $2, $3, $4, $5, 1 + coalesce(max(place), 0), $6, $7, $8, $9, $10 FROM access.deputy \
         WHERE office = $1 AND ended_at IS NULL ON CONFLICT DO NOTHING",
    )
    .bind(duty.id)
    .bind(duty.office.reach.agency().as_str())
    .bind(duty.principal.0)
    .bind(new.person.0)
    .bind(new.name)
    .bind(powers)
    .bind(new.outcomes)
    .bind(warnings)
    .bind(by.0)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

pub(crate) async fn deputy_end(tx: &mut Tx, office: i64, id: i64, at: OffsetDateTime) -> Result<bool, DbError> {
    let done = query("UPDATE access.deputy SET ended_at = $3 WHERE office = $1 AND id = $2 AND ended_at IS NULL")
        .bind(office)
        .bind(id)
        .bind(at)
        .execute(&mut **tx)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends at once, for somebody who left an agency: the deputies of their offices there, and their own standing as deputy everywhere they do
/// not serve. The office and number of each entry, with the principal.
pub(crate) async fn deputies_end_of(
    tx: &mut Tx,
    person: PersonId,
    agency: &str,
    serving: &[&str],
    at: OffsetDateTime,
) -> Result<Vec<(i64, i64, PersonId, String)>, DbError> {
    let rows: Vec<(i64, i64, i64, String)> = query_as(
        "UPDATE access.deputy SET ended_at = $4 WHERE ended_at IS NULL \
         AND ((principal = $1 AND agency = $2) OR (person = $1 AND agency <> ALL($3))) RETURNING office, id, principal, agency",
    )
    .bind(person.0)
    .bind(agency)
    .bind(serving)
    .bind(at)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(office, id, principal, agency)| (office, id, PersonId(principal), agency)).collect())
}

/// Ends on a day what was started by hand for the offices somebody held at an agency.
pub(crate) async fn deputisings_end_of(tx: &mut Tx, person: PersonId, agency: &str, on: Date) -> Result<(), DbError> {
    query("DELETE FROM access.deputising WHERE principal = $1 AND agency = $2 AND from_on >= $3")
        .bind(person.0)
        .bind(agency)
        .bind(on)
        .execute(&mut **tx)
        .await?;
    query(
        "UPDATE access.deputising SET until_on = $3 \
         WHERE principal = $1 AND agency = $2 AND (until_on IS NULL OR until_on > $3)",
    )
    .bind(person.0)
    .bind(agency)
    .bind(on)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Writes the places of deputies in this order.
pub(crate) async fn deputies_place(tx: &mut Tx, office: i64, ids: &[i64]) -> Result<(), DbError> {
    query(
        "UPDATE access.deputy d SET place = o.place FROM unnest($2::bigint[]) WITH ORDINALITY AS o (id, place) \
         WHERE d.office = $1 AND d.id = o.id AND d.ended_at IS NULL",
    )
    .bind(office)
    .bind(ids)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// A lock on a duty: two officers who change its order take turns.
pub(crate) async fn duty_lock(tx: &mut Tx, office: i64) -> Result<(), DbError> {
    query("SELECT 1 FROM access.office WHERE id = $1 FOR UPDATE").bind(office).execute(&mut **tx).await?;
    Ok(())
}

/// Roles held for an agency on a day.
pub(crate) async fn roles_here(tx: &mut Tx, person: PersonId, agency: &str, on: Date) -> Result<Vec<Role>, DbError> {
    let roles: Vec<String> = query_scalar(
        "SELECT role FROM access.office WHERE person = $1 AND agency = $2 AND from_on <= $3 \
         AND (until_on IS NULL OR until_on > $3)",
    )
    .bind(person.0)
    .bind(agency)
    .bind(on)
    .fetch_all(&mut **tx)
    .await?;
    Ok(roles.iter().filter_map(|role| Role::parse(role)).collect())
}

/// Whether a person is named for another office of the agency with the role of this one; whether the principal is a deputy of the person; whether the
/// agency registered a card for the person.
pub(crate) async fn naming_marks(
    tx: &mut Tx,
    person: PersonId,
    duty: &Duty,
    on: Date,
) -> Result<(bool, bool, bool), DbError> {
    query_as(
        "SELECT EXISTS (SELECT FROM access.deputy d JOIN access.office o ON o.id = d.office WHERE d.person = $1 \
             AND d.ended_at IS NULL AND o.role = $2 AND o.agency = $6 AND o.id <> $3 AND o.person <> $4 AND (o.until_on IS NULL OR o.until_on > $5)), \
         EXISTS (SELECT FROM access.deputy d JOIN access.office o ON o.id = d.office WHERE d.person = $4 AND o.person = $1 AND o.agency = $6 \
             AND d.ended_at IS NULL AND (o.until_on IS NULL OR o.until_on > $5)), \
         EXISTS (SELECT FROM access.card WHERE person = $1 AND agency = $6 AND ended_at IS NULL)",
    )
    .bind(person.0)
    .bind(duty.office.role.code())
    .bind(duty.id)
    .bind(duty.principal.0)
    .bind(on)
    .bind(duty.office.reach.agency().as_str())
    .fetch_one(&mut **tx)
    .await
}

pub(crate) async fn act_insert(pool: &Pool, act: &DeputyAct) -> Result<i64, DbError> {
    query_scalar(
        "INSERT INTO access.deputy_act (agency, role, principal, person, name, action, path, at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING id",
    )
    .bind(act.agency.as_str())
    .bind(act.role.code())
    .bind(act.principal.0)
    .bind(act.person.0)
    .bind(&act.name)
    .bind(act.action.code())
    .bind(&act.path)
    .bind(act.at)
    .fetch_one(pool)
    .await
}

/// The act was done, for whom is known now.
pub(crate) async fn act_done(tx: &mut Tx, id: i64, office: &Office, principal: PersonId) -> Result<(), DbError> {
    query("UPDATE access.deputy_act SET done = true, agency = $2, role = $3, principal = $4 WHERE id = $1")
        .bind(id)
        .bind(office.reach.agency().as_str())
        .bind(office.role.code())
        .bind(principal.0)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// The same act, done for another principal too; its number.
pub(crate) async fn act_copy(tx: &mut Tx, id: i64, office: &Office, principal: PersonId) -> Result<i64, DbError> {
    query_scalar(
        "INSERT INTO access.deputy_act (agency, role, principal, person, name, action, path, at, done) \
         SELECT $2, $3, $4, person, name, action, path, at, true FROM access.deputy_act WHERE id = $1 RETURNING id",
    )
    .bind(id)
    .bind(office.reach.agency().as_str())
    .bind(office.role.code())
    .bind(principal.0)
    .fetch_one(&mut **tx)
    .await
}

pub(crate) async fn act_delete(pool: &Pool, id: i64) -> Result<(), DbError> {
    query("DELETE FROM access.deputy_act WHERE id = $1").bind(id).execute(pool).await?;
    Ok(())
}

type ActRow = (i64, String, String, i64, i64, String, String, String, OffsetDateTime, bool, Option<OffsetDateTime>);

/// The newest acts in somebody's name, at most `limit`.
pub(crate) async fn acts(tx: &mut Tx, principal: PersonId, limit: i64) -> Result<Vec<DeputyAct>, DbError> {
    let rows: Vec<ActRow> = query_as(
        "SELECT id, agency, role, principal, person, name, action, path, at, done, seen_at FROM access.deputy_act \
         WHERE principal = $1 ORDER BY seen_at IS NOT NULL, at DESC, id DESC LIMIT $2",
    )
    .bind(principal.0)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    let act = |(id, agency, role, principal, person, name, action, path, at, done, seen_at): ActRow| {
        Some(DeputyAct {
            id,
            agency: AgencyCode::parse(&agency).ok()?,
            role: Role::parse(&role)?,
            principal: PersonId(principal),
            person: PersonId(person),
            name,
            action: Action::parse(&action)?,
            path,
            at,
            done,
            seen_at,
        })
    };
    Ok(rows.into_iter().filter_map(act).collect())
}

/// Marks acts in somebody's name as seen.
pub(crate) async fn acts_seen(
    tx: &mut Tx,
    principal: PersonId,
    ids: &[i64],
    at: OffsetDateTime,
) -> Result<u64, DbError> {
    let done =
        query("UPDATE access.deputy_act SET seen_at = $3 WHERE principal = $1 AND id = ANY($2) AND seen_at IS NULL")
            .bind(principal.0)
            .bind(ids)
            .bind(at)
            .execute(&mut **tx)
            .await?;
    Ok(done.rows_affected())
}
