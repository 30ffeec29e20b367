//! Deadlines that act: what fell due unkept, what was expected and did not come, and which feeds are
//! silent are recorded as steps of the system, so that subscribers are told and auditors see when it knew.
//!
//! The clock is handed in. A tick looks twice: at what time brought (deadlines that passed since the
//! last tick, in their order) and at what the log brought (pathways told of since, whose deadlines may
//! have passed long ago). The ids of what it records are made from what they are about, so doing it
//! again after a crash, or on another server, records nothing twice. How far it came is kept in a small
//! place; after a pause it goes on from there. What the system itself recorded is nothing new to it.
//!
//! A tick is bounded: after a great import it looks at so many pathways and goes on at the next, which
//! comes as soon as it has rested for as long as it worked. What time brought does not wait for that.
//!
//! Read in this order: `kept`, `standing`, `due`, `again`, `settle`, `feeds`, `test_messages`, `recording`.

mod again;
mod due;
mod feeds;
mod kept;
mod recording;
mod settle;
mod standing;
mod test_messages;

#[cfg(test)]
mod tests;

use std::{
    collections::BTreeSet,
    time::{Duration, Instant},
};

use anyhow::bail;
use api::World;
use cabinet::{Drawer, Fence};
use chrono::{DateTime, Utc};
use event_store::{Category, Position, StoredEvent};
use steps::{PathwayId, StepKind};
use tokio_util::sync::CancellationToken;

use self::kept::Kept;
use crate::{log::LogNow, trouble::Trouble};

/// How long the views may take to come as far as the log, before that is told as trouble.
const VIEW_WAIT: Duration = Duration::from_secs(20);

/// Events of the log looked at at once.
const PAGE_EVENTS: usize = 2_000;

/// The place that keeps how far it came, by name.
pub(crate) const PLACE: &str = "deadlines.json";

/// The bound of a tick that a server has (see [`Deadlines::most`]): a few seconds of work.
pub(crate) const MOST_A_TICK: usize = 2_000;

/// Records what follows from the passing of time.
#[derive(Clone)]
pub(crate) struct Deadlines {
    /// The views, the log, the rules and the clock.
    pub(crate) world: World,
    /// Deadlines before this moment are history; `None`: the moment of the first tick.
    pub(crate) from: Option<DateTime<Utc>>,
    /// The place that keeps how far it came.
    pub(crate) kept: Drawer,
    /// Pathways of the log that one tick looks at, and alarms that it raises because of the time.
    pub(crate) most: usize,
    pub(crate) trouble: Trouble,
}

/// How far a tick came, and how far it was to come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Progress {
    position: Position,
    head: Position,
    due: DateTime<Utc>,
    now: DateTime<Utc>,
}

impl Progress {
    fn is_behind(self) -> bool {
        self.position < self.head || self.due < self.now
    }

    /// Tells how far it is, while there is more to do.
    fn say(self) {
        let Self { position: Position(position), head: Position(head), due, .. } = self;
        if self.is_behind() {
            tracing::info!(position, head, %due, "deadlines are caught up with");
        }
    }
}

impl Deadlines {
    /// The same, keeping its place under a lease.
    pub(crate) fn under(&self, fence: Option<Fence>) -> Self {
        Self { kept: self.kept.under(fence), ..self.clone() }
    }

