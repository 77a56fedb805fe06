//! What a civil servant sees and says.

use crate::world::{NOW, Who, World, award_file, one_award};
use axum::http::StatusCode;
use orders::Family;
use time::macros::date;

const AGREE: [(&str, &str); 2] = [("family", "award"), ("choice", "agreed")];
const STOP: [(&str, &str); 2] = [("family", "award"), ("choice", "stopped")];

/// The subject and the text of every mail sent so far.
fn mails(world: &World) -> Vec<String> {
    let read = |entry: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(entry.unwrap().path()).unwrap();
    std::fs::read_dir(&world.app.outbox).map_or_else(|_| Vec::new(), |folder| folder.map(read).collect())
}

#[tokio::test]
async fn consent_counts_from_today_and_can_be_stopped() {
    let world = World::new().await;
    world.get(Who::Civil, "/mydata").await.is(StatusCode::OK).says("未表示").says("同意電子送達").says("目前沒有送達");
    let next = world.post(Who::Civil, "/mydata/consent", &AGREE).await.is(StatusCode::SEE_OTHER).location;
    assert_eq!(next, "/mydata#delivery");
    world.get(Who::Civil, "/mydata").await.says("停止電子送達").says("115/11/23");
    world.post(Who::Civil, "/mydata/consent", &STOP).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Civil, "/mydata").await.says("您已停止電子送達");
    let said = orders::consent_history(&world.app.db, world.person(Who::Civil)).await.unwrap();
    assert_eq!(
        said.iter().map(|said| (said.agreed, said.from_on)).collect::<Vec<_>>(),
        [(false, date!(2026 - 11 - 23)), (true, date!(2026 - 11 - 23))]
    );
}

