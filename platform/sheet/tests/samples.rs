//! Real and sample files, whole.

use sheet::{Columns, Encoding, Format, Limits, SheetFault, Table, Wanted};

const AWARDS: &[u8] = include_bytes!("../../../cases/samples/awards.csv");
const AWARDS_ODS: &[u8] = include_bytes!("../../../cases/samples/awards.ods");
const AWARDS_XLSX: &[u8] = include_bytes!("../../../cases/samples/awards.xlsx");
const FAULTS: &[u8] = include_bytes!("../../../cases/samples/awards-with-faults.csv");
const PEOPLE: &[u8] = include_bytes!("../../../cases/samples/people.csv");
const AGENCIES: &[u8] = include_bytes!("../../../cases/agencies/orglist.csv");

fn read(name: &str, bytes: &[u8]) -> Table {
    sheet::read(name, bytes, &Limits::default()).expect("a sound file")
}

#[test]
fn the_published_agency_list_is_read_whole() {
    let table = read("orglist.csv", AGENCIES);
    assert_eq!(
        (table.format, table.encoding, table.header.len(), table.rows.len()),
        (Format::Csv, Encoding::Big5, 17, 15_841)
    );
    let columns = Columns::find(&table.header, &[Wanted::required("機關代碼"), Wanted::required("機關名稱")]).unwrap();
    let name = |code: &str| {
        let row = table.rows.iter().find(|row| columns.cell(row, "機關代碼") == code).unwrap();
        columns.cell(row, "機關名稱")
    };
    assert_eq!((name("A58000000A"), name("376480000A")), ("行政院人事行政總處", "南投縣政府"));
    assert!(table.rows.iter().all(|row| !row.cells.iter().any(|cell| cell.contains('\u{fffd}'))));
}

#[test]
fn people_are_utf8_with_a_byte_order_mark() {
    let table = read("people.csv", PEOPLE);
    assert_eq!((table.encoding, table.header[0].as_str(), table.rows.len()), (Encoding::Utf8, "身分證號", 600));
    assert_eq!(table.rows[599].line, 601);
}

#[test]
fn awards_are_the_same_in_every_format() {
    let csv = read("awards.csv", AWARDS);
    let ods = read("awards.ods", AWARDS_ODS);
    let xlsx = read("awards.xlsx", AWARDS_XLSX);
    assert_eq!([csv.format, ods.format, xlsx.format], [Format::Csv, Format::Ods, Format::Xlsx]);
    assert_eq!((csv.encoding, csv.header.len(), csv.rows.len()), (Encoding::Big5, 16, 285));
    assert_eq!((&csv.header, &csv.rows), (&ods.header, &ods.rows));
    assert_eq!((&csv.header, &csv.rows), (&xlsx.header, &xlsx.rows));
    assert_eq!([ods.sheet.as_deref(), xlsx.sheet.as_deref()], [Some("獎勵"); 2]);
}

#[test]
fn faulty_rows_are_read_as_they_are() {
    let table = read("awards-with-faults.csv", FAULTS);
    assert_eq!(table.rows.len(), 13);
    assert_eq!(table.rows[11].cells[3], "第一行\n第二行");
    assert_eq!(table.rows[12].line, 14, "a quoted line break begins no row");
}

#[test]
fn kinds_of_cells_become_text() {
    let table = read("kinds.xlsx", include_bytes!("kinds.xlsx"));
    assert_eq!((table.header.len(), table.rows.len(), table.rows[0].line), (9, 1, 3));
    let expected =
        ["0930909", "4001", "0.5", "2026-03-02", "2026-03-02", "2026-03-02T09:30:00", "TRUE", "", "第一行\n𠮷&<"];
    assert_eq!(table.rows[0].cells, expected);
}

#[test]
fn a_formula_is_refused_with_its_address() {
    let fault = sheet::read("formula.xlsx", include_bytes!("formula.xlsx"), &Limits::default()).unwrap_err();
    assert_eq!(fault, SheetFault::Formula { cell: "B3".into() });
    assert_eq!(fault.refusal().code, "sheet.formula");
}

#[test]
fn every_cut_of_a_package_is_refused() {
    for bytes in [AWARDS_ODS, AWARDS_XLSX] {
        for end in (4..bytes.len()).step_by(97) {
            let fault = sheet::read("cut", &bytes[..end], &Limits::default()).unwrap_err();
            assert!(matches!(fault, SheetFault::CutOff(_) | SheetFault::Damaged { .. }), "{end}: {fault:?}");
        }
    }
}

#[test]
fn a_big_file_is_refused_before_it_is_read() {
    let limits = Limits { bytes_max: 1000, ..Limits::default() };
    assert_eq!(sheet::read("a", AWARDS, &limits).unwrap_err(), SheetFault::TooLarge { bytes: AWARDS.len(), max: 1000 });
    let fault = SheetFault::TooLarge { bytes: 200 << 20, max: 20 << 20 };
    assert_eq!(fault.text().zh, "檔案有200.0 MB，上限為20.0 MB，請分批上傳");
}
