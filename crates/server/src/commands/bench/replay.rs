//! Replay: the whole log read and decoded, to decoding the same payloads where they lie in memory.

use std::{hint::black_box, path::Path, sync::Arc};

use event_store::{Position, StoredEvent};
use steps::StepKind;
use store_sqlite::SqliteStore;

use super::{
    Loaded,
    finding::{Finding, Promise, real},
    proc,
};
use crate::edge;

/// Events of one page: what a follower of the log is given.
const PAGE_EVENTS: usize = 2_000;

/// Pages between two looks at the processor, whose time is told in hundredths of a second.
const PAGES_A_LOOK: usize = 40;

/// What reading took, in processor seconds.
pub(super) struct Read {
    pub(super) events: u64,
    /// From the store, decoded whole.
    pub(super) from_store: f64,
    /// The payloads alone, from memory.
    pub(super) from_memory: f64,
}

/// Reads the log of a data directory that nobody else has open.
pub(super) async fn measure(loaded: &Loaded) -> anyhow::Result<Read> {
    let store = open(&loaded.dir)?;
    tokio::task::spawn_blocking(move || read(&store)).await?
}

/// The log alone, without its views.
pub(super) fn open(dir: &Path) -> anyhow::Result<Arc<SqliteStore>> {
    Ok(Arc::new(SqliteStore::open(dir, edge::micros())?))
}

fn read(store: &SqliteStore) -> anyhow::Result<Read> {
    let mut read = Read { events: 0, from_store: 0.0, from_memory: 0.0 };
    let mut after = Position::START;
    loop {
        let begun = proc::processor()?;
        let events = read_and_decode(store, after)?;
        let there = proc::processor()?;
        decode(&events)?;
        read.from_store += there - begun;
        read.from_memory += proc::processor()? - there;
        read.events += events.len() as u64;
        match events.last() {
            Some(last) => after = last.position,
            None => return Ok(read),
        }
    }
}

fn read_and_decode(store: &SqliteStore, after: Position) -> anyhow::Result<Vec<StoredEvent>> {
    let mut all: Vec<StoredEvent> = Vec::with_capacity(PAGES_A_LOOK * PAGE_EVENTS);
    for _page in 0..PAGES_A_LOOK {
        let after = all.last().map_or(after, |event| event.position);
        let page = store.read_log_blocking(after, PAGE_EVENTS)?;
        if page.is_empty() {
            break;
        }
        for event in &page {
            black_box(envelope::read(event)?);
        }
        all.extend(page);
    }
    Ok(all)
}

fn decode(events: &[StoredEvent]) -> anyhow::Result<()> {
    for stored in events {
        let event = &stored.event;
        if let Some(kind) = StepKind::from_name(&event.kind) {
            black_box(steps::decode(kind, event.version, &event.payload)?);
        }
    }
    Ok(())
}

impl Read {
    pub(super) fn finding(&self) -> Finding {
        let million = real(self.events) / 1_000_000.0;
        Finding {
            name: "replay with decode, to decode in memory",
            measured: self.from_memory / self.from_store,
            unit: "x",
            promise: Promise::AtLeast(0.55),
            how: format!(
                "{:.2} and {:.2} million events a CPU second, pages of {PAGE_EVENTS}",
                million / self.from_store,
                million / self.from_memory
            ),
        }
    }
}
