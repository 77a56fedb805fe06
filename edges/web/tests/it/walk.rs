//! Every route, asked as everybody: who is let in stands in `routes.txt` beside this file, every page has a title and a heading,
//! every answer the headers that protect it.

use crate::world::{HERE, NOW, Reply, Who, World, award_file, one_award};
use axum::http::{Method, StatusCode};
use std::collections::BTreeMap;
use std::fmt::Write;

/// What stands for a parameter of a route: beginning of the path, parameter, value.
struct Samples(Vec<(&'static str, &'static str, String)>);

impl Samples {
    /// A world in which there is something of every kind to look at.
    async fn of(world: &World) -> Self {
        let award = |id: &str, name: &str| award_file(&[(id, name, "協助災害防救。", "4001")]);
        // With consent the order enters the person's inbox.
        let consent = [("family", "award"), ("choice", "agreed")];
        world.post(Who::Civil, "/mydata/consent", &consent).await.is(StatusCode::SEE_OTHER);
        let orders = world.issued(&one_award()).await;
        let paper = world.issued(&award("A100000001", "張小吏")).await;
        let waiting = world.awaiting_head(&award_file(&[("A100000001", "張小吏", "整理檔案。", "4001")])).await;
        let draft = world.draft(&award_file(&[("A123456770", "李秘書", "整理檔案，辛勞得力。", "4001")])).await;
        let reviewed = world.draft(&award_file(&[("A123456789", "王承辦", "辦理訓練，成效良好。", "4001")])).await;
        let case = personnel::submit(&world.app.db, (reviewed, 1), NOW).await.unwrap();
        // A row that was returned: it is the only one that can be mended.
        let returned = world.draft(&award_file(&[("A123456770", "李秘書", "協辦選務，圓滿完成。", "4001")])).await;
        let seen = personnel::submit(&world.app.db, (returned, 1), NOW).await.unwrap();
        let row = personnel::case_file(&world.app.db, &[case.agency], returned).await.unwrap().unwrap().rows[0].id;
        personnel::return_rows(&world.app.db, (returned, seen.version), &[row], "請敘明", NOW).await.unwrap();
        let file = award_file(&[("A223456781", "林受獎", "辦理選務工作，圓滿完成。", "9999")]);
        let upload = world.send(Who::Officer, "/awards/upload", ("file", "a.csv", file.as_bytes()), &[]).await;
        let list = crate::world::AGENCIES.replace("南投縣政府舊局", "南投縣政府老局");
        let edition = world.send(
            Who::Operator,
            "/agencies/import",
            ("file", "orglist.csv", list.as_bytes()),
            &[("published_on", "115/11/01")],
        );
        let last = |reply: &Reply| reply.location.rsplit('/').next().unwrap_or_default().to_owned();
        let edition = last(&edition.await);
        // Somebody was looked at, and asks why.
        world.get(Who::Officer, "/people").await.is(StatusCode::OK);
        let civil = world.person(Who::Civil);
        let (mine, _) = readlog::reads_of(&world.app.db, civil, readlog::Period::default(), 1, 0).await.unwrap();
        let read = mine[0].id.to_string();
        let why = [("words", "請問查看的原因？")];
        world.post(Who::Civil, &format!("/mydata/reads/{read}"), &why).await.is(StatusCode::SEE_OTHER);
        let questions = world.get(Who::Security, "/reads/questions").await.is(StatusCode::OK).text();
        let question =
            questions.split("/reads/questions/").nth(1).map_or("", |rest| rest.split('"').next().unwrap_or(""));
        let civil = civil.to_string();
        let proposal = [
            ("q", "林"),
            ("person", civil.as_str()),
            ("role", "officer"),
            ("agencies", HERE),
            ("from_on", "115/11/23"),
            ("until_on", ""),
            ("reason", "接辦獎懲業務"),
        ];
        world.post(Who::Security, "/authority/new", &proposal).await.is(StatusCode::SEE_OTHER);
        let offices = world.get(Who::Security, "/authority").await.is(StatusCode::OK).text();
        let ends = offices.split("/authority/").filter_map(|rest| rest.split_once("/end\"")).map(|(id, _)| id);
        let office = ends.last().expect("an office that can be ended").to_owned();
        let tail = |path: String| path.rsplit('/').next().unwrap_or_default().to_owned();
        let mandate = tail(crate::mandates::given(world, &["record", "orders", "delivery"]).await);
        let duty = tail(crate::deputies::duty(world).await);
        orders::keep_erasure_rule(&world.app.db, true, Some(35)).await.unwrap();
        let why = [("basis", "個人資料保護法第11條第3項"), ("reason", "保存年限屆滿，並經核准在案。")];
        crate::erasure::is_final(world, &orders[0]).await;
        let erasing = world.post(Who::Officer, &format!("/orders/{}/erase", orders[0].id), &why).await;
        let (order, payload) = (orders[0].id.to_string(), seal::qr::path(&orders[0].id.0).replace("/Q/", ""));
        Self(vec![
            ("/agencies/import/", "id", edition),
            ("/agencies/", "code", HERE.to_owned()),
            ("/awards/upload/", "id", last(&upload)),
            ("/awards/case/{id}/row/", "id", returned.to_string()),
            ("/awards/case/{id}/row/", "row", row.to_string()),
            ("/awards/case/", "id", draft.to_string()),
            ("/awards/batch/", "id", "1".to_owned()),
            ("/orders/{id}/change/", "code", "correct".to_owned()),
            ("/orders/", "id", order.clone()),
            ("/erasures/", "id", tail(erasing.location)),
            ("/paper/", "id", paper[0].id.to_string()),
            ("/office/", "agency", HERE.to_owned()),
            ("/committee/case/", "id", reviewed.to_string()),
            ("/approvals/case/", "id", waiting.id.to_string()),
            ("/mydata/orders/", "id", order.clone()),
            ("/agent/", "mandate", mandate),
            ("/agent/", "id", order),
            ("/deputies/", "office", duty),
            ("/authority/proposal/", "id", "1".to_owned()),
            ("/authority/", "id", office),
            ("/mydata/reads/", "id", read),
            ("/reads/questions/", "no", question.to_owned()),
            ("/people/{id}/{section}", "section", "contact".to_owned()),
            ("/people/", "id", world.person(Who::Civil).to_string()),
            ("/q/", "payload", payload.clone()),
            ("/Q/", "payload", payload),
            ("/law/", "act", "s0080034".to_owned()),
            ("/law/", "articles", "36-38".to_owned()),
            ("/log/", "*path", "checkpoint".to_owned()),
        ])
    }

