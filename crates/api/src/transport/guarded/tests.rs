//! Tests of the transport's guarded.

use std::time::Duration;

use futures::StreamExt;

use super::*;
use crate::transport::tests::{World, schema};

fn guarded() -> Guarded<World> {
    within(Limits::default().request_time_max)
}

fn within(request_time_max: Duration) -> Guarded<World> {
    let limits = Limits { request_time_max, ..Limits::default() };
    Guarded::new(schema(), limits, true)
}

async fn told(query: &str) -> String {
    serde_json::to_string(&guarded().execute(Request::new(query)).await).unwrap()
}

async fn streamed(query: &str) -> Vec<String> {
    let answers = guarded().execute_stream(Request::new(query), None);
    answers.map(|answer| serde_json::to_string(&answer).unwrap()).collect().await
}

/// Guards the pinned version: later ones leave the failed field out and keep its neighbours.
#[tokio::test]
async fn a_failed_field_that_may_not_be_null_empties_the_nearest_parent_that_may() {
    let broken = r#""extensions":{"code":"INTERNAL"}"#;
    assert_eq!(
        told("{ hello boom }").await,
        format!(
            r#"{{"data":null,"errors":[{{"message":"internal error","locations":[{{"line":1,"column":9}}],"path":["boom"],{broken}}}]}}"#
        )
    );
    assert_eq!(
        told("{ hello ward { name note } }").await,
        format!(
            r#"{{"data":{{"hello":"hello","ward":null}},"errors":[{{"message":"internal error","locations":[{{"line":1,"column":21}}],"path":["ward","note"],{broken}}}]}}"#
        )
    );
}

/// Guards the pinned version: later ones answer in the order in which the fields were ready.
#[tokio::test]
async fn keys_stand_in_the_order_of_the_query_and_not_of_completion() {
    assert_eq!(
        told("{ slowly z: hello a: slowly hello }").await,
        r#"{"data":{"slowly":"slowly","z":"hello","a":"slowly","hello":"hello"}}"#
    );
}

#[tokio::test]
async fn no_error_of_a_resolver_leaves_with_its_own_words() {
    let broken = ["{ boom }", "{ ward { note } }", "{ wards { note } }"];
    for query in broken {
        let told = told(query).await;
        assert!(told.contains(r#""code":"INTERNAL""#), "{told}");
        assert!(!told.contains("hunter2") && !told.contains("/dev"), "{told}");
    }
    for query in ["subscription { breaks }", "subscription { spoils }"] {
        let told = streamed(query).await.concat();
        assert!(told.contains(r#""code":"INTERNAL""#), "{told}");
        assert!(!told.contains("hunter2"), "{told}");
    }
}

/// In the pinned version an error returned by the resolver of a nullable field, a guard's too,
/// empties the parent as well: only `Option<Result<_>>` stops it at the field.
#[tokio::test]
async fn an_error_with_a_code_was_meant_for_the_caller() {
    let errors = r#""errors":[{"message":"not for you","locations":[{"line":1,"column":3}],"path":["coded"],"extensions":{"code":"FORBIDDEN"}}]"#;
    assert_eq!(told("{ coded hello }").await, format!(r#"{{"data":null,{errors}}}"#));
    let errors = errors.replace("coded", "gently");
    assert_eq!(
        told("{ gently hello }").await,
        format!(r#"{{"data":{{"gently":null,"hello":"hello"}},{errors}}}"#)
    );
}

#[tokio::test]
async fn a_refused_scalar_is_bad_user_input_with_its_reason() {
    assert_eq!(
        told("{ half(of: 3) }").await,
        r#"{"data":null,"errors":[{"message":"Failed to parse \"Even\": not even","locations":[{"line":1,"column":12}],"path":["half"],"extensions":{"code":"BAD_USER_INPUT"}}]}"#
    );
}

#[tokio::test]
async fn what_does_not_fit_the_schema_is_told_as_such() {
    assert_eq!(
        told("{ nope }").await,
        r#"{"data":null,"errors":[{"message":"Unknown field \"nope\" on type \"Query\".","locations":[{"line":1,"column":3}],"extensions":{"code":"GRAPHQL_VALIDATION_FAILED"}}]}"#
    );
    let long = told(&format!("{{ {} }}", "nope".repeat(1000))).await;
    assert!(long.len() < 500, "{long}");
}

#[tokio::test]
async fn a_missing_or_wrong_variable_is_bad_user_input() {
    for query in ["query($n: Int!) { plain(number: $n) }", "{ plain(number: \"secret\") }"] {
        let told = told(query).await;
        assert!(told.contains(r#""code":"BAD_USER_INPUT""#), "{told}");
    }
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_stopped() {
    let stopped = r#"{"data":null,"errors":[{"message":"the request ran longer than 30ms and was stopped; a mutation may have taken effect, so send the same one again to learn its outcome","extensions":{"code":"TIMEOUT"}}]}"#;
    let hasty = within(Duration::from_millis(30));
    let text = |answer: &Response| serde_json::to_string(answer).unwrap();
    assert_eq!(text(&hasty.execute(Request::new("{ never }")).await), stopped);
    let answers = hasty.execute_stream(Request::new("{ never }"), None);
    let answers: Vec<String> = answers.map(|answer| text(&answer)).collect().await;
    assert_eq!(answers, [stopped]);
}

#[tokio::test]
async fn a_panic_in_a_resolver_is_an_answer_and_not_the_end_of_the_connection() {
    let broken =
        r#"{"data":null,"errors":[{"message":"internal error","extensions":{"code":"INTERNAL"}}]}"#;
    assert_eq!(told("{ fallsOver }").await, broken);
    assert_eq!(streamed("{ fallsOver }").await, [broken]);
}

#[tokio::test]
async fn the_gate_stands_before_streams_too() {
    let document = "subscription { ...a } fragment a on Steps { ...a }";
    let told = streamed(document).await.concat();
    assert!(told.contains("QUERY_REFUSED"), "{told}");
}

#[tokio::test]
async fn the_query_of_a_schema_explorer_is_answered() {
    let told = told(include_str!("../gate/introspection.graphql")).await;
    assert!(told.contains(r#""queryType""#) && !told.contains("errors"), "{told:.600}");
}
