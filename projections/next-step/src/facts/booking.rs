//! Appointments: offered, booked, moved, cancelled.

use chrono::{DateTime, Duration, Utc};
use pathway::london;
use steps::{
    AppointmentId, Label, OccurredAt, OdsCode, OfferId, Step,
    booking_and_attendance::{AppointmentBooked, AppointmentCancelled, BookingKind, Initiator},
};

use super::{Facts, Offer};
use crate::{
    State,
    answer::Appointment,
    thread::{Mark, Thread},
};

/// A longer delay than this asks for a clinical review (RTT guidance v5.0, section 8).
const DELAY_DAYS_MAX: i64 = 42;

/// An appointment, and whether it is still to be settled.
#[derive(Debug)]
pub(crate) struct Booking {
    pub(super) id: AppointmentId,
    pub(super) kind: BookingKind,
    pub(super) starts_at: DateTime<Utc>,
    pub(super) place: Option<Label>,
    pub(super) provider: Option<OdsCode>,
    pub(super) site: Option<OdsCode>,
    pub(super) mark: Mark,
    pub(super) change_asked: Option<Mark>,
    pub(super) live: bool,
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
            Step::PatientRebookRequested(_) => self.await_a_date(mark),
            other => self.attendance(other, mark),
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

    pub(super) fn booking_of(&mut self, id: &AppointmentId) -> Option<&mut Booking> {
        self.bookings.iter_mut().find(|booking| booking.id == *id)
    }

    fn booked(&mut self, it: &AppointmentBooked, mark: Mark) {
        self.bookings.retain(|booking| booking.id != it.appointment_id);
        self.cancelled.retain(|(id, _)| *id != it.appointment_id);
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
                self.await_a_date(mark);
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
        self.cancelled.retain(|(other, _)| other != id);
        if self.is_undecided_about(id) {
            self.await_a_date(mark);
        }
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
        if starts_at.is_none_or(|starts_at| london::bounds(mark.at).0 < starts_at) {
            self.cancelled.push((it.appointment_id.clone(), london::date(mark.at)));
        }
        let on_the_day = starts_at.is_some_and(|at| london::date_of(at) == london::date(mark.at));
        match kind {
            BookingKind::ToComeIn if on_the_day && it.initiator == Initiator::Provider => {
                self.stage_at(State::TreatmentCancelled, mark);
            }
            BookingKind::ToComeIn => self.stage_at(State::OnAdmittedList, mark),
            BookingKind::Appointment if self.stage.is_none() || self.stage_is(gives_way) => {
                self.await_a_date(mark);
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
