//! One command inside the group's transaction: known ids, then conflicts, then the rows.

use event_store::{
    Append, AppendError, Appended, NewEvent, NowMicros, Position, ReadError, Recorded, Revision,
    StoredEvent,
};
use rusqlite::{CachedStatement, Connection};

use super::ids::Ids;
use super::memory::{Memory, Place, StoredMeta, Tip};
use crate::queue::Answer;

const INSERT_EVENT: &str = include_str!("../sql/insert_event.sql");
const FIND_EVENT: &str = include_str!("../sql/find_event.sql");

/// What undoes the whole group.
pub(super) enum Failure {
    /// Nothing was committed.
    Sqlite(rusqlite::Error),
    /// The commit itself failed: nobody knows.
    Commit(rusqlite::Error),
}

impl From<rusqlite::Error> for Failure {
    fn from(error: rusqlite::Error) -> Self {
        Self::Sqlite(error)
    }
}

/// Runs commands, one after the other, in a transaction that is open.
pub(super) struct Command<'w> {
    pub(super) connection: &'w Connection,
    pub(super) memory: &'w mut Memory,
    pub(super) ids: &'w mut Ids,
    pub(super) now: &'w NowMicros,
}

impl Command<'_> {
    /// Answers one append; only what fails the whole group is an `Err` of the outer kind. Recorded
    /// now, unless another log recorded it before.
    pub(super) fn run(
        &mut self,
        append: &Append,
        recorded: Option<Recorded>,
    ) -> Result<Answer, Failure> {
        let place = self.memory.place(self.connection, append.stream)?;
        if let Some(answer) = self.known(append)? {
            return Ok(answer);
        }
        if append.expected.last() != place.last {
            return Ok(Err(AppendError::Conflict { actual: place.last }));
        }
        let tip = self.memory.tip(self.connection)?;
        let last_micros = tip.recorded_at;
        if let Some(recorded) = recorded
            && let Err(displaced) = recorded.check_next(Position(tip.position.unsigned_abs() + 1))
        {
            return Ok(Err(displaced));
        }
        let now = || (self.now)().max(last_micros);
        let recorded_at = recorded.map_or_else(now, |recorded| recorded.at_micros);
        if recorded_at < last_micros {
            return Ok(Err(AppendError::RecordedEarlier { last_micros }));
        }
        self.insert(append, place, recorded_at).map(Ok)
    }

    /// The answer to an append some of whose ids are in the log; none if all are new.
    fn known(&mut self, append: &Append) -> Result<Option<Answer>, Failure> {
        let mut found = Vec::new();
        for event in &append.events {
            match self.find(event)? {
                Ok(stored) => found.extend(stored),
                Err(error) => return Ok(Some(Err(unreadable(error)))),
            }
        }
        if found.is_empty() {
            return Ok(None);
        }
        Ok(Some(repeated(append, &found).ok_or(AppendError::IdReused)))
    }

    fn find(
        &mut self,
        event: &NewEvent,
    ) -> Result<Result<Option<StoredEvent>, ReadError>, Failure> {
        let Some(position) = self.ids.find(self.connection, event.event_id)? else {
            return Ok(Ok(None));
        };
        let mut statement = self.connection.prepare_cached(FIND_EVENT)?;
        let mut rows = statement.query([position])?;
        let Some(row) = rows.next()? else { return Ok(Err(missing(position))) };
        Ok(self.memory.decoder.event(self.connection, row).map(Some))
    }

    fn insert(
        &mut self,
        append: &Append,
        place: Place,
        recorded_at: i64,
    ) -> Result<Appended, Failure> {
        let number = match place.number {
            Some(number) => number,
            None => self.memory.begin_stream(self.connection, append.stream)?,
        };
        let before = self.memory.tip(self.connection)?;
        let mut position = before.position;
        let mut revision = place.last.map_or(-1, |last| last.0.cast_signed());
        let mut statement = self.connection.prepare_cached(INSERT_EVENT)?;
        for event in &append.events {
            position += 1;
            revision += 1;
            let kind = self.memory.kind(self.connection, &event.kind)?;
            let meta = self.memory.meta(self.connection, &event.meta)?;
            bind_place(&mut statement, [position, number, revision, kind, recorded_at])?;
            bind_content(&mut statement, event, &meta)?;
            statement.raw_execute()?;
            self.ids.wrote(event.event_id, position);
        }
        let revision = Revision(revision.unsigned_abs());
        let place = Place { number: Some(number), last: Some(revision) };
        self.memory.wrote(Tip { position, recorded_at }, append.stream, place);
        Ok(Appended {
            first: Position(before.position.unsigned_abs() + 1),
            last: Position(position.unsigned_abs()),
            revision,
            recorded_at_micros: recorded_at,
            duplicate: false,
        })
    }
}

fn bind_place(
    statement: &mut CachedStatement<'_>,
    [position, stream_no, revision, kind_no, recorded_at]: [i64; 5],
) -> rusqlite::Result<()> {
    statement.raw_bind_parameter(1, position)?;
    statement.raw_bind_parameter(2, stream_no)?;
    statement.raw_bind_parameter(3, revision)?;
    statement.raw_bind_parameter(5, kind_no)?;
    statement.raw_bind_parameter(10, recorded_at)
}

fn bind_content(
    statement: &mut CachedStatement<'_>,
    event: &NewEvent,
    meta: &StoredMeta,
) -> rusqlite::Result<()> {
    let sealed = event.sealed.as_ref();
    statement.raw_bind_parameter(4, &event.event_id.as_bytes()[..])?;
    statement.raw_bind_parameter(6, event.version)?;
    statement.raw_bind_parameter(7, event.occurred_micros)?;
    statement.raw_bind_parameter(8, event.occurred_is_day)?;
    statement.raw_bind_parameter(9, event.entered_in_source_micros)?;
    match meta {
        StoredMeta::Own => statement.raw_bind_parameter(11, &event.meta[..])?,
        StoredMeta::Shared(number) => statement.raw_bind_parameter(11, number)?,
    }
    statement.raw_bind_parameter(12, &event.payload[..])?;
    statement.raw_bind_parameter(13, sealed.map(|part| &part.key_id.as_bytes()[..]))?;
    statement.raw_bind_parameter(14, sealed.map(|part| &part.ciphertext[..]))
}

/// The first answer again, if these events stand side by side in the stream just as handed in.
fn repeated(append: &Append, found: &[StoredEvent]) -> Option<Appended> {
    let (first, last) = (found.first()?, found.last()?);
    let same = |(stored, (event, revision)): (&StoredEvent, (&NewEvent, u64))| {
        stored.stream == append.stream && stored.revision.0 == revision && stored.event == *event
    };
    let wanted = append.events.iter().zip(first.revision.0..);
    let whole = found.len() == append.events.len() && found.iter().zip(wanted).all(same);
    whole.then_some(Appended {
        first: first.position,
        last: last.position,
        revision: last.revision,
        recorded_at_micros: first.recorded_at_micros,
        duplicate: true,
    })
}

fn missing(position: i64) -> ReadError {
    let what = "its id is known, and the event is missing".to_owned();
    ReadError::Corrupt { position: Position(position.unsigned_abs()), what }
}

fn unreadable(error: ReadError) -> AppendError {
    AppendError::Unavailable { maybe_committed: false, source: error.into() }
}
