//! Every view from the raw log into a fresh place, and what it comes to there.

use std::path::Path;
use std::sync::Arc;

use event_store::{EventStore, Position};

use crate::database::{KeepingError, ViewDatabase};
use crate::rebuild::{Build, BuildError};
use crate::sqlite::Files;
use crate::{Digest, View};

/// What a view came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Replayed {
    /// The view.
    pub view: &'static str,
    /// What its rows come to; the same for the same log on every machine and store.
    pub digest: Digest,
    /// Pathways that could not be taken whole.
    pub dead_letters: usize,
}

/// Builds every view as it was at a position, in one scan of the log. The files stay there to read.
pub async fn replay(
    store: &dyn EventStore,
    views: &[Arc<dyn View>],
    up_to: Position,
    into: &Path,
    progress: &(dyn Fn(u64) + Send + Sync),
) -> Result<Vec<Replayed>, BuildError> {
    let files = Files::open(into).map_err(KeepingError::from)?;
    let database: &Arc<dyn ViewDatabase> = &(Arc::new(files) as Arc<dyn ViewDatabase>);
    let build = Build { store, database, views: Arc::from(views), up_to, progress };
    let places = build.run().await?;
    let mut replayed = Vec::new();
    for (view, place) in views.iter().zip(places) {
        database.switch(view.name(), &place)?;
        let file = database.open(&place, view.as_ref())?;
        let (digest, dead_letters) = (file.checkpoint().digest, file.dead().len());
        replayed.push(Replayed { view: view.name(), digest, dead_letters });
    }
    Ok(replayed)
}
