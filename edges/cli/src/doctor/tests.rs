//! Each check is shown a sound installation with one bad setting.

use super::certificate::{Found, read_certificate};
use super::checks::{CHECKS, findings};
use super::facts::{Facts, core_limit, has_password, space_of};
use super::files::{FileFact, files_under, one_file};
use db::{ScopedRole, Standing};
use kernel::{Random, SeededRandom};
use std::path::PathBuf;
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = datetime!(2026-11-23 02:00 UTC);

fn file(path: &str, mode: u32) -> FileFact {
    FileFact { path: PathBuf::from("/srv/renshi").join(path), mode, uid: 990, changed_at: NOW - Duration::days(30) }
}

fn sound() -> Facts {
    Facts {
        now: NOW,
        uid: 990,
        core_limit: "0".into(),
        log_filter: "info".into(),
        password_in_arguments: false,
        data: file("", 0o750),
        keys: vec![file("keys/log.key", 0o600), file("keys/authority.pem", 0o600)],
        ring: vec![file("ring/1.key", 0o600)],
        soft_cards: Vec::new(),
        mail: vec![file("mail", 0o750), file("mail/00000001.eml", 0o640)],
        last_backup: Some(NOW - Duration::hours(3)),
        space: Some((200 << 30, 500 << 30)),
        fonts: None,
        public: "https://orders.example.gov.tw".into(),
        listen: "127.0.0.1:8640".parse().unwrap(),
        database: Some("postgres://renshi@db.example.gov.tw/renshi?sslmode=verify-full".into()),
        standing: Standing {
            user: "renshi".into(),
            superuser: false,
            bypasses_row_security: false,
            scoped: Some(ScopedRole { may_log_in: false, bypasses_row_security: false, member: true }),
            over_network: true,
            encrypted: true,
            trusts_network: Some(false),
            now: NOW,
            pending: Vec::new(),
            unknown: Vec::new(),
        },
        refusal: None,
        register_year: Some(2026),
        ahead_seconds: 0,
        own_card_authority: false,
        demo_authority: false,
        revocation: true,
        cards_without_fragment: Vec::new(),
        unrevoked_machines: false,
        certificates: vec![Found {
            what: "cards".into(),
            name: "CN=MOICA".into(),
            not_after: NOW + Duration::days(3_000),
            weakness: None,
        }],
    }
}

fn codes(facts: &Facts) -> Vec<&'static str> {
    findings(facts).iter().map(|finding| finding.check.code).collect()
}

#[track_caller]
fn names(code: &str, change: impl FnOnce(&mut Facts)) {
    let mut facts = sound();
    change(&mut facts);
    assert_eq!(codes(&facts), [code]);
    for finding in findings(&facts) {
        assert!(!finding.what.zh.is_empty() && !finding.what.en.is_empty());
    }
}

#[test]
fn a_sound_installation_has_nothing_weak() {
    assert_eq!(codes(&sound()), Vec::<&str>::new());
    // A private database is reached over a socket by its only role, which may do everything.
    let mut private = sound();
    private.database = None;
    private.standing.superuser = true;
    private.standing.over_network = false;
    private.standing.encrypted = false;
    assert_eq!(codes(&private), Vec::<&str>::new());
}

#[test]
fn files_that_others_may_use_are_named() {
    names("key-mode", |facts| facts.keys[0].mode = 0o640);
    names("key-mode", |facts| facts.ring[0].mode = 0o604);
    names("key-owner", |facts| facts.keys[1].uid = 0);
    names("data-mode", |facts| facts.data.mode = 0o755);
    names("data-mode", |facts| facts.data.mode = 0o770);
    names("mail-mode", |facts| facts.mail[1].mode = 0o644);
    names("soft-cards", |facts| facts.soft_cards.push(file("cards/7.pem", 0o600)));
}

#[test]
fn what_runs_out_or_is_late_is_named() {
    names("disk-space", |facts| facts.space = Some((4 << 30, 20 << 30)));
    names("disk-space", |facts| facts.space = Some((20 << 30, 900 << 30)));
    names("disk-space", |facts| facts.space = None);
    names("backup", |facts| facts.last_backup = None);
    names("backup", |facts| facts.last_backup = Some(NOW - Duration::hours(27)));
    names("ring-age", |facts| facts.ring[0].changed_at = NOW - Duration::days(401));
    names("certificate-end", |facts| facts.certificates[0].not_after = NOW + Duration::days(59));
}

#[test]
fn ways_in_without_protection_are_named() {
    names("public-https", |facts| facts.public = "http://orders.example.gov.tw".into());
    names("listen", |facts| facts.listen = "0.0.0.0:8640".parse().unwrap());
    names("listen", |facts| facts.listen = "[::]:8640".parse().unwrap());
}

