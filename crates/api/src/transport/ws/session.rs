//! One socket from its first message to its close: graphql-transport-ws, our own loop.

use std::collections::HashMap;

use async_graphql::{Executor, Response};
use axum::extract::ws::{CloseFrame, Message, WebSocket};
use futures::{
    StreamExt,
    future::{AbortHandle, Abortable},
    stream::{self, BoxStream, SelectAll},
};
use serde_json::{Map, Value};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at, timeout};

use super::{
    PROTOCOL,
    message::{Close, Heard, Say, token_in},
};
use crate::transport::{
    Door,
    auth::RequestData,
    faults::{Code, fault, is_request_error},
    gate::Admitted,
    params::Params,
    sse::{ends_at, until},
};

/// What a running operation has to tell.
enum Told {
    Answer(String, Box<Response>),
    Ended(String),
}

/// What the loop woke up for.
enum Woke {
    Frame(Option<Result<Message, axum::Error>>),
    Operation(Told),
    Beat,
    TimeUp,
    Shutdown,
}

/// How a socket ends: with a close frame of ours, or because the peer is gone already.
enum End {
    Close(Close),
    Gone,
}

impl From<Close> for End {
    fn from(close: Close) -> Self {
        Self::Close(close)
    }
}

struct Session<E> {
    door: Door<E>,
    socket: WebSocket,
    /// The token of the upgrade request, for callers that can set headers.
    header_token: Option<String>,
    /// Known once `connection_init` was accepted.
    caller: Option<RequestData>,
    /// When patience ends: for the init at first, then for the token.
    deadline: Option<Instant>,
    running: SelectAll<BoxStream<'static, Told>>,
    handles: HashMap<String, AbortHandle>,
    beat: Interval,
    heard: bool,
}

/// Serves the socket until it ends.
pub(super) async fn run<E: Executor>(door: Door<E>, socket: WebSocket, token: Option<String>) {
    let spoken = socket.protocol().and_then(|protocol| protocol.to_str().ok()) == Some(PROTOCOL);
    let keep_alive = door.config.limits.keep_alive;
    let mut beat = interval_at(Instant::now() + keep_alive, keep_alive);
    beat.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let deadline = Instant::now().checked_add(door.config.limits.socket_init_time_max);
    let mut session = Session {
        door,
        socket,
        header_token: token,
        caller: None,
        deadline,
        running: SelectAll::new(),
        handles: HashMap::new(),
        beat,
        heard: true,
    };
    let end = if spoken { session.live().await } else { End::Close(Close::BAD_PROTOCOL) };
    if let End::Close(close) = end {
        session.close(close).await;
    }
}

impl<E: Executor> Session<E> {
    async fn live(&mut self) -> End {
        loop {
            let woke = self.wait().await;
            if let Err(end) = self.answer(woke).await {
                return end;
            }
        }
    }

    async fn wait(&mut self) -> Woke {
        tokio::select! {
            () = self.door.config.shutdown.cancelled() => Woke::Shutdown,
            () = until(self.deadline) => Woke::TimeUp,
            frame = self.socket.recv() => Woke::Frame(frame),
            Some(told) = self.running.next(), if !self.running.is_empty() => Woke::Operation(told),
            _ = self.beat.tick() => Woke::Beat,
        }
    }

    async fn answer(&mut self, woke: Woke) -> Result<(), End> {
        match woke {
            Woke::Frame(Some(Ok(message))) => self.hear(message).await,
            Woke::Frame(Some(Err(error))) => Err(broken_frame(&error).into()),
            Woke::Frame(None) => Err(End::Gone),
            Woke::Operation(told) => self.tell(told).await,
            Woke::Beat => self.beat().await,
            Woke::TimeUp if self.caller.is_none() => Err(Close::INIT_TIMEOUT.into()),
            Woke::TimeUp => Err(Close::TOKEN_ENDED.into()),
            Woke::Shutdown => Err(Close::GOING_AWAY.into()),
        }
    }

    async fn hear(&mut self, message: Message) -> Result<(), End> {
        self.heard = true;
        match message {
            Message::Text(text) => match Heard::parse(&text)? {
                Heard::ConnectionInit { payload } => self.init(payload.unwrap_or_default()).await,
                Heard::Ping { payload } => self.say(&Say::Pong { payload }).await,
                Heard::Pong { .. } => Ok(()),
                Heard::Subscribe { id, payload } => self.subscribe(id, *payload, text.len()).await,
                Heard::Complete { id } => {
                    self.forget(&id);
                    Ok(())
                }
            },
            Message::Binary(_) => Err(Close::INVALID_MESSAGE.into()),
            // The reply to a close frame leaves with the next read, which then ends the loop.
            Message::Ping(_) | Message::Pong(_) | Message::Close(_) => Ok(()),
        }
    }

