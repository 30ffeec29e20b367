//! The edge: the clock, and ids by chance. Nothing else in the house reads them.

use std::sync::Arc;

use chrono::{DateTime, Utc};

/// The clock.
#[expect(clippy::disallowed_methods, reason = "this is the edge")]
pub(crate) fn now() -> DateTime<Utc> {
    Utc::now()
}

/// The clock, to hand on.
pub(crate) fn clock() -> Arc<dyn Fn() -> DateTime<Utc> + Send + Sync> {
    Arc::new(now)
}

/// The clock in microseconds since 1970, for the store.
pub(crate) fn micros() -> event_store::NowMicros {
    Arc::new(|| now().timestamp_micros())
}

/// Seconds since 1970.
pub(crate) fn seconds() -> u64 {
    u64::try_from(now().timestamp()).unwrap_or_default()
}

/// Random bytes.
pub(crate) fn random<const N: usize>() -> anyhow::Result<[u8; N]> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)
        .map_err(|_no_random| anyhow::anyhow!("the system gave no random numbers"))?;
    Ok(bytes)
}
