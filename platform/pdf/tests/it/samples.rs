//! Sample orders and the tools that look into a finished PDF.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use pdf::{Attachment, Backdrop, FontSources, Paper, Picture, Press, Relationship, qr_svg};
use serde_json::{Value, json};
use time::macros::datetime;

pub const ORDER: &str = include_str!("../../../../modules/orders/templates/order.typ");
pub const BUNDLE: &[u8] = br#"{"format":"renshi-bundle/1"}"#;
pub const QR_TEXT: &str = "HTTPS://ORDERS.EXAMPLE.GOV.TW/Q/0123456789ABCDEFGHIJKLMN#ZYXWVUTSRQPONMLKJIHGFEDC";

pub static PRESS: LazyLock<Press> =
    LazyLock::new(|| Press::new(&FontSources::system()).expect("fonts-cns11643-kai is installed"));

/// The order of one person as composed in the domain notes.
pub fn award() -> Value {
    json!({
        "agency": "範例市政府", "kind": "令",
        "file_number": "115/030301/1", "retention": "永久",
        "address": "900001範例市中正路1號", "officer": "科員 林測試", "telephone": "(00)0000-0000 分機1234", "email": "lin@example.gov.tw",
        "recipient": "王小明君",
        "issued_on": "中華民國115年3月2日", "number": "範府人考字第1150012345號",
        "speed": "普通件", "classification": "", "enclosures": "",
        "subject": "核定王小明君獎勵如下，請查照。",
        "name": "王小明", "identity": "A12345****",
        "post": "範例市政府資訊局系統發展科　科員（薦任第七職等）",
        "reason": "辦理114年度跨機關人事資料介接案，如期完成，辛勞得力。",
        "outcome": "記功一次", "outcome_code": "4010",
        "legal_basis": "公務人員考績法第12條第1項第1款、範例市政府及所屬各機關公務人員平時獎懲標準表第3點第2款",
        "other": "",
        "remedy": "如不服本令，得於收受次日起30日內，繕具復審書經由本府向公務人員保障暨培訓委員會提起復審。",
        "persons_total": 12,
        "original_to": "王小明君", "copies_to": "本府人事處、資訊局",
        "signature": { "title": "市長", "name": "李範例" },
        "verify": { "address": "https://orders.example.gov.tw/verify", "code": "3F7A-91C2" },
        "watermark": "示範資料", "banner": "示範資料　非正式公文，不生任何法律效力",
    })
}

/// Prints a template with its QR picture and one attachment.
pub fn render(template: &'static str, data: &Value) -> Result<Vec<u8>, pdf::PdfFault> {
    let qr = qr_svg(QR_TEXT, 0.5).expect("the address fits");
    PRESS.render(&Paper {
        template,
        data,
        pictures: &[Picture { name: "qr", svg: &qr.svg, width_mm: qr.side_mm, alt: "查驗本令的 QR 條碼" }],
        attachments: &[Attachment {
            name: "order.json",
            mime: "application/json",
            data: BUNDLE,
            description: "本令的查驗資料",
            relationship: Relationship::Data,
        }],
        backdrop: Backdrop { watermark: "示範資料", binding: "裝訂線", landscape: data.get("rows").is_some() },
        title: "範府人考字第1150012345號令",
        author: "範例市政府",
        description: "王小明君獎勵令",
        lang: "zh-TW",
        ident: "0123456789abcdef0123456789abcdef",
        created_at: datetime!(2026-03-02 10:15:30 +8),
    })
}

/// Runs a program on the PDF given on its standard input (`-`) and returns what it prints.
pub fn tool(pdf: &[u8], program: &str, args: &[&str]) -> String {
    let file = TempPdf::new(pdf);
    let args: Vec<&str> = args.iter().map(|arg| if *arg == "PDF" { file.path.as_str() } else { arg }).collect();
    let output =
        Command::new(program).args(args).stdin(Stdio::null()).output().expect("poppler-utils and qpdf are installed");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("UTF-8 output")
}

struct TempPdf {
    path: String,
}

impl TempPdf {
    fn new(pdf: &[u8]) -> Self {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("renshi-pdf-{}-{}.pdf", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        std::fs::File::create(&path).and_then(|mut file| file.write_all(pdf)).expect("a writable temporary folder");
        Self { path: path.to_str().expect("a UTF-8 path").to_owned() }
    }
}

impl Drop for TempPdf {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.path);
    }
}

/// The text of the pages without white space, so that line breaks do not matter.
pub fn text_of(pdf: &[u8]) -> String {
    tool(pdf, "pdftotext", &["PDF", "-"]).split_whitespace().collect()
}
