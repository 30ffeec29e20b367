//! Deadlines that act: what fell due unkept, what was expected and did not come, and which feeds are
//! silent are recorded as steps of the system, so that subscribers are told and auditors see when it knew.
//!
//! The clock is handed in. A tick looks twice: at what time brought (deadlines that passed since the
//! last tick, in their order) and at what the log brought (pathways told of since, whose deadlines may
//! have passed long ago). The ids of what it records are made from what they are about, so doing it
//! again after a crash, or on another server, records nothing twice. How far it came is kept in a small
//! file; after a pause it goes on from there. What the system itself recorded is nothing new to it.
//!
//! Read in this order: `kept`, `due`, `settle`, `feeds`, `recording`.

mod due;
mod feeds;
mod kept;
mod recording;
mod settle;

#[cfg(test)]
mod tests;

use std::{collections::BTreeSet, path::PathBuf, time::Duration};

use anyhow::bail;
use api::World;
use chrono::{DateTime, Utc};
use event_store::{Category, Position, StoredEvent};
use steps::{PathwayId, StepKind};
use tokio_util::sync::CancellationToken;

use self::kept::Kept;
use crate::trouble::Trouble;

/// How long the views may take to come as far as the log, before that is told as trouble.
const VIEW_WAIT: Duration = Duration::from_secs(20);

/// Events of the log looked at at once.
const PAGE_EVENTS: usize = 2_000;

/// Records what follows from the passing of time.
pub(crate) struct Deadlines {
    /// The views, the log, the rules and the clock.
    pub(crate) world: World,
    /// Deadlines before this moment are history; `None`: the moment of the first tick.
    pub(crate) from: Option<DateTime<Utc>>,
    /// The file that keeps how far it came.
    pub(crate) kept: PathBuf,
    pub(crate) trouble: Trouble,
}

impl Deadlines {
    /// Ticks until told to stop.
    pub(crate) async fn run(self, every: Duration, shutdown: CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.tick_on(every) => {}
        }
    }

    async fn tick_on(&self, every: Duration) {
        loop {
            match self.tick().await {
                Ok(()) => self.trouble.clear(),
                Err(error) => {
                    self.trouble.say(format!("what fell due is not recorded yet: {error:#}"));
                }
            }
            tokio::time::sleep(every).await;
        }
    }

    /// Records what the clock and the log brought since the last tick. Safe to repeat.
    pub(crate) async fn tick(&self) -> anyhow::Result<()> {
        let now = (self.world.now)();
        let store = self.world.recorder.store();
        let head = store.head().await?;
        let mut kept = self.kept_by(now, head)?;
        let mut moved = false;
        while kept.position < head {
            let page = store.read_log(kept.position, PAGE_EVENTS).await?;
            let Some(last) = page.last().map(|last| last.position) else { break };
            self.views_hold(last).await?;
            let touched = touched(&page);
            self.raise_told_late(&touched, kept.from, now).await?;
            self.settle(&touched, now).await?;
            moved = moved || page.iter().any(|event| !is_our_own(event));
            kept.position = last;
            kept.write(&self.kept)?;
        }
        self.views_hold(kept.position).await?;
        self.raise_fallen_due(&mut kept, now).await?;
        self.judge_feeds(&mut kept, now).await?;
        if moved {
            self.settle_feeds(now).await?;
        }
        Ok(())
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

/// The pathways that a page tells something of that is not our own.
fn touched(page: &[StoredEvent]) -> BTreeSet<PathwayId> {
    let told = page.iter().filter(|event| !is_our_own(event));
    let of_pathways = told.filter(|event| event.stream.category == Category::Pathway);
    of_pathways.map(|event| PathwayId(event.stream.id)).collect()
}

/// Whether this room records such steps: they set off nothing more.
fn is_our_own(event: &StoredEvent) -> bool {
    matches!(
        StepKind::from_name(&event.event.kind),
        Some(
            StepKind::ObligationBreached
                | StepKind::ExpectedEventMissed
                | StepKind::FeedSilent
                | StepKind::AlarmResolved
        )
    )
}
