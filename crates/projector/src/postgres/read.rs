//! Reading the rows of some pathways, table by table, in the transaction that is open.

use rustc_hash::FxHashMap;
use tokio_postgres::Client;
use tokio_postgres::types::Type;
use uuid::Uuid;

use super::PostgresFault;
use super::table;
use crate::{Row, SqlError, Table};

/// The number of each pathway that has one.
pub(super) async fn numbers(
    client: &Client,
    pathways: &[Uuid],
) -> Result<FxHashMap<Uuid, i64>, SqlError> {
    let select = "SELECT id, no FROM pathways WHERE id = ANY ($1)";
    let rows = client.query_typed(select, &[(&pathways, Type::UUID_ARRAY)]).await;
    let rows = rows.map_err(PostgresFault::from)?;
    Ok(rows.iter().map(|row| (row.get(0), row.get(1))).collect())
}

/// The rows of each pathway, by its number, sorted by table and seq.
pub(super) async fn rows(
    client: &Client,
    tables: &[Table],
    numbers: &FxHashMap<Uuid, i64>,
) -> Result<FxHashMap<i64, Vec<Row>>, SqlError> {
    let numbers: Vec<i64> = numbers.values().copied().collect();
    let mut found: FxHashMap<i64, Vec<Row>> = FxHashMap::default();
    if numbers.is_empty() {
        return Ok(found);
    }
    for (at, table) in tables.iter().enumerate() {
        let rows = client.query_typed(&table::select(table), &[(&numbers, Type::INT8_ARRAY)]).await;
        for row in &rows.map_err(PostgresFault::from)? {
            let row = crate::SqlRow::of_postgres(row);
            let cells = (2..row.columns()).map(|place| row.get(place));
            let cells = cells.collect::<Result<_, _>>()?;
            found.entry(row.get(0)?).or_default().push(Row { table: at, seq: row.get(1)?, cells });
        }
    }
    Ok(found)
}
