//! The SQL of the agency list, noun first.

use crate::decide::OnFile;
use crate::model::{Agency, Counts, Edition, Link};
use db::{CopyRows, DbError, Tx, query, query_as, query_scalar};
use kernel::{AgencyCode, PersonId};
use time::{Date, OffsetDateTime};

/// Columns of [`AgencyRow`], of `org.agency_now` or `org.agency_version` called `v`. The four lines of contact travel as one
/// array, because a tuple has at most sixteen places.
macro_rules! agency_columns {
    () => {
        "v.code, v.name, v.english_name, ARRAY[v.postal_code, v.address, v.phone, v.fax], v.parent_code, v.effective_on, \
         v.closed, v.closed_on, v.level, v.successor_code, v.successor_name, v.successor_on, v.predecessor_code, \
         v.predecessor_name"
    };
}

type AgencyRow = (
    String,
    String,
    Option<String>,
    Vec<String>,
    Option<String>,
    Option<Date>,
    bool,
    Option<Date>,
    Option<i16>,
    Option<String>,
    Option<String>,
    Option<Date>,
    Option<String>,
    Option<String>,
);

fn code(text: &str) -> AgencyCode {
    AgencyCode::parse(text)
        .expect("a check constraint holds for every stored code; links were parsed before they were stored")
}

fn link(other: Option<String>, name: Option<String>, on: Option<Date>) -> Option<Link> {
    other.map(|other| Link { code: code(&other), name: name.unwrap_or_default(), on })
}

fn agency(row: AgencyRow) -> Agency {
    let [postal_code, address, phone, fax] =
        <[String; 4]>::try_from(row.3).expect("agency_columns! selects an array of four");
    Agency {
        code: code(&row.0),
        name: row.1,
        english_name: row.2,
        postal_code,
        address,
        phone,
        fax,
        parent: row.4.as_deref().map(code),
        effective_on: row.5,
        closed: row.6,
        closed_on: row.7,
        level: row.8,
        successor: link(row.9, row.10, row.11),
        predecessor: link(row.12, row.13, None),
    }
}

fn texts(codes: &[AgencyCode]) -> Vec<String> {
    codes.iter().map(AgencyCode::to_string).collect()
}

type EditionRow = (i64, Date, String, Vec<u8>, OffsetDateTime, String, i32, i32, i32, i32, i32, i32, i32);

/// Editions, newest first.
pub(crate) async fn edition_list(tx: &mut Tx, limit: i64) -> Result<Vec<Edition>, DbError> {
    let rows: Vec<EditionRow> = query_as(
        "SELECT id, published_on, file_name, sha256, recorded_at, recorded_by, row_count, added, changed, closed, renamed, \
         missing, returned FROM org.edition ORDER BY id DESC LIMIT $1",
    )
    .bind(limit)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(edition).collect())
}

fn edition(row: EditionRow) -> Edition {
    let (id, published_on, file_name, sha256, recorded_at, recorded_by, rows, added, changed, closed, ..) = row;
    let counts = Counts { rows, added, changed, closed, renamed: row.10, missing: row.11, returned: row.12 };
    Edition { id, published_on, file_name, sha256, recorded_at, recorded_by, counts }
}

/// The remarks an edition was stored with; `None` for an unknown edition.
pub(crate) async fn edition_remarks(tx: &mut Tx, id: i64) -> Result<Option<String>, DbError> {
    query_scalar("SELECT remarks FROM org.edition WHERE id = $1").bind(id).fetch_optional(&mut **tx).await
}

/// Takes the right to import until the transaction ends: two imports at once would each decide on the other's past.
pub(crate) async fn import_lock(tx: &mut Tx) -> Result<(), DbError> {
    query("LOCK TABLE org.edition IN SHARE ROW EXCLUSIVE MODE").execute(&mut **tx).await?;
    Ok(())
}

