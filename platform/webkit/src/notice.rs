//! A sentence carried over one redirect: "the batch was sent", shown once on the page that follows.

use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kernel::Text;

use crate::parts::Tone;

/// Name of the cookie that carries a notice to the next page.
pub const NOTICE_COOKIE: &str = "notice";

/// What a notification banner says.
#[derive(Debug, Clone)]
pub struct Notice {
    /// Success or information; nothing else makes sense after a redirect.
    pub tone: Tone,
    /// The sentence in both languages. It is escaped where it is shown: the cookie is not trusted.
    pub text: Text,
}

impl Notice {
    /// Something was done.
    #[must_use]
    pub fn success(text: Text) -> Self {
        Self { tone: Tone::Good, text }
    }

    /// Something worth knowing.
    #[must_use]
    pub fn info(text: Text) -> Self {
        Self { tone: Tone::Plain, text }
    }

    /// Reads the notice a former answer left, if it is one of ours.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let jar = CookieJar::from_headers(headers);
        let bytes = URL_SAFE_NO_PAD.decode(jar.get(NOTICE_COOKIE)?.value()).ok()?;
        let text = String::from_utf8(bytes).ok()?;
        let mut parts = text.splitn(3, '\n');
        let tone = if parts.next()? == "good" { Tone::Good } else { Tone::Plain };
        let (zh, en) = (parts.next()?.to_owned(), parts.next()?.to_owned());
        Some(Self { tone, text: Text { zh: zh.into(), en: en.into() } })
    }

    fn cookie(&self) -> Cookie<'static> {
        let tone = if matches!(self.tone, Tone::Good) { "good" } else { "plain" };
        let value = format!("{tone}\n{}\n{}", self.text.zh.replace('\n', " "), self.text.en.replace('\n', " "));
        Cookie::build((NOTICE_COOKIE, URL_SAFE_NO_PAD.encode(value)))
            .path("/")
            .same_site(SameSite::Lax)
            .http_only(true)
            .build()
    }
}

/// Answer to a successful form: 303 to `href`, where `notice` is shown once.
#[must_use]
pub fn done(href: &str, notice: &Notice) -> Response {
    (CookieJar::new().add(notice.cookie()), Redirect::to(href)).into_response()
}

/// The `Set-Cookie` value that forgets a notice after it was shown.
pub(crate) fn forget() -> String {
    format!("{NOTICE_COOKIE}=; Path=/; Max-Age=0; HttpOnly; SameSite=Lax")
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::{COOKIE, SET_COOKIE};

    #[test]
    fn a_notice_survives_the_redirect_word_for_word() {
        let sent = done("/batches/3", &Notice::success(Text::new("已送出「一批」；<b>", "Sent")));
        assert_eq!(sent.status(), 303);
        let cookie = sent.headers()[SET_COOKIE].to_str().unwrap().split(';').next().unwrap().to_owned();
        let mut headers = HeaderMap::new();
        headers.insert(COOKIE, cookie.parse().unwrap());
        let read = Notice::from_headers(&headers).unwrap();
        assert_eq!(
            (read.text.zh.as_ref(), read.text.en.as_ref(), read.tone),
            ("已送出「一批」；<b>", "Sent", Tone::Good)
        );
    }

    #[test]
    fn a_cookie_that_is_not_ours_says_nothing() {
        for bad in ["notice=%%%", "notice=AAAA", "other=1"] {
            let mut headers = HeaderMap::new();
            headers.insert(COOKIE, bad.parse().unwrap());
            assert!(Notice::from_headers(&headers).is_none(), "{bad}");
        }
    }
}
