//! Writing a whole view in one go: a fresh file, no journal, rows in the order of their key, indexes
//! after. Nothing it does is safe against a crash until it is finished, and until then it is nothing.

use std::path::PathBuf;

use rusqlite::{CachedStatement, Connection, OpenFlags};

use super::files::Files;
use super::rows::{create_indexes, create_schema, create_tallies, write_dead_letter};
use super::table::TableSql;
use super::write::insert_row;
use crate::database::{Bulk, KeepingError, Part};
use crate::place::Place;
use crate::{Checkpoint, Digest, SqlError, Table, Tally, View};

/// A file that is being built.
pub(super) struct FileBulk {
    connection: Connection,
    tables: &'static [Table],
    tallies: &'static [Tally],
    sql: Vec<TableSql>,
    files: Files,
    building: PathBuf,
    name: String,
    last_no: i64,
    digest: Digest,
}

impl FileBulk {
    pub(super) fn create(files: &Files, name: String, view: &dyn View) -> Result<Self, SqlError> {
        let building = files.building(&name);
        let tables = view.tables();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(&building, flags)?;
        connection.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_row| Ok(()))?;
        connection.pragma_update_and_check(None, "journal_mode", "OFF", |_row| Ok(()))?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "cache_size", -16_384)?;
        connection.set_prepared_statement_cache_capacity(tables.len() + 8);
        create_schema(&connection, tables)?;
        connection.execute_batch("BEGIN IMMEDIATE")?;
        let sql = tables.iter().copied().map(TableSql::new).collect();
        let (tallies, files, digest) = (view.tallies(), files.clone(), Digest::EMPTY);
        Ok(Self { connection, tables, tallies, sql, files, building, name, last_no: 0, digest })
    }
}

impl FileBulk {
    /// Nothing is left open: the file is whole when it gets its name.
    fn close(&mut self, checkpoint: &Checkpoint) -> rusqlite::Result<()> {
        let connection = &self.connection;
        checkpoint.insert(connection)?;
        connection.execute_batch("COMMIT")?;
        create_indexes(connection, self.tables)?;
        create_tallies(connection, self.tables, self.tallies)?;
        std::mem::replace(&mut self.connection, Connection::open_in_memory()?)
            .close()
            .map_err(|(_connection, error)| error)
    }
}

impl Bulk for FileBulk {
    fn write(&mut self, part: &Part) -> Result<(), SqlError> {
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

    fn finish(mut self: Box<Self>, mut checkpoint: Checkpoint) -> Result<Place, KeepingError> {
        checkpoint.digest = self.digest;
        self.close(&checkpoint).map_err(SqlError::from)?;
        self.files.finish(&self.building, &self.name)?;
        Ok(Place(self.name))
    }
}
