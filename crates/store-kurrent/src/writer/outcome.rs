//! What a stream says of an append: it is there, it cannot be, or it may still come.

use event_store::{Append, AppendError, Appended, NewEvent, Revision, StoredEvent};

use crate::known::next_revision;

/// What is to be made of an append, as the stream is.
#[derive(Debug)]
pub(crate) enum Outcome {
    /// The stream ends where it is expected to, and knows none of the ids.
    Fits,
    /// It is there, by this call or by an earlier one.
    Written(Appended),
    /// It is not there and will not be.
    Refused(AppendError),
}

/// Compares an append with its whole stream. What this very call wrote is no repeat.
pub(crate) fn outcome(append: &Append, stream: &[StoredEvent], by_this_call: bool) -> Outcome {
    let known = |stored: &&StoredEvent| {
        append.events.iter().any(|event| event.event_id == stored.event.event_id)
    };
    let found: Vec<&StoredEvent> = stream.iter().filter(known).collect();
    if found.is_empty() {
        return fitting(append, stream);
    }
    match repeated(append, &found) {
        Some(repeat) => Outcome::Written(Appended { duplicate: !by_this_call, ..repeat }),
        None => Outcome::Refused(AppendError::IdReused),
    }
}

fn fitting(append: &Append, stream: &[StoredEvent]) -> Outcome {
    if stream.len() as u64 == next_revision(append.expected) {
        return Outcome::Fits;
    }
    let actual = stream.last().map(|stored| stored.revision);
    Outcome::Refused(AppendError::Conflict { actual })
}

/// The first answer again, if these events stand side by side in the stream just as handed in.
fn repeated(append: &Append, found: &[&StoredEvent]) -> Option<Appended> {
    let (first, last) = (found.first()?, found.last()?);
    let same = |(stored, (event, revision)): (&&StoredEvent, (&NewEvent, u64))| {
        stored.revision == Revision(revision) && stored.event == *event
    };
    let wanted = append.events.iter().zip(first.revision.0..);
    let whole = found.len() == append.events.len() && found.iter().zip(wanted).all(same);
    whole.then_some(Appended {
        first: first.position,
        last: last.position,
        revision: last.revision,
        recorded_at_micros: first.recorded_at_micros,
        duplicate: true,
    })
}
