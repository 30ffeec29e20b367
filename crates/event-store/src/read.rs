//! Reading: scans of whole streams, and how a read fails.

use crate::{Cause, Position, StoredEvent, StreamId};

/// Why a read gave nothing.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// The store failed; a later try may succeed.
    #[error("the event store is unavailable")]
    Unavailable {
        /// What failed beneath.
        #[source]
        source: Cause,
    },
    /// What the store lies on is damaged; trying again will not help.
    #[error("the event store is damaged")]
    Damaged {
        /// What failed beneath.
        #[source]
        source: Cause,
    },
    /// What is stored cannot be right; trying again will not help.
    #[error("the log is corrupt at position {position}: {what}")]
    Corrupt {
        /// The event that is missing or unreadable.
        position: Position,
        /// What is wrong with it, without its contents.
        what: String,
    },
}

impl ReadError {
    /// Wraps what failed beneath.
    pub fn unavailable(source: impl Into<Cause>) -> Self {
        Self::Unavailable { source: source.into() }
    }

    /// Whether a later try may succeed.
    pub const fn may_pass(&self) -> bool {
        matches!(self, Self::Unavailable { .. })
    }
}

/// Where a scan goes on. Only the store that gave it can read it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ScanCursor(u64);

impl ScanCursor {
    /// For stores: remembers the last stream answered, in the store's own terms.
    pub const fn from_store(last: u64) -> Self {
        Self(last)
    }

    /// For stores: gives back what [`ScanCursor::from_store`] was given.
    pub const fn to_store(self) -> u64 {
        self.0
    }
}

/// Some whole streams of one category.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Scan {
    /// Each stream with its events up to the position asked for, in the order the streams began.
    pub streams: Vec<(StreamId, Vec<StoredEvent>)>,
    /// Where to go on; none once every stream was given.
    pub next: Option<ScanCursor>,
}
