//! The language of a page: a cookie, Chinese unless the reader chose otherwise.

use axum::extract::{Path, Query};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};
use axum_extra::extract::cookie::{Cookie, CookieJar, SameSite};
use kernel::Lang;
use serde::Deserialize;

/// Name of the cookie that keeps the chosen language (`zh-TW` or `en`).
pub const LANG_COOKIE: &str = "lang";

/// The language these request headers ask for.
///
/// Only the reader's own choice counts. `Accept-Language` is ignored on purpose: many office machines in Taiwan are set
/// up in English, and their users expect the Chinese page.
#[must_use]
pub fn chosen_lang(headers: &HeaderMap) -> Lang {
    match CookieJar::from_headers(headers).get(LANG_COOKIE).map(Cookie::value) {
        Some("en") => Lang::En,
        _ => Lang::Zh,
    }
}

/// The BCP 47 tag for `<html lang>` and the cookie.
#[must_use]
pub fn tag(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "zh-TW",
        Lang::En => "en",
    }
}

/// Query of the language switch.
#[derive(Debug, Deserialize)]
pub(crate) struct Back {
    #[serde(default)]
    back: String,
}

/// `GET /lang/{tag}?back=/path`: keeps the choice for a year and returns to the page it was made on.
pub(crate) async fn switch(Path(tag): Path<String>, Query(to): Query<Back>, jar: CookieJar) -> Response {
    let tag = if tag == "en" { "en" } else { "zh-TW" };
    let cookie = Cookie::build((LANG_COOKIE, tag))
        .path("/")
        .same_site(SameSite::Lax)
        .http_only(true)
        .max_age(time::Duration::days(365));
    (jar.add(cookie), Redirect::to(local_path(&to.back))).into_response()
}

/// `path` if it stays on this site, else the front page: a switch must not become an open redirect. Browsers take tabs and line ends out of an
/// address before they read it, and a backslash for a slash, so none may be in it.
#[must_use]
pub fn local_path(path: &str) -> &str {
    let odd = |c: char| c.is_ascii_control() || c == '\\';
    let stays = path.starts_with('/') && !path.starts_with("//") && !path.contains(odd);
    if stays { path } else { "/" }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::header::COOKIE;

    #[test]
    fn chinese_unless_the_cookie_says_english() {
        let mut headers = HeaderMap::new();
        assert_eq!(tag(chosen_lang(&headers)), "zh-TW");
        headers.insert(COOKIE, "a=b; lang=en".parse().unwrap());
        assert_eq!(tag(chosen_lang(&headers)), "en");
        headers.insert(COOKIE, "lang=fr".parse().unwrap());
        assert_eq!(tag(chosen_lang(&headers)), "zh-TW");
    }

    #[test]
    fn never_leaves_the_site() {
        assert_eq!(local_path("/orders?page=2"), "/orders?page=2");
        let bad = [
            "",
            "https://example.org",
            "//example.org",
            "/\\example.org",
            "/a\r\nSet-Cookie: x",
            "/\t/example.org",
            "/a\\b",
        ];
        for bad in bad {
            assert_eq!(local_path(bad), "/", "{bad:?}");
        }
        for control in (0..32).chain([127]).map(char::from) {
            assert_eq!(local_path(&format!("/{control}/example.org")), "/", "{control:?}");
        }
    }
}
