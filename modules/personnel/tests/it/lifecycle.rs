//! The way of a case, and two people at once.

use crate::world::{AGENCY, OTHER, World, agency, futures, refusal, row, second_row};
use kernel::{FixedClock, RowId};
use orders::{Family, Numbering, Standing};
use personnel::{Approver, CaseState, CommitteeDecision, Confirmation, InPlaceOf, Route};
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

#[tokio::test]
async fn more_approvals_at_once_than_connections_do_not_wait_for_each_other() {
    let world = World::new().await;
    let mut cases = Vec::new();
    for n in 0..32 {
        cases.push(world.awaiting(&row(&format!("好事{n}"), "4010")).await);
    }
    let issued = futures(cases.iter().map(|seen| world.approve(*seen))).await;
    let mut serials: Vec<u32> = issued.into_iter().map(|one| one.unwrap()[0].number.serial()).collect();
    serials.sort_unstable();
    assert_eq!(serials, (1..=32).collect::<Vec<u32>>());
}

#[tokio::test]
async fn the_committees_refusal_stays_on_file_and_bars_issuing_first() {
    let world = World::new().await;
    let db = &world.test.db;
    let id = world.case(&row("好事", "4010")).await;
    let case = personnel::submit(db, (id, 1), world.now).await.unwrap();
    let seen = (id, case.version);
    let on = world.today();
    let tomorrow = on.next_day().unwrap();
    assert_eq!(refusal(personnel::record_refusal(db, seen, on, " ", world.now).await), "award/remark");
    assert_eq!(
        refusal(personnel::record_refusal(db, seen, tomorrow, "事實不明", world.now).await),
        "award/meeting-day"
    );
    let case = personnel::record_refusal(db, seen, on, "事實不明", world.now).await.unwrap();
    assert_eq!(case.state, CaseState::Draft { remark: Some("事實不明".into()) });
    let first = personnel::submit_issue_first(db, (id, case.version), "前有同類案件", world.now).await;
    assert_eq!(refusal(first), "award/committee-refused");
    let case = personnel::submit(db, (id, case.version), world.now).await.unwrap();
    let case = personnel::return_case(db, (id, case.version), "補件", world.now).await.unwrap();
    let first = personnel::submit_issue_first(db, (id, case.version), "前有同類案件", world.now).await;
    assert_eq!(refusal(first), "award/committee-refused", "whatever happened to the case since");
    let file = personnel::case_file(db, &[agency()], id).await.unwrap().unwrap();
    assert_eq!(file.case.committee, Some(CommitteeDecision { on, agreed: false }));
    let case = personnel::submit(db, (id, case.version), world.now).await.unwrap();
    let case = personnel::record_agreement(db, (id, case.version), on, world.now).await.unwrap();
    world.approve((id, case.version)).await.unwrap();
    let file = personnel::case_file(db, &[agency()], id).await.unwrap().unwrap();
    assert_eq!(file.case.committee, Some(CommitteeDecision { on, agreed: true }));
}

#[tokio::test]
async fn the_head_does_not_approve_an_award_of_the_head() {
    let world = World::new().await;
    let own = format!("B199960300,李範例,{AGENCY},好事,,4010,,A02,BT,公務人員平時獎懲標準表,,3,,2,,1\n");
    let seen = world.awaiting(&format!("{own}{}", second_row("另一件好事"))).await;
    let Err(personnel::PersonnelError::Refused(no)) = world.sign(seen, &world.card).await else {
        panic!("the head may sign")
    };
    assert_eq!((no.code, no.citation.as_deref()), ("award/own-row", Some("行政程序法第32條第1款")));
    assert!(no.text.zh.contains("李範例"));
    assert_eq!(refusal(world.approve_with(seen, b"", Numbering::OneEach).await), "award/own-row");
    let rows = personnel::case_file(&world.test.db, &[agency()], seen.0).await.unwrap().unwrap().rows;
    let case = personnel::return_rows(&world.test.db, seen, &[rows[0].id], "應迴避", world.now).await.unwrap();
    assert_eq!(world.approve((seen.0, case.version)).await.unwrap().len(), 1);
}

#[tokio::test]
async fn a_deputy_does_not_approve_what_they_prepared() {
    let world = World::new().await;
    // A row about neither of those who might approve it.
    let seen = world.awaiting(&second_row("好事")).await;
    let place = InPlaceOf { head: world.head().await, absence: "請假".into(), outcomes: None };
    let deputy = |person| Approver { person, acting_for: Some(place.clone()) };
    let prepare = async |approver: &Approver| {
        personnel::prepare_approval(&world.test.db, &world.random, seen, approver, world.now).await
    };
    assert_eq!(refusal(prepare(&deputy(world.officer().await)).await), "award/deputy-prepared");
    prepare(&deputy(world.person("A800000014").await.id)).await.unwrap();
}

