//! Offices given by two people, on the pages.

use crate::world::{HERE, NOW, Who, World, code};
use access::{Office, Reach, Role};
use axum::http::StatusCode;
use kernel::office_date;
use register::issuer::{Ending, replace_issuer};
use register::log::NewIssuer;
use seal::authority::CertificateRequest;
use seal::keys::AgencyKeys;

async fn make_security_officer(world: &World, who: Who) {
    let mut tx = world.app.db.begin().await.unwrap();
    let office = Office::own(Role::Security, Reach::Agency(code(HERE)));
    assert!(access::grant_office(&mut tx, world.person(who), &office, office_date(NOW), NOW).await.unwrap());
    tx.commit().await.unwrap();
}

/// The head has proposed an office for the civil servant; the number of one that is held.
pub async fn proposed(world: &World) -> i64 {
    let person = world.person(Who::Civil).to_string();
    let fields = [
        ("q", "林"),
        ("person", person.as_str()),
        ("role", "officer"),
        ("agencies", HERE),
        ("from_on", "115/11/23"),
        ("reason", "接辦獎懲業務"),
    ];
    world.post(Who::Head, "/authority/new", &fields).await.is(StatusCode::SEE_OTHER);
    access::offices_at(&world.app.db, &[code(HERE)], office_date(NOW)).await.unwrap()[0].id
}

#[tokio::test]
async fn an_office_is_proposed_confirmed_by_somebody_else_and_ended() {
    let world = World::new().await;
    make_security_officer(&world, Who::Secretary).await;
    world.get(Who::Civil, "/people").await.is(StatusCode::NOT_FOUND);
    let found = world.get(Who::Head, "/authority/new?q=林").await.is(StatusCode::OK).says("林受獎");
    assert!(!found.text().contains("趙外人"));
    let person = world.person(Who::Civil).to_string();
    let fields = [
        ("q", "林"),
        ("person", person.as_str()),
        ("role", "officer"),
        ("agencies", HERE),
        ("from_on", "115/11/23"),
        ("until_on", ""),
        ("reason", "接辦獎懲業務"),
    ];
    world.post(Who::Head, "/authority/new", &fields).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Civil, "/people").await.is(StatusCode::NOT_FOUND);
    world.get(Who::Head, "/authority").await.is(StatusCode::OK).says("林受獎").says("待確認");
    let again = world.post(Who::Head, "/authority/proposal/1", &[("do", "confirm")]).await;
    again.is(StatusCode::UNPROCESSABLE_ENTITY).says("提案人不得自行確認");
    world.get(Who::Stranger, "/authority/proposal/1").await.is(StatusCode::NOT_FOUND);
    world.get(Who::Secretary, "/authority/proposal/1").await.is(StatusCode::OK).says("接辦獎懲業務");
    world.post(Who::Secretary, "/authority/proposal/1", &[("do", "confirm")]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Civil, "/people").await.is(StatusCode::OK);
    let held = access::offices_at(&world.app.db, &[code(HERE)], office_date(NOW)).await.unwrap();
    let one = held.iter().find(|one| one.person == world.person(Who::Civil)).unwrap().id;
    let end = format!("/authority/{one}/end");
    world.get(Who::Head, &end).await.is(StatusCode::OK).says("林受獎");
    world.get(Who::Stranger, &end).await.is(StatusCode::NOT_FOUND);
    world.post(Who::Head, &end, &[]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Civil, "/people").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn keys_revoked_in_an_emergency_are_told_to_everybody_and_why_to_the_agency() {
    let world = World::new().await;
    let (app, name, reason) = (&world.app, "南投縣政府", "存放金鑰的主機遭入侵");
    while web::pass(app).await.unwrap() {}
    world.get(Who::Nobody, "/register").await.is(StatusCode::OK).says("使用中");
    assert!(!world.get(Who::Head, "/authority").await.is(StatusCode::OK).text().contains("緊急撤銷"));

    let request = CertificateRequest { name, serial_number: HERE, organization: "" };
    let keys = AgencyKeys::create(app.random.as_ref(), &world.authority, &request, NOW).unwrap();
    let new = NewIssuer {
        agency: HERE.to_owned(),
        card_ca: world.authority.fingerprint(),
        document_certificate: keys.document_certificate().to_vec(),
        name: name.to_owned(),
        seal_key: keys.seal_key(),
        id: [8; 16],
    };
    let mut tx = app.db.begin().await.unwrap();
    let ending = Ending::RevokeFrom { time_ms: 1_772_416_800_000, reason };
    replace_issuer(&mut tx, new, ending, |bytes| keys.sign(bytes).ok()).await.unwrap();
    tx.commit().await.unwrap();
    while web::pass(app).await.unwrap() {}

    let told = world.get(Who::Head, "/authority").await.is(StatusCode::OK).says("緊急撤銷").says(reason);
    assert!(told.says("1 號").text().contains("2 號"));
    let public = world.get(Who::Nobody, "/register").await.is(StatusCode::OK).says("已撤銷").says("由編號 2 接替");
    assert!(!public.text().contains(reason));
}

