//! The papers of `modules/orders/templates`, printed with the samples beside them.

use serde_json::{Value, json};

use crate::samples::{BUNDLE, NUMBER_REGISTER, ORDER, SERVICE_RECORD, render, sample, text_of, tool};

fn compact(text: &str) -> String {
    text.split_whitespace().collect()
}

fn pages(pdf: &[u8]) -> usize {
    let info = tool(pdf, "pdfinfo", &["PDF"]);
    let line = info.lines().find_map(|line| line.strip_prefix("Pages:")).expect("pdfinfo counts pages");
    line.trim().parse().expect("a number of pages")
}

#[test]
fn an_award_order_reads_as_laid_down() {
    let pdf = render(ORDER, &sample!("award")).unwrap();
    let text = text_of(&pdf);
    let expected = [
        "示範資料非正式公文，不生任何法律效力",
        "範例市政府令",
        "地址：900001範例市中正路1號",
        "承辦人：科員林測試",
        "受文者：王小明君",
        "發文日期：中華民國115年3月2日",
        "發文字號：範府人考字第1150012345號",
        "速別：普通件",
        "密等及解密條件或保密期限：",
        "主旨：核定王小明君獎勵如下，請查照。",
        "一、姓名：王小明（身分證統一編號：A12345****）",
        "二、服務機關（單位）及職稱：範例市政府資訊局系統發展科科員（薦任第七職等）",
        "三、獎懲事由：辦理114年度跨機關人事資料介接案，如期完成，辛勞得力。",
        "四、獎懲結果：記功一次（代碼4010）",
        "五、法令依據：公務人員考績法第12條第1項第1款、",
        "六、教示：如不服本令，得於收受次日起30日內，繕具復審書",
        "本令計12人，僅列本人部分。",
        "正本：王小明君",
        "副本：本府人事處、資訊局",
        "市長李範例",
        "https://orders.example.gov.tw/verify",
        "查驗代碼：3F7A-91C2-08D4-55EB",
        "第1頁，共1頁",
    ];
    let mut from = 0;
    for part in expected {
        let at =
            text[from..].find(part).unwrap_or_else(|| panic!("{part} is not there, or not in its place, in {text}"));
        from += at;
    }
    assert_eq!(pages(&pdf), 1);
}

#[test]
fn decoration_is_not_mixed_into_the_text() {
    let mut data = sample!("award");
    data["banner"] = json!("");
    data["footer"] = json!("");
    let text = text_of(&render(ORDER, &data).unwrap());
    // One 示 is left, that of the label 教示; the three of the watermark are not text.
    assert_eq!(text.matches('示').count(), 1, "{text}");
    assert!(!text.contains('訂'), "{text}");
}

#[test]
fn empty_sections_vanish_and_the_numbering_closes_up() {
    let mut data = sample!("award");
    for key in [
        "file_number",
        "retention",
        "officer",
        "reason",
        "outcome_code",
        "copies_to",
        "persons_total",
        "remedy",
        "verify",
    ] {
        data.as_object_mut().unwrap().remove(key);
    }
    data["email"] = json!("");
    data["telephone"] = Value::Null;
    let text = text_of(&render(ORDER, &data).unwrap());
    for label in
        ["檔號", "保存年限", "承辦人", "電話", "電子信箱", "獎懲事由", "代碼", "副本", "本令計", "教示", "查驗"]
    {
        assert!(!text.contains(label), "{label} in {text}");
    }
    assert!(text.contains("三、獎懲結果：記功一次四、法令依據："), "{text}");
}

#[test]
fn a_correction_names_the_order_it_amends() {
    let text = text_of(&render(ORDER, &sample!("revocation")).unwrap());
    assert!(
        text.contains("主旨：撤銷本府115年3月2日範府人考字第1150012345號令（核定王小明君記功一次），請查照。"),
        "{text}"
    );
    assert!(text.contains("一、原令：中華民國115年3月2日範府人考字第1150012345號令"), "{text}");
    assert!(text.contains("二、撤銷事由：原核定所據事實有誤"), "{text}");
    for act in ["更正", "廢止", "註銷"] {
        let mut data = sample!("revocation");
        data["amends"]["act"] = json!(act);
        assert!(text_of(&render(ORDER, &data).unwrap()).contains(&format!("二、{act}事由：")));
    }
}

