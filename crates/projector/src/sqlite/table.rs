//! SQL of SQLite made from a view's tables. Identifiers come only from our own constants, and are checked.

use rustc_hash::FxHashMap;

use crate::table::{Columns, columns_of, list, quoted};
use crate::{ColumnKind, Table};

/// The tables that every view's file has beside the view's own.
pub(crate) const OWN_TABLES: &str = include_str!("sql/own_tables.sql");

/// The statements on one table.
pub(crate) struct TableSql {
    pub(crate) table: Table,
    pub(crate) insert: String,
    pub(crate) select: String,
    pub(crate) delete: String,
    updates: FxHashMap<Columns, String>,
}

impl TableSql {
    pub(crate) fn new(table: Table) -> Self {
        let name = table.name;
        let columns = list(table.columns.iter().map(|column| quoted(column.name)));
        let marks = list((0..table.columns.len() + 2).map(|at| format!("?{}", at + 1)));
        let comma = if columns.is_empty() { "" } else { ", " };
        Self {
            table,
            insert: format!(
                "INSERT INTO \"{name}\" (\"no\", \"seq\"{comma}{columns}) VALUES ({marks})"
            ),
            select: format!(
                "SELECT \"seq\"{comma}{columns} FROM \"{name}\" WHERE \"no\" = ?1 ORDER BY \"seq\""
            ),
            delete: format!("DELETE FROM \"{name}\" WHERE \"no\" = ?1 AND \"seq\" = ?2"),
            updates: FxHashMap::default(),
        }
    }

    /// Sets the changed columns and no others; the key comes last.
    pub(crate) fn update(&mut self, changed: Columns) -> &str {
        let Self { table, updates, .. } = self;
        updates.entry(changed).or_insert_with(|| {
            let names = columns_of(table, changed).map(|(_at, name)| quoted(name));
            let sets = list(names.enumerate().map(|(at, name)| format!("{name} = ?{}", at + 1)));
            let key = changed.count_ones();
            format!(
                "UPDATE \"{}\" SET {sets} WHERE \"no\" = ?{} AND \"seq\" = ?{}",
                table.name,
                key + 1,
                key + 2
            )
        })
    }
}

/// Makes a table without its indexes.
pub(crate) fn create(table: &Table) -> String {
    let columns = table.columns.iter();
    let columns = columns.map(|column| format!("{} {}", quoted(column.name), word(column.kind)));
    let key = ["no", "seq"].into_iter().map(|name| format!("\"{name}\" INTEGER NOT NULL"));
    let columns = list(key.chain(columns));
    format!(
        "CREATE TABLE \"{}\" ({columns}, \
         PRIMARY KEY (\"no\", \"seq\")) STRICT, WITHOUT ROWID",
        table.name
    )
}

/// What a kind of column is called.
pub(super) const fn word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Int => "INTEGER",
        ColumnKind::Text => "TEXT",
        ColumnKind::Id => "BLOB",
    }
}
