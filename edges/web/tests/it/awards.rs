//! An award case from the officer's file to the committee or the head.

use crate::world::{HERE, Who, World, award_file, one_award};
use axum::http::StatusCode;
use personnel::CaseState;

const FAULTY: &[(&str, &str, &str, &str)] = &[
    ("A223456781", "林受獎", "辦理選務工作，圓滿完成。", "4010"),
    ("A223456781", "林受獎", "協助災害防救。", "4003"),
    ("A999999999", "不明人", "協助災害防救。", "4001"),
];

/// The sixteen fields of the form.
pub fn typed<'a>(id: &'a str, name: &'a str, reason: &'a str, outcome: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("national_id", id),
        ("person_name", name),
        ("agency", HERE),
        ("reason", reason),
        ("outcome", outcome),
        ("category", "A02"),
        ("law_code", "BT"),
        ("law_name", "公務人員平時獎懲標準表"),
        ("point", "3"),
        ("subparagraph", "2"),
        ("remedy", "1"),
    ]
}

pub async fn upload(world: &World, file: &str) -> String {
    let sent = world.send(Who::Officer, "/awards/upload", ("file", "獎懲.csv", file.as_bytes()), &[]).await;
    sent.is(StatusCode::SEE_OTHER).location
}

#[tokio::test]
async fn a_good_file_becomes_a_case_and_goes_to_the_committee() {
    let world = World::new().await;
    let kept = upload(&world, &one_award()).await;
    world.get(Who::Officer, &kept).await.is(StatusCode::OK).says("匯入全部 1 列");
    world.get(Who::Stranger, &kept).await.is(StatusCode::NOT_FOUND);
    let case = world.post(Who::Officer, &kept, &[("take", "all")]).await.is(StatusCode::SEE_OTHER).location;
    world.get(Who::Officer, &kept).await.is(StatusCode::NOT_FOUND);
    let page = world.get(Who::Officer, &case).await.is(StatusCode::OK).says("林受獎").says("A22345****");
    assert!(!page.text().contains("A223456781"), "the national id is masked");
    world.get(Who::Officer, "/work").await.says("獎懲.csv");
    world.post(Who::Officer, &format!("{case}/submit"), &[("version", "1")]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, &case).await.says("考績委員會初核中");
    let stale = world.post(Who::Officer, &format!("{case}/submit"), &[("version", "1")]).await;
    stale.is(StatusCode::UNPROCESSABLE_ENTITY).says("已由他人處理");
}

