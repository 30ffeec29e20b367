//! Sending a window: all of it before the first answer, and in order again after a failure.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use event_store::AppendError;
use eventstore::BatchWriteResult;
use futures::future::{FutureExt, maybe_done};
use futures::stream::{self, StreamExt};

use super::window::{Planned, Window};
use super::{Answer, Worker};
use crate::chance::pause;
use crate::fault::{Fault, Remedy};
use crate::writer::unavailable;

const PAUSE_FIRST: Duration = Duration::from_millis(20);
const PAUSE_MOST: Duration = Duration::from_secs(1);
/// Appends whose places are read at once.
const READ_AT_ONCE: usize = 32;

/// What became of one append of a window.
enum Fate {
    Answered(Answer),
    /// Nothing of it is in its stream.
    Missing(Fault),
}

impl Worker {
    /// Writes and answers all that is planned.
    pub(super) async fn flush(&self, window: &mut Window) {
        let mut planned = window.take();
        let begun = Instant::now();
        for failures in 0.. {
            if planned.is_empty() {
                return;
            }
            let sent = self.sent(&planned).await;
            let fates = self.fates(&planned, sent, failures > 0).await;
            let given_up = begun.elapsed() >= self.writer.patience;
            planned = remaining(planned, fates, given_up);
            if !planned.is_empty() {
                tokio::time::sleep(pause(failures, PAUSE_FIRST, PAUSE_MOST)).await;
            }
        }
    }

    /// Each is on its way before the next is: the session gives them to the server in this order.
    async fn sent(&self, planned: &[Planned]) -> Vec<Result<BatchWriteResult, Fault>> {
        let session = match self.lane.session().await {
            Ok(session) => session,
            Err(fault) => return planned.iter().map(|_| Err(fault.clone())).collect(),
        };
        let mut sending = Vec::with_capacity(planned.len());
        for one in planned {
            let parcel = self.writer.parcel(&one.job.append, one.call);
            let session = &session;
            let mut sent = Box::pin(maybe_done(async move {
                let parcel = parcel
                    .map_err(|error| eventstore::Error::InternalParsingError(error.to_string()))?;
                session.sent(parcel).await
            }));
            // Polled once, in order; its answer comes later.
            let _later = futures::poll!(&mut sent);
            sending.push(sent);
        }
        let mut answers = Vec::with_capacity(planned.len());
        for mut sent in sending {
            let answered = async {
                sent.as_mut().await;
                let closed = Err(eventstore::Error::ConnectionClosed);
                sent.as_mut().take_output().unwrap_or(closed)
            };
            answers.push(self.lane.answered(&session, answered).await);
        }
        if answers.iter().any(Result::is_err) {
            self.lane.over(&session);
        }
        answers
    }

    async fn fates(
        &self,
        planned: &[Planned],
        sent: Vec<Result<BatchWriteResult, Fault>>,
        again: bool,
    ) -> Vec<Fate> {
        let each = planned.iter().zip(sent);
        let each: Vec<_> = each.map(|(one, sent)| self.fate(one, sent, again).boxed()).collect();
        stream::iter(each).buffered(READ_AT_ONCE).collect().await
    }

    async fn fate(
        &self,
        one: &Planned,
        sent: Result<BatchWriteResult, Fault>,
        again: bool,
    ) -> Fate {
        let append = &one.job.append;
        let fault = match sent {
            Ok(written) => {
                return Fate::Answered(
                    self.writer.written(append, one.call, &written, again).await,
                );
            }
            Err(fault) => fault,
        };
        match self.writer.settled(append, one.call).await {
            Ok(Some(answer)) => Fate::Answered(answer),
            Ok(None) => Fate::Missing(fault),
            Err(error) => Fate::Answered(Err(error)),
        }
    }
}

/// Answers what has an answer; gives back what is to be sent again, still in order. What is missing
/// though a later one was written may not be sent again: it would come to stand behind it.
fn remaining(planned: Vec<Planned>, fates: Vec<Fate>, given_up: bool) -> Vec<Planned> {
    let written = |fate: &Fate| matches!(fate, Fate::Answered(Ok(_)));
    let behind = fates.iter().rposition(written);
    let mut again: Vec<Planned> = Vec::new();
    let mut unfinished = HashSet::new();
    for (at, (one, fate)) in planned.into_iter().zip(fates).enumerate() {
        let (stream, overtaken) = (one.job.append.stream, behind.is_some_and(|behind| at < behind));
        match fate {
            Fate::Missing(fault) if overtaken || given_up || fault.remedy() == Remedy::Nothing => {
                one.job.answer(Err(unavailable(true, fault)));
            }
            Fate::Missing(_) => {
                unfinished.insert(stream);
                again.push(one);
            }
            // It does not fit yet: what it is to follow is sent again before it.
            Fate::Answered(Err(AppendError::Conflict { .. })) if unfinished.contains(&stream) => {
                again.push(one);
            }
            Fate::Answered(answer) => one.job.answer(answer),
        }
    }
    again
}
