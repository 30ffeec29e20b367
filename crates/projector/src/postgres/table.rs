//! SQL of PostgreSQL made from a view's tables. Identifiers come only from our own constants, and are
//! checked. Words are ordered byte by byte, as SQLite orders them.

use crate::table::{Columns, columns_of, list, quoted};
use crate::{Cell, ColumnKind, Table, Tally};

/// The tables that every edition has beside the view's own; without keys where a build adds them last.
pub(super) const OWN_TABLES: &str = include_str!("sql/own_tables.sql");

/// What a kind of column is called.
pub(super) const fn word(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Int => "bigint",
        ColumnKind::Text => "text COLLATE \"C\"",
        ColumnKind::Id => "uuid",
    }
}

const fn array(kind: ColumnKind) -> &'static str {
    match kind {
        ColumnKind::Int => "bigint[]",
        ColumnKind::Text => "text[]",
        ColumnKind::Id => "uuid[]",
    }
}

/// Makes a table without its key and indexes.
pub(super) fn create(table: &Table) -> String {
    let columns = table.columns.iter();
    let columns = columns.map(|column| format!("{} {}", quoted(column.name), word(column.kind)));
    let key = ["no", "seq"].into_iter().map(|name| format!("\"{name}\" bigint NOT NULL"));
    format!("CREATE TABLE {} ({})", quoted(table.name), list(key.chain(columns)))
}

/// Gives a table its key, once the rows are there.
pub(super) fn create_key(table: &Table) -> String {
    format!("ALTER TABLE {} ADD PRIMARY KEY (\"no\", \"seq\")", quoted(table.name))
}

/// Names and kinds of all columns of a table, the key first.
pub(super) fn columns_with_key(table: &Table) -> Vec<(&'static str, ColumnKind)> {
    let key = [("no", ColumnKind::Int), ("seq", ColumnKind::Int)];
    let columns = table.columns.iter().map(|column| (column.name, column.kind));
    key.into_iter().chain(columns).collect()
}

/// The rows of some pathways; `$1` their numbers.
pub(super) fn select(table: &Table) -> String {
    let columns = list(columns_with_key(table).into_iter().map(|(name, _)| quoted(name)));
    let name = quoted(table.name);
    format!("SELECT {columns} FROM {name} WHERE \"no\" = ANY ($1) ORDER BY \"no\", \"seq\"")
}

/// New rows, an array a column.
pub(super) fn insert(table: &Table) -> String {
    let columns = columns_with_key(table);
    let names = list(columns.iter().map(|(name, _)| quoted(name)));
    let name = quoted(table.name);
    format!("INSERT INTO {name} ({names}) SELECT * FROM {}", unnest(&columns))
}

/// Takes rows away; `$1` their numbers, `$2` their places.
pub(super) fn delete(table: &Table) -> String {
    let name = quoted(table.name);
    format!(
        "DELETE FROM {name} AS t USING unnest($1::bigint[], $2::bigint[]) AS d (\"no\", \"seq\") \
         WHERE t.\"no\" = d.\"no\" AND t.\"seq\" = d.\"seq\""
    )
}

/// Names and kinds of the key and of some columns.
pub(super) fn key_and(table: &Table, changed: Columns) -> Vec<(&'static str, ColumnKind)> {
    let mut columns = vec![("no", ColumnKind::Int), ("seq", ColumnKind::Int)];
    columns.extend(
        columns_of(table, changed)
            .filter_map(|(at, name)| Some((name, table.columns.get(at)?.kind))),
    );
    columns
}

/// Sets the changed columns and no others, an array a column, the key first.
pub(super) fn update(table: &Table, changed: Columns) -> String {
    let sets = columns_of(table, changed).map(|(_at, name)| format!("\"{name}\" = u.\"{name}\""));
    let (name, sets, columns) = (quoted(table.name), list(sets), key_and(table, changed));
    let names = list(columns.iter().map(|(name, _)| quoted(name)));
    format!(
        "UPDATE {name} AS t SET {sets} FROM {} AS u ({names}) \
         WHERE t.\"no\" = u.\"no\" AND t.\"seq\" = u.\"seq\"",
        unnest(&columns)
    )
}

