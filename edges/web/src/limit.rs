//! How many forms one address sends in a minute. Coarse on purpose: a whole office may sit behind one address. What fails at sign-in waits
//! by its own, shared count (`access`); this one is of this instance alone and forgotten with it.

use crate::visit::Origin;
use axum::extract::Request;
use axum::http::header::RETRY_AFTER;
use axum::http::{Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use kernel::Clock;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex};

/// Seconds in which is counted.
const WINDOW: i64 = 60;

/// The count of this minute.
#[derive(Debug)]
pub struct Limit {
    /// Most forms of one address in a minute; 0 is no limit.
    most: u32,
    window: Mutex<Window>,
}

#[derive(Debug, Default)]
struct Window {
    /// Which minute since 1970.
    minute: i64,
    sent: HashMap<IpAddr, u32>,
}

impl Limit {
    /// A limit of so many a minute; 0 is none.
    pub fn new(most: u32) -> Self {
        Self { most, window: Mutex::default() }
    }

    /// Counts one more form of an address at a second since 1970. If it is one too many: in how many seconds to come again.
    fn wait(&self, address: IpAddr, second: i64) -> Option<i64> {
        if self.most == 0 {
            return None;
        }
        let minute = second.div_euclid(WINDOW);
        let mut window = self.window.lock().expect("nothing panics while it is held");
        if window.minute != minute {
            *window = Window { minute, sent: HashMap::new() };
        }
        let sent = window.sent.entry(net(address)).or_default();
        *sent = sent.saturating_add(1);
        (*sent > self.most).then(|| WINDOW - second.rem_euclid(WINDOW))
    }
}

/// A machine commands a whole /64 of addresses.
fn net(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

/// Lets through what only reads, and as many forms as one address may send; the others are told when to come again.
pub async fn check(limit: Arc<Limit>, clock: Arc<dyn Clock>, request: Request, next: Next) -> Response {
    let reads = matches!(*request.method(), Method::GET | Method::HEAD);
    let address = request.extensions().get::<Origin>().and_then(|origin| origin.0);
    let wait = address.filter(|_| !reads).and_then(|address| limit.wait(address, clock.now().unix_timestamp()));
    match wait {
        Some(seconds) => {
            tracing::warn!(path = request.uri().path(), "too many forms from one address");
            (StatusCode::TOO_MANY_REQUESTS, [(RETRY_AFTER, seconds.to_string())]).into_response()
        }
        None => next.run(request).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_count_and_a_new_minute_begins_anew() {
        let limit = Limit::new(2);
        let ip = |text: &str| text.parse().unwrap();
        let (one, other) = (ip("192.0.2.1"), ip("192.0.2.2"));
        assert_eq!([limit.wait(one, 600), limit.wait(one, 601), limit.wait(one, 645)], [None, None, Some(15)]);
        assert_eq!(limit.wait(other, 645), None);
        assert_eq!(limit.wait(one, 660), None);
        assert_eq!([limit.wait(ip("2001:db8::1"), 700), limit.wait(ip("2001:db8::2"), 700)], [None, None]);
        assert_eq!(limit.wait(ip("2001:db8::3"), 719), Some(1), "one machine has many of these");
        assert_eq!(limit.wait(ip("2001:db8:0:1::1"), 719), None);
        let none = Limit::new(0);
        assert!((0..1_000).all(|_| none.wait(one, 600).is_none()));
    }
}
