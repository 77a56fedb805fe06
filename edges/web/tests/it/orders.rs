//! Orders as the agency sees them, changes of them, service on paper, and the agency's settings.

use crate::world::{HERE, NOW, Who, World, award_file, one_award};
use axum::http::StatusCode;
use orders::{Consent, Family, Standing};

#[tokio::test]
async fn an_issued_order_is_listed_shown_and_taken_home() {
    let world = World::new().await;
    let id = world.issued(&one_award()).await.remove(0).id;
    world.get(Who::Head, "/orders").await.says("林受獎").says("有效").says("書面，待列印");
    let page = world.get(Who::Officer, &format!("/orders/{id}")).await.is(StatusCode::OK);
    let page = page.says("府人考字第1150000001號").says("A22345****").says("登錄序號").says("change/revoke");
    assert!(!page.text().contains("A223456781"), "the national id is masked");
    let pdf = world.get(Who::Officer, &format!("/orders/{id}/order.pdf")).await.is(StatusCode::OK);
    assert!(pdf.bytes.starts_with(b"%PDF-") && pdf.kind == "application/pdf");
    let bundle = world.get(Who::Officer, &format!("/orders/{id}/order.json")).await.is(StatusCode::OK);
    assert!(serde_json::from_slice::<serde_json::Value>(&bundle.bytes).unwrap().is_object());
    let secretary = world.get(Who::Secretary, &format!("/orders/{id}")).await.is(StatusCode::OK);
    assert!(!secretary.text().contains("/change/"), "only the officer changes orders");
    world.get(Who::Secretary, &format!("/orders/{id}/change/revoke")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_order_on_its_way_into_the_register_says_so() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    let id = world.approve(&case).await.remove(0).id;
    let page = world.get(Who::Officer, &format!("/orders/{id}")).await.says("正在進入登錄簿");
    assert!(!page.text().contains("order.pdf") && !page.text().contains("/change/"));
    world.get(Who::Officer, &format!("/orders/{id}/order.pdf")).await.is(StatusCode::CONFLICT).says("進入登錄簿");
    world.get(Who::Officer, &format!("/orders/{id}/change/correct")).await.is(StatusCode::CONFLICT).says("尚在登錄中");
}

#[tokio::test]
async fn a_correction_is_drafted_from_the_order_and_replaces_it() {
    let world = World::new().await;
    let id = world.issued(&one_award()).await.remove(0).id;
    let path = format!("/orders/{id}/change/correct");
    world.get(Who::Officer, &path).await.is(StatusCode::OK).says("行政程序法第101條").says("辦理選務工作，圓滿完成。");
    let mut row = vec![
        ("national_id", "A223456781"),
        ("person_name", "林受獎"),
        ("agency", HERE),
        ("reason", "辦理第17屆選務工作，圓滿完成。"),
        ("outcome", "4010"),
        ("category", "A02"),
        ("law_name", "公務人員平時獎懲標準表"),
        ("point", "3"),
        ("remedy", "1"),
    ];
    let refused = world.post(Who::Officer, &path, &row).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    refused.says("reason_of_change-error").says("辦理第17屆選務工作");
    row.push(("reason_of_change", "原令漏列屆次。"));
    let case = world.post(Who::Officer, &path, &row).await.is(StatusCode::SEE_OTHER).location;
    world.get(Who::Officer, &case).await.says("原令漏列屆次").says("送首長核定").says(&format!("/orders/{id}"));
    let twice = world.post(Who::Officer, &path, &row).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    twice.says("已有變更案辦理中");
    world.post(Who::Officer, &format!("{case}/submit"), &[("version", "1")]).await.is(StatusCode::SEE_OTHER);
    let number = case.rsplit('/').next().unwrap().parse().unwrap();
    let agency = crate::world::code(HERE);
    let file = personnel::case_file(&world.app.db, &[agency], number).await.unwrap().unwrap();
    world.approve(&file.case).await;
    while web::pass(&world.app).await.unwrap() {}
    assert_eq!(world.standing(id).await, Standing::Superseded);
    let old = world.get(Who::Officer, &format!("/orders/{id}")).await.says("已更正").says("更正本令");
    let offered = |code: &str| old.text().contains(&format!("/change/{code}"));
    assert!(
        offered("cancel") && !["correct", "revoke", "repeal"].into_iter().any(offered),
        "only its paper can be cancelled"
    );
    world.get(Who::Officer, &path).await.is(StatusCode::CONFLICT).says("由更正後之令取代");
}

#[tokio::test]
async fn a_repeal_asks_for_its_days() {
    let world = World::new().await;
    let id = world.issued(&one_award()).await.remove(0).id;
    let path = format!("/orders/{id}/change/repeal");
    let bad = [("reason_of_change", "事實變更"), ("known_on", "115/13/45")];
    let page = world.post(Who::Officer, &path, &bad).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("known_on-error").says("115/13/45").says("事實變更");
    let late = [("reason_of_change", "事實變更"), ("known_on", "112/01/05"), ("effective_on", "115/12/01")];
    world.post(Who::Officer, &path, &late).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("已逾得辦理之期間");
    let good = [("reason_of_change", "事實變更"), ("known_on", "115/11/01"), ("effective_on", "115/12/01")];
    let case = world.post(Who::Officer, &path, &good).await.is(StatusCode::SEE_OTHER).location;
    world.get(Who::Officer, &case).await.says("送考績委員會初核");
    let revoke = world.get(Who::Officer, &format!("/orders/{id}/change/revoke")).await;
    revoke.is(StatusCode::OK).says("第117條").says("知悉原因之日期");
    let cancel = world.get(Who::Officer, &format!("/orders/{id}/change/cancel")).await;
    cancel.is(StatusCode::CONFLICT).says("請先撤銷或廢止");
    world.get(Who::Officer, &format!("/orders/{id}/change/shred")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn paper_is_printed_listed_and_signed_for() {
    let world = World::new().await;
    let rows = [("A223456781", "林受獎", "辦理選務工作。", "4010"), ("A100000001", "張小吏", "辦理選務工作。", "4001")];
    let orders = world.issued(&award_file(&rows)).await;
    let (first, second) = (orders[0].id.to_string(), orders[1].id.to_string());
    world.get(Who::Officer, "/paper").await.says("林受獎").says("張小吏").says("待列印").says("以上全部 2 件");
    let pdf = world.post(Who::Officer, &format!("/paper/{first}/print"), &[]).await.is(StatusCode::OK);
    assert!(pdf.bytes.starts_with(b"%PDF-"));
    world.get(Who::Officer, &format!("/paper/{first}")).await.says("書面，已列印");
    let list = world.post(Who::Officer, "/paper", &[("do", "receipts"), ("order_all", "yes")]).await.is(StatusCode::OK);
    assert!(list.bytes.starts_with(b"%PDF-"));
    let none = world.post(Who::Officer, "/paper", &[("do", "receipts")]).await;
    none.is(StatusCode::UNPROCESSABLE_ENTITY).says("請勾選");
    let tomorrow = [("served_on", "115/11/24"), ("receiver", "林受獎")];
    let refused = world.post(Who::Officer, &format!("/paper/{first}/serve"), &tomorrow).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("served_on-error").says("115/11/24");
    let today = [("served_on", "115/11/23"), ("receiver", "林受獎")];
    world.post(Who::Officer, &format!("/paper/{first}/serve"), &today).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, &format!("/orders/{first}")).await.says("救濟期間").says("中華民國115年12月23日");
    let bulk = [("do", "serve"), ("order", second.as_str()), ("served_on", "115/13/45")];
    let wrong = world.post(Who::Officer, "/paper", &bulk).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says(&format!("value=\"{second}\" checked")).says("115/13/45");
    let bulk = [("do", "serve"), ("order", second.as_str()), ("served_on", "115/11/23")];
    world.post(Who::Officer, "/paper", &bulk).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, "/paper").await.says("沒有待書面送達的令");
    world.get(Who::Officer, &format!("/paper/{second}")).await.says("張小吏").says("書面，已簽收");
}

#[tokio::test]
async fn the_letterhead_is_kept_and_silent_people_are_notified_once() {
    let world = World::new().await;
    let path = format!("/office/{HERE}");
    world.get(Who::Officer, "/office").await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, &path).await.says("value=\"府人考\"").says("電子簽章法第5條第4項");
    let head = |days| {
        vec![
            ("name", "南投縣政府"),
            ("word", "府人考"),
            ("address", "新址"),
            ("head_title", "縣長"),
            ("head_name", "陳首長"),
            ("rule", "notice"),
            ("objection_days", days),
        ]
    };
    let wrong = world.post(Who::Officer, &path, &head("三十")).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    wrong.says("objection_days-error").says("value=\"三十\"").says("value=\"新址\"");
    let word = world.post(Who::Officer, &path, &[("rule", "consent"), ("name", "南投縣政府"), ("word", "")]).await;
    word.is(StatusCode::UNPROCESSABLE_ENTITY).says("word-error");
    let alone = world.post(Who::Officer, &format!("{path}/notify"), &[]).await;
    alone.is(StatusCode::CONFLICT).says("明示同意");
    world.post(Who::Officer, &path, &head("30")).await.is(StatusCode::SEE_OTHER);
    // Four of the five people of the agency have an address.
    world.get(Who::Officer, &path).await.says("有 4 人還沒有通知過");
    world.post(Who::Officer, &format!("{path}/notify"), &[]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, &path).await.says("沒有需要通知的人員");
    let person = world.person(Who::Civil);
    let agency = crate::world::code(HERE);
    let after = kernel::office_date(NOW) + time::Duration::days(31);
    let consent = orders::consent_now(&world.app.db, &agency, Family::Award, person, after).await.unwrap();
    assert_eq!(consent, Consent::Presumed);
}

#[tokio::test]
async fn a_number_is_made_void_with_a_reason_and_none_is_missing() {
    let world = World::new().await;
    world.issued(&one_award()).await;
    let path = format!("/office/{HERE}/numbers");
    world.get(Who::Officer, &path).await.says("1150000001").says("沒有缺號");
    let refused = world.post(Who::Officer, &path, &[("reason", "  ")]).await;
    refused.is(StatusCode::UNPROCESSABLE_ENTITY).says("reason-error");
    world.post(Who::Officer, &path, &[("reason", "紙本誤用")]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, &path).await.says("1150000002").says("紙本誤用").says("沒有缺號");
}
