//! Issuing an approved batch: numbers, sealed records, leaves and events in one transaction.

use super::prepare::with_number;
use crate::draw::{Drawn, Secret, draw};
use crate::error::refuse;
use crate::model::{Issued, Numbering, Paper};
use crate::{OrdersError, amend, field, store};
use db::{CopyRows, Tx};
use kernel::{AgencyCode, DocumentNumber, PersonId, Refusal, office_date, roc};
use register::log::Staged;
use seal::CmsFault;
use seal::approval;
use seal::keys::{AgencyKeys, Event};
use seal::record::{Field, Hash, Scribe, Sealed};
use seal::summary::Summary;
use std::borrow::Cow;
use time::OffsetDateTime;
use tlog::issuer::Statement;
use tlog::leaf::Kind;

/// An approval as it comes from the approver's card, with the papers it is about.
pub struct Batch<'a> {
    /// The reference under which the batch was prepared.
    pub reference: &'a str,
    /// The authority.
    pub agency: &'a AgencyCode,
    /// The papers, as they were prepared and in the same order.
    pub papers: &'a [Paper],
    /// One number each, or one for all.
    pub numbering: Numbering,
    /// Who approves, and the fingerprint of the card the person signed in with.
    pub approver: (PersonId, [u8; 32]),
    /// In whose place, if the approver is a deputy.
    pub acting_for: Option<PersonId>,
    /// The card's answer: CMS with the statement inside.
    pub cms: &'a [u8],
    /// The authority's keys.
    pub keys: &'a AgencyKeys,
    /// When.
    pub now: OffsetDateTime,
}

/// Issues the batch within the caller's transaction. Orders come back in the order of the papers.
///
/// Whatever fails, nothing is kept once the caller's transaction is dropped: number, record, leaf and event live in it together.
///
/// # Errors
/// Refusals: issued before or never prepared, changed since it was shown, card or signature not good, an amendment no longer possible.
pub async fn issue(tx: &mut Tx, batch: &Batch<'_>) -> Result<Vec<Issued>, OrdersError> {
    let secret = take_prepared(tx, batch).await?;
    let statement = key_statement(tx, batch).await?;
    let mut work = Work::new(batch, &secret, &statement);
    work.check_approval()?;
    let numbers = take_numbers(tx, batch).await?;
    let roots: Vec<u8> = work.content_roots().concat();
    let approval = store::approval_insert(tx, batch, &roots).await?;
    let electronic =
        crate::delivery::electronic_persons(tx, batch.agency, batch.papers, office_date(batch.now)).await?;
    let issued =
        work.seal(approval, &numbers, |paper| paper.family.is_electronic() && electronic.contains(&paper.person))?;
    let amended = amendment_leaves(tx, batch, &issued, &work.leaves).await?;
    let Work { rows, deliveries, mut leaves, .. } = work;
    leaves.extend(amended);
    store::issued_copy(tx, rows).await?;
    crate::delivery::store::delivery_copy(tx, deliveries).await?;
    register::log::stage(tx, &leaves).await.map_err(|fault| match fault {
        // Between our look at the old order and the lock somebody else changed it.
        register::Fault::NotNewest(_) => OrdersError::Refused(changed()),
        other => other.into(),
    })?;
    register::log::wake(tx).await?;
    let ids: Vec<String> = issued.iter().map(|order| order.id.to_string()).collect();
    db::events(tx, batch.now, "OrderSealed", &ids).await?;
    Ok(issued)
}

/// The authority's key statement; it must be the statement of the keys at hand. It also says whose cards may approve: what a stranger
/// will hold the approval against is what it is held against here.
async fn key_statement(tx: &mut Tx, batch: &Batch<'_>) -> Result<Statement, OrdersError> {
    let issuer = register::log::issuer_of(tx, batch.agency.as_str()).await?;
    let statement = issuer.map(|issuer| issuer.statement).filter(|s| s.seal_key == batch.keys.seal_key());
    Ok(statement.ok_or_else(|| no_keys(batch.agency))?)
}

pub(crate) fn no_keys(agency: &AgencyCode) -> Refusal {
    Refusal::new(
        "orders/no-keys",
        format!("機關「{agency}」尚未建立簽章金鑰，請洽系統管理者。"),
        format!("Agency {agency} has no sealing keys yet. Please ask the operator."),
    )
}

async fn take_prepared(tx: &mut Tx, batch: &Batch<'_>) -> Result<Secret, OrdersError> {
    let Some((secret, size)) = store::prepared_take(tx, batch.reference).await? else {
        return refuse(Refusal::new(
            "orders/not-prepared",
            "本案已由他人核定，或尚未開啟核定畫面，請重新整理後再辦理。",
            "This case was approved by somebody else or was not opened for approval. Please reload.",
        ));
    };
    if usize::try_from(size).ok() != Some(batch.papers.len()) {
        return refuse(changed());
    }
    Ok(secret.try_into().expect("the table admits 32 bytes only"))
}

fn changed() -> Refusal {
    Refusal::new(
        "orders/changed-since-shown",
        "本案內容於開啟核定畫面後已變更，請重新檢視後再核定。",
        "The case changed after it was shown for approval. Please look at it again.",
    )
}

