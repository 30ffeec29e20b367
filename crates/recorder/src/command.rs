//! What is asked of the recorder, and how it answers.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use envelope::{Meta, SentBy};
use event_store::{Position, StreamId};
use pathway::{Actor, Refusal};
use steps::{
    CommandId, EventId, Label, OccurredAt, OdsCode, PathwayId, Ppid, Step, SubjectRef, Ubrn,
};
use uuid::Uuid;

use crate::{Origin, identity::Identifier, ids};

/// Which pathway a step belongs to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PathwayRef {
    /// A pathway that this command begins.
    New,
    /// By our own id. A pathway not seen yet begins with this step.
    Id(PathwayId),
    /// By booking reference.
    Ubrn(Ubrn),
    /// By patient pathway identifier and its issuer.
    Ppid(Ppid, OdsCode),
    /// By an identifier of which only the name of its stream is known: a step that was parked in
    /// another log.
    Inbox(Uuid),
}

/// Where a step goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// To a pathway.
    Pathway(PathwayRef),
    /// To a person's own stream: needs, adjustments, death.
    Patient(SubjectRef),
    /// To where the step itself says: the directory, the packs, a feed.
    Own,
}

/// Who tells us, and from which system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Provenance {
    /// Who, from the token.
    pub actor: Actor,
    /// The system it came from.
    pub source: Label,
    /// Whether it is made up for a demonstration.
    pub simulated: bool,
    /// The event that made a reactor record this.
    pub caused_by: Option<EventId>,
    /// Ties together what one request did.
    pub correlation: Option<Uuid>,
    /// The identifier that led it here, where the command's target no longer says it.
    pub sent_by: Option<SentBy>,
}

impl From<&Provenance> for Meta {
    fn from(provenance: &Provenance) -> Self {
        Self {
            actor: provenance.actor.clone(),
            source: provenance.source.clone(),
            simulated: provenance.simulated,
            caused_by: provenance.caused_by,
            correlation: provenance.correlation,
            sent_by: provenance.sent_by,
        }
    }
}

/// One step to record.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The client's id of the command.
    pub command_id: CommandId,
    /// Where the step goes.
    pub target: Target,
    /// When it happened.
    pub occurred_at: OccurredAt,
    /// When the sending system was told, if it says.
    pub entered_in_source_at: Option<DateTime<Utc>>,
    /// What happened.
    pub step: Step,
    /// Who tells us.
    pub provenance: Provenance,
    /// Where it stood in the log it was moved from; a new step has none.
    pub origin: Option<Box<Origin>>,
}

impl Command {
    /// The id of the event that records it.
    pub fn event_id(&self) -> EventId {
        let derived = || ids::event_id(self.command_id, 0);
        self.origin.as_ref().map_or_else(derived, |origin| origin.event_id)
    }

    /// The [`Meta`] of the event that records it, as stored.
    pub(crate) fn meta_bytes(&self, sent_by: Option<SentBy>) -> serde_json::Result<Arc<[u8]>> {
        Meta { sent_by, ..Meta::from(&self.provenance) }.to_bytes()
    }

    /// The identifier by which it was sent, here or to the log it was moved from.
    pub(crate) fn sent_by(&self) -> Option<SentBy> {
        self.provenance.sent_by.or_else(|| Identifier::sent_by(&self.target))
    }
}

/// The answer to a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// It is on disk.
    Recorded {
        /// The stream it is in.
        stream: StreamId,
        /// The id of the event.
        event_id: EventId,
        /// Its place in the log.
        position: Position,
        /// When it was recorded, in microseconds since 1970.
        recorded_at_micros: i64,
        /// Whether it had been recorded before.
        duplicate: bool,
    },
    /// It is on disk and waits for its pathway.
    Parked {
        /// The inbox it is in.
        stream: StreamId,
        /// The id of the event.
        event_id: EventId,
        /// Its place in the log.
        position: Position,
    },
    /// It is not recorded, and this is why.
    Refused(Refused),
}

/// Why a step was refused: an answer, not a failure.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// It is wrong in itself.
    #[error(transparent)]
    Step(#[from] Refusal),
    /// The command id was used for something else.
    #[error(
        "`commandId` was used before with other content: expected a new id, or the same content"
    )]
    CommandReused,
    /// The identifier belongs to another pathway.
    #[error("`identifierValue` belongs to another pathway: expected one that is free")]
    IdentifierTaken,
    /// The step cannot go where it was sent.
    #[error("`{kind}` does not go there: expected {expected}")]
    WrongTarget {
        /// The step.
        kind: &'static str,
        /// Where it goes.
        expected: &'static str,
    },
    /// It is too large.
    #[error("the step has {bytes} bytes: expected at most {most}")]
    TooLarge {
        /// Its size.
        bytes: usize,
        /// The most.
        most: usize,
    },
    /// It holds a sealed marker in place of a personal value.
    #[error("a personal field holds a sealed marker: expected its value")]
    Sealed,
    /// The identifier is not of the form its system has.
    #[error("`identifierValue` is malformed: expected {expected}")]
    BadIdentifier {
        /// What would be right.
        expected: &'static str,
    },
}

impl Refused {
    /// Stable code for machines.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::Step(refusal) => refusal.code(),
            Self::CommandReused => "COMMAND_REUSED",
            Self::IdentifierTaken => "IDENTIFIER_TAKEN",
            Self::WrongTarget { .. } => "WRONG_TARGET",
            Self::TooLarge { .. } => "TOO_LARGE",
            Self::Sealed => "SEALED",
            Self::BadIdentifier { .. } => "MALFORMED",
        }
    }

    /// The field that is wrong.
    pub const fn field(&self) -> &'static str {
        match self {
            Self::Step(refusal) => refusal.field(),
            Self::CommandReused => "commandId",
            Self::IdentifierTaken | Self::BadIdentifier { .. } => "identifierValue",
            Self::WrongTarget { .. } => "pathway",
            Self::TooLarge { .. } | Self::Sealed => "step",
        }
    }
}

/// Why there is no answer.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// Too many are waiting; try again with the same command id.
    #[error("the recorder is overloaded: try again with the same command id")]
    Overloaded,
    /// The log failed; what was asked may or may not be recorded. Try again with the same command id.
    #[error("the event log failed: try again with the same command id")]
    Log(#[source] Box<dyn std::error::Error + Send + Sync>),
    /// Others wrote to the same stream all the time.
    #[error("the stream stayed contended")]
    Contended,
    /// An event of the history cannot be read.
    #[error("the history cannot be read")]
    History(#[source] envelope::BadEvent),
    /// The keys failed.
    #[error("the keys failed")]
    Keys(#[source] envelope::KeysError),
    /// The step cannot be written for a reason that is ours.
    #[error("the step cannot be written")]
    Write(#[source] envelope::WriteError),
}
