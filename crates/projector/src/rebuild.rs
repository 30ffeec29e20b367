//! Building views from the whole log: into fresh editions, several views in one scan.

mod crew;

use std::num::NonZero;
use std::sync::Arc;

use event_store::{EventStore, Position, ReadError};
use uuid::Uuid;

use crate::counting::Counting;
use crate::database::{Bulk, KeepingError, ViewDatabase};
use crate::place::Place;
use crate::{Checkpoint, Identity, SqlError, View};

use crew::{Crew, CrewError};

const WORKERS_MAX: usize = 8;

/// Why views could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The log could not be read.
    #[error("the log could not be read")]
    Read(#[from] ReadError),
    /// A file could not be written.
    #[error("the view's file could not be written")]
    Write(#[from] SqlError),
    /// A file could not be named, finished or switched to.
    #[error(transparent)]
    Keeping(#[from] KeepingError),
    /// A worker was stopped, or the program ends.
    #[error("the build was cut short")]
    CutShort,
}

impl From<CrewError> for BuildError {
    fn from(error: CrewError) -> Self {
        match error {
            CrewError::Read(error) => Self::Read(error),
            CrewError::Write(error) => Self::Write(error),
            CrewError::Died => Self::CutShort,
        }
    }
}

/// What to build, from where, into where.
pub(crate) struct Build<'a> {
    pub(crate) store: &'a dyn EventStore,
    pub(crate) database: &'a Arc<dyn ViewDatabase>,
    pub(crate) views: Arc<[Arc<dyn View>]>,
    pub(crate) up_to: Position,
    pub(crate) progress: &'a (dyn Fn(u64) + Send + Sync),
}

impl Build<'_> {
    /// Builds every view and names the finished editions, in the order of the views.
    pub(crate) async fn run(&self) -> Result<Vec<Place>, BuildError> {
        let bulks = self.views.iter().map(|view| self.database.build(view.as_ref()));
        let bulks = bulks.collect::<Result<_, _>>()?;
        let mut crew = Crew::start(&self.views, bulks, workers());
        let fed = crew.feed(self.store, self.up_to, self.progress).await;
        let bulks = crew.finish().await;
        let at = (Counting::of(self.store).built(self.up_to, fed?), self.event_there().await?);
        let finished = bulks?.into_iter().zip(self.views.iter());
        let finished = finished.map(|(bulk, view)| self.finish(bulk, view.as_ref(), at));
        let finished = futures::future::join_all(finished).await;
        finished.into_iter().collect()
    }

    async fn event_there(&self) -> Result<Option<Uuid>, ReadError> {
        let event = self.store.event_at(self.up_to).await?;
        Ok(event.map(|event| event.event.event_id))
    }

    /// The scan has taken all that lies at or before the position: so much is consumed, and this is the
    /// event that stands there.
    async fn finish(
        &self,
        bulk: Box<dyn Bulk>,
        view: &dyn View,
        (consumed, event_id): (u64, Option<Uuid>),
    ) -> Result<Place, BuildError> {
        let mut checkpoint = Checkpoint::start(Identity::of(view, self.store.log_id()));
        checkpoint.position = self.up_to;
        checkpoint.event_id = event_id;
        checkpoint.consumed = consumed;
        let finish = tokio::task::spawn_blocking(move || bulk.finish(checkpoint));
        Ok(finish.await.map_err(|_panicked| BuildError::CutShort)??)
    }
}

fn workers() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get).min(WORKERS_MAX)
}
