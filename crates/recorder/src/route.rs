//! Which stream a step belongs to, where the step itself says so.

use event_store::{Category, StreamId};
use steps::{Step, StepKind};
use uuid::Uuid;

/// Namespace of the streams that are named by what they are about.
const STREAMS: Uuid = Uuid::from_u128(0x5761_796d_6172_6b20_7374_7265_616d_7300);

/// The stream of a step that is about a service, an organisation, a pack or a feed; `None`: it is
/// about a pathway or a person.
pub fn own_stream(step: &Step) -> Option<StreamId> {
    let service = |what: &str, id: &str| Some(named(Category::Service, what, id));
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other step is about a pathway")]
    match step {
        Step::OrganisationRecorded(s) => service("organisation", s.organisation.as_str()),
        Step::DirectoryEntryUpdated(s) => service("service", s.service.as_str()),
        Step::WaitingTimesPublished(s) => service("service", s.service.as_str()),
        Step::ContactPointPublished(s) => service("contact-point", s.contact_point.as_str()),
        Step::ContactPointServiced(s) => service("contact-point", s.contact_point.as_str()),
        Step::ContactPointFailed(s) => service("contact-point", s.contact_point.as_str()),
        Step::ContactPointRetired(s) => service("contact-point", s.contact_point.as_str()),
        Step::PolicyPackActivated(s) => Some(named(Category::Policy, "pack", s.pack.as_str())),
        Step::PolicyPackRetired(s) => Some(named(Category::Policy, "pack", s.pack.as_str())),
        Step::AlarmResolved(s) => s.feed.as_ref().and_then(|feed| service("feed", feed.as_str())),
        Step::FeedSilent(s) => service("feed", s.feed.as_str()),
        Step::TestMessageSent(s) => service("feed", s.feed.as_str()),
        Step::TestMessageReturned(s) => service("feed", s.feed.as_str()),
        Step::ReconciliationCompleted(s) => service("feed", s.feed.as_str()),
        _ => None,
    }
}

/// Whether a pathway may begin with this step when nothing else is known of it.
pub fn opens_a_pathway(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::AdviceRequested
            | StepKind::ReferralDrafted
            | StepKind::ReferralSent
            | StepKind::ReferralReceived
            | StepKind::TransferReceived
            | StepKind::PathwaySubject
    )
}

/// Whether the step may be about no pathway and no person: a concern about the interface. It has a
/// stream of its own then, which is read as a pathway's (docs/adr/0010-concerns-about-no-pathway.md).
pub(crate) fn stands_alone(kind: StepKind) -> bool {
    kind == StepKind::InterfaceConcernRaised
}

/// Whether the step is about a person whatever their pathways: needs, consent, death. Every other
/// would be seen by no view in a person's stream.
pub(crate) fn about_a_person(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::AdjustmentNeedRecorded
            | StepKind::ConsentRecorded
            | StepKind::ProxyAppointed
            | StepKind::ProxyEnded
            | StepKind::FeedbackReceived
            | StepKind::PatientDied
            | StepKind::MccdCompleted
            | StepKind::ReferredToMedicalExaminer
            | StepKind::MedicalExaminerScrutinyCompleted
            | StepKind::CoronerNotified
            | StepKind::MccdSentToRegistrar
            | StepKind::StepCorrected
            | StepKind::StepEnteredInError
    )
}

pub(crate) fn named(category: Category, what: &str, id: &str) -> StreamId {
    StreamId::new(category, Uuid::new_v5(&STREAMS, format!("{what}/{id}").as_bytes()))
}
