//! Answers that everybody may have, and that may be kept: with an age and a tag.

use async_graphql::Response;
use axum::{
    body::Body,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::Response as HttpResponse,
};
use sha2::{Digest, Sha256};

use super::{
    answer::{Media, json, respond},
    trusted::hexadecimal,
};

/// The answer with its age and tag, or only these where the caller has it already. An answer with
/// errors is not kept.
pub(crate) fn respond_kept(
    response: &Response,
    media: Media,
    max_age_seconds: u32,
    asked: &HeaderMap,
) -> HttpResponse {
    let mut answer = respond(response, media);
    let tag = tag(&answer, response);
    let age = HeaderValue::from_str(&format!("public, max-age={max_age_seconds}"));
    let (true, Ok(tag), Ok(age)) = (response.errors.is_empty(), tag, age) else { return answer };
    if has_already(asked, &tag) {
        answer = HttpResponse::new(Body::empty());
        *answer.status_mut() = StatusCode::NOT_MODIFIED;
    }
    let headers = answer.headers_mut();
    headers.insert(header::ETAG, tag);
    headers.insert(header::CACHE_CONTROL, age);
    headers.insert(header::VARY, HeaderValue::from_static("accept, authorization"));
    answer
}

fn tag(
    answer: &HttpResponse,
    response: &Response,
) -> Result<HeaderValue, axum::http::header::InvalidHeaderValue> {
    let kind = answer.headers().get(header::CONTENT_TYPE).map(HeaderValue::as_bytes);
    let digest = Sha256::new().chain_update(kind.unwrap_or_default());
    let digest = digest.chain_update(json(response)).finalize();
    HeaderValue::from_str(&format!("\"{}\"", hexadecimal(&digest)))
}

fn has_already(asked: &HeaderMap, tag: &HeaderValue) -> bool {
    let tags = asked.get_all(header::IF_NONE_MATCH).iter();
    let mut tags = tags.filter_map(|tags| tags.to_str().ok()).flat_map(|tags| tags.split(','));
    tags.any(|one| {
        let one = one.trim();
        one == "*" || tag == one.strip_prefix("W/").unwrap_or(one)
    })
}
