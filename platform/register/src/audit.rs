//! The check of an exported log folder, without any database: what `renshi verify --log DIR` believes in.

use crate::log::Located;
use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::{Path, PathBuf},
};
use tlog::{
    checkpoint::{Checkpoint, year_number, year_of},
    erasure::Erasure,
    hash::Hash,
    issuer::{IssuerError, Statement},
    key_event::KeyEvent,
    leaf::{Entry, Id, LEAF_BYTES, Leaf, leaf_hash},
    note::Vkey,
    policy::{JudgeError, Judged, Log, Policy},
    shard::{LinkError, Links, check_follows, links},
    state::{Folded, State, fold},
    status::StatusFile,
    survey::Survey,
    tile::{TilePath, TileSet, entries_of, root_of, root_over, split_entries, split_hashes, tile_for},
    tree::{TreeError, inclusion_spans, nodes_of, prove},
};

/// Why a folder is not the log it says it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{file}`: {reason}")]
pub struct AuditError {
    /// The file, by its path in the folder.
    pub file: String,
    /// What is wrong with it.
    pub reason: String,
    /// Whether nothing can be decided (a file that cannot be read, a log without a trusted key), rather than something being false.
    pub undecided: bool,
}

impl AuditError {
    fn wrong(file: impl ToString, reason: impl ToString) -> Self {
        Self { file: file.to_string(), reason: reason.to_string(), undecided: false }
    }
}

/// A log folder that was read and found right. Keeps about 16 bytes a leaf; leaves themselves are read again from the folder when
/// asked for, and checked again.
#[derive(Debug)]
pub struct Audited {
    dir: PathBuf,
    note: String,
    judged: Judged,
    survey: Survey,
    bundle_roots: Vec<Hash>,
    issuers: BTreeMap<u16, (Statement, [u8; 64])>,
    /// The status file, if it could be read.
    status: Result<Vec<u8>, AuditError>,
    /// What its key events say of the shards before and after it.
    links: Links,
    /// The shard that follows, if it is in the folder.
    next: Option<Box<Audited>>,
}

/// Where an order stands, and why.
#[derive(Clone, Debug)]
pub struct Standing {
    /// The state of the order; `None` if no order was issued under the id.
    pub state: Option<State>,
    /// The events that count, in the order of the shards and their logs; the first is the issue.
    pub events: Vec<Located>,
}

/// Reads the policy of a folder. It says which key the folder claims, not which key is to be trusted.
///
/// # Errors
/// When there is none or it cannot be read.
pub fn policy_of(dir: &Path) -> Result<Policy, AuditError> {
    let text = read_text(dir, "policy.txt")?;
    text.parse().map_err(|error| AuditError::wrong("policy.txt", error))
}

/// Checks a log folder by `policy`: the signatures of the checkpoint and the quorum of witnesses, every entry and every tile up to the
/// root, times, key statements, and the status file against the fold of all events. Where the log is closed, the shard that follows is
/// checked too, in the folder of its year: under the keys that the closed one announces, and by the same witnesses. A folder without it
/// is an older copy.
///
/// # Errors
/// The first file that is missing or wrong.
pub fn audit(dir: &Path, policy: &Policy) -> Result<Audited, AuditError> {
    audit_shard(dir, "", policy, &[])
}

fn audit_shard(root: &Path, folder: &str, policy: &Policy, before: &[&Audited]) -> Result<Audited, AuditError> {
    let dir = root.join(folder);
    let named = |error: AuditError| AuditError { file: format!("{folder}{}", error.file), ..error };
    let note = read_text(&dir, "checkpoint").map_err(named)?;
    let mut audited = read_log(&dir, note, policy, before).map_err(named)?;
    if !audited.judged.quorum_met {
        let reason = "the witnesses that its policy asks for have not cosigned it";
        return Err(named(AuditError { undecided: true, ..AuditError::wrong("checkpoint", reason) }));
    }
    audited.check_status().map_err(named)?;
    let Some(folder) = audited.next_folder().filter(|folder| root.join(folder).join("checkpoint").exists()) else {
        return Ok(audited);
    };
    let announced = audited.links.next_keys().into_iter().map(|vkey| Log { vkey, url: None });
    let policy = policy.with_logs(policy.logs().iter().cloned().chain(announced).collect());
    let chain: Vec<&Audited> = before.iter().copied().chain([&audited]).collect();
    let next = audit_shard(root, &folder, &policy, &chain)?;
    audited.next = Some(Box::new(next));
    Ok(audited)
}

