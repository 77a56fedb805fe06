//! Agencies and people: found, shown, taken in.

use crate::world::{HERE, Who, World};
use axum::http::StatusCode;

const HEADINGS: &str = "機關代碼,機關名稱,郵遞區號,機關地址,機關電話,主管機關代碼,主管機關名稱,傳真,機關生效日期,機關裁撤日期,機關層級,裁撤註記,新機關代碼,新機關名稱,新機關生效日,舊機關代碼,舊機關名稱\r\n";

fn edition(rows: &[&str]) -> String {
    let fixed = [
        "A00000000A,行政院,100,臺北市忠孝東路一段一號,02-33566500,A00000000A,行政院,,0000000,,1,,,,,,",
        "A09000000E,教育部,100,臺北市中山南路5號,02-77366666,A00000000A,行政院,,0000000,,2,,,,,,",
    ];
    let lines: Vec<String> = fixed.iter().chain(rows).map(|line| format!("{line}\r\n")).collect();
    HEADINGS.to_owned() + &lines.concat()
}

const CLOSED: &str = "376480300A,南投縣政府舊局,540,南投市中興路1號,049-2222107,376480000A,南投縣政府,,0000000,1010101,3,是,376480000A,南投縣政府,1010101,,";
const RENAMED: &str =
    "376480000A,南投縣新政府,540,南投市中興路660號,049-2222106,376480000A,南投縣新政府,,0000000,,2,,,,,,";

