//! Group B: booking and attendance.

use chrono::{DateTime, NaiveDate, Utc};

use crate::{
    OccurredAt, Personal,
    codes::{Channel, Funding, Medium, Role, RttStatus},
    identifiers::{
        AppointmentId, ContactPointId, FunctionCode, Label, OdsCode, OfferId, ServiceId, Text,
    },
};

mod codes;
pub use self::codes::*;

words! {
    /// No slot was free: the referral is on the slot issues list (row 21).
    pub struct AppointmentSlotUnavailable {
        /// Since when.
        pub slots_unavailable_since: Option<OccurredAt>,
        /// When the provider should have been in touch.
        pub expected_contact_by: Option<OccurredAt>,
        /// The provider.
        pub provider: Option<OdsCode>,
    }

    /// A date was offered (row 22; notice and reasonableness are derived).
    pub struct AppointmentOffered {
        /// The offer.
        pub offer_id: OfferId,
        /// The day offered.
        pub offered_date: NaiveDate,
        /// What it is for.
        pub booking_kind: BookingKind,
        /// How it was offered.
        pub channel: Option<Channel>,
        /// The provider that offers, own or alternative.
        pub provider: Option<OdsCode>,
        /// The site.
        pub site: Option<OdsCode>,
        /// Whether the patient had agreed to dates at this provider, where it is not their own (RTT row 30).
        pub alternative_agreed: Option<bool>,
    }

    /// The patient did not take the date (row 23; feeds RTT rows 30 and 31).
    pub struct AppointmentOfferDeclined {
        /// The offer.
        pub offer_id: OfferId,
        /// Why.
        pub offer_decline_reason: OfferDeclineReason,
        /// When the patient is available again.
        pub patient_unavailable_until: Option<NaiveDate>,
    }

    /// An appointment was booked (row 24; first or not is derived).
    pub struct AppointmentBooked {
        /// The appointment.
        pub appointment_id: AppointmentId,
        /// When it starts.
        pub starts_at: DateTime<Utc>,
        /// What it is for.
        pub booking_kind: BookingKind,
        /// The provider.
        pub provider: OdsCode,
        /// The site.
        pub site: Option<OdsCode>,
        /// The service.
        pub service: Option<ServiceId>,
        /// The clinic and place, in words for the patient.
        pub place: Option<Label>,
        /// How they will meet.
        pub medium: Option<Medium>,
        /// Whether the patient agreed the date when it was booked.
        pub agreed_with_patient: Option<bool>,
        /// Who pays for it; absent: the NHS.
        pub funding: Option<Funding>,
    }

    /// The patient was told of the appointment (row 25; the evidence for RTT row 12).
    pub struct AppointmentCommunicated {
        /// The appointment.
        pub appointment_id: AppointmentId,
        /// How.
        pub channel: Channel,
        /// When it arrived.
        pub delivered_at: Option<OccurredAt>,
        /// Digest of what was sent.
        pub content_hash: Option<Label>,
        /// How to change it was in the message.
        pub change_route: bool,
        /// Adjustments were considered before the channel was chosen.
        pub adjustment_considered: Option<bool>,
    }

    /// The patient asked for another date (row 26).
    pub struct AppointmentChangeRequested {
        /// The appointment.
        pub appointment_id: AppointmentId,
        /// The day wanted.
        pub desired_date: Option<NaiveDate>,
        /// How it was asked.
        pub channel: Option<Channel>,
    }

    /// The appointment was moved (row 27; RTT row 9).
    pub struct AppointmentRescheduled {
        /// The appointment.
        pub appointment_id: AppointmentId,
        /// When it was to start.
        pub previous_starts_at: Option<DateTime<Utc>>,
        /// When it starts now.
        pub starts_at: DateTime<Utc>,
        /// Who moved it.
        pub initiator: Initiator,
    }

    /// The appointment was cancelled (row 28; RTT rows 10 and 11).
    pub struct AppointmentCancelled {
        /// The appointment.
        pub appointment_id: AppointmentId,
        /// Who cancelled.
        pub initiator: Initiator,
        /// Why.
        pub appointment_cancel_reason: AppointmentCancelReason,
    }

    /// The patient said when they cannot come (row 29; more than six weeks asks for a clinical review).
    pub struct PatientUnavailabilityDeclared {
        /// First day.
        pub from_date: NaiveDate,
        /// Last day.
        pub to_date: NaiveDate,
    }

    /// The patient arrived (row 30).
    pub struct PatientArrived {
        /// The appointment.
        pub appointment_id: AppointmentId,
    }

    /// The patient was seen (row 31; opens SEL 2.5a and 2.5c).
    pub struct OutpatientAttended {
        /// The appointment.
        pub appointment_id: AppointmentId,
        /// The provider.
        pub provider: OdsCode,
        /// The treatment function.
        pub function: Option<FunctionCode>,
        /// When the contact ended.
        pub ended_at: Option<OccurredAt>,
        /// How they met.
        pub medium: Option<Medium>,
        /// On time or late.
        pub attendance_code: AttendanceCode,
        /// Whether it was a care activity of this pathway's period; absent: yes.
        pub for_this_period: Option<bool>,
        /// Who pays for it; absent: the NHS.
        pub funding: Option<Funding>,
    }

    /// Somebody of the clinic rang the patient before recording a DNA (row 32; SEL 2.4).
    pub struct DnaCallAttempted {
        /// The appointment.
        pub appointment_id: AppointmentId,
        /// Who rang.
        pub by_role: Role,
        /// By which channel; absent: telephone.
        pub channel: Option<Channel>,
        /// Which number was rung, as a reference into the source system.
        pub number_ref: Option<Label>,
        /// How it ended.
        pub call_outcome: CallOutcome,
    }

    /// A did-not-attend was recorded (row 33; SEL 2.4, RTT rows 12, 13, 16).
    pub struct DnaRecorded {
        /// The appointment.
        pub appointment_id: AppointmentId,
        /// Its day.
        pub appointment_date: NaiveDate,
        /// Did not attend (3), or arrived too late to be seen (7).
        pub attendance_code: AttendanceCode,
        /// The provider.
        pub provider: OdsCode,
        /// The treatment function.
        pub function: Option<FunctionCode>,
        /// Who recorded it.
        pub by_role: Option<Role>,
        /// Who pays for it; absent: the NHS.
        pub funding: Option<Funding>,
    }

    /// A clinician decided what follows a DNA (row 34; RTT rows 14, 15, 17, 18).
    pub struct DnaClinicalDecisionMade {
        /// Another appointment, or discharge.
        pub dna_decision: DnaDecision,
        /// When it was decided.
        pub decided_at: Option<OccurredAt>,
        /// When the patient was told.
        pub communicated_at: Option<OccurredAt>,
        /// When the GP was told.
        pub gp_told_at: Option<OccurredAt>,
        /// The day of discharge.
        pub discharge_date: Option<NaiveDate>,
        /// The four guards of a discharge after a later DNA.
        pub guards: Option<DnaDischargeGuards>,
        /// Whether the patient is a child or vulnerable.
        pub vulnerable: Option<bool>,
    }

    /// The four guards of a discharge after a later DNA, each with its evidence (RTT guidance v5.0, 4.4.1.3).
    pub struct DnaDischargeGuards {
        /// The appointment was clearly communicated.
        pub clearly_communicated: bool,
        /// Discharge is not against the patient's clinical interest.
        pub not_against_interest: bool,
        /// A published local policy was followed.
        pub published_policy: bool,
        /// That policy protects the vulnerable and was agreed with stakeholders.
        pub policy_protects_vulnerable: bool,
        /// Where the evidence is kept.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub evidence: Vec<Label>,
    }

    /// The outcome of an attendance was recorded (row 35; RTT row 19).
    pub struct AppointmentOutcomeRecorded {
        /// The appointment.
        pub appointment_id: AppointmentId,
        /// The outcome.
        pub attendance_outcome: AttendanceOutcome,
        /// The status the source gave; it is checked against the derived one, never believed.
        pub rtt_status: Option<RttStatus>,
        /// What the contact held for the patient.
        pub contact_value: Option<ContactValue>,
        /// What was decided.
        pub decisions: Option<Personal<Text>>,
    }

    /// The next step was given to somebody (row 36; SEL GP4).
    pub struct NextStepAssigned {
        /// Counts up with every new assignment.
        pub next_step_version: u32,
        /// What is to be done, in plain words and not about the person.
        pub what: Label,
        /// The organisation that owns it.
        pub owner_organisation: OdsCode,
        /// The role that owns it.
        pub owner_role: Role,
        /// When it is due.
        pub due: Option<OccurredAt>,
        /// Whom the patient contacts with questions.
        pub general_contact: Option<ContactPointId>,
        /// Whom the patient contacts about delay.
        pub delay_contact: Option<ContactPointId>,
    }

    /// The owner accepted the next step (row 37).
    pub struct NextStepAccepted {
        /// Which assignment.
        pub next_step_version: u32,
        /// The role that accepts.
        pub by_role: Role,
        /// Its organisation.
        pub organisation: OdsCode,
    }

    /// The step was given back to who assigned it (row 37).
    pub struct NextStepReturned {
        /// Which assignment.
        pub next_step_version: u32,
        /// The role that gives it back.
        pub by_role: Role,
        /// Its organisation.
        pub organisation: OdsCode,
        /// Why.
        pub reason: Option<Personal<Text>>,
    }

    /// The patient asked for another appointment after missing one (row 88; RTT row 14).
    pub struct PatientRebookRequested {
        /// The appointment missed.
        pub appointment_id: Option<AppointmentId>,
        /// How it was asked.
        pub channel: Option<Channel>,
    }
}
