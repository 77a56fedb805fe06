//! A real node: written once, proved, through rewritten chains, used nonces and high prices.

use crate::anvil::{ADDRESS, Anvil, CHAIN, KEY};
use crate::world::{World, client, head};
use anchor::evm::{Account, EvmSetting, EvmSink, Finality, Style};
use anchor::{Sink, State, Trust, Wrong};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

pub(crate) fn setting() -> EvmSetting {
    EvmSetting {
        name: "chain".into(),
        chain: "測試鏈 Test chain".into(),
        chain_id: CHAIN,
        contract: None,
        style: Style::Eip1559,
        gas_limit: 60_000,
        gas_price_max: 100_000_000_000,
        gas_price: None,
        tip: 1_000_000_000,
        finality: Finality::Tag,
        agree: 1,
        proof: true,
        raise_after: Duration::from_secs(600),
        poll: Duration::from_secs(1),
    }
}

pub(crate) fn sink(setting: EvmSetting, urls: &[&str]) -> Arc<dyn Sink> {
    let node = |url: &&str| ((*url).to_owned(), client(url, Duration::from_secs(2)));
    Arc::new(EvmSink::new(setting, Account::from_hex(KEY).unwrap(), urls.iter().map(node).collect()))
}

/// Passes and blocks until the newest anchor stands.
pub(crate) async fn settle(world: &World, node: &Anvil) {
    for _ in 0..8 {
        world.pass().await;
        if world.row().await.state == State::Confirmed {
            return;
        }
        node.mine(1).await;
    }
    panic!("no anchor: {:?}", world.row().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_checkpoint_is_written_once_and_proves_itself() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let contract = node.deploy().await;
    let forms = [
        setting(),
        EvmSetting { style: Style::Legacy, finality: Finality::Blocks(2), ..setting() },
        EvmSetting { contract: Some(contract.parse().unwrap()), ..setting() },
    ];
    for (round, setting) in forms.into_iter().enumerate() {
        let before = node.count().await;
        let world = World::new(vec![sink(setting.clone(), &[&node.url])]).await;
        assert!(world.due(&head(300)).await);
        assert!(!world.due(&head(300)).await, "a checkpoint is due once");
        settle(&world, &node).await;
        for _ in 0..3 {
            world.pass().await;
        }
        assert_eq!(node.count().await - before, 1, "one transaction, however many passes");
        let row = world.row().await;
        let file = world.published(&format!("anchors/{}.json", row.no)).await.unwrap();
        let checked = anchor::check(&file, &Trust::default()).unwrap();
        assert_eq!(checked.head, head(300));
        assert!(checked.says.en.contains("proved by its header"), "{}", checked.says.en);
        assert_eq!(Some(checked.time), row.proved_at);
        if round == 2 {
            let logs = &row.evidence.unwrap()["receipt"]["logs"];
            assert_eq!(logs[0]["address"], contract.to_lowercase());
            assert_eq!(logs[0]["topics"][3], format!("{:#066x}", 300));
        }
        let list: Value = serde_json::from_slice(&world.published("anchors/list.json").await.unwrap()).unwrap();
        assert_eq!(list["anchors"][0]["state"], "confirmed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn evidence_that_was_changed_holds_no_longer() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let world = World::new(vec![sink(setting(), &[&node.url])]).await;
    world.due(&head(300)).await;
    settle(&world, &node).await;
    let row = world.row().await;
    let file = world.published(&format!("anchors/{}.json", row.no)).await.unwrap();
    let whole: Value = serde_json::from_slice(&file).unwrap();
    let changes: [(&str, Value); 7] = [
        ("/size", json!(301)),
        ("/evidence/block/number", json!(999)),
        ("/evidence/block/timestamp", json!(1)),
        ("/evidence/block/hash", json!(format!("0x{}", "ab".repeat(32)))),
        ("/evidence/chain_id", json!(1)),
        ("/evidence/transaction/hash", json!(format!("0x{}", "ab".repeat(32)))),
        ("/evidence/proof/path", json!([])),
    ];
    for (at, value) in changes {
        let mut changed = whole.clone();
        *changed.pointer_mut(at).unwrap() = value;
        let bytes = serde_json_canonicalizer::to_vec(&changed).unwrap();
        let wrong = anchor::check(&bytes, &Trust::default()).unwrap_err();
        assert!(matches!(wrong, Wrong::Untrue(_)), "{at}: {wrong}");
    }
    // Without its proof it says less, and says so.
    let mut bare = whole.clone();
    bare["evidence"]["proof"] = Value::Null;
    let says = anchor::check(&serde_json_canonicalizer::to_vec(&bare).unwrap(), &Trust::default()).unwrap().says;
    assert!(!says.en.contains("proved"), "{}", says.en);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rewritten_chain_gets_the_same_transaction_again() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let world = World::new(vec![sink(setting(), &[&node.url])]).await;
    world.due(&head(300)).await;
    let before = node.ask("evm_snapshot", json!([])).await;
    world.pass().await;
    let first = node.ask("eth_getBlockByNumber", json!(["latest", false])).await["transactions"][0].clone();
    assert!(first.is_string(), "it is in a block");
    assert_eq!(world.row().await.state, State::Sent, "and the block is not final");
    // The chain goes another way, without it.
    node.ask("evm_revert", json!([before])).await;
    node.mine(1).await;
    assert_eq!(node.count().await, 0);
    settle(&world, &node).await;
    assert_eq!(node.count().await, 1, "the same transaction, in another block");
    assert_eq!(world.row().await.evidence.unwrap()["transaction"]["hash"], first);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_anchor_whose_block_is_gone_after_all_is_sent_again() {
    let node = Anvil::start(CHAIN, 0, &[]);
    let world = World::new(vec![sink(EvmSetting { finality: Finality::Blocks(1), ..setting() }, &[&node.url])]).await;
    node.mine(4).await;
    world.due(&head(300)).await;
    settle(&world, &node).await;
    let first = world.row().await.evidence.unwrap()["block"]["hash"].clone();
    // Four blocks are rewritten; the transactions of those are not taken over.
    node.ask("anvil_reorg", json!([4, []])).await;
    assert_eq!(node.count().await, 0, "the rewritten blocks do not hold it");
    world.pass().await;
    assert_eq!(world.row().await.state, State::Confirmed, "it is not looked at every minute");
    world.wait(Duration::from_secs(3600));
    world.pass().await;
    settle(&world, &node).await;
    assert_ne!(world.row().await.evidence.unwrap()["block"]["hash"], first);
    assert_eq!(node.count().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_nonce_used_by_something_else_is_given_up_for_a_new_one() {
    let node = Anvil::start(CHAIN, 0, &["--no-mining"]);
    let world = World::new(vec![sink(setting(), &[&node.url])]).await;
    world.due(&head(300)).await;
    world.pass().await;
    let ours = node.ask("eth_getBlockByNumber", json!(["pending", false])).await["transactions"][0].clone();
    node.ask("anvil_dropTransaction", json!([ours])).await;
    // Somebody uses the key for something else.
    let other = json!({ "from": ADDRESS, "to": ADDRESS, "nonce": "0x0", "value": "0x1" });
    node.ask("eth_sendTransaction", json!([other])).await;
    node.mine(1).await;
    world.pass().await;
    assert_eq!(world.row().await.state, State::Sent, "what used the nonce is not final yet");
    node.mine(3).await;
    settle(&world, &node).await;
    assert_eq!(node.count().await, 2, "the other transaction and one anchor");
    assert_ne!(world.row().await.evidence.unwrap()["transaction"]["hash"], ours);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_waits_is_made_dearer_under_the_same_nonce() {
    let node = Anvil::start(CHAIN, 0, &["--no-mining"]);
    let world = World::new(vec![sink(setting(), &[&node.url])]).await;
    world.due(&head(300)).await;
    world.pass().await;
    let pending = || async { node.ask("eth_getBlockByNumber", json!(["pending", true])).await["transactions"].clone() };
    let first = pending().await;
    world.wait(Duration::from_secs(700));
    world.pass().await;
    let second = pending().await;
    assert_eq!(second.as_array().unwrap().len(), 1, "one takes the place of the other");
    assert_eq!(first[0]["nonce"], second[0]["nonce"]);
    // Nodes that look closer than this one replace a transaction only if fee and tip are both a tenth dearer.
    for of in ["maxFeePerGas", "maxPriorityFeePerGas"] {
        let price = |all: &Value| u64::from_str_radix(&all[0][of].as_str().unwrap()[2..], 16).unwrap();
        assert!(price(&second) >= price(&first) / 8 * 9, "{of}: {} {}", price(&first), price(&second));
    }
    settle(&world, &node).await;
    assert_eq!(node.count().await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn gas_dearer_than_allowed_lets_the_anchor_wait() {
    let node = Anvil::start(CHAIN, 0, &[]);
    node.ask("anvil_setNextBlockBaseFeePerGas", json!(["0x174876e800"])).await;
    node.mine(1).await;
    let limit = 50_000_000_000;
    let world = World::new(vec![sink(EvmSetting { gas_price_max: limit, ..setting() }, &[&node.url])]).await;
    world.due(&head(300)).await;
    world.pass().await;
    let row = world.row().await;
    assert_eq!(row.state, State::Due);
    assert!(row.fault.unwrap().contains("more than the 50000000000 allowed"));
    assert_eq!(node.count().await, 0);
    node.ask("anvil_setNextBlockBaseFeePerGas", json!(["0x3b9aca00"])).await;
    node.mine(1).await;
    settle(&world, &node).await;
}
