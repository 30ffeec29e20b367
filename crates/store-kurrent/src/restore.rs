//! Moving house: events of another log, in the order of the calls. One worker takes them in windows;
//! the appends of a window are sent on one session, which the server takes in order, before the answer
//! to the first is awaited. Behind a call that was not written none is ([`order`]).

mod flush;
mod order;
mod window;

use std::sync::Arc;

use event_store::{Append, AppendError, Appended, Recorded};
use futures::future::{BoxFuture, FutureExt};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use crate::codec::Call;
use crate::fault::Fault;
use crate::lanes::Lane;
use crate::room::{Closed, Place};
use crate::supervisor::Leash;
use crate::writer::{Before, Outcome, Writer, outcome, unavailable};
use order::{Called, Order};
use window::Window;

/// Appends sent before the first of them is answered.
const WINDOW: usize = 256;

type Answer = Result<Appended, AppendError>;

/// One append to be restored.
pub(crate) struct Job {
    append: Append,
    recorded: Recorded,
    epoch: u64,
    reply: oneshot::Sender<Answer>,
    _place: Place,
}

/// The way to the worker.
pub(crate) struct Restorer {
    jobs: UnboundedSender<Job>,
    order: Arc<Order>,
    worker: Leash,
}

impl Restorer {
    /// Starts the worker. What waits for it is bounded by the room that each append has a place in.
    pub(crate) fn start(runtime: &Handle, writer: Arc<Writer>, lane: Lane) -> Self {
        let (sender, jobs) = unbounded_channel();
        let order = Arc::new(Order::default());
        let worker = Worker { writer, lane, order: Arc::clone(&order) };
        let worker = Leash(runtime.spawn(worker.serve(jobs)).abort_handle());
        Self { jobs: sender, order, worker }
    }

    /// What still waits is told that it is in doubt.
    pub(crate) fn end(&self) {
        self.worker.0.abort();
    }

    /// In line once this returns, unless there is no place for it.
    pub(crate) fn call(
        &self,
        append: Append,
        recorded: Recorded,
        place: Result<Place, AppendError>,
    ) -> BoxFuture<'static, Answer> {
        let place = match place {
            Ok(place) if !self.order.lets_nobody_in() => place,
            Ok(_) => return self.turned_away(left_out()),
            Err(refused) => return self.turned_away(refused),
        };
        let (reply, answer) = oneshot::channel();
        let called = self.order.called();
        let job = Job { append, recorded, epoch: called.epoch(), reply, _place: place };
        // A worker that is gone drops the job, and with it the way to answer.
        drop(self.jobs.send(job));
        async move { heard(called, answer.await.unwrap_or_else(|_gone| Err(gone()))) }.boxed()
    }

    fn turned_away(&self, refused: AppendError) -> BoxFuture<'static, Answer> {
        let away = self.order.turned_away();
        async move {
            drop(away);
            Err(refused)
        }
        .boxed()
    }
}

/// The caller has its answer in hand.
fn heard(called: Called, answer: Answer) -> Answer {
    if answer.is_ok() {
        called.written();
    }
    answer
}

/// Takes the jobs in order.
struct Worker {
    writer: Arc<Writer>,
    lane: Lane,
    order: Arc<Order>,
}

impl Worker {
    async fn serve(self, mut jobs: UnboundedReceiver<Job>) {
        let mut waiting = Vec::new();
        loop {
            let was_idle = jobs.is_empty();
            if jobs.recv_many(&mut waiting, WINDOW).await == 0 {
                return;
            }
            if was_idle && let Err(error) = self.writer.reader.last().await {
                // What it says of time is a courtesy: each append says itself whether it can be written.
                tracing::warn!(%error, "the end of the log cannot be read before restoring");
            }
            self.window(std::mem::take(&mut waiting)).await;
        }
    }

    /// Answers all of these.
    async fn window(&self, jobs: Vec<Job>) {
        let mut window = Window::default();
        for job in jobs {
            if !window.takes(&job.append) {
                self.flush(&mut window).await;
            }
            match self.planned(&window, &job).await {
                Ok(call) => {
                    let ids = self.writer.reader.known.ids(job.append.stream);
                    window.plan(job, call, ids);
                }
                Err(answer) => self.answer(job, answer),
            }
        }
        self.flush(&mut window).await;
    }

    /// What it is written with behind what is planned, or its answer.
    async fn planned(&self, window: &Window, job: &Job) -> Result<Call, Answer> {
        if job.reply.is_closed() || !self.order.is_whole(job.epoch) {
            return Err(Err(left_out()));
        }
        if window.has(job.append.stream) {
            return self.recorded(window, job);
        }
        match self.writer.before(&job.append).await {
            Ok(Before::Fits) => {}
            Ok(Before::Answered(answer)) => return Err(answer),
            Err(error) => return Err(Err(error)),
        }
        match self.recorded(window, job) {
            Err(earlier) => Err(self.there_already(&job.append).await.unwrap_or(earlier)),
            call => call,
        }
    }

    /// Times never decrease with position.
    fn recorded(&self, window: &Window, job: &Job) -> Result<Call, Answer> {
        let last_micros = self.writer.reader.stamps.last().max(window.latest_micros());
        let at = job.recorded.at_micros;
        if at < last_micros {
            return Err(Err(AppendError::RecordedEarlier { last_micros }));
        }
        Ok(self.writer.call(at))
    }

    /// The first answer, to what is written already; none where it is not. A process that has only
    /// begun knows of no stream what it holds.
    async fn there_already(&self, append: &Append) -> Option<Answer> {
        match self.writer.reader.whole_stream(append.stream).await {
            Ok(events) => match outcome(append, &events, false) {
                Outcome::Written(appended) => Some(Ok(appended)),
                Outcome::Fits => None,
                Outcome::Refused(error) => Some(Err(error)),
            },
            Err(error) => Some(Err(unavailable(false, error))),
        }
    }

    /// Whoever no longer waits is not told. What is not written is found out by those behind it first.
    fn answer(&self, job: Job, answer: Answer) {
        match &answer {
            // Not before: what is not written after all may be called again.
            Ok(written) => self.writer.reader.stamps.see(written.recorded_at_micros),
            Err(_) => self.order.broken(job.epoch),
        }
        drop(job.reply.send(answer));
    }
}

/// The answer to a call behind one that was not written.
fn left_out() -> AppendError {
    unavailable(false, Fault::ended("a call before it was not written, or its caller has gone"))
}

/// The answer of a worker that is gone.
fn gone() -> AppendError {
    unavailable(true, Closed)
}