/// A good card all the same: it signs in. Whoever holds it has to know what to do now.
fn rsa_card() -> Refusal {
    Refusal::new(
        "orders/rsa-card",
        "此卡的金鑰為RSA，可用於登入，但不能用於核定：令須能由任何人長期查驗，核定簽章僅接受P-256金鑰。請改以P-256金鑰之憑證卡片登入後核定（換發請洽原發卡機構），         或請假由職務代理人以其卡片代理核定。本案未變更。",
        "The key of this card is RSA. It signs in but cannot approve: an approval is checked by anybody for many years, and only P-256 keys are          taken for it. Sign in with a card whose key is P-256 (its issuer can replace yours), or let your deputy approve while you are away.          Nothing was changed.",
    )
}

/// The number of each paper and its part, in the order of the papers.
async fn take_numbers(tx: &mut Tx, batch: &Batch<'_>) -> Result<Vec<(DocumentNumber, u16, u16)>, OrdersError> {
    let head = store::word_of(tx, batch.agency).await?;
    let Some(word) = head.filter(|word| !word.is_empty()) else {
        return refuse(Refusal::new(
            "orders/no-word",
            "尚未設定機關之發文字，請先於「機關設定」填寫。",
            "The document word of the agency is not set. Please fill in the agency settings.",
        ));
    };
    let roc_year = roc::year(office_date(batch.now));
    let count = match batch.numbering {
        Numbering::OneEach => batch.papers.len(),
        Numbering::OneForAll => 1,
    };
    let count = i32::try_from(count).expect("at most PAPERS_MAX");
    let first = store::series_take(tx, batch.agency, &word, roc_year, count).await?;
    let parts = u16::try_from(batch.papers.len()).expect("at most PAPERS_MAX");
    let number = |ordinal: u16| {
        let (serial, part, parts) = match batch.numbering {
            Numbering::OneEach => (first.unsigned_abs() + u32::from(ordinal), 1, 1),
            Numbering::OneForAll => (first.unsigned_abs(), ordinal + 1, parts),
        };
        DocumentNumber::new(word.clone(), roc_year, serial).map(|number| (number, part, parts))
    };
    let numbers: Result<Vec<_>, _> = (0..parts).map(number).collect();
    numbers.map_err(|fault| OrdersError::Refused(Refusal::from_text("orders/bad-number", fault.text())))
}

/// The second leaf of a changing order: it stands under the id of the order that is changed and points to its last leaf.
async fn amendment_leaves(
    tx: &mut Tx,
    batch: &Batch<'_>,
    issued: &[Issued],
    own: &[Staged],
) -> Result<Vec<Staged>, OrdersError> {
    let mut leaves = Vec::new();
    for (order, Staged { issuer, commitment, .. }) in issued.iter().zip(own) {
        let Some((old, amendment)) = order.amends else { continue };
        let changed = store::issued_fetch(tx, old).await?;
        changed.as_ref().map_or(Ok(()), crate::erasure::intact)?;
        let events = register::log::events(tx, &old.0).await?;
        let kind = amend(super::read::standing_of(&events), amendment)?;
        let newest = events.last().and_then(|event| event.entry);
        let prev = newest.ok_or_else(|| OrdersError::Damaged(old, "it has no leaf".into()))?.leaf.hash();
        let event = Event { kind, issuer: *issuer, id: old.0, commitment: *commitment, prev };
        leaves.push(staged(&event, batch.keys.sign_event(&event)?.auth));
    }
    Ok(leaves)
}

/// The sealing of one batch: pure computing, then rows ready to be copied.
struct Work<'a> {
    batch: &'a Batch<'a>,
    secret: &'a Secret,
    issuer: u16,
    card_ca: Hash,
    scribe: Scribe,
    rows: CopyRows,
    deliveries: CopyRows,
    leaves: Vec<Staged>,
}

impl<'a> Work<'a> {
    fn new(batch: &'a Batch<'a>, secret: &'a Secret, statement: &Statement) -> Self {
        Self {
            batch,
            secret,
            issuer: statement.issuer,
            card_ca: statement.card_ca,
            scribe: Scribe::default(),
            rows: CopyRows::new(),
            deliveries: CopyRows::new(),
            leaves: Vec::with_capacity(batch.papers.len()),
        }
    }

    fn draw(&self, ordinal: usize, fields: usize) -> Drawn {
        draw(self.secret, u32::try_from(ordinal).expect("at most PAPERS_MAX"), fields)
    }

    fn content_roots(&mut self) -> Vec<Hash> {
        let mut roots = Vec::with_capacity(self.batch.papers.len());
        for (ordinal, paper) in self.batch.papers.iter().enumerate() {
            let fields = with_number(paper, String::new(), String::new());
            let drawn = self.draw(ordinal, fields.len());
            roots.push(self.scribe.content_root(&fields, &drawn.salts));
        }
        roots
    }

