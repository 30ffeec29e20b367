//! Deleting and truncating streams. Events stay in `$all` until a scavenge takes them.

use std::sync::Arc;

use serde_json::json;

use super::{NEVER_MORE, append::Expected, record::Proposed, state::State};

/// What became of a deletion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Removed {
    /// At that position of the log.
    At(u64),
    /// The stream ends elsewhere.
    Wrong { current: Option<u64> },
    /// It was deleted for good before.
    Already,
}

impl State {
    pub(crate) fn delete(&mut self, stream: &str, expected: Expected) -> Removed {
        if let Some(refused) = self.refuse_removal(stream, expected) {
            return refused;
        }
        Removed::At(self.truncate(stream, NEVER_MORE))
    }

    pub(crate) fn tombstone(&mut self, stream: &str, expected: Expected) -> Removed {
        if let Some(refused) = self.refuse_removal(stream, expected) {
            return refused;
        }
        self.stream_mut(stream).is_tombstoned = true;
        let event = Proposed::of_the_system("$streamDeleted", "{}".to_owned());
        Removed::At(self.push(&Arc::from(stream), NEVER_MORE, event))
    }

    /// Writes `$tb` into the stream's metadata, beside what stands there, and gives its position.
    pub(crate) fn truncate(&mut self, stream: &str, before: u64) -> u64 {
        let metastream = format!("$${stream}");
        let last = self.last_revision(&metastream);
        let kept = last.and_then(|last| self.event_of(&metastream, last));
        let kept = kept.and_then(|record| serde_json::from_slice(&record.event.data).ok());
        let mut metadata: serde_json::Map<_, _> = kept.unwrap_or_default();
        metadata.insert("$tb".to_owned(), json!(before));
        let text = serde_json::Value::from(metadata).to_string();
        let written = self.write(&metastream, vec![Proposed::of_the_system("$metadata", text)]);
        written.map_or(0, |(_, position)| position)
    }

    fn refuse_removal(&self, stream: &str, expected: Expected) -> Option<Removed> {
        if self.stream(stream).is_some_and(|stream| stream.is_tombstoned) {
            return Some(Removed::Already);
        }
        let current = self.last_revision(stream);
        let agrees = match expected {
            Expected::Any => true,
            Expected::NoStream => current.is_none(),
            Expected::Exists => current.is_some(),
            Expected::At(revision) => current == Some(revision),
        };
        (!agrees).then_some(Removed::Wrong { current })
    }
}
