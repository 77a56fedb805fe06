//! webkit: what pages are made of.
//!
//! Owns: the frame of a page, the parts after GOV.UK and MOJ Frontend, forms and their errors, uploads, languages, notices,
//! error pages, assets, security headers, the gallery.
//! Promises: every page works without JavaScript, in both languages, under a policy without inline script or style.
//! Never: knows a word of personnel, asks who may do what, speaks SQL.
//! Start at: the recipe below, then [`Page`], [`Form`], `templates/webkit/parts.html`.
//!
//! # How a page is made
//!
//! 1. A template `edges/web/templates/<page>.html` that extends the frame and imports the parts. Every sentence is
//!    `page.t("中文", "English")`; `page.put("共 {} 筆", "{} rows", n)` has one figure in it; a [`kernel::Text`] from elsewhere is
//!    `page.text(it)`. Dates: `page.date(on)`, `page.long_date(on)`, `page.moment(at)`; numbers: `page.number(n)`.
//!    Everything is escaped. No `style="…"`, no `<script>`, no `onclick`: the browser refuses them.
//!
//! ```html
//! {% extends "webkit/base.html" %}
//! {% import "webkit/parts.html" as ui %}
//! {% block main %}
//! {{ ui::errors(form) }}
//! <h1 class="govuk-heading-l">{{ page.text(page.title) }}</h1>
//! <form method="post" action="{{ action }}" enctype="multipart/form-data" novalidate>
//!   {{ ui::input(form, "reason", page.t("事由", "Reason"), hint=page.t("照核定文字填寫", "As approved")) }}
//!   {{ ui::date(form, "met_on", page.t("會議日期", "Date of the meeting")) }}
//!   {{ ui::radios(form, "outcome", page.t("決議", "Outcome"), outcomes) }}
//!   {{ ui::file(form, "file", page.t("獎懲建議檔", "Award file"), accept=".csv,.ods,.xlsx") }}
//!   {{ ui::button(page.t("送出", "Send")) }}
//! </form>
//! {{ ui::table(rows) }}
//! {{ ui::pager(pager) }}
//! {% endblock %}
//! ```
//!
//! 2. A struct with exactly what the template shows, first of all `page`. Its samples go to the gallery.
//!
//! ```ignore
//! #[derive(askama::Template)]
//! #[template(path = "committee.html")]
//! struct CommitteePage { page: Page, form: Form, action: String, outcomes: Vec<Choice>, rows: Table, pager: Pager }
//!
//! impl Sample for CommitteePage {
//!     fn samples(page: &Page) -> Vec<(&'static str, Self)> {
//!         let mut faulty = Form::of([("met_on", "115/13/45")]);
//!         faulty.date("met_on");
//!         vec![("empty", Self::show(page.clone(), Form::new())), ("faulty", Self::show(page.clone(), faulty))]
//!     }
//! }
//! ```
//!
//! 3. Handlers: one shows, one does. [`Page`] comes from the request (language, who is signed in, notice) and is named here.
//!    A refused form comes back with 422, filled in; a done one redirects with a notice.
//!
//! ```ignore
//! async fn show(page: Page) -> Answer {
//!     webkit::html(&CommitteePage::show(page, Form::new()))
//! }
//!
//! async fn record(State(app): State<App>, page: Page, mut form: Form) -> Answer {
//!     let met_on = form.date("met_on");
//!     let reason = form.required("reason", Text::new("請填事由。", "Give the reason."));
//!     if form.is_clean() {
//!         match app.record_review(met_on, &reason).await {
//!             Ok(()) => return Ok(webkit::done("/cases/3", &Notice::success(Text::new("已記錄。", "Recorded.")))),
//!             Err(OpError::Refusal(no)) => form.refuse(&no),
//!             Err(OpError::Fault(cause)) => return Err(WebError::fault("record a review")(cause)),
//!         }
//!     }
//!     webkit::html_with(StatusCode::UNPROCESSABLE_ENTITY, &CommitteePage::show(page, form))
//! }
//! ```
//!
//!    `CommitteePage::show` is an ordinary constructor and ends with `page: page.titled(…).under(Link::new(…)).checked(&form)`.
//!    Files arrive with `mut sent: Upload<{ 20 << 20 }>`: `sent.file("file")`, `sent.form`. What the reader may not see is
//!    `Err(WebError::NotAllowed)`, which looks like `NotFound`.
//!
//! 4. The application, once:
//!
//! ```ignore
//! let router = routes().merge(webkit::routes()).merge(gallery().routes())      // gallery in demo mode only
//!     .route("/assets/{file}", webkit::assets::<Assets, _>())
//!     .with_state(app);                                   // Arc<Site>: FromRef<App>
//! let router = webkit::pages(router, &site);              // error pages, CSRF, notices
//! let router = router.layer(from_fn_with_state(app, session)); // puts a Chrome into the request's extensions
//! let router = webkit::harden(router, &public);           // security headers
//! ```
//!
//! `askama.toml` of the crate with the pages names both folders: `dirs = ["templates", "../../platform/webkit/templates"]`.
//! A page that replaces a part of itself loads htmx in its `head` block:
//! `{% if page.has_asset("htmx.js") %}<script type="module" src="{{ page.asset("htmx.js") }}"></script>{% endif %}`; its form must
//! work without. What only one page looks like goes to `edges/web/ui/style/_pages.scss`, in classes that begin with `app-`.
//! Parts and what they take are listed at the top of `templates/webkit/parts.html`; see them drawn at `/gallery/parts/all`.

// The parts name their types as `webkit::…`, because pages of other crates are compiled from them; here too, then.
extern crate self as webkit;

mod assets;
mod error_page;
mod errors;
mod form;
mod gallery;
mod headers;
mod lang;
mod notice;
mod page;
mod parts;
mod sample;
mod upload;

pub use assets::{AssetIndex, assets};
pub use error_page::{ErrorPage, pages};
pub use errors::{Answer, WebError, html, html_with};
pub use form::{FORM_PAIRS_MAX, FieldError, Form};
pub use headers::{harden, speaks_with};
pub use lang::{LANG_COOKIE, chosen_lang, local_path};
pub use notice::{NOTICE_COOKIE, Notice, done};
pub use page::{Chrome, Page, SignedIn, Site};
pub use parts::{
    Cell, Choice, Choose, Happening, Head, Link, Pager, SummaryRow, Table, TableRow, Tag, Task, Tone, same,
};
pub use sample::{Gallery, Sample, test_site};
pub use upload::{Upload, UploadedFile};

/// Routes that every program with pages has: the language switch.
pub fn routes<S: Clone + Send + Sync + 'static>() -> axum::Router<S> {
    axum::Router::new().route("/lang/{tag}", axum::routing::get(lang::switch))
}
