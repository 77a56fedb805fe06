//! The record of a person: masked, opened for a purpose, changed, and silent towards other agencies.

use crate::world::{HERE, NOW, Reply, THERE, Who, World, code};
use axum::http::StatusCode;
use personnel::{PEOPLE_HEADINGS, Section};

const SECRET: &str = "南投縣南投市秘密路九號";

async fn person_path(world: &World) -> String {
    format!("/people/{}", world.person(Who::Civil))
}

async fn keep_contact(world: &World) -> Reply {
    let path = format!("{}/contact/edit", person_path(world).await);
    world
        .post(Who::Officer, &path, &[("household_address-0", SECRET), ("mobile-0", "0912-345-678"), ("seen", "0")])
        .await
}

/// What the log says of the civil servant, oldest first: purpose, fields and page.
async fn looks(world: &World) -> Vec<(String, String, String, String)> {
    let period = readlog::Period::default();
    let (mut entries, _) = readlog::reads_of(&world.app.db, world.person(Who::Civil), period, 100, 0).await.unwrap();
    entries.sort_by_key(|entry| entry.id);
    let line =
        |entry: readlog::Entry| (entry.purpose.code, entry.purpose.words, entry.fields.join("|"), entry.via_name);
    entries.into_iter().map(line).collect()
}

#[tokio::test]
async fn a_record_is_masked_until_a_purpose_is_chosen_and_each_look_is_logged() {
    let world = World::new().await;
    let path = person_path(&world).await;
    keep_contact(&world).await.is(StatusCode::SEE_OTHER);
    let page = world.get(Who::Officer, &path).await.is(StatusCode::OK).says("林受獎").says("A22345****").says("已遮蔽");
    page.says("王承辦於").says("各機關人事資料管理規則第9條第1項");
    let masked =
        |page: &Reply| ["A223456781", SECRET, "070/03/03", "civil@"].iter().all(|word| !page.text().contains(word));
    assert!(masked(&world.get(Who::Officer, &path).await));
    let open = format!("{path}/open");
    let refused = [
        &[("part", "identity")][..],
        &[("purpose", "keep")],
        &[("purpose", "other"), ("part", "identity"), ("words", " ")],
        &[("purpose", "curiosity"), ("part", "identity")],
        &[("purpose", "keep"), ("part", "bank")],
    ];
    for pairs in refused {
        let page = world.post(Who::Officer, &open, pairs).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        assert!(masked(&page), "{pairs:?}");
    }
    world.get(Who::Officer, &format!("{path}/contact/edit")).await.is(StatusCode::OK).says(SECRET);
    let before = looks(&world).await;
    let chosen = [("purpose", "other"), ("words", "縣長信箱第12號"), ("part", "identity"), ("part", "contact")];
    let page = world.post(Who::Officer, &open, &chosen).await.is(StatusCode::OK);
    page.says("A223456781").says(SECRET).says("0912-345-678").says("本次查閱已記錄");
    let said = looks(&world).await;
    assert_eq!(said.len(), before.len() + 1, "{said:?}");
    let (purpose, words, fields, via) = said.last().unwrap().clone();
    assert_eq!((purpose.as_str(), words.as_str()), ("other", "其他：縣長信箱第12號"));
    assert_eq!((fields.as_str(), via.as_str()), ("身分證號、出生日期及電子郵件|通訊資料", "/people/{id}/open"));
    assert!(before.iter().any(|look| look.0 == "view") && before.iter().any(|look| look.0 == "keep"));
    // Opening again asks again.
    assert!(masked(&world.get(Who::Officer, &path).await));
}

#[tokio::test]
async fn what_cannot_be_logged_is_not_shown() {
    let world = World::new().await;
    let path = person_path(&world).await;
    keep_contact(&world).await.is(StatusCode::SEE_OTHER);
    db::query("ALTER TABLE readlog.entry RENAME TO gone").execute(world.app.db.pool()).await.unwrap();
    let chosen = [("purpose", "keep"), ("part", "identity"), ("part", "contact")];
    let answers = [
        world.get(Who::Officer, &path).await,
        world.post(Who::Officer, &format!("{path}/open"), &chosen).await,
        world.get(Who::Officer, &format!("{path}/contact/edit")).await,
        world.post(Who::Officer, "/people", &[("q", "A223456781")]).await,
    ];
    for answer in answers {
        let answer = answer.is(StatusCode::INTERNAL_SERVER_ERROR);
        assert!(!answer.text().contains(SECRET) && !answer.text().contains("林受獎"));
    }
}

