//! What a commit changes, gathered so that each table takes few statements: rows that go, that come,
//! and for each set of changed columns those that change.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;
use steps::PathwayId;

use super::arrays::Arrays;
use super::table;
use crate::changes::{RowChange, row_changes};
use crate::digest::RowHasher;
use crate::table::{Columns, columns_of};
use crate::{Cell, ColumnKind, Digest, Row, Table, Tally};

const KEY: [(&str, ColumnKind); 2] = [("no", ColumnKind::Int), ("seq", ColumnKind::Int)];

/// The changes of one table.
pub(super) struct TableChanges {
    pub(super) deleted: Arrays,
    pub(super) inserted: Arrays,
    pub(super) updated: BTreeMap<Columns, Arrays>,
}

/// By how many rows of each kind a tally grows.
type Counts = FxHashMap<Vec<Cell>, i64>;

/// The changes of a commit.
pub(super) struct Changes<'a> {
    tables: &'a [Table],
    tallies: &'a [Tally],
    pub(super) by_table: Vec<TableChanges>,
    pub(super) by_tally: Vec<Counts>,
    pub(super) digest: Digest,
    hasher: RowHasher,
}

impl<'a> Changes<'a> {
    pub(super) fn new(tables: &'a [Table], tallies: &'a [Tally], digest: Digest) -> Self {
        let by_table = tables.iter().map(|table| TableChanges {
            deleted: Arrays::of(&KEY),
            inserted: Arrays::of(&table::columns_with_key(table)),
            updated: BTreeMap::new(),
        });
        let by_tally = tallies.iter().map(|_tally| Counts::default()).collect();
        let hasher = RowHasher::default();
        Self { tables, tallies, by_table: by_table.collect(), by_tally, digest, hasher }
    }

    /// Gathers what changed in one pathway.
    pub(super) fn add(&mut self, pathway: PathwayId, no: i64, rows: (&[Row], &[Row])) {
        for change in row_changes(rows.0, rows.1) {
            let (was, is) = match &change {
                RowChange::Delete(was) => (Some(*was), None),
                RowChange::Insert(is) => (None, Some(*is)),
                RowChange::Update(was, is, _) => (Some(*was), Some(*is)),
            };
            self.count(was, is);
            self.hash(pathway, was, is);
            self.gather(no, &change);
        }
    }

    fn gather(&mut self, no: i64, change: &RowChange<'_>) {
        let (RowChange::Delete(row) | RowChange::Insert(row) | RowChange::Update(_, row, _)) =
            change;
        let at = self.tables.get(row.table).zip(self.by_table.get_mut(row.table));
        let Some((table, changes)) = at else { return };
        let key = [Cell::Int(no), Cell::Int(i64::from(row.seq))];
        match change {
            RowChange::Delete(_) => changes.deleted.push(&key),
            RowChange::Insert(row) => changes.inserted.push(key.iter().chain(&row.cells)),
            RowChange::Update(_, row, columns) => {
                let arrays = changes.updated.entry(*columns);
                let arrays = arrays.or_insert_with(|| Arrays::of(&table::key_and(table, *columns)));
                let cells = columns_of(table, *columns).filter_map(|(at, _)| row.cells.get(at));
                arrays.push(key.iter().chain(cells));
            }
        }
    }

    fn hash(&mut self, pathway: PathwayId, was: Option<&Row>, is: Option<&Row>) {
        let row = was.or(is).map_or(usize::MAX, |row| row.table);
        let Some(table) = self.tables.get(row) else { return };
        if let Some(was) = was {
            self.digest.remove(self.hasher.row(table, pathway, was));
        }
        if let Some(is) = is {
            self.digest.add(self.hasher.row(table, pathway, is));
        }
    }

    fn count(&mut self, was: Option<&Row>, is: Option<&Row>) {
        for (tally, counts) in self.tallies.iter().zip(&mut self.by_tally) {
            let kind = |row: Option<&Row>| row.and_then(|row| kind_of(self.tables, tally, row));
            let (was, is) = (kind(was), kind(is));
            if was == is {
                continue;
            }
            if let Some(was) = was {
                *counts.entry(was).or_default() -= 1;
            }
            if let Some(is) = is {
                *counts.entry(is).or_default() += 1;
            }
        }
    }
}

/// The cells by which a tally counts a row; none where it counts another table.
fn kind_of(tables: &[Table], tally: &Tally, row: &Row) -> Option<Vec<Cell>> {
    let table = tables.get(row.table).filter(|table| table.name == tally.of)?;
    let cell = |name: &&'static str| {
        let at = table.columns.iter().position(|column| column.name == *name)?;
        row.cells.get(at).cloned()
    };
    tally.columns.iter().map(cell).collect()
}
