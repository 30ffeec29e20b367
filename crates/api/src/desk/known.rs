//! A pathway as known at a moment, and what follows from it, each worked out once a request.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use history::{Line, Recorded};
use next_step::NextStep;
use pathway::{Clock, History};
use policy::Obligation;
use steps::PathwayId;
use tokio::sync::OnceCell;

use super::{AllSteps, aside};
use crate::Rules;

/// A pathway as a caller may see it, at a moment.
pub(crate) struct Known {
    pub(crate) id: PathwayId,
    /// The moment; `None`: now.
    pub(crate) at: Option<DateTime<Utc>>,
    pub(crate) history: Arc<History>,
    recorded: Arc<Vec<Recorded>>,
    lines: OnceCell<Arc<Vec<Line>>>,
    clock: OnceCell<Arc<Clock>>,
    next_step: OnceCell<Arc<NextStep>>,
    promises: OnceCell<Arc<Vec<Obligation>>>,
}

impl Known {
    /// What was known of a stream at a moment; `None` where that was nothing.
    pub(super) async fn of(
        id: PathwayId,
        stream: AllSteps,
        at: Option<DateTime<Utc>>,
    ) -> async_graphql::Result<Option<Arc<Self>>> {
        aside(stream.len(), move || {
            let recorded = match at {
                None => stream,
                Some(_) => Arc::new(history::known_at(stream.to_vec(), at)),
            };
            let told = recorded.iter().map(|one| one.told.clone()).collect();
            let known = Self {
                id,
                at,
                history: Arc::new(History::of(id, told)),
                recorded,
                lines: OnceCell::new(),
                clock: OnceCell::new(),
                next_step: OnceCell::new(),
                promises: OnceCell::new(),
            };
            (!known.recorded.is_empty()).then(|| Arc::new(known))
        })
        .await
    }

    /// Its timeline.
    pub(crate) async fn lines(&self) -> async_graphql::Result<Arc<Vec<Line>>> {
        let (id, recorded) = (self.id, &self.recorded);
        let lines = || {
            let recorded = Arc::clone(recorded);
            aside(recorded.len(), move || Arc::new(history::timeline(id, recorded.to_vec())))
        };
        self.lines.get_or_try_init(lines).await.cloned()
    }

    /// Its RTT clock.
    pub(crate) async fn clock(&self, rules: &Rules) -> async_graphql::Result<Arc<Clock>> {
        let policy = &rules.clock;
        let work = || {
            let policy = Arc::clone(policy);
            self.follow(move |history| Clock::of(history, &policy))
        };
        self.clock.get_or_try_init(work).await.cloned()
    }

    /// Its next step.
    pub(crate) async fn next_step(&self, rules: &Rules) -> async_graphql::Result<Arc<NextStep>> {
        let (due, clock) = (&rules.due, &rules.clock);
        let work = || {
            let (due, clock) = (Arc::clone(due), Arc::clone(clock));
            self.follow(move |history| next_step::next_step(history, &due, &clock))
        };
        self.next_step.get_or_try_init(work).await.cloned()
    }

    /// The promises it opened.
    pub(crate) async fn promises(
        &self,
        rules: &Rules,
    ) -> async_graphql::Result<Arc<Vec<Obligation>>> {
        let (packs, clock) = (&rules.packs, &rules.clock);
        let work = || {
            let (packs, clock) = (Arc::clone(packs), Arc::clone(clock));
            self.follow(move |history| policy::evaluate(history, &packs, &clock))
        };
        self.promises.get_or_try_init(work).await.cloned()
    }

    async fn follow<T: Send + Sync + 'static>(
        &self,
        judge: impl FnOnce(&History) -> T + Send + 'static,
    ) -> async_graphql::Result<Arc<T>> {
        let history = Arc::clone(&self.history);
        aside(self.recorded.len(), move || Arc::new(judge(&history))).await
    }
}