/// Writes an edition; its id is assigned here.
pub(crate) async fn edition_insert(tx: &mut Tx, edition: &Edition, remarks: &str) -> Result<i64, DbError> {
    let counts = &edition.counts;
    query_scalar(
        "INSERT INTO org.edition (published_on, file_name, sha256, recorded_at, recorded_by, row_count, added, changed, \
         closed, renamed, missing, returned, remarks) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         RETURNING id",
    )
    .bind(edition.published_on)
    .bind(&edition.file_name)
    .bind(&edition.sha256)
    .bind(edition.recorded_at)
    .bind(&edition.recorded_by)
    .bind(counts.rows)
    .bind(counts.added)
    .bind(counts.changed)
    .bind(counts.closed)
    .bind(counts.renamed)
    .bind(counts.missing)
    .bind(counts.returned)
    .bind(remarks)
    .fetch_one(&mut **tx)
    .await
}

/// Everything on file, for deciding what an edition changes.
pub(crate) async fn agency_all(tx: &mut Tx) -> Result<OnFile, DbError> {
    let rows: Vec<AgencyRow> =
        query_as(concat!("SELECT ", agency_columns!(), " FROM org.agency_now v")).fetch_all(&mut **tx).await?;
    let missing: Vec<String> =
        query_scalar("SELECT code FROM org.agency WHERE missing_since_on IS NOT NULL").fetch_all(&mut **tx).await?;
    Ok(OnFile {
        agencies: rows.into_iter().map(agency).map(|agency| (agency.code, agency)).collect(),
        missing: missing.iter().map(|text| code(text)).collect(),
    })
}

