//! Cards at the personnel office and at the door.

use crate::approval::hidden;
use crate::world::{NOW, THERE, Who, World};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::SeededRandom;
use seal::{CardSubject, SoftCard};

/// A card of the accepted authority that nobody registered.
fn stray_card(world: &World) -> SoftCard {
    let subject = CardSubject { name: "林受獎", serial_number: "TEST9999", organization: "" };
    world.authority.issue_card(&SeededRandom::new(77), &subject, NOW).unwrap()
}

/// The card answers the sign-in page.
async fn present(world: &World, card: &SoftCard) -> crate::world::Reply {
    let app = &world.app;
    let challenge = access::challenge(&app.db, app.clock.as_ref(), app.random.as_ref()).await.unwrap();
    let cms = STANDARD.encode(card.sign(challenge.as_bytes(), true, NOW));
    world.post(Who::Nobody, "/signin", &[("cms", &cms)]).await
}

/// The card that waits is one of a family whose certificates carry this fragment.
async fn carry_fragment(world: &World, fragment: &str) {
    db::query("UPDATE access.pending_card SET fragment_asked = true, fragment = $1")
        .bind(fragment)
        .execute(world.app.db.pool())
        .await
        .unwrap();
}

/// The mails sent so far.
async fn told(world: &World) -> Vec<String> {
    while web::pass(&world.app).await.unwrap() {}
    let read = |entry: std::io::Result<std::fs::DirEntry>| std::fs::read_to_string(entry.unwrap().path()).unwrap();
    std::fs::read_dir(&world.app.outbox).map_or_else(|_| Vec::new(), |folder| folder.map(read).collect())
}

/// The other agency takes somebody in who serves here.
pub async fn taken_in_there(world: &World, row: &str) {
    let file = format!("{}\r\n{row}\r\n", personnel::PEOPLE_HEADINGS.join(","));
    let send = ("file", "people.csv", file.as_bytes());
    world.send(Who::Stranger, "/people/import", send, &[]).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn another_agency_neither_sees_nor_ends_a_card_and_its_own_registration_is_told() {
    let world = World::new().await;
    let path = format!("/people/{}/card", world.person(Who::Head));
    let fingerprint =
        seal::subject_of(world.app.cards.as_ref().unwrap().card(world.person(Who::Head)).unwrap().certificate());
    let fingerprint = fingerprint.unwrap().fingerprint;
    let named: String = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
    world.get(Who::Officer, &path).await.is(StatusCode::OK).says(&named);
    taken_in_there(
        &world,
        &format!("B199960300,陳首長,1,0510705,{THERE},教育部,B100,秘書處,顧問,P14,800,1151123,attacker@example.gov.tw"),
    )
    .await;
    let page = world.get(Who::Stranger, &path).await.is(StatusCode::OK).says("本機關沒有登記此人的卡片");
    assert!(!page.text().contains(&named));
    let end = [("card", named.as_str())];
    world.post(Who::Stranger, &format!("{path}/end"), &end).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    world.get(Who::Head, "/approvals").await.is(StatusCode::OK);
    // The other agency does bind a card whose fragment fits: the person hears of it where they serve, not only where that agency says.
    let issued = world.post(Who::Stranger, &format!("{path}/code"), &[]).await.is(StatusCode::OK).text();
    let code = issued.split("translate=\"no\">").nth(1).unwrap().split('<').next().unwrap();
    let ticket = hidden(&present(&world, &stray_card(&world)).await, "ticket");
    carry_fragment(&world, "0300").await;
    let bind = [("ticket", ticket.as_str()), ("code", code)];
    world.post(Who::Nobody, "/signin/register", &bind).await.is(StatusCode::SEE_OTHER);
    let told = told(&world).await;
    assert!(told.len() == 2 && told.iter().any(|mail| mail.contains("head@example.gov.tw")), "{told:?}");
}

#[tokio::test]
async fn of_who_left_no_cards_are_kept() {
    let world = World::new().await;
    let person = format!("/people/{}", world.person(Who::Civil));
    world.post(Who::Officer, &format!("{person}/leave"), &[("left_on", "1151123")]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, &person).await.is(StatusCode::OK);
    world.get(Who::Officer, &format!("{person}/card")).await.is(StatusCode::NOT_FOUND);
    world.post(Who::Officer, &format!("{person}/card/code"), &[]).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_officer_gives_out_a_code_and_the_person_s_card_is_registered_with_it() {
    let world = World::new().await;
    let path = format!("/people/{}/card", world.person(Who::Civil));
    world.get(Who::Officer, &path).await.is(StatusCode::OK).says("登記的卡片");
    let issued = world.post(Who::Officer, &format!("{path}/code"), &[]).await.is(StatusCode::OK).says("只顯示這一次");
    let text = issued.text();
    let code = text.split("translate=\"no\">").nth(1).unwrap().split('<').next().unwrap();
    assert!(!world.get(Who::Officer, &path).await.says("已發給").text().contains(code), "shown once");
    let card = stray_card(&world);
    let asked = present(&world, &card).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("請輸入");
    let ticket = hidden(&asked, "ticket");
    let right = [("ticket", ticket.as_str()), ("code", code)];
    let bare = world.post(Who::Nobody, "/signin/register", &right).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    bare.says("未載明持卡人身分");
    assert!(told(&world).await.is_empty());
    carry_fragment(&world, "6781").await;
    let wrong = [("ticket", ticket.as_str()), ("code", "0000-0000-0000")];
    world.post(Who::Nobody, "/signin/register", &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("不符");
    world.post(Who::Nobody, "/signin/register", &right).await.is(StatusCode::SEE_OTHER);
    let told = told(&world).await;
    assert_eq!(told.len(), 1, "the person hears of it at once");
    assert!(told[0].contains("civil@example.gov.tw") && !told[0].contains(code), "{}", told[0]);
    present(&world, &card).await.is(StatusCode::SEE_OTHER);
    // Ended by the officer, it is nobody's again.
    let fingerprint = seal::subject_of(card.certificate()).unwrap().fingerprint;
    let named: String = fingerprint.iter().map(|byte| format!("{byte:02x}")).collect();
    world.post(Who::Officer, &format!("{path}/end"), &[("card", "")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    world.post(Who::Officer, &format!("{path}/end"), &[("card", &named)]).await.is(StatusCode::SEE_OTHER);
    present(&world, &card).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("登記碼");
}

#[tokio::test]
async fn nobody_but_the_agency_s_officer_sees_or_registers_a_person_s_cards() {
    let world = World::new().await;
    let path = format!("/people/{}/card", world.person(Who::Civil));
    for who in [Who::Secretary, Who::Head, Who::Operator, Who::Civil, Who::Stranger] {
        world.get(who, &path).await.is(StatusCode::NOT_FOUND);
        for act in ["code", "withdraw", "end"] {
            world.post(who, &format!("{path}/{act}"), &[]).await.is(StatusCode::NOT_FOUND);
        }
    }
    world.post(Who::Officer, &format!("{path}/code"), &[]).await.is(StatusCode::OK);
    world.post(Who::Officer, &format!("{path}/withdraw"), &[]).await.is(StatusCode::SEE_OTHER);
    assert!(!world.get(Who::Officer, &path).await.text().contains("已發給"));
}
