//! Every row of a view's file, pathway by pathway: for what a view keeps in memory, and for checking.

use steps::PathwayId;

use crate::digest::RowHasher;
use crate::table::{list, quoted};
use crate::view_file::Changed;
use crate::{Change, Connection, Digest, Row, SqlError, Table, View, params};

const CHUNK: usize = 1_000;
const CHUNK_ROWS: u32 = 1_000;

/// Tells a view that remembers rows every one that is there, as if each had just been written.
pub(crate) fn tell_all(view: &dyn View, connection: &Connection) -> Result<(), SqlError> {
    if !view.remembers() {
        return Ok(());
    }
    view.reload_begins();
    let mut chunk: Vec<Changed> = Vec::with_capacity(CHUNK);
    each_pathway(connection, view.tables(), |no, pathway, new| {
        chunk.push(Changed { pathway, no, old: Some(Vec::new()), new });
        if chunk.len() == CHUNK {
            tell(view, &std::mem::take(&mut chunk));
        }
    })?;
    tell(view, &chunk);
    view.reload_ends();
    Ok(())
}

/// Tells a view what changed.
pub(crate) fn tell(view: &dyn View, changed: &[Changed]) {
    let told: Vec<Change<'_>> = changed.iter().map(Changed::as_change).collect();
    if !told.is_empty() {
        view.committed(&told);
    }
}

/// What the rows in a view come to, counted anew; it must be what the checkpoint says.
pub fn digest_of(connection: &Connection, tables: &[Table]) -> Result<Digest, SqlError> {
    let (mut hasher, mut sum) = (RowHasher::default(), Digest::EMPTY);
    each_pathway(connection, tables, |_no, pathway, rows| {
        sum.add(hasher.rows(tables, pathway, &rows));
    })?;
    Ok(sum)
}

/// Some pathways by their numbers, each with its rows.
type Chunk = Vec<(i64, PathwayId, Vec<Row>)>;

/// Walks all tables in the order of their numbers, a chunk of pathways at a time.
fn each_pathway(
    connection: &Connection,
    tables: &[Table],
    mut take: impl FnMut(i64, PathwayId, Vec<Row>),
) -> Result<(), SqlError> {
    let selects: Vec<String> = tables.iter().map(select_span).collect();
    let mut before = i64::MIN;
    loop {
        let mut chunk = pathways_after(connection, before)?;
        let Some(last) = chunk.last().map(|(no, ..)| *no) else { return Ok(()) };
        for (table, select) in selects.iter().enumerate() {
            add_rows(connection, select, (before, last), (table, &mut chunk))?;
        }
        for (no, pathway, rows) in chunk {
            if !rows.is_empty() {
                take(no, pathway, rows);
            }
        }
        before = last;
    }
}

fn pathways_after(connection: &Connection, no: i64) -> Result<Chunk, SqlError> {
    let select = "SELECT no, id FROM pathways WHERE no > ?1 ORDER BY no LIMIT ?2";
    connection.all(select, params![no, CHUNK_ROWS], |row| {
        Ok((row.get(0)?, PathwayId(row.get(1)?), Vec::new()))
    })
}

/// Rows and pathways come in the same order, so one walk finds whose each row is.
fn add_rows(
    connection: &Connection,
    select: &str,
    (before, last): (i64, i64),
    (table, chunk): (usize, &mut Chunk),
) -> Result<(), SqlError> {
    let mut pathways = chunk.iter_mut();
    let mut current = pathways.next();
    connection.each(select, params![before, last], |row| {
        let no: i64 = row.get(0)?;
        while current.as_ref().is_some_and(|(at, ..)| *at < no) {
            current = pathways.next();
        }
        let Some((_no, _id, rows)) = current.as_mut().filter(|(at, ..)| *at == no) else {
            return Ok(());
        };
        let cells = (2..row.columns()).map(|at| row.get(at)).collect::<Result<_, _>>()?;
        rows.push(Row { table, seq: row.get(1)?, cells });
        Ok(())
    })
}

fn select_span(table: &Table) -> String {
    let columns = table.columns.iter().map(|column| quoted(column.name));
    let columns = list(["no", "seq"].into_iter().map(quoted).chain(columns));
    let name = table.name;
    format!(
        "SELECT {columns} FROM \"{name}\" WHERE \"no\" > ?1 AND \"no\" <= ?2 \
         ORDER BY \"no\", \"seq\""
    )
}

/// How many rows one file has that the other has not, or has otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Differences {
    /// Rows only the new file has.
    pub added: u64,
    /// Rows only the old file has.
    pub removed: u64,
    /// Rows both have, with other cells.
    pub changed: u64,
}

/// Counts what differs between two editions of a view, whose tables stand in two schemas: the new one
/// and the old one. `count` runs a query that counts.
pub(crate) fn count_differences(
    [new, old]: [&str; 2],
    tables: &[Table],
    count: impl Fn(&str) -> Result<i64, SqlError>,
) -> Result<Differences, SqlError> {
    let mut sum = Differences::default();
    for table in tables {
        sum.added += count(&only_in(new, old, table.name))?.unsigned_abs();
        sum.removed += count(&only_in(old, new, table.name))?.unsigned_abs();
        sum.changed += count(&changed([new, old], table))?.unsigned_abs();
    }
    Ok(sum)
}

fn joined(schema: &str, table: &str) -> String {
    format!("{schema}.\"{table}\" AS r JOIN {schema}.pathways AS p USING (no)")
}

fn only_in(here: &str, there: &str, table: &str) -> String {
    format!(
        "SELECT count(*) FROM {} WHERE NOT EXISTS (SELECT 1 FROM {there}.pathways AS q \
         JOIN {there}.\"{table}\" AS s ON s.no = q.no WHERE q.id = p.id AND s.seq = r.seq)",
        joined(here, table)
    )
}

fn changed([new, old]: [&str; 2], table: &Table) -> String {
    let names = table.columns.iter().map(|column| column.name);
    let differs: Vec<_> =
        names.map(|name| format!("s.\"{name}\" IS DISTINCT FROM r.\"{name}\"")).collect();
    let differs = if differs.is_empty() { "1 = 0".to_owned() } else { differs.join(" OR ") };
    let name = table.name;
    format!(
        "SELECT count(*) FROM {} JOIN {old}.pathways AS q ON q.id = p.id \
         JOIN {old}.\"{name}\" AS s ON s.no = q.no AND s.seq = r.seq WHERE {differs}",
        joined(new, name)
    )
}
