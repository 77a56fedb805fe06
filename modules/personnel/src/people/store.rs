//! The statements of the rosters, and of who people are.

use super::check::ListedPerson;
use crate::model::Person;
use crate::store::damaged;
use db::{CopyRows, DbError, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, CaseId, NationalId, PersonId};
use std::collections::BTreeMap;
use time::{Date, OffsetDateTime};

macro_rules! entries {
    ($rest:literal) => {
        concat!(
            "SELECT person, national_id, name, sex, born_on, agency, unit_code, unit, title, grade, pay_points, arrived_on, email, left_on, \
             elsewhere_at IS NOT NULL FROM personnel.roster ",
            $rest
        )
    };
}

type Entry = (
    i64,
    String,
    String,
    i16,
    Date,
    String,
    String,
    String,
    String,
    String,
    Option<i32>,
    Option<Date>,
    Option<String>,
    Option<Date>,
    bool,
);

fn entry(row: Entry) -> Result<Person, DbError> {
    let (
        id,
        national_id,
        name,
        sex,
        born_on,
        agency,
        unit_code,
        unit,
        title,
        grade,
        points,
        arrived,
        email,
        left,
        away,
    ) = row;
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
        pay_points: points,
        arrived_on: arrived,
        email,
        left_on: left,
        elsewhere: away,
    })
}

/// The number of whoever has this national id. Reads who people are, which a scoped transaction cannot.
pub(crate) async fn person_number(tx: &mut Tx, national_id: &str) -> Result<Option<PersonId>, DbError> {
    let id: Option<i64> = query_scalar("SELECT id FROM personnel.person WHERE national_id = $1")
        .bind(national_id)
        .fetch_optional(&mut **tx)
        .await?;
    Ok(id.map(PersonId))
}

pub(crate) async fn entries_fetch(tx: &mut Tx, id: PersonId) -> Result<Vec<Person>, DbError> {
    let rows: Vec<Entry> = query_as(entries!(
        "WHERE person = $1 ORDER BY left_on IS NULL DESC, CASE WHEN left_on IS NULL THEN id ELSE -id END"
    ))
    .bind(id.0)
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(entry).collect()
}

pub(crate) async fn entry_at(tx: &mut Tx, agencies: &[String], id: PersonId) -> Result<Option<Person>, DbError> {
    let row: Option<Entry> =
        query_as(entries!("WHERE person = $1 AND agency = ANY($2) ORDER BY left_on IS NULL DESC, id DESC LIMIT 1"))
            .bind(id.0)
            .bind(agencies)
            .fetch_optional(&mut **tx)
            .await?;
    row.map(entry).transpose()
}

/// Who serves at these agencies under these national ids; somebody who serves at several of them comes once for each.
pub(crate) async fn people_by_national_id(
    tx: &mut Tx,
    ids: &[String],
    agencies: &[String],
) -> Result<Vec<Person>, DbError> {
    let rows: Vec<Entry> =
        query_as(entries!("WHERE agency = ANY($2) AND national_id = ANY($1) AND left_on IS NULL ORDER BY agency, id"))
            .bind(ids)
            .bind(agencies)
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter().map(entry).collect()
}

/// These people as the agency of a case has them, or had them before they left.
pub(crate) async fn people_of_case(tx: &mut Tx, ids: &[i64], case: CaseId) -> Result<Vec<Person>, DbError> {
    let rows: Vec<Entry> = query_as(entries!(
        "WHERE id IN (SELECT DISTINCT ON (person) id FROM personnel.roster WHERE person = ANY($1) \
         AND agency = (SELECT agency FROM personnel.award_case WHERE id = $2) ORDER BY person, left_on IS NULL DESC, id DESC)"
    ))
    .bind(ids)
    .bind(case.0)
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(entry).collect()
}

