//! Who asks: the host and origin of a request. Any page in the browser can reach a program on this machine, under this machine's
//! name or, by rebinding a name of its own, under another; so both headers are compared with what was named at start.

use axum::http::HeaderMap;
use axum::http::header::{HOST, ORIGIN};

/// A site whose pages may ask, such as `https://orders.example.gov.tw`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site(String);

/// The address of a site is not one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SiteFault(String);

impl std::fmt::Display for SiteFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` is not the address of a site such as https://orders.example.gov.tw", self.0)
    }
}

impl std::error::Error for SiteFault {}

impl std::str::FromStr for Site {
    type Err = SiteFault;

    /// Scheme, host and port, as browsers write an origin: lower case, without path.
    fn from_str(text: &str) -> Result<Self, SiteFault> {
        let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-:[]".contains(&byte);
        match host {
            Some(host) if !host.is_empty() && host.bytes().all(plain) => Ok(Self(text.to_owned())),
            _ => Err(SiteFault(text.to_owned())),
        }
    }
}

impl Site {
    /// The address as browsers write it.
    #[must_use]
    pub fn origin(&self) -> &str {
        &self.0
    }
}

/// Who a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Caller<'a> {
    /// The component's own window.
    Own,
    /// A page of a named site.
    Site(&'a Site),
    /// Nobody says: a link, an address typed in, a program.
    Unnamed,
}

/// Finds out who asks. None if the request was not addressed to this machine, or comes from a site that was not named.
pub(crate) fn caller<'a>(headers: &HeaderMap, port: u16, sites: &'a [Site]) -> Option<Caller<'a>> {
    let own = [format!("127.0.0.1:{port}"), format!("localhost:{port}")];
    let only = |name| {
        let mut all = headers.get_all(name).iter();
        let first = all.next().map(|value| value.to_str().unwrap_or_default());
        if all.next().is_some() { Some("") } else { first }
    };
    let host = only(HOST)?;
    if !own.iter().any(|name| name == host) {
        return None;
    }
    match only(ORIGIN) {
        None => Some(Caller::Unnamed),
        Some(origin) if origin.strip_prefix("http://") == Some(host) => Some(Caller::Own),
        Some(origin) => sites.iter().find(|site| site.origin() == origin).map(Caller::Site),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use axum::http::HeaderName;

    fn of(headers: &[(HeaderName, &str)]) -> Option<Caller<'static>> {
        let map = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap())).fold(
            HeaderMap::new(),
            |mut map, (name, value)| {
                map.append(name, value);
                map
            },
        );
        let sites: &'static [Site] = Box::leak(Box::new(["https://orders.example.gov.tw".parse().unwrap()]));
        caller(&map, 61161, sites)
    }

    #[test]
    fn forged_hosts_and_origins_are_nobody() {
        let host = |value| (HOST, value);
        let origin = |value| (ORIGIN, value);
        let here = host("127.0.0.1:61161");
        assert!(matches!(of(&[here.clone(), origin("https://orders.example.gov.tw")]), Some(Caller::Site(_))));
        assert_eq!(of(&[here.clone(), origin("http://127.0.0.1:61161")]), Some(Caller::Own));
        assert_eq!(of(&[host("localhost:61161"), origin("http://localhost:61161")]), Some(Caller::Own));
        assert_eq!(of(std::slice::from_ref(&here)), Some(Caller::Unnamed));
        let nobody = [
            vec![],
            vec![host("orders.example.gov.tw:61161"), origin("https://orders.example.gov.tw")],
            vec![host("rebound.example:61161")],
            vec![host("127.0.0.1:61162")],
            vec![here.clone(), host("rebound.example")],
            vec![here.clone(), origin("null")],
            vec![here.clone(), origin("http://orders.example.gov.tw")],
            vec![here.clone(), origin("https://orders.example.gov.tw.evil.example")],
            vec![here.clone(), origin("https://orders.example.gov.tw:8443")],
            vec![here.clone(), origin("http://localhost:61161")],
            vec![here.clone(), origin("https://orders.example.gov.tw"), origin("https://evil.example")],
        ];
        for headers in nobody {
            assert_eq!(of(&headers), None, "{headers:?}");
        }
    }

    #[test]
    fn a_site_is_an_origin() {
        for good in ["https://orders.example.gov.tw", "http://127.0.0.1:8640", "http://[::1]:8640"] {
            assert!(good.parse::<Site>().is_ok(), "{good}");
        }
        for bad in
            ["", "*", "https://", "orders.example.gov.tw", "https://a.tw/", "https://A.tw", "file:///", "https://a b"]
        {
            assert!(bad.parse::<Site>().is_err(), "{bad}");
        }
    }
}
