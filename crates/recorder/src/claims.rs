//! Who holds an identifier. Each has a stream of its own, so the store itself makes it unique.
//!
//! The stream `identifier-<uuid of system and value>` holds claims and releases, each naming a
//! pathway; the last one decides. Of two that claim at once for the same place in the stream one
//! wins, on every store (docs/adr/0001-identifier-streams.md).

use std::sync::Arc;

use event_store::{Append, Expected, NewEvent, StoredEvent};
use serde::{Deserialize, Serialize};
use steps::PathwayId;
use uuid::Uuid;

use crate::{
    RecordError, Recorder,
    identity::Identifier,
    record::{Done, LostRace, RACES_MAX},
};

/// A pathway has the identifier from now on.
const CLAIMED: &str = "IdentifierClaimed";

/// The pathway that had the identifier has it no longer.
const RELEASED: &str = "IdentifierReleased";

/// What a claim and a release say.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Named {
    pathway_id: PathwayId,
}

/// What an identifier's stream says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Claims {
    /// The pathway that has it.
    pub(crate) holder: Option<PathwayId>,
    /// Every pathway that has had it, the first one first.
    pub(crate) ever: Vec<PathwayId>,
    /// Where the stream ends.
    expected: Expected,
}

/// The stream of an identifier holds something that is neither a claim nor a release.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is neither a claim nor a release of an identifier")]
struct UnknownClaim(Arc<str>);

impl Claims {
    fn read(events: &[StoredEvent]) -> Result<Self, RecordError> {
        let expected = Expected::from_last(events.last().map(|last| last.revision));
        let mut claims = Self { holder: None, ever: Vec::new(), expected };
        for StoredEvent { event, .. } in events {
            let named = serde_json::from_slice(&event.payload);
            let Named { pathway_id } = named.map_err(|error| RecordError::Log(Box::new(error)))?;
            claims.holder = match &*event.kind {
                CLAIMED => Some(pathway_id),
                RELEASED => None,
                _ => return Err(RecordError::Log(Box::new(UnknownClaim(Arc::clone(&event.kind))))),
            };
            if !claims.ever.contains(&pathway_id) {
                claims.ever.push(pathway_id);
            }
        }
        Ok(claims)
    }
}

/// The pathway that an identifier's stream says has it, by these events from its beginning.
pub fn holder_of(events: &[StoredEvent]) -> Result<Option<PathwayId>, RecordError> {
    Claims::read(events).map(|claims| claims.holder)
}

impl Recorder {
    pub(crate) async fn claims(&self, identifier: Identifier) -> Result<Claims, RecordError> {
        Claims::read(&self.stream(identifier.stream()).await?)
    }

    /// The pathway of an identifier.
    pub(crate) async fn pathway_of(
        &self,
        identifier: Identifier,
    ) -> Result<Option<PathwayId>, RecordError> {
        Ok(self.claims(identifier).await?.holder)
    }

    /// Claims an identifier for a pathway. Answers whose it is, for another may have it, and whether
    /// it was claimed now.
    pub(crate) async fn claim(
        &self,
        identifier: Identifier,
        pathway_id: PathwayId,
    ) -> Result<(PathwayId, bool), RecordError> {
        for _race in 1..=RACES_MAX {
            let claims = self.claims(identifier).await?;
            if let Some(holder) = claims.holder {
                return Ok((holder, false));
            }
            if self.say(identifier, CLAIMED, pathway_id, claims.expected).await? {
                return Ok((pathway_id, true));
            }
        }
        Err(RecordError::Contended)
    }

    /// Releases an identifier if this pathway has it. Answers whether it was released now.
    pub(crate) async fn release(
        &self,
        identifier: Identifier,
        pathway_id: PathwayId,
    ) -> Result<bool, RecordError> {
        for _race in 1..=RACES_MAX {
            let claims = self.claims(identifier).await?;
            if claims.holder != Some(pathway_id) {
                return Ok(false);
            }
            if self.say(identifier, RELEASED, pathway_id, claims.expected).await? {
                return Ok(true);
            }
        }
        Err(RecordError::Contended)
    }

    /// Appends what is said of an identifier where its stream was seen to end. False: somebody was
    /// there first, perhaps this pathway itself.
    async fn say(
        &self,
        identifier: Identifier,
        kind: &str,
        pathway_id: PathwayId,
        expected: Expected,
    ) -> Result<bool, RecordError> {
        let event = event(identifier, kind, pathway_id, expected)?;
        let append = Append { stream: identifier.stream(), expected, events: vec![event] };
        match self.append_patiently(append).await? {
            Ok(Done::Appended(appended)) => Ok(!appended.duplicate),
            Ok(Done::Refused(refused)) => Err(RecordError::Log(Box::new(refused))),
            Ok(Done::Before(_)) | Err(LostRace) => Ok(false),
        }
    }
}

/// A claim or release. Its id says what, whose and where in the stream, so that a retry is the same
/// event and a claim after a release is another.
fn event(
    identifier: Identifier,
    kind: &str,
    pathway_id: PathwayId,
    expected: Expected,
) -> Result<NewEvent, RecordError> {
    let place = expected.last().map_or(0, |last| last.0 + 1);
    let id =
        Uuid::new_v5(&identifier.stream().id, format!("{kind}/{pathway_id}/{place}").as_bytes());
    let payload = serde_json::to_vec(&Named { pathway_id });
    Ok(NewEvent {
        event_id: id,
        kind: kind.into(),
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
