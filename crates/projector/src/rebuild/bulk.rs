//! Writing a whole view in one go: a fresh file, no journal, rows in the order of their key, indexes
//! after. Nothing it does is safe against a crash until it is finished, and until then it is nothing.

use std::path::{Path, PathBuf};

use rusqlite::{CachedStatement, Connection, OpenFlags};

use crate::checkpoint::Checkpoint;
use crate::compute::Outcome;
use crate::table::TableSql;
use crate::view_file::{create_indexes, create_schema, create_tallies, write_dead_letter};
use crate::write::insert_row;
use crate::{Digest, SqlError, Table, Tally, View};

/// Some pathways of one view, in the order of their streams.
pub(crate) struct Part {
    pub(crate) outcomes: Vec<Outcome>,
    pub(crate) digest: Digest,
}

/// A file that is being built.
pub(crate) struct Bulk {
    connection: Connection,
    tables: &'static [Table],
    tallies: &'static [Tally],
    sql: Vec<TableSql>,
    path: PathBuf,
    last_no: i64,
    digest: Digest,
}

impl Bulk {
    pub(crate) fn create(path: &Path, view: &dyn View) -> Result<Self, SqlError> {
        let tables = view.tables();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags)?;
        connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_row| Ok(()))?;
        connection.pragma_update_and_check(None, "journal_mode", "OFF", |_row| Ok(()))?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "cache_size", -16_384)?;
        connection.set_prepared_statement_cache_capacity(tables.len() + 8);
        create_schema(&connection, tables)?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let sql = tables.iter().copied().map(TableSql::new).collect();
        let path = path.to_owned();
        let tallies = view.tallies();
        Ok(Self { connection, tables, tallies, sql, path, last_no: 0, digest: Digest::EMPTY })
    }

    pub(crate) fn write(&mut self, part: &Part) -> Result<(), SqlError> {
        self.digest.add(part.digest);
        let connection = &self.connection;
        let mut number =
            connection.prepare_cached("INSERT INTO pathways (no, id) VALUES (?1, ?2)")?;
        let inserts = self.sql.iter().map(|sql| connection.prepare_cached(&sql.insert));
        let mut inserts: Vec<CachedStatement<'_>> = inserts.collect::<rusqlite::Result<_>>()?;
        for outcome in &part.outcomes {
            if !outcome.rows.is_empty() {
                self.last_no += 1;
                number.execute((self.last_no, outcome.pathway.0.as_bytes()))?;
            }
            for row in &outcome.rows {
                if let Some(insert) = inserts.get_mut(row.table) {
                    insert_row(insert, self.last_no, row)?;
                }
            }
            if outcome.fault.is_some() {
                write_dead_letter(connection, outcome.pathway.0, outcome.fault.as_ref())?;
            }
        }
        Ok(())
    }

    /// Makes the indexes and the counts, and says how far it is: from here on it is a view.
    pub(crate) fn finish(self, mut checkpoint: Checkpoint) -> Result<PathBuf, SqlError> {
        checkpoint.digest = self.digest;
        checkpoint.insert(&self.connection)?;
        self.connection.execute_batch("COMMIT")?;
        create_indexes(&self.connection, self.tables)?;
        create_tallies(&self.connection, self.tables, self.tallies)?;
        self.connection.close().map_err(|(_connection, error)| error)?;
        Ok(self.path)
    }
}
