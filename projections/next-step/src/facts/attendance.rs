//! Who came and who did not, and what was decided then.

use chrono::NaiveDate;
use pathway::london;
use steps::{
    AppointmentId, Step,
    booking_and_attendance::{
        AttendanceCode, AttendanceOutcome, BookingKind, DnaClinicalDecisionMade, DnaDecision,
        OutpatientAttended,
    },
};

use super::Facts;
use crate::{
    State,
    thread::{Mark, Thread},
};

/// The appointment missed last.
#[derive(Debug)]
pub(super) struct Missed {
    id: Option<AppointmentId>,
    first: bool,
    to_come_in: bool,
    /// The stage before it, which stands again if the patient was seen after all.
    before: Option<Thread>,
}

impl Missed {
    /// A decision about something missed that nobody recorded.
    const UNTOLD: Self = Self { id: None, first: false, to_come_in: false, before: None };

    /// Whether that appointment was missed.
    pub(super) fn is_of(&self, id: &AppointmentId) -> bool {
        self.id.as_ref() == Some(id)
    }
}

impl Facts {
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about attendance")]
    pub(super) fn attendance(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::OutpatientAttended(it) => match it.attendance_code {
                code if is_seen_code(code) => self.attended(it, mark),
                AttendanceCode::DidNotAttend | AttendanceCode::ArrivedLateNotSeen => {
                    self.missed_one(&it.appointment_id, mark);
                }
                _ => {}
            },
            Step::DnaRecorded(it) if self.stood(&it.appointment_id, it.appointment_date) => {
                self.missed_one(&it.appointment_id, mark);
            }
            Step::DnaClinicalDecisionMade(it) => self.decided_after_dna(it, mark),
            Step::AppointmentOutcomeRecorded(it) => {
                self.outcomes.push(it.appointment_id.clone());
                let open = |state| {
                    matches!(
                        state,
                        State::AttendedNoOutcome | State::AcceptedUnbooked | State::DnaUndecided
                    )
                };
                if self.stage.is_none() || self.stage_is(open) {
                    self.outcome(it.attendance_outcome, mark);
                }
            }
            _ => {}
        }
    }

    /// Who was seen has settled every appointment before, too.
    fn attended(&mut self, it: &OutpatientAttended, mark: Mark) {
        let kind = self
            .booking_of(&it.appointment_id)
            .map_or(BookingKind::Appointment, |booking| booking.kind);
        self.attended.push((it.appointment_id.clone(), london::date(mark.at)));
        if self.is_undecided_about(&it.appointment_id) {
            self.stage = self.missed.take().and_then(|missed| missed.before);
        }
        let (_, end) = london::bounds(mark.at);
        for booking in &mut self.bookings {
            if booking.id == it.appointment_id || booking.starts_at < end {
                booking.live = false;
            }
        }
        if kind == BookingKind::Test {
            return;
        }
        self.seen = true;
        self.owe_clinic_letter(&it.appointment_id, &it.provider, mark);
        let keeps =
            kind == BookingKind::PreOperativeAssessment && self.stage_is(State::is_on_the_list);
        if !keeps && !self.outcomes.contains(&it.appointment_id) {
            let seen = Thread::new(State::AttendedNoOutcome, mark);
            self.set_stage(seen.at_organisation(Some(it.provider.clone())));
        }
    }

    fn missed_one(&mut self, id: &AppointmentId, mark: Mark) {
        let first = !self.seen;
        let mut to_come_in = false;
        let mut provider = None;
        if let Some(booking) = self.booking_of(id) {
            booking.live = false;
            to_come_in = booking.kind == BookingKind::ToComeIn;
            provider.clone_from(&booking.provider);
        }
        let told_again = self.is_undecided_about(id);
        let earlier = self.missed.take().filter(|_| told_again).and_then(|missed| missed.before);
        let before = if told_again { earlier } else { self.stage.take() };
        self.missed = Some(Missed { id: Some(id.clone()), first, to_come_in, before });
        self.set_stage(Thread::new(State::DnaUndecided, mark).at_organisation(provider));
    }

    /// Whether the appointment stood on that day: not cancelled or moved away, and not attended.
    fn stood(&mut self, id: &AppointmentId, day: NaiveDate) -> bool {
        let gone = self.cancelled.iter().any(|(other, on)| other == id && *on <= day);
        let seen = self.attended.iter().any(|(other, on)| other == id && *on >= day);
        let booked = self.booking_of(id).map(|booking| london::date_of(booking.starts_at));
        !gone && !seen && booked.is_none_or(|booked| booked == day)
    }

    /// Whether a clinician has still to decide about that missed appointment.
    pub(super) fn is_undecided_about(&self, id: &AppointmentId) -> bool {
        self.stage_is(|state| state == State::DnaUndecided)
            && self.missed.as_ref().is_some_and(|missed| missed.is_of(id))
    }

    fn decided_after_dna(&mut self, it: &DnaClinicalDecisionMade, mark: Mark) {
        let missed = self.missed.take().unwrap_or(Missed::UNTOLD);
        let Missed { first, to_come_in, .. } = missed;
        let refused = self.refused.contains(&mark.event);
        let invited = it.communicated_at.is_some() && it.vulnerable != Some(true);
        let guarded = it.guards.as_ref().is_none_or(|guards| {
            guards.clearly_communicated
                && guards.not_against_interest
                && guards.published_policy
                && guards.policy_protects_vulnerable
        });
        match it.dna_decision {
            DnaDecision::Reoffer if first && invited => {
                self.stage_at(State::NullifiedAwaitingPatient, mark);
            }
            DnaDecision::Reoffer if to_come_in => self.stage_at(State::OnAdmittedList, mark),
            DnaDecision::Reoffer => self.await_a_date(mark),
            DnaDecision::Discharge if refused || !first && !guarded => {
                self.missed = Some(missed);
                self.stage_at(State::DnaUndecided, mark);
            }
            DnaDecision::Discharge => {
                self.decided(it.communicated_at.is_some(), it.gp_told_at.is_some(), mark);
            }
        }
    }

    fn outcome(&mut self, outcome: AttendanceOutcome, mark: Mark) {
        match outcome {
            AttendanceOutcome::Discharged => self.stage_at(State::BackWithPractice, mark),
            AttendanceOutcome::AnotherAppointmentGiven | AttendanceOutcome::AppointmentToBeMade => {
                self.await_a_date(mark);
            }
        }
    }
}

/// Whether the patient was seen, on time or late.
fn is_seen_code(code: AttendanceCode) -> bool {
    matches!(code, AttendanceCode::AttendedOnTime | AttendanceCode::AttendedLate)
}
