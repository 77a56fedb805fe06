//! Binding a card to a person: a code from the personnel office, the card that answered, and the fragment of the national id in its
//! certificate must belong together.

mod store;

use crate::ops::hash;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use db::{Db, DbError, Tx};
use kernel::{AgencyCode, PersonId, Random, Refusal};
use seal::CardSigned;
use time::{Duration, OffsetDateTime};

pub use store::{CardsOf, OpenCode, RegisteredCard};

/// Days for which a code counts. A promise of this service, not of any law.
pub const CODE_DAYS_MAX: i64 = 7;
/// Wrong codes one card may try within a day.
pub const WRONG_CODES_MAX: i32 = 5;
/// Minutes a card that answered waits for its code.
const TICKET_MINUTES_MAX: i64 = 15;
/// Hours after which wrong codes are forgotten.
const WRONG_HOURS: i64 = 24;
/// Digits and letters that are not taken for one another.
const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a code: 60 bits.
const CODE_LENGTH: usize = 12;

/// For whom a code is given out.
#[derive(Clone, Copy, Debug)]
pub struct NewCode<'a> {
    /// The person.
    pub person: PersonId,
    /// The person's name, as it will be shown when they are signed in.
    pub holder: &'a str,
    /// The last four characters of the person's national id.
    pub fragment: &'a str,
    /// The agency that gives it out: the card is listed and ended there.
    pub agency: &'a AgencyCode,
    /// The officer.
    pub by: PersonId,
}

/// Gives out a code for a person's card; one the agency had given out before counts no longer. The code is returned here and can never be read again.
///
/// # Errors
/// When the database refuses.
pub async fn issue_code(
    tx: &mut Tx,
    random: &dyn Random,
    new: &NewCode<'_>,
    now: OffsetDateTime,
) -> Result<String, DbError> {
    store::code_withdraw(tx, (new.agency, new.person), now).await?;
    let code = draw(random);
    let digests = (code_hash(&code), fragment_hash(&code, new.fragment));
    store::code_insert(tx, new, digests, now, now + Duration::days(CODE_DAYS_MAX)).await?;
    let payload = serde_json::json!({ "by": new.by.to_string() });
    db::event(tx, now, "CardCodeIssued", &new.person.to_string(), &payload).await?;
    Ok(format!("{}-{}-{}", &code[..4], &code[4..8], &code[8..]))
}

/// Withdraws the code an agency has open for a person. False if there is none.
///
/// # Errors
/// When the database refuses.
pub async fn withdraw_code(
    tx: &mut Tx,
    agency: &AgencyCode,
    person: PersonId,
    now: OffsetDateTime,
) -> Result<bool, DbError> {
    let withdrawn = store::code_withdraw(tx, (agency, person), now).await?;
    if withdrawn {
        db::event(tx, now, "CardCodeWithdrawn", &person.to_string(), &serde_json::json!({})).await?;
    }
    Ok(withdrawn)
}

/// The cards an agency registered for a person, the ended ones too, and the code it has open. What other agencies registered is no part of
/// it: the answer is the same whether or not the person has cards elsewhere.
///
/// # Errors
/// When the database is away.
pub async fn cards_of(db: &Db, agency: &AgencyCode, person: PersonId, now: OffsetDateTime) -> Result<CardsOf, DbError> {
    store::cards_of(db.pool(), (agency, person), now).await
}

/// What stands on the page for a card whose answer `cms` was good and which is nobody's yet; only whoever sent the answer knows it.
#[must_use]
pub fn ticket(cms: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(hash(&[b"renshi-card-ticket/1\n", cms].concat()))
}

/// The card gave this good and fresh answer and waits for its code. `fragment_asked`: its authority's cards carry a fragment.
pub(crate) async fn wait_for_code(
    db: &Db,
    cms: &[u8],
    card: &CardSigned,
    fragment_asked: bool,
    now: OffsetDateTime,
) -> Result<(), DbError> {
    let ticket = hash(ticket(cms).as_bytes());
    let forgotten = now - Duration::hours(WRONG_HOURS);
    store::pending_put(db.pool(), card, &ticket, fragment_asked, (now, forgotten)).await
}

/// Removes cards that wait no longer, once their wrong codes are forgotten.
pub(crate) async fn sweep(db: &Db, now: OffsetDateTime) -> Result<u64, DbError> {
    let before = (now - Duration::minutes(TICKET_MINUTES_MAX), now - Duration::hours(WRONG_HOURS));
    store::pending_sweep(db.pool(), before).await
}

