//! What an order says is destroyed by two people; that it was issued is still proven.

use crate::public::{UI, node, payload};
use crate::world::{HERE, NOW, Who, World, award_file, code, one_award};
use axum::http::StatusCode;
use orders::{Issued, field};
use std::path::Path;

const BASIS: &str = "個人資料保護法第11條第3項";
const WHY: [(&str, &str); 2] = [("basis", BASIS), ("reason", "保存年限屆滿，並經核准在案。")];

/// A program that checks the proof of an erased order as the page behind the QR code does.
const CHECK_PROOF: &str = r#"
import { readFile } from "node:fs/promises";
import { fromBase41 } from "./verify/base.js";
import { checkProof } from "./verify/proof.js";
import { vkeyOfPolicy } from "./verify/note.js";
const [log, proof, id] = process.argv.slice(1);
const bytes = async (path) => new Uint8Array(await readFile(path));
const policies = await Promise.all(["", "2027/"].map((shard) => bytes(`${log}/${shard}policy.txt`).catch(() => null)));
const vkey = policies.filter(Boolean).map((policy) => vkeyOfPolicy(new TextDecoder().decode(policy))).join("\n");
const fetchBytes = (address) => bytes(address.replace(/^\/log/, log));
const found = await checkProof(await bytes(proof), { id: fromBase41(id, 16), key: new Uint8Array(16), vkey, fetchBytes });
console.log(JSON.stringify([found.checks.map(({ name, state }) => `${name} ${state}`), found.state, found.summary === undefined]));
"#;

/// An award order in the inbox of the civil servant, contested by nobody in time, on a platform where erasure is on.
async fn delivered(world: &World) -> Issued {
    let agree = [("family", "award"), ("choice", "agreed")];
    world.post(Who::Civil, "/mydata/consent", &agree).await.is(StatusCode::SEE_OTHER);
    orders::keep_erasure_rule(&world.app.db, true, Some(35)).await.unwrap();
    let order = world.issued(&one_award()).await.remove(0);
    is_final(world, &order).await;
    order
}

/// It reached its person two months ago.
pub async fn is_final(world: &World, order: &Issued) {
    db::query("UPDATE orders.delivery SET entered_at = entered_at - interval '60 days' WHERE order_id = $1")
        .bind(db::Uuid::from_bytes(order.id.0))
        .execute(world.app.db.pool())
        .await
        .unwrap();
}

/// The address of a proposal to erase an order that lies in an inbox.
pub async fn proposed(world: &World, order: &Issued) -> String {
    orders::keep_erasure_rule(&world.app.db, true, Some(35)).await.unwrap();
    is_final(world, order).await;
    let path = format!("/orders/{}/erase", order.id);
    world.post(Who::Officer, &path, &WHY).await.is(StatusCode::SEE_OTHER).location
}

/// The tables in which a text, or these bytes, stand.
async fn found(database: &db::Db, text: &str, bytes: &[u8]) -> Vec<String> {
    let columns: Vec<(String, String)> = db::query_as(
        "SELECT format('%I.%I', c.table_schema, c.table_name), format('%I', c.column_name) FROM information_schema.columns c \
         JOIN information_schema.tables t USING (table_schema, table_name) WHERE t.table_type = 'BASE TABLE' \
         AND c.table_schema NOT IN ('pg_catalog', 'information_schema')",
    )
    .fetch_all(database.pool())
    .await
    .unwrap();
    let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut places = Vec::new();
    for (table, column) in columns {
        // A bytea reads as hexadecimal, so a text kept as bytes is looked for in that form too.
        let as_hex: String = text.bytes().map(|byte| format!("{byte:02x}")).collect();
        let sql = format!(
            "SELECT EXISTS (SELECT FROM {table} WHERE position($1 in {column}::text) > 0 \
             OR position($2 in {column}::text) > 0 OR position($3 in {column}::text) > 0)"
        );
        let wanted = |word: &str| if word.is_empty() { "\u{1}nothing".to_owned() } else { word.to_owned() };
        let there: bool = db::query_scalar(db::AssertSqlSafe(sql))
            .bind(wanted(text))
            .bind(wanted(&as_hex))
            .bind(wanted(&hex))
            .fetch_one(database.pool())
            .await
            .unwrap();
        if there {
            places.push(format!("{table}.{column}"));
        }
    }
    places
}

