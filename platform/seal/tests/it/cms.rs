//! CMS against OpenSSL in both directions, and everything the strict reader must refuse.

use std::path::{Path, PathBuf};
use std::process::Command;

use kernel::SeededRandom;
use seal::{Authority, CardSubject, CmsFault, SoftCard, Trust, verify_attached, verify_detached, verify_unchangeable};
use time::{Duration, OffsetDateTime};
use tlog::hash::sha256;

use crate::world::NOW;

const CONTENT: &[u8] = "核定聲明".as_bytes();

fn card() -> (Authority, SoftCard) {
    let random = SeededRandom::new(11);
    let ca = Authority::create(&random, "示範卡片憑證機構", NOW).unwrap();
    let subject = CardSubject { name: "李範例", serial_number: "0000000012345678", organization: "" };
    let card = ca.issue_card(&random, &subject, NOW).unwrap();
    (ca, card)
}

fn trust(ca: &Authority) -> Trust {
    Trust::certificates(vec![ca.certificate().to_vec()])
}

/// A folder of this test's own, removed at the end.
pub struct Folder(PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("renshi-seal-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    pub fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.0.join(name), bytes).unwrap();
    }

    pub fn read(&self, name: &str) -> Vec<u8> {
        std::fs::read(self.0.join(name)).unwrap()
    }

    /// Runs a program in the folder; its output if it succeeds.
    pub fn run(&self, line: &str) -> Result<String, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let output = Command::new(words[0]).args(&words[1..]).current_dir(&self.0).output().unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        if output.status.success() { Ok(text(&output.stdout)) } else { Err(text(&output.stderr)) }
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// OpenSSL judges validity now; the fixed clock of these tests may lie ahead of it.
fn pem(der: &[u8]) -> String {
    der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, der).unwrap()
}

#[test]
fn openssl_accepts_what_a_card_answers() {
    let (ca, card) = card();
    let folder = Folder::new("card");
    folder.write("content", CONTENT);
    folder.write("ca.pem", pem(ca.certificate()));
    let at = (NOW + Duration::days(1)).unix_timestamp();
    let verify = format!("openssl cms -verify -binary -inform DER -CAfile ca.pem -purpose any -attime {at} -cades");
    for (attached, arguments) in [(true, "-in cms -out out"), (false, "-in cms -content content -out out")] {
        folder.write("cms", card.sign(CONTENT, attached, NOW));
        folder.run(&format!("{verify} {arguments}")).unwrap();
        assert_eq!(folder.read("out"), CONTENT);
    }
    let shown = folder.run("openssl cms -cmsout -print -inform DER -in cms").unwrap();
    for expected in ["signingTime", "contentType", "messageDigest", "id-smime-aa-signingCertificateV2"] {
        assert!(shown.contains(expected), "{shown}");
    }
}

#[test]
fn a_card_signature_is_verified_with_its_signer_and_time() {
    let (ca, card) = card();
    let signed = verify_attached(&card.sign(CONTENT, true, NOW), &trust(&ca), NOW).unwrap();
    assert_eq!(signed.content, CONTENT);
    assert_eq!(signed.certificate.name, "李範例");
    assert_eq!(signed.certificate.der, card.certificate());
    assert_eq!(signed.signing_time, Some(NOW));
    assert_eq!(signed.ca, ca.fingerprint());
    let detached = card.sign(CONTENT, false, NOW);
    assert!(verify_detached(&detached, CONTENT, &trust(&ca), NOW).is_ok());
    assert_eq!(verify_detached(&detached, b"other", &trust(&ca), NOW), Err(CmsFault::Content));
    assert_eq!(verify_attached(&detached, &trust(&ca), NOW), Err(CmsFault::Content));
    let attached = card.sign(CONTENT, true, NOW);
    assert_eq!(verify_detached(&attached, CONTENT, &trust(&ca), NOW), Err(CmsFault::Content));
}

