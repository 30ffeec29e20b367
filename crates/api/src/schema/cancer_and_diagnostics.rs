//! Waits for a cancer diagnosis or treatment, and for tests: the clocks of a pathway with their why,
//! and the figures of a month or a day, each beside what was asked for and open to its pathways.

mod clocks;
mod figures;
mod listed;

pub use clocks::{StandardClock, StandardClocks, StandardMove, StandardRule};
pub use figures::{CancerFigure, CancerPart, CancerWaits, DiagnosticGroup, DiagnosticWaits};
pub use listed::{CancerWait, ClockMovedBy, Judged, TestWait, TestsOf};

use ::cancer_and_diagnostics::{CancerAsk, DiagnosticAsk};
use async_graphql::{Context, Enum, Object};
use pathway::cancer_and_diagnostics::Standard;
use steps::OdsCode;

use super::{
    days::{day_of, month_of},
    scalars::{Date, LogPosition, bad_input},
};
use crate::{World, desk, identity, world::unread};

/// A standard of cancer waiting times.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum CancerStandard {
    /// Told of a cancer, or that it is ruled out, within 28 days of the referral.
    #[graphql(name = "CANCER_28_DAY")]
    Told,
    /// Treated within 31 days of the decision, the first time and later.
    #[graphql(name = "CANCER_31_DAY")]
    TreatedFromDecision,
    /// First treated within 62 days of the referral or the upgrade.
    #[graphql(name = "CANCER_62_DAY")]
    TreatedFromReferral,
}

/// What a list of tests is divided by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum DiagnosticGroupBy {
    /// Nothing: one group.
    Total,
    /// Which of the fifteen tests.
    Test,
    /// Who does the test.
    Provider,
    /// Who pays.
    Commissioner,
}

/// The reads of cancer waits and of waits for tests.
#[derive(Default)]
pub struct CancerAndDiagnosticsQuery;

#[Object]
impl CancerAndDiagnosticsQuery {
    /// The cancer waits that ended in a month, 2026-01, of all providers or one: how many, how many
    /// within the standard, and the share that was asked for. For staff and auditors.
    async fn cancer_waits(
        &self,
        ctx: &Context<'_>,
        month: String,
        provider: Option<String>,
        standard: Option<CancerStandard>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<CancerWaits> {
        identity::may_see_figures(ctx)?;
        let world = ctx.data::<World>()?;
        let ask = CancerAsk {
            month: month_of(world, &month)?,
            provider: provider.map(|code| organisation(&code)).transpose()?,
            standard: standard.map(Standard::from),
        };
        world.wait(&world.cancer_and_diagnostics, at_least.map(|at| at.0)).await?;
        desk::charge_survey(ctx, 1).await?;
        let asked = ask.clone();
        let read = world.cancer_and_diagnostics.read(move |conn| Ok(asked.figures(conn)));
        let found = read.await.map_err(unread)?.map_err(super::scalars::failed)?;
        Ok(CancerWaits::of(&world.rules.standards, &ask, &found))
    }

    /// Who waits for a test of the diagnostics return at the end of a day (left out: today): how
    /// many, how many for six weeks or more, and the share that was asked for. For staff and auditors.
    async fn diagnostic_waits(
        &self,
        ctx: &Context<'_>,
        on: Option<Date>,
        provider: Option<String>,
        #[graphql(default_with = "DiagnosticGroupBy::Total")] group_by: DiagnosticGroupBy,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<DiagnosticWaits> {
        identity::may_see_figures(ctx)?;
        let world = ctx.data::<World>()?;
        let ask = DiagnosticAsk {
            on: day_of(world, on)?,
            provider: provider.map(|code| organisation(&code)).transpose()?,
            group_by: group_by.into(),
        };
        world.wait(&world.cancer_and_diagnostics, at_least.map(|at| at.0)).await?;
        desk::charge_survey(ctx, 1).await?;
        let asked = ask.clone();
        let read = world.cancer_and_diagnostics.read(move |conn| Ok(asked.figures(conn)));
        let found = read.await.map_err(unread)?.map_err(super::scalars::failed)?;
        Ok(DiagnosticWaits::of(&world.rules.standards, &ask, found))
    }
}

fn organisation(raw: &str) -> async_graphql::Result<OdsCode> {
    raw.parse().map_err(|bad| bad_input(format!("`provider`: {bad}")))
}

impl From<CancerStandard> for Standard {
    fn from(standard: CancerStandard) -> Self {
        match standard {
            CancerStandard::Told => Self::Cancer28Day,
            CancerStandard::TreatedFromDecision => Self::Cancer31Day,
            CancerStandard::TreatedFromReferral => Self::Cancer62Day,
        }
    }
}

impl From<DiagnosticGroupBy> for ::cancer_and_diagnostics::GroupBy {
    fn from(group_by: DiagnosticGroupBy) -> Self {
        match group_by {
            DiagnosticGroupBy::Total => Self::Total,
            DiagnosticGroupBy::Test => Self::Test,
            DiagnosticGroupBy::Provider => Self::Provider,
            DiagnosticGroupBy::Commissioner => Self::Commissioner,
        }
    }
}
