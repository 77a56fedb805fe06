//! A SoftHSM of a test's own.

use std::path::{Path, PathBuf};
use std::process::Command;

const MARK: &str = "RENSHI_TEST_SOFTHSM";
const CONFIGURATION: &str = "SOFTHSM2_CONF";
/// Where Debian, Fedora, Homebrew and a build from source put the module.
const MODULES: [&str; 4] = [
    "/usr/lib/softhsm/libsofthsm2.so",
    "/usr/lib64/pkcs11/libsofthsm2.so",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// Tokens in software, in a folder that goes away with the test.
#[derive(Debug)]
pub struct SoftHsm {
    /// A folder for the test's own files.
    pub folder: PathBuf,
}

impl SoftHsm {
    /// Runs `body` with an empty SoftHSM. SoftHSM reads where it keeps its tokens from the environment when it starts, so the
    /// test runs once more in a process of its own; `name` is the test's full path, as the test runner prints it.
    ///
    /// # Panics
    /// When the body does, or SoftHSM is not installed.
    pub fn with(name: &str, body: impl FnOnce(&Self)) {
        if let Some(folder) = std::env::var_os(MARK) {
            return body(&Self { folder: folder.into() });
        }
        let folder =
            std::env::temp_dir().join(format!("renshi-softhsm-{}-{}", std::process::id(), name.replace("::", "-")));
        let tokens = folder.join("tokens");
        std::fs::create_dir_all(&tokens).expect("a folder for the tokens");
        let configuration = folder.join("softhsm2.conf");
        let text =
            format!("directories.tokendir = {}\nobjectstore.backend = file\nlog.level = ERROR\n", tokens.display());
        std::fs::write(&configuration, text).expect("a configuration of SoftHSM");
        let outcome = Command::new(std::env::current_exe().expect("a test is a program"))
            .args([name, "--exact", "--nocapture"])
            .env(MARK, &folder)
            .env(CONFIGURATION, &configuration)
            .output()
            .expect("the test starts once more");
        let _ = std::fs::remove_dir_all(&folder);
        let told = String::from_utf8_lossy(&outcome.stdout);
        assert!(told.contains("1 passed"), "{told}{}", String::from_utf8_lossy(&outcome.stderr));
    }

    /// Makes a token. Do this before the module is started: afterwards it may not see new ones.
    ///
    /// # Panics
    /// When `softhsm2-util` is not installed or refuses.
    pub fn token(&self, label: &str, pin: &str) {
        let outcome = Command::new("softhsm2-util")
            .args(["--init-token", "--free", "--label", label, "--pin", pin, "--so-pin", "so-87654321"])
            .output()
            .expect("softhsm2-util is installed (Debian: softhsm2)");
        assert!(outcome.status.success(), "{}", String::from_utf8_lossy(&outcome.stderr));
    }

    /// The PKCS #11 module.
    ///
    /// # Panics
    /// When SoftHSM is not installed.
    pub fn module(&self) -> &'static Path {
        let found = MODULES.iter().map(Path::new).find(|path| path.exists());
        found.expect("SoftHSM is installed (Debian: softhsm2)")
    }
}