    /// The path with values for its parameters. A parameter nothing is known of fails: say above what stands for it.
    fn fill(&self, route: &str) -> Result<String, String> {
        let mut path = route.to_owned();
        while let Some((before, rest)) = path.split_once('{') {
            let (name, after) = rest.split_once('}').expect("a parameter ends");
            let found = self.0.iter().find(|(start, known, _)| route.starts_with(start) && *known == name);
            let (_, _, value) =
                found.ok_or(format!("nothing stands for {{{name}}} in {route}: name it in `Samples`"))?;
            path = format!("{before}{value}{after}");
        }
        Ok(path)
    }
}

/// Fields without which a form is about nothing that exists. Other forms are sent empty: they are refused with what is missing.
fn posted(route: &str) -> &'static [(&'static str, &'static str)] {
    match route {
        "/mydata/consent" => &[("family", "award"), ("choice", "agreed")],
        "/agent/{mandate}/delivery" => &[("choice", "agreed")],
        "/erasures/{id}/decide" => &[("do", "refuse")],
        "/mydata/sessions" => &[("others", "1")],
        _ => &[],
    }
}

/// Addresses of what this world does not have: nobody is let in. The tests named beside them open them where it is there.
const ELSEWHERE: [(&str, &str); 4] = [
    ("/signin/portal", "portal.rs"),
    ("/signin/portal/return", "portal.rs"),
    ("/mydata/sessions/portal", "portal.rs"),
    ("/mydata/sessions/passkeys", "modules/access/tests/it/passkeys.rs"),
];

