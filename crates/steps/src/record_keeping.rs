//! Steps by which the record keeps itself: identity, corrections, organisations.

use chrono::NaiveDate;

use crate::{
    OccurredAt, Personal, Step,
    identifiers::{EventId, Label, NhsNumber, OdsCode, PathwayId, SubjectRef, Text},
};

codes! {
    /// A system of identifiers that finds a pathway.
    pub enum IdentifierSystem {
        /// A booking reference of the e-Referral Service.
        Ubrn,
        /// A patient pathway identifier with its issuer.
        Ppid,
    }

    /// What an organisation is.
    pub enum OrganisationKind {
        /// A trust or other provider.
        Provider,
        /// A site of a provider.
        Site,
        /// A general practice.
        Practice,
        /// An integrated care board.
        IntegratedCareBoard,
        /// A sub-ICB location or other commissioner.
        Commissioner,
        /// Another organisation.
        Other,
    }
}

words! {
    /// The pathway is known by another identifier too.
    pub struct PathwayIdentified {
        /// The system.
        pub identifier_system: IdentifierSystem,
        /// The value, as the system writes it.
        pub identifier_value: Label,
        /// Who issued it (PPID).
        pub issuer: Option<OdsCode>,
    }

    /// The pathway is this person's.
    pub struct PathwaySubject {
        /// Random reference to the person.
        pub subject_ref: SubjectRef,
        /// The NHS number.
        pub nhs_number: Option<Personal<NhsNumber>>,
        /// The name to address the person by.
        pub person_name: Option<Personal<Text>>,
        /// The practice the person is registered with.
        pub gp_practice: Option<OdsCode>,
    }

    /// This pathway is the same as another, which goes on.
    pub struct PathwayMerged {
        /// The pathway that goes on.
        pub into_pathway: PathwayId,
    }

    /// A parked step was linked to its pathway by a person.
    pub struct ParkedStepLinked {
        /// The parked event.
        pub event_id: EventId,
        /// The pathway it belongs to.
        pub pathway_id: PathwayId,
    }

    /// A step should never have been recorded.
    pub struct StepEnteredInError {
        /// The event.
        pub event_id: EventId,
        /// Why.
        pub reason: Option<Personal<Text>>,
    }

    /// A step was recorded wrongly; this is how it should read.
    pub struct StepCorrected {
        /// The event.
        pub event_id: EventId,
        /// Why.
        pub reason: Option<Personal<Text>>,
        /// When it really happened, where that was wrong.
        pub corrected_occurred_at: Option<OccurredAt>,
        /// The whole replacement, of the same type.
        pub step: Box<Step>,
    }

    /// An organisation, its name and what it belongs to.
    pub struct OrganisationRecorded {
        /// Its code.
        pub organisation: OdsCode,
        /// Its name.
        pub name: Label,
        /// What it is.
        pub organisation_kind: OrganisationKind,
        /// What it belongs to: the ICB of a commissioner, the trust of a site.
        pub parent: Option<OdsCode>,
        /// The last day on which it is open; absent: it is not closed.
        pub ends_on: Option<NaiveDate>,
        /// The organisation that took its place.
        pub replaced_by_organisation: Option<OdsCode>,
        /// Whether it is simulated.
        pub simulated: Option<bool>,
    }
}