/// Why a card was not bound. Never says which of code, fragment and card did not fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BindRefusal {
    /// The card answered too long ago, or never.
    StaleTicket,
    /// Code, card and person do not belong together, or the code counts no longer.
    WrongCode,
    /// Too many wrong codes with this card.
    TooMany,
    /// Nothing in the card says whose it is, so that a code alone would bind anybody's.
    NoFragment,
}

impl BindRefusal {
    /// The refusal as shown on the page.
    #[must_use]
    pub fn refusal(self) -> Refusal {
        match self {
            Self::StaleTicket => Refusal::new(
                "access/stale-ticket",
                "卡片驗證逾時，請重新登入後再輸入登記碼。",
                "Your card answered too long ago. Please sign in again and enter the code then.",
            ),
            Self::WrongCode => Refusal::new(
                "access/wrong-code",
                "登記碼與此卡片不符，或登記碼已失效。請確認後重新輸入，或洽服務機關人事人員。",
                "The code does not belong to this card, or no longer counts. Please check it, or ask your personnel office.",
            ),
            Self::TooMany => Refusal::new(
                "access/too-many-codes",
                "此卡片輸入錯誤次數過多，請於一日後再試，或洽服務機關人事人員。",
                "Too many wrong codes with this card. Please try again in a day, or ask your personnel office.",
            ),
            Self::NoFragment => Refusal::new(
                "access/no-fragment",
                "此類卡片未載明持卡人身分，不能以登記碼登記。請洽服務機關人事人員，由系統管理者登記。",
                "A card of this kind does not say whose it is and cannot be registered with a code. Please ask your personnel office \
                 to have the operator register it.",
            ),
        }
    }
}

/// Binds the card that waits under `ticket` to the person for whom `code` was given out.
///
/// # Errors
/// When the database is away.
pub async fn bind_card(
    db: &Db,
    ticket: &str,
    code: &str,
    now: OffsetDateTime,
) -> Result<Result<PersonId, BindRefusal>, DbError> {
    let mut tx = db.begin().await?;
    let since = now - Duration::minutes(TICKET_MINUTES_MAX);
    let Some(card) = store::pending_lock(&mut tx, &hash(ticket.as_bytes()), since).await? else {
        return Ok(Err(BindRefusal::StaleTicket));
    };
    if !card.fragment_asked {
        return Ok(Err(BindRefusal::NoFragment));
    }
    let forgotten = now - Duration::hours(WRONG_HOURS);
    let wrong = if card.wrong_since.is_some_and(|since| since > forgotten) { card.wrong } else { 0 };
    if wrong >= WRONG_CODES_MAX {
        return Ok(Err(BindRefusal::TooMany));
    }
    let code = normal(code);
    // Where the authority's cards carry a fragment and this one does not, nothing fits.
    let fits = |kept: &[u8]| card.fragment.as_ref().is_some_and(|fragment| fragment_hash(&code, fragment) == kept);
    let found = store::code_lock(&mut tx, &code_hash(&code), now).await?.filter(|found| fits(&found.fragment_hash));
    let bound = match &found {
        Some(found) => store::card_bind(&mut tx, &card.fingerprint, found, now).await?,
        None => false,
    };
    let outcome = match found {
        Some(found) if bound => {
            db::event(&mut tx, now, "CardRegistered", &found.person.to_string(), &serde_json::json!({})).await?;
            Ok(found.person)
        }
        _ => {
            store::pending_wrong(&mut tx, &card.fingerprint, wrong + 1, now).await?;
            tracing::warn!(code = "access/wrong-code", number = 171, "a card was not bound");
            Err(BindRefusal::WrongCode)
        }
    };
    tx.commit().await?;
    Ok(outcome)
}

fn draw(random: &dyn Random) -> String {
    let mut bytes = [0; CODE_LENGTH];
    random.fill(&mut bytes);
    // 256 is a multiple of 32: every character is as likely as any other.
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

/// As it was drawn: without separators, in capitals, with what looks alike taken for what was meant.
fn normal(code: &str) -> String {
    let plain = code.chars().filter(|c| !c.is_whitespace() && *c != '-').map(|c| c.to_ascii_uppercase());
    let meant = plain.map(|c| match c {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    meant.take(CODE_LENGTH + 1).collect()
}

fn code_hash(code: &str) -> [u8; 32] {
    hash(format!("renshi-card-code/1\n{code}").as_bytes())
}

fn fragment_hash(code: &str, fragment: &str) -> [u8; 32] {
    hash(format!("renshi-card-fragment/1\n{code}\n{}", fragment.to_ascii_uppercase()).as_bytes())
}
