//! One event as the line that records it again, under its own event id.

use anyhow::anyhow;
use chrono::SecondsFormat;
use envelope::{Keys, Meta};
use event_store::{Category, Revision, StoredEvent};
use pathway::Told;
use recorder::{Intake, Origin, PathwayKey};
use serde_json::value::RawValue;
use steps::PathwayId;
use uuid::Uuid;

use super::beside::Beside;

/// Writes lines.
pub(super) struct Lines<'a> {
    keys: &'a Keys,
    beside: Beside,
    open: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(keys: &'a Keys, beside: Beside) -> Self {
        Self { keys, beside, open: true }
    }

    /// Whether every personal field of the last line was open.
    pub(super) fn last_is_open(&self) -> bool {
        self.open
    }

    /// The line of an event; none for what the recorder makes again by itself.
    pub(super) fn line(&mut self, stored: &StoredEvent) -> anyhow::Result<Option<Vec<u8>>> {
        let written = match stored.stream.category {
            Category::Identifier => false,
            Category::Inbox => self.beside.waits(stored),
            Category::Pathway | Category::Service | Category::Patient | Category::Policy => true,
        };
        if !written {
            return Ok(None);
        }
        let (told, meta) = envelope::read_open(stored, self.keys)?;
        self.open = stored.event.sealed.is_none() || told.step.split_payload().is_ok();
        let mut line = serde_json::to_vec(&self.intake(stored, &told, &meta)?)?;
        line.push(b'\n');
        Ok(Some(line))
    }

    fn intake(&mut self, stored: &StoredEvent, told: &Told, meta: &Meta) -> anyhow::Result<Intake> {
        let id = stored.stream.id;
        let (pathway, patient) = match stored.stream.category {
            Category::Pathway => (Some(PathwayKey::Id(id.to_string())), None),
            Category::Inbox => (Some(PathwayKey::Inbox(id.to_string())), None),
            Category::Patient => (None, Some(id.to_string())),
            Category::Service | Category::Policy => (None, None),
            Category::Identifier => return Err(anyhow!("it is no step")),
        };
        let entered = told.entered_in_source_at;
        Ok(Intake {
            pathway,
            patient,
            occurred_at: told.occurred_at.to_string(),
            entered_in_source_at: entered.map(|at| at.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
            command_id: told.event_id.to_string(),
            source: Some(meta.source.to_string()),
            origin: Some(Box::new(self.origin(stored, told, meta))),
            step: RawValue::from_string(serde_json::to_string(&told.step)?)?,
        })
    }

    fn origin(&mut self, stored: &StoredEvent, told: &Told, meta: &Meta) -> Origin {
        Origin {
            stream: other_stream(stored, told),
            caused_by: self.beside.cause(meta.caused_by),
            correlation: meta.correlation,
            sent_by: meta.sent_by,
            simulated: meta.simulated,
            identifiers: self.identifiers(stored),
            ..Origin::of(told.event_id)
        }
    }

    fn identifiers(&mut self, stored: &StoredEvent) -> Vec<Uuid> {
        if stored.stream.category != Category::Pathway || stored.revision != Revision::FIRST {
            return Vec::new();
        }
        self.beside.take_identifiers(PathwayId(stored.stream.id))
    }
}

/// The stream of a step about the directory or a pack, where it is not the one the step names.
fn other_stream(stored: &StoredEvent, told: &Told) -> Option<Uuid> {
    let own = recorder::own_stream(&told.step)?;
    (own != stored.stream).then_some(stored.stream.id)
}
