//! A command that can be sent again, and the event that it becomes.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::{id, input, story};

/// So many commands of a row, one is refused and one has something to seal.
const ROW: u64 = 16;

/// A command, whole, so that its repeat is the same to the byte.
#[derive(Debug, Clone)]
pub struct Command {
    /// The event that it becomes, if it is recorded.
    pub event: Uuid,
    /// The stream that it is for.
    pub stream: String,
    /// As `record` takes it.
    pub input: Value,
}

impl Command {
    /// The command of a number on a pathway: a step of the story, and now and then one whose reason is
    /// sealed or one that is refused.
    pub fn numbered(pathway: u64, number: u64) -> Self {
        let told = match number % ROW {
            7 => drafted(),
            13 => correction_of_nothing(),
            turn => {
                let turn = usize::try_from(turn).unwrap_or_default();
                story().into_iter().cycle().nth(turn).expect("a story goes round")
            }
        };
        Self {
            event: event_of(&id(number)),
            stream: format!("pathway-{}", id(pathway)),
            input: input(pathway, number, &told),
        }
    }
}

/// The event that a command becomes: its id follows from the command's, so that a repeat is known.
fn event_of(command_id: &str) -> Uuid {
    let command_id: Uuid = command_id.parse().expect("a command id is a UUID");
    Uuid::new_v5(&command_id, b"event/0")
}

/// A step with a personal field, which needs a key.
fn drafted() -> (&'static str, Value) {
    let drafted = json!({"referralDrafted": {
        "service": "RJ1.C_130", "referrer": "G85001", "priority": "ROUTINE",
        "reason": "Blurred vision in one eye",
    }});
    ("2026-04-06T09:00:00Z", drafted)
}

/// A step that is always refused: it amends an event that there is not.
fn correction_of_nothing() -> (&'static str, Value) {
    let amended = json!({"stepEnteredInError": {
        "eventId": id(u64::from(u32::MAX)), "reason": "It was never recorded.",
    }});
    ("2026-06-09T09:00:00Z", amended)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_gives_one_command_and_each_command_its_own_event() {
        let (one, again) = (Command::numbered(1, 5), Command::numbered(1, 5));
        assert_eq!((one.event, &one.input), (again.event, &again.input));
        let events: std::collections::BTreeSet<Uuid> =
            (0..100).map(|number| Command::numbered(1, number).event).collect();
        assert_eq!(events.len(), 100);
    }
}
