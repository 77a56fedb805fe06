//! The cookie that carries a session token.

use crate::App;
use access::Session;
use axum::http::header::SET_COOKIE;
use axum::response::Response;
use axum_extra::extract::CookieJar;
use axum_extra::extract::cookie::{Cookie, SameSite};
use webkit::WebError;

/// The cookie that ties the way to the portal and back to one browser.
const PASSING: (&str, &str) = ("__Host-portal", "portal");

/// Over HTTPS the browser itself refuses a cookie of this prefix that was set without it, for a path or by a sibling host. A demonstration
/// on this machine has no HTTPS.
const fn name(is_secure: bool) -> &'static str {
    if is_secure { "__Host-session" } else { "session" }
}

fn is_secure(app: &App) -> bool {
    app.public.starts_with("https:")
}

/// The session token of a request.
pub fn token<'j>(app: &App, jar: &'j CookieJar) -> Option<&'j str> {
    jar.get(name(is_secure(app))).map(Cookie::value)
}

/// The cookie for a token.
pub fn of(app: &App, token: String) -> Cookie<'static> {
    let is_secure = is_secure(app);
    Cookie::build((name(is_secure), token)).path("/").http_only(true).same_site(SameSite::Lax).secure(is_secure).build()
}

/// The cookie that forgets the session.
pub fn forget(app: &App) -> Cookie<'static> {
    let mut cookie = of(app, String::new());
    cookie.make_removal();
    cookie
}

const fn passing_name(is_secure: bool) -> &'static str {
    if is_secure { PASSING.0 } else { PASSING.1 }
}

/// The cookie of somebody on the way to the portal.
pub fn passing(app: &App, state: String) -> Cookie<'static> {
    let is_secure = is_secure(app);
    Cookie::build((passing_name(is_secure), state))
        .path("/")
        .http_only(true)
        .same_site(SameSite::Lax)
        .secure(is_secure)
        .build()
}

/// What the cookie of somebody coming back from the portal says.
pub fn passed<'j>(app: &App, jar: &'j CookieJar) -> Option<&'j str> {
    jar.get(passing_name(is_secure(app))).map(Cookie::value)
}

/// The cookie that forgets the way to the portal.
pub fn pass_over(app: &App) -> Cookie<'static> {
    let mut cookie = passing(app, String::new());
    cookie.make_removal();
    cookie
}

/// Gives the browser the next token if it is time, unless the answer has set the cookie itself (signing in or out).
pub async fn renew(app: &App, session: &Session, token: &str, mut response: Response) -> Result<Response, WebError> {
    let own = |value: &axum::http::HeaderValue| value.as_bytes().starts_with(name(is_secure(app)).as_bytes());
    if !session.is_renewal_due(app.now()) || response.headers().get_all(SET_COOKIE).iter().any(own) {
        return Ok(response);
    }
    let next = access::renew(&app.db, app.clock.as_ref(), app.random.as_ref(), session, token);
    if let Some(token) = next.await.map_err(WebError::fault("renew a session token"))? {
        let cookie = of(app, token).to_string();
        let value = cookie.parse().map_err(WebError::fault("write a cookie"))?;
        response.headers_mut().append(SET_COOKIE, value);
    }
    Ok(response)
}
