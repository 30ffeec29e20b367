//! Batch appends: one stream of requests, one of answers, each answer with the id of its request.

mod told;

use std::{
    collections::HashMap,
    time::{Duration, UNIX_EPOCH},
};

use tokio::{
    sync::mpsc::{self, Sender},
    time::{Instant, sleep_until},
};
use tonic::{Request, Status, Streaming};
use uuid::Uuid;

use crate::{
    chaos::{Break, Fate, Loss},
    counters::count,
    door::{Door, Need},
    log::{Expected, Proposed},
    refusal::{self, Refusal},
    streams::{Told, WAITING_MAX, append::proposed, question::name, told as stream_of},
    wire::streams::{
        BatchAppendReq, BatchAppendResp,
        batch_append_req::{
            Options,
            options::{DeadlineOption, ExpectedStreamPosition},
        },
    },
};

type Answers = Sender<Result<BatchAppendResp, Status>>;

/// Where the answers of all its requests come.
pub(crate) fn open(
    door: Door,
    request: Request<Streaming<BatchAppendReq>>,
) -> Told<BatchAppendResp> {
    let (answers, receiver) = mpsc::channel(WAITING_MAX);
    tokio::spawn(Session { door, answers, begun: HashMap::new() }.run(request));
    stream_of(receiver)
}

/// The appends of one caller.
struct Session {
    door: Door,
    answers: Answers,
    /// Appends whose last part has not come.
    begun: HashMap<Uuid, Append>,
}

/// One append, as far as it has come.
struct Append {
    stream: String,
    expected: Expected,
    until: Option<Instant>,
    events: Vec<Proposed>,
}

/// What is said instead of an answer from then on.
struct Late {
    at: Instant,
    told: BatchAppendResp,
}

/// Whether the session goes on.
enum Next {
    Part,
    End,
}

impl Session {
    async fn run(mut self, request: Request<Streaming<BatchAppendReq>>) {
        let (metadata, _, mut parts) = request.into_parts();
        let mut breaks = self.door.shared.chaos.breaks_of_batches();
        let answers = self.answers.clone();
        loop {
            let part = tokio::select! {
                biased;
                () = answers.closed() => return,
                broken = breaks.recv() => match broken {
                    Ok(Break::End) => return,
                    Ok(Break::Cut) => return fail(&answers, refusal::cut()).await,
                    Ok(Break::FallBehind) | Err(_) => continue,
                },
                part = parts.message() => part,
            };
            // The leader may have moved since the session was opened.
            if let Err(refused) = self.door.admit(&metadata, Need::Leader) {
                return fail(&answers, refused).await;
            }
            let Ok(Some(part)) = part else { return };
            if matches!(self.take(part).await, Next::End) {
                return;
            }
        }
    }

    /// Takes one part; the last one of an append writes it.
    async fn take(&mut self, part: BatchAppendReq) -> Next {
        let id: Uuid = part.correlation_id.clone().map(Into::into).unwrap_or_default();
        let is_final = part.is_final;
        if let Err(refused) = self.gather(id, part) {
            return self.answer(told::bad_request(id, refused.message())).await;
        }
        if !is_final {
            return Next::Part;
        }
        match self.begun.remove(&id) {
            Some(append) => self.write(id, append).await,
            None => Next::Part,
        }
    }

    fn gather(&mut self, id: Uuid, part: BatchAppendReq) -> Result<(), Refusal> {
        if let Some(options) = part.options {
            self.begun.insert(id, Append::begin(options)?);
        }
        let Some(append) = self.begun.get_mut(&id) else { return Ok(()) };
        for event in part.proposed_messages {
            let event = proposed(event.id, event.metadata, event.data, event.custom_metadata)?;
            append.events.push(event);
        }
        Ok(())
    }

    async fn write(&mut self, id: Uuid, append: Append) -> Next {
        let shared = &self.door.shared;
        count(&shared.counters.batch_appends);
        if append.until.is_some_and(|until| until <= Instant::now()) {
            return self.answer(told::timed_out(id, &append.stream)).await;
        }
        if let Some(bytes_max) = self.door.limit_exceeded(&append.events) {
            return self.answer(told::too_large(id, &append.stream, bytes_max)).await;
        }
        let fate = shared.chaos.fate();
        if let Fate::Lost(loss) = fate {
            return self.lose(loss).await;
        }
        let Append { stream, expected, until, events } = append;
        let late = until.map(|at| Late { at, told: told::timed_out(id, &stream) });
        let outcome = shared.log.append(&stream, expected, events);
        if let Fate::AnswerLost(loss) = fate {
            return self.lose(loss).await;
        }
        self.answer_in_time(told::outcome(id, &stream, expected, outcome), late).await
    }

    /// What the caller sees of an append that is lost.
    async fn lose(&self, loss: Loss) -> Next {
        match loss {
            Loss::Silently => Next::Part,
            Loss::WithError => self.fail(refusal::cut()).await,
            Loss::Denied => self.fail(refusal::access_denied()).await,
        }
    }

    async fn fail(&self, refusal: Refusal) -> Next {
        fail(&self.answers, refusal).await;
        Next::End
    }

    /// After the delay, or when the deadline comes first. Others do not wait for it.
    async fn answer_in_time(&self, told: BatchAppendResp, late: Option<Late>) -> Next {
        let delay = self.door.shared.chaos.delay();
        if delay.is_zero() {
            return self.answer(told).await;
        }
        let ready = Instant::now() + delay;
        let (when, told) = match late {
            Some(late) if late.at < ready => (late.at, late.told),
            Some(_) | None => (ready, told),
        };
        let answers = self.answers.clone();
        tokio::spawn(async move {
            sleep_until(when).await;
            answers.send(Ok(told)).await
        });
        Next::Part
    }

    async fn answer(&self, told: BatchAppendResp) -> Next {
        self.answers.send(Ok(told)).await.map_or(Next::End, |()| Next::Part)
    }
}

/// Ends the session with an error, for all that waits in it.
async fn fail(answers: &Answers, refused: Refusal) {
    answers.send(Err(refused.into())).await.unwrap_or_default();
}

impl Append {
    fn begin(options: Options) -> Result<Self, Refusal> {
        let expected = match options.expected_stream_position {
            Some(ExpectedStreamPosition::StreamPosition(revision)) => Expected::At(revision),
            Some(ExpectedStreamPosition::NoStream(())) => Expected::NoStream,
            Some(ExpectedStreamPosition::Any(())) => Expected::Any,
            Some(ExpectedStreamPosition::StreamExists(())) => Expected::Exists,
            None => return Err(refusal::missing("expected_stream_position")),
        };
        let stream = name(options.stream_identifier)?;
        let until = options.deadline_option.and_then(deadline);
        Ok(Self { stream, expected, until, events: Vec::new() })
    }
}

/// When the caller no longer waits. A duration too long to reckon with is none.
fn deadline(told: DeadlineOption) -> Option<Instant> {
    let left = match told {
        DeadlineOption::Deadline(span) => Duration::try_from(span).unwrap_or_default(),
        DeadlineOption::Deadline21100(moment) => {
            let moment = Duration::new(
                u64::try_from(moment.seconds).unwrap_or(0),
                u32::try_from(moment.nanos).unwrap_or(0),
            );
            moment.saturating_sub(since_1970())
        }
    };
    Instant::now().checked_add(left)
}

#[expect(clippy::disallowed_methods, reason = "a deadline is told as a moment")]
fn since_1970() -> Duration {
    std::time::SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
