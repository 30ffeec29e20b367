//! Work that one side asks of the other: who asks, who was asked, and whether it was given back.

use std::collections::BTreeSet;

use pathway::{Entry, History};
use steps::{OccurredAt, OdsCode, Step};

use super::{Basis, day_of, names, open, told};

/// Every practice that the patient had, or that referred.
#[expect(clippy::wildcard_enum_match_arm, reason = "the rest names no practice")]
pub(super) fn practices(history: &History) -> BTreeSet<OdsCode> {
    let named = |entry: &Entry| match entry.step() {
        Step::PathwaySubject(subject) => subject.gp_practice.clone(),
        Step::ReferralSent(sent) => Some(sent.referrer.clone()),
        Step::ReferralReceived(received) => received.referrer.clone(),
        _ => None,
    };
    history.entries().iter().filter_map(named).collect()
}

/// Whether the step asks for that work, or for any; what a practice asks is not returned by one.
#[expect(clippy::wildcard_enum_match_arm, reason = "two steps ask for work")]
pub(super) fn is_asked(step: &Step, about: Option<&str>, practices: &BTreeSet<OdsCode>) -> bool {
    let (id, from) = match step {
        Step::ActionRequested(asked) => (&asked.action_id, &asked.requester),
        Step::WorkTransferRequested(asked) => (&asked.action_id, &asked.from_organisation),
        _ => return false,
    };
    names(about, id.as_str()) && !practices.contains(from)
}

impl Basis {
    /// The letter is of the practice that was asked, whoever is the patient's practice now.
    #[expect(clippy::wildcard_enum_match_arm, reason = "two steps ask for work")]
    pub(super) fn work(&mut self, history: &History, entry: Option<&Entry>) {
        let Some((entry, step)) = told(entry) else { return };
        let (action, category, from, to, text) = match step {
            Step::ActionRequested(it) => {
                let (from, to) = (&it.requester, &it.owner_organisation);
                (&it.action_id, it.work_category, from, to, &it.action_text)
            }
            Step::WorkTransferRequested(it) => {
                let (from, to) = (&it.from_organisation, &it.to_organisation);
                (&it.action_id, it.work_category, from, to, &it.reason)
            }
            _ => return,
        };
        (self.action, self.category) = (Some(action.clone()), Some(category));
        (self.provider, self.practice) = (Some(from.clone()), Some(to.clone()));
        self.about_at = Some(entry.occurred_at());
        self.returned = returned_since(history, entry, action.as_str());
        self.facts.set("work.asked_on", &day_of(entry));
        self.facts.set_some("work.text", open(text.as_ref()));
    }
}

/// Who gave the work back after it was asked for, and when.
#[expect(clippy::wildcard_enum_match_arm, reason = "two steps give work back")]
fn returned_since(history: &History, asked: &Entry, action: &str) -> Option<(OdsCode, OccurredAt)> {
    let entries = history.entries().iter();
    let after = entries.skip_while(|entry| entry.event_id() != asked.event_id());
    let returned = after.filter_map(|entry| {
        let (id, by) = match entry.step() {
            Step::WorkloadReturned(it) => (&it.action_id, &it.from_organisation),
            Step::ActionReturned(it) => (&it.action_id, &it.organisation),
            _ => return None,
        };
        (id.as_str() == action).then(|| (by.clone(), entry.occurred_at()))
    });
    returned.last()
}
