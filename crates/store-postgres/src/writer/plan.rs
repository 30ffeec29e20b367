//! What a group comes to, worked out in memory: known ids, then conflicts, then rows. Each command
//! sees what the ones before it in the group will write. No I/O, no clock.

use std::collections::HashMap;

use event_store::numbers::before_first;
use event_store::{
    Append, AppendError, Appended, Category, NewEvent, Position, Recorded, Revision, StoredEvent,
    StreamId,
};
use uuid::Uuid;

use crate::kinds::Table;
use crate::queue::{Answer, Job};

/// One append that is to be answered.
#[derive(Clone, Copy)]
pub(super) struct Command<'g> {
    pub(super) append: &'g Append,
    /// When another log recorded it; none: now.
    pub(super) recorded: Option<Recorded>,
}

impl<'g> Command<'g> {
    pub(super) fn of(job: &'g Job) -> Self {
        Self { append: &job.append, recorded: job.recorded }
    }
}

/// The end of the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tip {
    pub(super) position: i64,
    pub(super) recorded_at: i64,
    pub(super) log_bytes: i64,
}

impl Tip {
    /// The end of a log that has no event.
    pub(super) const START: Self = Self { position: 0, recorded_at: i64::MIN, log_bytes: 0 };
}

/// Where a stream stands.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Place {
    /// None until the stream has its first event.
    pub(super) number: Option<i64>,
    pub(super) last: Option<Revision>,
}

/// What the log knows of the group, read under its lock.
pub(super) struct Found {
    pub(super) tip: Tip,
    pub(super) places: HashMap<StreamId, Place>,
    /// Of each category in which a stream may begin.
    pub(super) last_numbers: HashMap<Category, i64>,
    /// By id.
    pub(super) events: HashMap<Uuid, StoredEvent>,
    pub(super) kinds: Table,
}

/// One event to be inserted.
pub(super) struct NewRow<'g> {
    pub(super) tip: Tip,
    pub(super) stream: StreamId,
    pub(super) stream_no: i64,
    pub(super) revision: Revision,
    pub(super) kind_no: i32,
    pub(super) event: &'g NewEvent,
}

/// The answers to a group, and the rows that make them true.
pub(super) struct Plan<'g> {
    pub(super) answers: Vec<Answer>,
    pub(super) rows: Vec<NewRow<'g>>,
    pub(super) new_streams: Vec<(i64, StreamId)>,
    pub(super) new_kinds: Vec<(i32, &'g str)>,
    /// All that is known once this is committed.
    pub(super) kinds: Table,
    tip: Tip,
    places: HashMap<StreamId, Place>,
    last_numbers: HashMap<Category, i64>,
    stored: HashMap<Uuid, StoredEvent>,
    /// Rows of this group by the id of their event.
    planned: HashMap<Uuid, usize>,
    now: i64,
}

/// An event under an id, in the log or about to be.
#[derive(Clone, Copy)]
struct Known<'a> {
    position: Position,
    stream: StreamId,
    revision: Revision,
    recorded_at: i64,
    event: &'a NewEvent,
}

