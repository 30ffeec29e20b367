//! Opening: the directory's lock, the file, its settings and its format; each failure by name.

use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};
use std::time::Duration;

use event_store::Cause;
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, OptionalExtension};
use uuid::Uuid;

use crate::damage;

const FORMAT: i64 = 3;
const SCHEMA: &str = include_str!("../../../schema/sql/sqlite/events_0001_create_log.sql");
/// From format 1 to 2, and from 2 to 3.
const UPGRADES: [&str; 2] = [
    include_str!("../../../schema/sql/sqlite/events_0002_find_ids_by_shares.sql"),
    include_str!("../../../schema/sql/sqlite/events_0003_find_streams_by_shares.sql"),
];
const FILE_NAME: &str = "events.db";
const LOCK_NAME: &str = "events.lock";
const BUSY_WAIT: Duration = Duration::from_secs(5);
const STATEMENTS_MAX: usize = 32;
/// The log beside the file is written back after so many pages of 4 KiB.
const WAL_PAGES_MAX: i64 = 16_000;

/// Why a log could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The directory or the file does not take writes.
    #[error(
        "the event log in `{directory}` cannot be written: give it to the user that Waymark runs as, \
         on a disk that takes writes"
    )]
    NotWritable {
        /// Where the log was looked for.
        directory: PathBuf,
        /// What refused.
        #[source]
        source: Cause,
    },
    /// What is there is not an event log, or no longer.
    #[error("`{file}` is damaged or no event log: {what}")]
    Corrupt {
        /// The file that was found.
        file: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// The log was written by another edition of this store.
    #[error("`{file}` has format {found}, and this build knows format {known}")]
    WrongVersion {
        /// The file that was found.
        file: PathBuf,
        /// Its format.
        found: i64,
        /// The only format this build reads and writes.
        known: i64,
    },
    /// Another process, or another store in this one, holds the directory.
    #[error("the event log in `{directory}` is in use by another process")]
    InUse {
        /// Where the log lies.
        directory: PathBuf,
    },
    /// The database or the system failed in another way.
    #[error("the event log in `{directory}` could not be opened")]
    Failed {
        /// Where the log lies.
        directory: PathBuf,
        /// What failed.
        #[source]
        source: Cause,
    },
}

impl OpenError {
    /// Names what SQLite found wrong with a file.
    pub(crate) fn from_sqlite(error: rusqlite::Error, directory: &Path, file: &Path) -> Self {
        Problem::Sqlite(error).named(directory, file)
    }
}

/// A log that is ours alone, with the connection that writes it.
pub(crate) struct Opened {
    pub(crate) connection: Connection,
    pub(crate) file: PathBuf,
    pub(crate) log_id: Uuid,
    pub(crate) lock: File,
}

/// Takes the directory, then opens the log in it or begins a new one.
pub(crate) fn open(directory: &Path) -> Result<Opened, OpenError> {
    let lock = take(directory)?;
    let file = directory.join(FILE_NAME);
    let (connection, log_id) =
        open_file(&file).map_err(|problem| problem.named(directory, &file))?;
    // The names of the new files must outlive a power cut too.
    File::open(directory)
        .and_then(|folder| folder.sync_all())
        .map_err(|error| not_writable(directory, error))?;
    Ok(Opened { connection, file, log_id, lock })
}

/// A connection that can only read; it sees what is committed.
pub(crate) fn open_reader(file: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(file, flags)?;
    connection.busy_timeout(BUSY_WAIT)?;
    keep_statements(&connection)?;
    connection.pragma_update(None, "query_only", true)?;
    connection.pragma_update(None, "cache_size", -8_192)?;
    Ok(connection)
}

fn take(directory: &Path) -> Result<File, OpenError> {
    fs::create_dir_all(directory).map_err(|error| not_writable(directory, error))?;
    let lock = File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(directory.join(LOCK_NAME))
        .map_err(|error| not_writable(directory, error))?;
    match lock.try_lock() {
        Ok(()) => Ok(lock),
        Err(TryLockError::WouldBlock) => Err(OpenError::InUse { directory: directory.to_owned() }),
        Err(TryLockError::Error(error)) => {
            Err(OpenError::Failed { directory: directory.to_owned(), source: error.into() })
        }
    }
}

fn not_writable(directory: &Path, source: impl Into<Cause>) -> OpenError {
    OpenError::NotWritable { directory: directory.to_owned(), source: source.into() }
}

