//! A database of views: where the rows of each edition of a view are written, read and taken into use.
//!
//! Each database keeps the same promises: rows, dead letters and checkpoint are one transaction; an
//! edition that is being built is nothing until it is finished; the pointer names one that is whole;
//! the edition before it is kept.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::Arc;

use leases::Leases;
use rustc_hash::FxHashMap;
use steps::PathwayId;
use uuid::Uuid;

use crate::compute::{Fault, Outcome};
use crate::place::Place;
use crate::postgres::{Connect, Schemas};
use crate::scan::Differences;
use crate::sqlite::{Files, FilesError};
use crate::view_file::ViewFile;
use crate::{Checkpoint, Connection, Digest, Identity, Row, SqlError, View};

/// Why the editions of views could not be found, made or taken into use.
#[derive(Debug, thiserror::Error)]
pub enum KeepingError {
    /// The directory of views failed.
    #[error(transparent)]
    Files(#[from] FilesError),
    /// The database failed.
    #[error("the views cannot be kept")]
    Sql(#[from] SqlError),
}

/// Where views are kept.
#[derive(Clone)]
pub enum Keeping {
    /// In files of SQLite, in `views` below this data directory.
    Files(PathBuf),
    /// In a PostgreSQL database.
    Postgres(PostgresViews),
}

/// A PostgreSQL database that keeps views.
#[derive(Clone)]
pub struct PostgresViews {
    /// Makes a connection to it, for a role that may create schemas.
    pub connect: Connect,
    /// How many connections the readers of all views may have at once.
    pub readers_max: usize,
    /// Where other servers keep the same views there, who writes which, under its name; none: we alone
    /// write all.
    pub leases: Option<Arc<Leases>>,
}

/// A database of views, opened.
pub(crate) struct Opened {
    pub(crate) database: Arc<dyn ViewDatabase>,
    /// The same, where other servers write there too.
    pub(crate) shared: Option<(Arc<Schemas>, Arc<Leases>)>,
}

impl Keeping {
    /// Makes what is missing of it; waits for the disk or the database.
    pub(crate) fn open(&self) -> Result<Opened, KeepingError> {
        let views = match self {
            Self::Files(data) => {
                let database = Arc::new(Files::open(&data.join("views"))?);
                return Ok(Opened { database, shared: None });
            }
            Self::Postgres(views) => views,
        };
        let schemas = Arc::new(Schemas::open(views)?);
        let shared = views.leases.clone().map(|leases| (Arc::clone(&schemas), leases));
        Ok(Opened { database: schemas, shared })
    }
}

/// What a pointer says.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Pointer {
    Names(Place),
    Missing,
    /// It names no edition of that view, or one that is not there.
    Damaged,
}

/// Where the views of one log are kept.
pub(crate) trait ViewDatabase: Send + Sync {
    /// The edition in use.
    fn current(&self, view: &str) -> Result<Pointer, KeepingError>;

    /// From now on this edition is the view. The one before it is kept, older ones go.
    fn switch(&self, view: &'static str, place: &Place) -> Result<(), KeepingError>;

    /// Keeps the edition in use and the one before it.
    fn prune(&self, view: &str, current: &Place) -> Result<(), KeepingError>;

    /// Takes an edition away that is not in use.
    fn discard(&self, place: &Place) -> Result<(), KeepingError>;

    /// An edition as it was left, opened for writing.
    fn open(&self, place: &Place, view: &dyn View) -> Result<ViewFile, SqlError>;

    /// A new edition with no rows, at the start of the log, in use at once.
    fn create(&self, view: &dyn View, identity: Identity) -> Result<ViewFile, KeepingError>;

    /// A new edition that is written in one go.
    fn build(&self, view: &dyn View) -> Result<Box<dyn Bulk>, KeepingError>;

    /// Counts what differs between two editions of a view.
    fn differences(
        &self,
        view: &dyn View,
        new: &Place,
        old: &Place,
    ) -> Result<Differences, SqlError>;

    /// A connection that reads an edition and cannot write.
    fn reader(&self, place: &Place) -> Result<Connection, SqlError>;
}

/// Some pathways of one view, in the order of their streams.
pub(crate) struct Part {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) digest: Digest,
}

/// An edition that is being built. Dropped unfinished, it was never there.
pub(crate) trait Bulk: Send {
    fn write(&mut self, part: &Part) -> Result<(), SqlError>;

    /// Makes the indexes and the counts, and says how far it is: from here on it is a view.
    fn finish(self: Box<Self>, checkpoint: Checkpoint) -> Result<Place, KeepingError>;
}

/// The rows of an edition in use, opened for writing.
pub(crate) trait RowStore: Send {
    /// A connection that reads what is written.
    fn reading(&self) -> Result<Reading<'_>, SqlError>;

    /// Writes what changed, who stands still and how far it is, all or nothing.
    fn commit(&mut self, work: Work<'_>) -> Result<Written, SqlError>;
}

/// A connection for reading: the one that writes, or one that is lent for a while.
pub(crate) enum Reading<'a> {
    Held(&'a Connection),
    Lent(Connection),
}

impl Deref for Reading<'_> {
    type Target = Connection;

    fn deref(&self) -> &Connection {
        match self {
            Self::Held(connection) => connection,
            Self::Lent(connection) => connection,
        }
    }
}

/// What a commit is to write.
pub(crate) struct Work<'a> {
    pub(crate) outcomes: &'a [Outcome],
    /// The pathways that stand still so far.
    pub(crate) dead: &'a FxHashMap<Uuid, Fault>,
    /// Where it stands.
    pub(crate) before: &'a Checkpoint,
    /// Where it will stand; the digest is that of before.
    pub(crate) checkpoint: Checkpoint,
    /// The number of the next new pathway.
    pub(crate) next_no: i64,
}

impl Work<'_> {
    /// The pathways whose fault is another than before, or gone.
    pub(crate) fn faults(&self) -> impl Iterator<Item = (PathwayId, Option<&Fault>)> {
        let changed = self
            .outcomes
            .iter()
            .filter(|outcome| self.dead.get(&outcome.pathway.0) != outcome.fault.as_ref());
        changed.map(|outcome| (outcome.pathway, outcome.fault.as_ref()))
    }
}

/// What a commit came to.
pub(crate) struct Written {
    pub(crate) checkpoint: Checkpoint,
    pub(crate) next_no: i64,
    /// For each outcome its number and the rows before; none where nothing changed.
    pub(crate) places: Vec<Option<(i64, Vec<Row>)>>,
}
