//! What the views hold of some pathways: each asked once for all of them, for most hold nothing that is asked.

use std::collections::{BTreeMap, BTreeSet};

use policy::Obligation;
use projector::{Connection, ViewReader};
use safety_net::{Expected, Raised};
use steps::PathwayId;

use super::Deadlines;

/// Of each pathway what is held, where it is anything.
type Of<T> = BTreeMap<PathwayId, Vec<T>>;

impl Deadlines {
    /// The promises of these pathways.
    pub(super) async fn obligations_of(
        &self,
        pathways: &BTreeSet<PathwayId>,
    ) -> anyhow::Result<Of<Obligation>> {
        let ledger = self.world.ledger.clone();
        let read = move |conn: &Connection, pathway| ledger.obligations_of(conn, pathway);
        read_all(&self.world.compliance, pathways, read).await
    }

    /// What is expected on these pathways.
    pub(super) async fn expected_of(
        &self,
        pathways: &BTreeSet<PathwayId>,
    ) -> anyhow::Result<Of<Expected>> {
        read_all(&self.world.safety_net, pathways, safety_net::expected_of).await
    }

    /// The alarms that were raised on these pathways.
    pub(super) async fn alarms_of(
        &self,
        pathways: &BTreeSet<PathwayId>,
    ) -> anyhow::Result<Of<Raised>> {
        read_all(&self.world.safety_net, pathways, safety_net::alarms_of).await
    }
}

async fn read_all<T: Send + 'static, E: std::error::Error + Send + Sync + 'static>(
    view: &ViewReader,
    pathways: &BTreeSet<PathwayId>,
    read: impl Fn(&Connection, PathwayId) -> Result<Vec<T>, E> + Send + 'static,
) -> anyhow::Result<Of<T>> {
    let pathways = pathways.clone();
    let of_all = move |conn: &Connection| {
        let of_one = |pathway| Ok((pathway, read(conn, pathway)?));
        let read: Result<Of<T>, E> = pathways.into_iter().map(of_one).collect();
        Ok(read)
    };
    let mut held = view.read(of_all).await??;
    held.retain(|_pathway, held| !held.is_empty());
    Ok(held)
}
