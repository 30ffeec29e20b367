//! How far the deadlines were followed, in a small place beside the log.

use anyhow::Context;
use cabinet::Drawer;
use chrono::{DateTime, Days, NaiveDate, Utc};
use event_store::Position;
use pathway::london;
use serde::{Deserialize, Serialize};

/// How far it came.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kept {
    /// Deadlines before this moment are history and raise nothing.
    pub(super) from: DateTime<Utc>,
    /// Deadlines before this moment have been seen.
    pub(super) due: DateTime<Utc>,
    /// The last day whose feeds were judged.
    pub(super) feeds: NaiveDate,
    /// The last position of the log that was looked at.
    pub(super) position: Position,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    from: DateTime<Utc>,
    due: DateTime<Utc>,
    feeds: NaiveDate,
    position: u64,
}

impl Kept {
    /// Where it begins. From a moment that was asked for, the whole log is looked at; else only what
    /// comes from now on, so that an import of old years raises nothing.
    pub(super) fn first(from: Option<DateTime<Utc>>, now: DateTime<Utc>, head: Position) -> Self {
        let position = if from.is_some() { Position::START } else { head };
        let from = from.unwrap_or(now);
        let day = london::date_of(from);
        let feeds = day.checked_sub_days(Days::new(1)).unwrap_or(day);
        Self { from, due: from, feeds, position }
    }

    /// As it was written last; `None`: never. A place that cannot be read is told, not guessed at.
    pub(super) fn read(place: &Drawer) -> anyhow::Result<Option<Self>> {
        let text = place.get().with_context(|| format!("{place} cannot be read"))?;
        let Some(text) = text else { return Ok(None) };
        let written: Written = serde_json::from_slice(&text)
            .with_context(|| format!("{place} is damaged: remove it, and say `deadlines_from`"))?;
        let Written { from, due, feeds, position } = written;
        Ok(Some(Self { from, due, feeds, position: Position(position) }))
    }

    /// What a clock that ran ahead claimed to have seen is looked at again: what was raised then is not
    /// raised twice. True where it had run ahead.
    pub(super) fn take_back_to(&mut self, now: DateTime<Utc>) -> bool {
        let yesterday = london::date_of(now).pred_opt().unwrap_or_default();
        let ahead = self.due > now || self.from > now || self.feeds > yesterday;
        self.due = self.due.min(now);
        self.from = self.from.min(now);
        self.feeds = self.feeds.min(yesterday);
        ahead
    }

    /// Of a log that ends before what was looked at, everything is looked at again as at the first start:
    /// alarms may be gone with its end, and those that are not are raised once. True where it was so.
    pub(super) fn take_back_to_end(&mut self, end: Position) -> bool {
        if self.position <= end {
            return false;
        }
        *self = Self { position: end, ..Self::first(Some(self.from), self.from, end) };
        true
    }

    /// Writes it whole or not at all.
    pub(super) fn write(&self, place: &Drawer) -> anyhow::Result<()> {
        let Self { from, due, feeds, position: Position(position) } = *self;
        let text = serde_json::to_vec(&Written { from, due, feeds, position })?;
        place.put(&text).with_context(|| format!("{place} cannot be written"))
    }
}
