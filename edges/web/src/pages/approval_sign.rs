//! Signing an approval: the statement that the head's card signs, and the card's answer.

use crate::App;
use crate::card_reader::{self, CardReader};
use crate::keyring::KeyRingFault;
use crate::pages::approval_case::{approver, refused};
use crate::pages::review::{open, seen, title};
use crate::pages::sights::{self, Work};
use crate::refusal::{Said, on_form};
use crate::session::Me;
use access::Action;
use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use kernel::{AgencyCode, CaseId, PersonId, Refusal, Text};
use orders::Numbering;
use personnel::{Approval, Approver, CaseFile};
use seal::keys::AgencyKeys;
use std::sync::Arc;
use webkit::{Answer, Form, Link, Notice, Page, Sample, SummaryRow, WebError, done, html, html_with};

/// Refusals after which the same statement can be signed again.
const SIGN_AGAIN: [&str; 5] =
    ["orders/bad-signature", "orders/rsa-card", "orders/other-card", "access/bad-card", "orders/key-away"];

/// What is signed.
#[derive(Template)]
#[template(path = "approval_sign.html")]
pub struct ApprovalSignPage {
    page: Page,
    form: Form,
    id: CaseId,
    version: i32,
    facts: Vec<SummaryRow>,
    /// The text the card signs, to the byte.
    statement: String,
    numbering: Numbering,
    /// The component that asks a real card.
    reader: Option<CardReader>,
    /// Whether a software card answers, as in a demonstration.
    soft_card: bool,
}

/// What the form carries from the statement to the answer.
struct Shown {
    seen: (CaseId, i32),
    numbering: Numbering,
    statement: String,
    size: usize,
    /// As what the reader approves.
    approver: Approver,
    /// For whom, if as a deputy.
    acting_for: Option<String>,
}

impl ApprovalSignPage {
    fn new(page: Page, form: Form, agency: &str, shown: Shown, reader: Option<CardReader>, soft_card: bool) -> Self {
        let Shown { seen: (id, version), numbering, statement, size, acting_for, .. } = shown;
        let parent = Link::new(format!("/approvals/case/{id}"), title(id));
        let page = page.titled(Text::new("簽章核定", "Sign the approval")).under(parent).checked(&form);
        let acting = acting_for.map(|name| {
            let words = Text::new(format!("代理首長{name}"), format!("In place of the head, {name}"));
            SummaryRow::new(Text::new("職務代理", "As a deputy"), words)
        });
        let mut facts = vec![
            SummaryRow::new(Text::new("核定機關", "Authority"), agency),
            SummaryRow::new(Text::new("令", "Orders"), Text::new(format!("{size}件"), format!("{size} orders"))),
            SummaryRow::new(Text::new("發文字號", "Numbering"), numbering_label(numbering)),
        ];
        facts.extend(acting);
        Self { page, form, id, version, facts, statement, numbering, reader, soft_card }
    }

    fn of(app: &App, me: &Me, page: Page, form: Form, agency: &str, shown: Shown) -> Self {
        let reader = CardReader::of(app, &shown.statement, begin(), sign());
        Self::new(page, form, agency, shown, reader, has_card(app, me))
    }
}

fn begin() -> Text {
    Text::new("以讀卡機裡的卡片簽章", "Sign with the card in the reader")
}

fn sign() -> Text {
    Text::new("以卡片簽章並核定", "Sign with the card and approve")
}

fn numbering_label(numbering: Numbering) -> Text {
    match numbering {
        Numbering::OneEach => Text::new("一人一令：每人各給一個發文字號", "One number each"),
        Numbering::OneForAll => Text::new("多人一令：全案共用一個發文字號", "One number for all"),
    }
}

impl Sample for ApprovalSignPage {
    fn samples(page: &Page) -> Vec<(&'static str, Self)> {
        let statement = r#"{"agency":"A58000000A","case":"award-case-12","format":"renshi-approval/1","root":"q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA","size":62}"#;
        let acting = r#"{"acting_for":"head of A58000000A","agency":"A58000000A","case":"award-case-12","format":"renshi-approval/2","root":"q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA","size":62}"#;
        let shown = |numbering| Shown {
            seen: (CaseId(12), 3),
            numbering,
            statement: statement.into(),
            size: 62,
            approver: PersonId(1).into(),
            acting_for: None,
        };
        let deputy = || Shown {
            statement: acting.into(),
            acting_for: Some("李範例（公差）".into()),
            ..shown(Numbering::OneEach)
        };
        let mut faulty = Form::of([("cms", "bm90IGEgc2lnbmF0dXJl")]);
        faulty
            .fault("cms", Text::new("簽章之憑證與登入之憑證不同，請使用同一張卡片核定。", "Please use the same card."));
        let draw = |form, numbering, soft| {
            let reader = CardReader::sample(statement, begin(), sign());
            Self::new(page.clone(), form, "範例市政府人事處", shown(numbering), reader, soft)
        };
        vec![
            ("demo", draw(Form::new(), Numbering::OneEach, true)),
            ("card", draw(Form::new(), Numbering::OneForAll, false)),
            ("faulty", draw(faulty, Numbering::OneEach, false)),
            ("deputy", Self::new(page.clone(), Form::new(), "範例市政府人事處", deputy(), None, true)),
        ]
    }
}

