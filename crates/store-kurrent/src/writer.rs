//! Appending: what is known of the stream first, then the way there, then what came of it. Each append is
//! a task, and all that it may ever need is moved with it: what few need is boxed.

mod outcome;

use std::sync::Arc;
use std::time::Duration;

use event_store::{Append, AppendError, Appended, NowMicros, Position, Revision};
use eventstore::BatchWriteResult;
use tokio::time::{Instant, timeout_at};

pub(crate) use outcome::{Outcome, outcome};

use crate::chance::{Nonces, pause};
use crate::codec::{Call, encode, server_id};
use crate::fault::{Fault, Remedy};
use crate::known::{Ids, next_revision};
use crate::lanes::{Lanes, Parcel, Unanswered, state};
use crate::locks::Locks;
use crate::reader::Reader;

const PAUSE_FIRST: Duration = Duration::from_millis(20);
const PAUSE_MOST: Duration = Duration::from_secs(1);
/// So many events are read whole to learn where the first and the last of them stand.
const READ_WHOLE_MAX: usize = 32;

/// Writes one append at a time to each stream.
pub(crate) struct Writer {
    pub(crate) reader: Arc<Reader>,
    pub(crate) lanes: Lanes,
    pub(crate) locks: Locks,
    pub(crate) nonces: Nonces,
    pub(crate) now: NowMicros,
    /// How long an append is tried again before it is given up.
    pub(crate) patience: Duration,
}

/// What is known before anything is sent.
pub(crate) enum Before {
    /// The stream ends where it is expected to, and knows none of the ids.
    Fits,
    /// It is answered without writing.
    Answered(Result<Appended, AppendError>),
}

impl Writer {
    /// Writes an append, or finds why not. There is one end to its patience, whatever it waits for: its
    /// turn at the stream, a look at it, room to be sent, or the cluster.
    pub(crate) async fn append(&self, append: Append) -> Result<Appended, AppendError> {
        let until = Instant::now() + self.patience;
        let its_turn = async {
            let turn = self.locks.lock(append.stream).await;
            Ok((turn, self.before(&append).await?))
        };
        let late = |_late| Err(unavailable(false, Fault::silent(self.patience)));
        let (_turn, before) = timeout_at(until, its_turn).await.unwrap_or_else(late)?;
        if let Before::Answered(answer) = before {
            return answer;
        }
        if Instant::now() >= until {
            return Err(unavailable(false, Fault::silent(self.patience)));
        }
        let call = self.call(self.reader.stamps.next((self.now)()));
        self.send(&append, call, until).await
    }

    /// A call of its own, of what is recorded then.
    pub(crate) fn call(&self, recorded_micros: i64) -> Call {
        Call { nonce: self.nonces.next(), recorded_micros }
    }

    /// Whether the stream can be what the writer believes. The server would take a known id anew at a
    /// revision that fits, so that what a stream holds is known before.
    pub(crate) async fn before(&self, append: &Append) -> Result<Before, AppendError> {
        let ids = self.reader.known.ids(append.stream).unwrap_or_default();
        let fits = ids.len() as u64 == next_revision(append.expected);
        let repeats = append.events.iter().any(|event| ids.contains(&event.event_id));
        if fits && !repeats {
            return Ok(Before::Fits);
        }
        Box::pin(self.looked_at(append, ids)).await
    }

    /// What the stream itself says.
    async fn looked_at(&self, append: &Append, ids: Ids) -> Result<Before, AppendError> {
        let read = self.reader.whole_stream(append.stream).await;
        let events = read.map_err(|error| unavailable(false, error))?;
        if events.len() < ids.len() {
            let lost = "the stream has lost events that it had: it was deleted";
            return Err(unavailable(false, Fault::refused(lost)));
        }
        Ok(match outcome(append, &events, false) {
            Outcome::Fits => Before::Fits,
            Outcome::Written(appended) => Before::Answered(Ok(appended)),
            Outcome::Refused(error) => Before::Answered(Err(error)),
        })
    }

