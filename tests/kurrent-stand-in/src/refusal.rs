//! Refusals as the server words them: status codes, and what clients look for in the trailers.

use tonic::{Code, Status, metadata::MetadataMap};

/// A status, boxed: it is large, and seldom.
#[derive(Debug)]
pub(crate) struct Refusal(Box<Status>);

impl From<Status> for Refusal {
    fn from(status: Status) -> Self {
        Self(Box::new(status))
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        *refusal.0
    }
}

impl Refusal {
    pub(crate) fn message(&self) -> &str {
        self.0.message()
    }
}

/// An argument that cannot be.
pub(crate) fn invalid(message: impl Into<String>) -> Refusal {
    Status::invalid_argument(message).into()
}

/// The status with the trailers that name an exception.
fn exception(code: Code, message: &str, trailers: &[(&'static str, &str)]) -> Refusal {
    let mut metadata = MetadataMap::new();
    for (key, value) in trailers {
        if let Ok(value) = value.parse() {
            metadata.insert(*key, value);
        }
    }
    Status::with_metadata(code, message, metadata).into()
}

pub(crate) fn stream_deleted(stream: &str) -> Refusal {
    let message = format!("Event stream '{stream}' is deleted.");
    let trailers = [("exception", "stream-deleted"), ("stream-name", stream)];
    exception(Code::FailedPrecondition, &message, &trailers)
}

/// Deleting what is not as it was expected; appends have an answer of their own for that.
pub(crate) fn wrong_expected_version(stream: &str, expected: i64, current: i64) -> Refusal {
    let message = format!(
        "Delete failed due to WrongExpectedVersion. Stream: {stream}, Expected version: {expected}, \
         Actual version: {current}"
    );
    let (expected, current) = (expected.to_string(), current.to_string());
    let trailers = [
        ("exception", "wrong-expected-version"),
        ("stream-name", stream),
        ("expected-version", &expected),
        ("actual-version", &current),
    ];
    exception(Code::FailedPrecondition, &message, &trailers)
}

pub(crate) fn not_leader(host: &str, port: u16) -> Refusal {
    let port = port.to_string();
    let trailers = [
        ("exception", "not-leader"),
        ("leader-endpoint-host", host),
        ("leader-endpoint-port", &port),
    ];
    exception(Code::NotFound, "Leader info available", &trailers)
}

/// There is no leader, or too few nodes for one.
pub(crate) fn not_ready() -> Refusal {
    Status::unavailable("Server Is Not Ready").into()
}

pub(crate) fn access_denied() -> Refusal {
    exception(Code::PermissionDenied, "Access Denied", &[("exception", "access-denied")])
}

pub(crate) fn unauthenticated() -> Refusal {
    Status::unauthenticated("Bad credentials").into()
}

/// A read of `$all` from a position at which nothing was ever written.
pub(crate) fn invalid_position() -> Refusal {
    invalid("Trying to read from an invalid position.")
}

pub(crate) fn missing_metadata(key: &str) -> Refusal {
    let message = format!("Required Metadata Property '{key}' is missing");
    let trailers = [
        ("exception", "missing-required-metadata-property"),
        ("required-metadata-properties", "type,content-type"),
    ];
    exception(Code::InvalidArgument, &message, &trailers)
}

pub(crate) fn missing(field: &str) -> Refusal {
    invalid(format!("'{field}' is a required argument"))
}

pub(crate) fn too_large(bytes_max: usize) -> Refusal {
    let (message, bytes_max) =
        (format!("Maximum Append Size of {bytes_max} Exceeded."), bytes_max.to_string());
    let trailers =
        [("exception", "maximum-append-size-exceeded"), ("maximum-append-size", &bytes_max)];
    exception(Code::InvalidArgument, &message, &trailers)
}

/// What a client sees of a connection that broke.
pub(crate) fn cut() -> Refusal {
    Status::unavailable("the connection was cut").into()
}
