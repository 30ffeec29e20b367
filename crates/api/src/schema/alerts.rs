//! Alerts as they are raised and settled, and those that an endpoint did not take.

use async_graphql::{Context, ID, Object, SimpleObject, Subscription};
use chrono::{DateTime, Utc};
use event_store::Position;
use futures::{Stream, StreamExt, stream};
use steps::OdsCode;
use tokio::sync::watch;
use uuid::Uuid;

use super::scalars::{LogPosition, bad_input, coded, failed};
use crate::{
    World,
    alerts::{Alert, DeadAlert},
    desk,
    identity::{self, Standing},
    world::unread_log,
};

/// Events of the log looked through at once.
const PAGE_EVENTS: usize = 1_000;

/// What can be followed of alerts.
#[derive(Default)]
pub struct AlertsSubscription;

#[Subscription]
impl AlertsSubscription {
    /// Alarms as they are raised and settled: those after `after` first (a position that an alert or an
    /// answer gave; left out: none), then live; of one organisation alone where named. For staff and
    /// auditors.
    async fn alerts(
        &self,
        ctx: &Context<'_>,
        after: Option<LogPosition>,
        organisation: Option<String>,
    ) -> async_graphql::Result<impl Stream<Item = Alert> + use<>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        let organisation: Option<OdsCode> = organisation
            .map(|raw| raw.parse())
            .transpose()
            .map_err(|bad| bad_input(format!("`organisation`: {bad}")))?;
        // Steps that are in the view are in the log, so following it is a bell for the log.
        let news = world.safety_net.positions();
        let after = match after {
            Some(after) => cursor(&world, after.0).await?,
            None => world.recorder.store().head().await.map_err(unread_log)?,
        };
        let following = Following { world, after, organisation, news };
        Ok(stream::unfold(following, Following::next).map(stream::iter).flatten())
    }
}

/// A cursor that a client gave: a position from another log, or from one that was put back since, is told.
async fn cursor(world: &World, after: Position) -> async_graphql::Result<Position> {
    let found = world.recorder.store().event_at(after).await.map_err(unread_log)?;
    if after == Position::START || found.is_some() {
        return Ok(after);
    }
    Err(bad_input(
        "`after` is no position of this log: expected one that an alert or an answer gave",
    ))
}

struct Following {
    world: World,
    after: Position,
    organisation: Option<OdsCode>,
    news: watch::Receiver<Position>,
}

impl Following {
    /// The alerts of the next page of the log; waits while there is none. `None`: the server stops.
    async fn next(mut self) -> Option<(Vec<Alert>, Self)> {
        loop {
            let page = self.world.recorder.store().read_log(self.after, PAGE_EVENTS).await.ok()?;
            let Some(last) = page.last() else {
                self.news.changed().await.ok()?;
                continue;
            };
            self.after = last.position;
            let alerts: Vec<Alert> =
                page.iter().filter_map(Alert::of).filter(|alert| self.is_asked(alert)).collect();
            if !alerts.is_empty() {
                return Some((alerts, self));
            }
        }
    }

    fn is_asked(&self, alert: &Alert) -> bool {
        let asked = self.organisation.as_ref().map(OdsCode::as_str);
        asked.is_none_or(|asked| alert.organisation.as_deref() == Some(asked))
    }
}

/// An alert that an endpoint did not take.
#[derive(SimpleObject)]
pub struct UndeliveredAlert {
    /// The endpoint, by its name in the settings of the server.
    endpoint: String,
    /// The alert.
    id: ID,
    /// How often it was tried.
    attempts: u32,
    /// When it was given up.
    given_up_at: DateTime<Utc>,
    /// Why.
    why: String,
}

impl From<DeadAlert> for UndeliveredAlert {
    fn from(dead: DeadAlert) -> Self {
        Self {
            endpoint: dead.endpoint,
            id: dead.id.into(),
            attempts: dead.attempts,
            given_up_at: dead.given_up_at,
            why: dead.why,
        }
    }
}

/// The reads of alerts.
#[derive(Default)]
pub struct AlertsQuery;

#[Object]
impl AlertsQuery {
    /// The alerts that an endpoint did not take and that are no longer tried, the oldest first; at most
    /// 1,000. For staff and auditors.
    async fn undelivered_alerts(
        &self,
        ctx: &Context<'_>,
    ) -> async_graphql::Result<Vec<UndeliveredAlert>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let Some(deliveries) = &world.deliveries else { return Ok(Vec::new()) };
        let dead = deliveries.dead().map_err(failed)?;
        desk::charge(ctx, dead.len()).await?;
        Ok(dead.into_iter().map(UndeliveredAlert::from).collect())
    }
}

/// What can be done about alerts.
#[derive(Default)]
pub struct AlertsMutation;

#[Object]
impl AlertsMutation {
    /// Sends alerts that were given up once more: of one endpoint or one alert where named, else all.
    /// How many will be sent. For staff.
    async fn retry_alerts(
        &self,
        ctx: &Context<'_>,
        endpoint: Option<String>,
        id: Option<ID>,
    ) -> async_graphql::Result<i32> {
        if identity::principal(ctx)?.standing != Standing::Staff {
            return Err(coded("FORBIDDEN", "alerts are sent again by staff"));
        }
        let id = id.map(|id| Uuid::parse_str(&id)).transpose();
        let id = id.map_err(|_malformed| bad_input("`id` is malformed: expected a UUID"))?;
        let world = ctx.data::<World>()?;
        let Some(deliveries) = &world.deliveries else { return Ok(0) };
        let again = deliveries.retry(endpoint.as_deref(), id).map_err(failed)?;
        Ok(i32::try_from(again).unwrap_or(i32::MAX))
    }
}
