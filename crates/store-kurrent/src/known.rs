//! What this process knows of streams: the ids of their first events, in order. A stream only grows,
//! so what is known once stays true; what is bounded is how much is remembered.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use event_store::{Expected, NewEvent, Revision, StoredEvent, StreamId};
use uuid::Uuid;

/// The ids of a stream's first events, by revision.
pub(crate) type Ids = Arc<Vec<Uuid>>;

/// Remembers streams. What was not asked for since half of the room was filled is forgotten.
pub(crate) struct Known {
    ids_max: usize,
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    young: HashMap<StreamId, Ids>,
    old: HashMap<StreamId, Ids>,
    young_ids: usize,
}

impl Known {
    /// Remembers so many ids at most, about, and of no stream more than half of that.
    pub(crate) fn new(ids_max: usize) -> Self {
        Self { ids_max, kept: Mutex::default() }
    }

    /// What is known of a stream; none where nothing is.
    pub(crate) fn ids(&self, stream: StreamId) -> Option<Ids> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(ids) = kept.young.get(&stream) {
            return Some(Arc::clone(ids));
        }
        let ids = kept.old.remove(&stream)?;
        self.keep(&mut kept, stream, Arc::clone(&ids));
        Some(ids)
    }

    /// Takes in a stream that was read from its beginning.
    pub(crate) fn whole(&self, stream: StreamId, events: &[StoredEvent]) {
        let known = self.ids(stream).map_or(0, |ids| ids.len());
        if events.len() <= known {
            return;
        }
        let ids = events.iter().map(|stored| stored.event.event_id).collect();
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        self.keep(&mut kept, stream, Arc::new(ids));
    }

    /// Takes in what was written after an expected revision.
    pub(crate) fn written(&self, stream: StreamId, expected: Expected, events: &[NewEvent]) {
        let before = next_revision(expected);
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        // Out of the map first: as long as that shares them, they would be copied.
        let taken = kept.taken(stream).or_else(|| (before == 0).then(Ids::default));
        let Some(mut ids) = taken else { return };
        if ids.len() as u64 == before {
            Arc::make_mut(&mut ids).extend(events.iter().map(|event| event.event_id));
        }
        self.keep(&mut kept, stream, ids);
    }

    fn keep(&self, kept: &mut Kept, stream: StreamId, ids: Ids) {
        if cost(&ids) > self.ids_max / 2 {
            return;
        }
        kept.young_ids += cost(&ids);
        if let Some(before) = kept.young.insert(stream, ids) {
            kept.young_ids -= cost(&before);
        }
        if kept.young_ids > self.ids_max / 2 {
            kept.old = std::mem::take(&mut kept.young);
            kept.young_ids = 0;
        }
    }
}

impl Kept {
    fn taken(&mut self, stream: StreamId) -> Option<Ids> {
        let ids = self.young.remove(&stream);
        self.young_ids -= ids.as_ref().map_or(0, cost);
        ids.or_else(|| self.old.remove(&stream))
    }
}

/// A stream costs its entry too.
fn cost(ids: &Ids) -> usize {
    ids.len() + 4
}

/// The revision that comes after an expected one.
pub(crate) fn next_revision(expected: Expected) -> u64 {
    expected.last().map_or(0, |Revision(last)| last + 1)
}

#[cfg(test)]
mod tests {
    use event_store::Category;

    use super::*;

    fn stream(number: u128) -> StreamId {
        StreamId::new(Category::Pathway, Uuid::from_u128(number))
    }

    fn event(number: u128) -> NewEvent {
        NewEvent {
            event_id: Uuid::from_u128(number),
            kind: Arc::from("ReferralSent"),
            version: 1,
            occurred_micros: 0,
            occurred_is_day: false,
            entered_in_source_micros: None,
            meta: Arc::from(&b"{}"[..]),
            payload: Vec::new(),
            sealed: None,
        }
    }

    #[test]
    fn what_is_written_without_a_gap_is_known_and_nothing_else_is() {
        let known = Known::new(1_000);
        known.written(stream(1), Expected::At(Revision(3)), &[event(1)]);
        assert!(known.ids(stream(1)).is_none());
        known.written(stream(1), Expected::NoStream, &[event(1), event(2)]);
        known.written(stream(1), Expected::At(Revision(1)), &[event(3)]);
        known.written(stream(1), Expected::At(Revision(9)), &[event(4)]);
        let ids: Vec<u128> = known.ids(stream(1)).unwrap().iter().map(Uuid::as_u128).collect();
        assert_eq!(ids, [1, 2, 3]);
    }

    #[test]
    fn what_is_known_of_a_long_stream_is_not_copied_with_each_append() {
        let known = Known::new(1_000);
        known.written(stream(1), Expected::NoStream, &[event(1)]);
        let place = Arc::as_ptr(&known.ids(stream(1)).unwrap());
        known.written(stream(1), Expected::At(Revision(0)), &[event(2)]);
        let ids = known.ids(stream(1)).unwrap();
        assert_eq!((Arc::as_ptr(&ids), ids.len()), (place, 2));
    }

    #[test]
    fn what_was_not_asked_for_is_forgotten_and_what_was_is_not() {
        let known = Known::new(100);
        for number in 0..200 {
            known.written(stream(number), Expected::NoStream, &[event(number)]);
            assert!(known.ids(stream(0)).is_some(), "at {number}");
        }
        assert!(known.ids(stream(5)).is_none());
        assert!(known.ids(stream(199)).is_some());
    }
}
