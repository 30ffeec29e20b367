//! All attempts at one command.

use std::{collections::BTreeMap, time::Duration};

use uuid::Uuid;

use super::{Answer, Call};

/// The attempts at one command, in the order in which they were recorded.
#[derive(Debug, Default)]
pub(super) struct Told<'c> {
    pub(super) calls: Vec<&'c Call>,
}

/// The attempts of a run, by the event that their command becomes.
pub(super) fn by_event(calls: &[Call]) -> BTreeMap<Uuid, Told<'_>> {
    let mut told: BTreeMap<Uuid, Told<'_>> = BTreeMap::new();
    for call in calls {
        told.entry(call.event).or_default().calls.push(call);
    }
    told
}

impl Told<'_> {
    /// When it was first asked for.
    pub(super) fn asked_at(&self) -> Duration {
        self.calls.iter().map(|call| call.began).min().unwrap_or_default()
    }

    /// When it was first acknowledged.
    pub(super) fn acknowledged_at(&self) -> Option<Duration> {
        self.acknowledged().map(|(call, _duplicate)| call.ended).min()
    }

    /// Whether it was refused.
    pub(super) fn is_refused(&self) -> bool {
        self.calls.iter().any(|call| call.answer == Answer::Refused)
    }

    /// Whether some attempt was left without an answer.
    pub(super) fn is_unsure(&self) -> bool {
        self.calls.iter().any(|call| call.answer == Answer::Unknown)
    }

    /// Whether every answer said that it had been recorded before.
    pub(super) fn was_found(&self) -> bool {
        let mut answers = self.acknowledged().map(|(_call, duplicate)| duplicate).peekable();
        answers.peek().is_some() && answers.all(|duplicate| duplicate)
    }

    /// Whether two answers say that it is new, or one says so that was asked for after it had been
    /// acknowledged.
    pub(super) fn is_new_twice(&self) -> bool {
        let new: Vec<&Call> =
            self.acknowledged().filter(|(_, duplicate)| !duplicate).map(|(call, _)| call).collect();
        let known = self.acknowledged_at();
        new.len() > 1 || new.iter().any(|call| known.is_some_and(|known| known < call.began))
    }

    fn acknowledged(&self) -> impl Iterator<Item = (&Call, bool)> {
        self.calls.iter().filter_map(|call| match call.answer {
            Answer::Acknowledged { duplicate, .. } => Some((*call, duplicate)),
            Answer::Refused | Answer::Unknown => None,
        })
    }
}
