//! The messages and services of KurrentDB's protocol, generated from its protos.

pub(crate) use generated::event_store::client::wrong_expected_version;
pub(crate) use generated::event_store::client::{
    AllStreamPosition, Empty, StreamIdentifier, Uuid, gossip, server_features, streams, uuid,
};
pub(crate) use generated::event_store::client::{
    BadRequest, MaximumAppendSizeExceeded, StreamDeleted, Timeout, WrongExpectedVersion,
};
pub(crate) use generated::google::rpc;

#[expect(
    unreachable_pub,
    clippy::all,
    clippy::pedantic,
    clippy::allow_attributes,
    clippy::allow_attributes_without_reason,
    reason = "generated"
)]
mod generated {
    include!(concat!(env!("OUT_DIR"), "/wire.rs"));
}

impl From<Uuid> for ::uuid::Uuid {
    /// An id that is missing or malformed is the nil id, which no event has.
    fn from(told: Uuid) -> Self {
        match told.value {
            Some(uuid::Value::Structured(halves)) => Self::from_u64_pair(
                halves.most_significant_bits.cast_unsigned(),
                halves.least_significant_bits.cast_unsigned(),
            ),
            Some(uuid::Value::String(text)) => text.parse().unwrap_or_default(),
            None => Self::nil(),
        }
    }
}

/// An id in two halves, as servers write it unless they are asked for text.
pub(crate) fn structured(id: ::uuid::Uuid) -> Uuid {
    let (most, least) = id.as_u64_pair();
    let halves = uuid::Structured {
        most_significant_bits: most.cast_signed(),
        least_significant_bits: least.cast_signed(),
    };
    Uuid { value: Some(uuid::Value::Structured(halves)) }
}

/// An id as text.
pub(crate) fn textual(id: ::uuid::Uuid) -> Uuid {
    Uuid { value: Some(uuid::Value::String(id.to_string())) }
}
