//! Notice mail: queued in the transaction of the delivery, written to the outbox folder afterwards, genuine by its code.

use super::store;
use crate::OrdersError;
use db::{Db, Tx};
use kernel::{OrderId, PersonId, Random};
use lettre::Message;
use lettre::message::Mailbox;
use lettre::message::header::ContentType;
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::Path;
use time::OffsetDateTime;

/// Letters and digits that are not mistaken for one another when read from a screen and typed.
const CODE_ALPHABET: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
/// Characters of a code: 60 bits of chance.
const CODE_CHARS: usize = 12;
/// Most mails written in one pass.
const PASS_MAX: i64 = 500;
/// Who the mails are from. One fixed sender, so that people learn to know it.
const SENDER: &str = "MYDATA@renshi.example";

/// A mail that was found genuine.
#[derive(Clone, Debug)]
pub struct Genuine {
    /// Its subject.
    pub subject: String,
    /// When it was queued.
    pub queued_at: OffsetDateTime,
    /// The order it announced.
    pub order: Option<OrderId>,
}

/// A fresh code, in groups of four.
pub(crate) fn draw_code(random: &dyn Random) -> String {
    let mut bytes = [0; CODE_CHARS];
    random.fill(&mut bytes);
    let letters = bytes.map(|byte| char::from(CODE_ALPHABET[usize::from(byte) % CODE_ALPHABET.len()]));
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// What a typed code may look like: case, spaces and dashes do not matter.
fn normalise(typed: &str) -> String {
    let letters: Vec<char> =
        typed.chars().filter(|c| c.is_ascii_alphanumeric()).map(|c| c.to_ascii_uppercase()).collect();
    let groups: Vec<String> = letters.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

/// The mail to this person that carries this code, if we sent one.
///
/// # Errors
/// When the database is away.
pub async fn check_code(db: &Db, person: PersonId, typed: &str) -> Result<Option<Genuine>, OrdersError> {
    let found = store::mail_by_code(&mut db.begin().await?, person, &normalise(typed)).await?;
    Ok(found.map(|(subject, queued_at, order)| Genuine {
        subject,
        queued_at,
        order: order.map(crate::store::order_id),
    }))
}

/// Queues a mail to an official of the platform's own work (a reminder), with subject and text.
///
/// # Errors
/// When the database refuses.
pub async fn queue_mail(
    tx: &mut Tx,
    random: &dyn Random,
    person: PersonId,
    address: &str,
    (subject, text): (&str, &str),
    now: OffsetDateTime,
) -> Result<(), OrdersError> {
    let code = draw_code(random);
    let body = format!("{text}\n查驗碼：{code}\n");
    let mail = store::NewMail { code: &code, person, order: None, address, subject, body: &body };
    store::mail_insert(tx, &mail, now).await?;
    Ok(())
}

/// Writes waiting mails into `folder`, one file each, and marks them sent. Returns how many.
///
/// A crash between writing and marking writes the same file again under the same name.
///
/// # Errors
/// When the folder cannot be written or the database is away; the mails wait then.
pub async fn spool(db: &Db, folder: &Path, now: OffsetDateTime) -> Result<usize, OrdersError> {
    let mut tx = db.begin().await?;
    let waiting = store::mail_waiting(&mut tx, PASS_MAX).await?;
    let mut sent = Vec::with_capacity(waiting.len());
    for (id, address, subject, body, queued_at) in &waiting {
        let Some(message) = compose(address, subject, body, *queued_at) else {
            // An address no mail can go to must not hold up the others; the order is in the inbox all the same.
            tracing::warn!(mail = id, "a notice mail has no usable address");
            sent.push(*id);
            continue;
        };
        write(folder, *id, &message).map_err(|error| OrdersError::Paper(Box::new(error)))?;
        sent.push(*id);
    }
    store::mail_sent(&mut tx, &sent, now).await?;
    tx.commit().await?;
    Ok(sent.len())
}

/// Whether a mail can go to this address.
pub(crate) fn is_address(address: &str) -> bool {
    address.parse::<Mailbox>().is_ok()
}

fn compose(address: &str, subject: &str, body: &str, at: OffsetDateTime) -> Option<Vec<u8>> {
    let to: Mailbox = address.parse().ok()?;
    let from: Mailbox = SENDER.parse().expect("the sender is a mail address");
    let message = Message::builder()
        .from(from)
        .to(to)
        .date(std::time::SystemTime::from(at))
        .subject(subject)
        .header(ContentType::TEXT_PLAIN)
        .body(body.to_owned());
    Some(message.ok()?.formatted())
}

/// The owner writes and the group, which is the mail system's, reads: a notice names its reader's address.
fn write(folder: &Path, id: i64, message: &[u8]) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o750).create(folder)?;
    let unfinished = folder.join(format!(".{id:08}.tmp"));
    let mut file = std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o640).open(&unfinished)?;
    file.write_all(message)?;
    std::fs::rename(unfinished, folder.join(format!("{id:08}.eml")))
}

/// Removes the file of a mail, if it is still in the folder.
pub(crate) fn forget(folder: &Path, id: i64) -> std::io::Result<()> {
    match std::fs::remove_file(folder.join(format!("{id:08}.eml"))) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::{compose, draw_code, normalise};
    use kernel::SeededRandom;

    #[test]
    fn a_code_is_found_however_it_is_typed() {
        let code = draw_code(&SeededRandom::new(1));
        assert_eq!(code.len(), 14);
        assert_eq!(normalise(&code.to_lowercase().replace('-', " ")), code);
    }

    #[test]
    fn an_address_that_would_break_out_of_its_header_makes_no_mail() {
        let at = time::macros::datetime!(2026-11-23 08:00 UTC);
        assert!(compose("a@example.gov.tw\r\nBcc: b@example.com", "令", "內容", at).is_none());
        let mail = String::from_utf8(compose("a@example.gov.tw", "令", "內容", at).unwrap()).unwrap();
        assert!(mail.contains("To: a@example.gov.tw"), "{mail}");
    }
}
