//! A view's file, opened for writing: rows, dead letters and checkpoint in one transaction.

use std::path::{Path, PathBuf};
use std::time::Duration;

use event_store::Position;
use rusqlite::OpenFlags;
use rustc_hash::FxHashMap;
use steps::PathwayId;
use uuid::Uuid;

use crate::checkpoint::{Checkpoint, integer};
use crate::compute::{Fault, Outcome};
use crate::table::{self, OWN_TABLES, PATHWAYS_INDEX, TableSql};
use crate::tally;
use crate::write::{Written, write_all};
use crate::{Change, Connection, Identity, Row, SqlError, Table, Tally, View};

const BUSY_WAIT: Duration = Duration::from_secs(5);
const STATEMENTS_MAX: usize = 256;

/// One view's file, with the only connection that writes it.
pub(crate) struct ViewFile {
    connection: Connection,
    tables: Vec<TableSql>,
    path: PathBuf,
    checkpoint: Checkpoint,
    dead: FxHashMap<Uuid, Fault>,
    next_no: i64,
}

/// How far a commit brings a file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advance {
    pub(crate) position: Position,
    pub(crate) event_id: Option<Uuid>,
    pub(crate) events: u64,
}

impl ViewFile {
    /// A new file with no rows, at the start of the log.
    pub(crate) fn create(
        path: &Path,
        view: &dyn View,
        identity: Identity,
    ) -> Result<Self, SqlError> {
        let tables = view.tables();
        let mut connection = connect(path, OpenFlags::SQLITE_OPEN_CREATE)?;
        let transaction = connection.transaction()?;
        create_schema(&transaction, tables)?;
        create_indexes(&transaction, tables)?;
        create_tallies(&transaction, tables, view.tallies())?;
        Checkpoint::start(identity).insert(&transaction)?;
        transaction.commit()?;
        Self::with(connection, path, tables)
    }

    /// The file at a path, as it was left.
    pub(crate) fn open(path: &Path, tables: &[Table]) -> Result<Self, SqlError> {
        Self::with(connect(path, OpenFlags::empty())?, path, tables)
    }

