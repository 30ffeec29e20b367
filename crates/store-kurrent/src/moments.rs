//! A moment as a position. The server has no index of our times; so one is kept in memory, an entry for
//! every few hundred events, read from the log when it is first asked for and continued from there.
//!
//! What was known at a moment is what stands before the first event that was recorded later. Times of
//! appends that were on their way at once may cross; the latest up to an event counts, so that the answer
//! never goes back as the moment moves on.

use event_store::{Position, ReadError, StoredEvent};
use tokio::sync::Mutex;

use crate::reader::Reader;

/// Events between two entries.
const STRIDE: usize = 256;
const PAGE: usize = 2_048;

/// The latest time of recording up to and with an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Mark {
    position: Position,
    latest_micros: i64,
}

const START: Mark = Mark { position: Position::START, latest_micros: i64::MIN };

impl Mark {
    fn and(self, stored: &StoredEvent) -> Self {
        let latest_micros = self.latest_micros.max(stored.recorded_at_micros);
        Self { position: stored.position, latest_micros }
    }
}

/// The sparse index: marks in order, and the end of what was read.
pub(crate) struct Moments(Mutex<Index>);

struct Index {
    marks: Vec<Mark>,
    end: Mark,
    since_mark: usize,
}

impl Default for Moments {
    fn default() -> Self {
        Self(Mutex::new(Index { marks: vec![START], end: START, since_mark: 0 }))
    }
}

impl Moments {
    /// The last position recorded at or before a moment.
    pub(crate) async fn position_at(
        &self,
        reader: &Reader,
        recorded_micros: i64,
    ) -> Result<Position, ReadError> {
        let mut index = self.0.lock().await;
        index.read_past(reader, recorded_micros).await?;
        if index.end.latest_micros <= recorded_micros {
            return Ok(index.end.position);
        }
        let mark = index.mark_before(recorded_micros);
        drop(index);
        let events = reader.log(&reader.whole(), mark.position, STRIDE).await?;
        let mut last = mark;
        for stored in &events {
            let next = last.and(stored);
            if next.latest_micros > recorded_micros {
                break;
            }
            last = next;
        }
        Ok(last.position)
    }
}

impl Index {
    /// Reads on until something was recorded after the moment, or to the end of the log.
    async fn read_past(&mut self, reader: &Reader, recorded_micros: i64) -> Result<(), ReadError> {
        while self.end.latest_micros <= recorded_micros {
            let page = reader.log(&reader.whole(), self.end.position, PAGE).await?;
            for stored in &page {
                self.take(stored);
            }
            if page.len() < PAGE {
                return Ok(());
            }
        }
        Ok(())
    }

    fn take(&mut self, stored: &StoredEvent) {
        self.end = self.end.and(stored);
        self.since_mark += 1;
        if self.since_mark == STRIDE {
            self.marks.push(self.end);
            self.since_mark = 0;
        }
    }

    /// The last mark before which nothing was recorded after the moment.
    fn mark_before(&self, recorded_micros: i64) -> Mark {
        let known = self.marks.partition_point(|mark| mark.latest_micros <= recorded_micros);
        known.checked_sub(1).and_then(|at| self.marks.get(at)).copied().unwrap_or(START)
    }
}
