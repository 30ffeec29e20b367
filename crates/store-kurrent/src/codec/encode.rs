//! To the server: ids for this call, the payload as it is, and the description beside it.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use event_store::NewEvent;
use eventstore::EventData;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::described::{Causes, Described, Sealed};

/// About what stands beside a payload, but for the meta and what is sealed.
const METADATA_BYTES: usize = 320;

/// What all events of one call of `append` have in common.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    /// No two calls have the same, of whatever process.
    pub(crate) nonce: Uuid,
    /// When it is recorded, in microseconds since 1970 (UTC).
    pub(crate) recorded_micros: i64,
}

/// The id of an event on the server. The server answers a repeat of ids with success whatever is in
/// it, so two calls never have the same; the tries of one call do, and there that is what is wanted.
pub(crate) fn server_id(event_id: Uuid, call: Call) -> Uuid {
    Uuid::new_v5(&call.nonce, event_id.as_bytes())
}

/// The event as the client takes it.
pub(crate) fn encode(event: &NewEvent, call: Call) -> serde_json::Result<EventData> {
    let data = match exact_json(&event.payload) {
        Some(json) => EventData::json(&event.kind, &json)?,
        None => EventData::binary(&event.kind, Bytes::copy_from_slice(&event.payload)),
    };
    let metadata = metadata(event, call)?;
    Ok(data.id(server_id(event.event_id, call)).metadata(Bytes::from(metadata)))
}

/// What stands beside the payload.
pub(super) fn metadata(event: &NewEvent, call: Call) -> serde_json::Result<Vec<u8>> {
    let mut written = Vec::with_capacity(METADATA_BYTES + event.meta.len());
    serde_json::to_writer(&mut written, &described(event, call))?;
    Ok(written)
}

/// The bytes as JSON, where writing that again gives the same bytes.
pub(super) fn exact_json(bytes: &[u8]) -> Option<&RawValue> {
    let json: &RawValue = serde_json::from_slice(bytes).ok()?;
    (json.get().len() == bytes.len()).then_some(json)
}

fn described(event: &NewEvent, call: Call) -> Described<'_> {
    // A bare null would be read back as no meta at all.
    let meta = exact_json(&event.meta).filter(|meta| meta.get() != "null");
    let causes: Causes =
        meta.and_then(|meta| serde_json::from_str(meta.get()).ok()).unwrap_or_default();
    let meta_bytes = || Cow::Owned(STANDARD.encode(&event.meta));
    Described {
        correlation: causes.correlation,
        causation: causes.caused_by,
        event_id: event.event_id,
        version: event.version,
        occurred: event.occurred_micros,
        is_day: event.occurred_is_day,
        entered: event.entered_in_source_micros,
        recorded: call.recorded_micros,
        meta,
        meta_bytes: meta.is_none().then(meta_bytes),
        sealed: event.sealed.as_ref().map(|part| Sealed {
            key_id: part.key_id,
            ciphertext: Cow::Owned(STANDARD.encode(&part.ciphertext)),
        }),
    }
}
