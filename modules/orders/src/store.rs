//! The statements of this module.

use crate::model::{Amendment, Family, Issued, Letterhead};
use db::{CopyRows, DbError, Tx, Uuid, query, query_as, query_scalar};
use kernel::{AgencyCode, DocumentNumber, OrderId, PersonId};
use seal::record::Field;
use time::{Date, OffsetDateTime};

pub(crate) fn uuid(id: OrderId) -> Uuid {
    Uuid::from_bytes(id.0)
}

pub(crate) fn order_id(id: Uuid) -> OrderId {
    OrderId(*id.as_bytes())
}

// Letterhead ------------------------------------------------------------------------------------------------------------

type LetterheadRow = (String, String, String, String, String, String, String, String, Option<i32>);

pub(crate) async fn letterhead_fetch(tx: &mut Tx, agency: &AgencyCode) -> Result<Option<Letterhead>, DbError> {
    let row: Option<LetterheadRow> = query_as(
        "SELECT agency, name, word, address, contact, head_title, head_name, copies_to, \
         CASE delivery_rule WHEN 'notice' THEN objection_days END FROM orders.letterhead WHERE agency = $1",
    )
    .bind(agency.as_str())
    .fetch_optional(&mut **tx)
    .await?;
    Ok(row.map(|(_, name, word, address, contact, head_title, head_name, copies_to, objection_days)| Letterhead {
        agency: *agency,
        name,
        word,
        address,
        contact,
        head_title,
        head_name,
        copies_to,
        objection_days,
    }))
}

