//! Who looked: every page that shows people writes it down, the person reads it at once, and may ask why.

use crate::world::{NOW, Who, World, award_file};
use axum::http::StatusCode;
use kernel::{CaseId, OrderId};
use readlog::{Period, reads_of};
use std::collections::BTreeSet;
use time::Duration;
use web::Shows;

/// Answers of these come to a POST only, or to a row that was returned: other tests open them, and the guard watches there too.
const NOT_OPENED: [&str; 17] = [
    "/awards/case/{id}/submit",
    "/awards/case/{id}/issue-first",
    "/awards/case/{id}/row/{row}",
    "/paper/{id}/print",
    "/paper/{id}/serve",
    "/committee/case/{id}/return",
    "/committee/case/{id}/decision",
    "/approvals/case/{id}/return-rows",
    "/approvals/case/{id}/return",
    "/approvals/case/{id}/sign",
    "/approvals/case/{id}/approve",
    // Of a record: with their own tests in records.rs.
    "/people/{id}/open",
    "/people/{id}/leave",
    "/people/{id}/stay",
    // Of an erasure: with its own tests in erasure.rs.
    "/erasures/{id}/decide",
    // Of a card: with their own tests in cards.rs.
    "/people/{id}/card/code",
    "/people/{id}/card/end",
];

fn file(reason: &str) -> String {
    award_file(&[("A100000001", "張小吏", reason, "4001")])
}

async fn in_review(world: &World) -> CaseId {
    let case = world.draft(&file("協助辦理普查。")).await;
    personnel::submit(&world.app.db, (case, 1), NOW).await.unwrap().id
}

async fn order(world: &World) -> OrderId {
    world.issued(&file("協助災害防救。")).await.remove(0).id
}

/// Addresses that show people, with somebody who may open each.
async fn showing(world: &World) -> Vec<(Who, &'static str, String)> {
    let draft = world.draft(&file("協助辦理選務。")).await;
    let review = in_review(world).await;
    let waiting = world.awaiting_head(&file("協助辦理考試。")).await.id;
    let order = order(world).await;
    let bytes = file("協助辦理園遊會。");
    let officer = world.person(Who::Officer);
    let upload = personnel::keep_upload(&world.app.db, officer, "a.csv", bytes.as_bytes(), NOW).await.unwrap();
    let at = |who, template: &'static str, id: String| (who, template, template.replace("{id}", &id));
    let mut all = vec![
        at(Who::Officer, "/people", String::new()),
        at(Who::Officer, "/awards/new", String::new()),
        at(Who::Officer, "/awards/upload/{id}", upload.to_string()),
        at(Who::Officer, "/awards/upload/{id}/refused.ods", upload.to_string()),
        at(Who::Officer, "/awards/case/{id}", draft.to_string()),
        at(Who::Officer, "/orders", String::new()),
        at(Who::Officer, "/orders/{id}", order.to_string()),
        at(Who::Officer, "/orders/{id}/order.pdf", order.to_string()),
        at(Who::Officer, "/orders/{id}/order.json", order.to_string()),
        at(Who::Officer, "/paper", String::new()),
        at(Who::Officer, "/paper/{id}", order.to_string()),
        at(Who::Secretary, "/committee/case/{id}", review.to_string()),
        at(Who::Head, "/approvals/case/{id}", waiting.to_string()),
    ];
    let person = world.person(Who::Civil);
    all.push(at(Who::Officer, "/people/{id}", person.to_string()));
    all.push(at(Who::Officer, "/people/{id}/bank", person.to_string()));
    all.push(at(Who::Officer, "/people/{id}/bank/edit", person.to_string()));
    let edit = format!("/people/{person}/contact/edit");
    all.push((Who::Officer, "/people/{id}/{section}/edit", edit));
    all.push(at(Who::Officer, "/people/{id}/card", person.to_string()));
    let held = crate::authority::proposed(world).await;
    all.push((Who::Head, "/authority", "/authority".to_owned()));
    all.push((Who::Head, "/authority/new", "/authority/new?q=%E5%BC%B5".to_owned()));
    all.push((Who::Head, "/authority/proposal/{id}", "/authority/proposal/1".to_owned()));
    all.push((Who::Head, "/authority/{id}/end", format!("/authority/{held}/end")));
    // The head goes on leave, and the civil servant has an agent.
    let duty = crate::deputies::duty(world).await;
    crate::deputies::leave(world, 1).await;
    all.push((Who::Officer, "/deputies/{office}", duty.clone()));
    all.push((Who::Officer, "/deputies/{office}/new", format!("{duty}/new?q=%E5%BC%B5")));
    all.push((Who::Officer, "/deputies/leave", "/deputies/leave?q=%E5%BC%B5".to_owned()));
    all.push((Who::Officer, "/mandates", "/mandates?q=%E5%BC%B5".to_owned()));
    world.post(Who::Civil, "/mydata/consent", &[("family", "award"), ("choice", "agreed")]).await;
    let own = world.issued(&crate::world::one_award()).await.remove(0);
    let erasing = crate::erasure::proposed(world, &own).await;
    all.push(at(Who::Officer, "/orders/{id}/erase", own.id.to_string()));
    all.push((Who::Head, "/erasures/{id}", erasing));
    let own = own.id;
    let agent = crate::mandates::given(world, &["orders", "record"]).await;
    all.push((Who::Secretary, "/agent/{mandate}/orders/{id}", format!("{agent}/orders/{own}")));
    all.push((Who::Secretary, "/agent/{mandate}", agent));
    all.push((Who::Auditor, "/reads", "/reads".to_owned()));
    let (seen, _) = reads_of(&world.app.db, person, Period::default(), 1, 0).await.unwrap();
    let asked = format!("/mydata/reads/{}", seen[0].id);
    world.post(Who::Civil, &asked, &[("words", "為什麼？")]).await.is(StatusCode::SEE_OTHER);
    all.push((Who::Head, "/reads/questions/{no}", "/reads/questions/1".to_owned()));
    let change = format!("/orders/{order}/change/correct");
    all.push((Who::Officer, "/orders/{id}/change/{code}", change));
    all
}

