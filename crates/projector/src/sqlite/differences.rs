//! What differs between two files of one view, row by row.

use std::path::Path;

use super::rows::connect;
use crate::scan::Differences;
use crate::{SqlError, Table};

/// Counts what differs between an old file and a new one.
pub(super) fn differences(
    new: &Path,
    old: &Path,
    tables: &[Table],
) -> Result<Differences, SqlError> {
    let connection = connect(new, rusqlite::OpenFlags::empty())?;
    connection.execute("ATTACH ?1 AS old", [old.to_string_lossy()])?;
    let mut sum = Differences::default();
    let counted = tables.iter().try_for_each(|table| {
        let one = |query: String| connection.query_row(&query, [], |row| row.get::<_, i64>(0));
        sum.added += one(only_in("main", "old", table.name))?.unsigned_abs();
        sum.removed += one(only_in("old", "main", table.name))?.unsigned_abs();
        sum.changed += one(changed(table))?.unsigned_abs();
        Ok(())
    });
    connection.execute_batch("DETACH old")?;
    counted.map(|()| sum).map_err(|error: rusqlite::Error| SqlError::from(error))
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
