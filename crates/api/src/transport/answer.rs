//! From an executed response to HTTP: media type, status, body, headers.

use async_graphql::{Response, ServerError};
use axum::{
    body::Body,
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header},
    response::Response as HttpResponse,
};
use serde::Serialize;

use super::faults::{Code, first_code, is_request_error, refusal};

/// The status of a request that was refused before it ran.
///
/// The newest draft says 422; the audit suite we hold ourselves to still says 400.
const REQUEST_ERROR: StatusCode = StatusCode::BAD_REQUEST;

/// The media types an answer can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Media {
    /// `application/json`: a request error is 200, as old clients read nothing else.
    Json,
    /// `application/graphql-response+json`: the status tells.
    GraphqlResponse,
    /// `text/event-stream`: graphql-sse, one operation a connection.
    EventStream,
}

impl Media {
    const OFFERED: [(&'static str, Self); 6] = [
        ("application/graphql-response+json", Self::GraphqlResponse),
        ("application/json", Self::Json),
        ("text/event-stream", Self::EventStream),
        ("application/*", Self::Json),
        ("text/*", Self::EventStream),
        ("*/*", Self::Json),
    ];

    fn content_type(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::GraphqlResponse => "application/graphql-response+json; charset=utf-8",
            Self::Json | Self::EventStream => "application/json; charset=utf-8",
        })
    }

    /// The best of what the caller accepts; `None` if we can serve none of it.
    pub(crate) fn wanted(headers: &HeaderMap) -> Option<Self> {
        let mut best: Option<(u16, Self)> = None;
        let mut asked = false;
        let values = headers.get_all(header::ACCEPT).iter();
        for range in values.filter_map(|value| value.to_str().ok()).flat_map(|v| v.split(',')) {
            asked = true;
            let Some((weight, media)) = offered(range) else { continue };
            if weight > 0 && best.is_none_or(|(most, _)| weight > most) {
                best = Some((weight, media));
            }
        }
        if asked { best.map(|(_, media)| media) } else { Some(Self::Json) }
    }
}

/// The medium a range of `Accept` names, with its weight in thousandths.
fn offered(range: &str) -> Option<(u16, Media)> {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next()?;
    let (_, media) = Media::OFFERED.iter().find(|(offer, _)| offer.eq_ignore_ascii_case(name))?;
    let weight = parts.find_map(|part| part.strip_prefix("q=")).map_or(1000, thousandths);
    Some((weight, *media))
}

/// `0.8` is 800; what is no weight counts as one.
fn thousandths(weight: &str) -> u16 {
    let (whole, fraction) = weight.split_once('.').unwrap_or((weight, ""));
    if whole != "0" {
        return 1000;
    }
    let digits: String = fraction.chars().chain("000".chars()).take(3).collect();
    digits.parse().unwrap_or(1000)
}

/// A response without the key `data`: the request was refused and nothing ran.
#[derive(Serialize)]
struct Refused<'a> {
    errors: &'a [ServerError],
}

/// The JSON text of a response. A request error has no `data`, not even a null.
pub(crate) fn json(response: &Response) -> String {
    let text = if is_request_error(response) {
        serde_json::to_string(&Refused { errors: &response.errors })
    } else {
        serde_json::to_string(response)
    };
    text.unwrap_or_else(|error| {
        tracing::error!(%error, "a response could not be written as JSON");
        r#"{"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}"#.to_owned()
    })
}

/// The HTTP answer to an executed or refused operation.
pub(crate) fn respond(response: &Response, media: Media) -> HttpResponse {
    let mut answer = with_status(status(response, media), media, json(response));
    for (name, value) in &response.http_headers {
        answer.headers_mut().append(name.clone(), value.clone());
    }
    answer
}

/// The HTTP answer to an operation that ran without an error, its JSON text written already.
pub(crate) fn answered(json: Vec<u8>, media: Media) -> HttpResponse {
    with_status(StatusCode::OK, media, json)
}

fn status(response: &Response, media: Media) -> StatusCode {
    if !is_request_error(response) {
        return StatusCode::OK;
    }
    let code = first_code(response);
    let is = |wanted: Code| code == Some(wanted.as_str());
    if is(Code::Timeout) || is(Code::RateLimited) {
        StatusCode::SERVICE_UNAVAILABLE
    } else if is(Code::Internal) {
        StatusCode::INTERNAL_SERVER_ERROR
    } else if is(Code::PayloadTooLarge) {
        StatusCode::PAYLOAD_TOO_LARGE
    } else if media == Media::Json {
        StatusCode::OK
    } else {
        REQUEST_ERROR
    }
}

/// A refusal of the request as HTTP: always with its own status, whatever the media type.
pub(crate) fn refuse(status: StatusCode, code: Code, message: &str) -> HttpResponse {
    let response = refusal(code, message);
    with_status(status, Media::Json, json(&response))
}

/// The answer when a handler fell over.
pub(crate) fn broken() -> HttpResponse {
    refuse(StatusCode::INTERNAL_SERVER_ERROR, Code::Internal, "internal error")
}

fn with_status(status: StatusCode, media: Media, body: impl Into<Body>) -> HttpResponse {
    let mut answer = HttpResponse::new(body.into());
    *answer.status_mut() = status;
    answer.headers_mut().insert(header::CONTENT_TYPE, media.content_type());
    answer
}

/// Adds the house's headers, and keeps every answer out of every cache that does not say otherwise
/// itself: those to a trusted document do.
pub(crate) fn with_headers(
    mut answer: HttpResponse,
    extra: &[(HeaderName, HeaderValue)],
) -> HttpResponse {
    let headers = answer.headers_mut();
    headers.entry(header::CACHE_CONTROL).or_insert(HeaderValue::from_static("no-store"));
    for (name, value) in extra {
        headers.insert(name.clone(), value.clone());
    }
    answer
}

#[cfg(test)]
mod tests;
