//! The projector as others hold it: started with the views, asked for readers, status and rebuilds.

use std::sync::{Arc, Mutex, PoisonError};

use event_store::{EventStore, NowMicros, Position, ReadError};
use tokio::sync::{mpsc, oneshot, watch};
use tokio::task::JoinHandle;

use crate::builder::Builder;
use crate::context::{Context, OnOther};
use crate::counting::Counting;
use crate::database::{Keeping, Opened};
use crate::engine::Engine;
use crate::errors::{RebuildError, StartError};
use crate::histories::Histories;
use crate::live::{Command, Live, TakeError};
use crate::reader::{Shared, ViewReader};
use crate::start::{Found, find, unfound};
use crate::switch::Rebuilt;
use crate::table::{self, BadView};
use crate::{State, Status, View, ViewStatus};

const COMMANDS_MAX: usize = 16;

/// What a projector works with.
#[derive(Clone)]
pub struct Setup {
    /// The log.
    pub store: Arc<dyn EventStore>,
    /// The views, each name once.
    pub views: Vec<Arc<dyn View>>,
    /// Where the views are kept.
    pub keeping: Keeping,
    /// The time in microseconds since 1970, for metrics alone.
    pub now: NowMicros,
    /// Told of everything that is not about pathways, after [`Setup::others_after`].
    pub on_other: Option<OnOther>,
    /// Where the receiver of other events stands; none: wherever the views are.
    pub others_after: Option<Position>,
    /// How much is done at once and kept.
    pub limits: Limits,
}

/// How much is done at once and kept in memory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Events of the log in one transaction of a view.
    pub page_events: usize,
    /// Steps of pathways kept decoded.
    pub cache_steps: usize,
    /// A view further behind than this, and than a fifth of the log, is built and not caught up.
    pub build_beyond: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { page_events: 2_000, cache_steps: 100_000, build_beyond: 10_000 }
    }
}

/// Runs the views of one process.
pub struct Projector {
    pub(crate) context: Arc<Context>,
    pub(crate) views: Vec<Arc<dyn View>>,
    pub(crate) shared: Vec<Arc<Shared>>,
    commands: mpsc::Sender<Command>,
    stop: watch::Sender<bool>,
    tasks: Mutex<Vec<JoinHandle<()>>>,
}

impl Projector {
    /// Checks every file against the log, puts the good ones in use, and begins to follow. Views
    /// that have none, or are far behind, are built beside it; [`Projector::status`] says why.
    pub async fn start(setup: Setup) -> Result<Self, StartError> {
        check_views(&setup.views)?;
        let Opened { database, shared } = setup.keeping.open()?;
        let head = setup.store.head().await?;
        let found = match &shared {
            Some(_) => unfound(&setup, &database),
            None => find(&setup, &database, head).await?,
        };
        let status =
            Status { views: found.iter().map(Found::status).collect(), head, long_histories: 0 };
        let context = Arc::new(Context {
            store: Arc::clone(&setup.store),
            database,
            now: Arc::clone(&setup.now),
            on_other: setup.on_other.clone(),
            page_events: setup.limits.page_events.max(1),
            cache_steps: setup.limits.cache_steps,
            status: watch::Sender::new(status),
            building: Arc::default(),
            seen: watch::Sender::new(head),
            held: watch::Sender::default(),
            leases: shared.as_ref().map(|(_schemas, leases)| Arc::clone(leases)),
        });
        let projector = Self::run(&setup, context, found, head);
        if let Some((schemas, leases)) = shared {
            projector.share(schemas, leases, &setup.limits).await;
        }
        Ok(projector)
    }

    fn run(setup: &Setup, context: Arc<Context>, found: Vec<Found>, head: Position) -> Self {
        let at = found.iter().filter_map(Found::position).chain(setup.others_after);
        let at = at.min().unwrap_or(head).min(head);
        let unbuilt: Vec<usize> =
            (0..).zip(&found).filter(|(_, f)| f.is_unbuilt()).map(|(n, _)| n).collect();
        let shared = found.iter().map(|found| Arc::clone(&found.slot.shared)).collect();
        let slots = found.into_iter().map(|found| found.slot).collect();
        let counting = Counting::of(setup.store.as_ref());
        let histories = Histories::new(setup.limits.cache_steps, counting);
        let engine = Engine::new(slots, histories);
        let (send, commands) = mpsc::channel(COMMANDS_MAX);
        let (stop, stopped) = watch::channel(false);
        let engine = Arc::new(Mutex::new(engine));
        let shared_context = Arc::clone(&context);
        let live = Live {
            context: shared_context,
            engine,
            commands,
            stop: stopped.clone(),
            at,
            waiting: Mutex::new(Vec::new()),
        };
        live.report();
        let mut tasks = vec![tokio::spawn(live.run())];
        let views = setup.views.clone();
        if context.leases.is_none() && !unbuilt.is_empty() {
            let slots = unbuilt.iter().filter_map(|n| Some((*n, Arc::clone(views.get(*n)?))));
            let builder = Builder {
                context: Arc::clone(&context),
                slots: slots.collect(),
                commands: send.clone(),
            };
            tasks.push(tokio::spawn(builder.until_built(stopped)));
        }
        Self { context, views, shared, commands: send, stop, tasks: Mutex::new(tasks) }
    }

