//! What a checker can find, each with the places where to look.

use uuid::Uuid;

/// A promise that the log broke.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Finding {
    /// No event stands between two positions, or the log goes back.
    Hole {
        /// The position before it; 0 at the start.
        after: u64,
        /// The position that came next.
        next: u64,
    },
    /// One event stands at two positions.
    Twice {
        /// The event.
        event: Uuid,
        /// Where it stands.
        first: u64,
        /// Where it stands again.
        second: u64,
    },
    /// A stream leaves out a revision or repeats one.
    Revision {
        /// The position of the event.
        position: u64,
        /// The revision that comes next in its stream.
        expected: u64,
        /// The one it has.
        found: u64,
    },
    /// An event is recorded at an earlier time than the one before it.
    TimeWentBack {
        /// Its position.
        position: u64,
    },
    /// An acknowledged event is not in the log.
    Lost {
        /// The event.
        event: Uuid,
        /// The position that was told.
        told: u64,
    },
    /// An acknowledged event stands elsewhere than was told.
    Moved {
        /// The event.
        event: Uuid,
        /// The position that was told.
        told: u64,
        /// Where it stands.
        stands: u64,
    },
    /// An event stands in another stream than it was meant for.
    OtherStream {
        /// The event.
        event: Uuid,
    },
    /// A command was refused, and its event is in the log.
    RecordedThoughRefused {
        /// The event.
        event: Uuid,
        /// Where it stands.
        position: u64,
    },
    /// An event that no command of the run becomes.
    AskedByNobody {
        /// The event.
        event: Uuid,
        /// Where it stands.
        position: u64,
    },
    /// A repeat of what had been acknowledged was told that it is new.
    NewAgain {
        /// The event.
        event: Uuid,
    },
    /// An event stands after one that was asked for only when it had been acknowledged.
    OutOfOrder {
        /// The position of the one that was asked for later.
        before: u64,
        /// The position of the one that had been acknowledged.
        after: u64,
    },
}
