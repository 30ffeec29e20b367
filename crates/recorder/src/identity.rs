//! Other identifiers of a pathway: each has a stream of its own, so the store itself makes it unique.
//!
//! The stream `identifier-<uuid of system and value>` holds one claim that names the pathway. Two
//! claims race for `NoStream`; one wins, on every store (docs/adr/0001-identifier-streams.md).

use event_store::{Append, AppendError, Category, Expected, NewEvent, Revision, StreamId};
use serde::{Deserialize, Serialize};
use steps::{
    OdsCode, PathwayId, Ppid, Step, Ubrn,
    record_keeping::{IdentifierSystem, PathwayIdentified},
};
use uuid::Uuid;

use crate::{PathwayRef, RecordError, Recorder, Refused, Target, route};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Claim {
    pathway_id: PathwayId,
}

/// An identifier, as the name of its stream.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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

    fn stream(self) -> StreamId {
        StreamId::new(Category::Identifier, self.0)
    }

    /// Where steps wait that name this identifier before any pathway does.
    pub(crate) fn inbox(self) -> StreamId {
        StreamId::new(Category::Inbox, self.0)
    }
}

impl Recorder {
    /// The pathway of an identifier.
    pub(crate) async fn pathway_of(
        &self,
        identifier: Identifier,
    ) -> Result<Option<PathwayId>, RecordError> {
        let claims = self.store.read_stream(identifier.stream(), Revision(0), 1).await;
        let claims = claims.map_err(|error| RecordError::Log(Box::new(error)))?;
        let claim = claims.first().map(|stored| serde_json::from_slice(&stored.event.payload));
        let claim: Option<Claim> =
            claim.transpose().map_err(|error| RecordError::Log(Box::new(error)))?;
        Ok(claim.map(|claim| claim.pathway_id))
    }

    /// Claims an identifier for a pathway. Answers whose it is: another may have it.
    pub(crate) async fn claim(
        &self,
        identifier: Identifier,
        pathway_id: PathwayId,
    ) -> Result<PathwayId, RecordError> {
        if let Some(holder) = self.pathway_of(identifier).await? {
            return Ok(holder);
        }
        let append = Append {
            stream: identifier.stream(),
            expected: Expected::NoStream,
            events: vec![claim_event(identifier, pathway_id)?],
        };
        match self.store.append(append).await {
            Ok(_claimed) => Ok(pathway_id),
            Err(AppendError::Conflict { .. }) => {
                self.pathway_of(identifier).await?.ok_or(RecordError::Contended)
            }
            Err(error) => Err(RecordError::Log(Box::new(error))),
        }
    }
}

fn claim_event(identifier: Identifier, pathway_id: PathwayId) -> Result<NewEvent, RecordError> {
    let payload = serde_json::to_vec(&Claim { pathway_id });
    Ok(NewEvent {
        event_id: Uuid::new_v5(&identifier.0, pathway_id.0.as_bytes()),
        kind: "IdentifierClaimed".into(),
        version: 1,
        // When it was claimed is when it was recorded; a retry must be byte-identical.
        occurred_micros: 0,
        occurred_is_day: false,
        entered_in_source_micros: None,
        meta: b"{}".as_slice().into(),
        payload: payload.map_err(|error| RecordError::Log(Box::new(error)))?,
        sealed: None,
    })
}
