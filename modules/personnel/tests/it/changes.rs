//! 更正, 撤銷, 廢止, 註銷.

use crate::world::{AGENCY, OTHER, World, agency, refusal, row};
use kernel::{CaseId, OrderId};
use orders::{Amendment, Issued, Standing, field};
use personnel::{NewChange, Typed};
use time::macros::{date, datetime};
use time::{Date, Duration};

/// A good row about a penalty of 王小明.
fn penalty(reason: &str) -> String {
    format!("A123456789,王小明,{AGENCY},{reason},,5010,,B02,BT,公務人員平時獎懲標準表,,4,,2,,1\n")
}

/// The cells of a row, one of them replaced.
fn cells(row: &str, at: usize, new: &str) -> [String; 16] {
    let mut cells: Vec<String> = row.trim().split(',').map(str::to_owned).collect();
    new.clone_into(&mut cells[at]);
    cells.try_into().unwrap()
}

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
    let text = cells(&row("好事一莊", "4010"), 3, "好事一樁");
    let new = NewChange { corrected: Some(text), ..change(&old, Amendment::Correct) };
    let corrected = carry_out(&world, &new).await;
    assert_eq!(corrected.text(orders::field::REASON), "好事一樁");
    assert_eq!(corrected.text(orders::field::AMENDS_NUMBER), old.label());
    assert_eq!(orders::standing(db, old.id).await.unwrap(), Standing::Superseded);
    assert_eq!(orders::standing(db, corrected.id).await.unwrap(), Standing::Valid);
    assert_eq!(orders::amendments(db, old.id).await.unwrap()[0].id, corrected.id);
    assert!(orders::bundle(db, &old).await.unwrap().is_some());
    let bundle = orders::bundle(db, &corrected).await.unwrap().unwrap();
    assert!(seal::bundle::Bundle::parse(&bundle).unwrap().amends.is_some());
    let ended = ends(&world).await;
    assert_eq!(ended.len(), 2);
    assert_eq!(ended[&old.id], Some(world.today()), "the corrected order takes over on the day it is issued");
    assert_eq!(ended[&corrected.id], None);
    assert_eq!(refusal(draft(&world, &change(&old, Amendment::Revoke)).await), "orders/already-corrected");
    let again = world.check(&row("好事一樁", "4010")).await.findings;
    assert_eq!(again.iter().map(|finding| finding.code).collect::<Vec<_>>(), ["award/known"]);
    assert_eq!(world.check(&row("好事一莊", "4010")).await.findings, [], "what was corrected away stands no more");
    assert_eq!(register::fsck::fsck(db).await.unwrap().problems, [""; 0]);
}

/// When the records of 王小明 end, by order.
async fn ends(world: &World) -> std::collections::BTreeMap<OrderId, Option<Date>> {
    let records = personnel::records(&world.test.db, world.officer().await).await.unwrap();
    records.into_iter().map(|(id, _, _, ended)| (id, ended)).collect()
}

#[tokio::test]
async fn revoked_and_repealed_orders_say_so_and_end_the_record_on_their_day() {
    let mut world = World::new().await;
    let before = world.today();
    let mut olds = Vec::new();
    for n in 1..=2 {
        olds.push(world.issued(&row(&format!("好事{n}"), "4010")).await.remove(0));
    }
    olds.push(world.issued(&penalty("疏失")).await.remove(0));
    world.now += Duration::days(3);
    let rules = [
        (Amendment::Revoke, Standing::Revoked, "行政程序法第117條", before),
        (Amendment::Repeal, Standing::Repealed, "行政程序法第123條", date!(2026 - 12 - 01)),
        (Amendment::Repeal, Standing::Repealed, "行政程序法第122條", date!(2026 - 12 - 01)),
    ];
    for (old, (amendment, standing, basis, end)) in olds.iter().zip(rules) {
        let new = carry_out(&world, &change(old, amendment)).await;
        assert_eq!(orders::standing(&world.test.db, old.id).await.unwrap(), standing, "{amendment:?}");
        assert_eq!(new.text(field::AMENDMENT), amendment.label().zh);
        assert_eq!(new.text(field::LEGAL_BASIS), basis);
        let ended = ends(&world).await;
        assert_eq!(ended.len(), 3, "what takes back makes no record");
        assert_eq!(ended[&old.id], Some(end), "{amendment:?}");
    }
    assert_eq!(register::fsck::fsck(&world.test.db).await.unwrap().problems, [""; 0]);
}