#[tokio::test]
async fn penalties_stay_on_paper_whatever_is_posted() {
    let world = World::new().await;
    let pairs = [("family", "penalty"), ("choice", "agreed")];
    let page = world.post(Who::Civil, "/mydata/consent", &pairs).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("一律以書面送達").says("有些地方需要修正");
    for wrong in [[("family", "other"), ("choice", "agreed")], [("family", "award"), ("choice", "maybe")]] {
        world.post(Who::Civil, "/mydata/consent", &wrong).await.is(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn an_order_is_read_by_its_person_alone_and_only_once_it_was_delivered() {
    let world = World::new().await;
    world.post(Who::Civil, "/mydata/consent", &AGREE).await.is(StatusCode::SEE_OTHER);
    let case = world.awaiting_head(&one_award()).await;
    let order = world.approve(&case).await.remove(0);
    let path = format!("/mydata/orders/{}", order.id);
    world.get(Who::Civil, &path).await.is(StatusCode::NOT_FOUND);
    world.get(Who::Civil, "/mydata").await.says("目前沒有送達");
    while web::pass(&world.app).await.unwrap() {}
    world.get(Who::Civil, "/mydata").await.says("未讀").says("記功一次：辦理選務工作").says("府人考字第1150000001號");
    for who in [Who::Officer, Who::Head, Who::Stranger] {
        for path in [path.clone(), format!("{path}/order.pdf"), format!("{path}/order.json")] {
            world.get(who, &path).await.is(StatusCode::NOT_FOUND);
        }
    }
    world.get(Who::Nobody, &path).await.is(StatusCode::SEE_OTHER);
    let opened = async || orders::service(&world.app.db, order.id).await.unwrap().unwrap().opened_at;
    assert_eq!(opened().await, None, "nobody else's look counts");
    let page = world
        .get(Who::Civil, &path)
        .await
        .is(StatusCode::OK)
        .says("有效")
        .says("A22345****")
        .says("中華民國115年12月23日");
    assert!(!page.text().contains("A223456781"), "the national id is masked");
    assert_eq!(opened().await, Some(NOW));
    world.get(Who::Civil, "/mydata").await.says("已讀");
    world.get(Who::Civil, "/mydata/records").await.says("記功一次").says(&path);
}

#[tokio::test]
async fn the_paper_and_its_proof_can_be_taken_home() {
    let world = World::new().await;
    world.post(Who::Civil, "/mydata/consent", &AGREE).await.is(StatusCode::SEE_OTHER);
    let order = world.issued(&one_award()).await.remove(0);
    let pdf = world.get(Who::Civil, &format!("/mydata/orders/{}/order.pdf", order.id)).await.is(StatusCode::OK);
    assert!(pdf.kind.starts_with("application/pdf") && pdf.bytes.starts_with(b"%PDF-"));
    let json = world.get(Who::Civil, &format!("/mydata/orders/{}/order.json", order.id)).await.is(StatusCode::OK);
    assert!(json.kind.starts_with("application/json"));
    json.says("renshi-bundle/1");
}

#[tokio::test]
async fn without_consent_an_order_appears_once_it_was_served_on_paper() {
    let world = World::new().await;
    let order = world.issued(&one_award()).await.remove(0);
    let path = format!("/mydata/orders/{}", order.id);
    world.get(Who::Civil, &path).await.is(StatusCode::NOT_FOUND);
    world.get(Who::Civil, "/mydata/records").await.says("沒有已送達的獎懲");
    let mut tx = world.app.db.begin().await.unwrap();
    orders::record_service(&mut tx, &order, date!(2026 - 11 - 23), "林受獎", NOW).await.unwrap();
    tx.commit().await.unwrap();
    world.get(Who::Civil, &path).await.is(StatusCode::OK).says("簽收人").says("林受獎");
    world.get(Who::Civil, "/mydata").await.says("書面送達");
}

#[tokio::test]
async fn a_notice_mail_is_told_from_a_false_one_by_its_code() {
    let world = World::new().await;
    world.post(Who::Civil, "/mydata/consent", &AGREE).await.is(StatusCode::SEE_OTHER);
    let order = world.issued(&one_award()).await.remove(0);
    let code: String = db::query_scalar("SELECT code FROM orders.mail").fetch_one(world.app.db.pool()).await.unwrap();
    assert_eq!(mails(&world).len(), 1);
    let ask = async |who, code: &str| world.post(who, "/mydata/mail", &[("code", code)]).await;
    let typed = code.to_lowercase().replace('-', " ");
    let page = ask(Who::Civil, &typed).await.is(StatusCode::OK).says("本平臺寄給您的").says("非社交工程演練");
    page.says(&format!("/mydata/orders/{}", order.id));
    ask(Who::Officer, &code).await.is(StatusCode::OK).says("沒有寄給您這封信");
    ask(Who::Civil, "AAAA-BBBB-CCCC").await.is(StatusCode::OK).says("沒有寄給您這封信");
    ask(Who::Civil, " ").await.is(StatusCode::UNPROCESSABLE_ENTITY).says("請輸入信中的查驗碼");
}

#[tokio::test]
async fn a_penalty_never_enters_the_inbox() {
    let world = World::new().await;
    world.post(Who::Civil, "/mydata/consent", &AGREE).await.is(StatusCode::SEE_OTHER);
    let penalty = award_file(&[("A223456781", "林受獎", "辦理選務工作，延誤時效。", "5001")]).replace(",A02,", ",B01,");
    let order = world.issued(&penalty).await.remove(0);
    assert_eq!(order.family, Family::Penalty);
    world.get(Who::Civil, "/mydata").await.says("目前沒有送達");
    assert!(mails(&world).is_empty());
}

#[tokio::test]
async fn a_changed_order_says_so_and_leads_to_the_new_one() {
    let world = World::new().await;
    world.post(Who::Civil, "/mydata/consent", &AGREE).await.is(StatusCode::SEE_OTHER);
    let old = world.issued(&one_award()).await.remove(0);
    let new = world.revoke(&old, "原令獎度與規定不符，應予撤銷。").await;
    let (old_page, new_page) = (format!("/mydata/orders/{}", old.id), format!("/mydata/orders/{}", new.id));
    let page = world.get(Who::Civil, &old_page).await.is(StatusCode::OK).says("不再有效").says(&new_page);
    assert!(!page.text().contains("如果您不服"), "the new order has its own period");
    let page = world.get(Who::Civil, &new_page).await.is(StatusCode::OK).says(&old_page).says("原令獎度與規定不符");
    page.says("如果您不服");
    world.get(Who::Civil, "/mydata").await.says("已撤銷或註銷").says("撤銷：");
    world.get(Who::Civil, "/mydata/records").await.says("115/11/23起變更");
    let public = format!("/q/{}", seal::qr::path(&old.id.0).replace("/Q/", ""));
    world.get(Who::Nobody, &public).await.is(StatusCode::OK).says("已撤銷或註銷").says("後來的事件");
}
