//! The file of a view without a log behind it: for tests and measurements of a view's queries.

use rusqlite::Statement;
use steps::PathwayId;

use super::rows::{create_indexes, create_schema, create_tallies};
use super::table::TableSql;
use super::write::insert_row;
use crate::{Connection, Row, SqlError, View};

/// Lays the rows of some pathways into an empty database as a rebuild does: tables, rows in the order
/// given, then indexes and counts.
pub fn lay_out(
    connection: &Connection,
    view: &dyn View,
    pathways: impl IntoIterator<Item = (PathwayId, Vec<Row>)>,
) -> Result<(), SqlError> {
    let Some(connection) = connection.sqlite() else { return Ok(()) };
    create_schema(connection, view.tables())?;
    let transaction = connection.unchecked_transaction()?;
    let sql: Vec<TableSql> = view.tables().iter().copied().map(TableSql::new).collect();
    let mut inserts: Vec<Statement<'_>> =
        sql.iter().map(|sql| connection.prepare(&sql.insert)).collect::<rusqlite::Result<_>>()?;
    let mut number = connection.prepare("INSERT INTO pathways (no, id) VALUES (?1, ?2)")?;
    for (no, (pathway, rows)) in (1..).zip(pathways) {
        number.execute((no, pathway.0.as_bytes()))?;
        for row in &rows {
            if let Some(insert) = inserts.get_mut(row.table) {
                insert_row(insert, no, row)?;
            }
        }
    }
    drop((inserts, number));
    transaction.commit()?;
    create_indexes(connection, view.tables())?;
    Ok(create_tallies(connection, view.tables(), view.tallies())?)
}