/// Writes new versions and makes them the present ones.
pub(crate) async fn version_insert(
    tx: &mut Tx,
    edition_id: i64,
    versions: impl Iterator<Item = (&Agency, Option<Date>)>,
) -> Result<(), DbError> {
    let mut rows = CopyRows::new();
    for (agency, valid_from) in versions {
        version_row(&mut rows, edition_id, agency, valid_from);
    }
    rows.send(
        tx,
        "COPY org.agency_version (code, edition_id, valid_from, name, english_name, postal_code, address, phone, fax, \
         parent_code, effective_on, closed, closed_on, level, successor_code, successor_name, successor_on, \
         predecessor_code, predecessor_name) FROM STDIN",
    )
    .await?;
    query(
        "INSERT INTO org.agency (code, edition_id, parent_code, successor_code, predecessor_code) \
         SELECT code, edition_id, parent_code, successor_code, predecessor_code FROM org.agency_version \
         WHERE edition_id = $1 ON CONFLICT (code) DO UPDATE SET edition_id = excluded.edition_id, \
         parent_code = excluded.parent_code, successor_code = excluded.successor_code, \
         predecessor_code = excluded.predecessor_code",
    )
    .bind(edition_id)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

fn version_row(rows: &mut CopyRows, edition_id: i64, agency: &Agency, valid_from: Option<Date>) {
    let successor = agency.successor.as_ref();
    let predecessor = agency.predecessor.as_ref();
    rows.plain(agency.code).plain(edition_id);
    optional(rows, valid_from);
    rows.text(&agency.name);
    optional_text(rows, agency.english_name.as_deref());
    rows.text(&agency.postal_code).text(&agency.address).text(&agency.phone).text(&agency.fax);
    optional(rows, agency.parent);
    optional(rows, agency.effective_on);
    rows.plain(agency.closed);
    optional(rows, agency.closed_on);
    optional(rows, agency.level);
    optional(rows, successor.map(|link| link.code));
    optional_text(rows, successor.map(|link| link.name.as_str()));
    optional(rows, successor.and_then(|link| link.on));
    optional(rows, predecessor.map(|link| link.code));
    optional_text(rows, predecessor.map(|link| link.name.as_str()));
    rows.end();
}

fn optional(rows: &mut CopyRows, value: Option<impl std::fmt::Display>) {
    match value {
        Some(value) => rows.plain(value),
        None => rows.null(),
    };
}

fn optional_text(rows: &mut CopyRows, value: Option<&str>) {
    match value {
        Some(value) => rows.text(value),
        None => rows.null(),
    };
}

/// Notes since when agencies are left out of the list, or that they are listed again (`None`).
pub(crate) async fn agency_missing(tx: &mut Tx, codes: &[AgencyCode], since: Option<Date>) -> Result<(), DbError> {
    query("UPDATE org.agency SET missing_since_on = $2 WHERE code = ANY($1)")
        .bind(texts(codes))
        .bind(since)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Every name an agency ever had on file, with its code.
pub(crate) async fn name_all(tx: &mut Tx) -> Result<Vec<(AgencyCode, String)>, DbError> {
    let rows: Vec<(String, String)> =
        query_as("SELECT DISTINCT code, name FROM org.agency_version").fetch_all(&mut **tx).await?;
    Ok(rows.into_iter().map(|(text, name)| (code(&text), name)).collect())
}

/// Makes the search terms anew. They are few enough (some 50,000) that telling which of them an edition touches is not worth it.
pub(crate) async fn term_replace(
    tx: &mut Tx,
    terms: impl Iterator<Item = (AgencyCode, i16, String)>,
) -> Result<(), DbError> {
    query("DELETE FROM org.agency_term").execute(&mut **tx).await?;
    let mut rows = CopyRows::new();
    for (code, kind, term) in terms {
        rows.plain(code).plain(kind).text(&term).end();
    }
    rows.send(tx, "COPY org.agency_term (code, kind, term) FROM STDIN").await?;
    Ok(())
}

/// The agencies of these codes that are on file, in code order.
pub(crate) async fn agency_fetch(tx: &mut Tx, codes: &[AgencyCode]) -> Result<Vec<Agency>, DbError> {
    let rows: Vec<AgencyRow> = query_as(concat!(
        "SELECT ",
        agency_columns!(),
        " FROM org.agency_now v WHERE v.code = ANY($1) ORDER BY v.code"
    ))
    .bind(texts(codes))
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(agency).collect())
}

/// Since when the list leaves the agency out.
pub(crate) async fn agency_missing_since(tx: &mut Tx, code: AgencyCode) -> Result<Option<Date>, DbError> {
    let since: Option<Option<Date>> = query_scalar("SELECT missing_since_on FROM org.agency WHERE code = $1")
        .bind(code.as_str())
        .fetch_optional(&mut **tx)
        .await?;
    Ok(since.flatten())
}

/// Values of the agency over time, newest first, with the day they count from and when they were recorded.
pub(crate) async fn version_list(
    tx: &mut Tx,
    code: AgencyCode,
) -> Result<Vec<(Agency, Option<Date>, OffsetDateTime)>, DbError> {
    let rows: Vec<VersionRow> = query_as(concat!(
        "SELECT ",
        agency_columns!(),
        ", v.valid_from, e.recorded_at FROM org.agency_version v JOIN org.edition e ON e.id = v.edition_id \
         WHERE v.code = $1 ORDER BY v.edition_id DESC"
    ))
    .bind(code.as_str())
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(version).collect())
}

type VersionRow = (
    String,
    String,
    Option<String>,
    Vec<String>,
    Option<String>,
    Option<Date>,
    bool,
    Option<Date>,
    Option<i16>,
    Option<String>,
    Option<String>,
    Option<Date>,
    Option<String>,
    Option<String>,
    Option<Date>,
    OffsetDateTime,
);

fn version(v: VersionRow) -> (Agency, Option<Date>, OffsetDateTime) {
    let values = (v.0, v.1, v.2, v.3, v.4, v.5, v.6, v.7, v.8, v.9, v.10, v.11, v.12, v.13);
    (agency(values), v.14, v.15)
}

