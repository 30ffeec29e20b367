//! What goes there comes back byte for byte, and what did not come from us is refused.

use std::sync::Arc;

use event_store::{Category, NewEvent, ReadError, SealedPart, StoredEvent, StreamId};
use proptest::prelude::*;
use uuid::Uuid;

use super::decode::Told;
use super::encode::{exact_json, metadata};
use super::*;
use crate::names::LogName;
use crate::stamps::Stamps;

const CALL: Call = Call { nonce: Uuid::from_u128(77), recorded_micros: 1_767_268_800_000_001 };

/// An event as the client would send it, read back as the server would tell it.
fn there_and_back(event: &NewEvent) -> Result<StoredEvent, ReadError> {
    let data = match exact_json(&event.payload) {
        Some(json) => serde_json::to_vec(&json).unwrap(),
        None => event.payload.clone(),
    };
    let metadata = metadata(event, CALL).unwrap();
    told("waymark.pathway-00000000-0000-0000-0000-000000000007", &event.kind, &data, &metadata)
}

fn told(stream: &str, kind: &str, data: &[u8], metadata: &[u8]) -> Result<StoredEvent, ReadError> {
    let mut decoder = Decoder::new(LogName::default(), Arc::new(Stamps::default()));
    decoder.told(Told { stream, kind, revision: 3, position: 9, data, metadata })
}

fn event(meta: &[u8], payload: &[u8]) -> NewEvent {
    NewEvent {
        event_id: Uuid::from_u128(5),
        kind: Arc::from("ÜberweisungErfasst"),
        version: 2,
        occurred_micros: -1,
        occurred_is_day: true,
        entered_in_source_micros: Some(i64::MIN),
        meta: Arc::from(meta),
        payload: payload.to_vec(),
        sealed: Some(SealedPart { key_id: Uuid::from_u128(6), ciphertext: vec![0, 159, 255] }),
    }
}

#[test]
fn any_bytes_come_back_as_they_went() {
    for bytes in [
        &b""[..],
        b"{}",
        b"null",
        b" {}",
        b"{} ",
        b"{\"a\" : 1.0e5,\n\"a\":2}",
        b"\"\\u0000\"",
        b"{",
        b"\xff\xfe",
        b"NaN",
        "{\"ward\":\"Ø ☂\"}".as_bytes(),
    ] {
        let sent = event(bytes, bytes);
        let stored = there_and_back(&sent).unwrap();
        assert_eq!(stored.event, sent, "{bytes:?}");
        assert_eq!(stored.recorded_at_micros, CALL.recorded_micros);
        assert_eq!((stored.position.0, stored.revision.0), (9, 3));
        assert_eq!(stored.stream, StreamId::new(Category::Pathway, Uuid::from_u128(7)));
    }
}

proptest! {
    #[test]
    fn every_field_comes_back(
        version: u16, occurred: i64, day: bool, entered: Option<i64>,
        meta: Vec<u8>, payload: Vec<u8>, sealed: Option<Vec<u8>>,
    ) {
        let sent = NewEvent {
            version,
            occurred_micros: occurred,
            occurred_is_day: day,
            entered_in_source_micros: entered,
            sealed: sealed.map(|ciphertext| SealedPart { key_id: Uuid::from_u128(8), ciphertext }),
            ..event(&meta, &payload)
        };
        prop_assert_eq!(there_and_back(&sent).unwrap().event, sent);
    }
}

#[test]
fn the_servers_own_tools_find_what_led_to_what() {
    let (one, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
    let meta = format!(r#"{{"actor":"x","causedBy":"{one}","correlation":"{other}"}}"#);
    let metadata = metadata(&event(meta.as_bytes(), b"{}"), CALL).unwrap();
    let read: serde_json::Value = serde_json::from_slice(&metadata).unwrap();
    assert_eq!(read["$causationId"], one.to_string());
    assert_eq!(read["$correlationId"], other.to_string());
    assert_eq!(read["eventId"], Uuid::from_u128(5).to_string());
    assert_eq!(read["meta"]["actor"], "x");
}

#[test]
fn no_two_calls_give_an_event_the_same_id_and_the_tries_of_one_do() {
    let other = Call { nonce: Uuid::from_u128(78), ..CALL };
    let id = Uuid::from_u128(5);
    assert_eq!(server_id(id, CALL), server_id(id, CALL));
    assert_ne!(server_id(id, CALL), server_id(id, other));
    assert_ne!(server_id(id, CALL), server_id(Uuid::from_u128(6), CALL));
}

#[test]
fn what_is_not_ours_is_an_error_that_quotes_nothing() {
    let metadata = metadata(&event(b"{}", b"{}"), CALL).unwrap();
    let ours = "waymark.pathway-00000000-0000-0000-0000-000000000007";
    for (stream, kind, metadata, what) in [
        ("waymark.ward-s3cret", "A", &metadata[..], "foreign name"),
        (ours, "$streamDeleted", &metadata[..], "deleted"),
        (ours, "A", b"s3cret", "unreadable"),
        (ours, "A", b"", "unreadable"),
    ] {
        let said = told(stream, kind, b"s3cret", metadata).unwrap_err().to_string();
        assert!(said.contains(what) && !said.contains("s3cret"), "{said}");
    }
}
