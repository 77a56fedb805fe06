//! How a look at personal data is told to the person it was about, in plain words.

use access::Role;
use kernel::Text;
use readlog::{Entry, Named, Question, ReaderKind, ViaKind, masked_name};
use time::Date;
use webkit::{Page, Tag, Tone};

/// Who looked, as the person is told: 人事人員 王○○（範例市政府）.
pub fn who(entry: &Entry) -> Text {
    let reader = &entry.reader;
    let name = entry.shown_name();
    match reader.kind {
        ReaderKind::Own => Text::new("您自己", "Yourself"),
        ReaderKind::System => Text::new(format!("平臺作業「{name}」"), format!("The platform ({name})")),
        ReaderKind::Partner => {
            of_agency(Text::new(format!("介接系統「{name}」"), format!("Partner system {name}")), entry)
        }
        ReaderKind::Agent => Text::new(format!("服務代理人 {name}"), format!("Service agent {name}")),
        ReaderKind::Office => {
            let role = role(entry);
            of_agency(Text::new(format!("{} {name}", role.zh), format!("{} {name}", role.en)), entry)
        }
    }
}

fn role(entry: &Entry) -> Text {
    Role::parse(&entry.reader.role).map_or_else(|| webkit::same(&entry.reader.role_name), Role::label)
}

fn of_agency(who: Text, entry: &Entry) -> Text {
    let reader = &entry.reader;
    let deputy = reader.acting_for.as_ref().map(|Named { name, .. }| masked_name(name));
    let zh: Vec<String> = [
        (!reader.agency_name.is_empty()).then(|| reader.agency_name.clone()),
        deputy.as_ref().map(|name| format!("代理{name}")),
    ]
    .into_iter()
    .flatten()
    .collect();
    if zh.is_empty() {
        return who;
    }
    let en = match deputy {
        Some(name) => format!("{}, deputy of {name}", reader.agency_name),
        None => reader.agency_name.clone(),
    };
    Text::new(format!("{}（{}）", who.zh, zh.join("，")), format!("{} ({en})", who.en))
}

/// What was done: 查看, 匯出 and so on.
pub fn deed(entry: &Entry) -> Text {
    match entry.via {
        ViaKind::Page => Text::new("查看您的資料", "looked at your data"),
        ViaKind::Export => Text::new("取得您資料的檔案", "took a file with your data"),
        ViaKind::Api => Text::new("經由介面取得您的資料", "was given your data through an interface"),
        ViaKind::Job => Text::new("自動處理您的資料", "handled your data automatically"),
        ViaKind::Command => Text::new("以系統指令查看您的資料", "looked at your data at the operator's shell"),
    }
}

/// Through what, for whoever wants to know.
pub fn via(entry: &Entry) -> Text {
    let name = &entry.via_name;
    match entry.via {
        ViaKind::Page => Text::new(format!("頁面 {name}"), format!("page {name}")),
        ViaKind::Export => Text::new(format!("檔案 {name}"), format!("file {name}")),
        ViaKind::Api => Text::new(format!("介面 {name}"), format!("interface {name}")),
        ViaKind::Job => Text::new(format!("作業 {name}"), format!("job {name}")),
        ViaKind::Command => Text::new(format!("指令 {name}"), format!("command {name}")),
    }
}

/// The whole in one sentence.
pub fn sentence(page: &Page, entry: &Entry) -> Text {
    let (who, at, fields) = (who(entry), page.moment(entry.at), entry.fields.join("、"));
    let deed = match entry.via {
        ViaKind::Page => "查看您的",
        ViaKind::Export => "取得檔案，內含您的",
        ViaKind::Api => "經由介面取得您的",
        ViaKind::Job => "自動處理您的",
        ViaKind::Command => "以系統指令查看您的",
    };
    let (purpose, done) = (&entry.purpose.words, self::deed(entry).en);
    Text::new(
        format!("{}於{at}，因「{purpose}」，{deed}：{fields}。", who.zh),
        format!("{} {done} on {at} for “{purpose}”: {fields}.", who.en),
    )
}

