//! Mail that tells people at once what an office did in their name, wherever they serve: whoever does something behind somebody's back may
//! have typed one of the addresses, but not all of them.

use crate::App;
use access::Mandate;
use kernel::{PersonId, roc};
use readlog::{Purpose, Read, Reader, Via};
use std::collections::BTreeSet;
use webkit::WebError;

/// A subject and a text. Neither names anybody: a mail is read by whoever has the mailbox.
type Words = (String, String);

/// A card was registered for somebody.
///
/// # Errors
/// When the database is away.
pub async fn of_card(app: &App, person: PersonId) -> Result<(), WebError> {
    let at = roc::long(app.today());
    let subject = "憑證卡片登記通知 (非社交工程演練)".to_owned();
    let body = format!(
        "您好：\n\n{at}，一張憑證卡片已登記為您的卡片，持卡人即能以您的身分登入。\n\
         如非您本人所為，請立即通知服務機關人事人員終止該卡片。\n"
    );
    mail(app, person, (subject, body), "通知憑證卡片之登記").await
}

/// A mandate was given in somebody's name before an officer.
///
/// # Errors
/// When the database is away.
pub async fn of_witnessed_mandate(app: &App, person: PersonId) -> Result<(), WebError> {
    let at = roc::long(app.today());
    let subject = "服務代理人委任受理通知 (非社交工程演練)".to_owned();
    let body = format!(
        "您好：\n\n{at}，人事人員受理一件以您為委任人之服務代理人委任（臨櫃或書面）。\n\
         如非您本人所為，請登入平臺於「我的資料」之「服務代理人」撤回，或立即通知服務機關人事人員。\n"
    );
    mail(app, person, (subject, body), "通知委任之受理").await
}

/// Somebody took up a mandate that was given before an officer.
///
/// # Errors
/// When the database is away.
pub async fn of_taken_mandate(app: &App, mandate: &Mandate) -> Result<(), WebError> {
    let at = roc::long(app.today());
    let subject = "服務代理人接受委任通知 (非社交工程演練)".to_owned();
    let body = format!(
        "您好：\n\n{at}，服務代理人已接受您臨櫃或書面之委任，於您以憑證確認前，僅能查閱受理機關之資料。\n\
         請登入平臺於「我的資料」之「服務代理人」確認；如非您本人所為，請撤回並通知服務機關人事人員。\n"
    );
    mail(app, mandate.principal.0, (subject, body), "通知委任之接受").await
}

/// What an order of somebody says was destroyed. The mail names the number only.
///
/// # Errors
/// When the database is away.
pub async fn of_erasure(app: &App, erasure: &orders::Erasure) -> Result<(), WebError> {
    let at = roc::long(app.today());
    let subject = "令之內容銷毀通知 (非社交工程演練)".to_owned();
    let body = format!(
        "您好：\n\n{at}，您的一份令（{}）之內容已由原發文機關依「{}」銷毀，登錄事實仍可查證。\n\
         您自行保存之PDF或資料檔不受影響。詳情請登入平臺於「我的資料」查閱；如有疑義，請洽原發文機關。\n",
        erasure.number, erasure.basis
    );
    mail(app, erasure.person, (subject, body), "通知令之內容銷毀").await
}

async fn mail(app: &App, person: PersonId, (subject, body): Words, why: &str) -> Result<(), WebError> {
    let addresses = addresses(app, person).await?;
    if addresses.is_empty() {
        return Ok(());
    }
    let (reader, purpose) = (Reader::system("即時通知"), Purpose::new("tell", why));
    let read = Read {
        at: app.now(),
        reader: &reader,
        subjects: &[person],
        purpose: &purpose,
        fields: &["電子郵件"],
        via: Via::Job("tell"),
        request: "",
    };
    let logged = readlog::record(&app.db, app.random.as_ref(), &read).await;
    logged.map_err(WebError::fault("write the read log"))?;
    let mut tx = app.db.begin().await.map_err(WebError::fault("reach the database"))?;
    for address in &addresses {
        let queued = orders::queue_mail(&mut tx, app.random.as_ref(), person, address, (&subject, &body), app.now());
        queued.await.map_err(WebError::fault("queue a mail"))?;
    }
    tx.commit().await.map_err(WebError::fault("queue a mail"))
}

/// Each address under which an agency where the person serves knows them, once.
async fn addresses(app: &App, person: PersonId) -> Result<BTreeSet<String>, WebError> {
    let entries = personnel::entries(&app.db, person).await.map_err(WebError::fault("find where a person serves"))?;
    let serving = entries.into_iter().filter(|entry| entry.left_on.is_none());
    Ok(serving.filter_map(|entry| entry.email).collect())
}
