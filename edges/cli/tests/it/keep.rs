//! `renshi keep office`: what the operator gives alone.

use crate::program::{renshi, text};
use kernel::PersonId;
use time::macros::{date, datetime};

const AGENCY: &str = "376480000A";
const AGENCIES: &str = "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱\r\n\
    376480000A,南投縣政府,540,南投市中興路660號,049-2222106,376480000A,南投縣政府,,0000000,,2,,,,,,\r\n";
const PEOPLE: &str = "身分證號,姓名,性別,出生日期,機關代碼,機關名稱,單位代碼,單位,職稱,官職等,俸點,到職日期,電子郵件\r\n\
    A123456789,王承辦,1,0660101,376480000A,南投縣政府,A400,人事處,科員,P05,370,0990101,\r\n\
    A123456770,李秘書,2,0660102,376480000A,南投縣政府,A400,人事處,專員,P07,460,0990101,\r\n\
    B199960300,陳首長,1,0510705,376480000A,南投縣政府,A100,縣長室,縣長,P14,800,0861010,\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_two_people_could_give_is_given_alone_only_for_a_reason_the_person_reads() {
    let test = testkit::database(&[
        register::MIGRATIONS,
        access::MIGRATIONS,
        readlog::MIGRATIONS,
        org::MIGRATIONS,
        personnel::MIGRATIONS,
        orders::MIGRATIONS,
    ])
    .await;
    let at = datetime!(2026-01-02 02:00 UTC);
    let upload =
        org::Upload { file_name: "orglist.csv", bytes: AGENCIES.as_bytes(), published_on: date!(2026 - 01 - 01) };
    let confirmation = org::Confirmation { by: "測試", at, base: org::Base::Empty, accept_missing: false };
    org::import(&test.db, upload, confirmation).await.unwrap();
    let imported = personnel::import_people(&test.db, None, "people.csv", PEOPLE.as_bytes(), at).await.unwrap();
    assert!(imported.is_taken(), "{:?}", imported.findings);
    let person =
        async |id: &str| -> PersonId { personnel::person_by_national_id(&test.db, id).await.unwrap().unwrap().id };
    let mut tx = test.db.begin().await.unwrap();
    for (mark, id) in [(1, "A123456770"), (2, "B199960300")] {
        assert!(access::register_card(&mut tx, &[mark; 32], person(id).await, "某人", None, at).await.unwrap());
    }
    tx.commit().await.unwrap();
    let keep = |id: &str, role: &str, more: &[&str]| {
        let args = ["keep", "office", id, role, AGENCY, "--database", &test.url];
        let output = renshi().args(args).args(more).output().unwrap();
        (output.status.code(), text(&output))
    };
    let given = "given from today on";
    for (id, role) in [("B199960300", "head"), ("A123456770", "security")] {
        let (code, said) = keep(id, role, &[]);
        assert!(code == Some(0) && said.contains(given), "{said}");
    }
    let (code, said) = keep("A123456789", "officer", &[]);
    assert!(code == Some(1) && said.contains("--emergency"), "{said}");
    let (code, said) = keep("A123456789", "partner", &[]);
    assert!(code == Some(1) && said.contains("the role is"), "{said}");
    let (code, said) = keep("A123456789", "officer", &["--emergency", "承辦人全數停班"]);
    assert!(code == Some(0) && said.contains(given), "{said}");
    let holder = person("A123456789").await;
    let (told, _) = readlog::reads_of(&test.db, holder, readlog::Period::default(), 9, 0).await.unwrap();
    assert_eq!(told.len(), 1);
    assert_eq!(told[0].purpose.words, "緊急授予「人事人員」職權：承辦人全數停班");
    let (code, said) = keep("A123456789", "officer", &["--end", "--emergency", "x"]);
    assert_eq!(code, Some(2), "{said}");
    let (code, said) = keep("A123456789", "officer", &["--end"]);
    assert!(code == Some(0) && said.contains("ended today"), "{said}");
    for (number, expected) in [("5", 0), ("0", 1)] {
        let args = ["keep", "agent-principals", number, "--database", &test.url];
        let output = renshi().args(args).output().unwrap();
        assert_eq!(output.status.code(), Some(expected), "{}", text(&output));
    }
}
