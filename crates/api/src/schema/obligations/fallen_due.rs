//! What falls due unkept, as it does.

use std::time::Duration;

use async_graphql::{Context, Subscription};
use chrono::{DateTime, Utc};
use compliance::{FellDueAsk, Listed, PAGE_MAX};
use futures::{Stream, StreamExt, stream};

use super::Obligation;
use crate::{World, identity};

/// What can be followed of promises.
#[derive(Default)]
pub struct ObligationsSubscription;

/// How often it is looked for what fell due.
const DUE_EVERY: Duration = Duration::from_secs(1);

#[Subscription]
impl ObligationsSubscription {
    /// Obligations as they fall due unkept, from `since` (left out: now) on. For staff and auditors.
    async fn obligations_fallen_due(
        &self,
        ctx: &Context<'_>,
        since: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<impl Stream<Item = Obligation> + use<>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?.clone();
        let since = since.unwrap_or_else(|| world.now());
        Ok(stream::unfold((world, since), look).map(stream::iter).flatten())
    }
}

/// What fell due since the last look, page by page. A look that fails is made again from its start.
async fn look(
    (world, since): (World, DateTime<Utc>),
) -> Option<(Vec<Obligation>, (World, DateTime<Utc>))> {
    tokio::time::sleep(DUE_EVERY).await;
    let until = world.now();
    let mut found: Vec<Listed> = Vec::new();
    loop {
        let ask = FellDueAsk { since, until, after: found.last().cloned(), first: PAGE_MAX };
        let ledger = world.ledger.clone();
        let read = world.compliance.read(move |conn| Ok(ledger.fell_due(conn, &ask))).await;
        let Ok(Ok(page)) = read else {
            tracing::warn!("what fell due cannot be read for now");
            return Some((Vec::new(), (world, since)));
        };
        let whole = page.len() < PAGE_MAX as usize;
        found.extend(page);
        if whole {
            let due = found.into_iter().map(|one| Obligation::listed(&world, one)).collect();
            return Some((due, (world, until)));
        }
    }
}
