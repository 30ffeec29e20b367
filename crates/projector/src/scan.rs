//! Every row of a view's file, pathway by pathway: for what a view keeps in memory, and for checking.

use rusqlite::{Connection, Rows};
use steps::PathwayId;
use uuid::Uuid;

use crate::digest::RowHasher;
use crate::table::{TableSql, list, quoted};
use crate::view_file::{Changed, ViewFile};
use crate::{Change, Digest, Row, Table, View};

const CHUNK: usize = 1_000;

/// Tells a view that remembers rows every one of its file, as if each had just been written.
pub(crate) fn tell_all(view: &dyn View, file: &ViewFile) -> rusqlite::Result<()> {
    if !view.remembers() {
        return Ok(());
    }
    view.reload_begins();
    let mut chunk: Vec<Changed> = Vec::with_capacity(CHUNK);
    each_pathway(file.connection(), view.tables(), |no, pathway, new| {
        chunk.push(Changed { pathway, no, old: Vec::new(), new });
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

/// What the rows in a file come to, counted anew; it must be what the checkpoint says.
pub fn digest_of(connection: &Connection, tables: &[Table]) -> rusqlite::Result<Digest> {
    let (mut hasher, mut sum) = (RowHasher::default(), Digest::EMPTY);
    each_pathway(connection, tables, |_no, pathway, rows| {
        sum.add(hasher.rows(tables, pathway, &rows));
    })?;
    Ok(sum)
}

/// Walks all tables at once in the order of their numbers; each is read once, from front to back.
fn each_pathway(
    connection: &Connection,
    tables: &[Table],
    mut take: impl FnMut(i64, PathwayId, Vec<Row>),
) -> rusqlite::Result<()> {
    let selects = tables.iter().map(|table| connection.prepare(&select_all(table)));
    let mut selects = selects.collect::<rusqlite::Result<Vec<_>>>()?;
    let cursors =
        selects.iter_mut().zip(tables).enumerate().map(|(table, (select, spec))| {
            Cursor::open(select.query([])?, table, spec.columns.len())
        });
    let mut cursors = cursors.collect::<rusqlite::Result<Vec<_>>>()?;
    let mut pathways = connection.prepare("SELECT no, id FROM pathways ORDER BY no")?;
    let mut pathways = pathways.query([])?;
    while let Some(pathway) = pathways.next()? {
        let (no, id) = (pathway.get(0)?, PathwayId(Uuid::from_bytes(pathway.get(1)?)));
        let mut rows = Vec::new();
        for cursor in &mut cursors {
            cursor.take_rows(no, &mut rows)?;
        }
        if !rows.is_empty() {
            take(no, id, rows);
        }
    }
    Ok(())
}

fn select_all(table: &Table) -> String {
    let columns = table.columns.iter().map(|column| quoted(column.name));
    let columns = list(["no", "seq"].into_iter().map(quoted).chain(columns));
    format!("SELECT {columns} FROM \"{}\" ORDER BY \"no\", \"seq\"", table.name)
}

struct Cursor<'a> {
    rows: Rows<'a>,
    table: usize,
    columns: usize,
    ahead: Option<(i64, Row)>,
}

impl<'a> Cursor<'a> {
    fn open(rows: Rows<'a>, table: usize, columns: usize) -> rusqlite::Result<Self> {
        let mut cursor = Self { rows, table, columns, ahead: None };
        cursor.advance()?;
        Ok(cursor)
    }

    fn advance(&mut self) -> rusqlite::Result<()> {
        let (table, columns) = (self.table, self.columns);
        self.ahead = match self.rows.next()? {
            None => None,
            Some(row) => {
                let cells =
                    (0..columns).map(|at| row.get(at + 2)).collect::<rusqlite::Result<_>>()?;
                Some((row.get(0)?, Row { table, seq: row.get(1)?, cells }))
            }
        };
        Ok(())
    }

    fn take_rows(&mut self, no: i64, into: &mut Vec<Row>) -> rusqlite::Result<()> {
        while let Some((_no, row)) = self.ahead.take_if(|(ahead, _row)| *ahead == no) {
            into.push(row);
            self.advance()?;
        }
        Ok(())
    }
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

/// Counts what differs between an old file, by its path, and the one at hand.
pub(crate) fn differences(
    new: &ViewFile,
    old: &std::path::Path,
    tables: &[TableSql],
) -> rusqlite::Result<Differences> {
    let connection = new.connection();
    connection.execute("ATTACH ?1 AS old", [old.to_string_lossy()])?;
    let mut sum = Differences::default();
    let counted = tables.iter().try_for_each(|sql| {
        let one = |query: String| connection.query_row(&query, [], |row| row.get::<_, i64>(0));
        sum.added += one(only_in("main", "old", sql.table.name))?.unsigned_abs();
        sum.removed += one(only_in("old", "main", sql.table.name))?.unsigned_abs();
        sum.changed += one(changed(&sql.table))?.unsigned_abs();
        Ok(())
    });
    connection.execute_batch("DETACH old")?;
    counted.map(|()| sum)
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

fn changed(table: &Table) -> String {
    let names = table.columns.iter().map(|column| column.name);
    let differs: Vec<_> = names.map(|name| format!("s.\"{name}\" IS NOT r.\"{name}\"")).collect();
    let differs = if differs.is_empty() { "0".to_owned() } else { differs.join(" OR ") };
    let name = table.name;
    format!(
        "SELECT count(*) FROM {} JOIN old.pathways AS q ON q.id = p.id \
         JOIN old.\"{name}\" AS s ON s.no = q.no AND s.seq = r.seq WHERE {differs}",
        joined("main", name)
    )
}
