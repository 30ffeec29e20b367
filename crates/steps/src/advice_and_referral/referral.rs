//! The referral, its triage, its way back and on (rows 7 to 20).

use super::{
    ConsentBasis, Considered, DeclineReason, OnwardReason, ReferralCancelReason, ReferralPurpose,
    ReferralRelation, ReferralRoute, RttScope, TriageOutcome,
};
use crate::{
    OccurredAt, Personal,
    codes::{Priority, Role, Urgency},
    identifiers::{
        FunctionCode, Label, LetterId, OdsCode, Ppid, ServiceId, SnomedCode, Text, Ubrn, UserRef,
    },
};

words! {
    /// A referral was drafted and not yet sent (row 7).
    pub struct ReferralDrafted {
        /// The service it is for.
        pub service: ServiceId,
        /// The practice that drafts it.
        pub referrer: OdsCode,
        /// How urgent it is.
        pub priority: Option<Priority>,
        /// Why.
        pub reason: Option<Personal<Text>>,
    }

    /// The referral left the referrer (row 8; SEL 5.1, 5.2, 5.3, 7.1).
    pub struct ReferralSent {
        /// The practice that refers.
        pub referrer: OdsCode,
        /// The service it is for.
        pub service: ServiceId,
        /// The organisation of that service.
        pub provider: OdsCode,
        /// The treatment function asked for.
        pub function: Option<FunctionCode>,
        /// The booking reference.
        pub ubrn: Option<Ubrn>,
        /// How urgent it is.
        pub priority: Priority,
        /// Why the patient is referred.
        pub reason: Option<Personal<Text>>,
        /// What the referrer hopes for (SEL 5.1).
        pub intended_outcome: Option<Personal<Text>>,
        /// What the patient expects (SEL 5.1).
        pub patient_expectations: Option<Personal<Text>>,
        /// Assessments that were done first.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub assessments: Vec<Assessment>,
        /// Consent, and whether the reason was explained (SEL 5.3).
        pub consent: Option<ReferralConsent>,
        /// What was considered before referring (SEL 7.1).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub pre_referral_considered: Vec<Considered>,
        /// Adjustments the patient needs.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub adjustments: Vec<SnomedCode>,
    }

    /// An assessment done before a referral.
    pub struct Assessment {
        /// Which.
        pub assessment_name: Label,
        /// When it was done.
        pub done_on: Option<OccurredAt>,
    }

    /// Consent to a referral.
    pub struct ReferralConsent {
        /// On what ground.
        pub consent_basis: ConsentBasis,
        /// Whether the reason was explained to the patient.
        pub reason_explained: bool,
        /// When.
        pub consented_at: Option<OccurredAt>,
        /// By whom.
        pub by_role: Option<Role>,
    }

    /// The provider has notice of the referral (row 9; RTT rows 1 to 6, 37, 51, 52, 59).
    pub struct ReferralReceived {
        /// The provider that received it.
        pub provider: OdsCode,
        /// The site, where known.
        pub site: Option<OdsCode>,
        /// The service.
        pub service: ServiceId,
        /// Whether the service is inside the RTT return.
        pub rtt_scope: RttScope,
        /// Its treatment function.
        pub function: FunctionCode,
        /// Who pays.
        pub commissioner: Option<OdsCode>,
        /// The referring practice or organisation.
        pub referrer: Option<OdsCode>,
        /// How it came.
        pub route: ReferralRoute,
        /// What it is for.
        pub referral_purpose: ReferralPurpose,
        /// Which referral of the pathway it is; absent: told from the history.
        pub referral_relation: Option<ReferralRelation>,
        /// How urgent it is.
        pub priority: Option<Priority>,
        /// When the provider had notice, where that is not when this happened.
        pub received_at: Option<OccurredAt>,
        /// The booking reference.
        pub ubrn: Option<Ubrn>,
        /// The first booking reference of the pathway.
        pub first_ubrn: Option<Ubrn>,
        /// When the patient converted the UBRN (e-RS).
        pub ubrn_converted_at: Option<OccurredAt>,
        /// When the UBRN showed on the provider's worklist for want of slots.
        pub asi_at: Option<OccurredAt>,
        /// Earlier activity on the same UBRN, such as a clinical assessment service.
        pub earlier_activity_at: Option<OccurredAt>,
        /// When an interface service received the referral.
        pub interface_received_at: Option<OccurredAt>,
        /// When a single point of access received the request that led here.
        pub spoa_at: Option<OccurredAt>,
        /// When a self-referral was ratified.
        pub ratified_at: Option<OccurredAt>,
        /// Who ratified it.
        pub ratified_by: Option<Role>,
        /// Whether the commissioner before was English; absent: yes.
        pub prior_commissioner_english: Option<bool>,
    }

    /// A clinician of the provider looked at the referral and decided (row 10).
    pub struct ReferralTriaged {
        /// What was decided.
        pub triage_outcome: TriageOutcome,
        /// How urgent it is now.
        pub priority: Option<Priority>,
        /// By whom.
        pub by_role: Role,
    }

    /// The provider accepted the referral (row 11).
    pub struct ReferralAccepted {
        /// The service that takes it.
        pub service: ServiceId,
        /// The provider.
        pub provider: Option<OdsCode>,
        /// The consultant, by user reference.
        pub consultant: Option<UserRef>,
        /// The list the patient joins.
        pub list_name: Option<Label>,
    }

    /// The provider sent the referral back for more information (row 12).
    pub struct ReferralReturnedForInformation {
        /// What is missing.
        pub missing_information: Option<Personal<Text>>,
        /// When an answer is due.
        pub due: Option<OccurredAt>,
    }

    /// The provider declined the referral (row 13; SEL 7.2, RTT row 7).
    pub struct ReferralDeclined {
        /// The provider.
        pub provider: OdsCode,
        /// The coded reason.
        pub decline_reason: Option<DeclineReason>,
        /// The reason in words.
        pub reason_text: Option<Personal<Text>>,
        /// What should be done instead.
        pub alternative_pathway: Option<Personal<Text>>,
        /// Advice to the referrer.
        pub advice: Option<Personal<Text>>,
        /// When reason and alternative reached the referrer.
        pub delivered_at: Option<OccurredAt>,
    }

    /// The referrer disputes the decline (row 14).
    pub struct ReferralDeclineDisputed {
        /// Why.
        pub grounds: Option<Personal<Text>>,
        /// The letter that says so.
        pub letter_ref: Option<LetterId>,
    }

    /// The patient was told that care returns to primary care (row 15; RTT rows 8, 34, 53).
    pub struct ReturnToPrimaryCareCommunicated {
        /// Whether it is a clinical decision that no consultant-led treatment is needed.
        pub no_treatment_needed: bool,
        /// When it was decided.
        pub decided_at: Option<OccurredAt>,
        /// When the patient was told; absent: not yet.
        pub communicated_at: Option<OccurredAt>,
        /// When the referrer was told.
        pub gp_told_at: Option<OccurredAt>,
        /// Why.
        pub reason: Option<Personal<Text>>,
        /// What is planned.
        pub plan: Option<Personal<Text>>,
    }

    /// The referral was sent on to another service (row 16; RTT rows 7 and 51).
    pub struct ReferralRedirected {
        /// The service it goes to.
        pub service: ServiceId,
        /// The organisation of that service.
        pub provider: Option<OdsCode>,
        /// Why.
        pub reason: Option<Personal<Text>>,
    }

    /// The referral was cancelled (row 17; RTT row 60).
    pub struct ReferralCancelled {
        /// Why.
        pub cancel_reason: ReferralCancelReason,
        /// By whom.
        pub by_role: Role,
        /// Whether it should never have been there.
        pub in_error: bool,
    }

    /// A referral to somebody else turned out to be needed (row 18; SEL 1.1).
    pub struct OnwardReferralNeeded {
        /// Why.
        pub onward_reason: OnwardReason,
        /// How urgent it is.
        pub urgency: Urgency,
        /// The provider that found it.
        pub provider: Option<OdsCode>,
    }

    /// The provider referred the patient on (row 19; RTT rows 33, 35, 38, 42, 52).
    pub struct OnwardReferralMade {
        /// The provider that refers.
        pub provider: OdsCode,
        /// Its treatment function.
        pub function: Option<FunctionCode>,
        /// The provider referred to.
        pub to_provider: OdsCode,
        /// The service referred to.
        pub to_service: Option<ServiceId>,
        /// What it is for.
        pub referral_purpose: ReferralPurpose,
        /// Whether clinical responsibility moves with it.
        pub responsibility_transferred: bool,
        /// Whether it is for the same condition.
        pub same_condition: bool,
        /// The new pathway, for a separate condition.
        pub new_ppid: Option<Ppid>,
    }

    /// The provider asked the GP to refer (row 20; against SEL 1.1).
    pub struct GpAskedToRefer {
        /// Why the patient needs it.
        pub onward_reason: OnwardReason,
        /// The provider that asked.
        pub provider: Option<OdsCode>,
        /// The letter that asks.
        pub letter_ref: Option<LetterId>,
    }
}
