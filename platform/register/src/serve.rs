//! What the public may fetch from the register, and the export that writes exactly that.

use crate::{
    erasure,
    error::Fault,
    log::{self, Head, Issuer},
    pack,
    shard::store::{key_events, status_file},
    store, witness,
};
use db::{Db, Tx};
use std::{fs, path::Path};
use tlog::checkpoint::year_of;
use tlog::erasure::Erasure;
use tlog::tile::{TilePath, bundle_entries, entries_of, tiles_of};

/// A public file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Resource {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Its media type.
    pub mime: &'static str,
    /// Whether these bytes will stand at this address for ever.
    pub immutable: bool,
}

impl Resource {
    fn text(text: String) -> Self {
        Self { bytes: text.into_bytes(), mime: "text/plain; charset=utf-8", immutable: false }
    }

    fn json(text: String, immutable: bool) -> Self {
        Self { bytes: text.into_bytes(), mime: "application/json", immutable }
    }

    const fn binary(bytes: Vec<u8>, immutable: bool) -> Self {
        Self { bytes, mime: "application/octet-stream", immutable }
    }
}

/// The public file at `path` (`checkpoint`, `tile/…`, `issuers/<n>.json`, `key-events/<index>.json`, `erasures/<id>.json`,
/// `status/<year>.bits`, `policy.txt`, `pack.json`), of a shard that is not the first below its year (`2027/checkpoint`); `None` if there is
/// none. Every instance on one database gives the same bytes.
///
/// # Errors
/// When there is no log or the database is away.
pub async fn resource(tx: &mut Tx, path: &str) -> Result<Option<Resource>, Fault> {
    let heads = log::heads(tx).await?;
    if heads.is_empty() {
        return Err(Fault::NoLog);
    }
    let later = heads.iter().skip(1).find_map(|head| Some((head, path.strip_prefix(&folder(head))?)));
    let (head, path) = later.unwrap_or((&heads[0], path));
    within(tx, head, path).await
}

/// The folder of a shard, with `/` at its end: its year, and nothing for the first.
#[must_use]
pub fn folder(head: &Head) -> String {
    let year = year_of(&head.checkpoint.origin).unwrap_or("0000");
    if head.shard == 0 { String::new() } else { format!("{year}/") }
}

/// The file of one shard, by its path in the folder.
pub(crate) async fn within(tx: &mut Tx, head: &Head, path: &str) -> Result<Option<Resource>, Fault> {
    let shard = head.shard;
    if let Ok(tile) = path.parse::<TilePath>() {
        let bytes = tile_bytes(tx, head, tile).await?;
        return Ok(bytes.map(|bytes| Resource::binary(bytes, true)));
    }
    if let Some(number) = path.strip_prefix("issuers/").and_then(|rest| rest.strip_suffix(".json")) {
        return issuer_file(tx, shard, number).await;
    }
    if let Some(index) = path.strip_prefix("key-events/").and_then(|rest| rest.strip_suffix(".json")) {
        let said = key_events(tx, shard).await?.into_iter().find(|(at, _)| at.to_string() == index);
        return Ok(said.map(|(_, statement)| Resource::json(statement, true)));
    }
    if let Some(id) = Erasure::id_of(path) {
        return Ok(erasure::file(tx, shard, &id).await?.map(|text| Resource::json(text, true)));
    }
    Ok(match path {
        "checkpoint" => Some(Resource::text(witness::cosigned_head(tx, shard).await?.note)),
        "policy.txt" => Some(Resource::text(witness::policy_text(tx, head).await?)),
        pack::FILE => pack::index(tx, shard).await?.map(|index| Resource::json(index.canonical(), false)),
        _ if path == status_path(head) => status_file(tx, shard).await?.map(|bits| Resource::binary(bits, false)),
        _ => None,
    })
}

/// Where the newest status snapshot of a shard is served, below its folder.
#[must_use]
pub fn status_path(head: &Head) -> String {
    format!("status/{}.bits", year_of(&head.checkpoint.origin).unwrap_or("0000"))
}

async fn tile_bytes(tx: &mut Tx, head: &Head, tile: TilePath) -> Result<Option<Vec<u8>>, Fault> {
    let shift = u32::from(tile.level.unwrap_or(0)) * 8;
    let there = head.checkpoint.size.checked_shr(shift).unwrap_or(0);
    let width = u64::from(tile.width);
    let end = tile.n.checked_mul(256).and_then(|start| start.checked_add(width));
    if end.is_none_or(|end| end > there) {
        return Ok(None);
    }
    let Some(level) = tile.level else {
        let entries = store::leaves_from(tx, head.shard, tile.n * 256, width).await?;
        let leaves: Vec<_> = entries.iter().map(|entry| entry.leaf.encode()).collect();
        return Ok(Some(bundle_entries(&leaves)));
    };
    let mut rows = store::tiles_fetch(tx, head.shard, &[(level, tile.n)]).await?;
    let (_, _, mut hashes) = rows.pop().ok_or_else(|| Fault::damaged(format!("`{tile}` is missing")))?;
    hashes.truncate(usize::from(tile.width) * 32);
    Ok(Some(hashes))
}

/// A key statement is served once its leaf is in the log: before that nobody could check it.
async fn issuer_file(tx: &mut Tx, shard: u16, number: &str) -> Result<Option<Resource>, Fault> {
    let Some(plain) = number.parse::<u16>().ok().filter(|plain| plain.to_string() == number) else {
        return Ok(None);
    };
    Ok(match log::issuer_in(tx, shard, plain).await? {
        Some(Issuer { statement, signature, entry: Some(_) }) => Some(Resource::json(statement.file(&signature), true)),
        _ => None,
    })
}

/// Every path that is served at one moment, partial tiles of the present size included.
async fn paths(tx: &mut Tx) -> Result<Vec<String>, Fault> {
    let mut all = Vec::new();
    for head in log::heads(tx).await? {
        let size = head.checkpoint.size;
        let mut paths =
            vec!["checkpoint".to_owned(), "policy.txt".to_owned(), status_path(&head), pack::FILE.to_owned()];
        paths.extend(tiles_of(size).chain(entries_of(size)).map(|tile| tile.to_string()));
        paths.extend(store::issuer_list(tx).await?.iter().map(|row| format!("issuers/{}.json", row.number)));
        paths.extend(key_events(tx, head.shard).await?.iter().map(|(index, _)| format!("key-events/{index}.json")));
        paths.extend(erasure::files(tx, head.shard).await?.iter().map(Erasure::path));
        let folder = folder(&head);
        all.extend(paths.into_iter().map(|path| format!("{folder}{path}")));
    }
    Ok(all)
}

/// Writes the log of one moment as a folder: the same bytes under the same names as [`resource`] gives. Returns how many files.
/// Files that stand there already are written over.
///
/// # Errors
/// When the database is away or a file cannot be written.
pub async fn export(db: &Db, dir: &Path) -> Result<usize, Fault> {
    let mut tx = db.begin().await?;
    store::freeze(&mut tx).await?;
    let mut written = 0;
    for path in paths(&mut tx).await? {
        if let Some(file) = resource(&mut tx, &path).await? {
            write_file(&dir.join(&path), &file.bytes)?;
            written += 1;
        }
    }
    Ok(written)
}

fn write_file(path: &Path, bytes: &[u8]) -> Result<(), Fault> {
    let parent = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(parent)
        .and_then(|()| fs::write(path, bytes))
        .map_err(|source| Fault::File { path: path.display().to_string(), source })
}
