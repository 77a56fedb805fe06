//! The signed PDF (docs/verification.md, section 7): PAdES by an incremental update, and the way back to the bundle.
//!
//! The reader takes the signature by its byte range and the bundle by its name in the file; both stand in bytes that
//! the signature covers, so finding them needs no trust in the structure of the file.

use std::io::Read;

use aws_lc_rs::digest::{Context, SHA256};
use flate2::read::ZlibDecoder;
use kernel::Text;
use time::{OffsetDateTime, UtcOffset};
use tlog::hash::Hash;

use crate::asn1::{self, Der};
use crate::bundle::BUNDLE_BYTES_MAX;
use crate::certificate::{KeyKind, Subject};
use crate::cms::{CmsFault, Parts};
use crate::keys::{DocumentKey, Unsigned};
use crate::pdf_file::{PdfFile, find, number, object, reference, rfind, value};
use crate::signer::{self, Digested};

/// Name of the embedded bundle.
pub const BUNDLE_NAME: &str = "order.json";
/// Largest PDF read, in bytes.
pub const PDF_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Bytes kept free for the CMS; with one certificate it takes about 1.2 KB.
const HOLE_BYTES: usize = 4096;
const BYTE_RANGE: &[u8] = b"/ByteRange[";
const SUB_FILTER: &str = "/SubFilter/ETSI.CAdES.detached";

