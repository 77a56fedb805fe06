//! The statements of the roster.

use super::check::ListedPerson;
use crate::model::Person;
use crate::store::damaged;
use db::{CopyRows, DbError, Pool, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, NationalId, PersonId};
use std::collections::BTreeSet;
use time::{Date, OffsetDateTime};

macro_rules! person_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, national_id, name, sex, born_on, agency, unit_code, unit, title, grade, pay_points, arrived_on, email \
             FROM personnel.person ",
            $rest
        )
    };
}

type PersonRow =
    (i64, String, String, i16, Date, String, String, String, String, String, Option<i32>, Option<Date>, Option<String>);

fn person(row: PersonRow) -> Result<Person, DbError> {
    let (id, national_id, name, sex, born_on, agency, unit_code, unit, title, grade, pay_points, arrived_on, email) =
        row;
    Ok(Person {
        id: PersonId(id),
        national_id: NationalId::parse(&national_id).map_err(|_| damaged("national id"))?,
        name,
        sex,
        born_on,
        agency: AgencyCode::parse(&agency).map_err(|_| damaged("agency code"))?,
        unit_code,
        unit,
        title,
        grade,
        pay_points,
        arrived_on,
        email,
    })
}

pub(crate) async fn person_fetch(pool: &Pool, id: PersonId) -> Result<Option<Person>, DbError> {
    let row: Option<PersonRow> = query_as(person_columns!("WHERE id = $1")).bind(id.0).fetch_optional(pool).await?;
    row.map(person).transpose()
}

pub(crate) async fn person_by_national_id(pool: &Pool, id: &str) -> Result<Option<Person>, DbError> {
    let row: Option<PersonRow> =
        query_as(person_columns!("WHERE national_id = $1")).bind(id).fetch_optional(pool).await?;
    row.map(person).transpose()
}

pub(crate) async fn people_by_national_id(tx: &mut Tx, ids: &[String]) -> Result<Vec<Person>, DbError> {
    let rows: Vec<PersonRow> =
        query_as(person_columns!("WHERE national_id = ANY($1)")).bind(ids).fetch_all(&mut **tx).await?;
    rows.into_iter().map(person).collect()
}

/// Lets one list of people be taken in at a time; the lock ends with the transaction.
pub(crate) async fn people_lock(tx: &mut Tx) -> Result<(), DbError> {
    query("SELECT pg_advisory_xact_lock(hashtext('personnel.person'), 0)").execute(&mut **tx).await?;
    Ok(())
}

/// Those of the ids that are on file at an agency that is none of these.
pub(crate) async fn people_elsewhere(
    tx: &mut Tx,
    ids: &[&str],
    agencies: &BTreeSet<AgencyCode>,
) -> Result<BTreeSet<String>, DbError> {
    let codes: Vec<&str> = agencies.iter().map(AgencyCode::as_str).collect();
    let found: Vec<String> = query_scalar(
        "SELECT national_id FROM personnel.person WHERE national_id = ANY($1) AND agency <> ALL($2::text[])",
    )
    .bind(ids)
    .bind(codes)
    .fetch_all(&mut **tx)
    .await?;
    Ok(found.into_iter().collect())
}

pub(crate) async fn people_by_id(tx: &mut Tx, ids: &[i64]) -> Result<Vec<Person>, DbError> {
    let rows: Vec<PersonRow> = query_as(person_columns!("WHERE id = ANY($1)")).bind(ids).fetch_all(&mut **tx).await?;
    rows.into_iter().map(person).collect()
}

