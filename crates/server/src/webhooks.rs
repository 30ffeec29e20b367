//! Alerts out: each alarm, as an event of `CloudEvents`, to every endpoint that the settings name.
//!
//! The log is the queue: an endpoint has a place in it, and what stands after that place is still to be
//! sent, so that a crash loses nothing and may send one alert twice, under the same id. Alerts go to an
//! endpoint in order, one at a time; one that is not taken is tried again, after pauses that grow, until
//! it is given up, kept and listed. No endpoint waits for another.
//!
//! Read in this order: `endpoint`, `signing`, `sending`, `shelf`.

mod endpoint;
mod sending;
mod shelf;
mod signing;

#[cfg(test)]
mod tests;

use std::{sync::Arc, time::Duration};

use api::Alert;
use cabinet::{Dead, Fence, Shelf};
use chrono::{DateTime, TimeDelta, Utc};
use event_store::Position;
use projector::ViewReader;
use recorder::Recorder;
use tokio_util::{sync::CancellationToken, task::TaskTracker};

pub(crate) use self::{
    endpoint::{Endpoint, EndpointText},
    shelf::GivenUp,
};
use crate::{edge, log::LogNow, trouble::Trouble};

/// Events of the log looked through at once.
const PAGE_EVENTS: usize = 1_000;

/// An alert is not given up before so many attempts, however old it is.
const ATTEMPTS_LEAST: u32 = 3;

/// How often it is looked for alerts to send again.
const AGAIN: Duration = Duration::from_secs(1);

/// Sends alerts to endpoints.
#[derive(Clone)]
pub(crate) struct Webhooks {
    pub(crate) recorder: Recorder,
    /// Tells that the log went on.
    pub(crate) news: ViewReader,
    pub(crate) shelf: Arc<dyn Shelf>,
    /// The lease under which it sends; none where there is one server.
    pub(crate) fence: Option<Fence>,
    /// Where it says what is wrong with the alerts that are kept.
    pub(crate) trouble: Trouble,
}

/// How one delivery ended.
enum Delivered {
    Taken,
    GivenUp { attempts: u32, why: String },
}

impl Webhooks {
    /// The same, keeping how far it came under a lease.
    pub(crate) fn under(&self, fence: Option<Fence>) -> Self {
        Self { fence, ..self.clone() }
    }

    /// Takes the place of each endpoint back to where the log, as it is now, has an event; whether one
    /// was taken back.
    pub(crate) async fn take_back(
        &self,
        endpoints: &[Endpoint],
        log: &LogNow<'_>,
    ) -> anyhow::Result<bool> {
        let mut taken_back = false;
        for endpoint in endpoints {
            let Some(told) = self.shelf.position(&endpoint.name)? else { continue };
            let stands = log.last_at_or_before(told).await?;
            if stands != told {
                self.shelf.reached(&endpoint.name, stands, None)?;
                taken_back = true;
            }
        }
        Ok(taken_back)
    }

    /// Sends to every endpoint until told to stop, wherever it is.
    pub(crate) async fn run(self, endpoints: Vec<Endpoint>, shutdown: CancellationToken) {
        let tasks = TaskTracker::new();
        for endpoint in endpoints {
            let (webhooks, stopped) = (self.clone(), shutdown.clone());
            tasks.spawn(async move {
                tokio::select! {
                    () = stopped.cancelled() => {}
                    () = webhooks.send_on(&endpoint) => {}
                }
            });
        }
        tasks.close();
        tasks.wait().await;
    }

    /// Sends, and after a failure of ours goes on where it was.
    async fn send_on(&self, endpoint: &Endpoint) {
        loop {
            if let Err(error) = self.send_all(endpoint).await {
                tracing::error!(
                    endpoint = endpoint.name,
                    error = format!("{error:#}"),
                    "alerts wait"
                );
            }
            tokio::time::sleep(endpoint.pause_most.min(AGAIN * 10)).await;
        }
    }

    async fn send_all(&self, endpoint: &Endpoint) -> anyhow::Result<()> {
        let store = self.recorder.store();
        // An endpoint that is new is told of what comes from now on.
        let mut after = match self.shelf.position(&endpoint.name)? {
            Some(position) => position,
            None => store.head().await?,
        };
        self.reached(endpoint, after)?;
        let mut news = self.news.positions();
        loop {
            while let Some(dead) = self.again(endpoint)? {
                self.send_again(endpoint, &dead).await?;
            }
            let page = store.read_log(after, PAGE_EVENTS).await?;
            for event in &page {
                if let Some(alert) = Alert::of(event) {
                    let ended = self.deliver(endpoint, &alert).await?;
                    self.keep(endpoint, &alert, event.position, ended)?;
                    self.reached(endpoint, event.position)?;
                }
                after = event.position;
            }
            self.reached(endpoint, after)?;
            if page.is_empty() {
                // Nobody rings for an alert that is to be sent again, so it is looked for.
                if let Ok(bell) = tokio::time::timeout(AGAIN, news.changed()).await {
                    bell?;
                }
            }
        }
    }