fn unnest(columns: &[(&str, ColumnKind)]) -> String {
    let arrays = (1..).zip(columns).map(|(at, (_, kind))| format!("${at}::{}", array(*kind)));
    format!("unnest({})", list(arrays))
}

/// Where rows are poured into a table that was made in the same transaction.
pub(super) fn copy(name: &str, columns: &[(&str, ColumnKind)]) -> String {
    let names = list(columns.iter().map(|(name, _)| quoted(name)));
    format!("COPY {} ({names}) FROM STDIN WITH (FORMAT binary, FREEZE)", quoted(name))
}

/// Names and kinds of the columns of a tally. `None` where the view has no such table or column, which
/// [`crate::table::check`] tells.
pub(super) fn tallied(tables: &[Table], tally: &Tally) -> Option<Vec<(&'static str, ColumnKind)>> {
    let table = tables.iter().find(|table| table.name == tally.of)?;
    let column = |name: &&'static str| {
        let column = table.columns.iter().find(|column| column.name == *name)?;
        Some((*name, column.kind))
    };
    tally.columns.iter().map(column).collect()
}

/// Makes a tally and fills it from the rows that are there. Its key is a digest of what is counted
/// together: nothing is equal to nothing there.
pub(super) fn create_tally(tables: &[Table], tally: &Tally) -> Option<String> {
    let columns = tallied(tables, tally)?;
    let typed =
        list(columns.iter().map(|(name, kind)| format!("{} {}", quoted(name), word(*kind))));
    let names = list(columns.iter().map(|(name, _)| quoted(name)));
    let (name, of, key) = (quoted(tally.name), quoted(tally.of), tally_key(&names));
    Some(format!(
        "CREATE TABLE {name} (\"tally_key\" uuid NOT NULL, {typed}, \"n\" bigint NOT NULL); \
         INSERT INTO {name} SELECT {key}, {names}, count(*) FROM {of} GROUP BY {names}; \
         ALTER TABLE {name} ADD PRIMARY KEY (\"tally_key\"); \
         CREATE INDEX {} ON {name} ({names})",
        quoted(&format!("{}_key", tally.name))
    ))
}

fn tally_key(names: &str) -> String {
    format!("md5(ROW({names})::text)::uuid")
}

/// Adds to the counts, an array a column and the last for how many more or less.
pub(super) fn count(tally: &Tally, columns: &[(&'static str, ColumnKind)]) -> String {
    let names = list(columns.iter().map(|(name, _)| quoted(name)));
    let with_n = [columns, &[("n", ColumnKind::Int)]].concat();
    let (name, key) = (quoted(tally.name), tally_key(&names));
    format!(
        "INSERT INTO {name} SELECT {key}, {names}, \"n\" FROM {} AS d ({names}, \"n\") \
         ON CONFLICT (\"tally_key\") DO UPDATE SET \"n\" = {name}.\"n\" + EXCLUDED.\"n\"",
        unnest(&with_n)
    )
}

/// Takes away what is no longer there, of some kinds.
pub(super) fn forget_none(tally: &Tally, columns: &[(&'static str, ColumnKind)]) -> String {
    let names = list(columns.iter().map(|(name, _)| quoted(name)));
    let (name, key) = (quoted(tally.name), tally_key(&names));
    format!(
        "DELETE FROM {name} WHERE \"n\" = 0 AND \"tally_key\" IN (SELECT {key} FROM {} AS d ({names}))",
        unnest(columns)
    )
}

/// A cell as `COPY` takes it in binary: how long it is, and its bytes.
pub(super) fn pour(cell: &Cell, into: &mut Vec<u8>) {
    match cell {
        Cell::Null => into.extend_from_slice(&(-1_i32).to_be_bytes()),
        Cell::Int(number) => field(&number.to_be_bytes(), into),
        Cell::Text(text) => field(text.as_bytes(), into),
        Cell::Id(id) => field(id.as_bytes(), into),
    }
}

fn field(bytes: &[u8], into: &mut Vec<u8>) {
    let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    into.extend_from_slice(&length.to_be_bytes());
    into.extend_from_slice(bytes);
}
