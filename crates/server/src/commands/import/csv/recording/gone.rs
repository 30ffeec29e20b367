//! Rows that an earlier file of the same table told and that are not in this one.
//!
//! Each step of an import carries the id of its source's table, so that no other table, and nobody
//! else's step, is taken for a row that is gone.

use std::{collections::HashSet, sync::Arc};

use anyhow::Context;
use csv_map::{CsvMap, MappedRow};
use envelope::Meta;
use event_store::{Category, EventStore, StoredEvent, StreamId};
use pathway::london;
use recorder::{Command, PathwayRef, Provenance, Target, event_id};
use steps::{EventId, OccurredAt, PathwayId, StepKind, record_keeping::StepEnteredInError};
use uuid::Uuid;

use super::before::{after, amended};

/// Events read at once.
const SCAN_EVENTS: usize = 20_000;

/// What the rows of this file tell or could tell.
#[derive(Debug, Default)]
pub(in super::super) struct Seen {
    events: HashSet<EventId>,
    /// Rows of which nobody can say which they are.
    unknown: u64,
}

/// A step on a pathway that stands, and that no row of the file tells any more.
#[derive(Debug)]
pub(in super::super) struct Gone {
    pub(in super::super) pathway: PathwayId,
    pub(in super::super) event_id: EventId,
    /// The type of the step.
    pub(in super::super) kind: Arc<str>,
    /// How many amendments of it this source told, and when it made the last.
    amendments: usize,
    last: Option<OccurredAt>,
}

impl Seen {
    /// Takes note of a row.
    pub(in super::super) fn note(&mut self, row: &MappedRow) {
        self.unknown += u64::from(row.commands.is_empty());
        self.events.extend(row.commands.iter().map(|command| event_id(*command, 0)));
    }

    /// Rows of which nobody can say which they are: one of them may be a row that seems gone.
    pub(in super::super) fn unknown(&self) -> u64 {
        self.unknown
    }

    /// The steps of this table, on pathways, that stand and are not of these rows.
    pub(in super::super) async fn gone(
        &self,
        store: &dyn EventStore,
        map: &CsvMap,
    ) -> anyhow::Result<Vec<Gone>> {
        let (up_to, table) = (store.head().await?, map.table_id());
        let (mut gone, mut after) = (Vec::new(), None);
        loop {
            let scan = store.scan_streams(Category::Pathway, after, up_to, SCAN_EVENTS).await?;
            for (stream, events) in &scan.streams {
                gone.extend(self.of_stream(*stream, events, table)?);
            }
            let Some(next) = scan.next else { return Ok(gone) };
            after = Some(next);
        }
    }

    fn of_stream(
        &self,
        stream: StreamId,
        events: &[StoredEvent],
        table: Uuid,
    ) -> anyhow::Result<Vec<Gone>> {
        let mut gone = Vec::new();
        for stored in events {
            let first = EventId(stored.event.event_id);
            let amends = [StepKind::StepCorrected, StepKind::StepEnteredInError]
                .iter()
                .any(|kind| *kind.name() == *stored.event.kind);
            if amends || self.events.contains(&first) || !is_of(stored, table)? {
                continue;
            }
            let amendments = amendments_of(first, events);
            let last = amendments.last();
            let is_withdrawn =
                last.is_some_and(|last| *last.event.kind == *StepKind::StepEnteredInError.name());
            if !is_withdrawn {
                let (pathway, event_id) = (PathwayId(stream.id), first);
                let kind = Arc::clone(&stored.event.kind);
                let last = last.map(|last| made_at(last));
                gone.push(Gone { pathway, event_id, kind, amendments: amendments.len(), last });
            }
        }
        Ok(gone)
    }
}

impl Gone {
    /// Where it stands, in words.
    pub(in super::super) fn place(&self) -> String {
        format!(
            "no row of the file tells it any more: event {} of pathway {}",
            self.event_id.0, self.pathway.0
        )
    }

    /// The command that withdraws it.
    pub(in super::super) fn withdrawal(&self, told_by: &Provenance) -> Command {
        let withdrawn = StepEnteredInError { event_id: self.event_id, reason: None };
        Command {
            command_id: amended(self.event_id, self.amendments + 1),
            target: Target::Pathway(PathwayRef::Id(self.pathway)),
            occurred_at: after(self.last),
            entered_in_source_at: None,
            step: withdrawn.into(),
            provenance: told_by.clone(),
            origin: None,
        }
    }
}

/// Whether a row of the table told it here. What waited and was linked is told by what waited.
fn is_of(stored: &StoredEvent, table: Uuid) -> anyhow::Result<bool> {
    let meta = Meta::from_bytes(&stored.event.meta).context("an event cannot be read")?;
    Ok(meta.correlation == Some(table) && meta.caused_by.is_none())
}

/// The amendments of a step by its own source, in their order.
fn amendments_of(first: EventId, events: &[StoredEvent]) -> Vec<&StoredEvent> {
    let mut found = Vec::new();
    loop {
        let wanted = event_id(amended(first, found.len() + 1), 0);
        let Some(next) = events.iter().find(|one| one.event.event_id == wanted.0) else {
            return found;
        };
        found.push(next);
    }
}

fn made_at(stored: &StoredEvent) -> OccurredAt {
    let at = chrono::DateTime::from_timestamp_micros(stored.event.occurred_micros);
    let at = at.unwrap_or_default();
    if stored.event.occurred_is_day {
        OccurredAt::Day(london::date_of(at))
    } else {
        OccurredAt::Instant(at)
    }
}
