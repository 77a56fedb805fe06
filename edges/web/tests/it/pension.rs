//! The pension estimate as its readers meet it: a form, its refusals, its figures, files, and the same for programs.

use crate::world::{Who, World};
use axum::body::Body;
use axum::http::{Request, StatusCode, header};

const HOST: &str = "localhost";

/// Somebody whose months are credited already, retired before the amendment of 2025.
const FACTS: [(&str, &str); 10] = [
    ("post", "civil/general"),
    ("born_on", "47/05/20"),
    ("effective_on", "112/07/16"),
    ("ground", "mandatory"),
    ("benefit", "monthly"),
    ("credited_old", "60"),
    ("credited_new", "336"),
    ("pay_unit", "amount"),
    ("pay_last", "48,505"),
    ("pay_average", "47000"),
];

fn facts_and(more: &[(&'static str, &'static str)]) -> Vec<(&'static str, &'static str)> {
    FACTS.iter().chain(&[("more", "entitled_before_act = false")]).chain(more).copied().collect()
}

fn json(body: &str) -> Request<Body> {
    let request = Request::post("/pension/estimate.json").header(header::HOST, HOST);
    request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_owned())).unwrap()
}

const QUESTION: &str = r#"{"facts":{"scheme":"civil","born_on":"1958-05-20","effective_on":"2023-07-16","ground":"mandatory","benefit":"monthly",
    "entitled_before_act":false,"credited":{"old":60,"new":336},"pay":{"last":{"amount":48505},"average":47000}}}"#;

#[tokio::test]
async fn page_and_interface_give_the_same_figure() {
    let world = World::new().await;
    let page = world.post(Who::Nobody, "/pension", &facts_and(&[])).await.is(StatusCode::OK).text();
    let reply = world.answer(json(QUESTION)).await.is(StatusCode::OK).text();
    let answer: serde_json::Value = serde_json::from_str(&reply).unwrap();
    let total = answer["estimate"]["line"].as_array().unwrap().last().unwrap()["total"].as_i64().unwrap();
    let printed = statute::print::whole(total);
    assert!(total > 10_000 && page.contains(&printed), "{printed} is not on the page");
    for words in [
        "逐年的每月所得",
        "<svg",
        "可以選擇的給與",
        "還沒有確認的",
        "什麼會改變結果",
        "全部計算步驟",
        "/law/s0080034/37",
    ] {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn two_laws_stand_side_by_side_with_the_reason() {
    let world = World::new().await;
    let more = [("law", "114/12/28"), ("compare", "114/12/27"), ("day", "115/06/01")];
    let page = world.post(Who::Nobody, "/pension", &facts_and(&more)).await.is(StatusCode::OK).text();
    for words in ["兩個日期的法規", "差異來自", "重新審定前"] {
        assert!(page.contains(words), "{words}");
    }
}

#[tokio::test]
async fn what_is_wrong_stands_beside_its_field_and_nothing_is_lost() {
    let world = World::new().await;
    let mut facts = facts_and(&[]);
    facts[1].1 = "115/01/01";
    let page = world.post(Who::Nobody, "/pension", &facts).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("effective_on-error") && page.contains("早於出生日期"));
    assert!(page.contains("48,505") && page.contains("115/01/01"), "what was typed is kept");
    let empty = world.post(Who::Nobody, "/pension", &[]).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(empty.contains("born_on-error") && empty.contains("pay_last-error"));
    let odd = facts_and(&[("service_kind_0", "civil")]);
    let page = world.post(Who::Nobody, "/pension", &odd).await.is(StatusCode::UNPROCESSABLE_ENTITY).text();
    assert!(page.contains("service_kind_0-error"), "a row that is half filled");
    let rows = world.post(Who::Nobody, "/pension", &[("more_service", "1"), ("post", "civil/police")]).await;
    let rows = rows.is(StatusCode::OK).text();
    assert!(rows.contains("service_kind_5") && rows.contains("value=\"civil/police\" checked"));
}

#[tokio::test]
async fn facts_are_downloaded_and_loaded_again() {
    let world = World::new().await;
    let file = world.post(Who::Nobody, "/pension/facts.toml", &facts_and(&[])).await.is(StatusCode::OK).text();
    let facts = rules::facts::read::toml(&file).unwrap();
    assert_eq!((facts.pay.average, facts.entitled_before_act), (Some(47_000), Some(false)));
    let load = |name: &str, content: &str| {
        let body = format!(
            "--cut\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{name}\"\r\n\r\n{content}\r\n--cut--\r\n"
        );
        let request = Request::post("/pension/file").header(header::HOST, HOST);
        request.header(header::CONTENT_TYPE, "multipart/form-data; boundary=cut").body(Body::from(body)).unwrap()
    };
    let page = world.answer(load("facts.toml", &file)).await.is(StatusCode::OK).text();
    for words in ["value=\"047/05/20\"", "value=\"48505\"", "value=\"60\"", "entitled_before_act = false"] {
        assert!(page.contains(words), "{words}");
    }
    let wrong = world.answer(load("facts.toml", &file.replace("mandatory", "tired"))).await;
    assert!(wrong.is(StatusCode::UNPROCESSABLE_ENTITY).text().contains("「tired」不是「ground」可填的值"));
}

#[tokio::test]
async fn a_program_is_told_what_is_wrong() {
    let world = World::new().await;
    let reply = world.answer(json(r#"{"facts":{"scheme":"civil"}}"#)).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(reply.kind, "application/problem+json");
    let problem: serde_json::Value = serde_json::from_str(&reply.text()).unwrap();
    assert_eq!((&problem["status"], &problem["refused"][0]["field"]), (&422.into(), &"facts.born_on".into()));
    let long = world.answer(json(&" ".repeat(17 << 10))).await;
    assert_eq!(long.status, StatusCode::PAYLOAD_TOO_LARGE);
}
