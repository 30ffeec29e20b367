//! The service `Streams`: what is asked, parsed and handed over.

pub(crate) mod append;
pub(crate) mod question;
mod remove;
#[cfg(test)]
mod tests;

use std::{future::Future, pin::Pin, sync::Arc};

use futures::{Stream, StreamExt as _, stream};
use tokio::sync::mpsc;
use tonic::{Request, Response, Status, Streaming};

use crate::{
    batch,
    counters::count,
    door::{Door, Need},
    read::Gone,
    refusal,
    wire::streams::{
        AppendReq, AppendResp, BatchAppendReq, BatchAppendResp, DeleteReq, DeleteResp, ReadReq,
        ReadResp, TombstoneReq, TombstoneResp, read_resp::Content, streams_server::Streams,
    },
};
use question::Question;

/// Answers on their way to a caller who may be slow.
pub(crate) type Told<T> = Pin<Box<dyn Stream<Item = Result<T, Status>> + Send>>;

/// Answers that wait for a slow caller before the server waits too.
pub(crate) const WAITING_MAX: usize = 64;

/// What the other end of `answers` sends, as a stream.
pub(crate) fn told<T: Send + 'static>(answers: mpsc::Receiver<Result<T, Status>>) -> Told<T> {
    Box::pin(stream::unfold(answers, |mut answers| async move {
        Some((answers.recv().await?, answers))
    }))
}

/// The same answers, cut where one more than so many events would come.
fn cut_after(answers: Told<ReadResp>, events: u64) -> Told<ReadResp> {
    let left = Some((answers, events));
    Box::pin(stream::unfold(left, |left| async move {
        let (mut answers, events) = left?;
        let told = answers.next().await?;
        let is_event = matches!(&told, Ok(ReadResp { content: Some(Content::Event(_)) }));
        match (is_event, events) {
            (true, 0) => Some((Err(refusal::cut().into()), None)),
            (true, events) => Some((told, Some((answers, events - 1)))),
            (false, events) => Some((told, Some((answers, events)))),
        }
    }))
}

#[tonic::async_trait]
impl Streams for Door {
    type ReadStream = Told<ReadResp>;
    type BatchAppendStream = Told<BatchAppendResp>;

    async fn read(&self, request: Request<ReadReq>) -> Result<Response<Told<ReadResp>>, Status> {
        self.admit(request.metadata(), Need::Anybody)?;
        let question = Question::read(&self.shared, request.into_inner())?;
        if question.is_of_all() && self.shared.chaos.denies_all() {
            count(&self.shared.counters.denied);
            return Err(refusal::access_denied().into());
        }
        let counters = &self.shared.counters;
        let is_subscription = matches!(question, Question::Subscription(..));
        count(if is_subscription { &counters.subscriptions } else { &counters.reads });
        let (answers, receiver) = mpsc::channel(WAITING_MAX);
        let shared = Arc::clone(&self.shared);
        match question {
            Question::Stream(read) => self.tell_later(read.run(shared, answers)),
            Question::All(read) => self.tell_later(read.run(shared, answers)),
            Question::Subscription(followed, telling) => {
                self.tell_later(self.subscribe(answers, followed, telling));
            }
        }
        let answers = told(receiver);
        let cut = if is_subscription { None } else { self.shared.chaos.cut_of_read() };
        Ok(Response::new(match cut {
            Some(events) => cut_after(answers, events),
            None => answers,
        }))
    }

    async fn append(
        &self,
        request: Request<Streaming<AppendReq>>,
    ) -> Result<Response<AppendResp>, Status> {
        self.admit(request.metadata(), Need::Leader)?;
        count(&self.shared.counters.appends);
        Ok(Response::new(append::append(self, request.into_inner()).await?))
    }

    async fn delete(&self, request: Request<DeleteReq>) -> Result<Response<DeleteResp>, Status> {
        self.admit(request.metadata(), Need::Leader)?;
        Ok(Response::new(remove::delete(&self.shared.log, request.into_inner())?))
    }

    async fn tombstone(
        &self,
        request: Request<TombstoneReq>,
    ) -> Result<Response<TombstoneResp>, Status> {
        self.admit(request.metadata(), Need::Leader)?;
        Ok(Response::new(remove::tombstone(&self.shared.log, request.into_inner())?))
    }

    async fn batch_append(
        &self,
        request: Request<Streaming<BatchAppendReq>>,
    ) -> Result<Response<Told<BatchAppendResp>>, Status> {
        self.admit(request.metadata(), Need::Leader)?;
        count(&self.shared.counters.batches);
        Ok(Response::new(batch::open(self.clone(), request)))
    }
}

impl Door {
    /// Tells while the answer is already on its way. A caller who goes ends it.
    fn tell_later(&self, telling: impl Future<Output = Result<(), Gone>> + Send + 'static) {
        let door = self.clone();
        tokio::spawn(async move {
            door.delay().await;
            telling.await
        });
    }
}
