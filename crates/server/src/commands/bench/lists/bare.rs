//! The bare table: the columns that lists are divided by, with one covering index at a time, made for
//! the query that is to be compared.

use std::path::Path;

use chrono::NaiveDate;
use projector::{Cell, Row, View};
use rusqlite::{Connection, types::ToSqlOutput};
use waiting_times::WaitingTimesView;

/// The columns, as the view's table names them.
const COLUMNS: [&str; 9] = [
    "provider",
    "site",
    "commissioner",
    "function",
    "priority",
    "clinician",
    "clock_start",
    "listed_from",
    "listed_to",
];

const CREATE: &str = "CREATE TABLE listed (provider TEXT, site TEXT, commissioner TEXT, \
     function TEXT, priority TEXT, clinician TEXT, clock_start INTEGER, listed_from INTEGER, \
     listed_to INTEGER) STRICT";

const INSERT: &str = "INSERT INTO listed VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";

/// Small, as the memory of the view is told from that of the whole process.
const CACHE_KIB: i32 = 8_192;

/// A file of its own.
pub(super) struct Bare {
    connection: Connection,
    /// Where the view's rows have the columns.
    places: [usize; COLUMNS.len()],
}

impl Bare {
    /// Makes the file, with an empty table.
    pub(super) fn create(file: &Path) -> anyhow::Result<Self> {
        let connection = Connection::open(file)?;
        connection.pragma_update_and_check(None, "journal_mode", "OFF", |_row| Ok(()))?;
        connection.pragma_update(None, "synchronous", "OFF")?;
        connection.pragma_update(None, "cache_size", -CACHE_KIB)?;
        connection.execute_batch(CREATE)?;
        let columns = WaitingTimesView::default().tables().first().map_or(&[][..], |t| t.columns);
        let place = |name: &str| columns.iter().position(|column| column.name == name);
        Ok(Self { connection, places: COLUMNS.map(|name| place(name).unwrap_or(usize::MAX)) })
    }

    /// Puts in rows of the view, in one transaction.
    pub(super) fn insert<'r>(&self, rows: impl Iterator<Item = &'r Row>) -> anyhow::Result<()> {
        self.connection.execute_batch("BEGIN")?;
        let mut insert = self.connection.prepare_cached(INSERT)?;
        for row in rows {
            insert.execute(self.places.map(|place| value(row.cells.get(place))))?;
        }
        Ok(self.connection.execute_batch("COMMIT")?)
    }

    /// Makes the index that covers the list divided by these columns.
    pub(super) fn index(&self, columns: &str) -> anyhow::Result<()> {
        let others = ["clock_start", "listed_from", "listed_to"].join(", ");
        let commissioner = if columns.contains("commissioner") { "" } else { ", commissioner" };
        let sql = format!("CREATE INDEX covering ON listed ({columns}{others}{commissioner})");
        Ok(self.connection.execute_batch(&sql)?)
    }

    pub(super) fn drop_index(&self) -> anyhow::Result<()> {
        Ok(self.connection.execute_batch("DROP INDEX covering")?)
    }

    /// Counts who waits on a day by these columns and the day of the clock start, in the order of the
    /// index; the bands of a week are left to whoever reads the answer.
    pub(super) fn count(&self, columns: &str, on: NaiveDate) -> anyhow::Result<u64> {
        let sql = format!(
            "SELECT {columns} clock_start, count(*) FROM listed INDEXED BY covering
             WHERE listed_from <= ?1 AND ifnull(listed_to, 99999) > ?1
               AND commissioner IS NOT 'NONC' AND clock_start <= ?1
             GROUP BY {columns} clock_start"
        );
        let day = on.signed_duration_since(NaiveDate::default()).num_days();
        let mut statement = self.connection.prepare_cached(&sql)?;
        let last = statement.column_count() - 1;
        let counts = statement.query_map([day], |row| row.get::<_, i64>(last))?;
        let mut sum = 0;
        for count in counts {
            sum += count?.unsigned_abs();
        }
        Ok(sum)
    }
}

fn value(cell: Option<&Cell>) -> ToSqlOutput<'_> {
    match cell {
        Some(Cell::Int(number)) => ToSqlOutput::from(*number),
        Some(Cell::Text(text)) => ToSqlOutput::from(text.as_str()),
        Some(Cell::Null | Cell::Id(_)) | None => ToSqlOutput::from(rusqlite::types::Null),
    }
}
