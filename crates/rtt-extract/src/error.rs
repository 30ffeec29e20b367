//! Why an extract is refused: which line, which column, and what would be right.

/// Why a file is not taken as an extract.
#[derive(Debug, thiserror::Error)]
pub enum ExtractError {
    /// It could not be read.
    #[error("the extract cannot be read")]
    Unreadable(#[source] csv::Error),
    /// A column is missing.
    #[error("column `{column}` is missing: expected the header of NHS England's full RTT extract")]
    MissingColumn {
        /// The column.
        column: String,
    },
    /// A line is not a row of the file.
    #[error("line {line}: expected {expected}")]
    BadLine {
        /// The line; the header is line 1.
        line: u64,
        /// What would be right.
        expected: String,
    },
    /// A value is malformed.
    #[error("line {line}, column `{column}`: expected {expected}")]
    BadValue {
        /// The line; the header is line 1.
        line: u64,
        /// The column.
        column: String,
        /// What would be right.
        expected: String,
    },
    /// The parts of a row and its total differ.
    #[error("line {line}, column `Total All`: expected {sum}, the sum of the row, and not {total}")]
    DoesNotFoot {
        /// The line; the header is line 1.
        line: u64,
        /// What the bands and the unknown starts add up to.
        sum: u64,
        /// What the row says.
        total: u32,
    },
    /// Two rows have the same provider, commissioner, part and function.
    #[error(
        "line {line}: expected one row for each provider, commissioner, part and function, and line {first} has these"
    )]
    Duplicate {
        /// The line; the header is line 1.
        line: u64,
        /// The line that came first.
        first: u64,
    },
    /// There is a header and nothing else.
    #[error("the extract has no rows: expected at least one")]
    Empty,
}
