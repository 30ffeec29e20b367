//! The questions a store answers, each in a transaction of its own that is sent in one breath.

use std::sync::Arc;
use std::time::Duration;

use deadpool_postgres::{Client, Object, Pool};
use event_store::numbers::{before_first, category_number, last_possible};
use event_store::{
    Category, Position, ReadError, Revision, Scan, ScanCursor, StoredEvent, StreamId,
};
use futures::future::join3;
use tokio_postgres::Row;
use tokio_postgres::types::{ToSql, Type};
use uuid::Uuid;

use crate::decode::{Decoder, has_unknown_kind};
use crate::fault::Fault;
use crate::kinds::Kinds;

const BEGIN_READ: &str = include_str!("sql/begin_read.sql");
const READ_LOG: &str = include_str!("sql/read_log.sql");
const READ_STREAM: &str = include_str!("sql/read_stream.sql");
const READ_STREAMS: &str = include_str!("sql/read_streams.sql");
const FIND_SCAN_END: &str = include_str!("sql/find_scan_end.sql");
const SCAN_STREAMS: &str = include_str!("sql/scan_streams.sql");
const FIND_POSITION_AT: &str = include_str!("sql/find_position_at.sql");
const FIND_HEAD: &str = "SELECT coalesce(max(position), 0) FROM waymark.events";

/// Longer than the database gives itself: whoever is not heard of by then is not there any more.
const ANSWER_PATIENCE: Duration = Duration::from_secs(45);

/// A value in a question, with the type the database is to take it for.
pub(crate) type Value<'a> = (&'a (dyn ToSql + Sync), Type);

/// Asks over a pool of connections.
pub(crate) struct Reader {
    pool: Pool,
    kinds: Arc<Kinds>,
}

impl Reader {
    pub(crate) fn new(pool: Pool, kinds: Arc<Kinds>) -> Self {
        Self { pool, kinds }
    }

