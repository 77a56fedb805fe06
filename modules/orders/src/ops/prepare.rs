//! Preparing a batch for the approver's card.

use crate::draw::{Secret, draw};
use crate::error::refuse;
use crate::model::Paper;
use crate::{OrdersError, PAPERS_MAX, field, store};
use db::Tx;
use kernel::{AgencyCode, Random, Refusal};
use seal::approval;
use seal::record::{Field, Hash, Scribe};
use time::OffsetDateTime;

/// A batch ready to be signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prepared {
    /// The bytes the card signs (docs/verification.md, section 3).
    pub statement: Vec<u8>,
    /// How many papers they cover.
    pub size: usize,
}

/// Fixes what the approver will sign for `papers`, in their order; `acting` if it is a deputy of the head. Preparing again replaces what was prepared before.
///
/// # Errors
/// A refusal when there is nothing to approve or too much at once.
pub async fn prepare(
    tx: &mut Tx,
    random: &dyn Random,
    reference: &str,
    agency: &AgencyCode,
    papers: &[Paper],
    acting: bool,
    now: OffsetDateTime,
) -> Result<Prepared, OrdersError> {
    check_size(papers)?;
    let mut secret: Secret = [0; 32];
    random.fill(&mut secret);
    let statement = approval::Batch::new(&content_roots(&secret, papers)).statement(agency.as_str(), reference);
    let statement = statement.by_deputy(acting);
    let size = i32::try_from(papers.len()).expect("at most PAPERS_MAX");
    store::prepared_upsert(tx, (reference, agency), &secret, size, now).await?;
    Ok(Prepared { statement: statement.canonical().into_bytes(), size: papers.len() })
}

fn check_size(papers: &[Paper]) -> Result<(), OrdersError> {
    if papers.is_empty() {
        return refuse(Refusal::new(
            "orders/empty-batch",
            "本案沒有可核定之人員。",
            "There is nobody in this case to approve.",
        ));
    }
    if papers.len() > PAPERS_MAX {
        return refuse(Refusal::new(
            "orders/batch-too-large",
            format!("一次核定以{PAPERS_MAX}人為限，本案{}人，請分案辦理。", papers.len()),
            format!("One approval covers at most {PAPERS_MAX} people; this case has {}.", papers.len()),
        ));
    }
    Ok(())
}

/// Number and date stand first in the record and are filled in at sealing; they do not count for the content root.
pub(crate) fn with_number(paper: &Paper, number: String, issued_on: String) -> Vec<Field> {
    let mut fields = Vec::with_capacity(paper.fields.len() + 2);
    fields.push(Field::new(field::DOCUMENT_NUMBER, number));
    fields.push(Field::new(field::ISSUED_ON, issued_on));
    fields.extend(paper.fields.iter().cloned());
    fields
}

fn content_roots(secret: &Secret, papers: &[Paper]) -> Vec<Hash> {
    let mut scribe = Scribe::default();
    let root = |(ordinal, paper): (usize, &Paper)| {
        let fields = with_number(paper, String::new(), String::new());
        let ordinal = u32::try_from(ordinal).expect("at most PAPERS_MAX");
        scribe.content_root(&fields, &draw(secret, ordinal, fields.len()).salts)
    };
    papers.iter().enumerate().map(root).collect()
}