/// How a request was answered, as it stands in the table.
fn mark(reply: &Reply) -> String {
    match reply.status {
        StatusCode::NOT_FOUND => "-".to_owned(),
        StatusCode::SEE_OTHER if reply.location.starts_with("/signin/again") => "card".to_owned(),
        StatusCode::SEE_OTHER if reply.location.starts_with("/signin?next=") => "signin".to_owned(),
        status => status.as_str().to_owned(),
    }
}

fn let_in(mark: &str) -> bool {
    mark != "-" && mark != "signin"
}

/// The headers that protect a page, whatever the answer is.
fn check_headers(path: &str, reply: &Reply) {
    let header = |name: &str| reply.headers.get(name).map_or("", |value| value.to_str().unwrap());
    let policy = header("content-security-policy");
    for directive in [
        "default-src 'none'",
        "script-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "form-action 'self'",
        "require-trusted-types-for 'script'",
    ] {
        assert!(policy.contains(directive), "{path}: {directive} is missing in {policy}");
    }
    assert!(!policy.contains("unsafe-"), "{path}: {policy}");
    assert_eq!(header("x-content-type-options"), "nosniff", "{path}");
    assert_eq!(header("referrer-policy"), "same-origin", "{path}");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin", "{path}");
    assert!(header("cross-origin-opener-policy").starts_with("same-origin"), "{path}");
    assert!(!header("permissions-policy").is_empty(), "{path}");
    assert!(!reply.headers.contains_key("access-control-allow-origin"), "{path}");
    assert!(!reply.headers.contains_key("server"), "{path}");
    let public = path.starts_with("/log/") || path.starts_with("/assets/");
    assert!(public || header("cache-control") == "no-store", "{path}: {}", header("cache-control"));
    assert!(reply.bytes.is_empty() || !reply.kind.is_empty(), "{path} has a body of no kind");
    if reply.kind.starts_with("text/") {
        assert!(reply.kind.contains("charset="), "{path}: {}", reply.kind);
    }
}

/// What stands between two tags, without further tags.
fn between(page: &str, start: &str, end: &str) -> String {
    let inside = page.split_once(start).and_then(|(_, rest)| rest.split_once(end)).map_or("", |(inside, _)| inside);
    let inside = inside.split_once('>').map_or("", |(_, text)| text);
    inside
        .split('<')
        .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
        .collect::<String>()
        .trim()
        .to_owned()
}

/// Which of GET and POST a route answers: whoever is let in is told which there are.
async fn methods(world: &World, path: &str) -> Option<Vec<Method>> {
    for who in Who::everybody() {
        let reply = world.request(who, Method::TRACE, path).await;
        assert!(!reply.status.is_success(), "{path} answers TRACE");
        let Some(allow) = reply.headers.get("allow") else { continue };
        let allow = allow.to_str().unwrap().to_owned();
        for other in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
            assert!(!allow.contains(other), "{path} answers {other}");
        }
        return Some(
            [Method::GET, Method::POST].into_iter().filter(|method| allow.contains(method.as_str())).collect(),
        );
    }
    None
}

/// The table as printed: a line for each route and method, a column for everybody.
struct Walk {
    table: String,
    titles: BTreeMap<String, &'static str>,
    problems: Vec<String>,
}

async fn walk(world: &World) -> Walk {
    let samples = Samples::of(world).await;
    let mut walk = Walk { table: String::new(), titles: BTreeMap::new(), problems: Vec::new() };
    write!(walk.table, "{:<44}", "").unwrap();
    for who in Who::everybody() {
        write!(walk.table, " {:>9}", format!("{who:?}")).unwrap();
    }
    walk.table.push('\n');
    let mut routes = web::routes();
    // Whoever signs out is nobody from then on.
    routes.sort_by_key(|route| route.path == "/signout");
    for route in &routes {
        let path = match samples.fill(route.path) {
            Ok(path) => path,
            Err(problem) => {
                walk.problems.push(problem);
                continue;
            }
        };
        let Some(methods) = methods(world, &path).await else {
            walk.problems.push(format!("{path} is open to nobody"));
            continue;
        };
        for method in methods {
            line(world, &mut walk, route, &path, method).await;
        }
    }
    walk
}