    pub(crate) fn commands(&self) -> mpsc::Sender<Command> {
        self.commands.clone()
    }

    pub(crate) fn stopping(&self) -> watch::Receiver<bool> {
        self.stop.subscribe()
    }

    /// Waits for a task when it stops.
    pub(crate) fn keep(&self, task: JoinHandle<()>) {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner).push(task);
    }

    /// Reads the view of that name.
    pub fn reader(&self, view: &str) -> Option<ViewReader> {
        let place = self.views.iter().position(|known| known.name() == view)?;
        self.shared.get(place).map(|shared| ViewReader::new(Arc::clone(shared)))
    }

    /// How each view is, now and whenever it changes.
    pub fn status(&self) -> watch::Receiver<Status> {
        self.context.status.subscribe()
    }

    /// Asks where the log ends and sets the metrics of lag: for a scrape between two pages.
    pub async fn observe(&self) -> Result<Status, ReadError> {
        let head = self.context.store.head().await?;
        let status = self.context.status.borrow().clone();
        let behind = status.views.iter().map(|view| view.position).min();
        let next = match behind.filter(|position| *position < head) {
            None => None,
            Some(position) => self.context.store.read_log(position, 1).await?.pop(),
        };
        self.context.lags(head, next.map(|event| event.recorded_at_micros));
        Ok(Status { head, ..status })
    }

    /// Waits until every view holds all that is now in the log, or has been built to hold it.
    pub async fn caught_up(&self) -> Result<Position, ReadError> {
        let head = self.context.store.head().await?;
        for shared in &self.shared {
            let reader = ViewReader::new(Arc::clone(shared));
            let mut positions = reader.positions();
            if positions.wait_for(|position| *position >= head).await.is_err() {
                break;
            }
        }
        Ok(head)
    }

    /// Builds views from the whole log beside the live ones, in one scan, and switches to them.
    ///
    /// A file whose rows are not those of the live view at the same position is refused, unless the
    /// difference is accepted.
    pub async fn rebuild(
        &self,
        names: &[&str],
        accept: bool,
    ) -> Result<Vec<Rebuilt>, RebuildError> {
        let mut slots = Vec::new();
        for name in names {
            let place = self.views.iter().position(|view| view.name() == *name);
            let view = place.and_then(|place| Some((place, Arc::clone(self.views.get(place)?))));
            slots.push(view.ok_or_else(|| RebuildError::NoSuchView((*name).to_owned()))?);
        }
        let (context, commands) = (Arc::clone(&self.context), self.commands.clone());
        self.claim(names).await?;
        let rebuilt = Builder { context, slots, commands }.build(accept).await;
        self.unpin(names);
        rebuilt
    }

    /// Tries the pathways that stand still again, and says how many still do.
    pub async fn retry_dead_letters(&self) -> Result<usize, TakeError> {
        let names: Vec<&str> = self.views.iter().map(|view| view.name()).collect();
        self.claim(&names).await?;
        let (answer, answered) = oneshot::channel();
        let asked = self.commands.send(Command::RetryDeadLetters(answer)).await;
        asked.map_err(|_stopped| TakeError::CutShort)?;
        let retried = answered.await.map_err(|_stopped| TakeError::CutShort)?;
        self.unpin(&names);
        retried
    }

    /// Stops after the page at hand.
    pub async fn stop(&self) {
        self.shared.iter().for_each(|shared| shared.close_idle());
        self.stop.send_replace(true);
        let tasks = std::mem::take(&mut *self.tasks.lock().unwrap_or_else(PoisonError::into_inner));
        for task in tasks {
            if task.await.is_err() {
                tracing::error!("a task of the projector panicked");
            }
        }
    }
}

fn check_views(views: &[Arc<dyn View>]) -> Result<(), BadView> {
    for (at, view) in views.iter().enumerate() {
        table::check(view.as_ref())?;
        if views.iter().take(at).any(|other| other.name() == view.name()) {
            let what = "another view has its name".to_owned();
            return Err(BadView { view: view.name(), what });
        }
    }
    Ok(())
}

impl Found {
    fn status(&self) -> ViewStatus {
        let view = &self.slot.view;
        ViewStatus {
            view: view.name(),
            version: view.version(),
            state: State::Building,
            progress: None,
            position: self.slot.shared.position(),
            dead_letters: 0,
            refused: self.refused.clone(),
            trouble: None,
        }
    }
}