#[tokio::test]
async fn rows_that_were_returned_go_on_in_a_case_of_their_own() {
    let world = World::new().await;
    let db = &world.test.db;
    let seen = world.awaiting(&format!("{}{}", row("好事", "4010"), second_row("另一件好事"))).await;
    let file = personnel::case_file(db, &[agency()], seen.0).await.unwrap().unwrap();
    let back = file.rows[1].id;
    let case = personnel::return_rows(db, seen, &[back], "事由不明", world.now).await.unwrap();
    assert_eq!(world.approve((seen.0, case.version)).await.unwrap().len(), 1);
    let drafts = personnel::cases(db, &[agency()], &["draft"]).await.unwrap();
    assert_eq!((drafts.len(), drafts[0].kept, drafts[0].returned), (1, 0, 1));
    assert_eq!(drafts[0].case.batch, file.case.batch);
    let rest = drafts[0].case.id;
    let rows = personnel::case_file(db, &[agency()], rest).await.unwrap().unwrap().rows;
    assert_eq!((rows.len(), rows[0].id, rows[0].returned.as_deref()), (1, back, Some("事由不明")));
    assert_eq!(personnel::case_file(db, &[agency()], seen.0).await.unwrap().unwrap().rows.len(), 1);
    let cells: Vec<String> = second_row("說明清楚的好事").trim().split(',').map(str::to_owned).collect();
    let mended = personnel::mend_row(db, &world.scope(), rest, back, cells.try_into().unwrap(), world.now).await;
    assert!(matches!(mended, Ok(personnel::Typed::Kept(_))), "{mended:?}");
    let version = personnel::case_file(db, &[agency()], rest).await.unwrap().unwrap().case.version;
    let case = personnel::submit(db, (rest, version), world.now).await.unwrap();
    let case = personnel::record_agreement(db, (rest, case.version), world.today(), world.now).await.unwrap();
    let issued = world.approve((rest, case.version)).await.unwrap();
    assert_eq!(issued[0].number.serial(), 2);
}

#[tokio::test]
async fn who_moved_away_is_named_before_the_head_signs() {
    let world = World::new().await;
    let db = &world.test.db;
    let seen = world.awaiting(&format!("{}{}", row("好事", "4010"), second_row("另一件好事"))).await;
    let cms = world.sign(seen, &world.card).await.unwrap();
    world.people(&format!("科員,B120863158,潘堃,1,0710101,{OTHER},P07,b@example.gov.tw,資訊室\n")).await;
    assert!(world.sign(seen, &world.card).await.is_ok(), "who arrived elsewhere has not left for that");
    world.leaves("B120863158", agency()).await;
    let Err(personnel::PersonnelError::Refused(no)) = world.sign(seen, &world.card).await else {
        panic!("somebody else's person")
    };
    assert_eq!(no.code, "award/moved");
    assert!(no.text.zh.contains("潘堃") && !no.text.zh.contains("王小明"), "{}", no.text.zh);
    assert_eq!(refusal(world.approve_with(seen, &cms, Numbering::OneEach).await), "award/moved");
    let rows = personnel::case_file(db, &[agency()], seen.0).await.unwrap().unwrap().rows;
    let case = personnel::return_rows(db, seen, &[rows[1].id], "已調職", world.now).await.unwrap();
    let issued = world.approve((seen.0, case.version)).await.unwrap();
    assert_eq!(issued[0].text(orders::field::SERVING_AGENCY), "行政院人事行政總處");
}

#[tokio::test]
async fn nobody_counts_as_reminded_without_a_mail() {
    let world = World::new().await;
    let db = &world.test.db;
    let id = world.case(&row("好事", "4010")).await;
    let case = personnel::submit_issue_first(db, (id, 1), "前有同類案件", world.now).await.unwrap();
    world.approve((id, case.version)).await.unwrap();
    let late = datetime!(2027-02-10 02:00 UTC);
    world.people(&format!("科長,A123456789,王小明,1,0700101,{AGENCY},P09,,人事室\n")).await;
    assert_eq!(personnel::remind(db, &world.random, late).await.unwrap(), 0);
    world.people(&format!("科長,A123456789,王小明,1,0700101,{AGENCY},P09,a@example.gov.tw,人事室\n")).await;
    assert_eq!(personnel::remind(db, &world.random, late).await.unwrap(), 1);
    assert_eq!(personnel::remind(db, &world.random, late).await.unwrap(), 0);
}
