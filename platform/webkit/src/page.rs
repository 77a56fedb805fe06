//! What every page shows around its content, and the words of the reader's language.

use std::borrow::Borrow;
use std::fmt::Display;
use std::sync::Arc;

use axum::extract::{FromRef, FromRequestParts};
use axum::http::{Extensions, HeaderMap, Uri, request::Parts};
use kernel::{Clock, Lang, Random, Text, roc};
use time::{Date, OffsetDateTime, UtcOffset};

use crate::assets::AssetIndex;
use crate::form::Form;
use crate::lang;
use crate::notice::Notice;
use crate::parts::Link;

/// What is the same on all pages of a program: made once at start, shared by all requests.
pub struct Site {
    /// Name of the service, in the header and in every page title.
    pub name: Text,
    /// Whose service it is, in the footer.
    pub owner: Text,
    /// Links of the footer.
    pub footer: Vec<Link>,
    /// Whether everything shown is invented. Then every page and printout says so.
    pub demo: bool,
    /// Style sheets and scripts.
    pub assets: AssetIndex,
    /// The time that printouts carry.
    pub clock: Arc<dyn Clock>,
    /// Source of fault numbers.
    pub random: Arc<dyn Random>,
}

/// Who is signed in, in the words of the header.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// Name of the person.
    pub name: String,
    /// The role now acted in ("人事人員").
    pub role: Text,
    /// The body acted for ("○○縣政府人事處").
    pub agency: String,
    /// Set if it is done in another's place ("代理 王科長").
    pub acting_for: Option<Text>,
    /// Address that a form posts to, to sign out.
    pub sign_out: String,
    /// Address to change the role, if there is more than one.
    pub switch: Option<String>,
}

/// Head of the page that depends on who is signed in. The session middleware of the application puts one into the
/// request's extensions; [`Page`] finds it there, and so does an error page.
#[derive(Debug, Clone, Default)]
pub struct Chrome {
    /// Who is signed in.
    pub user: Option<SignedIn>,
    /// The main menu: only what this person may open.
    pub nav: Vec<Link>,
    /// Where to sign in, offered to those who have not.
    pub sign_in: Option<Link>,
}

/// Everything a page template needs besides its own content. Handlers take it as an argument, name it with
/// [`Page::titled`] and put it into their template as the field `page`.
#[derive(Clone)]
pub struct Page {
    /// The program.
    pub site: Arc<Site>,
    /// Language of the reader.
    pub lang: Lang,
    /// Title of the page, also its first heading if the template shows one.
    pub title: Text,
    /// Who is signed in, and the menu.
    pub chrome: Chrome,
    /// Way back to the front page, from far to near; without the page itself.
    pub crumbs: Vec<Link>,
    /// A sentence on what was just done.
    pub notice: Option<Notice>,
    /// Path and query of this page, for the language switch.
    pub path: String,
    /// When the page was made.
    pub now: OffsetDateTime,
    /// Whether the page shows a form that was refused; its title then says so first.
    pub faulty: bool,
}

impl Page {
    /// A page for a request with these headers.
    #[must_use]
    pub fn for_request(site: &Arc<Site>, uri: &Uri, headers: &HeaderMap, extensions: &Extensions) -> Self {
        let path = uri.path_and_query().map_or_else(|| "/".to_owned(), ToString::to_string);
        let mut page = Self::plain(site, lang::chosen_lang(headers), &path);
        page.chrome = extensions.get::<Chrome>().cloned().unwrap_or_default();
        page.notice = Notice::from_headers(headers);
        page
    }

    /// A page nobody has asked for yet: for samples and tests.
    #[must_use]
    pub fn plain(site: &Arc<Site>, lang: Lang, path: &str) -> Self {
        Self {
            site: Arc::clone(site),
            lang,
            title: site.name.clone(),
            chrome: Chrome::default(),
            crumbs: Vec::new(),
            notice: None,
            path: path.to_owned(),
            now: site.clock.now(),
            faulty: false,
        }
    }

    /// Without the query of its address, where that must not stand in a link: a page in the other language starts anew.
    #[must_use]
    pub fn without_query(mut self) -> Self {
        self.path.truncate(self.path.find('?').unwrap_or(self.path.len()));
        self
    }

    /// Names the page.
    #[must_use]
    pub fn titled(mut self, title: Text) -> Self {
        self.title = title;
        self
    }

    /// Adds one step to the way back.
    #[must_use]
    pub fn under(mut self, link: Link) -> Self {
        self.crumbs.push(link);
        self
    }

    /// Marks the page if `form` has errors.
    #[must_use]
    pub fn checked(mut self, form: &Form) -> Self {
        self.faulty = !form.is_clean();
        self
    }

