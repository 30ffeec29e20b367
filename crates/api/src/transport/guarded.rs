//! The one executor behind HTTP, events and sockets: gate before, time and mask around.

use std::{panic::AssertUnwindSafe, sync::Arc};

use async_graphql::{
    Data, Executor, Request, Response, futures_util::stream::BoxStream,
    parser::types::OperationType,
};
use futures::{FutureExt, StreamExt, stream};

use super::{
    auth::RequestData,
    faults::{Code, mask, refusal},
    gate::{Admitted, Gate, Introspection},
    limits::Limits,
};

/// Wraps an executor so that no way in avoids the gate and no error leaves unmasked.
#[derive(Clone)]
pub struct Guarded<E> {
    inner: E,
    limits: Arc<Limits>,
    introspection: bool,
}

impl<E: Executor> Guarded<E> {
    /// Puts the gate before `inner`. Introspection is an explicit choice.
    pub fn new(inner: E, limits: Limits, introspection: bool) -> Self {
        Self { inner, limits: Arc::new(limits), introspection }
    }

    /// Checks a request of a caller whose body weighs `body_bytes`; the refusal is the whole answer.
    #[expect(clippy::result_large_err, reason = "the refusal is the answer; it is sent at once")]
    pub(crate) fn admit(
        &self,
        request: Request,
        body_bytes: usize,
        caller: &RequestData,
    ) -> Result<Admitted, Response> {
        let introspection = match (self.introspection, caller.is_nobody()) {
            (false, _) => Introspection::Off,
            (true, true) => Introspection::NotForNobody,
            (true, false) => Introspection::On,
        };
        Gate { limits: &self.limits, introspection }.admit(request, body_bytes)
    }

    #[expect(clippy::result_large_err, reason = "the refusal is the answer; it is sent at once")]
    fn admit_from_the_house(&self, request: Request) -> Result<Admitted, Response> {
        self.admit(request, 0, &RequestData::new(|request| request))
    }

    /// Runs a query or a mutation to its end or to the time limit, panics included.
    pub(crate) async fn run(&self, admitted: Admitted) -> Response {
        let running = AssertUnwindSafe(self.inner.execute(admitted.request)).catch_unwind();
        self.in_time(running.map(|ended| ended.map_or_else(|_| broken(), mask))).await
    }

    /// Runs any operation as a stream; a query or a mutation is a stream of one.
    pub(crate) fn stream(
        &self,
        admitted: Admitted,
        session: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        let answers = self.inner.execute_stream(admitted.request, session);
        let mut answers = AssertUnwindSafe(answers)
            .catch_unwind()
            .map(|item| item.map_or_else(|_| broken(), mask));
        if admitted.operation == OperationType::Subscription {
            return answers.boxed();
        }
        let this = self.clone();
        stream::once(async move {
            this.in_time(answers.next().map(|first| first.unwrap_or_else(broken))).await
        })
        .boxed()
    }

    async fn in_time(&self, running: impl Future<Output = Response> + Send) -> Response {
        let max = self.limits.request_time_max;
        tokio::time::timeout(max, running).await.unwrap_or_else(|_elapsed| {
            let text = format!(
                "the request ran longer than {max:?} and was stopped; a mutation may have taken \
                 effect, so send the same one again to learn its outcome"
            );
            refusal(Code::Timeout, text)
        })
    }
}

/// The panic itself is in the log already, by the panic hook.
fn broken() -> Response {
    tracing::error!("an operation broke off without an answer");
    refusal(Code::Internal, "internal error")
}

impl<E: Executor> Executor for Guarded<E> {
    async fn execute(&self, request: Request) -> Response {
        match self.admit_from_the_house(request) {
            Ok(admitted) => self.run(admitted).await,
            Err(refused) => refused,
        }
    }

    fn execute_stream(
        &self,
        request: Request,
        session_data: Option<Arc<Data>>,
    ) -> BoxStream<'static, Response> {
        match self.admit_from_the_house(request) {
            Ok(admitted) => self.stream(admitted, session_data),
            Err(refused) => stream::once(async move { refused }).boxed(),
        }
    }
}

#[cfg(test)]
mod tests;
