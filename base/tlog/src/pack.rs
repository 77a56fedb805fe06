//! The level-1 pack: the few files with which a verifier answers without a network (`docs/verification.md`, section 11).
//!
//! Every entry of a level 1 tile is the root over 256 leaves; together with the unfinished tile of level 0 they lead to the root of
//! a checkpoint. Eight hashes then lead from a leaf to an entry, and the status file says what became of the order.

use crate::{
    checkpoint::{Checkpoint, year_number, year_of},
    hash::Hash,
    issuer::Statement,
    leaf::{Kind, Leaf},
    policy::{JudgeError, Judged, Policy},
    status::{StatusBits, StatusFile},
    tile::{TILE_WIDTH, TilePath, root_over, split_hashes, tiles_of},
    tree::{root_from_inclusion, verify_inclusion},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as B64U};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Name of the file that begins a pack.
pub const INDEX_FILE: &str = "pack.json";
/// Hashes from a leaf to its entry in a level 1 tile.
pub const PATH_HASHES: usize = 8;
const FORMAT: &str = "renshi-pack/1";

/// A leaf, its index and its audit path for the checkpoint of the pack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Placed {
    /// The leaf.
    pub leaf: Leaf,
    /// Its index.
    pub index: u64,
    /// RFC 6962 audit path.
    pub inclusion: Vec<Hash>,
}

/// A key statement and what fixes it in the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackIssuer {
    /// The statement.
    pub statement: Statement,
    /// Its signature by its own seal key.
    pub signature: [u8; 64],
    /// Its type 7 leaf.
    pub placed: Placed,
}

/// The file `pack.json`: what the tiles alone do not tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PackIndex {
    /// The signed note all paths lead to.
    pub checkpoint: String,
    /// The key statements in the order of their numbers.
    pub issuers: Vec<PackIssuer>,
    /// The leaf of the newest status snapshot; `None` before the first, or while it is beyond the checkpoint.
    pub status: Option<Placed>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    checkpoint: String,
    format: String,
    issuers: Vec<IssuerMembers>,
    status: Option<PlacedMembers>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct IssuerMembers {
    inclusion: Vec<String>,
    index: u64,
    leaf: String,
    signature: String,
    statement: String,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct PlacedMembers {
    inclusion: Vec<String>,
    index: u64,
    leaf: String,
}

impl PackIndex {
    /// The file.
    #[must_use]
    pub fn canonical(&self) -> String {
        let texts = |hashes: &[Hash]| hashes.iter().map(|hash| B64U.encode(hash)).collect();
        let file = File {
            checkpoint: self.checkpoint.clone(),
            format: FORMAT.to_owned(),
            issuers: self
                .issuers
                .iter()
                .map(|PackIssuer { statement, signature, placed }| IssuerMembers {
                    inclusion: texts(&placed.inclusion),
                    index: placed.index,
                    leaf: B64U.encode(placed.leaf.encode()),
                    signature: B64U.encode(signature),
                    statement: B64U.encode(statement.canonical()),
                })
                .collect(),
            status: self.status.as_ref().map(|placed| PlacedMembers {
                inclusion: texts(&placed.inclusion),
                index: placed.index,
                leaf: B64U.encode(placed.leaf.encode()),
            }),
        };
        serde_json_canonicalizer::to_string(&file).expect("texts and whole numbers always have a canonical form")
    }

    /// Reads the file. `None` unless it is canonical, byte for byte.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let file: File = serde_json::from_str(text).ok().filter(|file: &File| file.format == FORMAT)?;
        let mut issuers = Vec::with_capacity(file.issuers.len());
        for members in &file.issuers {
            let statement = String::from_utf8(B64U.decode(&members.statement).ok()?).ok()?;
            issuers.push(PackIssuer {
                statement: Statement::parse(&statement).ok()?,
                signature: B64U.decode(&members.signature).ok()?.try_into().ok()?,
                placed: Placed::read(&members.leaf, members.index, &members.inclusion)?,
            });
        }
        let status = match &file.status {
            Some(members) => Some(Placed::read(&members.leaf, members.index, &members.inclusion)?),
            None => None,
        };
        let index = Self { checkpoint: file.checkpoint, issuers, status };
        (index.canonical() == text).then_some(index)
    }

    /// The other files of the pack: its tiles and the status file. `None` if the checkpoint cannot be read.
    #[must_use]
    pub fn files(&self) -> Option<(Vec<TilePath>, String)> {
        let checkpoint = Checkpoint::read_unverified(&self.checkpoint).ok()?;
        Some((tiles(checkpoint.size).collect(), status_path(&checkpoint)))
    }
}