/// Checks the log in a folder up to the checkpoint `note`, as [`audit`] does, and leaves the status file to
/// [`Audited::check_status`], the quorum to [`Audited::judged`] and the shard that follows to the caller. `before` are the shards before
/// it, the first one first.
///
/// # Errors
/// The first file that is missing or wrong.
pub fn read_log(dir: &Path, note: String, policy: &Policy, before: &[&Audited]) -> Result<Audited, AuditError> {
    let judged = policy.judge(&note).map_err(|error| AuditError {
        undecided: error == JudgeError::UnknownLog,
        ..AuditError::wrong("checkpoint", error)
    })?;
    let origin = &judged.checkpoint.origin;
    let (year, number) = (year_of(origin).unwrap_or("0000").to_owned(), year_number(origin).unwrap_or(0));
    let earlier = before.last().map_or_else(Vec::new, |before| before.survey.sections());
    let mut audited = Audited {
        dir: dir.to_owned(),
        note,
        judged,
        survey: Survey::after(earlier, number),
        bundle_roots: Vec::new(),
        issuers: BTreeMap::new(),
        status: read(dir, &format!("status/{year}.bits")),
        links: Links::default(),
        next: None,
    };
    audited.read_entries()?;
    audited.read_links(before)?;
    audited.read_chains(before)?;
    audited.check_oddities()?;
    audited.read_issuers()?;
    Ok(audited)
}

impl Audited {
    /// Origin, size and root, as signed.
    #[must_use]
    pub const fn checkpoint(&self) -> &Checkpoint {
        &self.judged.checkpoint
    }

    /// Who signed and cosigned it.
    #[must_use]
    pub const fn judged(&self) -> &Judged {
        &self.judged
    }

    /// The signed note.
    #[must_use]
    pub fn note(&self) -> &str {
        &self.note
    }

    /// The key that signed it.
    #[must_use]
    pub const fn key(&self) -> &Vkey {
        &self.judged.log
    }

    /// Time of the newest leaf, in milliseconds since 1970 UTC: states are known as of then.
    #[must_use]
    pub const fn newest_ms(&self) -> u64 {
        self.survey.newest_ms()
    }

    /// The key statement with this number and its signature.
    #[must_use]
    pub fn issuer(&self, number: u16) -> Option<&(Statement, [u8; 64])> {
        self.issuers.get(&number)
    }

    /// Every key statement with its leaf, by number.
    pub fn key_statements(&self) -> impl Iterator<Item = (&Entry, &Statement)> {
        self.survey.keys().iter().filter_map(|(number, entry)| Some((entry, &self.issuers.get(number)?.0)))
    }

    /// The leaf of the newest status snapshot, whether or not its file could be read.
    #[must_use]
    pub const fn snapshot_leaf(&self) -> Option<&Entry> {
        self.survey.snapshot()
    }

    /// This shard and those that follow it, as far as they are at hand.
    pub fn shards(&self) -> impl Iterator<Item = &Self> {
        std::iter::successors(Some(self), |shard| shard.next.as_deref())
    }

    /// The newest shard at hand.
    #[must_use]
    pub fn newest(&self) -> &Self {
        self.shards().last().unwrap_or(self)
    }

    /// The shard of an origin, among this one and those that follow it.
    #[must_use]
    pub fn shard_of(&self, origin: &str) -> Option<&Self> {
        self.shards().find(|shard| shard.judged.checkpoint.origin == origin)
    }

    /// The same shard, with one that was read after it ([`read_log`]) as what follows it.
    #[must_use]
    pub fn followed_by(self, next: Self) -> Self {
        Self { next: Some(Box::new(next)), ..self }
    }

    /// What the log says of itself, each with the index of its leaf.
    ///
    /// # Errors
    /// When a statement was changed since it was checked.
    pub fn key_events(&self) -> Result<Vec<(u64, KeyEvent)>, AuditError> {
        let read = |entry: &Entry| {
            let file = format!("key-events/{}.json", entry.index);
            let wrong = |error| AuditError::wrong(&file, error);
            let event = KeyEvent::parse(&read_text(&self.dir, &file)?).map_err(wrong)?;
            event.check_leaf(&entry.leaf).map_err(wrong)?;
            Ok((entry.index, event))
        };
        self.survey.events().iter().map(read).collect()
    }

    /// The index from which on the leaves are its own, and not those of key statements that it took over.
    #[must_use]
    pub fn first_own(&self) -> u64 {
        let open = self.links.open.as_ref().and_then(|_| self.survey.events().first());
        open.map_or(0, |entry| entry.index)
    }

