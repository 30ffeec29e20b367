//! From open threads to the one answer (`docs/next-step.md`).
//!
//! 1. An explicit assignment that its owner accepted, and since which the pathway has not moved on.
//!    Within the organisation that owns the step anyway it needs no acceptance; given to another it
//!    stays with the sender until accepted.
//! 2. The first open thread in the order of [`State`].
//! 3. Nobody: an alarm, with the provider's pathway coordinator.

use pathway::{History, clock::ClockPolicy, london};
use steps::{OdsCode, codes::ContactPurpose, codes::Role};

use crate::{
    DuePolicy, State,
    answer::{Alarm, Assignment, Due, DueBasis, Missing, NextStep, Owner, Since, WaitingOn},
    facts::{Assigned, Facts},
    state::{ContactSide, Side},
    thread::{Mark, Thread},
};

/// Who owns the next step of the pathway. Pure and total: the same history gives the same answer in
/// whatever order it was told.
pub fn next_step(history: &History, policy: &DuePolicy, clock: &ClockPolicy) -> NextStep {
    answer_of(&Facts::of(history, clock), policy)
}

/// The answer that the facts of a history give.
pub(crate) fn answer_of(facts: &Facts, policy: &DuePolicy) -> NextStep {
    let mut threads = facts.threads(policy);
    threads.sort_by_key(rank);
    let mut answer = first_of(&threads, facts, policy);
    if answer.alarm.is_none() && threads.iter().any(|open| open.state == State::Unmatched) {
        answer.alarm = Some(Alarm::Unmatched);
    }
    answer
}

fn first_of(threads: &[Thread], facts: &Facts, policy: &DuePolicy) -> NextStep {
    let by_rule = threads.first().map(|first| (first, owner_of(first, facts)));
    let assigned = facts.assignment_in_force();
    let dead = by_rule.as_ref().is_some_and(|(first, _)| first.state.is_after_death());
    match (assigned, by_rule) {
        (Some(assigned), by_rule) if !dead && stands(assigned, by_rule.as_ref()) => {
            explicit(assigned, facts, threads)
        }
        (assigned, Some((first, Some(organisation)))) => {
            let mut answer = by_state(first, organisation, facts, policy);
            answer.also_open = states(threads.get(1..).unwrap_or_default());
            if let Some(assigned) = assigned.filter(|_| !dead) {
                answer.waiting_on = Some(not_accepted(assigned));
            }
            answer
        }
        (assigned, by_rule) => {
            let mark = by_rule.map(|(first, _)| first.mark).or(facts.last);
            let mut answer = unowned(mark, facts, policy);
            answer.also_open = states(threads);
            answer.waiting_on = assigned.map(not_accepted);
            answer
        }
    }
}

type Rank = (u8, State, i64, steps::EventId);

/// Death first, then a critical result, then the table of states; then what began first.
fn rank(thread: &Thread) -> Rank {
    let bucket = match (thread.state.is_after_death(), thread.critical) {
        (true, _) => 0,
        (false, true) => 1,
        (false, false) => 2,
    };
    let (began, _) = london::bounds(thread.mark.at);
    (bucket, thread.state, began.timestamp_micros(), thread.mark.event)
}

fn states(threads: &[Thread]) -> Vec<State> {
    let mut states: Vec<State> = threads.iter().map(|thread| thread.state).collect();
    states.dedup();
    states
}

fn owner_of(thread: &Thread, facts: &Facts) -> Option<OdsCode> {
    let by_side = match thread.side {
        Side::Practice => facts.who.practice(),
        Side::Provider => facts.who.provider.as_ref(),
    };
    thread.organisation.clone().or_else(|| by_side.cloned())
}

fn stands(assigned: &Assigned, by_rule: Option<&(&Thread, Option<OdsCode>)>) -> bool {
    let sender = by_rule.and_then(|(_, owner)| owner.as_ref());
    assigned.accepted || sender == Some(&assigned.organisation)
}

fn not_accepted(assigned: &Assigned) -> WaitingOn {
    let by = Some(assigned.organisation.clone());
    WaitingOn { missing: Missing::Acceptance, by, due: assigned.due }
}

fn by_state(thread: &Thread, organisation: OdsCode, facts: &Facts, policy: &DuePolicy) -> NextStep {
    let owner = Owner { organisation: Some(organisation), role: thread.role };
    let mut answer = answer(thread.state, owner, Some(thread.mark), facts);
    answer.contact_at = thread.ask;
    answer.waiting_on.clone_from(&thread.waiting_on);
    answer.turns_at = thread.turns_at;
    answer.turns_to.clone_from(&thread.turns_to);
    answer.due = due(thread, facts, policy);
    answer
}

fn due(thread: &Thread, facts: &Facts, policy: &DuePolicy) -> Option<Due> {
    let basis =
        if thread.state == State::Booked { DueBasis::Appointment } else { DueBasis::Recorded };
    let recorded = thread.due.map(|at| Due { at, basis });
    recorded.or_else(|| {
        let setting = policy.due(thread.state, thread.when, thread.mark.at, facts.who.received)?;
        Some(Due { at: setting.0, basis: DueBasis::Setting(setting.1.to_owned()) })
    })
}

fn explicit(assigned: &Assigned, facts: &Facts, threads: &[Thread]) -> NextStep {
    let owner = Owner { organisation: Some(assigned.organisation.clone()), role: assigned.role };
    let mut answer = answer(State::Assigned, owner, Some(assigned.mark), facts);
    if facts.who.practice() == Some(&assigned.organisation) {
        answer.contact_at = ContactSide::Practice;
    }
    answer.due = assigned.due.map(|at| Due { at, basis: DueBasis::Recorded });
    answer.assignment = Some(Assignment {
        what: assigned.what.clone(),
        general_contact: assigned.general_contact.clone(),
        delay_contact: assigned.delay_contact.clone(),
    });
    answer.also_open = states(threads);
    answer
}

fn unowned(mark: Option<Mark>, facts: &Facts, policy: &DuePolicy) -> NextStep {
    let owner = Owner { organisation: facts.who.provider.clone(), role: Role::PathwayCoordinator };
    let mut answer = answer(State::Unowned, owner, mark, facts);
    answer.alarm = Some(Alarm::Unowned);
    answer.contact_at = ContactSide::Provider(ContactPurpose::General);
    answer.due = mark.and_then(|mark| {
        let (at, source) = policy.due(State::Unowned, None, mark.at, None)?;
        Some(Due { at, basis: DueBasis::Setting(source.to_owned()) })
    });
    answer
}

fn answer(state: State, owner: Owner, mark: Option<Mark>, facts: &Facts) -> NextStep {
    let live = facts.live_bookings();
    let later = live.get(1..).and_then(<[_]>::last);
    NextStep {
        state,
        owner,
        due: None,
        turns_at: None,
        turns_to: None,
        service: facts.who.service.clone(),
        provider: facts.who.provider.clone(),
        practice: facts.who.practice().cloned(),
        function: facts.who.function.clone(),
        subject: facts.who.subject,
        next_appointment: live.first().map(|booking| booking.shown()),
        later_appointment: later.map(|booking| booking.shown()),
        contact_at: state.ask(),
        waiting_on: None,
        told_patient_on: facts.who.told_patient_on,
        since: mark.map(|mark| Since { event: mark.event, on: london::date(mark.at) }),
        assignment: None,
        also_open: Vec::new(),
        alarm: None,
    }
}
