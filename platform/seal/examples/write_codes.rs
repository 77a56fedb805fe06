//! Writes the published codes of modes J and M, and the beginning of the pack, out of the bundles and the log that are published
//! already: `cargo run -p seal --example write_codes` (docs: cases/seal/README.md).

use std::error::Error;
use std::path::Path;

use register::audit::{Audited, audit, policy_of};
use seal::bundle::Bundle;
use seal::code::Code;
use seal::qr::base41;
use serde_json::{Value, json};
use tlog::leaf::Kind;
use tlog::pack::{PackIndex, PackIssuer, Placed};

const PUBLIC: &str = "https://orders.example.gov.tw";

fn main() -> Result<(), Box<dyn Error>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/seal");
    let folder = dir.join("log");
    let log = audit(&folder, &policy_of(&folder)?)?;
    std::fs::write(folder.join("pack.json"), beginning(&log)?.canonical())?;
    let verdicts: Vec<Value> = serde_json::from_slice(&std::fs::read(dir.join("verdicts.json"))?)?;
    let mut codes = Vec::new();
    for case in verdicts {
        let (file, verdict) = (case["file"].as_str().unwrap_or_default(), case["verdict"].as_str().unwrap_or_default());
        let name = file.trim_start_matches("bundles/").trim_end_matches(".json");
        if name.starts_with(|first: char| first.is_ascii_digit()) {
            let bundle = Bundle::parse(&std::fs::read(dir.join(file))?)?;
            let code = Code::of(&bundle).ok_or("the log has a year")?;
            let verdict = if matches!(verdict, "revoked" | "repealed") { "revoked_or_repealed" } else { verdict };
            codes.push((name.to_owned(), code, verdict.to_owned()));
        }
    }
    let mut text = serde_json::to_string_pretty(&cases(&codes)?)?;
    text.push('\n');
    std::fs::write(dir.join("codes.json"), text)?;
    Ok(())
}

/// `pack.json` as the register would serve it.
fn beginning(log: &Audited) -> Result<PackIndex, Box<dyn Error>> {
    let placed = |index: u64| -> Result<Placed, Box<dyn Error>> {
        let leaf = log.leaf_at(index)?.ok_or("inside the log")?;
        Ok(Placed { leaf, index, inclusion: log.inclusion(index)? })
    };
    let mut issuers = Vec::new();
    for index in 0..log.checkpoint().size {
        let placed = placed(index)?;
        if placed.leaf.kind == Kind::Key {
            let (statement, signature) = log.issuer(placed.leaf.issuer).ok_or("it was audited")?.clone();
            issuers.push(PackIssuer { statement, signature, placed });
        }
    }
    issuers.sort_by_key(|issuer| issuer.statement.issuer);
    let status = match log.snapshot() {
        Some((entry, _)) => Some(placed(entry.index)?),
        None => None,
    };
    Ok(PackIndex { checkpoint: log.note().to_owned(), issuers, status })
}

/// The codes of all orders, and what becomes of them when something is changed.
fn cases(codes: &[(String, Code, String)]) -> Result<Value, Box<dyn Error>> {
    let mut cases = Vec::new();
    let mut case = |name: &str, text: String, verdict: &str| {
        let exit = match verdict {
            "valid" => 0,
            "not_valid" => 1,
            "undecided" => 2,
            _ => 3,
        };
        cases.push(json!({"name": name, "text": text, "verdict": verdict, "exit": exit}));
    };
    for (name, code, verdict) in codes {
        case(&format!("{name}-{}", code.mode()), code.address(PUBLIC), verdict);
    }
    let valid = |mode: char| {
        let found = codes.iter().find(|(_, code, verdict)| verdict == "valid" && code.mode() == mode);
        found.map(|(_, code, _)| code.clone()).ok_or("an order that stands, of each mode")
    };
    let (sealed, fresh) = (valid('M')?, valid('J')?);
    let mut changed = |name: &str, code: &Code, verdict: &str, change: &dyn Fn(&mut Code)| {
        let mut code = code.clone();
        change(&mut code);
        case(name, code.address(PUBLIC), verdict);
    };
    changed("j-of-a-full-tile", &sealed, "undecided", &|code| code.path = None);
    changed("another-path", &sealed, "not_valid", &|code| code.path.iter_mut().for_each(|path| path[7][0] ^= 1));
    changed("another-index", &sealed, "not_valid", &|code| code.index += 1);
    changed("another-time", &sealed, "not_valid", &|code| code.time_ms += 1);
    changed("another-place-in-the-tile", &fresh, "not_valid", &|code| code.index -= 1);
    changed("an-index-beyond-the-pack", &fresh, "undecided", &|code| code.index = 1 << 39);
    changed("another-summary", &sealed, "not_valid", &|code| code.summary.clone_from(&fresh.summary));
    changed("another-salt", &sealed, "not_valid", &|code| code.summary_salt[0] ^= 1);
    changed("another-signature", &sealed, "not_valid", &|code| code.signature[0] ^= 1);
    changed("another-agency", &sealed, "not_valid", &|code| code.issuer = 2);
    changed("an-agency-the-pack-lacks", &sealed, "undecided", &|code| code.issuer = 9);
    changed("another-year", &sealed, "undecided", &|code| code.year = 2025);
    let (text, bytes) = (sealed.address(PUBLIC), sealed.encode());
    let of = |bytes: &[u8]| format!("HTTPS://ORDERS.EXAMPLE.GOV.TW/Q/#{}", base41(bytes));
    case("as-a-browser-shows-it", text.replacen(&PUBLIC.to_uppercase(), PUBLIC, 1), "valid");
    case("a-letter-less", text[..text.len() - 1].to_owned(), "not_valid");
    case("small-letters", text.to_lowercase(), "not_valid");
    case("cut-in-the-path", of(&bytes[..200]), "not_valid");
    case("another-mode", of(&[&b"S"[..], &bytes[1..]].concat()), "not_valid");
    case("more-after-the-summary", of(&[&bytes[..], &[0]].concat()), "not_valid");
    case("empty", of(&[]), "not_valid");
    Ok(Value::Array(cases))
}
