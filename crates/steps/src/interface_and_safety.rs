//! Group G: interface, safety and governance.
//!
//! Here are rows 77 to 80, in `safety` rows 81 to 87. Row 83 is derived by the rules and is not a step.

use chrono::NaiveDate;

use crate::{
    OccurredAt, Personal,
    advice_and_referral::RttScope,
    codes::{Audience, Channel, ContactPurpose, Role},
    identifiers::{
        ActionId, ContactId, ContactPointId, Endpoint, FunctionCode, Label, LetterId, OdsCode,
        QueryId, ServiceId, Text,
    },
};

mod codes;
mod safety;
pub use self::{codes::*, safety::*};

words! {
    /// One organisation passed work to another (row 77; SEL GP3).
    pub struct WorkTransferRequested {
        /// The work.
        pub action_id: ActionId,
        /// What kind of work.
        pub work_category: WorkCategory,
        /// Who passes it.
        pub from_organisation: OdsCode,
        /// To whom.
        pub to_organisation: OdsCode,
        /// How it was passed.
        pub channel: Option<Channel>,
        /// The contact it came from.
        pub contact_id: Option<ContactId>,
        /// The letter that asks.
        pub letter_ref: Option<LetterId>,
        /// When it is due.
        pub due: Option<OccurredAt>,
        /// When the patient was told.
        pub patient_told_at: Option<OccurredAt>,
        /// Why.
        pub reason: Option<Personal<Text>>,
    }

    /// Work was returned; the sender owns it again from now (row 77; Humberside LMCs interface guidance).
    pub struct WorkloadReturned {
        /// The work.
        pub action_id: ActionId,
        /// What kind of work.
        pub work_category: WorkCategory,
        /// Who returns it.
        pub from_organisation: OdsCode,
        /// To whom it goes back.
        pub to_organisation: OdsCode,
        /// Why, coded.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub work_return_reasons: Vec<WorkReturnReason>,
        /// Why, in words.
        pub reason: Option<Personal<Text>>,
        /// The letter that returns it.
        pub letter_ref: Option<LetterId>,
        /// When the patient was told.
        pub patient_told_at: Option<OccurredAt>,
    }

    /// The other organisation took the work (row 77).
    pub struct WorkTransferAccepted {
        /// The work.
        pub action_id: ActionId,
        /// Who takes it.
        pub organisation: OdsCode,
        /// By which role.
        pub by_role: Option<Role>,
        /// When it will be done.
        pub due: Option<OccurredAt>,
    }

    /// A point of contact was published or changed (row 78; SEL 4.1).
    pub struct ContactPointPublished {
        /// The contact point.
        pub contact_point: ContactPointId,
        /// The organisation that keeps it.
        pub organisation: OdsCode,
        /// The service it is for; absent: the whole organisation.
        pub service: Option<ServiceId>,
        /// Whom it is for.
        pub audience: Audience,
        /// What it is for.
        pub contact_purpose: ContactPurpose,
        /// Its name.
        pub name: Label,
        /// How it is reached.
        pub channel: Channel,
        /// The published number or address.
        pub endpoint: Endpoint,
        /// When it is staffed.
        pub hours: Label,
        /// How to reach it, for those who cannot use the channel.
        pub access: Option<Label>,
        /// The number to ring or the address to write to, for those who cannot use a digital channel.
        pub not_digital: Option<Endpoint>,
        /// Languages spoken, by name.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub languages: Vec<Label>,
        /// Whether an interpreter can be had.
        pub interpreter: bool,
        /// Whether text relay works.
        pub text_relay: bool,
        /// The area it serves.
        pub area: Option<Label>,
        /// Who owns it.
        pub owner_role: Role,
        /// Who covers when the owner is away.
        pub cover: Option<Label>,
        /// Where to go when it fails.
        pub alternative_contact: Option<ContactPointId>,
        /// The day it was last verified.
        pub verified_on: Option<NaiveDate>,
        /// Whether it is simulated.
        pub simulated: Option<bool>,
    }

    /// Somebody serviced the contact point: it was read, answered or tested (row 78).
    pub struct ContactPointServiced {
        /// The contact point.
        pub contact_point: ContactPointId,
        /// By which role.
        pub by_role: Option<Role>,
        /// The day it was verified, where this was a check.
        pub verified_on: Option<NaiveDate>,
        /// Messages still unanswered.
        pub unanswered: Option<u32>,
    }

    /// The contact point does not work (row 78; docs/safety-net.md).
    pub struct ContactPointFailed {
        /// The contact point.
        pub contact_point: ContactPointId,
        /// How it failed.
        pub contact_failure: ContactFailure,
        /// The letter or other document that showed it.
        pub letter_ref: Option<LetterId>,
    }

    /// The contact point is no longer used (row 78).
    pub struct ContactPointRetired {
        /// The contact point.
        pub contact_point: ContactPointId,
        /// What took its place.
        pub replaced_by: Option<ContactPointId>,
    }

    /// A query arrived (row 79; SEL 4.1).
    pub struct QueryReceived {
        /// The query.
        pub query_id: QueryId,
        /// What it is about.
        pub query_topic: QueryTopic,
        /// Who asks.
        pub raised_by: RaisedBy,
        /// The organisation that asks, where one does.
        pub from_organisation: Option<OdsCode>,
        /// The organisation that is asked.
        pub organisation: OdsCode,
        /// By which channel.
        pub channel: Option<Channel>,
        /// At which contact point.
        pub contact_point: Option<ContactPointId>,
        /// When an answer is due.
        pub due: Option<OccurredAt>,
        /// The question.
        pub question: Option<Personal<Text>>,
    }

    /// The query was answered (row 79).
    pub struct QueryAnswered {
        /// The query.
        pub query_id: QueryId,
        /// The organisation that answered.
        pub organisation: OdsCode,
        /// By which role.
        pub by_role: Option<Role>,
        /// By which channel.
        pub channel: Option<Channel>,
        /// The answer.
        pub answer: Option<Personal<Text>>,
    }

    /// The provider sent the patient to the GP with a query of its own (row 79; contract breach).
    pub struct PatientRedirectedToGp {
        /// The query.
        pub query_id: Option<QueryId>,
        /// What it is about.
        pub query_topic: Option<QueryTopic>,
        /// The provider that redirected.
        pub provider: OdsCode,
        /// The practice.
        pub to_organisation: Option<OdsCode>,
        /// Why.
        pub reason: Option<Personal<Text>>,
    }

    /// Support while waiting was offered (row 80; SEL 6.1).
    pub struct WaitingWellSupportOffered {
        /// What was offered.
        pub waiting_well_support: WaitingWellSupport,
        /// Who offered it.
        pub organisation: OdsCode,
        /// How.
        pub channel: Option<Channel>,
        /// Whether the patient took it.
        pub support_accepted: Option<bool>,
    }

    /// The waiting times of a service were published (row 80; SEL 6.4).
    pub struct WaitingTimesPublished {
        /// The service.
        pub service: ServiceId,
        /// The organisation.
        pub organisation: OdsCode,
        /// The treatment function.
        pub function: Option<FunctionCode>,
        /// First day the figures cover.
        pub from_date: NaiveDate,
        /// Last day the figures cover.
        pub to_date: NaiveDate,
        /// Where; absent: our own anonymous answer.
        pub web_address: Option<Endpoint>,
        /// The mean wait, in weeks.
        pub wait_estimate_weeks: Option<u32>,
        /// The wait within which eight in ten are seen, in weeks.
        pub wait_eight_in_ten_weeks: Option<u32>,
        /// Whether it is simulated.
        pub simulated: Option<bool>,
    }

    /// An assessment that a service asks for before a referral (SEL 5.2).
    pub struct RequiredAssessment {
        /// Which.
        pub assessment_name: Label,
        /// How old it may be, in days; absent: of any age.
        pub within_days: Option<u32>,
    }

    /// The directory entry of a service was written or changed (row 80; SEL 5.5).
    pub struct DirectoryEntryUpdated {
        /// The service.
        pub service: ServiceId,
        /// The organisation that runs it.
        pub organisation: OdsCode,
        /// The site.
        pub site: Option<OdsCode>,
        /// Its name.
        pub name: Label,
        /// Its treatment function.
        pub function: Option<FunctionCode>,
        /// Whether it is inside the RTT return.
        pub rtt_scope: RttScope,
        /// From which day it runs an elective single point of access.
        pub spoa_from: Option<NaiveDate>,
        /// Assessments it asks for first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub required_assessments: Vec<RequiredAssessment>,
        /// Whom the service takes, one criterion a line (SEL 5.5).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub referral_criteria: Vec<Label>,
        /// Guidelines and pathways.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub guideline_links: Vec<Endpoint>,
        /// The area it serves.
        pub area: Option<Label>,
        /// Who keeps this entry.
        pub owner_role: Option<Role>,
        /// Whether patients may refer themselves.
        pub self_referral: Option<bool>,
        /// Whether its pathways are sensitive: restricted in access, never in small figures.
        pub restricted: Option<bool>,
        /// Whether it is simulated.
        pub simulated: Option<bool>,
    }
}
