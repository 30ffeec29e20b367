//! The lines of an archive: `log`, then `event`s in the order of the log, then `key`s, then `end`.

use std::{borrow::Cow, sync::Arc};

use base64::{Engine, prelude::BASE64_STANDARD};
use envelope::{Owner, SubjectKey};
use event_store::{NewEvent, Position, Revision, SealedPart, StoredEvent};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

/// The form of the file. A reader refuses any other.
pub(crate) const FORM: u32 = 1;

/// One line. It does not print: it may hold a key, or what an event holds.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) enum Line<'a> {
    /// The first: what the file is.
    Log(Head),
    /// An event of the log.
    #[serde(borrow)]
    Event(EventLine<'a>),
    /// A key that opens sealed parts.
    Key(KeyLine),
    /// The last: what the lines before it come to.
    End(End),
}

/// What the file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Head {
    pub(crate) form: u32,
    pub(crate) log_id: Uuid,
    /// Position of the last event.
    pub(crate) last: u64,
}

/// An event as the log holds it. It does not print: it has contents.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct EventLine<'a> {
    pub(crate) position: u64,
    #[serde(borrow)]
    stream: Cow<'a, str>,
    revision: u64,
    event_id: Uuid,
    #[serde(borrow)]
    kind: Cow<'a, str>,
    version: u16,
    occurred_micros: i64,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    occurred_is_day: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    entered_in_source_micros: Option<i64>,
    pub(crate) recorded_micros: i64,
    #[serde(borrow)]
    meta: &'a RawValue,
    #[serde(borrow)]
    payload: &'a RawValue,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    key_id: Option<Uuid>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
}

/// A person's or a stream's key. It does not print.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct KeyLine {
    key_id: Uuid,
    owner: OwnerLine,
    bytes: String,
}

/// Whose key it is.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum OwnerLine {
    Person(Uuid),
    Stream(Uuid),
}

/// What the lines before the last come to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct End {
    pub(crate) events: u64,
    pub(crate) keys: u64,
    /// SHA-256 of all lines before this one, in hexadecimal digits.
    pub(crate) sha256: String,
}

/// A field of a line that cannot be what it is named; or an event that no line can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not what it should be")]
pub struct BadField(pub(crate) &'static str);

impl<'a> EventLine<'a> {
    /// The line of an event, if its payload and description are JSON on one line, as ours are.
    pub(crate) fn of(stored: &'a StoredEvent) -> Result<Self, BadField> {
        let event = &stored.event;
        let sealed = event.sealed.as_ref();
        Ok(Self {
            position: stored.position.0,
            stream: stored.stream.to_string().into(),
            revision: stored.revision.0,
            event_id: event.event_id,
            kind: Cow::Borrowed(&event.kind),
            version: event.version,
            occurred_micros: event.occurred_micros,
            occurred_is_day: event.occurred_is_day,
            entered_in_source_micros: event.entered_in_source_micros,
            recorded_micros: stored.recorded_at_micros,
            meta: raw(&event.meta).ok_or(BadField("meta"))?,
            payload: raw(&event.payload).ok_or(BadField("payload"))?,
            key_id: sealed.map(|part| part.key_id),
            sealed: sealed.map(|part| BASE64_STANDARD.encode(&part.ciphertext)),
        })
    }

    /// The event of the line.
    pub(crate) fn stored(&self) -> Result<StoredEvent, BadField> {
        let event = NewEvent {
            event_id: self.event_id,
            kind: Arc::from(&*self.kind),
            version: self.version,
            occurred_micros: self.occurred_micros,
            occurred_is_day: self.occurred_is_day,
            entered_in_source_micros: self.entered_in_source_micros,
            meta: Arc::from(self.meta.get().as_bytes()),
            payload: self.payload.get().as_bytes().to_vec(),
            sealed: self.sealed()?,
        };
        Ok(StoredEvent {
            position: Position(self.position),
            stream: self.stream.parse().map_err(|_bad| BadField("stream"))?,
            revision: Revision(self.revision),
            event,
            recorded_at_micros: self.recorded_micros,
        })
    }

    fn sealed(&self) -> Result<Option<SealedPart>, BadField> {
        let (key_id, sealed) = match (self.key_id, &self.sealed) {
            (None, None) => return Ok(None),
            (Some(key_id), Some(sealed)) => (key_id, sealed),
            _ => return Err(BadField("keyId")),
        };
        let ciphertext = BASE64_STANDARD.decode(sealed).map_err(|_bad| BadField("sealed"))?;
        Ok(Some(SealedPart { key_id, ciphertext }))
    }
}

/// JSON just as it is; `None` where a line of JSON would not give the same bytes back.
fn raw(bytes: &[u8]) -> Option<&RawValue> {
    let raw: &RawValue = serde_json::from_slice(bytes).ok()?;
    let same = raw.get().len() == bytes.len() && !bytes.contains(&b'\n');
    same.then_some(raw)
}

impl KeyLine {
    pub(crate) fn of(key_id: Uuid, owner: Owner, key: &SubjectKey) -> Self {
        let owner = match owner {
            Owner::Person(id) => OwnerLine::Person(id),
            Owner::Stream(id) => OwnerLine::Stream(id),
        };
        Self { key_id, owner, bytes: BASE64_STANDARD.encode(key.expose()) }
    }

    pub(crate) fn key(&self) -> Result<(Uuid, Owner, SubjectKey), BadField> {
        let owner = match self.owner {
            OwnerLine::Person(id) => Owner::Person(id),
            OwnerLine::Stream(id) => Owner::Stream(id),
        };
        let bytes = BASE64_STANDARD.decode(&self.bytes).map_err(|_bad| BadField("bytes"))?;
        let bytes = <[u8; 32]>::try_from(bytes).map_err(|_bad| BadField("bytes"))?;
        Ok((self.key_id, owner, SubjectKey::from_bytes(bytes)))
    }
}