/// Agencies on file that name `code` as their predecessor (`true`) or as their successor.
pub(crate) async fn agency_linked(tx: &mut Tx, code: AgencyCode, as_predecessor: bool) -> Result<Vec<Agency>, DbError> {
    let rows: Vec<AgencyRow> = query_as(concat!(
        "SELECT ",
        agency_columns!(),
        " FROM org.agency_now v WHERE CASE WHEN $2 THEN v.predecessor_code ELSE v.successor_code END = $1 ORDER BY v.code"
    ))
    .bind(code.as_str())
    .bind(as_predecessor)
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(agency).collect())
}

/// One line of the tree: code, name, closed on the day asked for, and how many open and closed agencies are directly below.
pub(crate) type NodeRow = (String, String, bool, Option<Date>, i64, i64);

/// The agencies directly under `parent`, or those at the top (no superior, or one that is not on file).
pub(crate) async fn node_list(tx: &mut Tx, parent: Option<AgencyCode>, on: Date) -> Result<Vec<NodeRow>, DbError> {
    query_as(
        "SELECT v.code, v.name, coalesce(v.closed_on <= $2, v.closed), v.closed_on, \
         count(c.code) FILTER (WHERE NOT coalesce(c.closed_on <= $2, c.closed)), \
         count(c.code) FILTER (WHERE coalesce(c.closed_on <= $2, c.closed)) \
         FROM org.agency_now v LEFT JOIN org.agency_now c ON c.parent_code = v.code \
         WHERE CASE WHEN $1::text IS NULL \
           THEN v.parent_code IS NULL OR NOT EXISTS (SELECT FROM org.agency p WHERE p.code = v.parent_code) \
           ELSE v.parent_code = $1 END \
         GROUP BY v.code, v.name, v.closed, v.closed_on ORDER BY 3, v.code",
    )
    .bind(parent.map(|code| code.to_string()))
    .bind(on)
    .fetch_all(&mut **tx)
    .await
}

/// The agency and its superiors, the agency first. Thirty-two steps bound a circle through an agency the list has dropped.
pub(crate) async fn path_list(tx: &mut Tx, from: AgencyCode) -> Result<Vec<(AgencyCode, String)>, DbError> {
    let rows: Vec<(String, String)> = query_as(
        "WITH RECURSIVE up (code, parent_code, step) AS ( \
           SELECT code, parent_code, 0 FROM org.agency WHERE code = $1 \
           UNION ALL SELECT a.code, a.parent_code, up.step + 1 FROM up JOIN org.agency a ON a.code = up.parent_code \
           WHERE up.step < 32) \
         SELECT up.code, v.name FROM up JOIN org.agency_now v ON v.code = up.code ORDER BY up.step",
    )
    .bind(from.as_str())
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.into_iter().map(|(text, name)| (code(&text), name)).collect())
}

/// The agency and all below it, in code order.
pub(crate) async fn superior_list(tx: &mut Tx) -> Result<Vec<(AgencyCode, AgencyCode)>, DbError> {
    let rows: Vec<(String, String)> =
        query_as("SELECT a.code, a.parent_code FROM org.agency a JOIN org.agency p ON p.code = a.parent_code")
            .fetch_all(&mut **tx)
            .await?;
    Ok(rows.iter().map(|(below, above)| (code(below), code(above))).collect())
}

pub(crate) async fn subtree_list(tx: &mut Tx, top: AgencyCode) -> Result<Vec<AgencyCode>, DbError> {
    let rows: Vec<String> = query_scalar(
        "WITH RECURSIVE down (code) AS ( \
           SELECT code FROM org.agency WHERE code = $1 \
           UNION SELECT a.code FROM down JOIN org.agency a ON a.parent_code = down.code) \
         SELECT code FROM down ORDER BY code",
    )
    .bind(top.as_str())
    .fetch_all(&mut **tx)
    .await?;
    Ok(rows.iter().map(|text| code(text)).collect())
}

/// One search hit: code, name, superior's name, closed on the day asked for, since when, kind of the matching term, the term,
/// and how many agencies match in all.
pub(crate) type HitRow = (String, String, Option<String>, bool, Option<Date>, i16, String, i64);

