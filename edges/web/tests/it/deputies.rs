//! Deputies: named and limited, acting from the first day of leave until the day back, labelled wherever they act.

use crate::approval::hidden;
use crate::awards::{typed, upload};
use crate::world::{HERE, NOW, Reply, THERE, Who, World, award_file, code, one_award};
use access::{Action, NewDeputy, Office, Reach, Role};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use personnel::AwardCase;
use time::Duration;

/// The head's duty, by the list of duties.
pub async fn duty(world: &World) -> String {
    let list = world.get(Who::Officer, "/deputies").await.is(StatusCode::OK).says("機關首長").text();
    let at = list.find("\">機關首長</a>").unwrap_or_else(|| panic!("no duty of a head in {list}"));
    let href = list[..at].rfind("href=\"").unwrap() + 6;
    list[href..at].to_owned()
}

/// The officer names the secretary as deputy of the head, up to this award.
async fn name(world: &World, limit: &str) -> String {
    let duty = duty(world).await;
    world
        .get(Who::Officer, &format!("{duty}/new?q=%E6%9D%8E%E7%A7%98%E6%9B%B8"))
        .await
        .is(StatusCode::OK)
        .says("李秘書");
    let person = world.person(Who::Secretary).to_string();
    let pairs = [("person", person.as_str()), ("powers", "ApproveCase"), ("powers", "ReadCases"), ("limit", limit)];
    let reply = world.post(Who::Officer, &format!("{duty}/new"), &pairs).await.is(StatusCode::SEE_OTHER);
    assert_eq!(reply.location, duty);
    duty
}

/// The head goes on leave for a number of days from today.
pub async fn leave(world: &World, days: i64) {
    let last = kernel::office_date(NOW) + Duration::days(days - 1);
    let pairs = [("kind", "leave"), ("from_on", ""), ("until_on", &last.to_string())];
    world.post(Who::Head, "/leave", &pairs).await.is(StatusCode::SEE_OTHER);
}

async fn prepare(world: &World, case: &AwardCase) -> Reply {
    let version = case.version.to_string();
    let pairs = [("version", version.as_str()), ("numbering", "each")];
    world.post(Who::Secretary, &format!("/approvals/case/{}/sign", case.id), &pairs).await
}

async fn approve(world: &World, case: &AwardCase, page: &Reply) -> Reply {
    let fields = ["version", "numbering", "statement"].map(|name| (name, hidden(page, name)));
    let pairs: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    world.post(Who::Secretary, &format!("/approvals/case/{}/approve", case.id), &pairs).await
}

/// The text of a paper without white space.
fn printed(pdf: &[u8]) -> String {
    let file = std::env::temp_dir().join(format!("renshi-deputy-{}.pdf", std::process::id()));
    std::fs::write(&file, pdf).unwrap();
    let output = std::process::Command::new("pdftotext").arg("-layout").arg(&file).arg("-").output().unwrap();
    std::fs::remove_file(&file).unwrap();
    String::from_utf8(output.stdout).unwrap().split_whitespace().collect()
}

#[tokio::test]
async fn an_approval_by_a_deputy_is_labelled_in_the_page_the_order_and_the_register() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    let path = format!("/approvals/case/{}", case.id);
    let duty = name(&world, "all").await;
    world.get(Who::Secretary, &path).await.is(StatusCode::NOT_FOUND);
    leave(&world, 3).await;
    world.get(Who::Officer, &duty).await.says("請假，李秘書代理中").says("同一人可能既承辦又核定");
    world.get(Who::Secretary, "/approvals").await.is(StatusCode::OK).says("代理 陳首長").says(&path);
    world.get(Who::Secretary, &path).await.is(StatusCode::OK).says("您代理首長陳首長（請假）核定");
    let page = prepare(&world, &case).await.is(StatusCode::OK).says("代理首長陳首長（請假）");
    let statement = hidden(&page, "statement");
    assert!(statement.starts_with(&format!("{{\"acting_for\":\"head of {HERE}\",")), "{statement}");
    approve(&world, &case, &page).await.is(StatusCode::SEE_OTHER);
    while web::pass(&world.app).await.unwrap() {}

    let order = orders::orders_of_approval(&world.app.db, &case.reference()).await.unwrap().remove(0);
    assert_eq!(order.text(orders::field::HEAD_ABSENCE), "請假");
    assert_eq!(order.deputy(), "專員　李秘書　代行");
    let shown = format!("/orders/{}", order.id);
    world.get(Who::Officer, &shown).await.says("代理核定").says("縣長　陳首長　請假").says("專員　李秘書　代行");
    let pdf = world.get(Who::Officer, &format!("{shown}/order.pdf")).await.is(StatusCode::OK);
    let printed = printed(&pdf.bytes);
    assert!(printed.contains("縣長陳首長請假專員李秘書代行"), "{printed}");

    // What a stranger is given: the record names the deputy, the statement the office, and the verifier says so.
    let bundle = world.get(Who::Officer, &format!("{shown}/order.json")).await.is(StatusCode::OK);
    let json: serde_json::Value = serde_json::from_slice(&bundle.bytes).unwrap();
    let disclosed =
        |text: &serde_json::Value| String::from_utf8(URL_SAFE_NO_PAD.decode(text.as_str().unwrap()).unwrap()).unwrap();
    let fields: Vec<String> = json["disclosures"].as_array().unwrap().iter().map(disclosed).collect();
    assert!(fields.iter().any(|field| field.contains("\"deputy_name\",\"李秘書\"")), "{fields:?}");
    let checked = seal::bundle::Bundle::parse(&bundle.bytes).unwrap().check(None).unwrap();
    assert_eq!(checked.approval.statement.acting_for().as_deref(), Some(format!("head of {HERE}").as_str()));
    assert!(!serde_json::to_string(&checked.approval.statement.canonical()).unwrap().contains("陳首長"));
}

