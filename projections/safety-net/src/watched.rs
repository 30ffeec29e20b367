//! What is not about a pathway: organisations that closed, what a source counted, and which feeds were
//! found silent. Who services which contact point is in the directory.
//!
//! Pure and in memory: whoever follows the log calls [`Watched::apply`] with a whole stream; the same
//! streams make the same answers in whatever order they are applied.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use pathway::{Entry, History, Told, london};
use policy::SafetyNet;
use steps::{
    EventId, OdsCode, PathwayId, RuleId, Step, StepKind,
    interface_and_safety::{FeedSilent, ReconciliationCompleted},
};
use uuid::Uuid;

use crate::test_messages::{TestMessage, test_messages};

/// The streams that the safety net watches.
#[derive(Debug, Default)]
pub struct Watched {
    streams: BTreeMap<Uuid, History>,
}

/// An organisation that is closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedOrganisation<'w> {
    /// Its code.
    pub organisation: &'w OdsCode,
    /// Its name.
    pub name: &'w str,
    /// Its last day.
    pub ends_on: NaiveDate,
    /// What took its place.
    pub replaced_by: Option<&'w OdsCode>,
}

/// What a source said of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceCount<'w> {
    /// The event.
    pub event_id: EventId,
    /// What it said.
    pub said: &'w ReconciliationCompleted,
}

/// A feed that was found silent, and not since found well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SilentFeed<'w> {
    /// The event.
    pub event_id: EventId,
    /// The day.
    pub day: NaiveDate,
    /// What was found.
    pub said: &'w FeedSilent,
}

impl Watched {
    /// Puts what `told` says in the place of all that the stream said before.
    pub fn apply(&mut self, stream: Uuid, told: Vec<Told>) {
        if told.iter().any(|one| is_watched(one.step.kind())) {
            self.streams.insert(stream, History::of(PathwayId(stream), told));
        } else {
            self.streams.remove(&stream);
        }
    }

    /// The organisations that are closed on the day of a moment, by code.
    pub fn closed(&self, now: DateTime<Utc>) -> Vec<ClosedOrganisation<'_>> {
        let mut newest: BTreeMap<&OdsCode, (&Entry, ClosedOrganisation<'_>)> = BTreeMap::new();
        for entry in self.entries(now) {
            let Step::OrganisationRecorded(said) = entry.step() else { continue };
            let closed = ClosedOrganisation {
                organisation: &said.organisation,
                name: said.name.as_str(),
                ends_on: said.ends_on.unwrap_or(NaiveDate::MAX),
                replaced_by: said.replaced_by_organisation.as_ref(),
            };
            let later = newest.get(&said.organisation).is_none_or(|(before, _)| {
                london::bounds(before.occurred_at()).0 <= london::bounds(entry.occurred_at()).0
            });
            if later {
                newest.insert(&said.organisation, (entry, closed));
            }
        }
        let today = london::date_of(now);
        newest.into_values().map(|(_, closed)| closed).filter(|one| one.ends_on < today).collect()
    }

    /// What sources said of the days between two, by feed and day.
    pub fn source_counts(
        &self,
        feed: Option<&RuleId>,
        (from, to): (NaiveDate, NaiveDate),
        now: DateTime<Utc>,
    ) -> Vec<SourceCount<'_>> {
        let mut found = Vec::new();
        for entry in self.entries(now) {
            let Step::ReconciliationCompleted(said) = entry.step() else { continue };
            let overlaps = said.from_date <= to && said.to_date >= from;
            if overlaps && feed.is_none_or(|feed| *feed == said.feed) {
                found.push(SourceCount { event_id: entry.event_id(), said });
            }
        }
        found.sort_by(|a, b| {
            (&a.said.feed, a.said.from_date, a.event_id).cmp(&(
                &b.said.feed,
                b.said.from_date,
                b.event_id,
            ))
        });
        found
    }

    /// The feeds that were found silent and not since found well, by day.
    pub fn silent_feeds(&self, now: DateTime<Utc>) -> Vec<SilentFeed<'_>> {
        let resolved: Vec<EventId> = self.entries(now).filter_map(resolves).collect();
        let mut found = Vec::new();
        for entry in self.entries(now) {
            let Step::FeedSilent(said) = entry.step() else { continue };
            if !resolved.contains(&entry.event_id()) {
                found.push(SilentFeed { event_id: entry.event_id(), day: entry.date(), said });
            }
        }
        found.sort_by_key(|silent| (silent.day, silent.event_id));
        found
    }

    /// The test messages that were sent on feeds by a moment, by when they were sent; of one feed, or of
    /// all.
    pub fn test_messages(
        &self,
        feed: Option<&RuleId>,
        now: DateTime<Utc>,
        net: &SafetyNet,
    ) -> Vec<TestMessage> {
        let streams = self.streams.values();
        let mut found: Vec<TestMessage> =
            streams.flat_map(|stream| test_messages(stream, feed, now, net)).collect();
        found.sort_by_key(|message| (message.sent_at, message.event_id));
        found
    }

    fn entries(&self, now: DateTime<Utc>) -> impl Iterator<Item = &Entry> {
        let all = self.streams.values().flat_map(History::entries);
        all.filter(move |entry| london::bounds(entry.occurred_at()).0 <= now)
    }
}

fn is_watched(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::OrganisationRecorded
            | StepKind::ReconciliationCompleted
            | StepKind::FeedSilent
            | StepKind::TestMessageSent
    )
}

#[expect(clippy::wildcard_enum_match_arm, reason = "one step settles an alarm")]
fn resolves(entry: &Entry) -> Option<EventId> {
    match entry.step() {
        Step::AlarmResolved(said) => Some(said.event_id),
        _ => None,
    }
}
