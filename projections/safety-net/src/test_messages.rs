//! Test messages on feeds, from end to end: by when each is back, and whether it was.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use pathway::{Entry, History, london};
use policy::SafetyNet;
use steps::{EventId, Label, RuleId, Step, interface_and_safety::TestMessageSent};

/// A test message on its way through a feed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TestMessage {
    /// The event that tells of it.
    pub event_id: EventId,
    /// What was sent.
    pub said: TestMessageSent,
    /// When.
    pub sent_at: DateTime<Utc>,
    /// The last moment at which it is back in time.
    pub due: DateTime<Utc>,
    /// When it came back, and the event that tells of it.
    pub returned: Option<(DateTime<Utc>, EventId)>,
}

impl TestMessage {
    /// Whether it was overdue at a moment and had not come back.
    pub fn is_lost(&self, now: DateTime<Utc>) -> bool {
        self.due < now && self.returned.is_none_or(|(at, _)| at > now)
    }
}

/// When a test message came back, and the event that tells of it.
type Returned = (DateTime<Utc>, EventId);

/// The test messages that a feed's stream tells of by a moment, in the order in which they were sent.
/// A message known only to its day counts from the end of that day.
pub(crate) fn test_messages(
    stream: &History,
    feed: Option<&RuleId>,
    now: DateTime<Utc>,
    net: &SafetyNet,
) -> Vec<TestMessage> {
    let known = || stream.entries().iter().filter(|one| begins(one) <= now);
    let mut back: BTreeMap<(&RuleId, &Label), Vec<Returned>> = BTreeMap::new();
    for entry in known() {
        if let Step::TestMessageReturned(said) = entry.step() {
            let back = back.entry((&said.feed, &said.message_ref)).or_default();
            back.push((begins(entry), entry.event_id()));
        }
    }
    let sent = known().filter_map(|entry| {
        let Step::TestMessageSent(said) = entry.step() else { return None };
        let edition = net.on(entry.date()).filter(|_| feed.is_none_or(|it| *it == said.feed))?;
        let back = back.get(&(&said.feed, &said.message_ref)).map_or(&[][..], Vec::as_slice);
        let sent_at = begins(entry);
        Some(TestMessage {
            event_id: entry.event_id(),
            said: (**said).clone(),
            sent_at,
            due: london::bounds(entry.occurred_at()).1 + edition.heartbeat.test_message_within(),
            returned: back.iter().filter(|(at, _)| *at >= sent_at).min().copied(),
        })
    });
    sent.collect()
}

fn begins(entry: &Entry) -> DateTime<Utc> {
    london::bounds(entry.occurred_at()).0
}
