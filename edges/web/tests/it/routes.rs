//! Every route answers for whom it is meant, and for nobody else.

use crate::world::{Who, World, one_award};
use axum::http::StatusCode;
use kernel::Lang;

#[tokio::test]
async fn everybody_signs_in_and_a_stranger_is_asked_to() {
    let world = World::new().await;
    for who in [Who::Officer, Who::Secretary, Who::Head, Who::Operator, Who::Civil, Who::Stranger] {
        world.get(who, "/").await.is(StatusCode::OK);
    }
    let page = world.get(Who::Nobody, "/signin").await.is(StatusCode::OK);
    assert!(page.text().contains("王承辦"), "the demonstration offers its cards");
}

/// Lists and forms: who may open them. `.` is 404, `o` is the page (or the way to it).
#[tokio::test]
async fn lists_and_forms_open_for_their_roles_only() {
    let world = World::new().await;
    let everybody = [Who::Officer, Who::Secretary, Who::Head, Who::Operator, Who::Civil];
    let table = [
        ("/work", "ooo.."),
        ("/agencies", "oooo."),
        ("/agencies/tree", "oooo."),
        ("/agencies/376480000A", "oooo."),
        ("/agencies/import", "...o."),
        ("/people", "o...."),
        ("/people/import", "o...."),
        ("/awards", "o...."),
        ("/awards/upload", "o...."),
        ("/awards/template.ods", "o...."),
        ("/awards/new", "o...."),
        ("/orders", "ooo.."),
        ("/paper", "o...."),
        ("/office", "o...."),
        ("/office/376480000A", "o...."),
        ("/office/376480000A/numbers", "o...."),
    ];
    for (path, marks) in table {
        for (who, mark) in everybody.into_iter().zip(marks.chars()) {
            let status = world.get(who, path).await.status;
            let opens = status == StatusCode::OK || (path == "/office" && status == StatusCode::SEE_OTHER);
            assert_eq!(opens, mark == 'o', "{who:?} {path}: {status}");
            assert!(opens || status == StatusCode::NOT_FOUND, "{who:?} {path}: {status}");
        }
        assert_eq!(world.get(Who::Nobody, path).await.location, format!("/signin?next={path}"));
    }
}

#[tokio::test]
async fn a_single_thing_of_another_agency_does_not_exist() {
    let world = World::new().await;
    let case = world.draft(&one_award()).await;
    let order = world
        .issued(&crate::world::award_file(&[("A100000001", "張小吏", "協助災害防救。", "4001")]))
        .await
        .remove(0)
        .id;
    let person = world.person(Who::Civil);
    let paths = [
        format!("/awards/case/{case}"),
        "/awards/batch/1/undo".to_owned(),
        format!("/awards/new?person={person}"),
        format!("/orders/{order}"),
        format!("/orders/{order}/order.pdf"),
        format!("/orders/{order}/order.json"),
        format!("/orders/{order}/change/correct"),
        format!("/paper/{order}"),
        "/office/376480000A".to_owned(),
        "/office/376480000A/numbers".to_owned(),
    ];
    for path in paths {
        world.get(Who::Officer, &path).await.is(StatusCode::OK);
        let strange = world.get(Who::Stranger, &path).await.is(StatusCode::NOT_FOUND);
        assert!(!strange.text().contains("林受獎") && !strange.text().contains("張小吏"), "{path}");
    }
    for path in [format!("/awards/case/{case}/submit"), "/awards/batch/1/undo".into(), format!("/paper/{order}/print")]
    {
        world.post(Who::Stranger, &path, &[("version", "1")]).await.is(StatusCode::NOT_FOUND);
    }
    for path in ["/orders/zz", "/awards/case/0", "/awards/upload/x", "/agencies/none", "/paper/1", "/office/x"] {
        world.get(Who::Officer, path).await.is(StatusCode::NOT_FOUND);
    }
}

#[test]
fn every_sample_of_every_page_renders_in_both_languages() {
    let site = webkit::test_site();
    for lang in [Lang::Zh, Lang::En] {
        for (template, sample, page) in web::gallery().render_all(&site, lang) {
            let page = page.unwrap_or_else(|cause| panic!("{template}/{sample}: {cause}"));
            let inline = page.contains(" style=\"") || page.contains("<script>") || page.contains("onclick=");
            assert!(!inline, "{template}/{sample} has inline style or script");
        }
    }
}
