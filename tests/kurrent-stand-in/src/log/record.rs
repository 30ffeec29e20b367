//! One event, before and after it is written.

use std::{
    sync::Arc,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use uuid::Uuid;

/// What the caller wants written.
#[derive(Clone, Debug)]
pub(crate) struct Proposed {
    pub(crate) id: Uuid,
    pub(crate) kind: String,
    pub(crate) content_type: String,
    pub(crate) data: Bytes,
    pub(crate) metadata: Bytes,
}

impl Proposed {
    /// An event the server writes by itself. Its id is never compared.
    pub(crate) fn of_the_system(kind: &str, json: String) -> Self {
        Self {
            id: Uuid::new_v5(&Uuid::NAMESPACE_OID, json.as_bytes()),
            kind: kind.to_owned(),
            content_type: "application/json".to_owned(),
            data: Bytes::from(json),
            metadata: Bytes::new(),
        }
    }

    /// Bytes of it that count against the limit of an append.
    pub(crate) fn told_bytes(&self) -> usize {
        self.kind.len() + self.data.len() + self.metadata.len()
    }

    /// Bytes of the log that it takes, about as many as on a server's disk.
    pub(crate) fn size(&self, stream: &str) -> u64 {
        const HEAD: usize = 88;
        let parts = [HEAD, stream.len(), self.kind.len(), self.data.len(), self.metadata.len()];
        parts.into_iter().map(|bytes| bytes as u64).sum()
    }
}

/// What stands in the log; cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Record(Arc<Stored>);

#[derive(Debug)]
pub(crate) struct Stored {
    pub(crate) stream: Arc<str>,
    /// Its place in the stream, from 0.
    pub(crate) revision: u64,
    /// Its place in the log, in bytes. Commit and prepare position are one.
    pub(crate) position: u64,
    /// When it was written, in tenths of a microsecond since 1970.
    pub(crate) created: u64,
    pub(crate) event: Proposed,
}

impl From<Stored> for Record {
    fn from(stored: Stored) -> Self {
        Self(Arc::new(stored))
    }
}

impl std::ops::Deref for Record {
    type Target = Stored;

    fn deref(&self) -> &Stored {
        &self.0
    }
}

/// Now, in tenths of a microsecond since 1970.
#[expect(clippy::disallowed_methods, reason = "a server stamps what it writes")]
pub(crate) fn ticks_now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    ticks(since)
}

/// A span in tenths of a microsecond.
pub(crate) fn ticks(span: Duration) -> u64 {
    u64::try_from(span.as_nanos() / 100).unwrap_or(u64::MAX)
}
