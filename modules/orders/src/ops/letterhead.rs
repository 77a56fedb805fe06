//! What an agency prints on its papers, and how it delivers.

use crate::error::refuse;
use crate::model::Letterhead;
use crate::{OrdersError, store};
use db::{Db, Tx};
use kernel::{AgencyCode, DocumentNumber, Refusal};
use time::OffsetDateTime;

/// Longest text of one line of the letterhead, in characters.
const LINE_CHARS_MAX: usize = 200;
/// Most days a notice may give to object; a bound against slips, not a figure of law.
const OBJECTION_DAYS_MAX: i32 = 365;

/// The letterhead of an agency, if it was ever filled in.
///
/// # Errors
/// When the database is away.
pub async fn letterhead(db: &Db, agency: &AgencyCode) -> Result<Option<Letterhead>, OrdersError> {
    Ok(store::letterhead_fetch(&mut db.begin().await?, agency).await?)
}

/// The letterhead of an agency, within the transaction that writes papers under it.
///
/// # Errors
/// When the database is away.
pub async fn letterhead_in(tx: &mut Tx, agency: &AgencyCode) -> Result<Option<Letterhead>, OrdersError> {
    Ok(store::letterhead_fetch(tx, agency).await?)
}

/// Keeps a letterhead. It counts for orders issued from now on.
///
/// # Errors
/// A refusal that names the field.
pub async fn keep_letterhead(tx: &mut Tx, head: &Letterhead, now: OffsetDateTime) -> Result<(), OrdersError> {
    check(head)?;
    if store::word_is_taken(tx, &head.agency, &head.word).await? {
        return refuse(
            Refusal::new(
                "orders/word-taken",
                format!("發文字「{}」已由其他機關使用，請改用其他文字。", head.word),
                format!("The document word \"{}\" is used by another agency. Please choose another.", head.word),
            )
            .field("word"),
        );
    }
    store::letterhead_upsert(tx, head).await?;
    db::event(tx, now, "LetterheadKept", head.agency.as_str(), &serde_json::json!({})).await?;
    Ok(())
}

fn check(head: &Letterhead) -> Result<(), OrdersError> {
    if let Err(fault) = DocumentNumber::new(head.word.clone(), 1, 1) {
        return refuse(Refusal::from_text("orders/word", fault.text()).field("word"));
    }
    let lines = [
        ("name", &head.name),
        ("address", &head.address),
        ("contact", &head.contact),
        ("head_title", &head.head_title),
        ("head_name", &head.head_name),
        ("copies_to", &head.copies_to),
    ];
    for (field, line) in lines {
        let required = matches!(field, "name" | "head_title" | "head_name");
        if required && line.trim().is_empty() {
            return refuse(
                Refusal::new("orders/letterhead-empty", "請填寫此欄。", "Please fill this in.").field(field),
            );
        }
        if line.chars().count() > LINE_CHARS_MAX || line.contains(['\n', '\r']) {
            return refuse(
                Refusal::new(
                    "orders/letterhead-line",
                    format!("請以一行、{LINE_CHARS_MAX}字以內填寫。"),
                    format!("One line of at most {LINE_CHARS_MAX} characters, please."),
                )
                .field(field),
            );
        }
    }
    if head.objection_days.is_some_and(|days| !(1..=OBJECTION_DAYS_MAX).contains(&days)) {
        return refuse(
            Refusal::new(
                "orders/objection-days",
                format!("異議期間請填1至{OBJECTION_DAYS_MAX}日。"),
                format!("The period to object is 1 to {OBJECTION_DAYS_MAX} days."),
            )
            .field("objection_days"),
        );
    }
    Ok(())
}
