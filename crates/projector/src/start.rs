//! What is found at start: for each view a file that is right, or the reason why it must be built.

use std::sync::Arc;

use event_store::{EventStore, Position};

use crate::checkpoint::Identity;
use crate::counting::{is_far_behind, more_than};
use crate::database::{Pointer, ViewDatabase};
use crate::engine::Slot;
use crate::errors::StartError;
use crate::live::TakeError;
use crate::place::Place;
use crate::projector::Setup;
use crate::reader::Shared;
use crate::view_file::ViewFile;
use crate::{SqlError, View};

/// Why a view is built at the first start.
const NO_FILE: &str = "there is no file yet";

/// A view at start.
pub(crate) struct Found {
    pub(crate) slot: Slot,
    pub(crate) refused: Option<String>,
}

impl Found {
    pub(crate) fn position(&self) -> Option<Position> {
        self.slot.file.as_ref().map(ViewFile::position)
    }

    pub(crate) const fn is_unbuilt(&self) -> bool {
        self.slot.file.is_none()
    }
}

/// Looks at every view's file. Where the log is short, a refused view begins again at its start.
pub(crate) async fn find(
    setup: &Setup,
    database: &Arc<dyn ViewDatabase>,
    head: Position,
) -> Result<Vec<Found>, StartError> {
    let (store, limit) = (setup.store.as_ref(), setup.limits.build_beyond);
    let (mut all, mut is_long) = (Vec::new(), None);
    for view in &setup.views {
        let (file, refused) = match look(store, database, view).await? {
            Ok(file) => (Some(file), None),
            Err(reason) => {
                say_why(view.name(), &reason);
                (None, Some(reason))
            }
        };
        if file.is_none() && is_long.is_none() {
            is_long = Some(more_than(store, limit, (Position::START, head)).await?);
        }
        let file = match file {
            None if is_long == Some(false) => {
                let identity = Identity::of(view.as_ref(), store.log_id());
                Some(database.create(view.as_ref(), identity)?)
            }
            file => file,
        };
        let view = Arc::clone(view);
        let slot =
            Slot { shared: Shared::new(view.name(), Arc::clone(database)), file: None, view };
        let is_far = match &file {
            Some(file) => is_far_behind(store, limit, (file.position(), head)).await?,
            None => false,
        };
        let slot = tokio::task::spawn_blocking(move || put(slot, file, is_far));
        let slot = slot.await.map_err(|_panicked| StartError::CutShort)??;
        all.push(Found { slot, refused });
    }
    Ok(all)
}

/// A file that is far behind can be read, while another is built: that is faster.
fn put(mut slot: Slot, file: Option<ViewFile>, is_far: bool) -> Result<Slot, SqlError> {
    let Some(file) = file else { return Ok(slot) };
    slot.put(file)?;
    if is_far {
        slot.file = None;
    }
    Ok(slot)
}

/// Every view as one that is yet to be found: other servers may write it.
pub(crate) fn unfound(setup: &Setup, database: &Arc<dyn ViewDatabase>) -> Vec<Found> {
    let views = setup.views.iter();
    let slot = |view: &Arc<dyn View>| {
        let shared = Shared::new(view.name(), Arc::clone(database));
        Found { slot: Slot { shared, file: None, view: Arc::clone(view) }, refused: None }
    };
    views.map(slot).collect()
}

/// The edition in use, or why it cannot be.
pub(crate) async fn look(
    store: &dyn EventStore,
    database: &Arc<dyn ViewDatabase>,
    view: &Arc<dyn View>,
) -> Result<Result<ViewFile, String>, StartError> {
    let place = match database.current(view.name())? {
        Pointer::Names(place) => place,
        Pointer::Missing => return Ok(Err(NO_FILE.to_owned())),
        Pointer::Damaged => return Ok(Err("its pointer file is damaged".to_owned())),
    };
    database.prune(view.name(), &place)?;
    let file = match open(database, place, view).await {
        Ok(file) => file,
        Err(TakeError::Write(error @ SqlError::Damaged(_))) => {
            return Ok(Err(format!("its file cannot be opened: {error}")));
        }
        Err(error) => return Ok(Err(format!("its file cannot be opened: {error}"))),
    };
    let identity = Identity::of(view.as_ref(), store.log_id());
    let quarrel = file.checkpoint().quarrel(&identity, store).await?;
    Ok(quarrel.map_or(Ok(file), Err))
}

pub(crate) async fn open(
    database: &Arc<dyn ViewDatabase>,
    place: Place,
    view: &Arc<dyn View>,
) -> Result<ViewFile, TakeError> {
    let (database, view) = (Arc::clone(database), Arc::clone(view));
    let opened = tokio::task::spawn_blocking(move || database.open(&place, view.as_ref()));
    Ok(opened.await.map_err(|_panicked| TakeError::CutShort)??)
}

/// The first start is no surprise; a file that cannot be used is.
pub(crate) fn say_why(view: &str, reason: &str) {
    if reason == NO_FILE {
        tracing::info!(view, reason, "the view is built from the log");
    } else {
        tracing::warn!(view, reason, "the view is built from the log");
    }
}
