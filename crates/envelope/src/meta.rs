//! Who told us, from which system, and what made them.

use std::sync::Arc;

use pathway::Actor;
use serde::{Deserialize, Serialize};
use steps::{EventId, Label};
use uuid::Uuid;

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