    fn reached(&self, endpoint: &Endpoint, position: Position) -> anyhow::Result<()> {
        Ok(self.shelf.reached(&endpoint.name, position, self.fence.as_ref())?)
    }

    fn forget(&self, endpoint: &Endpoint, dead: &Dead) -> anyhow::Result<()> {
        Ok(self.shelf.forget(&endpoint.name, dead.id, self.fence.as_ref())?)
    }

    /// What is to be sent again. What cannot be read is told of once and left: new alerts do not wait
    /// for it.
    fn again(&self, endpoint: &Endpoint) -> anyhow::Result<Option<Dead>> {
        let again = self.shelf.next_again(&endpoint.name)?;
        for error in again.damaged {
            count(endpoint, "unreadable");
            let error = format!("{:#}", anyhow::Error::new(error));
            tracing::error!(
                endpoint = endpoint.name,
                error,
                "an alert to send again is unreadable"
            );
        }
        self.trouble.is(self.shelf.trouble()?);
        Ok(again.next)
    }

    /// Tries until the alert is taken, or is too old to be tried on.
    async fn deliver(&self, endpoint: &Endpoint, alert: &Alert) -> anyhow::Result<Delivered> {
        let (mut attempts, mut pause) = (0, endpoint.pause_first);
        loop {
            attempts += 1;
            let Err(failed) = sending::post(endpoint, alert, edge::seconds()).await else {
                count(endpoint, "taken");
                return Ok(Delivered::Taken);
            };
            count(endpoint, "failed");
            tracing::warn!(
                endpoint = endpoint.name,
                attempts,
                why = failed.why,
                "an alert was not taken"
            );
            let old =
                is_older(alert.recorded_at, endpoint.give_up_after) && attempts >= ATTEMPTS_LEAST;
            if failed.for_good || old {
                return Ok(Delivered::GivenUp { attempts, why: failed.why });
            }
            tokio::time::sleep(jittered(pause)?).await;
            pause = (pause * 2).min(endpoint.pause_most);
        }
    }

    fn keep(
        &self,
        endpoint: &Endpoint,
        alert: &Alert,
        position: Position,
        ended: Delivered,
    ) -> anyhow::Result<()> {
        let Delivered::GivenUp { attempts, why } = ended else { return Ok(()) };
        count(endpoint, "given-up");
        let id = uuid::Uuid::parse_str(&alert.id)?;
        let dead = Dead { id, position, attempts, given_up_at: edge::now(), why };
        Ok(self.shelf.bury(&endpoint.name, &dead, self.fence.as_ref())?)
    }

    /// One attempt more at an alert that was given up.
    async fn send_again(&self, endpoint: &Endpoint, dead: &Dead) -> anyhow::Result<()> {
        let there = self.recorder.store().event_at(dead.position).await?;
        let alert = there.filter(|event| event.event.event_id == dead.id);
        let alert = alert.as_ref().and_then(Alert::of);
        let Some(alert) = alert else {
            // The log no longer holds it as an alert: there is nothing to send.
            return self.forget(endpoint, dead);
        };
        match sending::post(endpoint, &alert, edge::seconds()).await {
            Ok(()) => {
                count(endpoint, "taken");
                self.forget(endpoint, dead)
            }
            Err(failed) => {
                count(endpoint, "failed");
                let (attempts, why) = (dead.attempts + 1, failed.why);
                let dead = Dead { attempts, why, given_up_at: edge::now(), ..dead.clone() };
                Ok(self.shelf.bury(&endpoint.name, &dead, self.fence.as_ref())?)
            }
        }
    }
}

fn count(endpoint: &Endpoint, outcome: &'static str) {
    let name = endpoint.name.clone();
    metrics::counter!("waymark_webhooks_total", "endpoint" => name, "outcome" => outcome)
        .increment(1);
}

fn is_older(recorded_at: DateTime<Utc>, than: Duration) -> bool {
    TimeDelta::from_std(than).is_ok_and(|than| edge::now() - recorded_at > than)
}

/// Between half of the pause and the whole, so that many endpoints do not come back at once.
fn jittered(pause: Duration) -> anyhow::Result<Duration> {
    let [chance] = edge::random::<1>()?;
    Ok(pause / 2 + pause / 2 * u32::from(chance) / 255)
}
