//! Writes the published cases of this crate: `cargo run -p seal --example write_cases [FOLDER]` (docs: cases/seal/README.md).

#![allow(clippy::unwrap_used, reason = "shares its world with the tests")]

#[path = "../tests/it/world.rs"]
mod world;

use std::error::Error;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as B64U;
use kernel::SeededRandom;
use pdf::{Attachment, Backdrop, FontSources, Paper, Press, Relationship};
use seal::bundle::Bundle;
use seal::pades::{self, BUNDLE_NAME, Seal};
use seal::qr::{OpenedSummary, ViewKey, address, base41};
use seal::record::{digest_of, disclosures};
use serde_json::{Value, json};
use world::{NOW, World};

/// The paper of the example PDF: the least that is a document.
const TEMPLATE: &str = r#"
#let paper(data, pictures) = {
  set page(paper: "a4", margin: 25mm)
  heading(data.title)
  for row in data.rows { par(row) }
}
"#;

fn main() -> Result<(), Box<dyn Error>> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/seal");
    let dir = std::env::args().nth(1).map_or(own, PathBuf::from);
    let world = World::new(20_260_302);
    for folder in ["log", "bundles"] {
        let _ = std::fs::remove_dir_all(dir.join(folder));
        std::fs::create_dir_all(dir.join(folder))?;
    }
    world.write_log(&dir.join("log"));
    write_json(&dir.join("record.json"), &records(&world))?;
    write_json(&dir.join("qr.json"), &codes(&world))?;
    let mut verdicts = Vec::new();
    for (name, bundle, verdict, check) in bundles(&world) {
        std::fs::write(dir.join("bundles").join(&name), bundle)?;
        verdicts.push(
            json!({"file": format!("bundles/{name}"), "verdict": verdict, "exit": exit(verdict), "check": check}),
        );
    }
    std::fs::write(dir.join("order.pdf"), order_pdf(&world)?)?;
    verdicts.push(json!({"file": "order.pdf", "verdict": "valid", "exit": 0, "check": null}));
    write_json(&dir.join("verdicts.json"), &Value::Array(verdicts))
}

fn write_json(path: &Path, value: &Value) -> Result<(), Box<dyn Error>> {
    std::fs::write(path, serde_json::to_string_pretty(value)? + "\n")?;
    Ok(())
}

fn exit(verdict: &str) -> u8 {
    match verdict {
        "valid" => 0,
        "not_valid" => 1,
        _ => 3,
    }
}

/// Fields and salts with every value on the way to the commitment; all binary values in base64url.
fn records(world: &World) -> Value {
    let record = |order: &world::Order| {
        let shown = disclosures(&order.fields, &order.salts);
        let digests: Vec<_> =
            shown.iter().map(|text| String::from_utf8_lossy(&digest_of(text.as_bytes())).into_owned()).collect();
        json!({
            "fields": order.fields.iter().map(|field| json!([field.name, field.value])).collect::<Vec<_>>(),
            "salts": order.salts.fields().map(|salt| B64U.encode(salt)).collect::<Vec<_>>(),
            "summary_salt": B64U.encode(order.salts.summary()),
            "summary_texts": order.summary().texts(),
            "disclosures": shown,
            "digests": digests,
            "fields_root": B64U.encode(order.sealed.fields_root),
            "content_root": B64U.encode(order.sealed.content_root),
            "summary": B64U.encode(order.summary().to_cbor()),
            "summary_commit": B64U.encode(order.sealed.summary_commit),
            "commitment": B64U.encode(order.sealed.commitment),
        })
    };
    world.orders.iter().take(3).map(record).collect()
}

/// Base-41 texts, and one code with its sealed summary.
fn codes(world: &World) -> Value {
    let random = SeededRandom::new(41);
    let order = &world.orders[0];
    let id = world.leaves[usize::try_from(order.leaf_at).expect("the log is small")].id;
    let key = ViewKey::draw(&random);
    let opened = OpenedSummary {
        salt: order.salts.summary(),
        fields_root: order.sealed.fields_root,
        summary: order.summary().to_cbor(),
    };
    let examples = [&b""[..], &[0], &[255], &[0, 0], &[255, 255], &[1, 2, 3], &id];
    json!({
        "base41": examples.map(|bytes| json!([B64U.encode(bytes), base41(bytes)])),
        "not_base41": ["0", "0000", "::", "+:I", ":::", "a00", "0 0"],
        "id": B64U.encode(id),
        "view_key": B64U.encode(key.as_bytes()),
        "address": address("orders.example.gov.tw", &id, &key),
        "sealed_summary": B64U.encode(key.seal(&id, &opened)),
        "commitment": B64U.encode(order.sealed.commitment),
    })
}

