//! A view laid out in SQLite and in PostgreSQL, asked as one: for tests of a view's queries.

use steps::PathwayId;

use crate::postgres::Schemas;
use crate::{Connection, KeepingError, PostgresViews, Row, View, lay_out};

/// A PostgreSQL database in which views are laid out beside those in memory.
pub struct Twins(Schemas);

impl Twins {
    /// In that database.
    pub fn beside(views: &PostgresViews) -> Result<Self, KeepingError> {
        Schemas::open(views).map(Self)
    }

    /// Lays the rows of some pathways out in both, as a rebuild does. What is asked of the connection is
    /// asked of both, and answered when they agree.
    pub fn lay_out(
        &self,
        view: &dyn View,
        pathways: impl IntoIterator<Item = (PathwayId, Vec<Row>)>,
    ) -> Result<Connection, KeepingError> {
        let pathways: Vec<_> = pathways.into_iter().collect();
        let postgres = self.0.laid_out(view, &pathways)?;
        let sqlite = Connection::in_memory()?;
        lay_out(&sqlite, view, pathways)?;
        Ok(Connection::twin(sqlite, postgres))
    }
}