/// `POST /approvals/case/{id}/sign`: fixes what will be signed and shows it.
pub async fn prepare(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, agency) = open(&app, &me, Action::ApproveCase, &id).await?;
    let seen = seen(&file, &form)?;
    let Some(numbering) = Numbering::parse(form.value("numbering")) else {
        form.fault("numbering", Text::new("請選擇發文字號的給法。", "Choose how to number."));
        return refused(&app, &me, page, form, &id).await;
    };
    let (approver, acting_for) = approver(&me, &file)?;
    match personnel::prepare_approval(&me.db, app.random.as_ref(), seen, &approver, app.now()).await {
        Ok(prepared) => {
            let statement = String::from_utf8(prepared.statement).map_err(WebError::fault("show a statement"))?;
            let shown = Shown { seen, numbering, statement, size: prepared.size, approver, acting_for };
            nobody(&me, &file).await?;
            let page = ApprovalSignPage::of(&app, &me, page, Form::new(), &agency, shown);
            html(&page).map(|page| card_reader::allow(&app, page))
        }
        Err(error) => {
            on_form(&mut form, "prepare an approval", error)?;
            refused(&app, &me, page, form, &id).await
        }
    }
}

/// The page before the signature shows how many, not whom.
async fn nobody(me: &Me, file: &CaseFile) -> Result<(), WebError> {
    me.looks_at(sights::case(Work::Approve, &file.case, [])).await
}

/// Whether the card of this session is a software card of the demonstration, which signs by itself.
fn has_card(app: &App, me: &Me) -> bool {
    let soft = app.cards.as_ref().and_then(|cards| cards.card(me.person));
    soft.is_some_and(|soft| Some(tlog::hash::sha256(soft.certificate())) == me.session.card)
}

/// `POST /approvals/case/{id}/approve`: the card's answer; the case is issued, or the head is told why not.
pub async fn approve(State(app): State<App>, me: Me, Path(id): Path<String>, page: Page, mut form: Form) -> Answer {
    let (file, agency) = open(&app, &me, Action::ApproveCase, &id).await?;
    let shown = shown(&me, &file, &form)?;
    let keys = keys(&app, file.case.agency)?;
    let cms = card_answer(&app, &me, &form, &shown.statement);
    let approval = Approval {
        seen: shown.seen,
        numbering: shown.numbering,
        approver: (shown.approver.clone(), me.session.card.ok_or(WebError::NotAllowed)?),
        cms: &cms,
        keys: &keys,
        now: app.now(),
    };
    // Whether the card was revoked is asked before the transaction, which should not wait for an authority.
    let good = app.authorities.check(&app.db, app.random.as_ref(), &cms, approval.now).await;
    let outcome = match good.map_err(WebError::fault("check a card"))? {
        Ok(_) => personnel::approve(&me.db, &approval).await.map_err(Said::from),
        Err(fault) => Err(Said::No(access::SignInRefusal::from(fault).refusal())),
    };
    match outcome {
        Ok(issued) => Ok(done(&format!("/approvals/case/{id}"), &approved(issued.len()))),
        Err(Said::Fault(cause)) => Err(WebError::fault("approve a case")(cause)),
        Err(Said::No(no)) if SIGN_AGAIN.contains(&no.code) => {
            form.refuse(&no.field("cms"));
            nobody(&me, &file).await?;
            let again = ApprovalSignPage::of(&app, &me, page, form, &agency, shown);
            html_with(StatusCode::UNPROCESSABLE_ENTITY, &again).map(|page| card_reader::allow(&app, page))
        }
        Err(Said::No(no)) => {
            form.refuse(&no);
            refused(&app, &me, page, form, &id).await
        }
    }
}

/// What the form carries. As what the reader approves is decided anew: a page opened before leave ended approves nothing after it.
fn shown(me: &Me, file: &CaseFile, form: &Form) -> Result<Shown, WebError> {
    let incomplete = || {
        WebError::BadRequest(Text::new("表單不完整，請重新開啟本案。", "The form is incomplete; open the case again."))
    };
    let (approver, acting_for) = approver(me, file)?;
    Ok(Shown {
        approver,
        acting_for,
        seen: seen(file, form)?,
        numbering: Numbering::parse(form.value("numbering")).ok_or_else(incomplete)?,
        statement: form.value("statement").to_owned(),
        size: file.rows.iter().filter(|row| row.returned.is_none()).count(),
    })
}

/// The answer of the person's own card: a real one has signed the statement already, a software card of a demonstration signs now what
/// was shown.
fn card_answer(app: &App, me: &Me, form: &Form, statement: &str) -> Vec<u8> {
    let sent = form.trimmed("cms").replace(['\r', '\n', ' '], "");
    let soft = app.cards.as_ref().filter(|_| sent.is_empty() && has_card(app, me));
    let soft = soft.and_then(|cards| cards.sign(me.person, statement.as_bytes(), app.now()));
    soft.unwrap_or_else(|| STANDARD.decode(sent).unwrap_or_default())
}

fn keys(app: &App, agency: AgencyCode) -> Result<Arc<AgencyKeys>, WebError> {
    app.keys.keys(agency).map_err(|fault| match fault {
        KeyRingFault::Missing(agency) => Refusal::new(
            "orders/no-keys",
            format!("機關「{agency}」尚未建立簽章金鑰，請洽系統管理者。"),
            format!("Agency {agency} has no sealing keys yet. Please ask the operator."),
        )
        .into(),
        damaged => WebError::fault("find the keys of the agency")(damaged),
    })
}

fn approved(count: usize) -> Notice {
    Notice::success(Text::new(format!("已核定，發布{count}件令。"), format!("Approved: {count} orders were issued.")))
}
