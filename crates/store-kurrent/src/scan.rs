//! Whole streams of one category in the order they began: their first events are met in the log, and
//! each stream is then read by itself.
//!
//! What was truncated or scavenged would be left out in silence by such a way of reading. So what is met
//! in the log is counted against what is given, and a history that does not add up is refused.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};

use event_store::{
    Category, Position, ReadError, Revision, Scan, ScanCursor, StoredEvent, StreamId,
};
use futures::future::FutureExt;
use futures::stream::{self, StreamExt};

use crate::fault::Fault;
use crate::reader::{Reader, STREAMS_AT_ONCE};

/// Said of a scan whose count was thrown away.
const LOST: &str = "what a scan has met and given is not known any more: it begins again";
const PAGE_MIN: usize = 64;
const PAGE_MAX: usize = 4_096;
/// Counts that are kept: two for each scan under way, for its last page may be asked for again.
const COUNTS_MAX: usize = 128;

/// One scan, and how far it has come: every stream that began up to there was given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Under {
    category: Category,
    up_to: Position,
    after: Position,
}

/// Events met in the log, and events given in streams.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Tally {
    met: usize,
    given: usize,
}

/// The counts of scans under way. Those that came a page further last are the ones kept.
#[derive(Default)]
pub(crate) struct Tallies(Mutex<Counts>);

#[derive(Default)]
struct Counts {
    scans: u64,
    kept: VecDeque<Count>,
}

/// What was counted of one scan up to a place.
#[derive(Clone, Copy)]
struct Count {
    scan: u64,
    under: Under,
    tally: Tally,
}

/// What is to be scanned.
#[derive(Clone, Copy)]
pub(crate) struct Asked {
    pub(crate) category: Category,
    pub(crate) after: Option<ScanCursor>,
    pub(crate) up_to: Position,
    pub(crate) most_events: usize,
}

/// A page of the log as a scan sees it.
struct Met {
    events: Vec<StoredEvent>,
    /// Whether nothing more is to be met up to the position asked for.
    ended: bool,
}

/// Streams that begin in a page, and how many events of the page are done with.
#[derive(Default)]
struct Begun {
    streams: Vec<(StreamId, Vec<StoredEvent>)>,
    given: usize,
    seen: usize,
}

impl Tallies {
    /// The next streams of a scan.
    pub(crate) async fn scan(&self, reader: &Reader, asked: Asked) -> Result<Scan, ReadError> {
        let after = Position(asked.after.map_or(Position::START.0, ScanCursor::to_store));
        let mut under = Under { category: asked.category, up_to: asked.up_to, after };
        let from = self.of(under)?;
        let mut tally = from.tally;
        loop {
            let met = met(reader, under, asked.most_events).await?;
            let begun = begun(reader, under, &met.events, asked.most_events).await?;
            tally.met += begun.seen;
            tally.given += begun.given;
            if let Some(last) = begun.seen.checked_sub(1).and_then(|at| met.events.get(at)) {
                under.after = last.position;
            }
            if met.ended && begun.seen == met.events.len() {
                tally.check(asked.up_to)?;
                return Ok(Scan { streams: begun.streams, next: None });
            }
            if !begun.streams.is_empty() {
                self.keep(from, Count { scan: from.scan, under, tally });
                let next = Some(ScanCursor::from_store(under.after.0));
                return Ok(Scan { streams: begun.streams, next });
            }
        }
    }

    /// The count up to there. Where it is not known any more the history cannot be proved whole.
    fn of(&self, under: Under) -> Result<Count, ReadError> {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if under.after == Position::START {
            counts.scans += 1;
            return Ok(Count { scan: counts.scans, under, tally: Tally::default() });
        }
        let known = counts.kept.iter().rev().find(|count| count.under == under);
        known.copied().ok_or_else(|| ReadError::unavailable(Fault::ended(LOST)))
    }

    /// Takes in how far a scan has come; what was before its last page is not asked for again.
    fn keep(&self, from: Count, count: Count) {
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        counts.kept.retain(|one| one.scan != count.scan || one.under == from.under);
        counts.kept.push_back(count);
        if counts.kept.len() > COUNTS_MAX {
            counts.kept.pop_front();
        }
    }
}

