//! Reading a whole log again, leaf by leaf, as anybody outside can: what the checker of a database and that of an exported
//! folder have in common. It shares nothing with the sequencer but the formats.

use crate::{
    hash::{Hash, ZERO},
    leaf::{Entry, Id, Kind, LEAF_BYTES, Leaf, by_id, leaf_hash},
    state::{Folded, State, fold},
    status::{Section, StatusBits, StatusFile},
    tile::Edge,
};
use std::collections::{BTreeMap, btree_map};

/// Something that a leaf should not be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Oddity {
    /// Its time is before that of the leaf before it.
    TimeRunsBack,
    /// A snapshot whose `prev` is not the snapshot before it.
    SnapshotChain,
    /// A digest whose `prev` is not the digest before it.
    DigestChain,
    /// A key event of the log whose `prev` is not the one before it.
    EventChain,
    /// A second type 7 leaf for one issuer number.
    IssuerTwice,
    /// A type 7 leaf whose `prev` is not the one before it with the same id.
    IssuerChain,
    /// A leaf under an issuer number that an earlier type 7 leaf replaced.
    IssuerReplaced,
    /// Its issuer has no type 7 leaf before it.
    IssuerUnknown,
    /// It does not count: its `prev` is not the event before it, or it carries no authority.
    DoesNotCount,
}

impl Oddity {
    /// The sentence for leaf `index`.
    #[must_use]
    pub fn sentence(self, index: u64) -> String {
        let what = match self {
            Self::TimeRunsBack => "its time is before that of the leaf before it",
            Self::SnapshotChain => "its `prev` is not the snapshot before it",
            Self::DigestChain => "its `prev` is not the digest before it",
            Self::EventChain => "its `prev` is not the key event of the log before it",
            Self::IssuerTwice => "it is a second key event for one issuer number",
            Self::IssuerChain => "it does not follow the key event before it of the same authority",
            Self::IssuerReplaced => "the keys of its issuer had been replaced before it",
            Self::IssuerUnknown => "no key event for its issuer stands before it",
            Self::DoesNotCount => "it does not follow the event before it on its order, so it does not count",
        };
        format!("leaf {index}: {what}")
    }

    /// Whether the log as a whole is false because of it; the others only make one leaf worthless.
    #[must_use]
    pub const fn breaks_the_log(self) -> bool {
        !matches!(self, Self::IssuerUnknown | Self::DoesNotCount)
    }
}

/// What is known after reading the leaves one by one. About 16 bytes of memory a leaf.
#[derive(Debug, Default)]
pub struct Survey {
    edge: Edge,
    newest_ms: u64,
    /// Eight bytes of every id and the index: enough to find the few leaves that must be read again.
    ids: Vec<([u8; 8], u64)>,
    /// Leaves that are not a plain first issue, ascending.
    followers: Vec<u64>,
    snapshot: Option<Entry>,
    /// Leaf hash of the newest digest.
    digest: Option<Hash>,
    keys: BTreeMap<u16, Entry>,
    /// Key events in which the log itself speaks.
    events: Vec<Entry>,
    /// For each of them the root over the leaves before it.
    event_roots: Vec<Hash>,
    /// The newest type 7 leaf of each authority, by its id: number and leaf hash.
    authorities: BTreeMap<Id, (u16, Hash)>,
    /// Numbers that were replaced, and by which.
    replaced: BTreeMap<u16, u16>,
    oddities: Vec<(u64, Oddity)>,
    /// Orders that are not valid, as the newest snapshot must say and as the last leaf leaves them.
    corrected: Vec<(Place, State)>,
    ended: Vec<(Place, State)>,
    year: u16,
    /// The shards before this one.
    earlier: Vec<Section>,
}

/// Where the issue leaf of an order stands: in an earlier shard, by its place among them, or in this one; and its index there.
type Place = (Option<usize>, u64);

impl Survey {
    /// Nothing read yet of a first shard.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Nothing read yet of the shard of `year`, which follows others: how each of them ended ([`Survey::sections`]).
    #[must_use]
    pub fn after(earlier: Vec<Section>, year: u16) -> Self {
        Self { earlier, year, ..Self::default() }
    }