    fn with(
        connection: rusqlite::Connection,
        path: &Path,
        tables: &[Table],
    ) -> Result<Self, SqlError> {
        let connection = Connection::from(connection);
        let checkpoint =
            Checkpoint::read(&connection)?.ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        let last: Option<i64> =
            connection.raw().query_row("SELECT max(no) FROM pathways", [], |row| row.get(0))?;
        Ok(Self {
            dead: dead_letters(connection.raw())?,
            tables: tables.iter().copied().map(TableSql::new).collect(),
            path: path.to_owned(),
            next_no: last.unwrap_or(0) + 1,
            checkpoint,
            connection,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) const fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    pub(crate) const fn position(&self) -> Position {
        self.checkpoint.position
    }

    pub(crate) const fn connection(&self) -> &Connection {
        &self.connection
    }

    /// The pathways that stand still, and why.
    pub(crate) const fn dead(&self) -> &FxHashMap<Uuid, Fault> {
        &self.dead
    }

    /// Writes what changed and how far it is, all or nothing, and hands out the changes.
    pub(crate) fn commit(
        &mut self,
        outcomes: Vec<Outcome>,
        to: Advance,
    ) -> Result<Vec<Changed>, SqlError> {
        let mut checkpoint = self.checkpoint.clone();
        checkpoint.position = to.position;
        checkpoint.event_id = to.event_id;
        checkpoint.consumed += to.events;
        let transaction = self.connection.raw().unchecked_transaction()?;
        let mut written = Written::new(self.next_no, checkpoint.digest);
        write_all(&transaction, &mut self.tables, &outcomes, &mut written)?;
        for outcome in &outcomes {
            let id = outcome.pathway.0;
            if self.dead.get(&id) != outcome.fault.as_ref() {
                write_dead_letter(&transaction, id, outcome.fault.as_ref())?;
            }
        }
        checkpoint.digest = written.digest;
        checkpoint.update(&transaction)?;
        transaction.commit()?;
        self.checkpoint = checkpoint;
        self.next_no = written.next_no;
        Ok(self.settle(outcomes, written))
    }

    fn settle(&mut self, outcomes: Vec<Outcome>, written: Written) -> Vec<Changed> {
        let mut changes = Vec::new();
        for (outcome, place) in outcomes.into_iter().zip(written.places) {
            let (pathway, id) = (outcome.pathway, outcome.pathway.0);
            match outcome.fault {
                Some(fault) => drop(self.dead.insert(id, fault)),
                None => drop(self.dead.remove(&id)),
            }
            if let Some((no, old)) = place {
                changes.push(Changed { pathway, no, old, new: outcome.rows });
            }
        }
        changes
    }
}

/// What a commit changed in one pathway.
pub(crate) struct Changed {
    pub(crate) pathway: PathwayId,
    pub(crate) no: i64,
    pub(crate) old: Vec<Row>,
    pub(crate) new: Vec<Row>,
}

impl Changed {
    pub(crate) fn as_change(&self) -> Change<'_> {
        Change { pathway_id: self.pathway, no: self.no, old: &self.old, new: &self.new }
    }
}

/// The view's tables and ours, without indexes.
pub(crate) fn create_schema(
    connection: &rusqlite::Connection,
    tables: &[Table],
) -> rusqlite::Result<()> {
    connection.execute_batch(OWN_TABLES)?;
    tables.iter().try_for_each(|table| connection.execute_batch(&table::create(table)))
}

/// The indexes of the view's tables and of ours.
pub(crate) fn create_indexes(
    connection: &rusqlite::Connection,
    tables: &[Table],
) -> rusqlite::Result<()> {
    connection.execute_batch(PATHWAYS_INDEX)?;
    let mut indexes = tables.iter().flat_map(table::create_indexes);
    indexes.try_for_each(|index| connection.execute_batch(&index))
}

/// The counts that are kept, made from the rows that are there.
pub(crate) fn create_tallies(
    connection: &rusqlite::Connection,
    tables: &[Table],
    tallies: &[Tally],
) -> rusqlite::Result<()> {
    let mut batches = tallies.iter().filter_map(|tally| tally::create(tables, tally));
    batches.try_for_each(|batch| connection.execute_batch(&batch))
}

/// Notes why a pathway stands still, or that it goes on.
pub(crate) fn write_dead_letter(
    connection: &rusqlite::Connection,
    pathway: Uuid,
    fault: Option<&Fault>,
) -> rusqlite::Result<()> {
    let id = pathway.as_bytes();
    let Some(fault) = fault else {
        return connection.execute("DELETE FROM dead_letter WHERE pathway_id = ?1", [id]).map(drop);
    };
    let parameters = (id, integer(fault.position.0), &fault.reason);
    let insert =
        "INSERT OR REPLACE INTO dead_letter (pathway_id, position, reason) VALUES (?1, ?2, ?3)";
    connection.execute(insert, parameters).map(drop)
}

fn dead_letters(connection: &rusqlite::Connection) -> rusqlite::Result<FxHashMap<Uuid, Fault>> {
    let mut select = connection.prepare("SELECT pathway_id, position, reason FROM dead_letter")?;
    let letters = select.query_map([], |row| {
        let position = Position(row.get::<_, i64>(1)?.unsigned_abs());
        Ok((Uuid::from_bytes(row.get(0)?), Fault { position, reason: row.get(2)? }))
    })?;
    letters.collect()
}

/// Rows can be made again from the log, so a power cut may take the last commits, never half of one.
fn connect(path: &Path, more: OpenFlags) -> rusqlite::Result<rusqlite::Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX | more;
    let connection = rusqlite::Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(BUSY_WAIT)?;
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_row| Ok(()))?;
    connection.pragma_update(None, "synchronous", "NORMAL")?;
    connection.pragma_update(None, "cache_size", -16_384)?;
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    Ok(connection)
}
