//! Queries of views on PostgreSQL: a statement without a name, typed by what it is told, in a
//! transaction that sees one moment and one edition. Nothing is kept in the session, so a pooler that
//! lends connections by the transaction may stand between.

use std::cell::Cell;
use std::pin::pin;
use std::sync::Arc;

use bytes::BytesMut;
use futures::StreamExt as _;
use tokio_postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use tokio_postgres::{Client, Row, RowStream};
use uuid::Uuid;

use super::numbered::numbered;
use super::{Asked, CellRef, Params, SqlError, SqlRow};
use crate::ColumnKind;
use crate::postgres::{Pool, PostgresFault, wait};

/// A connection that reads one edition of a view.
pub(crate) struct Session {
    client: Option<Client>,
    pool: Arc<Pool>,
    begin: String,
    /// Whether a transaction is open.
    reading: Cell<bool>,
}

impl Session {
    /// Of a schema, over a connection of the pool, with its transaction open.
    pub(crate) fn of(pool: &Arc<Pool>, schema: &str) -> Result<Self, PostgresFault> {
        let begin = format!(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; \
             SET LOCAL search_path TO \"{schema}\"; \
             SET LOCAL idle_in_transaction_session_timeout TO '5min'"
        );
        loop {
            let client = Some(pool.take()?);
            let (pool, reading) = (Arc::clone(pool), Cell::new(false));
            let session = Self { client, pool, begin: begin.clone(), reading };
            match session.begin() {
                // One that lay idle may have been cut; in the end a new one is made.
                Err(fault) if fault.is_lost() => {}
                Err(fault) => return Err(fault),
                Ok(()) => return Ok(session),
            }
        }
    }

    fn client(&self) -> Result<&Client, PostgresFault> {
        self.client.as_ref().ok_or_else(PostgresFault::closed)
    }

    pub(super) fn begin(&self) -> Result<(), PostgresFault> {
        if !self.reading.replace(true) {
            wait(self.client()?.batch_execute(&self.begin))?;
        }
        Ok(())
    }

    /// Where a statement failed, this takes the transaction back.
    pub(crate) fn end(&self) -> Result<(), PostgresFault> {
        if self.reading.get() {
            wait(self.client()?.batch_execute("COMMIT"))?;
            self.reading.set(false);
        }
        Ok(())
    }

    /// In the transaction that is open, or in one of its own.
    pub(super) fn within<T, E: From<SqlError>>(
        &self,
        read: impl FnOnce() -> Result<T, E>,
    ) -> Result<T, E> {
        if self.reading.get() {
            return read();
        }
        self.begin().map_err(SqlError::from)?;
        let answer = read();
        self.end().map_err(SqlError::from)?;
        answer
    }

