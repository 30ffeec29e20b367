//! A connection to the rows of a view, whichever database keeps them: what the queries of views are
//! written against.
//!
//! A query is SQL that every database of views takes, with parameters by number (`?1`) or by name
//! (`:day`). Its values and its columns are of the kinds of a [`Cell`](crate::Cell) and of no other.
//! Rows are handed over one by one, as they are read: nothing is boxed or copied on the way.

mod ask;
mod numbered;
mod postgres;
mod row;
mod sqlite;
#[cfg(feature = "twin")]
mod twin;

pub use ask::{Ask, Asked, Params};
pub(crate) use postgres::Session;
pub use row::{CellRef, FromCell, Place, SqlRow};

use crate::postgres::PostgresFault;

/// Why rows could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum SqlError {
    /// SQLite failed.
    #[error("the view's file failed")]
    Sqlite(#[from] rusqlite::Error),
    /// PostgreSQL failed.
    #[error("the database of views failed")]
    Postgres(#[from] PostgresFault),
    /// A query has a parameter that it is not told.
    #[error("a query of a view is not told all it asks")]
    Untold,
    /// Another process has brought the view further.
    #[error("the view has been brought further by another process")]
    Moved,
    /// Another server has the lease of the view.
    #[error("the view is written by another server")]
    Fenced,
    /// The two databases of a test answer otherwise.
    #[cfg(feature = "twin")]
    #[error("SQLite and PostgreSQL answer this otherwise: {sql}")]
    Differ {
        /// The query.
        sql: String,
    },
    /// A page of a view's file cannot be right.
    #[error("the view's file is damaged: {0}")]
    Damaged(String),
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
pub struct Connection(Inner);

enum Inner {
    Sqlite(rusqlite::Connection),
    Postgres(Session),
    #[cfg(feature = "twin")]
    Twin(Box<twin::Twin>),
}

impl From<rusqlite::Connection> for Connection {
    fn from(connection: rusqlite::Connection) -> Self {
        Self(Inner::Sqlite(connection))
    }
}

impl From<Session> for Connection {
    fn from(session: Session) -> Self {
        Self(Inner::Postgres(session))
    }
}

#[cfg(feature = "twin")]
impl Connection {
    /// Asks both and answers when they agree: for tests.
    pub fn twin(sqlite: Self, postgres: Self) -> Self {
        Self(Inner::Twin(Box::new(twin::Twin::of(sqlite, postgres))))
    }
}

impl Connection {
    /// An empty SQLite database in memory: for tests of a view's queries.
    pub fn in_memory() -> Result<Self, SqlError> {
        Ok(Self::from(rusqlite::Connection::open_in_memory()?))
    }

    /// What is below, where that is SQLite; for what only SQLite has, such as its own measurements.
    pub fn sqlite(&self) -> Option<&rusqlite::Connection> {
        match &self.0 {
            Inner::Sqlite(connection) => Some(connection),
            Inner::Postgres(_) => None,
            #[cfg(feature = "twin")]
            Inner::Twin(twin) => twin.sqlite(),
        }
    }

    /// How SQLite would run a query, step by step: for tests that a query uses its index. Nothing
    /// where there is no SQLite below.
    pub fn plan(&self, sql: &str) -> Result<Vec<String>, SqlError> {
        let Some(connection) = self.sqlite() else { return Ok(Vec::new()) };
        let mut statement = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
        let mut rows = statement.raw_query();
        let mut steps = Vec::new();
        while let Some(row) = rows.next()? {
            steps.push(row.get("detail")?);
        }
        Ok(steps)
    }

    /// Whether it may lie idle for the next reader of the same edition.
    pub(crate) const fn is_kept(&self) -> bool {
        matches!(self.0, Inner::Sqlite(_))
    }

    /// Leaves nothing open behind the last query.
    pub(crate) fn rest(&self) -> Result<(), SqlError> {
        if self.is_kept() { Ok(()) } else { self.end_reading() }
    }

    /// From here on every query sees one moment, until [`Connection::end_reading`].
    pub(crate) fn begin_reading(&self) -> Result<(), SqlError> {
        match &self.0 {
            Inner::Sqlite(connection) => sqlite::run(connection, "BEGIN"),
            Inner::Postgres(session) => Ok(session.begin()?),
            #[cfg(feature = "twin")]
            Inner::Twin(_) => Ok(()),
        }
    }

    pub(crate) fn end_reading(&self) -> Result<(), SqlError> {
        match &self.0 {
            Inner::Sqlite(connection) => sqlite::run(connection, "COMMIT"),
            Inner::Postgres(session) => Ok(session.end()?),
            #[cfg(feature = "twin")]
            Inner::Twin(_) => Ok(()),
        }
    }

    /// Hands over every row of a query, in order. The statement is kept prepared where the database
    /// keeps any. No other query may be asked before the last row was handed over.
    pub fn each<'p, E: From<SqlError>>(
        &self,
        sql: &str,
        asked: impl Into<Params<'p>>,
        take: impl FnMut(&SqlRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        match &self.0 {
            Inner::Sqlite(connection) => sqlite::each(connection, sql, asked.into(), take),
            Inner::Postgres(session) => session.each(sql, asked.into(), take),
            #[cfg(feature = "twin")]
            Inner::Twin(twin) => twin.each(sql, asked.into(), take),
        }
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
        match &self.0 {
            Inner::Sqlite(connection) => sqlite::first(connection, sql, asked.into(), read),
            Inner::Postgres(session) => session.first(sql, asked.into(), read),
            #[cfg(feature = "twin")]
            Inner::Twin(twin) => twin.first(sql, asked.into(), read),
        }
    }
}
