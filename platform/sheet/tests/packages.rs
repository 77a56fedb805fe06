//! Packages made by hand: what a spreadsheet program may write, and what someone may send to break the reader.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use sheet::{Limits, OdsSheet, SheetFault, Table};
use zip::{ZipWriter, write::SimpleFileOptions};

const ODS_KIND: &str = "application/vnd.oasis.opendocument.spreadsheet";

type Parts<'p> = &'p [(&'p str, &'p [u8])];

fn package(parts: Parts) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in parts {
        archive.start_file(*name, SimpleFileOptions::default()).expect("a new name");
        archive.write_all(bytes).expect("writing to memory");
    }
    archive.finish().expect("writing to memory").into_inner()
}

fn ods(table: &str) -> Vec<u8> {
    let content = format!(
        r#"<office:document-content xmlns:office="o" xmlns:table="t" xmlns:text="x"><office:body><office:spreadsheet><table:table table:name="一">{table}</table:table></office:spreadsheet></office:body></office:document-content>"#
    );
    package(&[("mimetype", ODS_KIND.as_bytes()), ("content.xml", content.as_bytes())])
}

fn xlsx(sheet_data: &str) -> Vec<u8> {
    let rels = |kind: &str, target: &str| {
        format!(r#"<Relationships><Relationship Id="r1" Type="http://x/{kind}" Target="{target}"/></Relationships>"#)
    };
    let workbook = r#"<workbook xmlns:r="r"><sheets><sheet name="藏" state="hidden" r:id="r9"/><sheet name="一" r:id="r1"/></sheets></workbook>"#;
    let sheet = format!("<worksheet><sheetData>{sheet_data}</sheetData></worksheet>");
    package(&[
        ("[Content_Types].xml", b"<Types/>"),
        ("_rels/.rels", rels("officeDocument", "xl/workbook.xml").as_bytes()),
        ("xl/workbook.xml", workbook.as_bytes()),
        ("xl/_rels/workbook.xml.rels", rels("worksheet", "worksheets/sheet1.xml").as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ])
}

fn read(bytes: &[u8]) -> Result<Table, SheetFault> {
    sheet::read("a", bytes, &Limits::default())
}

fn cell(text: &str) -> String {
    format!(r#"<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>"#)
}

fn row(cells: &[&str]) -> String {
    format!("<table:table-row>{}</table:table-row>", cells.iter().map(|text| cell(text)).collect::<String>())
}

fn small() -> Limits {
    Limits { rows_max: 100, columns_max: 10, cell_chars_max: 50, inflated_max: 4 << 20, ..Limits::default() }
}

#[test]
fn repeats_notes_and_blanks_of_ods() {
    let table = [
        r#"<table:table-column table:number-columns-repeated="16384"/><table:table-header-rows>"#,
        &row(&["甲", "乙", "丙"]),
        "</table:table-header-rows>",
        r#"<table:table-row table:number-rows-repeated="3"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#,
        r#"<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="7" table:number-columns-repeated="2"><text:p>7.00</text:p></table:table-cell>"#,
        r#"<table:table-cell office:value-type="string"><office:annotation><text:p>註</text:p></office:annotation><text:p> a <text:span>b</text:span><text:s text:c="2"/>c&amp;&#x4e00;</text:p><text:p/><text:p>d</text:p></table:table-cell></table:table-row>"#,
        r#"<table:table-row><table:table-cell office:value-type="date" office:date-value="2026-03-02"><text:p>115/3/2</text:p></table:table-cell><table:covered-table-cell/></table:table-row>"#,
        r#"<table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="16384"/></table:table-row>"#,
    ]
    .concat();
    let read = read(&ods(&table)).unwrap();
    let rows: Vec<_> = read.rows.iter().map(|row| (row.line, row.cells.join("|"))).collect();
    let seven = "7|7|a b  c&一\n\nd".to_owned();
    assert_eq!(rows, [(5, seven.clone()), (6, seven), (7, "2026-03-02||".to_owned())]);
    assert_eq!(read.sheet.as_deref(), Some("一"));
}

#[test]
fn repeats_are_counted_before_they_are_made() {
    let full = |rows: u64, columns: u64| {
        let cell = format!(
            r#"<table:table-cell office:value-type="string" table:number-columns-repeated="{columns}"><text:p>x</text:p></table:table-cell>"#
        );
        ods(&format!(r#"<table:table-row table:number-rows-repeated="{rows}">{cell}</table:table-row>"#))
    };
    assert_eq!(read(&full(1_048_576, 2)), Err(SheetFault::TooManyRows { max: 100_000 }));
    assert_eq!(read(&full(u64::MAX, 2)), Err(SheetFault::TooManyRows { max: 100_000 }));
    assert_eq!(read(&full(2, 16_384)), Err(SheetFault::TooManyColumns { line: 1, max: 200 }));
    assert_eq!(read(&full(2, u64::MAX)), Err(SheetFault::TooManyColumns { line: 1, max: 200 }));
    let blanks = row(&[r#"<text:s text:c="4000000000"/>x"#]);
    assert!(matches!(read(&ods(&blanks)), Err(SheetFault::CellTooLong { .. })));
}

#[test]
fn formulas_have_addresses() {
    let formula = r#"<table:table-row><table:table-cell/><table:table-cell table:formula="of:=1+1" office:value-type="float" office:value="2"/></table:table-row>"#;
    assert_eq!(read(&ods(&(row(&["甲", "乙"]) + formula))), Err(SheetFault::Formula { cell: "B2".into() }));
    let shared = r#"<row r="7"><c r="AB7"><f t="shared" si="4294967295"/><v>1</v></c></row>"#;
    assert_eq!(read(&xlsx(shared)), Err(SheetFault::Formula { cell: "AB7".into() }));
}

#[test]
fn cells_of_xlsx_without_references_follow_one_another() {
    let data = r#"<row><c t="inlineStr"><is><t>甲</t></is></c><c t="inlineStr"><is><r><t>乙</t></r><rPh><t>音</t></rPh></is></c></row>
        <row r="5"><c r="B5" t="str"><v>a&lt;b</v></c></row><row><c><v>4.0</v></c><c t="b"><v>0</v></c></row>"#;
    let read = read(&xlsx(data)).unwrap();
    let rows: Vec<_> = read.rows.iter().map(|row| (row.line, row.cells.join("|"))).collect();
    assert_eq!(
        (read.header.join("|"), rows),
        ("甲|乙".to_owned(), vec![(5, "|a<b".to_owned()), (6, "4|FALSE".to_owned())])
    );
}

#[test]
fn xlsx_that_goes_backward_or_beyond_is_damaged() {
    for data in [
        r#"<row r="2"><c r="A2"><v>1</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>"#,
        r#"<row r="1048577"><c><v>1</v></c></row>"#,
        r#"<row r="99999999999"/>"#,
        r#"<row r="1"><c r="ZZZZZZZZZ1"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="XFE1"><v>1</v></c></row>"#,
        r#"<row r="1"><c r="A1" t="s"><v>7</v></c></row>"#,
        r#"<row r="1"><c r="A1" t="zz"><v>7</v></c></row>"#,
        r#"<row r="1"><c r="A1"><v>7</v></c>"#,
        r#"<row r="1"><c r="A1"><v>&unknown;</v></c></row>"#,
    ] {
        let fault = read(&xlsx(data)).unwrap_err();
        assert_eq!(fault, SheetFault::Damaged { part: "xl/worksheets/sheet1.xml".into() }, "{data}");
    }
    assert_eq!(
        read(&xlsx(r#"<row r="1"><c r="XFD1"><v>1</v></c></row>"#)),
        Err(SheetFault::TooManyColumns { line: 1, max: 200 })
    );
}

#[test]
fn bombs_are_refused_by_size_and_by_proportion() {
    let blown = |size: usize| ods(&row(&["甲"]).replace("甲", &"甲".repeat(size)));
    assert!(matches!(read(&blown(700_000)), Err(SheetFault::Bomb { .. })), "2 MB out of 3 KB");
    let stored = SimpleFileOptions::default().compression_method(zip::CompressionMethod::Stored);
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    archive.start_file("mimetype", stored).unwrap();
    archive.write_all(ODS_KIND.as_bytes()).unwrap();
    archive.start_file("content.xml", stored).unwrap();
    archive.write_all(&vec![b' '; 5 << 20]).unwrap();
    let big = archive.finish().unwrap().into_inner();
    assert!(matches!(sheet::read("a", &big, &small()), Err(SheetFault::Bomb { max, .. }) if max == 4 << 20));
}

#[test]
fn a_bomb_that_lies_about_its_size_is_found_while_inflating() {
    let mut bytes = ods(&row(&["甲"]).replace("甲", &"甲".repeat(500_000)));
    let size = u32::try_from(ods_content_size(&bytes)).unwrap();
    for at in 0..bytes.len() - 4 {
        if bytes[at..at + 4] == size.to_le_bytes() {
            bytes[at..at + 4].copy_from_slice(&1000_u32.to_le_bytes());
        }
    }
    let fault = read(&bytes).unwrap_err();
    assert!(matches!(fault, SheetFault::Bomb { .. } | SheetFault::Damaged { .. }), "{fault:?}");
}

fn ods_content_size(bytes: &[u8]) -> u64 {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).expect("just written");
    archive.by_name("content.xml").expect("just written").size()
}

#[test]
fn other_packages_are_named() {
    let cases: [(Parts, &str); 5] = [
        (&[("mimetype", b"application/vnd.oasis.opendocument.text"), ("content.xml", b"<a/>")], "OpenDocument"),
        (&[("[Content_Types].xml", b"<a/>"), ("word/document.xml", b"<a/>")], "Word"),
        (&[("[Content_Types].xml", b"<a/>"), ("ppt/slides.xml", b"<a/>")], "PowerPoint"),
        (&[("xl/workbook.bin", b"..")], "xlsb"),
        (&[("awards.csv", b"a,b")], "ZIP"),
    ];
    for (parts, word) in cases {
        let fault = read(&package(parts)).unwrap_err();
        assert!(matches!(fault, SheetFault::OtherFormat { .. }) && fault.text().zh.contains(word), "{fault:?}");
    }
}

#[test]
fn encrypted_packages_are_named() {
    let manifest = b"<manifest:manifest><manifest:file-entry><manifest:encryption-data/></manifest:file-entry></manifest:manifest>";
    let parts: [(&str, &[u8]); 3] =
        [("mimetype", ODS_KIND.as_bytes()), ("content.xml", b"\x01\x02"), ("META-INF/manifest.xml", manifest)];
    assert_eq!(read(&package(&parts)), Err(SheetFault::Encrypted));
    let mut flagged = package(&[("secret.csv", b"a,b")]);
    let directory = flagged.windows(4).rposition(|at| at == b"PK\x01\x02").unwrap();
    flagged[directory + 8] |= 1;
    flagged[6] |= 1;
    assert_eq!(read(&flagged), Err(SheetFault::Encrypted));
}

#[test]
fn document_types_are_refused() {
    let bomb = br#"<!DOCTYPE a [<!ENTITY b "bbbb">]><a>&b;</a>"#;
    let bytes = package(&[("mimetype", ODS_KIND.as_bytes()), ("content.xml", bomb)]);
    assert_eq!(read(&bytes), Err(SheetFault::Damaged { part: "content.xml".into() }));
    assert_eq!(read(&ods("")), Err(SheetFault::Empty));
}

#[test]
fn workbooks_with_programs_are_refused() {
    let content = b"<office:document-content/>";
    let cases: [(Parts, &str); 5] = [
        (
            &[("mimetype", ODS_KIND.as_bytes()), ("content.xml", content), ("Basic/Standard/Module1.xml", b"<x/>")],
            "Basic/",
        ),
        (&[("mimetype", ODS_KIND.as_bytes()), ("content.xml", content), ("Scripts/python/a.py", b"x")], "Scripts/"),
        (&[("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", b"<a/>"), ("xl/vbaProject.bin", b"x")], "vbaProject"),
        (
            &[("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", b"<a/>"), ("xl/macrosheets/sheet1.xml", b"x")],
            "macro",
        ),
        (&[("[Content_Types].xml", b"<Types a=\"sheet.macroEnabled.main+xml\"/>"), ("_rels/.rels", b"<a/>")], "Types"),
    ];
    for (parts, word) in cases {
        let fault = read(&package(parts)).unwrap_err();
        assert!(matches!(&fault, SheetFault::Macro { part } if part.contains(word)), "{fault:?}");
        assert!(fault.text().zh.contains("巨集"));
    }
    let script = r#"<office:document-content><office:scripts><office:script script:language="ooo:Basic">x</office:script></office:scripts></office:document-content>"#;
    let bytes = package(&[("mimetype", ODS_KIND.as_bytes()), ("content.xml", script.as_bytes())]);
    assert_eq!(read(&bytes), Err(SheetFault::Macro { part: "content.xml".into() }));
    // What every spreadsheet program writes: the element without anything in it.
    let table = format!("<table:table>{}</table:table>", row(&["甲"]));
    let usual = format!("<office:document-content><office:scripts/>{table}</office:document-content>");
    assert!(read(&package(&[("mimetype", ODS_KIND.as_bytes()), ("content.xml", usual.as_bytes())])).is_ok());
}

#[test]
fn a_name_that_promises_something_else_is_refused() {
    let read = |name: &str, bytes: &[u8]| sheet::read(name, bytes, &Limits::default());
    let workbook = ods(&row(&["甲"]));
    assert!(read("獎懲.ods", &workbook).is_ok());
    for name in ["獎懲.csv", "獎懲.xlsx", "獎懲.xlsm", "獎懲.ods.exe", "獎懲.html"] {
        let fault = read(name, &workbook).unwrap_err();
        assert!(matches!(fault, SheetFault::OtherName { .. }) && fault.text().zh.contains(name), "{fault:?}");
    }
    assert!(matches!(read("a.ods", b"x,y\r\n1,2\r\n"), Err(SheetFault::OtherName { .. })));
}

#[test]
fn a_package_inside_a_package_is_never_opened() {
    let bomb = ods(&row(&["甲"]).replace("甲", &"甲".repeat(700_000)));
    assert!(matches!(read(&bomb), Err(SheetFault::Bomb { .. })), "on its own it is a bomb");
    let table = format!("<table:table>{}</table:table>", row(&["甲"]));
    let outer: Parts =
        &[("mimetype", ODS_KIND.as_bytes()), ("content.xml", table.as_bytes()), ("Object 1/inner.ods", &bomb)];
    assert_eq!(read(&package(outer)).unwrap().header, ["甲"]);
}

#[test]
fn a_package_of_very_many_parts_is_refused() {
    let names: Vec<String> = (0..5_001).map(|at| format!("p{at}")).collect();
    let parts: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), &b""[..])).collect();
    assert!(matches!(read(&package(&parts)), Err(SheetFault::Bomb { .. })));
}

#[test]
fn external_entities_are_refused_in_both_formats() {
    let outside = br#"<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><a>&x;</a>"#;
    let bytes = package(&[("mimetype", ODS_KIND.as_bytes()), ("content.xml", outside)]);
    assert_eq!(read(&bytes), Err(SheetFault::Damaged { part: "content.xml".into() }));
    let bytes = package(&[("[Content_Types].xml", b"<Types/>"), ("_rels/.rels", outside)]);
    assert_eq!(read(&bytes), Err(SheetFault::Damaged { part: "_rels/.rels".into() }));
}

/// A program that opens the file must see text where a cell looks like a formula, whatever sign it begins with.
#[test]
fn what_looks_like_a_formula_is_written_as_text() {
    let looks: Vec<String> = ["=1+1", "+886-49-2222106", "-1", "@SUM(A1)", "\t=1"].map(String::from).into();
    let sheet =
        OdsSheet { name: "一".into(), header: looks.clone(), rows: vec![looks.clone()], ..OdsSheet::default() };
    let bytes = sheet::write_ods(&sheet).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let content = std::io::read_to_string(archive.by_name("content.xml").unwrap()).unwrap();
    assert!(!content.contains("table:formula"));
    assert_eq!(content.matches("office:value-type=\"string\"").count(), 10);
    assert!(!content.contains("office:value-type=\"float\""));
    assert_eq!(read(&bytes).unwrap().rows[0].cells[..4], looks[..4]);
}

fn sample_sheet() -> OdsSheet {
    let text = |cells: &[&str]| cells.iter().map(|cell| (*cell).to_owned()).collect::<Vec<_>>();
    OdsSheet {
        name: "退回 & <更正>".into(),
        header: text(&["身分證號", "姓名", "獎懲結果"]),
        rows: vec![text(&["A123456788", "𠮷田\"花\"", "0010"]), text(&["", " 第一行\r\n\n第二行  ", "=1+1\t2&amp;"])],
        remarks: vec![Some("身分證號檢查碼不符".into()), None],
        faulty: vec![vec![0, 2]],
    }
}

#[test]
fn what_is_written_reads_back() {
    let sheet = sample_sheet();
    let bytes = sheet::write_ods(&sheet).unwrap();
    assert_eq!(bytes, sheet::write_ods(&sheet).unwrap(), "equal input, equal bytes");
    let table = read(&bytes).unwrap();
    assert_eq!(table.sheet.as_deref(), Some("退回 & <更正>"));
    assert_eq!(table.header, ["身分證號", "姓名", "獎懲結果", OdsSheet::REMARK]);
    let rows: Vec<_> = table.rows.into_iter().map(|row| row.cells).collect();
    let remark = |at: usize| sheet.remarks[at].clone().unwrap_or_default();
    let expected: Vec<_> = (0..2).map(|at| [sheet.rows[at].clone(), vec![remark(at)]].concat()).collect();
    assert_eq!(rows, expected);
}

#[test]
fn another_reader_sees_the_same_cells() {
    use calamine::Reader;
    let bytes = sheet::write_ods(&sample_sheet()).unwrap();
    let mut book: calamine::Ods<_> = calamine::open_workbook_from_rs(Cursor::new(bytes)).unwrap();
    let range = book.worksheet_range("退回 & <更正>").unwrap();
    let row: Vec<String> = range.rows().nth(1).unwrap().iter().map(ToString::to_string).collect();
    assert_eq!(row, ["A123456788", "𠮷田\"花\"", "0010", "身分證號檢查碼不符"]);
}

#[test]
fn faulty_cells_are_coloured() {
    let bytes = sheet::write_ods(&sample_sheet()).unwrap();
    let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
    let content = std::io::read_to_string(archive.by_name("content.xml").unwrap()).unwrap();
    assert_eq!(content.matches(r#"table:style-name="f""#).count(), 2);
    assert_eq!(content.matches(r#"table:style-name="r""#).count(), 2);
    assert_eq!(&bytes[30..38], b"mimetype", "the first part, at the place where programs look for it");
}

#[test]
fn characters_xml_cannot_carry_are_refused() {
    let sheet = OdsSheet { header: vec!["a\u{1}".into()], ..OdsSheet::default() };
    assert_eq!(sheet::write_ods(&sheet), Err(SheetFault::Control { code: 1, line: 0, offset: 1 }));
}

proptest! {
    #[test]
    fn any_text_survives_writing_and_reading(rows in prop::collection::vec(prop::collection::vec("[ a\\n\\r\\t<&\"'王𠮷\u{301}]{0,6}", 3), 0..5)) {
        let header: Vec<String> = ["甲", "乙", "丙"].map(String::from).into();
        let sheet = OdsSheet { name: "一".into(), header, rows: rows.clone(), ..OdsSheet::default() };
        let table = read(&sheet::write_ods(&sheet).unwrap()).unwrap();
        let read: Vec<Vec<String>> = table.rows.into_iter().map(|row| row.cells[..3].to_vec()).collect();
        let kept: Vec<Vec<String>> = rows.into_iter().filter(|row| row.iter().any(|cell| !cell.trim().is_empty())).collect();
        prop_assert_eq!(read, kept);
    }

    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>, start in prop::sample::select(vec![&b""[..], b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"\xef\xbb\xbf"])) {
        let _ = read(&[start, &bytes].concat());
    }

    #[test]
    fn damaged_packages_never_panic(at in 0usize..4096, byte: u8, which in 0usize..2) {
        let mut bytes = if which == 0 { sheet::write_ods(&sample_sheet()).unwrap() } else { xlsx(r#"<row r="1"><c r="A1"><v>7</v></c></row>"#) };
        let at = at % bytes.len();
        bytes[at] = byte;
        let _ = read(&bytes);
    }

    #[test]
    fn damaged_xml_never_panics(cut in 0usize..400, insert in "[<>/&\"=a0-9 ]{0,8}") {
        let sound = row(&["甲", "乙"]) + r#"<table:table-row table:number-rows-repeated="2"><table:table-cell office:value-type="float" office:value="7"/></table:table-row>"#;
        let at = (0..=cut.min(sound.len())).rev().find(|at| sound.is_char_boundary(*at)).unwrap();
        let _ = read(&ods(&format!("{}{insert}{}", &sound[..at], &sound[at..])));
        let data = r#"<row r="1"><c r="A1" t="s" s="9"><v>7</v></c><c r="C1" t="d"><v>2026-03-02</v></c></row>"#;
        let at = cut.min(data.len());
        let _ = read(&xlsx(&format!("{}{insert}{}", &data[..at], &data[at..])));
    }
}
