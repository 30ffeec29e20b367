//! Appointments: offered, booked, moved, kept or missed.

use chrono::{DateTime, Duration, Utc};
use pathway::london;
use steps::{
    AppointmentId, Label, OccurredAt, OdsCode, OfferId, Step,
    booking_and_attendance::{
        AppointmentBooked, AppointmentCancelled, AttendanceCode, AttendanceOutcome, BookingKind,
        DnaClinicalDecisionMade, DnaDecision, Initiator, OutpatientAttended,
    },
};

use super::{Facts, Offer};
use crate::{
    State,
    answer::Appointment,
    thread::{Mark, Thread},
};

/// A longer delay than this asks for a clinical review (DOMAIN.md 1.4).
const DELAY_DAYS_MAX: i64 = 42;

/// An appointment, and whether it is still to be settled.
#[derive(Debug)]
pub(crate) struct Booking {
    id: AppointmentId,
    kind: BookingKind,
    starts_at: DateTime<Utc>,
    place: Option<Label>,
    provider: Option<OdsCode>,
    site: Option<OdsCode>,
    mark: Mark,
    change_asked: Option<Mark>,
    live: bool,
}

impl Booking {
    /// Nobody will keep it any more.
    pub(super) fn settle(&mut self) {
        self.live = false;
    }

    /// As it is shown.
    pub(crate) fn shown(&self) -> Appointment {
        Appointment {
            starts_at: self.starts_at,
            place: self.place.clone(),
            provider: self.provider.clone(),
            site: self.site.clone(),
        }
    }
}

/// The appointment missed last.
#[derive(Debug)]
pub(super) struct Missed {
    first: bool,
    to_come_in: bool,
}

