//! How far each endpoint was told, and the alerts that it did not take: a small file beside the log. Where
//! it is lost, each endpoint is told from then on, as a new one.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use anyhow::Context;
use api::{DeadAlert, Deliveries, DeliveriesError};
use chrono::{DateTime, Utc};
use event_store::Position;
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use uuid::Uuid;

/// `again` is 0 until somebody asks for the alert to be sent again, then 1; 2: it cannot be read.
const TABLES: &str = "
PRAGMA journal_mode = WAL;
PRAGMA synchronous = FULL;
CREATE TABLE IF NOT EXISTS endpoint (name TEXT PRIMARY KEY, position INTEGER NOT NULL) STRICT;
CREATE TABLE IF NOT EXISTS dead (
  endpoint TEXT NOT NULL, id TEXT NOT NULL, position INTEGER NOT NULL, attempts INTEGER NOT NULL,
  given_up INTEGER NOT NULL, why TEXT NOT NULL, again INTEGER NOT NULL DEFAULT 0,
  PRIMARY KEY (endpoint, id)
) STRICT;";

/// Most alerts in the list of those that were given up.
const LISTED_MOST: u32 = 1_000;

/// An alert that was given up.
#[derive(Debug, Clone)]
pub(super) struct Dead {
    pub(super) id: Uuid,
    pub(super) position: Position,
    pub(super) attempts: u32,
    pub(super) given_up_at: DateTime<Utc>,
    pub(super) why: String,
}

/// What is to be sent again to an endpoint.
pub(super) struct Again {
    pub(super) next: Option<Dead>,
    /// The rows that cannot be read and were not told of yet, with why.
    pub(super) damaged: Vec<(i64, rusqlite::Error)>,
}

/// The file.
pub(crate) struct Shelf(Mutex<Connection>);

impl Shelf {
    /// Opens it, or makes it.
    pub(crate) fn open(path: &Path) -> anyhow::Result<Self> {
        let open = || -> rusqlite::Result<Connection> {
            let conn = Connection::open(path)?;
            conn.execute_batch(TABLES)?;
            Ok(conn)
        };
        let conn = open().with_context(|| format!("{} cannot be used", path.display()))?;
        Ok(Self(Mutex::new(conn)))
    }

