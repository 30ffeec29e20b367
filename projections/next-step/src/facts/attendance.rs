//! Who came and who did not, and what was decided then.

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
    first: bool,
    to_come_in: bool,
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
            Step::DnaRecorded(it) => self.missed_one(&it.appointment_id, mark),
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
        self.missed = Some(Missed { first, to_come_in });
        self.set_stage(Thread::new(State::DnaUndecided, mark).at_organisation(provider));
    }

    fn decided_after_dna(&mut self, it: &DnaClinicalDecisionMade, mark: Mark) {
        let Missed { first, to_come_in } =
            self.missed.take().unwrap_or(Missed { first: false, to_come_in: false });
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
            DnaDecision::Discharge if !first && !guarded => {
                self.missed = Some(Missed { first, to_come_in });
                self.stage_at(State::DnaUndecided, mark);
            }
            DnaDecision::Discharge => self.decided(it.communicated_at.is_some(), mark),
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
