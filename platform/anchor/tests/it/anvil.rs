//! A chain of a test's own: the node `anvil`, as npm ships it (`npm --prefix tests/anchor ci`).

use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The first development key of every local chain.
pub(crate) const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
/// Its address.
pub(crate) const ADDRESS: &str = "0xf39fd6e51aad88f6f4ce6ab8827279cfffb92266";
pub(crate) const CHAIN: u64 = 1337;

/// A running node; it stops when dropped.
pub(crate) struct Anvil {
    child: Child,
    pub(crate) url: String,
    client: fetch::Client,
}

fn program() -> PathBuf {
    let modules = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/anchor/node_modules/@foundry-rs");
    let found = std::fs::read_dir(modules).ok().into_iter().flatten().flatten();
    let found = found.map(|entry| entry.path().join("bin/anvil")).find(|path| path.exists());
    found.expect("anvil is installed: npm --prefix tests/anchor ci")
}

impl Anvil {
    /// A node of chain `chain` on this port, 0 for a free one; `more` goes to its command line. Two blocks make a block final.
    pub(crate) fn start(chain: u64, port: u16, more: &[&str]) -> Self {
        let mut child = Command::new(program())
            .args(["--host", "127.0.0.1", "--port", &port.to_string(), "--chain-id", &chain.to_string()])
            .args(["--slots-in-an-epoch", "1"])
            .args(more)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut output = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        let address = loop {
            line.clear();
            assert!(output.read_line(&mut line).unwrap() > 0, "anvil did not start");
            if let Some(address) = line.trim().strip_prefix("Listening on ") {
                break address.to_owned();
            }
        };
        // What it goes on to say is read away, or it would stop when the pipe is full.
        std::thread::spawn(move || output.lines().map_while(Result::ok).for_each(drop));
        let url = format!("http://{address}");
        let client = super::world::client(&url, Duration::from_secs(10));
        Self { child, url, client }
    }

    pub(crate) async fn ask(&self, method: &str, parameters: Value) -> Value {
        let body = json!({ "id": 1, "jsonrpc": "2.0", "method": method, "params": parameters }).to_string();
        let reply = self.client.post(&self.url, "application/json", &[], body.into_bytes()).await.unwrap();
        let answer: Value = serde_json::from_slice(&reply.body).unwrap();
        assert!(answer.get("error").is_none(), "{method}: {answer}");
        answer["result"].clone()
    }

    pub(crate) async fn mine(&self, blocks: u64) {
        self.ask("anvil_mine", json!([format!("{blocks:#x}")])).await;
    }

    /// How many transactions of the account are in the chain.
    pub(crate) async fn count(&self) -> u64 {
        let count = self.ask("eth_getTransactionCount", json!([ADDRESS, "latest"])).await;
        u64::from_str_radix(count.as_str().unwrap().trim_start_matches("0x"), 16).unwrap()
    }

    /// Deploys the event contract from another account; its address.
    pub(crate) async fn deploy(&self) -> String {
        let kept = include_str!("../../contract/RegisterAnchor.json");
        let kept: Value = serde_json::from_str(kept).unwrap();
        let from = self.ask("eth_accounts", json!([])).await[1].clone();
        let hash = self.ask("eth_sendTransaction", json!([{ "from": from, "data": kept["bytecode"] }])).await;
        self.mine(1).await;
        let receipt = self.ask("eth_getTransactionReceipt", json!([hash])).await;
        receipt["contractAddress"].as_str().unwrap().to_owned()
    }
}

impl Drop for Anvil {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