impl Placed {
    fn read(leaf: &str, index: u64, inclusion: &[String]) -> Option<Self> {
        let hash = |text: &String| B64U.decode(text).ok()?.try_into().ok();
        let leaf = Leaf::decode(&B64U.decode(leaf).ok()?).ok()?;
        Some(Self { leaf, index, inclusion: inclusion.iter().map(hash).collect::<Option<_>>()? })
    }

    fn is_in(&self, checkpoint: &Checkpoint) -> bool {
        verify_inclusion(&self.leaf.hash(), self.index, checkpoint.size, &self.inclusion, &checkpoint.root)
    }
}

/// The tiles of a pack: level 1, and the unfinished one of level 0.
fn tiles(size: u64) -> impl Iterator<Item = TilePath> {
    let wanted = |path: &TilePath| match path.level {
        Some(0) => usize::from(path.width) < TILE_WIDTH,
        level => level == Some(1),
    };
    tiles_of(size).filter(wanted)
}

fn status_path(checkpoint: &Checkpoint) -> String {
    format!("status/{}.bits", year_of(&checkpoint.origin).unwrap_or("0000"))
}

/// Why a folder is not a pack to answer from.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{file}` of the pack: {reason}")]
pub struct PackError {
    /// Which file.
    pub file: String,
    /// What is wrong.
    pub reason: String,
    /// Whether nothing can be decided (a file is missing, no trusted key, too few witnesses), rather than something being false.
    pub undecided: bool,
}

/// A pack that was read and found right.
#[derive(Clone, Debug)]
pub struct Pack {
    judged: Judged,
    /// Entries of the level 1 tiles: roots over 256 leaves each.
    tops: Vec<Hash>,
    /// Hashes of the leaves after those.
    rest: Vec<Hash>,
    issuers: BTreeMap<u16, Statement>,
    snapshot: Placed,
    bits: StatusBits,
}

/// Whether a leaf is in the log of a pack.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Inclusion {
    /// It is.
    Held,
    /// Another leaf stands at its index.
    Other,
    /// The log of the pack does not reach so far.
    Beyond,
    /// Its tile is full, and the eight hashes are not at hand.
    WithoutPath,
}

impl Pack {
    /// Opens the pack whose files `read` gives, by `policy`: checkpoint and quorum, root, key statements and status file.
    ///
    /// # Errors
    /// The first file that is missing or wrong.
    pub fn open(read: impl Fn(&str) -> Option<Vec<u8>>, policy: &Policy) -> Result<Self, PackError> {
        let need =
            |file: &str| read(file).ok_or_else(|| PackError { undecided: true, ..wrong(file, "it is not there") });
        let text = String::from_utf8(need(INDEX_FILE)?).map_err(|_| wrong(INDEX_FILE, "it is not text"))?;
        let index = PackIndex::parse(&text).ok_or_else(|| wrong(INDEX_FILE, "it is not in canonical form"))?;
        let judged = judge(&index.checkpoint, policy)?;
        let checkpoint = &judged.checkpoint;
        let (mut tops, mut rest) = (Vec::new(), Vec::new());
        for path in tiles(checkpoint.size) {
            let file = path.to_string();
            let hashes = split_hashes(&need(&file)?).filter(|hashes| hashes.len() == usize::from(path.width));
            let hashes = hashes.ok_or_else(|| wrong(&file, "it is not a tile of its width"))?;
            if path.level == Some(0) { rest = hashes } else { tops.extend(hashes) }
        }
        if root_over(&tops, &rest) != checkpoint.root {
            return Err(wrong("tile/1", "its tiles do not lead to the root that is signed"));
        }
        let issuers = read_issuers(&index, checkpoint)?;
        let snapshot = index.status.ok_or_else(|| PackError {
            undecided: true,
            ..wrong(INDEX_FILE, "it has no status snapshot: fetch it a little later")
        })?;
        let file = status_path(checkpoint);
        let bits = need(&file)?;
        let year = year_number(&checkpoint.origin).unwrap_or(0);
        let status = StatusFile::open(&bits, &snapshot.leaf.commitment, year, snapshot.index);
        let held = snapshot.leaf.kind == Kind::Status && snapshot.is_in(checkpoint);
        let Some(status) = status.filter(|_| held) else {
            return Err(wrong(&file, "it is not the one that the register holds"));
        };
        let bits = status.into_parts().1.bits;
        Ok(Self { tops, rest, issuers, snapshot, bits, judged })
    }

