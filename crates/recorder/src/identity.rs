//! Other identifiers of a pathway: which a command was sent by, and which a step brings.

use envelope::SentBy;
use event_store::{Category, StreamId};
use steps::{
    OdsCode, Ppid, Step, Ubrn,
    record_keeping::{IdentifierSystem, PathwayIdentified},
};
use uuid::Uuid;

use crate::{Command, PathwayRef, Refused, Target, route};

/// The stream of the identifier that a step gives its pathway: of the booking reference that a referral
/// carries, or of what identifies the pathway. None where it gives none, or a malformed one.
pub fn identifier_brought_by(step: &Step) -> Option<StreamId> {
    Identifier::brought_by(step).map(Identifier::stream)
}

/// The stream of the identifier by which a command finds its pathway.
pub fn identifier_sought_by(target: &Target) -> Option<StreamId> {
    Identifier::sought(target).map(Identifier::stream)
}

/// An identifier, as the name of its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct Identifier(Uuid);

impl Identifier {
    pub(crate) fn ubrn(ubrn: &Ubrn) -> Self {
        Self(route::named(Category::Identifier, "ubrn", ubrn.as_str()).id)
    }

    pub(crate) fn ppid(ppid: &Ppid, issuer: &OdsCode) -> Self {
        let name = format!("{issuer}/{ppid}");
        Self(route::named(Category::Identifier, "ppid", &name).id)
    }

    /// The identifier whose stream has this name.
    pub(crate) const fn named(stream: Uuid) -> Self {
        Self(stream)
    }

    /// The identifier by which a command finds its pathway.
    pub(crate) fn sought(target: &Target) -> Option<Self> {
        match target {
            Target::Pathway(PathwayRef::Ubrn(ubrn)) => Some(Self::ubrn(ubrn)),
            Target::Pathway(PathwayRef::Ppid(ppid, issuer)) => Some(Self::ppid(ppid, issuer)),
            Target::Pathway(PathwayRef::Inbox(stream)) => Some(Self::named(*stream)),
            Target::Pathway(PathwayRef::New | PathwayRef::Id(_))
            | Target::Patient(_)
            | Target::Own => None,
        }
    }

    /// The identifier by which a command is sent, as its event keeps it. Of an inbox in another log
    /// the system is not known.
    pub(crate) fn sent_by(target: &Target) -> Option<SentBy> {
        let system = match target {
            Target::Pathway(PathwayRef::Ubrn(_)) => IdentifierSystem::Ubrn,
            Target::Pathway(PathwayRef::Ppid(..)) => IdentifierSystem::Ppid,
            Target::Pathway(PathwayRef::New | PathwayRef::Id(_) | PathwayRef::Inbox(_))
            | Target::Patient(_)
            | Target::Own => return None,
        };
        Self::sought(target).map(|Self(stream)| SentBy { system, stream })
    }

    /// The identifier that leads a command to a pathway: the one it is sent by, or the one that a
    /// receipt without a pathway carries.
    pub(crate) fn leading(command: &Command) -> Option<Self> {
        let is_new = command.target == Target::Pathway(PathwayRef::New);
        let carried = || Self::answered_by(&command.step).filter(|_| is_new);
        Self::sought(&command.target).or_else(carried)
    }

    /// The booking reference of the referral that a receipt answers: the provider's notice of a
    /// referral we know does not begin a second pathway (RTT row 51).
    pub(crate) fn answered_by(step: &Step) -> Option<Self> {
        let is_receipt =
            matches!(step, Step::ReferralReceived(_) | Step::AdviceConvertedToReferral(_));
        Self::carried_by(step).filter(|_| is_receipt)
    }

    /// The identifier a step names, malformed ones refused.
    pub(crate) fn of(identified: &PathwayIdentified) -> Result<Self, Refused> {
        let raw = identified.identifier_value.as_str();
        let bad = |expected| Refused::BadIdentifier { expected };
        match (identified.identifier_system, &identified.issuer) {
            (IdentifierSystem::Ubrn, _) => {
                let ubrn: Ubrn = raw.parse().map_err(|_malformed| bad(Ubrn::EXPECTED))?;
                Ok(Self::ubrn(&ubrn))
            }
            (IdentifierSystem::Ppid, Some(issuer)) => {
                let ppid: Ppid = raw.parse().map_err(|_malformed| bad(Ppid::EXPECTED))?;
                Ok(Self::ppid(&ppid, issuer))
            }
            (IdentifierSystem::Ppid, None) => Err(bad("a PPID with its issuer")),
        }
    }

    /// The booking reference that a referral carries, which is claimed without being asked.
    pub(crate) fn carried_by(step: &Step) -> Option<Self> {
        #[expect(clippy::wildcard_enum_match_arm, reason = "only referrals carry a UBRN")]
        match step {
            Step::ReferralSent(sent) => sent.ubrn.as_ref().map(Self::ubrn),
            Step::ReferralReceived(received) => received.ubrn.as_ref().map(Self::ubrn),
            Step::AdviceConvertedToReferral(converted) => converted.ubrn.as_ref().map(Self::ubrn),
            _ => None,
        }
    }

    /// The identifier that a step gives its pathway; none where it is malformed.
    pub(crate) fn brought_by(step: &Step) -> Option<Self> {
        match step {
            Step::PathwayIdentified(identified) => Self::of(identified).ok(),
            other => Self::carried_by(other),
        }
    }

    pub(crate) fn stream(self) -> StreamId {
        StreamId::new(Category::Identifier, self.0)
    }

    /// Where steps wait that name this identifier before any pathway does.
    pub(crate) fn inbox(self) -> StreamId {
        StreamId::new(Category::Inbox, self.0)
    }
}
