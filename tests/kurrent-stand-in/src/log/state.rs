//! What the lock of the log guards.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use uuid::Uuid;

use super::{
    record::{Proposed, Record, Stored, ticks_now},
    stream::{Limits, Page, Seen, Stream},
};

/// A new server has written of itself before anybody writes.
const FIRST_POSITION: u64 = 1_137;

#[derive(Debug)]
pub(crate) struct State {
    records: Vec<Record>,
    streams: BTreeMap<Arc<str>, Stream>,
    /// Where an event of that id was written last: stream and revision.
    pub(crate) written: HashMap<Uuid, (Arc<str>, u64)>,
    /// Places whose events were scavenged.
    gone: HashSet<usize>,
    /// The position of the next event.
    end: u64,
}

impl Default for State {
    fn default() -> Self {
        Self {
            records: Vec::new(),
            streams: BTreeMap::new(),
            written: HashMap::new(),
            gone: HashSet::new(),
            end: FIRST_POSITION,
        }
    }
}

impl State {
    pub(crate) fn len(&self) -> usize {
        self.records.len()
    }

    pub(crate) fn at(&self, place: usize) -> Option<Record> {
        if self.gone.contains(&place) {
            return None;
        }
        self.records.get(place).cloned()
    }

    pub(crate) fn position_at(&self, place: usize) -> Option<u64> {
        self.records.get(place).map(|record| record.position)
    }

    /// The place of what was written at `position`; the end for what lies beyond it.
    pub(crate) fn place_of(&self, position: u64) -> Option<usize> {
        let place = self.records.partition_point(|record| record.position < position);
        let is_real = self.position_at(place).is_none_or(|found| found == position);
        (is_real || position == 0).then_some(place)
    }

    pub(crate) fn stream(&self, name: &str) -> Option<&Stream> {
        self.streams.get(name)
    }

    pub(crate) fn stream_mut(&mut self, name: &str) -> &mut Stream {
        self.streams.entry(Arc::from(name)).or_default()
    }

    pub(crate) fn last_revision(&self, stream: &str) -> Option<u64> {
        self.stream(stream)?.last_revision()
    }

    /// Writes at the end of `stream` without a question; the last event's revision and position.
    pub(crate) fn write(&mut self, stream: &str, events: Vec<Proposed>) -> Option<(u64, u64)> {
        let name: Arc<str> = Arc::from(stream);
        let mut last = None;
        for event in events {
            let revision = self.streams.entry(Arc::clone(&name)).or_default().places.len() as u64;
            last = Some((revision, self.push(&name, revision, event)));
            let place = self.records.len() - 1;
            self.stream_mut(stream).places.push(place);
        }
        self.obey_metadata(stream);
        last
    }

    /// Puts one event at the end of the log and gives its position.
    pub(crate) fn push(&mut self, stream: &Arc<str>, revision: u64, event: Proposed) -> u64 {
        let position = self.end;
        self.end += event.size(stream);
        self.written.insert(event.id, (Arc::clone(stream), revision));
        let stream = Arc::clone(stream);
        let created = ticks_now();
        self.records.push(Stored { stream, revision, position, created, event }.into());
        position
    }

    /// The last event of `$$stream` says what is kept of `stream`.
    fn obey_metadata(&mut self, metastream: &str) {
        let Some(stream) = metastream.strip_prefix("$$") else { return };
        let Some(last) = self.last_revision(metastream) else { return };
        let record = self.event_of(metastream, last);
        let limits = record.map(|record| Limits::read(&record.event.data)).unwrap_or_default();
        self.stream_mut(stream).limits = limits;
    }

    /// The event of `stream` at `revision`, scavenged or not.
    pub(crate) fn event_of(&self, stream: &str, revision: u64) -> Option<&Record> {
        let places = &self.stream(stream)?.places;
        let place = places.get(usize::try_from(revision).ok()?)?;
        self.records.get(*place)
    }

    /// The first revision of `stream` that a reader sees; one after the last if there is none.
    pub(crate) fn first_seen(&self, name: &str, stream: &Stream) -> u64 {
        let len = stream.places.len() as u64;
        let now = ticks_now();
        let from = stream.limits.first_of(len).min(len);
        let is_kept = |revision: &u64| {
            let record = self.event_of(name, *revision);
            record.is_some_and(|record| !stream.limits.is_too_old(record.created, now))
        };
        (from..len).find(is_kept).unwrap_or(len)
    }

    pub(crate) fn seen(&self, name: &str) -> Seen {
        let Some(stream) = self.stream(name) else { return Seen::NoStream };
        if stream.is_tombstoned {
            return Seen::Deleted;
        }
        match stream.last_revision() {
            Some(last) if !stream.is_soft_deleted() => {
                Seen::Found { first: self.first_seen(name, stream), last }
            }
            Some(_) | None => Seen::NoStream,
        }
    }

    pub(crate) fn page(&self, stream: &str, from: u64, count: usize, forwards: bool) -> Page {
        let seen = self.seen(stream);
        let Seen::Found { first, last } = seen else { return Page { seen, records: Vec::new() } };
        let wanted: Vec<u64> = if forwards {
            (from.max(first)..=last).take(count).collect()
        } else {
            (first..=from.min(last)).rev().take(count).collect()
        };
        let records = wanted.into_iter().filter_map(|revision| self.event_of(stream, revision));
        Page { seen, records: records.cloned().collect() }
    }

    /// Takes from `$all` what reads of streams do not show. The last event of a stream stays, as a
    /// server leaves it to know the stream's revision.
    pub(crate) fn scavenge(&mut self) {
        let mut gone = Vec::new();
        for (name, stream) in &self.streams {
            let last = stream.last_revision().unwrap_or(0);
            let first = if stream.is_tombstoned { last } else { self.first_seen(name, stream) };
            let hidden = usize::try_from(first.min(last)).unwrap_or(usize::MAX);
            gone.extend(stream.places.iter().take(hidden).copied());
        }
        self.gone.extend(gone);
    }
}
