//! The shelf as a small SQLite file in a data directory, for one server.

use std::{
    path::Path,
    sync::{Mutex, MutexGuard, PoisonError},
};

use chrono::DateTime;
use event_store::Position;
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use uuid::Uuid;

use crate::{Again, CabinetError, Dead, Fence, Listed, Shelf, shelf::LISTED_MOST};

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

const ALERTS: &str =
    "SELECT id, position, attempts, given_up, why, endpoint, again, rowid FROM dead";

/// The file.
pub(crate) struct AlertsFile(Mutex<Connection>);

impl AlertsFile {
    /// Opens it, or makes it.
    pub(crate) fn open(path: &Path) -> Result<Self, CabinetError> {
        let conn = Connection::open(path)?;
        conn.execute_batch(TABLES)?;
        Ok(Self(Mutex::new(conn)))
    }

    /// Every endpoint with how far it was told.
    pub(crate) fn endpoints(&self) -> Result<Vec<(String, Position)>, CabinetError> {
        let conn = self.lock();
        let mut select = conn.prepare("SELECT name, position FROM endpoint ORDER BY name")?;
        let rows = select.query_map([], |row| {
            Ok((row.get(0)?, Position(row.get::<_, i64>(1)?.unsigned_abs())))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Every alert that was given up, the damaged ones as what is wrong with them.
    pub(crate) fn every_dead(&self) -> Result<Vec<Result<Listed, CabinetError>>, CabinetError> {
        let conn = self.lock();
        let mut select = conn.prepare(&format!("{ALERTS} ORDER BY position, endpoint"))?;
        let rows = select.query_map([], |row| Ok(listed(row).map_err(CabinetError::from)))?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    fn lock(&self) -> MutexGuard<'_, Connection> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Shelf for AlertsFile {
    fn position(&self, endpoint: &str) -> Result<Option<Position>, CabinetError> {
        let select = "SELECT position FROM endpoint WHERE name = ?1";
        let found = self.lock().query_row(select, [endpoint], |row| row.get(0)).optional()?;
        Ok(found.map(|position: i64| Position(position.unsigned_abs())))
    }

    fn reached(
        &self,
        endpoint: &str,
        position: Position,
        _fence: Option<&Fence>,
    ) -> Result<(), CabinetError> {
        let position = i64::try_from(position.0).unwrap_or(i64::MAX);
        let sql = "INSERT INTO endpoint VALUES (?1, ?2) ON CONFLICT (name) \
                   DO UPDATE SET position = ?2 WHERE position <> ?2";
        Ok(self.lock().execute(sql, params![endpoint, position]).map(drop)?)
    }

    fn bury(
        &self,
        endpoint: &str,
        dead: &Dead,
        _fence: Option<&Fence>,
    ) -> Result<(), CabinetError> {
        let position = i64::try_from(dead.position.0).unwrap_or(i64::MAX);
        let given_up = dead.given_up_at.timestamp_micros();
        let sql = "INSERT OR REPLACE INTO dead VALUES (?1, ?2, ?3, ?4, ?5, ?6, 0)";
        let row =
            params![endpoint, dead.id.to_string(), position, dead.attempts, given_up, dead.why];
        Ok(self.lock().execute(sql, row).map(drop)?)
    }

    fn forget(&self, endpoint: &str, id: Uuid, _fence: Option<&Fence>) -> Result<(), CabinetError> {
        let sql = "DELETE FROM dead WHERE endpoint = ?1 AND id = ?2";
        Ok(self.lock().execute(sql, params![endpoint, id.to_string()]).map(drop)?)
    }

    /// A damaged row does not hold up the others: it stays, is put aside until somebody asks for it
    /// again, and is told of this once.
    fn next_again(&self, endpoint: &str) -> Result<Again, CabinetError> {
        let conn = self.lock();
        let asked = format!("{ALERTS} WHERE endpoint = ?1 AND again = 1 ORDER BY position");
        let mut statement = conn.prepare_cached(&asked)?;
        let (mut again, mut aside) = (Again { next: None, damaged: Vec::new() }, Vec::new());
        let mut rows = statement.query([endpoint])?;
        while let Some(row) = rows.next()? {
            match dead(row) {
                Ok(sound) => {
                    again.next = Some(sound);
                    break;
                }
                Err(error) => {
                    again.damaged.push(error.into());
                    aside.push(row.get::<_, i64>(7)?);
                }
            }
        }
        for row in aside {
            conn.execute("UPDATE dead SET again = 2 WHERE rowid = ?1", [row])?;
        }
        Ok(again)
    }

    fn send_again(&self, endpoint: Option<&str>, id: Option<Uuid>) -> Result<usize, CabinetError> {
        let sql = "UPDATE dead SET again = 1 \
                   WHERE (?1 IS NULL OR endpoint = ?1) AND (?2 IS NULL OR id = ?2)";
        let id = id.map(|id| id.to_string());
        Ok(self.lock().execute(sql, params![endpoint, id])?)
    }

    fn given_up(&self) -> Result<Vec<Listed>, CabinetError> {
        let conn = self.lock();
        let listing = format!("{ALERTS} ORDER BY position, endpoint LIMIT ?1");
        let mut statement = conn.prepare_cached(&listing)?;
        let rows = statement.query_map([LISTED_MOST], listed)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// So many cannot be read.
    fn trouble(&self) -> Result<Option<String>, CabinetError> {
        let aside = "SELECT count(*) FROM dead WHERE again = 2";
        let aside: u32 = self.lock().query_row(aside, [], |row| row.get(0))?;
        Ok((aside > 0).then(|| {
            format!("{aside} of the alerts to send again cannot be read: `alerts.db` is damaged")
        }))
    }
}

fn listed(row: &Row<'_>) -> rusqlite::Result<Listed> {
    let again = row.get::<_, i64>(6)? == 1;
    Ok(Listed { dead: dead(row)?, endpoint: row.get(5)?, again })
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
