//! The house put together: store, keys, recorder, views, directory and the world of the resolvers.

mod kept;
pub(crate) mod keyless;
mod moved;
mod sharing;
mod stuck;
mod views;

use std::{
    fs::File,
    num::NonZero,
    path::{Path, PathBuf},
    sync::Arc,
};

use anyhow::{Context, anyhow};
use api::{Turns, World};
use cabinet::{Cabinet, private};
use envelope::Keys;
use event_store::Position;
use keys_postgres::PostgresKeys;
use leases::{Leases, Standing};
use projector::{Limits, Projector, Setup, View, ViewReader};
use recorder::Recorder;
use uuid::Uuid;

pub(crate) use self::{kept::load_directory, sharing::Share, views::Views};
use self::{
    kept::{Kept, News, keeper, load},
    keyless::tell_of_missing_keys,
    sharing::share,
    stuck::{PATIENCE, stuck},
};
use crate::{
    config::Settings,
    edge,
    log::{Common, Log, Place, connect, must_be_its_own, take_directory},
    secrets::Secrets,
    trouble::Troubles,
};

/// The store, the keys and what records into them: enough to import and export.
pub(crate) struct Cellar {
    pub(crate) store: Log,
    pub(crate) recorder: Recorder,
    pub(crate) data_dir: PathBuf,
    /// The database that other servers of the log share, if there are any.
    common: Option<Common>,
    pub(crate) secrets: Secrets,
    /// What the servers of a log share; none where this is the only one.
    shared: Option<Cabinet>,
    /// Holds the directory for a log that does not lie in it.
    _held: Option<File>,
}

/// All of it, running.
pub(crate) struct House {
    pub(crate) cellar: Cellar,
    pub(crate) projector: Arc<Projector>,
    pub(crate) world: World,
    pub(crate) troubles: Troubles,
    /// Which work is ours, where other servers share it.
    pub(crate) leases: Option<Arc<Leases>>,
}

impl Cellar {
    /// Opens, or makes, the data directory, with the log in it.
    pub(crate) fn open(data_dir: &Path) -> anyhow::Result<Self> {
        Self::in_directory(data_dir, None)
    }

    fn in_directory(data_dir: &Path, wait: Option<usize>) -> anyhow::Result<Self> {
        make(data_dir)?;
        let store = Log::in_directory(data_dir, wait)?;
        Self::alone(data_dir, store, None)
    }

    /// A log with its keys and places in the directory: no other server has a share in it.
    fn alone(data_dir: &Path, store: Log, held: Option<File>) -> anyhow::Result<Self> {
        let keys = Keys::open(&data_dir.join("keys.db"))
            .with_context(|| format!("the keys in {} cannot be used", data_dir.display()))?;
        let recorder = Recorder::new(store.shared(), Arc::new(keys), edge::clock());
        let secrets = Secrets::Directory(data_dir.to_owned());
        Ok(Self {
            store,
            recorder,
            data_dir: data_dir.to_owned(),
            secrets,
            common: None,
            shared: None,
            _held: held,
        })
    }

    /// Opens, or makes, the data directory, with the log where the settings say it is.
    pub(crate) async fn chosen(settings: &Settings) -> anyhow::Result<Self> {
        let data_dir = &settings.data_dir;
        if settings.store == Place::Directory {
            must_be_its_own(data_dir)?;
            return Self::in_directory(data_dir, settings.queue_appends_max);
        }
        make(data_dir)?;
        let store = settings.store.open(data_dir, settings.queue_appends_max).await?;
        let held = Some(take_directory(data_dir, store.log_id())?);
        let Some(common) = settings.store.common() else {
            return Self::alone(data_dir, store, held);
        };
        let shared = shared_keys(&common, store.log_id())?;
        moved::move_keys(data_dir, &shared)?;
        let cabinet = shared_cabinet(&common, store.log_id())?;
        moved::move_places(data_dir, &cabinet)?;
        let keys = Arc::new(Keys::over(Box::new(shared.clone())));
        let recorder = Recorder::new(store.shared(), keys, edge::clock());
        let secrets = Secrets::Shared(shared);
        let (data_dir, common) = (data_dir.clone(), Some(common));
        let shared = Some(cabinet);
        Ok(Self { store, recorder, data_dir, common, secrets, shared, _held: held })
    }

    /// What followers must find again.
    pub(crate) fn cabinet(&self) -> anyhow::Result<Cabinet> {
        match &self.shared {
            Some(cabinet) => Ok(cabinet.clone()),
            None => Cabinet::in_directory(&self.data_dir).with_context(|| {
                format!("the data directory {} cannot be used", self.data_dir.display())
            }),
        }
    }
}

/// The keys that the servers of a log share: in their database, or in one of their own.
pub(crate) fn shared_keys(common: &Common, log_id: Uuid) -> anyhow::Result<PostgresKeys> {
    let address = common.keys.as_ref().unwrap_or(&common.address);
    PostgresKeys::open(connect(address), log_id)
        .with_context(|| format!("the keys at `{address}` cannot be used"))
}

fn shared_cabinet(common: &Common, log_id: Uuid) -> anyhow::Result<Cabinet> {
    let address = &common.address;
    Cabinet::in_database(connect(address), log_id)
        .with_context(|| format!("what servers share at `{address}` cannot be used"))
}

/// A directory that takes no new file is told at once, and not by whichever of its files is first to need
/// one beside it.
fn make(data_dir: &Path) -> anyhow::Result<()> {
    private::make_dir(data_dir)
        .with_context(|| format!("the data directory {} cannot be made", data_dir.display()))?;
    private::try_dir(data_dir).with_context(|| {
        format!(
            "the data directory {} cannot be written: give it to the user that Waymark runs as, on a \
             disk that takes writes",
            data_dir.display()
        )
    })
}

impl House {
    /// Opens the data directory, with the log in it, and starts the views.
    pub(crate) async fn open(data_dir: &Path) -> anyhow::Result<Self> {
        Self::over(Cellar::open(data_dir)?, Standing::Server).await
    }

    /// As [`House::open`], with the log where the settings say it is; for a command that is there for a
    /// while, beside servers.
    pub(crate) async fn chosen(settings: &Settings) -> anyhow::Result<Self> {
        Self::over(Cellar::chosen(settings).await?, Standing::Guest).await
    }

    /// As [`House::chosen`], with a share of the work.
    pub(crate) async fn serving(settings: &Settings) -> anyhow::Result<Self> {
        Self::over(Cellar::chosen(settings).await?, Standing::Server).await
    }

    async fn over(cellar: Cellar, standing: Standing) -> anyhow::Result<Self> {
        tell_of_missing_keys(&cellar).await?;
        let views = Views::shipped();
        let (news, kept) = (News::new(), Kept::nothing());
        let read_to = load(&*cellar.store, &kept).await?;
        let troubles = Troubles::none();
        let keeper = keeper(&cellar, &kept, &news, &troubles);
        let (keeping, leases) = share(&cellar, &views, standing).await?;
        let setup = Setup {
            store: cellar.store.shared(),
            views: views.telling(&news),
            keeping,
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
        Ok(Self { cellar, projector: Arc::new(projector), world, troubles, leases })
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
        if let Some(leases) = &self.leases {
            leases.end().await;
        }
        self.cellar.store.close();
    }
}

fn reader(projector: &Projector, name: &str) -> anyhow::Result<ViewReader> {
    projector.reader(name).ok_or_else(|| anyhow!("the view {name} is not there"))
}
