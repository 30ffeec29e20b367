//! Whether a write may be done: the expected revision, and what was written before under the same ids.

use super::{record::Proposed, state::State, stream::Stream};

/// Where the caller believes a stream to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Expected {
    Any,
    NoStream,
    Exists,
    At(u64),
}

impl Expected {
    /// The number for it in the server's own words.
    pub(crate) fn number(self) -> i64 {
        match self {
            Self::Any => -2,
            Self::NoStream => -1,
            Self::Exists => -4,
            Self::At(revision) => revision.cast_signed(),
        }
    }
}

/// What became of an append.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It stands in the log, now or already.
    Written(Written),
    /// Nothing was written: the stream ends at `current`.
    Wrong { current: Option<u64> },
    /// Nothing was written: the stream is deleted.
    Deleted,
}

/// Where an append stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Written {
    /// The revision of the last event; `None` for nothing in a new stream.
    pub(crate) revision: Option<u64>,
    /// The position of the last event; `None` if there was none.
    pub(crate) position: Option<u64>,
}

/// What is to be done about an append.
enum Decision {
    Write,
    /// It was done; its last event has that revision.
    Done(u64),
    Refuse(Outcome),
}

impl State {
    pub(crate) fn append(
        &mut self,
        stream: &str,
        expected: Expected,
        events: Vec<Proposed>,
    ) -> Outcome {
        match self.decide(stream, expected, &events) {
            Decision::Refuse(outcome) => outcome,
            Decision::Done(revision) => {
                let position = self.event_of(stream, revision).map(|record| record.position);
                Outcome::Written(Written { revision: Some(revision), position })
            }
            Decision::Write => self.write_anew(stream, events),
        }
    }

    /// Writes; a stream that was soft deleted begins anew after its last revision.
    fn write_anew(&mut self, stream: &str, events: Vec<Proposed>) -> Outcome {
        let next = self.last_revision(stream).map_or(0, |last| last + 1);
        let undelete = self.stream(stream).is_some_and(Stream::is_soft_deleted);
        if undelete && !events.is_empty() {
            self.truncate(stream, next);
        }
        let written = self.write(stream, events);
        let revision = written.map(|(revision, _)| revision).or(self.last_revision(stream));
        Outcome::Written(Written { revision, position: written.map(|(_, position)| position) })
    }

    fn decide(&self, stream: &str, expected: Expected, events: &[Proposed]) -> Decision {
        let current = self.last_revision(stream);
        let state = self.stream(stream);
        let is_hidden = state.is_some_and(Stream::is_soft_deleted);
        if state.is_some_and(|state| state.is_tombstoned) {
            return Decision::Refuse(Outcome::Deleted);
        }
        match expected {
            Expected::Exists if is_hidden => Decision::Refuse(Outcome::Deleted),
            Expected::Exists if current.is_none() => Decision::Refuse(Outcome::Wrong { current }),
            Expected::Any | Expected::Exists => self.decide_by_ids(stream, events),
            Expected::NoStream => self.decide_at(stream, 0, is_hidden, events),
            Expected::At(revision) => {
                self.decide_at(stream, revision.saturating_add(1), false, events)
            }
        }
    }

    /// Without a place, the ids alone tell whether it was done: all of them in this stream, or none.
    fn decide_by_ids(&self, stream: &str, events: &[Proposed]) -> Decision {
        let place = |event: &Proposed| {
            let written = self.written.get(&event.id)?;
            (&*written.0 == stream).then_some(written.1)
        };
        let mut places = events.iter().map(place);
        let Some(Some(first)) = places.next() else { return Decision::Write };
        let last = places.try_fold(first, |_, place| place);
        let wrong = Outcome::Wrong { current: self.last_revision(stream) };
        last.map_or(Decision::Refuse(wrong), Decision::Done)
    }

    /// With `next` as the revision its first event is to have.
    fn decide_at(
        &self,
        stream: &str,
        next: u64,
        begins_anew: bool,
        events: &[Proposed],
    ) -> Decision {
        let current = self.last_revision(stream);
        if next == current.map_or(0, |last| last + 1) {
            return Decision::Write;
        }
        let stands = |(event, revision): (&Proposed, u64)| {
            self.event_of(stream, revision).is_some_and(|record| record.event.id == event.id)
        };
        let mut places = events.iter().zip(next..);
        if !events.is_empty() && places.all(stands) {
            return Decision::Done(next + events.len() as u64 - 1);
        }
        if begins_anew {
            return Decision::Write;
        }
        Decision::Refuse(Outcome::Wrong { current })
    }
}
