//! What the log knew at a moment: the waiting lists and the directory, made from the raw log.

use std::sync::RwLock;

use anyhow::{Context, anyhow, bail};
use chrono::{DateTime, NaiveDate, Utc};
use directory::Directory;
use envelope::Meta;
use event_store::{Category, EventStore, Position, StoredEvent, StreamId};
use indicatif::ProgressBar;
use pathway::Month;
use pathway::{History, Told, london};
use projector::{Change, View};
use steps::{OccurredAt, PathwayId};
use waiting_times::WaitingTimesView;

use crate::{
    commands::import::extract::SOURCE,
    house::{Cellar, Views, load_directory},
};

/// Events read at once.
const SCAN_EVENTS: usize = 20_000;

/// Why opening and removals of a month can be unknown.
pub(super) const LAID_DOWN: &str = "pathways were laid down from an extract of this month or a \
    later one, which says nothing of what was there before";

/// What was known at a moment.
pub(super) struct Known {
    pub(super) view: WaitingTimesView,
    pub(super) directory: Directory,
    /// The moment; none: now.
    pub(super) at: Option<DateTime<Utc>>,
    /// The London day of the moment.
    pub(super) day: NaiveDate,
    pub(super) position: Position,
    /// The last day of which a laid-down extract tells.
    laid_until: Option<NaiveDate>,
}

impl Known {
    /// As the log has it at a moment in words; none: now.
    pub(super) async fn at(
        cellar: &Cellar,
        moment: Option<&str>,
        now: DateTime<Utc>,
    ) -> anyhow::Result<Self> {
        let at = moment.map(|raw| moment_of(raw, now)).transpose()?;
        let store = &*cellar.store;
        let position = match at {
            Some(at) => store.position_at(at.timestamp_micros()).await?,
            None => store.head().await?,
        };
        let directory = RwLock::new(Directory::default());
        load_directory(store, &directory, &RwLock::default()).await?;
        let directory = directory.into_inner().map_err(|_poisoned| anyhow!("a thread panicked"))?;
        let view = WaitingTimesView::new((*Views::shipped().rules.clock).clone());
        let day = london::date_of(at.unwrap_or(now));
        let mut known = Self { view, directory, at, day, position, laid_until: None };
        known.take_all(store).await?;
        Ok(known)
    }

    /// A view and a directory that are there already.
    #[cfg(test)]
    pub(super) const fn of(view: WaitingTimesView, directory: Directory) -> Self {
        let day = NaiveDate::MAX;
        Self { view, directory, at: None, day, position: Position(0), laid_until: None }
    }

    /// Whether what was there before the month is not in the log.
    pub(super) fn opening_is_unknown(&self, month: Month) -> bool {
        self.laid_until.is_some_and(|day| month <= Month::of(day))
    }

    async fn take_all(&mut self, store: &dyn EventStore) -> anyhow::Result<()> {
        let bar = ProgressBar::new(self.position.0);
        let (mut after, mut no) = (None, 0_i64);
        loop {
            let scan =
                store.scan_streams(Category::Pathway, after, self.position, SCAN_EVENTS).await?;
            for (stream, events) in &scan.streams {
                no += 1;
                self.take(no, *stream, events)?;
                bar.inc(events.len() as u64);
            }
            match scan.next {
                Some(next) => after = Some(next),
                None => break,
            }
        }
        bar.finish_and_clear();
        Ok(())
    }

    fn take(&mut self, no: i64, stream: StreamId, events: &[StoredEvent]) -> anyhow::Result<()> {
        self.note_source(events)?;
        let rows = self.view.rows(&history_of(stream, events)?);
        let pathway_id = PathwayId(stream.id);
        self.view.committed(&[Change { pathway_id, no, old: Some(&[]), new: &rows }]);
        Ok(())
    }

    /// Notes until when an extract tells, from the events that came with the first of the stream.
    fn note_source(&mut self, events: &[StoredEvent]) -> anyhow::Result<()> {
        let Some(first) = events.first() else { return Ok(()) };
        let meta = &first.event.meta;
        if Meta::from_bytes(meta).context("an event cannot be read")?.source.as_str() != SOURCE {
            return Ok(());
        }
        let with_it = events.iter().filter(|event| event.event.meta == *meta);
        let last = with_it.map(|event| event.event.occurred_micros).max();
        let day = last.and_then(DateTime::from_timestamp_micros).map(london::date_of);
        self.laid_until = self.laid_until.max(day);
        Ok(())
    }
}

/// The history of a stream. A step that cannot be read would be missing in the figures: it stops.
pub(super) fn history_of(stream: StreamId, events: &[StoredEvent]) -> anyhow::Result<History> {
    let told: Result<Vec<Told>, _> = events.iter().map(envelope::read).collect();
    let told = told.with_context(|| format!("a step of {stream} cannot be read"))?;
    Ok(History::of(PathwayId(stream.id), told))
}

/// The last moment of a day, or an instant; one that has been.
pub(super) fn moment_of(raw: &str, now: DateTime<Utc>) -> anyhow::Result<DateTime<Utc>> {
    let moment: OccurredAt = raw.parse().map_err(|bad| anyhow!("the moment `{raw}`: {bad}"))?;
    let (begins, ends) = london::bounds(moment);
    if begins > now {
        bail!("the moment `{raw}` is in the future: expected one that has been");
    }
    Ok(ends)
}
