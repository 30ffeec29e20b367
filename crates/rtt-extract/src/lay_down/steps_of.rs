//! The steps of one laid-down pathway: referral, receipt, triage, what the patient was told, listing.

use chrono::{Days, NaiveDate, NaiveTime};
use steps::{
    OccurredAt, OdsCode, Step,
    advice_and_referral::{
        ReferralAccepted, ReferralPurpose, ReferralReceived, ReferralRelation, ReferralRoute,
        ReferralSent, ReferralTriaged, RttScope, TriageOutcome,
    },
    clock_and_list::{AddedToWaitingList, ListType},
    codes::{Channel, Priority, Role},
    letters_and_information::{InformedOf, PatientInformed},
};

use super::{Course, Digits};
use crate::{
    directory::{Line, practice_code, service_id},
    extract::ExtractRow,
};

/// Shares, in a hundred, of the steps that not every provider's system tells.
const ACCEPTED_PERCENT: u32 = 60;
const INFORMED_PERCENT: u32 = 85;

/// What the patient was told: whom to ring, for what.
const TOLD: [InformedOf; 3] = [
    InformedOf::GeneralContact,
    InformedOf::WhomToContactAboutDelay,
    InformedOf::DeteriorationContact,
];

pub(super) type Happened = (OccurredAt, Step);

pub(super) fn steps_of(row: &ExtractRow, course: &Course) -> Vec<Happened> {
    let Some(service) = service_id(&row.provider, &row.function) else {
        return Vec::new();
    };
    let scene =
        Scene { row, course, service, referrer: practice_code(course.digits.below(3, 200)) };
    let mut steps = Vec::with_capacity(6);
    steps.push(scene.sent());
    steps.push(scene.received());
    if let Some(after) = course.triaged_after {
        steps.push(scene.triaged(after));
        steps.extend(scene.accepted(after));
        steps.extend(scene.informed(after));
    }
    steps.extend(scene.listed());
    steps
}

struct Scene<'a> {
    row: &'a ExtractRow,
    course: &'a Course,
    service: steps::ServiceId,
    referrer: Option<OdsCode>,
}

impl Scene<'_> {
    fn priority(&self) -> Priority {
        match self.course.digits.below(4, 100) {
            0..=4 => Priority::UrgentSuspectedCancer,
            5..=24 => Priority::Urgent,
            _ => Priority::Routine,
        }
    }

    fn sent(&self) -> Happened {
        let row = self.row;
        let days_before = self.course.digits.below(5, 3);
        let date = self.course.received.checked_sub_days(Days::new(days_before.into()));
        let step = ReferralSent {
            referrer: self.referrer.clone().unwrap_or_else(|| row.provider.clone()),
            service: self.service.clone(),
            provider: row.provider.clone(),
            function: Some(row.function.clone()),
            ubrn: None,
            priority: self.priority(),
            reason: None,
            intended_outcome: None,
            patient_expectations: None,
            assessments: Vec::new(),
            consent: None,
            pre_referral_considered: Vec::new(),
            adjustments: Vec::new(),
        };
        (self.at(date.unwrap_or(self.course.received), 8), step.into())
    }

    fn received(&self) -> Happened {
        let row = self.row;
        let step = ReferralReceived {
            provider: row.provider.clone(),
            site: None,
            service: self.service.clone(),
            rtt_scope: RttScope::InScope,
            function: row.function.clone(),
            commissioner: Some(row.commissioner.clone()),
            referrer: self.referrer.clone(),
            route: ReferralRoute::Other,
            referral_purpose: ReferralPurpose::Treatment,
            referral_relation: Some(ReferralRelation::First),
            priority: Some(self.priority()),
            received_at: None,
            ubrn: None,
            first_ubrn: None,
            ubrn_converted_at: None,
            asi_at: None,
            earlier_activity_at: None,
            interface_received_at: None,
            spoa_at: None,
            ratified_at: None,
            ratified_by: None,
            prior_commissioner_english: None,
        };
        (self.at(self.course.received, 10), step.into())
    }

    fn triaged(&self, after: u32) -> Happened {
        let step = ReferralTriaged {
            triage_outcome: TriageOutcome::Accept,
            priority: Some(self.priority()),
            by_role: Role::TriageClinician,
        };
        (self.at(self.days_on(after), 12), step.into())
    }

    fn accepted(&self, after: u32) -> Option<Happened> {
        let step = ReferralAccepted {
            service: self.service.clone(),
            provider: Some(self.row.provider.clone()),
            consultant: None,
            list_name: None,
        };
        let told = self.course.digits.share(6, ACCEPTED_PERCENT);
        told.then(|| (self.at(self.days_on(after), 13), step.into()))
    }

    /// The patient is told after triage; some have not been told at all.
    fn informed(&self, after: u32) -> Option<Happened> {
        let digits = self.course.digits;
        let on = (after + digits.below(1, 4)).min(self.course.days_waited);
        let step = PatientInformed {
            content: TOLD.to_vec(),
            next_step_version: None,
            channel: if digits.share(3, 50) { Channel::NhsApp } else { Channel::Letter },
            organisation: Some(self.row.provider.clone()),
            told_by_role: Some(Role::BookingTeam),
            told_person: None,
            expected_by: None,
            wait_estimate_weeks: None,
            wait_eight_in_ten_weeks: None,
            general_contact: Line::Questions.id(&self.service),
            delay_contact: Line::Delay.id(&self.service),
            deterioration_contact: Line::Deterioration.id(&self.service),
            language: None,
            format: None,
            adjustment_considered: None,
            letter_ref: None,
        };
        let told = digits.share(2, INFORMED_PERCENT);
        told.then(|| (self.at(self.days_on(on), 14), step.into()))
    }

    fn listed(&self) -> Option<Happened> {
        let decided = self.course.decision_to_admit?;
        let step = AddedToWaitingList {
            list_type: ListType::Admitted,
            provider: self.row.provider.clone(),
            function: Some(self.row.function.clone()),
            procedure: None,
            admit_for_treatment: Some(true),
            clinical_priority: None,
            decision_to_admit_date: Some(decided),
            queue_position_date: None,
        };
        Some((self.at(decided, 15), step.into()))
    }

    fn days_on(&self, days: u32) -> NaiveDate {
        let received = self.course.received;
        received.checked_add_days(Days::new(days.into())).unwrap_or(received)
    }

    fn at(&self, date: NaiveDate, hour: u32) -> OccurredAt {
        at(date, hour, self.course.digits)
    }
}

/// A minute of the hour `hour` (8 to 17, so that the day is the same in London and in UTC).
pub(super) fn at(date: NaiveDate, hour: u32, digits: Digits) -> OccurredAt {
    let time = NaiveTime::from_hms_opt(hour, digits.below(0, 60), 0).unwrap_or(NaiveTime::MIN);
    OccurredAt::Instant(date.and_time(time).and_utc())
}
