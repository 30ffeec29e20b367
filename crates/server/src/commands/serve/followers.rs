//! What follows the log and the clock beside the requests: begun together, ended together.

use std::{sync::Arc, time::Duration};

use api::Deliveries;
use cabinet::{Cabinet, Drawer};
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::{
    config::Settings,
    deadlines::{self, Deadlines, MOST_A_TICK},
    house::{House, Share},
    log::LogNow,
    reactor::{self, Reactor},
    webhooks::{Endpoint, GivenUp, Webhooks},
};

/// What is said where the log's places are taken back, and its positions are as many as its events.
const SHORTER: &str = "the log is shorter than it was: what was recorded after its end is gone, and can be sent \
    again with the same command ids";

/// The same where nobody can tell a shorter log from another.
const ANOTHER: &str = "no event stands where followers of the log had come to, so they go on from the one \
    before: where a backup was put in its place, what was recorded since is gone, and can be sent again \
    with the same command ids";

/// The followers of a house, at work.
pub(super) struct Followers(Vec<(&'static str, JoinHandle<()>)>);

/// Reads where alerts are sent, and lets the resolvers reach what is kept of them.
pub(super) fn webhooks(
    settings: &Settings,
    house: &mut House,
    cabinet: &Cabinet,
) -> anyhow::Result<(Webhooks, Vec<Endpoint>)> {
    let endpoints = Endpoint::read_all(&settings.webhooks)?;
    let shelf = Arc::clone(&cabinet.shelf);
    house.world.deliveries = Some(Arc::new(GivenUp(Arc::clone(&shelf))) as Arc<dyn Deliveries>);
    let recorder = house.cellar.recorder.clone();
    let (news, trouble) = (house.world.safety_net.clone(), house.troubles.alerts.clone());
    Ok((Webhooks { recorder, news, shelf, fence: None, trouble }, endpoints))
}

/// Takes every place in the log back to its end, where it is shorter than it was: a backup was put in its
/// place, or the disk lost its last writes. Else what is recorded next would be passed over. So too where
/// the log went on since and no event stands at the place any more.
pub(super) async fn take_back(
    house: &House,
    cabinet: &Cabinet,
    (webhooks, endpoints): &(Webhooks, Vec<Endpoint>),
) -> anyhow::Result<()> {
    let log = LogNow::of(&*house.cellar.store).await?;
    let reactor = Drawer::new(&cabinet.places, reactor::PLACE);
    let deadlines = Drawer::new(&cabinet.places, deadlines::PLACE);
    let mut taken_back = reactor::take_back(&reactor, &log).await?;
    taken_back |= deadlines::take_back(&deadlines, &log).await?;
    taken_back |= webhooks.take_back(endpoints, &log).await?;
    if taken_back {
        let dense = house.cellar.store.capabilities().dense_positions;
        tracing::error!(ends_at = log.end.0, "{}", if dense { SHORTER } else { ANOTHER });
    }
    Ok(())
}

impl Followers {
    /// Begins them all; they end when it is shut down.
    pub(super) fn begin(
        settings: &Settings,
        house: &House,
        cabinet: &Cabinet,
        (webhooks, endpoints): (Webhooks, Vec<Endpoint>),
        shutdown: &CancellationToken,
    ) -> Self {
        let reactor = Reactor {
            recorder: house.cellar.recorder.clone(),
            next_steps: house.world.next_steps.clone(),
            kept: Drawer::new(&cabinet.places, reactor::PLACE),
            trouble: house.troubles.reactor.clone(),
        };
        let deadlines = Deadlines {
            world: house.world.clone(),
            from: settings.deadlines_from,
            kept: Drawer::new(&cabinet.places, deadlines::PLACE),
            most: MOST_A_TICK,
            trouble: house.troubles.deadlines.clone(),
        };
        let (tick, share) = (settings.tick, |work| Share { leases: house.leases.clone(), work });
        let reactor = share("reactor")
            .whenever_ours(shutdown.clone(), move |fence, stop| reactor.under(fence).run(stop));
        let deadlines = share("deadlines").whenever_ours(shutdown.clone(), move |fence, stop| {
            deadlines.under(fence).run(tick, stop)
        });
        let webhooks = share("webhooks").whenever_ours(shutdown.clone(), move |fence, stop| {
            webhooks.under(fence).run(endpoints.clone(), stop)
        });
        Self(vec![
            ("reactor", tokio::spawn(reactor)),
            ("deadlines", tokio::spawn(deadlines)),
            ("webhooks", tokio::spawn(webhooks)),
        ])
    }

    /// Waits for each, so long at most.
    pub(super) async fn end(self, patience: Duration) {
        for (part, follower) in self.0 {
            if !matches!(tokio::time::timeout(patience, follower).await, Ok(Ok(()))) {
                tracing::error!(
                    part,
                    "a part did not end well; what it had begun is done at the next start"
                );
            }
        }
    }
}
