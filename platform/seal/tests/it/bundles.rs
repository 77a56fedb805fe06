//! Each check of a bundle fails on its own fault, and no byte of a bundle can be changed.

use proptest::prelude::*;
use seal::bundle::Bundle;
use seal::check::Check;
use seal::verdict::{LogAtHand, judge};
use tlog::leaf::Kind;

use crate::world::World;

fn failed(world: &World, bundle: &Bundle) -> Check {
    let parsed = Bundle::parse(&bundle.canonical()).expect("the fault is not in the form");
    parsed.check(Some(&world.policy())).expect_err("a fault was put in").check
}

#[test]
fn every_order_of_the_world_is_proved() {
    let world = World::new(1);
    for number in 0..world.orders.len() {
        let bundle = world.bundle(number, world.size());
        let checked = Bundle::parse(&bundle.canonical()).unwrap().check(Some(&world.policy())).unwrap();
        assert!(checked.trusted);
        assert_eq!(checked.fields, world.orders[number].fields);
        assert_eq!(checked.approval.signed.certificate.name, "李範例");
        assert_eq!(checked.issuer.name, "範例市政府");
        assert_eq!(checked.field("national_id"), Some("A123456789"));
    }
}

#[test]
fn withheld_fields_are_not_shown_and_everything_else_stays_proved() {
    let world = World::new(1);
    let mut bundle = world.bundle(0, world.size());
    for name in ["national_id", "reason", "remedy", "outcome"] {
        assert!(bundle.withhold(name));
        assert!(!bundle.withhold(name));
    }
    assert!(!bundle.withhold("document_number"));
    assert!(!bundle.withhold("issued_on"));
    let file = bundle.canonical();
    let checked = Bundle::parse(&file).unwrap().check(Some(&world.policy())).unwrap();
    assert_eq!((checked.fields.len(), checked.withheld), (14, 4));
    assert_eq!(checked.field("national_id"), None);
}

#[test]
fn each_fault_fails_its_own_check() {
    let world = World::new(1);
    let good = world.bundle(5, world.size());
    let other = world.bundle(6, world.size());
    let with = |change: &dyn Fn(&mut Bundle)| {
        let mut bundle = good.clone();
        change(&mut bundle);
        failed(&world, &bundle)
    };
    assert_eq!(with(&|b| b.disclosures.swap_remove(5).clear()), Check::Content);
    assert_eq!(with(&|b| b.disclosures[4] = other.disclosures[4].clone()), Check::Content);
    assert_eq!(with(&|b| b.withheld.push("A".repeat(43))), Check::Content);
    assert_eq!(with(&|b| b.summary = other.summary.clone()), Check::Content);
    assert_eq!(with(&|b| b.summary_salt = other.summary_salt), Check::Content);
    assert_eq!(with(&|b| b.signature = other.signature), Check::Agency);
    assert_eq!(with(&|b| b.logged.leaf.kind = Kind::Revoke), Check::Agency);
    assert_eq!(with(&|b| b.logged.leaf.issuer = 2), Check::Agency);
    assert_eq!(with(&|b| b.issuer.statement.name = "別市政府".into()), Check::Keys);
    assert_eq!(with(&|b| b.issuer.signature = other.signature), Check::Keys);
    assert_eq!(with(&|b| b.issuer.logged.inclusion.clear()), Check::Keys);
    assert_eq!(with(&|b| b.approval.index += 1), Check::Approval);
    assert_eq!(with(&|b| b.approval.path.clear()), Check::Approval);
    assert_eq!(with(&|b| b.approval.cms = world.bundle(0, world.size()).approval.cms), Check::Approval);
    assert_eq!(with(&|b| b.logged.index += 1), Check::Log);
    assert_eq!(with(&|b| b.logged.leaf.time_ms += 1), Check::Log);
    assert_eq!(with(&|b| b.amends = other.amends.clone()), Check::Log);
    assert_eq!(with(&|b| b.amends.as_mut().unwrap().leaf.auth[0] ^= 1), Check::Log);
}

#[test]
fn a_checkpoint_by_another_key_of_that_name_is_not_believed() {
    let (world, other) = (World::new(1), World::new(2));
    let bundle = world.bundle(0, world.size());
    assert_eq!(bundle.check(Some(&other.policy())).unwrap_err().check, Check::Log);
    assert!(!bundle.check(None).unwrap().trusted);
}

#[test]
fn a_bundle_has_one_form() {
    let world = World::new(1);
    let text = String::from_utf8(world.bundle(0, world.size()).canonical()).unwrap();
    for other in [
        format!("{text}\n"),
        format!(" {text}"),
        text.replacen("\"amends\":null,", "", 1),
        text.replacen("\"amends\":null,", "\"amends\":null,\"extra\":1,", 1),
        text.replacen("\"amends\":null", "\"amends\":null,\"amends\":null", 1),
        text.replacen("renshi-bundle/1", "renshi-bundle/2", 1),
        text.replacen("renshi-bundle/1", "renshi\\u002dbundle/1", 1),
        text.replacen("\"index\":2,", "\"index\":2.0,", 1),
        text.replacen("\"index\":2,", "\"index\":-2,", 1),
    ] {
        assert_ne!(other, text);
        assert!(Bundle::parse(other.as_bytes()).is_err(), "{}", &other[..80]);
    }
    assert!(Bundle::parse(text.as_bytes()).is_ok());
}

/// Every byte, in turn with its lowest bit turned, with its case turned, or as another character that texts here consist of.
#[test]
fn no_byte_of_a_bundle_can_be_changed() {
    let world = World::new(1);
    let policy = world.policy();
    let mut bundle = world.bundle(5, world.size());
    bundle.withhold("national_id");
    let file = bundle.canonical();
    let judged = |file: &[u8]| judge(file, Some(&policy), LogAtHand::None).exit_code();
    assert_eq!(judged(&file), 2, "only the log is missing");
    for at in 0..file.len() {
        let letter = if file[at] == b'A' { b'B' } else { b'A' };
        let mut changed = file.clone();
        changed[at] = [file[at] ^ 1, file[at] ^ 0x20, letter][at % 3];
        assert_eq!(judged(&changed), 1, "byte {at} to {:?}", char::from(changed[at]));
    }
    for end in (0..file.len()).step_by(97).skip(1) {
        assert_eq!(judged(&file[..end]), 1, "cut at {end}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_file_makes_the_readers_panic(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let verdict = judge(&bytes, None, LogAtHand::None);
        prop_assert!([1, 2].contains(&verdict.exit_code()));
        prop_assert_eq!(verdict.lines.len(), 7);
    }

    #[test]
    fn no_json_makes_the_bundle_reader_panic(text in "\\{(\"(amends|approval|leaf|index|withheld)\":(null|1|\"[a-zA-Z0-9]{0,5}\"|\\[\\]|\\{\\}),?){0,6}\\}") {
        prop_assert!(Bundle::parse(text.as_bytes()).is_err());
    }
}
