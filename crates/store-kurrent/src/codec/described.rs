//! The metadata of an event on the server: compact JSON, read by our names and by the server's own.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// What stands beside an event's payload. Additions only: logs are kept for ever.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Described<'a> {
    /// What one request did, by the name that the server's own tools know.
    #[serde(rename = "$correlationId", default, skip_serializing_if = "Option::is_none")]
    pub(super) correlation: Option<Uuid>,
    /// The event that led to this one, by the name that the server's own tools know.
    #[serde(rename = "$causationId", default, skip_serializing_if = "Option::is_none")]
    pub(super) causation: Option<Uuid>,
    /// Our id; the server's is made from it anew in each call.
    pub(super) event_id: Uuid,
    pub(super) version: u16,
    #[serde(rename = "occurredMicros")]
    pub(super) occurred: i64,
    #[serde(rename = "occurredIsDay", default, skip_serializing_if = "std::ops::Not::not")]
    pub(super) is_day: bool,
    #[serde(rename = "enteredMicros", default, skip_serializing_if = "Option::is_none")]
    pub(super) entered: Option<i64>,
    #[serde(rename = "recordedMicros")]
    pub(super) recorded: i64,
    /// The meta as it was handed in, where it is JSON and nothing around it.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) meta: Option<&'a RawValue>,
    /// Any other meta, in base64.
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) meta_bytes: Option<Cow<'a, str>>,
    #[serde(borrow, default, skip_serializing_if = "Option::is_none")]
    pub(super) sealed: Option<Sealed<'a>>,
}

/// The sealed part: which key opens it, and the ciphertext in base64.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Sealed<'a> {
    pub(super) key_id: Uuid,
    #[serde(borrow)]
    pub(super) ciphertext: Cow<'a, str>,
}

/// What a meta says of causes. It is JSON of another room; what cannot be read says nothing.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Causes {
    #[serde(default)]
    pub(super) correlation: Option<Uuid>,
    #[serde(default)]
    pub(super) caused_by: Option<Uuid>,
}
