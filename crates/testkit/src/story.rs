//! A story: what happened to a pathway, told in dates.

use chrono::{DateTime, Duration, Utc};
use pathway::{Actor, History, Told, london};
use serde_json::Value;
use steps::{EventId, OccurredAt, PathwayId, Step, codes::Role};
use uuid::Uuid;

/// The pathway that stories are about.
pub fn pathway_id() -> PathwayId {
    PathwayId(Uuid::from_u128(0xA))
}

/// A story with nothing in it yet.
pub fn story() -> Story {
    Story { told: Vec::new() }
}

/// What happened to a pathway, and when we were told.
#[derive(Debug, Clone)]
pub struct Story {
    told: Vec<Told>,
}

impl Story {
    /// `name` happened at `when` (a day or an instant), recorded an hour after.
    #[must_use]
    pub fn on(self, when: &str, name: &str, fields: Value) -> Self {
        self.step(when, crate::step(name, fields))
    }

    /// As [`Story::on`], and the source system was told at `entered`.
    #[must_use]
    pub fn entered(mut self, when: &str, entered: &str, name: &str, fields: Value) -> Self {
        self = self.on(when, name, fields);
        if let Some(last) = self.told.last_mut() {
            last.entered_in_source_at = Some(instant(entered));
        }
        self
    }

    /// `step` happened at `when`. Event ids count up: the first is 1.
    #[must_use]
    pub fn step(mut self, when: &str, step: Step) -> Self {
        let occurred_at: OccurredAt =
            when.parse().unwrap_or_else(|_| panic!("`{when}` is no time"));
        self.told.push(Told {
            event_id: event(self.told.len() + 1),
            occurred_at,
            entered_in_source_at: None,
            recorded_at: london::bounds(occurred_at).1 + Duration::hours(1),
            actor: Some(actor()),
            source: None,
            step,
        });
        self
    }

    /// The last step is withdrawn or amended by naming its id: the id of the n-th step, from 1.
    pub fn event(n: usize) -> EventId {
        event(n)
    }

    /// What was told, in the order of telling.
    pub fn told(&self) -> Vec<Told> {
        self.told.clone()
    }

    /// The history it makes.
    pub fn history(&self) -> History {
        History::of(pathway_id(), self.told())
    }

    /// The same history, told in reverse.
    pub fn told_backwards(&self) -> History {
        History::of(pathway_id(), self.told.iter().rev().cloned().collect())
    }
}

fn event(n: usize) -> EventId {
    EventId(Uuid::from_u128(n as u128))
}

fn instant(raw: &str) -> DateTime<Utc> {
    raw.parse().unwrap_or_else(|_| panic!("`{raw}` is no instant"))
}

fn actor() -> Actor {
    let ours = |raw: &str| raw.parse().unwrap_or_else(|_| panic!("`{raw}`"));
    Actor { user: ours("tester"), role: Role::System, organisation: ours_code("RJ1") }
}

fn ours_code(raw: &str) -> steps::OdsCode {
    raw.parse().unwrap_or_else(|_| panic!("`{raw}`"))
}
