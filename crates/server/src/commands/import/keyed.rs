//! Which lane a command goes to: what belongs together goes one after another.

use std::hash::{DefaultHasher, Hash, Hasher};

use recorder::{Command, PathwayRef, Target};
use steps::{Step, StepKind};

/// By what a command names its pathway. Two names of one pathway lead to two lanes, so that before
/// another kind of name is used, what went before must be recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KeyKind {
    Id,
    Ubrn,
    Ppid,
    /// It names no pathway that another row could name otherwise.
    Other,
}

/// The kind of name, and a digest of it.
pub(super) fn key_of(command: &Command) -> (KeyKind, u64) {
    match &command.target {
        Target::Pathway(PathwayRef::New) => {
            (KeyKind::Id, digest(recorder::pathway_of_command(command.command_id).0))
        }
        Target::Pathway(PathwayRef::Id(id)) => (KeyKind::Id, digest(id.0)),
        Target::Pathway(PathwayRef::Ubrn(ubrn)) => (KeyKind::Ubrn, digest(ubrn)),
        Target::Pathway(PathwayRef::Ppid(ppid, issuer)) => (KeyKind::Ppid, digest((ppid, issuer))),
        Target::Pathway(PathwayRef::Inbox(id)) => (KeyKind::Other, digest(id)),
        Target::Patient(person) => (KeyKind::Other, digest(person.0)),
        Target::Own => (KeyKind::Other, digest(own_stream(command))),
    }
}

/// Whether a command may take an identifier away from a pathway: it amends a step there. What was
/// moved takes away nothing.
pub(super) fn may_release(command: &Command) -> bool {
    let kind = command.step.kind();
    let amends = matches!(kind, StepKind::StepCorrected | StepKind::StepEnteredInError);
    amends && command.origin.is_none()
}

/// Whether a command asks for an identifier, or for whoever has it: for a pathway of another lane
/// may have just released it.
pub(super) fn asks_for_identifier(command: &Command) -> bool {
    let by_identifier = matches!(
        command.target,
        Target::Pathway(PathwayRef::Ubrn(_) | PathwayRef::Ppid(..) | PathwayRef::Inbox(_))
    );
    let step = match &command.step {
        Step::StepCorrected(correction) => &correction.step,
        step => step,
    };
    by_identifier || recorder::identifier_brought_by(step).is_some()
}

fn own_stream(command: &Command) -> Option<uuid::Uuid> {
    let kept = command.origin.as_ref().and_then(|origin| origin.stream);
    kept.or_else(|| recorder::own_stream(&command.step).map(|stream| stream.id))
}

fn digest(name: impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    hasher.finish()
}
