//! The erasures of the reader's agencies: what waits for a second person, what was destroyed, and until when backups hold it.

use crate::pages::order_sample;
use crate::refusal::page as told;
use crate::scope;
use crate::session::Me;
use access::Action;
use askama::Template;
use kernel::Text;
use orders::{Erasure, ErasureRule};
use webkit::{Answer, Cell, Link, Page, Sample, Table, Tag, Tone, html, same};

/// The list.
#[derive(Template)]
#[template(path = "erasures.html")]
pub struct ErasuresPage {
    page: Page,
    rule: Text,
    table: Table,
}

impl ErasuresPage {
    fn new(page: Page, rule: ErasureRule, erasures: &[Erasure]) -> Self {
        let parent = Link::new("/orders", Text::new("令", "Orders"));
        let page = page.titled(Text::new("內容銷毀案", "Erasures")).under(parent);
        Self { rule: rule_words(rule), table: table(&page, erasures), page }
    }
}

/// What the operator has set, in a sentence.
pub fn rule_words(rule: ErasureRule) -> Text {
    match rule {
        ErasureRule { enabled: true, backup_days: Some(days) } => Text::new(
            format!(
                "本平臺已開放內容銷毀。資料庫備份保存{days}日（平臺之服務承諾），銷毀後最遲{days}日，備份中亦不復存在。"
            ),
            format!(
                "Erasure is turned on here. Backups of the database are kept for {days} days (a promise of this platform): that long after an erasure none holds the content any more."
            ),
        ),
        _ => Text::new(
            "本平臺未開放內容銷毀：檔案之銷毀應先依檔案法辦理，並由系統管理者開啟此功能。",
            "Erasure is turned off on this platform: the archives law comes first, and the operator turns it on.",
        ),
    }
}

/// How far an erasure got.
pub fn state(erasure: &Erasure) -> Tag {
    match &erasure.decided {
        None => Tag::new(Tone::Waiting, Text::new("待第二人確認", "Waits for a second person")),
        Some((.., false)) => Tag::new(Tone::Plain, Text::new("已退回", "Refused")),
        Some((.., true)) => Tag::new(Tone::Good, Text::new("已銷毀", "Destroyed")),
    }
}

fn table(page: &Page, erasures: &[Erasure]) -> Table {
    let heads = vec![
        Text::new("發文字號", "Number"),
        Text::new("提案人", "Proposed by"),
        Text::new("提案時間", "Proposed"),
        Text::new("狀態", "State"),
        Text::new("備份最遲留存至", "Backups hold it until"),
    ];
    let mut table = Table::new(Text::new("銷毀案", "Erasures"), heads)
        .when_empty(Text::new("沒有內容銷毀案。", "Nothing was erased, and nothing waits."));
    for erasure in erasures {
        let until = erasure.backups_until.map_or_else(|| Cell::from("—"), |day| Cell::Code(page.date(day)));
        let cells = vec![
            Link::new(format!("/erasures/{}", erasure.id), same(erasure.number.to_string())).into(),
            erasure.proposed_by.name.as_str().into(),
            Cell::Code(page.moment(erasure.proposed_at)),
            state(erasure).into(),
            until,
        ];
        table.row(erasure.id, erasure.number.to_string(), cells);
    }
    table
}

impl Sample for ErasuresPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let order = order_sample::order("示範甲", 12_345);
        let on = ErasureRule { enabled: true, backup_days: Some(35) };
        let both = [order_sample::erasure(&order, false), order_sample::erasure(&order, true)];
        let off = ErasureRule { enabled: false, backup_days: None };
        vec![("usual", Self::new(page.clone(), on, &both)), ("off", Self::new(page.clone(), off, &[]))]
    }
}

/// `GET /erasures`
pub async fn show(me: Me, page: Page) -> Answer {
    let agencies = scope::agencies(&me, Action::ReadCases);
    let erasures = orders::erasures_of_agencies(&me.db, &agencies).await.map_err(told("list erasures"))?;
    let rule = orders::erasure_rule(&me.db).await.map_err(told("read the rule of erasure"))?;
    html(&ErasuresPage::new(page, rule, &erasures))
}
