//! Group G, second half: concerns, watchdogs, adjustments, death, private care, packs (rows 81 to 87).
//!
//! The events of row 82 are findings of the system that are kept for audit.

use chrono::NaiveDate;

use super::codes::{
    AdjustmentShortfall, AlarmOutcome, AlarmTo, CommunicationSupport, ConcernCategory,
    ConcernOutcome, EscalationLevel, HarmLevel, PrivateRequestAnswer, RaisedBy, UnmatchedReason,
    WorkCategory,
};
use crate::{
    OccurredAt, Personal,
    codes::{Channel, Role},
    identifiers::{
        ActionId, AppointmentId, ConcernId, EventId, FunctionCode, Label, LetterId, OdsCode,
        PathwayId, Ppid, QueryId, RuleId, ServiceId, SnomedCode, Text, Ubrn, UserRef,
    },
    letters_and_information::{InformationFormat, ToldPerson},
};

words! {
    /// Somebody raised a concern about the interface (row 81; the interface report of January 2024).
    pub struct InterfaceConcernRaised {
        /// The concern.
        pub concern_id: ConcernId,
        /// What it is about.
        pub concern_category: ConcernCategory,
        /// How much harm came of it.
        pub harm_level: HarmLevel,
        /// Who raised it.
        pub raised_by: RaisedBy,
        /// The organisation that raised it.
        pub from_organisation: OdsCode,
        /// The organisation it is about.
        pub to_organisation: Option<OdsCode>,
        /// The pathway it is about.
        pub pathway_id: Option<PathwayId>,
        /// What happened.
        pub details: Option<Personal<Text>>,
    }

    /// The concern went further up (row 81).
    pub struct InterfaceConcernEscalated {
        /// The concern.
        pub concern_id: ConcernId,
        /// To whom.
        pub escalation_level: EscalationLevel,
        /// The organisation that has it now.
        pub to_organisation: Option<OdsCode>,
    }

    /// The concern was closed (row 81).
    pub struct InterfaceConcernClosed {
        /// The concern.
        pub concern_id: ConcernId,
        /// What it led to.
        pub concern_outcome: ConcernOutcome,
        /// When who raised it was told.
        pub told_at: Option<OccurredAt>,
        /// What was found.
        pub details: Option<Personal<Text>>,
    }

    /// Something that should have followed did not (row 82; docs/safety-net.md).
    pub struct ExpectedEventMissed {
        /// The rule that expected it.
        pub rule: RuleId,
        /// The step that was expected, by its stored name.
        pub step_name: Label,
        /// The event that it should have followed.
        pub event_id: Option<EventId>,
        /// The pathway.
        pub pathway_id: Option<PathwayId>,
        /// When it was due.
        pub due: Option<OccurredAt>,
        /// How many are missing.
        pub affected: u32,
        /// Where the list is kept.
        pub list_ref: Option<Label>,
        /// The version of the rules that expected it.
        pub pack_version: Option<Label>,
        /// The organisation that is told.
        pub organisation: Option<OdsCode>,
        /// Who is told there; absent: nobody beyond who should have acted.
        pub alarm_to: Option<AlarmTo>,
    }

    /// What was sent was compared with what arrived (row 82).
    pub struct ReconciliationCompleted {
        /// The feed.
        pub feed: RuleId,
        /// First day compared.
        pub from_date: NaiveDate,
        /// Last day compared.
        pub to_date: NaiveDate,
        /// How many the source counted.
        pub source_count: u32,
        /// How many were sent.
        pub sent_count: u32,
        /// How many were acknowledged by a system.
        pub acknowledged_count: u32,
        /// How many the recipient filed.
        pub filed_count: u32,
        /// How many have no partner.
        pub orphan_count: u32,
        /// Where their list is kept.
        pub list_ref: Option<Label>,
    }

    /// A feed is silent, or far below its usual volume (row 82).
    pub struct FeedSilent {
        /// The feed.
        pub feed: RuleId,
        /// The organisation that sends it.
        pub organisation: Option<OdsCode>,
        /// How many came.
        pub received_count: u32,
        /// The median of the same weekday.
        pub usual_count: u32,
        /// When the last one came.
        pub last_received_at: Option<OccurredAt>,
        /// The system that sends it; absent: whichever.
        pub source_system: Option<Label>,
        /// The test message that did not come back, where that is what told.
        pub message_ref: Option<Label>,
    }

    /// A test message was sent on a feed, from end to end.
    pub struct TestMessageSent {
        /// The feed.
        pub feed: RuleId,
        /// The message, by its reference in the source system.
        pub message_ref: Label,
        /// The organisation that sends the feed.
        pub organisation: Option<OdsCode>,
        /// The system that sends it.
        pub source_system: Option<Label>,
        /// The organisation whose end it is sent to.
        pub to_organisation: Option<OdsCode>,
    }

    /// The test message came back from the other end.
    pub struct TestMessageReturned {
        /// The feed.
        pub feed: RuleId,
        /// The message, by its reference in the source system.
        pub message_ref: Label,
        /// The organisation at whose end it was seen.
        pub organisation: Option<OdsCode>,
    }

    /// Something that went by a way that does not count is to be sent again by an approved channel.
    pub struct ResendRequested {
        /// The event that tells of what was sent.
        pub event_id: EventId,
        /// The rule that the way broke.
        pub rule: RuleId,
        /// The pack of the rule.
        pub pack: Option<RuleId>,
        /// The version of the pack that was in force.
        pub pack_version: Option<Label>,
        /// The organisation that is asked to send it again.
        pub organisation: OdsCode,
        /// The organisation that it is for.
        pub to_organisation: Option<OdsCode>,
        /// The message, where it is one.
        pub query_id: Option<QueryId>,
        /// The work that it asks for, where it asks for any.
        pub action_id: Option<ActionId>,
    }

    /// An obligation was not kept in time (row 83; kept for audit with the version that judged it).
    pub struct ObligationBreached {
        /// The rule.
        pub rule: RuleId,
        /// Its pack.
        pub pack: RuleId,
        /// The version of the pack that was in force at the trigger.
        pub pack_version: Label,
        /// The event that opened the obligation.
        pub event_id: EventId,
        /// The last moment in time; absent: it was broken by what happened, not by time.
        pub due: Option<OccurredAt>,
        /// Who answers for it.
        pub organisation: Option<OdsCode>,
        /// The role there.
        pub owner_role: Option<Role>,
    }

    /// What an alarm was about is settled, although late or told late (rows 82 and 83).
    pub struct AlarmResolved {
        /// The event that raised the alarm.
        pub event_id: EventId,
        /// The rule, where it was about a pathway.
        pub rule: Option<RuleId>,
        /// The feed, where it was about a feed.
        pub feed: Option<RuleId>,
        /// How it is settled.
        pub alarm_outcome: AlarmOutcome,
        /// The event that settles it, where it is one.
        pub resolved_by: Option<EventId>,
    }

    /// A need for information or adjustment was recorded (row 84; DAPB1605 and DAPB4019).
    pub struct AdjustmentNeedRecorded {
        /// The adjustments, coded.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub adjustments: Vec<SnomedCode>,
        /// Whose need it is; absent: the patient's.
        pub told_person: Option<ToldPerson>,
        /// The format needed.
        pub format: Option<InformationFormat>,
        /// The channel needed.
        pub channel: Option<Channel>,
        /// The professional needed.
        pub communication_support: Option<CommunicationSupport>,
        /// The language, by its name.
        pub language: Option<Label>,
        /// Whether an interpreter of that language is needed.
        pub interpreter: Option<bool>,
        /// When the need is reviewed.
        pub review_due: Option<NaiveDate>,
        /// The need in words.
        pub details: Option<Personal<Text>>,
    }

    /// An adjustment was made (row 84; SEL 6.5).
    pub struct AdjustmentApplied {
        /// Which.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub adjustments: Vec<SnomedCode>,
        /// By whom.
        pub organisation: OdsCode,
        /// For which appointment.
        pub appointment_id: Option<AppointmentId>,
        /// For which letter.
        pub letter_ref: Option<LetterId>,
    }

    /// A needed adjustment was not made (row 84; SEL 6.5).
    pub struct AdjustmentNotMet {
        /// Which.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub adjustments: Vec<SnomedCode>,
        /// By whom.
        pub organisation: OdsCode,
        /// For which appointment.
        pub appointment_id: Option<AppointmentId>,
        /// For which letter.
        pub letter_ref: Option<LetterId>,
        /// Why.
        pub adjustment_shortfall: AdjustmentShortfall,
    }

    /// The patient died (row 85; RTT row 47; letters to the patient stop at once).
    pub struct PatientDied {
        /// When we were notified.
        pub notified_at: Option<OccurredAt>,
        /// The organisation that notified.
        pub organisation: Option<OdsCode>,
        /// Whether the fact of death was verified.
        pub verified: Option<bool>,
    }

    /// The medical certificate of cause of death was completed (row 85; goes to the medical examiner in law from 9 September 2024).
    pub struct MccdCompleted {
        /// By which role.
        pub by_role: Role,
        /// At which organisation.
        pub organisation: Option<OdsCode>,
        /// Whether it was issued again after scrutiny.
        pub reissued: Option<bool>,
        /// The cause.
        pub cause_of_death: Option<Personal<Text>>,
    }

    /// Certificate and records went to the medical examiner (row 85).
    pub struct ReferredToMedicalExaminer {
        /// Who sent them.
        pub from_organisation: OdsCode,
        /// The office that serves the place.
        pub to_organisation: OdsCode,
        /// Whether the records went with it.
        pub records_sent: bool,
    }

    /// The coroner was notified (row 85).
    pub struct CoronerNotified {
        /// By which role.
        pub by_role: Role,
        /// By which organisation.
        pub organisation: Option<OdsCode>,
        /// The coroner's area.
        pub area: Option<Label>,
        /// Why.
        pub reason: Option<Personal<Text>>,
    }

    /// The medical examiner's office sent the certificate to the registrar (row 85).
    pub struct MccdSentToRegistrar {
        /// The office.
        pub organisation: OdsCode,
        /// The registration district.
        pub area: Option<Label>,
        /// When the registrar received it.
        pub received_at: Option<OccurredAt>,
    }

    /// A private provider asked the practice for work (row 86; Humberside LMCs interface guidance, private providers).
    pub struct PrivateProviderRequestReceived {
        /// The work.
        pub action_id: ActionId,
        /// What kind of work.
        pub work_category: WorkCategory,
        /// The private provider, by name.
        pub private_provider: Label,
        /// Its code, where it has one.
        pub requester: Option<OdsCode>,
        /// The practice that is asked.
        pub organisation: OdsCode,
        /// How the practice answered.
        pub private_request_answer: PrivateRequestAnswer,
        /// Why.
        pub reason: Option<Personal<Text>>,
        /// The letter that asks.
        pub letter_ref: Option<LetterId>,
    }

    /// An NHS provider took over from private care (row 86; a clock starts).
    pub struct TransferredFromPrivateCare {
        /// The NHS provider.
        pub provider: OdsCode,
        /// The site.
        pub site: Option<OdsCode>,
        /// The service.
        pub service: Option<ServiceId>,
        /// The treatment function.
        pub function: FunctionCode,
        /// Who pays.
        pub commissioner: Option<OdsCode>,
        /// The private provider, by name.
        pub private_provider: Option<Label>,
        /// When responsibility was accepted or the NHS referral received, where that is not when this happened.
        pub received_at: Option<OccurredAt>,
    }

    /// A policy pack came into force (row 87).
    pub struct PolicyPackActivated {
        /// The pack.
        pub pack: RuleId,
        /// Its version.
        pub pack_version: Label,
        /// Digest of its content.
        pub content_hash: Option<Label>,
        /// From which day.
        pub effective_date: NaiveDate,
        /// Who approved it.
        pub approver: Option<UserRef>,
    }

    /// A policy pack went out of force (row 87).
    pub struct PolicyPackRetired {
        /// The pack.
        pub pack: RuleId,
        /// Its version.
        pub pack_version: Label,
        /// From which day.
        pub effective_date: NaiveDate,
        /// The pack that took its place.
        pub replaced_by_pack: Option<RuleId>,
        /// Who approved it.
        pub approver: Option<UserRef>,
    }

    /// Activity arrived that matches no pathway, or more than one (row 87).
    pub struct UnmatchedActivityReceived {
        /// The step that it tells of, by its stored name.
        pub step_name: Label,
        /// Why it does not match.
        pub unmatched_reason: UnmatchedReason,
        /// The provider that sent it.
        pub provider: Option<OdsCode>,
        /// The booking reference it carries.
        pub ubrn: Option<Ubrn>,
        /// The pathway identifier it carries.
        pub ppid: Option<Ppid>,
        /// Who issued that.
        pub issuer: Option<OdsCode>,
        /// The appointment it carries.
        pub appointment_id: Option<AppointmentId>,
        /// The message, by its reference in the source system.
        pub message_ref: Option<Label>,
    }
}
