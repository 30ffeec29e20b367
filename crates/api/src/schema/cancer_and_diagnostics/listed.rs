//! The pathways behind a figure, a page at a time.

use ::cancer_and_diagnostics::{
    CancerAsk, DiagnosticAsk, Listed, MovedBy, PageOf, Stopped, StoppedClock, WaitedFor, WaitedTest,
};
use async_graphql::{Context, Enum, ID, SimpleObject};
use steps::PathwayId;

use crate::{
    World, desk, identity,
    schema::{
        page::{Page, PageAsk, bad_cursor},
        scalars::{Date, failed, pathway_id},
    },
    world::unread,
};

/// Which number of a cancer figure a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "Stopped")]
pub enum Judged {
    /// `number`: those that the standard judges.
    #[graphql(name = "NUMBER")]
    Judged,
    /// `within`: those of them within it.
    Within,
    /// The rest of `number`: those that took longer.
    Over,
    /// `unjudged`: those that no standard judges.
    Unjudged,
}

/// Which number of a group of tests a list is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "WaitedFor")]
pub enum TestsOf {
    /// `waiting`: all of them.
    Waiting,
    /// `sixWeeksOrMore`.
    SixWeeksOrMore,
    /// `thirteenWeeksOrMore`.
    ThirteenWeeksOrMore,
}

/// The rule and the step that moved a clock.
#[derive(SimpleObject)]
pub struct ClockMovedBy {
    /// The code of the rule.
    rule: String,
    /// The step.
    event: ID,
}

/// A cancer wait that ended.
#[derive(SimpleObject)]
pub struct CancerWait {
    /// The pathway; `history` and `pathway` tell its steps and its clocks.
    pathway_id: ID,
    /// Which of its cancer clocks this is, from 0.
    clock: u32,
    /// CANCER_28_DAY, CANCER_31_DAY or CANCER_62_DAY.
    standard: &'static str,
    /// A route, CONSULTANT_UPGRADE, FIRST_TREATMENT or SUBSEQUENT_TREATMENT.
    part: String,
    /// What kind of treatment.
    modality: Option<String>,
    /// Who told or treated.
    provider: Option<String>,
    /// Who pays.
    commissioner: Option<String>,
    /// The treatment function.
    treatment_function: Option<String>,
    /// The date it counts from.
    start: Date,
    /// What started it.
    started_by: ClockMovedBy,
    /// The date it ended.
    stop: Date,
    /// What ended it.
    stopped_by: ClockMovedBy,
    /// The days it took, less those taken off; null where it ended before it began.
    days: Option<u32>,
    /// The most days that are within the standard; null where none was in force.
    within_days_max: Option<u32>,
    /// Whether it was within; null where no standard judges it.
    is_within: Option<bool>,
}

/// A test that is waited for.
#[derive(SimpleObject)]
pub struct TestWait {
    /// The pathway; `history` and `pathway` tell its steps and its clocks.
    pathway_id: ID,
    /// Which of the stretches of its tests this is, from 0.
    stretch: u32,
    /// Which of the fifteen tests of the diagnostics return; null: none, or the request does not say.
    test: Option<String>,
    /// What kind of test.
    modality: Option<String>,
    /// Who does the test.
    provider: Option<String>,
    /// Who pays.
    commissioner: Option<String>,
    /// The treatment function.
    treatment_function: Option<String>,
    /// The date it counts from.
    start: Date,
    /// What made it count from there.
    started_by: ClockMovedBy,
    /// Days waited on the day asked.
    days_waited: Option<u32>,
    /// The first day on which it no longer waits from that date; null while it does.
    listed_to: Option<Date>,
}

