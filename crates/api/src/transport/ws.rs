//! GraphQL over WebSocket: the upgrade, and who may ask for it.

use async_graphql::Executor;
use axum::{
    extract::{
        State,
        ws::{WebSocketUpgrade, rejection::WebSocketUpgradeRejection},
    },
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response as HttpResponse,
};

use super::{Door, answer::refuse, auth::bearer, faults::Code};

mod message;
mod session;

/// The only sub-protocol spoken here.
const PROTOCOL: &str = "graphql-transport-ws";

/// Opens a socket, if the page that asks is one of ours.
pub(crate) async fn upgrade<E: Executor>(
    State(door): State<Door<E>>,
    headers: HeaderMap,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> HttpResponse {
    let Ok(upgrade) = upgrade else { return not_a_socket() };
    if !origin_is_known(&headers, &door.config.socket_origins) {
        let text = "pages of this origin may not open a socket here";
        return refuse(StatusCode::FORBIDDEN, Code::Forbidden, text);
    }
    if !door.has_room() {
        let text = "too many streams are open; try again later";
        return refuse(StatusCode::SERVICE_UNAVAILABLE, Code::RateLimited, text);
    }
    let bytes_max = door.config.limits.large_body_bytes_max;
    let token = bearer(&headers).map(str::to_owned);
    let held = door.config.open.token();
    let upgrade = upgrade.protocols([PROTOCOL]).max_message_size(bytes_max);
    upgrade.max_frame_size(bytes_max).on_upgrade(move |socket| async move {
        session::run(door, socket, token).await;
        drop(held);
    })
}

fn not_a_socket() -> HttpResponse {
    let text = "this address speaks WebSocket only; GraphQL over HTTP is at /graphql";
    let mut answer = refuse(StatusCode::UPGRADE_REQUIRED, Code::BadRequest, text);
    answer.headers_mut().insert(header::UPGRADE, HeaderValue::from_static("websocket"));
    answer
}

/// No `Origin` is no browser. A browser's must be the server's own or on the list; else any
/// page its user visits could open a socket in the user's name.
fn origin_is_known(headers: &HeaderMap, listed: &[String]) -> bool {
    let Some(origin) = headers.get(header::ORIGIN) else { return true };
    let Ok(origin) = origin.to_str() else { return false };
    if listed.iter().any(|known| known.eq_ignore_ascii_case(origin)) {
        return true;
    }
    let host = headers.get(header::HOST).and_then(|host| host.to_str().ok());
    let authority = origin.split_once("://").map(|(_, authority)| authority);
    authority.zip(host).is_some_and(|(authority, host)| authority.eq_ignore_ascii_case(host))
}

#[cfg(test)]
mod tests;
