//! Two shards: the second says what it follows, chains cross, and one status file speaks of both.

use tlog::{
    checkpoint::Checkpoint,
    hash::{Hash, ZERO, sha256},
    key_event::{Close, KeyEvent, NextShard, Open},
    leaf::{Entry, Kind, Leaf},
    note::LogKey,
    shard::{LinkError, Links, check_follows, links},
    state::State,
    status::{Section, StatusBits, StatusFile},
    survey::{Oddity, Survey},
};

const OLD: &str = "orders.example/2026";
const NEW: &str = "orders.example/2027";

/// A log under construction, with the statements of its key events.
#[derive(Default)]
struct Log {
    leaves: Vec<Leaf>,
    statements: Vec<(u64, String)>,
    prev: Hash,
}

impl Log {
    fn push(&mut self, kind: Kind, id: u8, prev: Hash) -> Leaf {
        let time_ms = self.leaves.last().map_or(0, |leaf| leaf.time_ms);
        let leaf = Leaf { kind, issuer: 1, time_ms, id: [id; 16], commitment: [7; 32], prev, auth: [8; 32] };
        self.leaves.push(leaf);
        leaf
    }

    fn say(&mut self, event: &KeyEvent, time_ms: u64) {
        self.statements.push((self.leaves.len() as u64, event.canonical()));
        let leaf = event.leaf(time_ms, self.prev);
        self.prev = leaf.hash();
        self.leaves.push(leaf);
    }

    fn survey(&self, earlier: Vec<Section>, year: u16) -> Survey {
        let mut survey = Survey::after(earlier, year);
        for leaf in &self.leaves {
            survey.read(&leaf.encode(), leaf, |_, _, _| ());
        }
        survey
    }

    fn links(&self, survey: &Survey, origin: &str) -> Result<Links, (u64, LinkError)> {
        let read =
            |index| Ok::<_, ()>(self.statements.iter().find(|(at, _)| *at == index).map(|(_, text)| text.clone()));
        links(survey, origin, read).unwrap()
    }

    fn head(&self, origin: &str) -> Checkpoint {
        let edge = self.survey(vec![], 0);
        Checkpoint { origin: origin.to_owned(), size: edge.edge().size(), root: edge.edge().root() }
    }

    fn close(&mut self) {
        let next_origin = NEW.to_owned();
        let vkeys = vec![LogKey::from_seed(NEW, &[7; 32]).unwrap().vkey().to_string()];
        self.say(&KeyEvent::NextShard(NextShard { next_origin: next_origin.clone(), vkeys }), 50);
        let Checkpoint { origin, size, root } = self.head(OLD);
        self.say(&KeyEvent::Close(Close { next_origin, origin, root: b64u(&root), size }), 50);
    }
}

fn b64u(hash: &Hash) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(hash)
}

fn old() -> Log {
    let mut log = Log::default();
    log.push(Kind::Key, 200, ZERO);
    log.push(Kind::Issue, 1, ZERO);
    log.push(Kind::Issue, 2, ZERO);
    log.close();
    log
}

fn new(before: &Log) -> Log {
    let mut log = Log { leaves: vec![before.leaves[0]], ..Log::default() };
    let Checkpoint { origin, size, root } = before.head(OLD);
    log.say(&KeyEvent::Open(Open { origin, root: b64u(&root), size }), 60);
    log
}

#[test]
fn a_shard_follows_the_one_that_names_it() {
    let (old, mut new) = (old(), new(&old()));
    let first = old.survey(vec![], 2026);
    let ended = old.links(&first, OLD).unwrap();
    assert_eq!(ended.next_keys().len(), 1);
    let second = new.survey(first.sections(), 2027);
    let begun = new.links(&second, NEW).unwrap();
    let head = old.head(OLD);
    let follows =
        |survey: &Survey, links: &Links, origin| check_follows((&first, &ended, &head), (survey, links, origin));
    assert_eq!(follows(&second, &begun, NEW), Ok(()));
    assert_eq!(follows(&second, &begun, "orders.example/2028"), Err(LinkError::Follows));
    // Without the key statements of the shard before it, or with one of another time, it is not its follower.
    new.leaves[0].time_ms += 1;
    let other = new.survey(first.sections(), 2027);
    assert_eq!(follows(&other, &begun, NEW), Err(LinkError::Follows));
}

