//! One attempt: a connection, a signed request, and what the answer means.

use std::pin::pin;

use api::Alert;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;

use super::{endpoint::Endpoint, signing::signature};

/// Why an alert was not taken.
#[derive(Debug)]
pub(super) struct NotTaken {
    pub(super) why: String,
    /// Whether the endpoint says that it will never take this one.
    pub(super) for_good: bool,
}

/// Sends an alert once; any 2xx is a receipt. Redirections are not followed.
pub(super) async fn post(endpoint: &Endpoint, alert: &Alert, seconds: u64) -> Result<(), NotTaken> {
    let again = |why: String| NotTaken { why, for_good: false };
    let request = request(endpoint, alert, seconds)
        .ok_or_else(|| again("the request cannot be made".to_owned()))?;
    let sent = tokio::time::timeout(endpoint.timeout, exchange(endpoint, request)).await;
    let status = match sent {
        Ok(Ok(status)) => status,
        Ok(Err(why)) => return Err(again(why)),
        Err(_elapsed) => return Err(again("no answer in time".to_owned())),
    };
    if status.is_success() {
        return Ok(());
    }
    let for_good = matches!(
        status,
        StatusCode::BAD_REQUEST | StatusCode::PAYLOAD_TOO_LARGE | StatusCode::UNPROCESSABLE_ENTITY
    );
    Err(NotTaken { why: format!("the answer was {}", status.as_u16()), for_good })
}

fn request(endpoint: &Endpoint, alert: &Alert, seconds: u64) -> Option<Request<Body>> {
    let body = alert.cloud_event().to_string().into_bytes();
    let signature = signature(endpoint.secret.bytes(), &alert.id, seconds, &body)?;
    let request = Request::post(&endpoint.path)
        .header(header::HOST, format!("{}:{}", endpoint.host, endpoint.port))
        .header(header::CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
        .header(header::USER_AGENT, "waymark")
        .header(header::CONNECTION, "close")
        .header("webhook-id", alert.id.as_str())
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signature);
    request.body(Body::from(body)).ok()
}

/// A connection for one request. Nothing of the answer is read but its status.
async fn exchange(endpoint: &Endpoint, request: Request<Body>) -> Result<StatusCode, String> {
    let failed = |error: &dyn std::fmt::Display| format!("the endpoint cannot be reached: {error}");
    let stream = TcpStream::connect((endpoint.host.as_str(), endpoint.port)).await;
    let stream = stream.map_err(|error| failed(&error))?;
    let (mut sender, connection) =
        http1::handshake(TokioIo::new(stream)).await.map_err(|error| failed(&error))?;
    let mut answer = pin!(sender.send_request(request));
    let mut connection = pin!(connection);
    // The connection moves the request; when it ends first, the answer is there or will never come.
    let answered = tokio::select! {
        answered = &mut answer => answered,
        _ended = &mut connection => answer.await,
    };
    answered.map(|answer| answer.status()).map_err(|error| failed(&error))
}
