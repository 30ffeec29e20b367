//! From rows to events. Names and shared descriptions are read once and handed out again.

use std::collections::HashMap;
use std::sync::Arc;

use event_store::{NewEvent, Position, ReadError, Revision, SealedPart, StoredEvent, StreamId};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, Row};
use uuid::Uuid;

use event_store::numbers::category_of;

/// Entries a look-up table keeps before it starts afresh.
const ENTRIES_MAX: usize = 65_536;

/// Turns rows of `events` into events; belongs to one connection.
#[derive(Default)]
pub(crate) struct Decoder {
    streams: HashMap<i64, StreamId>,
    /// By number; numbers are dense and few.
    kinds: Vec<Option<Arc<str>>>,
    metas: HashMap<i64, Arc<[u8]>>,
    /// Neighbours mostly share their stream and their description.
    last_stream: Option<(i64, StreamId)>,
    last_meta: Option<(i64, Arc<[u8]>)>,
}

/// A column that does not hold what it must.
struct BadColumn(usize);

impl Decoder {
    /// Says which stream a number names, for one who has just looked it up.
    pub(crate) fn expect_stream(&mut self, number: i64, stream: StreamId) {
        self.last_stream = Some((number, stream));
    }

    /// The event in this row, whose columns stand in the order of the `SELECT`s in `sql/`.
    pub(crate) fn event(
        &mut self,
        connection: &Connection,
        row: &Row<'_>,
    ) -> Result<StoredEvent, ReadError> {
        let position = row.get::<_, i64>(0).map_err(ReadError::unavailable)?;
        let corrupt = |BadColumn(column)| ReadError::Corrupt {
            position: Position(position.unsigned_abs()),
            what: format!("column {column} is unreadable"),
        };
        let stream_no = integer(row, 1).map_err(corrupt)?;
        let kind_no = integer(row, 4).map_err(corrupt)?;
        let own_meta = value(row, 10).map_err(corrupt)?;
        let names = Names {
            stream: self.stream(connection, stream_no).map_err(lost(position, "stream"))?,
            kind: self.kind(connection, kind_no).map_err(lost(position, "kind"))?,
            meta: match own_meta {
                ValueRef::Integer(number) => {
                    self.meta(connection, number).map_err(lost(position, "meta"))?
                }
                _ => Arc::from(bytes(row, 10).map_err(corrupt)?),
            },
        };
        stored(row, names).map_err(corrupt)
    }

    fn stream(&mut self, connection: &Connection, number: i64) -> rusqlite::Result<StreamId> {
        if let Some((last, stream)) = self.last_stream
            && last == number
        {
            return Ok(stream);
        }
        let known = self.streams.get(&number).copied();
        let stream = match known {
            Some(stream) => stream,
            None => self.find_stream(connection, number)?,
        };
        self.last_stream = Some((number, stream));
        Ok(stream)
    }

    fn find_stream(&mut self, connection: &Connection, number: i64) -> rusqlite::Result<StreamId> {
        let category = category_of(number).ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        let id: [u8; 16] = connection
            .prepare_cached("SELECT id FROM streams WHERE stream_no = ?1")?
            .query_row([number], |row| row.get(0))?;
        let stream = StreamId::new(category, Uuid::from_bytes(id));
        keep(&mut self.streams, number, stream);
        Ok(stream)
    }

    fn kind(&mut self, connection: &Connection, number: i64) -> rusqlite::Result<Arc<str>> {
        let index = usize::try_from(number).unwrap_or(usize::MAX);
        if let Some(Some(kind)) = self.kinds.get(index) {
            return Ok(Arc::clone(kind));
        }
        let kind: Arc<str> = connection
            .prepare_cached("SELECT name FROM kinds WHERE kind_no = ?1")?
            .query_row([number], |row| row.get(0))?;
        if index < ENTRIES_MAX {
            self.kinds.resize(self.kinds.len().max(index + 1), None);
            self.kinds.splice(index..=index, [Some(Arc::clone(&kind))]);
        }
        Ok(kind)
    }