/// A PDF cannot be signed, or is not signed as section 7 has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PadesFault {
    /// The file is not built as the press builds it.
    #[error("{0}")]
    Structure(&'static str),
    /// There is not exactly one signature over the whole file.
    #[error("the file does not have exactly one signature over all of it")]
    Range,
    /// The signature.
    #[error(transparent)]
    Cms(#[from] CmsFault),
    /// There is no embedded bundle, or it cannot be taken out.
    #[error("the file does not have the proof of an order embedded")]
    Bundle,
    /// The CMS does not fit into the space kept for it.
    #[error("the certificate is too large for the space kept for the signature")]
    TooLarge,
    /// The key did not sign.
    #[error(transparent)]
    Unsigned(#[from] Unsigned),
}

impl PadesFault {
    /// The reason in both languages.
    pub fn text(&self) -> Text {
        let zh = match self {
            Self::Structure(_) => "PDF 檔案結構無法辨識",
            Self::Range => "PDF 的簽章未涵蓋整個檔案，或檔案在簽章後被改動",
            Self::Cms(fault) => return fault.text(),
            Self::Bundle => "PDF 內沒有可用的查驗資料",
            Self::TooLarge => "憑證過大，放不進簽章欄位",
            Self::Unsigned(_) => "存放機關金鑰的載具目前無法簽章",
        };
        Text::new(zh, self.to_string())
    }
}

/// What a signature says about itself.
#[derive(Clone, Copy, Debug)]
pub struct Seal<'a> {
    /// Name of the signing agency.
    pub name: &'a str,
    /// Why it signs.
    pub reason: &'a str,
    /// When.
    pub at: OffsetDateTime,
}

/// Signs a PDF of the press.
///
/// # Errors
/// If the file has another structure, is signed already, the certificate is too large, or the key cannot be reached.
pub fn sign(pdf: &[u8], key: &DocumentKey, seal: &Seal<'_>) -> Result<Vec<u8>, PadesFault> {
    let (mut out, hole) = append_signature(pdf, seal)?;
    let digest = digest_around(&out, hole, hole + 2 * HOLE_BYTES + 2);
    let own = |attributes: &[u8]| key.sign(attributes).map_err(PadesFault::from);
    let cms = signer::sign(&key.certificate, &[], Digested::Detached(digest), None, own)?;
    if cms.len() > HOLE_BYTES {
        return Err(PadesFault::TooLarge);
    }
    for (at, byte) in cms.iter().enumerate() {
        let digit = |nibble: u8| b"0123456789abcdef"[usize::from(nibble)];
        out[hole + 1 + 2 * at] = digit(byte >> 4);
        out[hole + 2 + 2 * at] = digit(byte & 15);
    }
    Ok(out)
}

/// Appends signature, widget, page and catalog with the hole still empty; says where the hole's `<` is.
fn append_signature(pdf: &[u8], seal: &Seal<'_>) -> Result<(Vec<u8>, usize), PadesFault> {
    let file = PdfFile::read(pdf)?;
    let missing = PadesFault::Structure("the trailer lacks an entry");
    let root = value(file.trailer, "Root").and_then(reference).ok_or(missing)?;
    let size = value(file.trailer, "Size").and_then(number).and_then(|size| u32::try_from(size).ok()).ok_or(missing)?;
    let catalog = file.dictionary(root)?;
    if value(catalog, "AcroForm").is_some() {
        return Err(PadesFault::Structure("the file has a form or a signature already"));
    }
    let page = file.first_page(catalog)?;
    let mut update = Update { out: pdf.to_vec(), offsets: Vec::new() };
    if !pdf.ends_with(b"\n") {
        update.out.push(b'\n');
    }
    let form = format!("/AcroForm<</Fields[{} 0 R]/SigFlags 3>>", size + 1);
    update.object(root, &with_entry(catalog, form.as_bytes()));
    update.object(page, &with_annotation(file.dictionary(page)?, size + 1)?);
    let signature_at = update.out.len();
    update.object(size, signature_dictionary(seal).as_bytes());
    update.object(size + 1, widget(size, page).as_bytes());
    let out = update.finish(&file, root, size + 2);
    Ok(fill_byte_range(out, signature_at))
}

/// Objects written after the end of a file.
struct Update {
    out: Vec<u8>,
    offsets: Vec<(u32, usize)>,
}

impl Update {
    fn object(&mut self, number: u32, body: &[u8]) {
        self.offsets.push((number, self.out.len()));
        self.out.extend_from_slice(format!("{number} 0 obj\n").as_bytes());
        self.out.extend_from_slice(body);
        self.out.extend_from_slice(b"\nendobj\n");
    }

    /// The cross-reference section, one subsection per object, and the trailer.
    fn finish(mut self, file: &PdfFile<'_>, root: u32, size: u32) -> Vec<u8> {
        let table_at = self.out.len();
        self.offsets.sort_unstable();
        let mut tail = String::from("xref\n");
        for (number, at) in self.offsets {
            tail += &format!("{number} 1\n{at:010} 00000 n\r\n");
        }
        tail += &format!("trailer\n<</Size {size}/Root {root} 0 R/Prev {}", file.table_at);
        self.out.extend_from_slice(tail.as_bytes());
        for key in ["Info", "ID"] {
            if let Some(kept) = value(file.trailer, key) {
                self.out.extend_from_slice(format!("/{key} ").as_bytes());
                self.out.extend_from_slice(kept);
            }
        }
        self.out.extend_from_slice(format!(">>\nstartxref\n{table_at}\n%%EOF\n").as_bytes());
        self.out
    }
}

fn with_entry(dictionary: &[u8], entry: &[u8]) -> Vec<u8> {
    [&dictionary[..dictionary.len() - 2], entry, b">>"].concat()
}

/// The page with one more annotation; the press writes `/Annots` as an array in the page or not at all.
fn with_annotation(page: &[u8], widget: u32) -> Result<Vec<u8>, PadesFault> {
    let Some(annotations) = value(page, "Annots") else {
        return Ok(with_entry(page, format!("/Annots[{widget} 0 R]").as_bytes()));
    };
    if !annotations.starts_with(b"[") {
        return Err(PadesFault::Structure("the annotations of the page are not an array"));
    }
    let start = annotations.as_ptr() as usize - page.as_ptr() as usize;
    let inside = start + annotations.len() - 1;
    Ok([&page[..inside], format!(" {widget} 0 R").as_bytes(), &page[inside..]].concat())
}

/// The signature dictionary: numbers of the byte range and the hole are zeros of fixed length.
fn signature_dictionary(seal: &Seal<'_>) -> String {
    format!(
        "<</Type/Sig/Filter/Adobe.PPKLite{SUB_FILTER}/ByteRange[0 {zero} {zero} {zero}]/Contents<{hole}>/M({at})/Name{name}/Reason{reason}>>",
        zero = "0000000000",
        hole = "0".repeat(2 * HOLE_BYTES),
        at = date(seal.at),
        name = text_string(seal.name),
        reason = text_string(seal.reason),
    )
}

/// An invisible signature field: PDF/A asks for the print flag and, of a widget without area, no appearance. It lies
/// outside of the page, so PDF/UA does not ask for it in the structure.
fn widget(signature: u32, page: u32) -> String {
    format!(
        "<</Type/Annot/Subtype/Widget/FT/Sig/T(Seal)/TU{}/V {signature} 0 R/P {page} 0 R/Rect[0 0 0 0]/F 132>>",
        text_string("發文機關電子簽章"),
    )
}

/// `D:20260302101530+08'00'`, in Taipei's time.
fn date(at: OffsetDateTime) -> String {
    let taipei = UtcOffset::from_hms(8, 0, 0).expect("eight hours is a valid offset");
    let at = at.to_offset(taipei);
    let (year, month, day) = at.to_calendar_date();
    let (hour, minute, second) = at.to_hms();
    format!("D:{year:04}{:02}{day:02}{hour:02}{minute:02}{second:02}+08'00'", u8::from(month))
}

/// A text string in UTF-16 as a hexadecimal string: no character needs escaping.
fn text_string(text: &str) -> String {
    let digits: String = text.encode_utf16().map(|unit| format!("{unit:04X}")).collect();
    format!("<FEFF{digits}>")
}

/// Writes the byte range of the signature dictionary that begins after `from`.
fn fill_byte_range(mut out: Vec<u8>, from: usize) -> (Vec<u8>, usize) {
    let range = from + find(&out[from..], BYTE_RANGE).expect("it was written there") + BYTE_RANGE.len();
    let hole = range + find(&out[range..], b"<").expect("the hole follows the byte range");
    let after = hole + 2 * HOLE_BYTES + 2;
    let numbers = format!("0 {hole:010} {after:010} {:010}", out.len() - after);
    out[range..range + numbers.len()].copy_from_slice(numbers.as_bytes());
    (out, hole)
}

fn digest_around(file: &[u8], hole: usize, after: usize) -> Hash {
    let mut context = Context::new(&SHA256);
    context.update(&file[..hole]);
    context.update(&file[after..]);
    context.finish().as_ref().try_into().expect("SHA-256 has 32 bytes")
}

/// A PDF whose signature holds for all of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedPdf {
    /// The embedded bundle; not yet checked.
    pub bundle: Vec<u8>,
    /// Who signed; whether that is the issuing agency is for the bundle to say.
    pub certificate: Subject,
}

