//! Tests of the transport's sse.

use axum::{
    Router,
    body::Body,
    http::{Request, header},
};
use futures::StreamExt;
use tower::ServiceExt;

use crate::transport::{
    router,
    tests::{app, config, post, schema, send, told},
};

fn streaming(query: &str) -> Request<Body> {
    streaming_as(None, query)
}

fn streaming_as(token: Option<&str>, query: &str) -> Request<Body> {
    let body = serde_json::json!({ "query": query }).to_string();
    let mut request = post();
    request.headers_mut().unwrap().insert(header::ACCEPT, "text/event-stream".parse().unwrap());
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(Body::from(body)).unwrap()
}

/// Opens a stream and reads its first event; the rest is left to read.
async fn opened(app: Router, query: &str) -> axum::body::BodyDataStream {
    let answer = app.oneshot(streaming(query)).await.unwrap();
    let mut events = answer.into_body().into_data_stream();
    let first = events.next().await.unwrap().unwrap();
    assert_eq!(&first[..], b"event: next\ndata: {\"data\":{\"forever\":1}}\n\n");
    events
}

#[tokio::test]
async fn a_subscription_is_a_next_event_each_and_a_complete_with_empty_data() {
    let (status, headers, body) = send(app(), streaming("subscription { count(to: 2) }")).await;
    assert_eq!(status, 200);
    assert_eq!(headers[header::CONTENT_TYPE], "text/event-stream; charset=utf-8");
    assert_eq!(
        body,
        "event: next\ndata: {\"data\":{\"count\":1}}\n\n\
         event: next\ndata: {\"data\":{\"count\":2}}\n\n\
         event: complete\ndata: \n\n"
    );
}

#[tokio::test]
async fn a_query_by_get_is_a_stream_of_one() {
    let request = Request::get("/graphql?query={who}").header("accept", "text/event-stream");
    assert_eq!(
        told(app(), request.body(Body::empty()).unwrap()).await,
        "200 event: next\ndata: {\"data\":{\"who\":\"nobody\"}}\n\nevent: complete\ndata: \n\n"
    );
}

#[tokio::test]
async fn a_mutation_by_get_is_405_as_a_stream_too() {
    let request =
        Request::get("/graphql?query=mutation{record}").header("accept", "text/event-stream");
    let told = told(app(), request.body(Body::empty()).unwrap()).await;
    assert!(told.starts_with("405 "), "{told}");
}

#[tokio::test]
async fn a_refused_document_is_told_inside_next() {
    for (query, code) in [("{ nope }", "GRAPHQL_VALIDATION_FAILED"), ("{", "GRAPHQL_PARSE_FAILED")]
    {
        let told = told(app(), streaming(query)).await;
        assert!(told.starts_with("200 event: next\ndata: {\"errors\":["), "{told}");
        assert!(told.contains(code) && told.ends_with("event: complete\ndata: \n\n"), "{told}");
    }
}

#[tokio::test]
async fn a_bad_token_is_401_and_opens_no_stream() {
    let told = told(app(), streaming_as(Some("forged"), "{ hello }")).await;
    assert!(told.starts_with("401 {\"errors\":["), "{told}");
}

#[tokio::test]
async fn a_stream_ends_when_the_token_does() {
    let told = told(app(), streaming_as(Some("past"), "subscription { forever }")).await;
    let end = "event: next\ndata: {\"errors\":[{\"message\":\"the token has run out; subscribe again with a new one\",\"extensions\":{\"code\":\"UNAUTHENTICATED\"}}]}\n\nevent: complete\ndata: \n\n";
    assert!(told.ends_with(end), "{told}");
}

#[tokio::test]
async fn a_silent_stream_gives_signs_of_life() {
    let mut config = config();
    config.limits.keep_alive = std::time::Duration::from_millis(10);
    let mut events = opened(router(schema(), config), "subscription { forever }").await;
    assert_eq!(&events.next().await.unwrap().unwrap()[..], b":\n\n");
}

#[tokio::test]
async fn a_shutdown_ends_every_stream_without_calling_it_complete() {
    let config = config();
    let (shutdown, open) = (config.shutdown.clone(), config.open.clone());
    let mut events = opened(router(schema(), config), "subscription { forever }").await;
    assert_eq!(open.len(), 1);
    shutdown.cancel();
    assert!(events.next().await.is_none());
    drop(events);
    open.close();
    open.wait().await;
}

#[tokio::test]
async fn a_stream_too_many_is_503_until_another_ends() {
    let mut config = config();
    config.limits.streams_max = 1;
    let app = router(schema(), config);
    let first = opened(app.clone(), "subscription { forever }").await;
    assert_eq!(
        told(app.clone(), streaming("subscription { forever }")).await,
        r#"503 {"errors":[{"message":"too many streams are open; try again later","extensions":{"code":"RATE_LIMITED"}}]}"#
    );
    drop(first);
    drop(opened(app, "subscription { forever }").await);
}
