//! The checks: a setting each, pure. `docs/operating/hardening.md` explains every one under its code.

use super::facts::{Facts, has_password, shown};
use super::files::FileFact;
use kernel::{Text, office_date};
use time::Duration;

/// Days before a certificate ends from which on its renewal is asked for. A promise of the service, not of law.
const RENEW_DAYS: i64 = 60;
/// Days after which the key that wraps data keys should have been followed by another. A promise of the service, not of law.
const RING_DAYS_MAX: i64 = 400;
/// Hours after which a daily backup is late. A promise of the service, not of law.
const BACKUP_HOURS_MAX: i64 = 26;
/// Seconds two clocks may differ: a sign-in challenge lasts minutes, a register's times must not run backward.
const CLOCK_SECONDS_MAX: i64 = 2;
/// Days of a new year after which the register's shard of the old one should have been closed. A promise of the service, not of law.
const OLD_SHARD_DAYS_MAX: i64 = 14;
/// Least free space, in bytes and in hundredths.
const FREE_BYTES_MIN: u64 = 5 << 30;
const FREE_PERCENT_MIN: u64 = 10;

/// A setting that is looked at.
pub struct Check {
    /// Its number in the list of settings.
    pub number: &'static str,
    /// Its name for machines, and its heading in the list.
    pub code: &'static str,
    /// What to do, in Chinese and English.
    pub remedy: (&'static str, &'static str),
    /// What is weak, a sentence each; nothing if all is well.
    look: fn(&Facts) -> Vec<Text>,
}

/// A weak setting.
pub struct Finding {
    /// Which setting.
    pub check: &'static Check,
    /// What is weak about it here.
    pub what: Text,
}

/// All that is weak, in the order of the list.
pub fn findings(facts: &Facts) -> Vec<Finding> {
    let found = |check: &'static Check| (check.look)(facts).into_iter().map(move |what| Finding { check, what });
    CHECKS.iter().flat_map(found).collect()
}

macro_rules! check {
    ($number:literal, $code:literal, $look:ident, $zh:literal, $en:literal) => {
        Check { number: $number, code: $code, remedy: ($zh, $en), look: $look }
    };
}

