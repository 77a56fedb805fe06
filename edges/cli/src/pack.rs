//! `renshi pack`: the files with which `renshi verify --pack` answers without a network.
//!
//! In the folder every file but `pack.json` keeps its bytes for ever: tiles have their width in their name, and the status file is
//! named after its snapshot. `pack.json` is written last, in one step; whoever reads meanwhile finds the old pack or the new one.

use crate::{
    Failure,
    args::{Pack as Arguments, PackAct, PackFetch},
};
use monitor::Source;
use objects::{Objects, Place};
use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    process::ExitCode,
};
use tlog::{
    hash::sha256,
    pack::{INDEX_FILE, Pack, PackError, PackIndex},
    policy::Policy,
    tile::{TILE_WIDTH, TilePath},
};

/// How often a pack is fetched anew when the log moved in between.
const TRIES: usize = 4;

/// Exit code when nothing can be decided, and the old pack stays.
const UNDECIDED: u8 = 2;

type Files = BTreeMap<String, Vec<u8>>;

/// Does what is asked: exit 0 the pack is up to date, 1 what was served is false, 2 it cannot be fetched now.
pub async fn run(arguments: Arguments) -> Result<ExitCode, Failure> {
    let PackAct::Fetch(fetch) = arguments.act;
    match bring(&fetch).await {
        Ok(words) => {
            println!("{words}");
            Ok(ExitCode::SUCCESS)
        }
        Err(Fault::Kept { words, is_false }) => {
            eprintln!("renshi: {words}; the pack in `{}` was left as it is", fetch.into.display());
            Ok(ExitCode::from(if is_false { 1 } else { UNDECIDED }))
        }
        Err(Fault::Other(failure)) => Err(failure),
    }
}

enum Fault {
    Kept { words: String, is_false: bool },
    Other(Failure),
}

impl<E: Into<Failure>> From<E> for Fault {
    fn from(error: E) -> Self {
        Self::Other(error.into())
    }
}

fn kept(error: &PackError) -> Fault {
    Fault::Kept { words: error.to_string(), is_false: !error.undecided }
}

fn undecided(words: impl ToString) -> Fault {
    Fault::Kept { words: words.to_string(), is_false: false }
}

async fn bring(fetch: &PackFetch) -> Result<String, Fault> {
    let text = std::fs::read_to_string(&fetch.policy)
        .map_err(|error| undecided(format!("`{}` cannot be read: {error}", fetch.policy.display())))?;
    let policy: Policy =
        text.parse().map_err(|error| undecided(format!("`{}` is no policy: {error}", fetch.policy.display())))?;
    let source = Source::open(&fetch.log).map_err(undecided)?;
    let folder = Objects::open(&Place::Folder(fetch.into.clone()))?;
    let files = download(&source, &folder).await?;
    let new = Pack::open(|file| files.get(file).cloned(), &policy).map_err(|error| kept(&error))?;
    if let Ok(old) = open(&fetch.into, &policy) {
        let (size, was) = (new.judged().checkpoint.size, old.judged().checkpoint.size);
        if size < was {
            return Err(undecided(format!("the log was served at {size} leaves, and the pack has {was}")));
        }
        if !new.continues(&old) {
            let words = "the log that is served is not the one of the pack: keep both and ask who runs it".to_owned();
            return Err(Fault::Kept { words, is_false: true });
        }
    }
    let bytes: usize = files.values().map(Vec::len).sum();
    write(&folder, files, &new).await?;
    let judged = new.judged();
    Ok(format!(
        "離線資料已更新 The pack is up to date: {} leaves of {}, {} of {} witnesses, status as of {}, {bytes} bytes",
        judged.checkpoint.size,
        judged.checkpoint.origin,
        judged.cosigned.len(),
        policy.witnesses().count(),
        seal::code_verdict::moment(new.as_of_ms()),
    ))
}

/// All files of one moment. The status file stands at one address: if it is newer than the beginning, that is fetched once more.
async fn download(source: &Source, folder: &Objects) -> Result<Files, Fault> {
    for _ in 0..TRIES {
        let mut files = Files::new();
        let bytes = source.need(INDEX_FILE).await.map_err(undecided)?;
        let Some(index) = std::str::from_utf8(&bytes).ok().and_then(PackIndex::parse) else {
            return Err(Fault::Kept { words: "`pack.json` is not in canonical form".to_owned(), is_false: true });
        };
        let Some((tiles, status)) = index.files() else { return Err(undecided("its checkpoint cannot be read")) };
        for path in tiles {
            files.insert(path.to_string(), tile(source, folder, path).await?);
        }
        let bits = source.get(&status).await.map_err(undecided)?.unwrap_or_default();
        let fits = index.status.as_ref().is_none_or(|placed| placed.leaf.commitment == sha256(&bits));
        files.insert(status, bits);
        files.insert(INDEX_FILE.to_owned(), bytes);
        if fits {
            return Ok(files);
        }
    }
    Err(undecided("the status file did not fit the rest: try again"))
}

/// A tile: a full one never changes and may be here already; where an unfinished one is gone, it is the beginning of the full one.
async fn tile(source: &Source, folder: &Objects, path: TilePath) -> Result<Vec<u8>, Fault> {
    let (text, width) = (path.to_string(), usize::from(path.width));
    if width == TILE_WIDTH
        && let Some(object) = folder.get(&text).await?
    {
        return Ok(object.bytes);
    }
    if let Some(bytes) = source.get(&text).await.map_err(undecided)? {
        return Ok(bytes);
    }
    let full = TilePath { width: 256, ..path };
    let mut bytes = source.need(&full.to_string()).await.map_err(undecided)?;
    bytes.truncate(width * 32);
    Ok(bytes)
}

async fn write(folder: &Objects, mut files: Files, pack: &Pack) -> Result<(), Fault> {
    let index = files.remove(INDEX_FILE).unwrap_or_default();
    let mut names = BTreeSet::new();
    for (file, bytes) in files {
        let name = if file.starts_with("status/") { status_name(pack.snapshot_index()) } else { file };
        folder.put(&name, bytes).await?;
        names.insert(name);
    }
    folder.put(INDEX_FILE, index).await?;
    // What no pack speaks of any more.
    let old_status = folder.list("status").await?.into_iter().map(|name| format!("status/{name}"));
    for name in old_status.filter(|name| !names.contains(name)).collect::<Vec<_>>() {
        folder.remove(&name).await?;
    }
    Ok(())
}

fn status_name(index: u64) -> String {
    format!("status/{index}.bits")
}

/// Opens the pack in a folder. A folder with the public files of a log is one too.
pub fn open(folder: &Path, policy: &Policy) -> Result<Pack, PackError> {
    let read = |file: &str| std::fs::read(folder.join(file)).ok();
    let index = read(INDEX_FILE).and_then(|bytes| PackIndex::parse(std::str::from_utf8(&bytes).ok()?));
    let status = index.and_then(|index| index.status).map(|placed| status_name(placed.index));
    let own = |file: &str| status.as_deref().filter(|_| file.starts_with("status/")).and_then(read);
    Pack::open(|file| own(file).or_else(|| read(file)), policy)
}
