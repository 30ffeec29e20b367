//! GraphQL over HTTP: one operation a request, POST or GET, negotiated by `Accept`.

use async_graphql::{Executor, Request, Response, parser::types::OperationType};
use axum::{
    body::Bytes,
    extract::{Query, Request as HttpRequest, State, rejection::QueryRejection},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response as HttpResponse,
};
use futures::StreamExt;

use super::{
    Door, TransportConfig,
    answer::{Media, answered, refuse, respond},
    auth::{RequestData, bearer},
    cached::respond_kept,
    faults::Code,
    limits::Limits,
    params::{BadParams, Params, QueryString},
    public_rate::RETRY_AFTER_SECONDS,
    sse,
    trusted::{ByTrustedDocument, TrustedDocument},
};

/// How a request came, which decides what it may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Method {
    Get,
    Post,
}

/// What is known of a request before its document is read.
struct Asked {
    method: Method,
    media: Media,
    caller: RequestData,
    /// The headers of a caller who says nothing of who they are.
    nobody: Option<HeaderMap>,
}

impl Asked {
    /// The trusted document that lets this caller in without a token, where it is one.
    fn trusted<'d, E>(&self, door: &'d Door<E>, request: &Request) -> Option<&'d TrustedDocument> {
        let may = self.nobody.is_some() && self.media != Media::EventStream;
        may.then(|| door.config.trusted.by_text(&request.query)).flatten()
    }

    /// The answer to a trusted document: by GET it may be kept.
    fn answer(&self, response: &Response, trusted: Option<&TrustedDocument>) -> HttpResponse {
        match (trusted, self.nobody.as_ref(), self.method) {
            (Some(document), Some(headers), Method::Get) => {
                respond_kept(response, self.media, document.max_age_seconds(), headers)
            }
            (_, _, Method::Get | Method::Post) => respond(response, self.media),
        }
    }
}

/// POST: a JSON body. The caller is known before the body is read.
pub(crate) async fn post<E: Executor>(
    State(door): State<Door<E>>,
    request: HttpRequest,
) -> HttpResponse {
    let Posted { asked, body } = match posted(&door.config, request).await {
        Ok(posted) => posted,
        Err(refused) => return refused,
    };
    let parsed = Params::from_body(&body).and_then(|params| read(&door, params));
    serve(&door, asked, parsed.map(|request| (request, body.len()))).await
}

/// A POST that was let in, and its body.
pub(crate) struct Posted {
    asked: Asked,
    pub(crate) body: Bytes,
}

/// Looks at what is accepted, then at the token, then reads the body within its bounds.
pub(crate) async fn posted(
    config: &TransportConfig,
    request: HttpRequest,
) -> Result<Posted, HttpResponse> {
    let asked = before_reading(config, Method::Post, request.headers())?;
    if !is_json(request.headers()) {
        let text = "the body must be `content-type: application/json` in UTF-8";
        return Err(refuse(StatusCode::UNSUPPORTED_MEDIA_TYPE, Code::BadRequest, text));
    }
    let body = read_body(&config.limits, request).await?;
    Ok(Posted { asked, body })
}

/// GET: the same parameters in the query string, for queries only.
pub(crate) async fn get<E: Executor>(
    State(door): State<Door<E>>,
    query: Result<Query<QueryString>, QueryRejection>,
    headers: HeaderMap,
) -> HttpResponse {
    let asked = match before_reading(&door.config, Method::Get, &headers) {
        Ok(asked) => asked,
        Err(refused) => return refused,
    };
    let parsed = match query {
        Ok(Query(query)) => query.into_params().and_then(|params| read(&door, params)),
        Err(_unreadable) => Err(BadParams::Twice),
    };
    serve(&door, asked, parsed.map(|request| (request, 0))).await
}

/// Any other method.
pub(crate) async fn wrong_method() -> HttpResponse {
    not_allowed("GET, POST", "GraphQL is served by GET and POST")
}

#[expect(clippy::result_large_err, reason = "the refusal is the answer; it is sent at once")]
fn before_reading(
    config: &TransportConfig,
    method: Method,
    headers: &HeaderMap,
) -> Result<Asked, HttpResponse> {
    let media = Media::wanted(headers).ok_or_else(|| {
        let text = "accept `application/graphql-response+json`, `application/json` or \
                    `text/event-stream`";
        refuse(StatusCode::NOT_ACCEPTABLE, Code::BadRequest, text)
    })?;
    let token = bearer(headers);
    let caller = config.authenticate.authenticate(token);
    let caller = caller.map_err(|refusal| unauthenticated(token, &refusal.to_string()))?;
    let nobody = headers.get(header::AUTHORIZATION).is_none().then(|| headers.clone());
    Ok(Asked { method, media, caller, nobody })
}

fn read<E>(door: &Door<E>, params: Params) -> Result<Request, BadParams> {
    params.knowing(&door.config.trusted)?.into_request()
}

fn unauthenticated(token: Option<&str>, reason: &str) -> HttpResponse {
    let mut answer = refuse(StatusCode::UNAUTHORIZED, Code::Unauthenticated, reason);
    let challenge = if token.is_some() { "Bearer error=\"invalid_token\"" } else { "Bearer" };
    let challenge = HeaderValue::from_static(challenge);
    answer.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    answer
}