#[tokio::test]
async fn who_has_left_is_given_nothing() {
    let world = World::new().await;
    make_security_officer(&world, Who::Secretary).await;
    proposed(&world).await;
    let civil = world.person(Who::Civil);
    // As if the roster changed while the second person decides.
    let mut tx = world.app.db.begin().await.unwrap();
    personnel::leave(&mut tx, &code(HERE), civil, office_date(NOW), NOW).await.unwrap();
    tx.commit().await.unwrap();
    let yes = [("do", "confirm")];
    let page = world.post(Who::Secretary, "/authority/proposal/1", &yes).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("已不在提案時之服務機關任職");
    // Neither proposed anew nor named as a deputy.
    let person = civil.to_string();
    let fields = [
        ("q", "林"),
        ("person", person.as_str()),
        ("role", "officer"),
        ("agencies", HERE),
        ("from_on", "115/11/23"),
        ("reason", "接辦獎懲業務"),
    ];
    let page = world.post(Who::Head, "/authority/new", &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("請先查詢並選擇受權人");
    let duty = crate::deputies::duty(&world).await;
    let naming = [("person", person.as_str()), ("powers", "ApproveCase"), ("limit", "all")];
    let page = world.post(Who::Head, &format!("{duty}/new"), &naming).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("請選擇人員");
}

#[tokio::test]
async fn a_proposal_for_somebody_who_leaves_lapses() {
    let world = World::new().await;
    make_security_officer(&world, Who::Secretary).await;
    proposed(&world).await;
    let left = format!("/people/{}/leave", world.person(Who::Civil));
    world.post(Who::Officer, &left, &[("left_on", "1151123")]).await.is(StatusCode::SEE_OTHER);
    let page = world.get(Who::Secretary, "/authority/proposal/1").await.is(StatusCode::OK);
    assert!(!page.says("受權人已離職").text().contains("確認授予</button>"));
    let yes = world.post(Who::Secretary, "/authority/proposal/1", &[("do", "confirm")]).await;
    yes.is(StatusCode::UNPROCESSABLE_ENTITY).says("本案已自動終止");
    let list = world.get(Who::Secretary, "/authority").await.is(StatusCode::OK);
    assert!(!list.text().contains("/authority/proposal/1"));
}

#[tokio::test]
async fn nobody_proposes_themselves_or_somebody_of_another_agency() {
    let world = World::new().await;
    for (who, says) in [(Who::Head, "不得授予自己權限"), (Who::Stranger, "請先查詢並選擇受權人")] {
        let person = world.person(who).to_string();
        let fields = [
            ("q", "人"),
            ("person", person.as_str()),
            ("role", "officer"),
            ("agencies", HERE),
            ("from_on", "115/11/23"),
            ("reason", "試"),
        ];
        world.post(Who::Head, "/authority/new", &fields).await.is(StatusCode::UNPROCESSABLE_ENTITY).says(says);
    }
    world.get(Who::Officer, "/authority/new").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn what_the_operator_gave_alone_is_shown_with_its_reason() {
    let world = World::new().await;
    let person = world.person(Who::Civil);
    let page = world.get(Who::Auditor, "/authority").await.is(StatusCode::OK);
    assert!(!page.text().contains("緊急"), "nothing was given so");
    let mut tx = world.app.db.begin().await.unwrap();
    let office = Office::own(Role::Officer, Reach::Agency(code(HERE)));
    let (to, when) = ((person, "林受獎"), (office_date(NOW), NOW));
    assert!(access::grant_alone(&mut tx, to, &office, Some("承辦人全數停班"), when).await.unwrap());
    tx.commit().await.unwrap();
    for who in [Who::Auditor, Who::Head, Who::Officer] {
        world.get(who, "/authority").await.is(StatusCode::OK).says("一人緊急授予").says("承辦人全數停班");
    }
    let page = world.get(Who::Stranger, "/authority").await.is(StatusCode::OK);
    assert!(!page.text().contains("承辦人全數停班") && !page.text().contains("林受獎"));
}