/// What can be wrong with the file, before it is given a name.
pub(crate) enum Problem {
    Sqlite(rusqlite::Error),
    NoLog(&'static str),
    Damaged(String),
    ReadOnly,
    Format(i64),
}

impl From<rusqlite::Error> for Problem {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

impl Problem {
    pub(crate) fn named(self, directory: &Path, file: &Path) -> OpenError {
        let file = file.to_owned();
        match self {
            Self::ReadOnly => not_writable(directory, "the file may only be read"),
            Self::Damaged(what) => OpenError::Corrupt { file, what },
            Self::NoLog(what) => OpenError::Corrupt { file, what: what.to_owned() },
            Self::Format(found) => OpenError::WrongVersion { file, found, known: FORMAT },
            Self::Sqlite(error) => match error.sqlite_error_code() {
                Some(ErrorCode::NotADatabase | ErrorCode::DatabaseCorrupt) => {
                    OpenError::Corrupt { file, what: error.to_string() }
                }
                Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                    not_writable(directory, error)
                }
                _ => OpenError::Failed { directory: directory.to_owned(), source: error.into() },
            },
        }
    }
}

fn open_file(file: &Path) -> Result<(Connection, Uuid), Problem> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let mut connection = Connection::open_with_flags(file, flags)?;
    settle(&connection)?;
    // SQLite itself is content with a file that it may only read.
    if connection.is_readonly(rusqlite::MAIN_DB)? {
        return Err(Problem::ReadOnly);
    }
    let things: i64 = connection.query_row("SELECT count(*) FROM sqlite_schema", [], one)?;
    if things == 0 {
        create(&mut connection)?;
    } else if let Some(what) = damage::at_opening(&connection, file)? {
        return Err(Problem::Damaged(what));
    }
    upgrade(&mut connection)?;
    let log_id = identify(&connection)?;
    Ok((connection, log_id))
}

fn one<T: rusqlite::types::FromSql>(row: &rusqlite::Row<'_>) -> rusqlite::Result<T> {
    row.get(0)
}

fn settle(connection: &Connection) -> rusqlite::Result<()> {
    connection.busy_timeout(BUSY_WAIT)?;
    keep_statements(connection)?;
    connection.pragma_update_and_check(None, "journal_mode", "WAL", |_row| Ok(()))?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "recursive_triggers", true)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    // A group of an import touches many pages: with SQLite's own 1,000 nearly every commit would be a
    // checkpoint too.
    connection.pragma_update(None, "wal_autocheckpoint", WAL_PAGES_MAX)
}

/// A statement is planned once. Without the setting it is planned anew whenever a value is bound to it that
/// bounds a range: a fifth of what recording a step on an old pathway took.
fn keep_statements(connection: &Connection) -> rusqlite::Result<()> {
    connection.set_prepared_statement_cache_capacity(STATEMENTS_MAX);
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true).map(drop)
}

fn create(connection: &mut Connection) -> rusqlite::Result<()> {
    let transaction = connection.transaction()?;
    transaction.execute_batch(SCHEMA)?;
    let random: [u8; 16] = transaction.query_row("SELECT randomblob(16)", [], one)?;
    let log_id = uuid::Builder::from_random_bytes(random).into_uuid();
    transaction.execute(
        "INSERT INTO log (one, log_id, format) VALUES (1, ?1, ?2)",
        (log_id.as_bytes(), 1),
    )?;
    transaction.commit()
}

/// Brings a log of an earlier format to this one, whole or not at all. What is no log is left as it is.
fn upgrade(connection: &mut Connection) -> rusqlite::Result<()> {
    if !connection.table_exists(None, "log")? {
        return Ok(());
    }
    let format = connection.query_row("SELECT format FROM log", [], one::<i64>).optional()?;
    let missing = (1..).zip(UPGRADES).skip_while(|(from, _sql)| format != Some(*from));
    let missing: String = missing.map(|(_from, sql)| sql).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction()?;
    transaction.execute_batch(&missing)?;
    transaction.commit()
}

/// Which log it is, of the only format that is known.
fn identify(connection: &Connection) -> Result<Uuid, Problem> {
    match identified(connection)? {
        (log_id, FORMAT) => Ok(log_id),
        (_, format) => Err(Problem::Format(format)),
    }
}

/// Which log it is, of this format or of one that opening would bring to it.
pub(crate) fn identify_any(connection: &Connection) -> Result<Uuid, Problem> {
    match identified(connection)? {
        (log_id, 1..=FORMAT) => Ok(log_id),
        (_, format) => Err(Problem::Format(format)),
    }
}

fn identified(connection: &Connection) -> Result<(Uuid, i64), Problem> {
    if !connection.table_exists(None, "log")? {
        return Err(Problem::NoLog("it is a SQLite database of something else"));
    }
    let found = connection
        .query_row("SELECT log_id, format FROM log", [], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let (log_id, format) = found.ok_or(Problem::NoLog("it has lost its id"))?;
    Ok((Uuid::from_bytes(log_id), format))
}