type Case = (String, Vec<u8>, &'static str, Option<u8>);

/// Good bundles with the verdict the log gives them, and bad ones with the check that fails.
fn bundles(world: &World) -> Vec<Case> {
    let words = ["valid", "superseded", "revoked", "repealed", "superseded", "valid", "valid", "valid", "valid"];
    let mut cases: Vec<Case> = Vec::new();
    for (number, word) in words.into_iter().enumerate() {
        let file = world.bundle(number, world.size()).canonical();
        cases.push((format!("{number}-{word}.json"), file, word, None));
    }
    let mut withheld = world.bundle(0, world.size());
    for name in ["national_id", "remedy", "reason"] {
        withheld.withhold(name);
    }
    cases.push(("withheld.json".into(), withheld.canonical(), "valid", None));
    cases.push(("early.json".into(), world.bundle(2, 8).canonical(), "revoked", None));
    cases.extend(bad_bundles(world));
    cases
}

fn bad_bundles(world: &World) -> Vec<Case> {
    let (good, other) = (world.bundle(5, world.size()), world.bundle(6, world.size()));
    let bad = |name: &str, check: u8, change: &dyn Fn(&mut Bundle)| {
        let mut bundle = good.clone();
        change(&mut bundle);
        (format!("bad-{check}-{name}.json"), bundle.canonical(), "not_valid", Some(check))
    };
    let text = String::from_utf8(good.canonical()).expect("JSON is UTF-8");
    let form = |name: &str, text: String| (format!("bad-1-{name}.json"), text.into_bytes(), "not_valid", Some(1));
    let mut sum = good.checkpoint.clone().into_bytes();
    let line = good.checkpoint.rfind('\n').expect("a note has lines") - 12;
    sum[line] = if sum[line] == b'A' { b'B' } else { b'A' };
    vec![
        form("newline", format!("{text}\n")),
        form("escape", text.replacen("renshi-bundle/1", "renshi\\u002dbundle/1", 1)),
        form("member-twice", text.replacen("\"amends\":", "\"amends\":null,\"amends\":", 1)),
        form("format", text.replacen("renshi-bundle/1", "renshi-bundle/2", 1)),
        bad("value", 2, &|b| b.disclosures[4] = other.disclosures[4].clone()),
        bad("missing-field", 2, &|b| drop(b.disclosures.remove(4))),
        bad("summary", 2, &|b| b.summary = other.summary.clone()),
        bad("signature", 3, &|b| b.signature = other.signature),
        bad("issuer", 3, &|b| b.logged.leaf.issuer = 2),
        bad("statement", 4, &|b| b.issuer.statement.name = "別市政府".into()),
        bad("key-path", 4, &|b| b.issuer.logged.inclusion[0][0] ^= 1),
        bad("approval-index", 5, &|b| b.approval.index += 1),
        bad("approval-other", 5, &|b| b.approval.cms = world.bundle(0, world.size()).approval.cms),
        bad("acting-office", 5, &|b| signed_anew(world, b, "head of 376470000A", "head of 376480000B")),
        bad("acting-format", 5, &|b| signed_anew(world, b, "renshi-approval/2", "renshi-approval/1")),
        bad("index", 6, &|b| b.logged.index += 1),
        bad("time", 6, &|b| b.logged.leaf.time_ms += 1),
        bad("amends", 6, &|b| b.amends = other.amends.clone()),
        bad("checkpoint", 6, &|b| b.checkpoint = String::from_utf8_lossy(&sum).into_owned()),
    ]
}

/// The approval with other words in its statement, truly signed.
fn signed_anew(world: &World, bundle: &mut Bundle, from: &str, to: &str) {
    let signed = seal::verify_unchangeable(&bundle.approval.cms, world.ca.fingerprint(), NOW).expect("it was approved");
    let statement = String::from_utf8(signed.content).expect("JSON is UTF-8").replacen(from, to, 1);
    bundle.approval.cms = world.card.sign(statement.as_bytes(), true, NOW);
}

/// The first order as a signed PDF.
fn order_pdf(world: &World) -> Result<Vec<u8>, Box<dyn Error>> {
    let (order, agency) = (&world.orders[0], &world.agencies[0]);
    let bundle = world.bundle(0, world.size()).canonical();
    let rows: Vec<_> = order.fields.iter().map(|field| format!("{}：{}", field.name, field.value)).collect();
    let paper = Press::new(&FontSources::system())?.render(&Paper {
        template: TEMPLATE,
        data: &json!({"title": "示範資料　令", "rows": rows}),
        pictures: &[],
        attachments: &[Attachment {
            name: BUNDLE_NAME,
            mime: "application/json",
            data: &bundle,
            description: "本令的查驗資料",
            relationship: Relationship::Data,
        }],
        backdrop: Backdrop { watermark: "", binding: "", landscape: false },
        title: "令",
        author: &agency.statement.name,
        description: "",
        lang: "zh-TW",
        ident: "cases/seal/order.pdf",
        created_at: NOW,
    })?;
    let seal = Seal { name: &agency.statement.name, reason: "示範獎勵令", at: NOW };
    Ok(pades::sign(&paper, agency.keys.document(), &seal)?)
}