#[test]
fn nothing_stands_behind_a_close_leaf_and_only_keys_before_an_open_one() {
    let mut log = old();
    log.push(Kind::Padding, 0, ZERO);
    assert_eq!(log.links(&log.survey(vec![], 2026), OLD), Err((4, LinkError::Close)));
    let mut log = Log::default();
    log.push(Kind::Key, 200, ZERO);
    log.push(Kind::Issue, 1, ZERO);
    let open = KeyEvent::Open(Open { origin: OLD.to_owned(), root: b64u(&[1; 32]), size: 5 });
    log.say(&open, 9);
    assert_eq!(log.links(&log.survey(vec![], 2027), NEW), Err((2, LinkError::Open)));
    log.statements.clear();
    assert_eq!(log.links(&log.survey(vec![], 2027), NEW), Err((2, LinkError::Missing)));
    // A log that says that it is closed, under another name or without keys for the next, is false.
    let mut log = old();
    assert_eq!(log.links(&log.survey(vec![], 2026), NEW), Err((4, LinkError::Close)));
    log.leaves.truncate(3);
    log.statements.clear();
    log.prev = ZERO;
    let Checkpoint { origin, size, root } = log.head(OLD);
    log.say(&KeyEvent::Close(Close { next_origin: NEW.to_owned(), origin, root: b64u(&root), size }), 50);
    assert_eq!(log.links(&log.survey(vec![], 2026), OLD), Err((3, LinkError::Unannounced)));
}

#[test]
fn an_event_on_an_old_order_counts_in_the_new_shard_and_stands_in_its_status_file() {
    let before = old();
    let (mut first, mut log) = (before.survey(vec![], 2026), new(&before));
    first.chains();
    let revoke = log.push(Kind::Revoke, 1, before.leaves[1].hash());
    let false_one = log.push(Kind::Revoke, 2, [9; 32]);
    let mut second = log.survey(first.sections(), 2027);
    let snapshot = log.leaves.len() as u64;
    let leaf =
        Leaf { kind: Kind::Status, issuer: 0, time_ms: 99, id: [0; 16], commitment: ZERO, prev: ZERO, auth: ZERO };
    second.read(&leaf.encode(), &leaf, |_, _, _| ());
    assert_eq!(second.chains().len(), 2);
    second.read_chain_after(&[(0, Entry { index: 1, leaf: before.leaves[1] })], &[Entry { index: 2, leaf: revoke }]);
    second.read_chain_after(&[(0, Entry { index: 2, leaf: before.leaves[2] })], &[Entry { index: 3, leaf: false_one }]);
    assert!(second.oddities().contains(&(3, Oddity::DoesNotCount)));
    assert!(!second.oddities().iter().any(|(index, _)| *index == 2));
    let file = second.status().unwrap();
    assert_eq!(file.of(2026).unwrap().bits.get(1), State::Revoked.bits());
    assert_eq!(file.of(2026).unwrap().bits.get(2), State::Valid.bits());
    assert_eq!((file.of(2026).unwrap().leaves, file.own().leaves), (5, snapshot));
    assert_eq!(StatusFile::open(&file.bytes(), &file.commitment(), 2027, snapshot), Some(file.clone()));
    assert_eq!(second.sections()[0], file.earlier()[0]);
}

#[test]
fn a_status_file_reads_in_one_way_only() {
    let section = |year, leaves| Section { year, leaves, bits: StatusBits::new(leaves) };
    let file = StatusFile::new(vec![section(2026, 9)], section(2027, 5));
    let (bytes, commitment) = (file.bytes(), file.commitment());
    assert_eq!(bytes.len(), 10 + 3 + 10 + 2);
    assert_eq!(StatusFile::open(&bytes, &commitment, 2027, 5), Some(file));
    for (year, index) in [(2026, 5), (2027, 6), (2028, 5)] {
        assert_eq!(StatusFile::open(&bytes, &commitment, year, index), None);
    }
    // Under the plain hash the same bytes are the bits of a first shard, and of no other size.
    assert_eq!(StatusFile::open(&bytes, &sha256(&bytes), 2027, 5), None);
    assert!(StatusFile::open(&bytes, &sha256(&bytes), 2026, 100).unwrap().earlier().is_empty());
    assert_eq!(StatusFile::open(&bytes[1..], &commitment, 2027, 5), None);
    let twice = StatusFile::new(vec![section(2027, 4)], section(2027, 4));
    assert_eq!(StatusFile::open(&twice.bytes(), &twice.commitment(), 2027, 4), None);
}
