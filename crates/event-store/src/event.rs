//! The envelope: one event as it is handed in, and as it comes back.

use std::fmt;
use std::sync::Arc;

use uuid::Uuid;

use crate::{Position, Revision, StreamId};

/// What an event costs in a store beside its bytes; it bounds the number of events in an append.
const ENVELOPE_BYTES: usize = 64;

/// One event to be written. The store reads nothing in it but the id.
#[derive(Clone, PartialEq, Eq)]
pub struct NewEvent {
    /// Derived from the command's id and the place in it, so that a retry carries the same id.
    pub event_id: Uuid,
    /// Name of the event's type.
    pub kind: Arc<str>,
    /// Which shape of that type the payload has.
    pub version: u16,
    /// When it happened in the world, in microseconds since 1970 (UTC).
    pub occurred_micros: i64,
    /// True where the source gave only the day.
    pub occurred_is_day: bool,
    /// When the sending system was told, if it says, in microseconds since 1970 (UTC).
    pub entered_in_source_micros: Option<i64>,
    /// JSON: actor, source, causation, correlation. No personal data.
    pub meta: Arc<[u8]>,
    /// JSON: the clear part.
    pub payload: Vec<u8>,
    /// The personal fields, if there are any.
    pub sealed: Option<SealedPart>,
}

impl NewEvent {
    /// What the event counts towards the limits on appends, groups and pages.
    pub fn bytes(&self) -> usize {
        let sealed = self.sealed.as_ref().map_or(0, |part| part.ciphertext.len());
        ENVELOPE_BYTES + self.kind.len() + self.meta.len() + self.payload.len() + sealed
    }
}

/// Shows sizes in place of contents: personal data never reaches a log.
impl fmt::Debug for NewEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { event_id, kind, version, occurred_micros, occurred_is_day, .. } = self;
        f.debug_struct("NewEvent")
            .field("event_id", event_id)
            .field("kind", kind)
            .field("version", version)
            .field("occurred_micros", occurred_micros)
            .field("occurred_is_day", occurred_is_day)
            .field("entered_in_source_micros", &self.entered_in_source_micros)
            .field("meta_bytes", &self.meta.len())
            .field("payload_bytes", &self.payload.len())
            .field("sealed", &self.sealed)
            .finish()
    }
}

/// Fields about a person, encrypted by a key that can be destroyed.
#[derive(Clone, PartialEq, Eq)]
pub struct SealedPart {
    /// Which key opens it.
    pub key_id: Uuid,
    /// What only that key opens.
    pub ciphertext: Vec<u8>,
}

/// Shows the size in place of the ciphertext.
impl fmt::Debug for SealedPart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SealedPart")
            .field("key_id", &self.key_id)
            .field("ciphertext_bytes", &self.ciphertext.len())
            .finish()
    }
}

/// One event as the log holds it. Its `Debug` shows no contents.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredEvent {
    /// Its place in the whole log.
    pub position: Position,
    /// The stream it belongs to.
    pub stream: StreamId,
    /// Its place in that stream.
    pub revision: Revision,
    /// What was handed in, byte for byte.
    pub event: NewEvent,
    /// When the store wrote it, in microseconds since 1970 (UTC). It never decreases with position where
    /// positions are dense; elsewhere the times of appends that were on their way at once may cross.
    pub recorded_at_micros: i64,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Category;

    #[test]
    fn debug_shows_neither_payload_nor_sealed_bytes() {
        let event = NewEvent {
            event_id: Uuid::from_u128(1),
            kind: Arc::from("ReferralSent"),
            version: 1,
            occurred_micros: 5,
            occurred_is_day: false,
            entered_in_source_micros: None,
            meta: Arc::from(&b"actor-secret"[..]),
            payload: b"payload-secret".to_vec(),
            sealed: Some(SealedPart {
                key_id: Uuid::from_u128(2),
                ciphertext: b"sealed-secret".to_vec(),
            }),
        };
        let stored = StoredEvent {
            position: Position(1),
            stream: StreamId::new(Category::Pathway, Uuid::from_u128(3)),
            revision: Revision(0),
            event,
            recorded_at_micros: 6,
        };
        let shown = format!("{stored:?}");
        assert!(shown.contains("ReferralSent"), "{shown}");
        assert!(!shown.contains("secret"), "{shown}");
        // Nor as a list of numbers: `p`, `a`, `y`.
        assert!(!shown.contains("112, 97, 121"), "{shown}");
    }
}