impl Facts {
    #[expect(
        clippy::wildcard_enum_match_arm,
        reason = "all other steps are not about appointments"
    )]
    pub(super) fn booking(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::AppointmentSlotUnavailable(it) => {
                let when = self.who.when();
                let unbooked = Thread::new(State::AcceptedUnbooked, mark).when(when);
                self.set_stage(unbooked.due(it.expected_contact_by));
            }
            Step::AppointmentOffered(it) => self.offers.push(Offer {
                id: it.offer_id.clone(),
                date: it.offered_date,
                to_come_in: it.booking_kind == BookingKind::ToComeIn,
                declined: false,
            }),
            Step::AppointmentOfferDeclined(it) => {
                let until = it.patient_unavailable_until;
                let long = until.is_some_and(|until| {
                    (until - london::date(mark.at)).num_days() > DELAY_DAYS_MAX
                });
                self.offer_declined(&it.offer_id, long, mark);
            }
            Step::AppointmentBooked(it) => self.booked(it, mark),
            Step::AppointmentChangeRequested(it) => {
                if let Some(booking) = self.booking_of(&it.appointment_id) {
                    booking.change_asked = Some(mark);
                }
            }
            Step::AppointmentRescheduled(it) => {
                self.moved(&it.appointment_id, it.starts_at, mark);
            }
            Step::AppointmentCancelled(it) => self.cancelled(it, mark),
            Step::PatientUnavailabilityDeclared(it) => {
                let days = (it.to_date - it.from_date).num_days();
                if days > DELAY_DAYS_MAX {
                    self.stage_at(State::ClinicalReview, mark);
                }
            }
            Step::PatientRebookRequested(_) => self.to_book(mark),
            other => self.attendance(other, mark),
        }
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "all other steps are not about attendance")]
    fn attendance(&mut self, step: &Step, mark: Mark) {
        match step {
            Step::OutpatientAttended(it) => match it.attendance_code {
                code if super::is_seen_code(code) => self.attended(it, mark),
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

    /// Whether an appointment (or a date to come in) is booked and not settled.
    pub(super) fn has_live(&self, to_come_in: bool) -> bool {
        let fits = |booking: &Booking| match booking.kind {
            BookingKind::ToComeIn => to_come_in,
            BookingKind::Appointment => !to_come_in,
            BookingKind::Test | BookingKind::PreOperativeAssessment => false,
        };
        self.bookings.iter().any(|booking| booking.live && fits(booking))
    }

    /// What is booked and not settled, the first first.
    pub(crate) fn live_bookings(&self) -> Vec<&Booking> {
        let mut live: Vec<&Booking> = self.bookings.iter().filter(|booking| booking.live).collect();
        live.sort_by_key(|booking| (booking.starts_at, booking.mark.event));
        live
    }

    pub(super) fn appointment_threads(&self) -> Vec<Thread> {
        let live = self.live_bookings();
        let changes = live.iter().filter_map(|booking| {
            let changed = Thread::new(State::ChangeRequested, booking.change_asked?);
            Some(changed.at_organisation(booking.provider.clone()))
        });
        let first = live.iter().find(|booking| booking.change_asked.is_none()).map(|booking| {
            let mut booked = Thread::new(State::Booked, booking.mark);
            booked.turns_at = Some(booking.starts_at);
            booked.due = Some(OccurredAt::Instant(booking.starts_at));
            booked.at_organisation(booking.provider.clone())
        });
        changes.chain(first).collect()
    }

    /// A patient who came in has kept the date to come in.
    pub(super) fn came_in(&mut self, at: OccurredAt) {
        let (_, end) = london::bounds(at);
        for booking in &mut self.bookings {
            if booking.kind == BookingKind::ToComeIn && booking.starts_at < end + Duration::days(1)
            {
                booking.live = false;
            }
        }
    }

    fn booking_of(&mut self, id: &AppointmentId) -> Option<&mut Booking> {
        self.bookings.iter_mut().find(|booking| booking.id == *id)
    }

    fn booked(&mut self, it: &AppointmentBooked, mark: Mark) {
        self.bookings.retain(|booking| booking.id != it.appointment_id);
        self.bookings.push(Booking {
            id: it.appointment_id.clone(),
            kind: it.booking_kind,
            starts_at: it.starts_at,
            place: it.place.clone(),
            provider: Some(it.provider.clone()),
            site: it.site.clone(),
            mark,
            change_asked: None,
            live: true,
        });
        self.close_side(&[State::TransferRejected]);
        match it.booking_kind {
            BookingKind::Appointment if self.stage.is_none() || self.stage_is(gives_way) => {
                self.to_book(mark)
            }
            BookingKind::ToComeIn if !self.stage_is(|state| state == State::Admitted) => {
                self.stage_at(State::OnAdmittedList, mark);
            }
            BookingKind::Appointment
            | BookingKind::ToComeIn
            | BookingKind::Test
            | BookingKind::PreOperativeAssessment => {}
        }
    }

    fn moved(&mut self, id: &AppointmentId, starts_at: DateTime<Utc>, mark: Mark) {
        let provider = self.who.provider.clone();
        if let Some(booking) = self.booking_of(id) {
            booking.starts_at = starts_at;
            booking.mark = mark;
            booking.change_asked = None;
            booking.live = true;
            return;
        }
        self.bookings.push(Booking {
            id: id.clone(),
            kind: BookingKind::Appointment,
            starts_at,
            place: None,
            provider,
            site: None,
            mark,
            change_asked: None,
            live: true,
        });
    }

    fn cancelled(&mut self, it: &AppointmentCancelled, mark: Mark) {
        let (kind, starts_at) = match self.booking_of(&it.appointment_id) {
            Some(booking) => {
                booking.live = false;
                (booking.kind, Some(booking.starts_at))
            }
            None => (BookingKind::Appointment, None),
        };
        let on_the_day = starts_at.is_some_and(|at| london::date_of(at) == london::date(mark.at));
        match kind {
            BookingKind::ToComeIn if on_the_day && it.initiator == Initiator::Provider => {
                self.stage_at(State::TreatmentCancelled, mark);
            }
            BookingKind::ToComeIn => self.stage_at(State::OnAdmittedList, mark),
            BookingKind::Appointment if self.stage.is_none() || self.stage_is(gives_way) => {
                self.to_book(mark)
            }
            BookingKind::Appointment | BookingKind::Test | BookingKind::PreOperativeAssessment => {}
        }
    }

    /// Two dates declined, or a long delay, are for the consultant to review; one is for another
    /// offer, counted from the first date. Offers of outpatient dates stay with the booking team.
    fn offer_declined(&mut self, id: &OfferId, long_delay: bool, mark: Mark) {
        let listed = self.stage_is(State::is_on_the_list);
        let known = self.offers.iter_mut().find(|offer| offer.id == *id);
        let to_come_in = known.is_none_or(|offer| {
            offer.declined = true;
            offer.to_come_in
        });
        let declined: Vec<&Offer> = self
            .offers
            .iter()
            .filter(|offer| offer.declined && offer.to_come_in == to_come_in)
            .collect();
        if long_delay || declined.len() >= 2 {
            self.stage_at(State::ClinicalReview, mark);
        } else if to_come_in && listed {
            let first = declined.first().map(|offer| offer.date);
            let by = first.and_then(|date| date.checked_add_signed(Duration::days(DELAY_DAYS_MAX)));
            self.set_stage(Thread::new(State::TciDeclinedOnce, mark).due(by.map(OccurredAt::Day)));
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
            provider = booking.provider.clone();
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
                self.stage_at(State::NullifiedAwaitingPatient, mark)
            }
            DnaDecision::Reoffer if to_come_in => self.stage_at(State::OnAdmittedList, mark),
            DnaDecision::Reoffer => self.to_book(mark),
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
                self.to_book(mark);
            }
        }
    }
}

/// Stages that an appointment, made or cancelled, takes the place of; the others go on beside it.
fn gives_way(state: State) -> bool {
    matches!(
        state,
        State::AdviceAwaiting
            | State::AdviceNeedsInformation
            | State::AdviceReturned
            | State::ReferralDrafted
            | State::SentNoReceipt
            | State::ReceivedUntriaged
            | State::SelfReferralUnratified
            | State::ReturnedForInformation
            | State::Declined
            | State::DeclineDisputed
            | State::AcceptedUnbooked
            | State::NullifiedAwaitingPatient
            | State::TransferReceived
            | State::DnaUndecided
            | State::BackWithPractice
    )
}
