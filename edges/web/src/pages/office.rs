//! 機關設定: what an agency prints on its orders, and how it delivers them.

use crate::refusal::{on_form, page as told};
use crate::session::Me;
use crate::{App, scope};
use access::Action;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use kernel::{AgencyCode, PersonId, Redacted, Text};
use orders::{Family, Letterhead};
use personnel::PeopleQuery;
use webkit::{
    Answer, Choice, Form, Link, Notice, Page, Sample, Table, Tag, Tone, WebError, done, html, html_with, same,
};

/// Most people of one agency who are notified at once.
const NOTIFIED_MAX: u32 = 100_000;

/// The agencies of an officer.
#[derive(Template)]
#[template(path = "offices.html")]
pub struct OfficesPage {
    page: Page,
    table: Table,
}

impl OfficesPage {
    fn new(page: Page, agencies: &[(AgencyCode, String, Option<Letterhead>)]) -> Self {
        let page = page.titled(Text::new("機關設定", "Agency settings"));
        let heads = vec![Text::new("機關", "Agency"), Text::new("發文字", "Word"), Text::new("署名", "Signed by")];
        let mut table = Table::new(Text::new("我承辦的機關", "My agencies"), heads);
        for (code, name, head) in agencies {
            let word = match head {
                Some(head) => same(&head.word).into(),
                None => Tag::new(Tone::Warn, Text::new("尚未設定", "Not set")).into(),
            };
            let signed =
                head.as_ref().map(|head| format!("{}　{}", head.head_title, head.head_name)).unwrap_or_default();
            table.row(code, name, vec![Link::new(format!("/office/{code}"), same(name)).into(), word, signed.into()]);
        }
        Self { page, table }
    }
}

/// The settings of one agency.
#[derive(Template)]
#[template(path = "office.html")]
pub struct OfficePage {
    page: Page,
    form: Form,
    code: AgencyCode,
    rules: Vec<Choice>,
    /// Days to object, where the agency delivers by notice and objection.
    notice_days: Option<i32>,
    /// People who have said nothing and got no notice yet.
    silent: usize,
}

impl OfficePage {
    fn new(page: Page, form: Form, (code, name): (AgencyCode, &str), kept: Option<&Letterhead>, silent: usize) -> Self {
        let page = page
            .titled(Text::new(format!("{name}的設定"), format!("Settings of {name}")))
            .under(Link::new("/office", Text::new("機關設定", "Agency settings")))
            .checked(&form);
        let notice_days = kept.and_then(|head| head.objection_days);
        Self { page, form, code, rules: rules(), notice_days, silent }
    }
}

fn rules() -> Vec<Choice> {
    let law = statute::Act::J0080037.article(5).paragraph(4);
    vec![
        Choice::new("consent", Text::new("明示同意", "Express consent")).hint(Text::new(
            "本人於 MyData 同意後才電子送達；未表示者以書面送達",
            "Only whoever agreed in MyData is served electronically; all others on paper",
        )),
        Choice::new("notice", Text::new("通知及異議", "Notice and objection")).hint(Text::new(
            format!("先通知並給予合理期間反對，期間內未反對者，推定同意電子送達（{law}）；本人得隨時停止"),
            format!("People are notified and may object within a fair period; silence counts as consent ({}). They may stop at any time", law.english()),
        )),
    ]
}

/// The form filled with what is on file, or with the name only.
fn filled(name: &str, kept: Option<&Letterhead>) -> Form {
    let Some(head) = kept else { return Form::of([("name", name), ("rule", "consent")]) };
    let rule = if head.objection_days.is_some() { "notice" } else { "consent" };
    let days = head.objection_days.map(|days| days.to_string()).unwrap_or_default();
    Form::of([
        ("name", head.name.as_str()),
        ("word", &head.word),
        ("address", &head.address),
        ("contact", &head.contact),
        ("head_title", &head.head_title),
        ("head_name", &head.head_name),
        ("copies_to", &head.copies_to),
        ("rule", rule),
        ("objection_days", &days),
    ])
}

fn sample_head(name: &str) -> Letterhead {
    Letterhead {
        agency: super::committee::sample_agency(),
        name: name.into(),
        word: "範府人考".into(),
        address: "540206 範例市範例區範例路二段一百二十三號十五樓之一".into(),
        contact: "科員 林測試　02-12345678 分機 1234".into(),
        head_title: "市長".into(),
        head_name: "李範例".into(),
        copies_to: "範例市政府人事處".into(),
        objection_days: Some(30),
    }
}

impl Sample for OfficesPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let code = super::committee::sample_agency();
        let lines = [
            (code, "範例市政府".to_owned(), Some(sample_head("範例市政府"))),
            (code, "範例市原住民族文化發展及部落永續推動事務所".to_owned(), None),
        ];
        vec![("usual", Self::new(page.clone(), &lines))]
    }
}

impl Sample for OfficePage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let name = "範例市政府";
        let (code, head) = (super::committee::sample_agency(), sample_head(name));
        let mut faulty = filled(name, Some(&head));
        faulty.fault("objection_days", Text::new("異議期間請填1至365日。", "The period to object is 1 to 365 days."));
        vec![
            ("new", Self::new(page.clone(), filled(name, None), (code, name), None, 0)),
            ("usual", Self::new(page.clone(), filled(name, Some(&head)), (code, name), Some(&head), 48)),
            ("faulty", Self::new(page.clone(), faulty, (code, name), Some(&head), 0)),
        ]
    }
}