#[tokio::test]
async fn a_deputy_loses_the_power_on_the_day_back_even_with_the_page_open() {
    let mut world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    let path = format!("/approvals/case/{}", case.id);
    name(&world, "all").await;
    leave(&world, 1).await;
    // Ten minutes to midnight in Taipei.
    world.set_clock(NOW + Duration::minutes(13 * 60 + 50));
    world.sign_in_again(Who::Secretary).await;
    let page = prepare(&world, &case).await.is(StatusCode::OK);
    world.set_clock(NOW + Duration::hours(14));
    approve(&world, &case, &page).await.is(StatusCode::NOT_FOUND);
    for path in ["/approvals", &path] {
        world.get(Who::Secretary, path).await.is(StatusCode::NOT_FOUND);
    }
    assert!(orders::orders_of_approval(&world.app.db, &case.reference()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_deputy_approves_up_to_the_limit_and_an_award_of_the_head_but_none_of_their_own() {
    let world = World::new().await;
    name(&world, "commendation").await;
    leave(&world, 1).await;
    let row = |id, name, code| award_file(&[(id, name, "辦理選務工作，圓滿完成。", code)]);
    let merit = world.awaiting_head(&row("A223456781", "林受獎", "4010")).await;
    prepare(&world, &merit).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("超過代理人核定額度");
    let of_head = world.awaiting_head(&row("B199960300", "陳首長", "4001")).await;
    let page = prepare(&world, &of_head).await.is(StatusCode::OK);
    approve(&world, &of_head, &page).await.is(StatusCode::SEE_OTHER);
    let own = world.awaiting_head(&row("A123456770", "李秘書", "4001")).await;
    prepare(&world, &own).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("應自行迴避");
}

#[tokio::test]
async fn what_was_done_is_handed_back_and_acknowledged() {
    let world = World::new().await;
    let case = world.awaiting_head(&one_award()).await;
    name(&world, "all").await;
    leave(&world, 2).await;
    let page = prepare(&world, &case).await.is(StatusCode::OK);
    approve(&world, &case, &page).await.is(StatusCode::SEE_OTHER);
    // What is refused is not handed back; nor what the secretary does in an office of their own.
    let version = (case.version + 1).to_string();
    let silent = [("version", version.as_str()), ("remark", "")];
    world.post(Who::Secretary, &format!("/approvals/case/{}/return", case.id), &silent).await;
    let list = world.get(Who::Head, "/deputies/handback").await.is(StatusCode::OK);
    let list = list.says("李秘書").says(&format!("/approvals/case/{}\">核定", case.id)).says("未閱");
    assert!(!list.text().contains("全案退回"), "{}", list.text());
    world.get(Who::Head, "/work").await.says("代理人以您的職務辦理了 2 項");
    world.post(Who::Head, "/deputies/handback", &[("all", "1")]).await.is(StatusCode::SEE_OTHER);
    assert!(!world.get(Who::Head, "/deputies/handback").await.text().contains("未閱"));
    assert!(!world.get(Who::Officer, "/deputies/handback").await.text().contains("李秘書"), "it is the head's alone");
}

#[tokio::test]
async fn the_duties_of_another_agency_do_not_exist_and_deputies_name_no_deputies() {
    let world = World::new().await;
    let duty = name(&world, "all").await;
    leave(&world, 1).await;
    for who in [Who::Stranger, Who::Secretary, Who::Civil] {
        world.get(who, &duty).await.is(StatusCode::NOT_FOUND);
        world.post(who, &duty, &[("stop", "1")]).await.is(StatusCode::NOT_FOUND);
    }
    let other = world.person(Who::Stranger).to_string();
    let pairs = [("person", other.as_str()), ("powers", "ApproveCase"), ("limit", "all")];
    let told = world.post(Who::Officer, &format!("{duty}/new"), &pairs).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    assert!(!told.says("請選擇人員").text().contains("趙外人"));
}

#[tokio::test]
async fn nobody_names_themselves_or_brings_about_their_own_turn() {
    let world = World::new().await;
    let duty = duty(&world).await;
    let officer = world.person(Who::Officer).to_string();
    let naming = [("person", officer.as_str()), ("powers", "ApproveCase"), ("limit", "all")];
    let new = format!("{duty}/new");
    world.post(Who::Officer, &new, &naming).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("不得指定自己為代理人");
    world.post(Who::Head, &new, &naming).await.is(StatusCode::SEE_OTHER);
    let by_hand = [("reason", "公出"), ("from_on", ""), ("until_on", "")];
    world.post(Who::Officer, &duty, &by_hand).await.is(StatusCode::UNPROCESSABLE_ENTITY).says("不得自行啟動代理");
    let head = world.person(Who::Head).to_string();
    let away = [("person", head.as_str()), ("kind", "leave"), ("from_on", ""), ("until_on", "115/11/24")];
    let page = world.post(Who::Officer, "/deputies/leave", &away).await.is(StatusCode::UNPROCESSABLE_ENTITY);
    page.says("不得自行啟動代理");
    world.get(Who::Officer, "/approvals").await.is(StatusCode::NOT_FOUND);
    world.post(Who::Head, &duty, &by_hand).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Officer, "/approvals").await.is(StatusCode::OK);
}

#[tokio::test]
async fn keeping_deputies_needs_the_card_again() {
    let world = World::new().await;
    let duty = duty(&world).await;
    world.set_clock(NOW + Duration::minutes(40));
    let page = world.get(Who::Officer, &duty).await.is(StatusCode::SEE_OTHER);
    assert_eq!(page.location, format!("/signin/again?next={duty}"));
    let reply = world.post(Who::Officer, &duty, &[("reason", "公出")]).await.is(StatusCode::FORBIDDEN);
    reply.says("/signin/again");
}

/// The officer stands in for the officer of the other agency.
async fn stands_in_elsewhere(world: &World, powers: &[Action]) {
    let duties = access::duties(&world.app.db, &[code(THERE)], kernel::office_date(NOW)).await.unwrap();
    let file = duties.into_iter().find(|file| file.duty.principal == world.person(Who::Stranger)).unwrap();
    let by = crate::reach::holder(vec![Office::own(Role::Officer, Reach::Agency(code(THERE)))]);
    let new = NewDeputy { person: world.person(Who::Officer), name: "王承辦", powers, outcomes: None };
    access::name_deputy(&world.app.db, &file, &new, false, (&by, NOW)).await.unwrap();
    let away = [("kind", "leave"), ("from_on", ""), ("until_on", "115/11/25")];
    world.post(Who::Stranger, "/leave", &away).await.is(StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn what_is_done_for_one_of_two_agencies_is_told_to_its_principal_alone() {
    let world = World::new().await;
    let powers =
        [Action::ReadPeople, Action::EditRecord, Action::OpenSensitive, Action::ImportPeople, Action::PrepareCase];
    stands_in_elsewhere(&world, &powers).await;
    let told = async || {
        let acts = access::acts_for(&world.app.db, world.person(Who::Stranger)).await.unwrap();
        acts.into_iter().map(|act| (act.path, act.done)).collect::<Vec<_>>()
    };
    let list = |id: &str, agency: &str| {
        format!("身分證號,姓名,性別,出生日期,機關代碼,職稱,官職等\r\n{id},新人甲,1,0800101,{agency},科員,P05\r\n")
    };
    let (here, there) = (world.person(Who::Civil), world.person(Who::Operator));
    let opened = [("purpose", "keep"), ("part", "identity")];
    let here_row = typed("A100000001", "張小吏", "辦理業務認真。", "4001");
    let mut there_row = typed("X291590832", "黃系統", "辦理業務認真。", "4001");
    there_row.iter_mut().find(|(name, _)| *name == "agency").unwrap().1 = THERE;
    // In their own office: nobody is told.
    world.post(Who::Officer, &format!("/people/{here}/open"), &opened).await.is(StatusCode::OK);
    let file = list("A100000305", HERE);
    world.send(Who::Officer, "/people/import", ("file", "p.csv", file.as_bytes()), &[]).await.is(StatusCode::SEE_OTHER);
    world
        .post(Who::Officer, &format!("/people/{here}/leave"), &[("left_on", "1151123")])
        .await
        .is(StatusCode::SEE_OTHER);
    world.post(Who::Officer, "/awards/new", &here_row).await.is(StatusCode::SEE_OTHER);
    let kept = upload(&world, &award_file(&[("A100000001", "張小吏", "協助災害防救。", "4001")])).await;
    world.post(Who::Officer, &kept, &[("take", "all")]).await.is(StatusCode::SEE_OTHER);
    assert_eq!(told().await, []);
    // As the deputy: each is.
    let (open, leave) = (format!("/people/{there}/open"), format!("/people/{there}/leave"));
    world.post(Who::Officer, &open, &opened).await.is(StatusCode::OK);
    let file = list("A100000403", THERE);
    world.send(Who::Officer, "/people/import", ("file", "p.csv", file.as_bytes()), &[]).await.is(StatusCode::SEE_OTHER);
    world.post(Who::Officer, "/awards/new", &there_row).await.is(StatusCode::SEE_OTHER);
    world.post(Who::Officer, &leave, &[("left_on", "1151123")]).await.is(StatusCode::SEE_OTHER);
    let mut paths: Vec<_> = told().await;
    paths.sort();
    let mut expected = ["/awards/new", "/people/import", &leave, &open].map(|path| (path.to_owned(), true));
    expected.sort();
    assert_eq!(paths, expected);
}

#[tokio::test]
async fn who_leaves_is_nobodys_deputy_from_that_day() {
    let world = World::new().await;
    let duty = name(&world, "all").await;
    leave(&world, 3).await;
    world.get(Who::Secretary, "/approvals").await.is(StatusCode::OK);
    let left = format!("/people/{}/leave", world.person(Who::Secretary));
    world.post(Who::Officer, &left, &[("left_on", "1151123")]).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Secretary, "/approvals").await.is(StatusCode::NOT_FOUND);
    let page = world.get(Who::Officer, &duty).await.is(StatusCode::OK);
    assert!(!page.text().contains("李秘書"), "{}", page.text());
}

#[tokio::test]
async fn a_period_of_leave_that_cannot_be_comes_back_as_it_was_typed() {
    let world = World::new().await;
    for (from_on, until_on, field, told) in [
        ("115/12/10", "115/12/01", "until_on", "迄日應在起日之後"),
        ("115/12/10", "9999-12-31", "until_on", "期間不得超過三年"),
        ("115/13/45", "115/12/01", "from_on", "日期看不懂"),
        ("0000000", "115/12/01", "from_on", "請填寫日期"),
        ("115/12/10", "", "until_on", "請填寫日期"),
    ] {
        let pairs = [("kind", "travel"), ("from_on", from_on), ("until_on", until_on)];
        let page = world.post(Who::Head, "/leave", &pairs).await.is(StatusCode::UNPROCESSABLE_ENTITY);
        let page = page.says(told).says(&format!("href=\"#{field}\"")).says(&format!("value=\"{from_on}\""));
        assert!(page.text().contains("value=\"travel\" checked"), "{from_on} {until_on}");
    }
}

#[tokio::test]
async fn another_agency_takes_no_head_away_and_the_heads_own_leave_stays_at_home() {
    let world = World::new().await;
    name(&world, "all").await;
    let row = format!("B199960300,陳首長,1,0510705,{THERE},教育部,B100,秘書處,顧問,P14,800,1151123,");
    crate::cards::taken_in_there(&world, &row).await;
    let (person, last) = (world.person(Who::Head).to_string(), kernel::office_date(NOW).to_string());
    let pairs = [("person", person.as_str()), ("kind", "leave"), ("from_on", ""), ("until_on", last.as_str())];
    world.post(Who::Stranger, "/deputies/leave", &pairs).await.is(StatusCode::SEE_OTHER);
    world.get(Who::Secretary, "/approvals").await.is(StatusCode::NOT_FOUND);
    leave(&world, 1).await;
    world.get(Who::Secretary, "/approvals").await.is(StatusCode::OK).says("代理 陳首長");
    world.get(Who::Officer, "/deputies/leave").await.is(StatusCode::OK).says("陳首長");
}
