//! One stream: where its events stand, and how many of them a reader still sees.

use std::time::Duration;

use serde_json::Value;

use super::{
    NEVER_MORE,
    record::{Record, ticks},
};

/// A stream that was written or spoken of.
#[derive(Debug, Default)]
pub(crate) struct Stream {
    /// The place in the log of each revision.
    pub(crate) places: Vec<usize>,
    pub(crate) limits: Limits,
    /// Deleted for good.
    pub(crate) is_tombstoned: bool,
}

impl Stream {
    pub(crate) fn last_revision(&self) -> Option<u64> {
        (self.places.len() as u64).checked_sub(1)
    }

    pub(crate) fn is_soft_deleted(&self) -> bool {
        self.limits.before == Some(NEVER_MORE)
    }
}

/// What a stream's metadata says of how much of it is kept.
#[derive(Clone, Debug, Default)]
pub(crate) struct Limits {
    /// `$maxCount`: the last so many events.
    pub(crate) count_max: Option<u64>,
    /// `$maxAge`, in tenths of a microsecond: events not older.
    pub(crate) age_max: Option<u64>,
    /// `$tb`: the first revision that is kept.
    pub(crate) before: Option<u64>,
}

impl Limits {
    /// Reads the last event of `$$stream`; what is no such JSON limits nothing.
    pub(crate) fn read(json: &[u8]) -> Self {
        let metadata: Value = serde_json::from_slice(json).unwrap_or_default();
        let number = |key: &str| metadata.get(key).and_then(Value::as_u64);
        let age_max = number("$maxAge").map(|seconds| ticks(Duration::from_secs(seconds)));
        Self { count_max: number("$maxCount"), age_max, before: number("$tb") }
    }

    /// The first revision that count and `$tb` leave to a stream of `len` events.
    pub(crate) fn first_of(&self, len: u64) -> u64 {
        let counted = self.count_max.map_or(0, |most| len.saturating_sub(most));
        counted.max(self.before.unwrap_or(0))
    }

    /// Whether an event of that time is too old.
    pub(crate) fn is_too_old(&self, created: u64, now: u64) -> bool {
        self.age_max.is_some_and(|age| created.saturating_add(age) < now)
    }
}

/// What a read of a stream found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Seen {
    /// Never written, or soft deleted.
    NoStream,
    Deleted,
    /// The first revision that can be read (one after the last if none can) and the last one written.
    Found {
        first: u64,
        last: u64,
    },
}

/// Some events of a stream.
#[derive(Debug)]
pub(crate) struct Page {
    pub(crate) seen: Seen,
    pub(crate) records: Vec<Record>,
}