#[test]
fn time_and_authority_are_judged() {
    let (ca, card) = card();
    let cms = card.sign(CONTENT, true, NOW);
    let at = |at: OffsetDateTime| verify_attached(&cms, &trust(&ca), at).map(|_| ());
    assert_eq!(at(NOW - Duration::seconds(1)), Err(CmsFault::Expired));
    assert_eq!(at(NOW), Ok(()));
    assert_eq!(at(NOW + Duration::days(3650)), Ok(()));
    assert_eq!(at(NOW + Duration::days(3651)), Err(CmsFault::Expired));
    let stranger = Authority::create(&SeededRandom::new(12), "示範卡片憑證機構", NOW).unwrap();
    assert_eq!(verify_attached(&cms, &trust(&stranger), NOW), Err(CmsFault::Issuer));
    assert_eq!(verify_attached(&cms, &Trust::default(), NOW), Err(CmsFault::Issuer));
    assert!(verify_attached(&cms, &Trust::fingerprint(ca.fingerprint()), NOW).is_ok());
}

#[test]
fn no_byte_of_an_approval_can_be_changed() {
    let (ca, card) = card();
    let cms = card.sign(CONTENT, true, NOW);
    let judged = |cms: &[u8]| verify_unchangeable(cms, ca.fingerprint(), NOW);
    judged(&cms).unwrap();
    for at in 0..cms.len() {
        for bit in [0, 1 + at % 7] {
            let mut changed = cms.clone();
            changed[at] ^= 1 << bit;
            assert!(judged(&changed).is_err(), "byte {at}, bit {bit}");
        }
    }
    for end in 0..cms.len() {
        assert!(judged(&cms[..end]).is_err());
    }
    let longer = [&cms[..], &[0]].concat();
    assert!(judged(&longer).is_err());
}

/// Certificates and keys by OpenSSL: `<name>.pem` and `<name>.key`, issued by `ca`.
fn issue(folder: &Folder, name: &str, key: &str, extensions: &str, more: &str) {
    folder.write("ext", extensions);
    folder.run(&format!("openssl req -new -nodes {key} -subj /CN={name} -keyout {name}.key -out {name}.csr")).unwrap();
    let line = format!("openssl x509 -req -in {name}.csr -CA ca.pem -CAkey ca.key -extfile ext -days 30 {more}");
    folder.run(&format!("{line} -out {name}.pem")).unwrap();
}

fn authority(folder: &Folder, extensions: &str) -> Vec<u8> {
    let key = "-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout ca.key";
    folder.run(&format!("openssl req -x509 {key} -subj /CN=CA -days 30 {extensions} -out ca.pem")).unwrap();
    folder.run("openssl x509 -in ca.pem -outform DER -out ca.der").unwrap();
    folder.read("ca.der")
}

const P_256: &str = "-newkey ec -pkeyopt ec_paramgen_curve:P-256";
const SIGNING: &str = "keyUsage=critical,digitalSignature\nbasicConstraints=critical,CA:false\n";
const CA_TRUE: &str = "-addext basicConstraints=critical,CA:true -addext keyUsage=keyCertSign";

/// What OpenSSL signs as `name`, judged by us now.
fn judged(folder: &Folder, ca: &[u8], name: &str, options: &str) -> Result<(), CmsFault> {
    folder.write("content", CONTENT);
    let key = format!("-signer {name}.pem -inkey {name}.key");
    folder
        .run(&format!("openssl cms -sign -binary -nodetach -outform DER -in content {key} {options} -out cms"))
        .unwrap();
    let at = std::fs::metadata(folder.path().join("cms")).unwrap().modified().unwrap().into();
    let signed = verify_attached(&folder.read("cms"), &Trust::certificates(vec![ca.to_vec()]), at)?;
    assert_eq!(signed.content, CONTENT);
    assert_eq!(signed.certificate.name, name);
    Ok(())
}

