//! `renshi keep office`: what the operator gives alone.

use crate::county::{self, AGENCY};
use crate::program::{renshi, text};
use kernel::PersonId;
use time::macros::datetime;

const PEOPLE: &str = "身分證號,姓名,性別,出生日期,機關代碼,機關名稱,單位代碼,單位,職稱,官職等,俸點,到職日期,電子郵件\r\n\
    A123456789,王承辦,1,0660101,376480000A,南投縣政府,A400,人事處,科員,P05,370,0990101,\r\n\
    A123456770,李秘書,2,0660102,376480000A,南投縣政府,A400,人事處,專員,P07,460,0990101,\r\n\
    B199960300,陳首長,1,0510705,376480000A,南投縣政府,A100,縣長室,縣長,P14,800,0861010,\r\n";

#[tokio::test(flavor = "multi_thread")]
async fn an_office_that_two_people_could_give_is_given_alone_only_for_a_reason_the_person_reads() {
    let at = datetime!(2026-01-02 02:00 UTC);
    let test = county::database(at).await;
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
