//! What a witness is asked and what it decides.

use tlog::{
    checkpoint::Checkpoint,
    hash::{Hash, sha256},
    note::LogKey,
    tile::{Edge, TileSet, root_of},
    tree::{prove_consistency, verify_consistency},
    witness::{AddCheckpoint, Refused, RequestError, Seen, consider, parse_size, size_text},
};

const ORIGIN: &str = "orders.example/2026";

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|i| sha256(&i.to_be_bytes())).collect()
}

fn root(size: u64) -> Hash {
    root_of(&leaves(size))
}

fn key() -> LogKey {
    LogKey::from_seed(ORIGIN, &[7; 32]).unwrap()
}

fn request(old: u64, new: u64) -> AddCheckpoint {
    let mut tiles = TileSet::default();
    let mut edge = Edge::new();
    for leaf in leaves(new) {
        edge.push(leaf, |level, n, hashes| tiles.insert(level, n, hashes.to_vec()));
    }
    edge.partial().for_each(|(level, n, hashes)| tiles.insert(level, n, hashes.to_vec()));
    let proof = prove_consistency(old, new, &|node| tiles.hash(node)).unwrap();
    let checkpoint = Checkpoint { origin: ORIGIN.to_owned(), size: new, root: root(new) };
    AddCheckpoint { old, proof, checkpoint: checkpoint.sign(&key()).unwrap() }
}

fn seen(size: u64) -> Seen {
    Seen { size, root: root(size) }
}

#[test]
fn it_cosigns_what_grows_and_what_is_shown_again() {
    assert_eq!(consider(&request(0, 5), [key().vkey()], None).unwrap().size, 5);
    assert_eq!(consider(&request(0, 0), [key().vkey()], None).unwrap().size, 0);
    assert_eq!(consider(&request(0, 5), [key().vkey()], Some(&seen(0))).unwrap().size, 5);
    for (old, new) in [(1, 2), (3, 7), (4, 8), (255, 257), (256, 300), (300, 300), (511, 512), (256, 600)] {
        let request = request(old, new);
        assert_eq!(request.to_string().parse(), Ok(request.clone()));
        let checkpoint = consider(&request, [key().vkey()], Some(&seen(old))).unwrap();
        assert_eq!((checkpoint.size, checkpoint.root), (new, root(new)));
    }
}

#[test]
fn it_refuses_in_the_order_of_the_protocol() {
    let good = request(3, 7);
    let ask = |request: &AddCheckpoint, seen: Option<&Seen>| consider(request, [key().vkey()], seen).unwrap_err();
    let cases = [
        (ask(&AddCheckpoint { checkpoint: "no note".to_owned(), ..good.clone() }, None), Refused::Malformed, 400),
        (ask(&AddCheckpoint { old: 8, ..good.clone() }, Some(&seen(8))), Refused::Malformed, 400),
        (ask(&good, None), Refused::OtherSize(0), 409),
        (ask(&good, Some(&seen(4))), Refused::OtherSize(4), 409),
        (ask(&request(7, 7), Some(&Seen { size: 7, root: [1; 32] })), Refused::OtherRoot(7), 409),
        (ask(&good, Some(&Seen { size: 3, root: [1; 32] })), Refused::Inconsistent, 422),
        (ask(&AddCheckpoint { proof: vec![], ..good.clone() }, Some(&seen(3))), Refused::Inconsistent, 422),
        (ask(&AddCheckpoint { proof: vec![[1; 32]], ..request(0, 7) }, None), Refused::Inconsistent, 422),
        (ask(&AddCheckpoint { proof: vec![[1; 32]], ..request(7, 7) }, Some(&seen(7))), Refused::Inconsistent, 422),
    ];
    for (at, (found, expected, status)) in cases.into_iter().enumerate() {
        assert_eq!((found, found.status()), (expected, status), "case {at}");
    }
    let elsewhere = LogKey::from_seed("orders.example/2027", &[7; 32]).unwrap();
    let stranger = LogKey::from_seed(ORIGIN, &[8; 32]).unwrap();
    assert_eq!(consider(&good, [elsewhere.vkey()], None).map_err(Refused::status), Err(404));
    assert_eq!(consider(&good, [], None).map_err(Refused::status), Err(404));
    assert_eq!(consider(&good, [stranger.vkey()], Some(&seen(3))).map_err(Refused::status), Err(403));
    assert!(consider(&good, [stranger.vkey(), key().vkey()], Some(&seen(3))).is_ok(), "one known key is enough");
    let altered = AddCheckpoint { checkpoint: good.checkpoint.replacen("\n7\n", "\n6\n", 1), ..good };
    assert_eq!(consider(&altered, [key().vkey()], Some(&seen(3))).map_err(Refused::status), Err(403));
    let empty = Checkpoint { origin: ORIGIN.to_owned(), size: 0, root: [1; 32] };
    let empty = AddCheckpoint { old: 0, proof: vec![], checkpoint: empty.sign(&key()).unwrap() };
    assert_eq!(consider(&empty, [key().vkey()], None), Err(Refused::Malformed), "there is one empty tree");
}

#[test]
fn requests_and_sizes_are_exact() {
    let text = request(3, 7).to_string();
    for (from, to) in
        [("old 3", "old 03"), ("old 3", "old +3"), ("old 3", "Old 3"), ("old 3", "old  3"), ("old 3\n", "old 3\r\n")]
    {
        assert_eq!(text.replacen(from, to, 1).parse::<AddCheckpoint>(), Err(RequestError), "{to:?}");
    }
    let long =
        |hashes| AddCheckpoint { proof: vec![[1; 32]; hashes], ..request(3, 7) }.to_string().parse::<AddCheckpoint>();
    assert!(long(63).is_ok());
    assert_eq!(long(64), Err(RequestError));
    assert_eq!(parse_size(&size_text(20_852_014)), Some(20_852_014));
    for wrong in ["", "\n", "1", "01\n", "+1\n", "1\n\n", " 1\n"] {
        assert_eq!(parse_size(wrong), None, "{wrong:?}");
    }
    assert_eq!(Refused::OtherSize(12).size_body().as_deref(), Some("12\n"));
}

#[test]
fn the_empty_tree_begins_every_tree() {
    assert_eq!(prove_consistency(0, 5, &|_| None), Ok(vec![]));
    assert!(!verify_consistency(0, 5, &[], &root(0), &root(5)), "what is proved from nothing is nothing");
}
