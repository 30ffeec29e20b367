//! How far the deadlines were followed, in a small file beside the log.

use std::{io::ErrorKind, path::Path};

use anyhow::Context;
use chrono::{DateTime, Days, NaiveDate, Utc};
use event_store::Position;
use pathway::london;
use serde::{Deserialize, Serialize};

use crate::private;

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

    /// As it was written last; `None`: never. A file that cannot be read is told, not guessed at.
    pub(super) fn read(path: &Path) -> anyhow::Result<Option<Self>> {
        let text = match std::fs::read_to_string(path) {
            Ok(text) => text,
            Err(missing) if missing.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => {
                return Err(error).with_context(|| format!("{} cannot be read", path.display()));
            }
        };
        let written: Written = serde_json::from_str(&text).with_context(|| {
            format!("{} is damaged: remove it, and say `deadlines_from`", path.display())
        })?;
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

    /// Writes it whole or not at all.
    pub(super) fn write(&self, path: &Path) -> anyhow::Result<()> {
        let Self { from, due, feeds, position: Position(position) } = *self;
        let text = serde_json::to_vec(&Written { from, due, feeds, position })?;
        private::write(path, &text).with_context(|| format!("{} cannot be written", path.display()))
    }
}
