//! Builds views beside the live ones and hands the files to the loop.

use std::sync::Arc;
use std::time::Duration;

use event_store::Position;
use tokio::sync::{OwnedMutexGuard, mpsc, oneshot, watch};

use crate::View;
use crate::context::Context;
use crate::errors::RebuildError;
use crate::live::{Command, chain, stopped};
use crate::place::Place;
use crate::rebuild::Build;
use crate::start::open;
use crate::switch::{Adopt, Rebuilt, SwitchError, catch_up};

const RETRY_AFTER: Duration = Duration::from_secs(5);

/// Some views to build, by their place among all.
pub(crate) struct Builder {
    pub(crate) context: Arc<Context>,
    pub(crate) slots: Vec<(usize, Arc<dyn View>)>,
    pub(crate) commands: mpsc::Sender<Command>,
}

impl Builder {
    /// Builds until it is done, however often the store or the disk fails. What is no longer ours, or is
    /// there by now, is left out: whoever has its lease builds it.
    pub(crate) async fn until_built(mut self, mut stop: watch::Receiver<bool>) {
        loop {
            let built = tokio::select! {
                biased;
                () = stopped(&mut stop) => return,
                built = self.build_missing() => built,
            };
            let Err(error) = built else { return };
            let what = chain(&error);
            tracing::error!(error = what, "views could not be built; it is tried again");
            for (slot, _view) in &self.slots {
                self.context.trouble_of(*slot, &what);
            }
            if tokio::time::timeout(RETRY_AFTER, stopped(&mut stop)).await.is_ok() {
                return;
            }
        }
    }

    async fn build_missing(&mut self) -> Result<(), RebuildError> {
        let alone = Arc::clone(&self.context.building).lock_owned().await;
        let context = Arc::clone(&self.context);
        self.slots.retain(|(_slot, view)| {
            context.is_ours(view.name()) && !context.held.borrow().contains(view.name())
        });
        if self.slots.is_empty() {
            return Ok(());
        }
        self.build_alone(false, alone).await.map(drop)
    }

    /// Builds all in one scan, then switches to each.
    pub(crate) async fn build(&self, accept: bool) -> Result<Vec<Rebuilt>, RebuildError> {
        let alone = Arc::clone(&self.context.building).lock_owned().await;
        self.build_alone(accept, alone).await
    }

    async fn build_alone(
        &self,
        accept: bool,
        alone: OwnedMutexGuard<()>,
    ) -> Result<Vec<Rebuilt>, RebuildError> {
        let built = self.build_and_switch(accept).await;
        for (slot, _view) in &self.slots {
            self.context.built(*slot);
        }
        drop(alone);
        built
    }

    async fn build_and_switch(&self, accept: bool) -> Result<Vec<Rebuilt>, RebuildError> {
        let up_to = self.context.store.head().await.map_err(crate::BuildError::Read)?;
        let progress = |done| self.progress(done, up_to);
        let views: Vec<Arc<dyn View>> =
            self.slots.iter().map(|(_slot, view)| Arc::clone(view)).collect();
        let build = Build {
            store: self.context.store.as_ref(),
            database: &self.context.database,
            views: views.into(),
            up_to,
            progress: &progress,
        };
        let places = build.run().await?;
        let mut rebuilt = Vec::new();
        for ((slot, view), place) in self.slots.iter().zip(places) {
            match self.hand_over(*slot, view, place, accept).await {
                // The others are none the worse where the lease of one has gone.
                Err(_fenced) if !self.context.is_ours(view.name()) => {}
                handed => rebuilt.push(handed?),
            }
        }
        Ok(rebuilt)
    }

    fn progress(&self, done: u64, up_to: Position) {
        for (slot, _view) in &self.slots {
            self.context.building(*slot, done, up_to.0);
        }
    }

    /// Most of the way is caught up here, so that the loop stands still for the last page only.
    async fn hand_over(
        &self,
        slot: usize,
        view: &Arc<dyn View>,
        place: Place,
        accept: bool,
    ) -> Result<Rebuilt, RebuildError> {
        let file = open(&self.context.database, place, view).await?;
        let head = self.context.store.head().await.map_err(crate::BuildError::Read)?;
        let file = catch_up(&self.context, view, file, head).await?;
        let (answer, answered) = oneshot::channel();
        let adopt = Command::Adopt(Box::new(Adopt { slot, file, accept, answer }));
        self.commands.send(adopt).await.map_err(|_stopped| SwitchError::Stopped)?;
        Ok(answered.await.map_err(|_stopped| SwitchError::Stopped)??)
    }
}