#[tokio::test]
async fn it_is_off_until_the_operator_turns_it_on() {
    let world = World::new().await;
    let order = world.issued(&one_award()).await.remove(0);
    let path = format!("/orders/{}/erase", order.id);
    world.get(Who::Officer, "/erasures").await.is(StatusCode::OK).says("未開放內容銷毀");
    world.get(Who::Officer, &path).await.is(StatusCode::OK).says("未開放內容銷毀");
    world.post(Who::Officer, &path, &WHY).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("未開放內容銷毀");
    assert!(orders::keep_erasure_rule(&world.app.db, true, None).await.is_err(), "backups come first");
    orders::keep_erasure_rule(&world.app.db, true, Some(35)).await.unwrap();
    // It waits on paper.
    world.post(Who::Officer, &path, &WHY).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("尚未送達");
    world.get(Who::Head, &path).await.is(StatusCode::NOT_FOUND);
    world.get(Who::Stranger, &path).await.is(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn an_order_that_is_not_final_is_not_erased() {
    let world = World::new().await;
    let agree = [("family", "award"), ("choice", "agreed")];
    world.post(Who::Civil, "/mydata/consent", &agree).await.is(StatusCode::SEE_OTHER);
    orders::keep_erasure_rule(&world.app.db, true, Some(35)).await.unwrap();
    let case = world.awaiting_head(&one_award()).await;
    let order = world.approve(&case).await.remove(0);
    let path = format!("/orders/{}/erase", order.id);
    world.post(Who::Officer, &path, &WHY).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("尚在登錄中");
    while web::pass(&world.app).await.unwrap() {}
    // 復審 can be sought for thirty days.
    world
        .post(Who::Officer, &path, &WHY)
        .await
        .is(StatusCode::UNPROCESSABLE_ENTITY)
        .says("尚得提起救濟（至中華民國115年12月23日止）");
    is_final(&world, &order).await;
    let change = personnel::NewChange {
        order: order.id,
        amendment: orders::Amendment::Revoke,
        reason: "事實認定有誤。".to_owned(),
        known_on: Some(kernel::office_date(NOW)),
        effective_on: None,
        corrected: None,
    };
    let (scope, officer) = ([code(HERE)].into(), world.person(Who::Officer));
    let place = proposed(&world, &order).await;
    personnel::draft_change(&world.app.db, officer, &scope, &change, NOW).await.unwrap();
    // Between the two people's words somebody began to change it.
    let decide = format!("{place}/decide");
    let confirm = [("do", "confirm")];
    world.post(Who::Head, &decide, &confirm).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("已有變更案辦理中");
    assert!(orders::order(&world.app.db, order.id).await.unwrap().unwrap().erased_at.is_none());
    // The draft is given up, and what it repeats goes with the order.
    world.post(Who::Officer, "/awards/batch/2/undo", &[]).await.is(StatusCode::SEE_OTHER);
    assert!(!found(&world.app.db, "事實認定有誤", b"").await.is_empty());
    // Turned off, nothing waits for it.
    orders::keep_erasure_rule(&world.app.db, false, None).await.unwrap();
    world.post(Who::Head, &decide, &confirm).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("未開放內容銷毀");
    orders::keep_erasure_rule(&world.app.db, true, None).await.unwrap();
    world.post(Who::Head, &decide, &confirm).await.is(StatusCode::SEE_OTHER);
    for text in [order.text(field::REASON), "事實認定有誤"] {
        assert_eq!(found(&world.app.db, text, b"").await, Vec::<String>::new(), "{text}");
    }
    // Twice: not proposed, not confirmed, not changed.
    world.post(Who::Officer, &path, &WHY).await.is(StatusCode::CONFLICT).says("內容已依法銷毀");
    world.post(Who::Head, &decide, &confirm).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("已有人處理");
    let again = personnel::draft_change(&world.app.db, officer, &scope, &change, NOW).await;
    assert!(again.unwrap_err().to_string().contains("內容已依法銷毀"));
}

#[tokio::test]
async fn two_people_agree_and_neither_says_what_is_destroyed() {
    let world = World::new().await;
    let order = delivered(&world).await;
    let path = format!("/orders/{}/erase", order.id);
    for (basis, reason, field) in [("", "事由", "basis"), (BASIS, "", "reason"), (BASIS, "林受獎之令", "reason")]
    {
        let page = world.post(Who::Officer, &path, &[("basis", basis), ("reason", reason)]).await;
        page.is(StatusCode::UNPROCESSABLE_ENTITY).says(&format!("{field}-error"));
    }
    let place = proposed(&world, &order).await;
    world.post(Who::Officer, &path, &WHY).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("已有銷毀案");
    let decide = format!("{place}/decide");
    world.post(Who::Officer, &decide, &[("do", "confirm")]).await.is(StatusCode::NOT_FOUND);
    world.post(Who::Head, &decide, &[("do", "what")]).await.is(StatusCode::NOT_FOUND);
    let looked = "SELECT count(*) FROM readlog.entry WHERE via = '/erasures/{id}/decide' AND purpose = 'erasure'";
    let looked: i64 = db::query_scalar(looked).fetch_one(world.app.db.pool()).await.unwrap();
    assert_eq!(looked, 1, "who decides has looked");
    let waiting = world.get(Who::Officer, &place).await.is(StatusCode::OK).says(BASIS).says("待第二人確認");
    assert!(!waiting.text().contains("value=\"confirm\""), "the officer only waits");
    world.get(Who::Head, &place).await.is(StatusCode::OK).says("value=\"confirm\"");
    world.post(Who::Head, &decide, &[("do", "refuse")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(found(&world.app.db, order.text(field::REASON), b"").await.len(), 2, "the order is as it was");
    world.post(Who::Head, &decide, &[("do", "confirm")]).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("已有人處理");
    let again = proposed(&world, &order).await;
    assert_ne!(again, place);
    // The head, as the one who proposed it, would be alone.
    let alone = db::query("UPDATE orders.erasure SET proposed_by = $1 WHERE decided_by IS NULL")
        .bind(world.person(Who::Head).0);
    alone.execute(world.app.db.pool()).await.unwrap();
    let own = world.post(Who::Head, &format!("{again}/decide"), &[("do", "confirm")]).await;
    own.is(StatusCode::UNPROCESSABLE_ENTITY).says("提案人不得自行確認");
}

/// Salts and view key of an order.
async fn secrets(world: &World, order: &Issued) -> Vec<Vec<u8>> {
    let secrets = "SELECT salts, view_key FROM orders.issued WHERE id = $1";
    let (salts, key): (Vec<u8>, Vec<u8>) =
        db::query_as(secrets).bind(db::Uuid::from_bytes(order.id.0)).fetch_one(world.app.db.pool()).await.unwrap();
    salts.as_chunks::<16>().0.iter().map(|salt| salt.to_vec()).chain([key]).collect()
}

/// The files below a folder in which one of these stands.
fn in_files(folder: &Path, words: &[Vec<u8>]) -> Vec<String> {
    let mut places = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            places.extend(in_files(&path, words));
            continue;
        }
        let bytes = std::fs::read(&path).unwrap();
        if words.iter().any(|word| bytes.windows(word.len()).any(|window| window == word)) {
            places.push(path.display().to_string());
        }
    }
    places
}

#[tokio::test]
async fn nothing_of_the_content_is_left_and_the_entry_is_proven() {
    let world = World::new().await;
    let order = delivered(&world).await;
    let here = [("A100000001", "張小吏", "協助災害防救。", "4001")];
    let other = world.issued(&award_file(&here)).await.remove(0);
    let secrets = secrets(&world, &order).await;
    let texts = [order.text(field::SUBJECT), order.text(field::REASON), order.masked_id.as_str()];
    let number = order.text(field::DOCUMENT_NUMBER).to_owned();
    for text in texts {
        assert!(!found(&world.app.db, text, b"").await.is_empty(), "{text} is looked for where it is");
    }
    for secret in &secrets {
        assert_eq!(found(&world.app.db, "", secret).await.len(), 1, "a secret stands in one place");
    }
    let kept = world.get(Who::Civil, &format!("/mydata/orders/{}/order.json", order.id)).await.is(StatusCode::OK);
    let about: i64 = db::query_scalar("SELECT count(*) FROM orders.mail WHERE order_id = $1")
        .bind(db::Uuid::from_bytes(order.id.0))
        .fetch_one(world.app.db.pool())
        .await
        .unwrap();
    let mails = || std::fs::read_dir(&world.app.outbox).unwrap().count();
    let lying = mails();
    assert!(about > 0 && lying > 0, "the notice lies in the outbox");
    let backup = world.backup().await;

    let place = proposed(&world, &order).await;
    world.post(Who::Head, &format!("{place}/decide"), &[("do", "confirm")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(mails() as i64, lying as i64 - about, "the notice is gone from the outbox");
    while web::pass(&world.app).await.unwrap() {}
    forgotten(&world.app.db, &texts, &secrets).await;
    let published = world.app.outbox.with_file_name("published");
    let objects = objects::Objects::open(&objects::Place::Folder(published.clone())).unwrap();
    register::publish::publish(&world.app.db, &objects).await.unwrap();
    let words: Vec<Vec<u8>> = texts.iter().map(|text| text.as_bytes().to_vec()).chain(secrets.clone()).collect();
    assert_eq!(in_files(world.app.outbox.parent().unwrap(), &words), Vec::<String>::new(), "nor in any file");
    pages_answer(&world, &order, &other, &place, &number).await;
    register_answers(&world, &order, &kept.bytes).await;
    restored(&world, &backup, &order, &published, (&texts, &secrets)).await;
    backup.close().await;
}

async fn forgotten(database: &db::Db, texts: &[&str], secrets: &[Vec<u8>]) {
    for text in texts {
        assert_eq!(found(database, text, b"").await, Vec::<String>::new(), "{text}");
    }
    for secret in secrets {
        assert_eq!(found(database, "", secret).await, Vec::<String>::new());
    }
}

/// A backup from before the erasure is brought up to the log that was published, and then erases again.
async fn restored(
    world: &World,
    backup: &db::Db,
    order: &Issued,
    published: &Path,
    (texts, secrets): (&[&str], &[Vec<u8>]),
) {
    for text in texts {
        assert!(!found(backup, text, b"").await.is_empty(), "the backup holds {text}");
    }
    assert_eq!(orders::here_again(backup).await.unwrap(), [], "the register of the backup does not know yet");
    let key = world.app.log_keys.now();
    let policy = tlog::policy::Policy::of(key.vkey().clone());
    let copy = register::audit::audit(published, &policy).unwrap();
    register::rebuild::rebuild(backup, &[&key], &copy).await.unwrap();
    let problems = orders::check(backup, &[order.id]).await.unwrap();
    assert!(problems.len() == 1 && problems[0].contains("is here again"), "{problems:?}");
    assert_eq!(orders::here_again(backup).await.unwrap(), [order.id]);
    let mut tx = backup.begin().await.unwrap();
    let destroyed = orders::erase_again(&mut tx, order.id, NOW).await.unwrap().unwrap();
    personnel::erase_award(&mut tx, order.id).await.unwrap();
    assert!(orders::erase_again(&mut tx, order.id, NOW).await.unwrap().is_none(), "once is enough");
    tx.commit().await.unwrap();
    assert!(!destroyed.mails.is_empty());
    forgotten(backup, texts, secrets).await;
    assert_eq!(orders::here_again(backup).await.unwrap(), []);
    assert_eq!(orders::check(backup, &[order.id]).await.unwrap(), Vec::<String>::new());
    let erased = orders::order(backup, order.id).await.unwrap().unwrap();
    // What was said of it came back with the copy of the log, and so does the public proof.
    assert_eq!(orders::erased(backup, &erased).await.unwrap().unwrap().basis, BASIS);
    let proof = orders::proof(backup, order.id).await.unwrap().unwrap();
    assert!(proof["erasure"].is_string() && proof["sealed_summary"].is_null());
}

async fn pages_answer(world: &World, order: &Issued, other: &Issued, place: &str, number: &str) {
    let id = order.id;
    let said = "此令之內容已依法銷毀，登錄事實仍可查證";
    for (who, path) in [(Who::Officer, format!("/orders/{id}")), (Who::Civil, format!("/mydata/orders/{id}"))] {
        let page = world.get(who, &path).await.is(StatusCode::OK).says(said).says(number).says(BASIS);
        for gone in ["選務", "A22345", "記功", "order.pdf", "/change/", "林受獎君"] {
            assert!(!page.text().contains(gone), "{path}: {gone}");
        }
        for file in ["order.pdf", "order.json"] {
            world.get(who, &format!("{path}/{file}")).await.is(StatusCode::CONFLICT).says("內容已依法銷毀");
        }
    }
    world.get(Who::Civil, &format!("/mydata/orders/{id}/code")).await.is(StatusCode::CONFLICT).says("內容已依法銷毀");
    world.get(Who::Officer, &format!("/orders/{id}/change/revoke")).await.is(StatusCode::CONFLICT);
    world.get(Who::Officer, &format!("/orders/{id}/erase")).await.is(StatusCode::CONFLICT);
    world.get(Who::Officer, place).await.is(StatusCode::OK).says("已銷毀").says("115年12月28日");
    world.get(Who::Head, "/erasures").await.is(StatusCode::OK).says("115/12/28");
    world.get(Who::Officer, "/orders").await.is(StatusCode::OK).says("內容已依法銷毀").says(number).says("張小吏");
    world.get(Who::Civil, "/mydata").await.is(StatusCode::OK).says("內容已依法銷毀").says(number);
    world.get(Who::Civil, "/mydata/records").await.is(StatusCode::OK);
    world.get(Who::Civil, "/mydata/reads").await.is(StatusCode::OK);
    world.get(Who::Officer, "/office/376480000A/numbers").await.is(StatusCode::OK).says(number);
    world.get(Who::Officer, &format!("/people/{}", order.person)).await.is(StatusCode::OK);
    world.get(Who::Officer, "/awards/case/1").await.is(StatusCode::OK).says("內容已依法銷毀");
    world.get(Who::Head, "/approvals/case/1").await.is(StatusCode::OK);
    let public = world.get(Who::Nobody, &format!("/q/{}", payload(id))).await.is(StatusCode::OK);
    public.says("有效").says("內容已依法銷毀");
    world.get(Who::Officer, &format!("/orders/{}/order.json", other.id)).await.is(StatusCode::OK);
    let told: i64 =
        db::query_scalar("SELECT count(*) FROM orders.mail WHERE person = $1 AND subject LIKE '令之內容銷毀%'")
            .bind(order.person.0)
            .fetch_one(world.app.db.pool())
            .await
            .unwrap();
    let addresses = personnel::entries(&world.app.db, order.person).await.unwrap();
    assert_eq!(told > 0, addresses.iter().any(|entry| entry.email.is_some()), "whoever has an address is told");
}

async fn register_answers(world: &World, order: &Issued, kept: &[u8]) {
    let db = &world.app.db;
    assert_eq!(orders::check(db, &[order.id]).await.unwrap(), Vec::<String>::new());
    assert_eq!(orders::number_gaps(db).await.unwrap(), Vec::<String>::new());
    let problems = register::fsck::fsck(db).await.unwrap().problems;
    assert!(problems.is_empty(), "{problems:?}");
    assert!(orders::own_list(db, &code(HERE)).await.unwrap().iter().any(|(id, _)| *id == order.id));
    assert_eq!(world.standing(order.id).await, orders::Standing::Valid);

    web::hold_fast(&world.app).await.unwrap();
    let folder = world.app.outbox.with_file_name("erased");
    register::serve::export(db, &folder.join("log")).await.unwrap();
    let (log, proof, file) = (folder.join("log"), folder.join("proof.json"), folder.join("kept.json"));
    let public = world.get(Who::Nobody, &format!("/q/{}/proof.json", payload(order.id))).await.is(StatusCode::OK);
    std::fs::write(&proof, &public.bytes).unwrap();
    std::fs::write(&file, kept).unwrap();
    let id = payload(order.id);
    let arguments = ["--input-type=module", "-e", CHECK_PROOF, log.to_str().unwrap(), proof.to_str().unwrap(), &id];
    let (said, exit) = node(&arguments, UI.as_ref());
    assert_eq!(exit, 0, "{said}");
    assert!(said.contains("erasure ok") && said.contains("inclusion ok") && said.contains("\"valid\",true"), "{said}");
    assert!(!said.contains("failed") && !said.contains("unknown"), "{said}");
    // Another statement than the one in the register does not pass.
    let mut false_words: serde_json::Value = serde_json::from_slice(&public.bytes).unwrap();
    false_words["erasure"] = "e30".into();
    std::fs::write(&proof, false_words.to_string()).unwrap();
    let (said, _) = node(&arguments, UI.as_ref());
    assert!(said.contains("erasure failed"), "{said}");
    let log_of = |folder: &Path| {
        let policy = tlog::policy::Policy::of(world.app.log_keys.now().vkey().clone());
        register::audit::audit(folder, &policy).unwrap()
    };
    other_verifiers(&folder, &public.bytes, &log_of(&log));
    // What the person took home before is as good as ever, for both verifiers that share no code with us.
    let (said, exit) = node(&["verify/node.js", file.to_str().unwrap(), "--log", log.to_str().unwrap()], UI.as_ref());
    assert_eq!(exit, 0, "{said}");
    let (said, exit) = third_verifier(&file, &log);
    assert_eq!(exit, Some(0), "{said}");
    assert!(said.contains("its agency has destroyed what it kept"), "{said}");
    let verdict = seal::verdict::judge(kept, None, seal::verdict::LogAtHand::Sound(&log_of(&log)));
    assert_eq!(verdict.exit_code(), 0);
    let state = verdict.lines.last().unwrap();
    assert!(state.detail.en.contains("destroyed what it kept"), "{state:?}");
}

/// The third verifier's words and exit code for an order's file and a log.
fn third_verifier(file: &Path, log: &Path) -> (String, Option<i32>) {
    let python = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/third-verifier/verify.py");
    let arguments = [Path::new(python), Path::new("order"), file, Path::new("--log"), log];
    let run = std::process::Command::new("python3").args(arguments).output().unwrap();
    (String::from_utf8_lossy(&run.stdout).into_owned(), run.status.code())
}

/// The program's own verifier and the third one on the public proof, as it is and with each part altered.
fn other_verifiers(folder: &Path, proof: &[u8], log: &register::audit::Audited) {
    use seal::{erased::judge_erased, verdict::LogAtHand};
    assert!(seal::erased::is_meant(proof));
    assert_eq!(judge_erased(proof, LogAtHand::None).exit_code(), 2);
    let verdict = judge_erased(proof, LogAtHand::Sound(log));
    assert_eq!(verdict.exit_code(), 0, "{verdict:?}");
    let words = verdict.sentence();
    assert!(
        words.en.contains("content was destroyed") && words.en.contains("inclusion in the register is proven"),
        "{words}"
    );
    let (file, log_folder) = (folder.join("public.json"), folder.join("log"));
    std::fs::write(&file, proof).unwrap();
    let (said, exit) = third_verifier(&file, &log_folder);
    assert_eq!(exit, Some(0), "{said}");
    assert!(said.contains("content destroyed on 2026-11-23 under") && said.contains("inclusion proven"), "{said}");
    let whole: serde_json::Value = serde_json::from_slice(proof).unwrap();
    let text = |member: &str| whole[member].as_str().unwrap().to_owned();
    let mut erasure: Vec<u8> = text("erasure").into_bytes();
    // The last character of a member name in the statement, and a digit of its day.
    erasure.swap(40, 41);
    let altered = [
        ("erasure", serde_json::Value::from(String::from_utf8(erasure).unwrap()), 1),
        ("erasure", "e30".into(), 1),
        ("erasure", serde_json::Value::Null, 2),
        ("sealed_summary", "AAAA".into(), 1),
        ("index", 0.into(), 1),
        ("signature", text("signature").chars().rev().collect::<String>().into(), 1),
        ("format", "renshi-proof/2".into(), 1),
        ("more", "".into(), 1),
    ];
    for (member, value, wanted) in altered {
        let mut changed = whole.clone();
        changed[member] = value;
        let bytes = changed.to_string();
        let verdict = judge_erased(bytes.as_bytes(), LogAtHand::Sound(log));
        assert_eq!(verdict.exit_code(), wanted, "{member}: {verdict:?}");
        // Its own signature checks are tried elsewhere, and slow.
        if member == "erasure" || member == "sealed_summary" {
            std::fs::write(&file, bytes).unwrap();
            let (said, exit) = third_verifier(&file, &log_folder);
            assert_eq!(exit, Some(wanted.into()), "{member}: {said}");
        }
    }
}

#[tokio::test]
async fn an_order_of_the_shard_before_is_erased_in_the_one_that_runs() {
    let world = World::new().await;
    let order = delivered(&world).await;
    turn(&world).await;
    erased_in_the_second_shard(&world, &order).await;
}

#[tokio::test]
async fn an_order_of_the_second_shard_is_erased_there() {
    let world = World::new().await;
    turn(&world).await;
    let order = delivered(&world).await;
    erased_in_the_second_shard(&world, &order).await;
}

/// The shard is closed and the next one opened.
async fn turn(world: &World) {
    let (app, next) = (&world.app, tlog::note::LogKey::from_seed("orders.test/2027", &[8; 32]).unwrap());
    while web::pass(app).await.unwrap() {}
    let closed = register::shard::close(&app.db, app.clock.as_ref(), &app.log_keys.now(), &next, 4096).await.unwrap();
    assert!(closed.closed);
    while web::pass(app).await.unwrap() {}
    assert_eq!(app.log_keys.now().vkey(), next.vkey());
}

async fn erased_in_the_second_shard(world: &World, order: &Issued) {
    use seal::{erased::judge_erased, verdict::LogAtHand};
    let place = proposed(world, order).await;
    world.post(Who::Head, &format!("{place}/decide"), &[("do", "confirm")]).await.is(StatusCode::SEE_OTHER);
    while web::pass(&world.app).await.unwrap() {}
    let statement = tlog::erasure::Erasure::path(&order.id.0);
    world.get(Who::Nobody, &format!("/log/2027/{statement}")).await.is(StatusCode::OK).says(BASIS);
    world.get(Who::Nobody, &format!("/log/{statement}")).await.is(StatusCode::NOT_FOUND);
    assert_eq!(register::fsck::fsck(&world.app.db).await.unwrap().problems, [""; 0]);

    let folder = world.app.outbox.with_file_name("erased");
    let (log, proof, id) = (folder.join("log"), folder.join("proof.json"), payload(order.id));
    register::serve::export(&world.app.db, &log).await.unwrap();
    let public = world.get(Who::Nobody, &format!("/q/{id}/proof.json")).await.is(StatusCode::OK);
    std::fs::write(&proof, &public.bytes).unwrap();
    let arguments = ["--input-type=module", "-e", CHECK_PROOF, log.to_str().unwrap(), proof.to_str().unwrap(), &id];
    let (said, _) = node(&arguments, UI.as_ref());
    assert!(said.contains("erasure ok") && said.contains("status ok") && said.contains("\"valid\",true"), "{said}");
    let audited = || register::audit::audit(&log, &register::audit::policy_of(&log).unwrap()).unwrap();
    let verdict = judge_erased(&public.bytes, LogAtHand::Sound(&audited()));
    assert_eq!(verdict.exit_code(), 0, "{verdict:?}");
    let (said, exit) = third_verifier(&proof, &log);
    assert_eq!(exit, Some(0), "{said}");
    assert!(said.contains("content destroyed on 2026-11-23 under"), "{said}");
    // Who has the closed shard alone cannot tell.
    std::fs::rename(log.join("2027"), folder.join("away")).unwrap();
    let verdict = judge_erased(&public.bytes, LogAtHand::Sound(&audited()));
    assert_eq!(verdict.exit_code(), 2, "{verdict:?}");
    let (said, exit) = third_verifier(&proof, &log);
    assert_eq!(exit, Some(2), "{said}");
}