    /// The words of the reader's language. Every sentence of a template is a call of this with both languages beside
    /// each other (docs/decisions/0003-two-languages-side-by-side.md).
    #[must_use]
    pub fn t<'x>(&self, zh: &'x str, en: &'x str) -> &'x str {
        match self.lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    /// The same with one figure or name in it: every `{}` is replaced by `value`.
    #[must_use]
    pub fn put(&self, zh: &str, en: &str, value: impl Display) -> String {
        self.t(zh, en).replace("{}", &value.to_string())
    }

    /// A text in the reader's language.
    #[must_use]
    pub fn text<'x>(&self, text: &'x Text) -> &'x str {
        text.get(self.lang)
    }

    /// A date: `115/03/02`, in English `2026-03-02`.
    #[must_use]
    pub fn date(&self, on: impl Borrow<Date>) -> String {
        match self.lang {
            Lang::Zh => roc::slash(*on.borrow()),
            Lang::En => iso(*on.borrow()),
        }
    }

    /// A date as a document writes it: `中華民國115年3月2日`, in English `2026-03-02 (ROC 115)`.
    #[must_use]
    pub fn long_date(&self, on: impl Borrow<Date>) -> String {
        let on = *on.borrow();
        match self.lang {
            Lang::Zh => roc::long(on),
            Lang::En => format!("{} (ROC {})", iso(on), roc::year(on)),
        }
    }

    /// An instant in Taipei's time: `115/03/02 14:20`, in English `2026-03-02 14:20`.
    #[must_use]
    pub fn moment(&self, at: impl Borrow<OffsetDateTime>) -> String {
        let local = at.borrow().to_offset(taipei());
        format!("{} {:02}:{:02}", self.date(local.date()), local.hour(), local.minute())
    }

    /// A number with thousands separated.
    #[must_use]
    pub fn number(&self, n: impl Display) -> String {
        let digits = n.to_string();
        let (sign, digits) = digits.strip_prefix('-').map_or(("", digits.as_str()), |rest| ("-", rest));
        let mut out = String::from(sign);
        for (at, digit) in digits.chars().enumerate() {
            if at > 0 && (digits.len() - at).is_multiple_of(3) {
                out.push(',');
            }
            out.push(digit);
        }
        out
    }

    /// Address of an asset; an empty address if it was not built, which a browser leaves alone.
    #[must_use]
    pub fn asset(&self, name: &str) -> String {
        self.site.assets.href(name).unwrap_or_default()
    }

    /// Whether an asset was built.
    #[must_use]
    pub fn has_asset(&self, name: &str) -> bool {
        self.site.assets.href(name).is_some()
    }

    /// The tag for `<html lang>`.
    #[must_use]
    pub fn lang_tag(&self) -> &'static str {
        lang::tag(self.lang)
    }

    /// Address that shows this page in the other language.
    #[must_use]
    pub fn switch_href(&self) -> String {
        let other = self.t("en", "zh-TW");
        format!("/lang/{other}?back={}", escape_query(&self.path))
    }

    /// Who made this printout.
    #[must_use]
    pub fn printed_by(&self) -> String {
        match &self.chrome.user {
            Some(user) => format!("{} {}", user.agency, user.name),
            None => self.t("未登入的讀者", "a reader who is not signed in").to_owned(),
        }
    }
}

impl<S> FromRequestParts<S> for Page
where
    S: Send + Sync,
    Arc<Site>: FromRef<S>,
{
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Ok(Self::for_request(&Arc::from_ref(state), &parts.uri, &parts.headers, &parts.extensions))
    }
}

/// Taiwan has kept UTC+8 without summer time since 1980; no record here is older.
fn taipei() -> UtcOffset {
    UtcOffset::from_hms(8, 0, 0).expect("eight hours are within a day")
}

fn iso(on: Date) -> String {
    format!("{:04}-{:02}-{:02}", on.year(), u8::from(on.month()), on.day())
}

/// Percent-encodes what would end or change a query value.
fn escape_query(path: &str) -> String {
    let mut out = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sample::test_site;
    use time::macros::{date, datetime};

    fn page(lang: Lang) -> Page {
        Page::plain(&test_site(), lang, "/people?q=王&page=2")
    }

    #[test]
    fn each_language_has_its_own_words_and_dates() {
        let (zh, en) = (page(Lang::Zh), page(Lang::En));
        assert_eq!((zh.t("令", "Order"), en.t("令", "Order")), ("令", "Order"));
        assert_eq!(zh.put("共 {} 筆", "{} rows", 3), "共 3 筆");
        assert_eq!(zh.date(date!(2026 - 03 - 02)), "115/03/02");
        assert_eq!(en.date(date!(2026 - 03 - 02)), "2026-03-02");
        assert_eq!(en.long_date(date!(2026 - 03 - 02)), "2026-03-02 (ROC 115)");
    }

    #[test]
    fn an_instant_is_shown_in_taipei() {
        let at = datetime!(2026-03-01 17:05 UTC);
        assert_eq!(page(Lang::Zh).moment(at), "115/03/02 01:05");
    }

    #[test]
    fn thousands_are_separated() {
        let page = page(Lang::Zh);
        for (n, shown) in [(0, "0"), (999, "999"), (1_000, "1,000"), (15_841, "15,841"), (-1_234_567, "-1,234,567")] {
            assert_eq!(page.number(n), shown);
        }
    }

    #[test]
    fn the_switch_keeps_the_search() {
        assert_eq!(page(Lang::Zh).switch_href(), "/lang/en?back=/people%3Fq%3D%E7%8E%8B%26page%3D2");
        assert!(page(Lang::En).switch_href().starts_with("/lang/zh-TW?"));
    }
}