/// The page of the cancer waits that a number counts.
pub(super) async fn page_of_stopped(
    ctx: &Context<'_>,
    ask: &CancerAsk,
    (part, of): (Option<&str>, Judged),
    (first, after): (i32, Option<String>),
) -> async_graphql::Result<Page<CancerWait>> {
    let (page, wanted) = wanted(ctx, first, after).await?;
    let (ask, part) = (ask.clone(), part.map(str::to_owned));
    let view = &ctx.data::<World>()?.cancer_and_diagnostics;
    let read = view.read(move |conn| Ok(ask.clocks(conn, (part.as_deref(), of.into()), wanted)));
    let listed = read.await.map_err(unread)?.map_err(failed)?;
    desk::charge(ctx, listed.len()).await?;
    let nodes = listed.into_iter().map(CancerWait::from).collect();
    Ok(page.of_read(nodes, |node| format!("{}/{}", node.pathway_id.0, node.clock)))
}

/// The page of the tests that a number counts.
pub(super) async fn page_of_tests(
    ctx: &Context<'_>,
    ask: &DiagnosticAsk,
    (key, of): (&str, TestsOf),
    (first, after): (i32, Option<String>),
) -> async_graphql::Result<Page<TestWait>> {
    let (page, wanted) = wanted(ctx, first, after).await?;
    let (ask, key) = (ask.clone(), key.to_owned());
    let view = &ctx.data::<World>()?.cancer_and_diagnostics;
    let read = view.read(move |conn| Ok(ask.tests(conn, (&key, of.into()), wanted)));
    let listed = read.await.map_err(unread)?.map_err(failed)?;
    desk::charge(ctx, listed.len()).await?;
    let nodes = listed.into_iter().map(TestWait::from).collect();
    Ok(page.of_read(nodes, |node| format!("{}/{}", node.pathway_id.0, node.stretch)))
}

/// The page that may be read: for staff and auditors, and charged as a survey, for it looks at all
/// that the figure looked at.
async fn wanted(
    ctx: &Context<'_>,
    first: i32,
    after: Option<String>,
) -> async_graphql::Result<(PageAsk, PageOf)> {
    identity::not_a_patient(ctx)?;
    let page = PageAsk::new(first, after)?;
    let after = page.after.as_deref().map(cursor_of).transpose()?;
    let first = page.to_read();
    desk::charge_survey(ctx, 1).await?;
    Ok((page, PageOf { after, first }))
}

fn cursor_of(raw: &str) -> async_graphql::Result<(PathwayId, u32)> {
    let (pathway, clock) = raw.split_once('/').ok_or_else(bad_cursor)?;
    let pathway = pathway_id(&ID(pathway.to_owned())).map_err(|_malformed| bad_cursor())?;
    Ok((pathway, clock.parse().map_err(|_malformed| bad_cursor())?))
}

impl From<MovedBy> for ClockMovedBy {
    fn from(moved: MovedBy) -> Self {
        Self { rule: moved.rule, event: moved.event.0.into() }
    }
}

impl From<StoppedClock> for CancerWait {
    fn from(clock: StoppedClock) -> Self {
        let is_within = clock.is_within();
        let Listed { pathway_id, modality, provider, commissioner, function, start, .. } =
            clock.listed;
        Self {
            pathway_id: pathway_id.0.into(),
            clock: clock.listed.clock,
            standard: clock.standard.code(),
            part: clock.part,
            modality,
            provider,
            commissioner,
            treatment_function: function,
            start: Date(start),
            started_by: clock.listed.started_by.into(),
            stop: Date(clock.stop),
            stopped_by: clock.stopped_by.into(),
            days: clock.listed.days,
            within_days_max: clock.within_days_max,
            is_within,
        }
    }
}

impl From<WaitedTest> for TestWait {
    fn from(test: WaitedTest) -> Self {
        let Listed { pathway_id, modality, provider, commissioner, function, start, .. } =
            test.listed;
        Self {
            pathway_id: pathway_id.0.into(),
            stretch: test.listed.clock,
            test: test.test,
            modality,
            provider,
            commissioner,
            treatment_function: function,
            start: Date(start),
            started_by: test.listed.started_by.into(),
            days_waited: test.listed.days,
            listed_to: test.listed_to.map(Date),
        }
    }
}
