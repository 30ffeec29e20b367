//! The steps that made no move, and why: so that every step of a pathway answers for itself.

use std::collections::BTreeSet;

use chrono::NaiveDate;
use steps::{EventId, StepKind};

use super::{Clock, Row, concerns};
use crate::{History, WhySetAside, london};

/// A step that the clock passed over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Silent {
    /// The step.
    pub event_id: EventId,
    /// What it is.
    pub kind: StepKind,
    /// The local date on which it happened.
    pub on: NaiveDate,
    /// Why it made no move.
    pub why: Silence,
}

/// Why a step made no move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Silence {
    /// It is read as evidence for other steps, or for who reports the period.
    Evidence,
    /// Nothing in the rules asks for a step of this kind.
    NotRead,
    /// It should never have been recorded.
    Withdrawn,
    /// It corrects another step, which makes the move as corrected.
    Amendment,
}

impl Silence {
    /// The row of the table: the one for what is not listed.
    pub const fn row(self) -> Row {
        Row::Unlisted
    }

    /// Its name, for machines.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Evidence => "EVIDENCE",
            Self::NotRead => "NOT_READ",
            Self::Withdrawn => "WITHDRAWN",
            Self::Amendment => "AMENDMENT",
        }
    }

    /// The reason in plain English.
    pub const fn sentence(self) -> &'static str {
        match self {
            Self::Evidence => {
                "It is read as evidence: for what an offer or a missed appointment is worth, or for who reports the wait."
            }
            Self::NotRead => "No rule of the clock asks for a step of this kind.",
            Self::Withdrawn => "It was entered in error, and the clock was worked out without it.",
            Self::Amendment => {
                "It corrects another step, and the clock reads that one as corrected."
            }
        }
    }
}

impl Clock {
    /// The steps of `history`, of which this is the clock, that made no move; in order of date.
    pub fn silent(&self, history: &History) -> Vec<Silent> {
        let moved: BTreeSet<EventId> = self.moves.iter().map(|made| made.event_id).collect();
        let quiet = history.entries().iter().filter(|entry| !moved.contains(&entry.event_id()));
        let in_effect = quiet.map(|entry| {
            let kind = entry.step().kind();
            let why = if concerns(kind) { Silence::Evidence } else { Silence::NotRead };
            Silent { event_id: entry.event_id(), kind, on: entry.date(), why }
        });
        let aside = history.set_aside().iter().map(|aside| {
            let why = match aside.why {
                WhySetAside::EnteredInError => Silence::Withdrawn,
                WhySetAside::Amendment => Silence::Amendment,
            };
            let (event_id, kind) = (aside.told.event_id, aside.told.step.kind());
            Silent { event_id, kind, on: london::date(aside.told.occurred_at), why }
        });
        let mut silent: Vec<Silent> = in_effect.chain(aside).collect();
        silent.sort_by_key(|step| step.on);
        silent
    }
}
