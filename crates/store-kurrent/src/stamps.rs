//! When the log was last recorded in, as far as this process has seen.

use std::sync::atomic::{AtomicI64, Ordering};

/// The latest time of recording seen, in microseconds since 1970 (UTC). A new one is never earlier,
/// though the clock steps back. Stamps of appends that are on their way at once may come to stand in
/// another order; between servers their clocks are in it too.
#[derive(Debug)]
pub(crate) struct Stamps(AtomicI64);

impl Default for Stamps {
    fn default() -> Self {
        Self(AtomicI64::new(i64::MIN))
    }
}

impl Stamps {
    /// Takes in a time that stands in the log.
    pub(crate) fn see(&self, recorded_micros: i64) {
        self.0.fetch_max(recorded_micros, Ordering::SeqCst);
    }

    /// The latest time seen.
    pub(crate) fn last(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }

    /// When something is recorded that is recorded now.
    pub(crate) fn next(&self, now_micros: i64) -> i64 {
        self.0.fetch_max(now_micros, Ordering::SeqCst).max(now_micros)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_steps_back_is_held_at_what_was_seen() {
        let stamps = Stamps::default();
        assert_eq!(stamps.next(5), 5);
        assert_eq!(stamps.next(3), 5);
        stamps.see(9);
        stamps.see(7);
        assert_eq!((stamps.next(8), stamps.last()), (9, 9));
    }
}
