//! Random numbers: ids that no two calls share, and pauses that no two servers share.

use std::time::Duration;

use uuid::Uuid;

/// A fresh random id.
pub(crate) fn random_id() -> Result<Uuid, getrandom::Error> {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes)?;
    Ok(uuid::Builder::from_random_bytes(bytes).into_uuid())
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
    use super::*;

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
