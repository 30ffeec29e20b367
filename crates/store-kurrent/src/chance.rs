//! Random numbers: ids that no two calls share, and pauses that no two servers share.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use uuid::Uuid;

/// A fresh random id.
pub(crate) fn random_id() -> Result<Uuid, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

/// Ids that no two calls share, of this store or (by all chance) of another, and that cost no question to
/// the kernel: one random beginning, counted on from. A machine that is cloned while it runs tells them
/// twice.
pub(crate) struct Nonces {
    first: Uuid,
    told: AtomicU64,
}

impl Nonces {
    pub(crate) fn begin() -> Result<Self, getrandom::Error> {
        Ok(Self { first: random_id()?, told: AtomicU64::new(0) })
    }

    /// The next, which was never told before.
    pub(crate) fn next(&self) -> Uuid {
        let told = self.told.fetch_add(1, Ordering::Relaxed);
        Uuid::from_u128(self.first.as_u128().wrapping_add(u128::from(told)))
    }
}

/// The pause after so many failures in a row: doubled each time up to the most, and between half and
/// the whole of that by chance, so that servers that lost the cluster together do not return as one.
pub(crate) fn pause(failures: u32, first: Duration, most: Duration) -> Duration {
    let whole = first.saturating_mul(1 << failures.min(16)).min(most);
    let mut chance = [0; 1];
    // Without chance the pause is whole.
    let share = getrandom::fill(&mut chance).map_or(255, |()| u32::from(chance[0]));
    whole / 2 + whole.saturating_mul(share) / 510
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_nonce_is_told_twice_and_those_of_another_beginning_are_others() {
        let beginnings = [(); 2].map(|()| Nonces::begin().unwrap());
        let told: HashSet<Uuid> =
            (0..500).flat_map(|_| beginnings.each_ref().map(Nonces::next)).collect();
        assert_eq!(told.len(), 1_000);
    }

    #[test]
    fn pauses_double_up_to_the_most_and_are_never_less_than_half() {
        let (first, most) = (Duration::from_millis(100), Duration::from_secs(2));
        for (failures, whole) in [(0, 100), (1, 200), (3, 800), (5, 2_000), (40, 2_000)] {
            let whole = Duration::from_millis(whole);
            let paused = pause(failures, first, most);
            assert!(paused >= whole / 2 && paused <= whole, "{failures}: {paused:?}");
        }
    }
}
