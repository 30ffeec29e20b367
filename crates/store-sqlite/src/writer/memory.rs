//! What the writer knows without asking: the end of the log, streams, names. Void on a rollback.

use std::collections::HashMap;
use std::sync::Arc;

use event_store::{Category, Revision, StreamId};
use rusqlite::{Connection, OptionalExtension};

use super::newest::Newest;
use crate::decode::Decoder;
use event_store::numbers::{before_first, category_number, last_possible};

const FIND_TIP: &str = include_str!("../sql/find_tip.sql");
const FIND_STREAM: &str = include_str!("../sql/find_stream.sql");
const FIND_LAST_STREAM: &str = include_str!("../sql/find_last_stream.sql");
const INSERT_STREAM: &str = include_str!("../sql/insert_stream.sql");
const INSERT_STREAM_ID: &str = include_str!("../sql/insert_stream_id.sql");

/// Streams remembered before the table starts afresh.
const STREAMS_MAX: usize = 65_536;
/// Descriptions remembered before the table starts afresh.
const METAS_MAX: usize = 4_096;

/// The end of the log.
#[derive(Clone, Copy)]
pub(crate) struct Tip {
    pub(crate) position: i64,
    pub(crate) recorded_at: i64,
}

/// Where a stream stands.
#[derive(Clone, Copy)]
pub(crate) struct Place {
    /// None until the stream has its first event.
    pub(crate) number: Option<i64>,
    pub(crate) last: Option<Revision>,
}

/// How an event's description is stored.
pub(crate) enum StoredMeta {
    /// In the event's own row.
    Own,
    /// Once for all events that share it.
    Shared(i64),
}

/// Caches of the writer, each bounded.
#[derive(Default)]
pub(crate) struct Memory {
    tip: Option<Tip>,
    streams: HashMap<StreamId, Place>,
    last_numbers: HashMap<Category, i64>,
    newest: Newest,
    kinds: HashMap<Arc<str>, i64>,
    /// None: seen once, and stored with its event.
    metas: HashMap<Arc<[u8]>, Option<i64>>,
    pub(crate) decoder: Decoder,
}

impl Memory {
    /// What was learnt inside a transaction that was rolled back is not so.
    pub(crate) fn forget(&mut self) {
        *self = Self::default();
    }

    /// Where the log ends, counting what this transaction has written.
    pub(crate) fn tip(&mut self, connection: &Connection) -> rusqlite::Result<Tip> {
        if let Some(tip) = self.tip {
            return Ok(tip);
        }
        let tip = connection
            .prepare_cached(FIND_TIP)?
            .query_row([], |row| Ok(Tip { position: row.get(0)?, recorded_at: row.get(1)? }))
            .optional()?
            .unwrap_or(Tip { position: 0, recorded_at: i64::MIN });
        self.tip = Some(tip);
        Ok(tip)
    }

    /// Remembers what was written: the log's new end and the stream's.
    pub(crate) fn wrote(&mut self, tip: Tip, stream: StreamId, place: Place) {
        self.tip = Some(tip);
        self.remember(stream, place);
    }

    /// Where a stream stands, counting what this transaction has written.
    pub(crate) fn place(
        &mut self,
        connection: &Connection,
        stream: StreamId,
    ) -> rusqlite::Result<Place> {
        if let Some(place) = self.streams.get(&stream) {
            return Ok(*place);
        }
        let key = (category_number(stream.category), stream.id.as_bytes());
        let found: Option<(i64, Option<i64>)> = connection
            .prepare_cached(FIND_STREAM)?
            .query_row(key, |row| Ok((row.get(0)?, row.get(1)?)))
            .optional()?;
        let place = Place {
            number: found.map(|(number, _)| number),
            last: found.and_then(|(_, last)| last).map(|last| Revision(last.unsigned_abs())),
        };
        self.remember(stream, place);
        Ok(place)
    }

    fn remember(&mut self, stream: StreamId, place: Place) {
        if self.streams.len() >= STREAMS_MAX {
            self.streams.clear();
        }
        self.streams.insert(stream, place);
    }

    /// Gives a stream that begins the next number of its category.
    pub(crate) fn begin_stream(
        &mut self,
        connection: &Connection,
        stream: StreamId,
    ) -> rusqlite::Result<i64> {
        let category = stream.category;
        let last = match self.last_numbers.get(&category) {
            Some(last) => *last,
            None => connection
                .prepare_cached(FIND_LAST_STREAM)?
                .query_row((before_first(category), last_possible(category)), |row| {
                    row.get::<_, Option<i64>>(0)
                })?
                .unwrap_or(before_first(category)),
        };
        let number = last + 1;
        let row = (number, category_number(category), stream.id.as_bytes());
        connection.prepare_cached(INSERT_STREAM)?.execute(row)?;
        connection.prepare_cached(INSERT_STREAM_ID)?.execute(row)?;
        self.newest.began();
        self.last_numbers.insert(category, number);
        Ok(number)
    }

    /// Lets the newest streams go on where there are too many of them.
    pub(crate) fn settle(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let events = self.tip(connection)?.position.unsigned_abs();
        self.newest.settle(connection, events)
    }

    /// The number of a type's name, given now if it is new.
    pub(crate) fn kind(
        &mut self,
        connection: &Connection,
        kind: &Arc<str>,
    ) -> rusqlite::Result<i64> {
        if let Some(number) = self.kinds.get(kind) {
            return Ok(*number);
        }
        let known = connection
            .prepare_cached("SELECT kind_no FROM kinds WHERE name = ?1")?
            .query_row([kind], |row| row.get(0))
            .optional()?;
        let number = match known {
            Some(number) => number,
            None => {
                connection.prepare_cached("INSERT INTO kinds (name) VALUES (?1)")?.insert([kind])?
            }
        };
        self.kinds.insert(Arc::clone(kind), number);
        Ok(number)
    }

    /// A description met a second time is stored apart, and shared from then on.
    pub(crate) fn meta(
        &mut self,
        connection: &Connection,
        meta: &Arc<[u8]>,
    ) -> rusqlite::Result<StoredMeta> {
        match self.metas.get(meta) {
            Some(Some(number)) => return Ok(StoredMeta::Shared(*number)),
            Some(None) => (),
            None => {
                if self.metas.len() >= METAS_MAX {
                    self.metas.clear();
                }
                self.metas.insert(Arc::clone(meta), None);
                return Ok(StoredMeta::Own);
            }
        }
        let number = connection
            .prepare_cached("INSERT INTO metas (meta) VALUES (?1)")?
            .insert([&meta[..]])?;
        self.metas.insert(Arc::clone(meta), Some(number));
        Ok(StoredMeta::Shared(number))
    }
}