#[tokio::test]
async fn only_the_paper_of_what_lost_its_effect_is_cancelled() {
    let world = World::new().await;
    let db = &world.test.db;
    let old = world.issued(&row("好事", "4010")).await.remove(0);
    assert_eq!(refusal(draft(&world, &change(&old, Amendment::Cancel)).await), "orders/still-in-force");
    let text = cells(&row("好事", "4010"), 3, "好事一樁");
    let new = NewChange { corrected: Some(text), ..change(&old, Amendment::Correct) };
    let corrected = carry_out(&world, &new).await;
    let cancelled = carry_out(&world, &change(&old, Amendment::Cancel)).await;
    assert_eq!(cancelled.text(field::LEGAL_BASIS), "行政程序法第130條");
    assert_eq!(orders::standing(db, old.id).await.unwrap(), Standing::Superseded);
    carry_out(&world, &change(&corrected, Amendment::Repeal)).await;
    carry_out(&world, &change(&corrected, Amendment::Cancel)).await;
    assert_eq!(orders::standing(db, corrected.id).await.unwrap(), Standing::Repealed);
    let ended = ends(&world).await;
    assert_eq!(ended.len(), 2);
    assert_eq!(ended[&corrected.id], Some(date!(2026 - 12 - 01)), "cancelling does not move the day");
    assert_eq!(register::fsck::fsck(db).await.unwrap().problems, [""; 0]);
}

#[tokio::test]
async fn what_only_takes_back_is_not_changed_and_grants_nothing_again() {
    let world = World::new().await;
    let old = world.issued(&row("好事", "4010")).await.remove(0);
    let revoked = carry_out(&world, &change(&old, Amendment::Revoke)).await;
    let cancelled = carry_out(&world, &change(&old, Amendment::Cancel)).await;
    let other = world.issued(&row("另一件", "4010")).await.remove(0);
    let repealed = carry_out(&world, &change(&other, Amendment::Repeal)).await;
    let text = cells(&row("好事", "4010"), 3, "好事一樁");
    for taking_back in [&revoked, &repealed, &cancelled] {
        for amendment in Amendment::ALL {
            let new = NewChange { corrected: Some(text.clone()), ..change(taking_back, amendment) };
            assert_eq!(refusal(draft(&world, &new).await), "orders/not-changeable", "{amendment:?}");
        }
    }
    let ended = ends(&world).await;
    assert_eq!(ended.len(), 2);
    assert!(ended.values().all(Option::is_some), "{ended:?}");
}

#[tokio::test]
async fn a_correction_puts_right_a_slip_and_nothing_else() {
    let world = World::new().await;
    let old = world.issued(&row("好事一莊", "4010")).await.remove(0);
    let same = row("好事一莊", "4010");
    let slips = [
        (None, "personnel/nothing-corrected"),
        (Some(cells(&same, 3, "好事一莊")), "personnel/nothing-corrected"),
        (Some(cells(&same, 5, "4001")), "personnel/other-outcome"),
        (Some(cells(&same, 7, "A01")), "personnel/other-outcome"),
        (Some(cells(&same, 0, "B120863158")), "personnel/other-person"),
        (Some(cells(&same, 1, "潘堃")), "personnel/other-person"),
    ];
    for (corrected, code) in slips {
        let new = NewChange { corrected, ..change(&old, Amendment::Correct) };
        assert_eq!(refusal(draft(&world, &new).await), code);
    }
    // A row that came back from the head is mended under the same rule.
    let (db, scope) = (&world.test.db, world.scope());
    let new = NewChange { corrected: Some(cells(&same, 3, "好事一樁")), ..change(&old, Amendment::Correct) };
    let id = draft(&world, &new).await.unwrap();
    let case = personnel::submit(db, (id, 1), world.now).await.unwrap();
    let line = personnel::case_file(db, &[agency()], id).await.unwrap().unwrap().rows[0].id;
    personnel::return_rows(db, (id, case.version), &[line], "法令依據有誤", world.now).await.unwrap();
    let worse = personnel::mend_row(db, &scope, id, line, cells(&same, 5, "4001"), world.now).await;
    assert_eq!(refusal(worse), "personnel/other-outcome");
    let mended = personnel::mend_row(db, &scope, id, line, cells(&same, 11, "5"), world.now).await.unwrap();
    assert!(matches!(mended, Typed::Kept(_)), "{mended:?}");
}

