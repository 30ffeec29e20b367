//! Test messages that did not come back from the other end: the feed is silent, whatever it counts.

use std::collections::BTreeSet;

use anyhow::anyhow;
use chrono::{DateTime, Utc};
use safety_net::TestMessage;
use steps::{
    Label, OccurredAt, RuleId,
    interface_and_safety::{AlarmOutcome, FeedSilent},
};

use super::{Deadlines, recording::Recording};

impl Deadlines {
    /// Records the feeds whose test message is lost: due since `from`, and not back by now.
    pub(super) async fn raise_lost_test_messages(
        &self,
        from: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<()> {
        let raised = self.raised(now)?;
        for message in self.test_messages(now)? {
            let is_new = !raised.contains(&key(&message.said.feed, &message.said.message_ref));
            if is_new && from <= message.due && message.is_lost(now) {
                self.raise_lost(message).await?;
            }
        }
        Ok(())
    }

    /// The test messages whose loss is told of already.
    fn raised(&self, now: DateTime<Utc>) -> anyhow::Result<BTreeSet<(RuleId, Label)>> {
        let watched =
            self.world.watched.read().map_err(|_poisoned| anyhow!("a thread panicked"))?;
        let silent = watched.silent_feeds(now);
        let told = |said: &FeedSilent| Some(key(&said.feed, said.message_ref.as_ref()?));
        Ok(silent.iter().filter_map(|one| told(one.said)).collect())
    }

    async fn raise_lost(&self, message: TestMessage) -> anyhow::Result<()> {
        let TestMessage { event_id, due, said, .. } = message;
        let step = FeedSilent {
            feed: said.feed,
            organisation: said.organisation,
            received_count: 0,
            usual_count: 1,
            last_received_at: None,
            source_system: said.source_system,
            message_ref: Some(said.message_ref),
        };
        self.record(Recording {
            about: &format!("test-message/{event_id}"),
            pathway: None,
            occurred_at: OccurredAt::Instant(due),
            caused_by: Some(event_id),
            step: step.into(),
        })
        .await
    }

    /// Settles the feeds whose test message came back after all.
    pub(super) async fn settle_test_messages(&self, now: DateTime<Utc>) -> anyhow::Result<()> {
        let silent: Vec<_> = {
            let watched =
                self.world.watched.read().map_err(|_poisoned| anyhow!("a thread panicked"))?;
            let silent = watched.silent_feeds(now).into_iter();
            silent.map(|one| (one.event_id, one.said.clone())).collect()
        };
        let messages = self.test_messages(now)?;
        for (event_id, silent) in silent {
            let Some(lost) = &silent.message_ref else { continue };
            let is_it =
                |one: &&TestMessage| one.said.feed == silent.feed && one.said.message_ref == *lost;
            // A message that was withdrawn since was never sent.
            let (at, outcome, by) = match messages.iter().find(is_it) {
                None => (now, AlarmOutcome::NoLongerDue, None),
                Some(TestMessage { returned: Some((at, by)), due, .. }) => {
                    let in_time = at <= due;
                    let outcome = if in_time { AlarmOutcome::InTime } else { AlarmOutcome::Late };
                    ((*at).max(*due), outcome, Some(*by))
                }
                Some(TestMessage { returned: None, .. }) => continue,
            };
            let at = OccurredAt::Instant(at);
            self.resolve_feed(event_id, (at, silent.feed.clone()), outcome, by).await?;
        }
        Ok(())
    }

    fn test_messages(&self, now: DateTime<Utc>) -> anyhow::Result<Vec<TestMessage>> {
        let watched =
            self.world.watched.read().map_err(|_poisoned| anyhow!("a thread panicked"))?;
        Ok(watched.test_messages(None, now, &self.world.rules.safety_net))
    }
}

/// What names a test message: its reference on its feed.
fn key(feed: &RuleId, message_ref: &Label) -> (RuleId, Label) {
    (feed.clone(), message_ref.clone())
}
