//! The history of a pathway: what happened, in the order in which it happened.
//!
//! Order: when it happened, then the step's rank in the catalogue, then the event id; never by
//! position. Of a step known only to the day, one that opens something (a referral, a booking) is
//! placed at the start of the day and every other at its end, so that the order is total
//! (docs/adr/0002-order-within-a-day.md).

mod corrections;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use steps::{EventId, Label, OccurredAt, OdsCode, PathwayId, Step, StepKind, UserRef, codes::Role};

use crate::london;

/// Who recorded a step, from the token and never from the input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// User reference in the identity provider.
    pub user: UserRef,
    /// The role they acted in.
    pub role: Role,
    /// The organisation they acted for.
    pub organisation: OdsCode,
}

/// A step as it was told to us.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Told {
    /// Id of the event.
    pub event_id: EventId,
    /// When it happened.
    pub occurred_at: OccurredAt,
    /// When the sending system was told, if it says.
    pub entered_in_source_at: Option<DateTime<Utc>>,
    /// When we recorded it.
    pub recorded_at: DateTime<Utc>,
    /// The organisation that recorded it, where the reader asked for it.
    pub actor: Option<Actor>,
    /// The system that sent it; `None`: the envelope does not say.
    pub source: Option<Label>,
    /// What happened.
    pub step: Step,
}

/// A step in effect: as told, or as the latest correction has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The step. After a correction: the replacement, under the first event's id.
    pub told: Told,
    /// The correction that is in force.
    pub corrected_by: Option<EventId>,
}

impl Entry {
    /// Id of the event that first told it.
    pub fn event_id(&self) -> EventId {
        self.told.event_id
    }

    /// What happened.
    pub fn step(&self) -> &Step {
        &self.told.step
    }

    /// When it happened.
    pub fn occurred_at(&self) -> OccurredAt {
        self.told.occurred_at
    }

    /// The local date on which it happened.
    pub fn date(&self) -> NaiveDate {
        london::date(self.told.occurred_at)
    }
}

/// Why a step is out of the history.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WhySetAside {
    /// It should never have been recorded.
    EnteredInError,
    /// It is itself a correction: its effect is in the step it corrects.
    Amendment,
}

/// A step that is out of views and in sight of auditors.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SetAside {
    /// The step.
    pub told: Told,
    /// Why.
    pub why: WhySetAside,
    /// The event that withdrew it.
    pub by: Option<EventId>,
}

/// The history of one pathway.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct History {
    pathway_id: PathwayId,
    entries: Vec<Entry>,
    set_aside: Vec<SetAside>,
}

impl History {
    /// The history that `told` makes, in whatever order it arrived.
    pub fn of(pathway_id: PathwayId, told: Vec<Told>) -> Self {
        let (mut entries, mut set_aside) = corrections::resolve(told);
        entries.sort_by_cached_key(|entry| order_key(&entry.told));
        set_aside.sort_by_cached_key(|aside| order_key(&aside.told));
        Self { pathway_id, entries, set_aside }
    }

    /// The pathway.
    pub fn pathway_id(&self) -> PathwayId {
        self.pathway_id
    }

    /// The steps in effect, in the order in which they happened.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// The steps that are out of views.
    pub fn set_aside(&self) -> &[SetAside] {
        &self.set_aside
    }

    /// Whether the event is in this history, in effect or not.
    pub fn holds(&self, event_id: EventId) -> bool {
        self.told(event_id).is_some()
    }

    /// The event as it was told, or as it now stands.
    pub fn told(&self, event_id: EventId) -> Option<&Told> {
        let entries = self.entries.iter().map(|entry| &entry.told);
        let aside = self.set_aside.iter().map(|aside| &aside.told);
        entries.chain(aside).find(|told| told.event_id == event_id)
    }
}

type OrderKey = (i64, u16, EventId);

fn order_key(told: &Told) -> OrderKey {
    order_key_at(told, told.occurred_at)
}

/// The place of a step, had it happened `at`.
fn order_key_at(told: &Told, at: OccurredAt) -> OrderKey {
    let kind = told.step.kind();
    let at = match at {
        OccurredAt::Instant(at) => at.timestamp_micros(),
        OccurredAt::Day(day) if opens_the_day(kind) => london::start_of(day).timestamp_micros(),
        OccurredAt::Day(day) => london::end_of(day).timestamp_micros() - 1,
    };
    (at, kind.rank(), told.event_id)
}

/// Whether a step that is known only to the day counts as that day's beginning: referrals and
/// bookings do, what follows from a contact does not.
fn opens_the_day(kind: StepKind) -> bool {
    kind.rank() <= StepKind::AppointmentBooked.rank()
}

#[cfg(test)]
mod tests;
