//! Bare insert: the rows of a finished file put into a fresh one, sorted, indexes after. The least
//! that building it can take.

use std::path::Path;

use rusqlite::{Connection, OpenFlags, types::Value};

use super::proc;

/// Rows held at once; reading them is not counted.
const CHUNK_ROWS: usize = 50_000;

type Rows = Vec<Vec<Value>>;

/// Processor seconds of the inserts and indexes, and the rows.
pub(super) fn copy(built: &Path, fresh: &Path) -> anyhow::Result<(f64, u64)> {
    let from = Connection::open_with_flags(built, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let to = create(fresh)?;
    let (mut seconds, mut rows) = (0.0, 0);
    for (name, sql) in tables(&from)? {
        to.execute_batch(&sql)?;
        to.execute_batch("BEGIN IMMEDIATE")?;
        let (spent, inserted) = copy_table(&from, &to, &name)?;
        let begun = proc::processor()?;
        to.execute_batch("COMMIT")?;
        seconds += spent + proc::processor()? - begun;
        rows += inserted;
    }
    let begun = proc::processor()?;
    for sql in indexes(&from)? {
        to.execute_batch(&sql)?;
    }
    to.close().map_err(|(_connection, error)| error)?;
    Ok((seconds + proc::processor()? - begun, rows))
}

/// A fresh file with the settings of a rebuild.
fn create(fresh: &Path) -> rusqlite::Result<Connection> {
    let to = Connection::open(fresh)?;
    to.pragma_update_and_check(None, "locking_mode", "EXCLUSIVE", |_row| Ok(()))?;
    to.pragma_update_and_check(None, "journal_mode", "OFF", |_row| Ok(()))?;
    to.pragma_update(None, "synchronous", "OFF")?;
    to.pragma_update(None, "cache_size", -16_384)?;
    Ok(to)
}

fn tables(from: &Connection) -> rusqlite::Result<Vec<(String, String)>> {
    let sql =
        "SELECT name, sql FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%'";
    let mut found = from.prepare(sql)?;
    found.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
}

fn indexes(from: &Connection) -> rusqlite::Result<Vec<String>> {
    let sql = "SELECT sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL";
    from.prepare(sql)?.query_map([], |row| row.get(0))?.collect()
}

fn copy_table(from: &Connection, to: &Connection, name: &str) -> anyhow::Result<(f64, u64)> {
    // The order of the key: a table is read in the order in which it lies.
    let mut select = from.prepare(&format!("SELECT * FROM \"{name}\""))?;
    let columns = select.column_count();
    let marks = vec!["?"; columns].join(", ");
    let mut insert = to.prepare(&format!("INSERT INTO \"{name}\" VALUES ({marks})"))?;
    let mut found = select.query([])?;
    let (mut seconds, mut count) = (0.0, 0);
    loop {
        let chunk = next_chunk(&mut found, columns)?;
        if chunk.is_empty() {
            return Ok((seconds, count));
        }
        let begun = proc::processor()?;
        for row in &chunk {
            insert.execute(rusqlite::params_from_iter(row))?;
        }
        seconds += proc::processor()? - begun;
        count += chunk.len() as u64;
    }
}

fn next_chunk(found: &mut rusqlite::Rows<'_>, columns: usize) -> rusqlite::Result<Rows> {
    let mut chunk = Vec::new();
    while chunk.len() < CHUNK_ROWS {
        let Some(row) = found.next()? else { break };
        chunk.push((0..columns).map(|at| row.get(at)).collect::<rusqlite::Result<_>>()?);
    }
    Ok(chunk)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_copy_has_the_same_rows_and_indexes() {
        let dir = tempfile::tempdir().unwrap();
        let (built, fresh) = (dir.path().join("built.db"), dir.path().join("fresh.db"));
        let from = Connection::open(&built).unwrap();
        from.execute_batch(
            "CREATE TABLE one (no INTEGER PRIMARY KEY, word TEXT) STRICT;
             CREATE INDEX by_word ON one (word);
             INSERT INTO one VALUES (1, 'b'), (2, NULL), (3, 'a');",
        )
        .unwrap();
        assert_eq!(copy(&built, &fresh).unwrap().1, 3);
        let to = Connection::open(&fresh).unwrap();
        let words: String = to
            .query_row("SELECT group_concat(word) FROM one INDEXED BY by_word", [], |row| {
                row.get(0)
            })
            .unwrap();
        assert_eq!(words, "a,b");
    }
}
