//! Reading a view: connections to the file in use, and waiting until it has come far enough.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use event_store::Position;
use tokio::sync::{Semaphore, watch};

use crate::database::ViewDatabase;
use crate::place::Place;
use crate::{Connection, SqlError};

const IDLE_MAX: usize = 8;
const AT_ONCE_MAX: usize = 8;

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
    place: Option<Place>,
    generation: u64,
    idle: Vec<Connection>,
}

/// What the projector and the readers of one view share.
pub(crate) struct Shared {
    view: &'static str,
    database: Arc<dyn ViewDatabase>,
    current: Mutex<Current>,
    position: watch::Sender<Position>,
    permits: Arc<Semaphore>,
}

impl Shared {
    pub(crate) fn new(view: &'static str, database: Arc<dyn ViewDatabase>) -> Arc<Self> {
        let current = Current { place: None, generation: 0, idle: Vec::new() };
        Arc::new(Self {
            view,
            database,
            current: Mutex::new(current),
            position: watch::Sender::new(Position::START),
            permits: Arc::new(Semaphore::new(AT_ONCE_MAX)),
        })
    }

    /// Whoever reads from now on reads this edition; whoever is reading ends in the one they began.
    pub(crate) fn switch(&self, place: &Place, position: Position) {
        let mut current = self.current();
        current.place = Some(place.clone());
        current.generation += 1;
        current.idle.clear();
        drop(current);
        self.advance(position);
    }

    /// Nobody reads from now on: what there is, is not ours to read.
    pub(crate) fn leave(&self) {
        let mut current = self.current();
        current.place = None;
        current.generation += 1;
        current.idle.clear();
    }

    /// Closes what is idle, so that the writer closes last and leaves one whole file.
    pub(crate) fn close_idle(&self) {
        self.current().idle.clear();
    }

    pub(crate) fn database(&self) -> Arc<dyn ViewDatabase> {
        Arc::clone(&self.database)
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

    /// Refuses where the view is yet to be built: also what it remembers is not there then.
    pub fn must_be_ready(&self) -> Result<(), ViewReadError> {
        let is_there = self.shared.current().place.is_some();
        if is_there { Ok(()) } else { Err(ViewReadError::NotReady { view: self.shared.view }) }
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
        connection.rest().map_err(|source| self.failed(source))?;
        let mut current = self.shared.current();
        let kept = connection.is_kept() && current.generation == generation;
        if kept && current.idle.len() < IDLE_MAX {
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
        let place = current.place.clone().ok_or(ViewReadError::NotReady { view })?;
        drop(current);
        let reader = self.shared.database.reader(&place);
        let connection = reader.map_err(|source| self.failed(source))?;
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
