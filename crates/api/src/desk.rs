//! What one request has on its desk: what it read and worked out, each once, and what it may still ask.
//!
//! The gate bounds a document; it cannot know how long a history is. So what a request reads of
//! histories, and how many values it is answered with, is charged here before the work is done. A
//! request that asks much waits for a turn, so that others are answered meanwhile.

use std::{
    collections::HashMap,
    hash::Hash,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_graphql::{Context, SelectionField};
use chrono::{DateTime, Utc};
use steps::PathwayId;
use tokio::sync::{OnceCell, OwnedSemaphorePermit, Semaphore};

use crate::{
    World,
    identity::{self, Principal},
    schema::scalars::{coded, failed},
};

mod known;
mod reading;

pub(crate) use known::Known;
pub(crate) use reading::AllSteps;

/// Steps of pathways that one request may read; a pathway at another moment counts again.
pub(crate) const STEPS_MAX: usize = 10_000;

/// Values of lists that one request may be answered with.
pub(crate) const VALUES_MAX: usize = 100_000;

/// Fields that are one value to the document and many to the answer: a step whole, and the week bands.
const MANY_VALUES: [(&str, usize); 2] = [("payload", 20), ("bands", waiting_times::BANDS)];

/// What a count over a whole list is charged as, whatever it answers.
const SURVEY_VALUES: usize = 1_000;

/// Steps, or values, from which a request waits for its turn.
const TURN_FROM_STEPS: usize = 500;
const TURN_FROM_VALUES: usize = 10_000;

/// Steps from which work on a history leaves the thread that answers others.
const ASIDE_FROM_STEPS: usize = 200;

/// How many requests that ask much may run at once. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Turns(Arc<Semaphore>);

impl Turns {
    /// One core is left to those who ask little, where there is more than one.
    pub fn of_cores(cores: usize) -> Self {
        Self(Arc::new(Semaphore::new(cores.saturating_sub(1).max(1))))
    }
}

/// Values that are worked out once, each by whoever asks first.
type Cells<K, V> = Mutex<HashMap<K, Arc<OnceCell<V>>>>;

/// A pathway, as known at a moment or now.
type AtMoment = (PathwayId, Option<DateTime<Utc>>);

/// The desk of one request; it is cleared with it.
#[derive(Default)]
pub(crate) struct Desk {
    steps: AtomicUsize,
    /// Steps read of pathways that turned out to be another's: nobody is told of them.
    strangers: AtomicUsize,
    values: AtomicUsize,
    turn: OnceCell<OwnedSemaphorePermit>,
    /// Held while a stream is read: what one reading is charged stops the next before it begins.
    reading: tokio::sync::Mutex<()>,
    streams: Cells<PathwayId, Option<AllSteps>>,
    known: Cells<AtMoment, Option<Arc<Known>>>,
}

impl Desk {
    /// The desk of the request.
    pub(crate) fn of<'a>(ctx: &Context<'a>) -> async_graphql::Result<&'a Self> {
        ctx.data::<Self>()
    }

    /// A pathway as known at a moment, or `None` where there is none for this caller: another's
    /// pathway and one that does not exist answer alike.
    pub(crate) async fn known(
        &self,
        asked: Asked<'_>,
        id: PathwayId,
        at: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<Option<Arc<Known>>> {
        let cell = cell_of(&self.known, (id, at));
        let known = cell.get_or_try_init(|| async {
            let Some(stream) = self.stream(asked, id).await? else { return Ok(None) };
            if at.is_some() {
                self.charge_steps(asked, stream.len()).await?;
            }
            Known::of(id, stream, at).await
        });
        known.await.cloned()
    }

    /// The whole stream of a pathway, read once a request.
    pub(crate) async fn stream(
        &self,
        asked: Asked<'_>,
        id: PathwayId,
    ) -> async_graphql::Result<Option<AllSteps>> {
        let cell = cell_of(&self.streams, id);
        cell.get_or_try_init(|| self.read(asked, id)).await.cloned()
    }

    /// Counts steps before they are judged.
    pub(crate) async fn charge_steps(
        &self,
        asked: Asked<'_>,
        steps: usize,
    ) -> async_graphql::Result<()> {
        let spent = self.steps.fetch_add(steps, Ordering::Relaxed).saturating_add(steps);
        if spent > STEPS_MAX {
            return Err(too_many_steps(asked.field));
        }
        if spent >= TURN_FROM_STEPS { self.wait_for_turn(asked.world).await } else { Ok(()) }
    }

    /// Counts the values of a list of `length` before it is made: for each item itself and what the
    /// document asks of it.
    pub(crate) async fn charge_list(
        &self,
        ctx: &Context<'_>,
        length: usize,
        below: SelectionField<'_>,
    ) -> async_graphql::Result<()> {
        let values = length.saturating_mul(1 + values_below(below));
        self.charge_values(ctx, values).await
    }

    /// Counts values before they are worked out.
    async fn charge_values(&self, ctx: &Context<'_>, values: usize) -> async_graphql::Result<()> {
        let spent = self.values.fetch_add(values, Ordering::Relaxed).saturating_add(values);
        if spent > VALUES_MAX {
            return Err(too_many_values(ctx.item.node.name.node.as_str()));
        }
        let world = ctx.data::<World>()?;
        if spent >= TURN_FROM_VALUES { self.wait_for_turn(world).await } else { Ok(()) }
    }

    /// Waits until few enough of those who ask much are at work; the turn ends with the request.
    async fn wait_for_turn(&self, world: &World) -> async_graphql::Result<()> {
        let turns = Arc::clone(&world.turns.0);
        self.turn.get_or_try_init(|| turns.acquire_owned()).await.map(drop).map_err(failed)
    }
}