    /// The card signed just these papers, it is the card the approver signed in with, and it is good.
    fn check_approval(&mut self) -> Result<(), OrdersError> {
        let batch = self.batch;
        let statement = approval::Batch::new(&self.content_roots()).statement(batch.agency.as_str(), batch.reference);
        let statement = statement.by_deputy(batch.acting_for.is_some());
        let signed = match approval::accept(batch.cms, &statement, self.card_ca, batch.now) {
            Ok(signed) => signed,
            Err(approval::ApprovalFault::Statement) => return refuse(changed()),
            Err(approval::ApprovalFault::Cms(CmsFault::RsaKey)) => return refuse(rsa_card()),
            Err(fault) => return refuse(Refusal::from_text("orders/bad-signature", fault.text())),
        };
        if signed.certificate.fingerprint != batch.approver.1 {
            return refuse(Refusal::new(
                "orders/other-card",
                "簽章之憑證與登入之憑證不同，請使用同一張卡片核定。",
                "The signing card is not the card you signed in with. Please use the same card.",
            ));
        }
        Ok(())
    }

    fn seal(
        &mut self,
        approval: i64,
        numbers: &[(DocumentNumber, u16, u16)],
        electronic: impl Fn(&Paper) -> bool,
    ) -> Result<Vec<Issued>, OrdersError> {
        let issued_on = office_date(self.batch.now);
        let mut issued = Vec::with_capacity(numbers.len());
        for (ordinal, (paper, (number, part, parts))) in self.batch.papers.iter().zip(numbers).enumerate() {
            let fields = with_number(paper, number.to_string(), issued_on.to_string());
            let drawn = self.draw(ordinal, fields.len());
            let sealed = self.scribe.seal(&fields, &drawn.salts, &summary(&fields, &paper.masked_id));
            let order = Issued {
                id: drawn.id,
                agency: *self.batch.agency,
                number: number.clone(),
                part: (*part, *parts),
                person: paper.person,
                family: paper.family,
                issued_on,
                sealed_at: self.batch.now,
                fields,
                amends: paper.amends,
                masked_id: paper.masked_id.clone(),
                erased_at: None,
            };
            self.write(&order, ordinal, approval, &drawn, &sealed)?;
            self.write_delivery(&order, paper, electronic(paper));
            issued.push(order);
        }
        Ok(issued)
    }

    fn write(
        &mut self,
        order: &Issued,
        ordinal: usize,
        approval: i64,
        drawn: &Drawn,
        sealed: &Sealed,
    ) -> Result<(), OrdersError> {
        let id = order.id.0;
        let event = Event { kind: Kind::Issue, issuer: self.issuer, id, commitment: sealed.commitment, prev: [0; 32] };
        let signed = self.batch.keys.sign_event(&event)?;
        self.leaves.push(staged(&event, signed.auth));
        let pairs: Vec<(&str, &str)> = order.fields.iter().map(|f| (f.name.as_ref(), f.value.as_str())).collect();
        let fields = serde_json::to_string(&pairs).expect("texts are JSON");
        let row = &mut self.rows;
        row.plain(store::uuid(order.id)).text(order.agency.as_str()).plain(self.issuer).text(order.family.code());
        row.text(order.number.word()).plain(order.number.roc_year()).plain(order.number.serial());
        row.plain(order.part.0).plain(order.part.1).plain(order.person).plain(approval).plain(ordinal);
        row.plain(order.issued_on).text(&timestamp(order.sealed_at));
        match order.amends {
            Some((old, amendment)) => row.plain(store::uuid(old)).text(amendment.code()),
            None => row.null().null(),
        };
        row.text(&fields)
            .text(&order.masked_id)
            .bytes(drawn.salts.as_bytes())
            .bytes(&drawn.view_key)
            .bytes(&signed.signature);
        row.end();
        Ok(())
    }

    fn write_delivery(&mut self, order: &Issued, paper: &Paper, electronic: bool) {
        let row = &mut self.deliveries;
        row.plain(store::uuid(order.id)).text(order.agency.as_str()).plain(order.person);
        row.text(if electronic { "inbox" } else { "paper" });
        match paper.email.as_ref().filter(|_| electronic) {
            Some(email) => row.text(email.expose()),
            None => row.null(),
        };
        row.end();
    }
}

const fn staged(event: &Event, auth: Hash) -> Staged {
    let Event { kind, issuer, id, commitment, prev } = *event;
    Staged { kind, issuer, id, commitment, prev, auth }
}

fn timestamp(at: OffsetDateTime) -> String {
    at.format(&time::format_description::well_known::Rfc3339).expect("a time of our clock has an RFC 3339 form")
}

/// The summary of an order: what is printed large, with the id masked.
pub(crate) fn summary<'a>(fields: &'a [Field], masked_id: &'a str) -> Summary<'a> {
    let text = |name: &str| fields.iter().find(|field| field.name == name).map_or("", |field| field.value.as_str());
    let serving = [text(field::SERVING_AGENCY), text(field::SERVING_UNIT), text(field::TITLE)];
    let serving: Vec<&str> = serving.into_iter().filter(|part| !part.is_empty()).collect();
    Summary { masked_id: Cow::Borrowed(masked_id), serving: Cow::Owned(serving.join(" ")), ..Summary::of(fields) }
}
