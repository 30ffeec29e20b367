//! Queries of views on SQLite: the statement that the connection keeps prepared, and nothing else.

use rusqlite::types::{ToSqlOutput, Value, ValueRef};
use rusqlite::{Row, Statement, ToSql};
use uuid::Uuid;

use super::{Asked, CellRef, Params, SqlError, SqlRow};

pub(super) fn run(connection: &rusqlite::Connection, sql: &str) -> Result<(), SqlError> {
    Ok(connection.prepare_cached(sql)?.execute([]).map(drop)?)
}

pub(super) fn each<E: From<SqlError>>(
    connection: &rusqlite::Connection,
    sql: &str,
    asked: Params<'_>,
    mut take: impl FnMut(&SqlRow<'_>) -> Result<(), E>,
) -> Result<(), E> {
    let mut statement = connection.prepare_cached(sql).map_err(SqlError::from)?;
    bind(&mut statement, asked).map_err(SqlError::from)?;
    let mut rows = statement.raw_query();
    while let Some(row) = rows.next().map_err(SqlError::from)? {
        take(&SqlRow::sqlite(row))?;
    }
    Ok(())
}

pub(super) fn first<T, E: From<SqlError>>(
    connection: &rusqlite::Connection,
    sql: &str,
    asked: Params<'_>,
    read: impl FnOnce(&SqlRow<'_>) -> Result<T, E>,
) -> Result<Option<T>, E> {
    let mut statement = connection.prepare_cached(sql).map_err(SqlError::from)?;
    bind(&mut statement, asked).map_err(SqlError::from)?;
    let mut rows = statement.raw_query();
    rows.next().map_err(SqlError::from)?.map(|row| read(&SqlRow::sqlite(row))).transpose()
}

/// Every parameter is told: one that is left out would be NULL, and the answer another's.
fn bind(statement: &mut Statement<'_>, asked: Params<'_>) -> rusqlite::Result<()> {
    let wanted = statement.parameter_count();
    let told = match asked {
        Params::Placed(values) => values.len(),
        Params::Named(values) => values.len(),
    };
    if told != wanted {
        return Err(rusqlite::Error::InvalidParameterCount(told, wanted));
    }
    match asked {
        Params::Placed(values) => {
            for (at, value) in (1..).zip(values) {
                statement.raw_bind_parameter(at, value.asked())?;
            }
        }
        Params::Named(values) => {
            for (name, value) in values {
                let at = statement.parameter_index(name)?;
                let at =
                    at.ok_or_else(|| rusqlite::Error::InvalidParameterName((*name).to_owned()))?;
                statement.raw_bind_parameter(at, value.asked())?;
            }
        }
    }
    Ok(())
}

impl ToSql for Asked<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Null(_kind) => ToSqlOutput::Owned(Value::Null),
            Self::Int(number) => ToSqlOutput::Owned(Value::Integer(*number)),
            Self::Text(text) => ToSqlOutput::Borrowed(ValueRef::Text(text.as_bytes())),
            Self::Id(id) => ToSqlOutput::Borrowed(ValueRef::Blob(id.as_bytes())),
        })
    }
}

pub(super) fn place_of(row: &Row<'_>, name: &str) -> Result<usize, SqlError> {
    Ok(row.as_ref().column_index(name)?)
}

/// `None`: a value of no kind of ours.
pub(super) fn cell<'a>(row: &'a Row<'a>, place: usize) -> Option<CellRef<'a>> {
    match row.get_ref(place).ok()? {
        ValueRef::Null => Some(CellRef::Null),
        ValueRef::Integer(number) => Some(CellRef::Int(number)),
        ValueRef::Text(bytes) => std::str::from_utf8(bytes).ok().map(CellRef::Text),
        ValueRef::Blob(bytes) => Uuid::from_slice(bytes).ok().map(CellRef::Id),
        ValueRef::Real(_) => None,
    }
}
