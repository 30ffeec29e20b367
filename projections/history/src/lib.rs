//! The timeline of a pathway: what happened, when we were told, by whom, and what became of it.
//!
//! It has no table: it is read from the stream, so it can say what was known at any moment.
//!
//! Invariants of this room:
//! - every event of the stream is in the timeline, whatever it holds: an auditor sees it all;
//! - nothing recorded after the moment asked has any influence on the answer.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use envelope::Meta;
use event_store::{Position, Revision};
use pathway::{History, Told, WhySetAside};
use steps::{EventId, PathwayId};

/// A step as the stream holds it.
#[derive(Debug, Clone, PartialEq)]
pub struct Recorded {
    /// Its place in the log.
    pub position: Position,
    /// Its place in the stream.
    pub revision: Revision,
    /// The step, with whatever personal fields the reader may see.
    pub told: Told,
    /// Who told it, and from which system.
    pub meta: Meta,
}

/// What became of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It counts.
    InEffect,
    /// It counts as this correction has it.
    Corrected(EventId),
    /// It was entered in error, says this event.
    EnteredInError(Option<EventId>),
    /// It corrects or withdraws another.
    Amendment,
}

/// One line of the timeline.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// The step as it was first told.
    pub recorded: Recorded,
    /// What became of it.
    pub standing: Standing,
}

/// The part of a stream that was known at a moment; `None`: all of it.
pub fn known_at(mut stream: Vec<Recorded>, moment: Option<DateTime<Utc>>) -> Vec<Recorded> {
    stream.retain(|recorded| moment.is_none_or(|moment| recorded.told.recorded_at <= moment));
    stream
}

/// The timeline, in the order in which things happened, amendments where they were made.
pub fn timeline(pathway_id: PathwayId, stream: Vec<Recorded>) -> Vec<Line> {
    let told = stream.iter().map(|recorded| recorded.told.clone()).collect();
    let history = History::of(pathway_id, told);
    let mut standings: HashMap<EventId, (usize, Standing)> = HashMap::new();
    for (place, entry) in history.entries().iter().enumerate() {
        let standing = entry.corrected_by.map_or(Standing::InEffect, Standing::Corrected);
        standings.insert(entry.event_id(), (place, standing));
    }
    for (place, aside) in history.set_aside().iter().enumerate() {
        let standing = match aside.why {
            WhySetAside::EnteredInError => Standing::EnteredInError(aside.by),
            WhySetAside::Amendment => Standing::Amendment,
        };
        standings.insert(aside.told.event_id, (history.entries().len() + place, standing));
    }
    let mut lines: Vec<(usize, Line)> = stream
        .into_iter()
        .filter_map(|recorded| {
            let (place, standing) = *standings.get(&recorded.told.event_id)?;
            Some((place, Line { recorded, standing }))
        })
        .collect();
    lines.sort_by_key(|(place, _)| *place);
    lines.into_iter().map(|(_, line)| line).collect()
}

#[cfg(test)]
mod tests;
