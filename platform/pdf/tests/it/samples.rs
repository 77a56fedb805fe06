//! Sample orders and the tools that look into a finished PDF.

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::LazyLock;

use pdf::{Attachment, Backdrop, FontSources, Paper, Picture, Press, Relationship, qr_svg};
use serde_json::Value;
use time::macros::datetime;

/// The papers as the module that prints them puts them together.
macro_rules! template {
    ($name:literal) => {
        concat!(
            include_str!("../../../../modules/orders/templates/parts.typ"),
            include_str!(concat!("../../../../modules/orders/templates/", $name, ".typ")),
        )
    };
}

pub const ORDER: &str = template!("order");
pub const SERVICE_RECORD: &str = template!("service-record");
pub const NUMBER_REGISTER: &str = template!("number-register");

/// Sample data kept beside the templates.
macro_rules! sample {
    ($name:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!(
            "../../../../modules/orders/templates/samples/",
            $name,
            ".json"
        )))
        .expect("the samples are JSON")
    };
}
pub(crate) use sample;

pub const BUNDLE: &[u8] = br#"{"format":"renshi-bundle/1"}"#;
pub const QR_TEXT: &str = "HTTPS://ORDERS.EXAMPLE.GOV.TW/Q/0123456789ABCDEFGHIJKLMN#ZYXWVUTSRQPONMLKJIHGFEDC";

pub static PRESS: LazyLock<Press> =
    LazyLock::new(|| Press::new(&FontSources::system()).expect("fonts-cns11643-kai is installed"));

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

/// Runs a program on the PDF, whose path stands where the arguments say `PDF`, and returns what it prints.
pub fn tool(pdf: &[u8], program: &str, args: &[&str]) -> String {
    let file = TempPdf::new(pdf);
    let args: Vec<&str> = args.iter().map(|arg| if *arg == "PDF" { file.path.as_str() } else { arg }).collect();
    let output =
        Command::new(program).args(args).stdin(Stdio::null()).output().expect("poppler-utils and qpdf are installed");
    assert!(output.status.success(), "{program}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8_lossy(&output.stdout).into_owned()
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