/// Lets one list of people be taken in at a time; the lock ends with the transaction.
pub(crate) async fn people_lock(tx: &mut Tx) -> Result<(), DbError> {
    query("SELECT pg_advisory_xact_lock(hashtext('personnel.person'), 0)").execute(&mut **tx).await?;
    Ok(())
}

macro_rules! found {
    () => {
        "agency = ANY($1) AND left_on IS NULL AND ($2 = '' OR name LIKE '%' || $2 || '%' OR title LIKE '%' || $2 || '%' \
         OR unit LIKE '%' || $2 || '%')"
    };
}

pub(crate) async fn people_list(
    tx: &mut Tx,
    agencies: &[String],
    words: &str,
    limit: i64,
    offset: i64,
) -> Result<Vec<Person>, DbError> {
    let rows: Vec<Entry> =
        query_as(concat!(entries!("WHERE "), found!(), " ORDER BY agency, unit_code, id LIMIT $3 OFFSET $4"))
            .bind(agencies)
            .bind(words)
            .bind(limit)
            .bind(offset)
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter().map(entry).collect()
}

pub(crate) async fn people_count(tx: &mut Tx, agencies: &[String], words: &str) -> Result<i64, DbError> {
    query_scalar(concat!("SELECT count(*) FROM personnel.roster WHERE ", found!()))
        .bind(agencies)
        .bind(words)
        .fetch_one(&mut **tx)
        .await
}

pub(crate) async fn people_agencies(tx: &mut Tx) -> Result<Vec<String>, DbError> {
    query_scalar("SELECT DISTINCT agency FROM personnel.roster WHERE left_on IS NULL ORDER BY agency")
        .fetch_all(&mut **tx)
        .await
}

/// Takes people in and returns how many were new to their agency's roster and how many changed in it.
pub(crate) async fn people_upsert(
    tx: &mut Tx,
    people: &[ListedPerson],
    at: OffsetDateTime,
) -> Result<(i64, i64), DbError> {
    query(
        "CREATE TEMPORARY TABLE incoming (person bigint, national_id text, name text, sex smallint, born_on date, agency text, \
         unit_code text, unit text, title text, grade text, pay_points integer, arrived_on date, email text) ON COMMIT DROP",
    )
    .execute(&mut **tx)
    .await?;
    incoming(people).send(
        tx,
        "COPY incoming (national_id, name, sex, born_on, agency, unit_code, unit, title, grade, pay_points, arrived_on, email) \
         FROM STDIN",
    )
    .await?;
    // Everybody is asked for, on file or not, and takes the same way.
    query(
        "UPDATE incoming i SET person = n.person FROM personnel.numbers_of(array(SELECT national_id FROM incoming), $1) n \
         WHERE n.national_id = i.national_id",
    )
    .bind(at)
    .execute(&mut **tx)
    .await?;
    let changed = query(
        "UPDATE personnel.roster p SET name = i.name, sex = i.sex, born_on = i.born_on, unit_code = i.unit_code, unit = i.unit, \
         title = i.title, grade = i.grade, pay_points = i.pay_points, arrived_on = i.arrived_on, email = i.email, recorded_at = $1 \
         FROM incoming i WHERE p.agency = i.agency AND p.person = i.person AND p.left_on IS NULL \
         AND (p.name, p.sex, p.born_on, p.unit_code, p.unit, p.title, p.grade, p.pay_points, p.arrived_on, p.email) \
         IS DISTINCT FROM (i.name, i.sex, i.born_on, i.unit_code, i.unit, i.title, i.grade, i.pay_points, i.arrived_on, i.email)",
    )
    .bind(at)
    .execute(&mut **tx)
    .await?;
    let added = query(
        "INSERT INTO personnel.roster (person, national_id, name, sex, born_on, agency, unit_code, unit, title, grade, pay_points, \
         arrived_on, email, recorded_at) SELECT person, national_id, name, sex, born_on, agency, unit_code, unit, title, grade, \
         pay_points, arrived_on, email, $1 FROM incoming i WHERE NOT EXISTS (SELECT FROM personnel.roster p \
         WHERE p.agency = i.agency AND p.person = i.person AND p.left_on IS NULL)",
    )
    .bind(at)
    .execute(&mut **tx)
    .await?;
    let count = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
    Ok((count(added.rows_affected()), count(changed.rows_affected())))
}

