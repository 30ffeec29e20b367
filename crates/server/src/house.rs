//! The house put together: store, keys, recorder, views, directory and the world of the resolvers.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
};

use anyhow::{Context, anyhow};
use api::{Rules, World};
use compliance::ComplianceView;
use directory::Directory;
use envelope::Keys;
use event_store::{Category, EventStore, Position, StoredEvent, StreamId};
use next_step::{DuePolicy, NextStepView};
use pathway::clock::ClockPolicy;
use policy::Packs;
use projector::{Limits, OnOther, Projector, Setup, View, ViewReader};
use recorder::Recorder;
use steps::PathwayId;
use store_sqlite::SqliteStore;
use tokio::sync::broadcast;
use waiting_times::WaitingTimesView;

use crate::{edge, telling::Telling};

/// News of changed pathways kept for a slow subscriber.
const NEWS_MAX: usize = 1_024;

/// Events of directory streams read at once.
const SCAN_EVENTS: usize = 5_000;

/// The store, the keys and what records into them: enough to import and export.
pub(crate) struct Cellar {
    pub(crate) store: Arc<SqliteStore>,
    pub(crate) recorder: Recorder,
    pub(crate) data_dir: PathBuf,
}

/// The views, with the rules they are made with.
pub(crate) struct Views {
    pub(crate) next_step: Arc<NextStepView>,
    pub(crate) compliance: Arc<ComplianceView>,
    pub(crate) waiting_times: Arc<WaitingTimesView>,
    pub(crate) rules: Rules,
}

/// All of it, running.
pub(crate) struct House {
    pub(crate) cellar: Cellar,
    pub(crate) projector: Arc<Projector>,
    pub(crate) world: World,
}

impl Cellar {
    /// Opens, or makes, the data directory.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(data_dir)
            .with_context(|| format!("the data directory {} cannot be made", data_dir.display()))?;
        let store = SqliteStore::open(data_dir, edge::micros())
            .with_context(|| format!("the data directory {} cannot be used", data_dir.display()))?;
        let store = Arc::new(store);
        let keys = Keys::open(&data_dir.join("keys.db"))
            .with_context(|| format!("the keys in {} cannot be used", data_dir.display()))?;
        let log: Arc<dyn EventStore> = Arc::clone(&store) as Arc<dyn EventStore>;
        let recorder = Recorder::new(log, Arc::new(keys), edge::clock());
        Ok(Self { store, recorder, data_dir: data_dir.to_owned() })
    }
}

impl Views {
    /// The views under the rules that ship.
    pub(crate) fn shipped() -> Self {
        let rules = Rules {
            clock: Arc::new(ClockPolicy::default()),
            due: Arc::new(DuePolicy::shipped()),
            packs: Arc::new(Packs::shipped()),
        };
        Self {
            next_step: Arc::new(NextStepView::new(DuePolicy::shipped())),
            compliance: Arc::new(ComplianceView::new((*rules.packs).clone())),
            waiting_times: Arc::new(WaitingTimesView::new((*rules.clock).clone())),
            rules,
        }
    }

    /// As the projector takes them.
    pub(crate) fn all(&self) -> Vec<Arc<dyn View>> {
        vec![
            Arc::clone(&self.next_step) as Arc<dyn View>,
            Arc::clone(&self.compliance) as Arc<dyn View>,
            Arc::clone(&self.waiting_times) as Arc<dyn View>,
        ]
    }
}

impl Views {
    /// The views, of which next-step tells which pathways changed.
    fn telling(&self, changed: &broadcast::Sender<PathwayId>) -> Vec<Arc<dyn View>> {
        let next_step = Telling { view: Arc::clone(&self.next_step), changed: changed.clone() };
        let mut all = self.all();
        all.retain(|view| view.name() != self.next_step.name());
        all.push(Arc::new(next_step));
        all
    }
}

impl House {
    /// Opens the data directory and starts the views.
    pub(crate) async fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let cellar = Cellar::open(data_dir)?;
        let views = Views::shipped();
        let changed = broadcast::Sender::new(NEWS_MAX);
        let directory = Arc::new(RwLock::new(Directory::default()));
        let read_to = load_directory(&*cellar.store, &directory).await?;
        let setup = Setup {
            store: Arc::clone(&cellar.store) as Arc<dyn EventStore>,
            views: views.telling(&changed),
            data: data_dir.to_owned(),
            now: edge::micros(),
            on_other: Some(keep_directory(Arc::clone(&cellar.store), Arc::clone(&directory))),
            others_after: Some(read_to),
            limits: Limits::default(),
        };
        let projector = Projector::start(setup).await.context("the views cannot be started")?;
        let world = World {
            recorder: cellar.recorder.clone(),
            directory,
            next_steps: reader(&projector, views.next_step.name())?,
            compliance: reader(&projector, views.compliance.name())?,
            waiting: reader(&projector, views.waiting_times.name())?,
            waiting_times: views.waiting_times,
            ledger: views.compliance,
            changed,
            rules: views.rules,
            now: edge::clock(),
            source: "GraphQL".parse().map_err(|bad| anyhow!("{bad}"))?,
        };
        Ok(Self { cellar, projector: Arc::new(projector), world })
    }

    /// Stops the views and closes the log; what was acknowledged is on disk.
    pub(crate) async fn close(self) {
        self.projector.stop().await;
        self.cellar.store.close();
    }
}

fn reader(projector: &Projector, name: &str) -> anyhow::Result<ViewReader> {
    projector.reader(name).ok_or_else(|| anyhow!("the view {name} is not there"))
}

/// Reads the whole directory, and says up to where.
async fn load_directory(
    store: &dyn EventStore,
    directory: &RwLock<Directory>,
) -> anyhow::Result<Position> {
    let head = store.head().await?;
    let mut after = None;
    loop {
        let scan = store.scan_streams(Category::Service, after, head, SCAN_EVENTS).await?;
        for (stream, events) in &scan.streams {
            apply(directory, *stream, events);
        }
        match scan.next {
            Some(next) => after = Some(next),
            None => return Ok(head),
        }
    }
}

/// Applies every directory stream that a page touches, read whole.
fn keep_directory(store: Arc<SqliteStore>, directory: Arc<RwLock<Directory>>) -> OnOther {
    Arc::new(move |page: &[StoredEvent]| {
        let mut touched: Vec<StreamId> = page.iter().map(|event| event.stream).collect();
        touched.retain(|stream| stream.category == Category::Service);
        touched.sort_unstable();
        touched.dedup();
        match store.read_streams_blocking(&touched) {
            Ok(streams) => {
                for (stream, events) in touched.iter().zip(&streams) {
                    apply(&directory, *stream, events);
                }
            }
            Err(error) => tracing::error!(%error, "the directory could not be read"),
        }
    })
}

fn apply(directory: &RwLock<Directory>, stream: StreamId, events: &[StoredEvent]) {
    let told: Vec<_> = events.iter().filter_map(|event| envelope::read(event).ok()).collect();
    if told.len() != events.len() {
        tracing::warn!(%stream, "a step of the directory cannot be read");
    }
    directory.write().unwrap_or_else(PoisonError::into_inner).apply(stream.id, &told);
}
