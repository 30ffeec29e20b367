//! The alarms that were raised on pathways.

use ::safety_net::{AlarmAsk, Listed, Raised};
use async_graphql::{Context, ID, Object};
use chrono::{DateTime, Utc};
use steps::{OdsCode, PathwayId};

use super::{AlarmRecipient, page_of, read};
use crate::{
    World, desk,
    schema::page::{Page, PageAsk},
};

/// An alarm that was raised, and what settled it.
pub struct Alarm {
    pathway_id: PathwayId,
    one: Raised,
}

/// An alarm that was raised, and what settled it.
#[Object]
impl Alarm {
    /// The event that raised it: also the id of its webhook.
    async fn id(&self) -> ID {
        self.one.event_id.0.into()
    }
    /// The pathway.
    async fn pathway_id(&self) -> ID {
        self.pathway_id.0.into()
    }
    /// OBLIGATION: a promise was not kept; EXPECTED_EVENT: what should have followed did not; RESEND:
    /// what went by a way that does not count is to be sent again.
    async fn kind(&self) -> &'static str {
        self.one.kind.code()
    }
    /// The rule.
    async fn rule(&self) -> &str {
        self.one.rule.as_str()
    }
    /// The version of its pack or rules that judged it.
    async fn rule_version(&self) -> Option<&str> {
        self.one.version.as_deref()
    }
    /// The step that should have been followed.
    async fn trigger(&self) -> Option<ID> {
        self.one.trigger.map(|trigger| trigger.0.into())
    }
    /// The organisation that answers for it or is told.
    async fn organisation(&self) -> Option<&str> {
        self.one.organisation.as_ref().map(OdsCode::as_str)
    }
    /// Who is told beyond who should have acted.
    async fn alarm_to(&self) -> Option<AlarmRecipient> {
        self.one.alarm_to.map(Into::into)
    }
    /// From when on it was overdue.
    async fn since(&self) -> DateTime<Utc> {
        self.one.since
    }
    /// From when on it is settled; null: it is not. When the system knew either stands in the history.
    async fn resolved_at(&self) -> Option<DateTime<Utc>> {
        self.one.resolved.map(|(at, ..)| at)
    }
    /// How: IN_TIME and told late, LATE, or NO_LONGER_DUE.
    async fn outcome(&self) -> Option<&'static str> {
        self.one.resolved.map(|(_, outcome, _)| ::safety_net::outcome_code(outcome))
    }
    /// The step that settled it.
    async fn resolved_by(&self) -> Option<ID> {
        self.one.resolved.and_then(|(.., by)| by).map(|by| by.0.into())
    }
}

/// A page of alarms.
pub(super) async fn raised(
    ctx: &Context<'_>,
    page: &PageAsk,
    ask: AlarmAsk,
) -> async_graphql::Result<Page<Alarm>> {
    let world = ctx.data::<World>()?;
    let read = read(world, move |conn| ::safety_net::alarms(conn, &ask)).await?;
    desk::charge(ctx, read.len()).await?;
    let alarm = |one: Listed<Raised>| Alarm { pathway_id: one.pathway_id, one: one.node };
    Ok(page_of(page, read, alarm))
}