#[tokio::test]
async fn every_address_that_shows_people_writes_it_down_and_shows_nothing_if_it_cannot() {
    let world = World::new().await;
    let showing = showing(&world).await;
    let opened: BTreeSet<&str> = showing.iter().map(|(_, template, _)| *template).chain(NOT_OPENED).collect();
    let listed: BTreeSet<&str> =
        web::routes().iter().filter(|route| route.shows == Shows::People).map(|route| route.path).collect();
    let unlisted: Vec<_> = listed.difference(&opened).collect();
    assert!(unlisted.is_empty(), "show people, and no test opens them: {unlisted:?}");
    for (who, template, path) in &showing {
        world.get(*who, path).await.is(StatusCode::OK);
        let paths: Vec<String> = db::query_scalar("SELECT via FROM readlog.entry ORDER BY no DESC LIMIT 1")
            .fetch_all(world.app.db.pool())
            .await
            .unwrap();
        let file = template.rsplit('/').next().unwrap().rsplit_once('.').map(|(_, ending)| ending);
        let told = paths.iter().any(|via| via == template || file.is_some_and(|ending| via.ends_with(ending)));
        assert!(told || *template == "/awards/new", "{template} is not the newest entry: {paths:?}");
    }
    db::raw_sql("ALTER TABLE readlog.entry RENAME TO away").execute(world.app.db.pool()).await.unwrap();
    for (who, template, path) in &showing {
        if *template == "/awards/new" {
            continue;
        }
        let page = world.get(*who, path).await.is(StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!page.text().contains("張小吏") && !page.text().contains("A10000"), "{template}");
    }
}

