//! A row that a query found, and its values.

use compact_str::CompactString;
use uuid::Uuid;

use super::{SqlError, postgres, sqlite};
use crate::Cell;

/// A value of a row that a query found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CellRef<'a> {
    /// Nothing.
    Null,
    /// A number, a date, an instant, or whether something is so.
    Int(i64),
    /// A word.
    Text(&'a str),
    /// An id.
    Id(Uuid),
}

/// A row that a query found. Columns are read by place, or by name where rows are few.
pub struct SqlRow<'a>(Below<'a>);

enum Below<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a tokio_postgres::Row),
    #[cfg(feature = "twin")]
    Held(&'a super::twin::Held),
}

/// Where a column is: its place, from 0, or its name.
pub trait Place: Copy {
    /// The place in this row.
    fn place(self, row: &SqlRow<'_>) -> Result<usize, SqlError>;

    /// As it is told in an error.
    fn said(self) -> String;
}

impl Place for usize {
    fn place(self, _row: &SqlRow<'_>) -> Result<usize, SqlError> {
        Ok(self)
    }

    fn said(self) -> String {
        self.to_string()
    }
}

impl Place for &str {
    fn place(self, row: &SqlRow<'_>) -> Result<usize, SqlError> {
        let place = match row.0 {
            Below::Sqlite(row) => return sqlite::place_of(row, self),
            Below::Postgres(row) => postgres::place_of(row, self),
            #[cfg(feature = "twin")]
            Below::Held(row) => row.names.iter().position(|name| name == self),
        };
        place.ok_or_else(|| SqlError::Kind { column: self.to_owned() })
    }

    fn said(self) -> String {
        self.to_owned()
    }
}

impl<'a> SqlRow<'a> {
    pub(super) const fn sqlite(row: &'a rusqlite::Row<'a>) -> Self {
        Self(Below::Sqlite(row))
    }

    pub(crate) const fn of_postgres(row: &'a tokio_postgres::Row) -> Self {
        Self(Below::Postgres(row))
    }

    #[cfg(feature = "twin")]
    pub(super) const fn held(row: &'a super::twin::Held) -> Self {
        Self(Below::Held(row))
    }

    /// The value of a column, as the type that is wanted.
    pub fn get<T: FromCell<'a>>(&self, at: impl Place) -> Result<T, SqlError> {
        let place = at.place(self)?;
        let cell = match self.0 {
            Below::Sqlite(row) => sqlite::cell(row, place),
            Below::Postgres(row) => postgres::cell(row, place),
            #[cfg(feature = "twin")]
            Below::Held(row) => row.cell(place),
        };
        cell.and_then(T::from_cell).ok_or_else(|| SqlError::Kind { column: at.said() })
    }

    /// How many columns it has.
    pub fn columns(&self) -> usize {
        match self.0 {
            Below::Sqlite(row) => row.as_ref().column_count(),
            Below::Postgres(row) => row.len(),
            #[cfg(feature = "twin")]
            Below::Held(row) => row.names.len(),
        }
    }

    /// The name of a column; `None` where there is none at that place.
    pub fn name(&self, place: usize) -> Option<&'a str> {
        match self.0 {
            Below::Sqlite(row) => row.as_ref().column_name(place).ok(),
            Below::Postgres(row) => row.columns().get(place).map(tokio_postgres::Column::name),
            #[cfg(feature = "twin")]
            Below::Held(row) => row.names.get(place).map(String::as_str),
        }
    }
}

/// What a value of a row can be read as.
pub trait FromCell<'a>: Sized {
    /// The value; `None` where it is of another kind or out of bounds.
    fn from_cell(cell: CellRef<'a>) -> Option<Self>;
}

impl<'a> FromCell<'a> for CellRef<'a> {
    fn from_cell(cell: CellRef<'a>) -> Option<Self> {
        Some(cell)
    }
}

impl FromCell<'_> for Cell {
    fn from_cell(cell: CellRef<'_>) -> Option<Self> {
        Some(match cell {
            CellRef::Null => Self::Null,
            CellRef::Int(number) => Self::Int(number),
            CellRef::Text(text) => Self::Text(CompactString::new(text)),
            CellRef::Id(id) => Self::Id(id),
        })
    }
}

impl FromCell<'_> for i64 {
    fn from_cell(cell: CellRef<'_>) -> Option<Self> {
        match cell {
            CellRef::Int(number) => Some(number),
            CellRef::Null | CellRef::Text(_) | CellRef::Id(_) => None,
        }
    }
}

impl FromCell<'_> for u32 {
    fn from_cell(cell: CellRef<'_>) -> Option<Self> {
        i64::from_cell(cell)?.try_into().ok()
    }
}

impl FromCell<'_> for u8 {
    fn from_cell(cell: CellRef<'_>) -> Option<Self> {
        i64::from_cell(cell)?.try_into().ok()
    }
}

impl FromCell<'_> for bool {
    fn from_cell(cell: CellRef<'_>) -> Option<Self> {
        i64::from_cell(cell).map(|number| number != 0)
    }
}

impl<'a> FromCell<'a> for &'a str {
    fn from_cell(cell: CellRef<'a>) -> Option<Self> {
        match cell {
            CellRef::Text(text) => Some(text),
            CellRef::Null | CellRef::Int(_) | CellRef::Id(_) => None,
        }
    }
}

impl FromCell<'_> for String {
    fn from_cell(cell: CellRef<'_>) -> Option<Self> {
        <&str>::from_cell(cell).map(str::to_owned)
    }
}

impl FromCell<'_> for Uuid {
    fn from_cell(cell: CellRef<'_>) -> Option<Self> {
        match cell {
            CellRef::Id(id) => Some(id),
            CellRef::Null | CellRef::Int(_) | CellRef::Text(_) => None,
        }
    }
}

impl<'a, T: FromCell<'a>> FromCell<'a> for Option<T> {
    fn from_cell(cell: CellRef<'a>) -> Option<Self> {
        match cell {
            CellRef::Null => Some(None),
            CellRef::Int(_) | CellRef::Text(_) | CellRef::Id(_) => T::from_cell(cell).map(Some),
        }
    }
}
