//! Tests of the transport's params.

use super::*;

fn read(body: &[u8]) -> Result<Request, String> {
    Params::from_body(body).and_then(Params::into_request).map_err(|bad| bad.to_string())
}

#[test]
fn a_whole_request_is_read_and_unknown_keys_are_left_alone() {
    let body =
        br#"{"id":1,"query":"{a}","operationName":"b","variables":{"c":[1]},"extensions":{"d":2}}"#;
    let request = read(body).unwrap();
    assert_eq!(request.query, "{a}");
    assert_eq!(request.operation_name.as_deref(), Some("b"));
    assert_eq!(serde_json::to_string(&request.variables).unwrap(), r#"{"c":[1]}"#);
    assert_eq!(request.extensions["d"], Value::from(2));
}

#[test]
fn every_wrong_body_is_told_what_would_be_right() {
    let deep = format!("{{\"query\":{}", "[".repeat(100_000));
    let cases: [(&[u8], &str); 11] = [
        (b"", "the request body is empty; send a JSON object with a `query`"),
        (b" \n", "the request body is empty; send a JSON object with a `query`"),
        (b"\xff\xfe", "the request body is not UTF-8"),
        (
            b"{",
            "the request body is not valid JSON: EOF while parsing an object at line 1 column 1",
        ),
        (b"[{\"query\":\"{a}\"}]", "batches are not served; send one JSON object a request"),
        (b"\"9434765919\"", "the request body must be a JSON object with a `query`"),
        (b"{}", "`query` is missing; it must be a string holding a GraphQL document"),
        (b"{\"query\":1}", "`query` must be a string"),
        (b"{\"query\":\"{a}\",\"operationName\":1}", "`operationName` must be a string or null"),
        (b"{\"query\":\"{a}\",\"variables\":[]}", "`variables` must be a JSON object or null"),
        (b"{\"query\":\"{a}\",\"query\":\"{b}\"}", "a parameter stands twice in the request"),
    ];
    for (body, message) in cases {
        assert_eq!(read(body).unwrap_err(), message);
    }
    let deep = read(deep.as_bytes()).unwrap_err();
    assert!(deep.starts_with("the request body is not valid JSON: recursion limit"), "{deep}");
}
