//! How many steps of each feed a history holds, by the system that sent them and the day on which they
//! happened.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use pathway::History;
use policy::SafetyNet;
use steps::{Label, OdsCode, RuleId};

use crate::things::Things;

/// So many steps of a feed on a day.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Volume {
    /// The feed, as the rules name it.
    pub feed: RuleId,
    /// Who sends it; `None`: no step says it.
    pub organisation: Option<OdsCode>,
    /// The system that sends it; `None`: the envelope does not say.
    pub source: Option<Label>,
    /// The local day.
    pub day: NaiveDate,
    /// How many.
    pub count: u32,
}

/// A feed of one sender's one system on one day.
type Key = (RuleId, Option<OdsCode>, Option<Label>, NaiveDate);

/// The volumes of a history, by feed, sender, sending system and day.
pub fn volumes(history: &History, net: &SafetyNet) -> Vec<Volume> {
    volumes_of(history, net, &Things::of(history))
}

/// The same, of a history whose things are known.
pub(crate) fn volumes_of(history: &History, net: &SafetyNet, things: &Things<'_>) -> Vec<Volume> {
    let mut counts: BTreeMap<Key, u32> = BTreeMap::new();
    for entry in history.entries() {
        let (day, kind) = (entry.date(), entry.step().kind());
        let feeds = net.on(day).map(|edition| edition.feeds.as_slice()).unwrap_or_default();
        for feed in feeds.iter().filter(|feed| feed.steps.contains(&kind)) {
            let (sender, source) = (things.sender_of(entry.step()), entry.told.source.clone());
            let key = (feed.id.clone(), sender, source, day);
            *counts.entry(key).or_default() += 1;
        }
    }
    let volume = |((feed, organisation, source, day), count)| Volume {
        feed,
        organisation,
        source,
        day,
        count,
    };
    counts.into_iter().map(volume).collect()
}