    fn meta(&mut self, connection: &Connection, number: i64) -> rusqlite::Result<Arc<[u8]>> {
        if let Some((last, meta)) = &self.last_meta
            && *last == number
        {
            return Ok(Arc::clone(meta));
        }
        let known = self.metas.get(&number).map(Arc::clone);
        let meta = match known {
            Some(meta) => meta,
            None => self.find_meta(connection, number)?,
        };
        self.last_meta = Some((number, Arc::clone(&meta)));
        Ok(meta)
    }

    fn find_meta(&mut self, connection: &Connection, number: i64) -> rusqlite::Result<Arc<[u8]>> {
        let meta: Vec<u8> = connection
            .prepare_cached("SELECT meta FROM metas WHERE meta_no = ?1")?
            .query_row([number], |row| row.get(0))?;
        let meta: Arc<[u8]> = Arc::from(meta);
        keep(&mut self.metas, number, Arc::clone(&meta));
        Ok(meta)
    }
}

fn keep<T>(entries: &mut HashMap<i64, T>, number: i64, value: T) {
    if entries.len() >= ENTRIES_MAX {
        entries.clear();
    }
    entries.insert(number, value);
}

fn lost(position: i64, what: &'static str) -> impl Fn(rusqlite::Error) -> ReadError {
    move |error| match error {
        rusqlite::Error::QueryReturnedNoRows => ReadError::Corrupt {
            position: Position(position.unsigned_abs()),
            what: format!("its {what} is not in the log"),
        },
        error => ReadError::unavailable(error),
    }
}

struct Names {
    stream: StreamId,
    kind: Arc<str>,
    meta: Arc<[u8]>,
}

fn stored(row: &Row<'_>, names: Names) -> Result<StoredEvent, BadColumn> {
    let event = NewEvent {
        event_id: id(row, 3)?,
        kind: names.kind,
        version: u16::try_from(integer(row, 5)?).ok().ok_or(BadColumn(5))?,
        occurred_micros: integer(row, 6)?,
        occurred_is_day: integer(row, 7)? != 0,
        entered_in_source_micros: maybe_integer(row, 8)?,
        meta: names.meta,
        payload: bytes(row, 11)?.to_vec(),
        sealed: sealed(row)?,
    };
    Ok(StoredEvent {
        position: Position(count(row, 0)?),
        stream: names.stream,
        revision: Revision(count(row, 2)?),
        event,
        recorded_at_micros: integer(row, 9)?,
    })
}

fn sealed(row: &Row<'_>) -> Result<Option<SealedPart>, BadColumn> {
    match value(row, 12)? {
        ValueRef::Null => Ok(None),
        _ => Ok(Some(SealedPart { key_id: id(row, 12)?, ciphertext: bytes(row, 13)?.to_vec() })),
    }
}

fn value<'row>(row: &'row Row<'_>, column: usize) -> Result<ValueRef<'row>, BadColumn> {
    row.get_ref(column).ok().ok_or(BadColumn(column))
}

fn integer(row: &Row<'_>, column: usize) -> Result<i64, BadColumn> {
    value(row, column)?.as_i64().ok().ok_or(BadColumn(column))
}

fn maybe_integer(row: &Row<'_>, column: usize) -> Result<Option<i64>, BadColumn> {
    value(row, column)?.as_i64_or_null().ok().ok_or(BadColumn(column))
}

fn count(row: &Row<'_>, column: usize) -> Result<u64, BadColumn> {
    u64::try_from(integer(row, column)?).ok().ok_or(BadColumn(column))
}

fn bytes<'row>(row: &'row Row<'_>, column: usize) -> Result<&'row [u8], BadColumn> {
    value(row, column)?.as_blob().ok().ok_or(BadColumn(column))
}

fn id(row: &Row<'_>, column: usize) -> Result<Uuid, BadColumn> {
    Uuid::from_slice(bytes(row, column)?).ok().ok_or(BadColumn(column))
}
