//! The committee secretary: review, return, confirm.

use crate::world::{NOW, Who, World, award_file, one_award};
use axum::http::StatusCode;
use kernel::CaseId;
use personnel::{AwardCase, CaseState, Confirmation, Route};
use time::Duration;
use time::macros::date;

async fn in_review(world: &World, file: &str) -> AwardCase {
    let case = world.draft(file).await;
    personnel::submit(&world.app.db, (case, 1), NOW).await.unwrap()
}

async fn state(world: &World, id: CaseId) -> personnel::CaseFile {
    let here = [crate::world::code(crate::world::HERE)];
    personnel::case_file(&world.app.db, &here, id).await.unwrap().unwrap()
}

fn two_awards() -> String {
    award_file(&[
        ("A223456781", "林受獎", "辦理選務工作，圓滿完成。", "4010"),
        ("A100000001", "張小吏", "辦理選務工作，圓滿完成。", "4001"),
    ])
}

#[tokio::test]
async fn the_secretary_of_the_agency_sees_its_cases_and_nobody_else_does() {
    let world = World::new().await;
    let case = in_review(&world, &one_award()).await;
    let path = format!("/committee/case/{}", case.id);
    world.get(Who::Secretary, "/committee").await.is(StatusCode::OK).says(&path).says("南投縣政府");
    world.get(Who::Secretary, &path).await.is(StatusCode::OK).says("林受獎").says("記功一次");
    for who in [Who::Officer, Who::Head, Who::Operator, Who::Civil, Who::Stranger] {
        for path in ["/committee", &path] {
            world.get(who, path).await.is(StatusCode::NOT_FOUND);
        }
        world.post(who, &format!("{path}/decision"), &[("version", "2")]).await.is(StatusCode::NOT_FOUND);
    }
    world.get(Who::Nobody, &path).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Secretary, "/committee/case/0").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_agreement_is_recorded_with_the_day_of_the_meeting() {
    let world = World::new().await;
    let case = in_review(&world, &one_award()).await;
    let path = format!("/committee/case/{}/decision", case.id);
    let version = case.version.to_string();
    let send = async |pairs: &[(&str, &str)]| world.post(Who::Secretary, &path, pairs).await;
    send(&[("version", &version)])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("請選擇委員會的決議")
        .says("請填寫會議日期");
    let future = [("version", version.as_str()), ("outcome", "agreed"), ("on", "1151231")];
    let page = send(&future).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("會議日期應在送案以後");
    assert!(page.text().contains("value=\"1151231\""), "what was typed comes back");
    let today = [("version", version.as_str()), ("outcome", "agreed"), ("on", "115/11/23")];
    assert_eq!(send(&today).await.is(StatusCode::SEE_OTHER).location, "/committee");
    let on = date!(2026 - 11 - 23);
    assert_eq!(state(&world, case.id).await.case.state, CaseState::AwaitingHead { route: Route::Committee { on } });
    send(&today).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("本案已由他人處理");
}

#[tokio::test]
async fn chosen_rows_go_back_with_a_remark_and_the_others_go_on() {
    let world = World::new().await;
    let case = in_review(&world, &two_awards()).await;
    let path = format!("/committee/case/{}/return", case.id);
    let version = case.version.to_string();
    let row = state(&world, case.id).await.rows[1].id.to_string();
    let send = async |pairs: &[(&str, &str)]| world.post(Who::Secretary, &path, pairs).await;
    let none = [("version", version.as_str()), ("row_remark", "請補正")];
    send(&none).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("請勾選要退回的列");
    let silent = [("version", version.as_str()), ("rows", row.as_str())];
    let page = send(&silent).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("href=\"#row_remark\"");
    assert!(page.text().contains(&format!("value=\"{row}\" checked")), "the choice comes back");
    let good = [("version", version.as_str()), ("rows", row.as_str()), ("row_remark", "事由請補正")];
    send(&good).await.is(StatusCode::SEE_OTHER);
    let file = state(&world, case.id).await;
    assert_eq!(file.rows[1].returned.as_deref(), Some("事由請補正"));
    assert!(file.rows[0].returned.is_none());
    assert!(matches!(file.case.state, CaseState::InReview { .. }));
    let all = [("version", "4"), ("rows_all", "1"), ("row_remark", "全部補正")];
    assert_eq!(file.case.version, 3);
    send(&all).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("本案已由他人處理");
    let all = [("version", "3"), ("rows_all", "1"), ("row_remark", "全部補正")];
    assert_eq!(send(&all).await.is(StatusCode::SEE_OTHER).location, "/committee", "nothing is left to review");
    assert!(matches!(state(&world, case.id).await.case.state, CaseState::Draft { remark: Some(_) }));
}

#[tokio::test]
async fn a_refusal_sends_the_whole_case_back_with_its_reason() {
    let world = World::new().await;
    let case = in_review(&world, &one_award()).await;
    let path = format!("/committee/case/{}/decision", case.id);
    let version = case.version.to_string();
    let mut pairs = vec![("version", version.as_str()), ("outcome", "refused"), ("on", "1151123")];
    world.post(Who::Secretary, &path, &pairs).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("請敘明理由");
    pairs.push(("remark", "獎度過高"));
    world.post(Who::Secretary, &path, &pairs).await.is(StatusCode::SEE_OTHER);
    let back = state(&world, case.id).await.case;
    assert_eq!(back.state, CaseState::Draft { remark: Some("獎度過高".to_owned()) });
    assert!(back.committee.is_some_and(|said| said.on == date!(2026 - 11 - 23) && !said.agreed));
    let page = world.get(Who::Officer, &format!("/awards/case/{}", case.id)).await.says("獎度過高").says("初核不同意");
    assert!(!page.text().contains("先行發布"), "what the committee refused is not issued first");
}

#[tokio::test]
async fn a_case_issued_first_is_chased_until_it_is_confirmed() {
    let world = World::new().await;
    let case = world.draft(&one_award()).await;
    let case = personnel::submit_issue_first(&world.app.db, (case, 1), "前有同類案件", NOW).await.unwrap();
    world.approve(&case).await;
    let file = state(&world, case.id).await;
    let CaseState::Issued { confirmation: Confirmation::Due(by), .. } = file.case.state else {
        panic!("to be confirmed")
    };
    let left = (by - (NOW + Duration::hours(8)).date()).whole_days();
    world.get(Who::Secretary, "/committee").await.says(&kernel::roc::slash(by)).says(&format!("剩{left}日"));
    let version = file.case.version.to_string();
    let pairs = [("version", version.as_str()), ("outcome", "refused"), ("on", "1151123")];
    let path = format!("/committee/case/{}", case.id);
    world.get(Who::Secretary, &path).await.says("不予確認").says(&format!("{path}/decision"));
    world.post(Who::Secretary, &format!("{path}/decision"), &pairs).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Secretary, &path).await.says("應變更之");
    world.get(Who::Secretary, "/committee").await.says("沒有待提會確認的案件");
}
