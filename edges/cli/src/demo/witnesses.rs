//! Three witnesses for the demonstration: processes of their own, so that each can be stopped and started by itself.

use super::helper;
use crate::Failure;
use crate::chance::SystemRandom;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

/// Name in the policy, name of the key.
const WITNESSES: [(&str, &str); 3] = [
    ("示範檔案機關", "archives.demo.example"),
    ("示範審計機關", "audit.demo.example"),
    ("示範大學", "university.demo.example"),
];

/// One of them.
struct Place {
    name: &'static str,
    folder: PathBuf,
    vkey: String,
    address: SocketAddr,
}

/// The three, with their keys and addresses.
pub struct Trio(Vec<Place>);

impl Trio {
    /// Makes keys where there are none, and finds a free port for each.
    ///
    /// # Errors
    /// When the folder cannot be written.
    pub async fn prepare(data: &Path) -> Result<Self, Failure> {
        let mut places = Vec::new();
        for (name, key) in WITNESSES {
            let folder = data.join("witnesses").join(key);
            if !folder.join("key").exists() {
                ::witness::create(&folder, key, false, &SystemRandom)?;
            }
            let vkey = ::witness::vkeys(&folder)?.remove(0);
            let address = helper::free_address().await?;
            places.push(Place { name, folder, vkey, address });
        }
        Ok(Self(places))
    }

    /// The policy: two of them are enough.
    pub fn policy(&self) -> String {
        let witness = |place: &Place| format!("witness {} {} http://{}\n", place.name, place.vkey, place.address);
        let names: Vec<&str> = self.0.iter().map(|place| place.name).collect();
        let lines: String = self.0.iter().map(witness).collect();
        format!("{lines}group 示範見證者 2 {}\nquorum 示範見證者\n", names.join(" "))
    }

    /// Starts them and waits until they answer. They end with this program. Returns lines that say how to stop and start each.
    ///
    /// # Errors
    /// When one does not start.
    pub async fn start(&self, log: &str) -> Result<Vec<String>, Failure> {
        let program = std::env::current_exe()?;
        let mut lines = Vec::new();
        for place in &self.0 {
            let arguments = place.arguments(log);
            let process = helper::start(&program, &arguments, place.address).await?;
            lines.push(format!("{}　停止 stop: kill {process}", place.name));
            lines.push(format!("　　再啟動 start again: {} {}", program.display(), arguments.join(" ")));
        }
        Ok(lines)
    }
}

impl Place {
    fn arguments(&self, log: &str) -> Vec<String> {
        let (folder, address) = (self.folder.display().to_string(), self.address.to_string());
        ["witness", "--data", &folder, "--log", log, "--listen", &address].map(str::to_owned).to_vec()
    }
}