/// `GET /office`: the officer's agencies, or the settings at once if there is only one.
pub async fn list(State(app): State<App>, me: Me, page: Page) -> Answer {
    let agencies = scope::agencies(&me, Action::KeepOffice);
    if let [only] = agencies.as_slice() {
        return Ok(Redirect::to(&format!("/office/{only}")).into_response());
    }
    let mut lines = Vec::new();
    for code in agencies {
        let name = app.agency_name(code).await.map_err(told("name an agency"))?;
        lines.push((code, name, orders::letterhead(&me.db, &code).await.map_err(told("read a letterhead"))?));
    }
    html(&OfficesPage::new(page, &lines))
}

/// The agency of an address, if the person keeps its settings.
///
/// # Errors
/// What may not be known does not exist.
pub async fn mine(app: &App, me: &Me, code: &str) -> Result<(AgencyCode, String), WebError> {
    let code = AgencyCode::parse(code).map_err(|_| WebError::NotFound)?;
    scope::check(me, Action::KeepOffice, &code)?;
    Ok((code, app.agency_name(code).await.map_err(told("name an agency"))?))
}

/// People of the agency who got no notice yet and can be reached by mail.
async fn silent(me: &Me, code: AgencyCode) -> Result<Vec<(PersonId, Redacted<String>)>, WebError> {
    let query = PeopleQuery { agencies: &[code], words: "", limit: NOTIFIED_MAX, offset: 0 };
    let (people, _) = personnel::people(&me.db, query).await.map_err(told("list people"))?;
    let ids: Vec<PersonId> = people.iter().map(|person| person.id).collect();
    let waiting = orders::unnotified(&me.db, &code, Family::Award, &ids).await.map_err(told("read consents"))?;
    let silent = people.into_iter().filter(|person| waiting.contains(&person.id));
    Ok(silent.filter_map(|person| Some((person.id, Redacted::new(person.email?)))).collect())
}

async fn drawn(
    me: &Me,
    page: Page,
    form: Option<Form>,
    (code, name): (AgencyCode, &str),
) -> Result<OfficePage, WebError> {
    let kept = orders::letterhead(&me.db, &code).await.map_err(told("read a letterhead"))?;
    let notifies = kept.as_ref().is_some_and(|head| head.objection_days.is_some());
    let count = if notifies { silent(me, code).await?.len() } else { 0 };
    let form = form.unwrap_or_else(|| filled(name, kept.as_ref()));
    Ok(OfficePage::new(page, form, (code, name), kept.as_ref(), count))
}

/// `GET /office/{agency}`
pub async fn show(State(app): State<App>, me: Me, Path(code): Path<String>, page: Page) -> Answer {
    let (code, name) = mine(&app, &me, &code).await?;
    html(&drawn(&me, page, None, (code, &name)).await?)
}

/// `POST /office/{agency}`
pub async fn keep(State(app): State<App>, me: Me, Path(code): Path<String>, page: Page, mut form: Form) -> Answer {
    let (code, name) = mine(&app, &me, &code).await?;
    let head = letterhead(code, &mut form);
    if form.is_clean() {
        let mut tx = me.db.begin().await.map_err(WebError::fault("reach the database"))?;
        match orders::keep_letterhead(&mut tx, &head, app.now()).await {
            Ok(()) => {
                tx.commit().await.map_err(WebError::fault("keep a letterhead"))?;
                let said = Text::new("已存檔，自下一次發布起適用。", "Kept; it counts for orders issued from now on.");
                return Ok(done(&format!("/office/{code}"), &Notice::success(said)));
            }
            Err(error) => on_form(&mut form, "keep a letterhead", error)?,
        }
    }
    html_with(StatusCode::UNPROCESSABLE_ENTITY, &drawn(&me, page, Some(form), (code, &name)).await?)
}

fn letterhead(agency: AgencyCode, form: &mut Form) -> Letterhead {
    let line = |form: &Form, name: &str| form.trimmed(name).to_owned();
    Letterhead {
        agency,
        name: line(form, "name"),
        word: line(form, "word"),
        address: line(form, "address"),
        contact: line(form, "contact"),
        head_title: line(form, "head_title"),
        head_name: line(form, "head_name"),
        copies_to: line(form, "copies_to"),
        objection_days: objection_days(form),
    }
}

fn objection_days(form: &mut Form) -> Option<i32> {
    if form.value("rule") != "notice" {
        return None;
    }
    let days = form.trimmed("objection_days").parse().ok();
    if days.is_none() {
        form.fault(
            "objection_days",
            Text::new("請以數字填寫異議期間（日）。", "Give the period to object in days, as a number."),
        );
    }
    days
}

/// `POST /office/{agency}/notify`: the notice of electronic delivery to whoever got none yet.
pub async fn notify(State(app): State<App>, me: Me, Path(code): Path<String>) -> Answer {
    let (code, _) = mine(&app, &me, &code).await?;
    let people = silent(&me, code).await?;
    let sent = orders::notify(&me.db, app.random.as_ref(), &code, Family::Award, &people, app.now()).await;
    let sent = sent.map_err(told("notify people"))?;
    let said = Text::new(format!("已寄出{sent}封通知。"), format!("{sent} notices were sent."));
    Ok(done(&format!("/office/{code}"), &Notice::success(said)))
}
