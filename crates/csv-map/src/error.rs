//! What is wrong: with the map, with the file as a whole, or with a row.

/// A mistake in the map: where it stands, what it is and what would be right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}, column {column}: {problem}: expected {expected}")]
pub struct MapError {
    /// The line of the map, from 1.
    pub line: usize,
    /// The character of that line, from 1.
    pub column: usize,
    /// What is wrong.
    pub problem: String,
    /// What would be right.
    pub expected: String,
}

/// Why a file is not read at all: nothing of it is recorded.
#[derive(Debug, thiserror::Error)]
pub enum FileError {
    /// It could not be read.
    #[error("the file cannot be read")]
    Unreadable(#[source] csv::Error),
    /// There is nothing in it.
    #[error("the file is empty: expected a header line that names the columns")]
    Empty,
    /// It is not UTF-8.
    #[error(
        "line {line}: the byte at offset {offset} is not UTF-8{guess}: expected the file saved as UTF-8"
    )]
    NotUtf8 {
        /// The line; the header is line 1.
        line: u64,
        /// The place of the byte in the file, from 0.
        offset: u64,
        /// What the file may be instead.
        guess: &'static str,
    },
    /// A quote is opened and not closed.
    #[error(
        "line {line}: the quote that is opened here is not closed within {most} bytes: expected a second quote after the value"
    )]
    QuoteNotClosed {
        /// The line where it is opened.
        line: u64,
        /// The most bytes of a value.
        most: u64,
    },
    /// A column that the map names is not in the header.
    #[error(
        "column `{column}` of the map (line {map_line}) is not in the header: expected {expected}"
    )]
    MissingColumn {
        /// The column.
        column: String,
        /// Where the map names it first.
        map_line: usize,
        /// What may be meant.
        expected: String,
    },
    /// A column that the map names is in the header twice.
    #[error(
        "column `{column}` of the map (line {map_line}) is in the header twice, as columns {first} and {second}: expected it once"
    )]
    RepeatedColumn {
        /// The column.
        column: String,
        /// Where the map names it first.
        map_line: usize,
        /// Its first place in the header, from 1.
        first: usize,
        /// Its second place, from 1.
        second: usize,
    },
}

/// Why a row, or one step of it, is refused. It never holds a cell: that may be about a person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct Refusal {
    /// The line of the file where the row begins; the header is line 1.
    pub line: u64,
    /// The name of the step in the map; absent: the whole row.
    pub step: Option<String>,
    /// The columns that are wrong, joined by ` + `.
    pub column: Option<String>,
    /// The field of the step that they fill.
    pub field: Option<String>,
    /// Stable code for machines.
    pub code: &'static str,
    /// What is wrong and what would be right.
    pub message: String,
}