#[tokio::test]
async fn only_officers_of_the_agency_open_and_change_a_record() {
    let world = World::new().await;
    let path = person_path(&world).await;
    for who in [Who::Secretary, Who::Head, Who::Operator, Who::Civil, Who::Stranger] {
        for under in ["", "/bank", "/contact/edit", "/bank/edit"] {
            world.get(who, &format!("{path}{under}")).await.is(StatusCode::NOT_FOUND);
        }
        for under in ["/open", "/bank", "/contact/edit", "/bank/edit", "/leave", "/stay"] {
            let pairs = [("purpose", "keep"), ("part", "identity"), ("left_on", "1151123")];
            world.post(who, &format!("{path}{under}"), &pairs).await.is(StatusCode::NOT_FOUND);
        }
    }
    for odd in ["/people/0", "/people/x", "/people/99999999999", &format!("{path}/odd/edit")] {
        world.get(Who::Officer, odd).await.is(StatusCode::NOT_FOUND);
    }
    let person = world.person(Who::Civil);
    assert_eq!(personnel::section_marks(&world.app.db, &code(HERE), person).await.unwrap(), []);
    assert!(looks(&world).await.is_empty());
}

#[tokio::test]
async fn a_section_is_changed_field_by_field_and_the_person_reads_it() {
    let world = World::new().await;
    let path = person_path(&world).await;
    let edit = format!("{path}/family/edit");
    let faulty = [("relation-0", "配偶"), ("national_id-0", "A123456788"), ("relation-1", ""), ("seen", "0")];
    let page = world.post(Who::Officer, &edit, &faulty).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("name-0-error").says("national_id-0-error").says("value=\"A123456788\"");
    let good = [("relation-0", "配偶"), ("name-0", "王家屬"), ("national_id-0", "A123456789"), ("seen", "0")];
    world.post(Who::Officer, &edit, &good).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, &edit).await.is(StatusCode::OK).says("value=\"王家屬\"").says("name=\"relation-3\"");
    let stale = world.post(Who::Officer, &edit, &good).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    stale.says("已由他人變更");
    let bank = [("bank-0", "004"), ("account-0", "12345678901"), ("holder-0", "林受獎"), ("seen", "0")];
    world.post(Who::Officer, &format!("{path}/bank/edit"), &bank).await.is(StatusCode::SEE_OTHER);
    let asked = world.get(Who::Officer, &format!("{path}/bank")).await.is(StatusCode::OK);
    assert!(!asked.text().contains("12345678901"));
    let open = world.post(Who::Officer, &format!("{path}/bank"), &[("purpose", "handle")]).await;
    open.is(StatusCode::OK).says("12345678901").says("本次查閱已記錄");
    let own = world.get(Who::Civil, "/mydata/record").await.is(StatusCode::OK);
    own.says("南投縣政府").says("王家屬").says("王承辦於");
    let others = world.get(Who::Secretary, "/mydata/record").await.is(StatusCode::OK);
    assert!(!others.text().contains("王家屬"));
    let marks = personnel::section_marks(&world.app.db, &code(HERE), world.person(Who::Civil)).await.unwrap();
    assert!(marks.iter().any(|mark| mark.section == Section::Bank && mark.version == 1));
}

/// A page without what differs from person to person anyway: the id, and numbers that are drawn.
fn plain(reply: &Reply, id: &str) -> String {
    let text = reply.text().replace(id, "ID");
    let words: Vec<&str> = text.split("/people/").collect();
    let rest = |part: &str| part.trim_start_matches(|c: char| c.is_ascii_digit()).to_owned();
    let first = words[0].to_owned();
    let parts = words[1..].iter().map(|part| rest(part));
    let text = std::iter::once(first).chain(parts).collect::<Vec<_>>().join("/people/#");
    let pieces: Vec<String> = text.split("person=").map(rest).collect();
    format!("{} {} {}", reply.status, reply.location, pieces.join("person=#"))
}

