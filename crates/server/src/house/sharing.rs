//! What servers over one database share: the views, and the work that one of them does for all.

use std::{future::Future, pin::pin, sync::Arc};

use anyhow::Context;
use cabinet::Fence;
use leases::{Held, Leases, Standing};
use projector::{Keeping, PostgresViews};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

use super::{Cellar, Views};
use crate::{edge, log::connect};

/// Connections that the readers of views may have at once.
const READERS_MAX: usize = 16;

/// Work beside the views: what is due, what follows from a step, and alerts to be sent.
const WORKS: [&str; 3] = ["deadlines", "reactor", "webhooks"];

/// Where the views are kept, and who does which work where other servers may share it.
pub(super) async fn share(
    cellar: &Cellar,
    views: &Views,
    standing: Standing,
) -> anyhow::Result<(Keeping, Option<Arc<Leases>>)> {
    let Some(common) = &cellar.common else {
        return Ok((Keeping::Files(cellar.data_dir.clone()), None));
    };
    let connect = connect(&common.address);
    let all = views.all();
    // A guest is there for the views alone.
    let beside = WORKS.into_iter().filter(|_work| standing == Standing::Server);
    let works = all.iter().map(|view| view.name()).chain(beside).map(str::to_owned);
    let id = Uuid::from_bytes(edge::random()?);
    let leases = Leases::begin(Arc::clone(&connect), id, works.collect(), standing).await;
    let leases = leases.context("the work cannot be shared with other servers")?;
    let shared = Some(Arc::clone(&leases));
    let views = PostgresViews { connect, readers_max: READERS_MAX, leases: shared.clone() };
    Ok((Keeping::Postgres(views), shared))
}

/// One work, and whether it is ours now; where nobody shares it, it always is.
#[derive(Clone)]
pub(crate) struct Share {
    pub(crate) leases: Option<Arc<Leases>>,
    pub(crate) work: &'static str,
}

impl Share {
    /// Does the work whenever it is ours, until it is shut down. `begin` is told under which lease, and
    /// when to end. Work that ended by itself is not begun again before it has been another's.
    pub(crate) async fn whenever_ours<F: Future<Output = ()>>(
        self,
        shutdown: CancellationToken,
        begin: impl Fn(Option<Fence>, CancellationToken) -> F,
    ) {
        while let Some(fence) = shutdown.run_until_cancelled(self.ours()).await {
            let stop = shutdown.child_token();
            let mut work = pin!(begin(fence.clone(), stop.clone()));
            let is_over = tokio::select! {
                () = &mut work => true,
                () = self.no_longer(fence.as_ref()) => false,
            };
            if is_over {
                shutdown.run_until_cancelled(self.no_longer(fence.as_ref())).await;
            } else {
                stop.cancel();
                work.await;
            }
        }
    }

    /// Waits until the work is ours, and says under which lease; none where nobody shares it.
    async fn ours(&self) -> Option<Fence> {
        let leases = self.leases.as_ref()?;
        let mut held = leases.held();
        let epoch = match held.wait_for(|held| held.contains_key(self.work)).await {
            Ok(held) => held.get(self.work).copied(),
            Err(_ended) => None,
        };
        let Some(epoch) = epoch else { return std::future::pending().await };
        Some(Fence { work: self.work.to_owned(), owner: leases.id(), epoch })
    }

    /// Waits until the work is another's, or came to us anew.
    async fn no_longer(&self, fence: Option<&Fence>) {
        if let (Some(leases), Some(fence)) = (&self.leases, fence) {
            let mut held = leases.held();
            let is_other = |held: &Arc<Held>| held.get(self.work) != Some(&fence.epoch);
            if held.wait_for(is_other).await.is_ok() {
                return;
            }
        }
        std::future::pending::<()>().await;
    }
}

#[cfg(test)]
mod tests;
