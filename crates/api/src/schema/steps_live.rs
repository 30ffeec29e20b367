//! Following a pathway: every step after a cursor, then live.

use ::history::Line;
use async_graphql::{Context, ID, Subscription};
use futures::{Stream, StreamExt, stream};
use steps::PathwayId;
use tokio::sync::watch;

use super::{
    history::Step,
    scalars::{LogPosition, coded, pathway_id},
};
use crate::{
    World,
    desk::{AllSteps, Asked, Desk},
    identity::{self, Principal},
};
use event_store::{Category, Position, Revision, StreamId};

/// What can be followed of pathways.
#[derive(Default)]
pub struct StepsSubscription;

#[Subscription]
impl StepsSubscription {
    /// The steps of a pathway as they are recorded: those after `after` first (a position that an
    /// answer gave; left out: none), then live.
    async fn steps(
        &self,
        ctx: &Context<'_>,
        pathway_id: ID,
        after: Option<LogPosition>,
    ) -> async_graphql::Result<impl Stream<Item = Step> + use<>> {
        let world = ctx.data::<World>()?.clone();
        let principal = identity::principal(ctx)?.clone();
        let id = self::pathway_id(&pathway_id)?;
        let found = read(&world, &principal, id).await?;
        let recorded = found.ok_or_else(|| coded("NOT_FOUND", "no such pathway"))?;
        let last = recorded.last().map_or(Position::START, |last| last.position);
        let after = after.map_or(last, |after| after.0);
        let news = world.next_steps.positions();
        let following = Following {
            world,
            principal,
            id,
            after,
            news,
            next_revision: Revision(0),
            begun: false,
        };
        Ok(stream::unfold(following, Following::next).map(stream::iter).flatten())
    }
}

/// The steps as they now are: each look has a desk of its own.
async fn read(
    world: &World,
    principal: &Principal,
    id: PathwayId,
) -> async_graphql::Result<Option<AllSteps>> {
    Desk::default().stream(Asked { world, principal, field: "steps" }, id).await
}

struct Following {
    world: World,
    principal: Principal,
    id: PathwayId,
    after: Position,
    news: watch::Receiver<Position>,
    next_revision: Revision,
    begun: bool,
}

impl Following {
    /// Waits until the stream of this pathway is longer; `None`: the server stops, or cannot read it.
    async fn wait(&mut self) -> Option<()> {
        let stream = StreamId::new(Category::Pathway, self.id.0);
        loop {
            self.news.changed().await.ok()?;
            let store = self.world.recorder.store();
            let more = store.read_stream(stream, self.next_revision, 1).await.ok()?;
            if !more.is_empty() {
                return Some(());
            }
        }
    }

    /// The lines after the last one; waits for the log to move when there are none.
    async fn next(mut self) -> Option<(Vec<Step>, Self)> {
        if self.begun {
            self.wait().await?;
        }
        self.begun = true;
        let recorded = read(&self.world, &self.principal, self.id).await.ok()??;
        self.next_revision = Revision(recorded.len() as u64);
        let mut lines: Vec<Line> = ::history::timeline(self.id, recorded.to_vec());
        lines.retain(|line| line.recorded.position > self.after);
        lines.retain(|line| self.principal.may_read(line.recorded.told.step.kind()));
        lines.sort_by_key(|line| line.recorded.position);
        self.after = lines.last().map_or(self.after, |line| line.recorded.position);
        Some((lines.into_iter().map(Step).collect(), self))
    }
}
