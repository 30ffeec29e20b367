//! What a view is: tables, and a pure function from a history to rows.

use compact_str::CompactString;
use pathway::History;
use steps::{PathwayId, StepKind};
use uuid::Uuid;

/// One value of a row. There are no floats: digests must be the same on every machine.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Cell {
    /// Nothing.
    Null,
    /// A number, a date (days since 1970-01-01) or an instant (microseconds since 1970 in UTC).
    Int(i64),
    /// A word.
    Text(CompactString),
    /// An id.
    Id(Uuid),
}

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnKind {
    /// [`Cell::Int`].
    Int,
    /// [`Cell::Text`].
    Text,
    /// [`Cell::Id`].
    Id,
}

/// A column of a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: ColumnKind,
}

/// An index of a table, made after a rebuild has written the rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Index {
    /// Its name, unique in the view.
    pub name: &'static str,
    /// Its columns.
    pub columns: &'static [&'static str],
    /// Which rows it holds, as an SQL condition; `None`: all.
    pub only: Option<&'static str>,
}

/// A table of a view. The projector adds its key: `no` (the pathway's number in this view's
/// `pathways(no INTEGER PRIMARY KEY, id BLOB UNIQUE)`) and `seq`, the row's place among the
/// pathway's rows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Its columns beside the key.
    pub columns: &'static [Column],
    /// Its indexes.
    pub indexes: &'static [Index],
}

/// Counts kept beside a table: how many of its rows have each combination of some columns, in a table
/// of those columns and `n`. What is asked of a whole table often and is small when counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tally {
    /// Its name, unique in the view.
    pub name: &'static str,
    /// The table that is counted.
    pub of: &'static str,
    /// Its columns by which it is counted.
    pub columns: &'static [&'static str],
}

/// A row of one pathway.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Row {
    /// Which of the view's tables, by place.
    pub table: usize,
    /// Its place among the pathway's rows of that table.
    pub seq: u32,
    /// Its cells, in the order of the table's columns.
    pub cells: Vec<Cell>,
}

/// The rows of a pathway before and after a commit.
#[derive(Debug)]
pub struct Change<'a> {
    /// The pathway.
    pub pathway_id: PathwayId,
    /// The number of the pathway in this view.
    pub no: i64,
    /// Its rows before; none where they are not known, because another server has written these.
    pub old: Option<&'a [Row]>,
    /// Its rows now.
    pub new: &'a [Row],
}

/// A view: a pure function of a pathway's history, and the tables that keep its rows.
pub trait View: Send + Sync + 'static {
    /// Its name, also the name of its file.
    fn name(&self) -> &'static str;

    /// Counts up when the function or the tables change.
    fn version(&self) -> u32;

    /// Digest of the rules it reads; a view under other rules is another view.
    fn rules_digest(&self) -> String {
        String::new()
    }

    /// Its tables.
    fn tables(&self) -> &'static [Table];

    /// The counts that are kept of its tables.
    fn tallies(&self) -> &'static [Tally] {
        &[]
    }

    /// Whether the step can change its rows. Written as an exhaustive match, so that a new step must
    /// be given an opinion.
    fn concerns(&self, kind: StepKind) -> bool;

    /// The rows of a history, sorted by table and seq. Total and deterministic; no clock.
    fn rows(&self, history: &History) -> Vec<Row>;

    /// Whether it keeps anything of its rows in memory. Only then is it told every row at start and
    /// after a switch, which means reading the whole file.
    fn remembers(&self) -> bool {
        false
    }

    /// Whether it is to be told of commits now. Where another server writes the view, finding out what
    /// changed is dear; a view that remembers must always be told.
    fn listens(&self) -> bool {
        self.remembers()
    }

    /// Told after each commit, in order; and once for every row at start (`old` empty), where it
    /// [remembers](View::remembers) them.
    fn committed(&self, _changes: &[Change<'_>]) {}

    /// Every row is about to be told again (at start and after a switch, when numbers may differ):
    /// begin a fresh copy, and answer from the present one until [`View::reload_ends`].
    fn reload_begins(&self) {}

    /// Every row has been told: the fresh copy takes the place of the present one.
    fn reload_ends(&self) {}
}

/// Makes the cells of optional values.
impl<T: Into<Cell>> From<Option<T>> for Cell {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

impl From<i64> for Cell {
    fn from(value: i64) -> Self {
        Self::Int(value)
    }
}

impl From<bool> for Cell {
    fn from(value: bool) -> Self {
        Self::Int(i64::from(value))
    }
}

impl From<&str> for Cell {
    fn from(value: &str) -> Self {
        Self::Text(value.into())
    }
}

impl From<Uuid> for Cell {
    fn from(value: Uuid) -> Self {
        Self::Id(value)
    }
}

/// A date as days since 1970-01-01.
impl From<chrono::NaiveDate> for Cell {
    fn from(value: chrono::NaiveDate) -> Self {
        Self::Int(value.signed_duration_since(chrono::NaiveDate::default()).num_days())
    }
}

/// An instant as microseconds since 1970 in UTC.
impl From<chrono::DateTime<chrono::Utc>> for Cell {
    fn from(value: chrono::DateTime<chrono::Utc>) -> Self {
        Self::Int(value.timestamp_micros())
    }
}
