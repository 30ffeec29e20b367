//! Tests of the door for everybody.

use axum::{
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};

use super::*;
use crate::transport::{
    router,
    tests::{OPEN as TRUSTED, app, config, post, schema, send},
};

fn id() -> String {
    TrustedDocument::new(TRUSTED, 60).id().to_owned()
}

async fn get(query: &str) -> (StatusCode, HeaderMap, String) {
    let request = Request::get(format!("/graphql?{query}")).body(Body::empty()).unwrap();
    send(app(), request).await
}

async fn posted(body: &str) -> (StatusCode, HeaderMap, String) {
    send(app(), post().body(Body::from(body.to_owned())).unwrap()).await
}

const OPEN: &str = r#"{"data":{"open":"for everybody"}}"#;

#[tokio::test]
async fn the_very_text_or_its_id_is_answered_without_a_token() {
    let texts = [
        r#"{"query":"query Open { open }"}"#.to_owned(),
        r#"{"query":"query Open { open }\n"}"#.to_owned(),
        format!(r#"{{"documentId":"sha256:{}"}}"#, id()),
        format!(r#"{{"documentId":"{}"}}"#, id().to_uppercase()),
    ];
    for text in texts {
        let (status, headers, body) = posted(&text).await;
        assert_eq!((status, body.as_str()), (StatusCode::OK, OPEN), "{text}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store", "a POST is kept by nobody");
    }
}

#[tokio::test]
async fn any_other_text_finds_the_door_shut() {
    let texts = [
        "query Open { open open }",
        "query Open { open hello }",
        "query Open { another: open }",
        "query Open  { open }",
        "{ open }",
        "query Open { open } query Other { hello }",
        "query Open { open __typename }",
        "subscription Open { open }",
    ];
    for text in texts {
        let (_, headers, body) = posted(&serde_json::json!({"query": text}).to_string()).await;
        assert!(!body.contains("for everybody"), "{text}: {body}");
        assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    }
    let id = id();
    let events = Request::get(format!("/graphql?documentId={id}"))
        .header("accept", "text/event-stream")
        .body(Body::empty())
        .unwrap();
    let (_, _, body) = send(app(), events).await;
    assert!(!body.contains("for everybody"), "{body}");
}

#[tokio::test]
async fn an_id_that_is_not_known_and_a_document_beside_an_id_are_refused() {
    let unknown = posted(r#"{"documentId":"sha256:00"}"#).await;
    assert_eq!(unknown.0, StatusCode::BAD_REQUEST);
    assert!(unknown.2.contains("`documentId` names no document of this server"), "{}", unknown.2);
    let both = posted(&format!(r#"{{"documentId":"{}","query":"{{ hello }}"}}"#, id())).await;
    assert_eq!(both.0, StatusCode::BAD_REQUEST);
    assert!(both.2.contains("send `query` or `documentId`, not both"), "{}", both.2);
    assert_eq!(posted(r#"{"documentId":7}"#).await.0, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn an_answer_by_get_may_be_kept_and_is_not_sent_twice() {
    let ask = format!("documentId={}", id());
    let (status, headers, body) = get(&ask).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, OPEN));
    assert_eq!(headers[header::CACHE_CONTROL], "public, max-age=60");
    assert_eq!(headers[header::VARY], "accept, authorization");
    let tag = headers[header::ETAG].clone();
    let again = Request::get(format!("/graphql?{ask}")).header(header::IF_NONE_MATCH, tag.clone());
    let (status, headers, body) = send(app(), again.body(Body::empty()).unwrap()).await;
    assert_eq!((status, body.as_str()), (StatusCode::NOT_MODIFIED, ""));
    assert_eq!(headers[header::ETAG], tag);
}

#[tokio::test]
async fn what_somebody_with_a_token_gets_is_kept_by_nobody() {
    let request = Request::get(format!("/graphql?documentId={}", id()))
        .header("authorization", "Bearer nurse")
        .body(Body::empty())
        .unwrap();
    let (_, headers, _) = send(app(), request).await;
    assert_eq!(headers[header::CACHE_CONTROL], "no-store");
    assert!(!headers.contains_key(header::ETAG));
}

#[test]
fn an_id_is_the_digest_of_the_file() {
    let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(TrustedDocument::new("", 0).id(), empty);
}

fn bounded_app() -> axum::Router {
    let mut config = config();
    (config.limits.public_per_second_max, config.limits.public_burst_max) = (1, 2);
    router(schema(), config)
}

#[tokio::test]
async fn the_public_asks_no_oftener_than_the_bound_and_is_told_when_to_ask_again() {
    let app = bounded_app();
    let open = || post().body(Body::from(r#"{"query":"query Open { open }"}"#)).unwrap();
    for _ in 0..2 {
        assert_eq!(send(app.clone(), open()).await.0, StatusCode::OK);
    }
    let (status, headers, body) = send(app.clone(), open()).await;
    assert_eq!(status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(
        (&headers[header::RETRY_AFTER], &headers[header::CACHE_CONTROL]),
        (&"1".parse().unwrap(), &"no-store".parse().unwrap())
    );
    assert!(
        body.contains("\"code\":\"RATE_LIMITED\"") && !body.contains("for everybody"),
        "{body}"
    );
    let nurse = post().header("authorization", "Bearer nurse");
    let nurse = nurse.body(Body::from(r#"{"query":"{ who }"}"#)).unwrap();
    let (status, _, body) = send(app, nurse).await;
    assert_eq!((status, body.as_str()), (StatusCode::OK, r#"{"data":{"who":"nurse"}}"#));
}