fn incoming(people: &[ListedPerson]) -> CopyRows {
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
    rows
}

/// Who serves at these agencies and was taken in by another one since.
pub(crate) async fn people_elsewhere(tx: &mut Tx, agencies: &[String], limit: i64) -> Result<Vec<Person>, DbError> {
    let rows: Vec<Entry> = query_as(entries!(
        "WHERE agency = ANY($1) AND left_on IS NULL AND elsewhere_at IS NOT NULL ORDER BY elsewhere_at, id LIMIT $2"
    ))
    .bind(agencies)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(entry).collect()
}

/// The entry of somebody who serves at this agency, held until the transaction ends: since when.
pub(crate) async fn entry_lock(
    tx: &mut Tx,
    agency: &AgencyCode,
    id: PersonId,
) -> Result<Option<Option<Date>>, DbError> {
    query_scalar(
        "SELECT arrived_on FROM personnel.roster WHERE agency = $1 AND person = $2 AND left_on IS NULL FOR UPDATE",
    )
    .bind(agency.as_str())
    .bind(id.0)
    .fetch_optional(&mut **tx)
    .await
}

/// Whether somebody serves at this agency; nobody can end the entry before the transaction ends.
pub(crate) async fn entry_hold(tx: &mut Tx, agency: &AgencyCode, id: PersonId) -> Result<bool, DbError> {
    let held: Option<i64> =
        query_scalar("SELECT id FROM personnel.roster WHERE agency = $1 AND person = $2 AND left_on IS NULL FOR SHARE")
            .bind(agency.as_str())
            .bind(id.0)
            .fetch_optional(&mut **tx)
            .await?;
    Ok(held.is_some())
}

/// Ends the entry of somebody who serves at this agency.
pub(crate) async fn entry_end(tx: &mut Tx, agency: &AgencyCode, id: PersonId, on: Date) -> Result<(), DbError> {
    query(
        "UPDATE personnel.roster SET left_on = $3, elsewhere_at = NULL WHERE agency = $1 AND person = $2 AND left_on IS NULL",
    )
    .bind(agency.as_str())
    .bind(id.0)
    .bind(on)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes the question back whether somebody left this agency. False if there was none.
pub(crate) async fn entry_stays(tx: &mut Tx, agency: &AgencyCode, id: PersonId) -> Result<bool, DbError> {
    let done = query(
        "UPDATE personnel.roster SET elsewhere_at = NULL WHERE agency = $1 AND person = $2 AND left_on IS NULL \
         AND elsewhere_at IS NOT NULL",
    )
    .bind(agency.as_str())
    .bind(id.0)
    .execute(&mut **tx)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// The newest name of each of these people at one of these agencies.
pub(crate) async fn names_at(
    tx: &mut Tx,
    agencies: &[&str],
    people: &[i64],
) -> Result<BTreeMap<PersonId, String>, DbError> {
    let rows: Vec<(i64, String)> = query_as(
        "SELECT DISTINCT ON (person) person, name FROM personnel.roster WHERE agency = ANY($1) AND person = ANY($2) \
         ORDER BY person, left_on IS NULL DESC, id DESC",
    )
    .bind(agencies)
    .bind(people)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(person, name)| (PersonId(person), name)).collect())
}

pub(crate) async fn everybody_at(tx: &mut Tx, agency: &str) -> Result<Vec<PersonId>, DbError> {
    let people: Vec<i64> = query_scalar("SELECT DISTINCT person FROM personnel.roster WHERE agency = $1")
        .bind(agency)
        .fetch_all(&mut **tx)
        .await?;
    Ok(people.into_iter().map(PersonId).collect())
}
