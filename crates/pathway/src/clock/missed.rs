//! Whether what is told as a DNA was one: the appointment as it stood on the day said to be missed.
//!
//! A DNA is a failure to attend without any earlier notice. A cancellation or a move before the
//! start, however late, is notice; who was seen has not missed it. What is known only to the day,
//! and could lie on either side of the start, is read for the patient: it nullifies nothing.

use chrono::{DateTime, NaiveDate, Utc};
use steps::{
    AppointmentId, Step,
    booking_and_attendance::{AppointmentCommunicated, AttendanceCode, DnaRecorded},
};

use super::{Reason, admission, machine::Machine, order::Dated};
use crate::london;

/// The appointment said to be missed, as it stood at its start.
#[derive(Default)]
pub(super) struct Stood<'a> {
    start: Option<DateTime<Utc>>,
    moved: Option<Dated<'a>>,
    was_on_the_day: bool,
    cancelled: bool,
}

/// Why the step is no DNA at all, if it is none.
pub(super) fn why_none(machine: &Machine<'_>, missed: &DnaRecorded) -> Option<Reason> {
    let is_miss = matches!(
        missed.attendance_code,
        AttendanceCode::DidNotAttend | AttendanceCode::ArrivedLateNotSeen
    );
    if !is_miss {
        return Some(Reason::NotAMissCode);
    }
    if was_seen(machine, missed) {
        return Some(Reason::SeenAfterAll);
    }
    Stood::of(machine, missed).why_none(machine, missed)
}

/// Whether the patient was told of the appointment as it stood, before it.
pub(super) fn was_communicated(machine: &Machine<'_>, missed: &DnaRecorded) -> bool {
    let stood = Stood::of(machine, missed);
    machine.steps.iter().any(|step| match step.entry.step() {
        Step::AppointmentCommunicated(told) if told.appointment_id == missed.appointment_id => {
            stood.was_told_by(*step, told, missed.appointment_date)
        }
        _ => false,
    })
}

impl<'a> Stood<'a> {
    fn of(machine: &Machine<'a>, missed: &DnaRecorded) -> Self {
        let mut stood = Self::default();
        for step in machine.steps.iter().filter(|step| step.on <= missed.appointment_date) {
            stood.take(*step, missed);
        }
        stood
    }

    /// What happened after the start that was missed no longer counts.
    #[expect(clippy::wildcard_enum_match_arm, reason = "three steps change an appointment")]
    fn take(&mut self, at: Dated<'a>, missed: &DnaRecorded) {
        let ours = |id: &AppointmentId| *id == missed.appointment_id;
        let (first, _) = london::bounds(at.entry.occurred_at());
        let is_past = |start: DateTime<Utc>| {
            london::date_of(start) == missed.appointment_date && start <= first
        };
        match at.entry.step() {
            Step::AppointmentBooked(it)
                if ours(&it.appointment_id) && !self.start.is_some_and(is_past) =>
            {
                self.starts(it.starts_at, missed);
            }
            Step::AppointmentRescheduled(it) if ours(&it.appointment_id) => {
                let from = self.start.or(it.previous_starts_at);
                if let Some(from) = from {
                    self.starts(from, missed);
                }
                if !from.is_some_and(is_past) {
                    self.starts(it.starts_at, missed);
                    self.moved = Some(at);
                }
            }
            Step::AppointmentCancelled(it) if ours(&it.appointment_id) => {
                self.cancelled |= !self.start.is_some_and(is_past);
            }
            _ => {}
        }
    }

    fn starts(&mut self, at: DateTime<Utc>, missed: &DnaRecorded) {
        self.was_on_the_day |= london::date_of(at) == missed.appointment_date;
        self.start = Some(at);
        self.cancelled = false;
    }

    fn why_none(&self, machine: &Machine<'_>, missed: &DnaRecorded) -> Option<Reason> {
        let start = self.start.or_else(|| booked_later(machine, missed));
        let is_another = start.is_some_and(|at| london::date_of(at) != missed.appointment_date);
        match (self.cancelled, is_another, self.was_on_the_day) {
            (true, ..) => Some(Reason::CancelledBeforehand),
            (false, true, true) => Some(Reason::MovedBeforehand),
            (false, true, false) => Some(Reason::NotTheDayBooked),
            (false, false, _) => None,
        }
    }

    /// Evidence was sent, and where that is known had arrived, before the start and since any move.
    fn was_told_by(&self, at: Dated<'_>, told: &AppointmentCommunicated, day: NaiveDate) -> bool {
        let start = self.start.unwrap_or_else(|| london::start_of(day));
        let (_, sent) = london::bounds(at.entry.occurred_at());
        let arrived = told.delivered_at.map_or(sent, |arrived| london::bounds(arrived).1);
        let since_move = self.moved.is_none_or(|moved| {
            at.on >= moved.on && sent >= london::bounds(moved.entry.occurred_at()).0
        });
        sent <= start && arrived <= start && since_move
    }
}

/// The start of an appointment whose booking was told as made after the day said to be missed.
fn booked_later(machine: &Machine<'_>, missed: &DnaRecorded) -> Option<DateTime<Utc>> {
    let ours = |id: &AppointmentId| *id == missed.appointment_id;
    #[expect(clippy::wildcard_enum_match_arm, reason = "two steps say when it was to start")]
    machine.steps.iter().find_map(|step| match step.entry.step() {
        Step::AppointmentBooked(it) if ours(&it.appointment_id) => Some(it.starts_at),
        Step::AppointmentRescheduled(it) if ours(&it.appointment_id) => it.previous_starts_at,
        _ => None,
    })
}

/// Whether the patient was seen at that appointment, and not on a day it was moved to.
fn was_seen(machine: &Machine<'_>, missed: &DnaRecorded) -> bool {
    let starts_on = |day: NaiveDate| {
        #[expect(clippy::wildcard_enum_match_arm, reason = "two steps say when it starts")]
        machine.steps.iter().any(|step| match step.entry.step() {
            Step::AppointmentBooked(it) if it.appointment_id == missed.appointment_id => {
                london::date_of(it.starts_at) == day
            }
            Step::AppointmentRescheduled(it) if it.appointment_id == missed.appointment_id => {
                london::date_of(it.starts_at) == day
            }
            _ => false,
        })
    };
    let is_of_it = |day: NaiveDate| {
        day == missed.appointment_date || day > missed.appointment_date && !starts_on(day)
    };
    machine.steps.iter().any(|step| {
        matches!(step.entry.step(), Step::OutpatientAttended(it)
            if it.appointment_id == missed.appointment_id && admission::was_seen(it))
            && is_of_it(step.on)
    })
}
