//! Work passed from one side to the other: each piece, and how many.

use ::interface::{
    Connection, Listed, Work, WorkAsk, WorkCount, WorkStanding, word_of, work, work_counts,
};
use async_graphql::{Context, Enum, ID, Object, SimpleObject};
use steps::PathwayId;

use super::{SURVEYS, coded, organisation, read, span};
use crate::{
    World, desk, identity,
    schema::{
        page::{Page, PageAsk},
        scalars::{LogPosition, Moment},
    },
};

/// What became of a piece of work.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Enum)]
#[graphql(remote = "::interface::WorkStanding")]
pub enum PassedWorkStanding {
    /// Nobody has said whether they take it.
    Unanswered,
    /// Taken.
    Accepted,
    /// Returned to who sent it, or declined: it is the sender's again.
    Returned,
}

/// A piece of work that one side asks of the other.
pub struct PassedWork {
    stream: PathwayId,
    work: Work,
}

impl PassedWork {
    pub(super) fn of(listed: Listed<Work>) -> Self {
        Self { stream: listed.stream, work: listed.item }
    }

    pub(super) fn work(&self) -> &Work {
        &self.work
    }
}

/// A piece of work that one side asks of the other.
#[Object]
impl PassedWork {
    /// Its id.
    async fn action_id(&self) -> &str {
        self.work.action_id.as_str()
    }
    /// The pathway that tells of it.
    async fn recorded_on(&self) -> ID {
        self.stream.0.into()
    }
    /// What kind of work, PRESCRIBE.
    async fn category(&self) -> String {
        word_of(self.work.category)
    }
    /// Who asks: a code, or the name of a private provider that has none.
    async fn sender(&self) -> &str {
        &self.work.sender
    }
    /// Who is asked.
    async fn asked(&self) -> &str {
        self.work.asked.as_str()
    }
    /// Whether a private provider asks.
    async fn private(&self) -> bool {
        self.work.private
    }
    /// When it was asked for; of work returned that was never recorded as asked for, the return.
    async fn requested_at(&self) -> Moment {
        Moment(self.work.requested_at)
    }
    /// When it is due.
    async fn due(&self) -> Option<Moment> {
        self.work.due.map(Moment)
    }
    /// What became of it.
    async fn standing(&self) -> PassedWorkStanding {
        self.work.standing.into()
    }
    /// When that was said.
    async fn answered_at(&self) -> Option<Moment> {
        self.work.answered_at.map(Moment)
    }
    /// Why it was returned, OUTSIDE_CORE_CONTRACT.
    async fn reasons(&self) -> Vec<String> {
        self.work.reasons.iter().map(word_of).collect()
    }
    /// When the patient was told who does it now.
    async fn patient_told_at(&self) -> Option<Moment> {
        self.work.patient_told_at.map(Moment)
    }
    /// The step that asks.
    async fn opened_in(&self) -> ID {
        self.work.opened.0.into()
    }
}

/// The work of one kind that a sender asked for in a month.
#[derive(SimpleObject)]
pub struct PassedWorkCount {
    /// The month, 2026-01.
    month: String,
    /// Whether a private provider asked.
    private: bool,
    /// What kind of work.
    category: String,
    /// Who asked.
    sender: String,
    /// How many pieces were asked for.
    requested: u64,
    /// Of them, not answered.
    unanswered: u64,
    /// Taken.
    accepted: u64,
    /// Returned or declined.
    returned: u64,
}

impl From<WorkCount> for PassedWorkCount {
    fn from(line: WorkCount) -> Self {
        let of = |standing| line.standing.get(&standing).copied().unwrap_or_default();
        Self {
            month: line.month.to_string(),
            private: line.private,
            category: word_of(line.category),
            requested: line.requested,
            unanswered: of(WorkStanding::Unanswered),
            accepted: of(WorkStanding::Accepted),
            returned: of(WorkStanding::Returned),
            sender: line.sender,
        }
    }
}

/// The reads of work.
#[derive(Default)]
pub struct WorkQuery;

#[Object]
impl WorkQuery {
    /// The work that one side asked of the other in some months, by when it was asked for. For staff and
    /// auditors.
    async fn passed_work(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first month, 2026-01.")] from: String,
        #[graphql(desc = "The last month; left out: the first.")] to: Option<String>,
        #[graphql(desc = "A code, or the name of a private provider without one.")] sender: Option<
            String,
        >,
        #[graphql(desc = "The organisation that is asked.")] asked: Option<String>,
        #[graphql(desc = "As steps have it, PRESCRIBE.")] category: Option<String>,
        private: Option<bool>,
        standing: Option<PassedWorkStanding>,
        #[graphql(default = 50)] first: i32,
        after: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Page<PassedWork>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let page = PageAsk::new(first, after)?;
        let ask = WorkAsk {
            months: span(&from, to.as_deref())?,
            sender,
            asked: organisation("asked", asked)?,
            category: coded("category", category, "a kind of work, PRESCRIBE")?,
            private,
            standing: standing.map(WorkStanding::from),
            after: page.cursor()?,
            first: page.to_read(),
        };
        let listed = read(world, at_least, move |conn| work(conn, &ask)).await?;
        desk::charge(ctx, listed.len()).await?;
        let read = page.of_read(listed, |one: &Listed<Work>| one.cursor.to_string());
        Ok(read.map(PassedWork::of))
    }

    /// How much work was asked for in some months, by month, kind and sender, private providers apart,
    /// and what became of it; of an organisation what it asked for or was asked. For staff and auditors.
    async fn passed_work_counts(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The first month, 2026-01.")] from: String,
        #[graphql(desc = "The last month; left out: the first.")] to: Option<String>,
        organisation: Option<String>,
        at_least: Option<LogPosition>,
    ) -> async_graphql::Result<Vec<PassedWorkCount>> {
        identity::not_a_patient(ctx)?;
        let world = ctx.data::<World>()?;
        let (months, who) =
            (span(&from, to.as_deref())?, self::organisation("organisation", organisation)?);
        desk::charge_survey(ctx, SURVEYS).await?;
        let ask = move |conn: &Connection| work_counts(conn, months, who.as_ref());
        let lines = read(world, at_least, ask).await?;
        desk::charge(ctx, lines.len()).await?;
        Ok(lines.into_iter().map(PassedWorkCount::from).collect())
    }
}
