//! Server-sent events: graphql-sse in distinct connections mode, one operation a connection.

use std::{convert::Infallible, time::Duration};

use async_graphql::{Executor, Response};
use axum::{
    http::StatusCode,
    response::{
        IntoResponse, Response as HttpResponse,
        sse::{Event, KeepAlive, Sse},
    },
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
    let (shutdown, held) = (door.config.shutdown.clone(), door.config.open.token());
    let open = Open { answers, ends_at, shutdown, over: false, _held: held };
    let events = stream::unfold(open, |mut open| async move {
        let events = open.next().await?;
        Some((stream::iter(events.into_iter().map(Ok::<_, Infallible>)), open))
    });
    let keep_alive = KeepAlive::new().interval(door.config.limits.keep_alive);
    Sse::new(events.flatten()).keep_alive(keep_alive).into_response()
}

/// One open stream; it counts as open until it is dropped.
struct Open {
    answers: BoxStream<'static, Response>,
    ends_at: Option<Instant>,
    shutdown: CancellationToken,
    over: bool,
    _held: TaskTrackerToken,
}

impl Open {
    /// The next events; `None` once the stream is over. Only an operation that ended by itself
    /// is complete: a shutdown says nothing, so that the client comes back with its cursor.
    async fn next(&mut self) -> Option<Vec<Event>> {
        if self.over {
            return None;
        }
        let answer = tokio::select! {
            biased;
            () = self.shutdown.cancelled() => return None,
            () = until(self.ends_at) => {
                self.over = true;
                let text = "the token has run out; subscribe again with a new one";
                return Some(vec![next(&refusal(Code::Unauthenticated, text)), complete()]);
            }
            answer = self.answers.next() => answer,
        };
        self.over = answer.is_none();
        Some(answer.map_or_else(|| vec![complete()], |answer| vec![next(&answer)]))
    }
}

fn next(answer: &Response) -> Event {
    Event::default().event("next").data(json(answer))
}

/// The empty `data:` is part of the protocol: browsers drop an event without it.
fn complete() -> Event {
    Event::default().event("complete").data("")
}

#[cfg(test)]
mod tests;
