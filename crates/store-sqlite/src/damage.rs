//! Damage to the file, told as SQLite tells it: at opening where the file is small enough to be looked
//! through, else by whoever meets it.

use std::path::Path;
use std::sync::{Mutex, PoisonError};

use event_store::{Cause, ReadError};
use rusqlite::{Connection, ErrorCode};

/// Files up to so many bytes are looked through at opening: a third of a second.
const LOOKED_THROUGH_BYTES_MAX: u64 = 64 * 1024 * 1024;

/// Findings that are told.
const TOLD_MAX: usize = 3;

/// What is wrong with the pages of a file, and what to do; none: nothing, or it is too large to be
/// looked through by everybody who opens it.
pub(crate) fn at_opening(connection: &Connection, file: &Path) -> rusqlite::Result<Option<String>> {
    let beside = file.with_extension("db-wal");
    let bytes = |path: &Path| std::fs::metadata(path).map_or(0, |known| known.len());
    if bytes(file).saturating_add(bytes(&beside)) > LOOKED_THROUGH_BYTES_MAX {
        return Ok(None);
    }
    findings(connection)
}

/// As [`at_opening`], however large it is.
fn findings(connection: &Connection) -> rusqlite::Result<Option<String>> {
    let mut statement = connection.prepare(&format!("PRAGMA quick_check({TOLD_MAX})"))?;
    let mut told = Vec::new();
    for line in statement.query_map([], |row| row.get::<_, String>(0))? {
        match line {
            Ok(line) => told.push(line),
            // Looking into the rows of a page that it has just told of, it fails.
            Err(_damage) if !told.is_empty() => break,
            Err(error) => return Err(error),
        }
    }
    let lines = told.iter().flat_map(|told| told.lines());
    let lines: Vec<&str> = lines.filter(|line| *line != "ok" && !line.starts_with("***")).collect();
    Ok((!lines.is_empty()).then(|| {
        format!("{}; put a backup in its place, with nothing beside it", lines.join("; "))
    }))
}

/// Damage that a read has met; it stays until the file is another.
#[derive(Default)]
pub(crate) struct Met(Mutex<Option<String>>);

impl Met {
    /// Looks the file through, once, where a read failed for its damage; the error then says so.
    pub(crate) fn look(
        &self,
        error: ReadError,
        file: &Path,
        open: impl FnOnce() -> Option<Connection>,
    ) -> ReadError {
        match error {
            ReadError::Unavailable { source } if is_damage(&source) => {
                self.look_through(file, open);
                ReadError::Damaged { source }
            }
            other => other,
        }
    }

    fn look_through(&self, file: &Path, open: impl FnOnce() -> Option<Connection>) {
        let mut met = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if met.is_some() {
            return;
        }
        let found = open().and_then(|connection| findings(&connection).ok().flatten());
        let what = found.unwrap_or_else(|| "a page of it cannot be read".to_owned());
        tracing::error!(file = %file.display(), what, "the event log is damaged");
        *met = Some(format!("`{}` is damaged: {what}", file.display()));
    }

    pub(crate) fn told(&self) -> Option<String> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

fn is_damage(source: &Cause) -> bool {
    let code =
        source.downcast_ref::<rusqlite::Error>().and_then(rusqlite::Error::sqlite_error_code);
    matches!(code, Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
}