    /// Ticks until told to stop.
    pub(crate) async fn run(self, every: Duration, shutdown: CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.tick_on(every) => {}
        }
        // From now on it may be another server's, with what is wrong with it.
        self.trouble.clear();
    }

    async fn tick_on(&self, every: Duration) {
        loop {
            let began = Instant::now();
            let rest = match self.tick().await {
                Ok(progress) => {
                    self.trouble.clear();
                    progress.say();
                    if progress.is_behind() { every.min(began.elapsed()) } else { every }
                }
                Err(error) => {
                    self.trouble.say(format!("what fell due is not recorded yet: {error:#}"));
                    every
                }
            };
            tokio::time::sleep(rest).await;
        }
    }

    /// Records what the clock and the log brought since the last tick, up to its bound. Safe to repeat.
    async fn tick(&self) -> anyhow::Result<Progress> {
        let now = (self.world.now)();
        let head = self.world.recorder.store().head().await?;
        let mut kept = self.kept_by(now, head)?;
        let moved = self.follow_log(&mut kept, head, now).await?;
        // Also where the log is not looked at that far yet: nobody is accused of what they told.
        self.views_hold(head).await?;
        self.raise_fallen_due(&mut kept, now).await?;
        self.judge_feeds(&mut kept, now).await?;
        self.raise_lost_test_messages(kept.from, now).await?;
        if moved {
            self.settle_feeds(now).await?;
            self.settle_test_messages(now).await?;
        }
        Ok(Progress { position: kept.position, head, due: kept.due, now })
    }

    /// Looks at what was told, of so many pathways at most; after each page it is kept how far. Says
    /// whether somebody else than this room told anything.
    async fn follow_log(
        &self,
        kept: &mut Kept,
        head: Position,
        now: DateTime<Utc>,
    ) -> anyhow::Result<bool> {
        let (mut moved, mut left) = (false, self.most);
        while kept.position < head && left > 0 {
            let page = self.world.recorder.store().read_log(kept.position, PAGE_EVENTS).await?;
            let page = first_of(&page, left);
            let Some(last) = page.last().map(|last| last.position) else { break };
            self.views_hold(last).await?;
            let touched = touched(page);
            self.raise_told_late(&touched, kept.from, now).await?;
            self.settle(&touched, now).await?;
            moved = moved || page.iter().any(|event| !is_our_own(event));
            left = left.saturating_sub(touched.len());
            kept.position = last;
            kept.write(&self.kept)?;
        }
        Ok(moved)
    }

    /// How far it came, never beyond now.
    fn kept_by(&self, now: DateTime<Utc>, head: Position) -> anyhow::Result<Kept> {
        let Some(mut kept) = Kept::read(&self.kept)? else {
            // Where it began is kept before anything else: a restart must not begin later.
            let first = Kept::first(self.from, now, head);
            first.write(&self.kept)?;
            return Ok(first);
        };
        if kept.take_back_to(now) {
            tracing::warn!("the clock had run ahead: deadlines from now on are looked at again");
            kept.write(&self.kept)?;
        }
        Ok(kept)
    }

    /// Waits until both views hold a position: what was told by then is judged by.
    async fn views_hold(&self, position: Position) -> anyhow::Result<()> {
        for (view, name) in
            [(&self.world.compliance, "compliance"), (&self.world.safety_net, "safety-net")]
        {
            if !view.wait_for(position, VIEW_WAIT).await {
                bail!("the view {name} has not come to position {position}");
            }
        }
        Ok(())
    }
}

/// Takes the place that is kept back to where the log, as it is now, has an event; true where it was taken
/// back. A place that cannot be read is told by the first tick.
pub(crate) async fn take_back(place: &Drawer, log: &LogNow<'_>) -> anyhow::Result<bool> {
    let Ok(Some(mut kept)) = Kept::read(place) else { return Ok(false) };
    let stands = log.last_at_or_before(kept.position).await?;
    let taken_back = kept.take_back_to_end(stands);
    if taken_back {
        kept.write(place)?;
    }
    Ok(taken_back)
}

/// The beginning of a page that touches so many pathways at most.
fn first_of(page: &[StoredEvent], most: usize) -> &[StoredEvent] {
    let mut seen = BTreeSet::new();
    let is_one_more = |event: &StoredEvent| {
        seen.extend(touched_by(event));
        seen.len() > most
    };
    let end = page.iter().position(is_one_more);
    end.and_then(|end| page.get(..end)).unwrap_or(page)
}

/// The pathways that a page tells something of that is not our own.
fn touched(page: &[StoredEvent]) -> BTreeSet<PathwayId> {
    page.iter().filter_map(touched_by).collect()
}

fn touched_by(event: &StoredEvent) -> Option<PathwayId> {
    let touches = event.stream.category == Category::Pathway && !is_our_own(event);
    touches.then_some(PathwayId(event.stream.id))
}

/// Whether this room records such steps: they set off nothing more.
fn is_our_own(event: &StoredEvent) -> bool {
    matches!(
        StepKind::from_name(&event.event.kind),
        Some(
            StepKind::ObligationBreached
                | StepKind::ExpectedEventMissed
                | StepKind::FeedSilent
                | StepKind::ResendRequested
                | StepKind::AlarmResolved
        )
    )
}
