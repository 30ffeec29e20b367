//! How long people wait: the list on any day and the parts of a month, divided, each figure open down
//! to the pathways.

mod asked;
pub mod group;
pub mod listed;
pub mod month;

use async_graphql::{Context, Enum, Object};

use self::{asked::Asked, group::WaitingList, month::RttMonth};
use super::{
    days::{day_of, month_of},
    scalars::{Date, LogPosition},
};
use crate::{World, desk, identity};

/// What a list is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "::waiting_times::GroupBy")]
pub enum GroupBy {
    /// Nothing: one group.
    Total,
    /// Who reports the wait.
    Provider,
    /// The site.
    Site,
    /// Who pays.
    Commissioner,
    /// The integrated care board of who pays.
    Icb,
    /// The treatment function, as recorded.
    TreatmentFunction,
    /// The function of the national return that it is folded into; UNKNOWN where it has no place.
    ReportingFunction,
    /// Provider and treatment function together, as provider/function.
    ProviderAndFunction,
    /// How urgent the referral is.
    Priority,
    /// The responsible clinician.
    Clinician,
}

/// How percentiles are computed from the week bands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "::waiting_times::PercentileMethod")]
pub enum Method {
    /// As published in 2025-26: interpolation inside the band, shown from 20 pathways on.
    #[graphql(name = "RTT_2025")]
    Rtt2025,
    /// As published in 2014-15: median by rank (N+1)/2, shown from 50 pathways on.
    #[graphql(name = "RTT_2015")]
    Rtt2015,
}

/// Which part of the return a list is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum StockPart {
    /// Everybody who waits.
    #[graphql(name = "PART_2")]
    Part2,
    /// Those of them for whom admission has been decided.
    #[graphql(name = "PART_2A")]
    Part2A,
}

/// The reads of waiting times.
#[derive(Default)]
pub struct WaitingTimesQuery;

#[Object]
impl WaitingTimesQuery {
    /// The waiting list on a day (left out: today). For staff and auditors. Without an ICB or commissioner, non-English
    /// commissioners are left out, as in the published figures.
    async fn waiting_times(
        &self,
        ctx: &Context<'_>,
        on: Option<Date>,
        #[graphql(default_with = "StockPart::Part2")] part: StockPart,
        icb: Option<String>,
        commissioner: Option<String>,
        provider: Option<String>,
        site: Option<String>,
        treatment_function: Option<String>,
        priority: Option<String>,
        clinician: Option<String>,
        #[graphql(default_with = "GroupBy::Total")] group_by: GroupBy,
        #[graphql(default_with = "Method::Rtt2025")] method: Method,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<WaitingList> {
        let world = ready(ctx, at_least).await?;
        let on = day_of(world, on)?;
        let count = match part {
            StockPart::Part2 => ::waiting_times::Count::Waiting(on),
            StockPart::Part2A => ::waiting_times::Count::WaitingForAdmission(on),
        };
        let asked = Asked {
            icb,
            commissioner,
            provider,
            site,
            treatment_function,
            priority,
            clinician,
            group_by,
            method,
            exact: exact_is_asked(ctx),
        };
        desk::charge_survey(ctx, 1).await?;
        let list = WaitingList::of(world, asked.ask(world, count, on)?, on);
        desk::charge(ctx, list.groups.len()).await?;
        Ok(list)
    }

    /// The parts of the national return for a month, 2026-01: what was completed (1A, 1B), who waits at
    /// its end (2, 2A), what began (3), and the account that closes it. For staff and auditors.
    async fn rtt_month(
        &self,
        ctx: &Context<'_>,
        month: String,
        icb: Option<String>,
        commissioner: Option<String>,
        provider: Option<String>,
        site: Option<String>,
        treatment_function: Option<String>,
        priority: Option<String>,
        clinician: Option<String>,
        #[graphql(default_with = "GroupBy::Total")] group_by: GroupBy,
        #[graphql(default_with = "Method::Rtt2025")] method: Method,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<RttMonth> {
        let world = ready(ctx, at_least).await?;
        let month = month_of(world, &month)?;
        let asked = Asked {
            icb,
            commissioner,
            provider,
            site,
            treatment_function,
            priority,
            clinician,
            group_by,
            method,
            exact: false,
        };
        let count = ::waiting_times::Count::Started(month);
        Ok(RttMonth { ask: asked.ask(world, count, month.last())?, month })
    }
}

/// The world, once its lists hold what is asked for.
async fn ready<'a>(
    ctx: &Context<'a>,
    at_least: Option<LogPosition>,
) -> async_graphql::Result<&'a World> {
    identity::may_see_figures(ctx)?;
    let world = ctx.data::<World>()?;
    world.wait(&world.waiting, at_least.map(|at| at.0)).await?;
    Ok(world)
}

/// Whether a percentile of the exact days is among the fields asked for.
fn exact_is_asked(ctx: &Context<'_>) -> bool {
    ctx.look_ahead().field("groups").field("exactDays").exists()
}
