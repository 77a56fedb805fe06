//! A time-stamping authority made of OpenSSL.

use crate::world::{World, client, head};
use anchor::rfc3161::{StampFault, StampSetting, StampSink, check};
use anchor::{Sink, State, Trust};
use axum::Router;
use axum::body::Bytes;
use axum::extract::State as Shared;
use axum::routing::post;
use const_oid::ObjectIdentifier;
use kernel::SeededRandom;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;
use testkit::pki::{LAST_AUTHORITY, P_256, Pki, RSA};
use tokio::net::TcpListener;

const STAMPER: &str = "keyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n\
    authorityKeyIdentifier=keyid\nsubjectKeyIdentifier=hash\n";
const POLICY: &str = "1.2.3.4.1";

/// What the responder does wrong, if anything.
#[derive(Clone, Copy, PartialEq)]
enum Lie {
    None,
    /// It answers the request it was asked first again and again.
    Old,
    /// It stamps other data.
    Other,
}

#[derive(Clone)]
struct Responder {
    folder: PathBuf,
    signer: String,
    lie: Lie,
}

async fn answer(Shared(responder): Shared<Responder>, body: Bytes) -> Vec<u8> {
    let Responder { folder, signer, lie } = responder;
    let kept = folder.join("reply.tsr");
    if lie == Lie::Old && kept.exists() {
        return std::fs::read(kept).unwrap();
    }
    std::fs::write(folder.join("query.tsq"), &body).unwrap();
    if lie == Lie::Other {
        let other = Command::new("openssl")
            .args(["ts", "-query", "-digest", &"ab".repeat(32), "-sha256", "-cert", "-out", "query.tsq"])
            .current_dir(&folder)
            .output()
            .unwrap();
        assert!(other.status.success());
    }
    let made = Command::new("openssl")
        .args(["ts", "-reply", "-config", "ts.conf", "-queryfile", "query.tsq", "-out", "reply.tsr"])
        .args(["-signer", &format!("{signer}.pem"), "-inkey", &format!("{signer}.key"), "-chain", "ca.pem"])
        .current_dir(&folder)
        .output()
        .unwrap();
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    std::fs::read(kept).unwrap()
}

struct Authority {
    pki: Pki,
}

impl Authority {
    fn new() -> Self {
        let pki = Pki::new();
        pki.write(
            "ts.conf",
            format!(
                "[tsa]\ndefault_tsa=t\n[t]\nserial=serial\ndefault_policy={POLICY}\nother_policies=1.2.3.4.9\n\
                 digests=sha256\nsigner_digest=sha256\nordering=no\ntsa_name=yes\ness_cert_id_chain=no\n"
            ),
        );
        pki.write("serial", "01\n");
        Self { pki }
    }

    async fn serve(&self, signer: &str, lie: Lie) -> String {
        let responder = Responder { folder: self.pki.path().to_owned(), signer: signer.into(), lie };
        let router = Router::new().route("/", post(answer)).with_state(responder);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/", listener.local_addr().unwrap());
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        url
    }

