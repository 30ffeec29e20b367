//! Writing what changed into a view's file, row by row.

use rusqlite::{Connection, OptionalExtension};
use steps::PathwayId;

use super::table::TableSql;
use crate::changes::{RowChange, row_changes};
use crate::compute::Outcome;
use crate::digest::RowHasher;
use crate::table::{Columns, columns_of};
use crate::{Cell, Digest, Row};

/// What writing some pathways has come to so far.
pub(super) struct Progress {
    pub(super) next_no: i64,
    pub(super) digest: Digest,
    /// For each outcome its number and the rows before; none where nothing changed.
    pub(super) places: Vec<Option<(i64, Vec<Row>)>>,
    hasher: RowHasher,
}

impl Progress {
    pub(super) fn new(next_no: i64, digest: Digest) -> Self {
        Self { next_no, digest, places: Vec::new(), hasher: RowHasher::default() }
    }
}

/// Writes the changes of every outcome, in order.
pub(super) fn write_all(
    connection: &Connection,
    tables: &mut [TableSql],
    outcomes: &[Outcome],
    written: &mut Progress,
) -> rusqlite::Result<()> {
    for outcome in outcomes {
        let place = write_one(connection, tables, outcome, written)?;
        written.places.push(place);
    }
    Ok(())
}

fn write_one(
    connection: &Connection,
    tables: &mut [TableSql],
    outcome: &Outcome,
    written: &mut Progress,
) -> rusqlite::Result<Option<(i64, Vec<Row>)>> {
    let found = find_no(connection, outcome.pathway)?;
    let old = match found {
        Some(no) => read_rows(connection, tables, no)?,
        None => Vec::new(),
    };
    if old == outcome.rows {
        return Ok(None);
    }
    let no = match found {
        Some(no) => no,
        None => number(connection, outcome.pathway, written)?,
    };
    let mut writer = Writer { connection, tables, written, pathway: outcome.pathway, no };
    row_changes(&old, &outcome.rows).iter().try_for_each(|change| writer.change(change))?;
    Ok(Some((no, old)))
}

fn find_no(connection: &Connection, pathway: PathwayId) -> rusqlite::Result<Option<i64>> {
    let mut find = connection.prepare_cached("SELECT no FROM pathways WHERE id = ?1")?;
    find.query_row([pathway.0.as_bytes()], |row| row.get(0)).optional()
}

fn number(
    connection: &Connection,
    pathway: PathwayId,
    written: &mut Progress,
) -> rusqlite::Result<i64> {
    let no = written.next_no;
    written.next_no += 1;
    let mut insert = connection.prepare_cached("INSERT INTO pathways (no, id) VALUES (?1, ?2)")?;
    insert.execute((no, pathway.0.as_bytes()))?;
    Ok(no)
}

/// The rows of a pathway, sorted by table and seq.
pub(super) fn read_rows(
    connection: &Connection,
    tables: &[TableSql],
    no: i64,
) -> rusqlite::Result<Vec<Row>> {
    let mut found = Vec::new();
    for (table, sql) in tables.iter().enumerate() {
        let columns = sql.table.columns.len();
        let mut select = connection.prepare_cached(&sql.select)?;
        let mut rows = select.query([no])?;
        while let Some(row) = rows.next()? {
            let cells = (1..=columns).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?;
            found.push(Row { table, seq: row.get(0)?, cells });
        }
    }
    Ok(found)
}

struct Writer<'a> {
    connection: &'a Connection,
    tables: &'a mut [TableSql],
    written: &'a mut Progress,
    pathway: PathwayId,
    no: i64,
}

impl Writer<'_> {
    fn change(&mut self, change: &RowChange<'_>) -> rusqlite::Result<()> {
        match change {
            RowChange::Delete(was) => self.delete(was),
            RowChange::Insert(is) => self.insert(is),
            RowChange::Update(was, is, columns) => self.update(was, is, *columns),
        }
    }

    fn delete(&mut self, was: &Row) -> rusqlite::Result<()> {
        let Some(sql) = self.tables.get(was.table) else { return Ok(()) };
        self.written.digest.remove(self.written.hasher.row(&sql.table, self.pathway, was));
        self.connection.prepare_cached(&sql.delete)?.execute((self.no, was.seq)).map(drop)
    }

    fn insert(&mut self, is: &Row) -> rusqlite::Result<()> {
        let Some(sql) = self.tables.get(is.table) else { return Ok(()) };
        self.written.digest.add(self.written.hasher.row(&sql.table, self.pathway, is));
        let mut insert = self.connection.prepare_cached(&sql.insert)?;
        insert_row(&mut insert, self.no, is)
    }

    fn update(&mut self, was: &Row, is: &Row, changed: Columns) -> rusqlite::Result<()> {
        let Some(sql) = self.tables.get_mut(is.table) else { return Ok(()) };
        self.written.digest.remove(self.written.hasher.row(&sql.table, self.pathway, was));
        self.written.digest.add(self.written.hasher.row(&sql.table, self.pathway, is));
        let table = sql.table;
        let mut update = self.connection.prepare_cached(sql.update(changed))?;
        let mut mark = 0;
        for (at, _name) in columns_of(&table, changed) {
            mark += 1;
            update.raw_bind_parameter(mark, is.cells.get(at).unwrap_or(&Cell::Null))?;
        }
        update.raw_bind_parameter(mark + 1, self.no)?;
        update.raw_bind_parameter(mark + 2, is.seq)?;
        update.raw_execute().map(drop)
    }
}

/// Runs a prepared insert for one row.
pub(super) fn insert_row(
    insert: &mut rusqlite::Statement<'_>,
    no: i64,
    row: &Row,
) -> rusqlite::Result<()> {
    insert.raw_bind_parameter(1, no)?;
    insert.raw_bind_parameter(2, row.seq)?;
    for (at, cell) in row.cells.iter().enumerate() {
        insert.raw_bind_parameter(at + 3, cell)?;
    }
    insert.raw_execute().map(drop)
}