impl Tally {
    /// All that is in the log up to there was given in its stream, or the history is not whole.
    fn check(self, up_to: Position) -> Result<(), ReadError> {
        let Self { met, given } = self;
        if met == given {
            return Ok(());
        }
        let what = format!(
            "the log holds {met} events of the category up to here and its streams {given}: they were \
             truncated or scavenged"
        );
        Err(ReadError::Corrupt { position: up_to, what })
    }
}

async fn met(reader: &Reader, under: Under, most_events: usize) -> Result<Met, ReadError> {
    let wanted = most_events.clamp(PAGE_MIN, PAGE_MAX);
    let part = reader.category(under.category);
    let mut events = reader.log(&part, under.after, wanted).await?;
    let full = events.len() == wanted;
    events.truncate(events.partition_point(|stored| stored.position <= under.up_to));
    let ended = !full || events.len() < wanted;
    Ok(Met { events, ended })
}

/// Reads the streams that begin in a page, until there are about as many events as are wanted.
async fn begun(
    reader: &Reader,
    under: Under,
    met: &[StoredEvent],
    most_events: usize,
) -> Result<Begun, ReadError> {
    let beginnings: Vec<(usize, &StoredEvent)> =
        met.iter().enumerate().filter(|(_, stored)| stored.revision == Revision::FIRST).collect();
    let reads: Vec<_> =
        beginnings.iter().map(|(_, first)| reader.cut(first.stream, under.up_to).boxed()).collect();
    let mut reads = stream::iter(reads).buffered(STREAMS_AT_ONCE);
    let mut begun = Begun { seen: met.len(), ..Begun::default() };
    for (done, (_, first)) in beginnings.iter().enumerate() {
        let Some(events) = reads.next().await.transpose()? else { break };
        begun.given += whole(first, &events)?;
        begun.streams.push((first.stream, events));
        if begun.given >= most_events {
            // Up to where the next one begins.
            begun.seen = beginnings.get(done + 1).map_or(met.len(), |(at, _)| *at);
            break;
        }
    }
    Ok(begun)
}

/// How many events a stream has that began there.
fn whole(first: &StoredEvent, events: &[StoredEvent]) -> Result<usize, ReadError> {
    if events.first().map(|stored| stored.position) == Some(first.position) {
        return Ok(events.len());
    }
    let what = "its stream is gone though the log has events of it: it was deleted, truncated or \
                scavenged";
    Err(ReadError::Corrupt { position: first.position, what: what.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(after: u64) -> Under {
        Under { category: Category::Pathway, up_to: Position(9_999), after: Position(after) }
    }

    /// So many pages further.
    fn goes_on(tallies: &Tallies, from: Under, pages: u64) -> Under {
        (0..pages).fold(from, |under, _| {
            let count = tallies.of(under).unwrap_or_else(|error| panic!("{error}"));
            let next = Under { after: Position(under.after.0 + 1), ..under };
            let tally = Tally { met: count.tally.met + 1, ..count.tally };
            tallies.keep(count, Count { under: next, tally, ..count });
            next
        })
    }

    #[test]
    fn a_scan_is_counted_to_its_end_however_far_others_come_meanwhile() {
        let tallies = Tallies::default();
        let slow = goes_on(&tallies, at(0), 3);
        let other = Under { category: Category::Inbox, ..at(0) };
        goes_on(&tallies, other, 1_000);
        assert_eq!(tallies.of(slow).unwrap().tally.met, 3);
        let again = tallies.of(at(2)).unwrap().tally.met;
        assert_eq!(again, 2, "its last page may be asked for again");
    }

    #[test]
    fn a_scan_whose_count_is_lost_is_not_said_to_be_whole() {
        let tallies = Tallies::default();
        let left = goes_on(&tallies, at(0), 1);
        for up_to in 0..200 {
            goes_on(&tallies, Under { up_to: Position(up_to), ..at(0) }, 1);
        }
        assert!(matches!(tallies.of(left), Err(ReadError::Unavailable { .. })));
    }
}
