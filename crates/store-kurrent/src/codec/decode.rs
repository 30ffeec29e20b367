//! From the server. Neighbours mostly share their type and their meta, so each is kept once for them.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use event_store::{NewEvent, Position, ReadError, Revision, SealedPart, StoredEvent};
use eventstore::ResolvedEvent;

use super::described::{Described, Sealed};
use crate::names::LogName;
use crate::stamps::Stamps;

/// What the server writes into a stream that is deleted for good.
const TOMBSTONE: &str = "$streamDeleted";

/// What the server says of an event.
#[derive(Clone, Copy)]
pub(super) struct Told<'a> {
    pub(super) stream: &'a str,
    pub(super) kind: &'a str,
    pub(super) revision: u64,
    pub(super) position: u64,
    pub(super) data: &'a [u8],
    pub(super) metadata: &'a [u8],
}

/// Turns events of the server into ours, and keeps in mind when the last of them was recorded.
pub(crate) struct Decoder {
    log: LogName,
    stamps: Arc<Stamps>,
    last_kind: Option<Arc<str>>,
    last_meta: Option<Arc<[u8]>>,
}

impl Decoder {
    pub(crate) fn new(log: LogName, stamps: Arc<Stamps>) -> Self {
        Self { log, stamps, last_kind: None, last_meta: None }
    }

    /// The event in an answer. What is no event of ours is an error: nothing is passed over in silence.
    pub(crate) fn event(&mut self, answered: &ResolvedEvent) -> Result<StoredEvent, ReadError> {
        let nothing =
            || corrupt(answered.commit_position.unwrap_or_default(), "it is a broken link");
        let recorded = answered.event.as_ref().ok_or_else(nothing)?;
        self.told(Told {
            stream: recorded.stream_id(),
            kind: &recorded.event_type,
            revision: recorded.revision,
            position: recorded.position.commit,
            data: &recorded.data,
            metadata: &recorded.custom_metadata,
        })
    }

    pub(super) fn told(&mut self, told: Told<'_>) -> Result<StoredEvent, ReadError> {
        let stored = self.stored(told).map_err(|what| corrupt(told.position, what))?;
        self.stamps.see(stored.recorded_at_micros);
        Ok(stored)
    }

    fn stored(&mut self, told: Told<'_>) -> Result<StoredEvent, &'static str> {
        if told.kind == TOMBSTONE {
            return Err("its stream was deleted");
        }
        if told.position == u64::MAX {
            return Err("the server is too old to say where an event of a stream stands");
        }
        let stream = self.log.parse(told.stream).ok_or("its stream has a foreign name")?;
        let described: Described<'_> =
            serde_json::from_slice(told.metadata).ok().ok_or("its metadata is unreadable")?;
        let recorded_at_micros = described.recorded;
        let event = NewEvent {
            event_id: described.event_id,
            kind: self.kind(told.kind),
            version: described.version,
            occurred_micros: described.occurred,
            occurred_is_day: described.is_day,
            entered_in_source_micros: described.entered,
            meta: self.described_meta(&described)?,
            payload: told.data.to_vec(),
            sealed: described.sealed.map(opened).transpose()?,
        };
        let (position, revision) = (Position(told.position), Revision(told.revision));
        Ok(StoredEvent { position, stream, revision, event, recorded_at_micros })
    }

    fn kind(&mut self, kind: &str) -> Arc<str> {
        if let Some(last) = self.last_kind.as_ref().filter(|last| ***last == *kind) {
            return Arc::clone(last);
        }
        let kind: Arc<str> = Arc::from(kind);
        self.last_kind = Some(Arc::clone(&kind));
        kind
    }

    fn described_meta(&mut self, described: &Described<'_>) -> Result<Arc<[u8]>, &'static str> {
        match (described.meta, &described.meta_bytes) {
            (Some(meta), None) => Ok(self.meta(meta.get().as_bytes())),
            (None, Some(bytes)) => Ok(self.meta(&decoded(bytes)?)),
            _ => Err("its metadata has no meta, or two"),
        }
    }

    fn meta(&mut self, meta: &[u8]) -> Arc<[u8]> {
        if let Some(last) = self.last_meta.as_ref().filter(|last| ***last == *meta) {
            return Arc::clone(last);
        }
        let meta: Arc<[u8]> = Arc::from(meta);
        self.last_meta = Some(Arc::clone(&meta));
        meta
    }
}

fn opened(sealed: Sealed<'_>) -> Result<SealedPart, &'static str> {
    Ok(SealedPart { key_id: sealed.key_id, ciphertext: decoded(&sealed.ciphertext)? })
}

fn decoded(text: &str) -> Result<Vec<u8>, &'static str> {
    STANDARD.decode(text).ok().ok_or("its metadata has broken base64")
}

fn corrupt(position: u64, what: &str) -> ReadError {
    ReadError::Corrupt { position: Position(position), what: what.to_owned() }
}
