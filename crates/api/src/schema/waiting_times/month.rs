//! A month: the parts of the return, and the account that closes it.

use ::waiting_times::{Ask, Closing, Count, Left, Line, Which};
use async_graphql::{Context, Enum, Object};
use pathway::Month;

use super::{
    group::{WaitingGroup, groups_of},
    listed::{WaitingPathway, page_of},
};
use crate::{
    World, desk, identity,
    schema::{page::Page, scalars::Date},
};

/// The parts of the national return for a month.
pub struct RttMonth {
    pub(super) ask: Ask,
    pub(super) month: Month,
}

/// What was on a list at the beginning of a month, what came, what left and why, and what is there.
pub struct MonthAccount {
    ask: Ask,
    month: Month,
    closing: Closing,
}

/// One line of an account.
pub struct AccountLine {
    ask: Ask,
    month: Month,
    key: String,
    line: Line,
    count: u32,
}

/// How a pathway came to a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "::waiting_times::Entered")]
pub enum WayIn {
    /// Its waiting period began.
    Started,
    /// Another provider handed the patient over.
    TransferredIn,
    /// The same provider reports it under another function, commissioner, site, service or clinician.
    ReclassifiedIn,
    /// The patient was put back on the list after a removal.
    Returned,
}

/// How a pathway left a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
pub enum WayOut {
    /// The clock stopped with an admission for treatment (Part 1A).
    StoppedAdmitted,
    /// The clock stopped otherwise (Part 1B).
    StoppedNonAdmitted,
    /// Another provider took the patient over.
    TransferredOut,
    /// The same provider reports it under another function, commissioner, site, service or clinician.
    ReclassifiedOut,
    /// Taken off the list while the clock ticked.
    Removed,
}

impl From<Left> for WayOut {
    fn from(left: Left) -> Self {
        match left {
            Left::StoppedAdmitted => Self::StoppedAdmitted,
            Left::StoppedNonAdmitted => Self::StoppedNonAdmitted,
            Left::TransferredOut => Self::TransferredOut,
            Left::ReclassifiedOut => Self::ReclassifiedOut,
            Left::Removed(_) => Self::Removed,
        }
    }
}

/// The reason of a removal, as the step has it.
pub(super) fn reason_word(left: Left) -> Option<String> {
    let Left::Removed(reason) = left else { return None };
    serde_json::to_value(reason).ok()?.as_str().map(str::to_owned)
}

impl RttMonth {
    async fn groups(
        &self,
        ctx: &Context<'_>,
        count: Count,
    ) -> async_graphql::Result<Vec<WaitingGroup>> {
        desk::charge_survey(ctx, 1).await?;
        let world = ctx.data::<World>()?;
        let ask = Ask { count, ..self.ask.clone() };
        let groups = groups_of(world, &ask, self.month.last());
        desk::charge(ctx, groups.len()).await?;
        Ok(groups)
    }
}

/// The parts of the national return for a month, as the record has them now.
#[Object]
impl RttMonth {
    /// Its first day.
    async fn first_day(&self) -> Date {
        Date(self.month.first())
    }
    /// Its last day, on which the list is counted.
    async fn last_day(&self) -> Date {
        Date(self.month.last())
    }
    /// Completed in the month with an admission.
    #[graphql(name = "part1A")]
    async fn part_1a(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<WaitingGroup>> {
        self.groups(ctx, Count::Completed { month: self.month, admitted: true }).await
    }
    /// Completed in the month without one.
    #[graphql(name = "part1B")]
    async fn part_1b(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<WaitingGroup>> {
        self.groups(ctx, Count::Completed { month: self.month, admitted: false }).await
    }
    /// Waiting at the end of the month.
    async fn part2(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<WaitingGroup>> {
        self.groups(ctx, Count::Waiting(self.month.last())).await
    }
    /// Those of them for whom admission had been decided.
    #[graphql(name = "part2A")]
    async fn part_2a(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<WaitingGroup>> {
        self.groups(ctx, Count::WaitingForAdmission(self.month.last())).await
    }
    /// Waiting periods that began in the month: a count without bands.
    async fn part3(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<WaitingGroup>> {
        self.groups(ctx, Count::Started(self.month)).await
    }
    /// The account of each group: opening, what came, less what left, is closing.
    async fn accounts(&self, ctx: &Context<'_>) -> async_graphql::Result<Vec<MonthAccount>> {
        desk::charge_survey(ctx, 1).await?;
        let world = ctx.data::<World>()?;
        let closed = world.waiting_times.closing(&self.ask, self.month);
        desk::charge(ctx, closed.iter().map(|one| 1 + one.lines.len()).sum()).await?;
        let closed = closed.into_iter();
        let of = |closing| MonthAccount { ask: self.ask.clone(), month: self.month, closing };
        Ok(closed.map(of).collect())
    }
}

/// What was on a list at the beginning of a month, what came, what left and why, and what is there.
/// Unknown starts are counted too.
#[Object]
impl MonthAccount {
    /// The group.
    async fn key(&self) -> &str {
        &self.closing.key
    }
    /// On the list at the end of the month before.
    async fn opening(&self) -> u32 {
        self.closing.opening
    }
    /// What came and what left, each line that is not nought.
    async fn lines(&self) -> Vec<AccountLine> {
        let line = |(line, count): &(Line, u32)| AccountLine {
            ask: self.ask.clone(),
            month: self.month,
            key: self.closing.key.clone(),
            line: *line,
            count: *count,
        };
        self.closing.lines.iter().map(line).collect()
    }
    /// On the list at the end of the month.
    async fn closing(&self) -> u32 {
        self.closing.closing
    }
    /// Opening, and what came, less what left, less closing: nought, or the account does not close.
    async fn left_over(&self) -> i64 {
        self.closing.left_over()
    }
}

/// One line of an account.
#[Object]
impl AccountLine {
    /// The way in; null of a way out.
    async fn entered(&self) -> Option<WayIn> {
        if let Line::Entered(how) = self.line { Some(how.into()) } else { None }
    }
    /// The way out; null of a way in.
    async fn left(&self) -> Option<WayOut> {
        if let Line::Left(how) = self.line { Some(how.into()) } else { None }
    }
    /// Why they were taken off the list while the clock ticked; NOT_GIVEN has a line of its own.
    async fn removal_reason(&self) -> Option<String> {
        if let Line::Left(how) = self.line { reason_word(how) } else { None }
    }
    /// How many.
    async fn count(&self) -> u32 {
        self.count
    }
    /// The pathways that it counts. For staff and auditors.
    async fn pathways(
        &self,
        ctx: &Context<'_>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
    ) -> async_graphql::Result<Page<WaitingPathway>> {
        identity::not_a_patient(ctx)?;
        let ask = Ask { count: self.line.count(self.month), ..self.ask.clone() };
        let which = (Which::Counted, self.month.last());
        page_of(ctx, &ask, &self.key, which, (first, after)).await
    }
}
