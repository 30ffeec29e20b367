//! Active monitoring: rows 29 to 34.

use chrono::{Days, NaiveDate};
use steps::{
    OfferId, Step,
    booking_and_attendance::AppointmentOffered,
    clock_and_list::{ActiveMonitoringStarted, MonitoringInitiator, MonitoringReason},
    codes::RttStatus,
};

use super::{
    ClockState, Reason, Row, decision,
    machine::{Act, Machine, Stop, Verdict},
    order::{self, Dated},
};

/// Active monitoring started: by the patient, by a professional, or for a delay.
pub(super) fn started(
    machine: &Machine<'_>,
    at: Dated<'_>,
    step: &ActiveMonitoringStarted,
) -> Verdict {
    if let Some(refused) = machine.stop_refused() {
        return refused;
    }
    let going_on = RttStatus::SubsequentActivity;
    let by_patient = step.monitoring_initiator == MonitoringInitiator::Patient;
    let is_told = step.agreed_at.is_some() || step.patient_agreed;
    match step.monitoring_reason {
        MonitoringReason::Delay => match delay_refused(machine, at, step) {
            Some(reason) => Verdict::reject(Row::MonitoringUnfounded, reason).coded(going_on),
            None => stop(at, false),
        },
        MonitoringReason::Clinical | MonitoringReason::Thinking if by_patient => stop(at, true),
        MonitoringReason::Clinical | MonitoringReason::Thinking if is_told => stop(at, false),
        MonitoringReason::Clinical | MonitoringReason::Thinking => {
            Verdict::reject(Row::NotYetTold, Reason::PatientNotToldYet).coded(going_on)
        }
    }
}

/// The patient, or a clinician with the patient, goes ahead after active monitoring.
pub(super) fn resumed(machine: &Machine<'_>, at: Dated<'_>) -> Verdict {
    if machine.state() == ClockState::Monitoring {
        return decision::resumed_as(Row::ResumedAfterMonitoring, at);
    }
    Verdict::stay(Row::Unlisted)
}

/// An activity while no clock ticks.
pub(super) fn activity(machine: &Machine<'_>) -> Verdict {
    let row = match machine.state() {
        ClockState::Monitoring => Row::ActivityDuringMonitoring,
        ClockState::None
        | ClockState::Ticking
        | ClockState::Nullified
        | ClockState::Treated
        | ClockState::Stopped
        | ClockState::Transferred
        | ClockState::Deceased
        | ClockState::Planned => Row::Unlisted,
    };
    if machine.state() == ClockState::Ticking {
        return Verdict::stay(row);
    }
    Verdict::stay(row).coded(machine.status_outside())
}

/// Discharged from active monitoring: the stop that began it stands.
pub(super) fn discharged() -> Verdict {
    let status = RttStatus::DuringActiveMonitoring;
    Verdict::new(Row::DischargedFromMonitoring, Act::Become(ClockState::Stopped)).coded(status)
}

/// The place on the list that the patient keeps after active monitoring for a delay.
pub(super) fn kept_place(machine: &Machine<'_>, row: Row) -> Option<NaiveDate> {
    if row != Row::ResumedAfterMonitoring {
        return None;
    }
    let before = machine.last()?;
    let ended_by = machine.step_of(before.end.as_ref()?.event_id)?;
    let Step::ActiveMonitoringStarted(step) = ended_by else { return None };
    if step.monitoring_reason != MonitoringReason::Delay {
        return None;
    }
    step.queue_position_date.or(before.queue_position).or(before.start.date)
}

fn stop(at: Dated<'_>, by_patient: bool) -> Verdict {
    let (row, status) = if by_patient {
        (Row::MonitoringByPatient, RttStatus::ActiveMonitoringByPatient)
    } else {
        (Row::MonitoringByProfessional, RttStatus::ActiveMonitoringByProfessional)
    };
    Verdict::stop(row, Stop::new(ClockState::Monitoring, at.on, status))
}