    /// Reads the next leaf. Each tile that becomes full is given to `full`: level, number, 256 hashes.
    pub fn read(&mut self, bytes: &[u8; LEAF_BYTES], leaf: &Leaf, full: impl FnMut(u8, u64, &[Hash])) {
        let index = self.edge.size();
        let hash = leaf_hash(bytes);
        if leaf.kind == Kind::Key && leaf.is_of_the_log() {
            self.read_key_event(Entry { index, leaf: *leaf });
        }
        self.edge.push(hash, full);
        if leaf.time_ms < self.newest_ms {
            self.oddities.push((index, Oddity::TimeRunsBack));
        }
        self.newest_ms = self.newest_ms.max(leaf.time_ms);
        match leaf.kind {
            Kind::Status => self.read_snapshot(Entry { index, leaf: *leaf }),
            Kind::Key => self.read_key(Entry { index, leaf: *leaf }),
            Kind::Digest => self.read_digest(index, leaf, hash),
            Kind::Padding => {}
            _ => self.read_event(index, leaf),
        }
    }

    fn read_snapshot(&mut self, entry: Entry) {
        let before = self.snapshot.map_or(ZERO, |before| before.leaf.hash());
        if entry.leaf.prev != before {
            self.oddities.push((entry.index, Oddity::SnapshotChain));
        }
        self.snapshot = Some(entry);
    }

    fn read_digest(&mut self, index: u64, leaf: &Leaf, hash: Hash) {
        if leaf.prev != self.digest.unwrap_or(ZERO) {
            self.oddities.push((index, Oddity::DigestChain));
        }
        self.digest = Some(hash);
    }

    fn read_key_event(&mut self, entry: Entry) {
        if entry.leaf.prev != self.events.last().map_or(ZERO, |before| before.leaf.hash()) {
            self.oddities.push((entry.index, Oddity::EventChain));
        }
        self.events.push(entry);
        self.event_roots.push(self.edge.root());
    }

    fn read_key(&mut self, entry: Entry) {
        if entry.leaf.is_of_the_log() {
            return;
        }
        let Leaf { id, issuer, prev, .. } = entry.leaf;
        let before = self.authorities.insert(id, (issuer, entry.leaf.hash()));
        if prev != before.map_or(ZERO, |(_, hash)| hash) {
            self.oddities.push((entry.index, Oddity::IssuerChain));
        }
        if let Some((old, _)) = before.filter(|(old, _)| *old != issuer) {
            self.replaced.insert(old, issuer);
        }
        match self.keys.entry(entry.leaf.issuer) {
            btree_map::Entry::Vacant(place) => {
                place.insert(entry);
            }
            btree_map::Entry::Occupied(_) => self.oddities.push((entry.index, Oddity::IssuerTwice)),
        }
    }

    fn read_event(&mut self, index: u64, leaf: &Leaf) {
        if !self.keys.contains_key(&leaf.issuer) {
            self.oddities.push((index, Oddity::IssuerUnknown));
        }
        if self.replaced.contains_key(&leaf.issuer) {
            self.oddities.push((index, Oddity::IssuerReplaced));
        }
        if leaf.kind != Kind::Issue || leaf.prev != ZERO || leaf.auth == ZERO {
            self.followers.push(index);
        }
        self.ids.push((prefix(&leaf.id), index));
    }

    /// Indices of the leaves whose chains must be looked at, apart by id (or, once in 2^64, by two ids that begin alike). To be
    /// called after the last leaf; from then on [`Survey::find`] works.
    pub fn chains(&mut self) -> Vec<Vec<u64>> {
        self.ids.sort_unstable();
        self.ids
            .chunk_by(|a, b| a.0 == b.0)
            .filter(|group| group.len() > 1 || self.followers.binary_search(&group[0].1).is_ok())
            .map(|group| group.iter().map(|(_, index)| *index).collect())
            .collect()
    }

    /// Reads the leaves of one of the [`Survey::chains`] again.
    pub fn read_chain(&mut self, entries: &[Entry]) {
        self.read_chain_after(&[], entries);
    }

