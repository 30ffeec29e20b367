//! Which steps are in effect: corrections and withdrawals, which can themselves be corrected.
//!
//! Of several amendments of one event the latest wins: by when it was made, then by event id.

use std::collections::BTreeMap;

use steps::{EventId, Step};

use super::{Entry, SetAside, Told, WhySetAside, order_key};

/// Corrections of corrections are followed this deep; more is a loop.
const DEPTH_MAX: usize = 16;

struct Amendments<'a> {
    by_target: BTreeMap<EventId, Vec<&'a Told>>,
}

enum Fate<'a> {
    Stands,
    Replaced(&'a Told),
    Withdrawn(EventId),
}

impl<'a> Amendments<'a> {
    fn of(told: &'a [Told]) -> Self {
        let mut by_target: BTreeMap<EventId, Vec<&Told>> = BTreeMap::new();
        for amendment in told {
            if let Some(target) = target_of(&amendment.step) {
                by_target.entry(target).or_default().push(amendment);
            }
        }
        for amendments in by_target.values_mut() {
            amendments.sort_by_key(|amendment| order_key(amendment));
        }
        Self { by_target }
    }

    /// What became of the event: the latest amendment that is itself in force decides.
    fn fate(&self, event_id: EventId, depth: usize) -> Fate<'a> {
        let amendments = self.by_target.get(&event_id).into_iter().flatten().rev();
        for amendment in amendments.take_while(|_| depth < DEPTH_MAX) {
            match (self.fate(amendment.event_id, depth + 1), is_withdrawal(&amendment.step)) {
                (Fate::Withdrawn(_), _) => {}
                (Fate::Stands | Fate::Replaced(_), true) => {
                    return Fate::Withdrawn(amendment.event_id);
                }
                (Fate::Stands, false) => return Fate::Replaced(amendment),
                (Fate::Replaced(newer), false) => return Fate::Replaced(newer),
            }
        }
        Fate::Stands
    }
}

/// Sorts what was told into steps in effect and steps set aside.
pub(super) fn resolve(told: Vec<Told>) -> (Vec<Entry>, Vec<SetAside>) {
    if told.iter().all(|one| target_of(&one.step).is_none()) {
        let entries = told.into_iter().map(|told| Entry { told, corrected_by: None }).collect();
        return (entries, Vec::new());
    }
    let amendments = Amendments::of(&told);
    let (mut entries, mut set_aside) = (Vec::new(), Vec::new());
    for one in &told {
        match amendments.fate(one.event_id, 0) {
            Fate::Withdrawn(by) => {
                let why = WhySetAside::EnteredInError;
                set_aside.push(SetAside { told: one.clone(), why, by: Some(by) });
            }
            Fate::Stands | Fate::Replaced(_) if target_of(&one.step).is_some() => {
                set_aside.push(SetAside {
                    told: one.clone(),
                    why: WhySetAside::Amendment,
                    by: None,
                });
            }
            Fate::Stands => entries.push(Entry { told: one.clone(), corrected_by: None }),
            Fate::Replaced(by) => entries.push(replaced(one, by)),
        }
    }
    (entries, set_aside)
}

fn replaced(first: &Told, by: &Told) -> Entry {
    let mut told = first.clone();
    if let Step::StepCorrected(correction) = &by.step {
        told.step = (*correction.step).clone();
        told.occurred_at = correction.corrected_occurred_at.unwrap_or(told.occurred_at);
    }
    Entry { told, corrected_by: Some(by.event_id) }
}

fn target_of(step: &Step) -> Option<EventId> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "only two steps amend others")]
    match step {
        Step::StepEnteredInError(withdrawal) => Some(withdrawal.event_id),
        Step::StepCorrected(correction) => Some(correction.event_id),
        _ => None,
    }
}

fn is_withdrawal(step: &Step) -> bool {
    matches!(step, Step::StepEnteredInError(_))
}
