//! The house put together: store, keys, recorder, views, directory and the world of the resolvers.

use std::{
    num::NonZero,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, RwLock},
    time::Duration,
};

use anyhow::{Context, anyhow};
use api::{Rules, Turns, World};
use cancer_and_diagnostics::CancerAndDiagnosticsView;
use compliance::ComplianceView;
use directory::Directory;
use envelope::Keys;
use event_store::{Category, EventStore, Position, StoredEvent, StreamId};
use interface::{InterfaceView, Register};
use next_step::{DuePolicy, NextStepView};
use policy::{InterfaceRules, Outlook, Packs, PublicWaits, ReportingFunctions, SafetyNet, Targets};
use projector::{Limits, Projector, Setup, Status, View, ViewReader};
use recorder::Recorder;
use safety_net::{SafetyNetView, Watched};
use steps::PathwayId;
use store_sqlite::SqliteStore;
use tokio::sync::{broadcast, watch};
use waiting_times::WaitingTimesView;

use crate::{
    edge,
    keeper::{Keeper, apply, register},
    private,
    telling::Telling,
    trouble::Troubles,
};

/// News of changed pathways kept for a slow subscriber.
const NEWS_MAX: usize = 1_024;

/// Events of directory streams read at once.
const SCAN_EVENTS: usize = 5_000;

/// How long a view may be in trouble before it is no longer waited for.
const PATIENCE: Duration = Duration::from_secs(30);

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
    pub(crate) cancer_and_diagnostics: Arc<CancerAndDiagnosticsView>,
    pub(crate) safety_net: Arc<SafetyNetView>,
    pub(crate) interface: Arc<InterfaceView>,
    pub(crate) rules: Rules,
}

/// Who is told of changes, by what changed.
struct News {
    next_step: broadcast::Sender<PathwayId>,
    interface: broadcast::Sender<PathwayId>,
}

impl News {
    fn new() -> Self {
        let (next_step, interface) =
            (broadcast::Sender::new(NEWS_MAX), broadcast::Sender::new(NEWS_MAX));
        Self { next_step, interface }
    }
}

/// What is kept in memory beside the views.
#[derive(Clone)]
struct Kept {
    directory: Arc<RwLock<Directory>>,
    watched: Arc<RwLock<Watched>>,
    register: Arc<RwLock<Register>>,
}

impl Kept {
    fn nothing() -> Self {
        let register = Register::new(InterfaceRules::shipped());
        Self {
            directory: Arc::default(),
            watched: Arc::default(),
            register: Arc::new(RwLock::new(register)),
        }
    }
}

/// All of it, running.
pub(crate) struct House {
    pub(crate) cellar: Cellar,
    pub(crate) projector: Arc<Projector>,
    pub(crate) world: World,
    pub(crate) troubles: Troubles,
}

impl Cellar {
    /// Opens, or makes, the data directory.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        private::make_dir(data_dir)
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
            clock: Arc::new(policy::shipped_clock()),
            due: Arc::new(DuePolicy::shipped()),
            packs: Arc::new(Packs::shipped()),
            targets: Arc::new(Targets::shipped()),
            functions: Arc::new(ReportingFunctions::shipped()),
            standards: Arc::new(policy::shipped_standards()),
            public_waits: Arc::new(PublicWaits::shipped()),
            outlook: Arc::new(Outlook::shipped()),
            letters: Arc::new(letters::Templates::shipped()),
            safety_net: Arc::new(SafetyNet::shipped()),
        };
        let standards = (*rules.standards).clone();
        Self {
            next_step: Arc::new(NextStepView::new(DuePolicy::shipped(), (*rules.clock).clone())),
            compliance: Arc::new(ComplianceView::new(
                (*rules.packs).clone(),
                (*rules.clock).clone(),
            )),
            waiting_times: Arc::new(WaitingTimesView::new((*rules.clock).clone())),
            cancer_and_diagnostics: Arc::new(CancerAndDiagnosticsView::new(standards)),
            safety_net: Arc::new(SafetyNetView::new((*rules.safety_net).clone())),
            interface: Arc::new(InterfaceView::new(InterfaceRules::shipped())),
            rules,
        }
    }

    /// As the projector takes them.
    pub(crate) fn all(&self) -> Vec<Arc<dyn View>> {
        vec![
            Arc::clone(&self.next_step) as Arc<dyn View>,
            Arc::clone(&self.compliance) as Arc<dyn View>,
            Arc::clone(&self.waiting_times) as Arc<dyn View>,
            Arc::clone(&self.cancer_and_diagnostics) as Arc<dyn View>,
            Arc::clone(&self.safety_net) as Arc<dyn View>,
            Arc::clone(&self.interface) as Arc<dyn View>,
        ]
    }
}

