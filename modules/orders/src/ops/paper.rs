//! The paper of an order: the 令 as PDF/A-3a with the bundle inside, signed by the agency.

use crate::model::{Amendment, Issued};
use crate::{OrdersError, field};
use kernel::{OrderId, roc};
use pdf::{Attachment, Backdrop, MODULE_MM_MIN, Picture, Press, Relationship, qr_svg};
use seal::keys::AgencyKeys;
use seal::pades::{PadesFault, Seal, sign};
use serde_json::{Value, json};
use time::{OffsetDateTime, UtcOffset};

/// The template: parts shared by all papers, then the 令.
const TEMPLATE: &str = concat!(include_str!("../../templates/parts.typ"), include_str!("../../templates/order.typ"));
/// The template of the list on which people sign for orders handed over.
const RECEIPTS: &str =
    concat!(include_str!("../../templates/parts.typ"), include_str!("../../templates/service-record.typ"));

/// What a paper shows beside the order itself.
#[derive(Clone, Copy, Debug)]
pub struct PaperSetting<'a> {
    /// Address of the QR code, from [`crate::address`].
    pub address: &'a str,
    /// Written across each page: the platform's mark, or 示範資料.
    pub watermark: &'a str,
    /// A line above the paper, where it is not to be taken for a real one; empty otherwise.
    pub banner: &'a str,
    /// When this copy is made.
    pub now: OffsetDateTime,
}

/// Prints and signs an order. Takes some 20 ms of one core and blocks: call it where blocking is allowed.
///
/// # Errors
/// When a character of the text is in no installed font, or the PDF cannot be written or signed.
pub fn paper_pdf(
    press: &Press,
    keys: &AgencyKeys,
    order: &Issued,
    bundle: &[u8],
    setting: PaperSetting<'_>,
) -> Result<Vec<u8>, OrdersError> {
    let qr = qr_svg(setting.address, MODULE_MM_MIN).map_err(wrap)?;
    let title = format!("{}令 {}", order.text(field::ISSUING_AGENCY), order.number);
    let taipei = UtcOffset::from_hms(8, 0, 0).expect("eight hours is a valid offset");
    let made_at = setting.now.to_offset(taipei);
    let paper = pdf::Paper {
        template: TEMPLATE,
        data: &data(order, setting),
        pictures: &[Picture {
            name: "qr", svg: &qr.svg, width_mm: qr.side_mm, alt: "查驗用二維條碼，內容為查驗網址"
        }],
        attachments: &[Attachment {
            name: "order.json",
            mime: "application/json",
            data: bundle,
            description: "查驗用資料（本令之內容、簽章及登錄證明）",
            relationship: Relationship::Source,
        }],
        backdrop: Backdrop { watermark: setting.watermark, binding: "裝訂線", landscape: false },
        title: &title,
        author: order.text(field::ISSUING_AGENCY),
        description: order.text(field::SUBJECT),
        lang: "zh-TW",
        ident: &order.id.to_string(),
        created_at: made_at,
    };
    let unsigned = press.render(&paper).map_err(wrap)?;
    let seal = Seal { name: order.text(field::ISSUING_AGENCY), reason: &title, at: made_at };
    sign(&unsigned, keys.document(), &seal).map_err(|fault| match fault {
        PadesFault::Unsigned(unsigned) => unsigned.into(),
        fault => wrap(fault),
    })
}

/// Prints the list on which the receivers of one agency's orders sign (送達簽收單, 行政程序法 §76). Blocks like [`paper_pdf`]; it is not
/// signed, because only the ink on it counts. Of `setting` the address is not used.
///
/// # Errors
/// When a character of the text is in no installed font, or the PDF cannot be written.
pub fn receipt_list_pdf(press: &Press, orders: &[Issued], setting: PaperSetting<'_>) -> Result<Vec<u8>, OrdersError> {
    let agency = orders.first().map_or("", |order| order.text(field::ISSUING_AGENCY));
    let row = |order: &Issued| {
        json!({
            "number": order.label(),
            "name": order.text(field::RECIPIENT),
            "unit": place(order),
            "subject": order.text(field::OUTCOME),
        })
    };
    let data = json!({
        "agency": agency,
        "title": "送達簽收單",
        "documents": format!("令，共{}件", orders.len()),
        "printed_on": roc::long(kernel::office_date(setting.now)),
        "rows": orders.iter().map(row).collect::<Vec<_>>(),
        "footer": setting.watermark,
        "banner": setting.banner,
    });
    let taipei = UtcOffset::from_hms(8, 0, 0).expect("eight hours is a valid offset");
    let paper = pdf::Paper {
        template: RECEIPTS,
        data: &data,
        pictures: &[],
        attachments: &[],
        backdrop: Backdrop { watermark: setting.watermark, binding: "裝訂線", landscape: true },
        title: &format!("{agency}送達簽收單"),
        author: agency,
        description: "書面送達之令，由應受送達人簽收",
        lang: "zh-TW",
        ident: &format!("receipts-{}", setting.now.unix_timestamp()),
        created_at: setting.now.to_offset(taipei),
    };
    press.render(&paper).map_err(wrap)
}

