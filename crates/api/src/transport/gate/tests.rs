//! Tests of the transport's gate.

use async_graphql::Request;

use crate::transport::faults::first_code;

use super::*;

fn admit(request: Request, body_bytes: usize) -> Result<OperationType, String> {
    let limits = Limits::default();
    let gate = Gate { limits: &limits, introspection: Introspection::Off };
    match gate.admit(request, body_bytes) {
        Ok(admitted) => Ok(admitted.operation),
        Err(refused) => Err(serde_json::to_string(&refused.errors).unwrap()),
    }
}

fn ask(document: &str) -> Result<OperationType, String> {
    admit(Request::new(document), 0)
}

fn refused(code: &str, message: &str) -> Result<OperationType, String> {
    Err(format!(r#"[{{"message":"{message}","extensions":{{"code":"{code}"}}}}]"#))
}

#[test]
fn the_kind_of_the_chosen_operation_is_known() {
    let document = "query a { a } mutation b { b }";
    assert_eq!(ask("{ a }"), Ok(OperationType::Query));
    assert_eq!(ask("subscription { a }"), Ok(OperationType::Subscription));
    let named = Request::new(document).operation_name("b");
    assert_eq!(admit(named, 0), Ok(OperationType::Mutation));
}

#[test]
fn an_operation_must_be_named_when_there_are_several() {
    let document = "query a { a } mutation b { b }";
    let text = "the document has several operations; say which in `operationName`";
    assert_eq!(ask(document), refused("BAD_USER_INPUT", text));
    let text = "`operationName` names no operation of the document";
    let named = Request::new(document).operation_name("c");
    assert_eq!(admit(named, 0), refused("BAD_USER_INPUT", text));
    let anonymous = Request::new("{ a }").operation_name("c");
    assert_eq!(admit(anonymous, 0), refused("BAD_USER_INPUT", text));
}

#[test]
fn a_syntax_error_says_what_was_expected_and_never_quotes_the_document() {
    let told = ask("{ a(nhsNumber: \"9434765919\") ").unwrap_err();
    assert!(!told.contains("9434765919"), "{told}");
    assert_eq!(
        told,
        r#"[{"message":"the document is not valid GraphQL: expected selection_set, selection, or directive","locations":[{"line":1,"column":30}],"extensions":{"code":"GRAPHQL_PARSE_FAILED"}}]"#
    );
}

#[test]
fn a_required_variable_must_be_there_and_not_null() {
    let document = "query($a: Int!, $b: Int, $c: Int! = 1) { a }";
    let text = "the variable `$a` is required";
    assert_eq!(ask(document), refused("BAD_USER_INPUT", text));
    let given = |json| Request::new(document).variables(Variables::from_json(json));
    assert_eq!(admit(given(serde_json::json!({"a": null})), 0), refused("BAD_USER_INPUT", text));
    assert_eq!(admit(given(serde_json::json!({"a": 1})), 0), Ok(OperationType::Query));
}

#[test]
fn a_document_of_16_kib_passes_and_one_byte_more_does_not() {
    let padded = |bytes: usize| format!("{{ a }}{}", " ".repeat(bytes - 5));
    assert_eq!(ask(&padded(16 * 1024)), Ok(OperationType::Query));
    let text = "the document is longer than 16384 bytes; move values to variables";
    assert_eq!(ask(&padded(16 * 1024 + 1)), refused("QUERY_REFUSED", text));
}

#[test]
fn a_large_body_is_for_batches_only() {
    let large = 64 * 1024 + 1;
    let text = "the request is larger than 65536 bytes; send less at once";
    let weigh = |document: &str| admit(Request::new(document), large);
    assert_eq!(weigh("mutation { recordBatch(input: 1) { a } }"), Ok(OperationType::Mutation));
    assert_eq!(weigh("{ recordBatch }"), refused("PAYLOAD_TOO_LARGE", text));
    assert_eq!(weigh("mutation { recordBatch record }"), refused("PAYLOAD_TOO_LARGE", text));
    assert_eq!(admit(Request::new("{ a }"), large - 1), Ok(OperationType::Query));
}

#[test]
fn brackets_beyond_reason_never_reach_the_recursive_parser() {
    let text = "the document opens more than 48 brackets inside each other";
    for opening in ["{a", "{a(b:[", "query($a:[", "{a(b:{c:"] {
        let document = opening.repeat(15_000 / opening.len());
        assert_eq!(ask(&document), refused("QUERY_REFUSED", text), "{opening}");
    }
}

#[test]
fn brackets_in_strings_and_comments_are_only_text() {
    let many = "[".repeat(60);
    assert_eq!(brackets_open(&format!("{{ a(b: \"{many}\") }}")), Some(2));
    assert_eq!(brackets_open(&format!("{{ a(b: \"\\\"{many}\") }}")), Some(2));
    assert_eq!(brackets_open(&format!("{{ a(b: \"\"\"\\\"\"\"{many}\"\"\") }}")), Some(2));
    assert_eq!(brackets_open(&format!("{{ a # \" {many}\n }}")), Some(1));
    assert_eq!(brackets_open(&format!("{{ a(b: \"\") }} {many}")), Some(60));
}

#[test]
fn a_string_left_open_hides_no_brackets() {
    let text = "the document is not valid GraphQL: a string is not closed";
    let hidden = format!("{{ a(b: [\"\"\" \" {}", "{a:".repeat(4_000));
    assert_eq!(ask(&hidden), refused("GRAPHQL_PARSE_FAILED", text));
    assert_eq!(ask("{ a(b: \"\n\") }"), refused("GRAPHQL_PARSE_FAILED", text));
}

#[test]
fn introspection_passes_only_when_it_is_switched_on() {
    let document = include_str!("introspection.graphql");
    let text = "introspection is switched off; the schema is published as a file";
    assert_eq!(ask(document), refused("QUERY_REFUSED", text));
    let hidden = "{ ...f } fragment f on Query { b: __type(name: \\\"A\\\") { name } }";
    assert_eq!(ask(&hidden.replace('\\', "")), refused("QUERY_REFUSED", text));
    assert_eq!(ask("{ __typename }"), Ok(OperationType::Query));
    let limits = Limits::default();
    let open = Gate { limits: &limits, introspection: Introspection::On };
    assert!(open.admit(Request::new(document), 0).is_ok());
}

#[test]
fn a_caller_without_a_token_is_not_told_the_schema() {
    let limits = Limits::default();
    let gate = Gate { limits: &limits, introspection: Introspection::NotForNobody };
    let asked = gate.admit(Request::new("{ __schema { types { name } } }"), 0);
    let refused = asked.unwrap_err();
    assert_eq!(first_code(&refused), Some("UNAUTHENTICATED"));
    assert!(gate.admit(Request::new("{ __typename }"), 0).is_ok());
}