pub(crate) async fn letterhead_upsert(tx: &mut Tx, head: &Letterhead) -> Result<(), DbError> {
    query(
        "INSERT INTO orders.letterhead (agency, name, word, address, contact, head_title, head_name, copies_to, \
         delivery_rule, objection_days) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, \
         CASE WHEN $9::int IS NULL THEN 'consent' ELSE 'notice' END, $9) \
         ON CONFLICT (agency) DO UPDATE SET name = excluded.name, word = excluded.word, address = excluded.address, \
         contact = excluded.contact, head_title = excluded.head_title, head_name = excluded.head_name, \
         copies_to = excluded.copies_to, delivery_rule = excluded.delivery_rule, objection_days = excluded.objection_days",
    )
    .bind(head.agency.as_str())
    .bind(&head.name)
    .bind(&head.word)
    .bind(&head.address)
    .bind(&head.contact)
    .bind(&head.head_title)
    .bind(&head.head_name)
    .bind(&head.copies_to)
    .bind(head.objection_days)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Whether another agency writes under this word. The lock makes two agencies that choose at once take turns.
pub(crate) async fn word_is_taken(tx: &mut Tx, agency: &AgencyCode, word: &str) -> Result<bool, DbError> {
    query("LOCK TABLE orders.letterhead IN SHARE ROW EXCLUSIVE MODE").execute(&mut **tx).await?;
    query_scalar("SELECT EXISTS (SELECT FROM orders.letterhead WHERE word = $1 AND agency <> $2)")
        .bind(word)
        .bind(agency.as_str())
        .fetch_one(&mut **tx)
        .await
}

// Numbers ---------------------------------------------------------------------------------------------------------------

/// Takes `count` serials of a series and returns the first. The row stays locked until the transaction ends: a number taken by a
/// transaction that fails is given again, so there are no gaps.
pub(crate) async fn series_take(
    tx: &mut Tx,
    agency: &AgencyCode,
    word: &str,
    roc_year: u16,
    count: i32,
) -> Result<i32, DbError> {
    let last: i32 = query_scalar(
        "INSERT INTO orders.series (agency, word, roc_year, last) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (agency, word, roc_year) DO UPDATE SET last = series.last + $4 RETURNING last",
    )
    .bind(agency.as_str())
    .bind(word)
    .bind(year(roc_year))
    .bind(count)
    .fetch_one(&mut **tx)
    .await?;
    Ok(last - count + 1)
}

fn year(roc_year: u16) -> i16 {
    i16::try_from(roc_year).expect("a ROC year has three digits")
}

pub(crate) async fn voided_insert(
    tx: &mut Tx,
    agency: &AgencyCode,
    number: &DocumentNumber,
    reason: &str,
    by: PersonId,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query(
        "INSERT INTO orders.voided (agency, word, roc_year, serial, reason, voided_by, voided_at) \
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(agency.as_str())
    .bind(number.word())
    .bind(year(number.roc_year()))
    .bind(i32::try_from(number.serial()).expect("a serial has seven digits"))
    .bind(reason)
    .bind(by.0)
    .bind(at)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// One line of the register of numbers: the order that has it, or why it is void.
pub(crate) type NumberRow = (String, i16, i32, i16, Option<Uuid>, Option<String>, OffsetDateTime);

pub(crate) async fn numbers_list(tx: &mut Tx, agency: &AgencyCode, limit: i64) -> Result<Vec<NumberRow>, DbError> {
    query_as(
        "SELECT word, roc_year, serial, part, id, NULL::text, sealed_at FROM orders.issued WHERE agency = $1 \
         UNION ALL SELECT word, roc_year, serial, 1::int2, NULL::uuid, reason, voided_at FROM orders.voided WHERE agency = $1 \
         ORDER BY 2 DESC, 1, 3 DESC, 4 DESC LIMIT $2",
    )
    .bind(agency.as_str())
    .bind(limit)
    .fetch_all(&mut **tx)
    .await
}

/// Series in which serials given, orders and voided numbers do not add up: (agency, word, year, last, accounted for).
pub(crate) async fn series_gaps(tx: &mut Tx) -> Result<Vec<(String, String, i16, i32, i64)>, DbError> {
    query_as(
        "SELECT s.agency, s.word, s.roc_year, s.last, count(n.serial) FROM orders.series s LEFT JOIN ( \
           SELECT agency, word, roc_year, serial FROM orders.issued WHERE part = 1 \
           UNION ALL SELECT agency, word, roc_year, serial FROM orders.voided) n USING (agency, word, roc_year) \
         GROUP BY s.agency, s.word, s.roc_year, s.last \
         HAVING count(DISTINCT n.serial) <> s.last OR count(n.serial) <> s.last OR max(n.serial) <> s.last",
    )
    .fetch_all(&mut **tx)
    .await
}

/// Approvals that do not have just the orders they cover: (reference, covered, found).
pub(crate) async fn approval_gaps(tx: &mut Tx) -> Result<Vec<(String, i32, i64)>, DbError> {
    query_as(
        "SELECT a.reference, length(a.roots) / 32, count(i.id) FROM orders.approval a \
         LEFT JOIN orders.issued i ON i.approval = a.id GROUP BY a.id HAVING count(i.id) <> length(a.roots) / 32",
    )
    .fetch_all(&mut **tx)
    .await
}

/// Orders that no delivery is on file for.
pub(crate) async fn undelivered(tx: &mut Tx) -> Result<i64, DbError> {
    query_scalar(
        "SELECT count(*) FROM orders.issued i WHERE NOT EXISTS (SELECT FROM orders.delivery d WHERE d.order_id = i.id)",
    )
    .fetch_one(&mut **tx)
    .await
}

/// How many orders there are.
pub(crate) async fn issued_total(tx: &mut Tx) -> Result<i64, DbError> {
    query_scalar("SELECT count(*) FROM orders.issued").fetch_one(&mut **tx).await
}

// Batches ---------------------------------------------------------------------------------------------------------------

pub(crate) async fn prepared_upsert(
    tx: &mut Tx,
    (reference, agency): (&str, &AgencyCode),
    secret: &[u8; 32],
    size: i32,
    at: OffsetDateTime,
) -> Result<(), DbError> {
    query(
        "INSERT INTO orders.prepared (reference, secret, size, prepared_at, agency) VALUES ($1, $2, $3, $4, $5) \
         ON CONFLICT (reference) DO UPDATE SET secret = $2, size = $3, prepared_at = $4",
    )
    .bind(reference)
    .bind(secret.as_slice())
    .bind(size)
    .bind(at)
    .bind(agency.as_str())
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Takes a prepared batch away: whoever gets it is the one who issues it.
pub(crate) async fn prepared_take(tx: &mut Tx, reference: &str) -> Result<Option<(Vec<u8>, i32)>, DbError> {
    query_as("DELETE FROM orders.prepared WHERE reference = $1 RETURNING secret, size")
        .bind(reference)
        .fetch_optional(&mut **tx)
        .await
}

pub(crate) async fn approval_insert(tx: &mut Tx, batch: &crate::ops::Batch<'_>, roots: &[u8]) -> Result<i64, DbError> {
    query_scalar(
        "INSERT INTO orders.approval (agency, reference, approver, acting_for, approved_at, cms, roots) \
         VALUES ($1, $2, $3, $4, $5, $6, $7) RETURNING id",
    )
    .bind(batch.agency.as_str())
    .bind(batch.reference)
    .bind(batch.approver.0.0)
    .bind(batch.acting_for.map(|person| person.0))
    .bind(batch.now)
    .bind(batch.cms)
    .bind(roots)
    .fetch_one(&mut **tx)
    .await
}

pub(crate) async fn approval_fetch(tx: &mut Tx, id: i64) -> Result<(Vec<u8>, Vec<u8>), DbError> {
    query_as("SELECT cms, roots FROM orders.approval WHERE id = $1").bind(id).fetch_one(&mut **tx).await
}

pub(crate) async fn issued_copy(tx: &mut Tx, rows: CopyRows) -> Result<u64, DbError> {
    rows.send(
        tx,
        "COPY orders.issued (id, agency, issuer, family, word, roc_year, serial, part, parts, person, approval, \
         approval_index, issued_on, sealed_at, amends, amendment, fields, masked_id, salts, view_key, signature) FROM STDIN",
    )
    .await
}

// Orders ----------------------------------------------------------------------------------------------------------------

type IssuedRow = (
    Uuid,
    String,
    String,
    String,
    i16,
    i32,
    i16,
    i16,
    i64,
    Date,
    OffsetDateTime,
    Option<Uuid>,
    Option<String>,
    String,
    String,
    Option<OffsetDateTime>,
);

fn issued(row: IssuedRow) -> Result<Issued, DbError> {
    let (
        id,
        agency,
        family,
        word,
        roc_year,
        serial,
        part,
        parts,
        person,
        issued_on,
        sealed_at,
        amends,
        amendment,
        fields,
        masked,
        erased_at,
    ) = row;
    let damaged = |what: &str| DbError::Decode(format!("orders.issued {id}: {what}").into());
    let pairs: Vec<(String, String)> = serde_json::from_str(&fields).map_err(|_| damaged("fields"))?;
    let number = DocumentNumber::new(word, roc_year.unsigned_abs(), serial.unsigned_abs());
    Ok(Issued {
        id: order_id(id),
        agency: AgencyCode::parse(&agency).map_err(|_| damaged("agency"))?,
        number: number.map_err(|_| damaged("number"))?,
        part: (part.unsigned_abs(), parts.unsigned_abs()),
        person: PersonId(person),
        family: Family::parse(&family).ok_or_else(|| damaged("family"))?,
        issued_on,
        sealed_at,
        fields: pairs.into_iter().map(|(name, value)| Field::new(name, value)).collect(),
        amends: amends.map(order_id).zip(amendment.as_deref().and_then(Amendment::parse)),
        masked_id: masked,
        erased_at,
    })
}

macro_rules! issued_columns {
    ($rest:literal) => {
        concat!(
            "SELECT id, agency, family, word, roc_year, serial, part, parts, person, issued_on, sealed_at, amends, amendment, \
             fields, masked_id, erased_at FROM orders.issued ",
            $rest
        )
    };
}

pub(crate) async fn issued_fetch(tx: &mut Tx, id: OrderId) -> Result<Option<Issued>, DbError> {
    let row: Option<IssuedRow> =
        query_as(issued_columns!("WHERE id = $1")).bind(uuid(id)).fetch_optional(&mut **tx).await?;
    row.map(issued).transpose()
}

pub(crate) async fn issued_by_person(tx: &mut Tx, person: PersonId, limit: i64) -> Result<Vec<Issued>, DbError> {
    let rows: Vec<IssuedRow> =
        query_as(issued_columns!("WHERE person = $1 ORDER BY sealed_at DESC, serial DESC LIMIT $2"))
            .bind(person.0)
            .bind(limit)
            .fetch_all(&mut **tx)
            .await?;
    rows.into_iter().map(issued).collect()
}

pub(crate) async fn issued_by_agency(
    tx: &mut Tx,
    agencies: &[String],
    limit: i64,
    offset: i64,
) -> Result<Vec<Issued>, DbError> {
    let rows: Vec<IssuedRow> = query_as(issued_columns!(
        "WHERE agency = ANY($1) ORDER BY sealed_at DESC, agency, serial DESC, part DESC LIMIT $2 OFFSET $3"
    ))
    .bind(agencies)
    .bind(limit)
    .bind(offset)
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(issued).collect()
}

pub(crate) async fn issued_count(tx: &mut Tx, agencies: &[String]) -> Result<i64, DbError> {
    query_scalar("SELECT count(*) FROM orders.issued WHERE agency = ANY($1)").bind(agencies).fetch_one(&mut **tx).await
}

pub(crate) async fn issued_amending(tx: &mut Tx, id: OrderId) -> Result<Vec<Issued>, DbError> {
    let rows: Vec<IssuedRow> =
        query_as(issued_columns!("WHERE amends = $1 ORDER BY sealed_at")).bind(uuid(id)).fetch_all(&mut **tx).await?;
    rows.into_iter().map(issued).collect()
}

pub(crate) async fn issued_by_approval(tx: &mut Tx, reference: &str) -> Result<Vec<Issued>, DbError> {
    let rows: Vec<IssuedRow> = query_as(issued_columns!(
        "WHERE approval IN (SELECT a.id FROM orders.approval a WHERE a.reference = $1) ORDER BY serial, part"
    ))
    .bind(reference)
    .fetch_all(&mut **tx)
    .await?;
    rows.into_iter().map(issued).collect()
}

pub(crate) async fn issued_ids(tx: &mut Tx, after: Uuid, limit: i64) -> Result<Vec<Uuid>, DbError> {
    query_scalar("SELECT id FROM orders.issued WHERE id > $1 ORDER BY id LIMIT $2")
        .bind(after)
        .bind(limit)
        .fetch_all(&mut **tx)
        .await
}

/// The orders of an agency and what became of each: the amendments in their order.
pub(crate) async fn amended_by_agency(tx: &mut Tx, agency: &str) -> Result<Vec<(Uuid, Vec<String>)>, DbError> {
    query_as(
        "SELECT o.id, ARRAY(SELECT a.amendment FROM orders.issued a WHERE a.amends = o.id ORDER BY a.sealed_at) \
         FROM orders.issued o WHERE o.agency = $1 ORDER BY o.id",
    )
    .bind(agency)
    .fetch_all(&mut **tx)
    .await
}

/// What is kept to prove an order: issuer, approval, place in the approval, salts, view key, signature.
pub(crate) type SecretsRow = (i32, i64, i32, Vec<u8>, Vec<u8>, Vec<u8>);

pub(crate) async fn secrets_fetch(tx: &mut Tx, id: OrderId) -> Result<Option<SecretsRow>, DbError> {
    query_as("SELECT issuer, approval, approval_index, salts, view_key, signature FROM orders.issued WHERE id = $1")
        .bind(uuid(id))
        .fetch_optional(&mut **tx)
        .await
}

/// The document word of an agency, within the transaction that takes its numbers.
pub(crate) async fn word_of(tx: &mut Tx, agency: &AgencyCode) -> Result<Option<String>, DbError> {
    query_scalar("SELECT word FROM orders.letterhead WHERE agency = $1")
        .bind(agency.as_str())
        .fetch_optional(&mut **tx)
        .await
}
