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
    let fault = |error: Error| TokenFault::Module(error.to_string());
    let module = Pkcs11::new(path).map_err(fault)?;
    match module.initialize(CInitializeArgs::new(CInitializeFlags::OS_LOCKING_OK)) {
        // Two paths may lead to one module.
        Ok(()) | Err(Error::Pkcs11(RvError::CryptokiAlreadyInitialized, _)) => {}
        Err(error) => return Err(fault(error)),
    }
    started.insert(path.to_owned(), module.clone());
    Ok(module)
}
