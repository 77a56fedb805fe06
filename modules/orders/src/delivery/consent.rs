//! Consent to electronic delivery: 未表示, 同意, 停止; from a day on, never backwards (電子簽章法 §5).

use super::mail;
use super::store;
use crate::error::refuse;
use crate::model::{Consent, Family, Paper};
use crate::{OrdersError, consent_on, letterhead};
use db::{Db, Tx};
use kernel::{AgencyCode, PersonId, Random, Redacted, Refusal, office_date, roc};
use std::collections::BTreeSet;
use time::{Date, OffsetDateTime};

/// One thing a person said about electronic delivery.
#[derive(Clone, Debug)]
pub struct Said {
    /// About which family of orders.
    pub family: Family,
    /// Agreed, or stopped.
    pub agreed: bool,
    /// From which day on.
    pub from_on: Date,
    /// When it was said.
    pub recorded_at: OffsetDateTime,
}

/// Records what a person says about a family of orders. It counts from today on; what was delivered before stays delivered.
///
/// # Errors
/// A refusal when the family is not part of the electronic scheme.
pub async fn give_consent(
    tx: &mut Tx,
    person: PersonId,
    family: Family,
    agreed: bool,
    now: OffsetDateTime,
) -> Result<(), OrdersError> {
    if !family.is_electronic() {
        return refuse(Refusal::new(
            "orders/paper-only",
            "懲處令不適用電子送達，一律以書面送達。",
            "Penalty orders are always delivered on paper.",
        ));
    }
    store::consent_insert(tx, person, family, agreed, office_date(now), now).await?;
    let payload = serde_json::json!({ "family": family.code(), "agreed": agreed });
    db::event(tx, now, "ConsentGiven", &person.to_string(), &payload).await?;
    Ok(())
}

/// The consent of a person that counts today for orders of an agency.
///
/// # Errors
/// When the database is away.
pub async fn consent_now(
    db: &Db,
    agency: &AgencyCode,
    family: Family,
    person: PersonId,
    today: Date,
) -> Result<Consent, OrdersError> {
    consent_in(&mut db.begin().await?, agency, family, person, today).await
}

/// The same, within the transaction that delivers.
pub(crate) async fn consent_in(
    tx: &mut Tx,
    agency: &AgencyCode,
    family: Family,
    person: PersonId,
    today: Date,
) -> Result<Consent, OrdersError> {
    let rows = store::consents(tx, agency, family, &[person.0]).await?;
    Ok(rows.into_iter().next().map_or(Consent::Unsaid, |row| counts(&row, today)))
}

/// Of these persons those who got no notice of the agency about a family of orders yet, in the order asked for. What somebody said before
/// makes no difference: it may have been said while serving elsewhere, which the agency is not to learn.
///
/// # Errors
/// When the database is away.
pub async fn unnotified(
    db: &Db,
    agency: &AgencyCode,
    family: Family,
    persons: &[PersonId],
) -> Result<Vec<PersonId>, OrdersError> {
    let mut tx = db.begin().await?;
    let ids: Vec<i64> = persons.iter().map(|person| person.0).collect();
    let rows = store::consents(&mut tx, agency, family, &ids).await?;
    let without = |row: &&store::ConsentRow| row.3.is_none();
    Ok(rows.iter().filter(without).map(|row| PersonId(row.0)).collect())
}

fn counts((_, choice, from_on, object_until): &store::ConsentRow, today: Date) -> Consent {
    consent_on(store::said(choice.as_deref(), *from_on), *object_until, today)
}

/// What a person said, newest first.
///
/// # Errors
/// When the database is away.
pub async fn consent_history(db: &Db, person: PersonId) -> Result<Vec<Said>, OrdersError> {
    let rows = store::consent_history(&mut db.begin().await?, person).await?;
    let said = |(family, choice, from_on, recorded_at): (String, String, Date, OffsetDateTime)| {
        Some(Said { family: Family::parse(&family)?, agreed: choice == "agreed", from_on, recorded_at })
    };
    Ok(rows.into_iter().filter_map(said).collect())
}

/// The persons of a batch whose papers go to the inbox.
pub(crate) async fn electronic_persons(
    tx: &mut Tx,
    agency: &AgencyCode,
    papers: &[Paper],
    today: Date,
) -> Result<BTreeSet<PersonId>, OrdersError> {
    let mut electronic = BTreeSet::new();
    for family in Family::ELECTRONIC {
        let persons: Vec<i64> = papers.iter().filter(|p| p.family == family).map(|p| p.person.0).collect();
        if persons.is_empty() {
            continue;
        }
        let rows = store::consents(tx, agency, family, &persons).await?;
        electronic.extend(rows.iter().filter(|row| counts(row, today).is_electronic()).map(|row| PersonId(row.0)));
    }

    Ok(electronic)
}

/// Sends the notice of 電子簽章法 §5 IV: whoever does not object within the agency's period is presumed to agree. What somebody has said
/// counts before what would be presumed. Returns how many notices were sent; nobody gets a second one, and nobody without a mail
/// address is presumed anything: a notice that cannot arrive is none.
///
/// # Errors
/// A refusal when the agency delivers by express consent only.
pub async fn notify(
    db: &Db,
    random: &dyn Random,
    agency: &AgencyCode,
    family: Family,
    persons: &[(PersonId, Redacted<String>)],
    now: OffsetDateTime,
) -> Result<usize, OrdersError> {
    let head = letterhead(db, agency).await?;
    let Some((head, days)) = head.and_then(|head| head.objection_days.map(|days| (head, days))) else {
        return refuse(Refusal::new(
            "orders/consent-only",
            "本機關採明示同意，未採通知及異議方式。",
            "This agency delivers by express consent, not by notice and objection.",
        ));
    };
    let days = u32::try_from(days).unwrap_or_default();
    let until = codes::office_calendar().last_day(office_date(now), days).on;
    let subject = format!("{}{}電子送達通知信(非社交工程演練)", head.name, roc::long(office_date(now)));
    let mut tx = db.begin().await?;
    let mut sent = 0;
    for (person, address) in persons.iter().filter(|(_, address)| mail::is_address(address.expose())) {
        if !store::notice_insert(&mut tx, agency, family, *person, now, until).await? {
            continue;
        }
        let code = mail::draw_code(random);
        let body = notice_body(&head.name, family, until, &code);
        let order = None;
        let mail = store::NewMail {
            code: &code,
            person: *person,
            order,
            address: address.expose(),
            subject: &subject,
            body: &body,
        };
        store::mail_insert(&mut tx, &mail, now).await?;
        sent += 1;
    }
    db::event(&mut tx, now, "DeliveryNotified", agency.as_str(), &serde_json::json!({ "sent": sent })).await?;
    tx.commit().await?;
    Ok(sent)
}

fn notice_body(agency: &str, family: Family, until: Date, code: &str) -> String {
    format!(
        "您好：\n\n{agency}將以電子方式送達您的{family}。依電子簽章法第5條第4項，您如不同意，請於{until}以前（含當日）登入個人資料服務網，\
         於「電子送達」選擇「停止」；期限內未表示反對者，推定同意。同意後仍得隨時停止。\n\n\
         查驗碼：{code}\n本信不含登入連結。請自行登入個人資料服務網，於「查驗通知信」輸入查驗碼，即可確認本信真偽。\n",
        family = family.label().zh,
        until = roc::long(until),
    )
}
