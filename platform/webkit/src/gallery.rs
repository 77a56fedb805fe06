//! The parts, one of each: what page authors look at, and what the accessibility check walks through.

use askama::Template;
use kernel::Text;

use crate::form::Form;
use crate::notice::Notice;
use crate::page::{Page, SignedIn};
use crate::parts::{Cell, Choice, Happening, Link, Pager, SummaryRow, Table, Tag, Task, Tone, same};
use crate::sample::Sample;

/// One of each part.
#[derive(Template)]
#[template(path = "webkit/parts_gallery.html")]
pub(crate) struct PartsPage {
    page: Page,
    form: Form,
    search: Form,
    choices: Vec<Choice>,
    yes_no: Vec<Choice>,
    summary: Vec<SummaryRow>,
    rows: Table,
    nothing: Table,
    pager: Pager,
    tags: Vec<Tag>,
    tasks: Vec<Task>,
    timeline: Vec<Happening>,
}

impl Sample for PartsPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let mut faulty = Form::of([("met_on", "115/13/45"), ("reason", ""), ("outcome", "maybe")]);
        faulty.required("reason", Text::new("請填事由。", "Give the reason."));
        faulty.date("met_on");
        faulty.fault("outcome", Text::new("請選一項決議。", "Choose an outcome."));
        faulty.fault("file", Text::new("請選擇檔案。", "Choose a file."));
        vec![("all", Self::show(framed(page), Form::new())), ("faulty", Self::show(framed(page), faulty))]
    }
}

impl PartsPage {
    fn show(page: Page, form: Form) -> Self {
        let timeline = happenings(&page);
        Self {
            page: page
                .titled(Text::new("頁面元件", "Page parts"))
                .under(Link::new("/", Text::new("首頁", "Home")))
                .checked(&form),
            form,
            search: Form::of([("q", "王"), ("state", "approved")]),
            choices: vec![
                Choice::new("approved", Text::new("照案通過", "Approved as proposed")),
                Choice::new("changed", Text::new("修正後通過", "Approved with changes"))
                    .hint(Text::new("請在備註說明修正內容", "Say what was changed in the remark")),
                Choice::new("returned", Text::new("退回", "Returned")),
            ],
            yes_no: vec![Choice::new("yes", Text::new("是", "Yes")), Choice::new("no", Text::new("否", "No"))],
            summary: summary(),
            rows: rows(),
            nothing: Table::new(Text::new("被退回的資料列", "Rows returned"), vec![Text::new("姓名", "Name")])
                .when_empty(Text::new("沒有被退回的資料列。", "No rows were returned.")),
            pager: Pager::new(3, 25, 1_248, "/gallery/parts/all?q=%E7%8E%8B"),
            tags: tags(),
            tasks: tasks(),
            timeline,
        }
    }
}

fn framed(page: &Page) -> Page {
    let mut page = page.clone();
    page.chrome.user = Some(SignedIn {
        name: "示範甲".to_owned(),
        role: Text::new("人事人員", "Personnel officer"),
        agency: "示範縣政府人事處".to_owned(),
        acting_for: Some(Text::new("代理 示範乙", "Acting for 示範乙")),
        sign_out: "/gallery".to_owned(),
        switch: Some("/gallery".to_owned()),
    });
    page.chrome.nav = vec![
        Link::new("/gallery/parts/all", Text::new("獎懲案", "Award cases")).current_if(true),
        Link::new("/gallery/parts/all", Text::new("人員", "People")),
        Link::new("/gallery/parts/all", Text::new("機關", "Agencies")),
        Link::new("/gallery/parts/all", Text::new("紙本送達", "Paper delivery")),
    ];
    page.notice = Some(Notice::success(Text::new(
        "已匯入 285 筆資料。在核定以前，隨時可以一次復原。",
        "285 rows were imported. You can undo this until it is approved.",
    )));
    page
}