fn wrap(error: impl std::error::Error + Send + Sync + 'static) -> OrdersError {
    OrdersError::Paper(Box::new(error))
}

/// The data of the template; its keys are described in `templates/README.md`.
fn data(order: &Issued, setting: PaperSetting<'_>) -> Value {
    let text = |name: &str| order.text(name).to_owned();
    let amends = order.amends.map(|(_, amendment)| {
        json!({ "act": amendment.label().zh, "number": text(field::AMENDS_NUMBER), "reason": text(field::AMENDMENT_REASON) })
    });
    // A revocation says what is revoked and why; the award it takes back is not repeated as if it were given.
    let stands = !matches!(order.amends, Some((_, Amendment::Revoke | Amendment::Repeal | Amendment::Cancel)));
    let when_stands = |name: &str| if stands { text(name) } else { String::new() };
    let mut items = Vec::new();
    if let Some(day) = effective_day(order) {
        items.push(json!({ "label": "廢止生效日期", "text": day }));
    }
    json!({
        "agency": text(field::ISSUING_AGENCY),
        "kind": "令",
        "address": text(field::ADDRESS),
        "officer": text(field::CONTACT),
        "recipient": format!("{}君", text(field::RECIPIENT)),
        "issued_on": roc::long(order.issued_on),
        "number": order.number.to_string(),
        "speed": "普通件",
        "subject": text(field::SUBJECT),
        "name": text(field::RECIPIENT),
        "identity": order.masked_id,
        "post": post(order),
        "reason": when_stands(field::REASON),
        "outcome": when_stands(field::OUTCOME),
        "outcome_code": when_stands(field::OUTCOME_CODE),
        "legal_basis": text(field::LEGAL_BASIS),
        "amends": amends,
        "items": items,
        "other": text(field::OTHER),
        "remedy": text(field::REMEDY),
        "persons_total": (order.part.1 > 1).then_some(order.part.1),
        "original_to": format!("{}君", text(field::RECIPIENT)),
        "copies_to": text(field::COPIES_TO),
        "signature": {
            "title": text(field::HEAD_TITLE),
            "name": text(field::HEAD_NAME),
            "absence": text(field::HEAD_ABSENCE),
            "deputy": order.deputy(),
        },
        "verify": { "address": verify_page(setting.address), "code": code(order.id) },
        "footer": setting.watermark,
        "banner": setting.banner,
    })
}

/// Where a reader without a camera goes: the verify page of the platform the QR code names.
fn verify_page(address: &str) -> String {
    let host = address.split("/Q/").next().unwrap_or_default().to_lowercase();
    format!("{host}/verify")
}

/// The order's id as a person types it: groups of four.
fn code(id: OrderId) -> String {
    let digits: Vec<char> = id.to_string().to_uppercase().chars().collect();
    let groups: Vec<String> = digits.chunks(4).map(|group| group.iter().collect()).collect();
    groups.join("-")
}

fn effective_day(order: &Issued) -> Option<String> {
    roc::parse(order.text(field::EFFECTIVE_ON)).ok().flatten().map(roc::long)
}

fn post(order: &Issued) -> String {
    let place = place(order);
    let grade = order.text(field::GRADE);
    let title = order.text(field::TITLE);
    if grade.is_empty() { format!("{place}　{title}") } else { format!("{place}　{title}（{grade}）") }
}

fn place(order: &Issued) -> String {
    [order.text(field::SERVING_AGENCY), order.text(field::SERVING_UNIT)].concat()
}