#[test]
fn long_and_rare_content_flows_on_to_a_second_page() {
    let data = sample!("rare-names");
    let pdf = render(ORDER, &data).unwrap();
    let text = text_of(&pdf);
    assert_eq!(pages(&pdf), 2);
    // Number and page stand at the foot of both pages, so the body is compared page by page only where it is whole.
    for key in ["name", "post", "reason", "legal_basis", "classification", "remarks"] {
        let expected = compact(data[key].as_str().unwrap());
        assert!(text.contains(&expected), "{key}: {expected} not in {text}");
    }
    assert!(text.contains("第1頁，共2頁") && text.contains("第2頁，共2頁"), "{text}");
    assert!(data["reason"].as_str().unwrap().chars().count() >= 100);
}

#[test]
fn the_file_is_sound_tagged_and_says_it_is_pdf_a_and_pdf_ua() {
    for data in [sample!("award"), sample!("revocation")] {
        let pdf = render(ORDER, &data).unwrap();
        let xmp = String::from_utf8_lossy(&pdf);
        for mark in ["<pdfaid:part>3<", "<pdfaid:conformance>A<", "<pdfuaid:part>1<"] {
            assert!(xmp.contains(mark), "{mark}");
        }
        assert!(tool(&pdf, "qpdf", &["--check", "PDF"]).contains("No syntax or stream encoding errors"));
        let info = tool(&pdf, "pdfinfo", &["PDF"]);
        assert!(info.contains("Tagged:          yes"), "{info}");
        assert!(info.contains("Title:           範府人考字第1150012345號令"), "{info}");
        assert!(info.contains("A4"), "{info}");
        let catalog = tool(&pdf, "qpdf", &["--qdf", "--object-streams=disable", "PDF", "-"]);
        for key in [
            "/OutputIntents",
            "/StructTreeRoot",
            "/Lang (zh-TW)",
            "/AFRelationship /Data",
            "/Alt ",
            "/DisplayDocTitle true",
        ] {
            assert!(catalog.contains(key), "{key}");
        }
    }
}

#[test]
fn every_font_is_embedded_as_a_subset_with_its_characters() {
    for data in [sample!("award"), sample!("rare-names")] {
        let fonts = tool(&render(ORDER, &data).unwrap(), "pdffonts", &["PDF"]);
        let rows: Vec<_> = fonts.lines().skip(2).collect();
        assert!(rows.iter().any(|row| row.contains("TW-Kai")), "{fonts}");
        assert!(rows.iter().all(|row| row.contains("yes yes yes")), "{fonts}");
    }
}

#[test]
fn the_attachment_comes_out_byte_for_byte() {
    let pdf = render(ORDER, &sample!("award")).unwrap();
    let out = tool(&pdf, "qpdf", &["--show-attachment=order.json", "PDF"]);
    assert_eq!(out.as_bytes(), BUNDLE);
}

#[test]
fn the_receipt_list_and_the_number_register_list_every_row() {
    for (template, data) in [(SERVICE_RECORD, sample!("service-record")), (NUMBER_REGISTER, sample!("number-register"))]
    {
        let text = text_of(&render(template, &data).unwrap());
        for row in data["rows"].as_array().unwrap() {
            assert!(text.contains(row["number"].as_str().unwrap()), "{row} not in {text}");
        }
    }
    let receipts = text_of(&render(SERVICE_RECORD, &sample!("service-record")).unwrap());
    assert!(receipts.contains("簽名或蓋章") && receipts.contains("送達日期時間"), "{receipts}");
    assert!(text_of(&render(NUMBER_REGISTER, &sample!("number-register")).unwrap()).contains("作廢（重複取號）"));
}
