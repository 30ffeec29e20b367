//! Deleting a stream, so that it may begin anew or for good.

use super::question::name;
use crate::{
    log::{Expected, Log, Removed},
    refusal::{self, Refusal},
    wire::streams::{
        DeleteReq, DeleteResp, TombstoneReq, TombstoneResp, delete_req, delete_resp, tombstone_req,
        tombstone_resp,
    },
};

pub(crate) fn delete(log: &Log, asked: DeleteReq) -> Result<DeleteResp, Refusal> {
    use delete_req::options::ExpectedStreamRevision as Told;
    let options = asked.options.ok_or_else(|| refusal::missing("options"))?;
    let stream = name(options.stream_identifier)?;
    let expected = match options.expected_stream_revision {
        Some(Told::Revision(revision)) => Expected::At(revision),
        Some(Told::NoStream(_)) => Expected::NoStream,
        Some(Told::StreamExists(_)) => Expected::Exists,
        Some(Told::Any(_)) | None => Expected::Any,
    };
    let position = position(&stream, expected, log.delete(&stream, expected))?;
    let both = delete_resp::Position { commit_position: position, prepare_position: position };
    Ok(DeleteResp { position_option: Some(delete_resp::PositionOption::Position(both)) })
}

pub(crate) fn tombstone(log: &Log, asked: TombstoneReq) -> Result<TombstoneResp, Refusal> {
    use tombstone_req::options::ExpectedStreamRevision as Told;
    let options = asked.options.ok_or_else(|| refusal::missing("options"))?;
    let stream = name(options.stream_identifier)?;
    let expected = match options.expected_stream_revision {
        Some(Told::Revision(revision)) => Expected::At(revision),
        Some(Told::NoStream(_)) => Expected::NoStream,
        Some(Told::StreamExists(_)) => Expected::Exists,
        Some(Told::Any(_)) | None => Expected::Any,
    };
    let position = position(&stream, expected, log.tombstone(&stream, expected))?;
    let both = tombstone_resp::Position { commit_position: position, prepare_position: position };
    Ok(TombstoneResp { position_option: Some(tombstone_resp::PositionOption::Position(both)) })
}

fn position(stream: &str, expected: Expected, removed: Removed) -> Result<u64, Refusal> {
    match removed {
        Removed::At(position) => Ok(position),
        Removed::Already => Err(refusal::stream_deleted(stream)),
        Removed::Wrong { current } => {
            let current = current.map_or(-1, u64::cast_signed);
            Err(refusal::wrong_expected_version(stream, expected.number(), current))
        }
    }
}
