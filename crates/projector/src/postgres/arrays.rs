//! Columns of rows as arrays: many rows are one statement.

use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::{Cell, ColumnKind};

/// The values of one column.
pub(super) enum Array {
    Ints(Vec<Option<i64>>),
    Texts(Vec<Option<String>>),
    Ids(Vec<Option<Uuid>>),
}

impl Array {
    const fn of(kind: ColumnKind) -> Self {
        match kind {
            ColumnKind::Int => Self::Ints(Vec::new()),
            ColumnKind::Text => Self::Texts(Vec::new()),
            ColumnKind::Id => Self::Ids(Vec::new()),
        }
    }

    /// A cell of another kind is nothing; [`crate::compute`] lets none through.
    fn push(&mut self, cell: &Cell) {
        match (self, cell) {
            (Self::Ints(values), Cell::Int(number)) => values.push(Some(*number)),
            (Self::Texts(values), Cell::Text(text)) => values.push(Some(text.to_string())),
            (Self::Ids(values), Cell::Id(id)) => values.push(Some(*id)),
            (Self::Ints(values), _) => values.push(None),
            (Self::Texts(values), _) => values.push(None),
            (Self::Ids(values), _) => values.push(None),
        }
    }

    fn told(&self) -> (&(dyn ToSql + Sync), Type) {
        match self {
            Self::Ints(values) => (values, Type::INT8_ARRAY),
            Self::Texts(values) => (values, Type::TEXT_ARRAY),
            Self::Ids(values) => (values, Type::UUID_ARRAY),
        }
    }
}

/// Rows that one statement takes, column by column.
pub(super) struct Arrays {
    columns: Vec<Array>,
    rows: usize,
}

impl Arrays {
    pub(super) fn of(columns: &[(&str, ColumnKind)]) -> Self {
        let columns = columns.iter().map(|(_, kind)| Array::of(*kind)).collect();
        Self { columns, rows: 0 }
    }

    /// One row more, its cells in the order of the columns.
    pub(super) fn push<'a>(&mut self, cells: impl IntoIterator<Item = &'a Cell>) {
        self.columns.iter_mut().zip(cells).for_each(|(column, cell)| column.push(cell));
        self.rows += 1;
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// As a statement is told them.
    pub(super) fn told(&self) -> Vec<(&(dyn ToSql + Sync), Type)> {
        self.columns.iter().map(Array::told).collect()
    }
}
