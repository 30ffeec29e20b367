//! What differs between two files of one view, row by row.

use std::path::Path;

use super::rows::connect;
use crate::scan::{Differences, count_differences};
use crate::{SqlError, Table};

/// Counts what differs between an old file and a new one.
pub(super) fn differences(
    new: &Path,
    old: &Path,
    tables: &[Table],
) -> Result<Differences, SqlError> {
    let connection = connect(new, rusqlite::OpenFlags::empty())?;
    connection.execute("ATTACH ?1 AS old", [old.to_string_lossy()])?;
    count_differences(["main", "old"], tables, |sql| {
        Ok(connection.query_row(sql, [], |row| row.get(0))?)
    })
}
