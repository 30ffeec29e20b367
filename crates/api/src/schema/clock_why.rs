//! Why the clock stands as it does: for every step what it did, by which rule, and who recorded it.

use std::collections::HashMap;

use pathway::{
    Actor, History, Told,
    clock::{ClockPolicy, ClockState, Move, Reason, Silent},
};
use steps::EventId;

use super::{history::role_name, rtt_clock::ClockMove, scalars::Date};

/// Who recorded a step, in words.
pub(super) fn in_words(actor: &Actor) -> String {
    format!("{} at {}", next_step::role_in_words(actor.role), actor.organisation)
}

/// Reads moves and silences against the history that they come from.
pub(super) struct WhyReader<'a> {
    told: HashMap<EventId, &'a Told>,
    policy: &'a ClockPolicy,
}

impl<'a> WhyReader<'a> {
    /// Of one pathway; steps that were withdrawn have an answer too.
    pub(super) fn of(history: &'a History, policy: &'a ClockPolicy) -> Self {
        let entries = history.entries().iter().map(|entry| &entry.told);
        let told = entries.chain(history.set_aside().iter().map(|aside| &aside.told));
        Self { told: told.map(|told| (told.event_id, told)).collect(), policy }
    }

    /// A step that moved the clock, or was judged and left it where it was.
    pub(super) fn made(&self, made: &Move) -> ClockMove {
        ClockMove {
            rule: made.row.into(),
            from_state: made.from.name().to_owned(),
            to_state: made.to.name().to_owned(),
            effect: made.effect.name().to_owned(),
            moved: made.has_moved(),
            reason: made.effect.reason().map(Reason::sentence),
            status: made.status.and_then(steps::codes::RttStatus::code),
            period: made.period,
            ..self.silent(&made.unsaid(), made.to)
        }
    }

    /// A step that the clock passed over, in the state that it was in.
    pub(super) fn silent(&self, step: &Silent, state: ClockState) -> ClockMove {
        let told = self.told.get(&step.event_id);
        let actor = told.and_then(|told| told.actor.as_ref());
        ClockMove {
            event_id: step.event_id.0.into(),
            title: step.kind.title(),
            on: Date(step.on),
            rule: step.why.row().into(),
            from_state: state.name().to_owned(),
            to_state: state.name().to_owned(),
            effect: step.why.name().to_owned(),
            moved: false,
            reason: Some(step.why.sentence()),
            status: None,
            recorded_by: actor.map(in_words),
            recorded_by_role: actor.map(|actor| role_name(actor.role)),
            recorded_by_organisation: actor.map(|actor| actor.organisation.to_string()),
            recorded_at: told.map(|told| told.recorded_at),
            step: step.kind.field_name(),
            period: None,
            policy_version: self.policy.version_on(step.on),
        }
    }
}
