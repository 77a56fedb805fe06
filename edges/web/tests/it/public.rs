//! The public pages: behind a QR code, for a file, the register.

use crate::world::{Who, World, one_award};
use axum::http::StatusCode;
use std::path::Path;
use std::process::Command;

pub const UI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/ui");

pub fn payload(id: kernel::OrderId) -> String {
    seal::qr::path(&id.0).replace("/Q/", "")
}

#[tokio::test]
async fn an_order_is_shown_to_everybody_without_anything_personal() {
    let world = World::new().await;
    let order = world.issued(&one_award()).await.remove(0);
    let payload = payload(order.id);
    for path in [format!("/q/{payload}"), format!("/Q/{payload}"), format!("/q/{}", payload.to_lowercase())] {
        let page =
            world.get(Who::Nobody, &path).await.is(StatusCode::OK).says("南投縣政府").says("有效").says(&payload);
        for secret in ["林受獎", "A22345", "選務", "記功", order.number.to_string().as_str()] {
            assert!(!page.text().contains(secret), "{secret} is on the public page");
        }
    }
    for path in ["/q/000", "/q/not-an-order", &format!("/q/{}", seal::qr::path(&[1; 16]).replace("/Q/", ""))] {
        world.get(Who::Nobody, path).await.is(StatusCode::NOT_FOUND).says("查無此令");
        world.get(Who::Nobody, &format!("{path}/proof.json")).await.is(StatusCode::NOT_FOUND);
    }
}

