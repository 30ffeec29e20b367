//! Sending a window: all of it before the first answer, and in order again after a failure. Once one of
//! it is not to be written, nothing behind it is sent again.

use std::collections::HashSet;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use event_store::AppendError;
use eventstore::BatchWriteResult;
use futures::future::{FutureExt, maybe_done};
use futures::stream::{self, StreamExt};

use super::window::{Planned, Window};
use super::{Answer, Worker};
use crate::chance::pause;
use crate::fault::{Fault, Remedy};
use crate::lanes::Session;
use crate::writer::unavailable;

const PAUSE_FIRST: Duration = Duration::from_millis(20);
const PAUSE_MOST: Duration = Duration::from_secs(1);
/// Appends whose places are read at once.
const READ_AT_ONCE: usize = 32;

type Sent = Result<BatchWriteResult, Fault>;

/// What became of one append of a window.
enum Fate {
    Answered(Answer),
    /// Nothing of it is in its stream.
    Missing(Fault),
}

/// A look at what was sent.
struct Look {
    /// Whether it was sent before.
    again: bool,
    /// The cluster answers no reads: nobody need wait for that as often as there are appends.
    is_away: AtomicBool,
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
            let sent = self.sent(&mut planned).await;
            let fates = self.fates(&planned, sent, failures > 0).await;
            let unwanted = planned.iter().any(|one| one.job.reply.is_closed());
            let given_up = unwanted || begun.elapsed() >= self.writer.patience;
            planned = self.remaining(planned, fates, given_up);
            if !planned.is_empty() {
                tokio::time::sleep(pause(failures, PAUSE_FIRST, PAUSE_MOST)).await;
            }
        }
    }

    /// Each is on its way before the next is: the session gives them to the server in this order.
    async fn sent(&self, planned: &mut [Planned]) -> Vec<Sent> {
        let session = match self.lane.session().await {
            Ok(session) => session,
            Err(fault) => return planned.iter().map(|_| Err(fault.clone())).collect(),
        };
        let mut sending = Vec::with_capacity(planned.len());
        for one in planned {
            one.left = true;
            let parcel = self.writer.parcel(&one.job.append, one.call);
            let session = &session;
            let mut sent = Box::pin(maybe_done(async move {
                let parcel = parcel
                    .map_err(|error| eventstore::Error::InternalParsingError(error.to_string()))?;
                session.sent(parcel).await
            }));
            // Polled once, in order; its answer comes later.
            let _later = futures::poll!(&mut sent);
            sending.push(async move {
                sent.as_mut().await;
                let closed = Err(eventstore::Error::ConnectionClosed);
                sent.as_mut().take_output().unwrap_or(closed)
            });
        }
        let answers = self.answers(&session, sending).await;
        if answers.iter().any(Result::is_err) {
            self.lane.over(&session);
        }
        answers
    }

    /// Waits for each; once one was waited for in vain, for no other of the session.
    async fn answers(
        &self,
        session: &Session,
        sending: Vec<impl Future<Output = eventstore::Result<BatchWriteResult>>>,
    ) -> Vec<Sent> {
        let (mut answers, mut patience) = (Vec::with_capacity(sending.len()), self.lane.silence);
        for sent in sending {
            let begun = Instant::now();
            let answer = self.lane.answered_within(patience, session, sent).await;
            if answer.is_err() && begun.elapsed() >= patience {
                patience = Duration::ZERO;
            }
            answers.push(answer);
        }
        answers
    }

    async fn fates(&self, planned: &[Planned], sent: Vec<Sent>, again: bool) -> Vec<Fate> {
        let look = Look { again, is_away: AtomicBool::new(false) };
        let each = planned.iter().zip(sent);
        let each: Vec<_> = each.map(|(one, sent)| self.fate(one, sent, &look).boxed()).collect();
        let mut fates: Vec<Fate> = stream::iter(each).buffered(READ_AT_ONCE).collect().await;
        self.overtaken(planned, &mut fates, &look).await;
        fates
    }

    async fn fate(&self, one: &Planned, sent: Sent, look: &Look) -> Fate {
        match sent {
            Ok(written) => {
                let (append, call) = (&one.job.append, one.call);
                Fate::Answered(self.writer.written(append, call, &written, look.again).await)
            }
            Err(fault) => self.sought(one, fault, look).await,
        }
    }

    /// What its stream says of an append that was not answered. What never left is not there.
    async fn sought(&self, one: &Planned, fault: Fault, look: &Look) -> Fate {
        if !one.left {
            return Fate::Missing(fault);
        }
        if look.is_away.load(Ordering::Relaxed) {
            return Fate::Answered(Err(unavailable(true, fault)));
        }
        match self.writer.settled(&one.job.append, one.call).await {
            Ok(Some(answer)) => Fate::Answered(answer),
            Ok(None) => Fate::Missing(fault),
            Err(error) => {
                look.is_away.store(true, Ordering::Relaxed);
                Fate::Answered(Err(error))
            }
        }
    }

    /// What is missing though a later one was found may have come between two reads: it is sought once
    /// more before it is given up.
    async fn overtaken(&self, planned: &[Planned], fates: &mut [Fate], look: &Look) {
        let found = fates.iter().rposition(Fate::is_written).unwrap_or_default();
        let earlier = planned.iter().zip(&*fates).enumerate().take(found);
        let missing = earlier.filter_map(|(at, (one, fate))| match fate {
            Fate::Missing(fault) => Some((at, one, fault.clone())),
            Fate::Answered(_) => None,
        });
        let sought: Vec<_> = missing
            .map(|(at, one, fault)| {
                async move { (at, self.sought(one, fault, look).await) }.boxed()
            })
            .collect();
        let sought: Vec<_> = stream::iter(sought).buffered(READ_AT_ONCE).collect().await;
        for (at, fate) in sought {
            if let Some(before) = fates.get_mut(at) {
                *before = fate;
            }
        }
    }

    /// Answers what has an answer; gives back what is to be sent again, still in order. Where one is not
    /// to be written, none that is missing is: it would come to stand behind a hole.
    fn remaining(
        &self,
        planned: Vec<Planned>,
        mut fates: Vec<Fate>,
        given_up: bool,
    ) -> Vec<Planned> {
        wait_for_what_they_follow(&planned, &mut fates);
        let has_hole = given_up || has_hole(&fates);
        let mut again = Vec::new();
        for (one, fate) in planned.into_iter().zip(fates) {
            match fate {
                Fate::Missing(_) if !has_hole => again.push(one),
                Fate::Missing(fault) => self.answer(one.job, Err(unavailable(one.left, fault))),
                Fate::Answered(answer) => self.answer(one.job, answer),
            }
        }
        again
    }
}

impl Fate {
    fn is_written(&self) -> bool {
        matches!(self, Self::Answered(Ok(_)))
    }
}

/// What does not fit because an earlier one of its stream is missing is missing itself.
fn wait_for_what_they_follow(planned: &[Planned], fates: &mut [Fate]) {
    let mut unfinished = HashSet::new();
    for (one, fate) in planned.iter().zip(fates) {
        let stream = one.job.append.stream;
        match fate {
            Fate::Missing(_) => {
                unfinished.insert(stream);
            }
            Fate::Answered(Err(AppendError::Conflict { .. })) if unfinished.contains(&stream) => {
                *fate = Fate::Missing(Fault::ended("what it is to follow is not written"));
            }
            Fate::Answered(_) => {}
        }
    }
}

/// Whether one is not to be written any more: it was refused, nothing helps it, or a later one was
/// written, behind which it may not come to stand.
fn has_hole(fates: &[Fate]) -> bool {
    let found = fates.iter().rposition(Fate::is_written).unwrap_or_default();
    fates.iter().enumerate().any(|(at, fate)| match fate {
        Fate::Missing(fault) => at < found || fault.remedy() == Remedy::Nothing,
        Fate::Answered(answer) => answer.is_err(),
    })
}