    fn sink(&self, url: &str, policy: &str) -> Arc<dyn Sink> {
        let setting = StampSetting {
            name: "stamp".into(),
            authority: "範例時戳機構 Sample TSA".into(),
            url: url.into(),
            policy: Some(ObjectIdentifier::new(policy).unwrap()),
            roots: vec![self.pki.der("root")],
        };
        let client = client(url, Duration::from_secs(10));
        Arc::new(StampSink::new(setting, client, Arc::new(SeededRandom::new(5))))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stamp_is_checked_kept_and_verified_by_openssl() {
    for key in [RSA, P_256] {
        let authority = Authority::new();
        authority.pki.issue("stamper", "ca", key, STAMPER, "");
        let url = authority.serve("stamper", Lie::None).await;
        let world = World::new(vec![authority.sink(&url, POLICY)]).await;
        world.due(&head(300)).await;
        world.pass().await;
        let row = world.row().await;
        assert_eq!(row.state, State::Confirmed, "{row:?}");
        let file = world.published(&format!("anchors/{}.json", row.no)).await.unwrap();
        let trust = Trust { stamp_roots: vec![authority.pki.der("root")] };
        let checked = anchor::check(&file, &trust).unwrap();
        assert_eq!((checked.head, Some(checked.time)), (head(300), row.proved_at));
        assert!(checked.says.en.contains("trusted"));
        // With OpenSSL alone, as docs/verification.md says.
        let token = world.published(&format!("anchors/{}.tst", row.no)).await.unwrap();
        let payload = world.published(&format!("anchors/{}.payload", row.no)).await.unwrap();
        assert_eq!(payload, head(300).payload());
        authority.pki.write("a.tst", token);
        authority.pki.write("a.payload", payload);
        authority.pki.run("openssl ts -verify -in a.tst -token_in -data a.payload -CAfile root.pem -untrusted ca.pem");
        // Somebody else's root vouches for nothing.
        let stranger = Trust { stamp_roots: vec![Pki::new().der("root")] };
        assert!(anchor::check(&file, &stranger).unwrap_err().to_string().contains("certificate"));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stamps_that_are_not_what_was_asked_for_are_refused() {
    let authority = Authority::new();
    authority.pki.issue("stamper", "ca", P_256, STAMPER, "");
    let cases = [(Lie::Old, POLICY, "nonce"), (Lie::Other, POLICY, "other data"), (Lie::None, "1.2.3.4.77", "refused")];
    for (lie, policy, expected) in cases {
        let url = authority.serve("stamper", lie).await;
        let world = World::new(vec![authority.sink(&url, policy)]).await;
        if lie == Lie::Old {
            // The first answer is good; the second request gets it again.
            world.due(&head(300)).await;
            world.pass().await;
            let again = World::new(vec![authority.sink_of_another_seed(&url)]).await;
            again.due(&head(300)).await;
            again.pass().await;
            assert!(again.row().await.fault.unwrap().contains(expected));
            continue;
        }
        world.due(&head(300)).await;
        world.pass().await;
        let fault = world.row().await.fault.unwrap();
        assert!(fault.contains(expected), "{fault}");
    }
}

impl Authority {
    fn sink_of_another_seed(&self, url: &str) -> Arc<dyn Sink> {
        let setting = StampSetting {
            name: "stamp".into(),
            authority: "Sample TSA".into(),
            url: url.into(),
            policy: None,
            roots: vec![self.pki.der("root")],
        };
        Arc::new(StampSink::new(setting, client(url, Duration::from_secs(10)), Arc::new(SeededRandom::new(6))))
    }
}

#[test]
fn only_a_certificate_for_time_stamps_alone_and_critically_so_may_stamp() {
    let authority = Authority::new();
    let pki = &authority.pki;
    // OpenSSL refuses to stamp with these; so a good stamp's certificate is judged beside them by the same rules.
    pki.issue("other-ca", "root", P_256, LAST_AUTHORITY, "");
    pki.issue("stamper", "ca", P_256, STAMPER, "");
    let hash = head(300).check_hash();
    let digits: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    pki.run(&format!("openssl ts -query -digest {digits} -sha256 -cert -out q.tsq"));
    let chained =
        "openssl ts -reply -config ts.conf -queryfile q.tsq -signer stamper.pem -inkey stamper.key -token_out";
    pki.run(&format!("{chained} -chain ca.pem -out good.tst"));
    pki.run(&format!("{chained} -out unchained.tst"));
    let roots = [pki.der("root")];
    let good = pki.read("good.tst");
    assert!(check(&good, &hash, Some(&roots)).is_ok());
    assert_eq!(check(&good, &[0; 32], Some(&roots)), Err(StampFault::Imprint));
    let unchained = pki.read("unchained.tst");
    assert!(matches!(check(&unchained, &hash, Some(&roots)), Err(StampFault::Certificate(_))), "no way to the root");
    assert!(check(&unchained, &hash, Some(&[pki.der("ca")])).is_ok(), "the one directly above is enough");
    assert!(matches!(check(&good, &hash, Some(&[pki.der("other-ca")])), Err(StampFault::Certificate(_))));
    assert!(check(&good, &hash, None).is_ok(), "without roots the signature alone is judged");
    // A changed byte either breaks it or changes nothing of what it says (version numbers, parameters without meaning).
    let stamp = check(&good, &hash, Some(&roots)).unwrap();
    let mut passed = 0;
    for at in 0..good.len() {
        let mut changed = good.clone();
        changed[at] ^= 1;
        if let Ok(same) = check(&changed, &hash, Some(&roots)) {
            assert_eq!(same, stamp, "byte {at}");
            passed += 1;
        }
    }
    assert!(passed <= 30, "{passed} of {} changes pass", good.len());
}
