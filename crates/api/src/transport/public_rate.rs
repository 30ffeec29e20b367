//! How many trusted documents are run a second for callers without a token, of the whole server.
//!
//! It is a bound of the server and not of a caller: behind a proxy all callers have one address. An
//! answer is cheap and may be kept by caches, so that a flood of fresh questions is no reader's.

use std::sync::{Mutex, PoisonError};

/// Seconds after which a caller who was refused may ask again: by then there is another turn.
pub(crate) const RETRY_AFTER_SECONDS: u64 = 1;

/// A token bucket: so many turns a second, and so many at once after a silence.
#[derive(Debug)]
pub(crate) struct PublicRate {
    per_second: u32,
    burst: u32,
    held: Mutex<Held>,
}

/// The turns that are left, and the second in which that was.
#[derive(Debug, Clone, Copy)]
struct Held {
    turns: u32,
    second: u64,
}

impl PublicRate {
    /// A full bucket.
    pub(crate) fn new(per_second: u32, burst: u32) -> Self {
        Self { per_second, burst, held: Mutex::new(Held { turns: burst, second: 0 }) }
    }

    /// Takes a turn in a second since 1970, if one is left. A clock that goes back gives none away.
    pub(crate) fn take(&self, now: u64) -> bool {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let passed = u32::try_from(now.saturating_sub(held.second)).unwrap_or(u32::MAX);
        let filled = held.turns.saturating_add(passed.saturating_mul(self.per_second));
        let left = filled.min(self.burst).checked_sub(1);
        *held = Held { turns: left.unwrap_or(0), second: held.second.max(now) };
        left.is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(rate: &PublicRate, now: u64, asked: u32) -> usize {
        (0..asked).filter(|_| rate.take(now)).count()
    }

    #[test]
    fn a_burst_is_let_in_at_once_and_then_so_many_a_second() {
        let rate = PublicRate::new(2, 5);
        assert_eq!(taken(&rate, 1_000, 9), 5);
        assert_eq!(taken(&rate, 1_001, 9), 2);
        assert_eq!(taken(&rate, 1_003, 9), 4);
        assert_eq!(taken(&rate, 9_000, 9), 5, "a long silence fills it, and no more");
    }

    #[test]
    fn a_clock_that_goes_back_gives_no_turn_twice() {
        let rate = PublicRate::new(2, 2);
        assert_eq!(taken(&rate, 1_000, 2), 2);
        assert_eq!(taken(&rate, 900, 3), 0);
        assert_eq!(taken(&rate, 1_000, 3), 0);
    }
}