#[tokio::test]
async fn every_fault_is_shown_and_the_good_lines_may_be_taken() {
    let world = World::new().await;
    let kept = upload(&world, &award_file(FAULTY)).await;
    let page = world.get(Who::Officer, &kept).await.is(StatusCode::OK);
    let page = page.says("獎懲結果代碼「4003」不存在").says("只匯入正確的 1 列").says("身分證號");
    assert!(!page.text().contains("匯入全部"), "what has faults cannot be taken in whole");
    let ods = world.get(Who::Officer, &format!("{kept}/refused.ods")).await.is(StatusCode::OK);
    let table = sheet::read("refused.ods", &ods.bytes, &sheet::Limits::default()).unwrap();
    assert_eq!((table.rows.len(), table.header.last().unwrap().as_str()), (3, "錯誤原因"));
    assert!(table.rows[1].cells.last().unwrap().contains("4003"), "{:?}", table.rows[1]);
    let whole = world.post(Who::Officer, &kept, &[("take", "all")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    whole.says("2列錯誤");
    let case = world.post(Who::Officer, &kept, &[("take", "good")]).await.is(StatusCode::SEE_OTHER).location;
    let page = world.get(Who::Officer, &case).await.says("辦理選務工作");
    assert!(!page.text().contains("協助災害防救"));
}

#[tokio::test]
async fn a_file_may_be_left_and_one_that_is_no_table_is_refused() {
    let world = World::new().await;
    let kept = upload(&world, &award_file(FAULTY)).await;
    assert_eq!(world.post(Who::Officer, &kept, &[("take", "none")]).await.location, "/awards");
    world.get(Who::Officer, &kept).await.is(StatusCode::NOT_FOUND);
    for bytes in [&b"%PDF-1.7 not a table"[..], "姓名\r\n王小明\r\n".as_bytes(), b""] {
        let sent = world.send(Who::Officer, "/awards/upload", ("file", "x.csv", bytes), &[]).await;
        sent.is(StatusCode::UNPROCESSABLE_ENTITY).says("file-error");
    }
    let template = world.get(Who::Officer, "/awards/template.ods").await.is(StatusCode::OK);
    let table = sheet::read("t.ods", &template.bytes, &sheet::Limits::default()).unwrap();
    assert_eq!(table.header, personnel::AWARD_HEADINGS);
}

#[tokio::test]
async fn a_typed_row_comes_back_with_its_faults_and_then_makes_a_case() {
    let world = World::new().await;
    let person = world.person(Who::Civil);
    world.get(Who::Officer, &format!("/awards/new?person={person}")).await.says("value=\"A223456781\"");
    let wrong = typed("A223456781", "林受將", "推動電子公文。", "4010");
    let page = world.post(Who::Officer, "/awards/new", &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("person_name-error").says("推動電子公文。").says("value=\"林受將\"");
    let right = typed("A223456781", "林受獎", "推動電子公文。", "4010");
    let case = world.post(Who::Officer, "/awards/new", &right).await.is(StatusCode::SEE_OTHER).location;
    let id = case.rsplit('/').next().unwrap();
    let mut second = typed("A100000001", "張小吏", "推動電子公文。", "4001");
    second.extend([("case", id), ("another", "yes")]);
    let next = world.post(Who::Officer, "/awards/new", &second).await.is(StatusCode::SEE_OTHER).location;
    assert_eq!(next, format!("/awards/new?case={id}"));
    world.get(Who::Officer, &case).await.says("張小吏").says("林受獎");
}

#[tokio::test]
async fn a_returned_row_is_put_right_and_goes_on() {
    let world = World::new().await;
    let id = world.draft(&award_file(&FAULTY[..1])).await;
    let case = personnel::submit(&world.app.db, (id, 1), world.app.now()).await.unwrap();
    let file = personnel::case_file(&world.app.db, &[case.agency], id).await.unwrap().unwrap();
    let row = file.rows[0].id;
    personnel::return_rows(&world.app.db, (id, case.version), &[row], "請敘明選舉名稱", world.app.now()).await.unwrap();
    let path = format!("/awards/case/{id}/row/{row}");
    world.get(Who::Officer, &format!("/awards/case/{id}")).await.says("請敘明選舉名稱").says(&path);
    world
        .get(Who::Officer, &path)
        .await
        .is(StatusCode::OK)
        .says("辦理選務工作，圓滿完成。")
        .says("value=\"A223456781\"");
    let other = typed("A100000001", "張小吏", "換了人", "4010");
    world.post(Who::Officer, &path, &other).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("換了人");
    let mended = typed("A223456781", "林受獎", "辦理第17屆總統選舉選務工作。", "4010");
    world.post(Who::Officer, &path, &mended).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, &path).await.is(StatusCode::NOT_FOUND);
    world.get(Who::Officer, &format!("/awards/case/{id}")).await.says("第17屆總統選舉").says("送考績委員會初核");
}

#[tokio::test]
async fn a_batch_is_taken_back_after_it_was_said_what_that_means() {
    let world = World::new().await;
    let id = world.draft(&one_award()).await;
    let page = world.get(Who::Officer, &format!("/awards/case/{id}")).await;
    let undo = "/awards/batch/1/undo";
    page.says(undo);
    world.get(Who::Officer, undo).await.is(StatusCode::OK).says("1案、共1人");
    world.post(Who::Officer, undo, &[]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, &format!("/awards/case/{id}")).await.says("已撤回");
    let orders = world.issued(&one_award()).await;
    assert_eq!(orders.len(), 1);
    world.get(Who::Officer, "/awards/batch/2/undo").await.says("無法整批撤回");
    world.post(Who::Officer, "/awards/batch/2/undo", &[]).await.is(StatusCode::CONFLICT);
}

#[tokio::test]
async fn only_lower_awards_with_a_ground_are_issued_first() {
    let world = World::new().await;
    let id = world.draft(&one_award()).await;
    let path = format!("/awards/case/{id}/issue-first");
    world.get(Who::Officer, &format!("/awards/case/{id}")).await.says("公務人員考績法施行細則第13條");
    let none = world.post(Who::Officer, &path, &[("version", "1"), ("detail", "比照前例")]).await;
    none.is(StatusCode::UNPROCESSABLE_ENTITY).says("ground-error").says("比照前例");
    let sent = [("version", "1"), ("ground", "standard"), ("detail", "平時獎懲標準表")];
    world.post(Who::Officer, &path, &sent).await.is(StatusCode::SEE_OTHER);
    let file = personnel::case_file(&world.app.db, &[crate::world::code(HERE)], id).await.unwrap().unwrap();
    let CaseState::AwaitingHead { route: personnel::Route::IssueFirst { ground } } = file.case.state else { panic!() };
    assert_eq!(ground, "已有明確獎懲標準：平時獎懲標準表");
    let high = world.draft(&award_file(&[("A223456781", "林受獎", "搶救重大災害。", "4100")])).await;
    let page = world.get(Who::Officer, &format!("/awards/case/{high}")).await;
    assert!(!page.text().contains("先行發布"), "it is not offered");
    let refused = world.post(Who::Officer, &format!("/awards/case/{high}/issue-first"), &sent).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("僅記功（過）以下");
}

#[tokio::test]
async fn each_role_sees_the_work_that_waits_for_it() {
    let world = World::new().await;
    world.get(Who::Officer, "/work").await.says("目前沒有等您處理的案件");
    let id = world.draft(&one_award()).await;
    world.get(Who::Officer, "/work").await.says(&format!("/awards/case/{id}"));
    let case = personnel::submit(&world.app.db, (id, 1), world.app.now()).await.unwrap();
    world.get(Who::Secretary, "/work").await.says(&format!("/committee/case/{id}"));
    let today = world.app.today();
    personnel::record_agreement(&world.app.db, (id, case.version), today, world.app.now()).await.unwrap();
    world.get(Who::Head, "/work").await.says(&format!("/approvals/case/{id}"));
    world.get(Who::Officer, "/awards?state=awaiting_head").await.says(&format!("/awards/case/{id}"));
    let stranger = world.get(Who::Stranger, "/work").await;
    assert!(!stranger.text().contains("/awards/case/"));
    stranger.says("/office/A09000000E");
}
