//! One group, one transaction: the lock, what is known, what is to be written, and the commit.

use std::sync::Arc;
use std::time::Duration;

use event_store::{NowMicros, Position};
use futures::future::join;
use tokio_postgres::Client;

use super::insert::insert_and_commit;
use super::look_up::look_up;
use super::plan::{Command, Plan};
use crate::fault::Fault;
use crate::kinds::Kinds;
use crate::queue::Answer;

const BEGIN_APPEND: &str = include_str!("../sql/begin_append.sql");

/// How long each half of a group may take: longer than the database gives a statement of it.
const HALF_MAX: Duration = Duration::from_secs(60);

/// What undoes the whole group.
pub(super) struct Failure {
    pub(super) fault: Fault,
    /// True where the commit was on its way, so that nobody knows.
    pub(super) maybe_committed: bool,
}

/// Nothing was on its way to be committed.
impl From<Fault> for Failure {
    fn from(fault: Fault) -> Self {
        Self { fault, maybe_committed: false }
    }
}

/// A group whose transaction has ended well.
pub(super) struct Written {
    pub(super) answers: Vec<Answer>,
    /// Events that are new.
    pub(super) events: u64,
    /// Where the log ends now; none where nothing was new.
    pub(super) last: Option<Position>,
}

/// What a group is written with.
pub(super) struct Group<'w> {
    pub(super) client: &'w Client,
    pub(super) kinds: &'w Arc<Kinds>,
    pub(super) now: &'w NowMicros,
}

impl Group<'_> {
    /// Answers each command; only what fails the whole group is an error.
    pub(super) async fn write(&self, commands: &[Command<'_>]) -> Result<Written, Failure> {
        let plan = in_time(self.plan(commands)).await.unwrap_or_else(Err)?;
        if plan.is_empty() {
            in_time(self.end()).await.unwrap_or_else(Err)?;
            return Ok(Written { answers: plan.answers, events: 0, last: None });
        }
        let committed = in_time(insert_and_commit(self.client, &plan)).await;
        committed.unwrap_or_else(|fault| Err(Failure { fault, maybe_committed: true }))?;
        let (events, last) = (plan.rows.len() as u64, plan.last());
        self.kinds.keep(plan.kinds);
        Ok(Written { answers: plan.answers, events, last })
    }

    /// Takes the lock and works out what is to be written: one way there and back, for each statement
    /// sees the log as it is once the one before it, the last of which waits for the lock, has ended.
    async fn plan<'g>(&self, commands: &[Command<'g>]) -> Result<Plan<'g>, Fault> {
        let begun = self.client.batch_execute(BEGIN_APPEND);
        let (begun, found) = join(begun, look_up(self.client, self.kinds, commands)).await;
        begun?;
        Ok(Plan::of(commands, found?, (self.now)()))
    }

    /// Ends a transaction that has written nothing.
    async fn end(&self) -> Result<(), Fault> {
        self.client.batch_execute("COMMIT").await?;
        Ok(())
    }
}

async fn in_time<T>(work: impl Future<Output = T>) -> Result<T, Fault> {
    let late = |_elapsed| Fault::new("the database does not answer");
    tokio::time::timeout(HALF_MAX, work).await.map_err(late)
}