#[test]
fn a_database_with_too_much_trust_is_named() {
    names("database-tls", |facts| facts.standing.encrypted = false);
    names("database-tls", |facts| facts.database = Some("postgres://renshi@db/renshi?sslmode=require".into()));
    names("database-role", |facts| facts.standing.superuser = true);
    names("database-role", |facts| facts.standing.bypasses_row_security = true);
    names("database-scope", |facts| facts.standing.scoped = None);
    let role = ScopedRole { may_log_in: false, bypasses_row_security: false, member: true };
    names("database-scope", |facts| facts.standing.scoped = Some(ScopedRole { may_log_in: true, ..role }));
    names("database-scope", |facts| facts.standing.scoped = Some(ScopedRole { bypasses_row_security: true, ..role }));
    names("database-scope", |facts| facts.standing.scoped = Some(ScopedRole { member: false, ..role }));
    names("database-trust", |facts| facts.standing.trusts_network = Some(true));
    names("database-password", |facts| {
        facts.password_in_arguments = true;
        facts.database = Some("postgres://renshi:secret@db/renshi?sslmode=verify-full".into());
    });
    names("clock", |facts| facts.ahead_seconds = -3);
    names("register-signs", |facts| facts.refusal = Some(kernel::Text::new("較舊", "older")));
    names("register-year", |facts| facts.register_year = Some(2025));
    names("migrations", |facts| facts.standing.pending.push("orders/next".into()));
    names("migrations", |facts| facts.standing.unknown.push("orders/later".into()));
}

#[test]
fn the_register_has_two_weeks_of_a_new_year_to_be_closed() {
    let codes_at = |now: OffsetDateTime| {
        let mut facts = sound();
        let passed = now - NOW;
        facts.now = now;
        facts.last_backup = facts.last_backup.map(|at| at + passed);
        facts.standing.now = now;
        codes(&facts).contains(&"register-year")
    };
    assert!(!codes_at(datetime!(2027-01-14 15:59 UTC)));
    assert!(codes_at(datetime!(2027-01-14 16:00 UTC)));
}

#[test]
fn cards_and_certificates_nobody_should_trust_are_named() {
    names("card-authority", |facts| facts.own_card_authority = true);
    names("revocation", |facts| facts.revocation = false);
    names("card-fragment", |facts| facts.cards_without_fragment.push("GCA".to_owned()));
    names("machine-revocation", |facts| facts.unrevoked_machines = true);
    names("demo-data", |facts| facts.demo_authority = true);
    names("certificate-weak", |facts| facts.certificates[0].weakness = Some("RSA < 2048".into()));
}

#[test]
fn a_program_that_tells_too_much_is_named() {
    names("key-owner", |facts| facts.keys[0].uid = 1000);
    names("core-dumps", |facts| facts.core_limit = "unlimited".into());
    names("log-level", |facts| facts.log_filter = "info,sqlx=debug".into());
    names("fonts", |facts| facts.fonts = Some("no font".into()));
    let mut root = sound();
    root.uid = 0;
    for file in root.keys.iter_mut().chain(&mut root.ring) {
        file.uid = 0;
    }
    assert_eq!(codes(&root), ["root"]);
}

#[test]
fn every_check_is_explained_under_its_number_and_code() {
    let guide =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/operating/hardening.md")).unwrap();
    for check in CHECKS {
        let heading = format!("### {} {}", check.number, check.code);
        assert!(guide.lines().any(|line| line.starts_with(&heading)), "`{heading}` is missing");
    }
    let headings =
        guide.lines().filter(|line| line.starts_with("### ") && line[4..].starts_with(|c: char| c.is_ascii_digit()));
    for heading in headings {
        let code = heading.split_whitespace().nth(2).unwrap();
        assert!(CHECKS.iter().any(|check| check.code == code), "`{code}` is looked at by nobody");
    }
}

#[test]
fn passwords_in_addresses_are_seen() {
    assert!(has_password("postgres://renshi:secret@db/renshi"));
    assert!(has_password("--database=postgres://db/renshi?password=secret"));
    assert!(!has_password("postgres://renshi@db:5432/renshi?sslmode=verify-full"));
    assert!(!has_password("http://127.0.0.1:8640"));
}

#[test]
fn what_the_system_says_is_understood() {
    let df = "Filesystem 1024-blocks Used Available Capacity Mounted on\n/dev/vda 1000 400 600 40% /\n";
    assert_eq!(space_of(df), Some((600 * 1024, 1000 * 1024)));
    assert_eq!(space_of(""), None);
    let limits = "Limit  Soft Limit  Hard Limit  Units\nMax core file size        0                    unlimited            bytes\n";
    assert_eq!(core_limit(limits), "0");
}

#[test]
fn files_are_looked_at_and_not_opened() {
    let folder = std::env::temp_dir().join(format!("renshi-doctor-{}", std::process::id()));
    web::write_secret(&folder.join("keys/agencies/376480000A.pem"), "secret").unwrap();
    let found = files_under(&folder).unwrap();
    assert_eq!((found.len(), found[0].mode, found[0].name()), (1, 0o600, "376480000A".to_owned()));
    assert!(one_file(&folder.join("absent")).is_err());
    assert_eq!(files_under(&folder.join("absent")).unwrap(), Vec::new());
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn a_certificate_of_ours_is_not_weak() {
    let random: &dyn Random = &SeededRandom::new(1);
    let authority = seal::Authority::create(random, "測試憑證中心", NOW).unwrap();
    let found = read_certificate("own", authority.certificate()).unwrap();
    assert!(found.name.contains("測試") && found.not_after > NOW && found.weakness.is_none(), "{found:?}");
    assert!(read_certificate("own", b"no certificate").is_none());
}
