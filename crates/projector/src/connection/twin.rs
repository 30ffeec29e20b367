//! Two connections that must answer alike: for tests, which ask both and hear one.

use super::{CellRef, Connection, Params, SqlError, SqlRow};
use crate::Cell;

/// The same rows on SQLite and on PostgreSQL.
pub(super) struct Twin {
    sqlite: Connection,
    postgres: Connection,
}

/// A row that was read and is held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Held {
    pub(super) names: Vec<String>,
    cells: Vec<Cell>,
}

impl Held {
    fn of(row: &SqlRow<'_>) -> Result<Self, SqlError> {
        let places = 0..row.columns();
        let names = places.clone().map(|place| row.name(place).unwrap_or_default().to_owned());
        let cells = places.map(|place| row.get(place)).collect::<Result<_, _>>()?;
        Ok(Self { names: names.collect(), cells })
    }

    pub(super) fn cell(&self, place: usize) -> Option<CellRef<'_>> {
        Some(match self.cells.get(place)? {
            Cell::Null => CellRef::Null,
            Cell::Int(number) => CellRef::Int(*number),
            Cell::Text(text) => CellRef::Text(text),
            Cell::Id(id) => CellRef::Id(*id),
        })
    }
}

fn sorted(rows: &[Held]) -> Vec<String> {
    let mut sorted: Vec<String> = rows.iter().map(|row| format!("{row:?}")).collect();
    sorted.sort_unstable();
    sorted
}

impl Twin {
    pub(super) const fn of(sqlite: Connection, postgres: Connection) -> Self {
        Self { sqlite, postgres }
    }

    pub(super) const fn sqlite(&self) -> Option<&rusqlite::Connection> {
        match &self.sqlite.0 {
            super::Inner::Sqlite(connection) => Some(connection),
            super::Inner::Postgres(_) | super::Inner::Twin(_) => None,
        }
    }

    /// In the order that the query says; where it says none, any order is the same.
    fn rows(&self, sql: &str, asked: Params<'_>) -> Result<Vec<Held>, SqlError> {
        let one = self.sqlite.all(sql, asked, Held::of)?;
        let other = self.postgres.all(sql, asked, Held::of)?;
        let alike =
            if sql.contains("ORDER BY") { one == other } else { sorted(&one) == sorted(&other) };
        if alike { Ok(one) } else { Err(SqlError::Differ { sql: sql.to_owned() }) }
    }

    pub(super) fn each<E: From<SqlError>>(
        &self,
        sql: &str,
        asked: Params<'_>,
        mut take: impl FnMut(&SqlRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.rows(sql, asked)?.iter().try_for_each(|row| take(&SqlRow::held(row)))
    }

    pub(super) fn first<T, E: From<SqlError>>(
        &self,
        sql: &str,
        asked: Params<'_>,
        read: impl FnOnce(&SqlRow<'_>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        let rows = self.rows(sql, asked)?;
        rows.first().map(|row| read(&SqlRow::held(row))).transpose()
    }
}
