//! A view's file, opened for writing: rows, dead letters and checkpoint in one transaction.

use std::path::Path;
use std::time::Duration;

use rusqlite::OpenFlags;
use uuid::Uuid;

use super::table::{self, OWN_TABLES, TableSql};
use super::tally;
use super::write::{Progress, write_all};
use crate::checkpoint::integer;
use crate::compute::Fault;
use crate::database::{Reading, RowStore, Work, Written};
use crate::table::{PATHWAYS_INDEX, create_indexes as create_table_indexes};
use crate::{Checkpoint, Connection, Identity, SqlError, Table, Tally, View};

const BUSY_WAIT: Duration = Duration::from_secs(5);
const STATEMENTS_MAX: usize = 256;

/// The rows of a file, with the only connection that writes it.
pub(super) struct FileRows {
    connection: Connection,
    tables: Vec<TableSql>,
}

impl FileRows {
    /// A new file with no rows, at the start of the log.
    pub(super) fn create(
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
        Ok(Self::with(connection, tables))
    }

    /// The file at a path, as it was left, unless a page of it cannot be right.
    pub(super) fn open(path: &Path, tables: &[Table]) -> Result<Self, SqlError> {
        let connection = connect(path, OpenFlags::empty())?;
        look_through(&connection, path)?;
        Ok(Self::with(connection, tables))
    }

    fn with(connection: rusqlite::Connection, tables: &[Table]) -> Self {
        let tables = tables.iter().copied().map(TableSql::new).collect();
        Self { connection: Connection::from(connection), tables }
    }
}

/// A file that is larger is looked at by whoever asks it: this would take longer than a start may.
const LOOKED_THROUGH_BYTES_MAX: u64 = 64 * 1024 * 1024;

fn look_through(connection: &rusqlite::Connection, path: &Path) -> Result<(), SqlError> {
    if std::fs::metadata(path).map_or(0, |known| known.len()) > LOOKED_THROUGH_BYTES_MAX {
        return Ok(());
    }
    let found: String = connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0))?;
    match found.lines().find(|line| *line != "ok" && !line.starts_with("***")) {
        Some(what) => Err(SqlError::Damaged(what.to_owned())),
        None => Ok(()),
    }
}

impl RowStore for FileRows {
    fn reading(&self) -> Result<Reading<'_>, SqlError> {
        Ok(Reading::Held(&self.connection))
    }

    fn commit(&mut self, work: Work<'_>) -> Result<Written, SqlError> {
        let connection = self.connection.sqlite().ok_or(SqlError::Unfinished)?;
        let transaction = connection.unchecked_transaction()?;
        let mut progress = Progress::new(work.next_no, work.checkpoint.digest);
        write_all(&transaction, &mut self.tables, work.outcomes, &mut progress)?;
        for (pathway, fault) in work.faults() {
            write_dead_letter(&transaction, pathway.0, fault)?;
        }
        let mut checkpoint = work.checkpoint;
        checkpoint.digest = progress.digest;
        checkpoint.update(&transaction)?;
        transaction.commit()?;
        Ok(Written { checkpoint, next_no: progress.next_no, places: progress.places })
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
    let mut indexes = tables.iter().flat_map(create_table_indexes);
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

/// Rows can be made again from the log, so a power cut may take the last commits, never half of one.
pub(super) fn connect(path: &Path, more: OpenFlags) -> rusqlite::Result<rusqlite::Connection> {
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
