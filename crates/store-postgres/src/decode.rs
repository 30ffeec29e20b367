//! From rows to events. Neighbours mostly share their description, so it is kept once for them.

use std::sync::Arc;

use event_store::numbers::category_of;
use event_store::{NewEvent, Position, ReadError, Revision, SealedPart, StoredEvent, StreamId};
use tokio_postgres::Row;
use tokio_postgres::types::FromSql;

use crate::kinds::Table;

/// Turns rows into events, whose columns stand in the order of the `SELECT`s in `sql/`.
pub(crate) struct Decoder {
    kinds: Arc<Table>,
    last_meta: Option<Arc<[u8]>>,
}

/// A column that does not hold what it must.
struct BadColumn(usize);

/// Whether some row has a type whose name is not known.
pub(crate) fn has_unknown_kind(rows: &[Row], kinds: &Table) -> bool {
    let number = |row: &Row| row.try_get::<_, i32>(5).ok();
    rows.iter().any(|row| number(row).is_some_and(|number| kinds.name(number).is_none()))
}

impl Decoder {
    pub(crate) fn new(kinds: Arc<Table>) -> Self {
        Self { kinds, last_meta: None }
    }

    /// The event in this row.
    pub(crate) fn event(&mut self, row: &Row) -> Result<StoredEvent, ReadError> {
        let position = row.try_get::<_, i64>(0).map_err(ReadError::unavailable)?;
        self.stored(row).map_err(|BadColumn(column)| ReadError::Corrupt {
            position: Position(position.unsigned_abs()),
            what: format!("column {column} is unreadable"),
        })
    }

    fn stored(&mut self, row: &Row) -> Result<StoredEvent, BadColumn> {
        let category = category_of(get(row, 1)?).ok_or(BadColumn(1))?;
        let kind = self.kinds.name(get(row, 5)?).ok_or(BadColumn(5))?;
        let event = NewEvent {
            event_id: get(row, 4)?,
            kind: Arc::clone(kind),
            version: u16::try_from(get::<i32>(row, 6)?).ok().ok_or(BadColumn(6))?,
            occurred_micros: get(row, 7)?,
            occurred_is_day: get(row, 8)?,
            entered_in_source_micros: get(row, 9)?,
            meta: self.meta(get(row, 11)?),
            payload: get::<&[u8]>(row, 12)?.to_vec(),
            sealed: sealed(row)?,
        };
        Ok(StoredEvent {
            position: Position(count(row, 0)?),
            stream: StreamId::new(category, get(row, 2)?),
            revision: Revision(count(row, 3)?),
            event,
            recorded_at_micros: get(row, 10)?,
        })
    }

    fn meta(&mut self, meta: &[u8]) -> Arc<[u8]> {
        if let Some(last) = &self.last_meta
            && **last == *meta
        {
            return Arc::clone(last);
        }
        let meta: Arc<[u8]> = Arc::from(meta);
        self.last_meta = Some(Arc::clone(&meta));
        meta
    }
}

fn sealed(row: &Row) -> Result<Option<SealedPart>, BadColumn> {
    let Some(key_id) = get(row, 13)? else { return Ok(None) };
    Ok(Some(SealedPart { key_id, ciphertext: get::<&[u8]>(row, 14)?.to_vec() }))
}

fn get<'row, T: FromSql<'row>>(row: &'row Row, column: usize) -> Result<T, BadColumn> {
    row.try_get(column).ok().ok_or(BadColumn(column))
}

fn count(row: &Row, column: usize) -> Result<u64, BadColumn> {
    u64::try_from(get::<i64>(row, column)?).ok().ok_or(BadColumn(column))
}