    /// The last position that an endpoint was told of; `None`: it is new.
    pub(super) fn position(&self, endpoint: &str) -> rusqlite::Result<Option<Position>> {
        let position: Option<i64> = self
            .lock()
            .query_row("SELECT position FROM endpoint WHERE name = ?1", [endpoint], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(position.map(|position| Position(position.unsigned_abs())))
    }

    /// An endpoint was told of everything up to there.
    pub(super) fn reached(&self, endpoint: &str, position: Position) -> rusqlite::Result<()> {
        let position = i64::try_from(position.0).unwrap_or(i64::MAX);
        let sql = "INSERT INTO endpoint VALUES (?1, ?2) ON CONFLICT (name) \
                   DO UPDATE SET position = ?2 WHERE position <> ?2";
        self.lock().execute(sql, params![endpoint, position]).map(drop)
    }

    /// Keeps an alert that was given up, not to be sent again until somebody asks.
    pub(super) fn bury(&self, endpoint: &str, dead: &Dead) -> rusqlite::Result<()> {
        let position = i64::try_from(dead.position.0).unwrap_or(i64::MAX);
        let given_up = dead.given_up_at.timestamp_micros();
        let sql = "INSERT OR REPLACE INTO dead VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)";
        let row =
            params![endpoint, dead.id.to_string(), position, dead.attempts, given_up, dead.why];
        self.lock().execute(sql, row).map(drop)
    }

    /// The oldest alert that is to be sent again. A damaged row does not hold up the others: it stays,
    /// is put aside until somebody asks for it again, and is told of this once.
    pub(super) fn next_again(&self, endpoint: &str) -> rusqlite::Result<Again> {
        let conn = self.lock();
        let mut statement = conn.prepare_cached(
            "SELECT id, position, attempts, given_up, why, rowid FROM dead \
             WHERE endpoint = ?1 AND again = 1 ORDER BY position",
        )?;
        let mut again = Again { next: None, damaged: Vec::new() };
        let mut rows = statement.query([endpoint])?;
        while let Some(row) = rows.next()? {
            match dead(row) {
                Ok(sound) => {
                    again.next = Some(sound);
                    break;
                }
                Err(error) => again.damaged.push((row.get(5)?, error)),
            }
        }
        for (row, _) in &again.damaged {
            conn.execute("UPDATE dead SET again = 2 WHERE rowid = ?1", [row])?;
        }
        Ok(again)
    }

    /// What is wrong with the alerts to send again, if anything is: so many cannot be read.
    pub(super) fn trouble(&self) -> rusqlite::Result<Option<String>> {
        let aside = "SELECT count(*) FROM dead WHERE again = 2";
        let aside: u32 = self.lock().query_row(aside, [], |row| row.get(0))?;
        Ok((aside > 0).then(|| {
            format!("{aside} of the alerts to send again cannot be read: `alerts.db` is damaged")
        }))
    }

    /// An alert was taken after all.
    pub(super) fn forget(&self, endpoint: &str, id: Uuid) -> rusqlite::Result<()> {
        let sql = "DELETE FROM dead WHERE endpoint = ?1 AND id = ?2";
        self.lock().execute(sql, params![endpoint, id.to_string()]).map(drop)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A cell that this server does not write: which it is, what stands there, what would be right. The row
/// is left where it is, for somebody to look at.
fn damaged(cell: (usize, &str, Type), found: &str, expected: &str) -> rusqlite::Error {
    let (place, column, kind) = cell;
    let said = format!(
        "a row of `dead` in the file of alerts is damaged: `{column}` is `{found}`: expected {expected}"
    );
    rusqlite::Error::FromSqlConversionFailure(place, kind, said.into())
}

/// The alert of a row `id, position, attempts, given_up, why`; a damaged row is refused.
fn dead(row: &Row<'_>) -> rusqlite::Result<Dead> {
    let (id, position, given_up): (String, i64, i64) = (row.get(0)?, row.get(1)?, row.get(3)?);
    let place = u64::try_from(position).map_err(|_negative| {
        damaged((1, "position", Type::Integer), &position.to_string(), "0 or more")
    })?;
    let given_up_at = DateTime::from_timestamp_micros(given_up).ok_or_else(|| {
        let cell = (3, "given_up", Type::Integer);
        damaged(cell, &given_up.to_string(), "the microseconds of a moment since 1970")
    })?;
    Ok(Dead {
        id: Uuid::parse_str(&id)
            .map_err(|_malformed| damaged((0, "id", Type::Text), &id, "the UUID of an event"))?,
        position: Position(place),
        attempts: row.get(2)?,
        given_up_at,
        why: row.get(4)?,
    })
}

impl Deliveries for Shelf {
    fn dead(&self) -> Result<Vec<DeadAlert>, DeliveriesError> {
        self.given_up().map_err(|error| DeliveriesError(error.into()))
    }

    fn retry(&self, endpoint: Option<&str>, id: Option<Uuid>) -> Result<usize, DeliveriesError> {
        let sql = "UPDATE dead SET again = 1 \
                   WHERE (?1 IS NULL OR endpoint = ?1) AND (?2 IS NULL OR id = ?2)";
        let id = id.map(|id| id.to_string());
        let marked = self.lock().execute(sql, params![endpoint, id]);
        marked.map_err(|error| DeliveriesError(error.into()))
    }
}

impl Shelf {
    fn given_up(&self) -> rusqlite::Result<Vec<DeadAlert>> {
        let conn = self.lock();
        let mut statement = conn.prepare_cached(
            "SELECT id, position, attempts, given_up, why, endpoint FROM dead \
             ORDER BY position, endpoint LIMIT ?1",
        )?;
        let listed = statement.query_map([LISTED_MOST], |row| {
            let one = dead(row)?;
            Ok(DeadAlert {
                endpoint: row.get(5)?,
                id: one.id,
                attempts: one.attempts,
                given_up_at: one.given_up_at,
                why: one.why,
            })
        })?;
        listed.collect()
    }
}
