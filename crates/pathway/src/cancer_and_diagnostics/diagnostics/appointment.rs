//! The appointment of a test: which test it is for, and what missing or cancelling it does.
//!
//! A booking does not name its test. It is for the test that is later said to have been done there,
//! or else for the only one waited for without an appointment, or the only such one at the provider
//! that booked. Where that does not settle it, nothing is reset, and the move says so.

use steps::{
    AppointmentId, OdsCode, Step,
    booking_and_attendance::{AppointmentBooked, BookingKind, DnaRecorded},
};

use super::{Asked, Diagnostics};
use crate::cancer_and_diagnostics::{Effect, Reason, Rule, appointments, order::Dated};

/// A test was booked.
pub(super) fn booked(diagnostics: &mut Diagnostics<'_>, step: &AppointmentBooked) {
    let id = &step.appointment_id;
    let done_there = diagnostics.history.entries().iter().find_map(|entry| match entry.step() {
        Step::TestPerformed(done) if done.appointment_id.as_ref() == Some(id) => {
            Some(&done.test_id)
        }
        _ => None,
    });
    let named = done_there
        .and_then(|test_id| diagnostics.tests.iter().position(|test| test.test_id == *test_id));
    let is_test = step.booking_kind == BookingKind::Test;
    let found = named.or_else(|| is_test.then(|| only(diagnostics, &step.provider)).flatten());
    let Some(test) = found.and_then(|place| diagnostics.tests.get_mut(place)) else { return };
    test.appointments.push(id.clone());
    test.has_appointment = true;
    let reporter = test.provider.get_or_insert_with(|| step.provider.clone());
    let clock = test.clock.and_then(|place| diagnostics.book.made.clocks.get_mut(place));
    if let Some(clock) = clock {
        clock.provider.get_or_insert_with(|| reporter.clone());
    }
}

/// The only test without an appointment, or the only such one at the provider.
fn only(diagnostics: &Diagnostics<'_>, provider: &OdsCode) -> Option<usize> {
    let waits = |test: &Asked| !test.done && !test.has_appointment;
    let alone = |only_there: bool| {
        let tests = diagnostics.tests.iter().enumerate();
        let there = |test: &Asked| !only_there || test.provider.as_ref() == Some(provider);
        let mut found = tests.filter(|(_, test)| waits(test) && there(test));
        let first = found.next().map(|(place, _)| place);
        if found.next().is_some() { None } else { first }
    };
    alone(false).or_else(|| alone(true))
}

/// The patient missed it: the clock starts again from its day.
pub(super) fn missed(diagnostics: &mut Diagnostics<'_>, at: Dated<'_>, step: &DnaRecorded) {
    let rule = Rule::TestAppointmentMissed;
    let setting = diagnostics.book.standards.setting(rule, at.on);
    let late = setting.is_some_and(|setting| setting.options.arrived_late_is_missed);
    let none = appointments::why_none(diagnostics.history, step, late);
    let Some(clock) = clock_of(diagnostics, at, &step.appointment_id, rule) else { return };
    if let Some(reason) = none {
        return diagnostics.note(at, rule, Some(clock), Effect::Rejected(reason));
    }
    diagnostics.book.reset(at, rule, clock);
    is_off(diagnostics, &step.appointment_id);
}

/// The patient cancelled it: the clock starts again.
pub(super) fn cancelled(diagnostics: &mut Diagnostics<'_>, at: Dated<'_>, id: &AppointmentId) {
    let rule = Rule::TestCancelledByPatient;
    if let Some(clock) = clock_of(diagnostics, at, id, rule) {
        diagnostics.book.reset(at, rule, clock);
    }
    is_off(diagnostics, id);
}

/// What happened to the appointment leaves the clock as it is.
pub(super) fn stays(
    diagnostics: &mut Diagnostics<'_>,
    at: Dated<'_>,
    id: &AppointmentId,
    (rule, reason): (Rule, Reason),
) {
    if let Some(clock) = clock_of(diagnostics, at, id, rule) {
        diagnostics.book.stay(at, rule, clock, reason);
    }
}

/// The appointment will not take place: the test may be booked again.
pub(super) fn is_off(diagnostics: &mut Diagnostics<'_>, id: &AppointmentId) {
    for test in &mut diagnostics.tests {
        if test.appointments.last() == Some(id) {
            test.has_appointment = false;
        }
    }
}

/// The open clock of the test the appointment is for. Where there is none, says why, if the
/// appointment is for a test at all.
fn clock_of(
    diagnostics: &mut Diagnostics<'_>,
    at: Dated<'_>,
    id: &AppointmentId,
    rule: Rule,
) -> Option<usize> {
    let test = diagnostics.tests.iter().find(|test| test.appointments.contains(id));
    let effect = match test {
        Some(test) => {
            match (test.clock.filter(|clock| diagnostics.is_open(*clock)), test.outside) {
                (Some(clock), _) => return Some(clock),
                (None, Some(reason)) if test.clock.is_none() => Effect::Stayed(reason),
                (None, _) => Effect::Stayed(Reason::NoOpenClock),
            }
        }
        None if is_of_a_test(diagnostics, id) => Effect::Rejected(Reason::WhichTest),
        None => return None,
    };
    diagnostics.note(at, rule, None, effect);
    None
}

fn is_of_a_test(diagnostics: &Diagnostics<'_>, id: &AppointmentId) -> bool {
    diagnostics.history.entries().iter().any(|entry| {
        matches!(entry.step(), Step::AppointmentBooked(booked)
            if booked.appointment_id == *id && booked.booking_kind == BookingKind::Test)
    })
}