async fn line(world: &World, walk: &mut Walk, route: &web::Route, path: &str, method: Method) {
    let (mut marks, mut seen) = (Vec::new(), false);
    for who in Who::everybody() {
        let reply = if method == Method::GET {
            world.get(who, path).await
        } else {
            world.post(who, path, posted(route.path)).await
        };
        if reply.status.is_server_error() {
            walk.problems.push(format!("{method} {path} fails as {who:?}"));
        }
        check_headers(path, &reply);
        // A file may come to its person later; a page and a way to one are here now.
        let is_file = path.rsplit('/').next().is_some_and(|name| name.contains('.'));
        seen |= reply.status == StatusCode::OK
            || let_in(&mark(&reply)) && (is_file || reply.status == StatusCode::SEE_OTHER);
        if method == Method::GET && reply.status == StatusCode::OK && reply.kind.starts_with("text/html") {
            titled(walk, route.path, &reply.text());
        }
        marks.push(mark(&reply));
    }
    let mut must = |holds: bool, what: &str| {
        if !holds {
            walk.problems.push(format!("{method} {path} {what}: {}", marks.join(" ")));
        }
    };
    let elsewhere = ELSEWHERE.iter().any(|(known, _)| *known == route.path);
    let public = matches!(route.action, access::Action::ReadPublic | access::Action::SignIn);
    must(elsewhere || seen || method == Method::POST, "is shown to nobody; is its sample in `Samples` good?");
    must(elsewhere || marks.iter().any(|mark| let_in(mark)), "lets nobody in; does its form need a field in `posted`?");
    must(public || !marks.iter().all(|mark| let_in(mark)), "is not public and refuses nobody");
    write!(walk.table, "{:<44}", format!("{method} {}", route.path)).unwrap();
    for mark in marks {
        write!(walk.table, " {mark:>9}").unwrap();
    }
    walk.table.push('\n');
}

/// A page says what it is, in the window's title and in its first heading. No two lists or forms say the same; pages about one thing are
/// called after the thing.
fn titled(walk: &mut Walk, route: &'static str, page: &str) {
    let (title, heading) = (between(page, "<title", "</title>"), between(page, "<h1", "</h1>"));
    if title.is_empty() || heading.is_empty() {
        walk.problems.push(format!("{route} lacks a title or a heading"));
    }
    if route.contains('{') {
        return;
    }
    let other = *walk.titles.entry(title.clone()).or_insert(route);
    if other != route {
        walk.problems.push(format!("{route} and {other} are both called {title}"));
    }
}

/// `UPDATE_GOLDEN=1 cargo nextest run -p web` writes the table anew; the change is then seen in review. A new route fails here until
/// its line is in the table.
#[tokio::test]
async fn every_route_refuses_whom_it_is_not_for() {
    let world = World::new().await;
    let Walk { table: now, problems, .. } = walk(&world).await;
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/routes.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &now).unwrap();
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
    let kept = std::fs::read_to_string(path).unwrap();
    let changed: Vec<String> = now.lines().filter(|line| !kept.contains(line)).map(str::to_owned).collect();
    assert!(now == kept, "who may open what has changed:\n{}", changed.join("\n"));
}

/// Pages, error pages, files of the register, assets: also what stands outside the table.
#[tokio::test]
async fn every_route_answers_with_the_headers_of_protection() {
    let world = World::new().await;
    walk(&world).await;
    let page = world.get(Who::Nobody, "/").await.text();
    let asset =
        page.split('"').find(|part| part.starts_with("/assets/") && part.ends_with(".css")).expect("a style sheet");
    for path in ["/absent", "/lang/en", "/log/none", "/assets/none", asset] {
        let reply = world.get(Who::Nobody, path).await;
        check_headers(path, &reply);
    }
}