pub(crate) async fn people_list(
    pool: &Pool,
    agencies: &[String],
    words: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<Person>, DbError> {
    let rows: Vec<PersonRow> = query_as(person_columns!(
        "WHERE agency = ANY($1) AND ($2 = '' OR name LIKE '%' || $2 || '%' OR national_id = $2 OR title LIKE '%' || $2 || '%' \
         OR unit LIKE '%' || $2 || '%') ORDER BY agency, unit_code, id LIMIT $3 OFFSET $4"
    ))
    .bind(agencies)
    .bind(words)
    .bind(limit)
    .bind(offset)
    .fetch_all(pool)
    .await?;
    rows.into_iter().map(person).collect()
}

pub(crate) async fn people_count(pool: &Pool, agencies: &[String], words: &str) -> Result<i64, DbError> {
    query_scalar(
        "SELECT count(*) FROM personnel.person WHERE agency = ANY($1) AND ($2 = '' OR name LIKE '%' || $2 || '%' \
         OR national_id = $2 OR title LIKE '%' || $2 || '%' OR unit LIKE '%' || $2 || '%')",
    )
    .bind(agencies)
    .bind(words)
    .fetch_one(pool)
    .await
}

pub(crate) async fn people_agencies(pool: &Pool) -> Result<Vec<String>, DbError> {
    query_scalar("SELECT DISTINCT agency FROM personnel.person ORDER BY agency").fetch_all(pool).await
}

/// Takes people in and returns how many were new and how many changed.
pub(crate) async fn people_upsert(
    tx: &mut Tx,
    people: &[ListedPerson],
    at: OffsetDateTime,
) -> Result<(i64, i64), DbError> {
    query("CREATE TEMPORARY TABLE incoming (LIKE personnel.person) ON COMMIT DROP").execute(&mut **tx).await?;
    query("ALTER TABLE incoming ALTER id DROP NOT NULL, ALTER recorded_at DROP NOT NULL").execute(&mut **tx).await?;
    let mut rows = CopyRows::new();
    for person in people {
        rows.text(person.national_id.as_str()).text(&person.name).plain(person.sex).plain(person.born_on);
        rows.text(person.agency.as_str());
        for text in &person.post {
            rows.text(text);
        }
        rows.text(&person.grade);
        match person.pay_points {
            Some(points) => rows.plain(points),
            None => rows.null(),
        };
        match person.arrived_on {
            Some(day) => rows.plain(day),
            None => rows.null(),
        };
        match &person.email {
            Some(email) => rows.text(email),
            None => rows.null(),
        };
        rows.end();
    }
    rows.send(
        tx,
        "COPY incoming (national_id, name, sex, born_on, agency, unit_code, unit, title, grade, pay_points, arrived_on, email) \
         FROM STDIN",
    )
    .await?;
    let changed = query(
        "UPDATE personnel.person p SET name = i.name, sex = i.sex, born_on = i.born_on, agency = i.agency, \
         unit_code = i.unit_code, unit = i.unit, title = i.title, grade = i.grade, pay_points = i.pay_points, \
         arrived_on = i.arrived_on, email = i.email, recorded_at = $1 FROM incoming i WHERE p.national_id = i.national_id \
         AND (p.name, p.sex, p.born_on, p.agency, p.unit_code, p.unit, p.title, p.grade, p.pay_points, p.arrived_on, p.email) \
         IS DISTINCT FROM (i.name, i.sex, i.born_on, i.agency, i.unit_code, i.unit, i.title, i.grade, i.pay_points, \
         i.arrived_on, i.email)",
    )
    .bind(at)
    .execute(&mut **tx)
    .await?;
    let added = query(
        "INSERT INTO personnel.person (national_id, name, sex, born_on, agency, unit_code, unit, title, grade, pay_points, \
         arrived_on, email, recorded_at) SELECT national_id, name, sex, born_on, agency, unit_code, unit, title, grade, \
         pay_points, arrived_on, email, $1 FROM incoming i \
         WHERE NOT EXISTS (SELECT FROM personnel.person p WHERE p.national_id = i.national_id)",
    )
    .bind(at)
    .execute(&mut **tx)
    .await?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Ok((count(added.rows_affected()), count(changed.rows_affected())))
}
