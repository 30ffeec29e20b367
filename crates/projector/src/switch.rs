//! From a finished build to the file in use: catch up, compare at one exact position, switch.

use std::sync::Arc;

use event_store::{EventStore, Position};
use tokio::sync::oneshot;

use crate::context::Context;
use crate::counting::Counting;
use crate::database::KeepingError;
use crate::engine::apply_to;
use crate::histories::Histories;
use crate::live::{Live, TakeError};
use crate::scan::Differences;
use crate::status;
use crate::view_file::ViewFile;
use crate::{Digest, View};

/// Why a finished build did not become the view.
#[derive(Debug, thiserror::Error)]
pub enum SwitchError {
    /// The same view under the same rules came to other rows: somebody should look first.
    #[error(
        "`{view}` came to other rows at position {position}: {} added, {} removed, {} changed",
        differences.added, differences.removed, differences.changed
    )]
    Differs {
        /// The view.
        view: &'static str,
        /// Where both were compared.
        position: Position,
        /// How many rows differ.
        differences: Differences,
    },
    /// It could not be brought to where the others are.
    #[error("the new file could not catch up")]
    CatchUp(#[source] TakeError),
    /// The pointer could not be switched.
    #[error(transparent)]
    Keeping(#[from] KeepingError),
    /// The projector has stopped.
    #[error("the projector has stopped")]
    Stopped,
}

/// A view that was built and is now in use.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// The view.
    pub view: &'static str,
    /// Where it was compared and switched.
    pub position: Position,
    /// What its rows come to there.
    pub digest: Digest,
    /// What differed from the file before, where that was the same view and there was one.
    pub differences: Differences,
}

/// A finished file that asks to be used.
pub(crate) struct Adopt {
    pub(crate) slot: usize,
    pub(crate) file: ViewFile,
    pub(crate) accept: bool,
    pub(crate) answer: oneshot::Sender<Result<Rebuilt, SwitchError>>,
}

impl Live {
    /// Takes a file into use, now or when the loop has come as far as the file.
    pub(crate) async fn adopt(&self, adopt: Adopt) {
        let Some((view, old)) = self.old(adopt.slot) else { return };
        if old.as_ref().is_some_and(|(at, ..)| *at < adopt.file.position()) {
            self.waiting().push(adopt);
            return;
        }
        let Adopt { slot, file, accept, answer } = adopt;
        let place = file.place().clone();
        let adopted = self.compare_and_switch(slot, &view, file, (old, accept)).await;
        if adopted.is_err() {
            drop(self.context.database.discard(&place));
        }
        self.report();
        // Whoever asked may have gone; the switch is made all the same.
        drop(answer.send(adopted));
    }

    #[expect(clippy::type_complexity, reason = "the view, and where its present file is")]
    fn old(&self, slot: usize) -> Option<(Arc<dyn View>, Option<(Position, Digest)>)> {
        let engine = self.engine();
        let slot = engine.slots.get(slot)?;
        let file = slot.file.as_ref().map(|file| (file.position(), file.checkpoint().digest));
        Some((Arc::clone(&slot.view), file))
    }

    async fn compare_and_switch(
        &self,
        slot: usize,
        view: &Arc<dyn View>,
        file: ViewFile,
        (old, accept): (Option<(Position, Digest)>, bool),
    ) -> Result<Rebuilt, SwitchError> {
        let to = old.map_or(self.at.max(file.position()), |(position, _digest)| position);
        let file = catch_up(&self.context, view, file, to).await?;
        let (position, digest) = (file.position(), file.checkpoint().digest);
        let name = view.name();
        let equal = old.is_none_or(|(_position, old)| old == digest);
        let database = Arc::clone(&self.context.database);
        let switched = self.in_engine(move |engine| {
            let Some(slot) = engine.slots.get_mut(slot) else {
                return Ok(Err(SwitchError::Stopped));
            };
            if let Some(old) = &slot.file {
                status::check_as_many(name, old, &file);
            }
            let mut found = Differences::default();
            if let Some(old) = slot.file.as_ref().filter(|_| !equal) {
                found = database.differences(slot.view.as_ref(), file.place(), old.place())?;
                if !accept {
                    let differences = found;
                    return Ok(Err(SwitchError::Differs { view: name, position, differences }));
                }
            }
            if let Err(error) = database.switch(name, file.place()) {
                return Ok(Err(SwitchError::Keeping(error)));
            }
            slot.put(file)?;
            Ok(Ok(Rebuilt { view: name, position, digest, differences: found }))
        });
        switched.await?
    }
}

/// Brings a file that nobody reads yet to a position, page by page.
pub(crate) async fn catch_up(
    context: &Context,
    view: &Arc<dyn View>,
    file: ViewFile,
    to: Position,
) -> Result<ViewFile, TakeError> {
    let store: &dyn EventStore = context.store.as_ref();
    let (mut file, counting) = (file, Counting::of(store));
    let mut histories = Histories::new(context.cache_steps, counting);
    while file.position() < to {
        let mut events = store.read_log(file.position(), context.page_events).await?;
        events.retain(|event| event.position <= to);
        if events.is_empty() {
            break;
        }
        let loaded = store.read_streams(&histories.missing(&events)).await?;
        let view = Arc::clone(view);
        let page = tokio::task::spawn_blocking(move || {
            let page = histories.page(&events, loaded);
            let applied = page.map_or(Ok(()), |page| apply_to(view.as_ref(), &mut file, &page));
            applied.map(|()| (file, histories))
        });
        (file, histories) = page.await.map_err(|_panicked| TakeError::CutShort)??;
    }
    Ok(file)
}
