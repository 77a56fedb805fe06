//! A file out of a fork, judged with the log that witnesses saw and with the fork's own.

use register::audit::audit;
use seal::check::Check;
use seal::verdict::{LogAtHand, Outcome, judge};
use tlog::cosignature::{Algorithm, Cosigner};
use tlog::leaf::Kind;
use tlog::note::Note;
use tlog::policy::Policy;

use crate::cms::Folder;
use crate::world::{NOW, World};

#[test]
fn a_fork_is_judged_by_the_log_that_witnesses_saw_and_not_by_its_own() {
    let mut world = World::new(1);
    let witness = Cosigner::from_seed("witness.example/archives", Algorithm::CosignatureV1, &[51; 32]).unwrap();
    let policy: Policy =
        format!("log {}\nwitness w {}\nquorum w\n", world.log_key.vkey(), witness.vkey()).parse().unwrap();
    let seen = Folder::new("seen");
    world.write_log(seen.path());
    let mut note = Note::parse(&world.checkpoint(world.size())).unwrap();
    let seconds = u64::try_from(NOW.unix_timestamp()).unwrap();
    note.add(witness.sign(note.text_unverified(), seconds).unwrap()).unwrap();
    seen.write("checkpoint", note.to_string());
    let honest = world.bundle(0, world.size()).canonical();

    // Another order of another authority: nothing in the file itself tells it.
    let other = world.leaves.iter_mut().find(|leaf| leaf.kind == Kind::Issue && leaf.issuer == 2).unwrap();
    other.commitment = [9; 32];
    let own = Folder::new("own");
    world.write_log(own.path());
    audit(own.path(), &world.policy()).expect("by the log's key alone the fork is sound");
    let (seen, own) = (audit(seen.path(), &policy).unwrap(), audit(own.path(), &policy).unwrap_err());

    let file = world.bundle(0, world.size()).canonical();
    let verdict = judge(&file, Some(&policy), LogAtHand::Sound(&seen));
    let Outcome::NotValid(failed) = &verdict.outcome else { panic!("{:?}", verdict.outcome) };
    assert_eq!((verdict.exit_code(), failed.check), (1, Check::State));
    assert!(failed.why.en.contains("one key signed two registers"), "{}", failed.why.en);

    // No witness ever saw this log, nor does it prove that it is the false one: perhaps they are late.
    let verdict = judge(&file, Some(&policy), LogAtHand::Unusable(&own));
    let Outcome::Undecided { why } = &verdict.outcome else { panic!("{:?}", verdict.outcome) };
    assert_eq!(verdict.exit_code(), 2);
    assert!(why.en.contains("have not cosigned it"), "{}", why.en);

    // With no log at all the file speaks for itself, and nobody but the log's key does for it.
    assert_eq!(judge(&file, Some(&policy), LogAtHand::None).exit_code(), 1);
    assert_eq!(judge(&honest, Some(&policy), LogAtHand::Sound(&seen)).exit_code(), 0);
}
