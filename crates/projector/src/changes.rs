//! What changed between the rows that are there and the rows a view gives: only that is written.

use std::cmp::Ordering;

use crate::table::Columns;
use crate::{Cell, Row};

/// What happens to one row.
pub(crate) enum RowChange<'a> {
    Delete(&'a Row),
    Insert(&'a Row),
    /// The row before, the row after, and which columns differ.
    Update(&'a Row, &'a Row, Columns),
}

/// Walks both lists at once: each is sorted by table and seq.
pub(crate) fn row_changes<'a>(old: &'a [Row], new: &'a [Row]) -> Vec<RowChange<'a>> {
    let (mut old, mut new) = (old.iter().peekable(), new.iter().peekable());
    let mut changes = Vec::new();
    loop {
        let order = match (old.peek(), new.peek()) {
            (None, None) => return changes,
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (Some(was), Some(is)) => (was.table, was.seq).cmp(&(is.table, is.seq)),
        };
        let was = if order == Ordering::Greater { None } else { old.next() };
        let is = if order == Ordering::Less { None } else { new.next() };
        changes.extend(change(was, is));
    }
}

fn change<'a>(was: Option<&'a Row>, is: Option<&'a Row>) -> Option<RowChange<'a>> {
    match (was, is) {
        (Some(was), Some(is)) => {
            let columns = changed_columns(&was.cells, &is.cells);
            (columns != 0).then_some(RowChange::Update(was, is, columns))
        }
        (Some(was), None) => Some(RowChange::Delete(was)),
        (None, Some(is)) => Some(RowChange::Insert(is)),
        (None, None) => None,
    }
}

fn changed_columns(was: &[Cell], is: &[Cell]) -> Columns {
    let pairs = was.iter().zip(is).enumerate();
    pairs.filter(|(_at, (was, is))| was != is).fold(0, |bits, (at, _pair)| bits | (1 << at))
}
