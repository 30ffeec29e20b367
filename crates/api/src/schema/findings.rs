//! Data-quality findings: what a pathway's history names and does not hold.

use std::sync::Arc;

use async_graphql::{Context, ID, SimpleObject};
use chrono::{DateTime, Utc};
use pathway::{findings::Finding, london};

use super::scalars::failed;
use crate::{
    World,
    desk::{self, Known, aside},
};

/// What a step says that cannot be the whole of it. It never repeats a value.
#[derive(SimpleObject)]
pub struct DataFinding {
    /// Stable code: APPOINTMENT_NOT_BOOKED, OFFER_NOT_MADE, ADMISSION_NOT_RECORDED, TEST_NOT_REQUESTED,
    /// MEDICINE_NOT_ORDERED, LETTER_NOT_SENT, ACTION_NOT_REQUESTED, QUERY_NOT_RECEIVED,
    /// NEXT_STEP_NOT_ASSIGNED, EVENT_NOT_HELD, STOP_BEFORE_START, START_BEFORE_LAST_STOP,
    /// START_AFTER_CENSUS (after the day of the moment that is asked), IDENTIFIER_HELD_BY_ANOTHER, IDENTIFIER_NOT_HELD, CAME_BY_OTHERS_IDENTIFIER.
    code: &'static str,
    /// The field of the step; `pathway`: what it was sent by.
    field: &'static str,
    /// What is found and what would mend it.
    message: &'static str,
    /// The step.
    event_id: ID,
    /// When we were told of the step, or of the correction by which it stands so.
    since: DateTime<Utc>,
}

impl From<Finding> for DataFinding {
    fn from(found: Finding) -> Self {
        Self {
            code: found.code.name(),
            field: found.field,
            message: found.code.sentence(),
            event_id: found.event_id.0.into(),
            since: found.since,
        }
    }
}

/// What is found on a pathway, as known at a moment: first about what its steps name, then about its
/// identifiers.
pub(super) async fn of_pathway(
    ctx: &Context<'_>,
    known: &Known,
) -> async_graphql::Result<Vec<DataFinding>> {
    let world = ctx.data::<World>()?;
    let history = Arc::clone(&known.history);
    let steps = history.entries().len();
    // The stream is read once more for its identifiers, and each of these has a stream of its own.
    desk::charge_reading(ctx, 2 * steps).await?;
    let clock = known.clock(&world.rules).await?;
    let census = london::date_of(known.at.unwrap_or_else(|| world.now()));
    let named = move || pathway::findings::findings(&history, &clock, census);
    let named = aside(steps, named).await?;
    let asked = world.recorder.identifier_findings(known.id, known.at).await;
    Ok(named.into_iter().chain(asked.map_err(failed)?).map(DataFinding::from).collect())
}
