//! The history checker: who asked what when and was answered what when, held against the log at the end.
//!
//! A log keeps its promises if every step that was acknowledged stands in it once, at the position that
//! was told, in an order that agrees with time: what was answered before something else was asked for
//! stands before it. What was never answered may stand in it, once. Nothing else stands in it, and no
//! position is left out where positions are dense.

use std::{collections::BTreeMap, time::Duration};

use uuid::Uuid;

mod finding;
mod told;

#[cfg(test)]
mod tests;

pub use finding::Finding;
use told::Told;

/// One attempt at a command, as the one who sent it saw it. A repeat is an attempt of its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    /// The event that the command becomes, whatever was answered.
    pub event: Uuid,
    /// The stream it is for, by its name.
    pub stream: String,
    /// When it was sent, by a clock that all callers share and that only goes forward.
    pub began: Duration,
    /// When the answer was there, or it was clear that none would come.
    pub ended: Duration,
    /// What was answered.
    pub answer: Answer,
}

/// What was answered to an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// It is recorded.
    Acknowledged {
        /// The position that was told.
        position: u64,
        /// Whether it was said to have been recorded before.
        duplicate: bool,
    },
    /// It is not recorded and never will be.
    Refused,
    /// Nobody knows: the answer was lost, or said so.
    Unknown,
}

/// An event as it stands in the log at the end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its place in the log.
    pub position: u64,
    /// Its id.
    pub event: Uuid,
    /// The name of its stream.
    pub stream: String,
    /// Its place in the stream, from 0.
    pub revision: u64,
    /// When it was recorded, in microseconds since 1970.
    pub recorded_micros: i64,
}

/// What the positions of a log promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Positions {
    /// 1, 2, 3 and so on.
    Dense,
    /// Each is further than the one before.
    Growing,
}

impl Positions {
    fn follow(self, last: u64, next: u64) -> bool {
        match self {
            Self::Dense => next == last + 1,
            Self::Growing => next > last,
        }
    }
}

/// What a recorded run came to, in commands; an attempt and its repeats are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Counts {
    /// Commands that were acknowledged.
    pub acknowledged: u64,
    /// Commands that were refused.
    pub refused: u64,
    /// Commands with an attempt of unknown outcome.
    pub unsure: u64,
    /// Commands of which every answer says that they had been recorded before: the first answer was
    /// lost, and a repeat, the caller's or the server's own, found them.
    pub found: u64,
}

/// Everything that the log, as it stands at the end, breaks of its promises. So many events, `before`, were
/// there before the first call.
pub fn check(positions: Positions, calls: &[Call], before: u64, log: &[Entry]) -> Vec<Finding> {
    let told = told::by_event(calls);
    let stands: BTreeMap<Uuid, &Entry> = log.iter().map(|entry| (entry.event, entry)).collect();
    let mut findings = whole(positions, log);
    findings.extend(told.iter().flat_map(|(event, told)| kept(told, stands.get(event).copied())));
    let since = (0..).zip(log).filter(|(there, _entry)| *there >= before);
    let by_nobody = since.map(|(_, entry)| entry).filter(|entry| !told.contains_key(&entry.event));
    findings.extend(
        by_nobody
            .map(|entry| Finding::AskedByNobody { event: entry.event, position: entry.position }),
    );
    findings.extend(disorder(&told, log));
    findings
}

/// What the calls came to.
pub fn count(calls: &[Call]) -> Counts {
    let mut counts = Counts::default();
    for told in told::by_event(calls).values() {
        counts.acknowledged += u64::from(told.acknowledged_at().is_some());
        counts.refused += u64::from(told.is_refused());
        counts.unsure += u64::from(told.is_unsure());
        counts.found += u64::from(told.was_found());
    }
    counts
}

/// Whether the log is one by itself: positions as they are promised, each event once, each stream without a gap, time not going
/// back.
fn whole(positions: Positions, log: &[Entry]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut seen: BTreeMap<Uuid, u64> = BTreeMap::new();
    let mut streams: BTreeMap<&str, u64> = BTreeMap::new();
    let (mut last, mut recorded) = (0, i64::MIN);
    for entry in log {
        if !positions.follow(last, entry.position) {
            findings.push(Finding::Hole { after: last, next: entry.position });
        }
        if let Some(first) = seen.insert(entry.event, entry.position) {
            let (event, second) = (entry.event, entry.position);
            findings.push(Finding::Twice { event, first, second });
        }
        let next = streams.entry(&entry.stream).or_default();
        if entry.revision != *next {
            let (expected, found) = (*next, entry.revision);
            findings.push(Finding::Revision { position: entry.position, expected, found });
        }
        // Where positions only grow, times are the recording server's, and appends overtake each other.
        if positions == Positions::Dense && entry.recorded_micros < recorded {
            findings.push(Finding::TimeWentBack { position: entry.position });
        }
        *next = entry.revision + 1;
        (last, recorded) = (entry.position, entry.recorded_micros);
    }
    findings
}

/// Whether a command was answered truthfully, by what stands in the log of it.
fn kept(told: &Told<'_>, stands: Option<&Entry>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for call in &told.calls {
        let event = call.event;
        match (call.answer, stands) {
            (Answer::Acknowledged { position, .. }, None) => {
                findings.push(Finding::Lost { event, told: position });
            }
            (Answer::Acknowledged { position, .. }, Some(entry)) if entry.position != position => {
                let stands = entry.position;
                findings.push(Finding::Moved { event, told: position, stands });
            }
            (Answer::Refused, Some(entry)) => {
                let position = entry.position;
                findings.push(Finding::RecordedThoughRefused { event, position });
            }
            (Answer::Acknowledged { .. } | Answer::Refused | Answer::Unknown, _) => {}
        }
        if stands.is_some_and(|entry| entry.stream != call.stream) {
            findings.push(Finding::OtherStream { event });
        }
    }
    if told.is_new_twice() {
        let event = told.calls.first().map(|call| call.event).unwrap_or_default();
        findings.push(Finding::NewAgain { event });
    }
    findings
}

/// Events that stand after one that was not yet asked for when they had been acknowledged.
fn disorder(told: &BTreeMap<Uuid, Told<'_>>, log: &[Entry]) -> Vec<Finding> {
    let mut findings = Vec::new();
    // Of all that stand before: the one that was asked for last.
    let mut latest: Option<(Duration, u64)> = None;
    for entry in log {
        let Some(told) = told.get(&entry.event) else { continue };
        if let (Some((asked, before)), Some(answered)) = (latest, told.acknowledged_at())
            && answered < asked
        {
            findings.push(Finding::OutOfOrder { before, after: entry.position });
        }
        latest = latest.max(Some((told.asked_at(), entry.position)));
    }
    findings
}
