//! One look at the log: it grows to a size, all views are built over it, and then they follow.

use super::{
    super::{Bench, finding::real, proc},
    laying::Pathways,
    spent::{Spent, Workers},
    views::{BUILT, FOLLOWED, Kept},
};
use crate::{config::Settings, house::Cellar};

/// The cost of appending is that of the last events before a look: a fifth of the smallest log.
const APPENDED_OF: u64 = 5;

/// Views follow so many events at most, each on a pathway from anywhere in the log.
const FOLLOWED_EVENTS: u64 = 40_000;
/// And one in so many of the log's.
const FOLLOWED_OF: u64 = 20;

/// What is looked at.
pub(super) struct Stage<'a> {
    pub(super) bench: &'a Bench,
    pub(super) settings: &'a Settings,
    pub(super) cellar: &'a Cellar,
    /// How many events the log is to have.
    pub(super) events: u64,
}

/// What some events cost.
#[derive(Debug)]
pub(super) struct Cost {
    spent: Spent,
    events: u64,
    /// Most bytes resident meanwhile.
    pub(super) memory: u64,
}

/// What was found at one size of the log.
#[derive(Debug)]
pub(super) struct Measured {
    events: u64,
    pub(super) append: Cost,
    pub(super) build: Cost,
    pub(super) record: Cost,
    pub(super) live: Cost,
}

impl Stage<'_> {
    pub(super) async fn measure(&self, pathways: &mut Pathways<'_>) -> anyhow::Result<Measured> {
        let workers = Workers::of(super::views::database(self.settings)).await?;
        let append = self.append(pathways, &workers).await?;
        let kept = Kept::fresh(self.bench, self.settings).await?;
        let store = &self.cellar.store;
        let events = store.head().await?.0;
        let building = Costing::begun(&workers)?;
        kept.follow(store, BUILT).await?;
        let build = building.ended(&workers, events)?;
        let (record, live) = self.live(pathways, &workers, &kept).await?;
        kept.remove().await?;
        Ok(Measured { events, append, build, record, live })
    }

    /// Grows the log to its size; only the last events are counted.
    async fn append(&self, pathways: &mut Pathways<'_>, workers: &Workers) -> anyhow::Result<Cost> {
        let (store, recorder) = (&self.cellar.store, &self.cellar.recorder);
        let missing = self.events.saturating_sub(store.head().await?.0);
        let counted = (missing / APPENDED_OF).clamp(1, self.events / APPENDED_OF);
        pathways.lay_down(recorder, missing - counted).await?;
        let appending = Costing::begun(workers)?;
        let laid = pathways.lay_down(recorder, counted).await?;
        appending.ended(workers, laid)
    }

    /// What recording further steps takes, and following them: less what opening the views takes
    /// without anything new.
    async fn live(
        &self,
        pathways: &mut Pathways<'_>,
        workers: &Workers,
        kept: &Kept,
    ) -> anyhow::Result<(Cost, Cost)> {
        let store = &self.cellar.store;
        let opening = Costing::begun(workers)?;
        kept.follow(store, FOLLOWED).await?;
        let opened = opening.ended(workers, 1)?;
        let steps = (self.events / FOLLOWED_OF).clamp(1, FOLLOWED_EVENTS);
        let recording = Costing::begun(workers)?;
        pathways.tell_further(&self.cellar.recorder, steps).await?;
        let recorded = recording.ended(workers, steps)?;
        let following = Costing::begun(workers)?;
        kept.follow(store, FOLLOWED).await?;
        let followed = following.ended(workers, steps)?;
        let live = Cost { spent: followed.spent.since(opened.spent), ..followed };
        Ok((recorded, live))
    }
}

/// Work that is going on.
struct Costing {
    before: Spent,
}

impl Costing {
    fn begun(workers: &Workers) -> anyhow::Result<Self> {
        proc::forget_peak_memory()?;
        Ok(Self { before: workers.spent()? })
    }

    fn ended(self, workers: &Workers, events: u64) -> anyhow::Result<Cost> {
        let spent = workers.spent()?.since(self.before);
        Ok(Cost { spent, events, memory: proc::peak_memory()? })
    }
}

impl Cost {
    /// Microseconds of CPU an event.
    pub(super) fn micros(&self) -> f64 {
        self.spent.seconds * 1_000_000.0 / real(self.events)
    }

    pub(super) fn told(&self) -> String {
        let written = self.spent.written / real(self.events);
        format!("{:.1} µs of CPU and {written:.0} bytes written", self.micros())
    }
}

impl Measured {
    pub(super) fn told(&self) -> String {
        format!(
            "{} events: append {}, record {}, build {}, follow {}",
            self.events,
            self.append.told(),
            self.record.told(),
            self.build.told(),
            self.live.told()
        )
    }
}