impl Views {
    /// The views, of which next-step and the interface tell which pathways changed.
    fn telling(&self, news: &News) -> Vec<Arc<dyn View>> {
        let next_step =
            Telling { view: Arc::clone(&self.next_step), changed: news.next_step.clone() };
        let interface =
            Telling { view: Arc::clone(&self.interface), changed: news.interface.clone() };
        let telling = [self.next_step.name(), self.interface.name()];
        let mut all = self.all();
        all.retain(|view| !telling.contains(&view.name()));
        all.push(Arc::new(next_step));
        all.push(Arc::new(interface));
        all
    }
}

impl House {
    /// Opens the data directory and starts the views.
    pub(crate) async fn open(data_dir: &Path) -> anyhow::Result<Self> {
        let cellar = Cellar::open(data_dir)?;
        let views = Views::shipped();
        let (news, kept) = (News::new(), Kept::nothing());
        let read_to = load(&*cellar.store, &kept).await?;
        let troubles = Troubles::none();
        let keeper = keeper(&cellar, &kept, &news, &troubles);
        let setup = Setup {
            store: Arc::clone(&cellar.store) as Arc<dyn EventStore>,
            views: views.telling(&news),
            data: data_dir.to_owned(),
            now: edge::micros(),
            on_other: Some(Arc::new(move |page| keeper.take(page))),
            others_after: Some(read_to),
            limits: Limits::default(),
        };
        let projector = Projector::start(setup).await.context("the views cannot be started")?;
        let world = World {
            recorder: cellar.recorder.clone(),
            directory: kept.directory,
            next_steps: reader(&projector, views.next_step.name())?,
            compliance: reader(&projector, views.compliance.name())?,
            waiting: reader(&projector, views.waiting_times.name())?,
            waiting_times: views.waiting_times,
            cancer_and_diagnostics: reader(&projector, views.cancer_and_diagnostics.name())?,
            safety_net: reader(&projector, views.safety_net.name())?,
            watched: kept.watched,
            deliveries: None,
            ledger: views.compliance,
            interface: reader(&projector, views.interface.name())?,
            register: kept.register,
            interface_changed: news.interface,
            changed: news.next_step,
            rules: views.rules,
            turns: Turns::of_cores(std::thread::available_parallelism().map_or(1, NonZero::get)),
            now: edge::clock(),
            source: "GraphQL".parse().map_err(|bad| anyhow!("{bad}"))?,
        };
        Ok(Self { cellar, projector: Arc::new(projector), world, troubles })
    }

