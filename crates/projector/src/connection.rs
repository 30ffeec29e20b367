//! A connection to the rows of a view, whichever database keeps them: what the queries of views are
//! written against.
//!
//! A query is SQL that every database of views takes, with parameters by number (`?1`) or by name
//! (`:day`). Its values and its columns are of the kinds of a [`Cell`](crate::Cell) and of no other.
//! Rows are handed over one by one, as they are read: nothing is boxed or copied on the way.

mod ask;
mod row;
mod sqlite;

pub use ask::{Ask, Asked, Params};
pub use row::{CellRef, FromCell, Place, SqlRow};

/// Why rows could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// SQLite failed.
    #[error("the view's file failed")]
    Sqlite(#[from] rusqlite::Error),
    /// An edition of a view has no checkpoint.
    #[error("the edition of the view was never finished")]
    Unfinished,
    /// A column holds another kind of value than was asked for.
    #[error("the column `{column}` holds another kind of value")]
    Kind {
        /// The column, by name or place.
        column: String,
    },
}

/// A connection to the rows of one view.
pub struct Connection(rusqlite::Connection);

impl From<rusqlite::Connection> for Connection {
    fn from(connection: rusqlite::Connection) -> Self {
        Self(connection)
    }
}

impl Connection {
    /// An empty SQLite database in memory: for tests of a view's queries.
    pub fn in_memory() -> Result<Self, SqlError> {
        Ok(Self(rusqlite::Connection::open_in_memory()?))
    }

    /// What is below, where that is SQLite; for what only SQLite has, such as its own measurements.
    pub const fn sqlite(&self) -> Option<&rusqlite::Connection> {
        Some(&self.0)
    }

    /// How SQLite would run a query, step by step: for tests that a query uses its index.
    pub fn plan(&self, sql: &str) -> Result<Vec<String>, SqlError> {
        let mut statement = self.0.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let mut rows = statement.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next()? {
            steps.push(row.get("detail")?);
        }
        Ok(steps)
    }

    pub(crate) const fn raw(&self) -> &rusqlite::Connection {
        &self.0
    }

    /// From here on every query sees one moment, until [`Connection::end_reading`].
    pub(crate) fn begin_reading(&self) -> Result<(), SqlError> {
        Ok(self.0.prepare_cached("BEGIN")?.execute([]).map(drop)?)
    }

    pub(crate) fn end_reading(&self) -> Result<(), SqlError> {
        Ok(self.0.prepare_cached("COMMIT")?.execute([]).map(drop)?)
    }

    /// Hands over every row of a query, in order. The statement is kept prepared by the connection.
    pub fn each<'p, E: From<SqlError>>(
        &self,
        sql: &str,
        asked: impl Into<Params<'p>>,
        take: impl FnMut(&SqlRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        sqlite::each(&self.0, sql, asked.into(), take)
    }

    /// Every row of a query, in order.
    pub fn all<'p, T, E: From<SqlError>>(
        &self,
        sql: &str,
        asked: impl Into<Params<'p>>,
        mut read: impl FnMut(&SqlRow<'_>) -> Result<T, E>,
    ) -> Result<Vec<T>, E> {
        let mut found = Vec::new();
        self.each(sql, asked, |row| {
            found.push(read(row)?);
            Ok::<_, E>(())
        })?;
        Ok(found)
    }

    /// The first row of a query; `None` where there is none.
    pub fn first<'p, T, E: From<SqlError>>(
        &self,
        sql: &str,
        asked: impl Into<Params<'p>>,
        read: impl FnOnce(&SqlRow<'_>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        sqlite::first(&self.0, sql, asked.into(), read)
    }
}
