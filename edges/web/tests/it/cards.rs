//! Cards at the personnel office and at the door.

use crate::approval::hidden;
use crate::world::{NOW, Who, World};
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
    let wrong = [("ticket", ticket.as_str()), ("code", "0000-0000-0000")];
    world.post(Who::Nobody, "/signin/register", &wrong).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("不符");
    let right = [("ticket", ticket.as_str()), ("code", code)];
    world.post(Who::Nobody, "/signin/register", &right).await.is(StatusCode::SEE_OTHER);
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
