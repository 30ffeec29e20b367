//! Bodies that are no request.

use serde_json::{Value, json};

use crate::{
    house::{House, arrived, on, refused},
    process::RECORD,
};

const BATCH: &str = "mutation ($inputs: [RecordInput!]!) { recordBatch(inputs: $inputs) { \
    __typename ... on StepRecorded { duplicate } } }";

const HISTORY: &str =
    "{ history(pathwayId: \"00000000-0000-4000-8000-000000000001\") { nodes { eventId } } }";

fn batch(steps: u64, filler: usize) -> Vec<u8> {
    let source = "s".repeat(filler);
    let inputs: Vec<Value> = (0..steps)
        .map(|n| {
            let mut input = on(1, 100 + n, arrived());
            input["source"] = json!(source);
            input
        })
        .collect();
    json!({"query": BATCH, "variables": {"inputs": inputs}}).to_string().into_bytes()
}

fn nested(levels: usize) -> Vec<u8> {
    let value = format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    format!(r#"{{"query": {}, "variables": {{"input": {value}}}}}"#, json!(RECORD)).into_bytes()
}

#[test]
fn a_body_that_is_no_request_is_told_what_would_be_one() {
    let house = House::new();
    let cases: [(&[u8], u16, &str, &str); 8] = [
        (b"", 400, "BAD_REQUEST", "the request body is empty; send a JSON object with a `query`"),
        (
            b" \n",
            400,
            "BAD_REQUEST",
            "the request body is empty; send a JSON object with a `query`",
        ),
        (
            b"{\"query\": ",
            400,
            "BAD_REQUEST",
            "the request body is not valid JSON: EOF while parsing a value at line 1 column 10",
        ),
        (b"{\"query\": \"\xff\xfe\"}", 400, "BAD_REQUEST", "the request body is not UTF-8"),
        (
            b"9990000018",
            400,
            "BAD_REQUEST",
            "the request body must be a JSON object with a `query`",
        ),
        (b"{\"query\": 9990000018}", 400, "BAD_REQUEST", "`query` must be a string"),
        (
            b"{\"query\": \"{ __typename }\", \"variables\": \"9990000018\"}",
            400,
            "BAD_REQUEST",
            "`variables` must be a JSON object or null",
        ),
        (
            b"{}",
            400,
            "BAD_REQUEST",
            "`query` is missing; it must be a string holding a GraphQL document",
        ),
    ];
    for (body, status, code, message) in cases {
        let answer = house.staff.post(body).unwrap();
        assert_eq!(answer, (status, refused(code, message)));
    }
}

#[test]
fn a_body_over_a_mebibyte_is_refused_and_only_a_batch_may_be_over_64_kib() {
    let house = House::new();
    let huge = batch(490, 3_000);
    assert!(huge.len() > 1024 * 1024);
    let answer = house.staff.post(&huge).unwrap();
    let message = "the body is larger than 1048576 bytes";
    assert_eq!(answer, (413, refused("PAYLOAD_TOO_LARGE", message)));

    let mut one = on(1, 1, arrived());
    one["source"] = json!("s".repeat(64 * 1024));
    let one = json!({"query": RECORD, "variables": {"input": one}}).to_string();
    let message = "the request is larger than 65536 bytes; send less at once";
    let answer = house.staff.post(one.as_bytes()).unwrap();
    assert_eq!(answer, (413, refused("PAYLOAD_TOO_LARGE", message)));

    let most = batch(500, 30);
    assert!(most.len() > 64 * 1024);
    let (status, answer) = house.staff.post(&most).unwrap();
    let recorded = json!({"__typename": "StepRecorded", "duplicate": false});
    assert_eq!(status, 200, "{answer}");
    assert_eq!(answer["data"]["recordBatch"].as_array().unwrap(), &vec![recorded; 500]);
}

#[test]
fn a_batch_of_more_than_five_hundred_steps_records_none_of_them() {
    let house = House::new();
    let (status, answer) = house.staff.post(&batch(501, 1)).unwrap();
    let errors = json!([{
        "message": "501 steps in one batch: expected at most 500",
        "locations": [{"line": 1, "column": 39}],
        "path": ["recordBatch"],
        "extensions": {"code": "BAD_USER_INPUT"},
    }]);
    assert_eq!((status, answer), (200, json!({"data": null, "errors": errors})));
    assert_eq!(house.staff.ask(HISTORY, &json!({})), json!({"data": {"history": null}}));
}

#[test]
fn what_is_nested_too_deeply_is_refused_before_it_is_read_whole() {
    let house = House::new();
    let (status, answer) = house.staff.post(&nested(10_000)).unwrap();
    assert_eq!(status, 400);
    let message = answer["errors"][0]["message"].as_str().unwrap();
    assert!(message.starts_with("the request body is not valid JSON: recursion limit exceeded at"));
    assert_eq!(answer, refused("BAD_REQUEST", message));

    let deep = json!({"query": "{a".repeat(60) + &"}".repeat(60)}).to_string();
    let message = "the document opens more than 48 brackets inside each other";
    let answer = house.staff.post(deep.as_bytes()).unwrap();
    assert_eq!(answer, (400, refused("QUERY_REFUSED", message)));

    let errors = json!([{
        "message": "Expected input type \"RecordInput\"",
        "locations": [{"line": 1, "column": 49}],
        "path": ["record"],
        "extensions": {"code": "BAD_USER_INPUT"},
    }]);
    let answer = house.staff.post(&nested(100)).unwrap();
    assert_eq!(answer, (200, json!({"data": null, "errors": errors})));
}