    /// Sends until it is known what came of it. Each try carries the same ids, so the server itself
    /// takes them once.
    async fn send(
        &self,
        append: &Append,
        call: Call,
        until: Instant,
    ) -> Result<Appended, AppendError> {
        let lane = self
            .lanes
            .of(append.stream)
            .ok_or_else(|| unavailable(false, Fault::refused("there is no way to the cluster")))?;
        let mut left = false;
        for failures in 0.. {
            let Unanswered { fault, left: now } =
                match lane.send(self.parcel(append, call)?, until).await {
                    Ok(written) => return self.written(append, call, &written, failures > 0).await,
                    Err(unanswered) => unanswered,
                };
            let before = left;
            left |= now;
            if left && let Some(answer) = Box::pin(self.settled_by(append, call, until)).await? {
                return answer;
            }
            // What ends a whole session is told to all that were on their way, so the stream was asked.
            if fault.remedy() == Remedy::Nothing {
                return Err(unavailable(before, fault));
            }
            if Instant::now() >= until {
                return Err(unavailable(left, fault));
            }
            tokio::time::sleep(pause(failures, PAUSE_FIRST, PAUSE_MOST)).await;
        }
        Err(unavailable(left, Fault::silent(self.patience)))
    }

    pub(crate) fn parcel(&self, append: &Append, call: Call) -> Result<Parcel, AppendError> {
        let events: Result<Vec<_>, _> =
            append.events.iter().map(|event| encode(event, call)).collect();
        Ok(Parcel {
            stream: self.reader.log.stream(append.stream),
            expected: state(append.expected),
            events: events.map_err(|error| unavailable(false, error))?,
        })
    }

    /// What the stream says of it, in time: an answer may take as long as answers do.
    async fn settled_by(
        &self,
        append: &Append,
        call: Call,
        until: Instant,
    ) -> Result<Option<Result<Appended, AppendError>>, AppendError> {
        let until = until.max(Instant::now() + self.reader.silence);
        let late = |_late| Err(unavailable(true, Fault::silent(self.patience)));
        timeout_at(until, self.settled(append, call)).await.unwrap_or_else(late)
    }

    /// After a failure: what the stream says of it. None: nothing, so that it is sent again.
    pub(crate) async fn settled(
        &self,
        append: &Append,
        call: Call,
    ) -> Result<Option<Result<Appended, AppendError>>, AppendError> {
        let read = self.reader.whole_with_ids(append.stream).await;
        let (events, ids) = read.map_err(|error| unavailable(true, error))?;
        let ours = append.events.first().map(|event| server_id(event.event_id, call));
        let ours = ours.filter(|id| ids.contains(id));
        Ok(match outcome(append, &events, ours.is_some()) {
            Outcome::Fits => None,
            Outcome::Written(appended) => Some(Ok(appended)),
            Outcome::Refused(error) => Some(Err(error)),
        })
    }

    /// What the server acknowledged. It says where the append stands as a whole; where each end of it
    /// stands is read, unless it is one event.
    pub(crate) async fn written(
        &self,
        append: &Append,
        call: Call,
        written: &BatchWriteResult,
        again: bool,
    ) -> Result<Appended, AppendError> {
        let first = next_revision(append.expected);
        let last = first + append.events.len() as u64 - 1;
        if written.current_revision().is_some_and(|revision| revision != last) {
            let deleted = Fault::refused("the stream was deleted and goes on behind its old end");
            return Err(unavailable(true, deleted));
        }
        self.reader.known.written(append.stream, append.expected, &append.events);
        let told = written.current_position().map(|position| Position(position.commit));
        let (first, last_position) = match told {
            Some(position) if first == last && !again => (position, position),
            _ => Box::pin(self.ends(append, Revision(first), Revision(last))).await?,
        };
        Ok(Appended {
            first,
            last: last_position,
            revision: Revision(last),
            recorded_at_micros: call.recorded_micros,
            duplicate: false,
        })
    }

    async fn ends(
        &self,
        append: &Append,
        first: Revision,
        last: Revision,
    ) -> Result<(Position, Position), AppendError> {
        let reader = &self.reader;
        let count = append.events.len();
        let read = if count <= READ_WHOLE_MAX {
            reader.stream(append.stream, first, count).await
        } else {
            let one = reader.stream(append.stream, first, 1);
            let other = reader.stream(append.stream, last, 1);
            let both = futures::future::try_join(one, other).await;
            both.map(|(one, other)| one.into_iter().chain(other).collect())
        };
        let events = read.map_err(|error| unavailable(true, error))?;
        match (events.first(), events.last()) {
            (Some(one), Some(other)) if other.revision == last => {
                Ok((one.position, other.position))
            }
            _ => Err(unavailable(true, Fault::lost("what was acknowledged cannot be read yet"))),
        }
    }
}

pub(crate) fn unavailable(
    maybe_committed: bool,
    source: impl Into<event_store::Cause>,
) -> AppendError {
    AppendError::Unavailable { maybe_committed, source: source.into() }
}
