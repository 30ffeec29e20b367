//! Which cells a column takes.

use crate::{Cell, ColumnKind};

impl ColumnKind {
    pub(crate) const fn takes(self, cell: &Cell) -> bool {
        matches!(
            (self, cell),
            (_, Cell::Null)
                | (Self::Int, Cell::Int(_))
                | (Self::Text, Cell::Text(_))
                | (Self::Id, Cell::Id(_))
        )
    }
}