    /// As [`Survey::read_chain`], where earlier shards hold leaves under the same ids: those, in their order, each with the place of its
    /// shard among the earlier ones.
    pub fn read_chain_after(&mut self, before: &[(usize, Entry)], entries: &[Entry]) {
        let below = self.snapshot.map_or(0, |snapshot| snapshot.index);
        for (id, chain) in by_id(entries.to_vec()) {
            let old: Vec<_> = before.iter().filter(|(_, entry)| entry.leaf.id == id).collect();
            let leaves = || old.iter().map(|(_, entry)| &entry.leaf).chain(chain.iter().map(|entry| &entry.leaf));
            let folded = fold(leaves());
            let counts = |at: usize| folded.as_ref().is_some_and(|folded| folded.counted.contains(&(old.len() + at)));
            for (_, entry) in chain.iter().enumerate().filter(|(at, _)| !counts(*at)) {
                self.oddities.push((entry.index, Oddity::DoesNotCount));
            }
            let early = chain.iter().take_while(|entry| entry.index < below).count();
            let place = |at: usize| match old.get(at) {
                Some((shard, entry)) => (Some(*shard), entry.index),
                None => (None, chain[at - old.len()].index),
            };
            let state = |folded: Folded| (place(folded.counted[0]), folded.state);
            self.corrected.extend(fold(leaves().take(old.len() + early)).map(state).filter(is_not_valid));
            self.ended.extend(folded.map(state).filter(is_not_valid));
        }
    }

    /// The key events in which the log itself speaks, in order.
    #[must_use]
    pub fn events(&self) -> &[Entry] {
        &self.events
    }

    /// For each of the [`Survey::events`] the root over the leaves before it.
    #[must_use]
    pub fn event_roots(&self) -> &[Hash] {
        &self.event_roots
    }

    /// The bits that the newest snapshot must hold for this shard.
    #[must_use]
    pub fn bits(&self) -> Option<StatusBits> {
        Some(self.status()?.into_parts().1.bits)
    }

    /// The status file that the newest snapshot must commit to, from the leaves alone.
    #[must_use]
    pub fn status(&self) -> Option<StatusFile> {
        Some(self.states(self.snapshot?.index, &self.corrected))
    }

    /// The states of this shard and of those before it after its last leaf: what a shard that follows begins with.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let (mut sections, own) = self.states(self.edge.size(), &self.ended).into_parts();
        sections.push(own);
        sections
    }

    fn states(&self, leaves: u64, corrected: &[(Place, State)]) -> StatusFile {
        let mut earlier = self.earlier.clone();
        let mut bits = StatusBits::new(leaves);
        for ((shard, index), state) in corrected {
            match shard.and_then(|at| earlier.get_mut(at)) {
                Some(section) => section.bits.set(*index, *state),
                None => bits.set(*index, *state),
            }
        }
        StatusFile::new(earlier, Section { year: self.year, leaves, bits })
    }

    /// Indices of the leaves whose ids begin like `id`.
    #[must_use]
    pub fn find(&self, id: &Id) -> Vec<u64> {
        let prefix = prefix(id);
        let from = self.ids.partition_point(|(other, _)| *other < prefix);
        self.ids[from..].iter().take_while(|(other, _)| *other == prefix).map(|(_, index)| *index).collect()
    }

    /// The unfinished right edge: size, root, partial tiles.
    #[must_use]
    pub const fn edge(&self) -> &Edge {
        &self.edge
    }

    /// Time of the newest leaf, in milliseconds since 1970 UTC.
    #[must_use]
    pub const fn newest_ms(&self) -> u64 {
        self.newest_ms
    }

    /// The newest status snapshot.
    #[must_use]
    pub const fn snapshot(&self) -> Option<&Entry> {
        self.snapshot.as_ref()
    }

    /// The type 7 leaf of each issuer number.
    #[must_use]
    pub const fn keys(&self) -> &BTreeMap<u16, Entry> {
        &self.keys
    }

    /// The numbers of key statements that were replaced, each with the number of the one that replaced it.
    #[must_use]
    pub const fn replaced(&self) -> &BTreeMap<u16, u16> {
        &self.replaced
    }

    /// What is odd, with the index of the leaf.
    #[must_use]
    pub fn oddities(&self) -> &[(u64, Oddity)] {
        &self.oddities
    }
}

fn is_not_valid((_, state): &(Place, State)) -> bool {
    *state != State::Valid
}

fn prefix(id: &Id) -> [u8; 8] {
    *id.first_chunk().expect("16 bytes have 8")
}
