//! A chain of the demonstration's own: the development node `anvil`. Its blocks outlive a restart and are worth nothing elsewhere.

use super::helper;
use crate::Failure;
use std::net::SocketAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

/// The number of the chain, as of every local one.
const CHAIN_ID: &str = "1337";
/// The first account that a node for development gives money to; everybody knows its key.
const KEY: &str = "ac0974bec39a17e36ba4a6b4d238ff944bacb478cbed5efcae784d7bf4f2ff80";
/// What the checkpoints are anchored by: pages, and transactions on the chain that are final after two blocks.
const ANCHORS: &str = r#"[[file]]
name = "file"
folder = "../anchors"

[[evm]]
name = "chain"
chain = "示範用本機區塊鏈"
chain_id = 1337
nodes = ["http://NODE"]
key_file = "key"
transaction = "eip1559"
finality = 2
gas_price_max_gwei = 50
poll_seconds = 1
"#;

/// A running chain.
pub struct Chain {
    address: SocketAddr,
    process: u32,
    /// The file that tells the register to anchor here.
    pub anchors: PathBuf,
}

impl Chain {
    /// Starts the node `program` with the blocks of the last time, and writes the file that anchors there.
    ///
    /// # Errors
    /// When it does not start, or the folder cannot be written.
    pub async fn start(program: &Path, data: &Path) -> Result<Self, Failure> {
        let folder = data.join("chain");
        std::fs::create_dir_all(&folder)?;
        let address = helper::free_address().await?;
        let (port, state) = (address.port().to_string(), folder.join("state.json").display().to_string());
        let arguments = ["--host", "127.0.0.1", "--port", &port, "--chain-id", CHAIN_ID, "--block-time", "2"];
        let kept = ["--state", &state, "--state-interval", "5", "--slots-in-an-epoch", "1", "--quiet"];
        let process = helper::start(program, &[arguments.as_slice(), &kept].concat(), address).await?;
        let mut key = std::fs::OpenOptions::new();
        key.write(true).create(true).truncate(true).mode(0o600);
        std::io::Write::write_all(&mut key.open(folder.join("key"))?, KEY.as_bytes())?;
        let anchors = folder.join("anchors.toml");
        std::fs::write(&anchors, ANCHORS.replace("NODE", &address.to_string()))?;
        Ok(Self { address, process, anchors })
    }

    /// Where it answers and how it is stopped.
    pub fn line(&self) -> String {
        format!("http://{}　停止 stop: kill {}", self.address, self.process)
    }
}
