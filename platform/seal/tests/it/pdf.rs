//! The signed PDF as other programs and a changed byte see it. The file is `cases/seal/order.pdf`, made by the press.

use std::path::{Path, PathBuf};

use kernel::SeededRandom;
use register::audit::{audit, policy_of};
use seal::pades::{self, PadesFault, Seal};
use seal::verdict::{LogAtHand, judge};
use seal::{AgencyKeys, Authority, CertificateRequest};
use time::Duration;

use crate::cms::Folder;
use crate::world::NOW;

fn cases() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/seal")
}

fn signed() -> Vec<u8> {
    std::fs::read(cases().join("order.pdf")).unwrap()
}

/// The file as the press made it: what stands before the update.
fn unsigned() -> Vec<u8> {
    let file = signed();
    let end = file.windows(6).position(|window| window == b"%%EOF\n" || window == b"%%EOF1").unwrap();
    file[..end + 6].to_vec()
}

fn agency() -> (Authority, AgencyKeys) {
    let random = SeededRandom::new(21);
    let ca = Authority::create(&random, "示範憑證機構", NOW).unwrap();
    let request = CertificateRequest { name: "範例市政府", serial_number: "376470000A", organization: "" };
    let keys = AgencyKeys::create(&random, &ca, &request, NOW).unwrap();
    (ca, keys)
}

const SEAL: Seal<'_> = Seal { name: "範例市政府", reason: "獎勵令", at: NOW };

#[test]
fn the_signed_pdf_opens_to_its_bundle_and_is_valid() {
    let file = signed();
    let opened = pades::open(&file).unwrap();
    assert_eq!(opened.bundle, std::fs::read(cases().join("bundles/0-valid.json")).unwrap());
    let log = cases().join("log");
    let log = audit(&log, &policy_of(&log).unwrap()).unwrap();
    let verdict = judge(&file, None, LogAtHand::Sound(&log));
    assert_eq!(verdict.exit_code(), 0, "{}", verdict.sentence());
}

#[test]
fn no_byte_of_the_pdf_can_be_changed() {
    let file = signed();
    let log = cases().join("log");
    let policy = policy_of(&log).unwrap();
    let hole = file.windows(10).position(|window| window == b"/Contents<").unwrap() + 9;
    // Every byte of the first and the last, of the hole's beginning and end, and of the rest one in 4999.
    let edges = (0..60).chain(hole - 120..hole + 300).chain(hole + 8160..file.len());
    for at in edges.chain((0..file.len()).step_by(4999)) {
        let mut changed = file.clone();
        changed[at] ^= [1, 0x20, 0x80][at % 3];
        let verdict = judge(&changed, Some(&policy), LogAtHand::None);
        assert_eq!(verdict.exit_code(), 1, "byte {at}");
    }
    for end in (hole..file.len()).step_by(777) {
        assert_eq!(judge(&file[..end], Some(&policy), LogAtHand::None).exit_code(), 1, "cut at {end}");
    }
    let longer = [&file[..], b"\n"].concat();
    assert_eq!(pades::open(&longer), Err(PadesFault::Range));
}

#[test]
fn every_digit_of_the_signature_counts() {
    let file = signed();
    let hole = file.windows(10).position(|window| window == b"/Contents<").unwrap() + 10;
    for at in (hole..hole + 2400).step_by(3) {
        let mut changed = file.clone();
        changed[at] = if file[at] == b'0' { b"17af"[at % 4] } else { b'0' };
        assert!(pades::open(&changed).is_err(), "byte {at}");
    }
}

#[test]
fn poppler_openssl_and_qpdf_accept_the_signature() {
    let (ca, keys) = agency();
    let file = pades::sign(&unsigned(), keys.document(), &SEAL).unwrap();
    assert!(pades::open(&file).is_ok());
    let folder = Folder::new("pdf");
    folder.write("order.pdf", &file);
    let checked = folder.run("qpdf --check order.pdf").unwrap();
    assert!(checked.contains("No syntax or stream encoding errors"), "{checked}");
    let shown = folder.run("pdfsig -nocert order.pdf").unwrap();
    for line in [
        "Signature Validation: Signature is Valid.",
        "Signature Type: ETSI.CAdES.detached",
        "Signing Hash Algorithm: SHA-256",
        "Total document signed",
        "Signing Time: Mar 02 2026",
    ] {
        assert!(shown.contains(line), "{line}: {shown}");
    }
    folder.run("pdfsig -nocert -dump order.pdf").unwrap();
    let (hole, after) = range(&file);
    folder.write("content", [&file[..hole], &file[after..]].concat());
    let certificate = der::pem::encode_string("CERTIFICATE", der::pem::LineEnding::LF, ca.certificate()).unwrap();
    folder.write("ca.pem", certificate);
    let at = (NOW + Duration::days(1)).unix_timestamp();
    let dumped =
        std::fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let cms = dumped.into_iter().find(|name| name.contains(".sig")).expect("pdfsig dumps the signature");
    let line = format!("openssl cms -verify -binary -inform DER -in {cms} -content content -CAfile ca.pem");
    folder.run(&format!("{line} -purpose any -attime {at} -cades -out out")).unwrap();
}

fn range(file: &[u8]) -> (usize, usize) {
    let at = file.windows(11).position(|window| window == b"/ByteRange[").unwrap() + 11;
    let text = String::from_utf8_lossy(&file[at..at + 40]).into_owned();
    let mut numbers = text.split([' ', ']']).map(|number| number.parse().unwrap());
    numbers.next();
    (numbers.next().unwrap(), numbers.next().unwrap())
}

#[test]
fn a_pdf_is_signed_once_and_only_if_it_is_one() {
    let (_, keys) = agency();
    for other in [&b""[..], b"%PDF-1.7\n", b"%PDF-1.7\nstartxref\n99\n%%EOF", b"startxref 0", &unsigned()[..5000]] {
        assert!(pades::sign(other, keys.document(), &SEAL).is_err());
    }
    assert!(pades::sign(&signed(), keys.document(), &SEAL).is_err());
    assert!(matches!(pades::open(&unsigned()), Err(PadesFault::Range)));
}