/// Every check, numbered as in the list.
#[rustfmt::skip]
pub const CHECKS: &[Check] = &[
    check!("1.1", "key-mode", key_mode, "將金鑰檔權限設為 0600。", "Make the key files 0600."),
    check!("1.2", "key-owner", key_owner, "將金鑰檔擁有者改為執行本程式之帳號。", "Give the key files to the user that runs the program."),
    check!("1.3", "data-mode", data_mode, "將資料夾權限設為 0750。", "Make the data folder 0750."),
    check!("1.4", "mail-mode", mail_mode, "將待寄郵件資料夾設為 0750、檔案設為 0640，僅郵件系統之群組可讀。", "Make the mail folder 0750 and its files 0640, for the mail system's group alone."),
    check!("1.5", "soft-cards", soft_cards, "刪除資料夾中的軟體卡片；正式環境只用實體憑證卡片。", "Remove the software cards; only real cards sign in where people are real."),
    check!("1.6", "disk-space", disk_space, "清出或擴充磁碟空間。", "Free or add disk space."),
    check!("1.7", "backup", backup, "安排每日備份，完成後更新資料夾中的 last-backup 檔。", "Back up every day, and touch the file `last-backup` in the data folder when a backup is done."),
    check!("2.1", "public-https", public_https, "以 https 位址對外服務，並以 --public 指明。", "Serve people over https and say so with --public."),
    check!("2.2", "listen", listen, "只在本機位址接聽，由同一主機的反向代理提供 TLS。", "Listen on a loopback address behind a reverse proxy on the same machine that speaks TLS."),
    check!("3.1", "database-tls", database_tls, "資料庫位址加上 sslmode=verify-full 與 sslrootcert。", "Add sslmode=verify-full and sslrootcert to the database address."),
    check!("3.2", "database-role", database_role, "改用一般角色連線；該角色只需擁有本系統之資料庫。", "Connect as an ordinary role that owns this one database."),
    check!("3.3", "database-scope", database_scope, "以程式帳號執行一次更新；角色 renshi_scoped 不得登入、不得略過資料列安全。", "Start the program once so that it makes the role; renshi_scoped must neither log in nor bypass row security."),
    check!("3.4", "database-trust", database_trust, "在 pg_hba.conf 中將網路連線改為 scram-sha-256 或憑證。", "Ask for scram-sha-256 or a certificate in pg_hba.conf wherever somebody comes over the network."),
    check!("3.5", "database-password", database_password, "將密碼放入權限 0600 的 ~/.pgpass，不寫在參數中。", "Keep the password in ~/.pgpass (0600), not among the arguments."),
    check!("3.6", "clock", clock, "兩台主機均以 NTP 校時。", "Set both machines' clocks by NTP."),
    check!("3.7", "migrations", migrations, "所有主機使用同一版本並重新啟動。", "Run one version everywhere and start it again."),
    check!("3.8", "register-signs", register_signs, "還原較新的備份，或以 renshi register rebuild 由副本重建；見 docs/operating/register.md。", "Bring back a newer backup, or rebuild from a copy with `renshi register rebuild`; see docs/operating/register.md."),
    check!("3.9", "register-year", register_year, "執行 renshi register close-shard，結束上一年的登錄簿；見 docs/operating/register.md。", "Close the register of the year that is over with `renshi register close-shard`; see docs/operating/register.md."),
    check!("4.1", "card-authority", card_authority, "以 --card-ca 指明政府憑證管理中心之憑證。", "Name the government's authority with --card-ca."),
    check!("4.2", "revocation", revocation, "設定卡片憑證管理中心之廢止清冊或線上查驗位址。", "Configure the revocation list or the on-line service of the cards' authority."),
    check!("4.3", "demo-data", demo_data, "以新的資料夾與資料庫開始正式作業，勿沿用示範資料。", "Begin with a new folder and database; never go on with a demonstration."),
    check!("4.4", "certificate-end", certificate_end, "於到期前換發憑證。", "Renew the certificate before it ends."),
    check!("4.5", "certificate-weak", certificate_weak, "換用 RSA 2048 位元以上或 P-256 以上金鑰，並以 SHA-256 以上簽章。", "Use RSA of 2048 bits or more, or P-256 or more, signed with SHA-256 or better."),
    check!("4.6", "ring-age", ring_age, "新增一把金鑰並重新包裝。", "Add a key to the ring and wrap again."),
    check!("4.7", "machine-revocation", machine_revocation, "以 --machine-crl 指明介接系統憑證之廢止清冊。", "Name the revocation list of the machines' certificates with --machine-crl."),
    check!("4.8", "card-fragment", card_fragment, "以 fragment 指明憑證中載有身分證號末碼之欄位；無此欄位者由系統管理者確認本人後逐張登記。", "Name with `fragment` where the certificates carry the last digits of the national id; where they carry none, the operator makes sure of the person and registers each card."),
    check!("5.1", "root", root, "以專用之一般帳號執行。", "Run as an ordinary user made for it."),
    check!("5.2", "core-dumps", core_dumps, "將 core 限制設為 0（systemd：LimitCORE=0）。", "Set the core limit to 0 (systemd: LimitCORE=0)."),
    check!("5.3", "log-level", log_level, "正式環境將 RENSHI_LOG 設為 info 或 warn。", "Set RENSHI_LOG to info or warn."),
    check!("5.4", "fonts", fonts, "安裝 fonts-cns11643-kai、fonts-cns11643-sung 與 fonts-noto-cjk。", "Install fonts-cns11643-kai, fonts-cns11643-sung and fonts-noto-cjk."),
];

fn one(weak: bool, zh: impl Into<String>, en: impl Into<String>) -> Vec<Text> {
    if weak { vec![Text::new(zh.into(), en.into())] } else { Vec::new() }
}

/// A sentence with the files it is about; the first few, the others counted.
fn of_files(facts: &Facts, files: Vec<&FileFact>, zh: &str, en: &str) -> Vec<Text> {
    let names: Vec<String> = files.iter().take(3).map(|file| shown(&file.path, &facts.data.path)).collect();
    let (names, count) = (names.join(", "), files.len());
    one(count > 0, format!("{zh}：{names}（共 {count} 件）"), format!("{en}: {names} ({count} in all)"))
}

fn key_files(facts: &Facts) -> impl Iterator<Item = &FileFact> {
    facts.keys.iter().chain(&facts.ring).chain(&facts.soft_cards)
}

fn key_mode(facts: &Facts) -> Vec<Text> {
    let open = key_files(facts).filter(|file| file.mode & 0o077 != 0).collect();
    of_files(facts, open, "他人可讀寫的金鑰檔", "Key files that others may read or write")
}

fn key_owner(facts: &Facts) -> Vec<Text> {
    let foreign = key_files(facts).filter(|file| file.uid != facts.uid).collect();
    of_files(facts, foreign, "擁有者不是執行帳號的金鑰檔", "Key files that belong to another user")
}

fn data_mode(facts: &Facts) -> Vec<Text> {
    // Passing through is left to others where the database's own user must.
    let mode = facts.data.mode;
    one(
        mode & 0o026 != 0,
        format!("資料夾權限為 {mode:04o}，他人可讀寫。"),
        format!("The data folder is {mode:04o}: others may read or write it."),
    )
}

fn mail_mode(facts: &Facts) -> Vec<Text> {
    let open = facts.mail.iter().filter(|file| file.mode & 0o007 != 0).collect();
    of_files(facts, open, "任何人可讀的待寄郵件", "Outgoing mail that everybody may read")
}

