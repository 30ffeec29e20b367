//! Ids made from a command's id, so that a retry makes the same ones.

use steps::{CommandId, EventId, PathwayId};
use uuid::Uuid;

/// The event of a command: the first has index 0.
pub fn event_id(command_id: CommandId, index: usize) -> EventId {
    EventId(Uuid::new_v5(&command_id.0, format!("event/{index}").as_bytes()))
}

/// The pathway that a command begins.
pub fn pathway_of_command(command_id: CommandId) -> PathwayId {
    PathwayId(Uuid::new_v5(&command_id.0, b"pathway"))
}

/// The command by which a reactor repeats `cause` on `pathway`.
pub(crate) fn repeated(cause: EventId, pathway: PathwayId) -> CommandId {
    CommandId(Uuid::new_v5(&cause.0, pathway.0.as_bytes()))
}

/// The command that notes in an inbox that `parked` is on `pathway`: another than the one that put
/// it there, for an event id is used once in a log.
pub(crate) fn linked(parked: EventId, pathway: PathwayId) -> CommandId {
    CommandId(Uuid::new_v5(&parked.0, format!("linked/{pathway}").as_bytes()))
}
