//! Moving house: events of another log, in the order of the calls. One worker takes them in windows;
//! the appends of a window are sent on one session, which the server takes in order, before the answer
//! to the first is awaited.

mod flush;
mod window;

use std::sync::Arc;

use event_store::{Append, AppendError, Appended, Recorded};
use tokio::runtime::Handle;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::sync::oneshot;

use crate::chance::random_id;
use crate::codec::Call;
use crate::lanes::Lane;
use crate::room::{Closed, Place};
use crate::writer::{Before, Writer, unavailable};
use window::Window;

/// Appends sent before the first of them is answered.
const WINDOW: usize = 256;

type Answer = Result<Appended, AppendError>;

/// One append to be restored.
pub(crate) struct Job {
    append: Append,
    recorded: Recorded,
    reply: oneshot::Sender<Answer>,
    _place: Place,
}

/// The way to the worker.
pub(crate) struct Restorer(UnboundedSender<Job>);

impl Restorer {
    /// Starts the worker. What waits for it is bounded by the room that each append has a place in.
    pub(crate) fn start(runtime: &Handle, writer: Arc<Writer>, lane: Lane) -> Self {
        let (sender, jobs) = unbounded_channel();
        runtime.spawn(Worker { writer, lane }.serve(jobs));
        Self(sender)
    }

    /// In line once this returns.
    pub(crate) fn push(
        &self,
        append: Append,
        recorded: Recorded,
        place: Place,
    ) -> oneshot::Receiver<Answer> {
        let (reply, answer) = oneshot::channel();
        // A worker that is gone drops the job, and with it the way to answer.
        drop(self.0.send(Job { append, recorded, reply, _place: place }));
        answer
    }
}

/// Takes the jobs in order.
struct Worker {
    writer: Arc<Writer>,
    lane: Lane,
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
            match self.checked(&window, &job).await {
                Ok(call) => {
                    let ids = self.writer.reader.known.ids(job.append.stream);
                    window.plan(job, call, ids);
                }
                Err(answer) => job.answer(answer),
            }
        }
        self.flush(&mut window).await;
    }

    /// Whether it can be written behind what is planned, or its answer.
    async fn checked(&self, window: &Window, job: &Job) -> Result<Call, Answer> {
        if !window.has(job.append.stream) {
            match self.writer.before(&job.append).await {
                Ok(Before::Fits) => {}
                Ok(Before::Answered(answer)) => return Err(answer),
                Err(error) => return Err(Err(error)),
            }
        }
        let stamps = &self.writer.reader.stamps;
        let (at, last_micros) = (job.recorded.at_micros, stamps.last());
        if at < last_micros {
            return Err(Err(AppendError::RecordedEarlier { last_micros }));
        }
        let nonce = random_id().map_err(|error| Err(unavailable(false, error)))?;
        stamps.see(at);
        Ok(Call { nonce, recorded_micros: at })
    }
}

impl Job {
    /// Whoever no longer waits is not told.
    fn answer(self, answer: Answer) {
        drop(self.reply.send(answer));
    }
}

/// The answer of a worker that is gone.
pub(crate) fn gone() -> AppendError {
    unavailable(true, Closed)
}