fn soft_cards(facts: &Facts) -> Vec<Text> {
    of_files(
        facts,
        facts.soft_cards.iter().collect(),
        "資料夾中有軟體卡片",
        "There are software cards in the data folder",
    )
}

fn disk_space(facts: &Facts) -> Vec<Text> {
    let Some((free, all)) = facts.space else {
        return one(true, "無法得知剩餘磁碟空間。", "The free disk space cannot be told.");
    };
    let percent = free.saturating_mul(100) / all.max(1);
    one(
        free < FREE_BYTES_MIN || percent < FREE_PERCENT_MIN,
        format!("磁碟剩餘 {} GB（{percent}%）。", free >> 30),
        format!("{} GB of disk are free ({percent}%).", free >> 30),
    )
}

fn backup(facts: &Facts) -> Vec<Text> {
    match facts.last_backup {
        None => one(true, "沒有備份紀錄（last-backup）。", "No backup is on record (`last-backup`)."),
        Some(at) => {
            let hours = (facts.now - at).whole_hours();
            let late = hours > BACKUP_HOURS_MAX;
            one(late, format!("最近一次備份在 {hours} 小時前。"), format!("The last backup was {hours} hours ago."))
        }
    }
}

fn public_https(facts: &Facts) -> Vec<Text> {
    let address = &facts.public;
    one(
        !address.starts_with("https://"),
        format!("對外位址 {address} 不是 https；登入 cookie 可能在網路上被讀取。"),
        format!("The public address {address} is not https; the session cookie can be read on the way."),
    )
}

fn listen(facts: &Facts) -> Vec<Text> {
    let at = facts.listen;
    one(
        !at.ip().is_loopback(),
        format!("在 {at} 接聽，網路上可直接以未加密的 HTTP 連入。"),
        format!("Listening on {at}: plain HTTP can be reached from the network."),
    )
}

fn database_tls(facts: &Facts) -> Vec<Text> {
    let Some(url) = &facts.database else { return Vec::new() };
    // Encrypted without checking whose server it is protects against listening only.
    let checked = ["sslmode=verify-full", "sslmode=verify-ca"].iter().any(|mode| url.contains(mode));
    let weak = facts.standing.over_network && !(facts.standing.encrypted && checked);
    let (zh, en) = if facts.standing.encrypted {
        ("未核對伺服器憑證", "not checked")
    } else {
        ("未加密", "not encrypted")
    };
    one(weak, format!("與資料庫的連線{zh}。"), format!("The connection to the database is {en}."))
}

fn database_role(facts: &Facts) -> Vec<Text> {
    let (standing, user) = (&facts.standing, &facts.standing.user);
    // The private cluster has one role, behind a socket that only this user's programs reach.
    one(
        facts.database.is_some() && (standing.superuser || standing.bypasses_row_security),
        format!("資料庫角色 {user} 權限過大（超級使用者或略過資料列安全）。"),
        format!("The database role {user} may do too much (superuser, or past row security)."),
    )
}

fn database_scope(facts: &Facts) -> Vec<Text> {
    let (zh, en) = match facts.standing.scoped {
        None => {
            ("沒有角色 renshi_scoped，資料列安全無從生效。", "There is no role renshi_scoped for row security to hold.")
        }
        Some(role) if role.may_log_in => ("角色 renshi_scoped 可以登入。", "The role renshi_scoped may log in."),
        Some(role) if role.bypasses_row_security => {
            ("角色 renshi_scoped 略過資料列安全。", "Row security does not hold for the role renshi_scoped.")
        }
        Some(role) if !role.member => {
            ("程式不能使用角色 renshi_scoped。", "The program may not become the role renshi_scoped.")
        }
        Some(_) => return Vec::new(),
    };
    one(true, zh, en)
}

fn database_trust(facts: &Facts) -> Vec<Text> {
    one(
        facts.standing.trusts_network == Some(true),
        "資料庫對某些網路來源不要求任何證明（trust）。",
        "The database lets some of the network in without any proof (trust).",
    )
}

fn database_password(facts: &Facts) -> Vec<Text> {
    let weak = facts.password_in_arguments && facts.database.as_deref().is_some_and(has_password);
    one(
        weak,
        "資料庫密碼寫在參數中，同一主機的人可從程序清單看到。",
        "The database password stands among the arguments, where everybody on this machine can read it.",
    )
}

fn clock(facts: &Facts) -> Vec<Text> {
    let seconds = facts.ahead_seconds;
    one(
        seconds.abs() > CLOCK_SECONDS_MAX,
        format!("資料庫時鐘與本機相差 {seconds} 秒。"),
        format!("The clocks of the database and of this machine differ by {seconds} seconds."),
    )
}

