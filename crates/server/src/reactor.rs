//! What one step makes us record elsewhere: a death, told once, reaches every pathway of the person.
//!
//! The ids of what it records are made from the step that caused it, so doing it again after a crash
//! records nothing twice. How far it has read is kept in a small file beside the log.

use std::path::{Path, PathBuf};

use event_store::{Category, Position, Revision, StoredEvent, StreamId};
use futures::StreamExt;
use projector::ViewReader;
use recorder::Recorder;
use steps::{PathwayId, Step, StepKind, SubjectRef};
use tokio_util::sync::CancellationToken;

/// Follows the log until told to stop.
pub(crate) async fn run(
    recorder: Recorder,
    next_steps: ViewReader,
    kept: PathBuf,
    shutdown: CancellationToken,
) {
    let reactor = Reactor { recorder, next_steps };
    let store = std::sync::Arc::clone(reactor.recorder.store());
    let mut pages = store.follow(read_position(&kept));
    loop {
        let page = tokio::select! {
            () = shutdown.cancelled() => return,
            page = pages.next() => page,
        };
        let Some(Ok(page)) = page else {
            tracing::warn!("the reactor cannot read the log for now");
            continue;
        };
        if let Err(error) = reactor.react_to(&page).await {
            tracing::error!(%error, "the reactor failed and will try again at the next start");
            return;
        }
        if let Some(last) = page.last() {
            keep_position(&kept, last.position);
        }
    }
}

struct Reactor {
    recorder: Recorder,
    next_steps: ViewReader,
}

impl Reactor {
    async fn react_to(&self, page: &[StoredEvent]) -> anyhow::Result<()> {
        for event in page {
            match StepKind::from_name(&event.event.kind) {
                Some(StepKind::PatientDied) => self.died(event).await?,
                Some(StepKind::PathwaySubject) => self.subject_known(event).await?,
                Some(_) | None => {}
            }
        }
        Ok(())
    }

    /// A death goes to every pathway of the person that is known now.
    async fn died(&self, death: &StoredEvent) -> anyhow::Result<()> {
        let meta = envelope::Meta::from_bytes(&death.event.meta)?;
        if meta.caused_by.is_some() {
            return Ok(());
        }
        let Some(person) = self.person_of(death.stream).await? else { return Ok(()) };
        for pathway in self.pathways_of(person, death.position).await? {
            if death.stream.id != pathway.0 {
                self.recorder.repeat(death, pathway).await?;
            }
        }
        Ok(())
    }

    /// A pathway that turns out to be a dead person's has the death too.
    async fn subject_known(&self, named: &StoredEvent) -> anyhow::Result<()> {
        let Step::PathwaySubject(subject) = envelope::read(named)?.step else { return Ok(()) };
        let stream = StreamId::new(Category::Patient, subject.subject_ref.0);
        let told = self.recorder.store().read_stream(stream, Revision(0), usize::MAX >> 1).await?;
        for death in told.iter().filter(|event| is_death(event)) {
            self.recorder.repeat(death, PathwayId(named.stream.id)).await?;
        }
        Ok(())
    }

    async fn person_of(&self, stream: StreamId) -> anyhow::Result<Option<SubjectRef>> {
        if stream.category == Category::Patient {
            return Ok(Some(SubjectRef(stream.id)));
        }
        let history = self.recorder.history(PathwayId(stream.id)).await?;
        let named = history.entries().iter().rev().find_map(|entry| match entry.step() {
            Step::PathwaySubject(subject) => Some(subject.subject_ref),
            _ => None,
        });
        Ok(named)
    }

    async fn pathways_of(
        &self,
        person: SubjectRef,
        known_by: Position,
    ) -> anyhow::Result<Vec<PathwayId>> {
        let mut positions = self.next_steps.positions();
        positions.wait_for(|position| *position >= known_by).await?;
        let read = move |conn: &rusqlite::Connection| next_step::by_subject(conn, person);
        let rows = self.next_steps.read(read).await?;
        Ok(rows.into_iter().map(|(pathway, _row)| pathway).collect())
    }
}

fn is_death(event: &StoredEvent) -> bool {
    &*event.event.kind == StepKind::PatientDied.name()
}

fn read_position(kept: &Path) -> Position {
    let text = std::fs::read_to_string(kept).unwrap_or_default();
    Position(text.trim().parse().unwrap_or_default())
}

/// A position that is lost is no harm: what was done is done again and recorded once.
fn keep_position(kept: &Path, position: Position) {
    let fresh = kept.with_extension("new");
    let written = std::fs::write(&fresh, position.0.to_string());
    if written.and_then(|()| std::fs::rename(&fresh, kept)).is_err() {
        tracing::warn!("the reactor's position cannot be kept");
    }
}
