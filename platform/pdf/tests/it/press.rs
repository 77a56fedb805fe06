//! The press itself: fonts, characters, faults, determinism.

use pdf::{Attachment, Backdrop, FontSources, Paper, PdfFault, Picture, Press, Relationship};
use serde_json::{Value, json};
use time::macros::datetime;

use crate::samples::{BUNDLE, PRESS, text_of};

const PLAIN: &str = "#let paper(data, pictures) = { set page(paper: \"a4\"); data.text }";

fn paper<'a>(template: &'static str, data: &'a Value) -> Paper<'a> {
    Paper {
        template,
        data,
        pictures: &[],
        attachments: &[],
        backdrop: Backdrop::default(),
        title: "題名",
        author: "範例市政府",
        description: "",
        lang: "zh-TW",
        ident: "1",
        created_at: datetime!(2026-03-02 10:15:30 +8),
    }
}

fn print(text: &str) -> Result<Vec<u8>, PdfFault> {
    PRESS.render(&paper(PLAIN, &json!({ "text": text })))
}

#[test]
fn a_machine_without_fonts_is_told_which_package_to_install() {
    let empty = std::env::temp_dir().join("renshi-no-fonts-here");
    let Err(fault) = Press::new(&FontSources::folders(&[&empty])) else { panic!("a press without fonts") };
    let message = fault.to_string();
    assert!(message.contains("fonts-cns11643-kai") && message.contains("renshi-no-fonts-here"), "{message}");
}

#[test]
fn a_broken_font_file_is_named_when_it_is_needed_and_not_before() {
    let folder = std::env::temp_dir().join(format!("renshi-broken-font-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    std::fs::write(folder.join("TW-Kai-98_1.ttf"), b"not a font").unwrap();
    let press = Press::new(&FontSources::folders(&[&folder])).unwrap();
    let fault = press.warm_up().unwrap_err();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(matches!(&fault, PdfFault::BadFont { path, .. } if path.ends_with("TW-Kai-98_1.ttf")), "{fault}");
}

#[test]
fn what_cannot_be_printed_is_named() {
    // Old user-defined Big5 character, direction override, variation selector, a non-character, an empty glyph of 全字庫 Plus.
    let bad = ['\u{E000}', '\u{202E}', '\u{FE00}', '\u{FFFF}', '\u{FB625}'];
    let text = format!("王{}明", bad.iter().collect::<String>());
    let Err(PdfFault::Unprintable(mut named)) = print(&text) else { panic!("printed {text:?}") };
    named.sort();
    let mut expected = bad.to_vec();
    expected.sort();
    assert_eq!(named, expected);
    assert_eq!(PRESS.unprintable(&text).unwrap(), expected);
    assert!(PdfFault::Unprintable(named).to_string().contains("U+202E"));
}

#[test]
fn rare_characters_of_names_are_printed_and_can_be_extracted() {
    let names = "𠮷田𡘙、潘堃、罗㛃、𪚥龘、拉娃．谷木、Lowking Nowbucyang";
    assert!(PRESS.unprintable(names).unwrap().is_empty());
    let pdf = print(names).unwrap();
    assert_eq!(text_of(&pdf), names.replace(' ', ""));
}

#[test]
fn characters_that_unicode_lacks_are_printed_as_pdf_a_3u() {
    let conformance = |pdf: &[u8]| {
        let xmp = String::from_utf8_lossy(pdf);
        let start = xmp.find("<pdfaid:conformance>").expect("PDF/A says so in its XMP") + "<pdfaid:conformance>".len();
        xmp[start..=start].to_owned()
    };
    assert_eq!(conformance(&print("王小明").unwrap()), "A");
    assert_eq!(conformance(&print("王小\u{F0380}").unwrap()), "U");
}

#[test]
fn the_same_paper_gives_the_same_bytes_whatever_was_printed_before() {
    let first = print("王小明").unwrap();
    print("𠮷田𡘙").unwrap();
    print("鿕").unwrap();
    assert_eq!(print("王小明").unwrap(), first);
    let fresh = Press::new(&FontSources::system()).unwrap();
    assert_eq!(fresh.render(&paper(PLAIN, &json!({ "text": "王小明" }))).unwrap(), first);
}

#[test]
fn many_threads_print_what_one_prints() {
    let expected: Vec<_> = (0..4).map(|n| print(&format!("第{n}號")).unwrap()).collect();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4).map(|n| scope.spawn(move || print(&format!("第{n}號")).unwrap())).collect();
        for (thread, expected) in threads.into_iter().zip(&expected) {
            assert_eq!(&thread.join().unwrap(), expected);
        }
    });
}

#[test]
fn a_wrong_template_or_missing_key_is_reported_with_its_line() {
    let fault = PRESS.render(&paper("#let paper(data, pictures) = {\n  data.absent\n}", &json!({}))).unwrap_err();
    let message = fault.to_string();
    assert!(message.contains("template.typ:2:") && message.contains("absent"), "{message}");
}

#[test]
fn more_pictures_or_attachments_than_allowed_are_refused() {
    let data = json!({ "text": "王" });
    let picture = Picture {
        name: "p",
        svg: "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 1 1\"/>",
        width_mm: 1.0,
        alt: "p",
    };
    let attachment = |name| Attachment {
        name,
        mime: "text/plain",
        data: BUNDLE,
        description: "",
        relationship: Relationship::Source,
    };
    let names = ["a", "b", "c", "d", "e"];
    let attachments = names.map(attachment);
    let too_many_pictures = Paper { pictures: &[picture; 4], ..paper(PLAIN, &data) };
    let too_many_attachments = Paper { attachments: &attachments, ..paper(PLAIN, &data) };
    assert!(matches!(PRESS.render(&too_many_pictures), Err(PdfFault::Template(_))));
    assert!(matches!(PRESS.render(&too_many_attachments), Err(PdfFault::Template(_))));
    assert!(PRESS.render(&Paper { attachments: &attachments[..4], ..paper(PLAIN, &data) }).is_ok());
}