fn summary() -> Vec<SummaryRow> {
    let change = |zh: &'static str, en: &'static str| Link::new("/gallery/parts/all", Text::new(zh, en));
    vec![
        SummaryRow::new(
            Text::new("案由", "Case"),
            Text::new("辦理一百十五年度選舉事務有功人員獎勵", "Awards for work on the 2026 elections"),
        )
        .action(change("更改案由", "Change the case")),
        SummaryRow::new(Text::new("發文字號", "Document number"), Cell::Code("範府人考字第1150012345號".to_owned())),
        SummaryRow::new(Text::new("件數", "Orders"), Cell::Figure("285".to_owned())),
        SummaryRow::new(
            Text::new("狀態", "State"),
            Tag::new(Tone::Waiting, Text::new("待核定", "Waiting for approval")),
        ),
    ]
}

fn rows() -> Table {
    let heads = vec![
        Text::new("姓名", "Name"),
        Text::new("身分證字號", "National ID"),
        Text::new("事由", "Reason"),
        Text::new("獎勵", "Award"),
        Text::new("點數", "Points"),
        Text::new("狀態", "State"),
    ];
    let mut table =
        Table::new(Text::new("待核定的獎勵", "Awards waiting for approval"), heads).figures(4).choose("row", 1_248);
    for (id, name, award, points, tag) in [
        (1, "示範丙", "嘉獎一次", "1", Tag::new(Tone::Waiting, Text::new("待核定", "Waiting"))),
        (2, "谷辣斯·尤達卡·示範", "記功二次", "6", Tag::new(Tone::Warn, Text::new("退回補正", "Returned"))),
        (3, "示範𠮷", "記一大功", "9", Tag::new(Tone::Good, Text::new("已核定", "Approved"))),
    ] {
        let link = Link::new("/gallery/parts/all", same(name));
        let reason = Text::new(
            "辦理選舉事務工作繁重，圓滿達成任務，著有績效",
            "Heavy duties in the elections, carried out in full",
        );
        table.row(
            id,
            name,
            vec![
                link.into(),
                Cell::Code("A12345****".to_owned()),
                reason.into(),
                award.into(),
                Cell::Figure(points.to_owned()),
                tag.into(),
            ],
        );
    }
    table
}

fn tags() -> Vec<Tag> {
    vec![
        Tag::new(Tone::Plain, Text::new("草稿", "Draft")),
        Tag::new(Tone::Good, Text::new("已發布", "Sealed")),
        Tag::new(Tone::Waiting, Text::new("待初核", "Waiting for review")),
        Tag::new(Tone::Warn, Text::new("已更正", "Superseded")),
        Tag::new(Tone::Bad, Text::new("已撤銷", "Revoked")),
        Tag::new(Tone::Faded, Text::new("已復原", "Undone")),
    ]
}

fn tasks() -> Vec<Task> {
    vec![
        Task {
            href: Some("/gallery/parts/all".to_owned()),
            title: Text::new("檢查資料", "Check the rows"),
            hint: Some(Text::new("285 筆，沒有錯誤", "285 rows, no errors")),
            tag: Tag::new(Tone::Good, Text::new("完成", "Done")),
        },
        Task {
            href: None,
            title: Text::new("機關首長核定", "Approval by the head"),
            hint: None,
            tag: Tag::new(Tone::Faded, Text::new("還不能開始", "Cannot start yet")),
        },
    ]
}

fn happenings(page: &Page) -> Vec<Happening> {
    let now = page.moment(page.now);
    vec![
        Happening {
            title: Text::new("考績委員會初核通過", "Passed by the committee"),
            when: now.clone(),
            who: "示範丁".to_owned(),
            body: Text::new("115年第3次會議", "Third meeting of 2026"),
        },
        Happening {
            title: Text::new("匯入獎懲建議檔", "Award file imported"),
            when: now,
            who: String::new(),
            body: same(""),
        },
    ]
}
