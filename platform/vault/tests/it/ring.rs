//! What the ring in files promises.

use kernel::SeededRandom;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use vault::{FileRing, KeyWrap as _, Place, VaultError, WrappedKey, rewrap, wrap_new};

const PLACE: Place<'static> = Place { schema: "files", table: "card", column: "note", subject: "17" };

/// A folder of its own for one test; removed at its end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("renshi-vault-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        Self(path)
    }

    fn ring(&self, seed: u64) -> FileRing {
        FileRing::open(&self.0, &SeededRandom::new(seed)).unwrap()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn the_first_start_makes_a_key_and_the_next_one_finds_it() {
    let folder = Folder::new("first");
    let (_, wrapped) = wrap_new(&folder.ring(1), &SeededRandom::new(2), "17").unwrap();
    let again = folder.ring(99);
    assert_eq!(again.numbers(), [1]);
    assert!(again.unwrap("17", &wrapped).is_ok());
    let mode = |path: PathBuf| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(folder.0.clone()), mode(folder.0.join("1.key"))), (0o700, 0o600));
    assert_eq!(std::fs::read_dir(&folder.0).unwrap().count(), 1, "nothing unfinished stays");
}

#[test]
fn a_wrapped_key_is_bound_to_its_owner_and_its_ring_key() {
    let folder = Folder::new("bound");
    let ring = folder.ring(1);
    let (_, wrapped) = wrap_new(&ring, &SeededRandom::new(2), "17").unwrap();
    assert!(matches!(ring.unwrap("18", &wrapped), Err(VaultError::NotOpened)));
    ring.rotate(&SeededRandom::new(3)).unwrap();
    let moved = WrappedKey { ring_key: 2, ..wrapped.clone() };
    assert!(matches!(ring.unwrap("17", &moved), Err(VaultError::NotOpened)));
    let cut = WrappedKey { bytes: wrapped.bytes[..20].to_vec(), ..wrapped };
    assert!(matches!(ring.unwrap("17", &cut), Err(VaultError::Truncated)));
}

#[test]
fn rotation_leaves_sealed_values_as_they_are_and_may_run_twice() {
    let folder = Folder::new("rotate");
    let ring = folder.ring(1);
    let random = SeededRandom::new(2);
    let (key, first) = wrap_new(&ring, &random, "17").unwrap();
    let sealed = key.seal(&random, PLACE, b"value");
    assert!(rewrap(&ring, &random, "17", &first).unwrap().is_none(), "nothing to do yet");
    assert_eq!(ring.rotate(&random).unwrap(), 2);
    assert!(ring.unwrap("17", &first).is_ok(), "older keys open until they are wrapped again");
    let second = rewrap(&ring, &random, "17", &first).unwrap().unwrap();
    assert_eq!(second.ring_key, 2);
    assert!(rewrap(&ring, &random, "17", &second).unwrap().is_none());
    // The old key may go now.
    std::fs::remove_file(folder.0.join("1.key")).unwrap();
    let ring = folder.ring(9);
    assert_eq!(*ring.unwrap("17", &second).unwrap().open(PLACE, &sealed).unwrap(), b"value");
    assert!(matches!(ring.unwrap("17", &first), Err(VaultError::NoRingKey(1))));
}

#[test]
fn another_instance_finds_a_key_that_was_added_meanwhile() {
    let folder = Folder::new("shared");
    let (one, other) = (folder.ring(1), folder.ring(2));
    one.rotate(&SeededRandom::new(3)).unwrap();
    let (_, wrapped) = wrap_new(&one, &SeededRandom::new(4), "17").unwrap();
    assert_eq!(wrapped.ring_key, 2);
    assert!(other.unwrap("17", &wrapped).is_ok());
    assert_eq!(other.current().unwrap(), 2);
}

#[test]
fn two_rotations_at_once_lose_no_key() {
    let folder = Folder::new("race");
    let ring = folder.ring(1);
    let (_, before) = wrap_new(&ring, &SeededRandom::new(2), "17").unwrap();
    std::thread::scope(|scope| {
        for seed in 10..14 {
            let ring = &ring;
            scope.spawn(move || {
                ring.rotate(&SeededRandom::new(seed)).unwrap();
                wrap_new(ring, &SeededRandom::new(seed), "18").map(|(_, wrapped)| ring.unwrap("18", &wrapped)).unwrap()
            });
        }
    });
    assert!(ring.unwrap("17", &before).is_ok());
    let numbers = ring.numbers();
    assert_eq!(numbers, (1..=u32::try_from(numbers.len()).unwrap()).collect::<Vec<_>>());
}

#[test]
fn a_damaged_or_open_key_file_stops_the_start() {
    let folder = Folder::new("damaged");
    drop(folder.ring(1));
    let file = folder.0.join("1.key");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o644)).unwrap();
    let error = FileRing::open(&folder.0, &SeededRandom::new(1)).unwrap_err();
    assert!(matches!(error, VaultError::Ring(ref why) if why.to_string().contains("0600")), "{error:?}");
    std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o600)).unwrap();
    std::fs::write(&file, b"short").unwrap();
    assert!(matches!(FileRing::open(&folder.0, &SeededRandom::new(1)), Err(VaultError::Damaged(_))));
}