    /// Who signed and cosigned what.
    #[must_use]
    pub const fn judged(&self) -> &Judged {
        &self.judged
    }

    /// The key statement with this number.
    #[must_use]
    pub fn issuer(&self, number: u16) -> Option<&Statement> {
        self.issuers.get(&number)
    }

    /// Time of the status snapshot, milliseconds since 1970 UTC: states are known as of then.
    #[must_use]
    pub const fn as_of_ms(&self) -> u64 {
        self.snapshot.leaf.time_ms
    }

    /// The two bits of the order whose leaf is at `index`; `None` if the leaf is newer than the snapshot. There is no correction of
    /// such an order in the log, because every correction is followed by a snapshot.
    #[must_use]
    pub fn bits(&self, index: u64) -> Option<u8> {
        (index < self.snapshot.index).then(|| self.bits.get(index))
    }

    /// Whether a log that was like `old` can have become this one, as far as two packs tell.
    #[must_use]
    pub fn continues(&self, old: &Self) -> bool {
        let (new, was) = (&self.judged.checkpoint, &old.judged.checkpoint);
        let same = new.size > was.size || new.root == was.root;
        same && new.origin == was.origin && new.size >= was.size && self.tops.starts_with(&old.tops)
    }

    /// Index of the leaf of the status snapshot.
    #[must_use]
    pub const fn snapshot_index(&self) -> u64 {
        self.snapshot.index
    }

    /// Whether the leaf with this hash stands at `index`. `path` leads to the entry of a level 1 tile; without it only a leaf of the
    /// unfinished tile can be found.
    #[must_use]
    pub fn inclusion(&self, leaf: &Hash, index: u64, path: Option<&[Hash; PATH_HASHES]>) -> Inclusion {
        let place = |at: u64| usize::try_from(at).unwrap_or(usize::MAX);
        let held = |held: bool| if held { Inclusion::Held } else { Inclusion::Other };
        match (self.tops.get(place(index / 256)), path) {
            (Some(top), Some(path)) => held(root_from_inclusion(leaf, index % 256, 256, path).as_ref() == Some(top)),
            (Some(_), None) => Inclusion::WithoutPath,
            (None, None) if index < self.judged.checkpoint.size => {
                held(self.rest.get(place(index % 256)) == Some(leaf))
            }
            (None, _) => Inclusion::Beyond,
        }
    }
}

fn wrong(file: &str, reason: impl ToString) -> PackError {
    PackError { file: file.to_owned(), reason: reason.to_string(), undecided: false }
}

fn judge(note: &str, policy: &Policy) -> Result<Judged, PackError> {
    let undecided = |reason: &dyn ToString| PackError { undecided: true, ..wrong("checkpoint", reason.to_string()) };
    match policy.judge(note) {
        Ok(judged) if judged.quorum_met => Ok(judged),
        Ok(_) => Err(undecided(&"the witnesses that the policy asks for have not cosigned it")),
        Err(error @ JudgeError::UnknownLog) => Err(undecided(&error)),
        Err(error) => Err(wrong("checkpoint", error)),
    }
}

fn read_issuers(index: &PackIndex, checkpoint: &Checkpoint) -> Result<BTreeMap<u16, Statement>, PackError> {
    let mut issuers = BTreeMap::new();
    for PackIssuer { statement, signature, placed } in &index.issuers {
        let number = statement.issuer;
        statement.check_leaf(&placed.leaf, signature).map_err(|error| wrong(INDEX_FILE, error))?;
        if !placed.is_in(checkpoint) || issuers.last_key_value().is_some_and(|(last, _)| *last >= number) {
            return Err(wrong(INDEX_FILE, format!("key statement {number} is not in the register, or out of order")));
        }
        issuers.insert(number, statement.clone());
    }
    Ok(issuers)
}
