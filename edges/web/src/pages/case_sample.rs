//! Cases for the samples of the committee's and the head's pages.

use super::committee::{sample_agency, sample_line};
use kernel::{NationalId, PersonId, RowId};
use personnel::{AwardRow, CaseFile, CaseState, Confirmation, Details, Person, Route};
use time::macros::date;
use webkit::Page;

/// A case with more rows than one page, one of them returned, and the longest words.
pub fn file(page: &Page, state: CaseState) -> CaseFile {
    let rows = (1..=63).map(row).collect();
    CaseFile { case: sample_line(12, state, page).case, rows }
}

/// Issued before the committee saw it.
pub fn issued_first(page: &Page) -> CaseState {
    CaseState::Issued {
        approved_at: page.now,
        route: Route::IssueFirst { ground: "前有同類案件，標準明確".into() },
        confirmation: Confirmation::Due(date!(2026 - 06 - 02)),
    }
}

fn row(line: u32) -> AwardRow {
    let names = ["示範甲", "谷辣斯·尤達卡·示範", "示範𠮷"];
    let long = "辦理一百十五年度跨機關人事資料介接及獎懲令電子化推動計畫，規劃周延、協調得宜，如期完成並通過驗收，辛勞得力，著有績效";
    AwardRow {
        id: RowId(line.into()),
        line,
        person: person(names[line as usize % names.len()]),
        reason: if line.is_multiple_of(4) { long.into() } else { "辦理選舉事務圓滿完成".into() },
        outcome: if line.is_multiple_of(3) { "4010".into() } else { "4001".into() },
        category: "A02".into(),
        details: Details {
            law_name: "公務人員考績法施行細則".into(),
            place: ["13".into(), String::new(), "1".into(), "1".into(), String::new()],
            remedy: "1".into(),
            ..Details::default()
        },
        returned: (line == 2).then(|| "事由未敘明具體事蹟，請補正。".into()),
        order: None,
    }
}

fn person(name: &str) -> Person {
    Person {
        id: PersonId(7),
        national_id: NationalId::parse("A123456789").expect("the well-known sample number"),
        name: name.into(),
        sex: 2,
        born_on: date!(1985 - 04 - 01),
        agency: sample_agency(),
        unit_code: "A610".into(),
        unit: "原住民族文化發展及部落永續推動科".into(),
        title: "薦任高級分析師".into(),
        grade: "P07".into(),
        pay_points: Some(445),
        arrived_on: None,
        email: None,
        left_on: None,
        elsewhere: false,
    }
}