/// Has this file marks of a signed order, damaged or not?
pub fn has_marks(file: &[u8]) -> bool {
    [SUB_FILTER.as_bytes(), b"/F(order.json)"].iter().any(|mark| find(file, mark).is_some())
}

/// Opens a signed PDF.
///
/// # Errors
/// If anything is not as section 7 has it, in particular if any byte was changed.
pub fn open(pdf: &[u8]) -> Result<SignedPdf, PadesFault> {
    if pdf.len() > PDF_BYTES_MAX {
        return Err(PadesFault::Structure("the file is too large"));
    }
    let (hole, after) = read_byte_range(pdf).ok_or(PadesFault::Range)?;
    let cms = read_hole(&pdf[hole..after]).ok_or(PadesFault::Range)?;
    let certificate = verify(&cms, &digest_around(pdf, hole, after))?;
    let bundle = embedded(pdf).ok_or(PadesFault::Bundle)?;
    Ok(SignedPdf { bundle, certificate })
}

/// The one byte range, which leaves out one hole and nothing else.
fn read_byte_range(pdf: &[u8]) -> Option<(usize, usize)> {
    let at = find(pdf, BYTE_RANGE).filter(|at| rfind(pdf, BYTE_RANGE) == Some(*at))?;
    let numbers = &object(&pdf[at + BYTE_RANGE.len() - 1..])?[1..];
    let numbers = std::str::from_utf8(numbers.strip_suffix(b"]")?).ok()?;
    let numbers: Option<Vec<usize>> = numbers.split_ascii_whitespace().map(|number| number.parse().ok()).collect();
    let [0, hole, after, rest] = numbers?[..] else { return None };
    let inside = hole.checked_add(2)? <= after && after <= pdf.len();
    (inside && after.checked_add(rest)? == pdf.len()).then_some((hole, after))
}

