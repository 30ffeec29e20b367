//! Writing: what a writer hands in, what it believes, and how it is answered.

use std::collections::HashSet;

use crate::{Cause, NewEvent, Position, Revision, StreamId};

/// What the writer believes about the stream. There is no default and no *any*.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Expected {
    /// The stream has no events yet.
    NoStream,
    /// The stream's last event has this revision.
    At(Revision),
}

impl Expected {
    /// The belief of one who has just seen the stream end here.
    pub const fn from_last(last: Option<Revision>) -> Self {
        match last {
            None => Self::NoStream,
            Some(revision) => Self::At(revision),
        }
    }

    /// The last revision that must be found for the append to be taken.
    pub const fn last(self) -> Option<Revision> {
        match self {
            Self::NoStream => None,
            Self::At(revision) => Some(revision),
        }
    }
}

/// Events for one stream, all written or none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Append {
    /// Where they go.
    pub stream: StreamId,
    /// What must be true of the stream for them to be written.
    pub expected: Expected,
    /// What to write, in this order.
    pub events: Vec<NewEvent>,
}

impl Append {
    /// What every store refuses before it looks at its log; answers the append's bytes.
    pub fn check(&self, bytes_max: usize) -> Result<usize, AppendError> {
        let bytes = self.events.iter().map(NewEvent::bytes).sum();
        if self.events.is_empty() {
            return Err(AppendError::Empty);
        }
        if bytes > bytes_max {
            return Err(AppendError::TooLarge { bytes, most: bytes_max });
        }
        if self.names_an_id_twice() {
            return Err(AppendError::IdReused);
        }
        Ok(bytes)
    }

    fn names_an_id_twice(&self) -> bool {
        let mut seen = HashSet::new();
        self.events.len() > 1 && !self.events.iter().all(|event| seen.insert(event.event_id))
    }
}

/// When another log recorded what is restored, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recorded {
    /// Microseconds since 1970 (UTC).
    pub at_micros: i64,
    /// Position that its first event had there and must have here, on stores whose positions are dense;
    /// none: wherever the log ends.
    pub first: Option<Position>,
}

impl Recorded {
    /// Recorded then, to stand wherever the log ends.
    pub const fn at(micros: i64) -> Self {
        Self { at_micros: micros, first: None }
    }

    /// Refuses to write where the log's next position is another than the one wanted.
    pub fn check_next(self, next: Position) -> Result<(), AppendError> {
        match self.first {
            Some(first) if first != next => Err(AppendError::Displaced { next }),
            _ => Ok(()),
        }
    }
}

/// Where an append was written, now or the first time it was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    /// Position of its first event.
    pub first: Position,
    /// Position of its last event.
    pub last: Position,
    /// Revision of its last event.
    pub revision: Revision,
    /// When it was written, in microseconds since 1970 (UTC).
    pub recorded_at_micros: i64,
    /// True where it had been written before; nothing was written now.
    pub duplicate: bool,
}

/// Why an append was not acknowledged.
#[derive(Debug, thiserror::Error)]
pub enum AppendError {
    /// The stream is not where the writer believes; it may load again and retry.
    #[error("the stream is not at the expected revision")]
    Conflict {
        /// Revision of the stream's last event; none where there is no stream.
        actual: Option<Revision>,
    },
    /// Some of the ids are in the log with other content, in another stream or beside others.
    #[error("an event id is already used for something else")]
    IdReused,
    /// More bytes than the store takes at once.
    #[error("the append has {bytes} bytes, and {most} are the most")]
    TooLarge {
        /// What was handed in.
        bytes: usize,
        /// What may be handed in.
        most: usize,
    },
    /// There was nothing to write.
    #[error("the append has no events")]
    Empty,
    /// The events to restore were recorded before the log's last: times never decrease with position.
    #[error("the log ends with an event that was recorded later")]
    RecordedEarlier {
        /// When the log's last event was recorded, in microseconds since 1970 (UTC).
        last_micros: i64,
    },
    /// The events to restore would come to stand elsewhere than they stood; nothing was written.
    #[error("the next event of the log would have position {next}")]
    Displaced {
        /// The position that would be given next.
        next: Position,
    },
    /// Too many appends are waiting; nothing was written, and a later try may succeed.
    #[error("too many appends are waiting")]
    Overloaded,
    /// The store failed; retry with the same event ids.
    #[error("the event store is unavailable")]
    Unavailable {
        /// True where the events may be in the log all the same.
        maybe_committed: bool,
        /// What failed beneath.
        #[source]
        source: Cause,
    },
}