#[tokio::test]
async fn a_look_is_in_mydata_at_once_with_its_reason() {
    let world = World::new().await;
    world.get(Who::Civil, "/mydata/reads").await.is(StatusCode::OK).says("這段期間沒有人看過您的資料");
    world.get(Who::Officer, "/people").await.is(StatusCode::OK);
    let page = world.get(Who::Civil, "/mydata/reads").await.is(StatusCode::OK);
    let page = page.says("人事人員 王○○").says("查看您的資料").says("查人員名冊").says("身分證字號（部分）");
    assert!(!page.text().contains("王承辦"), "the reader is named by office and family name");
    world.get(Who::Civil, "/mydata/reads?from=115/11/24").await.says("這段期間沒有人看過您的資料");
    world.get(Who::Civil, "/mydata/reads?from=115/11/23&until=115/11/23").await.says("查人員名冊");
    world.get(Who::Civil, "/mydata/reads?from=x").await.says("日期看不懂");
    let (mine, _) = reads_of(&world.app.db, world.person(Who::Civil), Period::default(), 9, 0).await.unwrap();
    let path = format!("/mydata/reads/{}", mine[0].id);
    world.get(Who::Civil, &path).await.is(StatusCode::OK).says("因「查人員名冊」").says("您和其他");
    for strange in [Who::Stranger, Who::Operator] {
        world.get(strange, &path).await.is(StatusCode::NOT_FOUND);
        world.get(strange, &format!("{path}/proof.json")).await.is(StatusCode::NOT_FOUND);
        world.post(strange, &path, &[("words", "")]).await.is(StatusCode::NOT_FOUND);
    }
    for none in ["0", "99", "x", "-1"] {
        world.get(Who::Civil, &format!("/mydata/reads/{none}")).await.is(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn the_proof_is_there_once_the_day_is_over() {
    let world = World::new().await;
    world.get(Who::Officer, "/people").await.is(StatusCode::OK);
    let (mine, _) = reads_of(&world.app.db, world.person(Who::Civil), Period::default(), 9, 0).await.unwrap();
    let path = format!("/mydata/reads/{}/proof.json", mine[0].id);
    world.get(Who::Civil, &path).await.says("次日凌晨");
    assert_eq!(readlog::close_days(&world.app.db, NOW + Duration::days(1)).await.unwrap(), 1);
    while web::pass(&world.app).await.unwrap() {}
    world.get(Who::Civil, &path).await.is(StatusCode::OK).says("renshi-read-proof/1");
    assert_eq!(readlog::check(&world.app.db).await.unwrap().problems, Vec::<String>::new());
}

#[tokio::test]
async fn why_is_asked_and_somebody_else_answers() {
    let world = World::new().await;
    world.get(Who::Officer, "/people").await.is(StatusCode::OK);
    let (mine, _) = reads_of(&world.app.db, world.person(Who::Civil), Period::default(), 9, 0).await.unwrap();
    let path = format!("/mydata/reads/{}", mine[0].id);
    world.get(Who::Civil, &path).await.says("10 個工作天").says("不是法定期限");
    let too_long = "問".repeat(1_001);
    world
        .post(Who::Civil, &path, &[("words", &too_long)])
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("最多1000字");
    world.post(Who::Civil, &path, &[("words", "為什麼看我？")]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Civil, &path).await.says("為什麼看我？").says("承諾答覆日");

    world.get(Who::Officer, "/reads/questions").await.is(StatusCode::OK).says("第1號詢問");
    let question = "/reads/questions/1";
    world.get(Who::Officer, question).await.says("查閱的人不能自己答覆");
    world.post(Who::Officer, question, &[("answer", "公務")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    for strange in [Who::Stranger, Who::Civil, Who::Operator, Who::Secretary] {
        world.get(strange, question).await.is(StatusCode::NOT_FOUND);
        world.post(strange, question, &[("answer", "x")]).await.is(StatusCode::NOT_FOUND);
    }
    world.post(Who::Head, question, &[("answer", " ")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    world.post(Who::Head, question, &[("answer", "查名冊以確認服務單位。")]).await.is(StatusCode::SEE_OTHER);
    let page = world.get(Who::Civil, &path).await;
    page.says("查名冊以確認服務單位。").says("機關首長").says("已答覆");
    world.get(Who::Civil, "/mydata/reads").await.says("已答覆");
}

#[tokio::test]
async fn what_is_overdue_is_red_and_the_security_officer_is_reminded() {
    let world = World::new().await;
    world.get(Who::Officer, "/people").await.is(StatusCode::OK);
    let (mine, _) = reads_of(&world.app.db, world.person(Who::Civil), Period::default(), 9, 0).await.unwrap();
    let (civil, calendar) = (world.person(Who::Civil), codes::office_calendar());
    let long_ago = NOW - Duration::days(60);
    let agency = crate::world::code(crate::world::HERE);
    let asked = readlog::ask(&world.app.db, calendar, (civil, mine[0].id), agency, "", long_ago).await.unwrap();
    assert!(asked.is_some());
    world.get(Who::Civil, "/mydata/reads").await.says("逾期未答覆");
    world.get(Who::Head, "/reads/questions").await.says("逾期未答覆");
    assert_eq!(web::remind_of_questions(&world.app).await.unwrap(), 0, "nobody is there to be reminded");
    let everybody = personnel::PeopleQuery { agencies: &[agency], words: "", limit: 50, offset: 0 };
    let (people, _) = personnel::people(&world.app.db, everybody).await.unwrap();
    let guard = people.iter().find(|person| person.email.is_some()).expect("somebody has an address").id;
    let mut tx = world.app.db.begin().await.unwrap();
    let office = access::Office::own(access::Role::Security, access::Reach::Agency(agency));
    access::grant_office(&mut tx, guard, &office, kernel::office_date(NOW), NOW).await.unwrap();
    tx.commit().await.unwrap();
    assert_eq!(web::remind_of_questions(&world.app).await.unwrap(), 1);
    assert_eq!(web::remind_of_questions(&world.app).await.unwrap(), 0, "once a week");
    while web::pass(&world.app).await.unwrap() {}
    assert_eq!(std::fs::read_dir(&world.app.outbox).unwrap().count(), 1);
    let (reads, _) = reads_of(&world.app.db, guard, Period::default(), 1, 0).await.unwrap();
    assert_eq!(reads[0].via_name, "remind_of_questions", "that the address was read is written down too");
}

#[tokio::test]
async fn what_a_person_does_with_the_own_data_is_told_only_where_a_file_is_taken() {
    let world = World::new().await;
    world.post(Who::Civil, "/mydata/consent", &[("family", "award"), ("choice", "agreed")]).await;
    let order = world.issued(&crate::world::one_award()).await.remove(0).id;
    world.get(Who::Civil, &format!("/mydata/orders/{order}")).await.is(StatusCode::OK);
    let mine = async || reads_of(&world.app.db, world.person(Who::Civil), Period::default(), 9, 0).await.unwrap();
    assert_eq!(mine().await.1, 0);
    world.get(Who::Civil, &format!("/mydata/orders/{order}/order.json")).await.is(StatusCode::OK);
    assert_eq!(mine().await.1, 1);
    world.get(Who::Civil, "/mydata/reads").await.says("您自己取得您資料的檔案");
    let path = format!("/mydata/reads/{}", mine().await.0[0].id);
    let page = world.get(Who::Civil, &path).await;
    assert!(!page.text().contains("<textarea"), "there is nothing to ask oneself");
}
