//! What is kept in memory beside the views: the directory, what is watched, and who has died.

use std::sync::{Arc, Mutex, RwLock};

use directory::Directory;
use event_store::{Category, EventStore, Position, StoredEvent, StreamId};
use interface::Register;
use policy::InterfaceRules;
use safety_net::Watched;
use steps::PathwayId;
use tokio::sync::broadcast;

use super::Cellar;
use crate::{
    keeper::{Keeper, apply, register},
    trouble::Troubles,
};

/// News of changed pathways kept for a slow subscriber.
const NEWS_MAX: usize = 1_024;

/// Events of directory streams read at once.
const SCAN_EVENTS: usize = 5_000;

/// Who is told of changes, by what changed.
pub(super) struct News {
    pub(super) next_step: broadcast::Sender<PathwayId>,
    pub(super) interface: broadcast::Sender<PathwayId>,
}

impl News {
    pub(super) fn new() -> Self {
        let (next_step, interface) =
            (broadcast::Sender::new(NEWS_MAX), broadcast::Sender::new(NEWS_MAX));
        Self { next_step, interface }
    }
}

/// What is kept in memory beside the views.
#[derive(Clone)]
pub(super) struct Kept {
    pub(super) directory: Arc<RwLock<Directory>>,
    pub(super) watched: Arc<RwLock<Watched>>,
    pub(super) register: Arc<RwLock<Register>>,
}

impl Kept {
    pub(super) fn nothing() -> Self {
        let register = Register::new(InterfaceRules::shipped());
        Self {
            directory: Arc::default(),
            watched: Arc::default(),
            register: Arc::new(RwLock::new(register)),
        }
    }
}

/// Reads what is kept in memory, and says up to where.
pub(super) async fn load(store: &dyn EventStore, kept: &Kept) -> anyhow::Result<Position> {
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

/// Keeps the directory and the register up to date from what the log tells next.
pub(super) fn keeper(
    cellar: &Cellar,
    kept: &Kept,
    news: &News,
    troubles: &Troubles,
) -> Arc<Keeper> {
    let store = cellar.store.clone();
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
