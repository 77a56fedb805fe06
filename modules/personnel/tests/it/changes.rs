//! 更正, 撤銷, 廢止, 註銷.

use crate::world::{World, agency, refusal, row};
use kernel::CaseId;
use orders::{Amendment, Issued, Standing};
use personnel::{NewChange, Typed};
use time::macros::date;

fn change(order: &Issued, amendment: Amendment) -> NewChange {
    NewChange {
        order: order.id,
        amendment,
        reason: "原令事由誤繕".into(),
        known_on: Some(date!(2026 - 11 - 20)),
        effective_on: Some(date!(2026 - 12 - 01)),
        corrected: None,
    }
}

async fn draft(world: &World, new: &NewChange) -> Result<CaseId, personnel::PersonnelError> {
    let officer = world.officer().await;
    match personnel::draft_change(&world.test.db, officer, &world.scope(), new, world.now).await? {
        Typed::Kept(case) => Ok(case),
        Typed::Faulty(findings) => panic!("{findings:?}"),
    }
}

/// Drafts a change and brings it to the register; over the committee where the law wants it.
async fn carry_out(world: &World, new: &NewChange) -> Issued {
    let db = &world.test.db;
    let id = draft(world, new).await.unwrap();
    let mut case = personnel::submit(db, (id, 1), world.now).await.unwrap();
    if matches!(new.amendment, Amendment::Revoke | Amendment::Repeal) {
        case = personnel::record_agreement(db, (id, case.version), world.today(), world.now).await.unwrap();
    }
    let issued = world.approve((id, case.version)).await.unwrap().remove(0);
    world.sequence().await;
    issued
}

#[tokio::test]
async fn a_correction_replaces_the_order_and_both_stay_provable() {
    let world = World::new().await;
    let db = &world.test.db;
    let old = world.issued(&row("好事一莊", "4010")).await.remove(0);
    let cells: Vec<String> = row("好事一樁", "4010").trim().split(',').map(str::to_owned).collect();
    let new = NewChange { corrected: Some(cells.try_into().unwrap()), ..change(&old, Amendment::Correct) };
    let corrected = carry_out(&world, &new).await;
    assert_eq!(corrected.text(orders::field::REASON), "好事一樁");
    assert_eq!(corrected.text(orders::field::AMENDS_NUMBER), old.label());
    assert_eq!(orders::standing(db, old.id).await.unwrap(), Standing::Superseded);
    assert_eq!(orders::standing(db, corrected.id).await.unwrap(), Standing::Valid);
    assert_eq!(orders::amendments(db, old.id).await.unwrap()[0].id, corrected.id);
    assert!(orders::bundle(db, &old).await.unwrap().is_some());
    let bundle = orders::bundle(db, &corrected).await.unwrap().unwrap();
    assert!(seal::bundle::Bundle::parse(&bundle).unwrap().amends.is_some());
    let records = personnel::records(db, world.officer().await).await.unwrap();
    let standing: Vec<_> = records.iter().filter(|(.., ended)| ended.is_none()).map(|(id, ..)| *id).collect();
    assert_eq!(standing, [corrected.id]);
    assert_eq!(refusal(draft(&world, &change(&old, Amendment::Revoke)).await), "orders/already-corrected");
    assert_eq!(register::fsck::fsck(db).await.unwrap().problems, [""; 0]);
}

#[tokio::test]
async fn revoked_repealed_and_cancelled_orders_say_so_and_end_the_record() {
    let world = World::new().await;
    let db = &world.test.db;
    for (n, amendment, standing) in [
        (1, Amendment::Revoke, Standing::Revoked),
        (2, Amendment::Repeal, Standing::Repealed),
        (3, Amendment::Cancel, Standing::Revoked),
    ] {
        let old = world.issued(&row(&format!("好事{n}"), "4010")).await.remove(0);
        let new = carry_out(&world, &change(&old, amendment)).await;
        assert_eq!(orders::standing(db, old.id).await.unwrap(), standing, "{amendment:?}");
        assert_eq!(new.text(orders::field::AMENDMENT), amendment.label().zh);
        assert!(new.text(orders::field::LEGAL_BASIS).starts_with("行政程序法第1"), "{amendment:?}");
    }
    let records = personnel::records(db, world.officer().await).await.unwrap();
    assert!(records.iter().all(|(.., ended)| ended.is_some()));
    assert_eq!(register::fsck::fsck(db).await.unwrap().problems, [""; 0]);
}

#[tokio::test]
async fn a_change_has_its_time_and_its_turn() {
    let world = World::new().await;
    let old = world.issued(&row("好事", "4010")).await.remove(0);
    let late = NewChange { known_on: Some(date!(2024 - 11 - 01)), ..change(&old, Amendment::Revoke) };
    assert_eq!(refusal(draft(&world, &late).await), "personnel/too-late");
    let undated = NewChange { effective_on: None, ..change(&old, Amendment::Repeal) };
    assert_eq!(refusal(draft(&world, &undated).await), "personnel/effective-day");
    draft(&world, &change(&old, Amendment::Revoke)).await.unwrap();
    assert_eq!(refusal(draft(&world, &change(&old, Amendment::Cancel)).await), "personnel/change-under-way");
    let fresh = world.awaiting(&row("另一件", "4010")).await;
    let staged = world.approve(fresh).await.unwrap().remove(0);
    assert_eq!(refusal(draft(&world, &change(&staged, Amendment::Revoke)).await), "orders/not-registered-yet");
    assert!(personnel::case_file(&world.test.db, &[agency()], fresh.0).await.unwrap().is_some());
}