/// What is missing for active monitoring because the patient wants to wait.
fn delay_refused(
    machine: &Machine<'_>,
    at: Dated<'_>,
    step: &ActiveMonitoringStarted,
) -> Option<Reason> {
    if !machine.policy.on(at.on).active_monitoring_for_choice {
        return Some(Reason::ChoiceMonitoringOff);
    }
    if !step.patient_agreed {
        return Some(Reason::PatientDidNotAgree);
    }
    if step.conversation_at.is_none() {
        return Some(Reason::NoConversation);
    }
    if two_were_possible(machine, at, step) {
        return None;
    }
    let offers = declined_offers(machine, step);
    let within = i64::from(machine.policy.on(at.on).second_offer_within_days);
    let counting = offers.iter().filter(|offer| is_own_or_agreed(machine, offer));
    if are_two(counting, within) {
        None
    } else if are_two(offers.iter(), within) {
        Some(Reason::AlternativeNotAgreed)
    } else {
        Some(Reason::TooFewReasonableOffers)
    }
}

/// An offer with the day it was made.
type Made<'a> = (NaiveDate, &'a AppointmentOffered);

/// The reasonable offers since the start that were declined, in the order in which they were made.
fn declined_offers<'a>(machine: &Machine<'a>, step: &ActiveMonitoringStarted) -> Vec<Made<'a>> {
    let declined = |id: &OfferId| {
        machine.since_start().any(|other| {
            matches!(other.entry.step(), Step::AppointmentOfferDeclined(no) if no.offer_id == *id)
        })
    };
    let reasonable = machine.since_start().filter_map(|other| {
        let Step::AppointmentOffered(offer) = other.entry.step() else { return None };
        let is_meant = step.offers.is_empty() || step.offers.contains(&offer.offer_id);
        let notice = i64::from(machine.policy.on(other.on).reasonable_notice_days);
        let is_in_time = (offer.offered_date - other.on).num_days() >= notice;
        (is_meant && is_in_time && declined(&offer.offer_id)).then_some((other.on, offer.as_ref()))
    });
    reasonable.collect()
}

/// Whether the provider that reported the wait on that day made the offer, or another one with which
/// the patient had agreed. An offer that names no provider is taken as the own provider's.
fn is_own_or_agreed(machine: &Machine<'_>, (made_on, offer): &Made<'_>) -> bool {
    let own = machine.last().and_then(|period| period.reported_on(*made_on));
    let is_elsewhere =
        offer.provider.as_ref().zip(own).is_some_and(|(by, own)| *by != own.provider);
    !is_elsewhere || offer.alternative_agreed == Some(true)
}

/// Whether there are two offers, the second dated soon enough after the first.
fn are_two<'a>(offers: impl Iterator<Item = &'a Made<'a>>, within_days: i64) -> bool {
    let dates: Vec<NaiveDate> = offers.map(|(_, offer)| offer.offered_date).collect();
    let mut later = dates.iter().enumerate();
    later.any(|(index, first)| {
        let rest = dates.iter().skip(index + 1);
        rest.into_iter().any(|second| (*second - *first).num_days() <= within_days)
    })
}

/// Whether two reasonable dates could have been offered inside the time the patient is away.
fn two_were_possible(machine: &Machine<'_>, at: Dated<'_>, step: &ActiveMonitoringStarted) -> bool {
    let declared = machine.since_start().filter_map(|other| {
        let Step::PatientUnavailabilityDeclared(away) = other.entry.step() else { return None };
        Some((other.on, away.from_date, away.to_date))
    });
    let told_on = order::day(step.conversation_at).unwrap_or(at.on).min(at.on);
    let said = step.unavailable_from.zip(step.unavailable_to);
    let said = said.map(|(from, to)| (told_on, from, to));
    declared.chain(said).any(|(told_on, from, to)| {
        let notice = machine.policy.on(told_on).reasonable_notice_days;
        let notice = Days::new(u64::from(notice));
        let earliest = told_on.checked_add_days(notice).map(|date| date.max(from));
        earliest.is_some_and(|earliest| earliest < to)
    })
}
