//! Writing a step as an event, reading an event as a step.

use std::sync::{Arc, OnceLock};

use chrono::{DateTime, Utc};
use event_store::{NewEvent, SealedPart, StoredEvent, StreamId};
use pathway::{Told, london};
use steps::{BadStep, EventId, OccurredAt, Step, StepKind};
use uuid::Uuid;

use crate::{Keys, KeysError, Meta, SubjectKey, meta::source_of, seal};

/// A step and what the envelope says of it.
#[derive(Debug)]
pub struct Envelope<'a> {
    /// The stream it goes to.
    pub stream: StreamId,
    /// The id of the event.
    pub event_id: EventId,
    /// The step.
    pub step: &'a Step,
    /// When it happened.
    pub occurred_at: OccurredAt,
    /// When the sending system was told.
    pub entered_in_source_at: Option<DateTime<Utc>>,
    /// [`Meta`] as stored.
    pub meta: Arc<[u8]>,
}

/// Why a step cannot be written.
#[derive(Debug, thiserror::Error)]
pub enum WriteError {
    /// It holds a sealed marker in place of a value.
    #[error("a personal field holds a sealed marker: expected its value")]
    Sealed,
    /// It has personal fields and no key was given.
    #[error("the step has personal fields and no key to seal them")]
    NoKey,
    /// The system could not seal it.
    #[error("the personal fields could not be sealed")]
    NotSealed,
}

/// Why an event cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum BadEvent {
    /// Its type is not in the catalogue.
    #[error("`{0}` is not a step")]
    UnknownKind(Arc<str>),
    /// Its payload is not that step.
    #[error("the payload is not the step it says")]
    Payload(#[source] BadStep),
    /// A time in it is out of range.
    #[error("a time of the envelope is out of range")]
    Time,
    /// Its meta cannot be read.
    #[error("the meta of the envelope cannot be read")]
    Meta(#[source] serde_json::Error),
    /// The keys could not be asked.
    #[error("the keys could not be asked")]
    Keys(#[source] KeysError),
    /// The sealed part does not open with its key: it was changed.
    #[error("the sealed part was changed")]
    Changed,
}

/// The event that records a step. `key`: asked for only when there is something personal to seal.
pub fn write(
    envelope: Envelope<'_>,
    key: impl FnOnce() -> Option<(Uuid, SubjectKey)>,
) -> Result<NewEvent, WriteError> {
    let kind = envelope.step.kind();
    let split = envelope.step.split_payload();
    let (payload, personal) = split.map_err(|_only_markers_fail| WriteError::Sealed)?;
    let sealed = if personal.is_empty() {
        None
    } else {
        Some(seal_part(&envelope, &personal, key().ok_or(WriteError::NoKey)?)?)
    };
    let (occurred_micros, occurred_is_day) = match envelope.occurred_at {
        OccurredAt::Instant(at) => (at.timestamp_micros(), false),
        OccurredAt::Day(day) => (london::start_of(day).timestamp_micros(), true),
    };
    Ok(NewEvent {
        event_id: envelope.event_id.0,
        kind: stored_name(kind),
        version: kind.version(),
        occurred_micros,
        occurred_is_day,
        entered_in_source_micros: envelope.entered_in_source_at.map(|at| at.timestamp_micros()),
        meta: envelope.meta,
        payload,
        sealed,
    })
}

fn seal_part(
    envelope: &Envelope<'_>,
    personal: &[String],
    (key_id, key): (Uuid, SubjectKey),
) -> Result<SealedPart, WriteError> {
    let plain = serde_json::to_vec(personal).map_err(|_strings_do| WriteError::NotSealed)?;
    let aad = place(envelope.stream, envelope.event_id.0);
    let ciphertext = seal::seal(&key, &aad, &plain).ok_or(WriteError::NotSealed)?;
    Ok(SealedPart { key_id, ciphertext })
}

fn place(stream: StreamId, event_id: Uuid) -> Vec<u8> {
    format!("{stream}/{event_id}").into_bytes()
}

/// The stored name of a step, shared by all its events.
fn stored_name(kind: StepKind) -> Arc<str> {
    static NAMES: OnceLock<Vec<Arc<str>>> = OnceLock::new();
    let names = NAMES.get_or_init(|| StepKind::ALL.iter().map(|kind| kind.name().into()).collect());
    names.get(usize::from(kind.rank())).cloned().unwrap_or_else(|| kind.name().into())
}

/// The clear part of an event: personal fields stay sealed, and who told it is not read.
pub fn read(stored: &StoredEvent) -> Result<Told, BadEvent> {
    let event = &stored.event;
    let kind = kind_of(stored)?;
    let step = steps::decode(kind, event.version, &event.payload).map_err(BadEvent::Payload)?;
    told(stored, step)
}

/// The clear part of an event, with who told it: for a reader who may not see what is personal.
pub fn read_closed(stored: &StoredEvent) -> Result<(Told, Meta), BadEvent> {
    let meta = Meta::from_bytes(&stored.event.meta).map_err(BadEvent::Meta)?;
    let told = Told { actor: Some(meta.actor.clone()), ..read(stored)? };
    Ok((told, meta))
}

/// The whole of an event, with who told it and, where its key is there, its personal fields.
pub fn read_open(stored: &StoredEvent, keys: &Keys) -> Result<(Told, Meta), BadEvent> {
    let meta = Meta::from_bytes(&stored.event.meta).map_err(BadEvent::Meta)?;
    let mut told = match &stored.event.sealed {
        None => read(stored)?,
        Some(sealed) => match keys.key(sealed.key_id).map_err(BadEvent::Keys)? {
            None => read(stored)?,
            Some(key) => {
                let personal = open_part(stored, sealed, &key)?;
                steps::personal::join(personal, || read(stored))?
            }
        },
    };
    told.actor = Some(meta.actor.clone());
    Ok((told, meta))
}

fn open_part(
    stored: &StoredEvent,
    sealed: &SealedPart,
    key: &SubjectKey,
) -> Result<Vec<String>, BadEvent> {
    let aad = place(stored.stream, stored.event.event_id);
    let plain = seal::open(key, &aad, &sealed.ciphertext).ok_or(BadEvent::Changed)?;
    serde_json::from_slice(&plain).map_err(|_not_a_list| BadEvent::Changed)
}

fn kind_of(stored: &StoredEvent) -> Result<StepKind, BadEvent> {
    let name = &stored.event.kind;
    StepKind::from_name(name).ok_or_else(|| BadEvent::UnknownKind(Arc::clone(name)))
}

fn told(stored: &StoredEvent, step: Step) -> Result<Told, BadEvent> {
    let event = &stored.event;
    let occurred = instant(event.occurred_micros)?;
    let occurred_at = if event.occurred_is_day {
        OccurredAt::Day(london::date_of(occurred))
    } else {
        OccurredAt::Instant(occurred)
    };
    Ok(Told {
        event_id: EventId(event.event_id),
        occurred_at,
        entered_in_source_at: event.entered_in_source_micros.map(instant).transpose()?,
        recorded_at: instant(stored.recorded_at_micros)?,
        actor: None,
        source: source_of(&event.meta),
        step,
    })
}

fn instant(micros: i64) -> Result<DateTime<Utc>, BadEvent> {
    DateTime::from_timestamp_micros(micros).ok_or(BadEvent::Time)
}

#[cfg(test)]
mod tests;
