//! What was sent to whom: the letters, notices, messages and referrals of a history, each with its
//! endpoint as far as the steps say it, and when it was seen to have got through all the same.

use chrono::{DateTime, Utc};
use pathway::{Entry, History, london};
use policy::About;
use steps::{
    Endpoint, EventId, OdsCode, Step, StepKind,
    codes::{Channel, Role},
};

use crate::things::{Things, thing_of};

/// Something that was sent to an organisation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dispatch {
    /// The step that says so.
    pub event_id: EventId,
    /// Which step.
    pub kind: StepKind,
    /// When.
    pub at: DateTime<Utc>,
    /// Who sent it.
    pub sender: Option<OdsCode>,
    /// To whom.
    pub recipient: OdsCode,
    /// By which channel; `None`: it is not said.
    pub channel: Option<Channel>,
    /// The number or address; `None`: it is not said.
    pub endpoint: Option<Endpoint>,
    /// When somebody there acted on it, or it was sent to another organisation.
    pub settled: Option<DateTime<Utc>>,
}

/// Where something was sent.
struct Addressed<'s> {
    sender: Option<&'s OdsCode>,
    recipient: &'s OdsCode,
    channel: Option<Channel>,
    endpoint: Option<&'s Endpoint>,
}

/// What a history tells to have been sent to organisations, in the order in which it happened.
pub(crate) fn dispatches(history: &History, things: &Things<'_>) -> Vec<Dispatch> {
    let entries = history.entries();
    let sent = entries.iter().enumerate().filter_map(|(place, entry)| {
        let to = addressed(entry.step())?;
        let sender = to.sender.cloned().or_else(|| things.parties(thing_of(entry.step())).sender);
        let later = entries.get(place + 1..).unwrap_or_default();
        Some(Dispatch {
            event_id: entry.event_id(),
            kind: entry.step().kind(),
            at: london::bounds(entry.occurred_at()).0,
            sender,
            recipient: to.recipient.clone(),
            channel: to.channel,
            endpoint: to.endpoint.cloned(),
            settled: later.iter().find(|one| settles(one, entry, &to)).map(begins),
        })
    });
    sent.collect()
}

fn begins(entry: &Entry) -> DateTime<Utc> {
    london::bounds(entry.occurred_at()).0
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "no other step sends something to an organisation"
)]
fn addressed(step: &Step) -> Option<Addressed<'_>> {
    let to = |sender, recipient, channel| Addressed { sender, recipient, channel, endpoint: None };
    Some(match step {
        Step::ReferralSent(s) => to(Some(&s.referrer), &s.provider, None),
        Step::ClinicLetterSent(s) => to(s.provider.as_ref(), &s.to_organisation, Some(s.channel)),
        Step::DischargeSummarySent(s) => {
            to(s.provider.as_ref(), &s.to_organisation, Some(s.channel))
        }
        Step::EpisodeConclusionSent(s) => {
            to(Some(&s.provider), s.to_organisation.as_ref()?, Some(s.channel))
        }
        Step::LetterIssued(s) => to(None, s.to_organisation.as_ref()?, Some(s.channel)),
        Step::ResultNotificationSent(s) => Addressed {
            endpoint: s.endpoint.as_ref(),
            ..to(None, s.to_organisation.as_ref()?, Some(s.channel))
        },
        Step::MessageSent(s) => to(Some(&s.from_organisation), &s.to_organisation, Some(s.channel)),
        Step::WorkTransferRequested(s) => {
            to(Some(&s.from_organisation), &s.to_organisation, s.channel)
        }
        Step::ActionRequested(s) => to(Some(&s.requester), &s.owner_organisation, s.channel),
        _ => return None,
    })
}

/// Whether a later step shows that it got through, or went elsewhere: somebody acted on the same test,
/// letter, message, work or referral, or it was sent to another organisation.
fn settles(later: &Entry, sent: &Entry, to: &Addressed<'_>) -> bool {
    let (later, sent) = (later.step(), sent.step());
    if later.kind() == StepKind::PatientDied {
        return true;
    }
    let elsewhere = addressed(later).is_some_and(|other| other.recipient != to.recipient);
    is_same(later, sent)
        && (elsewhere || (is_acted_on(later.kind()) && is_of_the_other_end(later, to)))
}

/// Whether it was neither the patient nor whoever sent it. That it was the organisation it was sent to
/// is not asked: of a closed one another has the work, and a history does not know which.
#[expect(clippy::wildcard_enum_match_arm, reason = "the others do not say who acted")]
fn is_of_the_other_end(later: &Step, to: &Addressed<'_>) -> bool {
    let (by, role) = match later {
        Step::DocumentOpened(s) => (s.organisation.as_ref(), s.by_role),
        Step::DocumentFiled(s) => (Some(&s.organisation), s.by_role),
        Step::ResultNotificationAcknowledged(s) => (Some(&s.organisation), Some(s.by_role)),
        Step::ResultActioned(s) => (Some(&s.organisation), Some(s.by_role)),
        Step::MessageAnswered(s) => (Some(&s.from_organisation), None),
        Step::WorkTransferAccepted(s) => (Some(&s.organisation), s.by_role),
        Step::WorkloadReturned(s) => (Some(&s.from_organisation), None),
        Step::ActionAccepted(s) => (Some(&s.organisation), s.by_role),
        Step::ActionReturned(s) => (Some(&s.organisation), s.by_role),
        _ => (None, None),
    };
    let is_sender = by.is_some() && by == to.sender && by != Some(to.recipient);
    !is_sender && !matches!(role, Some(Role::Patient | Role::Carer))
}

#[expect(clippy::wildcard_enum_match_arm, reason = "these have a message or work of their own")]
fn is_same(later: &Step, sent: &Step) -> bool {
    match sent {
        Step::MessageSent(sent) => match later {
            Step::MessageSent(s) => s.query_id == sent.query_id,
            Step::MessageAnswered(s) => s.query_id == sent.query_id,
            _ => false,
        },
        Step::WorkTransferRequested(sent) => action_of(later) == Some(sent.action_id.as_str()),
        Step::ActionRequested(sent) => action_of(later) == Some(sent.action_id.as_str()),
        Step::ReferralSent(_) => thing_of(later).0 == About::Pathway && action_of(later).is_none(),
        sent => thing_of(sent).0 != About::Pathway && thing_of(later) == thing_of(sent),
    }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "these are about a piece of work")]
fn action_of(step: &Step) -> Option<&str> {
    Some(match step {
        Step::WorkTransferRequested(s) => s.action_id.as_str(),
        Step::WorkTransferAccepted(s) => s.action_id.as_str(),
        Step::WorkloadReturned(s) => s.action_id.as_str(),
        Step::ActionRequested(s) => s.action_id.as_str(),
        Step::ActionAccepted(s) => s.action_id.as_str(),
        Step::ActionReturned(s) => s.action_id.as_str(),
        _ => return None,
    })
}

/// Whether somebody at the other end has to have seen it for this to happen.
const fn is_acted_on(kind: StepKind) -> bool {
    matches!(
        kind,
        StepKind::DocumentOpened
            | StepKind::DocumentFiled
            | StepKind::ResultNotificationAcknowledged
            | StepKind::ResultActioned
            | StepKind::MessageAnswered
            | StepKind::WorkTransferAccepted
            | StepKind::WorkloadReturned
            | StepKind::ActionAccepted
            | StepKind::ActionReturned
            | StepKind::ReferralReceived
            | StepKind::ReferralTriaged
            | StepKind::ReferralAccepted
            | StepKind::ReferralDeclined
            | StepKind::ReferralCancelled
    )
}
