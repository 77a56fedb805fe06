//! Time and chance are parameters, handed down from the edges.

use std::sync::atomic::{AtomicU64, Ordering};

use time::{Date, OffsetDateTime, UtcOffset};

/// Tells the time. Only the edges own a clock that moves.
pub trait Clock: Send + Sync {
    /// The present instant; its offset says nothing.
    fn now(&self) -> OffsetDateTime;
}

/// A clock that stands still, for tests and for replaying a decision.
#[derive(Debug, Clone, Copy)]
pub struct FixedClock(
    /// The instant it always tells.
    pub OffsetDateTime,
);

impl Clock for FixedClock {
    fn now(&self) -> OffsetDateTime {
        self.0
    }
}

/// Gives random bytes. Only the edges own a real source.
pub trait Random: Send + Sync {
    /// Overwrites all of `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// Repeatable bytes for tests (SplitMix64). Never a source of keys or salts outside tests: whoever knows the seed knows all of it.
#[derive(Debug)]
pub struct SeededRandom(AtomicU64);

impl SeededRandom {
    /// The sequence of one seed.
    pub fn new(seed: u64) -> Self {
        Self(AtomicU64::new(seed))
    }

    fn next(&self) -> u64 {
        const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
        let mut z = self.0.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }
}

impl Random for SeededRandom {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_be_bytes()[..chunk.len()]);
        }
    }
}

/// The civil date in Taipei (UTC+8, no summer time since 1979): the date that law and documents mean.
pub fn office_date(at: OffsetDateTime) -> Date {
    let taipei = UtcOffset::from_hms(8, 0, 0).expect("eight hours is a valid offset");
    at.to_offset(taipei).date()
}

#[cfg(test)]
mod tests {
    use time::macros::{date, datetime};

    use super::*;

    #[test]
    fn the_office_day_begins_at_sixteen_hours_utc() {
        assert_eq!(office_date(datetime!(2026-11-23 15:59:59 UTC)), date!(2026 - 11 - 23));
        assert_eq!(office_date(datetime!(2026-11-23 16:00:00 UTC)), date!(2026 - 11 - 24));
        assert_eq!(FixedClock(datetime!(2026-11-23 16:00 UTC)).now(), datetime!(2026-11-23 16:00 UTC));
    }

    #[test]
    fn one_seed_gives_one_sequence() {
        let (mut a, mut b, mut c) = ([0; 19], [0; 19], [0; 19]);
        SeededRandom::new(7).fill(&mut a);
        SeededRandom::new(7).fill(&mut b);
        SeededRandom::new(8).fill(&mut c);
        assert_eq!(a, b);
        assert_ne!(a, c);
    }
}
