//! A page in a folder: to be printed, put into the gazette, kept in an archive.

use crate::{
    error::Away,
    payload::{Head, hex},
    sink::{Answer, Confirmed, Kind, Seen, Sink},
};
use serde_json::{Value, json};
use std::{
    fs::{self, File},
    io::Write as _,
    path::{Path, PathBuf},
    time::Duration,
};
use time::{OffsetDateTime, UtcOffset, format_description::well_known::Rfc3339};

/// Writes one page for each anchored checkpoint.
#[derive(Clone, Debug)]
pub struct FileSink {
    name: String,
    folder: PathBuf,
}

impl FileSink {
    /// A sink that writes into this folder.
    #[must_use]
    pub fn new(name: String, folder: PathBuf) -> Self {
        Self { name, folder }
    }
}

/// The page: everything one needs to compare a copy of the register with it, in characters that can be read out.
#[must_use]
pub(crate) fn page(head: &Head, at: OffsetDateTime) -> String {
    let taipei = at.to_offset(UtcOffset::from_hms(8, 0, 0).expect("eight hours"));
    let (year, month, day) = (taipei.year(), u8::from(taipei.month()), taipei.day());
    let line = |label: &str, value: &str| format!("{label}\n    {value}\n");
    [
        "登錄簿公告　Notice of the register\n\n".to_owned(),
        line("登錄簿 Register", &head.origin),
        line("筆數 Entries", &head.size.to_string()),
        line("樹根 Root (SHA-256, RFC 6962)", &groups(&head.root)),
        line("日期 Date", &format!("中華民國{}年{month}月{day}日　{year:04}-{month:02}-{day:02}", year - 1911)),
        line("核對碼 Check", &groups(&head.check_hash())),
        "\n核對碼為「TLA1」、登錄簿名稱 SHA-256 的前 20 位元組、筆數（8 位元組）與樹根相連後的 SHA-256。\n".to_owned(),
        "The check is SHA-256 of \"TLA1\", the first 20 bytes of SHA-256 of the register's name, the entries (8 bytes) and the root.\n"
            .to_owned(),
    ]
    .concat()
}

/// Hexadecimal in groups of four, eight groups to a line.
fn groups(bytes: &[u8]) -> String {
    let lines = bytes.chunks(16).map(|line| line.chunks(2).map(hex).collect::<Vec<_>>().join(" "));
    lines.collect::<Vec<_>>().join("\n    ")
}

/// A file name of an origin: letters, digits, points and hyphens as they are.
fn file_name(head: &Head) -> String {
    let plain = |c: char| if c.is_ascii_alphanumeric() || matches!(c, '.' | '-') { c } else { '_' };
    format!("{}-{}.txt", head.origin.chars().map(plain).collect::<String>(), head.size)
}

/// Whole or not at all: a new file is written beside, then takes its name, and both are on the disk when this returns.
fn write_whole(folder: &Path, name: &str, text: &str) -> std::io::Result<()> {
    fs::create_dir_all(folder)?;
    let beside = folder.join(format!(".{name}.new"));
    let mut file = File::create(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    // A crash here leaves the file beside, which the next attempt writes over.
    fs::rename(&beside, folder.join(name))?;
    // A crash here leaves the old folder or the new one; the anchor is confirmed only after this.
    File::open(folder)?.sync_all()
}

impl Sink for FileSink {
    fn name(&self) -> &str {
        &self.name
    }

    fn kind(&self) -> Kind {
        Kind::File
    }

    fn prepare<'a>(&'a self, head: &'a Head, now: OffsetDateTime) -> Answer<'a, Value> {
        Box::pin(async move {
            let at = now.format(&Rfc3339).map_err(|error| Away::new(error.to_string()))?;
            Ok(json!({ "file": file_name(head), "page": page(head, now), "written": at }))
        })
    }

    fn submit<'a>(&'a self, _head: &'a Head, kept: &'a Value, _now: OffsetDateTime) -> Answer<'a, Value> {
        Box::pin(async move {
            let (name, text) = (kept["file"].as_str().unwrap_or_default(), kept["page"].as_str().unwrap_or_default());
            write_whole(&self.folder, name, text)
                .map_err(|error| Away::new(format!("the page cannot be written: {error}")))?;
            Ok(kept.clone())
        })
    }

    fn check<'a>(&'a self, _head: &'a Head, kept: &'a Value, now: OffsetDateTime) -> Answer<'a, Seen> {
        Box::pin(async move {
            let name = kept["file"].as_str().unwrap_or_default();
            match fs::read_to_string(self.folder.join(name)) {
                Ok(text) if Some(text.as_str()) == kept["page"].as_str() => {
                    let time = kept["written"].as_str().and_then(|text| OffsetDateTime::parse(text, &Rfc3339).ok());
                    Ok(Seen::Confirmed(Confirmed {
                        evidence: kept.clone(),
                        place: name.to_owned(),
                        time: time.unwrap_or(now),
                    }))
                }
                _ => Ok(Seen::Again),
            }
        })
    }

    fn poll(&self) -> Duration {
        Duration::from_secs(1)
    }
}
