//! The head: what is signed, returning, approving once.

use crate::world::{NOW, Reply, Who, World, award_file, one_award};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use personnel::AwardCase;

/// The value of a hidden field of a page.
pub fn hidden(page: &Reply, name: &str) -> String {
    let text = page.text();
    let start = format!("name=\"{name}\" value=\"");
    let at = text.find(&start).unwrap_or_else(|| panic!("no field {name} in {text}")) + start.len();
    let value = text[at..].split('"').next().unwrap();
    value.replace("&#34;", "\"").replace("&quot;", "\"").replace("&amp;", "&")
}

fn two_awards() -> String {
    award_file(&[
        ("A223456781", "林受獎", "辦理選務工作，圓滿完成。", "4010"),
        ("A100000001", "張小吏", "辦理選務工作，圓滿完成。", "4001"),
    ])
}

pub async fn prepare(world: &World, case: &AwardCase, numbering: &str) -> Reply {
    let version = case.version.to_string();
    let pairs = [("version", version.as_str()), ("numbering", numbering)];
    world.post(Who::Head, &format!("/approvals/case/{}/sign", case.id), &pairs).await
}

pub async fn approve(world: &World, case: &AwardCase, page: &Reply, more: &[(&str, &str)]) -> Reply {
    let fields = ["version", "numbering", "statement"].map(|name| (name, hidden(page, name)));
    let mut pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    pairs.extend(more);
    world.post(Who::Head, &format!("/approvals/case/{}/approve", case.id), &pairs).await
}

#[tokio::test]
async fn only_the_head_of_the_agency_sees_what_waits() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    let path = format!("/approvals/case/{}", case.id);
    world.get(Who::Head, "/approvals").await.is(StatusCode::OK).says(&path).says("初核通過");
    world.get(Who::Head, &path).await.is(StatusCode::OK).says("一人一令").says("林受獎");
    for who in [Who::Officer, Who::Secretary, Who::Operator, Who::Civil, Who::Stranger] {
        for path in ["/approvals", &path] {
            world.get(who, path).await.is(StatusCode::NOT_FOUND);
        }
        for act in ["sign", "approve", "return", "return-rows"] {
            world.post(who, &format!("{path}/{act}"), &[("version", "3")]).await.is(StatusCode::NOT_FOUND);
        }
    }
}

#[tokio::test]
async fn the_card_signs_what_was_shown_and_numbers_are_given() {
    let world = World::new().await;
    let case = world.awaiting_head(&two_awards()).await;
    prepare(&world, &case, "").await.is(StatusCode::UNPROCESSABLE_ENTITY).says("請選擇發文字號的給法");
    let page = prepare(&world, &case, "each").await.is(StatusCode::OK).says("renshi-approval/1").says("2件");
    let statement = hidden(&page, "statement");
    assert!(statement.contains(&format!("\"case\":\"award-case-{}\"", case.id)), "{statement}");
    let path = format!("/approvals/case/{}", case.id);
    assert_eq!(approve(&world, &case, &page, &[]).await.is(StatusCode::SEE_OTHER).location, path);
    let issued = world.get(Who::Head, &path).await.is(StatusCode::OK).says("已核定並發布");
    issued.says("自府人考字第1150000001號至府人考字第1150000002號");
    world.get(Who::Head, "/approvals").await.says("沒有待核定的案件").says("最近核定");
}

#[tokio::test]
async fn one_number_may_serve_all() {
    let world = World::new().await;
    let case = world.awaiting_head(&two_awards()).await;
    let page = prepare(&world, &case, "all").await.is(StatusCode::OK);
    approve(&world, &case, &page, &[]).await.is(StatusCode::SEE_OTHER);
    let path = format!("/approvals/case/{}", case.id);
    world.get(Who::Head, &path).await.says("2件，發文字號府人考字第1150000001號").says("府人考字第1150000001號-2");
}

#[tokio::test]
async fn of_two_approvals_the_second_is_told() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    let page = prepare(&world, &case, "each").await.is(StatusCode::OK);
    let (first, second) = tokio::join!(approve(&world, &case, &page, &[]), approve(&world, &case, &page, &[]));
    let mut both = [first, second];
    both.sort_by_key(|reply| reply.status);
    let [won, told] = both;
    won.is(StatusCode::SEE_OTHER);
    told.is(StatusCode::UNPROCESSABLE_ENTITY).says("本案已由他人處理").says("已核定並發布");
    let here = crate::world::code(crate::world::HERE);
    assert_eq!(orders::numbers(&world.app.db, &here).await.unwrap().len(), 1, "one number was given");
}

