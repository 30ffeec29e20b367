//! The proof that a follower was given everything, where positions are not dense: in each stream the
//! revisions follow one another.

use std::collections::HashMap;

use event_store::{ReadError, Revision, StoredEvent, StreamId};

/// The last revision seen of each stream, as far as there is room.
pub(crate) struct Continuity {
    streams_max: usize,
    young: HashMap<StreamId, Revision>,
    old: HashMap<StreamId, Revision>,
    /// Every event from the log's start was seen, and nothing was forgotten since.
    complete: bool,
}

impl Continuity {
    /// Of a reader that starts at the log's start, or somewhere else.
    pub(crate) fn new(streams_max: usize, from_start: bool) -> Self {
        let (young, old) = (HashMap::new(), HashMap::new());
        Self { streams_max, young, old, complete: from_start }
    }

    /// Takes in the next event, or says what is missing before it.
    pub(crate) fn next(&mut self, stored: &StoredEvent) -> Result<(), ReadError> {
        let known = self.young.get(&stored.stream).or_else(|| self.old.get(&stored.stream));
        let wanted = match known {
            Some(Revision(last)) => last + 1,
            None if self.complete => 0,
            // Where it stood before is not known; it goes on from here.
            None => stored.revision.0,
        };
        if stored.revision.0 != wanted {
            return Err(missing(stored, wanted));
        }
        self.keep(stored);
        Ok(())
    }

    fn keep(&mut self, stored: &StoredEvent) {
        self.young.insert(stored.stream, stored.revision);
        if self.young.len() > self.streams_max / 2 {
            self.complete &= self.old.is_empty();
            self.old = std::mem::take(&mut self.young);
        }
    }
}

fn missing(stored: &StoredEvent, wanted: u64) -> ReadError {
    let what = format!(
        "its stream goes on with revision {} and not {wanted}: it was truncated or scavenged, or an \
         event was left out",
        stored.revision
    );
    ReadError::Corrupt { position: stored.position, what }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use event_store::{Category, NewEvent, Position};
    use uuid::Uuid;

    use super::*;

    fn stored(stream: u128, revision: u64) -> StoredEvent {
        let event = NewEvent {
            event_id: Uuid::nil(),
            kind: Arc::from("ReferralSent"),
            version: 1,
            occurred_micros: 0,
            occurred_is_day: false,
            entered_in_source_micros: None,
            meta: Arc::from(&b"{}"[..]),
            payload: Vec::new(),
            sealed: None,
        };
        StoredEvent {
            position: Position(1),
            stream: StreamId::new(Category::Pathway, Uuid::from_u128(stream)),
            revision: Revision(revision),
            event,
            recorded_at_micros: 0,
        }
    }

    #[test]
    fn an_event_left_out_is_missed_in_every_stream_that_is_remembered() {
        let mut all = Continuity::new(100, true);
        assert!(all.next(&stored(1, 0)).is_ok() && all.next(&stored(1, 1)).is_ok());
        assert!(all.next(&stored(1, 3)).is_err());
        assert!(all.next(&stored(2, 4)).is_err(), "a stream without a beginning");
        let mut late = Continuity::new(100, false);
        assert!(late.next(&stored(2, 4)).is_ok() && late.next(&stored(2, 5)).is_ok());
        assert!(late.next(&stored(2, 7)).is_err());
    }

    #[test]
    fn what_was_forgotten_proves_nothing_and_accuses_nobody() {
        let mut all = Continuity::new(10, true);
        for stream in 0..50 {
            assert!(all.next(&stored(stream, 0)).is_ok());
        }
        assert!(all.next(&stored(0, 1)).is_ok());
        assert!(all.next(&stored(1, 8)).is_ok(), "it cannot be known");
        assert!(all.next(&stored(49, 2)).is_err());
    }
}