/// `application/json`, with no charset or UTF-8. Nothing a form can send, so no page of
/// another origin can post here without asking the browser's leave.
fn is_json(headers: &HeaderMap) -> bool {
    let Some(value) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok())
    else {
        return false;
    };
    let mut parts = value.split(';').map(str::trim);
    let named = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("application/json"));
    named
        && parts.filter_map(|part| part.split_once('=')).all(|(name, value)| {
            !name.eq_ignore_ascii_case("charset")
                || value.trim_matches('"').eq_ignore_ascii_case("utf-8")
        })
}

/// How much of a body that is too large is read and thrown away, so that a client that is still
/// sending hears the answer instead of a broken connection.
const DRAINED_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Why a body could not be read.
enum Unread {
    TooLarge,
    BrokenOff,
}

async fn read_body(limits: &Limits, request: HttpRequest) -> Result<Bytes, HttpResponse> {
    let reading = collected(request, limits.large_body_bytes_max);
    match tokio::time::timeout(limits.request_time_max, reading).await {
        Ok(Ok(body)) => Ok(body),
        Ok(Err(Unread::TooLarge)) => {
            let text = format!("the body is larger than {} bytes", limits.large_body_bytes_max);
            Err(refuse(StatusCode::PAYLOAD_TOO_LARGE, Code::PayloadTooLarge, &text))
        }
        Ok(Err(Unread::BrokenOff)) => {
            let text = "the body broke off before its end";
            Err(refuse(StatusCode::BAD_REQUEST, Code::BadRequest, text))
        }
        Err(_elapsed) => {
            let text = "the body took too long to arrive";
            Err(refuse(StatusCode::REQUEST_TIMEOUT, Code::Timeout, text))
        }
    }
}

/// The body, of which never more than `most` bytes are kept.
async fn collected(request: HttpRequest, most: usize) -> Result<Bytes, Unread> {
    let mut chunks = request.into_body().into_data_stream();
    let (mut kept, mut seen) = (Vec::new(), 0_usize);
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|_broken_off| Unread::BrokenOff)?;
        seen = seen.saturating_add(chunk.len());
        if seen <= most {
            kept.extend_from_slice(&chunk);
        } else if seen > most.saturating_add(DRAINED_BYTES_MAX) {
            return Err(Unread::TooLarge);
        }
    }
    if seen > most { Err(Unread::TooLarge) } else { Ok(Bytes::from(kept)) }
}

async fn serve<E: Executor>(
    door: &Door<E>,
    asked: Asked,
    parsed: Result<(Request, usize), BadParams>,
) -> HttpResponse {
    let (request, body_bytes) = match parsed {
        Ok(parsed) => parsed,
        Err(bad) => return refuse(StatusCode::BAD_REQUEST, Code::BadRequest, &bad.to_string()),
    };
    let trusted = asked.trusted(door, &request);
    if trusted.is_some() && !door.public_rate.take((door.config.now)()) {
        return too_many();
    }
    let mut request = asked.caller.dress(request);
    if trusted.is_some() {
        request = request.data(ByTrustedDocument);
    } else if let Some(json) = kept_answer(door, &request, asked.media, body_bytes) {
        return answered(json, asked.media);
    }
    let mut admitted = match door.guarded.admit(request, body_bytes, &asked.caller) {
        Ok(admitted) => admitted,
        Err(refused) if asked.media == Media::EventStream => return sse::refused(door, refused),
        Err(refused) => return respond(&refused, asked.media),
    };
    if let Some(refused) = wrong_for(asked.method, asked.media, admitted.operation) {
        return refused;
    }
    if asked.media == Media::EventStream {
        return sse::open(door, admitted, &asked.caller);
    }
    let lesson = door.config.shortcut.as_ref().and_then(|way| way.lesson(&mut admitted.request));
    let response = door.guarded.run(admitted).await;
    if let Some(lesson) = lesson.filter(|_| response.is_ok()) {
        lesson();
    }
    asked.answer(&response, trusted)
}

/// The answer by the shortcut, if it knows the document. A body above the ordinary bound, which the
/// gate lets in for some mutations, and a stream go the whole way.
fn kept_answer<E>(
    door: &Door<E>,
    request: &Request,
    media: Media,
    body_bytes: usize,
) -> Option<Vec<u8>> {
    let way = door.config.shortcut.as_ref()?;
    if media == Media::EventStream || body_bytes > door.config.limits.body_bytes_max {
        return None;
    }
    way.answer(request)
}

/// The public asks more than this server answers it.
fn too_many() -> HttpResponse {
    let text = "too many ask without a token just now; ask again in a second";
    let mut answer = refuse(StatusCode::TOO_MANY_REQUESTS, Code::RateLimited, text);
    answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(RETRY_AFTER_SECONDS));
    answer
}

/// A GET changes nothing, and a subscription needs a stream.
fn wrong_for(method: Method, media: Media, operation: OperationType) -> Option<HttpResponse> {
    match (operation, method) {
        (OperationType::Mutation, Method::Get) => {
            Some(not_allowed("POST", "a mutation must be sent by POST"))
        }
        (OperationType::Subscription, _) if media != Media::EventStream => {
            let text = "a subscription needs `accept: text/event-stream` or the WebSocket";
            Some(refuse(StatusCode::BAD_REQUEST, Code::BadRequest, text))
        }
        (OperationType::Query | OperationType::Mutation | OperationType::Subscription, _) => None,
    }
}

fn not_allowed(allow: &'static str, text: &str) -> HttpResponse {
    let mut answer = refuse(StatusCode::METHOD_NOT_ALLOWED, Code::BadRequest, text);
    answer.headers_mut().insert(header::ALLOW, HeaderValue::from_static(allow));
    answer
}

#[cfg(test)]
mod tests;