    pub(super) fn each<E: From<SqlError>>(
        &self,
        sql: &str,
        asked: Params<'_>,
        mut take: impl FnMut(&SqlRow<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        self.within(|| {
            let mut rows = pin!(self.rows(sql, asked)?);
            while let Some(row) = wait(rows.next()) {
                let row = row.map_err(|error| SqlError::from(PostgresFault::from(error)))?;
                take(&SqlRow::of_postgres(&row))?;
            }
            Ok(())
        })
    }

    pub(super) fn first<T, E: From<SqlError>>(
        &self,
        sql: &str,
        asked: Params<'_>,
        read: impl FnOnce(&SqlRow<'_>) -> Result<T, E>,
    ) -> Result<Option<T>, E> {
        self.within(|| {
            let mut rows = pin!(self.rows(sql, asked)?);
            let Some(row) = wait(rows.next()) else { return Ok(None) };
            let row = row.map_err(|error| SqlError::from(PostgresFault::from(error)))?;
            read(&SqlRow::of_postgres(&row)).map(Some)
        })
    }

    fn rows(&self, sql: &str, asked: Params<'_>) -> Result<RowStream, SqlError> {
        let place = |name: &str| match asked {
            Params::Placed(_) => None,
            Params::Named(values) => values.iter().position(|(one, _)| *one == name),
        };
        let told = numbered(sql, |name| place(name).map(|at| at + 1));
        let values: Vec<Asked<'_>> = match asked {
            Params::Placed(values) => values.iter().map(|value| value.asked()).collect(),
            Params::Named(values) => values.iter().map(|(_, value)| value.asked()).collect(),
        };
        let told = compared(told.ok_or(SqlError::Untold)?, &values);
        let typed = values.iter().map(|value| (value as &(dyn ToSql + Sync), value.kind()));
        let rows = wait(self.client()?.query_typed_raw(&told, typed));
        Ok(rows.map_err(PostgresFault::from)?)
    }
}

/// A comparison that takes nothing for something uses no index here, so it is said as the value that is
/// told makes it: `= $1`, or `IS NULL`.
fn compared(sql: String, values: &[Asked<'_>]) -> String {
    const EITHER: &str = " IS NOT DISTINCT FROM $";
    if !sql.contains(EITHER) {
        return sql;
    }
    let mut parts = sql.split(EITHER);
    let mut out = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let digits = part.find(|c: char| !c.is_ascii_digit()).unwrap_or(part.len());
        let (number, rest) = part.split_at(digits);
        let value =
            number.parse().ok().and_then(|number: usize| values.get(number.checked_sub(1)?));
        if matches!(value, Some(Asked::Null(_))) {
            out.push_str(" IS NULL");
        } else {
            out.push_str(" = $");
            out.push_str(number);
        }
        out.push_str(rest);
    }
    out
}

impl Drop for Session {
    fn drop(&mut self) {
        let whole = self.end().is_ok();
        self.pool.give_back(self.client.take().filter(|_| whole));
    }
}

/// What PostgreSQL calls a kind of column.
const fn type_of(kind: ColumnKind) -> Type {
    match kind {
        ColumnKind::Int => Type::INT8,
        ColumnKind::Text => Type::TEXT,
        ColumnKind::Id => Type::UUID,
    }
}

impl Asked<'_> {
    const fn kind(&self) -> Type {
        type_of(match self {
            Self::Null(kind) => *kind,
            Self::Int(_) => ColumnKind::Int,
            Self::Text(_) => ColumnKind::Text,
            Self::Id(_) => ColumnKind::Id,
        })
    }
}

impl ToSql for Asked<'_> {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null(_kind) => Ok(IsNull::Yes),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
            Self::Id(id) => id.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8, Type::TEXT, Type::UUID].contains(kind)
    }

    to_sql_checked!();
}

pub(super) fn place_of(row: &Row, name: &str) -> Option<usize> {
    row.columns().iter().position(|column| column.name() == name)
}

/// `None`: a value of no kind of ours.
pub(super) fn cell(row: &Row, place: usize) -> Option<CellRef<'_>> {
    let kind = row.columns().get(place)?.type_();
    let found = match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(place).ok()?.map(CellRef::Int),
        Type::INT4 => {
            row.try_get::<_, Option<i32>>(place).ok()?.map(|n| CellRef::Int(i64::from(n)))
        }
        Type::BOOL => {
            row.try_get::<_, Option<bool>>(place).ok()?.map(|so| CellRef::Int(i64::from(so)))
        }
        Type::TEXT => row.try_get::<_, Option<&str>>(place).ok()?.map(CellRef::Text),
        Type::UUID => row.try_get::<_, Option<Uuid>>(place).ok()?.map(CellRef::Id),
        _ => return None,
    };
    Some(found.unwrap_or(CellRef::Null))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comparison_with_nothing_is_said_as_such_and_with_something_as_equal() {
        let sql = "a IS NOT DISTINCT FROM $2 AND b IS NOT DISTINCT FROM $1;".to_owned();
        let values = [Asked::Int(7), Asked::Null(ColumnKind::Text)];
        assert_eq!(compared(sql, &values), "a IS NULL AND b = $1;");
        let columns = "a.x IS NOT DISTINCT FROM b.x".to_owned();
        assert_eq!(compared(columns.clone(), &values), columns);
    }
}