    async fn init(&mut self, payload: Map<String, Value>) -> Result<(), End> {
        if self.caller.is_some() {
            return Err(Close::SECOND_INIT.into());
        }
        let token = token_in(&payload).or(self.header_token.as_deref());
        let caller = self.door.config.authenticate.authenticate(token);
        let caller = caller.map_err(|refusal| Close::forbidden(&refusal.to_string()))?;
        if caller.is_nobody() {
            return Err(Close::NOBODY.into());
        }
        self.deadline = ends_at(&self.door, &caller);
        self.caller = Some(caller);
        self.say(&Say::ConnectionAck).await
    }

    async fn subscribe(&mut self, id: String, payload: Params, bytes: usize) -> Result<(), End> {
        let Some(caller) = &self.caller else { return Err(Close::UNAUTHORISED.into()) };
        if self.handles.contains_key(&id) {
            return Err(Close::DUPLICATE_ID.into());
        }
        let max = self.door.config.limits.socket_operations_max;
        if self.handles.len() >= max {
            let text = format!("more than {max} operations on one socket; end one first");
            let payload = &[fault(Code::RateLimited, text)];
            return self.say(&Say::Error { id: &id, payload }).await;
        }
        let request = payload.into_request().map_err(|_bad| Close::INVALID_MESSAGE)?;
        match self.door.guarded.admit(request, bytes, caller) {
            Ok(Admitted { request, operation }) => {
                let request = caller.dress(request);
                self.start(id, Admitted { request, operation });
                Ok(())
            }
            Err(refused) => self.say(&Say::Error { id: &id, payload: &refused.errors }).await,
        }
    }

    fn start(&mut self, id: String, admitted: Admitted) {
        let (handle, registration) = AbortHandle::new_pair();
        let (named, ended) = (id.clone(), id.clone());
        let answers = self.door.guarded.stream(admitted, None);
        let told = answers
            .map(move |answer| Told::Answer(named.clone(), Box::new(answer)))
            .chain(stream::once(async move { Told::Ended(ended) }));
        self.running.push(Abortable::new(told, registration).boxed());
        self.handles.insert(id, handle);
    }

    async fn tell(&mut self, told: Told) -> Result<(), End> {
        match told {
            Told::Answer(id, answer) if is_request_error(&answer) => {
                self.forget(&id);
                self.say(&Say::Error { id: &id, payload: &answer.errors }).await
            }
            Told::Answer(id, payload) => self.say(&Say::Next { id: &id, payload: &payload }).await,
            Told::Ended(id) => {
                self.forget(&id);
                self.say(&Say::Complete { id: &id }).await
            }
        }
    }

    /// Stops an operation; the client may use its id again at once.
    fn forget(&mut self, id: &str) {
        if let Some(handle) = self.handles.remove(id) {
            handle.abort();
        }
    }

    /// A peer that said nothing since our last ping, not even its pong, is gone.
    async fn beat(&mut self) -> Result<(), End> {
        if !self.heard {
            return Err(Close::SILENT.into());
        }
        self.heard = false;
        self.send(Message::Ping(Vec::new().into())).await
    }

    async fn say(&mut self, say: &Say<'_>) -> Result<(), End> {
        let text = serde_json::to_string(say).map_err(|error| {
            tracing::error!(%error, "a message could not be written as JSON");
            End::Gone
        })?;
        self.send(Message::Text(text.into())).await
    }

    /// A peer that does not read must not hold the socket open for ever.
    async fn send(&mut self, message: Message) -> Result<(), End> {
        let max = self.door.config.limits.request_time_max;
        match timeout(max, self.socket.send(message)).await {
            Ok(Ok(())) => Ok(()),
            Ok(Err(_)) | Err(_) => Err(End::Gone),
        }
    }

    /// Says goodbye and reads what is still under way, so that the close frame arrives.
    async fn close(&mut self, close: Close) {
        let frame = CloseFrame { code: close.code, reason: close.reason.as_ref().into() };
        if self.send(Message::Close(Some(frame))).await.is_err() {
            return;
        }
        let max = self.door.config.limits.socket_init_time_max;
        let drained = async { while let Some(Ok(_)) = self.socket.recv().await {} };
        if timeout(max, drained).await.is_err() {
            tracing::debug!("a socket was closed without the peer's goodbye");
        }
    }
}

/// The library tells a frame that is too big from a broken one by its text only.
fn broken_frame(error: &axum::Error) -> Close {
    if error.to_string().contains("too long") { Close::TOO_BIG } else { Close::PROTOCOL }
}
