//! One read-only connection and the questions it answers. Blocking; see `pool` for who calls it.

use event_store::{
    Category, Position, ReadError, Revision, Scan, ScanCursor, StoredEvent, StreamId,
};
use rusqlite::{Connection, OptionalExtension, Params};

use crate::decode::Decoder;
use event_store::numbers::{before_first, category_number, last_possible};

const READ_STREAM: &str = include_str!("sql/read_stream.sql");
const READ_LOG: &str = include_str!("sql/read_log.sql");
const SCAN_STREAMS: &str = include_str!("sql/scan_streams.sql");
const FIND_STREAM_NUMBER: &str = include_str!("sql/find_stream_number.sql");
const FIND_TIP: &str = include_str!("sql/find_tip.sql");

/// A connection that only reads, with what it has learnt of names.
pub(crate) struct Reader {
    connection: Connection,
    decoder: Decoder,
}

impl Reader {
    pub(crate) fn new(connection: Connection) -> Self {
        Self { connection, decoder: Decoder::default() }
    }

    /// At most so many events of one stream from a revision on.
    pub(crate) fn stream(
        &mut self,
        stream: StreamId,
        from: Revision,
        most: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let Some(number) = self.stream_number(stream)? else { return Ok(Vec::new()) };
        self.decoder.expect_stream(number, stream);
        let parameters = (number, integer(from.0), limit(most));
        let mut events: Vec<StoredEvent> = Vec::new();
        self.each(READ_STREAM, parameters, |stored| {
            next_in_stream(events.last(), from, &stored)?;
            events.push(stored);
            Ok(true)
        })?;
        Ok(events)
    }

    /// Whole streams as of one moment, in the order asked.
    pub(crate) fn streams(
        &mut self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        self.batch("BEGIN")?;
        let read = streams
            .iter()
            .map(|stream| self.stream(*stream, Revision::FIRST, usize::MAX))
            .collect();
        self.batch("COMMIT")?;
        read
    }

    /// At most so many events and about so many bytes of the log after a position.
    pub(crate) fn log(
        &mut self,
        after: Position,
        most: usize,
        bytes_max: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let mut events = Vec::with_capacity(most.min(2_048));
        let mut bytes = 0;
        let mut expected = after;
        self.each(READ_LOG, (integer(after.0), limit(most)), |stored| {
            expected.0 += 1;
            if stored.position != expected {
                return Err(missing(expected));
            }
            bytes += stored.event.bytes();
            events.push(stored);
            Ok(bytes < bytes_max)
        })?;
        Ok(events)
    }

    /// Whole streams of one category, about so many events, each cut at a position.
    pub(crate) fn scan(
        &mut self,
        category: Category,
        after: Option<ScanCursor>,
        up_to: Position,
        most_events: usize,
    ) -> Result<Scan, ReadError> {
        let from = after.map_or(before_first(category), |cursor| integer(cursor.to_store()));
        let parameters = (from, last_possible(category), integer(up_to.0));
        let mut streams: Vec<(StreamId, Vec<StoredEvent>)> = Vec::new();
        let mut given = 0;
        let mut cut = false;
        self.each(SCAN_STREAMS, parameters, |stored| {
            if let Some((stream, events)) = streams.last_mut()
                && *stream == stored.stream
            {
                next_in_stream(events.last(), Revision::FIRST, &stored)?;
                events.push(stored);
            } else {
                cut = !streams.is_empty() && given >= most_events;
                if !cut {
                    next_in_stream(None, Revision::FIRST, &stored)?;
                    streams.push((stored.stream, vec![stored]));
                }
            }
            given += 1;
            Ok(!cut)
        })?;
        let next = if cut { self.cursor_at(streams.last())? } else { None };
        Ok(Scan { streams, next })
    }

    /// The last position recorded at or before a moment; stamps never decrease, so it is halved.
    pub(crate) fn position_at(&mut self, recorded_micros: i64) -> Result<Position, ReadError> {
        let tip: Option<i64> = self
            .connection
            .query_row(FIND_TIP, [], |row| row.get(0))
            .optional()
            .map_err(ReadError::unavailable)?;
        let (mut known, mut unknown) = (0, tip.unwrap_or(0) + 1);
        while unknown - known > 1 {
            let middle = known.midpoint(unknown);
            if self.recorded_at(middle)? <= recorded_micros {
                known = middle;
            } else {
                unknown = middle;
            }
        }
        Ok(Position(known.unsigned_abs()))
    }

    fn recorded_at(&self, position: i64) -> Result<i64, ReadError> {
        self.connection
            .prepare_cached("SELECT recorded_at FROM events WHERE position = ?1")
            .and_then(|mut find| find.query_row([position], |row| row.get(0)).optional())
            .map_err(ReadError::unavailable)?
            .ok_or_else(|| missing(Position(position.unsigned_abs())))
    }

    fn cursor_at(
        &self,
        last: Option<&(StreamId, Vec<StoredEvent>)>,
    ) -> Result<Option<ScanCursor>, ReadError> {
        let Some((stream, _)) = last else { return Ok(None) };
        let number = self.stream_number(*stream)?;
        Ok(number.map(|number| ScanCursor::from_store(number.unsigned_abs())))
    }

    fn stream_number(&self, stream: StreamId) -> Result<Option<i64>, ReadError> {
        let key = (category_number(stream.category), stream.id.as_bytes());
        self.connection
            .prepare_cached(FIND_STREAM_NUMBER)
            .and_then(|mut find| find.query_row(key, |row| row.get(0)).optional())
            .map_err(ReadError::unavailable)
    }

    /// Hands each row's event on until it is told to stop.
    fn each(
        &mut self,
        sql: &str,
        parameters: impl Params,
        mut take: impl FnMut(StoredEvent) -> Result<bool, ReadError>,
    ) -> Result<(), ReadError> {
        let mut statement = self.connection.prepare_cached(sql).map_err(ReadError::unavailable)?;
        let mut rows = statement.query(parameters).map_err(ReadError::unavailable)?;
        while let Some(row) = rows.next().map_err(ReadError::unavailable)? {
            if !take(self.decoder.event(&self.connection, row)?)? {
                break;
            }
        }
        Ok(())
    }

    fn batch(&self, sql: &str) -> Result<(), ReadError> {
        self.connection.execute_batch(sql).map_err(ReadError::unavailable)
    }
}

/// Revisions are dense: one that is missing has been taken out from under us.
fn next_in_stream(
    before: Option<&StoredEvent>,
    from: Revision,
    stored: &StoredEvent,
) -> Result<(), ReadError> {
    let expected = before.map_or(from.0, |before| before.revision.0 + 1);
    if stored.revision.0 == expected {
        return Ok(());
    }
    let what = format!("it has revision {}, and {expected} is missing", stored.revision);
    Err(ReadError::Corrupt { position: stored.position, what })
}

fn missing(position: Position) -> ReadError {
    ReadError::Corrupt { position, what: "the event is missing".to_owned() }
}

/// SQLite counts to 2^63 - 1; nothing lies beyond.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