#[tokio::test]
async fn agencies_are_found_by_name_short_name_and_code() {
    let world = World::new().await;
    for words in ["南投縣政府", "376480000", "投縣府"] {
        let query: String = words.bytes().map(|b| format!("%{b:02X}")).collect();
        let page = world.get(Who::Secretary, &format!("/agencies?q={query}")).await.is(StatusCode::OK);
        page.says("/agencies/376480000A");
    }
    world.get(Who::Officer, "/agencies?q=zzzz").await.says("沒有相符的機關");
    world.get(Who::Officer, "/agencies/tree").await.says("/agencies/tree?under=376480000A");
    world.get(Who::Officer, "/agencies/tree?under=376480000A").await.says("南投縣政府舊局").says("已裁撤");
    world.get(Who::Officer, "/agencies/tree?under=999999999Z").await.is(StatusCode::NOT_FOUND);
    world.get(Who::Officer, "/agencies/376480300A").await.says("101/01/01裁撤").says("由其承接");
    world.get(Who::Officer, "/agencies/999999999Z").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_edition_is_shown_before_it_is_imported() {
    let world = World::new().await;
    let file = edition(&[RENAMED, CLOSED]);
    let send = |bytes: String, on: &'static str| {
        let world = &world;
        async move {
            world
                .send(
                    Who::Operator,
                    "/agencies/import",
                    ("file", "orglist.csv", bytes.as_bytes()),
                    &[("published_on", on)],
                )
                .await
        }
    };
    send(file.clone(), "115/13/45").await.is(StatusCode::UNPROCESSABLE_ENTITY).says("published_on-error");
    let bad = edition(&[CLOSED, "壞碼,南投縣政府,,,,,,,,,,,,,,,"]);
    send(bad, "115/11/01").await.is(StatusCode::UNPROCESSABLE_ENTITY).says("機關代碼").says("file-error");
    let kept = send(file, "115/11/01").await.is(StatusCode::SEE_OTHER).location;
    let page = world.get(Who::Operator, &kept).await.is(StatusCode::OK).says("更名").says("南投縣新政府");
    world.get(Who::Officer, &kept).await.is(StatusCode::NOT_FOUND);
    let base = page.text().split("name=\"base\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
    let ods = world.get(Who::Operator, &format!("{kept}/changes.ods")).await.is(StatusCode::OK);
    let table = sheet::read("changes.ods", &ods.bytes, &sheet::Limits::default()).unwrap();
    assert_eq!((table.header.len(), table.rows[0].cells[0].as_str()), (4, "更名"));
    let moved = world.post(Who::Operator, &kept, &[("base", "99")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    moved.says("已有人匯入另一版");
    world.post(Who::Operator, &kept, &[("base", &base)]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Operator, &kept).await.is(StatusCode::NOT_FOUND);
    world.get(Who::Officer, "/agencies/376480000A").await.says("「南投縣政府」 → 「南投縣新政府」");
    world.get(Who::Operator, "/agencies/import").await.says("115/11/01");
}

#[tokio::test]
async fn an_edition_that_leaves_out_much_needs_a_word_more() {
    let world = World::new().await;
    let file = edition(&[RENAMED]);
    let fields = [("published_on", "115/11/01")];
    let kept =
        world.send(Who::Operator, "/agencies/import", ("file", "o.csv", file.as_bytes()), &fields).await.location;
    world.get(Who::Operator, &kept).await.says("本版未列").says("accept_missing");
    world
        .post(Who::Operator, &kept, &[("base", "1")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("檔案可能不完整");
    let sent = [("base", "1"), ("accept_missing", "yes")];
    world.post(Who::Operator, &kept, &sent).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, "/agencies/376480300A").await.says("115/11/01版起未列");
}

#[tokio::test]
async fn people_are_those_of_ones_own_agencies_and_masked() {
    let world = World::new().await;
    let page = world.get(Who::Officer, "/people").await.says("林受獎").says("A22345****").says("薦任第七職等");
    assert!(!page.text().contains("趙外人") && !page.text().contains("A223456781"));
    let query: String = "民政".bytes().map(|b| format!("%{b:02X}")).collect();
    let found = world.get(Who::Officer, &format!("/people?q={query}&page=99")).await.says("張小吏");
    assert!(!found.text().contains("李秘書"));
    world.get(Who::Stranger, "/people").await.says("趙外人");
}

#[tokio::test]
async fn a_whole_national_id_is_looked_up_without_standing_in_an_address() {
    let world = World::new().await;
    let found = world.post(Who::Officer, "/people", &[("q", " a223456781 ")]).await.is(StatusCode::OK).says("林受獎");
    assert!(!found.text().contains("張小吏"));
    let page = world.get(Who::Officer, "/people?q=A223456781").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let page = page.says("請勿將完整身分證號置於網址");
    assert!(!page.text().contains("林受獎") && !page.text().contains("A223456781"));
    world.get(Who::Officer, "/people?q=a223456781").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    // A number that is nobody's here is answered alike.
    world.get(Who::Officer, "/people?q=A200000003").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let next = world.post(Who::Officer, "/people", &[("q", "民政處")]).await.is(StatusCode::SEE_OTHER).location;
    world.get(Who::Officer, &next).await.is(StatusCode::OK).says("張小吏").says("林受獎");
    assert_eq!(world.post(Who::Officer, "/people", &[("q", "")]).await.is(StatusCode::SEE_OTHER).location, "/people");
    let form = world.get(Who::Officer, "/people").await.text();
    let search = form.split("<form").find(|form| form.contains("role=\"search\"")).unwrap();
    assert!(search.contains("method=\"post\""), "{search}");
}

#[tokio::test]
async fn a_list_of_people_is_taken_in_whole_or_not_at_all() {
    let world = World::new().await;
    let head = personnel::PEOPLE_HEADINGS.join(",");
    let new = format!("B100000002,新進員,1,0850101,{HERE},南投縣政府,B100,民政處,辦事員,P03,280,1141101,");
    let send = |rows: String| {
        let world = &world;
        let file = format!("{head}\r\n{rows}\r\n");
        async move { world.send(Who::Officer, "/people/import", ("file", "people.csv", file.as_bytes()), &[]).await }
    };
    let faulty = format!("{new}\r\nA123456788,錯號員,1,0850101,{HERE},,,,辦事員,P03,280,1141101,");
    let page = send(faulty).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("未匯入任何資料");
    page.says("身分證號").says("第3列");
    let elsewhere = "B100000002,新進員,1,0850101,A09000000E,教育部,B100,,辦事員,P03,280,1141101,".to_owned();
    send(elsewhere).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let nobody = world.get(Who::Officer, "/people").await;
    assert!(!nobody.text().contains("新進員"));
    assert_eq!(send(new).await.is(StatusCode::SEE_OTHER).location, "/people");
    world.get(Who::Officer, "/people").await.says("新進員");
    let none = world.send(Who::Officer, "/people/import", ("other", "x.csv", b"x"), &[]).await;
    none.is(StatusCode::UNPROCESSABLE_ENTITY).says("請選擇檔案");
}