    /// What the key events say of the shards before and after it.
    #[must_use]
    pub const fn links(&self) -> &Links {
        &self.links
    }

    /// The folder of the shard that follows, with `/` at its end, below that of the first; `None` while this one is open.
    #[must_use]
    pub fn next_folder(&self) -> Option<String> {
        let year = year_of(&self.links.next.as_ref()?.next_origin)?;
        Some(format!("{year}/"))
    }

    /// The leaf of the newest status snapshot and the status file, where the log has one and the file could be read.
    #[must_use]
    pub fn snapshot(&self) -> Option<(&Entry, &[u8])> {
        self.survey.snapshot().zip(self.status.as_deref().ok())
    }

    /// What the status file says, where it is the one that the log commits to.
    #[must_use]
    pub fn status(&self) -> Option<StatusFile> {
        let (snapshot, bytes) = self.snapshot()?;
        let year = year_number(&self.judged.checkpoint.origin)?;
        StatusFile::open(bytes, &snapshot.leaf.commitment, year, snapshot.index)
    }

    /// The first leaf for which the status file says something else than the events before its snapshot: year of its shard, and index.
    #[must_use]
    pub fn withheld(&self) -> Option<(u16, u64)> {
        let (expected, said) = (self.survey.status()?, self.status()?);
        for section in expected.earlier().iter().chain([expected.own()]) {
            let Some(theirs) = said.of(section.year) else { continue };
            let pairs = section.bits.bytes().iter().zip(theirs.bits.bytes());
            if let Some((at, (a, b))) = (0_u64..).zip(pairs).find(|(_, (a, b))| a != b) {
                return Some((section.year, at * 4 + u64::from((a ^ b).trailing_zeros() / 2)));
            }
        }
        None
    }

    /// The leaves of bundle `n`: those from `n · 256` on, at most 256.
    ///
    /// # Errors
    /// When the entries were changed since they were checked.
    pub fn bundle(&self, n: u64) -> Result<Vec<Leaf>, AuditError> {
        let path = self.bundle_of(n * 256);
        let bytes = read_tile(&self.dir, path)?;
        let leaves = split_entries(&bytes).ok_or_else(|| AuditError::wrong(path, "not a bundle of leaves"))?;
        let hashes: Vec<Hash> = leaves.iter().map(|leaf| leaf_hash(leaf)).collect();
        let known = usize::try_from(n).ok().and_then(|n| self.bundle_roots.get(n));
        if known != Some(&root_of(&hashes)) {
            return Err(AuditError::wrong(path, "it was changed while it was being read"));
        }
        let leaves = leaves.into_iter().map(|leaf| Leaf::decode(leaf));
        leaves.collect::<Result<_, _>>().map_err(|error| AuditError::wrong(path, error))
    }

    /// The audit path of leaf `index`, for the checkpoint.
    ///
    /// # Errors
    /// When there is no such leaf, or a tile is gone since it was checked.
    pub fn inclusion(&self, index: u64) -> Result<Vec<Hash>, AuditError> {
        let size = self.judged.checkpoint.size;
        let wrong = |error: TreeError| AuditError::wrong("checkpoint", error);
        let spans = inclusion_spans(index, size).map_err(wrong)?;
        let mut tiles = TileSet::default();
        for (level, n) in spans.iter().flat_map(nodes_of).map(tile_for) {
            let width = u16::try_from(((size >> (u32::from(level) * 8)) - n * 256).min(256)).expect("at most 256");
            let path = TilePath { level: Some(level), n, width };
            let hashes = split_hashes(&read_tile(&self.dir, path)?);
            tiles.insert(level, n, hashes.ok_or_else(|| AuditError::wrong(path, "not a tile"))?);
        }
        prove(&spans, &|node| tiles.hash(node)).map_err(wrong)
    }

    /// The root over the first `size` leaves; `None` where the log has fewer.
    ///
    /// # Errors
    /// When the entries were changed since they were checked.
    pub fn root_at(&self, size: u64) -> Result<Option<Hash>, AuditError> {
        if size > self.judged.checkpoint.size {
            return Ok(None);
        }
        let (full, rest) = (size / 256, usize::try_from(size % 256).expect("below 256"));
        let rest: Vec<Hash> = match rest {
            0 => Vec::new(),
            rest => self.bundle(full)?.iter().take(rest).map(Leaf::hash).collect(),
        };
        let full = usize::try_from(full).expect("a log that was read fits into memory");
        Ok(Some(root_over(&self.bundle_roots[..full], &rest)))
    }

