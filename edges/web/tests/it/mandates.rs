//! Mandates: given on line or before an officer, taken up with a code, exercised within their topics, told to the principal.

use crate::world::{NOW, Reply, Who, World, one_award};
use axum::http::StatusCode;
use time::Duration;

/// The last day of a mandate, as typed.
fn last() -> String {
    (kernel::office_date(NOW) + Duration::days(30)).to_string()
}

/// The code on a page.
fn code(page: &Reply) -> String {
    let text = page.text();
    let at = text.find("<code>").unwrap_or_else(|| panic!("no code in {text}")) + 6;
    text[at..].split('<').next().unwrap().to_owned()
}

/// The civil servant lets the secretary act for these topics; the address of the agent's page.
pub async fn given(world: &World, topics: &[&str]) -> String {
    let last = last();
    let mut pairs = vec![("until_on", last.as_str())];
    pairs.extend(topics.iter().map(|topic| ("topics", *topic)));
    let page = world.post(Who::Civil, "/mydata/mandates", &pairs).await.is(StatusCode::OK);
    taken(world, &code(&page)).await
}

async fn taken(world: &World, code: &str) -> String {
    world.post(Who::Secretary, "/agent", &[("code", code)]).await.is(StatusCode::SEE_OTHER);
    let list = world.get(Who::Secretary, "/agent").await.is(StatusCode::OK).says("林受獎").text();
    let at = list.find("/agent/").unwrap();
    list[at..].split('"').next().unwrap().to_owned()
}

#[tokio::test]
async fn an_agent_reads_what_the_mandate_covers_and_the_principal_is_told() {
    let world = World::new().await;
    world.post(Who::Civil, "/mydata/consent", &[("family", "award"), ("choice", "agreed")]).await;
    let order = world.issued(&one_award()).await.remove(0);
    let base = given(&world, &["record"]).await;
    world.get(Who::Secretary, &base).await.is(StatusCode::OK).says("代理 林受獎").says("獎懲紀錄");
    world.get(Who::Secretary, &format!("{base}/orders/{}", order.id)).await.is(StatusCode::NOT_FOUND);
    world.post(Who::Secretary, &format!("{base}/delivery"), &[("choice", "agreed")]).await.is(StatusCode::NOT_FOUND);
    for who in [Who::Officer, Who::Stranger, Who::Head] {
        world.get(who, &base).await.is(StatusCode::NOT_FOUND);
    }
    world.get(Who::Civil, "/mydata/mandates").await.says("李秘書").says("我的獎懲紀錄：獎懲紀錄");
    world.get(Who::Civil, "/mydata/reads").await.is(StatusCode::OK).says("服務代理人 李○○");
}

#[tokio::test]
async fn orders_and_delivery_are_topics_of_their_own() {
    let world = World::new().await;
    world.post(Who::Civil, "/mydata/consent", &[("family", "award"), ("choice", "agreed")]).await;
    let order = world.issued(&one_award()).await.remove(0);
    let base = given(&world, &["orders", "delivery"]).await;
    let list = world.get(Who::Secretary, &base).await.is(StatusCode::OK).says(&order.label());
    assert!(!list.text().contains("獎懲紀錄"));
    let path = format!("{base}/orders/{}", order.id);
    world.get(Who::Secretary, &path).await.is(StatusCode::OK).says("辦理選務工作").says("代理 林受獎");
    let delivery = orders::service(&world.app.db, order.id).await.unwrap().unwrap();
    assert_eq!(delivery.opened_at, None, "an agent's reading is not the person's first opening");
    let stop = [("choice", "stopped")];
    world.post(Who::Secretary, &format!("{base}/delivery"), &stop).await.is(StatusCode::SEE_OTHER);
    let told = world.get(Who::Civil, "/mydata/mandates").await.says(&order.label());
    told.says("停止電子送達獎勵令");
}

#[tokio::test]
async fn what_is_never_delegated_is_listed_and_refused_with_its_reason() {
    let world = World::new().await;
    world.get(Who::Civil, "/mydata/mandates").await.is(StatusCode::OK).says("不得委任的事項").says("撥款帳戶");
    let last = last();
    for (topic, words) in
        [("bank", "撥款帳戶"), ("beneficiaries", "遺族及受益人"), ("mandates", "再委任"), ("sensitive", "敏感資料")]
    {
        let pairs = [("until_on", last.as_str()), ("topics", "orders"), ("topics", topic)];
        let told = world.post(Who::Civil, "/mydata/mandates", &pairs).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(told.text().contains(&format!("不得委任。{words}")), "{topic}: {}", told.text());
    }
    world
        .post(Who::Secretary, "/agent", &[("code", "guess")])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("代碼不正確");
}

#[tokio::test]
async fn an_officer_witnesses_a_mandate_and_revokes_it_by_phone_at_once() {
    let world = World::new().await;
    let person = world.person(Who::Civil).to_string();
    let last = last();
    let mut pairs = vec![
        ("person", person.as_str()),
        ("way", "counter"),
        ("topics", "record"),
        ("until_on", last.as_str()),
        ("evidence", ""),
    ];
    world.post(Who::Officer, "/mandates", &pairs).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("兩種證件");
    pairs[4].1 = "國民身分證、健保卡";
    let page = world.post(Who::Officer, "/mandates", &pairs).await.is(StatusCode::OK).says("見證：王承辦");
    let base = taken(&world, &code(&page)).await;
    world.get(Who::Secretary, &base).await.is(StatusCode::OK);
    let id = base.rsplit('/').next().unwrap();
    world.post(Who::Stranger, "/mandates", &[("revoke", id)]).await.is(StatusCode::NOT_FOUND);
    world.post(Who::Officer, "/mandates", &[("revoke", id)]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Secretary, &base).await.is(StatusCode::NOT_FOUND);
    world.get(Who::Civil, "/mydata/mandates").await.says("已撤回");
    let stranger = world.get(Who::Stranger, "/mandates").await.is(StatusCode::OK);
    assert!(!stranger.text().contains("林受獎"), "another agency's officer sees none of it");
}

