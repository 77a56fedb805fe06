//! How many requests one address may make in a minute.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Mutex;

/// Addresses remembered at once: beyond it everybody waits for the next minute, and memory does not grow.
const ADDRESSES_MAX: usize = 100_000;

/// The count of this minute.
#[derive(Debug)]
pub struct Limit {
    /// Most requests of one address in a minute; 0 is no limit.
    most: u32,
    window: Mutex<(i64, HashMap<IpAddr, u32>)>,
}

impl Limit {
    /// A limit of so many a minute; 0 is none.
    #[must_use]
    pub fn new(most: u32) -> Self {
        Self { most, window: Mutex::default() }
    }

    /// Counts one more request at a second since 1970. False if it is one too many.
    pub fn admits(&self, address: IpAddr, second: i64) -> bool {
        if self.most == 0 {
            return true;
        }
        let minute = second.div_euclid(60);
        let mut window = self.window.lock().expect("nothing panics while it is held");
        if window.0 != minute {
            *window = (minute, HashMap::new());
        }
        if window.1.len() >= ADDRESSES_MAX {
            return false;
        }
        let sent = window.1.entry(net(address)).or_default();
        *sent = sent.saturating_add(1);
        *sent <= self.most
    }
}

/// A machine commands a whole /64 of addresses.
fn net(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX)).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_its_own_count_and_a_minute_of_its_own() {
        let limit = Limit::new(2);
        let (one, other) = ("192.0.2.1".parse().unwrap(), "2001:db8::1".parse().unwrap());
        let admitted: Vec<bool> = (0..3).map(|_| limit.admits(one, 59)).collect();
        assert_eq!(admitted, [true, true, false]);
        assert!(limit.admits(other, 59), "another address is not hurt");
        assert!(limit.admits(one, 60), "the next minute begins anew");
        assert!((0..1000).all(|_| Limit::new(0).admits(one, 0)));
    }
}