    /// The leaf at `index`; `None` outside the log.
    ///
    /// # Errors
    /// When the entries were changed since they were checked.
    pub fn leaf_at(&self, index: u64) -> Result<Option<Leaf>, AuditError> {
        if index >= self.judged.checkpoint.size {
            return Ok(None);
        }
        let at = usize::try_from(index % 256).expect("below 256");
        Ok(self.bundle(index / 256)?.get(at).copied())
    }

    /// Where the order `id` stands by this shard and those that follow it.
    ///
    /// # Errors
    /// When the entries were changed since they were checked.
    pub fn state_of(&self, id: &Id) -> Result<Standing, AuditError> {
        let mut entries = Vec::new();
        for (log, shard) in self.shards().zip(0_u16..) {
            entries.extend(log.events_of(id)?.into_iter().map(|entry| Located { shard, entry }));
        }
        let Some(Folded { state, counted }) = fold(entries.iter().map(|event| &event.leaf)) else {
            return Ok(Standing { state: None, events: vec![] });
        };
        Ok(Standing { state: Some(state), events: counted.into_iter().map(|at| entries[at]).collect() })
    }

    /// Every leaf under `id` in this shard, in the order of its log, those that do not count included.
    ///
    /// # Errors
    /// When the entries were changed since they were checked.
    pub fn events_of(&self, id: &Id) -> Result<Vec<Entry>, AuditError> {
        let mut entries = Vec::new();
        for index in self.survey.find(id) {
            entries.extend(self.leaf_at(index)?.map(|leaf| Entry { index, leaf }));
        }
        entries.retain(|entry| entry.leaf.id == *id);
        Ok(entries)
    }

    /// What a type 8 leaf of this shard says, where its folder has the statement that the leaf commits to. It proves itself by the leaf, so a copy is whole
    /// without it.
    #[must_use]
    pub fn erasure(&self, leaf: &Leaf) -> Option<Erasure> {
        let text = read_text(&self.dir, &Erasure::path(&leaf.id)).ok()?;
        Erasure::parse(&text).filter(|erasure| erasure.is_of(leaf))
    }

    fn bundle_of(&self, index: u64) -> TilePath {
        let n = index / 256;
        let width = u16::try_from((self.judged.checkpoint.size - n * 256).min(256)).expect("at most 256");
        TilePath { level: None, n, width }
    }

    fn read_entries(&mut self) -> Result<(), AuditError> {
        for path in entries_of(self.judged.checkpoint.size) {
            self.read_bundle(path)?;
        }
        for (level, n, hashes) in self.survey.edge().partial() {
            check_tile(&self.dir, level, n, hashes)?;
        }
        if self.survey.edge().root() == self.judged.checkpoint.root {
            Ok(())
        } else {
            Err(AuditError::wrong("checkpoint", "its root is not that of the entries"))
        }
    }

    fn read_bundle(&mut self, path: TilePath) -> Result<(), AuditError> {
        let bytes = read_tile(&self.dir, path)?;
        let leaves = split_entries(&bytes)
            .filter(|leaves| leaves.len() == usize::from(path.width))
            .ok_or_else(|| AuditError::wrong(path, format!("not a bundle of {} leaves", path.width)))?;
        let mut hashes = Vec::with_capacity(leaves.len());
        let mut found = Ok(());
        for bytes in leaves {
            let leaf = Leaf::decode(bytes).map_err(|error| AuditError::wrong(path, error))?;
            hashes.push(leaf_hash(bytes));
            self.survey.read(bytes, &leaf, |level, n, hashes| {
                if found.is_ok() {
                    found = check_tile(&self.dir, level, n, hashes);
                }
            });
        }
        self.bundle_roots.push(root_of(&hashes));
        found
    }

    fn read_chains(&mut self, before: &[&Self]) -> Result<(), AuditError> {
        for chain in self.survey.chains() {
            let mut entries = Vec::with_capacity(chain.len());
            for index in chain {
                entries.extend(self.leaf_at(index)?.map(|leaf| Entry { index, leaf }));
            }
            let ids: BTreeSet<Id> = entries.iter().map(|entry| entry.leaf.id).collect();
            let mut earlier = Vec::new();
            for (at, shard) in before.iter().enumerate() {
                for id in &ids {
                    earlier.extend(shard.events_of(id)?.into_iter().map(|entry| (at, entry)));
                }
            }
            self.survey.read_chain_after(&earlier, &entries);
        }
        Ok(())
    }