/// Agencies with a term that contains `text` (folded): whole terms first, then beginnings, then the rest; the open before the
/// closed; names before short and former names; then higher levels and shorter names. A scan over the some 40,000 terms answers in
/// tens of milliseconds; a trigram index would not serve the texts of one or two characters that officials mostly type.
pub(crate) async fn term_search(tx: &mut Tx, text: &str, on: Date, limit: i64) -> Result<Vec<HitRow>, DbError> {
    query_as(
        "SELECT v.code, v.name, p.name, h.closed, v.closed_on, h.kind, h.term, h.total \
         FROM (SELECT t.*, coalesce(v.closed_on <= $2, v.closed) AS closed, count(*) OVER () AS total FROM ( \
             SELECT DISTINCT ON (code) code, kind, term, \
               CASE WHEN term = $1 THEN 0 WHEN starts_with(term, $1) THEN 1 ELSE 2 END AS fit \
             FROM org.agency_term WHERE strpos(term, $1) > 0 ORDER BY code, fit, kind, length(term)) t \
           JOIN org.agency_now v ON v.code = t.code \
           ORDER BY t.fit, closed, t.kind, v.level, length(v.name), v.code LIMIT $3) h \
         JOIN org.agency_now v ON v.code = h.code LEFT JOIN org.agency_now p ON p.code = v.parent_code \
         ORDER BY h.fit, h.closed, h.kind, v.level, length(v.name), v.code",
    )
    .bind(text)
    .bind(on)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await
}

/// Agencies whose name has the characters of an abbreviation in their order (北市府: 臺北市政府). `pattern` is a LIKE pattern.
pub(crate) async fn term_abbreviated(tx: &mut Tx, pattern: &str, on: Date, limit: i64) -> Result<Vec<HitRow>, DbError> {
    query_as(
        "SELECT v.code, v.name, p.name, coalesce(v.closed_on <= $2, v.closed) AS closed, v.closed_on, t.kind, t.term, \
         count(*) OVER () FROM org.agency_term t JOIN org.agency_now v ON v.code = t.code \
         LEFT JOIN org.agency_now p ON p.code = v.parent_code \
         WHERE t.kind = 1 AND t.term LIKE $1 ORDER BY closed, length(t.term), v.level, v.code LIMIT $3",
    )
    .bind(pattern)
    .bind(on)
    .bind(limit)
    .fetch_all(&mut **tx)
    .await
}

pub(crate) async fn upload_insert(
    tx: &mut Tx,
    person: PersonId,
    upload: crate::Upload<'_>,
    at: OffsetDateTime,
) -> Result<i64, DbError> {
    query_scalar(
        "INSERT INTO org.upload (person, file_name, content, published_on, uploaded_at) VALUES ($1, $2, $3, $4, $5) RETURNING id",
    )
    .bind(person.0)
    .bind(upload.file_name)
    .bind(upload.bytes)
    .bind(upload.published_on)
    .bind(at)
    .fetch_one(&mut **tx)
    .await
}

pub(crate) async fn upload_fetch(
    tx: &mut Tx,
    id: i64,
    person: PersonId,
) -> Result<Option<(String, Vec<u8>, Date)>, DbError> {
    query_as("SELECT file_name, content, published_on FROM org.upload WHERE id = $1 AND person = $2")
        .bind(id)
        .bind(person.0)
        .fetch_optional(&mut **tx)
        .await
}

pub(crate) async fn upload_delete(tx: &mut Tx, id: i64, person: PersonId) -> Result<(), DbError> {
    query("DELETE FROM org.upload WHERE id = $1 AND person = $2").bind(id).bind(person.0).execute(&mut **tx).await?;
    Ok(())
}

pub(crate) async fn upload_sweep(tx: &mut Tx, before: OffsetDateTime) -> Result<(), DbError> {
    query("DELETE FROM org.upload WHERE uploaded_at < $1").bind(before).execute(&mut **tx).await?;
    Ok(())
}
