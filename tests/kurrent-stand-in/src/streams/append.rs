//! A single append: its parts, and its answer with either outcome.

use std::{collections::HashMap, future};

use bytes::Bytes;
use tonic::Streaming;

use super::question::name;
use crate::{
    chaos::{Fate, Loss},
    door::Door,
    log::{Expected, Outcome, Proposed, Written},
    refusal::{self, Refusal},
    wire::{
        Empty, Uuid,
        streams::{
            AppendReq, AppendResp,
            append_req::{Content, Options, options::ExpectedStreamRevision},
            append_resp::{
                Position, Result as Answer, Success, WrongExpectedVersion,
                success::{CurrentRevisionOption, PositionOption},
                wrong_expected_version as wrong,
            },
        },
    },
};

pub(crate) async fn append(
    door: &Door,
    asked: Streaming<AppendReq>,
) -> Result<AppendResp, Refusal> {
    let (stream, expected, events) = parts(asked).await?;
    if let Some(bytes_max) = door.limit_exceeded(&events) {
        return Err(refusal::too_large(bytes_max));
    }
    let fate = door.shared.chaos.fate();
    if let Fate::Lost(loss) = fate {
        return Err(lost(loss).await);
    }
    let outcome = door.shared.log.append(&stream, expected, events);
    if let Fate::AnswerLost(loss) = fate {
        return Err(lost(loss).await);
    }
    door.delay().await;
    let result = match outcome {
        Outcome::Written(written) => Answer::Success(success(written)),
        Outcome::Wrong { current } => {
            Answer::WrongExpectedVersion(wrong_expected_version(expected, current))
        }
        Outcome::Deleted => return Err(refusal::stream_deleted(&stream)),
    };
    Ok(AppendResp { result: Some(result) })
}

/// What the caller sees of a request that is lost; nothing, as long as he waits.
async fn lost(loss: Loss) -> Refusal {
    match loss {
        Loss::Silently => future::pending().await,
        Loss::WithError => refusal::cut(),
        Loss::Denied => refusal::access_denied(),
    }
}

async fn parts(
    mut asked: Streaming<AppendReq>,
) -> Result<(String, Expected, Vec<Proposed>), Refusal> {
    let Some(AppendReq { content: Some(Content::Options(options)) }) = asked.message().await?
    else {
        return Err(refusal::missing("options"));
    };
    let expected = expected(&options)?;
    let stream = name(options.stream_identifier)?;
    let mut events = Vec::new();
    while let Some(part) = asked.message().await? {
        let Some(Content::ProposedMessage(event)) = part.content else {
            return Err(refusal::missing("proposed_message"));
        };
        events.push(proposed(event.id, event.metadata, event.data, event.custom_metadata)?);
    }
    Ok((stream, expected, events))
}

fn expected(options: &Options) -> Result<Expected, Refusal> {
    match options.expected_stream_revision {
        Some(ExpectedStreamRevision::Revision(revision)) => Ok(Expected::At(revision)),
        Some(ExpectedStreamRevision::NoStream(_)) => Ok(Expected::NoStream),
        Some(ExpectedStreamRevision::Any(_)) => Ok(Expected::Any),
        Some(ExpectedStreamRevision::StreamExists(_)) => Ok(Expected::Exists),
        None => Err(refusal::missing("expected_stream_revision")),
    }
}

/// An event as either kind of append tells it; type and kind of content must be among its metadata.
pub(crate) fn proposed(
    id: Option<Uuid>,
    mut metadata: HashMap<String, String>,
    data: Bytes,
    custom_metadata: Bytes,
) -> Result<Proposed, Refusal> {
    let mut take = |key| metadata.remove(key).ok_or_else(|| refusal::missing_metadata(key));
    Ok(Proposed {
        id: id.ok_or_else(|| refusal::missing("id"))?.into(),
        kind: take("type")?,
        content_type: take("content-type")?,
        data,
        metadata: custom_metadata,
    })
}

fn success(written: Written) -> Success {
    let revision = written.revision.map(CurrentRevisionOption::CurrentRevision);
    let both = |position| Position { commit_position: position, prepare_position: position };
    let position = written.position.map(both).map(PositionOption::Position);
    Success {
        current_revision_option: revision.or(Some(CurrentRevisionOption::NoStream(Empty {}))),
        position_option: position.or(Some(PositionOption::NoPosition(Empty {}))),
    }
}

fn wrong_expected_version(expected: Expected, current: Option<u64>) -> WrongExpectedVersion {
    use wrong::{
        CurrentRevisionOption as Current, CurrentRevisionOption2060 as OldCurrent,
        ExpectedRevisionOption as Belief, ExpectedRevisionOption2060 as OldBelief,
    };
    let (belief, old) = match expected {
        Expected::At(revision) => {
            (Belief::ExpectedRevision(revision), Some(OldBelief::ExpectedRevision2060(revision)))
        }
        Expected::Any => (Belief::ExpectedAny(Empty {}), Some(OldBelief::Any2060(Empty {}))),
        Expected::Exists => {
            (Belief::ExpectedStreamExists(Empty {}), Some(OldBelief::StreamExists2060(Empty {})))
        }
        Expected::NoStream => (Belief::ExpectedNoStream(Empty {}), None),
    };
    let now = current.map_or(Current::CurrentNoStream(Empty {}), Current::CurrentRevision);
    let old_now =
        current.map_or(OldCurrent::NoStream2060(Empty {}), OldCurrent::CurrentRevision2060);
    WrongExpectedVersion {
        current_revision_option_20_6_0: Some(old_now),
        expected_revision_option_20_6_0: old,
        current_revision_option: Some(now),
        expected_revision_option: Some(belief),
    }
}
