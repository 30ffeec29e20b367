//! Writing: every event of a log as it is now, and every key.

use std::{fmt::Write as _, io::Write, pin::pin};

use envelope::{Keys, KeysError};
use event_store::{EventStore, Position, ReadError, StoredEvent, pages_between};
use futures::StreamExt;
use sha2::{Digest, Sha256};

use crate::{
    check::Summary,
    line::{BadField, End, EventLine, FORM, Head, KeyLine, Line},
};

/// Why a log could not be written as a file.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// The log cannot be read.
    #[error("the log cannot be read")]
    Log(#[from] ReadError),
    /// The keys cannot be read.
    #[error("the keys cannot be read")]
    Keys(#[from] KeysError),
    /// The file cannot be written.
    #[error("the archive cannot be written")]
    File(#[from] std::io::Error),
    /// An event that no line can hold.
    #[error("the event at position {position} cannot be archived")]
    Event {
        /// Where it stands.
        position: Position,
        /// Which of its fields.
        #[source]
        source: BadField,
    },
}

/// Writes the log up to its end as it is now, and all keys; `progress` is told each position reached.
pub async fn write(
    store: &dyn EventStore,
    keys: &Keys,
    out: &mut (impl Write + Send),
    progress: &(dyn Fn(Position, Position) + Sync),
) -> Result<Summary, WriteError> {
    let head = store.head().await?;
    let mut lines = Lines::to(out);
    let log_id = store.log_id();
    lines.put(&Line::Log(Head { form: FORM, log_id, last: head.0 }))?;
    let mut pages = pin!(pages_between(store, Position::START, head));
    while let Some(page) = pages.next().await {
        let page = page?;
        page.iter().try_for_each(|event| lines.event(event))?;
        progress(page.last().map_or(head, |last| last.position), head);
    }
    for (key_id, owner, key) in keys.all()? {
        lines.put(&Line::Key(KeyLine::of(key_id, owner, &key)))?;
        lines.keys += 1;
    }
    lines.end(head)
}

/// The lines written so far.
struct Lines<'o, W> {
    out: &'o mut W,
    sha256: Sha256,
    events: u64,
    keys: u64,
    /// The latest time of recording so far.
    latest_micros: i64,
}

impl<'o, W: Write> Lines<'o, W> {
    fn to(out: &'o mut W) -> Self {
        Self { out, sha256: Sha256::new(), events: 0, keys: 0, latest_micros: i64::MIN }
    }

    fn put(&mut self, line: &Line<'_>) -> std::io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        self.sha256.update(&bytes);
        self.out.write_all(&bytes)
    }

    /// Times never decrease in a file. In a log on KurrentDB those of events that were on their way at
    /// once may cross, and no store would take them in as they are: the latest up to there is told.
    fn event(&mut self, stored: &StoredEvent) -> Result<(), WriteError> {
        let position = stored.position;
        let mut line =
            EventLine::of(stored).map_err(|source| WriteError::Event { position, source })?;
        self.latest_micros = self.latest_micros.max(stored.recorded_at_micros);
        line.recorded_micros = self.latest_micros;
        self.put(&Line::Event(line))?;
        self.events += 1;
        Ok(())
    }

    fn end(mut self, head: Position) -> Result<Summary, WriteError> {
        let (events, keys) = (self.events, self.keys);
        let sha256 = hexadecimal(&self.sha256.clone().finalize());
        self.put(&Line::End(End { events, keys, sha256 }))?;
        Ok(Summary { events, keys, head })
    }
}

/// Bytes as hexadecimal digits.
pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _written_to_memory = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use event_store::{Category, NewEvent, Revision, StreamId};
    use uuid::Uuid;

    use super::*;

    fn stored(position: u64, recorded_at_micros: i64) -> StoredEvent {
        let event = NewEvent {
            event_id: Uuid::from_u128(position.into()),
            kind: Arc::from("ReferralSent"),
            version: 1,
            occurred_micros: 0,
            occurred_is_day: false,
            entered_in_source_micros: None,
            meta: Arc::from(&b"{}"[..]),
            payload: b"{}".to_vec(),
            sealed: None,
        };
        let stream = StreamId::new(Category::Pathway, Uuid::from_u128(7));
        let (position, revision) = (Position(position), Revision(position));
        StoredEvent { position, stream, revision, event, recorded_at_micros }
    }

    #[test]
    fn times_that_cross_in_the_log_stand_in_order_in_the_file() {
        let mut out = Vec::new();
        let mut lines = Lines::to(&mut out);
        for (position, recorded) in [(1, 5), (4, 3), (6, 9), (8, 8)] {
            lines.event(&stored(position, recorded)).unwrap();
        }
        let times: Vec<i64> = String::from_utf8(out)
            .unwrap()
            .lines()
            .map(|line| match serde_json::from_str(line).unwrap() {
                Line::Event(event) => event.recorded_micros,
                _ => panic!("no event: {line}"),
            })
            .collect();
        assert_eq!(times, [5, 5, 9, 9]);
    }
}
