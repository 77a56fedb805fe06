//! The file that says where checkpoints are anchored (`renshi serve --anchors FILE`).

use crate::{
    evm::{Account, EvmSetting, EvmSink, Finality, Style},
    file::FileSink,
    http::{Confirmation, HttpSetting, HttpSink},
    rfc3161::{StampSetting, StampSink},
    sink::Sink,
};
use fetch::Client;
use kernel::Random;
use serde::Deserialize;
use std::{
    collections::BTreeSet,
    fs,
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

/// Wei in a gwei.
const GWEI: u128 = 1_000_000_000;
/// Largest answer of a node: a full block with its transactions.
const NODE_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Largest answer of everybody else.
const BYTES_MAX: usize = 64 * 1024;
/// Most time for one question.
const TIMEOUT: Duration = Duration::from_secs(10);
const DAILY_HOURS: u32 = 24;

/// Where checkpoints are anchored, and how often.
pub struct Anchors {
    /// Hours after which a grown log is due again.
    pub every_hours: u32,
    /// The sinks.
    pub sinks: Vec<Arc<dyn Sink>>,
}

/// The file cannot be followed.
#[derive(Debug, thiserror::Error)]
#[error("`{file}`: {reason}")]
pub struct ConfigFault {
    file: String,
    reason: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    every_hours: Option<u32>,
    #[serde(default)]
    file: Vec<FileTable>,
    #[serde(default)]
    http: Vec<HttpTable>,
    #[serde(default)]
    rfc3161: Vec<StampTable>,
    #[serde(default)]
    evm: Vec<EvmTable>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileTable {
    name: String,
    folder: PathBuf,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HttpTable {
    name: String,
    url: String,
    authorization_file: Option<PathBuf>,
    reference: Option<String>,
    confirm_url: Option<String>,
    confirm_pointer: Option<String>,
    confirm_value: Option<String>,
    #[serde(default)]
    roots: Vec<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StampTable {
    name: String,
    authority: String,
    url: String,
    policy: Option<String>,
    stamp_roots: Vec<PathBuf>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EvmTable {
    name: String,
    chain: String,
    chain_id: u64,
    nodes: Vec<String>,
    agree: Option<usize>,
    key_file: PathBuf,
    contract: Option<String>,
    transaction: TransactionWord,
    finality: toml::Value,
    gas_limit: Option<u64>,
    gas_price_max_gwei: u64,
    gas_price_gwei: Option<u64>,
    tip_gwei: Option<u64>,
    raise_after_minutes: Option<u64>,
    poll_seconds: Option<u64>,
    #[serde(default = "yes")]
    proof: bool,
    #[serde(default)]
    roots: Vec<PathBuf>,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum TransactionWord {
    Legacy,
    Eip1559,
}

const fn yes() -> bool {
    true
}

/// Reads files named in the document, which are looked for beside it.
struct Reader<'a> {
    path: &'a Path,
}

impl Reader<'_> {
    fn fault(&self, reason: impl ToString) -> ConfigFault {
        ConfigFault { file: self.path.display().to_string(), reason: reason.to_string() }
    }

    fn of(&self, name: &str, reason: impl std::fmt::Display) -> ConfigFault {
        self.fault(format!("sink `{name}`: {reason}"))
    }

    fn beside(&self, named: &Path) -> PathBuf {
        self.path.parent().unwrap_or(Path::new("")).join(named)
    }

    fn read(&self, named: &Path) -> Result<Vec<u8>, ConfigFault> {
        let path = self.beside(named);
        fs::read(&path).map_err(|error| self.fault(format!("`{}` cannot be read: {error}", path.display())))
    }

    /// A file nobody else may read.
    fn secret(&self, named: &Path) -> Result<String, ConfigFault> {
        let path = self.beside(named);
        let open = fs::metadata(&path).is_ok_and(|found| found.permissions().mode() & 0o077 != 0);
        if open {
            return Err(self.fault(format!("`{}` can be read by others; set its mode to 0600", path.display())));
        }
        let text = String::from_utf8(self.read(named)?);
        text.map(|text| text.trim().to_owned()).map_err(|_| self.fault(format!("`{}` is no text", path.display())))
    }

    /// Certificates in a file, PEM (one or more) or DER (one).
    fn certificates(&self, named: &[PathBuf]) -> Result<Vec<Vec<u8>>, ConfigFault> {
        use der::Encode as _;
        let mut found = Vec::new();
        for path in named {
            let bytes = self.read(path)?;
            if !bytes.starts_with(b"-----") {
                found.push(bytes);
                continue;
            }
            let wrong = |_| self.fault(format!("`{}` holds no certificate", path.display()));
            for certificate in x509_cert::Certificate::load_pem_chain(&bytes).map_err(wrong)? {
                found.push(certificate.to_der().map_err(wrong)?);
            }
        }
        Ok(found)
    }

    fn client(&self, urls: &[&str], roots: &[PathBuf], bytes_max: usize) -> Result<Client, ConfigFault> {
        let hosts = urls.iter().map(|url| fetch::host_of(url)).collect::<Result<_, _>>();
        let setting = fetch::Setting {
            hosts: hosts.map_err(|error| self.fault(error))?,
            bytes_max,
            timeout: TIMEOUT,
            extra_roots: self.certificates(roots)?,
            // What comes is checked itself or only kept; a node beside us has no certificate.
            plain: true,
        };
        Client::new(setting).map_err(|error| self.fault(error))
    }
}

impl Anchors {
    /// Nothing but pages in this folder.
    #[must_use]
    pub fn in_folder(folder: PathBuf) -> Self {
        Self { every_hours: DAILY_HOURS, sinks: vec![Arc::new(FileSink::new("file".into(), folder))] }
    }

    /// What the file says.
    ///
    /// # Errors
    /// What in it, or in a file it names, cannot be followed.
    pub fn read(path: &Path, random: &Arc<dyn Random>) -> Result<Self, ConfigFault> {
        let reader = Reader { path };
        let text = fs::read_to_string(path).map_err(|error| reader.fault(error))?;
        let document: Document = toml::from_str(&text).map_err(|error| reader.fault(error))?;
        let every_hours = document.every_hours.unwrap_or(DAILY_HOURS);
        if !(1..=24 * 7).contains(&every_hours) {
            return Err(reader.fault("every_hours must be 1 to 168"));
        }
        let mut sinks: Vec<Arc<dyn Sink>> = Vec::new();
        for table in document.file {
            sinks.push(Arc::new(FileSink::new(table.name, reader.beside(&table.folder))));
        }
        for table in document.http {
            sinks.push(Arc::new(http(&reader, table)?));
        }
        for table in document.rfc3161 {
            sinks.push(Arc::new(stamp(&reader, table, random)?));
        }
        let mut accounts = BTreeSet::new();
        for table in document.evm {
            let (name, chain_id) = (table.name.clone(), table.chain_id);
            let sink = evm(&reader, table)?;
            if !accounts.insert((chain_id, sink.address())) {
                return Err(
                    reader.of(&name, "another sink uses the same key on the same chain; their nonces would clash")
                );
            }
            sinks.push(Arc::new(sink));
        }
        let mut names = BTreeSet::new();
        for sink in &sinks {
            check_name(&reader, sink.name())?;
            if !names.insert(sink.name().to_owned()) {
                return Err(reader.of(sink.name(), "the name is used twice"));
            }
        }
        Ok(Self { every_hours, sinks })
    }
}

/// A name stands in rows and public lists.
fn check_name(reader: &Reader<'_>, name: &str) -> Result<(), ConfigFault> {
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if name.is_empty() || name.len() > 40 || !name.chars().all(plain) {
        return Err(reader.of(name, "a name is 1 to 40 small letters, digits and hyphens"));
    }
    Ok(())
}

fn http(reader: &Reader<'_>, table: HttpTable) -> Result<HttpSink, ConfigFault> {
    let confirmation = match (table.confirm_url, table.confirm_pointer, table.confirm_value) {
        (None, None, None) => None,
        (Some(url), Some(pointer), Some(value)) if table.reference.is_some() => {
            Some(Confirmation { url, pointer, value })
        }
        _ => {
            return Err(reader.of(
                &table.name,
                "confirm_url, confirm_pointer, confirm_value and reference are given together or not at all",
            ));
        }
    };
    if table.authorization_file.is_some() && !table.url.starts_with("https://") {
        return Err(reader.of(&table.name, "authorization_file needs an address that begins with https://"));
    }
    let authorization = table.authorization_file.map(|named| reader.secret(&named)).transpose()?;
    let asked = confirmation.iter().map(|confirmation| confirmation.url.as_str());
    let urls: Vec<&str> = [table.url.as_str()].into_iter().chain(asked).collect();
    let client = reader.client(&urls, &table.roots, BYTES_MAX)?;
    let setting =
        HttpSetting { name: table.name, url: table.url, authorization, reference: table.reference, confirmation };
    Ok(HttpSink::new(setting, client))
}

fn stamp(reader: &Reader<'_>, table: StampTable, random: &Arc<dyn Random>) -> Result<StampSink, ConfigFault> {
    let policy = table.policy.as_deref().map(|text| {
        const_oid::ObjectIdentifier::new(text).map_err(|_| reader.of(&table.name, "policy is no object identifier"))
    });
    let roots = reader.certificates(&table.stamp_roots)?;
    if roots.is_empty() {
        return Err(
            reader.of(&table.name, "stamp_roots names no certificate; a stamp nobody vouches for proves nothing")
        );
    }
    let client = reader.client(&[&table.url], &[], BYTES_MAX)?;
    let policy = policy.transpose()?;
    let setting = StampSetting { name: table.name, authority: table.authority, url: table.url, policy, roots };
    Ok(StampSink::new(setting, client, Arc::clone(random)))
}

fn evm(reader: &Reader<'_>, table: EvmTable) -> Result<EvmSink, ConfigFault> {
    let of = |reason: &str| reader.of(&table.name, reason);
    let finality = match &table.finality {
        toml::Value::String(word) if word == "finalized" => Finality::Tag,
        toml::Value::Integer(blocks @ 1..=100_000) => Finality::Blocks(blocks.unsigned_abs()),
        _ => return Err(of("finality is \"finalized\" or a number of blocks from 1 on")),
    };
    let account = Account::from_hex(&reader.secret(&table.key_file)?)
        .map_err(|fault| reader.of(&table.name, format!("`{}`: {fault}", table.key_file.display())))?;
    let contract = table.contract.as_deref().map(|text| text.parse().map_err(|_| of("contract is no address")));
    let agree = table.agree.unwrap_or(1);
    if table.nodes.is_empty() || agree == 0 || agree > table.nodes.len() {
        return Err(of("nodes names at least one address, and agree is 1 to the number of nodes"));
    }
    let style = match table.transaction {
        TransactionWord::Legacy => Style::Legacy,
        TransactionWord::Eip1559 => Style::Eip1559,
    };
    let wei = |gwei: u64| u128::from(gwei) * GWEI;
    let gas_price_max = wei(table.gas_price_max_gwei);
    if table.gas_price_gwei.is_some_and(|fixed| wei(fixed) > gas_price_max) {
        return Err(of("gas_price_gwei is above gas_price_max_gwei"));
    }
    let mut nodes = Vec::new();
    for url in &table.nodes {
        nodes.push((url.clone(), reader.client(&[url], &table.roots, NODE_BYTES_MAX)?));
    }
    let setting = EvmSetting {
        contract: contract.transpose()?,
        chain: table.chain,
        chain_id: table.chain_id,
        style,
        gas_limit: table.gas_limit.unwrap_or(60_000),
        gas_price_max,
        gas_price: table.gas_price_gwei.map(wei),
        tip: wei(table.tip_gwei.unwrap_or(1)),
        finality,
        agree,
        proof: table.proof,
        raise_after: Duration::from_secs(table.raise_after_minutes.unwrap_or(10).max(1) * 60),
        poll: Duration::from_secs(table.poll_seconds.unwrap_or(15).max(1)),
        name: table.name,
    };
    Ok(EvmSink::new(setting, account, nodes))
}
