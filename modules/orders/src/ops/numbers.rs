//! The register of numbers (發文字號): every serial given has an order or a reason why it is void.

use crate::error::refuse;
use crate::{OrdersError, store};
use db::{Db, Tx};
use kernel::{AgencyCode, DocumentNumber, OrderId, PersonId, Refusal, office_date, roc};
use time::OffsetDateTime;

/// Most lines of one listing.
const LINES_MAX: i64 = 1000;
/// Longest reason, in characters.
const REASON_CHARS_MAX: usize = 200;

/// One line of the register of numbers.
#[derive(Clone, Debug)]
pub struct NumberLine {
    /// The number.
    pub number: DocumentNumber,
    /// Its part, from 1.
    pub part: i16,
    /// The order that has it; none if the number is void.
    pub order: Option<OrderId>,
    /// Why it is void.
    pub void_reason: Option<String>,
    /// When it was given or made void.
    pub at: OffsetDateTime,
}

/// The newest numbers of an agency, newest first, 1,000 at most.
///
/// # Errors
/// When the database is away or a line does not read back.
pub async fn numbers(db: &Db, agency: &AgencyCode) -> Result<Vec<NumberLine>, OrdersError> {
    let rows = store::numbers_list(&mut db.begin().await?, agency, LINES_MAX).await?;
    let line = |(word, year, serial, part, id, void_reason, at): store::NumberRow| {
        let number = DocumentNumber::new(word, year.unsigned_abs(), serial.unsigned_abs())
            .map_err(|fault| db::DbError::Decode(Box::new(fault)))?;
        Ok(NumberLine { number, part, order: id.map(store::order_id), void_reason, at })
    };
    rows.into_iter().map(line).collect()
}

/// Takes the next number of the agency's series and makes it void, with a reason.
///
/// # Errors
/// A refusal when the reason is missing or the agency has no document word.
pub async fn void_number(
    tx: &mut Tx,
    agency: &AgencyCode,
    reason: &str,
    by: PersonId,
    now: OffsetDateTime,
) -> Result<DocumentNumber, OrdersError> {
    let reason = reason.trim();
    if reason.is_empty() || reason.chars().count() > REASON_CHARS_MAX {
        return refuse(
            Refusal::new(
                "orders/void-reason",
                format!("請敘明作廢原因（{REASON_CHARS_MAX}字以內）。"),
                format!("Please say why the number is void ({REASON_CHARS_MAX} characters at most)."),
            )
            .field("reason"),
        );
    }
    let Some(word) = store::word_of(tx, agency).await? else {
        return refuse(Refusal::new(
            "orders/no-word",
            "尚未設定機關之發文字，請先於「機關設定」填寫。",
            "The document word of the agency is not set. Please fill in the agency settings.",
        ));
    };
    let roc_year = roc::year(office_date(now));
    let serial = store::series_take(tx, agency, &word, roc_year, 1).await?;
    let number = DocumentNumber::new(word, roc_year, serial.unsigned_abs())
        .map_err(|fault| Refusal::from_text("orders/bad-number", fault.text()))?;
    store::voided_insert(tx, agency, &number, reason, by, now).await?;
    db::event(tx, now, "NumberVoided", &number.to_string(), &serde_json::json!({ "agency": agency.as_str() })).await?;
    Ok(number)
}

/// Series whose numbers do not add up, approvals without their orders, orders without a delivery, leaves without an order: one
/// sentence each. Empty when all is well.
///
/// # Errors
/// When the database is away.
pub async fn number_gaps(db: &Db) -> Result<Vec<String>, OrdersError> {
    let rows = store::series_gaps(&mut db.begin().await?).await?;
    let sentence = |(agency, word, year, last, found): (String, String, i16, i32, i64)| {
        format!("series {word} of {agency} in ROC year {year}: {last} numbers given, {found} accounted for")
    };
    let mut gaps: Vec<String> = rows.into_iter().map(sentence).collect();
    for (reference, covered, found) in store::approval_gaps(&mut db.begin().await?).await? {
        gaps.push(format!("approval {reference} covers {covered} orders, {found} are on file"));
    }
    match store::undelivered(&mut db.begin().await?).await? {
        0 => {}
        lost => gaps.push(format!("{lost} orders have no delivery")),
    }
    let mut tx = db.begin().await?;
    let leaves = register::log::issues(&mut tx).await?;
    let orders = store::issued_total(&mut db.begin().await?).await?;
    if i64::try_from(leaves).ok() != Some(orders) {
        gaps.push(format!("{leaves} leaves say that an order was issued, {orders} orders are on file"));
    }
    Ok(gaps)
}