#[tokio::test]
async fn a_statement_that_is_not_the_prepared_one_approves_nothing() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    let stale = prepare(&world, &case, "each").await.is(StatusCode::OK);
    prepare(&world, &case, "each").await.is(StatusCode::OK);
    approve(&world, &case, &stale, &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("已變更");
    assert!(orders::orders_of_approval(&world.app.db, &case.reference()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_real_card_s_answer_is_pasted_and_another_person_s_card_is_refused() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    // Without the software card the page asks for the answer of a real one.
    let cards = world.app.cards.as_ref().unwrap();
    let (head, civil) = (world.person(Who::Head), world.person(Who::Civil));
    let card = cards.card(head).unwrap();
    world.lose_card(Who::Head);
    let page = prepare(&world, &case, "each").await.is(StatusCode::OK).says("name=\"cms\"");
    let statement = hidden(&page, "statement");
    let wrong = STANDARD.encode(cards.sign(civil, statement.as_bytes(), NOW).unwrap());
    let told = approve(&world, &case, &page, &[("cms", &wrong)]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let told = told.says("請使用同一張卡片核定");
    assert!(told.text().contains(&wrong[..40]), "what was pasted comes back");
    approve(&world, &case, &told, &[("cms", "bm8=")]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let good = STANDARD.encode(card.sign(statement.as_bytes(), true, NOW));
    approve(&world, &case, &told, &[("cms", &good)]).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn the_head_returns_rows_or_the_case() {
    let world = World::new().await;
    let case = world.awaiting_head(&two_awards()).await;
    let path = format!("/approvals/case/{}", case.id);
    let here = [crate::world::code(crate::world::HERE)];
    let file = personnel::case_file(&world.app.db, &here, case.id).await.unwrap().unwrap();
    let (version, row) = (case.version.to_string(), file.rows[0].id.to_string());
    let rows = [("version", version.as_str()), ("rows", row.as_str()), ("row_remark", "請補具體事蹟")];
    let next = world.post(Who::Head, &format!("{path}/return-rows"), &rows).await.is(StatusCode::SEE_OTHER).location;
    assert_eq!(next, path);
    world.get(Who::Head, &path).await.says("請補具體事蹟").says("核定後將發布 1 件令");
    let version = (case.version + 1).to_string();
    let silent = [("version", version.as_str()), ("remark", " ")];
    world.post(Who::Head, &format!("{path}/return"), &silent).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    let case = [("version", version.as_str()), ("remark", "再議")];
    world.post(Who::Head, &format!("{path}/return"), &case).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Head, "/approvals").await.says("沒有待核定的案件");
}

/// What a good RSA card of the same authority answers to a statement, by OpenSSL.
fn signed_by_rsa_card(world: &World, statement: &str) -> Vec<u8> {
    let folder = std::env::temp_dir().join(format!("renshi-web-rsa-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let openssl = |line: &str| {
        let done = std::process::Command::new("openssl").args(line.split(' ')).current_dir(&folder).output().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    };
    openssl("genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048 -out key.pem");
    openssl("pkey -in key.pem -pubout -outform DER -out public.der");
    let public = std::fs::read(folder.join("public.der")).unwrap();
    let subject = seal::CardSubject { name: "陳首長", serial_number: "RSA1", organization: "" };
    let card = world.authority.certify_card(world.app.random.as_ref(), &public, &subject, NOW).unwrap();
    std::fs::write(folder.join("card.der"), card).unwrap();
    std::fs::write(folder.join("ca.der"), world.authority.certificate()).unwrap();
    std::fs::write(folder.join("statement"), statement).unwrap();
    for name in ["card", "ca"] {
        openssl(&format!("x509 -inform DER -in {name}.der -out {name}.pem"));
    }
    openssl(
        "cms -sign -binary -nodetach -md sha256 -outform DER -in statement -signer card.pem -inkey key.pem -certfile ca.pem -out cms",
    );
    let cms = std::fs::read(folder.join("cms")).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();
    cms
}

#[tokio::test]
async fn a_card_with_an_rsa_key_is_told_why_it_cannot_approve_and_what_to_do() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    let page = prepare(&world, &case, "each").await.is(StatusCode::OK);
    let cms = STANDARD.encode(signed_by_rsa_card(&world, &hidden(&page, "statement")));
    let told = approve(&world, &case, &page, &[("cms", &cms)]).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    told.says("此卡的金鑰為RSA").says("P-256金鑰之憑證卡片").says("職務代理人").says("href=\"#cms\"");
    assert!(orders::orders_of_approval(&world.app.db, &case.reference()).await.unwrap().is_empty());
    // With a P-256 card the same page goes on.
    approve(&world, &case, &page, &[]).await.is(StatusCode::SEE_OTHER);
}
