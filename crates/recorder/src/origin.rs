//! Where a step stood in the log it was exported from, so that ids survive a move to another log.

use envelope::SentBy;
use serde::{Deserialize, Serialize};
use steps::EventId;
use uuid::Uuid;

/// What an exported step keeps of its first log. Only an import honours it: a client never sets it.
///
/// Corrections name event ids and views give them as evidence, so a moved step keeps its own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Origin {
    /// The id of the event.
    pub event_id: EventId,
    /// The stream of a step about the directory or a pack, where the step itself names another.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stream: Option<Uuid>,
    /// The event that made a reactor record it: what was repeated once is not repeated again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caused_by: Option<EventId>,
    /// Ties together what one request did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub correlation: Option<Uuid>,
    /// The identifier by which it was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sent_by: Option<SentBy>,
    /// Whether it is made up for a demonstration.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub simulated: bool,
    /// The identifiers that the pathway holds, as their streams are named: on its first step.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub identifiers: Vec<Uuid>,
}

impl Origin {
    /// Of an event about which nothing else is to be kept.
    pub const fn of(event_id: EventId) -> Self {
        Self {
            event_id,
            stream: None,
            caused_by: None,
            correlation: None,
            sent_by: None,
            simulated: false,
            identifiers: Vec::new(),
        }
    }
}