#[tokio::test]
async fn an_officer_reads_the_same_whether_or_not_somebody_is_on_file_elsewhere() {
    let there = ("A200000003", "趙外人");
    let mut said = Vec::new();
    // Two worlds, the same steps: in one of them the other agency has the person, in the other it has let them go for good.
    for known in [true, false] {
        let world = World::new().await;
        let (id, name) = there;
        // Where the person is known they have a card and leave there too.
        let last = kernel::office_date(NOW).to_string();
        let leave = [("kind", "leave"), ("from_on", ""), ("until_on", last.as_str())];
        world.post(Who::Stranger, "/leave", &leave).await.is(StatusCode::SEE_OTHER);
        if !known {
            let person = world.person(Who::Stranger);
            let delete = [
                "DELETE FROM personnel.roster WHERE person = $1",
                "UPDATE access.card SET person = 0 WHERE person = $1",
                "UPDATE personnel.person SET national_id = 'X' WHERE id = $1",
            ];
            for statement in delete {
                db::query(statement).bind(person.0).execute(world.app.db.pool()).await.unwrap();
            }
        }
        let head = PEOPLE_HEADINGS.join(",");
        let list =
            |agency: &str| format!("{head}\r\n{id},{name},2,0730505,{agency},,B100,民政處,辦事員,P03,280,1141101,\r\n");
        let row = [
            ("national_id", id),
            ("person_name", name),
            ("agency", HERE),
            ("reason", "辦理選務"),
            ("outcome", "4001"),
            ("category", "A02"),
        ];
        let mut pages = Vec::new();
        for round in 0..3 {
            if round > 0 {
                let file = list(HERE);
                let send = ("file", "people.csv", file.as_bytes());
                pages.push(plain(&world.send(Who::Officer, "/people/import", send, &[]).await, id));
            }
            for path in ["/people", "/work", "/paper", "/orders", "/awards"] {
                pages.push(plain(&world.get(Who::Officer, path).await, id));
            }
            pages.push(plain(&world.post(Who::Officer, "/people", &[("q", id)]).await, id));
            pages.push(plain(&world.post(Who::Officer, "/awards/new", &row).await, id));
            let found = personnel::person_at_by_national_id(&world.app.db, &[code(HERE)], id).await.unwrap();
            if let Some(person) = found {
                let path = format!("/people/{}", person.id);
                pages.push(plain(&world.get(Who::Officer, &path).await, id));
                let chosen = [("purpose", "keep"), ("part", "identity"), ("part", "awards"), ("part", "contact")];
                pages.push(plain(&world.post(Who::Officer, &format!("{path}/open"), &chosen).await, id));
                pages.push(plain(&world.get(Who::Officer, &format!("{path}/family/edit")).await, id));
                pages.push(plain(&world.get(Who::Officer, &format!("{path}/card")).await, id));
                let (chosen, last) = (person.id.to_string(), kernel::office_date(NOW).to_string());
                let leave = [("person", chosen.as_str()), ("kind", "leave"), ("from_on", ""), ("until_on", &last)];
                let entered = world.post(Who::Officer, "/deputies/leave", &leave).await;
                pages.push(format!("leave {} {}", entered.status, entered.location));
            }
        }
        let file = list(THERE);
        let send = ("file", "people.csv", file.as_bytes());
        pages.push(plain(&world.send(Who::Officer, "/people/import", send, &[]).await, id));
        said.push(pages);
    }
    let unknown = said.pop().unwrap();
    for (at, (known, unknown)) in said.remove(0).into_iter().zip(unknown).enumerate() {
        assert_eq!(known, unknown, "answer {at}");
    }
}

#[tokio::test]
async fn who_arrives_elsewhere_is_asked_after_and_loses_the_office_on_leaving() {
    let world = World::new().await;
    let head = PEOPLE_HEADINGS.join(",");
    let file = format!("{head}\r\nA123456770,李秘書,2,0660102,{THERE},教育部,B100,秘書處,專員,P07,460,1151123,\r\n");
    let send = ("file", "people.csv", file.as_bytes());
    world.send(Who::Stranger, "/people/import", send, &[]).await.is(StatusCode::SEE_OTHER);
    let path = format!("/people/{}", world.person(Who::Secretary));
    world.get(Who::Officer, "/work").await.says("李秘書已於其他機關報到").says(&path);
    let page = world.get(Who::Officer, &path).await.is(StatusCode::OK).says("請確認離職日期");
    assert!(!page.text().contains("教育部"), "where it was is not told");
    world.get(Who::Stranger, "/work").await.is(StatusCode::OK);
    let own = world.get(Who::Secretary, "/mydata/record").await;
    own.says("教育部").says("南投縣政府");
    world.get(Who::Secretary, "/committee").await.is(StatusCode::OK);
    let leave = format!("{path}/leave");
    let again = StatusCode::UNPROCESSABLE_ENTITY;
    for (typed, told) in [
        ("1160101", "離職日期晚於今日"),
        ("0980101", "離職日期早於到職日期"),
        ("昨天", "日期看不懂"),
        ("", "請填寫離職日期"),
    ] {
        let page = world.post(Who::Officer, &leave, &[("left_on", typed)]).await.is(again).says(told);
        let page = page.says("<details class=\"govuk-details\" open>").says("href=\"#left_on\"");
        assert!(page.text().contains(&format!("value=\"{typed}\"")), "{typed} is still there");
    }
    world.get(Who::Secretary, "/committee").await.is(StatusCode::OK);
    world.post(Who::Officer, &leave, &[("left_on", "1151123")]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Secretary, "/committee").await.is(StatusCode::NOT_FOUND);
    let page = world.get(Who::Officer, "/people").await;
    assert!(!page.text().contains("李秘書"));
    world.get(Who::Officer, &path).await.says("離職日期").says("115/11/23");
    let asked = world.get(Who::Officer, "/work").await;
    assert!(!asked.text().contains("李秘書"));
    assert_eq!(kernel::office_date(NOW).to_string(), "2026-11-23");
}

#[tokio::test]
async fn who_still_serves_here_is_kept() {
    let world = World::new().await;
    let head = PEOPLE_HEADINGS.join(",");
    let file = format!("{head}\r\nA223456781,林受獎,2,0700303,{THERE},教育部,B100,秘書處,專員,P07,460,1151123,\r\n");
    world
        .send(Who::Stranger, "/people/import", ("file", "p.csv", file.as_bytes()), &[])
        .await
        .is(StatusCode::SEE_OTHER);
    let path = person_path(&world).await;
    world.post(Who::Officer, &format!("{path}/stay"), &[]).await.is(StatusCode::SEE_OTHER);
    let page = world.get(Who::Officer, &path).await.is(StatusCode::OK);
    assert!(!page.text().contains("請確認離職日期"));
}
