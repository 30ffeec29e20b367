//! The wire: GraphQL over HTTP, server-sent events and WebSocket, for any executor.
//!
//! It knows nothing of our schema. Every way in goes through one [`Guarded`] executor, so a
//! document is parsed once and weighed before anything runs, and no error leaves unmasked.
//! Nothing here reads a clock: the time comes in as [`TransportConfig::now`].

use std::{any::Any, fmt, sync::Arc};

use async_graphql::Executor;
use axum::{
    Router,
    extract::Request as HttpRequest,
    http::{HeaderName, HeaderValue},
    response::Response as HttpResponse,
    routing::{MethodRouter, get, post},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::catch_panic::CatchPanicLayer;

mod answer;
mod auth;
mod budget;
mod cached;
mod faults;
mod gate;
mod guarded;
mod http;
mod limits;
mod params;
mod public_rate;
mod shortcut;
mod sse;
mod trusted;
mod ws;

use self::public_rate::PublicRate;

pub use auth::{AuthRefusal, Authenticate, RequestData};
pub use faults::Code;
pub use guarded::Guarded;
pub use limits::Limits;
pub use shortcut::{Lesson, Shortcut};
pub(crate) use trusted::ByTrustedDocument;
pub use trusted::{TrustedDocument, TrustedDocuments};

/// Where GraphQL is served over HTTP and as server-sent events.
pub const GRAPHQL_PATH: &str = "/graphql";
/// Where GraphQL is served over WebSocket.
pub const SOCKET_PATH: &str = "/graphql/ws";

/// Seconds since 1970, told by whoever holds the clock.
pub type Now = Arc<dyn Fn() -> u64 + Send + Sync>;

/// All the wire needs from the house.
#[derive(Clone)]
pub struct TransportConfig {
    /// The bounds of requests and streams.
    pub limits: Limits,
    /// Whether `__schema` and `__type` may be asked.
    pub introspection: bool,
    /// Documents that anybody may run without a token.
    pub trusted: TrustedDocuments,
    /// Names the caller.
    pub authenticate: Arc<dyn Authenticate>,
    /// A quicker way to some answers; without one, the executor gives them all.
    pub shortcut: Option<Arc<dyn Shortcut>>,
    /// Tells the time, for tokens that run out while a stream is open.
    pub now: Now,
    /// Origins whose pages may open a socket, beside the server's own.
    pub socket_origins: Vec<String>,
    /// Headers added to every answer.
    pub extra_headers: Vec<(HeaderName, HeaderValue)>,
    /// Cancelled by the house when it wants every open stream to end.
    pub shutdown: CancellationToken,
    /// Counts open streams. After cancelling, close it and wait for it to see them all gone.
    pub open: TaskTracker,
}

impl TransportConfig {
    /// The defaults: no introspection, only the server's own pages may open a socket.
    pub fn new(authenticate: Arc<dyn Authenticate>, now: Now) -> Self {
        Self {
            limits: Limits::default(),
            introspection: false,
            trusted: TrustedDocuments::default(),
            authenticate,
            shortcut: None,
            now,
            socket_origins: Vec::new(),
            extra_headers: Vec::new(),
            shutdown: CancellationToken::new(),
            open: TaskTracker::new(),
        }
    }
}

impl fmt::Debug for TransportConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TransportConfig")
            .field("limits", &self.limits)
            .field("introspection", &self.introspection)
            .field("socket_origins", &self.socket_origins)
            .finish_non_exhaustive()
    }
}

/// What every handler holds: the guarded executor and the house's wishes.
#[derive(Clone)]
pub(crate) struct Door<E> {
    pub(crate) guarded: Guarded<E>,
    pub(crate) config: Arc<TransportConfig>,
    pub(crate) public_rate: Arc<PublicRate>,
}

impl<E> Door<E> {
    /// Whether another stream may open.
    pub(crate) fn has_room(&self) -> bool {
        self.config.open.len() < self.config.limits.streams_max
    }
}

/// Serves the executor at [`GRAPHQL_PATH`] and [`SOCKET_PATH`].
pub fn router<E: Executor>(executor: E, config: TransportConfig) -> Router {
    let guarded = Guarded::new(executor, config.limits.clone(), config.introspection);
    let config = Arc::new(config);
    let limits = &config.limits;
    let public_rate = PublicRate::new(limits.public_per_second_max, limits.public_burst_max);
    let public_rate = Arc::new(public_rate);
    let door = Door { guarded, config: Arc::clone(&config), public_rate };
    let graphql =
        MethodRouter::new().get(http::get::<E>).post(http::post::<E>).fallback(http::wrong_method);
    let routes = Router::new()
        .route(GRAPHQL_PATH, graphql)
        .route(SOCKET_PATH, get(ws::upgrade::<E>))
        .with_state(door);
    layered(routes, &config)
}

/// A route beside GraphQL, behind the same door: `Accept`, token and content type are looked at, the
/// body is read within the same bounds, and the same layers stand around it. `answer` makes the
/// response from the body. It is how `waymark bench` measures what all that costs by itself.
pub fn beside(
    path: &str,
    config: TransportConfig,
    answer: impl Fn(&[u8]) -> HttpResponse + Clone + Send + Sync + 'static,
) -> Router {
    let config = Arc::new(config);
    let door = Arc::clone(&config);
    let asked = async move |request: HttpRequest| match http::posted(&door, request).await {
        Ok(posted) => answer(&posted.body),
        Err(refused) => refused,
    };
    layered(Router::new().route(path, post(asked)), &config)
}

fn layered(routes: Router, config: &TransportConfig) -> Router {
    let headers = config.extra_headers.clone();
    routes.layer(CatchPanicLayer::custom(after_panic)).layer(axum::middleware::map_response(
        move |answer| {
            let headers = headers.clone();
            async move { answer::with_headers(answer, &headers) }
        },
    ))
}

fn after_panic(_panic: Box<dyn Any + Send + 'static>) -> HttpResponse {
    tracing::error!("a handler panicked");
    answer::broken()
}

#[cfg(test)]
mod tests;