fn register_signs(facts: &Facts) -> Vec<Text> {
    facts.refusal.iter().cloned().collect()
}

fn register_year(facts: &Facts) -> Vec<Text> {
    let wanted = office_date(facts.now - Duration::days(OLD_SHARD_DAYS_MAX)).year();
    let old = facts.register_year.filter(|year| i32::from(*year) < wanted);
    let what = |year| {
        Text::new(
            format!("登錄簿仍登錄於 {year} 年（西元）之簿。"),
            format!("The register still runs under the year {year}."),
        )
    };
    old.map(what).into_iter().collect()
}

fn migrations(facts: &Facts) -> Vec<Text> {
    let (pending, unknown) = (&facts.standing.pending, &facts.standing.unknown);
    let pending = one(
        !pending.is_empty(),
        format!("尚未套用的資料庫更新：{}", pending.join(", ")),
        format!("Steps not applied to the database yet: {}", pending.join(", ")),
    );
    let unknown = one(
        !unknown.is_empty(),
        format!("資料庫比本程式新：{}", unknown.join(", ")),
        format!("The database is newer than this program: {}", unknown.join(", ")),
    );
    pending.into_iter().chain(unknown).collect()
}

fn card_authority(facts: &Facts) -> Vec<Text> {
    one(
        facts.own_card_authority,
        "卡片由平臺自己的憑證中心簽發：掌管平臺的人可以發出任何人的卡片。",
        "Cards are those of the platform's own authority: whoever runs the platform can make anybody's card.",
    )
}

fn revocation(facts: &Facts) -> Vec<Text> {
    one(
        !facts.revocation,
        "未設定卡片廢止查驗：遺失或停用的卡片仍可登入。",
        "Nothing says which cards were revoked: a lost card still signs in.",
    )
}

fn demo_data(facts: &Facts) -> Vec<Text> {
    one(
        facts.demo_authority,
        "資料夾由示範產生（示範憑證中心）。",
        "The data folder was made by a demonstration (its authority says so).",
    )
}

fn certificate_end(facts: &Facts) -> Vec<Text> {
    let soon = facts.certificates.iter().filter(|found| found.not_after < facts.now + Duration::days(RENEW_DAYS));
    let tell = |what: &str, on: time::Date| Text::new(format!("{what}：{on} 到期。"), format!("{what}: ends on {on}."));
    soon.map(|found| tell(&found.what, kernel::office_date(found.not_after))).collect()
}

fn certificate_weak(facts: &Facts) -> Vec<Text> {
    let weak = facts.certificates.iter().filter_map(|found| Some((found, found.weakness.as_ref()?)));
    weak.map(|(found, why)| Text::new(format!("{}：{why}", found.what), format!("{}: {why}", found.what))).collect()
}

fn ring_age(facts: &Facts) -> Vec<Text> {
    let Some(newest) = facts.ring.iter().map(|file| file.changed_at).max() else { return Vec::new() };
    let days = (facts.now - newest).whole_days();
    one(
        days > RING_DAYS_MAX,
        format!("最新的金鑰環金鑰已使用 {days} 天。"),
        format!("The newest key of the ring is {days} days old."),
    )
}

fn card_fragment(facts: &Facts) -> Vec<Text> {
    let tell = |name: &String| {
        Text::new(
            format!("{name}：憑證未載明持卡人身分，登記碼不能證明卡片屬於本人，不予登記。"),
            format!("{name}: nothing in the cards says whose they are, so no code registers them."),
        )
    };
    facts.cards_without_fragment.iter().map(tell).collect()
}

fn machine_revocation(facts: &Facts) -> Vec<Text> {
    one(
        facts.unrevoked_machines,
        "介接系統之憑證未查驗廢止。",
        "Nothing says which machine certificates of partners were revoked.",
    )
}

fn root(facts: &Facts) -> Vec<Text> {
    one(facts.uid == 0, "以 root 執行。", "Running as root.")
}

fn core_dumps(facts: &Facts) -> Vec<Text> {
    one(
        facts.core_limit != "0",
        "當機時記憶體內容（含金鑰與個人資料）會寫入磁碟。",
        "After a crash the memory, keys and personal data included, is written to disk.",
    )
}

fn log_level(facts: &Facts) -> Vec<Text> {
    let detailed = ["debug", "trace"].iter().any(|level| facts.log_filter.to_ascii_lowercase().contains(level));
    let filter = &facts.log_filter;
    one(
        detailed,
        format!("紀錄層級為 {filter}，程式庫可能寫出內容。"),
        format!("The log level is {filter}: libraries may write contents."),
    )
}

fn fonts(facts: &Facts) -> Vec<Text> {
    let Some(fault) = &facts.fonts else { return Vec::new() };
    one(true, format!("缺少字型，無法產製公文：{fault}"), format!("Fonts are missing, papers cannot be made: {fault}"))
}
