//! One attempt: a connection, a signed request, and what the answer means.

use std::{fmt::Display, io, pin::pin};

use api::Alert;
use axum::{
    body::Body,
    http::{Request, StatusCode, header},
};
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use super::{endpoint::Endpoint, signing::signature};

/// Most bytes of an answer that are read: its status and headers stand in them, or it is no answer.
const ANSWER_BYTES_MOST: usize = 16 * 1024;

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
    let request = Request::post(&endpoint.place.path)
        .header(header::HOST, &endpoint.place.authority)
        .header(header::CONTENT_TYPE, "application/cloudevents+json; charset=utf-8")
        .header(header::USER_AGENT, "waymark")
        .header(header::CONNECTION, "close")
        .header("webhook-id", alert.id.as_str())
        .header("webhook-timestamp", seconds)
        .header("webhook-signature", signature);
    request.body(Body::from(body)).ok()
}

/// A connection for one request, secured where the endpoint asks for it.
async fn exchange(endpoint: &Endpoint, request: Request<Body>) -> Result<StatusCode, String> {
    let place = &endpoint.place;
    let stream = TcpStream::connect((place.host.as_str(), place.port)).await;
    let stream = stream.map_err(|error| unreached(&error))?;
    match &endpoint.tls {
        None => answer(stream, request).await,
        Some(tls) => {
            let connector = TlsConnector::from(tls.config.clone());
            let secured = connector.connect(tls.name.clone(), stream).await;
            answer(secured.map_err(|error| unsecured(&error))?, request).await
        }
    }
}

/// Sends, and reads of the answer nothing but its status.
async fn answer(
    stream: impl AsyncRead + AsyncWrite + Unpin,
    request: Request<Body>,
) -> Result<StatusCode, String> {
    let mut builder = http1::Builder::new();
    builder.max_buf_size(ANSWER_BYTES_MOST);
    let begun = builder.handshake(TokioIo::new(stream)).await;
    let (mut sender, connection) = begun.map_err(|error| unreached(&error))?;
    let mut answer = pin!(sender.send_request(request));
    let mut connection = pin!(connection);
    // The connection moves the request; when it ends first, the answer is there or will never come.
    let answered = tokio::select! {
        answered = &mut answer => answered,
        _ended = &mut connection => answer.await,
    };
    answered.map(|answer| answer.status()).map_err(|error| unreached(&error))
}

fn unreached(error: &dyn Display) -> String {
    format!("the endpoint cannot be reached: {error}")
}

/// Why no secure connection came to be: whom we do not trust is told from whom we do not reach.
fn unsecured(error: &io::Error) -> String {
    let inner = error.get_ref().and_then(|inner| inner.downcast_ref());
    match inner {
        Some(rustls::Error::InvalidCertificate(why)) => {
            format!("its certificate is not trusted: {why}: is its authority in `ca_file`?")
        }
        Some(_) | None => unreached(error),
    }
}
