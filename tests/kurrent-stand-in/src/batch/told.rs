//! The answer to one batch append: where it stands, or a status with the reason packed into it.

use prost::Message;
use prost_types::Any;
use uuid::Uuid;

use crate::{
    log::{Expected, Outcome, Written},
    tell::identifier,
    wire::{
        AllStreamPosition, BadRequest, MaximumAppendSizeExceeded, StreamDeleted, Timeout,
        WrongExpectedVersion,
        rpc::{Code, Status},
        streams::{
            BatchAppendResp,
            batch_append_resp::{
                Result as Answer, Success,
                success::{CurrentRevisionOption, PositionOption},
            },
        },
        structured,
        wrong_expected_version::{CurrentStreamRevisionOption, ExpectedStreamPositionOption},
    },
};

pub(crate) fn outcome(
    id: Uuid,
    stream: &str,
    expected: Expected,
    outcome: Outcome,
) -> BatchAppendResp {
    let answer = match outcome {
        Outcome::Written(written) => Answer::Success(success(written)),
        Outcome::Wrong { current } => {
            let reason = wrong_expected_version(expected, current);
            error(
                Code::AlreadyExists,
                "WrongExpectedVersion",
                pack("WrongExpectedVersion", &reason),
            )
        }
        Outcome::Deleted => {
            let reason = StreamDeleted { stream_identifier: Some(identifier(stream)) };
            error(Code::NotFound, "StreamDeleted", pack("StreamDeleted", &reason))
        }
    };
    response(id, Some(stream), answer)
}

/// The deadline came before the answer. Whether it was written is not said.
pub(crate) fn timed_out(id: Uuid, stream: &str) -> BatchAppendResp {
    response(
        id,
        Some(stream),
        error(Code::DeadlineExceeded, "Timeout", pack("Timeout", &Timeout {})),
    )
}

pub(crate) fn too_large(id: Uuid, stream: &str, bytes_max: usize) -> BatchAppendResp {
    let max_append_size = u32::try_from(bytes_max).unwrap_or(u32::MAX);
    let reason = MaximumAppendSizeExceeded { max_append_size };
    let reason = pack("MaximumAppendSizeExceeded", &reason);
    response(id, Some(stream), error(Code::InvalidArgument, "MaximumAppendSizeExceeded", reason))
}

pub(crate) fn bad_request(id: Uuid, message: &str) -> BatchAppendResp {
    let reason = BadRequest { message: message.to_owned() };
    response(id, None, error(Code::InvalidArgument, message, pack("BadRequest", &reason)))
}

fn response(id: Uuid, stream: Option<&str>, answer: Answer) -> BatchAppendResp {
    BatchAppendResp {
        correlation_id: Some(structured(id)),
        // Clients look at it also where it says nothing.
        stream_identifier: Some(identifier(stream.unwrap_or_default())),
        expected_stream_position: None,
        result: Some(answer),
    }
}

fn error(code: Code, message: &str, details: Any) -> Answer {
    let code = code.into();
    Answer::Error(Status { code, message: message.to_owned(), details: Some(details) })
}

/// The reason under its name, by which clients tell one from another.
fn pack<M: Message>(name: &str, reason: &M) -> Any {
    let type_url = format!("type.googleapis.com/event_store.client.{name}");
    Any { type_url, value: reason.encode_to_vec() }
}

fn success(written: Written) -> Success {
    let revision = written.revision.map(CurrentRevisionOption::CurrentRevision);
    let both = |at| AllStreamPosition { commit_position: at, prepare_position: at };
    let position = written.position.map(both).map(PositionOption::Position);
    Success {
        current_revision_option: revision.or(Some(CurrentRevisionOption::NoStream(()))),
        position_option: position.or(Some(PositionOption::NoPosition(()))),
    }
}

fn wrong_expected_version(expected: Expected, current: Option<u64>) -> WrongExpectedVersion {
    use CurrentStreamRevisionOption as Current;
    use ExpectedStreamPositionOption as Belief;
    let belief = match expected {
        Expected::At(revision) => Belief::ExpectedStreamPosition(revision),
        Expected::Any => Belief::ExpectedAny(()),
        Expected::Exists => Belief::ExpectedStreamExists(()),
        Expected::NoStream => Belief::ExpectedNoStream(()),
    };
    let current = current.map_or(Current::CurrentNoStream(()), Current::CurrentStreamRevision);
    WrongExpectedVersion {
        current_stream_revision_option: Some(current),
        expected_stream_position_option: Some(belief),
    }
}
