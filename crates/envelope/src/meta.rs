//! Who told us, from which system, and what made them.

use std::{cell::RefCell, sync::Arc};

use pathway::Actor;
use serde::{Deserialize, Serialize};
use steps::{EventId, Label, record_keeping::IdentifierSystem};
use uuid::Uuid;

/// The identifier by which a step was sent to its pathway: never its value, only the name of its
/// stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SentBy {
    /// The system of identifiers.
    pub system: IdentifierSystem,
    /// The UUID in the name of the identifier's stream.
    pub stream: Uuid,
}

/// What the envelope says beside times and ids. Stored as JSON; equal metas are stored once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Meta {
    /// Who recorded it, from the token.
    pub actor: Actor,
    /// The system it came from.
    pub source: Label,
    /// Whether it is made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// The event that made a reactor record this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<EventId>,
    /// Ties together what one request did, where the client gave such an id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Uuid>,
    /// The identifier that led to its pathway, where it was not sent by our own id.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_by: Option<SentBy>,
}

impl Meta {
    /// As it is stored.
    pub fn to_bytes(&self) -> serde_json::Result<Arc<[u8]>> {
        Ok(serde_json::to_vec(self)?.into())
    }

    /// From what is stored.
    pub fn from_bytes(bytes: &[u8]) -> serde_json::Result<Self> {
        serde_json::from_slice(bytes)
    }
}

/// The one part of a meta that every reader of a history is told.
#[derive(Deserialize)]
struct SourceOnly {
    source: Label,
}

/// A meta as it is stored, and the system that it names.
type Read = (Arc<[u8]>, Option<Label>);

thread_local! {
    /// The meta read last, and what it said. Few metas are told apart in a log, and those of one sender
    /// stand together: nearly every step has that of the step before it.
    static LAST: RefCell<Option<Read>> = const { RefCell::new(None) };
}

/// The system that sent a step, as its stored meta says; `None` where that cannot be read.
pub(crate) fn source_of(meta: &Arc<[u8]>) -> Option<Label> {
    LAST.with_borrow_mut(|last| {
        if let Some((before, source)) = last
            && (Arc::ptr_eq(before, meta) || before == meta)
        {
            return source.clone();
        }
        let read: Option<SourceOnly> = serde_json::from_slice(meta).ok();
        let source = read.map(|read| read.source);
        *last = Some((Arc::clone(meta), source.clone()));
        source
    })
}
