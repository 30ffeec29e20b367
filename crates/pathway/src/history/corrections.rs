//! Which steps are in effect: corrections and withdrawals, which can themselves be corrected.
//!
//! Of several amendments of one event the latest wins, by when it was made: `occurred_at`, and within
//! a day known only as such the moment at which the source was told. A correction undoes a withdrawal
//! only where it was surely made later (docs/adr/0002-order-within-a-day.md). When we were told decides
//! nothing: any order of arrival gives the same history.

use std::{cell::RefCell, collections::BTreeMap};

use steps::{EventId, OccurredAt, Step};

use super::{Entry, SetAside, Told, WhySetAside, order_key_at};
use crate::london;

/// Corrections of corrections are followed this deep; more is a loop.
const DEPTH_MAX: usize = 16;

struct Amendments<'a> {
    /// The amendments of each event, the latest first.
    by_target: BTreeMap<EventId, Vec<&'a Told>>,
    /// What was found of an event at a depth: where amendments aim at each other, each is asked often.
    found: RefCell<BTreeMap<(EventId, usize), Fate<'a>>>,
}

#[derive(Clone, Copy)]
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
            amendments.sort_by_key(|amendment| order_key_at(amendment, made_at(amendment)));
            amendments.reverse();
        }
        Self { by_target, found: RefCell::default() }
    }

    /// What became of the event.
    fn fate(&self, event_id: EventId, depth: usize) -> Fate<'a> {
        let known = self.found.borrow().get(&(event_id, depth)).copied();
        known.unwrap_or_else(|| {
            let fate = self.decided(event_id, depth);
            self.found.borrow_mut().insert((event_id, depth), fate);
            fate
        })
    }

    /// The latest amendment that is itself in force decides; a withdrawal of the same time goes before
    /// a correction.
    fn decided(&self, event_id: EventId, depth: usize) -> Fate<'a> {
        let amendments = self.by_target.get(&event_id).map(Vec::as_slice).unwrap_or_default();
        let mut in_force = amendments.iter().filter_map(|amendment| {
            let told = (depth < DEPTH_MAX).then(|| self.fate(amendment.event_id, depth + 1))?;
            match told {
                Fate::Withdrawn(_) => None,
                Fate::Stands => Some((*amendment, *amendment)),
                Fate::Replaced(newer) => Some((*amendment, newer)),
            }
        });
        let Some((latest, reads)) = in_force.next() else { return Fate::Stands };
        if is_withdrawal(&latest.step) {
            return Fate::Withdrawn(latest.event_id);
        }
        let mut others = in_force.map(|(other, _)| other);
        let withdrawal =
            others.find(|other| is_withdrawal(&other.step) && may_be_last(other, latest));
        withdrawal.map_or(Fate::Replaced(reads), |by| Fate::Withdrawn(by.event_id))
    }
}

/// When an amendment was made: to the moment the source was told, where only the day is known.
fn made_at(amendment: &Told) -> OccurredAt {
    let entered = amendment.entered_in_source_at.filter(|entered| {
        matches!(amendment.occurred_at, OccurredAt::Day(day) if london::date_of(*entered) == day)
    });
    entered.map_or(amendment.occurred_at, OccurredAt::Instant)
}

/// Whether nothing tells that the withdrawal was made before the correction.
fn may_be_last(withdrawal: &Told, correction: &Told) -> bool {
    let (corrected_from, _) = london::bounds(made_at(correction));
    match made_at(withdrawal) {
        OccurredAt::Instant(withdrawn) => corrected_from <= withdrawn,
        OccurredAt::Day(day) => corrected_from < london::end_of(day),
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