/// How it stands with a question, or what kind of look it was.
pub fn tag(page: &Page, entry: &Entry, question: Option<&Question>, today: Date) -> Tag {
    match question {
        Some(question) => question_tag(page, question, today),
        None => match (entry.reader.kind, entry.via) {
            (_, ViaKind::Export) => Tag::new(Tone::Warn, Text::new("取得檔案", "File")),
            (ReaderKind::Own, _) => Tag::new(Tone::Faded, Text::new("本人", "Yourself")),
            (ReaderKind::Agent, _) => Tag::new(Tone::Plain, Text::new("代理人", "Agent")),
            (ReaderKind::System, _) => Tag::new(Tone::Faded, Text::new("系統", "System")),
            (ReaderKind::Partner, _) => Tag::new(Tone::Plain, Text::new("介接", "Partner")),
            (ReaderKind::Office, _) => Tag::new(Tone::Plain, Text::new("查看", "Look")),
        },
    }
}

/// How a question stands.
pub fn question_tag(page: &Page, question: &Question, today: Date) -> Tag {
    if question.answer.is_some() {
        return Tag::new(Tone::Good, Text::new("已答覆", "Answered"));
    }
    if question.is_overdue(today) {
        return Tag::new(Tone::Bad, Text::new("逾期未答覆", "Overdue"));
    }
    let day = page.date(question.due_on);
    Tag::new(Tone::Waiting, Text::new(format!("{day}前答覆"), format!("Answer by {day}")))
}

/// Invented entries and questions for the samples.
pub mod sample {
    use kernel::{AgencyCode, PersonId};
    use readlog::{Answer, Entry, Named, Purpose, Question, ReadId, Reader, ReaderKind, ViaKind};
    use time::Duration;
    use webkit::Page;

    /// Who reads, why and through what.
    type Line = (Reader, (&'static str, &'static str), (ViaKind, &'static str));

    /// An officer, a deputy, a service agent, a job and the person.
    pub fn entries(page: &Page) -> Vec<Entry> {
        let office = |name: &str, role: &str| Reader {
            kind: ReaderKind::Office,
            role: role.into(),
            agency: Some(agency()),
            agency_name: "範例市原住民族文化發展及部落永續推動事務所".into(),
            ..Reader::own(PersonId(7), name)
        };
        let deputy = Reader {
            acting_for: Some(Named { person: PersonId(8), name: "李範例".into() }),
            ..office("陳代理", "head")
        };
        let agent = Reader { kind: ReaderKind::Agent, ..Reader::own(PersonId(9), "林服務") };
        let readers = [
            (office("王承辦", "officer"), ("award_case", "辦理獎懲案件 案號12"), (ViaKind::Page, "/awards/case/{id}")),
            (deputy, ("approval", "核定獎懲案件 案號12"), (ViaKind::Page, "/approvals/case/{id}")),
            (office("王承辦", "officer"), ("service", "送達書面令"), (ViaKind::Export, "1150012345.pdf")),
            (agent, ("mandate", "代為閱覽獎懲令"), (ViaKind::Page, "/mydata/orders/{id}")),
            (Reader::system("期限提醒"), ("remind", "提醒先行發布案件的期限"), (ViaKind::Job, "remind")),
            (Reader::own(PersonId(30), "張本人"), ("own", "下載自己的令"), (ViaKind::Export, "order.json")),
        ];
        let entry = |(at, line): (i64, Line)| {
            let (reader, (code, words), (via, name)) = line;
            Entry::sample(
                ReadId(100 - at),
                page.now - Duration::hours(at * 5),
                reader,
                Purpose::new(code, words),
                &["姓名", "身分證字號（部分）", "服務機關及職稱", "獎懲種類及事由"],
                (via, name),
            )
        };
        (0..).zip(readers).map(entry).collect()
    }

    /// An agency of the samples.
    pub fn agency() -> AgencyCode {
        crate::pages::committee::sample_agency()
    }

    /// A question about an entry, answered or not.
    pub fn question(page: &Page, no: i64, entry: ReadId, days_left: i64, answered: bool) -> Question {
        let answer = answered.then(|| Answer {
            at: page.now,
            by: PersonId(9),
            name: "李資安".into(),
            role_name: "機關資安管理人".into(),
            words: "承辦人於當日辦理您的敘獎案，依職務查看上列資料，未作其他使用。".into(),
        });
        Question {
            no,
            entry,
            person: PersonId(30),
            agency: agency(),
            asked_at: page.now - Duration::days(3),
            words: "我這個月沒有獎懲案，想知道為什麼查看。".into(),
            due_on: (page.now + Duration::days(days_left)).date(),
            calendar_known: true,
            answer,
        }
    }
}