    /// At most so many events of one stream from a revision on.
    pub(crate) async fn stream(
        &self,
        stream: StreamId,
        from: Revision,
        most: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let (category, id) = key(stream);
        let (first, end) = (integer(from.0), integer(from.0).saturating_add(limit(most)));
        let asked: [Value<'_>; 4] =
            [(&category, Type::INT2), (&id, Type::UUID), (&first, Type::INT8), (&end, Type::INT8)];
        let events = self.events(READ_STREAM, &asked).await?;
        dense(&events, from)?;
        Ok(events)
    }

    /// Whole streams as of one moment, in the order asked.
    pub(crate) async fn streams(
        &self,
        streams: &[StreamId],
    ) -> Result<Vec<Vec<StoredEvent>>, ReadError> {
        let (categories, ids): (Vec<i16>, Vec<Uuid>) = streams.iter().copied().map(key).unzip();
        let asked: [Value<'_>; 2] = [(&categories, Type::INT2_ARRAY), (&ids, Type::UUID_ARRAY)];
        let rows = self.ask(READ_STREAMS, &asked).await?;
        let mut decoder = self.decoder(&rows).await?;
        let mut answer = vec![Vec::new(); streams.len()];
        for row in &rows {
            let place: i64 = row.try_get(15).map_err(ReadError::unavailable)?;
            let place = usize::try_from(place - 1).unwrap_or(usize::MAX);
            let Some(events) = answer.get_mut(place) else { continue };
            events.push(decoder.event(row)?);
        }
        for events in &mut answer {
            events.sort_unstable_by_key(|stored: &StoredEvent| stored.revision);
            dense(events, Revision::FIRST)?;
        }
        Ok(answer)
    }

    /// At most so many events and about so many bytes of the log after a position.
    pub(crate) async fn log(
        &self,
        after: Position,
        most: usize,
        bytes_max: usize,
    ) -> Result<Vec<StoredEvent>, ReadError> {
        let from = integer(after.0);
        let (to, bytes) = (from.saturating_add(limit(most)), limit(bytes_max));
        let asked: [Value<'_>; 3] = [(&from, Type::INT8), (&to, Type::INT8), (&bytes, Type::INT8)];
        let events = self.events(READ_LOG, &asked).await?;
        for (stored, expected) in events.iter().zip(after.0 + 1..) {
            if stored.position.0 != expected {
                return Err(missing(expected));
            }
        }
        Ok(events)
    }

    /// Whole streams of one category, about so many events, each cut at a position.
    pub(crate) async fn scan(
        &self,
        category: Category,
        after: Option<ScanCursor>,
        up_to: Position,
        most_events: usize,
    ) -> Result<Scan, ReadError> {
        let from = after.map_or(before_first(category), |cursor| integer(cursor.to_store()));
        let (last, cut) = (last_possible(category), integer(up_to.0));
        let end = self.scan_end((from, last, cut), most_events).await?;
        let to = end.unwrap_or(last);
        let asked: [Value<'_>; 3] = [(&from, Type::INT8), (&to, Type::INT8), (&cut, Type::INT8)];
        let mut streams: Vec<(StreamId, Vec<StoredEvent>)> = Vec::new();
        for stored in self.events(SCAN_STREAMS, &asked).await? {
            match streams.last_mut() {
                Some((stream, events)) if *stream == stored.stream => events.push(stored),
                _ => streams.push((stored.stream, vec![stored])),
            }
        }
        for (_, events) in &streams {
            dense(events, Revision::FIRST)?;
        }
        Ok(Scan { streams, next: end.map(|end| ScanCursor::from_store(end.unsigned_abs())) })
    }

    /// The stream that a scan of so many events ends with; none where there are not so many.
    async fn scan_end(
        &self,
        (from, last, cut): (i64, i64, i64),
        most_events: usize,
    ) -> Result<Option<i64>, ReadError> {
        let before = limit(most_events).max(1) - 1;
        let asked: [Value<'_>; 4] =
            [(&from, Type::INT8), (&last, Type::INT8), (&cut, Type::INT8), (&before, Type::INT8)];
        let rows = self.ask(FIND_SCAN_END, &asked).await?;
        rows.first().map(|row| row.try_get(0)).transpose().map_err(ReadError::unavailable)
    }

    /// The last position recorded at or before a moment.
    pub(crate) async fn position_at(&self, recorded_micros: i64) -> Result<Position, ReadError> {
        let rows = self.ask(FIND_POSITION_AT, &[(&recorded_micros, Type::INT8)]).await?;
        let Some(row) = rows.first() else { return Ok(Position::START) };
        let known: i64 = row.try_get(0).map_err(ReadError::unavailable)?;
        let unknown: i64 = row.try_get(1).map_err(ReadError::unavailable)?;
        if unknown - known > 1 {
            return Err(missing(known.midpoint(unknown).unsigned_abs()));
        }
        Ok(Position(known.unsigned_abs()))
    }

    /// Position of the last event.
    pub(crate) async fn head(&self) -> Result<Position, ReadError> {
        let rows = self.ask(FIND_HEAD, &[]).await?;
        let head = rows.first().map(|row| row.try_get::<_, i64>(0)).transpose();
        Ok(Position(head.map_err(ReadError::unavailable)?.unwrap_or(0).unsigned_abs()))
    }

    async fn events(&self, sql: &str, asked: &[Value<'_>]) -> Result<Vec<StoredEvent>, ReadError> {
        let rows = self.ask(sql, asked).await?;
        let mut decoder = self.decoder(&rows).await?;
        rows.iter().map(|row| decoder.event(row)).collect()
    }

    async fn decoder(&self, rows: &[Row]) -> Result<Decoder, ReadError> {
        let known = self.kinds.table();
        if !has_unknown_kind(rows, &known) {
            return Ok(Decoder::new(known));
        }
        let client = self.client().await?;
        let known = self.kinds.read(&client).await.map_err(ReadError::unavailable)?;
        Ok(Decoder::new(known))
    }

    async fn client(&self) -> Result<Client, ReadError> {
        self.pool.get().await.map_err(|error| ReadError::unavailable(Fault::from(error)))
    }

    /// The rows that answer a question, asked in a transaction that reads only.
    async fn ask(&self, sql: &str, asked: &[Value<'_>]) -> Result<Vec<Row>, ReadError> {
        let client = self.client().await?;
        let answer = tokio::time::timeout(ANSWER_PATIENCE, in_one_breath(&client, sql, asked));
        match answer.await {
            Ok(answer) => answer.map_err(ReadError::unavailable),
            Err(_elapsed) => {
                // Nobody is to wait for this connection again.
                drop(Object::take(client));
                Err(ReadError::unavailable(Fault::new("the database does not answer")))
            }
        }
    }
}

/// Begin, question and end are sent before the first is answered. So it is one way there and back;
/// and whoever stops waiting leaves no transaction open behind.
async fn in_one_breath(
    client: &tokio_postgres::Client,
    sql: &str,
    asked: &[Value<'_>],
) -> Result<Vec<Row>, Fault> {
    let (opened, answer, ended) = join3(
        client.batch_execute(BEGIN_READ),
        client.query_typed(sql, asked),
        client.batch_execute("COMMIT"),
    )
    .await;
    opened?;
    let rows = answer?;
    ended?;
    Ok(rows)
}

/// A stream as the table of streams knows it.
pub(crate) fn key(stream: StreamId) -> (i16, Uuid) {
    (small(stream.category), stream.id)
}

/// A category's number; there are a handful.
pub(crate) fn small(category: Category) -> i16 {
    i16::try_from(category_number(category)).unwrap_or(i16::MAX)
}

/// Revisions are dense: one that is missing has been taken out from under us.
fn dense(events: &[StoredEvent], from: Revision) -> Result<(), ReadError> {
    for (stored, expected) in events.iter().zip(from.0..) {
        if stored.revision.0 != expected {
            let what = format!("it has revision {}, and {expected} is missing", stored.revision);
            return Err(ReadError::Corrupt { position: stored.position, what });
        }
    }
    Ok(())
}

fn missing(position: u64) -> ReadError {
    let what = "the event is missing".to_owned();
    ReadError::Corrupt { position: Position(position), what }
}

/// The database counts to 2^63 - 1; nothing lies beyond.
fn integer(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn limit(most: usize) -> i64 {
    i64::try_from(most).unwrap_or(i64::MAX)
}