impl<'g> Plan<'g> {
    /// Works through the commands in order. `now` is in microseconds since 1970.
    pub(super) fn of(commands: &[Command<'g>], found: Found, now: i64) -> Self {
        let Found { tip, places, last_numbers, events, kinds } = found;
        let mut plan = Self {
            answers: Vec::with_capacity(commands.len()),
            rows: Vec::new(),
            new_streams: Vec::new(),
            new_kinds: Vec::new(),
            kinds,
            tip,
            places,
            last_numbers,
            stored: events,
            planned: HashMap::new(),
            now,
        };
        for command in commands {
            let answer = plan.answer(*command);
            plan.answers.push(answer);
        }
        plan
    }

    /// Whether nothing is to be written.
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Position of the last event to be written.
    pub(super) fn last(&self) -> Option<Position> {
        self.rows.last().map(|row| Position(row.tip.position.unsigned_abs()))
    }

    fn answer(&mut self, command: Command<'g>) -> Answer {
        let append = command.append;
        let known: Vec<Known<'_>> =
            append.events.iter().filter_map(|event| self.known(event.event_id)).collect();
        if !known.is_empty() {
            return repeated(append, &known).ok_or(AppendError::IdReused);
        }
        let place = self.places.get(&append.stream).copied().unwrap_or_default();
        if append.expected.last() != place.last {
            return Err(AppendError::Conflict { actual: place.last });
        }
        let last_micros = self.tip.recorded_at;
        if let Some(recorded) = command.recorded {
            recorded.check_next(Position(self.tip.position.unsigned_abs() + 1))?;
        }
        let now = self.now.max(last_micros);
        let recorded_at = command.recorded.map_or(now, |recorded| recorded.at_micros);
        if recorded_at < last_micros {
            return Err(AppendError::RecordedEarlier { last_micros });
        }
        self.tip.recorded_at = recorded_at;
        Ok(self.write(append, place))
    }

    fn known(&self, id: Uuid) -> Option<Known<'_>> {
        if let Some(row) = self.planned.get(&id).and_then(|at| self.rows.get(*at)) {
            return Some(row.known());
        }
        self.stored.get(&id).map(|stored| Known {
            position: stored.position,
            stream: stored.stream,
            revision: stored.revision,
            recorded_at: stored.recorded_at_micros,
            event: &stored.event,
        })
    }

    fn write(&mut self, append: &'g Append, place: Place) -> Appended {
        let stream = append.stream;
        let stream_no = place.number.unwrap_or_else(|| self.begin(stream));
        let before = self.tip;
        let mut next = place.last.map_or(0, |last| last.0 + 1);
        for event in &append.events {
            self.tip.position += 1;
            self.tip.log_bytes += i64::try_from(event.bytes()).unwrap_or(i64::MAX);
            self.planned.insert(event.event_id, self.rows.len());
            let (revision, kind_no) = (Revision(next), self.kind(event));
            self.rows.push(NewRow { tip: self.tip, stream, stream_no, revision, kind_no, event });
            next += 1;
        }
        let revision = Revision(next.saturating_sub(1));
        self.places.insert(stream, Place { number: Some(stream_no), last: Some(revision) });
        Appended {
            first: Position(before.position.unsigned_abs() + 1),
            last: Position(self.tip.position.unsigned_abs()),
            revision,
            recorded_at_micros: self.tip.recorded_at,
            duplicate: false,
        }
    }

    /// Gives a stream that begins the next number of its category.
    fn begin(&mut self, stream: StreamId) -> i64 {
        let category = stream.category;
        let last = self.last_numbers.entry(category).or_insert(before_first(category));
        *last += 1;
        self.new_streams.push((*last, stream));
        *last
    }

    fn kind(&mut self, event: &'g NewEvent) -> i32 {
        if let Some(number) = self.kinds.number(&event.kind) {
            return number;
        }
        let number = self.kinds.add_next(&event.kind);
        self.new_kinds.push((number, &event.kind));
        number
    }
}

impl NewRow<'_> {
    fn known(&self) -> Known<'_> {
        Known {
            position: Position(self.tip.position.unsigned_abs()),
            stream: self.stream,
            revision: self.revision,
            recorded_at: self.tip.recorded_at,
            event: self.event,
        }
    }
}

/// The first answer again, if these events stand side by side in the stream just as handed in.
fn repeated(append: &Append, found: &[Known<'_>]) -> Option<Appended> {
    let (first, last) = (found.first()?, found.last()?);
    let same = |(known, (event, revision)): (&Known<'_>, (&NewEvent, u64))| {
        known.stream == append.stream && known.revision.0 == revision && known.event == event
    };
    let wanted = append.events.iter().zip(first.revision.0..);
    let whole = found.len() == append.events.len() && found.iter().zip(wanted).all(same);
    whole.then_some(Appended {
        first: first.position,
        last: last.position,
        revision: last.revision,
        recorded_at_micros: first.recorded_at,
        duplicate: true,
    })
}

#[cfg(test)]
mod tests;
