//! What came of offering a step to the log.

use event_store::StreamId;
use steps::EventId;

use crate::{Outcome, Refused, repeats::recorded_before};

/// Whether a stream has the step of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Seen {
    /// It is there, in effect or not.
    Before,
    /// It is not there yet.
    Never,
}

/// The race was lost: somebody else wrote to the stream first.
pub(crate) struct LostRace;

/// What an append came to.
pub(crate) enum Done {
    Appended(event_store::Appended),
    /// It stands there already, sealed with an earlier key.
    Before(Box<event_store::StoredEvent>),
    Refused(Refused),
}

impl Done {
    /// As it is told to who sent it.
    pub(super) fn outcome(self, stream: StreamId, event_id: EventId) -> Outcome {
        match self {
            Self::Refused(refused) => Outcome::Refused(refused),
            Self::Before(stored) => recorded_before(&stored),
            Self::Appended(appended) => Outcome::Recorded {
                stream,
                event_id,
                position: appended.last,
                recorded_at_micros: appended.recorded_at_micros,
                duplicate: appended.duplicate,
            },
        }
    }
}
