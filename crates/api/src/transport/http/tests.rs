//! Tests of the transport's http.

use axum::{body::Body, http::Request};

use crate::transport::tests::{app, asking, hasty_app, post, send, told};

use super::*;

fn plain(message: &str, code: &str) -> String {
    format!(r#"{{"errors":[{{"message":"{message}","extensions":{{"code":"{code}"}}}}]}}"#)
}

fn get(query: &str) -> Request<Body> {
    Request::get(format!("/graphql?{query}")).body(Body::empty()).unwrap()
}

#[tokio::test]
async fn a_query_is_answered_by_post_and_by_get() {
    assert_eq!(told(app(), asking("{ hello }")).await, r#"200 {"data":{"hello":"hello"}}"#);
    let asked = "query=query+q($n:Int!){plain(number:$n)}&variables={%22n%22:7}&operationName=q";
    assert_eq!(told(app(), get(asked)).await, r#"200 {"data":{"plain":7}}"#);
}

#[tokio::test]
async fn the_schema_finds_the_caller_in_its_context() {
    let who = |token: &str| post().header("authorization", format!("Bearer {token}"));
    let body = r#"{"query":"{ who }"}"#;
    let nurse = who("nurse").body(Body::from(body)).unwrap();
    assert_eq!(told(app(), nurse).await, r#"200 {"data":{"who":"nurse"}}"#);
    assert_eq!(told(app(), asking("{ who }")).await, r#"200 {"data":{"who":"nobody"}}"#);
}

#[tokio::test]
async fn a_bad_token_is_401_before_the_body_is_looked_at() {
    let request = post().header("authorization", "Bearer forged").body(Body::from("{")).unwrap();
    let (status, headers, body) = send(app(), request).await;
    assert_eq!(status, StatusCode::UNAUTHORIZED);
    assert_eq!(headers[header::WWW_AUTHENTICATE], "Bearer error=\"invalid_token\"");
    assert_eq!(body, plain("the token is not one of ours", "UNAUTHENTICATED"));
}

#[tokio::test]
async fn a_mutation_by_get_is_405_and_says_what_is_allowed() {
    let (status, headers, body) = send(app(), get("query=mutation{record}")).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers[header::ALLOW], "POST");
    assert_eq!(body, plain("a mutation must be sent by POST", "BAD_REQUEST"));
    let mutation = asking("mutation { record }");
    assert_eq!(told(app(), mutation).await, r#"200 {"data":{"record":1}}"#);
}

#[tokio::test]
async fn other_methods_are_405() {
    let request = Request::put("/graphql").body(Body::empty()).unwrap();
    let (status, headers, body) = send(app(), request).await;
    assert_eq!(status, StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(headers[header::ALLOW], "GET, POST");
    assert_eq!(body, plain("GraphQL is served by GET and POST", "BAD_REQUEST"));
}

#[tokio::test]
async fn whatever_a_form_can_send_is_415() {
    let text = "the body must be `content-type: application/json` in UTF-8";
    let wrong =
        ["text/plain", "application/x-www-form-urlencoded", "application/json;charset=latin1"];
    for kind in wrong {
        let request = Request::post("/graphql").header("content-type", kind);
        let request = request.body(Body::from(r#"{"query":"{ hello }"}"#)).unwrap();
        assert_eq!(told(app(), request).await, format!("415 {}", plain(text, "BAD_REQUEST")));
    }
    let none = Request::post("/graphql").body(Body::from("{}")).unwrap();
    assert_eq!(told(app(), none).await, format!("415 {}", plain(text, "BAD_REQUEST")));
}

#[tokio::test]
async fn an_answer_nobody_asked_for_is_406() {
    let request = Request::get("/graphql?query={hello}").header("accept", "text/html");
    let text =
        "accept `application/graphql-response+json`, `application/json` or `text/event-stream`";
    let told = told(app(), request.body(Body::empty()).unwrap()).await;
    assert_eq!(told, format!("406 {}", plain(text, "BAD_REQUEST")));
}

#[tokio::test]
async fn a_malformed_request_is_400_whatever_is_accepted() {
    for (body, message) in [
        ("", "the request body is empty; send a JSON object with a `query`"),
        ("[]", "batches are not served; send one JSON object a request"),
        (r#"{"query":{}}"#, "`query` must be a string"),
    ] {
        let expected = format!("400 {}", plain(message, "BAD_REQUEST"));
        let newest = post().body(Body::from(body)).unwrap();
        assert_eq!(told(app(), newest).await, expected);
        let json = Request::post("/graphql").header("content-type", "application/json");
        assert_eq!(told(app(), json.body(Body::from(body)).unwrap()).await, expected);
    }
    let twice = told(app(), get("query={hello}&query={hello}")).await;
    let text = "a parameter stands twice in the request";
    assert_eq!(twice, format!("400 {}", plain(text, "BAD_REQUEST")));
    let broken = told(app(), get("query={hello}&variables={")).await;
    assert_eq!(broken, format!("400 {}", plain("`variables` must be JSON text", "BAD_REQUEST")));
}

#[tokio::test]
async fn a_refused_document_has_no_data_and_its_status_follows_the_media_type() {
    let body = r#"{"errors":[{"message":"Unknown field \"nope\" on type \"Query\".","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}"#;
    assert_eq!(told(app(), asking("{ nope }")).await, format!("400 {body}"));
    let (status, headers, told) = send(app(), get("query={+nope}")).await;
    assert_eq!((status, told.as_str()), (StatusCode::OK, body));
    assert_eq!(headers[header::CONTENT_TYPE], "application/json; charset=utf-8");
}

#[tokio::test]
async fn a_failed_field_is_200_as_the_operation_ran() {
    let (status, headers, body) = send(app(), asking("{ boom }")).await;
    assert_eq!(status, StatusCode::OK);
    let kind = "application/graphql-response+json; charset=utf-8";
    assert_eq!(headers[header::CONTENT_TYPE], kind);
    assert!(body.starts_with(r#"{"data":null,"errors":[{"message":"internal error""#), "{body}");
}

#[tokio::test]
async fn a_body_beyond_its_limit_is_413() {
    let body = |document: &str, bytes: usize| {
        let body = format!(r#"{{"query":"{document}","pad":"{}"}}"#, "x".repeat(bytes));
        post().body(Body::from(body)).unwrap()
    };
    let text = "the request is larger than 65536 bytes; send less at once";
    let large = body("{ hello }", 64 * 1024);
    assert_eq!(told(app(), large).await, format!("413 {}", plain(text, "PAYLOAD_TOO_LARGE")));
    let batch = body("mutation { recordBatch(steps: []) }", 900 * 1024);
    assert_eq!(told(app(), batch).await, r#"200 {"data":{"recordBatch":0}}"#);
    let huge = body("mutation { recordBatch(steps: []) }", 1024 * 1024);
    let text = "the body is larger than 1048576 bytes";
    assert_eq!(told(app(), huge).await, format!("413 {}", plain(text, "PAYLOAD_TOO_LARGE")));
}

#[tokio::test]
async fn a_request_that_ran_out_of_time_is_503() {
    let told = told(hasty_app(), asking("{ never }")).await;
    assert!(
        told.starts_with(r#"503 {"errors":[{"message":"the request ran longer than"#),
        "{told}"
    );
    assert!(told.ends_with(r#""extensions":{"code":"TIMEOUT"}}]}"#), "{told}");
}

#[tokio::test]
async fn a_body_that_never_ends_is_408() {
    let endless = futures::stream::pending::<Result<Bytes, std::io::Error>>();
    let request = post().body(Body::from_stream(endless)).unwrap();
    let text = "the body took too long to arrive";
    assert_eq!(told(hasty_app(), request).await, format!("408 {}", plain(text, "TIMEOUT")));
}

#[tokio::test]
async fn a_resolver_that_panics_is_500() {
    let expected = format!("500 {}", plain("internal error", "INTERNAL"));
    assert_eq!(told(app(), asking("{ fallsOver }")).await, expected);
}

#[tokio::test]
async fn a_subscription_needs_a_stream() {
    let text = "a subscription needs `accept: text/event-stream` or the WebSocket";
    let told = told(app(), asking("subscription { forever }")).await;
    assert_eq!(told, format!("400 {}", plain(text, "BAD_REQUEST")));
}
