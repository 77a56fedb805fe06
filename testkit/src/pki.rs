//! A certificate hierarchy of a test's own, made by OpenSSL as a government CA's is: a root, an intermediate below it,
//! cards below that, revocation lists and an OCSP responder.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use time::OffsetDateTime;

/// An RSA key of 2048 bits, as options of `openssl req`.
pub const RSA: &str = "-newkey rsa:2048";
/// A P-256 key.
pub const P_256: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256";
/// Extensions of a card for signatures.
pub const CARD: &str = "keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:false\n\
    authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n";
/// Extensions of an authority that may have none below it.
pub const LAST_AUTHORITY: &str = "keyUsage=critical,keyCertSign,cRLSign\nbasicConstraints=critical,CA:true,pathlen:0\n\
    authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n";
/// Extensions of an appointed OCSP responder.
pub const RESPONDER: &str = "keyUsage=critical,digitalSignature\nextendedKeyUsage=OCSPSigning\nnoCheck=ignored\n";
/// The fragment `6789` of a national id, as MOICA's cards are said to carry it (2.16.886.1.100.2.51 in
/// subjectDirectoryAttributes).
pub const FRAGMENT_6789: &str = "2.5.29.9=DER:301330110607608676016402333106130436373839\n";

/// Keys, certificates and lists in a folder that is removed at the end. Files are named `<name>.pem`, `<name>.key`.
#[derive(Debug)]
pub struct Pki {
    folder: PathBuf,
}

impl Pki {
    /// A folder with a root `root` and an intermediate `ca`.
    ///
    /// # Panics
    /// Like everything here, when OpenSSL is missing or refuses: the test cannot go on.
    #[must_use]
    pub fn new() -> Self {
        let pki = Self::empty();
        let root = "-addext basicConstraints=critical,CA:true -addext keyUsage=critical,keyCertSign,cRLSign";
        pki.run(&format!(
            "openssl req -x509 -nodes {P_256} -keyout root.key -subj /CN=root -days 3650 {root} -out root.pem"
        ));
        pki.issue("ca", "root", RSA, LAST_AUTHORITY, "");
        pki
    }

    /// A folder with nothing in it.
    ///
    /// # Panics
    /// When it cannot be made.
    #[must_use]
    pub fn empty() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("renshi-pki-{}-{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        Self { folder }
    }

