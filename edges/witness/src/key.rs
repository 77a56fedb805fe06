//! The key of a witness: a file that only its owner reads; the Ed25519 key may stay in a token, and its address stands in the file then.

use kernel::Random;
use std::fs::{File, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use tlog::cosignature::{Algorithm, Cosigner, Signer};
use tlog::note::{Note, NoteError};
use token::{HeldKey, KeyAddress, TokenFault};

const FILE: &str = "key";
const FORMAT: &str = "renshi-witness-key/1";

/// A key that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// There is one already.
    #[error("`{0}` is there already; a key is never written over")]
    There(PathBuf),
    /// There is none.
    #[error("`{0}` is not there; make a key with --new-key NAME")]
    Missing(PathBuf),
    /// Others may read it.
    #[error("`{0}` can be read by others; set its mode to 0600, and think about whether they did")]
    Open(PathBuf),
    /// Not the file of a key.
    #[error("`{0}` is damaged")]
    Damaged(PathBuf),
    /// A name that cannot be that of a witness.
    #[error("a witness is named like an address without `https://`: no spaces, no `+`")]
    Name(#[source] NoteError),
    /// The token with the key does not answer as it should.
    #[error("the token with the key of this witness: {0}")]
    Token(#[from] TokenFault),
    /// The token has no key at the address.
    #[error("the token has no key at the address in `{0}`")]
    NotInToken(PathBuf),
    /// The disk did not do what it was asked.
    #[error("the disk: {0}")]
    Disk(#[from] io::Error),
}

/// The key of a witness: Ed25519, and ML-DSA-44 if it was asked for.
pub struct WitnessKey {
    cosigners: Vec<Cosigner>,
}

impl std::fmt::Debug for WitnessKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "WitnessKey({:?})", self.vkeys())
    }
}

impl WitnessKey {
    /// Makes a key in a folder that has none.
    pub(crate) fn create(folder: &Path, name: &str, ml_dsa: bool, random: &dyn Random) -> Result<Self, KeyFault> {
        let seed = || {
            let mut seed = [0; 32];
            random.fill(&mut seed);
            seed
        };
        let mut text = format!("{FORMAT}\nname {name}\ned25519 {}\n", hex(&seed()));
        if ml_dsa {
            text.push_str(&format!("ml-dsa-44 {}\n", hex(&seed())));
        }
        Self::keep(folder, &text)
    }

    /// Makes a key in a token, where there is none yet, for a folder that has none.
    pub(crate) fn create_in_token(folder: &Path, name: &str, address: KeyAddress) -> Result<Self, KeyFault> {
        if folder.join(FILE).exists() {
            return Err(KeyFault::There(folder.join(FILE)));
        }
        let text = format!("{FORMAT}\nname {name}\ned25519 {address}\n");
        let key = HeldKey::new(address);
        if key.ed25519_public()?.is_none() {
            key.create_ed25519(name)?;
        }
        Self::keep(folder, &text)
    }

    fn keep(folder: &Path, text: &str) -> Result<Self, KeyFault> {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
        let path = folder.join(FILE);
        let key = parse(text, &path)?;
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path);
        let mut file = match file {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Err(KeyFault::There(path)),
            file => file?,
        };
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        File::open(folder)?.sync_all()?;
        Ok(key)
    }

    /// The key in a folder.
    pub(crate) fn open(folder: &Path) -> Result<Self, KeyFault> {
        let path = folder.join(FILE);
        let file = match File::open(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(KeyFault::Missing(path)),
            file => file?,
        };
        if file.metadata()?.mode() & 0o077 != 0 {
            return Err(KeyFault::Open(path));
        }
        parse(&io::read_to_string(file)?, &path)
    }

    /// What others check its cosignatures with.
    pub(crate) fn vkeys(&self) -> Vec<String> {
        self.cosigners.iter().map(|key| key.vkey().to_string()).collect()
    }

    /// The signature lines over a checkpoint that was found good.
    pub(crate) fn cosign(&self, note: &str, at: u64) -> Result<String, NoteError> {
        let note = Note::parse(note)?;
        let lines = self.cosigners.iter().map(|key| key.sign(note.text_unverified(), at));
        lines.map(|line| Ok(format!("{}\n", line?))).collect()
    }

    /// Whether a note carries the cosignature of every key of this witness.
    pub(crate) fn check(&self, note: &str) -> Result<(), String> {
        let note = Note::parse(note).map_err(|error| error.to_string())?;
        self.cosigners
            .iter()
            .try_for_each(|key| note.signed_at(key.vkey()).map(drop).map_err(|error| error.to_string()))
    }

    /// The time that this witness wrote into a note it cosigned.
    pub(crate) fn time_of(&self, note: &str) -> Option<u64> {
        let note = Note::parse(note).ok()?;
        self.cosigners.iter().filter_map(|key| note.signed_at(key.vkey()).ok()).max()
    }
}

fn parse(text: &str, path: &Path) -> Result<WitnessKey, KeyFault> {
    let damaged = || KeyFault::Damaged(path.to_owned());
    let mut lines = text.lines();
    let name = lines.next().filter(|line| *line == FORMAT).and(lines.next());
    let name = name.and_then(|line| line.strip_prefix("name ")).ok_or_else(damaged)?;
    let mut cosigners = Vec::new();
    for line in lines {
        let (kind, value) = line.split_once(' ').ok_or_else(damaged)?;
        let algorithm = match kind {
            "ed25519" => Algorithm::CosignatureV1,
            "ml-dsa-44" => Algorithm::MlDsa44,
            _ => return Err(damaged()),
        };
        let key = if value.starts_with(token::SCHEME) {
            let key = HeldKey::new(value.parse().map_err(|_| damaged())?);
            let public = key.ed25519_public()?.ok_or_else(|| KeyFault::NotInToken(path.to_owned()))?;
            Cosigner::elsewhere(name, algorithm, &public, Box::new(InToken(key)))
        } else {
            Cosigner::from_seed(name, algorithm, &unhex(value).ok_or_else(damaged)?)
        };
        cosigners.push(key.map_err(KeyFault::Name)?);
    }
    if cosigners.is_empty() { Err(damaged()) } else { Ok(WitnessKey { cosigners }) }
}

struct InToken(HeldKey);

impl Signer for InToken {
    fn sign(&self, message: &[u8]) -> Option<[u8; 64]> {
        self.0.sign_ed25519(message).inspect_err(|fault| tracing::error!(%fault, "the token does not sign")).ok()
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes().as_chunks::<2>().0;
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.iter().map(byte).collect::<Option<Vec<u8>>>()?.try_into().ok()
}
