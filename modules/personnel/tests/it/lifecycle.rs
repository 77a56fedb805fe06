//! The way of a case, and two people at once.

use crate::world::{World, agency, refusal, row, second_row};
use kernel::{FixedClock, RowId};
use orders::{Family, Numbering, Standing};
use personnel::{CaseState, Confirmation, Route};
use seal::CertificateRequest;
use time::macros::{date, datetime};

#[tokio::test]
async fn an_approved_case_is_numbered_sealed_registered_and_delivered_by_consent() {
    let world = World::new().await;
    let db = &world.test.db;
    let first = world.officer().await;
    let mut tx = db.begin().await.unwrap();
    orders::give_consent(&mut tx, first, Family::Award, true, world.now).await.unwrap();
    tx.commit().await.unwrap();
    let issued = world.issued(&format!("{}{}", row("好事", "4010"), second_row("另一件好事"))).await;
    let numbers: Vec<String> = issued.iter().map(|order| order.number.to_string()).collect();
    assert_eq!(numbers, ["總處人考字第1150000001號", "總處人考字第1150000002號"]);
    assert_eq!(orders::standing(db, issued[0].id).await.unwrap(), Standing::Valid);
    assert_eq!(orders::deliver(db, &world.random, world.now).await.unwrap(), 1);
    assert_eq!(orders::deliver(db, &world.random, world.now).await.unwrap(), 0);
    let service = orders::service(db, issued[0].id).await.unwrap().unwrap();
    assert_eq!((service.electronic, service.entered_at), (true, Some(world.now)));
    assert_eq!(orders::paper_queue(db, &[agency()]).await.unwrap().len(), 1);
    let (deadline, citation) = orders::remedy(&issued[0], date!(2026 - 11 - 23)).unwrap();
    assert_eq!((deadline.on, citation.to_string().as_str()), (date!(2026 - 12 - 23), "公務人員保障法第30條第1項"));
    let bundle = orders::bundle(db, &issued[1]).await.unwrap().unwrap();
    assert!(seal::bundle::Bundle::parse(&bundle).is_ok());
    assert_eq!(orders::check(db, &[issued[0].id, issued[1].id]).await.unwrap(), [""; 0]);
    assert_eq!(personnel::records(db, first).await.unwrap().len(), 1);
}

#[tokio::test]
async fn notice_mail_has_the_fixed_subject_a_code_and_no_link() {
    let world = World::new().await;
    let db = &world.test.db;
    let person = world.officer().await;
    let mut tx = db.begin().await.unwrap();
    orders::give_consent(&mut tx, person, Family::Award, true, world.now).await.unwrap();
    tx.commit().await.unwrap();
    let order = world.issued(&row("好事", "4010")).await.remove(0);
    orders::deliver(db, &world.random, world.now).await.unwrap();
    let folder = std::env::temp_dir().join(format!("renshi-mail-{}", std::process::id()));
    assert_eq!(orders::spool(db, &folder, world.now).await.unwrap(), 1);
    assert_eq!(orders::spool(db, &folder, world.now).await.unwrap(), 0);
    let file = std::fs::read_dir(&folder).unwrap().next().unwrap().unwrap().path();
    let mail = std::fs::read_to_string(file).unwrap();
    std::fs::remove_dir_all(folder).unwrap();
    let body = mail.split("\r\n\r\n").nth(1).unwrap().replace(['\r', '\n'], "");
    let body = String::from_utf8(base64_decode(&body)).unwrap();
    assert!(!body.contains("http"), "{body}");
    let code = body.split("查驗碼：").nth(1).unwrap().lines().next().unwrap();
    let genuine = orders::check_code(db, person, &code.to_lowercase()).await.unwrap().unwrap();
    assert_eq!(genuine.subject, "行政院人事行政總處中華民國115年11月23日個人獎勵令通知信(非社交工程演練)");
    assert_eq!(genuine.order, Some(order.id));
    assert!(orders::check_code(db, person, "AAAA-BBBB-CCCC").await.unwrap().is_none());
}

fn base64_decode(text: &str) -> Vec<u8> {
    use std::process::{Command, Stdio};
    // The standard tool, so that the mail is read by something that is not ours.
    let mut child = Command::new("base64").arg("-d").stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    std::io::Write::write_all(&mut child.stdin.take().unwrap(), text.as_bytes()).unwrap();
    child.wait_with_output().unwrap().stdout
}