#[tokio::test]
async fn the_principal_gets_a_mail_before_a_mandate_ends_and_one_when_it_has() {
    let world = World::new().await;
    given(&world, &["orders"]).await;
    let mails = || {
        let files = std::fs::read_dir(&world.app.outbox).map(|files| files.flatten().collect::<Vec<_>>());
        let mut bodies: Vec<String> =
            files.unwrap_or_default().iter().map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
        bodies.sort_by_key(String::len);
        bodies
    };
    for (days, told, sent) in [(0, 0, 0), (23, 0, 0), (24, 1, 1), (25, 0, 1), (31, 1, 2), (32, 0, 2)] {
        world.set_clock(NOW + Duration::days(days));
        assert_eq!(web::remind_of_mandates(&world.app).await.unwrap(), told, "after {days} days");
        while web::pass(&world.app).await.unwrap() {}
        let mails = mails();
        assert_eq!(mails.len(), sent, "after {days} days");
        assert!(mails.iter().all(|mail| mail.contains("civil@example.gov.tw") && !mail.contains("李秘書")));
    }
    let person = world.person(Who::Civil);
    let (reads, _) = readlog::reads_of(&world.app.db, person, readlog::Period::default(), 1, 0).await.unwrap();
    assert_eq!(reads[0].via_name, "remind_of_mandates", "that the address was read is written down too");
}

/// What the officer sends for a mandate of the civil servant at the counter.
fn at_the_counter<'a>(person: &'a str, last: &'a str) -> Vec<(&'static str, &'a str)> {
    let mut pairs =
        vec![("person", person), ("way", "counter"), ("until_on", last), ("evidence", "國民身分證、健保卡")];
    pairs.extend(["orders", "record", "delivery"].map(|topic| ("topics", topic)));
    pairs
}

/// The mails sent so far, all to the principal.
async fn told(world: &World) -> usize {
    while web::pass(&world.app).await.unwrap() {}
    let files = std::fs::read_dir(&world.app.outbox).map(|files| files.flatten().collect::<Vec<_>>());
    let mails: Vec<String> =
        files.unwrap_or_default().iter().map(|file| std::fs::read_to_string(file.path()).unwrap()).collect();
    assert!(mails.iter().all(|mail| mail.contains("civil@example.gov.tw") && !mail.contains("李秘書")), "{mails:?}");
    mails.len()
}

#[tokio::test]
async fn what_an_officer_witnessed_shows_one_agency_until_the_principal_confirms() {
    let world = World::new().await;
    world.post(Who::Civil, "/mydata/consent", &[("family", "award"), ("choice", "agreed")]).await;
    let order = world.issued(&one_award()).await.remove(0);
    let (person, last) = (world.person(Who::Civil).to_string(), last());
    let before = told(&world).await;
    let page = world.post(Who::Officer, "/mandates", &at_the_counter(&person, &last)).await.is(StatusCode::OK);
    assert_eq!(told(&world).await, before + 1, "the principal hears of it at once");
    let code = code(&page);
    let own = world.post(Who::Officer, "/agent", &[("code", &code)]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    own.says("見證人不得為同一委任之代理人");
    let base = taken(&world, &code).await;
    assert_eq!(told(&world).await, before + 2);
    world.get(Who::Secretary, &base).await.is(StatusCode::OK).says(&order.label()).says("僅能查閱受理機關之資料");
    // The same order, had another agency issued it.
    for table in ["orders.issued", "orders.delivery", "personnel.award_record", "personnel.award_row"] {
        let sql = format!("UPDATE {table} SET agency = 'A09000000E'");
        db::query(db::AssertSqlSafe(sql)).execute(world.app.db.pool()).await.unwrap();
    }
    let path = format!("{base}/orders/{}", order.id);
    let limited = world.get(Who::Secretary, &base).await.is(StatusCode::OK);
    assert!(!limited.text().contains(&order.label()) && limited.text().contains("沒有已送達的獎懲"));
    world.get(Who::Secretary, &path).await.is(StatusCode::NOT_FOUND);
    let agree = [("choice", "agreed")];
    world.post(Who::Secretary, &format!("{base}/delivery"), &agree).await.is(StatusCode::NOT_FOUND);
    world.get(Who::Civil, "/mydata/mandates").await.is(StatusCode::OK).says("待本人確認");
    let id = base.rsplit('/').next().unwrap();
    world.post(Who::Civil, "/mydata/mandates", &[("confirm", id)]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Secretary, &base).await.is(StatusCode::OK).says(&order.label());
    world.get(Who::Secretary, &path).await.is(StatusCode::OK);
    world.post(Who::Secretary, &format!("{base}/delivery"), &agree).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn nobody_who_left_gives_a_mandate_before_an_officer() {
    let world = World::new().await;
    let (person, last) = (world.person(Who::Civil).to_string(), last());
    world.post(Who::Officer, &format!("/people/{person}/leave"), &[("left_on", "1151123")]).await;
    let page = world.post(Who::Officer, "/mandates", &at_the_counter(&person, &last)).await;
    page.is(StatusCode::UNPROCESSABLE_ENTITY).says("請選擇人員");
    assert_eq!(told(&world).await, 0);
}
