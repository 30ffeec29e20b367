//! What became of an appointment: whether it was truly missed, and when it was to start.
//!
//! A missed appointment is one without any earlier notice. What is known only to the day and could
//! lie on either side of the start is read for the patient: it resets nothing.

use chrono::{DateTime, NaiveDate, Utc};
use steps::{
    AppointmentId, Step,
    booking_and_attendance::{AttendanceCode, DnaRecorded},
};

use super::Reason;
use crate::{Entry, History, london};

/// Why the step is no missed appointment at all, if it is none.
pub(super) fn why_none(history: &History, missed: &DnaRecorded, late_is: bool) -> Option<Reason> {
    let is_miss = missed.attendance_code == AttendanceCode::DidNotAttend
        || late_is && missed.attendance_code == AttendanceCode::ArrivedLateNotSeen;
    if !is_miss {
        return Some(Reason::NotAMissCode);
    }
    if history.entries().iter().any(|entry| was_seen(entry, missed)) {
        return Some(Reason::SeenAfterAll);
    }
    Stood::of(history, missed).why_none(missed.appointment_date)
}

/// When the appointment was to start, as far as was known before `entry`.
pub(super) fn start_before(
    history: &History,
    id: &AppointmentId,
    entry: &Entry,
) -> Option<DateTime<Utc>> {
    let before = history.entries().iter().take_while(|one| one.event_id() != entry.event_id());
    before.filter_map(|one| starts(one.step(), id)).last()
}

/// The new start that a step gives the appointment.
fn starts(step: &Step, id: &AppointmentId) -> Option<DateTime<Utc>> {
    #[expect(clippy::wildcard_enum_match_arm, reason = "two steps say when it starts")]
    match step {
        Step::AppointmentBooked(it) if it.appointment_id == *id => Some(it.starts_at),
        Step::AppointmentRescheduled(it) if it.appointment_id == *id => Some(it.starts_at),
        _ => None,
    }
}

/// Whether the step shows the patient seen at the appointment on the day said to be missed.
fn was_seen(entry: &Entry, missed: &DnaRecorded) -> bool {
    let on_the_day = entry.date() == missed.appointment_date;
    #[expect(clippy::wildcard_enum_match_arm, reason = "two steps show that somebody was seen")]
    let seen_at = match entry.step() {
        Step::OutpatientAttended(it) if attended(it.attendance_code) => Some(&it.appointment_id),
        Step::TestPerformed(it) => it.appointment_id.as_ref(),
        _ => None,
    };
    on_the_day && seen_at == Some(&missed.appointment_id)
}

/// Whether the code says that the patient was seen.
pub(super) const fn attended(code: AttendanceCode) -> bool {
    matches!(code, AttendanceCode::AttendedOnTime | AttendanceCode::AttendedLate)
}

/// The appointment as it stood at its start on the day said to be missed.
#[derive(Default)]
struct Stood {
    start: Option<DateTime<Utc>>,
    was_on_the_day: bool,
    cancelled: bool,
}

impl Stood {
    fn of(history: &History, missed: &DnaRecorded) -> Self {
        let mut stood = Self::default();
        history.entries().iter().for_each(|entry| stood.take(entry, missed));
        stood
    }

    fn take(&mut self, entry: &Entry, missed: &DnaRecorded) {
        let (id, day) = (&missed.appointment_id, missed.appointment_date);
        if let (None, Step::AppointmentRescheduled(it)) = (self.start, entry.step())
            && it.appointment_id == *id
        {
            self.starts(it.previous_starts_at, day);
        }
        if self.is_past(entry, day) {
            return;
        }
        if let Some(start) = starts(entry.step(), id) {
            self.starts(Some(start), day);
        }
        if let Step::AppointmentCancelled(it) = entry.step() {
            self.cancelled |= it.appointment_id == *id && entry.date() <= day;
        }
    }

    fn starts(&mut self, at: Option<DateTime<Utc>>, day: NaiveDate) {
        self.was_on_the_day |= at.is_some_and(|at| london::date_of(at) == day);
        self.start = at;
        self.cancelled = false;
    }

    /// Whether the step happened after the start that was missed, and so changes nothing about it.
    fn is_past(&self, entry: &Entry, day: NaiveDate) -> bool {
        let (first, _) = london::bounds(entry.occurred_at());
        self.start.is_some_and(|start| london::date_of(start) == day && start <= first)
    }

    fn why_none(&self, day: NaiveDate) -> Option<Reason> {
        let is_another = self.start.is_some_and(|start| london::date_of(start) != day);
        match (self.cancelled, is_another, self.was_on_the_day) {
            (true, ..) => Some(Reason::CancelledBeforehand),
            (false, true, true) => Some(Reason::MovedBeforehand),
            (false, true, false) => Some(Reason::NotTheDayBooked),
            (false, false, _) => None,
        }
    }
}
