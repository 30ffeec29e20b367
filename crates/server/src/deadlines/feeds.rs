//! Feeds that are silent: each day is judged once, some hours after its end, in order.

use std::collections::BTreeMap;

use anyhow::anyhow;
use chrono::{DateTime, Days, Duration, NaiveDate, Utc};
use pathway::london;
use safety_net::{Beat, Pulse};
use steps::{
    EventId, OccurredAt, RuleId,
    interface_and_safety::{AlarmOutcome, AlarmResolved, FeedSilent},
};

use super::{Deadlines, kept::Kept, recording::Recording};

/// For how many days a silent feed may be found well after all; later it stays in the history alone.
const SETTLED_DAYS: u64 = 90;

impl Deadlines {
    /// Records the feeds that were silent, or far below their usual volume, on days not judged yet.
    pub(super) async fn judge_feeds(
        &self,
        kept: &mut Kept,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        while let Some(day) = kept.feeds.checked_add_days(Days::new(1)) {
            let grace = self.world.rules.safety_net.on(day);
            let grace = grace.map_or(0, |edition| edition.heartbeat.judged_after_hours);
            if london::end_of(day) + Duration::hours(grace.into()) > now {
                break;
            }
            for beat in self.beats(day).await?.iter().filter(|beat| beat.pulse.is_alarm()) {
                self.raise_silent(beat).await?;
            }
            kept.feeds = day;
            kept.write(&self.kept)?;
        }
        Ok(())
    }

    async fn raise_silent(&self, beat: &Beat) -> anyhow::Result<()> {
        let name = beat.name();
        let step = FeedSilent {
            feed: name.parse().map_err(|bad| anyhow!("{bad}"))?,
            organisation: beat.organisation.clone(),
            received_count: beat.received,
            usual_count: beat.usual.unwrap_or_default(),
            last_received_at: beat.last_day.map(OccurredAt::Day),
            source_system: beat.source.clone(),
            message_ref: None,
        };
        let about = match &beat.source {
            None => format!("feed/{name}/{}", beat.day),
            Some(source) => format!("feed/{name}/{}/{source}", beat.day),
        };
        self.record(Recording {
            about: &about,
            pathway: None,
            occurred_at: OccurredAt::Day(beat.day),
            caused_by: None,
            step: step.into(),
        })
        .await
    }

    /// Settles the feeds of which enough came after all, told late.
    pub(super) async fn settle_feeds(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        let since = london::date_of(now).checked_sub_days(Days::new(SETTLED_DAYS));
        let silent: Vec<(EventId, NaiveDate, FeedSilent)> = {
            let watched =
                self.world.watched.read().map_err(|_poisoned| anyhow!("a thread panicked"))?;
            let silent = watched.silent_feeds(now).into_iter();
            let silent = silent.filter(|one| {
                one.said.message_ref.is_none() && since.is_none_or(|since| since <= one.day)
            });
            silent.map(|one| (one.event_id, one.day, one.said.clone())).collect()
        };
        let mut known: BTreeMap<NaiveDate, Vec<Beat>> = BTreeMap::new();
        for (event_id, day, said) in silent {
            let beats = match known.remove(&day) {
                Some(beats) => beats,
                None => self.beats(day).await?,
            };
            let pulses = || beats.iter().filter(|beat| is_of(beat, &said)).map(|beat| beat.pulse);
            let still_silent = pulses().any(Pulse::is_alarm);
            // A bank holiday that the calendar learnt of later; else what was missing came.
            let no_longer = pulses().any(|pulse| pulse == Pulse::Unknown);
            known.insert(day, beats);
            if !still_silent {
                let outcome =
                    if no_longer { AlarmOutcome::NoLongerDue } else { AlarmOutcome::Late };
                let at = OccurredAt::Day(day);
                self.resolve_feed(event_id, (at, said.feed), outcome, None).await?;
            }
        }
        Ok(())
    }

    pub(super) async fn resolve_feed(
        &self,
        event_id: EventId,
        (occurred_at, feed): (OccurredAt, RuleId),
        alarm_outcome: AlarmOutcome,
        resolved_by: Option<EventId>,
    ) -> anyhow::Result<()> {
        let step =
            AlarmResolved { event_id, rule: None, feed: Some(feed), alarm_outcome, resolved_by };
        self.record(Recording {
            about: &format!("resolved/{event_id}"),
            pathway: None,
            occurred_at,
            caused_by: Some(event_id),
            step: step.into(),
        })
        .await
    }

    async fn beats(&self, day: NaiveDate) -> anyhow::Result<Vec<Beat>> {
        let net = std::sync::Arc::clone(&self.world.rules.safety_net);
        let packs = std::sync::Arc::clone(&self.world.rules.packs);
        let read = self.world.safety_net.read(move |conn| match net.on(day) {
            Some(edition) => Ok(safety_net::pulses(conn, day, edition, packs.calendar())),
            None => Ok(Ok(Vec::new())),
        });
        Ok(read.await??)
    }
}

/// Whether a feed is the one that was found silent. What was found before feeds were told apart by the
/// system that sends them is settled when none of them is silent.
fn is_of(beat: &Beat, said: &FeedSilent) -> bool {
    let same_system = said.source_system.is_none() || beat.source == said.source_system;
    beat.name() == said.feed.as_str() && same_system
}
