//! Events and what is said beside them, as answers on the wire.

use std::collections::HashMap;

use bytes::Bytes;
use prost_types::Timestamp;

use crate::{
    log::{Record, ticks_now},
    wire::{
        Empty, StreamIdentifier,
        streams::{
            ReadResp,
            read_resp::{
                CaughtUp, Checkpoint, Content, FellBehind, Position, ReadEvent, StreamNotFound,
                read_event::{Position as Where, RecordedEvent},
            },
        },
        structured, textual,
    },
};

/// How one caller wants events told.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Telling {
    pub(crate) ids_as_text: bool,
    pub(crate) with_positions: bool,
}

impl Telling {
    pub(crate) fn event(self, record: &Record) -> ReadResp {
        let position = if self.with_positions { record.position } else { u64::MAX };
        let id = record.event.id;
        let event = RecordedEvent {
            id: Some(if self.ids_as_text { textual(id) } else { structured(id) }),
            stream_identifier: Some(identifier(&record.stream)),
            stream_revision: record.revision,
            prepare_position: position,
            commit_position: position,
            metadata: system_metadata(record),
            custom_metadata: record.event.metadata.clone(),
            data: record.event.data.clone(),
        };
        let place = if self.with_positions {
            Where::CommitPosition(position)
        } else {
            Where::NoPosition(Empty {})
        };
        answer(Content::Event(ReadEvent { event: Some(event), link: None, position: Some(place) }))
    }
}

fn system_metadata(record: &Record) -> HashMap<String, String> {
    HashMap::from([
        ("type".to_owned(), record.event.kind.clone()),
        ("content-type".to_owned(), record.event.content_type.clone()),
        ("created".to_owned(), record.created.to_string()),
    ])
}

pub(crate) fn answer(content: Content) -> ReadResp {
    ReadResp { content: Some(content) }
}

pub(crate) fn identifier(stream: &str) -> StreamIdentifier {
    StreamIdentifier { stream_name: Bytes::copy_from_slice(stream.as_bytes()) }
}

pub(crate) fn not_found(stream: &str) -> ReadResp {
    let stream_identifier = Some(identifier(stream));
    answer(Content::StreamNotFound(StreamNotFound { stream_identifier }))
}

pub(crate) fn checkpoint(position: u64) -> ReadResp {
    answer(Content::Checkpoint(Checkpoint {
        commit_position: position,
        prepare_position: position,
        timestamp: Some(now()),
    }))
}

/// How far a subscription has come.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Reached {
    /// Of a subscription to `$all`.
    pub(crate) position: Option<u64>,
    /// Of a subscription to a stream.
    pub(crate) revision: Option<u64>,
}

pub(crate) fn caught_up(reached: Reached) -> ReadResp {
    answer(Content::CaughtUp(CaughtUp {
        timestamp: Some(now()),
        stream_revision: reached.revision.map(u64::cast_signed),
        position: reached.position.map(both),
    }))
}

pub(crate) fn fell_behind(reached: Reached) -> ReadResp {
    answer(Content::FellBehind(FellBehind {
        timestamp: Some(now()),
        stream_revision: reached.revision.map(u64::cast_signed),
        position: reached.position.map(both),
    }))
}

fn both(position: u64) -> Position {
    Position { commit_position: position, prepare_position: position }
}

fn now() -> Timestamp {
    /// Tenths of a microsecond in a second.
    const SECOND: u64 = 10_000_000;
    let ticks = ticks_now();
    Timestamp {
        seconds: i64::try_from(ticks / SECOND).unwrap_or(i64::MAX),
        nanos: i32::try_from(ticks % SECOND * 100).unwrap_or(0),
    }
}