    /// Waits until every view holds all that is now in the log. A view that stays in trouble, or is
    /// no longer kept, ends the wait.
    pub(crate) async fn caught_up(&self) -> anyhow::Result<Position> {
        tokio::select! {
            there = self.projector.caught_up() => Ok(there.context("the event log cannot be read")?),
            what = stuck(self.projector.status(), PATIENCE) => {
                Err(anyhow!("the views could not be caught up: {what}"))
            }
        }
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

/// Reads what is kept in memory, and says up to where.
async fn load(store: &dyn EventStore, kept: &Kept) -> anyhow::Result<Position> {
    let head = load_directory(store, &kept.directory, &kept.watched).await?;
    let person = |stream, events: &[_]| {
        // Nobody follows yet to whom it would be news.
        let _is_new = register(&kept.register, stream, events);
    };
    each_stream(store, Category::Patient, head, person).await?;
    Ok(head)
}

/// Reads the whole directory, and says up to where.
pub(crate) async fn load_directory(
    store: &dyn EventStore,
    directory: &RwLock<Directory>,
    watched: &RwLock<Watched>,
) -> anyhow::Result<Position> {
    let head = store.head().await?;
    let service = |stream, events: &[_]| apply(directory, watched, stream, events);
    each_stream(store, Category::Service, head, service).await?;
    Ok(head)
}

async fn each_stream(
    store: &dyn EventStore,
    category: Category,
    head: Position,
    take: impl Fn(StreamId, &[StoredEvent]),
) -> anyhow::Result<()> {
    let mut after = None;
    loop {
        let scan = store.scan_streams(category, after, head, SCAN_EVENTS).await?;
        for (stream, events) in &scan.streams {
            take(*stream, events);
        }
        match scan.next {
            Some(next) => after = Some(next),
            None => return Ok(()),
        }
    }
}

fn keeper(cellar: &Cellar, kept: &Kept, news: &News, troubles: &Troubles) -> Arc<Keeper> {
    let store = Arc::clone(&cellar.store);
    let keeper = Arc::new(Keeper {
        read: Box::new(move |streams| store.read_streams_blocking(streams)),
        directory: Arc::clone(&kept.directory),
        watched: Arc::clone(&kept.watched),
        register: Arc::clone(&kept.register),
        moved: news.interface.clone(),
        trouble: troubles.directory.clone(),
        unread: Mutex::default(),
    });
    keeper.keep_trying();
    keeper
}

/// Comes back, with what is wrong, when some view was in trouble for so long or the projector is gone.
async fn stuck(mut status: watch::Receiver<Status>, patience: Duration) -> String {
    let gone = || "the projector has stopped".to_owned();
    loop {
        let what = match status.wait_for(|status| trouble(status).is_some()).await {
            Ok(status) => trouble(&status).unwrap_or_default(),
            Err(_closed) => return gone(),
        };
        let well = status.wait_for(|status| trouble(status).is_none());
        match tokio::time::timeout(patience, well).await {
            Ok(Ok(_well_again)) => {}
            Ok(Err(_closed)) => return gone(),
            Err(_still_there) => return what,
        }
    }
}

fn trouble(status: &Status) -> Option<String> {
    status.views.iter().find_map(|view| {
        let what = view.trouble.as_ref()?;
        Some(format!("the view {} is in trouble, {what}", view.view))
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;
    use pathway::clock::{ClockPolicy, ClockSettings, ClockVersion};
    use projector::{State, ViewStatus};

    use super::*;

    #[test]
    fn other_settings_of_the_clock_are_other_rules_of_the_waiting_times() {
        let digest = |policy: &ClockPolicy| WaitingTimesView::new(policy.clone()).rules_digest();
        let shipped = policy::shipped_clock();
        let changed = ClockSettings { planned_grace_days: 7, ..ClockSettings::default() };
        let later = ClockVersion { number: 2, from: NaiveDate::MAX, settings: changed };
        let later = ClockPolicy::dated((1, ClockSettings::default()), vec![later], Vec::new());
        assert_eq!(digest(&shipped), Views::shipped().waiting_times.rules_digest());
        assert_ne!(digest(&shipped), digest(&later));
    }

    fn status(trouble: Option<&str>) -> Status {
        let view = ViewStatus {
            view: "next-step",
            version: 1,
            state: State::Live,
            progress: None,
            position: Position(1),
            dead_letters: 0,
            refused: None,
            trouble: trouble.map(str::to_owned),
        };
        Status { views: vec![view], head: Position(2), long_histories: 0 }
    }

    #[tokio::test]
    async fn a_view_that_stays_in_trouble_ends_the_wait() {
        let (_views, receiver) = watch::channel(status(Some("the disk is full")));
        let what = stuck(receiver, Duration::ZERO).await;
        assert_eq!(what, "the view next-step is in trouble, the disk is full");
    }

    #[tokio::test]
    async fn a_projector_that_is_gone_ends_the_wait() {
        let (views, receiver) = watch::channel(status(None));
        drop(views);
        assert_eq!(stuck(receiver, PATIENCE).await, "the projector has stopped");
    }

    #[tokio::test]
    async fn trouble_that_passes_is_waited_out() {
        let (views, receiver) = watch::channel(status(Some("the disk is full")));
        let waiting = tokio::spawn(stuck(receiver, PATIENCE));
        tokio::task::yield_now().await;
        views.send_replace(status(None));
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        waiting.abort();
    }
}
