//! Views in SQLite: a file an edition, a pointer file beside, and whole files or nothing.

mod bulk;
mod cells;
mod differences;
mod files;
mod lay_out;
mod rows;
mod table;
mod tally;
mod write;

use std::path::Path;
use std::time::Duration;

use rusqlite::OpenFlags;
use rusqlite::config::DbConfig;

use crate::database::{Bulk, KeepingError, Pointer, ViewDatabase};
use crate::place::Place;
use crate::scan::Differences;
use crate::view_file::ViewFile;
use crate::{Connection, Identity, SqlError, View};

pub(crate) use files::Files;
pub use files::FilesError;
pub use lay_out::lay_out;

const BUSY_WAIT: Duration = Duration::from_secs(5);
const STATEMENTS_MAX: usize = 128;

impl ViewDatabase for Files {
    fn current(&self, view: &str) -> Result<Pointer, KeepingError> {
        Ok(Self::current(self, view)?)
    }

    fn switch(&self, view: &str, place: &Place) -> Result<(), KeepingError> {
        Ok(Self::switch(self, view, &place.0)?)
    }

    fn prune(&self, view: &str, current: &Place) -> Result<(), KeepingError> {
        Ok(Self::prune(self, view, &current.0)?)
    }

    fn discard(&self, place: &Place) -> Result<(), KeepingError> {
        Ok(Self::discard(self, &self.path(place))?)
    }

    fn open(&self, place: &Place, view: &dyn View) -> Result<ViewFile, SqlError> {
        let rows = rows::FileRows::open(&self.path(place), view.tables())?;
        ViewFile::of(Box::new(rows), place.clone())
    }

    fn create(&self, view: &dyn View, identity: Identity) -> Result<ViewFile, KeepingError> {
        let place = Place(self.fresh(view)?);
        let path = self.path(&place);
        Self::discard(self, &path)?;
        let rows = rows::FileRows::create(&path, view, identity)?;
        let file = ViewFile::of(Box::new(rows), place)?;
        Self::switch(self, view.name(), &file.place().0)?;
        Ok(file)
    }

    fn build(&self, view: &dyn View) -> Result<Box<dyn Bulk>, KeepingError> {
        let name = self.fresh(view)?;
        Self::discard(self, &self.building(&name))?;
        Ok(Box::new(bulk::FileBulk::create(self, name, view)?))
    }

    fn differences(
        &self,
        view: &dyn View,
        new: &Place,
        old: &Place,
    ) -> Result<Differences, SqlError> {
        differences::differences(&self.path(new), &self.path(old), view.tables())
    }

    fn reader(&self, place: &Place) -> Result<Connection, SqlError> {
        read_only(&self.path(place))
    }
}

fn read_only(path: &Path) -> Result<Connection, SqlError> {
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