#[tokio::test]
async fn a_change_names_the_person_as_the_order_did_wherever_they_serve_now() {
    let world = World::new().await;
    let orders = [row("好事一莊", "4010"), row("第二件", "4010"), row("第三件", "4010")];
    let mut olds = Vec::new();
    for row in &orders {
        olds.push(world.issued(row).await.remove(0));
    }
    world.people(&format!("處長,A123456789,王大明,1,0700101,{OTHER},P11,a@example.gov.tw,主任秘書室\n")).await;
    world.leaves("A123456789", agency()).await;
    let text = cells(&orders[0], 3, "好事一樁");
    let correct = NewChange { corrected: Some(text), ..change(&olds[0], Amendment::Correct) };
    let changes = [correct, change(&olds[1], Amendment::Revoke), change(&olds[2], Amendment::Repeal)];
    for (new, old) in changes.iter().zip(&olds) {
        let changed = carry_out(&world, new).await;
        for name in [field::RECIPIENT, field::SERVING_AGENCY, field::SERVING_UNIT, field::TITLE, field::GRADE] {
            assert_eq!(changed.text(name), old.text(name), "{name}");
        }
        assert_eq!(changed.text(field::RECIPIENT), "王小明");
        assert_eq!(changed.text(field::SERVING_AGENCY), "行政院人事行政總處");
        assert!(changed.text(field::SUBJECT).contains("王小明") && !changed.text(field::SUBJECT).contains("王大明"));
    }
}

#[tokio::test]
async fn a_change_has_its_time_and_its_turn() {
    let world = World::new().await;
    let old = world.issued(&row("好事", "4010")).await.remove(0);
    let late = NewChange { known_on: Some(date!(2024 - 11 - 01)), ..change(&old, Amendment::Revoke) };
    assert_eq!(refusal(draft(&world, &late).await), "personnel/too-late");
    let undated = NewChange { effective_on: None, ..change(&old, Amendment::Repeal) };
    assert_eq!(refusal(draft(&world, &undated).await), "personnel/effective-day");
    let past = NewChange { effective_on: Some(date!(2026 - 11 - 22)), ..change(&old, Amendment::Repeal) };
    assert_eq!(refusal(draft(&world, &past).await), "personnel/effective-past");
    let late = NewChange { known_on: Some(date!(2024 - 11 - 01)), ..change(&old, Amendment::Repeal) };
    assert_eq!(refusal(draft(&world, &late).await), "personnel/too-late");
    let blamed = world.issued(&penalty("疏失")).await.remove(0);
    draft(&world, &NewChange { known_on: None, ..change(&blamed, Amendment::Repeal) }).await.unwrap();
    draft(&world, &change(&old, Amendment::Revoke)).await.unwrap();
    assert_eq!(refusal(draft(&world, &change(&old, Amendment::Repeal)).await), "personnel/change-under-way");
    let fresh = world.awaiting(&row("另一件", "4010")).await;
    let staged = world.approve(fresh).await.unwrap().remove(0);
    assert_eq!(refusal(draft(&world, &change(&staged, Amendment::Revoke)).await), "orders/not-registered-yet");
}

#[tokio::test]
async fn the_time_of_a_change_is_asked_again_when_it_is_approved() {
    let mut world = World::new().await;
    let drafted = world.now;
    let mut waiting = Vec::new();
    for (n, amendment) in [(1, Amendment::Revoke), (2, Amendment::Repeal)] {
        let old = world.issued(&row(&format!("好事{n}"), "4010")).await.remove(0);
        let new = NewChange { known_on: Some(date!(2024 - 12 - 10)), ..change(&old, amendment) };
        let id = draft(&world, &new).await.unwrap();
        let case = personnel::submit(&world.test.db, (id, 1), world.now).await.unwrap();
        let case = personnel::record_agreement(&world.test.db, (id, case.version), world.today(), world.now).await;
        waiting.push((id, case.unwrap().version));
    }
    let cms = world.sign(waiting[0], &world.card).await.unwrap();
    world.now = datetime!(2026-12-02 02:00 UTC);
    assert_eq!(refusal(world.sign(waiting[1], &world.card).await), "personnel/effective-past");
    world.now = datetime!(2026-12-15 02:00 UTC);
    assert_eq!(refusal(world.sign(waiting[0], &world.card).await), "personnel/too-late");
    let late = world.approve_with(waiting[0], &cms, orders::Numbering::OneEach).await;
    assert_eq!(refusal(late), "personnel/too-late");
    world.now = drafted;
    assert_eq!(world.approve(waiting[0]).await.unwrap().len(), 1);
}