    /// The folder.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.folder
    }

    /// Writes a file.
    ///
    /// # Panics
    /// When it cannot be written.
    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.folder.join(name), bytes).expect("the folder of the test is writable");
    }

    /// Reads a file.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.folder.join(name)).expect("the file was made before")
    }

    /// Runs a program in the folder.
    ///
    /// # Panics
    /// When it fails, with what it said.
    pub fn run(&self, line: &str) {
        let mut words = line.split_whitespace();
        let program = words.next().expect("a program");
        let output =
            Command::new(program).args(words).current_dir(&self.folder).output().expect("OpenSSL is installed");
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// The clock OpenSSL goes by.
    ///
    /// # Panics
    /// When the file system keeps no times.
    #[must_use]
    pub fn now(&self) -> OffsetDateTime {
        self.write("now", "");
        let now = std::fs::metadata(self.folder.join("now")).and_then(|file| file.modified()).expect("a time");
        now.into()
    }

    /// Issues a certificate for 30 days. `more` goes to `openssl x509`, such as `-set_serial 0` or `-sha1`.
    pub fn issue(&self, name: &str, issuer: &str, key: &str, extensions: &str, more: &str) {
        self.write(&format!("{name}.ext"), extensions);
        self.run(&format!("openssl req -new -nodes {key} -subj /C=TW/CN={name} -keyout {name}.key -out {name}.csr"));
        let by = format!("-CA {issuer}.pem -CAkey {issuer}.key -extfile {name}.ext -days 30 {more}");
        self.run(&format!("openssl x509 -req -in {name}.csr {by} -out {name}.pem"));
    }

    /// The certificate of `name`, DER.
    #[must_use]
    pub fn der(&self, name: &str) -> Vec<u8> {
        self.run(&format!("openssl x509 -in {name}.pem -outform DER -out {name}.der"));
        self.read(&format!("{name}.der"))
    }

    /// What the card of `name` answers: a CMS with the content inside. `more` goes to `openssl cms`.
    #[must_use]
    pub fn sign(&self, name: &str, content: &[u8], more: &str) -> Vec<u8> {
        self.write("content", content);
        let key = format!("-signer {name}.pem -inkey {name}.key -in content");
        let digest = if more.contains("-md ") { "" } else { "-md sha256" };
        self.run(&format!("openssl cms -sign -binary -nodetach -outform DER {key} {digest} {more} -out {name}.cms"));
        self.read(&format!("{name}.cms"))
    }

    /// Writes down which certificates there are and which of them are revoked, for lists and answers.
    ///
    /// # Panics
    /// When a certificate has not been made.
    pub fn record(&self, names: &[&str], revoked: &[&str]) {
        let mut index = String::new();
        for name in names {
            let serial = self.serial_text(name);
            let state = if revoked.contains(name) {
                "R\t401231000000Z\t250101000000Z,keyCompromise"
            } else {
                "V\t401231000000Z\t"
            };
            index += &format!("{state}\t{serial}\tunknown\t/C=TW/CN={name}\n");
        }
        self.write("index.txt", index);
        self.write("index.txt.attr", "unique_subject = no\n");
    }

    fn serial_text(&self, name: &str) -> String {
        let output = Command::new("openssl")
            .args(["x509", "-in", &format!("{name}.pem"), "-noout", "-serial"])
            .current_dir(&self.folder)
            .output()
            .expect("OpenSSL is installed");
        let text = String::from_utf8(output.stdout).expect("text");
        text.trim().trim_start_matches("serial=").to_owned()
    }

    /// A list of `issuer`'s by what was recorded, DER. `more` goes to `openssl ca`, such as `-crlhours 1`; `extensions`
    /// are those of the list.
    #[must_use]
    pub fn crl(&self, issuer: &str, extensions: &str, more: &str) -> Vec<u8> {
        let config = format!(
            "[ca]\ndefault_ca=x\n[x]\ndatabase=index.txt\ncrlnumber=crlnumber\ndefault_md=sha256\ncrl_extensions=e\n\
             [e]\nauthorityKeyIdentifier=keyid\n{extensions}\n"
        );
        self.write("ca.conf", config);
        if !self.folder.join("crlnumber").exists() {
            self.write("crlnumber", "01\n");
        }
        let by = format!("-config ca.conf -cert {issuer}.pem -keyfile {issuer}.key");
        self.run(&format!("openssl ca -gencrl {by} {more} -out list.pem"));
        self.run("openssl crl -in list.pem -outform DER -out list.der");
        self.read("list.der")
    }

    /// Starts an OCSP responder for the certificates of `issuer` by what was recorded; `signer` signs the answers. It
    /// stops when dropped.
    ///
    /// # Panics
    /// When it does not start.
    #[must_use]
    pub fn responder(&self, issuer: &str, signer: &str, port: u16) -> Responder {
        let words = format!("ocsp -index index.txt -CA {issuer}.pem -rsigner {signer}.pem -rkey {signer}.key -nmin 5");
        let mut child = Command::new("openssl")
            .args(words.split_whitespace())
            .args(["-port", &port.to_string()])
            .current_dir(&self.folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .expect("OpenSSL is installed");
        let mut line = String::new();
        let mut output = BufReader::new(child.stdout.take().expect("piped"));
        while !line.contains("ACCEPT") {
            line.clear();
            assert!(output.read_line(&mut line).expect("the responder speaks") > 0, "the responder did not start");
        }
        let after = line.rsplit_once(" PID").map_or(line.as_str(), |(head, _)| head);
        let port = after.trim().rsplit(':').next().and_then(|port| port.parse().ok()).expect("a port");
        Responder { child, port }
    }
}

impl Default for Pki {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Pki {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A running OCSP responder.
#[derive(Debug)]
pub struct Responder {
    child: Child,
    port: u16,
}

impl Responder {
    /// The port it listens on.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.port
    }
}

impl Drop for Responder {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
