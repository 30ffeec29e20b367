//! Advice between clinicians (rows 1 to 6).

use super::{AdviceEnd, ConversationOutcome, Recommendation};
use crate::{
    OccurredAt, Personal,
    codes::Priority,
    identifiers::{FunctionCode, LetterId, OdsCode, ServiceId, Text, Ubrn},
};

words! {
    /// A referrer asked a specialist for advice and guidance; no clock starts (row 1).
    pub struct AdviceRequested {
        /// The service that is asked.
        pub service: ServiceId,
        /// The organisation of that service.
        pub provider: Option<OdsCode>,
        /// The practice that asks.
        pub referrer: Option<OdsCode>,
        /// The question.
        pub question: Option<Personal<Text>>,
        /// How urgent it is.
        pub priority: Priority,
        /// Whether the specialist may turn it into a referral.
        pub conversion_authorised: bool,
        /// Whether it went to an elective single point of access.
        pub spoa: bool,
    }

    /// The specialist needs to know more before advising (row 2).
    pub struct AdviceFurtherInformationRequested {
        /// What is missing.
        pub missing_information: Option<Personal<Text>>,
        /// When an answer is due.
        pub due: Option<OccurredAt>,
    }

    /// The specialist answered (row 3).
    pub struct AdviceGiven {
        /// What is recommended.
        pub recommendation: Recommendation,
        /// The advice.
        pub advice: Option<Personal<Text>>,
        /// Documents that came with it.
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub attachments: Vec<LetterId>,
    }

    /// The specialist turned the advice request into a referral (row 4; RTT rows 4 and 5).
    pub struct AdviceConvertedToReferral {
        /// The booking reference of the referral.
        pub ubrn: Option<Ubrn>,
        /// The practice whose authority allows it.
        pub authorised_by: Option<OdsCode>,
        /// The service that now has the referral.
        pub service: Option<ServiceId>,
        /// The provider that now has the referral.
        pub provider: Option<OdsCode>,
        /// Its treatment function.
        pub function: Option<FunctionCode>,
        /// Who pays.
        pub commissioner: Option<OdsCode>,
        /// When a single point of access received the request, where it runs one.
        pub spoa_at: Option<OccurredAt>,
    }

    /// The advice conversation ended (row 5).
    pub struct AdviceClosed {
        /// How it ended.
        pub advice_end: AdviceEnd,
    }

    /// Clinicians of both sides talked (row 6).
    pub struct ClinicalConversationHeld {
        /// The organisations that took part.
        pub participants: Vec<OdsCode>,
        /// What it led to.
        pub conversation_outcome: ConversationOutcome,
    }
}
