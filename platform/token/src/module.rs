//! Vendors' modules. A module may be started once in a process, so whoever asks for it later gets the same one.

use crate::TokenFault;
use cryptoki::context::{CInitializeArgs, CInitializeFlags, Pkcs11};
use cryptoki::error::{Error, RvError};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

static STARTED: Mutex<BTreeMap<PathBuf, Pkcs11>> = Mutex::new(BTreeMap::new());

/// The module in this file, started.
pub(crate) fn module(path: &Path) -> Result<Pkcs11, TokenFault> {
    let mut started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(module) = started.get(path) {
        return Ok(module.clone());
    }
    let module = Pkcs11::new(path).map_err(|error| TokenFault::Module(error.to_string()))?;
    start(&module)?;
    started.insert(path.to_owned(), module.clone());
    Ok(module)
}

/// Stops the module in this file and starts it again. Some modules, once a token or the network behind it was away, answer nothing
/// else. Whoever calls this has closed every session of the module.
pub(crate) fn restart(path: &Path) -> Result<(), TokenFault> {
    let started = STARTED.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(module) = started.get(path) else { return Ok(()) };
    // What it says to that changes nothing: it is stopped, or the start below says what is wrong.
    let _ = module.clone().finalize();
    start(module)
}

fn start(module: &Pkcs11) -> Result<(), TokenFault> {
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // Two paths may lead to one module.
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => Ok(()),
        Err(error) => Err(TokenFault::Module(error.to_string())),
    }
}
