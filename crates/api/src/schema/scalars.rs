//! Scalars and small conversions shared by the resolvers.

use async_graphql::{
    ErrorExtensions, InputValueError, InputValueResult, Scalar, ScalarType, Value,
};
use chrono::NaiveDate;
use event_store::Position;
use steps::{OccurredAt, PathwayId};
use uuid::Uuid;

/// A day, 2026-01-31. Days are days in Europe/London.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Date(pub NaiveDate);

#[Scalar]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(raw) => raw
                .parse()
                .map(Self)
                .map_err(|_malformed| InputValueError::custom("expected a day, 2026-01-31")),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// When something happened: a day (2026-01-31) or an instant (2026-01-31T09:30:00Z).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment(pub OccurredAt);

#[Scalar(name = "Moment")]
impl ScalarType for Moment {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(raw) => raw.parse().map(Self).map_err(InputValueError::custom),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}

/// A place in the log, as an opaque string. Give it back as `atLeast` to read your own writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LogPosition(pub Position);

#[Scalar(name = "Position")]
impl ScalarType for LogPosition {
    fn parse(value: Value) -> InputValueResult<Self> {
        let bad = || InputValueError::custom("expected a position that an answer gave");
        match &value {
            Value::String(raw) => {
                let digits = raw.strip_prefix('p').ok_or_else(bad)?;
                digits.parse().map(|at| Self(Position(at))).map_err(|_malformed| bad())
            }
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(format!("p{}", self.0.0))
    }
}

/// An error that the caller made, with its stable code.
pub(crate) fn bad_input(message: impl Into<String>) -> async_graphql::Error {
    coded("BAD_USER_INPUT", message)
}

/// An error with a stable code; without one, the door masks it.
pub(crate) fn coded(code: &'static str, message: impl Into<String>) -> async_graphql::Error {
    async_graphql::Error::new(message).extend_with(|_, extensions| extensions.set("code", code))
}

/// A failure of ours: logged with its causes, masked for the caller.
pub(crate) fn failed(error: impl std::error::Error) -> async_graphql::Error {
    let mut causes = vec![error.to_string()];
    let mut source = error.source();
    while let Some(cause) = source {
        causes.push(cause.to_string());
        source = cause.source();
    }
    tracing::error!(causes = causes.join(": "), "a resolver failed");
    async_graphql::Error::new("internal error")
}

/// The id of a pathway: a UUID, or the global id `Pathway:<uuid>`.
pub(crate) fn pathway_id(id: &str) -> async_graphql::Result<PathwayId> {
    let raw = id.strip_prefix("Pathway:").unwrap_or(id);
    let parsed = Uuid::parse_str(raw).map(PathwayId);
    parsed.map_err(|_malformed| bad_input("`pathwayId` is malformed: expected a UUID"))
}
