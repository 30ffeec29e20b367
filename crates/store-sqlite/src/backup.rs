//! Copying a database of SQLite beside whoever uses it, and reading what the copy of a log holds.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use event_store::Position;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::{Connection, OpenFlags, OptionalExtension};
use uuid::Uuid;

use crate::open::{OpenError, Problem, identify_any, open_reader};

/// Pages copied between two words about the progress: 8 MiB of pages of 4 KiB.
const PAGES_AT_ONCE: i32 = 2_048;

/// Read and write for the owner, nothing for others.
const OWNER_ONLY: u32 = 0o600;

/// Why a database could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum CopyError {
    /// The one to copy cannot be read.
    #[error("`{file}` cannot be read")]
    Source {
        /// What was to be copied.
        file: PathBuf,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// It is locked by somebody who does not let go.
    #[error("`{file}` is locked by another process")]
    Locked {
        /// What was to be copied.
        file: PathBuf,
    },
    /// The copy cannot be written.
    #[error("`{file}` cannot be written")]
    Copy {
        /// The copy.
        file: PathBuf,
        /// What SQLite says.
        #[source]
        source: rusqlite::Error,
    },
    /// The file of the copy cannot be made or brought to disk.
    #[error("`{file}` cannot be written")]
    File {
        /// The copy.
        file: PathBuf,
        /// What the system says.
        #[source]
        source: std::io::Error,
    },
}

/// Copies a database as it is at one moment into a file that is not there yet, readable by its owner
/// alone and on disk when this returns. Others may read and write the database meanwhile: `progress` is
/// told the pages copied and the pages in all.
///
/// All of it is read in one transaction: a copy by steps would begin anew with every commit of
/// another process, and never end beside a busy server. The price is that what is written meanwhile stays
/// in the log beside the file (`-wal`) until the copy has ended.
pub fn copy(from: &Path, to: &Path, progress: &dyn Fn(u64, u64)) -> Result<(), CopyError> {
    let source = |source| CopyError::Source { file: from.to_owned(), source };
    let moment = open_reader(from).map_err(source)?;
    // A transaction begins with what it first reads.
    moment.execute_batch("BEGIN; SELECT count(*) FROM sqlite_schema").map_err(source)?;
    let file = fresh(to).map_err(|error| file_failed(to, error))?;
    let failed = |source| CopyError::Copy { file: to.to_owned(), source };
    let mut copy = open_copy(to).map_err(failed)?;
    if !step_by_step(&moment, &mut copy, progress).map_err(failed)? {
        return Err(CopyError::Locked { file: from.to_owned() });
    }
    // One file, which can be read where nothing can be written beside it.
    copy.pragma_update_and_check(None, "journal_mode", "DELETE", |_row| Ok(())).map_err(failed)?;
    copy.close().map_err(|(_still_open, error)| failed(error))?;
    file.sync_all().map_err(|error| file_failed(to, error))
}

fn file_failed(file: &Path, source: std::io::Error) -> CopyError {
    CopyError::File { file: file.to_owned(), source }
}

fn fresh(path: &Path) -> std::io::Result<File> {
    OpenOptions::new().write(true).create_new(true).mode(OWNER_ONLY).open(path)
}

/// Nobody relies on the copy before it is whole: it is brought to disk once, at its end.
fn open_copy(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let copy = Connection::open_with_flags(path, flags)?;
    copy.pragma_update(None, "synchronous", "OFF")?;
    copy.pragma_update_and_check(None, "journal_mode", "MEMORY", |_row| Ok(()))?;
    Ok(copy)
}

/// Whether it came to the end; false where somebody holds a lock.
fn step_by_step(
    moment: &Connection,
    copy: &mut Connection,
    progress: &dyn Fn(u64, u64),
) -> rusqlite::Result<bool> {
    let backup = Backup::new(moment, copy)?;
    loop {
        let step = backup.step(PAGES_AT_ONCE)?;
        let pages = backup.progress();
        let (all, left) = (pages.pagecount.unsigned_abs(), pages.remaining.unsigned_abs());
        progress(u64::from(all.saturating_sub(left)), u64::from(all));
        match step {
            StepResult::Done => return Ok(true),
            StepResult::More => {}
            _ => return Ok(false),
        }
    }
}

/// Where a log ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogEnd {
    /// Which log it is.
    pub log_id: Uuid,
    /// Position of its last event.
    pub position: Position,
    /// The event there; none where there is no event.
    pub event_id: Option<Uuid>,
}

/// The copy of a log, only read.
pub struct LogCopy {
    connection: Connection,
    file: PathBuf,
}

impl LogCopy {
    /// Opens a copy that nobody writes to.
    pub fn open(file: &Path) -> Result<Self, OpenError> {
        let connection = open_reader(file).map_err(|error| named(file, error))?;
        Ok(Self { connection, file: file.to_owned() })
    }

    /// Where it ends.
    pub fn end(&self) -> Result<LogEnd, OpenError> {
        let log_id = identify_any(&self.connection).map_err(|problem| self.problem(problem))?;
        let last = "SELECT position, event_id FROM events ORDER BY position DESC LIMIT 1";
        let last: Option<(i64, [u8; 16])> = self
            .connection
            .query_row(last, [], |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()
            .map_err(|error| named(&self.file, error))?;
        let position = Position(last.map_or(0, |(position, _)| position.unsigned_abs()));
        Ok(LogEnd { log_id, position, event_id: last.map(|(_, id)| Uuid::from_bytes(id)) })
    }

    /// Hands on the id of every key that an event was sealed with, each once.
    pub fn each_key_id(&self, mut take: impl FnMut(Uuid)) -> Result<(), OpenError> {
        let sql = "SELECT DISTINCT key_id FROM events WHERE key_id IS NOT NULL";
        let read = self.connection.prepare(sql).and_then(|mut select| {
            let mut rows = select.query([])?;
            while let Some(row) = rows.next()? {
                take(Uuid::from_bytes(row.get(0)?));
            }
            Ok(())
        });
        read.map_err(|error| named(&self.file, error))
    }

    /// Reads every page and index, and counts the events: what is wrong, or nothing.
    pub fn damage(&self) -> Result<Option<String>, OpenError> {
        if let Some(damage) = damage(&self.connection).map_err(|error| named(&self.file, error))? {
            return Ok(Some(damage));
        }
        let gap = "SELECT count(*) FROM events HAVING count(*) <> max(position)";
        let counted: Option<i64> = self
            .connection
            .query_row(gap, [], |row| row.get(0))
            .optional()
            .map_err(|error| named(&self.file, error))?;
        Ok(counted.map(|counted| format!("it has {counted} events and its positions go further")))
    }

    fn problem(&self, problem: Problem) -> OpenError {
        problem.named(directory_of(&self.file), &self.file)
    }
}

/// Reads every page and index of a database that nobody writes to: what is wrong, or nothing.
pub fn damage_of(file: &Path) -> Result<Option<String>, OpenError> {
    let found = open_reader(file).and_then(|connection| damage(&connection));
    found.map_err(|error| named(file, error))
}

fn damage(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let said: String = connection.query_row("PRAGMA integrity_check(1)", [], |row| row.get(0))?;
    Ok((said != "ok").then_some(said))
}

fn named(file: &Path, error: rusqlite::Error) -> OpenError {
    OpenError::from_sqlite(error, directory_of(file), file)
}

fn directory_of(file: &Path) -> &Path {
    file.parent().unwrap_or(file)
}