#[test]
fn what_openssl_signs_as_cards_do_is_accepted() {
    let folder = Folder::new("accepted");
    let ca = authority(&folder, CA_TRUE);
    issue(&folder, "ec", P_256, SIGNING, "");
    issue(&folder, "rsa", "-newkey rsa:2048", "keyUsage=nonRepudiation\n", "");
    issue(&folder, "keyed", P_256, &format!("{SIGNING}subjectKeyIdentifier=hash\n"), "");
    assert_eq!(judged(&folder, &ca, "ec", "-md sha256"), Ok(()));
    assert_eq!(judged(&folder, &ca, "ec", "-md sha256 -cades"), Ok(()));
    assert_eq!(judged(&folder, &ca, "ec", "-md sha256 -certfile ca.pem"), Ok(()));
    assert_eq!(judged(&folder, &ca, "rsa", "-md sha256 -certfile ca.pem"), Ok(()));
    // Good as it is, it is no approval, and is told from a weak one.
    let at = std::fs::metadata(folder.path().join("cms")).unwrap().modified().unwrap().into();
    let approval = verify_unchangeable(&folder.read("cms"), sha256(&ca), at).map(|_| ());
    assert_eq!(approval, Err(CmsFault::RsaKey));
    assert_eq!(judged(&folder, &ca, "keyed", "-md sha256 -keyid"), Ok(()));
}

#[test]
fn what_proves_nothing_is_refused_with_its_reason() {
    let folder = Folder::new("refused");
    let ca = authority(&folder, CA_TRUE);
    issue(&folder, "ec", P_256, SIGNING, "");
    issue(&folder, "small", "-newkey rsa:1024", SIGNING, "");
    issue(&folder, "curve", "-newkey ec -pkeyopt ec_paramgen_curve:P-384", SIGNING, "");
    issue(&folder, "agreeing", P_256, "keyUsage=keyAgreement\n", "");
    issue(&folder, "unlimited", P_256, "basicConstraints=CA:false\n", "");
    issue(&folder, "authority", P_256, "keyUsage=digitalSignature\nbasicConstraints=CA:true\n", "");
    issue(&folder, "critical", P_256, &format!("{SIGNING}1.2.3.4=critical,ASN1:NULL\n"), "");
    issue(&folder, "zero", P_256, SIGNING, "-set_serial 0");
    issue(&folder, "negative", P_256, SIGNING, "-set_serial -5");
    issue(&folder, "huge", P_256, SIGNING, "-set_serial 0x7fffffffffffffffffffffffffffffffffffffffff");
    issue(&folder, "weak", P_256, SIGNING, "-sha1");
    let fault = |name: &str, options: &str| judged(&folder, &ca, name, options).unwrap_err();
    assert_eq!(fault("ec", "-md sha1"), CmsFault::Algorithm);
    assert_eq!(fault("ec", "-md sha512"), CmsFault::Algorithm);
    assert_eq!(fault("ec", "-md sha256 -noattr"), CmsFault::Attributes);
    assert!(matches!(fault("ec", "-md sha256 -nocerts"), CmsFault::Malformed(_)));
    assert!(matches!(fault("ec", "-md sha256 -econtent_type pkcs7-signedData"), CmsFault::Malformed(_)));
    assert_eq!(fault("small", "-md sha256"), CmsFault::Signature);
    assert_eq!(fault("curve", "-md sha256"), CmsFault::Algorithm);
    assert_eq!(fault("agreeing", "-md sha256"), CmsFault::Usage);
    assert_eq!(fault("unlimited", "-md sha256"), CmsFault::Usage);
    assert_eq!(fault("authority", "-md sha256"), CmsFault::Usage);
    assert_eq!(fault("critical", "-md sha256"), CmsFault::CriticalExtension);
    assert_eq!(fault("zero", "-md sha256"), CmsFault::SerialNumber);
    assert_eq!(fault("negative", "-md sha256"), CmsFault::SerialNumber);
    assert!(matches!(fault("huge", "-md sha256"), CmsFault::SerialNumber | CmsFault::Malformed(_)));
    assert_eq!(fault("weak", "-md sha256"), CmsFault::Algorithm);
    let two = "-md sha256 -signer curve.pem -inkey curve.key";
    assert!(matches!(fault("ec", two), CmsFault::Malformed(_)));
}

#[test]
fn an_authority_must_be_one() {
    for extensions in ["-addext basicConstraints=critical,CA:false", "-addext keyUsage=digitalSignature"] {
        let folder = Folder::new(&format!("no-ca-{}", extensions.len()));
        let ca = authority(&folder, extensions);
        issue(&folder, "ec", P_256, SIGNING, "");
        assert_eq!(judged(&folder, &ca, "ec", "-md sha256"), Err(CmsFault::Issuer));
    }
}