#[tokio::test]
async fn where_an_order_is_anchored_is_told_once_it_is() {
    let world = World::new().await;
    let order = world.issued(&one_award()).await.remove(0);
    let path = format!("/q/{}", payload(order.id));
    world.get(Who::Nobody, &path).await.is(StatusCode::OK).says("尚未定錨");
    let proof = async || {
        let reply = world.get(Who::Nobody, &format!("{path}/proof.json")).await.is(StatusCode::OK);
        serde_json::from_slice::<serde_json::Value>(&reply.bytes).unwrap()
    };
    assert_eq!(proof().await["anchors"], serde_json::json!([]));
    web::hold_fast(&world.app).await.unwrap();
    world.get(Who::Nobody, &path).await.is(StatusCode::OK).says("orders.test_2026-");
    world.get(Who::Nobody, "/register").await.is(StatusCode::OK).says("orders.test_2026-");
    let proof = proof().await;
    let named = &proof["anchors"][0];
    assert_eq!((&named["kind"], &named["sink"]), (&"file".into(), &"file".into()));
    assert!(named["size"].as_u64() > proof["index"].as_u64());
    let file = world.get(Who::Nobody, named["evidence"].as_str().unwrap()).await.is(StatusCode::OK);
    let checked = anchor::check(&file.bytes, &anchor::Trust::default()).unwrap();
    assert_eq!(Some(checked.head.size), named["size"].as_u64());
    world.get(Who::Nobody, "/log/anchors/list.json").await.is(StatusCode::OK).says("confirmed");
    world.get(Who::Nobody, "/log/anchors/99.json").await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_order_on_its_way_is_not_known_yet() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    let order = world.approve(&case).await.remove(0);
    let path = format!("/q/{}", payload(order.id));
    world.get(Who::Nobody, &path).await.is(StatusCode::NOT_FOUND).says("正在進入登錄簿");
    world.get(Who::Nobody, &format!("{path}/proof.json")).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_code_on_the_paper_leads_to_the_order() {
    let world = World::new().await;
    let order = world.issued(&one_award()).await.remove(0);
    let hex = order.id.to_string().to_uppercase();
    let groups: Vec<&str> = (0..8).map(|at| &hex[at * 4..at * 4 + 4]).collect();
    let reply = world.get(Who::Nobody, &format!("/verify?code={}", groups.join("-"))).await.is(StatusCode::SEE_OTHER);
    assert_eq!(reply.location, format!("/q/{}", payload(order.id)));
    world.get(Who::Nobody, &reply.location).await.is(StatusCode::OK);
    let page = world.get(Who::Nobody, "/verify?code=12-34").await.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("value=\"12-34\"").says("查驗碼是 32 個");
    world.get(Who::Nobody, "/verify").await.is(StatusCode::OK).says("renshi verify");
}

#[tokio::test]
async fn the_register_says_who_writes_in_it_and_what_is_missing() {
    let world = World::new().await;
    world.issued(&one_award()).await;
    let page = world.get(Who::Nobody, "/register").await.is(StatusCode::OK);
    page.says("orders.test/2026").says("/log/issuers/1.json").says("南投縣政府").says("見證");
    world.get(Who::Nobody, "/log/issuers/1.json").await.is(StatusCode::OK);
    world.get(Who::Nobody, "/register?page=99").await.is(StatusCode::OK);
    world.get(Who::Nobody, "/help").await.is(StatusCode::OK).says("無障礙聲明").says("測試機關");
}

#[tokio::test]
async fn an_article_is_read_beside_what_is_made_of_it() {
    let world = World::new().await;
    let articles = world.get(Who::Nobody, "/law/s0080034/27-39").await.is(StatusCode::OK);
    articles.says("第27條").says("第39條").says("930元").says("每月退休所得替代率上限金額").says("未經確認");
    world.get(Who::Nobody, "/law").await.is(StatusCode::OK).says("/law/h0150049").says("mixed-half-base/new-only");
    let act = world.get(Who::Nobody, "/law/s0080034").await.is(StatusCode::OK);
    act.says("114/12/28").says("/law/s0080034/95").says("law/s0080034/rounding/amount.toml");
    for none in ["/law/none", "/law/s0080034/96", "/law/s0080034/x", "/law/none/1", "/law/s0080034/3-1"] {
        world.get(Who::Nobody, none).await.is(StatusCode::NOT_FOUND);
    }
}

/// Runs a program of the browser's verifier under Node. Returns what it printed and its exit code.
pub fn node(arguments: &[&str], folder: &Path) -> (String, i32) {
    let run = Command::new("node").args(arguments).current_dir(folder).output().expect("node is installed");
    let said = [run.stdout, run.stderr].concat();
    (String::from_utf8_lossy(&said).into_owned(), run.status.code().expect("node ended by itself"))
}

/// A program that checks a proof as the page behind the QR code does, with the exported log in place of the site.
const CHECK_PROOF: &str = r#"
import { readFile } from "node:fs/promises";
import { fromBase41 } from "./verify/base.js";
import { checkProof } from "./verify/proof.js";
import { vkeyOfPolicy } from "./verify/note.js";
const [log, proof, id, key] = process.argv.slice(1);
const bytes = async (path) => new Uint8Array(await readFile(path));
const policies = await Promise.all(["", "2027/"].map((shard) => bytes(`${log}/${shard}policy.txt`).catch(() => null)));
const vkey = policies.filter(Boolean).map((policy) => vkeyOfPolicy(new TextDecoder().decode(policy))).join("\n");
const fetchBytes = (address) => bytes(address.replace(/^\/log/, log));
const found = await checkProof(await bytes(proof), { id: fromBase41(id, 16), key: fromBase41(key, 16), vkey, fetchBytes });
console.log(JSON.stringify([found.checks.map(({ name, state }) => `${name} ${state}`), found.state, Object.fromEntries(found.summary)]));
"#;

/// The whole journey as people take it, page by page, to a verifier that shares no code with us.
#[tokio::test]
async fn from_a_draft_to_a_stranger_s_verification() {
    let world = World::new().await;
    let case = world.draft(&one_award()).await;
    personnel::submit(&world.app.db, (case, 1), crate::world::NOW).await.unwrap();
    world
        .post(Who::Civil, "/mydata/consent", &[("family", "award"), ("choice", "agreed")])
        .await
        .is(StatusCode::SEE_OTHER);

    let decision = [("version", "2"), ("outcome", "agreed"), ("on", "1151123")];
    world.post(Who::Secretary, &format!("/committee/case/{case}/decision"), &decision).await.is(StatusCode::SEE_OTHER);
    let sign = [("version", "3"), ("numbering", "each")];
    let page = world.post(Who::Head, &format!("/approvals/case/{case}/sign"), &sign).await.is(StatusCode::OK);
    let fields = ["version", "numbering", "statement"].map(|name| (name, crate::approval::hidden(&page, name)));
    let pairs = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
    world.post(Who::Head, &format!("/approvals/case/{case}/approve"), &pairs).await.is(StatusCode::SEE_OTHER);
    while web::pass(&world.app).await.unwrap() {}
    web::hold_fast(&world.app).await.unwrap();

    let inbox = orders::inbox(&world.app.db, world.person(Who::Civil)).await.unwrap();
    let id = inbox[0].0.id;
    let own = world.get(Who::Civil, &format!("/mydata/orders/{id}")).await.is(StatusCode::OK).text();
    // The link of the page: id and key as the QR code has them.
    let start = own.find("href=\"/Q/").expect("a link to verify") + "href=\"/Q/".len();
    let (payload, key) = own[start..].split('"').next().unwrap().split_once('#').expect("a key after #");
    world.get(Who::Nobody, &format!("/q/{payload}")).await.is(StatusCode::OK);
    let proof = world.get(Who::Nobody, &format!("/q/{payload}/proof.json")).await.is(StatusCode::OK);

    let folder = world.app.outbox.with_file_name("stranger");
    register::serve::export(&world.app.db, &folder.join("log")).await.unwrap();
    std::fs::write(folder.join("proof.json"), &proof.bytes).unwrap();
    for name in ["order.pdf", "order.json"] {
        let reply = world.get(Who::Civil, &format!("/mydata/orders/{id}/{name}")).await.is(StatusCode::OK);
        std::fs::write(folder.join(name), reply.bytes).unwrap();
        let (file, log) = (folder.join(name), folder.join("log"));
        let (said, code) =
            node(&["verify/node.js", file.to_str().unwrap(), "--log", log.to_str().unwrap()], UI.as_ref());
        assert_eq!(code, 0, "{name}: {said}");
    }
    let (log, file) = (folder.join("log"), folder.join("proof.json"));
    let arguments =
        ["--input-type=module", "-e", CHECK_PROOF, log.to_str().unwrap(), file.to_str().unwrap(), payload, key];
    let (said, code) = node(&arguments, UI.as_ref());
    assert_eq!(code, 0, "{said}");
    assert!(!said.contains("failed") && !said.contains("unknown"), "{said}");
    assert!(said.contains("anchor ok"), "{said}");
    assert!(said.contains("content ok") && said.contains("\"valid\"") && said.contains("林受獎"), "{said}");
    in_the_next_shard(&world, id, payload, key).await;
}

/// The same order after the turn of the year, revoked in the shard that follows its own.
async fn in_the_next_shard(world: &World, id: kernel::OrderId, payload: &str, key: &str) {
    let app = &world.app;
    let next = tlog::note::LogKey::from_seed("orders.test/2027", &[8; 32]).unwrap();
    let closed = register::shard::close(&app.db, app.clock.as_ref(), &app.log_keys.now(), &next, 4096).await.unwrap();
    assert!(closed.closed);
    // The server finds the shard closed, and opens the next under the key that is kept for it.
    while web::pass(app).await.unwrap() {}
    let page = world.get(Who::Nobody, &format!("/q/{payload}")).await.is(StatusCode::OK).says("有效");
    page.says("orders.test/2027+").says("/log/policy.txt /log/2027/policy.txt");
    world.get(Who::Nobody, "/log/2027/key-events/1.json").await.is(StatusCode::OK).says("renshi-open/1");
    for path in ["/log/2026/checkpoint", "/log/2028/checkpoint", "/log/2027/2027/checkpoint"] {
        world.get(Who::Nobody, path).await.is(StatusCode::NOT_FOUND);
    }
    let mut tx = app.db.begin().await.unwrap();
    let prev = register::log::events(&mut tx, &id.0).await.unwrap()[0].entry.unwrap().leaf.hash();
    let event = seal::keys::Event { kind: tlog::leaf::Kind::Revoke, issuer: 1, id: id.0, commitment: [9; 32], prev };
    let agency = "376480000A".parse().unwrap();
    let auth = app.keys.keys(agency).unwrap().sign_event(&event).unwrap().auth;
    let seal::keys::Event { kind, issuer, id, commitment, prev } = event;
    register::log::stage(&mut tx, &[register::log::Staged { kind, issuer, id, commitment, prev, auth }]).await.unwrap();
    tx.commit().await.unwrap();
    while web::pass(app).await.unwrap() {}

    let folder = app.outbox.with_file_name("next-shard");
    register::serve::export(&app.db, &folder.join("log")).await.unwrap();
    let proof = world.get(Who::Nobody, &format!("/q/{payload}/proof.json")).await.is(StatusCode::OK);
    let (log, file) = (folder.join("log"), folder.join("proof.json"));
    let told = |proof: &[u8]| {
        std::fs::write(&file, proof).unwrap();
        let [log, file] = [&log, &file].map(|path| path.to_str().unwrap());
        node(&["--input-type=module", "-e", CHECK_PROOF, log, file, payload, key], UI.as_ref()).0
    };
    let said = told(&proof.bytes);
    assert!(said.contains("status ok") && said.contains("\"revoked\""), "{said}");
    // Without the event it is seen that something is withheld; the word of the old shard alone is an older one.
    let mut value: serde_json::Value = serde_json::from_slice(&proof.bytes).unwrap();
    value["events"] = serde_json::json!([]);
    let said = told(&serde_json_canonicalizer::to_vec(&value).unwrap());
    assert!(said.contains("status failed"), "{said}");
    for name in ["order.pdf", "order.json"] {
        let file = app.outbox.with_file_name("stranger").join(name);
        let (said, code) =
            node(&["verify/node.js", file.to_str().unwrap(), "--log", log.to_str().unwrap()], UI.as_ref());
        assert_eq!(code, 3, "{name}: {said}");
    }
    assert_eq!(register::fsck::fsck(&app.db).await.unwrap().problems, [""; 0]);
}
