//! What servers over one database share: the views, and the work that one of them does for all.

use std::{future::Future, pin::pin, sync::Arc};

use anyhow::Context;
use leases::{Leases, Standing};
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
    let Some(database) = &cellar.database else {
        return Ok((Keeping::Files(cellar.data_dir.clone()), None));
    };
    let connect = connect(&database.address);
    let all = views.all();
    let works = all.iter().map(|view| view.name()).chain(WORKS).map(str::to_owned);
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
    /// Does the work whenever it is ours, until it is shut down. `begin` is told when to end.
    pub(crate) async fn whenever_ours<F: Future<Output = ()>>(
        self,
        shutdown: CancellationToken,
        begin: impl Fn(CancellationToken) -> F,
    ) {
        while !shutdown.is_cancelled() {
            tokio::select! {
                () = shutdown.cancelled() => return,
                () = self.until(true) => {}
            }
            let stop = shutdown.child_token();
            let mut work = pin!(begin(stop.clone()));
            tokio::select! {
                () = &mut work => {}
                () = self.until(false) => {
                    stop.cancel();
                    work.await;
                }
            }
        }
    }

    /// Waits until the work is ours, or is not.
    async fn until(&self, ours: bool) {
        let came = match &self.leases {
            None => ours,
            Some(leases) => {
                let mut held = leases.held();
                held.wait_for(|held| held.contains_key(self.work) == ours).await.is_ok()
            }
        };
        if !came {
            std::future::pending::<()>().await;
        }
    }
}
