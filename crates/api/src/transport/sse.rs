//! Server-sent events: graphql-sse in distinct connections mode, one operation a connection.

use std::{convert::Infallible, time::Duration};

use async_graphql::{Executor, Response};
use axum::{
    body::{Body, Bytes},
    http::{HeaderValue, StatusCode, header},
    response::Response as HttpResponse,
};
use futures::{StreamExt, future, stream, stream::BoxStream};
use tokio::time::Instant;
use tokio_util::{sync::CancellationToken, task::task_tracker::TaskTrackerToken};

use super::{
    Door,
    answer::{json, refuse},
    auth::RequestData,
    faults::{Code, refusal},
    gate::Admitted,
};

/// The end of an operation. Browsers drop an event without a `data:` line, and the framework's
/// own event writer leaves an empty one out, so the events are written here.
const COMPLETE: &str = "event: complete\ndata: \n\n";
/// A comment, which clients skip and proxies take for traffic.
const SIGN_OF_LIFE: &str = ":\n\n";

/// Runs the operation as a stream of events until it ends, the token does, or the server.
pub(crate) fn open<E: Executor>(
    door: &Door<E>,
    admitted: Admitted,
    caller: &RequestData,
) -> HttpResponse {
    let answers = door.guarded.stream(admitted, None);
    events(door, answers, ends_at(door, caller))
}

/// A refusal before execution, told inside `next` as the protocol wants it.
pub(crate) fn refused<E: Executor>(door: &Door<E>, refused: Response) -> HttpResponse {
    events(door, stream::once(async move { refused }).boxed(), None)
}

/// When the caller's token ends, by the runtime's own clock; `None` if it never does.
pub(crate) fn ends_at<E>(door: &Door<E>, caller: &RequestData) -> Option<Instant> {
    let now = (door.config.now)();
    let left = Duration::from_secs(caller.expiry()?.saturating_sub(now));
    Instant::now().checked_add(left)
}

/// Waits until the given instant; for ever if there is none.
pub(crate) async fn until(instant: Option<Instant>) {
    match instant {
        Some(instant) => tokio::time::sleep_until(instant).await,
        None => future::pending().await,
    }
}

fn events<E: Executor>(
    door: &Door<E>,
    answers: BoxStream<'static, Response>,
    ends_at: Option<Instant>,
) -> HttpResponse {
    if !door.has_room() {
        let text = "too many streams are open; try again later";
        return refuse(StatusCode::SERVICE_UNAVAILABLE, Code::RateLimited, text);
    }
    let open = Open {
        answers,
        ends_at,
        keep_alive: door.config.limits.keep_alive,
        shutdown: door.config.shutdown.clone(),
        over: false,
        _held: door.config.open.token(),
    };
    let events = stream::unfold(open, |mut open| async move {
        let text = open.next().await?;
        Some((Ok::<_, Infallible>(Bytes::from(text)), open))
    });
    let mut answer = HttpResponse::new(Body::from_stream(events));
    let kind = HeaderValue::from_static("text/event-stream; charset=utf-8");
    answer.headers_mut().insert(header::CONTENT_TYPE, kind);
    answer
}

/// One open stream; it counts as open until it is dropped.
struct Open {
    answers: BoxStream<'static, Response>,
    ends_at: Option<Instant>,
    keep_alive: Duration,
    shutdown: CancellationToken,
    over: bool,
    _held: TaskTrackerToken,
}

impl Open {
    /// The next text to send; `None` once the stream is over. Only an operation that ended by
    /// itself is complete: a shutdown says nothing, so that the client comes back with its cursor.
    async fn next(&mut self) -> Option<String> {
        if self.over {
            return None;
        }
        let answer = tokio::select! {
            biased;
            () = self.shutdown.cancelled() => return None,
            () = until(self.ends_at) => {
                self.over = true;
                let text = "the token has run out; subscribe again with a new one";
                return Some(next(&refusal(Code::Unauthenticated, text)) + COMPLETE);
            }
            answer = self.answers.next() => answer,
            () = tokio::time::sleep(self.keep_alive) => return Some(SIGN_OF_LIFE.to_owned()),
        };
        self.over = answer.is_none();
        Some(answer.map_or_else(|| COMPLETE.to_owned(), |answer| next(&answer)))
    }
}

/// One `next` event. JSON text has no line break, so it is one `data:` line.
fn next(answer: &Response) -> String {
    format!("event: next\ndata: {}\n\n", json(answer))
}

#[cfg(test)]
mod tests;
