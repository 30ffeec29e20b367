//! What one step makes us record elsewhere: a death, told once, reaches every pathway of the person.
//!
//! The ids of what it records are made from the step that caused it, so doing it again after a crash
//! records nothing twice. How far it has read is kept in a small place beside the log. What fails is
//! tried again until it succeeds, and `/health/ready` says so meanwhile.

mod deaths;

#[cfg(test)]
mod tests;

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use anyhow::{Context, bail};
use cabinet::{Drawer, Fence};
use event_store::{Category, Position, StoredEvent, StreamId};
use futures::StreamExt;
use projector::ViewReader;
use recorder::Recorder;
use steps::{PathwayId, StepKind, SubjectRef};
use tokio_util::sync::CancellationToken;

use self::deaths::{Held, Pathways};
use crate::{log::LogNow, trouble::Trouble};

/// The first pause after a failure; each further one is twice as long.
const PAUSE_LEAST: Duration = Duration::from_secs(1);
const PAUSE_MOST: Duration = Duration::from_secs(30);

/// How long the view may take to come as far as the log, before that is told as trouble.
const VIEW_WAIT: Duration = Duration::from_secs(20);

/// The place that keeps how far it has read, by name.
pub(crate) const PLACE: &str = "reactor.position";

/// Records what follows from what is recorded.
#[derive(Clone)]
pub(crate) struct Reactor {
    pub(crate) recorder: Recorder,
    pub(crate) next_steps: ViewReader,
    /// The place that keeps how far it has read.
    pub(crate) kept: Drawer,
    pub(crate) trouble: Trouble,
}

impl Reactor {
    /// The same, keeping its place under a lease.
    pub(crate) fn under(&self, fence: Option<Fence>) -> Self {
        Self { kept: self.kept.under(fence), ..self.clone() }
    }

    /// Follows the log until told to stop, wherever it is.
    pub(crate) async fn run(self, shutdown: CancellationToken) {
        tokio::select! {
            () = shutdown.cancelled() => {}
            () = self.follow() => {}
        }
        // From now on it may be another server's, with what is wrong with it.
        self.trouble.clear();
    }

    async fn follow(&self) {
        let mut after = self.began().await;
        loop {
            let mut pages = self.recorder.store().follow(after);
            while let Some(page) = pages.next().await {
                match page {
                    Ok(page) => {
                        self.until_reacted(&page).await;
                        after = page.last().map_or(after, |last| last.position);
                        keep_position(&self.kept, after);
                    }
                    // The follower goes on by itself from where it was.
                    Err(error) => self.trouble.say(format!("the log cannot be read: {error}")),
                }
            }
            self.trouble.say("the log is no longer followed".to_owned());
            tokio::time::sleep(PAUSE_MOST).await;
        }
    }

    /// How far it had read. Where that cannot be told it is asked again: from the beginning it would look
    /// at the whole log.
    async fn began(&self) -> Position {
        let mut pause = PAUSE_LEAST;
        loop {
            match read_position(&self.kept) {
                Ok(position) => return position,
                Err(error) => self.trouble.say(format!("nothing is followed yet: {error:#}")),
            }
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MOST);
        }
    }

    /// Reacts to a page, again and again until it has.
    async fn until_reacted(&self, page: &[StoredEvent]) {
        let mut pause = PAUSE_LEAST;
        while let Err(error) = self.react_to(page).await {
            self.trouble.say(format!("what follows from a step is not recorded yet: {error:#}"));
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(PAUSE_MOST);
        }
        self.trouble.clear();
    }

    async fn react_to(&self, page: &[StoredEvent]) -> anyhow::Result<()> {
        let touched = self.people(page).await?;
        let Some(last) = page.last().filter(|_| !touched.is_empty()) else { return Ok(()) };
        if !self.next_steps.wait_for(last.position, VIEW_WAIT).await {
            bail!("the view of next steps has not come to position {}", last.position);
        }
        for (person, mut pathways) in touched {
            let read = move |conn: &projector::Connection| next_step::pathways_of(conn, person);
            pathways.now.extend(self.next_steps.read(read).await?);
            deaths::agree(&self.recorder, person, &pathways).await?;
        }
        Ok(())
    }

    /// The people of whom a page may tell a death, the pathways on which it does, and those that it may
    /// have taken from them.
    async fn people(&self, page: &[StoredEvent]) -> anyhow::Result<BTreeMap<SubjectRef, Pathways>> {
        let mut people: BTreeMap<SubjectRef, Pathways> = BTreeMap::new();
        let touched = page.iter().filter(|event| may_matter(event)).map(|event| event.stream);
        let touched: BTreeSet<StreamId> = touched.collect();
        for stream in touched.iter().filter(|stream| stream.category == Category::Patient) {
            people.entry(SubjectRef(stream.id)).or_default();
        }
        let is_pathway = |stream: &StreamId| stream.category == Category::Pathway;
        let pathways: Vec<StreamId> = touched.into_iter().filter(is_pathway).collect();
        let read = self.recorder.store().read_streams(&pathways).await?;
        for (stream, events) in pathways.into_iter().zip(read) {
            let Some(held) = Held::read(stream, events) else { continue };
            let (pathway, person) = (PathwayId(stream.id), held.person());
            for once in held.ever_named().filter(|once| Some(*once) != person) {
                people.entry(once).or_default().once.insert(pathway);
            }
            if let Some(person) = person {
                people.entry(person).or_default().now.insert(pathway);
            }
        }
        Ok(people)
    }
}

/// Whether a step may change who is dead: a death, whose pathway it is, or an amendment of either.
fn may_matter(event: &StoredEvent) -> bool {
    matches!(
        StepKind::from_name(&event.event.kind),
        Some(
            StepKind::PatientDied
                | StepKind::PathwaySubject
                | StepKind::StepEnteredInError
                | StepKind::StepCorrected
        )
    )
}

/// Takes the place that is kept back to where the log, as it is now, has an event; true where it was taken
/// back.
pub(crate) async fn take_back(kept: &Drawer, log: &LogNow<'_>) -> anyhow::Result<bool> {
    let read = read_position(kept)?;
    let stands = log.last_at_or_before(read).await?;
    if stands != read {
        keep_position(kept, stands);
    }
    Ok(stands != read)
}

/// A place that is damaged is one that was lost: what was done is done again and recorded once.
fn read_position(kept: &Drawer) -> anyhow::Result<Position> {
    let text = kept.get().with_context(|| format!("{kept} cannot be read"))?.unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    Ok(Position(text.trim().parse().unwrap_or_default()))
}

/// A position that is lost is no harm: what was done is done again and recorded once.
fn keep_position(kept: &Drawer, position: Position) {
    if let Err(error) = kept.put(position.0.to_string().as_bytes()) {
        let error = format!("{:#}", anyhow::Error::new(error));
        tracing::warn!(error, "the reactor's position cannot be kept");
    }
}
