//! The log's key: a secret in `keys/log.key` (of a later shard in `keys/log-<year>.key`), or in a token whose address (RFC 7512) then stands
//! there in its place.

use crate::Failure;
use crate::in_token::InToken;
use kernel::Random;
use std::path::{Path, PathBuf};
use tlog::note::LogKey;
use token::HeldKey;

/// Where the key of the log with this origin is kept: that of the first shard in `log.key`, that of a later one under its year.
pub fn file(keys: &Path, origin: &str) -> PathBuf {
    let later = keys.join(format!("log-{}.key", tlog::checkpoint::year_of(origin).unwrap_or("0000")));
    if later.exists() { later } else { keys.join("log.key") }
}

/// Makes a secret where there is neither one nor the address of a token.
///
/// # Errors
/// When it cannot be written.
pub fn make(path: &Path, random: &dyn Random) -> Result<(), Failure> {
    if path.exists() {
        return Ok(());
    }
    let mut seed = [0; 32];
    random.fill(&mut seed);
    match web::write_secret(path, &hex(&seed)) {
        Err(error) if error.kind() != std::io::ErrorKind::AlreadyExists => Err(error.into()),
        _ => Ok(()),
    }
}

/// Whether this file names a key in a token.
pub fn is_in_token(path: &Path) -> bool {
    web::read_secret(path).is_ok_and(|text| text.trim().starts_with(token::SCHEME))
}

/// The key in this file. Where the log is yet to `begin`, a key is made in a token that has none; it never leaves it.
///
/// # Errors
/// When the file is open to others or damaged, or the token, its PIN or the key is not there.
pub fn read(path: &Path, origin: &str, begin: bool) -> Result<LogKey, Failure> {
    let text = web::read_secret(path)?;
    let text = text.trim();
    if text.starts_with(token::SCHEME) {
        return in_token(path, text, origin, begin);
    }
    let seed = unhex(text).ok_or_else(|| format!("the key file `{}` is damaged", path.display()))?;
    Ok(LogKey::from_seed(origin, &seed)?)
}

fn in_token(path: &Path, address: &str, origin: &str, begin: bool) -> Result<LogKey, Failure> {
    let named = |what: &dyn std::fmt::Display| format!("the log's key, named in `{}`: {what}", path.display());
    let key = HeldKey::new(address.parse().map_err(|fault: token::AddressFault| named(&fault))?);
    let public = match key.ed25519_public().map_err(|fault| named(&fault))? {
        Some(public) => public,
        None if begin => key.create_ed25519(origin).map_err(|fault| named(&fault))?,
        None => return Err(named(&"the token has no key of this id, and the log was begun with one").into()),
    };
    Ok(LogKey::elsewhere(origin, &public, Box::new(InToken::new(key, "the log")))?)
}

fn unhex(text: &str) -> Option<[u8; 32]> {
    let digits = text.as_bytes().as_chunks::<2>().0;
    let byte = |pair: &[u8; 2]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    digits.iter().map(byte).collect::<Option<Vec<u8>>>()?.try_into().ok()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