#[tokio::test]
async fn of_two_approvals_at_once_one_wins_and_the_other_is_told() {
    let world = World::new().await;
    let seen = world.awaiting(&format!("{}{}", row("好事", "4010"), second_row("另一件好事"))).await;
    let cms = world.sign(seen, &world.card).await.unwrap();
    let (a, b) = tokio::join!(
        world.approve_with(seen, &cms, Numbering::OneEach),
        world.approve_with(seen, &cms, Numbering::OneEach)
    );
    let (won, lost) = if a.is_ok() { (a, b) } else { (b, a) };
    assert_eq!(won.unwrap().len(), 2);
    assert_eq!(refusal(lost), "personnel/stale-case");
    assert_eq!(orders::number_gaps(&world.test.db).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn a_refused_approval_leaves_no_number_and_no_leaf() {
    let world = World::new().await;
    let request = CertificateRequest { name: "他人", serial_number: "2", organization: "" };
    let other = world.authority.issue_card(&world.random, &request, world.now).unwrap();
    let seen = world.awaiting(&row("好事", "4010")).await;
    let cms = world.sign(seen, &other).await.unwrap();
    assert_eq!(refusal(world.approve_with(seen, &cms, Numbering::OneEach).await), "orders/other-card");
    let cms = world.sign(seen, &world.card).await.unwrap();
    let stranger = seal::Authority::create(&world.random, "別的憑證中心", world.now).unwrap();
    let false_card = stranger.issue_card(&world.random, &request, world.now).unwrap();
    let forged = world.sign(seen, &false_card).await.unwrap();
    assert_eq!(refusal(world.approve_with(seen, &forged, Numbering::OneEach).await), "orders/bad-signature");
    assert_eq!(refusal(world.approve_with(seen, &cms, Numbering::OneEach).await), "orders/changed-since-shown");
    let issued = world.approve(seen).await.unwrap();
    assert_eq!(issued[0].number.serial(), 1);
}

#[tokio::test]
async fn a_number_for_all_is_one_number_in_parts_and_each_shows_one_person() {
    let world = World::new().await;
    let seen = world.awaiting(&format!("{}{}", row("好事", "4010"), second_row("另一件好事"))).await;
    let cms = world.sign(seen, &world.card).await.unwrap();
    let issued = world.approve_with(seen, &cms, Numbering::OneForAll).await.unwrap();
    let labels: Vec<String> = issued.iter().map(orders::Issued::label).collect();
    assert_eq!(labels, ["總處人考字第1150000001號-1", "總處人考字第1150000001號-2"]);
    assert!(!issued[0].fields.iter().any(|field| field.value.contains("潘堃")));
    assert_eq!(orders::number_gaps(&world.test.db).await.unwrap(), [""; 0]);
}

#[tokio::test]
async fn issue_first_is_for_small_awards_and_is_confirmed_within_three_months() {
    let world = World::new().await;
    let db = &world.test.db;
    let big = world.case(&row("大事", "4100")).await;
    let refused = personnel::submit_issue_first(db, (big, 1), "前有同類案件", world.now).await;
    assert_eq!(refusal(refused), "award/not-issue-first");
    let small = world.case(&row("好事", "4010")).await;
    let unreasoned = personnel::submit_issue_first(db, (small, 1), " ", world.now).await;
    assert_eq!(refusal(unreasoned), "award/remark");
    let case = personnel::submit_issue_first(db, (small, 1), "前有同類案件", world.now).await.unwrap();
    world.approve((small, case.version)).await.unwrap();
    let file = personnel::case_file(db, &[agency()], small).await.unwrap().unwrap();
    let CaseState::Issued { route: Route::IssueFirst { .. }, confirmation: Confirmation::Due(by), .. } =
        file.case.state
    else {
        panic!("{:?}", file.case.state)
    };
    assert_eq!(by, date!(2027 - 02 - 23));
    let late = datetime!(2027-02-10 02:00 UTC);
    assert_eq!(personnel::remind(db, &world.random, world.now).await.unwrap(), 0);
    assert_eq!(personnel::remind(db, &world.random, late).await.unwrap(), 1);
    assert_eq!(personnel::remind(db, &world.random, late).await.unwrap(), 0);
    let seen = (small, file.case.version);
    let early = personnel::confirm(db, seen, date!(2026 - 11 - 01), true, late).await;
    assert_eq!(refusal(early), "award/meeting-day");
    let case = personnel::confirm(db, seen, date!(2027 - 02 - 09), true, late).await.unwrap();
    let agreed = Confirmation::Agreed(date!(2027 - 02 - 09));
    assert!(matches!(case.state, CaseState::Issued { confirmation, .. } if confirmation == agreed));
}

#[tokio::test]
async fn rows_come_back_with_a_remark_are_mended_and_go_again() {
    let world = World::new().await;
    let db = &world.test.db;
    let id = world.case(&format!("{}{}", row("好事", "4010"), second_row("另一件好事"))).await;
    let case = personnel::submit(db, (id, 1), world.now).await.unwrap();
    let rows = personnel::case_file(db, &[agency()], id).await.unwrap().unwrap().rows;
    let seen = (id, case.version);
    let none: Vec<RowId> = Vec::new();
    assert_eq!(refusal(personnel::return_rows(db, seen, &none, "事由不明", world.now).await), "award/choose-rows");
    let case = personnel::return_rows(db, seen, &[rows[1].id], "事由不明", world.now).await.unwrap();
    assert!(matches!(case.state, CaseState::InReview { .. }));
    let stale = personnel::return_case(db, seen, "再議", world.now).await;
    assert_eq!(refusal(stale), "personnel/stale-case");
    let case = personnel::return_case(db, (id, case.version), "再議", world.now).await.unwrap();
    assert_eq!(case.state, CaseState::Draft { remark: Some("再議".into()) });
    let cells = second_row("說明清楚的好事").trim().split(',').map(str::to_owned).collect::<Vec<_>>();
    let cells: [String; 16] = cells.try_into().unwrap();
    let mended = personnel::mend_row(db, &world.scope(), id, rows[1].id, cells, world.now).await.unwrap();
    assert!(matches!(mended, personnel::Typed::Kept(_)), "{mended:?}");
    let file = personnel::case_file(db, &[agency()], id).await.unwrap().unwrap();
    assert!(file.rows.iter().all(|row| row.returned.is_none()));
    assert_eq!(file.rows[1].reason, "說明清楚的好事");
}

#[tokio::test]
async fn a_batch_is_undone_in_one_step_until_a_case_of_it_is_approved() {
    let world = World::new().await;
    let (db, officer) = (&world.test.db, world.officer().await);
    let id = world.case(&row("好事", "4010")).await;
    let batch = personnel::case_file(db, &[agency()], id).await.unwrap().unwrap().case.batch;
    let stranger = world.person("B120863158").await.id;
    assert_eq!(refusal(personnel::undo(db, batch, stranger, world.now).await), "personnel/no-such-case");
    assert_eq!(personnel::undo(db, batch, officer, world.now).await.unwrap(), 1);
    assert_eq!(world.check(&row("好事", "4010")).await.findings, []);
    let seen = world.awaiting(&row("好事", "4010")).await;
    world.approve(seen).await.unwrap();
    let batch = personnel::case_file(db, &[agency()], seen.0).await.unwrap().unwrap().case.batch;
    assert_eq!(refusal(personnel::undo(db, batch, officer, world.now).await), "award/already-approved");
}

#[tokio::test]
async fn many_approvals_and_two_sequencers_never_number_or_register_twice() {
    let world = World::new().await;
    let db = &world.test.db;
    let mut cases = Vec::new();
    for n in 0..12 {
        let seen =
            world.awaiting(&format!("{}{}", row(&format!("好事{n}"), "4010"), second_row(&format!("好事{n}")))).await;
        let cms = world.sign(seen, &world.card).await.unwrap();
        cases.push((seen, cms));
    }
    let clock = FixedClock(world.now);
    let sequencer = || async {
        for _ in 0..200 {
            register::sequence::sequence(db, &clock, &world.log_key, 3).await.unwrap();
            tokio::task::yield_now().await;
        }
    };
    let approvals = futures(cases.iter().map(|(seen, cms)| world.approve_with(*seen, cms, Numbering::OneEach)));
    let (issued, (), ()) = tokio::join!(approvals, sequencer(), sequencer());
    world.sequence().await;
    let mut serials: Vec<u32> =
        issued.into_iter().flat_map(Result::unwrap).map(|order| order.number.serial()).collect();
    serials.sort_unstable();
    assert_eq!(serials, (1..=24).collect::<Vec<u32>>());
    assert_eq!(register::fsck::fsck(db).await.unwrap().problems, [""; 0]);
    assert_eq!(orders::number_gaps(db).await.unwrap(), [""; 0]);
}

/// Runs futures side by side on this task.
async fn futures<T>(all: impl Iterator<Item = impl Future<Output = T>>) -> Vec<T> {
    let mut waiting: Vec<_> = all.map(|future| (Box::pin(future), None)).collect();
    std::future::poll_fn(|context| {
        let mut done = true;
        for (future, result) in &mut waiting {
            if result.is_none() {
                match future.as_mut().poll(context) {
                    std::task::Poll::Ready(value) => *result = Some(value),
                    std::task::Poll::Pending => done = false,
                }
            }
        }
        if done { std::task::Poll::Ready(()) } else { std::task::Poll::Pending }
    })
    .await;
    waiting.into_iter().filter_map(|(_, result)| result).collect()
}
