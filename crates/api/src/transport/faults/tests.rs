//! Tests of the transport's faults.

use super::*;

#[test]
fn a_response_is_a_request_error_only_if_no_field_was_tried() {
    let refused = refusal(Code::BadRequest, "no");
    assert!(is_request_error(&refused));
    let mut tried = refusal(Code::Internal, "no");
    tried.errors[0].path = vec![PathSegment::Field("a".to_owned())];
    assert!(!is_request_error(&tried));
    assert!(!is_request_error(&Response::new(Value::Null)));
}

#[test]
fn the_value_a_caller_sent_is_not_sent_back() {
    let error = ServerError::new(r#"Expected input type "Int", found "9434765919"."#, None);
    let masked = mask(Response::from_errors(vec![error]));
    assert_eq!(masked.errors[0].message, r#"Expected input type "Int""#);
    assert_eq!(first_code(&masked), Some("BAD_USER_INPUT"));
    let raw = r#"Invalid value for argument "step", enumeration type "Route" does not contain the value "9434765919 Ann""#;
    let masked = mask(Response::from_errors(vec![ServerError::new(raw, None)]));
    let said =
        r#"Invalid value for argument "step", enumeration type "Route" does not contain the value"#;
    assert_eq!(masked.errors[0].message, said);
}

#[test]
fn a_message_is_cut_at_300_characters_and_not_inside_one() {
    let exact = "é".repeat(300);
    assert_eq!(shortened(&exact), exact);
    assert_eq!(shortened(&"é".repeat(301)), format!("{exact}…"));
}