/// Who asks, by which field, of which world.
#[derive(Clone, Copy)]
pub(crate) struct Asked<'a> {
    pub(crate) world: &'a World,
    pub(crate) principal: &'a Principal,
    pub(crate) field: &'a str,
}

impl<'a> Asked<'a> {
    /// As the field of a query asks.
    pub(crate) fn by(
        ctx: &'a Context<'_>,
        principal: &'a Principal,
    ) -> async_graphql::Result<Self> {
        let field = ctx.item.node.name.node.as_str();
        Ok(Self { world: ctx.data::<World>()?, principal, field })
    }
}

/// Charges a list of the field that is being answered.
pub(crate) async fn charge(ctx: &Context<'_>, length: usize) -> async_graphql::Result<()> {
    Desk::of(ctx)?.charge_list(ctx, length, ctx.field()).await
}

/// Charges steps that are read once more, before they are.
pub(crate) async fn charge_reading(ctx: &Context<'_>, steps: usize) -> async_graphql::Result<()> {
    let asked = Asked::by(ctx, identity::principal(ctx)?)?;
    Desk::of(ctx)?.charge_steps(asked, steps).await
}

/// Charges a count over a whole list, before it is made.
pub(crate) async fn charge_survey(ctx: &Context<'_>, surveys: usize) -> async_graphql::Result<()> {
    // What the count answers is a value too.
    Desk::of(ctx)?.charge_values(ctx, surveys.saturating_mul(SURVEY_VALUES + 1)).await
}

fn cell_of<K: Eq + Hash, V>(cells: &Cells<K, V>, key: K) -> Arc<OnceCell<V>> {
    let mut cells = cells.lock().unwrap_or_else(PoisonError::into_inner);
    Arc::clone(cells.entry(key).or_default())
}

/// What the document asks of one item. The gate has bounded it, fragments written out.
fn values_below(field: SelectionField<'_>) -> usize {
    let weight = |field: SelectionField<'_>| {
        let many = MANY_VALUES.iter().find(|(name, _)| *name == field.name());
        many.map_or(1, |(_, values)| *values) + values_below(field)
    };
    field.selection_set().map(weight).sum()
}

/// Work on a history: on this thread where it is short, else where threads may be busy.
pub(crate) async fn aside<T: Send + 'static>(
    steps: usize,
    work: impl FnOnce() -> T + Send + 'static,
) -> async_graphql::Result<T> {
    if steps < ASIDE_FROM_STEPS {
        return Ok(work());
    }
    tokio::task::spawn_blocking(work).await.map_err(failed)
}

fn too_many_steps(field: &str) -> async_graphql::Error {
    let text = format!(
        "with `{field}` the request would read more than {STEPS_MAX} steps of pathways; ask about \
         fewer pathways or moments at once"
    );
    coded("QUERY_REFUSED", text)
}

fn too_many_values(field: &str) -> async_graphql::Error {
    let text = format!(
        "with `{field}` the request would be answered with more than {VALUES_MAX} values of lists; \
         ask for fewer fields, shorter pages, or in several requests"
    );
    coded("QUERY_REFUSED", text)
}
