//! Reading a view: connections to the file in use, and waiting until it has come far enough.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use event_store::Position;
use rusqlite::{OpenFlags, config::DbConfig};
use tokio::sync::{Semaphore, watch};

use crate::{Connection, SqlError};

const IDLE_MAX: usize = 8;
const AT_ONCE_MAX: usize = 8;
const STATEMENTS_MAX: usize = 128;
const BUSY_WAIT: Duration = Duration::from_secs(5);

/// Why a view could not be read.
#[derive(Debug, thiserror::Error)]
pub enum ViewReadError {
    /// It is being built; a later try will succeed.
    #[error("the view `{view}` is being built")]
    NotReady {
        /// The view.
        view: &'static str,
    },
    /// Its file failed.
    #[error("the view `{view}` could not be read")]
    Failed {
        /// The view.
        view: &'static str,
        /// What failed.
        #[source]
        source: SqlError,
    },
    /// The work given was cut short.
    #[error("reading the view `{view}` was cut short")]
    CutShort {
        /// The view.
        view: &'static str,
    },
}

struct Current {
    path: Option<PathBuf>,
    generation: u64,
    idle: Vec<Connection>,
}

/// What the projector and the readers of one view share.
pub(crate) struct Shared {
    view: &'static str,
    current: Mutex<Current>,
    position: watch::Sender<Position>,
    permits: Arc<Semaphore>,
}

impl Shared {
    pub(crate) fn new(view: &'static str) -> Arc<Self> {
        let current = Current { path: None, generation: 0, idle: Vec::new() };
        Arc::new(Self {
            view,
            current: Mutex::new(current),
            position: watch::Sender::new(Position::START),
            permits: Arc::new(Semaphore::new(AT_ONCE_MAX)),
        })
    }

    /// Whoever reads from now on reads this file; whoever is reading ends in the one they began.
    pub(crate) fn switch(&self, path: &Path, position: Position) {
        let mut current = self.current();
        current.path = Some(path.to_owned());
        current.generation += 1;
        current.idle.clear();
        drop(current);
        self.advance(position);
    }

    /// Closes what is idle, so that the writer closes last and leaves one whole file.
    pub(crate) fn close_idle(&self) {
        self.current().idle.clear();
    }

    pub(crate) fn position(&self) -> Position {
        *self.position.borrow()
    }

    pub(crate) fn advance(&self, position: Position) {
        self.position.send_replace(position);
    }

    fn current(&self) -> MutexGuard<'_, Current> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Reads one view. Cheap to clone.
#[derive(Clone)]
pub struct ViewReader {
    shared: Arc<Shared>,
}

impl ViewReader {
    pub(crate) const fn new(shared: Arc<Shared>) -> Self {
        Self { shared }
    }

    /// Reads on this thread, as of one moment. A point read of a few microseconds may run inline.
    pub fn with<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, SqlError>,
    ) -> Result<T, ViewReadError> {
        self.lend(|connection| snapshot(connection, read))
    }

    /// Reads by one statement on this thread. A statement sees one moment by itself, so this spares
    /// the transaction around it; several need [`ViewReader::with`].
    pub fn one<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, SqlError>,
    ) -> Result<T, ViewReadError> {
        self.lend(read)
    }

    fn lend<T>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, SqlError>,
    ) -> Result<T, ViewReadError> {
        let (connection, generation) = self.take()?;
        let answer = read(&connection).map_err(|source| self.failed(source))?;
        let mut current = self.shared.current();
        if current.generation == generation && current.idle.len() < IDLE_MAX {
            current.idle.push(connection);
        }
        Ok(answer)
    }

    /// Reads on a thread that may block, with a bounded number at once.
    pub async fn read<T: Send + 'static>(
        &self,
        read: impl FnOnce(&Connection) -> Result<T, SqlError> + Send + 'static,
    ) -> Result<T, ViewReadError> {
        let cut = || ViewReadError::CutShort { view: self.shared.view };
        let permit = Arc::clone(&self.shared.permits).acquire_owned().await;
        let permit = permit.map_err(|_closed| cut())?;
        let reader = self.clone();
        let answer = tokio::task::spawn_blocking(move || {
            let answer = reader.with(read);
            drop(permit);
            answer
        });
        answer.await.map_err(|_panicked| cut())?
    }

    /// The last position that is in the rows.
    pub fn position(&self) -> Position {
        self.shared.position()
    }

    /// Waits until the rows hold a position: read your own writes. False when the time is up.
    pub async fn wait_for(&self, position: Position, timeout: Duration) -> bool {
        let mut positions = self.shared.position.subscribe();
        let there = positions.wait_for(|at| *at >= position);
        matches!(tokio::time::timeout(timeout, there).await, Ok(Ok(_)))
    }

    /// Told of every advance.
    pub fn positions(&self) -> watch::Receiver<Position> {
        self.shared.position.subscribe()
    }

    fn take(&self) -> Result<(Connection, u64), ViewReadError> {
        let mut current = self.shared.current();
        let generation = current.generation;
        if let Some(connection) = current.idle.pop() {
            return Ok((connection, generation));
        }
        let view = self.shared.view;
        let path = current.path.clone().ok_or(ViewReadError::NotReady { view })?;
        drop(current);
        let connection = open(&path).map_err(|source| self.failed(source))?;
        Ok((connection, generation))
    }

    fn failed(&self, source: SqlError) -> ViewReadError {
        ViewReadError::Failed { view: self.shared.view, source }
    }
}

/// Several statements see one moment: what is committed between them is not seen.
fn snapshot<T>(
    connection: &Connection,
    read: impl FnOnce(&Connection) -> Result<T, SqlError>,
) -> Result<T, SqlError> {
    connection.begin_reading()?;
    let answer = read(connection);
    connection.end_reading()?;
    answer
}

fn open(path: &Path) -> Result<Connection, SqlError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = rusqlite::Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.pragma_update(None, "query_only", true)?;
    // Without this a statement is planned anew whenever a bound value changes: 127 µs instead of 18.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.pragma_update(None, "cache_size", -8_192)?;
    Ok(Connection::from(connection))
}