    /// The key events of the log itself, and whether it follows the shard before it.
    fn read_links(&mut self, before: &[&Self]) -> Result<(), AuditError> {
        let name = |index: u64| format!("key-events/{index}.json");
        let statement = |index| read_text(&self.dir, &name(index)).map(Some);
        let found = links(&self.survey, &self.judged.checkpoint.origin, statement)?;
        self.links = found.map_err(|(index, error)| AuditError::wrong(name(index), error))?;
        match (before.last(), &self.links.open) {
            (None, None) => Ok(()),
            (None, Some(open)) => {
                let reason = format!("the log follows `{}`, which must be read before it", open.origin);
                Err(AuditError { undecided: true, ..AuditError::wrong("checkpoint", reason) })
            }
            (Some(old), _) => {
                let ended = (&old.survey, &old.links, &old.judged.checkpoint);
                let begun = (&self.survey, &self.links, self.judged.checkpoint.origin.as_str());
                check_follows(ended, begun).map_err(|error: LinkError| AuditError::wrong("checkpoint", error))
            }
        }
    }

    fn check_oddities(&self) -> Result<(), AuditError> {
        match self.survey.oddities().iter().find(|(_, oddity)| oddity.breaks_the_log()) {
            Some((index, oddity)) => Err(AuditError::wrong(self.bundle_of(*index), oddity.sentence(*index))),
            None => Ok(()),
        }
    }

    fn read_issuers(&mut self) -> Result<(), AuditError> {
        for (number, entry) in self.survey.keys() {
            let file = format!("issuers/{number}.json");
            let text = read_text(&self.dir, &file)?;
            let (statement, signature) =
                Statement::parse_file(&text).map_err(|error| AuditError::wrong(&file, error))?;
            statement.check_leaf(&entry.leaf, &signature).map_err(|error| AuditError::wrong(&file, error))?;
            // A replaced statement has the lower number, so it was read before.
            let old = self.survey.replaced().iter().find(|(_, by)| *by == number).map(|(old, _)| old);
            match (statement.replaces, old.and_then(|old| self.issuers.get(old))) {
                (None, None) => {}
                (_, Some((old, _))) => {
                    statement.check_succession(old).map_err(|error| AuditError::wrong(&file, error))?;
                }
                (Some(_), None) => return Err(AuditError::wrong(&file, IssuerError::Succession)),
            }
            self.issuers.insert(*number, (statement, signature));
        }
        Ok(())
    }

    /// Checks the status file against its leaf and against the events.
    ///
    /// # Errors
    /// When it cannot be read, is not the one the log commits to, or does not say what the events say.
    pub fn check_status(&self) -> Result<(), AuditError> {
        let Some(snapshot) = self.survey.snapshot() else { return Ok(()) };
        let bytes = self.status.as_ref().map_err(Clone::clone)?;
        let file = format!("status/{}.bits", year_of(&self.judged.checkpoint.origin).unwrap_or("0000"));
        if self.status().is_none() {
            return Err(AuditError::wrong(file, format!("it is not what leaf {} commits to", snapshot.index)));
        }
        match self.survey.status() {
            Some(expected) if expected.bytes() == *bytes => Ok(()),
            _ => Err(AuditError::wrong(file, "it does not say what the events say")),
        }
    }
}

fn read(dir: &Path, file: &str) -> Result<Vec<u8>, AuditError> {
    fs::read(dir.join(file)).map_err(|error| AuditError {
        file: file.to_owned(),
        reason: format!("cannot be read: {error}"),
        undecided: true,
    })
}

fn read_text(dir: &Path, file: &str) -> Result<String, AuditError> {
    String::from_utf8(read(dir, file)?).map_err(|_| AuditError::wrong(file, "not UTF-8"))
}

/// A tile or bundle. Where a partial one is gone because the log grew after its checkpoint was taken, the full one begins with it.
fn read_tile(dir: &Path, path: TilePath) -> Result<Vec<u8>, AuditError> {
    let partial = read(dir, &path.to_string());
    if partial.is_ok() || path.width == 256 {
        return partial;
    }
    let Ok(mut full) = read(dir, &TilePath { width: 256, ..path }.to_string()) else { return partial };
    let each = if path.level.is_some() { 32 } else { LEAF_BYTES + 2 };
    full.truncate(usize::from(path.width) * each);
    Ok(full)
}

fn check_tile(dir: &Path, level: u8, n: u64, hashes: &[Hash]) -> Result<(), AuditError> {
    let width = u16::try_from(hashes.len()).expect("at most 256");
    let path = TilePath { level: Some(level), n, width };
    if read_tile(dir, path)? == hashes.as_flattened() {
        Ok(())
    } else {
        Err(AuditError::wrong(path, "its hashes are not those of the entries"))
    }
}