/// `<`, lower-case hexadecimal digits of one DER element, zeros, `>`.
fn read_hole(hole: &[u8]) -> Option<Vec<u8>> {
    let digits = hole.strip_prefix(b"<")?.strip_suffix(b">")?;
    let digit = |digit: u8| b"0123456789abcdef".iter().position(|&other| other == digit);
    let byte = |pair: &[u8; 2]| u8::try_from(digit(pair[0])? * 16 + digit(pair[1])?).ok();
    let (pairs, odd) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(byte).collect::<Option<_>>()?;
    let length = Der::new(&bytes).and_then(|mut der| der.raw(asn1::SEQUENCE)).ok()?.len();
    let zeros = bytes[length..].iter().all(|&byte| byte == 0);
    (odd.is_empty() && zeros).then(|| bytes[..length].to_vec())
}

/// Exactly the attributes and the one certificate of section 7.
fn verify(cms: &[u8], digest: &Hash) -> Result<Subject, PadesFault> {
    let parts = Parts::read(cms)?;
    let signer = parts.signer()?;
    if parts.content.is_some() || parts.certificates.len() != 1 || signer.key_kind()? != KeyKind::P256 {
        return Err(CmsFault::Malformed("not the form of a document signature").into());
    }
    signer.check_may_sign()?;
    let attributes = parts.verify(digest)?;
    if attributes.count != 3 || attributes.signing_certificate.is_none() {
        return Err(CmsFault::Attributes.into());
    }
    Ok(signer.subject())
}

/// The embedded file of the bundle's name.
fn embedded(pdf: &[u8]) -> Option<Vec<u8>> {
    let name = format!("/F({BUNDLE_NAME})");
    let at = find(pdf, name.as_bytes())?;
    let open = rfind(&pdf[..at], b"<<")?;
    let files = value(object(&pdf[open..])?, "EF")?;
    let number = value(files, "F").and_then(reference)?;
    let head = format!("\n{number} 0 obj\n");
    let body = &pdf[find(pdf, head.as_bytes())? + head.len()..];
    let dictionary = object(body)?;
    let length = value(dictionary, "Length").and_then(self::number)?;
    let stream = body[dictionary.len()..].strip_prefix(b"\nstream\n")?.get(..length)?;
    match value(dictionary, "Filter") {
        None => Some(stream.to_vec()).filter(|bytes| bytes.len() <= BUNDLE_BYTES_MAX),
        Some(b"/FlateDecode") => inflate(stream),
        Some(_) => None,
    }
}

fn inflate(stream: &[u8]) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let limit = BUNDLE_BYTES_MAX as u64 + 1;
    ZlibDecoder::new(stream).take(limit).read_to_end(&mut bytes).ok()?;
    (bytes.len() <= BUNDLE_BYTES_MAX).then_some(bytes)
}
